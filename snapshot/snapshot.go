// Package snapshot holds what AWS accounts held at one time: buckets, roles,
// users and keys with their policies, in AWS's own JSON shapes. It is plain
// data that is saved and read back; it contacts nothing and decides nothing.
// What could not be read is kept as such, with the reason.
package snapshot

import (
	"maps"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// Schema is the version of the saved form.
const Schema = "repligrant.snapshot/v1"

// A Snapshot is what accounts held.
type Snapshot struct {
	Schema      string              `json:"schema"`
	CollectedAt string              `json:"collected_at,omitempty"` // RFC 3339; that of the last read
	Accounts    map[string]*Account `json:"accounts"`               // by account ID
	Lacks       []Lack              `json:"unread,omitempty"`       // what stands under no account ID
	Interrupted bool                `json:"interrupted,omitempty"`  // somebody stopped the reading before its end

	Origins Origins `json:"-"` // of what planned infrastructure says; not saved
}

// Clone copies s down to its accounts, which are shared.
func (s *Snapshot) Clone() *Snapshot {
	c := *s
	c.Schema, c.Accounts, c.Origins = Schema, maps.Clone(s.Accounts), maps.Clone(s.Origins)
	return &c
}

// Errors tells why something was not read, by API operation ("GetBucketPolicy"
// to "AccessDenied").
type Errors map[string]string

// An Account is what one account held. An entry that is absent from a map was
// not read, unless Listed names the map: then it does not exist.
type Account struct {
	As                             string                        `json:"As,omitempty"` // ARN that read it
	Listed                         []string                      `json:"Listed,omitempty"`
	Buckets                        map[string]*Bucket            `json:"buckets,omitempty"`      // by name
	Roles                          map[string]*Role              `json:"roles,omitempty"`        // by ARN
	Users                          map[string]*User              `json:"users,omitempty"`        // by ARN
	Keys                           map[string]*Key               `json:"keys,omitempty"`         // by ARN
	AccessPoints                   map[string]*AccessPoint       `json:"accessPoints,omitempty"` // by ARN
	PublicAccessBlockConfiguration fact.Value[PublicAccessBlock] `json:"PublicAccessBlockConfiguration,omitzero"`
	Organization                   fact.Value[Organization]      `json:"organization,omitzero"`
	Errors                         Errors                        `json:"Errors,omitempty"`
}

// A Document is a policy document: read, absent, or not read. One that was
// there but has no reading is not read, and its reason begins with
// "MalformedPolicy". It may be written as JSON or, as the AWS CLI prints some,
// as a string that holds JSON.
type Document struct {
	fact.Value[*policy.Document]

	text []byte // as it was written; nil for one that was built in Go
}

// A Bucket is one bucket with its settings.
type Bucket struct {
	Region                            string                                `json:"Region,omitempty"`
	Versioning                        fact.Value[Versioning]                `json:"Versioning,omitzero"`
	ReplicationConfiguration          fact.Value[replication.Configuration] `json:"ReplicationConfiguration,omitzero"`
	Policy                            Document                              `json:"Policy,omitzero"`
	OwnershipControls                 fact.Value[OwnershipControls]         `json:"OwnershipControls,omitzero"`
	ServerSideEncryptionConfiguration fact.Value[Encryption]                `json:"ServerSideEncryptionConfiguration,omitzero"`
	PublicAccessBlockConfiguration    fact.Value[PublicAccessBlock]         `json:"PublicAccessBlockConfiguration,omitzero"`
	ObjectLockConfiguration           fact.Value[ObjectLock]                `json:"ObjectLockConfiguration,omitzero"`
	RequestPayment                    fact.Value[RequestPayment]            `json:"RequestPayment,omitzero"`
	LifecycleConfiguration            fact.Value[Raw]                       `json:"LifecycleConfiguration,omitzero"`
	NotificationConfiguration         fact.Value[Raw]                       `json:"NotificationConfiguration,omitzero"`
	Tagging                           fact.Value[[]replication.Tag]         `json:"Tagging,omitzero"`
	Errors                            Errors                                `json:"Errors,omitempty"`
}

// Raw is a setting that is kept as AWS's JSON and not looked into yet.
type Raw = map[string]any

// Versioning is "Enabled", "Suspended", or "" for a bucket that never had it.
type Versioning struct {
	Status string `json:"Status,omitempty"`
}

// OwnershipControls hold the Object Ownership setting.
type OwnershipControls struct {
	Rules []OwnershipRule `json:"Rules"`
}

// An OwnershipRule is the one rule of OwnershipControls.
type OwnershipRule struct {
	ObjectOwnership string `json:"ObjectOwnership"`
}

// Encryption is the default encryption of a bucket.
type Encryption struct {
	Rules []EncryptionRule `json:"Rules"`
}

// An EncryptionRule is the one rule of an Encryption.
type EncryptionRule struct {
	ApplyServerSideEncryptionByDefault *EncryptionDefault     `json:"ApplyServerSideEncryptionByDefault,omitempty"`
	BucketKeyEnabled                   bool                   `json:"BucketKeyEnabled,omitempty"`
	BlockedEncryptionTypes             *BlockedEncryptionType `json:"BlockedEncryptionTypes,omitempty"`
}

// An EncryptionDefault is the algorithm ("AES256", "aws:kms", "aws:kms:dsse")
// and key that new objects get. Without a key ID, KMS uses the key aws/s3.
type EncryptionDefault struct {
	SSEAlgorithm   string `json:"SSEAlgorithm"`
	KMSMasterKeyID string `json:"KMSMasterKeyID,omitempty"`
}

// A BlockedEncryptionType lists encryption types that writes may not use.
type BlockedEncryptionType struct {
	EncryptionType []string `json:"EncryptionType,omitempty"`
}

// A PublicAccessBlock holds the four settings of S3 Block Public Access.
type PublicAccessBlock struct {
	BlockPublicAcls       bool `json:"BlockPublicAcls"`
	IgnorePublicAcls      bool `json:"IgnorePublicAcls"`
	BlockPublicPolicy     bool `json:"BlockPublicPolicy"`
	RestrictPublicBuckets bool `json:"RestrictPublicBuckets"`
}

// An ObjectLock is the Object Lock configuration: "Enabled" or "".
type ObjectLock struct {
	ObjectLockEnabled string `json:"ObjectLockEnabled,omitempty"`
	Rule              Raw    `json:"Rule,omitempty"`
}

// A RequestPayment says who pays: "BucketOwner" or "Requester".
type RequestPayment struct {
	Payer string `json:"Payer,omitempty"`
}

// A Role is an IAM role with its policies. Documents are in maps by policy name
// (inline) or policy ARN (attached). A nil map was not read.
type Role struct {
	RoleID                   string                          `json:"RoleId,omitempty"`
	Tags                     fact.Value[[]replication.Tag]   `json:"Tags,omitzero"`
	AssumeRolePolicyDocument Document                        `json:"AssumeRolePolicyDocument,omitzero"`
	InlinePolicies           fact.Value[map[string]Document] `json:"InlinePolicies,omitzero"`
	AttachedPolicies         fact.Value[map[string]Document] `json:"AttachedPolicies,omitzero"`
	PermissionsBoundary      fact.Value[Boundary]            `json:"PermissionsBoundary,omitzero"`
	Errors                   Errors                          `json:"Errors,omitempty"`
}

// A Boundary is a permissions boundary.
type Boundary struct {
	PermissionsBoundaryARN string   `json:"PermissionsBoundaryArn,omitempty"`
	Document               Document `json:"Document,omitzero"`
}

// A User is an IAM user with its policies.
type User struct {
	UserID              string                          `json:"UserId,omitempty"`
	InlinePolicies      fact.Value[map[string]Document] `json:"InlinePolicies,omitzero"`
	AttachedPolicies    fact.Value[map[string]Document] `json:"AttachedPolicies,omitzero"`
	GroupPolicies       fact.Value[map[string]Document] `json:"GroupPolicies,omitzero"`
	PermissionsBoundary fact.Value[Boundary]            `json:"PermissionsBoundary,omitzero"`
	Errors              Errors                          `json:"Errors,omitempty"`
}

// A Key is a KMS key. Repligrant keeps what a snapshot says of keys and does
// not decide KMS permissions yet.
type Key struct {
	KeyMetadata fact.Value[Raw]   `json:"KeyMetadata,omitzero"`
	Policy      Document          `json:"Policy,omitzero"`
	Grants      fact.Value[[]Raw] `json:"Grants,omitzero"`
	Aliases     fact.Value[[]any] `json:"Aliases,omitzero"`
	Errors      Errors            `json:"Errors,omitempty"`
}

// An AccessPoint is an S3 access point with its policy.
type AccessPoint struct {
	Bucket string   `json:"Bucket,omitempty"`
	Policy Document `json:"Policy,omitzero"`
	Errors Errors   `json:"Errors,omitempty"`
}

// An Organization is the organization of an account and the policies that bind
// it: lists of levels, root first.
type Organization struct {
	ID                string              `json:"Id,omitempty"`
	Path              string              `json:"Path,omitempty"`
	ManagementAccount bool                `json:"ManagementAccount,omitempty"`
	SCPs              fact.Value[[]Level] `json:"SCPs,omitzero"`
	RCPs              fact.Value[[]Level] `json:"RCPs,omitzero"`
	Errors            Errors              `json:"Errors,omitempty"`

	// Accounts are all accounts of the organization, as one that may list them saw
	// them. Most accounts may not.
	Accounts fact.Value[[]Member] `json:"Accounts,omitzero"`
}

// A Member is an account of an organization. State is "ACTIVE" for one that can be
// used.
//
// See https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html.
type Member struct {
	ID    string `json:"Id"`
	State string `json:"State,omitempty"`
}

// A Level is the root, an organizational unit, or the account, with the
// policies attached there.
type Level struct {
	Target   string
	Policies []LevelPolicy
}

// A LevelPolicy is one policy of a Level.
type LevelPolicy struct {
	ID      string   `json:"Id,omitempty"`
	Name    string   `json:"Name,omitempty"`
	Content Document `json:"Content,omitzero"`
}
