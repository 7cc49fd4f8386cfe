package audit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/replication"
)

// A trait is what is known of one property of a version.
type trait = fact.Value[bool]

// traits are the properties of a version that decide what is needed for it.
type traits struct {
	object                   Object
	kms, ssec, tagged, locks trait
	algorithm                string // of the encryption; "" if none or not known
}

// marker reports whether the version is a delete marker.
func (o Object) marker() bool { return o.Head != nil && o.Head.DeleteMarker }

// assumed reports whether nothing is known of a version, and nobody asks for one
// that is there: the answer is about one that is written now.
func (t *traits) assumed() bool {
	o := t.object
	return o.Head == nil && o.VersionID == "" && (!o.Asked || o.Gone)
}

// traitsOf reads the traits that S3 tells of. What it leaves out of a whole
// answer is not there, but for tags and locks, which it hides from those who may
// not read them.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html.
func traitsOf(o Object) traits {
	t := traits{object: o}
	if tags, ok := o.Tags.Get(); ok {
		t.tagged = fact.Of(len(tags) > 0)
	}
	h := o.Head
	if h == nil {
		return t
	}
	t.algorithm = h.ServerSideEncryption
	switch {
	case o.marker():
		t.kms, t.ssec, t.tagged, t.locks = fact.Of(false), fact.Of(false), fact.Of(false), fact.Of(false)
		return t
	case h.SSECustomerAlgorithm != "":
		t.kms, t.ssec = fact.Of(false), fact.Of(true)
	case h.ServerSideEncryption != "":
		t.ssec = fact.Of(false)
		t.kms = usesKMS(h.ServerSideEncryption)
	case h.Whole(): // from before S3 encrypted everything
		t.kms, t.ssec = fact.Of(false), fact.Of(false)
	}
	if h.TagCount != nil && !t.tagged.Read() {
		t.tagged = fact.Of(*h.TagCount > 0)
	}
	if h.ObjectLockMode != "" || h.ObjectLockLegalHoldStatus == "ON" {
		t.locks = fact.Of(true)
	}
	return t
}

// usesKMS reports whether an algorithm is one of KMS; of one that is not known
// it does not say.
func usesKMS(algorithm string) trait {
	switch algorithm {
	case "aws:kms", "aws:kms:dsse":
		return fact.Of(true)
	case noKMS:
		return fact.Of(false)
	default:
		return trait{}
	}
}

// settle takes the bucket's defaults for what a version that is written now
// would have.
func (t *traits) settle(from replication.Bucket, a *auditor) {
	_, live, _ := a.bucket(from)
	if !t.assumed() || live == nil {
		return
	}
	t.algorithm = encryptionOf(live).Or("")
	t.kms, t.ssec = usesKMS(t.algorithm), fact.Of(false)
}

// source is the source of a rule as it is for this version: with its key, and
// with what S3 did about S3 Bucket Keys.
func (t *traits) source(b replication.Bucket) replication.Bucket {
	if t.kms.Read() && !t.kms.Or(true) {
		b.KMSKeys = fact.Absent[[]string]() // whatever the default is
	}
	if !t.kms.Or(false) {
		return b
	}
	if h := t.object.Head; h != nil {
		if p, err := arn.Parse(h.SSEKMSKeyID); err == nil && p.Type() == "key" {
			b.KMSKeys = fact.Of([]string{h.SSEKMSKeyID})
		}
		if h.Whole() || h.BucketKeyEnabled {
			b.BucketKey = fact.Of(h.BucketKeyEnabled)
		}
	} else if keys := b.KMSKeys.Or(nil); len(keys) > 1 {
		b.KMSKeys = fact.Of(keys[:1]) // the default; a SPEC lists others
	}
	return b
}

// concerns says whether a requirement is about the version: for certain, or not
// read where that is not known.
func (t *traits) concerns(q replication.Requirement) trait {
	marker := q.Objects == replication.DeleteMarkers
	if t.object.marker() {
		return fact.Of(marker || q.On == replication.TheRole || q.On == replication.SourceBucket)
	}
	switch q.Objects {
	case replication.DeleteMarkers:
		return fact.Of(false)
	case replication.KMSObjects:
		return t.kms
	case replication.NotKMSObjects:
		if on, ok := t.kms.Get(); ok {
			return fact.Of(!on)
		}
		return t.kms
	case replication.TaggedObjects:
		return t.tagged
	case replication.LockedObjects:
		return t.locks
	default:
		return fact.Of(true)
	}
}

// fewerTags reports whether S3 counts fewer tags than a rule asks for.
func (t *traits) fewerTags(n int) bool {
	h := t.object.Head
	return h != nil && h.TagCount != nil && *h.TagCount < n
}

// tagsFit reports whether the version has the tags that a rule asks for, or the
// first tag that it lacks or may lack; "" where it has too few.
func (t *traits) tagsFit(r replication.Rule) (fits trait, tag string) {
	for _, want := range r.FilterTags {
		tag = cmp.Or(tag, strings.Join([]string{want.Key, want.Value}, "="))
		tags, known := t.object.Tags.Get()
		switch {
		case !known && t.tagged.Read() && !t.tagged.Or(true):
			return fact.Of(false), tag
		case !known && t.fewerTags(len(r.FilterTags)):
			return fact.Of(false), ""
		case !known:
			return trait{}, tag
		case !slices.Contains(tags, want):
			return fact.Of(false), want.Key + "=" + want.Value
		}
	}
	return fact.Of(true), ""
}
