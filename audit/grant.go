package audit

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/replication"
)

// A Grant is a requirement that is met, and what it was decided without.
type Grant struct {
	Requirement string            `json:"requirement"` // ID
	Rule        string            `json:"rule,omitempty"`
	From        string            `json:"from,omitempty"`
	To          string            `json:"to,omitempty"`
	Origin      string            `json:"origin,omitempty"`
	Level       replication.Level `json:"level"`
	Account     string            `json:"account,omitempty"` // that owns the resource
	Document    replication.Kind  `json:"document"`          // that has to carry it
	Principal   string            `json:"principal"`
	Action      string            `json:"action"`
	Resource    string            `json:"resource"`
	Assuming    []string          `json:"assuming,omitempty"`
	Source      string            `json:"source"` // URL
}

// granted keeps a requirement that is met, if all are to be shown.
func (a *auditor) granted(qu *question) {
	if !a.in.All {
		return
	}
	g := Grant{
		Requirement: qu.ID, Rule: qu.Rule, From: qu.From, To: qu.To, Origin: origin(qu.rule, a.in), Level: qu.Level, Account: qu.ResourceAccount,
		Principal: qu.Principal, Action: qu.Action, Resource: qu.Resource, Assuming: sorted(qu.assuming), Source: qu.Source,
	}
	if len(qu.Holders) > 0 {
		g.Document = qu.Holders[0]
	}
	a.met = append(a.met, g)
}

func compareGrants(x, y Grant) int {
	return cmp.Or(strings.Compare(x.From, y.From), strings.Compare(x.Rule, y.Rule), strings.Compare(x.To, y.To),
		strings.Compare(x.Origin, y.Origin), strings.Compare(x.Requirement, y.Requirement))
}

// oneByOne makes a finding for each requirement that hangs on a cause and that
// nobody could decide. Each says of which finding it is a part, so that it is
// known and suppressed as that is.
func (f *Finding) oneByOne(concerns []concern) []Finding {
	var out []Finding
	ofRules := func(x, y concern) int { return cmp.Compare(min(len(y.requirement), 1), min(len(x.requirement), 1)) }
	for _, c := range slices.SortedStableFunc(slices.Values(concerns), ofRules) { // those of rules alone last
		if !slices.ContainsFunc(out, func(o Finding) bool { return o.covers(c) }) {
			out = append(out, f.part(c))
		}
	}
	return out
}

// covers reports whether a part says what another concern would: that of a rule,
// or of a bucket, goes without saying where one of its requirements is there.
func (f *Finding) covers(c concern) bool {
	if c.requirement != "" {
		return f.Requirement == c.requirement && f.Origin == c.origin
	}
	is := func(want, got string) bool { return want == "" || want == got }
	return is(c.rule, f.Rule) && is(c.from, f.From) && is(c.to, f.To)
}

func (f *Finding) part(c concern) Finding {
	part := *f
	part.Args = maps.Clone(f.Args)
	part.settle([]concern{c})
	part.Cause, part.Requirement, part.Requirements, part.Action, part.Resource = f.ID, c.requirement, nil, c.action, c.resource
	part.ID = identify(part, nil)
	return part
}
