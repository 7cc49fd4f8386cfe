package spec

import (
	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
)

// A Bucket is a source, a destination, or where a writer writes.
type Bucket struct {
	Name            Text
	Account         Text // a name in [Spec.Accounts]; left out: the owner is unknown
	Region          Text
	KMSKeys         Optional[[]Text] // ARNs, the default key first; stated and empty: SSE-S3
	BucketKey       Optional[bool]
	ObjectLock      Optional[bool]
	ObjectOwnership Optional[ObjectOwnership]
	RequesterPays   Optional[bool]
	Pos             diag.Pos // of the name
}

// ObjectOwnership is who owns what others upload to a bucket, in AWS's word.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html.
type ObjectOwnership string

// The settings of Object Ownership.
const (
	BucketOwnerEnforced  ObjectOwnership = "BucketOwnerEnforced"
	BucketOwnerPreferred ObjectOwnership = "BucketOwnerPreferred"
	ObjectWriter         ObjectOwnership = "ObjectWriter"
)

// Partition is the partition of the bucket's Region.
func (b Bucket) Partition() string { return arn.PartitionOf(b.Region.Value) }

// ARN is the bucket's ARN.
func (b Bucket) ARN() string { return arn.Bucket(b.Partition(), b.Name.Value) }

// DefaultKey is the key that encrypts new objects by default. It is false if
// the spec names none.
func (b Bucket) DefaultKey() (Text, bool) {
	if len(b.KMSKeys.Value) == 0 {
		return Text{}, false
	}
	return b.KMSKeys.Value[0], true
}
