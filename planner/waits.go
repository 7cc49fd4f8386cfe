package planner

import (
	"slices"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// WaitsFor lists the accounts, by ID, that have to apply step 1 before p can be
// applied, and that p leaves out: their roles and users stand as principals in
// policies of p, and AWS refuses a policy whose principal is not there.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
func (p *Plan) WaitsFor() []string {
	made := map[string]bool{}
	for _, d := range p.Documents {
		made[d.Target] = true
	}
	var accounts []string
	for _, d := range p.Documents {
		for _, name := range principalsOf(d) {
			a, err := arn.Parse(name)
			if err == nil && (a.Type() == "role" || a.Type() == "user") && a.Account != d.Account && !made[name] {
				accounts = append(accounts, a.Account)
			}
		}
	}
	slices.Sort(accounts)
	return slices.Compact(accounts)
}

// principalsOf are those that the policy of a bucket, key or access point names.
// Who may assume a role is no matter of a plan's order, and whom a Deny of somebody
// else names is there already.
func principalsOf(d Document) []string {
	if d.Kind == replication.ReplicationConfiguration || d.Kind == replication.SourceBucketPolicy || d.Step == 1 {
		return nil
	}
	document, err := policy.Parse(d.Document)
	if err != nil {
		return nil
	}
	var names []string
	for _, s := range document.Statements {
		for _, t := range s.Principal.Types {
			names = append(names, t.Values.Values...)
		}
	}
	return names
}
