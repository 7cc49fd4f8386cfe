// Package replication says what Amazon S3 replication needs: who must be
// allowed which action on what, which document has to carry it, and what
// happens to objects without it. It is a table with the pages that demand each
// row, the shape of replication configurations and their meaning, and the
// context that S3's requests carry. It decides nothing and contacts nothing.
package replication

// A Kind is a kind of document that replication needs or is stopped by.
type Kind string

// The kinds of documents that `plan` writes.
const (
	RoleTrustPolicy          Kind = "role-trust-policy"
	RolePolicy               Kind = "role-policy"
	DestinationBucketPolicy  Kind = "destination-bucket-policy"
	SourceKMSKeyPolicy       Kind = "source-kms-key-policy"
	DestinationKMSKeyPolicy  Kind = "destination-kms-key-policy"
	ReplicationConfiguration Kind = "replication-configuration"
	BatchRoleTrustPolicy     Kind = "batch-role-trust-policy"
	BatchRolePolicy          Kind = "batch-role-policy"
	WriterPolicy             Kind = "writer-policy"
	WriterTrustPolicy        Kind = "writer-trust-policy"
	WriterBucketPolicy       Kind = "writer-bucket-policy"
	WriterAccessPointPolicy  Kind = "writer-access-point-policy"
	BatchKMSKeyPolicy        Kind = "batch-kms-key-policy" // of the keys of a job's manifest and report
	WriterKMSKeyPolicy       Kind = "writer-kms-key-policy"
)

// The kinds that only an audit names.
const (
	SourceBucketPolicy  Kind = "source-bucket-policy"
	PermissionsBoundary Kind = "permissions-boundary"
	SCP                 Kind = "scp"
	RCP                 Kind = "rcp"
	PublicAccessBlock   Kind = "public-access-block"
	AccessPointPolicy   Kind = "access-point-policy"
	BucketSettings      Kind = "bucket-settings"
	KMSKey              Kind = "kms-key"
	Suppressions        Kind = "suppressions" // of findings; no document of AWS's
)

// Kinds are all kinds of documents.
var Kinds = []Kind{
	RoleTrustPolicy, RolePolicy, DestinationBucketPolicy, SourceKMSKeyPolicy, DestinationKMSKeyPolicy, ReplicationConfiguration,
	BatchRoleTrustPolicy, BatchRolePolicy, WriterPolicy, WriterTrustPolicy, WriterBucketPolicy, WriterAccessPointPolicy, BatchKMSKeyPolicy, WriterKMSKeyPolicy,
	SourceBucketPolicy, PermissionsBoundary, SCP, RCP, PublicAccessBlock, AccessPointPolicy, BucketSettings, KMSKey, Suppressions,
}

// SidPrefix begins the Sid of every statement that repligrant writes into a
// bucket or key policy, so that it finds its own statements again.
const SidPrefix = "Repligrant"
