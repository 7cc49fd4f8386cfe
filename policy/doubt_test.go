package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
)

// TestDoubt decides with statements of which nobody knows all: one that may allow
// grants nothing for certain and forbids nothing, one that may deny leaves open
// what it could hit, and the others decide.
func TestDoubt(t *testing.T) {
	const why = "known after apply: x"
	statement := func(effect policy.Effect, doubt string) policy.Statement {
		return policy.Statement{Effect: effect, Action: policy.One("s3:*"), Resource: policy.One("*"), Doubt: doubt}
	}
	elsewhere := statement(policy.Deny, why)
	elsewhere.Action = policy.One("ec2:*")
	for _, tt := range []struct {
		name     string
		identity []policy.Statement
		want     policy.Decision
		open     bool
	}{
		{"may allow", []policy.Statement{statement(policy.Allow, why)}, allowed | implicit, true},
		{"may deny", []policy.Statement{statement(policy.Allow, ""), statement(policy.Deny, why)}, allowed | explicit, true},
		{"allowed anyway", []policy.Statement{statement(policy.Allow, ""), statement(policy.Allow, why)}, allowed, false},
		{"denied anyway", []policy.Statement{statement(policy.Deny, ""), statement(policy.Allow, why)}, explicit, false},
		{"may deny something else", []policy.Statement{statement(policy.Allow, ""), elsewhere}, allowed, false},
		{"may allow or deny", []policy.Statement{statement("", why)}, allowed | implicit | explicit, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := world{}.policies(t)
			p.Identity = []policy.Source{{Name: "identity", Document: fact.Of(policy.New(tt.identity...))}}
			a := policy.Decide(world{}.request(), p)
			check(t, a, tt.want)
			if d, _ := policy.Prepare(p).Decision(world{}.request().Prepare()); d != tt.want {
				t.Errorf("the quick answer is %v, want %v", d, tt.want)
			}
			want := policy.Open{Layer: policy.Identity, Policy: "identity", Why: why}
			if got := len(a.Classes[0].Open) > 0 && cmp.Equal(a.Classes[0].Open[0], want); got != tt.open {
				t.Errorf("open: %+v, want %+v: %v", a.Classes[0].Open, want, tt.open)
			}
		})
	}
}

// Statements that are in doubt for different reasons are not one, a policy that
// may be public is not certainly so, and such a document cannot be compared.
func TestDoubtApart(t *testing.T) {
	var many []policy.Statement
	for _, why := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"} {
		many = append(many, policy.Statement{Effect: policy.Allow, Action: policy.One("s3:*"), Resource: policy.One("*"), Doubt: why})
	}
	p := world{}.policies(t)
	p.Identity = []policy.Source{{Document: fact.Of(policy.New(many...))}}
	if a := policy.Decide(world{}.request(), p); len(a.Classes[0].Open) != len(many) {
		t.Errorf("open: %v, want %d reasons", a.Classes[0].Open, len(many))
	}
	all := policy.New(policy.Statement{Effect: policy.Allow, Principal: policy.Principals{Everyone: true}, Action: policy.One("s3:*"), Resource: policy.One("*"), Doubt: "x"})
	if public, certain := all.Public(); !public || certain {
		t.Errorf("public %v, certain %v; want neither for certain", public, certain)
	}
	if _, err := policy.Compare(all, all, policy.Universe{}); err == nil || err.Error() != "a: statement 0: x" {
		t.Errorf("Compare: %v, want it refused", err)
	}
}

// A document says why nobody knows all of it, by the first statement in doubt.
func TestDocumentDoubt(t *testing.T) {
	for want, d := range map[string]*policy.Document{"": nil, "x": policy.New(policy.Statement{}, policy.Statement{Doubt: "x"}, policy.Statement{Doubt: "y"})} {
		if got := d.Doubt(); got != want {
			t.Errorf("the document is in doubt for %q, want %q", got, want)
		}
	}
	if got := policy.New(policy.Statement{}).Doubt(); got != "" {
		t.Errorf("a document without doubt has %q", got)
	}
}
