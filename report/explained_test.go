package report_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report"
	"github.com/repligrant/repligrant/spec"
)

// TestEveryActionIsExplained plans the examples of every feature, and sees that
// Markdown and --explain have a line for each action that a document allows or
// denies, in one piece, and the examples together one for each row of the tables.
func TestEveryActionIsExplained(t *testing.T) {
	files, err := filepath.Glob("../planner/testdata/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no specs (err = %v)", err)
	}
	used := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s, err := spec.Parse(filepath.Base(file), text)
		if err != nil {
			t.Fatal(err)
		}
		p, err := planner.Options{AllKeyPolicies: true}.New(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range p.Requirements {
			used[q.WhyKey] = true
		}
		for _, d := range p.Documents {
			if d.Kind != replication.ReplicationConfiguration {
				explained(t, file, p, d)
			}
		}
	}
	for _, row := range replication.Permissions {
		if !used[row.Why.Key] {
			t.Errorf("no example needs %s (%s)", row.Action, row.Why.Key)
		}
	}
	for _, row := range replication.WriterPermissions {
		if !used[row.Why.Key] {
			t.Errorf("no example needs %s (%s)", row.Action, row.Why.Key)
		}
	}
}

// explained shows one document of a plan, and looks for its actions below it.
func explained(t *testing.T, file string, p *planner.Plan, d planner.Document) {
	t.Helper()
	document, err := policy.Parse(d.Document)
	if err != nil {
		t.Fatal(err)
	}
	one := *p
	one.Documents = []planner.Document{d}
	_, table, _ := strings.Cut(planAs(t, &one, report.Options{Format: report.Markdown}), "| Action ")
	_, list, _ := strings.Cut(planAs(t, &one, report.Options{Explain: true}), "  }\n\n- ")
	for _, st := range document.Statements {
		for _, action := range st.Action.Values {
			if d.Kind == replication.BatchRoleTrustPolicy && len(p.Requirements) == 0 {
				continue
			}
			for form, text := range map[string]string{"Markdown": table, "--explain": list} {
				if !strings.Contains(text, action) {
					t.Errorf("%s: nothing in %s says why %s of %s has %s %s", file, form, d.Kind, d.Target, st.Effect, action)
				}
			}
		}
	}
}

// TestReasonsOnce checks that documents of many owners, which are alike, are
// explained once, and the others refer to that.
func TestReasonsOnce(t *testing.T) {
	text, err := os.ReadFile("../testdata/examples/fan-in.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := spec.Parse("fan-in.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	p, err := planner.New(s)
	if err != nil {
		t.Fatal(err)
	}
	got := planAs(t, p, report.Options{Format: report.Markdown})
	seen := map[string]bool{}
	for i, part := range strings.Split(got, "| Action |") {
		if table, _, _ := strings.Cut(part, "</details>"); i > 0 {
			if seen[table] {
				t.Errorf("the same reasons stand there twice:\n%s", table)
			}
			seen[table] = true
		}
	}
	if n := strings.Count(got, "for the same reason as in the role policy"); n == 0 || len(seen) == 0 {
		t.Errorf("%d tables, and %d documents refer to another one:\n%s", len(seen), n, got)
	}
}
