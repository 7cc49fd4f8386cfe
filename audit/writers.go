package audit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// writers decides what each writer of the SPEC can do, what it can do beyond
// that, and whether the bucket keeps it to its prefixes.
func (a *auditor) writers() {
	for _, w := range a.in.Writers {
		w.Bucket = a.fill(w.Bucket)
		a.uploadKey(w)
		for _, q := range replication.WriterRequirements(w) {
			if q.Holders[0] == replication.WriterTrustPolicy {
				a.assumable(w, q)
			} else {
				a.writerRequirement(w, q)
			}
		}
		a.guarded(w)
	}
}

func (a *auditor) writerRequirement(w replication.Writer, q replication.Requirement) {
	qu := a.writerQuestion(w, q)
	if a.nowhere(&qu) {
		return
	}
	if slices.Contains(q.Holders, replication.WriterAccessPointPolicy) {
		qu.policies.Resource = a.accessPointPolicy(w)
	}
	if limitedTo(q) {
		a.limited[w.ARN] = append(a.limited[w.ARN], &qu)
	}
	a.answer(&qu)
}

// writerQuestion fills in the request that a writer makes, and the policies that
// apply to it.
func (a *auditor) writerQuestion(w replication.Writer, q replication.Requirement) question {
	qu := question{
		Requirement: q, rule: replication.Rule{To: w.Bucket, Pos: w.Pos}, writer: &w, bucket: w.Bucket, check: checkWriterCannot,
	}
	qu.request = policy.Request{
		Caller: a.writerCaller(w), Action: q.Action, Resource: q.Resource, Pattern: !q.On.OfKey(), ResourceAccount: q.ResourceAccount,
	}
	p := a.identity(w.ARN)
	a.applyPolicies(&qu, replication.Call{
		Action: q.Action, Caller: w.ARN, Account: w.Account, ResourceAccount: q.ResourceAccount, Region: w.Bucket.Region,
		UniqueID: p.uniqueID, Tags: p.tags, Human: true, SourceIPs: w.SourceIPs,
		AccessPoint: w.AccessPointARN(),
		ViaService:  q.Context[replication.ViaService], EncryptionContext: q.Context[replication.EncryptionContext],
	})
	return qu
}

func (a *auditor) writerCaller(w replication.Writer) policy.Caller {
	c := policy.Caller{Kind: policy.Role, ARN: w.ARN, Account: w.Account, UniqueID: a.identity(w.ARN).uniqueID, AnySession: true}
	if w.Kind == "user" {
		c.Kind, c.AnySession = policy.User, false
	}
	return c
}

// uploadKey checks the key by which the writer's bucket encrypts what it
// uploads. Where nobody knows which it is, neither does anybody know whether the
// writer may use it.
func (a *auditor) uploadKey(w replication.Writer) {
	r := replication.Rule{Name: w.Name, From: replication.Bucket{Account: w.Account}, To: w.Bucket, Pos: w.Pos}
	if key := w.Key(); key != "" {
		a.keyState(r, key, replication.UploadKey)
		return
	}
	_, live, state := a.bucket(w.Bucket)
	if w.Bucket.KMSKeys.Read() || state != fact.Known {
		return // it needs none; or the bucket was not read, which is said elsewhere
	}
	qu := question{
		Requirement: replication.Requirement{
			ID: "writer/" + w.Name + "/kms:GenerateDataKey", Rule: w.Name, To: w.Bucket.Name, Principal: w.ARN, Action: "kms:GenerateDataKey",
			Resource: "*", Level: replication.Required, Account: w.Account, ResourceAccount: w.Bucket.Account, Position: w.Pos,
			Holders: []replication.Kind{replication.WriterPolicy}, On: replication.UploadKey,
		},
		rule: r, writer: &w, bucket: w.Bucket, check: checkWriterCannot,
	}
	if encryption := live.ServerSideEncryptionConfiguration; !encryption.Read() {
		a.count(&qu, Unknown)
		a.unreadBucket(w.Bucket, replication.BucketSettings, "GetBucketEncryption", encryption.Why(), a.concern(&qu))
		return
	}
	a.keyUnknown(&qu)
}

func (a *auditor) accessPointPolicy(w replication.Writer) policy.Source {
	name := "policy of access point " + w.AccessPoint
	account := a.in.Snapshot.Accounts[w.Bucket.Account]
	if account != nil {
		switch ap, there := account.AccessPoints[w.AccessPointARN()]; {
		case ap != nil:
			return policy.Source{Name: name, Document: ap.Policy.Value}
		case there || account.Lists("accessPoints"):
			return absent(name)
		}
	}
	return unread(name, sentences["unread.access-points"])
}

// guarded checks that the bucket's policy denies a guarded writer everything
// outside its prefixes.
func (a *auditor) guarded(w replication.Writer) {
	if !w.Guard || len(w.Prefixes) == 0 {
		return
	}
	_, live, state := a.bucket(w.Bucket)
	if state != fact.Known || !live.Policy.Read() {
		return // bucket-not-found or read-denied says it already
	}
	var open []string
	witness := ""
	for _, action := range replication.GuardedActions {
		if w, guarded := a.outside(w, action); !guarded {
			open = append(open, action)
			witness = cmp.Or(witness, w)
		}
	}
	if len(open) > 0 {
		a.unguarded(w, open, witness)
	}
}

// unguarded records what a writer is not kept from.
func (a *auditor) unguarded(w replication.Writer, actions []string, witness string) {
	st := w.GuardStatement()
	p := place{replication.WriterBucketPolicy, w.Bucket.Account, w.Bucket.ARN(), ""}
	a.add(Finding{
		Check: checkWriterUnguarded, Outcome: Mismatch, Severity: High, Rule: w.Name, To: w.Bucket.Name,
		Account: p.account, Document: p.document, Target: p.target, Principal: w.ARN,
		Action: actions[0], Resource: w.Bucket.ARN() + "/*", Witness: witness, Position: w.Pos,
		Args:     map[string]string{"rule": w.Name, "bucket": w.Bucket.Name, "action": strings.Join(actions, ", ")},
		Evidence: shows(p.document, words("says.none-denies-certainly", "action", actions[0], "witness", witness)),
		Fix:      Fix{Op: Add, Document: p.document, Statement: &st}.saying(words("fix.add-to-bucket", "bucket", w.Bucket.Name)),
	}, nil)
}

// outside decides whether every object outside the writer's prefixes is denied
// to it by the bucket's policy, and names one that is not. An identity policy
// that allows just the prefixes tells inside and outside apart. Whether it is
// denied may also depend on a key: then it is recorded as unknown.
func (a *auditor) outside(w replication.Writer, action string) (witness string, guarded bool) {
	q := replication.Requirement{
		Rule: w.Name, To: w.Bucket.Name, Principal: w.ARN, Action: action, Resource: w.Bucket.ARN() + "/*", Position: w.Pos,
		Account: w.Account, ResourceAccount: w.Bucket.Account, Level: replication.Required,
	}
	qu := a.writerQuestion(w, q)
	inside := policy.New(policy.Statement{
		Effect: policy.Allow, Action: policy.One(action), Resource: policy.List(w.BucketResources()...),
	})
	qu.policies = policy.Policies{
		Identity: []policy.Source{{Name: "inside", Document: fact.Of(inside)}},
		Resource: qu.policies.Resource, Boundary: absent(""),
		SCPs: fact.Absent[[][]policy.Source](), RCPs: fact.Absent[[][]policy.Source](),
	}
	answer := a.evaluator.Decide(qu.request, qu.policies)
	if answer.TooComplex {
		a.tooComplex(&qu)
		return "", true
	}
	for _, c := range answer.Classes {
		if viewOf(c.Views, policy.Identity).Says != policy.Silent || a.refused(&qu, c) {
			continue
		}
		return c.Witness, false
	}
	return "", true
}

// refused reports whether the bucket's policy denies a class of objects; where
// that depends on something, it records what, and says yes.
func (a *auditor) refused(qu *question, c policy.Class) bool {
	says := viewOf(c.Views, policy.Resource)
	if says.Says&policy.Denies == 0 {
		return false
	}
	if says.Says != policy.Denies {
		for _, ref := range says.Denies {
			a.perhaps(qu, ref)
		}
	}
	return true
}

// perhaps records a denial that is wished for and that depends on its condition.
func (a *auditor) perhaps(qu *question, ref policy.Ref) {
	st, ok := qu.statement(ref)
	if !ok {
		return
	}
	var keys []string
	for _, c := range st.Condition {
		keys = append(keys, c.Key)
	}
	a.openKey(qu, policy.Open{Layer: ref.Layer, Policy: ref.Policy, Key: cmp.Or(strings.Join(keys, ", "), sentences[ofPrincipal])})
}
