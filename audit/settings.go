package audit

import (
	"cmp"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

type position = diag.Pos

// settings checks what both buckets of a rule must be like, whatever the
// policies say.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html.
func (a *auditor) settings(r replication.Rule) {
	for _, b := range []replication.Bucket{r.From, r.To} {
		_, live, state := a.bucket(b)
		switch state {
		case fact.None:
			a.noBucket(r, b)
		case fact.NotRead:
			a.notRead(place{replication.BucketSettings, b.Account, b.ARN(), ""}, "GetBucketVersioning", a.whyBucket(b), "", r.Pos)
			a.rules[keyOf(r)].unknown = true
		default:
			a.versioning(r, b, live)
			a.ownership(r, b, live)
		}
	}
	a.sourceSettings(r)
}

// sourceSettings makes sure that it is known whether the source has what asks
// for more permissions: KMS encryption and Object Lock.
func (a *auditor) sourceSettings(r replication.Rule) {
	_, live, state := a.bucket(r.From)
	if state != fact.Known {
		return
	}
	if e := encryptionOf(live); !e.Read() && !r.From.KMSKeys.Read() {
		a.unreadBucket(r.From, replication.BucketSettings, "GetBucketEncryption", e.Why())
		a.rules[keyOf(r)].unknown = true
	}
	if l := lockOf(live); !l.Read() && !r.From.ObjectLock.Read() {
		a.unreadBucket(r.From, replication.BucketSettings, "GetObjectLockConfiguration", l.Why())
		a.rules[keyOf(r)].unknown = true
	}
}

// whyBucket says why nothing of a bucket was read.
func (a *auditor) whyBucket(b replication.Bucket) string {
	if b.Account == "" {
		return "its owner is not among the accounts read"
	}
	return a.whyAccount(b.Account)
}

func (a *auditor) versioning(r replication.Rule, b replication.Bucket, live *snapshot.Bucket) {
	v, ok := live.Versioning.Get()
	if !ok && !live.Versioning.Read() {
		a.unreadBucket(b, replication.BucketSettings, "GetBucketVersioning", live.Versioning.Why())
		a.rules[keyOf(r)].unknown = true
		return
	}
	if v.Status == replication.Enabled {
		return
	}
	f := settingFinding(checkVersioning, Missing, Critical, r, b)
	f.Args["status"] = strings.ToLower(cmp.Or(v.Status, "never enabled"))
	if b.Name == r.To.Name {
		f.FailureCode = "DstBucketUnversioned"
	}
	f.Fix = &Fix{Op: Set, Document: replication.BucketSettings, Text: "enable versioning of bucket " + b.Name}
	a.once(f)
	a.rules[keyOf(r)].fails = true
}

// ownership compares Object Ownership with what the SPEC states.
func (a *auditor) ownership(r replication.Rule, b replication.Bucket, live *snapshot.Bucket) {
	wished, stated := b.ObjectOwnership.Get()
	actual := ownershipOf(live)
	if !actual.Read() {
		a.unreadBucket(b, replication.BucketSettings, "GetBucketOwnershipControls", actual.Why())
		return
	}
	if r.Live || !stated || actual.Or("") == wished {
		return
	}
	f := settingFinding(checkOwnership, Mismatch, High, r, b)
	f.Args["live"], f.Args["wished"] = actual.Or(""), wished
	f.Fix = &Fix{Op: Set, Document: replication.BucketSettings, Text: "set the object ownership of bucket " + b.Name + " to " + wished}
	a.once(f)
}

// settingFinding is a finding about a bucket's settings.
func settingFinding(check string, o Outcome, s Severity, r replication.Rule, b replication.Bucket) Finding {
	return Finding{
		Check: check, Outcome: o, Severity: s, Account: b.Account, Document: replication.BucketSettings, Target: b.ARN(),
		From: r.From.Name, To: r.To.Name, Rule: r.Name, Position: r.Pos,
		Args: map[string]string{"bucket": b.Name, "account": b.Account, "rule": r.Name},
	}
}

// once adds a finding about a bucket that several rules share only once.
func (a *auditor) once(f Finding) {
	key := strings.Join([]string{"once", f.Check, f.Target, f.Principal}, "\x00")
	if a.done[key] {
		return
	}
	a.done[key] = true
	a.add(f, nil)
}

// noBucket records a bucket that does not exist.
func (a *auditor) noBucket(r replication.Rule, b replication.Bucket) {
	f := settingFinding(checkBucketMissing, Missing, Critical, r, b)
	f.FailureCode = "SrcBucketNotFound"
	if b.Name == r.To.Name {
		f.FailureCode = "DstBucketNotFound"
	}
	f.Fix = &Fix{Op: Add, Document: replication.BucketSettings, Text: "create bucket " + b.Name + " in account " + b.Account + ", or mend the name"}
	a.once(f)
	if p := a.rules[keyOf(r)]; p != nil {
		p.fails = true
	}
}

// noRole records a role that does not exist.
func (a *auditor) noRole(qu *question, role string) {
	f := a.findingFor(qu, place{replication.RolePolicy, arnAccount(role), role, ""})
	f.Check, f.Outcome, f.Severity, f.Coverage = checkRoleMissing, Missing, Critical, CoverageNone
	f.Requirement, f.Action, f.Resource, f.Assuming = "", "", "", nil
	f.Principal, f.FailureCode, f.Source = role, "AssumeRoleNotPermitted", ""
	f.Args = map[string]string{"principal": role, "rule": qu.Rule}
	f.Evidence = []Evidence{{Document: replication.RolePolicy, Says: "GetRole: NoSuchEntity"}}
	f.Fix = &Fix{Op: Add, Document: replication.RolePolicy, Text: "create role " + role + " with the documents of `repligrant plan`"}
	a.once(f)
	if p := a.rules[keyOf(qu.rule)]; p != nil {
		p.fails = true
	}
}

func arnAccount(s string) string {
	a, err := arn.Parse(s)
	if err != nil {
		return ""
	}
	return a.Account
}

// beyond records what a rule needs that repligrant does not decide yet: such a
// rule is unknown, never granted.
func (a *auditor) beyond(r replication.Rule) {
	for _, feature := range a.features(r) {
		f := Finding{
			Check: checkUnknown, Outcome: Unknown, Severity: Medium, Rule: r.Name, From: r.From.Name, To: r.To.Name, Origin: origin(r, a.in),
			Requirement: strings.Join([]string{r.Name, r.From.Name, r.To.Name, feature.action}, "/"),
			Account:     r.From.Account, Document: replication.RolePolicy, Target: r.Role, Principal: r.Role,
			Action: feature.action, Resource: feature.resource, Source: feature.source, Position: r.Pos, Key: checkUnknown + "/not-supported",
			Args: map[string]string{"feature": feature.name, "action": feature.action, "rule": r.Name},
		}
		a.add(f, nil)
		a.counts.Unknown++
		a.rules[keyOf(r)].unknown = true
	}
}

// A feature is something that a rule asks for and that is not decided yet.
type feature struct{ name, action, resource, source string }

func (a *auditor) features(r replication.Rule) []feature {
	var out []feature
	if r.KMSObjects || a.encryptsWithKMS(r.From) {
		key := cmp.Or(r.ReplicaKMSKey, "*")
		out = append(out, feature{"KMS encryption", "kms:Decrypt", key, userGuide + "replication-config-for-kms-objects.html"})
	}
	if lock, _ := r.From.ObjectLock.Get(); lock {
		out = append(out, feature{"Object Lock", "s3:GetObjectRetention", r.Resource(replication.SourceObjects), userGuide + "object-lock-managing.html"})
	}
	if r.ExistingObjects {
		out = append(out, feature{"Batch Replication", "s3:InitiateReplication", r.Resource(replication.SourceObjects), userGuide + "s3-batch-replication-policies.html"})
	}
	return out
}

// encryptsWithKMS reports whether new objects of a bucket are encrypted by KMS.
func (a *auditor) encryptsWithKMS(b replication.Bucket) bool {
	if keys, ok := b.KMSKeys.Get(); ok && len(keys) > 0 {
		return true
	}
	_, live, state := a.bucket(b)
	return state == fact.Known && strings.HasPrefix(encryptionOf(live).Or(""), "aws:kms")
}
