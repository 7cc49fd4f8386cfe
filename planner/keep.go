package planner

import (
	"slices"

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
	p.Outline = p.Of(account)
}
