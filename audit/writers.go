package audit

import (
	"slices"

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
	name := policyOfAccessPoint + w.AccessPoint
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
