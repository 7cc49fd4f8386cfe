package terraform_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/replication"
)

// Every statement and every rule of a plan is in the module of the account that
// applies it, and nothing else is: the modules are read back with HCL's own
// evaluation and compared with the documents.
func TestNothingLostNothingAdded(t *testing.T) {
	specs, err := filepath.Glob("../testdata/*.yaml")
	if err != nil || len(specs) < 20 {
		t.Fatalf("%d specs of the planner (err = %v)", len(specs), err)
	}
	own, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(own) == 0 {
		t.Fatalf("no specs in testdata (err = %v)", err)
	}
	specs = append(specs, own...)
	for _, file := range specs {
		t.Run(file, func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p, o := planOf(t, file, text)
			sameAs(t, p, read(t, filesOf(t, p, o)))
		})
	}
}

// sameAs compares what modules say with a plan.
func sameAs(t tester, p *planner.Plan, got *reading) {
	t.Helper()
	want := map[held][]string{}
	configurations := map[held]configuration{}
	for _, d := range p.Documents {
		if d.Kind == replication.ReplicationConfiguration {
			c := schemaOf(t, d)
			configurations[held{account: d.Account, what: c.Bucket}] = c
			continue
		}
		where := whereOf(t, d)
		want[where] = append(want[where], statements(t, string(d.Document))...)
	}
	have := map[held][]string{}
	for where, text := range got.policies {
		have[where] = statements(t, text)
	}
	if diff := cmp.Diff(sorted(want), have, cmp.AllowUnexported(held{})); diff != "" {
		t.Errorf("policies differ (-plan +modules):\n%s", diff)
	}
	if diff := cmp.Diff(configurations, got.configurations, cmp.AllowUnexported(held{})); diff != "" {
		t.Errorf("configurations differ (-plan +modules):\n%s", diff)
	}
}

// whereOf is where a document of a plan belongs.
func whereOf(t tester, d planner.Document) held {
	t.Helper()
	a, err := arn.Parse(d.Target)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case strings.HasSuffix(string(d.Kind), "-trust-policy"):
		return held{d.Account, "aws_iam_role " + a.Name(), ""}
	case a.Service == "iam" && d.Managed:
		return held{d.Account, "aws_iam_policy", a.Name() + "-" + d.Name}
	case a.Service == "iam":
		return held{d.Account, "aws_iam_" + a.Type() + "_policy " + a.Name(), d.Name}
	case a.Service == "s3" && a.Region == "":
		return held{account: d.Account, what: "needed " + a.Resource}
	default:
		return held{account: d.Account, what: "needed " + d.Target}
	}
}

// schemaOf is a replication configuration in the schema of the provider.
func schemaOf(t tester, d planner.Document) configuration {
	t.Helper()
	var in replication.Configuration
	if err := json.Unmarshal(d.Document, &in); err != nil {
		t.Fatal(err)
	}
	out := configuration{Bucket: d.Target[strings.LastIndexByte(d.Target, ':')+1:], Role: in.Role}
	for _, r := range in.Rules {
		out.Rules = append(out.Rules, ruleOf(r))
	}
	return out
}

// sorted is the statements of each policy in the order of [statements]; of its
// parts each is in order.
func sorted(policies map[held][]string) map[held][]string {
	for _, l := range policies {
		slices.Sort(l)
	}
	return policies
}
