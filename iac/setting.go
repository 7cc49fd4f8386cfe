package iac

import (
	"slices"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// A setting is one setting of a bucket that planned infrastructure speaks of.
type setting struct {
	field string
	put   func(*snapshot.Bucket)
	read  func(*snapshot.Bucket) bool // whether the bucket's own is known
}

func versioning(v fact.Value[snapshot.Versioning]) setting {
	return setting{
		"Versioning", func(b *snapshot.Bucket) { b.Versioning = v },
		func(b *snapshot.Bucket) bool { return b.Versioning.Read() },
	}
}

// lockedVersioning is the versioning of a bucket that is made with Object Lock.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-configure.html.
var lockedVersioning = snapshot.Versioning{Status: replication.Enabled}

// suspended is versioning that the provider takes back. S3 refuses that of a
// bucket with Object Lock, and the provider leaves it then.
//
// See https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket_versioning
// and https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html.
func suspended(address string) setting {
	s := versioning(fact.Of(snapshot.Versioning{Status: "Suspended"}))
	suspend := s.put
	s.put = func(b *snapshot.Bucket) {
		switch locked := b.Locked(); {
		case !locked.Read():
			b.Versioning = fact.AfterApply[snapshot.Versioning](address)
		case !locked.Or(false):
			suspend(b)
		}
	}
	return s
}

func bucketPolicy(d snapshot.Document) setting {
	return setting{
		"Policy", func(b *snapshot.Bucket) { b.Policy = d },
		func(b *snapshot.Bucket) bool { return b.Policy.Read() },
	}
}

func replicationConfiguration(v fact.Value[replication.Configuration]) setting {
	return setting{
		"ReplicationConfiguration", func(b *snapshot.Bucket) { b.ReplicationConfiguration = v },
		func(b *snapshot.Bucket) bool { return b.ReplicationConfiguration.Read() },
	}
}

func ownership(v fact.Value[snapshot.OwnershipControls]) setting {
	return setting{
		"OwnershipControls", func(b *snapshot.Bucket) { b.OwnershipControls = v },
		func(b *snapshot.Bucket) bool { return b.OwnershipControls.Read() },
	}
}

func encryption(v fact.Value[snapshot.Encryption]) setting {
	return setting{
		"ServerSideEncryptionConfiguration", func(b *snapshot.Bucket) { b.ServerSideEncryptionConfiguration = v },
		func(b *snapshot.Bucket) bool { return b.ServerSideEncryptionConfiguration.Read() },
	}
}

// plainEncryption is the encryption that every bucket has of which nothing else
// is said.
func plainEncryption(refused *snapshot.BlockedEncryptionType) snapshot.Encryption {
	return snapshot.Encryption{Rules: []snapshot.EncryptionRule{{
		ApplyServerSideEncryptionByDefault: &snapshot.EncryptionDefault{SSEAlgorithm: "AES256"}, BlockedEncryptionTypes: refused,
	}}}
}

// plannedEncryption is encryption that a file asks for. Where it does not say
// which types of encryption writes may not use, those stay refused that the bucket
// refuses: no page of AWS says what becomes of them, and a bucket whose SSE-C is
// blocked is seen to keep that. Where that was not read, that it refuses SSE-C is
// the answer that leads to a finding.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html,
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketEncryption.html and
// https://github.com/serverless-ca/terraform-aws-ca/issues/677.
func plannedEncryption(v fact.Value[snapshot.Encryption]) setting {
	s := encryption(v)
	s.put = func(b *snapshot.Bucket) {
		planned, ok := v.Get()
		if !ok {
			b.ServerSideEncryptionConfiguration = v
			return
		}
		held := refusedBy(b)
		planned.Rules = slices.Clone(planned.Rules)
		for i := range planned.Rules {
			if planned.Rules[i].BlockedEncryptionTypes == nil {
				planned.Rules[i].BlockedEncryptionTypes = held
			}
		}
		b.ServerSideEncryptionConfiguration = fact.Of(planned)
	}
	return s
}

// refusedBy is what a bucket refuses, and SSE-C where nobody has read that.
func refusedBy(b *snapshot.Bucket) *snapshot.BlockedEncryptionType {
	if !b.ServerSideEncryptionConfiguration.Read() {
		return &snapshot.BlockedEncryptionType{EncryptionType: []string{"SSE-C"}}
	}
	for _, r := range b.ServerSideEncryptionConfiguration.Or(snapshot.Encryption{}).Rules {
		if r.BlockedEncryptionTypes != nil {
			return r.BlockedEncryptionTypes
		}
	}
	return nil
}

func publicAccess(v fact.Value[snapshot.PublicAccessBlock]) setting {
	return setting{
		"PublicAccessBlockConfiguration", func(b *snapshot.Bucket) { b.PublicAccessBlockConfiguration = v },
		func(b *snapshot.Bucket) bool { return b.PublicAccessBlockConfiguration.Read() },
	}
}

func objectLock(v fact.Value[snapshot.ObjectLock]) setting {
	return setting{
		"ObjectLockConfiguration", func(b *snapshot.Bucket) { b.ObjectLockConfiguration = v },
		func(b *snapshot.Bucket) bool { return b.ObjectLockConfiguration.Read() },
	}
}

func payment(v fact.Value[snapshot.RequestPayment]) setting {
	return setting{
		"RequestPayment", func(b *snapshot.Bucket) { b.RequestPayment = v },
		func(b *snapshot.Bucket) bool { return b.RequestPayment.Read() },
	}
}

func lifecycle(v fact.Value[snapshot.Raw]) setting {
	return setting{
		"LifecycleConfiguration", func(b *snapshot.Bucket) { b.LifecycleConfiguration = v },
		func(b *snapshot.Bucket) bool { return b.LifecycleConfiguration.Read() },
	}
}

func notification(v fact.Value[snapshot.Raw]) setting {
	return setting{
		"NotificationConfiguration", func(b *snapshot.Bucket) { b.NotificationConfiguration = v },
		func(b *snapshot.Bucket) bool { return b.NotificationConfiguration.Read() },
	}
}

func tagging(v fact.Value[[]replication.Tag]) setting {
	return setting{
		"Tagging", func(b *snapshot.Bucket) { b.Tagging = v },
		func(b *snapshot.Bucket) bool { return b.Tagging.Read() },
	}
}

// Regions in which new buckets take writes with SSE-C.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-s3-c-encryption-setting-faq.html.
var takesCustomerKeys = []string{"me-central-1", "me-south-1"}

// newBucket is what S3 gives to a bucket of which nothing else is said. It is not
// versioned, AES256 encrypts, ACLs are off, and public access is blocked. Writes
// with SSE-C are refused in most Regions; where the Region is not known, that they
// are is the answer that leads to a finding.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-s3-c-encryption-setting-faq.html,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html,
// https://aws.amazon.com/blogs/aws/heads-up-amazon-s3-security-changes-are-coming-in-april-of-2023/ and
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysExamples.html.
func newBucket(region string) []setting {
	refused := &snapshot.BlockedEncryptionType{EncryptionType: []string{"SSE-C"}}
	if slices.Contains(takesCustomerKeys, region) {
		refused = nil
	}
	return []setting{
		versioning(fact.Of(snapshot.Versioning{})),
		bucketPolicy(snapshot.NoDocument()),
		replicationConfiguration(fact.Absent[replication.Configuration]()),
		ownership(fact.Of(snapshot.OwnershipControls{Rules: []snapshot.OwnershipRule{{ObjectOwnership: "BucketOwnerEnforced"}}})),
		encryption(fact.Of(plainEncryption(refused))),
		publicAccess(fact.Of(snapshot.PublicAccessBlock{BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true})),
		objectLock(fact.Absent[snapshot.ObjectLock]()),
		payment(fact.Of(snapshot.RequestPayment{Payer: "BucketOwner"})),
		lifecycle(fact.Absent[snapshot.Raw]()),
		notification(fact.Absent[snapshot.Raw]()),
		tagging(fact.Absent[[]replication.Tag]()),
	}
}

// unreadSetting is a setting of which it is known only after apply what it is.
func unreadSetting(field, address string) setting {
	for _, s := range []setting{
		versioning(fact.AfterApply[snapshot.Versioning](address)),
		bucketPolicy(afterApply(address)),
		replicationConfiguration(fact.AfterApply[replication.Configuration](address)),
		ownership(fact.AfterApply[snapshot.OwnershipControls](address)),
		encryption(fact.AfterApply[snapshot.Encryption](address)),
		publicAccess(fact.AfterApply[snapshot.PublicAccessBlock](address)),
		objectLock(fact.AfterApply[snapshot.ObjectLock](address)),
		payment(fact.AfterApply[snapshot.RequestPayment](address)),
		lifecycle(fact.AfterApply[snapshot.Raw](address)),
		notification(fact.AfterApply[snapshot.Raw](address)),
	} {
		if s.field == field {
			return s
		}
	}
	return tagging(fact.AfterApply[[]replication.Tag](address))
}

// setPart changes a setting of a bucket for a resource that is about it alone.
// Where another one says something else, it is unknown.
func (l *Layer) setPart(account, name, id string, o snapshot.Origin, weak bool, s setting) {
	l.change(func(w *world) {
		b := w.bucket(account, name)
		if known := weak && s.read(b); !known && w.rival(o, id, s.field) {
			w.maybeBucket(account, name, id, o.Address, o, []setting{s})
			return
		}
		w.set(b, id, o, weak, s)
	})
}

// setBucket changes settings of a bucket. Where weak, only those that are not
// known of it.
func (l *Layer) setBucket(account, name, id string, o snapshot.Origin, weak bool, settings ...setting) {
	l.change(func(w *world) {
		b := w.bucket(account, name)
		for _, s := range settings {
			w.set(b, id, o, weak, s)
		}
	})
}

func (w *world) set(b *snapshot.Bucket, id string, o snapshot.Origin, weak bool, s setting) {
	if weak && s.read(b) {
		return
	}
	if w.contested(o, id, s.field) {
		s = unreadSetting(s.field, o.Address)
	}
	s.put(b)
	w.says(o, id, s.field)
}
