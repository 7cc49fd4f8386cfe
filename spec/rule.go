package spec

import "github.com/repligrant/repligrant/internal/diag"

// A Rule is one replication rule: one source, one destination. An entry of
// replication becomes one rule per destination, and one more for each that it
// mirrors.
type Rule struct {
	Name       Text // the rule's ID in AWS; unique among the rules of From
	From, To   Text // names in [Spec.Buckets]
	Role       Role
	Prefix     Text          // plain text; "" for all keys
	FilterTags []Tag         // in file order; an object must have all of them
	Priority   Optional[int] // not stated: from 1 on among the rules of From, in file order
	Enabled    Optional[bool]

	Tags                 Optional[Handling]
	Annotations          Optional[Handling]
	OwnerOverride        Optional[bool]
	DeleteMarkers        Optional[bool]
	KMSObjects           Optional[bool]   // not stated: whether From has a key in the spec
	ReplicaKMSKey        Optional[string] // an ARN; not stated: the default key of To, or ""
	SSECObjects          Optional[bool]
	ReplicaModifications Optional[bool]
	ReplicationTime      Optional[bool]
	Metrics              Optional[bool] // not stated: as ReplicationTime
	StorageClass         Text           // left out: that of the source object
	ExistingObjects      ExistingObjects
	TwoWay               TwoWay
	Mirrored             bool // made by the two_way of a rule from To to From

	Pos diag.Pos // of the entry
}

// A Tag is a key and a value that an object must have to be replicated.
type Tag struct{ Key, Value Text }

// Handling says what becomes of the tags, or the annotations, of an object.
type Handling string

// What becomes of tags or annotations.
const (
	Replicate Handling = "replicate"
	Omit      Handling = "omit" // not read at the source
	Deny      Handling = "deny" // not read, and refused at the destination
)

// ExistingObjects asks for Batch Replication of the objects that were there
// before the rule. The zero ExistingObjects asks for nothing.
type ExistingObjects struct {
	Wanted   bool
	Role     Role // of the batch job; in the account of the source
	Manifest Optional[Location]
	Report   Optional[Location]
	Pos      diag.Pos
}

// A Location is a place in a bucket.
type Location struct{ Bucket, Prefix Text }

// TwoWay asks for the mirrored rule. The zero TwoWay asks for nothing.
type TwoWay struct {
	Wanted bool
	Role   Text // left out: the default role of To
	Name   Text
	Pos    diag.Pos
}

// PolicyStyle says how close written policies stay to AWS's own pages.
type PolicyStyle string

// The styles of policies.
const (
	Minimal PolicyStyle = "minimal"
	AWSDocs PolicyStyle = "aws-docs"
)
