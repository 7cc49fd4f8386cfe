package simulate

import (
	"errors"
	"slices"

	"github.com/repligrant/repligrant/policy"
)

// decide decides a case.
func (s *Simulator) decide(c *Case) (*answer, error) {
	decided := s.evaluator.Decide(c.Request, c.Policies)
	for _, b := range c.boundaries {
		policies := c.Policies
		policies.Boundary = b
		also := s.evaluator.Decide(c.Request, policies)
		if len(decided.Classes) != 1 || len(also.Classes) != 1 {
			return nil, errors.New("several boundaries, of which one does not treat all resources alike, are not decided for a pattern")
		}
		decided.Classes = []policy.Class{worse(decided.Classes[0], also.Classes[0])}
		decided.TooComplex = decided.TooComplex || also.TooComplex
	}
	if len(decided.Classes) == 0 {
		return nil, errors.New("the pattern names no resource: an object key has at least one character")
	}
	a := c.answerOf(decided.Classes)
	if decided.TooComplex {
		a.Open = append(a.Open, open{Why: c.tooMuch()})
	}
	if c.explain {
		a.NearMiss = s.nearMisses(c)
	}
	return a, nil
}

// tooMuch says why there was no decision within the budget.
func (c *Case) tooMuch() string {
	if c.Request.Pattern {
		return tooComplex
	}
	return tooOpen
}

// worse is the decision under two permissions boundaries, each of which has to
// allow. A principal of AWS's has one at most.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html.
func worse(a, b policy.Class) policy.Class {
	c := a
	c.Decision = worst(a.Decision, b.Decision)
	c.Views = slices.Clone(a.Views)
	for i := range c.Views {
		j := slices.IndexFunc(b.Views, func(v policy.View) bool { return v.Layer == policy.Boundary })
		if v := &c.Views[i]; v.Layer == policy.Boundary && j >= 0 {
			v.Allows = slices.Concat(v.Allows, b.Views[j].Allows)
			v.Denies = slices.Concat(v.Denies, b.Views[j].Denies)
		}
	}
	c.Open = nil
	if c.Decision.Unknown() {
		c.Open = slices.Concat(a.Open, b.Open)
	}
	c.Withheld = a.Withheld || b.Withheld
	return c
}

// worst returns the worse of each decision in a and each in b. They are
// declared from the best to the worst.
func worst(a, b policy.Decision) (all policy.Decision) {
	for _, d := range []policy.Decision{policy.Allowed, policy.ImplicitDeny, policy.ExplicitDeny} {
		for _, e := range []policy.Decision{policy.Allowed, policy.ImplicitDeny, policy.ExplicitDeny} {
			if a&d != 0 && b&e != 0 {
				all |= max(d, e)
			}
		}
	}
	return all
}
