package replication

import (
	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
)

// A Bucket is one end of a rule, as far as it is known. A field that is not
// read may hold anything.
type Bucket struct {
	Name            string
	Account         string // 12 digits; "" if the owner is not known
	Partition       string
	Region          string               // "" if not known
	KMSKeys         fact.Value[[]string] // ARNs, the default key first; absent: SSE-S3
	BucketKey       fact.Value[bool]
	ObjectLock      fact.Value[bool]
	ObjectOwnership fact.Value[string] // BucketOwnerEnforced, BucketOwnerPreferred or ObjectWriter
	RequesterPays   fact.Value[bool]
}

// ARN is the bucket's.
func (b Bucket) ARN() string { return arn.Bucket(b.Partition, b.Name) }

// BucketOwnerEnforced is the Object Ownership setting that switches ACLs off and
// gives every object to the bucket's owner.
const BucketOwnerEnforced = "BucketOwnerEnforced"

// A Mode says what happens to a part of an object.
type Mode string

// The modes of tags and annotations.
const (
	Replicate Mode = "replicate"
	Omit      Mode = "omit" // not read at the source
	Refuse    Mode = "deny" // not read at the source, and refused at the destination
)

// A Rule is one replication rule between two buckets: what a SPEC asks for, or
// what a live configuration does.
type Rule struct {
	Name     string // the rule's ID
	From, To Bucket
	Role     string // ARN
	Pos      diag.Pos
	Live     bool // read from a configuration, not from a SPEC

	Enabled    bool
	V1         bool // first version of the schema: delete markers replicate by themselves
	Prefix     string
	FilterTags []Tag
	Priority   int

	Tags                 Mode
	Annotations          Mode
	OwnerOverride        bool
	DeleteMarkers        bool   // also true of every V1 rule
	StorageClass         string // "": that of the source object
	ReplicationTime      bool
	Metrics              bool
	ReplicaModifications bool

	KMSObjects    bool   // objects encrypted with SSE-KMS or DSSE-KMS are selected
	ReplicaKMSKey string // ARN
	SSECObjects   bool
	KMSLeftOut    bool // a SPEC says in words that KMS objects are not selected
	Job           *Job // Batch Replication of what is there before the rule; nil: none is asked for
	TwoWay        bool

	ConfusedDeputy string // "none", "if-exists", "strict"
	GrantTo        string // "role", "account"
	Boundary       string // ARN of the permissions boundary that the role is to have; "" for none
	AWSDocs        bool   // policy_style: aws-docs
}

// A Job is the Batch Replication of objects that are there before a rule.
type Job struct {
	Role             string    // ARN
	Manifest, Report *Location // nil: S3 makes the manifest; there is no report

	ConfusedDeputy string
	GrantTo        string
	Boundary       string
}

// A Location is where a job reads or writes: all keys that begin with Prefix.
type Location struct {
	Bucket Bucket
	Prefix string
}

// CrossAccount reports whether source and destination have different owners. A
// destination of unknown owner counts as foreign.
func (r *Rule) CrossAccount() bool { return r.To.Account == "" || r.From.Account != r.To.Account }
