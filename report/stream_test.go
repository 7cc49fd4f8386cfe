package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report"
	"github.com/repligrant/repligrant/spec"
)

const small = `version: 1
accounts:
  prod:   { id: "111122223333" }
  backup: { id: "444455556666" }
buckets:
  acme-orders:      { account: prod,   region: us-east-1 }
  acme-orders-copy: { account: backup, region: eu-west-1 }
replication:
  - { from: acme-orders, to: acme-orders-copy, tags: deny }
writers:
  - { name: app, kind: user, bucket: acme-orders }
`

// exported is how many fields of a struct JSON may hold.
func exported(v reflect.Value) int {
	n := 0
	for field := range v.Type().Fields() {
		if field.IsExported() {
			n++
		}
	}
	return n
}

// TestPlanJSONIsWhole checks that a plan that is written piece by piece is what
// encoding/json would write of it at once: no field is left out.
func TestPlanJSONIsWhole(t *testing.T) {
	s, err := spec.Parse("spec.yaml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	full, err := planner.New(s)
	if err != nil {
		t.Fatal(err)
	}
	full.Jobs = []planner.Job{{From: "acme-orders", Rules: []string{"a"}, Command: "aws <&>"}}
	empty := &planner.Plan{
		Schema: "<&>\u2028", Documents: []planner.Document{}, Requirements: []replication.Requirement{},
		Assumptions: []planner.Assumption{}, Warnings: []planner.Warning{},
	}
	for name, p := range map[string]*planner.Plan{"full": full, "empty": empty} {
		t.Run(name, func(t *testing.T) {
			if v := reflect.ValueOf(*p); name == "full" && (exported(v) != 6 || len(p.Requirements)*len(p.Warnings)*len(p.Assumptions) == 0) {
				t.Fatalf("a plan has %d fields and this one: %+v", v.NumField(), p)
			}
			if v := reflect.ValueOf(p.Outline); name == "full" && (v.NumField() != 5 || len(p.Accounts)*len(p.Buckets)*len(p.Rules)*len(p.Writers)*len(p.Jobs) == 0) {
				t.Fatalf("an outline has %d fields and this one: %+v", v.NumField(), p.Outline)
			}
			var want, got bytes.Buffer
			e := json.NewEncoder(&want)
			e.SetEscapeHTML(false)
			e.SetIndent("", "  ")
			if err := e.Encode(p); err != nil {
				t.Fatal(err)
			}
			if err := report.Plan(&got, p, report.Options{Format: report.JSON}); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want.Bytes()) {
				t.Errorf("written piece by piece:\n%s\nat once:\n%s", got.Bytes(), want.Bytes())
			}
		})
	}
}

var errFull = errors.New("no space")

// A fullDisk takes nothing.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

// TestPlanJSONFails: an error of the writer, and a document that is no JSON, are
// errors of the report.
func TestPlanJSONFails(t *testing.T) {
	if err := report.Plan(fullDisk{}, &planner.Plan{}, report.Options{Format: report.JSON}); !errors.Is(err, errFull) {
		t.Errorf("on a full disk: %v", err)
	}
	broken := &planner.Plan{Documents: []planner.Document{{Document: json.RawMessage("{")}}}
	if err := report.Plan(&bytes.Buffer{}, broken, report.Options{Format: report.JSON}); err == nil {
		t.Error("a document that is no JSON is written")
	}
}
