package audit

import (
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// asStated compares a bucket with what the SPEC says of it. A field that is left
// out is taken as it is. What is there is what the requirements are decided by.
func (a *auditor) asStated(r replication.Rule, b replication.Bucket, live *snapshot.Bucket) {
	wish, ok := a.stated[b.Name]
	if !ok || a.in.SpecFile == "" || r.Live {
		return
	}
	if b.Name != r.To.Name || !r.CrossAccount() { // a destination's owner is who receives the data
		a.bucketDiffers(r, b, "setting.account", b.Account, wish.Account)
	}
	if wish.Region != "" && live.Region == "" {
		a.regionUnread(r, b)
	}
	a.bucketDiffers(r, b, "setting.region", live.Region, wish.Region)
	a.keyAsStated(r, b, live, wish)
	a.switchAsStated(r, b, "setting.bucket-key", "GetBucketEncryption", bucketKeyOf(live), wish.BucketKey)
	if b.Name != r.To.Name || !r.From.ObjectLock.Or(false) { // else object-lock-missing says it
		a.switchAsStated(r, b, "setting.object-lock", "GetObjectLockConfiguration", lockOf(live), wish.ObjectLock)
	}
	if payer := requesterPays(live); b.Name != r.To.Name || !r.CrossAccount() { // else requester-pays says it
		a.switchAsStated(r, b, "setting.requester-pays", "GetBucketRequestPayment", payer, wish.RequesterPays)
	}
}

// regionUnread records a bucket of which nobody said in which Region it is.
func (a *auditor) regionUnread(r replication.Rule, b replication.Bucket) {
	a.unreadBucket(b, replication.BucketSettings, "ListBuckets", sentences["unread.region"], a.concernOf(r))
}

// keyAsStated compares the key by which a bucket encrypts new objects.
func (a *auditor) keyAsStated(r replication.Rule, b replication.Bucket, live *snapshot.Bucket, wish replication.Bucket) {
	if !wish.KMSKeys.Read() {
		return
	}
	var wished string
	if keys := wish.KMSKeys.Or(nil); len(keys) > 0 {
		wished = keys[0]
	}
	standing := a.defaultKey(b, live)
	switch {
	case standing.Read() && standing.Or("") != wished:
		a.settingDiffers(r, b, "setting.kms-key", orSSES3(standing.Or("")), orSSES3(wished))
	case standing.Read():
	case !encryptionOf(live).Read():
		a.unreadBucket(b, replication.BucketSettings, "GetBucketEncryption", standing.Why(), a.concernOf(r))
	default: // an alias of a key that was not read
		a.unreadBucket(b, replication.BucketSettings, "ListAliases", standing.Why(), a.concernOf(r))
	}
}

func orSSES3(key string) diag.Text {
	if key == "" {
		return words("setting.sse-s3")
	}
	return diag.Datum(key)
}

// switchAsStated compares a setting that is on or off.
func (a *auditor) switchAsStated(r replication.Rule, b replication.Bucket, setting, operation string, live, wish fact.Value[bool]) {
	wished, ok := wish.Get()
	if !ok {
		return
	}
	actual, ok := live.Get()
	if !ok {
		a.unreadBucket(b, replication.BucketSettings, operation, live.Why(), a.concernOf(r))
		return
	}
	a.bucketDiffers(r, b, setting, onOff(actual), onOff(wished))
}

func onOff(on bool) string { return strings.ToLower(status(on)) }

// bucketDiffers records a setting of a bucket that is not as the SPEC says, if
// the SPEC says anything.
func (a *auditor) bucketDiffers(r replication.Rule, b replication.Bucket, setting, live, wished string) {
	if wished != "" && live != "" && live != wished {
		a.settingDiffers(r, b, setting, diag.Datum(live), diag.Datum(wished))
	}
}

func (a *auditor) settingDiffers(r replication.Rule, b replication.Bucket, setting string, live, wished diag.Text) {
	a.share(cause{checkBucketDiffers, b.ARN(), setting}, a.concernOf(r), func() Finding {
		f := settingFinding(checkBucketDiffers, Mismatch, Medium, b)
		f.Key = checkBucketDiffers + "/" + strings.TrimPrefix(setting, "setting.")
		diag.Put(f.Args, "live", live)
		diag.Put(f.Args, "wished", wished)
		f.Evidence = shows(f.Document, words("says.setting").With("setting", words(setting)).With("live", live))
		f.Fix = Fix{Op: Set, Document: f.Document}.saying(words("fix.change-bucket", "bucket", b.Name).With("wished", wished))
		return f
	})
}

func requesterPays(b *snapshot.Bucket) fact.Value[bool] { return b.RequesterPays() }
