package audit

import (
	"slices"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// writers decides what each writer of the SPEC can do, what it can do beyond
// that, and whether the bucket keeps it to its prefixes.
func (a *auditor) writers() {
	for _, w := range a.in.Writers {
		w.Bucket = a.fill(w.Bucket)
		for _, q := range replication.WriterRequirements(w) {
			a.writerRequirement(w, q)
		}
		a.guarded(w)
	}
}

func (a *auditor) writerRequirement(w replication.Writer, q replication.Requirement) {
	qu := question{Requirement: q, bucket: w.Bucket, check: checkWriterCannot}
	qu.rule = replication.Rule{To: w.Bucket, Pos: w.Pos}
	if a.nowhere(&qu) {
		return
	}
	qu.request = policy.Request{
		Caller: a.writerCaller(w), Action: q.Action, Resource: q.Resource, Pattern: true, ResourceAccount: q.ResourceAccount,
	}
	p := a.identity(w.ARN)
	a.applyPolicies(&qu, replication.Call{
		Action: q.Action, Caller: w.ARN, Account: w.Account, ResourceAccount: q.ResourceAccount, Region: w.Bucket.Region,
		UniqueID: p.uniqueID, Tags: p.tags, Human: true, SourceIPs: w.SourceIPs,
		AccessPoint: w.AccessPointARN(),
	})
	if slices.Contains(q.Holders, replication.WriterAccessPointPolicy) {
		qu.policies.Resource = a.accessPointPolicy(w)
	}
	a.answer(&qu)
}

func (a *auditor) writerCaller(w replication.Writer) policy.Caller {
	c := policy.Caller{Kind: policy.Role, ARN: w.ARN, Account: w.Account, UniqueID: a.identity(w.ARN).uniqueID, AnySession: true}
	if w.Kind == "user" {
		c.Kind, c.AnySession = policy.User, false
	}
	return c
}

func (a *auditor) accessPointPolicy(w replication.Writer) policy.Source {
	name := "policy of access point " + w.AccessPoint
	account := a.in.Snapshot.Accounts[w.Bucket.Account]
	if account != nil {
		if ap, ok := account.AccessPoints[w.AccessPointARN()]; ok && ap != nil {
			return policy.Source{Name: name, Document: ap.Policy.Value}
		}
	}
	return policy.Source{Name: name, Document: fact.Unread[*policy.Document]("access points are not collected yet")}
}

// guarded checks that the bucket's policy denies a guarded writer everything
// outside its prefixes.
func (a *auditor) guarded(w replication.Writer) {
	if !w.Guard || len(w.Prefixes) == 0 {
		return
	}
	_, live, state := a.bucket(w.Bucket)
	if state != fact.Known {
		return
	}
	document, ok := live.Policy.Get()
	if !ok && !live.Policy.Read() {
		return // read-denied says it already
	}
	witness, guarded := a.outside(w, document)
	if guarded {
		return
	}
	st := w.GuardStatement()
	a.add(Finding{
		Check: checkWriterUnguarded, Outcome: Mismatch, Severity: High, Rule: w.Name, To: w.Bucket.Name,
		Account: w.Bucket.Account, Document: replication.WriterBucketPolicy, Target: w.Bucket.ARN(), Principal: w.ARN,
		Action: "s3:PutObject", Resource: w.Bucket.ARN() + "/*", Witness: witness, Position: w.Pos,
		Args: map[string]string{"rule": w.Name, "bucket": w.Bucket.Name},
		Fix:  &Fix{Op: Add, Document: replication.WriterBucketPolicy, Statement: &st, Text: "add this statement to the policy of bucket " + w.Bucket.Name},
	}, nil)
}

// outside decides whether every object outside the writer's prefixes is denied
// to it by the bucket's policy, and names one that is not. An identity policy
// that allows just the prefixes tells inside and outside apart.
func (a *auditor) outside(w replication.Writer, d *policy.Document) (witness string, guarded bool) {
	resource := policy.Source{Name: "policy of bucket " + w.Bucket.Name, Document: fact.Absent[*policy.Document]()}
	if d != nil {
		resource.Document = fact.Of(d)
	}
	inside := policy.New(policy.Statement{
		Effect: policy.Allow, Action: policy.One("s3:PutObject"), Resource: policy.List(w.BucketResources()...),
	})
	answer := a.evaluator.Decide(policy.Request{
		Caller: a.writerCaller(w), Action: "s3:PutObject", Resource: w.Bucket.ARN() + "/*", Pattern: true, ResourceAccount: w.Bucket.Account,
		Context: replication.Call{
			Action: "s3:PutObject", Caller: w.ARN, Account: w.Account, ResourceAccount: w.Bucket.Account, Human: true,
		}.Context(),
	}, policy.Policies{
		Identity: []policy.Source{{Name: "inside", Document: fact.Of(inside)}},
		Resource: resource, Boundary: policy.Source{Document: fact.Absent[*policy.Document]()},
		SCPs: fact.Absent[[][]policy.Source](), RCPs: fact.Absent[[][]policy.Source](),
	})
	for _, c := range answer.Classes {
		if saysOf(c, policy.Identity) == policy.Silent && c.Decision != policy.ExplicitDeny {
			return c.Witness, false
		}
	}
	return "", !answer.TooComplex
}

// tagsDenied checks that the destination refuses tags where the rule wants it.
func (a *auditor) tagsDenied(r replication.Rule) {
	if r.Tags != replication.Refuse {
		return
	}
	_, live, state := a.bucket(r.To)
	if state != fact.Known || !live.Policy.Read() {
		return // bucket-not-found or read-denied says it already
	}
	a.denied(r, live)
}

func (a *auditor) denied(r replication.Rule, live *snapshot.Bucket) {
	qu := question{Requirement: replication.Requirement{
		Rule: r.Name, From: r.From.Name, To: r.To.Name, Principal: r.Role, Action: "s3:ReplicateTags",
		Resource: r.Resource(replication.DestinationObjects), Account: r.From.Account, ResourceAccount: r.To.Account,
		Holders: []replication.Kind{replication.RolePolicy, replication.DestinationBucketPolicy}, Position: r.Pos,
	}, rule: r, bucket: r.To}
	a.dataQuestion(&qu)
	answer := a.evaluator.Decide(qu.request, qu.policies)
	for _, c := range answer.Classes {
		if saysOf(c, policy.Resource) == policy.Denies {
			continue
		}
		f := a.findingFor(&qu, qu.place(policy.Resource))
		f.Check, f.Outcome, f.Severity, f.Witness = checkTagsNotDenied, Mismatch, Medium, c.Witness
		f.Requirement, f.Source, f.Assuming = "", "", nil
		f.Args["bucket"] = r.To.Name
		st := replication.DenyTags(r)
		f.Fix = &Fix{Op: Add, Document: f.Document, Statement: &st, Text: "add this statement to the policy of bucket " + r.To.Name}
		a.add(f, nil)
		return
	}
}

func saysOf(c policy.Class, layer policy.Layer) policy.Says {
	for _, v := range c.Views {
		if v.Layer == layer {
			return v.Says
		}
	}
	return policy.Silent
}
