package report_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report"
	"github.com/repligrant/repligrant/spec"
)

// TestEveryActionIsExplained plans the examples of every feature, and sees that
// --explain has a line for each action that a document allows, and the examples
// together one for each row of the tables.
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
	var b bytes.Buffer
	if err := report.Plan(&b, &one, report.Options{Format: "markdown", Explain: true}); err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(b.String(), "| Action ")
	for _, st := range document.Statements {
		for _, action := range st.Action.Values {
			if st.Effect == policy.Allow && !strings.Contains(table, action) && len(p.Requirements) > 0 && !slices.Contains(trusts, d.Kind) {
				t.Errorf("%s: nothing says why %s of %s allows %s", file, d.Kind, d.Target, action)
			}
		}
	}
}

// trusts are the documents of one action, which a disabled rule has too.
var trusts = []replication.Kind{replication.RoleTrustPolicy, replication.BatchRoleTrustPolicy}
