package planner_test

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"testing"

	godiff "github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// TestAWSDocs compares plans of style aws-docs with the documents of AWS's
// page, written out by hand. Only the principal differs: the page leaves out
// role/, and S3 would refuse it.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html.
func TestAWSDocs(t *testing.T) {
	destination := []string{"destination-bucket-policy.json"}
	tests := []struct {
		file string
		want map[replication.Kind][]string // files whose statements the document holds
	}{
		{"aws-docs.yaml", map[replication.Kind][]string{
			replication.RoleTrustPolicy:         {"role-trust-policy.json"},
			replication.RolePolicy:              {"role-policy.json"},
			replication.DestinationBucketPolicy: destination,
		}},
		{"aws-docs-tags-deny.yaml", map[replication.Kind][]string{
			replication.RoleTrustPolicy:         {"role-trust-policy.json"},
			replication.RolePolicy:              {"role-policy.json"},
			replication.DestinationBucketPolicy: append(destination, "tags-denied.json"),
		}},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			p := plan(t, filepath.Join("testdata", tt.file))
			compared := 0
			for _, d := range p.Documents {
				files, ok := tt.want[d.Kind]
				if !ok {
					continue
				}
				compared++
				got := sorted(grantsIn(d.Kind, parse(t, d)))
				want := sorted(grantsIn(d.Kind, read(t, files...)))
				if diff := godiff.Diff(want, got); diff != "" {
					t.Errorf("%s differs from AWS's page (-page +plan):\n%s", d.Kind, diff)
				}
			}
			if compared != len(tt.want) {
				t.Errorf("the plan has %d of %d documents", compared, len(tt.want))
			}
		})
	}
}

// read joins the documents of AWS's page.
func read(t *testing.T, files ...string) *policy.Document {
	t.Helper()
	all := policy.New()
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join("testdata", "seed003", file))
		if err != nil {
			t.Fatal(err)
		}
		d, err := policy.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		all.Statements = append(all.Statements, d.Statements...)
	}
	return all
}

func grantsIn(kind replication.Kind, d *policy.Document) []string {
	var grants []string
	for _, st := range d.Statements {
		for _, g := range grantsOf(kind, "", st) {
			grants = append(grants, g.String())
		}
	}
	return grants
}

func sorted(list []string) []string {
	slices.SortFunc(list, cmp.Compare)
	return list
}
