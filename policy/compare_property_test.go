package policy_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
)

// inCatalogue gives the keys of drawStatement the names of keys that every
// action has.
var inCatalogue = strings.NewReplacer(`"k"`, `"aws:PrincipalOrgID"`, `"m"`, `"aws:CalledVia"`, "${v}", "${aws:username}")

// drawPair draws two documents that have much in common, and how to draw a
// statement more.
func drawPair(t *rapid.T) (a, b string, more func(policy.Effect) string) {
	draw := drawStatement
	if rapid.Bool().Draw(t, "named") {
		draw = drawNamed
	}
	one := func(effects ...policy.Effect) string { return inCatalogue.Replace(draw(t, effects...)) }
	common := rapid.SliceOfN(rapid.Just(0), 0, 2).Draw(t, "common")
	for range common {
		s := one(policy.Allow, policy.Deny)
		a, b = join(a, s), join(b, s)
	}
	for range rapid.IntRange(0, 2).Draw(t, "in a") {
		a = join(a, one(policy.Allow, policy.Allow, policy.Deny))
	}
	for range rapid.IntRange(0, 2).Draw(t, "in b") {
		b = join(b, one(policy.Allow, policy.Allow, policy.Deny))
	}
	return a, b, func(e policy.Effect) string { return one(e) }
}

// TestCompareItself: whatever a document says, it allows what it allows.
func TestCompareItself(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a, _, _ := drawPair(r)
		if got := compare(t, a, a, policy.Universe{}).Relation(); got != policy.Equal {
			r.Errorf("%s is %s to itself", a, got)
		}
		statements := document(t, a)
		slices.Reverse(statements.Statements)
		c, err := policy.Compare(document(t, a), statements, policy.Universe{})
		if err != nil || c.Relation() != policy.Equal {
			r.Errorf("%s is %s to itself backwards: %v", a, c.Relation(), err)
		}
	})
}

// TestCompareSwapped: what a has beyond b is what b lacks of a.
func TestCompareSwapped(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a, b, _ := drawPair(r)
		forth, back := compare(t, a, b, policy.Universe{}).Relation(), compare(t, b, a, policy.Universe{}).Relation()
		if swapped[forth] != back {
			r.Errorf("%s\nto %s\nis %s, and the other way round %s", a, b, forth, back)
		}
	})
}

// TestCompareMore: a document with an Allow more never allows less, and one with
// a Deny more never allows more.
func TestCompareMore(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a, _, more := drawPair(r)
		if c := compare(t, a, join(a, more(policy.Allow)), policy.Universe{}); c.A.Witness != nil {
			r.Errorf("%s\nallows less with an Allow more: %+v", a, c.A.Witness)
		}
		if c := compare(t, a, join(a, more(policy.Deny)), policy.Universe{}); c.B.Witness != nil {
			r.Errorf("%s\nallows more with a Deny more: %+v", a, c.B.Witness)
		}
	})
}

// TestCompareThrice: less than what is less is less.
func TestCompareThrice(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a, b, more := drawPair(r)
		c := join(a, more(policy.Allow))
		ab, bc, ac := compare(t, a, b, policy.Universe{}), compare(t, b, c, policy.Universe{}), compare(t, a, c, policy.Universe{})
		if ab.A.None() && bc.A.None() && ac.A.Witness != nil {
			r.Errorf("%s\nis in %s\nwhich is in %s\nand is not: %+v", a, b, c, ac.A.Witness)
		}
	})
}

// TestCompareReplays: the evaluator says of each witness what it is said to show,
// and no reason says that it did not.
func TestCompareReplays(t *testing.T) {
	witnesses := 0
	rapid.Check(t, func(r *rapid.T) {
		a, b, _ := drawPair(r)
		c := compare(t, a, b, policy.Universe{})
		for _, why := range append(c.A.Unknown, c.B.Unknown...) {
			if strings.Contains(why, "does not agree") {
				r.Errorf("%s\n%s\n%s", a, b, why)
			}
		}
		for _, e := range []struct {
			policy.Excess
			by, not string
		}{{c.A, a, b}, {c.B, b, a}} {
			if e.Witness == nil || e.Witness.Principal != "" {
				continue
			}
			witnesses++
			if !allows(t, e.by, e.Witness) || allows(t, e.not, e.Witness) {
				r.Errorf("%+v is not allowed by %s alone, against %s", e.Witness, e.by, e.not)
			}
		}
	})
	if witnesses == 0 {
		t.Error("no witness was replayed")
	}
}

// allows decides a witness by the policy of an identity.
func allows(t *testing.T, statements string, w *policy.Witness) bool {
	t.Helper()
	d := world{}.policies(t)
	d.Identity = []policy.Source{{Document: fact.Of(document(t, statements))}}
	keys := map[string]policy.Domain{}
	for k, v := range w.Context {
		keys[strings.ToLower(k)] = policy.Exactly(v...)
	}
	q := policy.Request{Caller: asRole, Action: w.Action, Resource: w.Resource, ResourceAccount: own, Context: policy.Context{Keys: keys}}
	return policy.Decide(q, d).Allowed()
}
