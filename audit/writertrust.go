package audit

import (
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// assumable decides whether one of those who are to become a writer may, as far
// as the writer's own trust policy goes: that they may ask is for their own
// policies.
func (a *auditor) assumable(w replication.Writer, q replication.Requirement) {
	live, state := a.in.Snapshot.FindRole(w.ARN)
	if state != fact.Known {
		return // the writer's other requirements say it already
	}
	trust := policy.Source{Name: trustPolicy, Document: live.AssumeRolePolicyDocument.Value}
	qu := question{Requirement: q, rule: replication.Rule{To: w.Bucket, Pos: w.Pos}, writer: &w, bucket: w.Bucket, check: checkWriterCannot}
	qu.request = policy.Request{
		Caller: assumer(q.Principal), Action: q.Action, Resource: q.Resource, ResourceAccount: q.ResourceAccount,
		Context: a.assumeKeys(replication.AssumerContext(q.Principal)),
	}
	qu.policies = policy.Policies{
		Identity: []policy.Source{anything()}, Resource: trust, Boundary: absent(""),
		SCPs: fact.Absent[[][]policy.Source](), RCPs: fact.Absent[[][]policy.Source](),
	}
	a.consultOne(&qu, policy.Resource, trust)
	if answer := a.evaluator.Decide(qu.request, qu.policies); answer.Allowed() {
		a.count(&qu, Granted)
	} else {
		a.blame(&qu, answer)
	}
}

// anything is the identity policy of somebody who may ask for everything.
func anything() policy.Source {
	all := policy.Statement{Effect: policy.Allow, Action: policy.One("*"), Resource: policy.One("*")}
	return policy.Source{Name: "anything", Document: fact.Of(policy.New(all))}
}

// assumer is the caller that an entry of assumed_by names.
func assumer(principal string) policy.Caller {
	p, err := arn.Parse(principal)
	switch {
	case err != nil:
		return policy.Caller{Kind: policy.ServiceCaller, ARN: principal}
	case strings.HasPrefix(p.Resource, "role/"):
		return policy.Caller{Kind: policy.Role, ARN: principal, Account: p.Account, AnySession: true}
	case strings.HasPrefix(p.Resource, "user/"):
		return policy.Caller{Kind: policy.User, ARN: principal, Account: p.Account}
	default:
		return policy.Caller{Kind: policy.Root, ARN: principal, Account: p.Account}
	}
}
