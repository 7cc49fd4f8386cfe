package glob_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/repligrant/repligrant/policy/glob"
)

// TestBudget: with a budget that suffices, searches say what they say without.
func TestBudget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q := glob.Compile(patterns("ab**??").Draw(t, "p")), glob.Compile(patterns("ab**??").Draw(t, "q"))
		b := glob.NewBudget(1 << 20)
		if got, want := b.Disjoint(p, q), glob.Disjoint(p, q); got != want {
			t.Errorf("Disjoint(%s, %s) = %t, want %t", p, q, got, want)
		}
		got, err := b.Contains(p, q)
		if want, _ := glob.Contains(p, q); got != want || err != nil {
			t.Errorf("Contains(%s, %s) = %t, %v, want %t", p, q, got, err, want)
		}
		classes, err := b.Classes(p, []glob.Pattern{q, p})
		want, _ := glob.Classes(p, []glob.Pattern{q, p}, glob.DefaultBudget)
		if d := cmp.Diff(want, classes); d != "" || err != nil {
			t.Errorf("Classes(%s, %s): %v (-want +got):\n%s", p, q, err, d)
		}
		if !b.Spend(1) {
			t.Error("nothing is left")
		}
	})
}

// TestBudgetSpent: what is not known is not said.
func TestBudgetSpent(t *testing.T) {
	p, q := glob.Compile("*a*b*"), glob.Compile("*b*a*c")
	for units := range 60 {
		b := glob.NewBudget(units)
		if b.Disjoint(p, q) {
			t.Errorf("%d units: patterns that meet are said to be disjoint", units)
		}
		if in, err := b.Contains(p, q); in {
			t.Errorf("%d units: Contains = %t, %v", units, in, err)
		}
		if c, err := b.Classes(p, []glob.Pattern{q}); !errors.Is(err, glob.ErrTooComplex) {
			t.Errorf("%d units: %d classes, %v", units, len(c), err)
		}
		if b.Spend(0) {
			t.Errorf("of %d units some are left", units)
		}
	}
	b := glob.NewBudget(0)
	if c, err := b.Classes(glob.Literal("x"), []glob.Pattern{p}); err == nil {
		t.Errorf("without budget: %v", c)
	}
}
