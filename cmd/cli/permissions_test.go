package cli_test

import (
	"testing"

	"github.com/repligrant/repligrant/audit"
)

// fitsPermissions checks that the permissions of an audit and its findings say
// the same, and lists the buckets of its rules: what a document lacks or denies for a rule is so in its cell, and no
// cell of a rule that replicates is anything but granted or advice.
func fitsPermissions(t *testing.T, a *audit.Audit) {
	t.Helper()
	type key struct{ rule, from, to, origin string }
	matrix := map[key]audit.Permissions{}
	for _, p := range a.Permissions {
		matrix[key{p.Rule, p.From, p.To, p.Origin}] = p
		if len(p.Documents()) == 0 {
			t.Errorf("rule %s has permissions and no document", p.Rule)
		}
	}
	for _, f := range a.Findings {
		p, ok := matrix[key{f.Rule, f.From, f.To, f.Origin}]
		if !ok || f.Requirement == "" || f.Check != "permission-missing" && f.Check != "permission-blocked" {
			continue
		}
		if got := p.Actions[f.Action][f.Document]; got != f.Outcome && got != audit.Blocked {
			t.Errorf("%s of %s in %s is %q, and a finding says %q", f.Action, f.Rule, f.Document, got, f.Outcome)
		}
	}
	buckets := map[string]bool{}
	for _, b := range a.Buckets {
		buckets[b.Name] = true
	}
	for _, v := range a.Rules {
		if !buckets[v.From] || !buckets[v.To] {
			t.Errorf("a bucket of rule %s is not among %v", v.Rule, a.Buckets)
		}
		p := matrix[key{v.Rule, v.From, v.To, v.Origin}]
		if v.Verdict != audit.Replicates {
			continue
		}
		if len(p.Actions) == 0 {
			t.Errorf("rule %s replicates without permissions", v.Rule)
		}
		for action, documents := range p.Actions {
			for document, o := range documents {
				if o != audit.Granted && o != audit.Advice {
					t.Errorf("rule %s replicates, and %s in %s is %s", v.Rule, action, document, o)
				}
			}
		}
	}
}
