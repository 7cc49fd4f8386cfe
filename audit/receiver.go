package audit

import (
	"slices"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// receiver checks who receives a rule's replicas.
func (a *auditor) receiver(r replication.Rule) {
	a.allowed(r)
	a.otherReceiver(r)
	a.outsideOrganization(r)
}

// otherReceiver finds a destination that the SPEC says is in another account
// than it is.
func (a *auditor) otherReceiver(r replication.Rule) {
	wished := a.stated[r.To.Name].Account
	if r.Live || wished == "" || r.To.Account == wished || !r.CrossAccount() {
		return // bucket-differs tells of one in the account of the source
	}
	a.receivedBy(r, r.To.Account, wished)
}

// writtenReceiver finds a live rule that names another owner of its destination
// than the one that it has. S3 refuses it.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
func (a *auditor) writtenReceiver(from replication.Bucket, c replication.ConfigurationRule) {
	written := c.Destination.Owner()
	name := replication.BucketName(c.Destination.Bucket)
	owner, _, state := a.home(name)
	if written == "" || state != fact.Known || owner == written {
		return
	}
	r := replication.Rule{Name: c.ID, From: from, To: replication.Bucket{Name: name}, Live: true, Pos: a.positionOf(from)}
	a.receivedBy(r, owner, written)
	a.done[flawKey(from, &c.ID)] = true
	if a.isPlanned(from) {
		a.done[flawKey(from, nil)] = true // S3 refuses all of it
	}
}

// receivedBy records a destination whose owner is not the one that is written.
func (a *auditor) receivedBy(r replication.Rule, owner, wished string) {
	f := configFinding(checkReceiver, Mismatch, Critical, r)
	f.Origin = origin(r, a.in)
	f.Args["from"], f.Args["bucket"], f.Args["live"], f.Args["wished"] = r.From.Name, r.To.Name, owner, wished
	f.Evidence = shows(replication.BucketSettings, words("says.in-account", "bucket", r.To.Name, "account", owner))
	f.Fix = Fix{Op: Set, Document: f.Document}.saying(words("fix.right-destination", "account", owner))
	a.add(f, nil)
}

// outsideOrganization finds a destination whose account is not in the source's
// organization. Who names the account under allowed_destinations knows it.
func (a *auditor) outsideOrganization(r replication.Rule) {
	own, _ := a.organization(r.From.Account)
	other, _ := a.organization(r.To.Account)
	home, ok := own.Get()
	if !ok || home.ID == "" || r.To.Account == "" || slices.Contains(a.in.Allowed.Accounts, r.To.Account) {
		return
	}
	if in, known := a.in.Snapshot.InOrganization(r.To.Account, home.ID).Get(); in || !known {
		return
	}
	away := other.Or(replication.Organization{})
	a.share(cause{checkOutside, r.From.ARN(), r.To.ARN()}, a.concernOf(r), func() Finding {
		f := configFinding(checkOutside, Mismatch, High, replication.Rule{From: r.From})
		f.Resource = r.To.ARN()
		f.Args["bucket"], f.Args["account"], f.Args["organization"] = r.To.Name, r.To.Account, home.ID
		f.Evidence = shows(f.Document, words("says.no-organization", "account", r.To.Account))
		switch {
		case away.ID != "":
			f.Evidence = shows(f.Document, words("says.in-organization", "account", r.To.Account, "organization", away.ID))
		case !other.Read():
			f.Evidence = shows(f.Document, words("says.not-listed", "account", r.To.Account, "organization", home.ID))
		}
		f.Fix = Fix{Op: Set, Document: f.Document}.saying(words("fix.allow-outside", "account", r.To.Account))
		return f
	})
}

// requesterPays checks that S3 need not pay to write into another account's bucket.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html.
func (a *auditor) requesterPays(r replication.Rule, live *snapshot.Bucket) {
	if !r.CrossAccount() {
		return
	}
	pays := requesterPays(live)
	if !pays.Read() {
		a.unreadBucket(r.To, replication.BucketSettings, "GetBucketRequestPayment", pays.Why(), a.concernOf(r))
		a.rules[keyOf(r)].unknown = true
		return
	}
	if !pays.Or(false) {
		return
	}
	a.rules[keyOf(r)].fails = true
	a.share(cause{checkRequesterPays, r.To.ARN(), ""}, a.concernOf(r), func() Finding {
		f := settingFinding(checkRequesterPays, Blocked, Critical, r.To)
		f.Evidence = shows(f.Document, words("says.requester-pays"))
		f.Fix = Fix{Op: Set, Document: f.Document}.saying(words("fix.owner-pays", "bucket", r.To.Name))
		return f
	})
}
