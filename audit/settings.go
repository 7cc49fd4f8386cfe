package audit

import (
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
			a.noBucket(r, b, a.concernOf(r))
		case fact.NotRead:
			a.bucketUnread(b, a.concernOf(r))
			a.rules[keyOf(r)].unknown = true
		default:
			a.versioning(r, b, live)
			a.ownership(r, b, live)
			a.asStated(r, b, live)
		}
	}
	a.destinationSettings(r)
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
		a.unreadBucket(r.From, replication.BucketSettings, "GetBucketEncryption", e.Why(), a.concernOf(r))
		a.rules[keyOf(r)].unknown = true
	}
	if l := lockOf(live); !l.Read() && !r.From.ObjectLock.Read() {
		a.unreadBucket(r.From, replication.BucketSettings, "GetObjectLockConfiguration", l.Why(), a.concernOf(r))
		a.rules[keyOf(r)].unknown = true
	}
}

// whyBucket says why nothing of a bucket was read.
func (a *auditor) whyBucket(b replication.Bucket) string {
	if b.Account == "" {
		return sentences["unread.owner"]
	}
	return a.whyAccount(b.Account)
}

func (a *auditor) versioning(r replication.Rule, b replication.Bucket, live *snapshot.Bucket) {
	v, ok := live.Versioning.Get()
	if !ok && !live.Versioning.Read() {
		a.unreadBucket(b, replication.BucketSettings, "GetBucketVersioning", live.Versioning.Why(), a.concernOf(r))
		a.rules[keyOf(r)].unknown = true
		return
	}
	if v.Status == replication.Enabled {
		return
	}
	a.rules[keyOf(r)].fails = true
	a.share(cause{checkVersioning, b.ARN(), ""}, a.concernOf(r), func() Finding {
		f := settingFinding(checkVersioning, Missing, Critical, b)
		said := words("says.versioning", "status", v.Status)
		if v.Status == "" {
			said = words("says.versioning-none")
		}
		diag.Put(f.Args, "status", versioningStatus(v.Status))
		if b.Name == r.To.Name {
			f.FailureCode = "DstBucketUnversioned"
		}
		f.Evidence = shows(f.Document, said)
		f.Fix = Fix{Op: Set, Document: f.Document}.saying(words("fix.versioning", "bucket", b.Name))
		return f
	})
}

// versioningStatus is a status that is not Enabled, in prose.
func versioningStatus(status string) diag.Text {
	switch status {
	case "":
		return words("versioning.never-enabled")
	case "Suspended":
		return words("versioning.suspended")
	default:
		return diag.Datum(strings.ToLower(status))
	}
}

// ownership compares Object Ownership with what the SPEC states.
func (a *auditor) ownership(r replication.Rule, b replication.Bucket, live *snapshot.Bucket) {
	wished, stated := b.ObjectOwnership.Get()
	actual := ownershipOf(live)
	if r.Live || !stated || actual.Or("") == wished {
		return
	}
	if !actual.Read() {
		a.ownershipUnread(r, b, a.concernOf(r))
		return
	}
	a.share(cause{checkOwnership, b.ARN(), ""}, a.concernOf(r), func() Finding {
		f := settingFinding(checkOwnership, Mismatch, High, b)
		f.Args["live"], f.Args["wished"] = actual.Or(""), wished
		f.Evidence = shows(f.Document, words("says.ownership", "ownership", actual.Or("")))
		f.Fix = Fix{Op: Set, Document: f.Document}.saying(words("fix.ownership", "bucket", b.Name, "wished", wished))
		return f
	})
}

// ownershipUnread records that nobody knows the Object Ownership of a bucket.
func (a *auditor) ownershipUnread(r replication.Rule, b replication.Bucket, on concern) {
	_, live, state := a.bucket(b)
	if p := a.rules[keyOf(r)]; p != nil && on.requirement != "" {
		p.unknown = true
	}
	if state == fact.Known {
		a.unreadBucket(b, replication.BucketSettings, "GetBucketOwnershipControls", ownershipOf(live).Why(), on)
		return
	}
	a.bucketUnread(b, on)
}

// settingFinding is a finding about a bucket's settings.
func settingFinding(check string, o Outcome, s Severity, b replication.Bucket) Finding {
	return Finding{
		Check: check, Outcome: o, Severity: s, Account: b.Account, Document: replication.BucketSettings, Target: b.ARN(),
		Args: map[string]string{"bucket": b.Name, "account": b.Account},
	}
}

// noBucket records a bucket that does not exist.
func (a *auditor) noBucket(r replication.Rule, b replication.Bucket, on concern) {
	if p := a.rules[keyOf(r)]; p != nil {
		p.fails = true
	}
	a.share(cause{checkBucketMissing, b.ARN(), ""}, on, func() Finding {
		f := settingFinding(checkBucketMissing, Missing, Critical, b)
		switch b.Name {
		case r.From.Name:
			f.FailureCode = "SrcBucketNotFound"
		case r.To.Name:
			f.FailureCode = "DstBucketNotFound"
		}
		f.Evidence = shows(f.Document, words("says.no-bucket", "account", b.Account))
		f.Fix = Fix{Op: Add, Document: f.Document}.saying(words("fix.create-bucket", "bucket", b.Name, "account", b.Account))
		return f
	})
}

// noRole records a role or a writer that does not exist.
func (a *auditor) noRole(qu *question, principal string) {
	if p := a.rules[keyOf(qu.rule)]; p != nil {
		p.fails = true
	}
	a.share(cause{checkRoleMissing, principal, ""}, a.concern(qu), func() Finding {
		p := place{qu.callerKind(), arnAccount(principal), principal, ""}
		f := a.findingFor(qu, p)
		f.anonymous()
		f.Check, f.Outcome, f.Severity, f.Coverage = checkRoleMissing, Missing, Critical, CoverageNone
		f.Principal, f.FailureCode, f.Source = principal, "AssumeRoleNotPermitted", ""
		f.Args["principal"] = principal
		if qu.writer != nil {
			f.Key, f.FailureCode = checkRoleMissing+"/writer", ""
		}
		f.Evidence = shows(p.document, nobody(principal))
		f.Fix = Fix{Op: Add, Document: p.document}.saying(words("fix.create-principal", "principal", principal))
		return f
	})
}

// nobody says that there is no role or user of that ARN.
func nobody(principal string) diag.Text {
	if strings.Contains(principal, ":user/") {
		return words("says.no-user")
	}
	return words("says.no-role")
}

func arnAccount(s string) string {
	a, err := arn.Parse(s)
	if err != nil {
		return ""
	}
	return a.Account
}

// noKMS is the one algorithm of a default that needs no key.
const noKMS = "AES256"

// encryptsWithKMS reports whether new objects of a bucket are encrypted by KMS,
// or by an algorithm that repligrant does not know.
func (a *auditor) encryptsWithKMS(b replication.Bucket) bool {
	if keys, ok := b.KMSKeys.Get(); ok && len(keys) > 0 {
		return true
	}
	_, live, state := a.bucket(b)
	return state == fact.Known && encryptionOf(live).Or(noKMS) != noKMS
}
