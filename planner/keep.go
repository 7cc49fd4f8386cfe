package planner

import (
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/replication"
)

// Keep takes everything out of p that one account, by its ID, neither applies nor
// receives. Whose statements p may replace stays as it is: also a role that
// reaches the account no more is one of p's, see [Plan.Callers].
func (p *Plan) Keep(account string) {
	p.callers = p.Callers()
	p.Documents = slices.DeleteFunc(p.Documents, func(d Document) bool { return d.Account != account })
	p.Requirements = slices.DeleteFunc(p.Requirements, func(q replication.Requirement) bool {
		return q.Account != account && q.ResourceAccount != account
	})
	all := p.Outline
	p.Outline = p.Of(account)
	about := newConcern(account, all, p.Outline)
	p.Assumptions = slices.DeleteFunc(p.Assumptions, func(a Assumption) bool { return about.others(a.Bucket) })
	p.Warnings = slices.DeleteFunc(p.Warnings, func(w Warning) bool {
		return about.others(slices.Collect(maps.Values(w.Args))...)
	})
}

// A concern tells what one account has to do with from what only others have.
type concern struct {
	account   string
	own, rest []string // names of buckets, rules and writers, and ARNs of roles
}

func newConcern(account string, all, kept Outline) concern {
	c := concern{account: account, own: kept.names()}
	c.rest = slices.DeleteFunc(all.names(), func(name string) bool { return slices.Contains(c.own, name) })
	return c
}

// names are what a text may call the parts of o.
func (o Outline) names() []string {
	var l []string
	for _, b := range o.Buckets {
		l = append(l, b.Name)
	}
	for _, r := range o.Rules {
		l = append(l, r.Name, r.Role, r.Job)
	}
	for _, w := range o.Writers {
		l = append(l, w.Name, w.ARN)
	}
	return l
}

// others reports whether texts name something of other accounts, and nothing that
// the account has to do with. What names neither may be about anything, and stays.
func (c concern) others(texts ...string) bool {
	found := false
	for _, text := range texts {
		if a, err := arn.Parse(text); err == nil && a.Service == "s3" {
			text = a.Name()
		}
		if strings.Contains(text, c.account) || slices.Contains(c.own, text) {
			return false
		}
		found = found || slices.Contains(c.rest, text)
	}
	return found
}
