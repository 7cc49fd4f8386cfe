package audit

import (
	"cmp"
	"slices"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// destinationSettings checks where a rule's replicas go, and what the bucket
// there has to be like for what the source holds.
func (a *auditor) destinationSettings(r replication.Rule) {
	a.receiver(r)
	_, live, state := a.bucket(r.To)
	if state != fact.Known {
		return
	}
	if r.To.Region == "" && len(a.in.Allowed.Regions) > 0 {
		a.regionUnread(r, r.To)
	}
	a.requesterPays(r, live)
	a.locked(r, live)
	a.ssec(r, live)
}

// nobodyKnows stands for an owner or a Region that was not read.
const nobodyKnows = "?"

// allowedWhenEnabled compares the destination of a rule that is disabled: nothing
// goes there now, and would once somebody enables the rule. Whose bucket it is
// then, if nobody knows it now, is not known to be allowed.
func (a *auditor) allowedWhenEnabled(r replication.Rule) {
	if a.in.Allowed.Allows(r.To) {
		return
	}
	f := a.notAllowed(r)
	f.Key, f.Outcome, f.Severity = checkDestination+"/disabled", Advice, Low
	a.add(f, nil)
}

// allowed compares the destination of a rule with those that the SPEC allows. An
// owner or a Region that nobody knows is unread, which is said elsewhere.
func (a *auditor) allowed(r replication.Rule) {
	if a.in.Allowed.Forbids(r.To) {
		a.add(a.notAllowed(r), nil)
	}
}

func (a *auditor) notAllowed(r replication.Rule) Finding {
	f := configFinding(checkDestination, Mismatch, Critical, r)
	f.Origin = origin(r, a.in)
	f.Args["bucket"], f.Args["account"], f.Args["region"] = r.To.Name, cmp.Or(r.To.Account, nobodyKnows), cmp.Or(r.To.Region, nobodyKnows)
	f.Evidence = shows(f.Document, words("says.rule-to", "rule", r.Name, "bucket", r.To.Name))
	f.Fix = Fix{Op: Set, Document: f.Document}.saying(words("fix.allow-destination", "rule", r.Name))
	return f
}

// locked checks that what has Object Lock goes where there is Object Lock.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html.
func (a *auditor) locked(r replication.Rule, live *snapshot.Bucket) {
	if !r.From.ObjectLock.Or(false) {
		return
	}
	lock := lockOf(live)
	if !lock.Read() {
		a.unreadBucket(r.To, replication.BucketSettings, "GetObjectLockConfiguration", lock.Why(), a.concernOf(r))
		a.rules[keyOf(r)].unknown = true
		return
	}
	if lock.Or(false) {
		return
	}
	f := settingFinding(checkLock, Mismatch, Critical, r.To)
	f.Rule, f.From, f.To, f.Position, f.FailureCode = r.Name, r.From.Name, r.To.Name, r.Pos, "DstBucketObjectLockConfigMissing"
	f.Args["from"] = r.From.Name
	f.Evidence = shows(f.Document, words("says.lock"))
	f.Fix = Fix{Op: Set, Document: f.Document}.saying(words("fix.enable-lock", "bucket", r.To.Name))
	a.failing(r, f)
}

// ssec finds a destination that refuses objects with SSE-C, as new buckets do.
// It matters where a SPEC says that there are such objects.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/blocking-unblocking-s3-c-encryption-gpb.html.
func (a *auditor) ssec(r replication.Rule, live *snapshot.Bucket) {
	if encryption := live.ServerSideEncryptionConfiguration; !encryption.Read() && r.SSECObjects {
		a.unreadBucket(r.To, replication.BucketSettings, "GetBucketEncryption", encryption.Why(), a.concernOf(r))
		a.rules[keyOf(r)].unknown = true
		return
	}
	e := live.ServerSideEncryptionConfiguration.Or(snapshot.Encryption{})
	blocks := slices.ContainsFunc(e.Rules, func(rule snapshot.EncryptionRule) bool {
		return rule.BlockedEncryptionTypes != nil && slices.Contains(rule.BlockedEncryptionTypes.EncryptionType, "SSE-C")
	})
	if !blocks {
		return
	}
	f := settingFinding(checkSSEC, Blocked, High, r.To)
	if !r.SSECObjects {
		f.Key, f.Outcome, f.Severity = checkSSEC+"/advice", Advice, Info
	} else {
		a.rules[keyOf(r)].degraded = true
	}
	f.Rule, f.From, f.To, f.Position, f.Origin = r.Name, r.From.Name, r.To.Name, r.Pos, origin(r, a.in)
	f.Args["rule"], f.Args["from"] = r.Name, r.From.Name
	f.Evidence = shows(f.Document, words("says.blocks-sse-c"))
	f.Fix = Fix{Op: Set, Document: f.Document}.saying(words("fix.allow-sse-c", "bucket", r.To.Name))
	a.add(f, nil)
}
