package snapshot

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/replication"
)

// Ownership is the Object Ownership of a bucket: ObjectWriter where none is set.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html.
func (b *Bucket) Ownership() fact.Value[string] {
	controls, ok := b.OwnershipControls.Get()
	switch {
	case ok && len(controls.Rules) > 0:
		return fact.Of(controls.Rules[0].ObjectOwnership)
	case b.OwnershipControls.Read():
		return fact.Of("ObjectWriter")
	default:
		return fact.Unread[string](b.OwnershipControls.Why())
	}
}

// Locked says whether a bucket has Object Lock.
func (b *Bucket) Locked() fact.Value[bool] {
	lock, ok := b.ObjectLockConfiguration.Get()
	switch {
	case ok:
		return fact.Of(lock.ObjectLockEnabled == replication.Enabled)
	case b.ObjectLockConfiguration.Read():
		return fact.Of(false)
	default:
		return fact.Unread[bool](b.ObjectLockConfiguration.Why())
	}
}

// RequesterPays says whether whoever asks pays for a bucket.
func (b *Bucket) RequesterPays() fact.Value[bool] {
	p, ok := b.RequestPayment.Get()
	switch {
	case ok:
		return fact.Of(p.Payer == "Requester")
	case b.RequestPayment.Read():
		return fact.Of(false)
	default:
		return fact.Unread[bool](b.RequestPayment.Why())
	}
}

// noKMS is the one algorithm of a default that needs no key.
const noKMS = "AES256"

// Algorithm is the default algorithm of a bucket: "AES256" where S3 says
// nothing, since it encrypts every new object.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html.
func (b *Bucket) Algorithm() fact.Value[string] {
	e, ok := b.ServerSideEncryptionConfiguration.Get()
	if !ok && !b.ServerSideEncryptionConfiguration.Read() {
		return fact.Unread[string](b.ServerSideEncryptionConfiguration.Why())
	}
	for _, r := range e.Rules {
		if d := r.ApplyServerSideEncryptionByDefault; d != nil {
			return fact.Of(d.SSEAlgorithm)
		}
	}
	return fact.Of(noKMS)
}

// UsesBucketKey says whether new objects of a bucket get an S3 Bucket Key.
// Objects with DSSE-KMS never do.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html.
func (b *Bucket) UsesBucketKey() fact.Value[bool] {
	e, ok := b.ServerSideEncryptionConfiguration.Get()
	if !ok && !b.ServerSideEncryptionConfiguration.Read() {
		return fact.Unread[bool](b.ServerSideEncryptionConfiguration.Why())
	}
	return fact.Of(slices.ContainsFunc(e.Rules, func(r EncryptionRule) bool {
		d := r.ApplyServerSideEncryptionByDefault
		return r.BucketKeyEnabled && d != nil && d.SSEAlgorithm == "aws:kms"
	}))
}

// DefaultKey returns the ID of the key by which a bucket encrypts new objects,
// as it is written there: an ARN, a key ID or an alias. It is absent where no key
// is needed. A bucket that names none has the one that AWS manages.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html.
func (b *Bucket) DefaultKey() fact.Value[string] {
	algorithm := b.Algorithm()
	switch {
	case !algorithm.Read():
		return fact.Unread[string](algorithm.Why())
	case algorithm.Or(noKMS) == noKMS:
		return fact.Absent[string]()
	}
	id := "alias/aws/s3"
	for _, r := range b.ServerSideEncryptionConfiguration.Or(Encryption{}).Rules {
		if d := r.ApplyServerSideEncryptionByDefault; d != nil {
			id = cmp.Or(d.KMSMasterKeyID, id)
			break
		}
	}
	return fact.Of(id)
}

// ResolveKey returns the ARN of the key that a key ID, an alias or an ARN means
// in an account and a Region. An alias is known only where s holds its key.
func (s *Snapshot) ResolveKey(id, partition, region, account string) (string, bool) {
	name := id
	if p, err := arn.Parse(id); err == nil {
		if p.Type() != "alias" {
			return id, true
		}
		account, name = p.Account, p.Resource
	}
	if !strings.HasPrefix(name, "alias/") {
		return arn.ARN{Partition: partition, Service: "kms", Region: region, Account: account, Resource: "key/" + name}.String(), true
	}
	holder := s.Accounts[account]
	if holder == nil {
		return "", false
	}
	for _, key := range slices.Sorted(maps.Keys(holder.Keys)) {
		p, _ := arn.Parse(key)
		if k := holder.Keys[key]; k != nil && p.Region == region && k.hasAlias(name) {
			return key, true
		}
	}
	return "", false
}

// hasAlias reports whether a key has an alias, which AWS's answers write as an
// object with AliasName, and people as a name.
func (k *Key) hasAlias(name string) bool {
	return slices.ContainsFunc(k.Aliases.Or(nil), func(alias any) bool {
		if entry, ok := alias.(map[string]any); ok {
			alias = entry["AliasName"]
		}
		return alias == name
	})
}
