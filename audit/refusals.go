package audit

import (
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// A refusal is something that a SPEC wants a destination to refuse.
type refusal struct {
	check, action string
	wanted        func(replication.Rule) bool
	statement     func(replication.Rule) policy.Statement
}

var refusals = []refusal{
	{checkTagsNotDenied, "s3:ReplicateTags", func(r replication.Rule) bool { return r.Tags == replication.Refuse }, replication.DenyTags},
	{
		checkAnnotationsNotDenied, "s3:ReplicateObjectAnnotation",
		func(r replication.Rule) bool { return r.Annotations == replication.Refuse }, replication.DenyAnnotations,
	},
}

// refusals checks that the destination refuses what the rule wants refused.
func (a *auditor) refusals(r replication.Rule) {
	_, live, state := a.bucket(r.To)
	if state != fact.Known || !live.Policy.Read() {
		return // bucket-not-found or read-denied says it already
	}
	for _, x := range refusals {
		if x.wanted(r) {
			a.refusal(r, x)
		}
	}
}

func (a *auditor) refusal(r replication.Rule, x refusal) {
	qu := question{Requirement: replication.Requirement{
		Rule: r.Name, From: r.From.Name, To: r.To.Name, Principal: r.Role, Action: x.action,
		Resource: r.Resource(replication.DestinationObjects), Account: r.From.Account, ResourceAccount: r.To.Account,
		Position: r.Pos, Level: replication.Required,
	}, rule: r, bucket: r.To, check: checkMissing}
	a.dataQuestion(&qu)
	answer := a.evaluator.Decide(qu.request, qu.policies)
	if answer.TooComplex {
		a.tooComplex(&qu)
		return
	}
	for _, c := range answer.Classes {
		if !a.refused(&qu, c) {
			a.accepted(&qu, x, c.Witness)
			return
		}
	}
}

// accepted records that a destination does not refuse what it should.
func (a *auditor) accepted(qu *question, x refusal, witness string) {
	f := a.findingFor(qu, qu.place(policy.Resource))
	f.Check, f.Outcome, f.Severity, f.Witness = x.check, Mismatch, Medium, witness
	f.Assuming = nil
	f.Args["bucket"] = qu.bucket.Name
	st := x.statement(qu.rule)
	f.Evidence = shows(f.Document, words("says.none-denies", "action", x.action, "witness", witness))
	f.Fix = Fix{Op: Add, Document: f.Document, Statement: &st}.saying(words("fix.add-to-bucket", "bucket", qu.bucket.Name))
	a.add(f, nil)
}
