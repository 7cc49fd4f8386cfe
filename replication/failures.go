package replication

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
)

const (
	pageCodes       = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-failure-codes.html"
	pageBatchLimits = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-batch-replication-batch.html"
)

// A Failure is one of the reasons that S3 gives, in events and in the reports of
// Batch Replication, for an object version that it did not replicate.
type Failure struct {
	Code   string
	Older  string    // how pages before 2026 spell it; "" for the same
	Batch  bool      // only the reports of Batch Replication have it
	Final  bool      // the object is not to be replicated again: it is there or gone, or Batch Replication cannot
	Means  diag.Text // what happened
	Look   []Look    // the permissions of which one may be lacking or denied
	Do     diag.Text // the way out
	Source string
}

// A Look is a permission that a failure may come from.
type Look struct {
	Action   string
	On       Form
	Inferred bool // the table of codes does not name it; it follows from what the code says, or from another page
}

func named(action string, on Form) Look { return Look{Action: action, On: on} }

func inferred(action string, on Form) Look { return Look{Action: action, On: on, Inferred: true} }

// Documents are the kinds of documents that have to allow it; any other layer
// may deny it.
func (l Look) Documents() []Kind {
	switch l.On {
	case TheRole:
		return []Kind{RoleTrustPolicy}
	case DestinationObjects:
		return []Kind{RolePolicy, DestinationBucketPolicy}
	case SourceKeys, ReplicaKey:
		return []Kind{RolePolicy, KeyPolicyOf(l.On)}
	default:
		if l.Action == "s3:InitiateReplication" {
			return []Kind{BatchRolePolicy}
		}
		return []Kind{RolePolicy}
	}
}

// FindFailure returns the failure of a code in either spelling, and whether
// there is one.
func FindFailure(code string) (Failure, bool) {
	i := slices.IndexFunc(Failures, func(f Failure) bool {
		return strings.EqualFold(f.Code, code) || f.Older != "" && strings.EqualFold(f.Older, code)
	})
	if i < 0 {
		return Failure{}, false
	}
	return Failures[i], true
}

// What is to be done, where it is the same for several codes. A key whose deletion
// was cancelled is disabled.
//
// See https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html.
var (
	doGrant = text("failure.do.grant", "find out what is lacking or denied, and in which document, with `repligrant explain s3://BUCKET/KEY` "+
		"for an object that failed; its owner then adds the Allow, or spares the role in the Deny")
	doEnableKey = text("failure.do.key-state", "in the account of the key: if it waits for its deletion, cancel that first (kms:CancelKeyDeletion), which leaves it disabled; then enable it (kms:EnableKey)")
	doLock      = text("failure.do.lock-write", "allow s3:ReplicateObject first; if the code stays, allow the other permission at the destination too")
	doNothing   = text("failure.do.nothing", "nothing: there is no such version to replicate any more")
	doJob       = text("failure.do.job-region", "create the job in the Region of the source bucket, for buckets that are where the job takes them to be")
)

// The permissions that several codes are about.
var (
	replicateObject = []Look{named("s3:ReplicateObject", DestinationObjects)}
	readVersion     = []Look{named("s3:GetObjectVersionForReplication", SourceObjects)}
)

// Failures are all codes, sorted.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-failure-codes.html.
var Failures = []Failure{
	{
		Code:  "AnnotationLimitExceeded",
		Means: text("failure.annotation-limit", "the replica would have more annotations than an object may have (1,000)"),
		Do:    text("failure.do.annotation-limit", "delete annotations of the object"), Source: pageAnnotations,
	},
	{
		Code:  "AssumeRoleNotPermitted",
		Means: text("failure.assume-role", "S3 cannot assume the role of the configuration, or that of the batch job: it is gone, or its trust policy does not let S3"),
		Look:  []Look{named("sts:AssumeRole", TheRole)},
		Do:    text("failure.do.assume-role", "in the account of the source: create the role, or let its trust policy allow sts:AssumeRole to s3.amazonaws.com; that of a batch job's role to batchoperations.s3.amazonaws.com"), Source: pageCodes,
	},
	{
		Code: "DstBucketInvalidRegion", Batch: true,
		Means: text("failure.dst-region", "the destination bucket is not in the Region that the job expects"),
		Do:    doJob, Source: pageCodes,
	},
	{
		Code:  "DstBucketNotFound",
		Means: text("failure.dst-bucket", "the destination bucket does not exist"),
		Do:    text("failure.do.dst-bucket", "name a bucket that exists in the rule, or let the owner of the destination create it, with versioning and its policy (`repligrant plan` writes them)"), Source: pageCodes,
	},
	{
		Code:  "DstBucketObjectLockConfigMissing",
		Means: text("failure.dst-lock", "the source bucket has Object Lock and the destination has not"),
		Do:    text("failure.do.dst-lock", "enable Object Lock on the destination bucket"), Source: pageCodes,
	},
	{
		Code:  "DstBucketUnversioned",
		Means: text("failure.dst-versioning", "versioning of the destination bucket is not enabled"),
		Do:    text("failure.do.dst-versioning", "enable versioning of the destination bucket"), Source: pageCodes,
	},
	{
		Code:  "DstDelObjNotPermitted",
		Means: text("failure.dst-delete", "the role may not write a delete marker at the destination"),
		Look:  []Look{named("s3:ReplicateDelete", DestinationObjects)}, Do: doGrant, Source: pageCodes,
	},
	{
		Code:  "DstKmsKeyInvalidState",
		Means: text("failure.dst-key-state", "the KMS key of the replicas is disabled, waits for its deletion, or cannot be used"),
		Do:    doEnableKey, Source: pageCodes,
	},
	{
		Code:  "DstKmsKeyNotFound",
		Means: text("failure.dst-key", "the key that the rule names in ReplicaKmsKeyID does not exist"),
		Do:    text("failure.do.dst-key", "name a key of the destination's Region that exists"), Source: pageCodes,
	},
	{
		Code:  "DstMultipartCompleteNotPermitted",
		Means: text("failure.dst-complete", "the role may not complete the multipart upload of the replica"),
		Look:  replicateObject, Do: doGrant, Source: pageCodes,
	},
	{
		Code:  "DstMultipartInitNotPermitted",
		Means: text("failure.dst-init", "the role may not start the multipart upload of the replica"),
		Look:  replicateObject, Do: doGrant, Source: pageCodes,
	},
	{
		Code: "DstMultipartUploadNotPermitted", Older: "DstMultipartPartUploadNotPermitted",
		Means: text("failure.dst-part", "the role may not upload a part of the replica"),
		Look:  replicateObject, Do: doGrant, Source: pageCodes,
	},
	{
		Code: "DstObjectHardDeleted", Final: true, Batch: true,
		Means: text("failure.dst-deleted", "somebody deleted the replica by its version ID; Batch Replication does not write it again"),
		Do:    text("failure.do.dst-deleted", "copy the object onto itself with Batch Operations, which makes a new version"), Source: pageBatchLimits,
	},
	{
		Code:  "DstPutAclNotPermitted",
		Means: text("failure.dst-acl", "the role may not write the ACL of the replica"),
		Look:  replicateObject, Do: doGrant, Source: pageCodes,
	},
	{
		Code:  "DstPutLegalHoldNotPermitted",
		Means: text("failure.dst-legal-hold", "the role may not put the legal hold on the replica"),
		Look:  []Look{named("s3:PutObjectLegalHold", DestinationObjects), inferred("s3:ReplicateObject", DestinationObjects)}, Do: doLock, Source: pageCodes,
	},
	{
		Code:  "DstPutObjectAnnotationNotPermitted",
		Means: text("failure.dst-annotation", "the destination does not take the annotations of the replica"),
		Look:  []Look{inferred("s3:ReplicateObject", DestinationObjects), inferred("s3:ReplicateObjectAnnotation", DestinationObjects)},
		Do:    text("failure.do.dst-annotation", "let the owner of the destination look for a Deny of these actions in the bucket's policy, and spare the role in it"), Source: pageCodes,
	},
	{
		Code:  "DstPutObjectNotPermitted",
		Means: text("failure.dst-put", "the role may not write the replica, hand it to the owner of the destination, or use the key that encrypts it"),
		Look: []Look{
			named("s3:ReplicateObject", DestinationObjects),
			named("s3:ObjectOwnerOverrideToBucketOwner", DestinationObjects),
			inferred("kms:Encrypt", ReplicaKey),
			named("kms:GenerateDataKey", ReplicaKey),
			named("kms:Decrypt", ReplicaKey),
		},
		Do: doGrant, Source: pageCodes,
	},
	{
		Code:  "DstPutRetentionNotPermitted",
		Means: text("failure.dst-retention", "the role may not put the retention on the replica"),
		Look:  []Look{named("s3:PutObjectRetention", DestinationObjects), inferred("s3:ReplicateObject", DestinationObjects)}, Do: doLock, Source: pageCodes,
	},
	{
		Code:  "DstPutTaggingNotPermitted",
		Means: text("failure.dst-tags", "the role may not write the tags of the replica; it is s3:ReplicateObject that AWS names, not s3:ReplicateTags"),
		Look:  replicateObject, Do: doGrant, Source: pageCodes,
	},
	{
		Code:  "DstVersionNotFound",
		Means: text("failure.dst-version", "S3 does not find the version in the destination whose metadata it is to replicate"),
		Do:    text("failure.do.dst-version", "replicate the object again with S3 Batch Replication"), Source: pageCodes,
	},
	{
		Code: "InitiateReplicationNotPermitted", Batch: true,
		Means: text("failure.initiate", "the role of the batch job may not start the replication of the object"),
		Look:  []Look{named("s3:InitiateReplication", SourceObjects)}, Source: pageCodes,
		Do: text("failure.do.initiate", "in the account of the source: allow it to the role that the job names, which need not be that of the configuration"),
	},
	{
		Code:  "SrcAnnotationEncryptionUnsupported",
		Means: text("failure.src-annotation-encryption", "an annotation is encrypted in a way that does not replicate"),
		Do:    text("failure.do.src-annotation-encryption", "write the annotation again with another encryption"), Source: pageCodes,
	},
	{
		Code: "SrcAnnotationNotFound", Final: true,
		Means: text("failure.src-annotation", "an annotation was deleted before it was replicated"),
		Do:    doNothing, Source: pageCodes,
	},
	{
		Code: "SrcBucketInvalidRegion", Batch: true,
		Means: text("failure.src-region", "the source bucket is not in the Region that the job expects"),
		Do:    doJob, Source: pageCodes,
	},
	{
		Code: "SrcBucketNotFound", Final: true,
		Means: text("failure.src-bucket", "the source bucket does not exist"),
		Do:    text("failure.do.src-bucket", "compare the name with those of the account's buckets; if the bucket was deleted, there is nothing to replicate any more"), Source: pageCodes,
	},
	{
		Code:  "SrcBucketReplicationConfigMissing",
		Means: text("failure.src-configuration", "the source bucket has no replication configuration any more"),
		Do:    text("failure.do.src-configuration", "put the configuration back on the bucket, which its account does: `repligrant plan` writes it from a SPEC"), Source: pageCodes,
	},
	{
		Code:  "SrcGetAclNotPermitted",
		Means: text("failure.src-acl", "the role may not read the ACL of the object, or the object belongs to another account"),
		Look:  []Look{named("s3:GetObjectVersionAcl", SourceObjects)},
		Do: text("failure.do.src-acl",
			"let the role's policy allow it; where other accounts upload, set the bucket's Object Ownership to BucketOwnerEnforced"),
		Source: pageCodes,
	},
	{
		Code:  "SrcGetLegalHoldNotPermitted",
		Means: text("failure.src-legal-hold", "the role may not read the legal hold of the object"),
		Look:  []Look{inferred("s3:GetObjectLegalHold", SourceObjects)}, Do: doGrant, Source: pageCodes,
	},
	{
		Code:  "SrcGetObjectAnnotationNotPermitted",
		Means: text("failure.src-read-annotation", "the role may not read the annotations of the object"),
		Look:  []Look{inferred("s3:GetObjectVersionAnnotationForReplication", SourceObjects)}, Do: doGrant, Source: pageCodes,
	},
	{
		Code:  "SrcGetObjectNotPermitted",
		Means: text("failure.src-get", "the role may not read the object, or not decrypt it"),
		Look:  []Look{named("s3:GetObjectVersionForReplication", SourceObjects), inferred("kms:Decrypt", SourceKeys)},
		Do:    doGrant, Source: pageCodes,
	},
	{
		Code:  "SrcGetRetentionNotPermitted",
		Means: text("failure.src-retention", "the role may not read the retention of the object"),
		Look:  []Look{inferred("s3:GetObjectRetention", SourceObjects)}, Do: doGrant, Source: pageCodes,
	},
	{
		Code:  "SrcGetTaggingNotPermitted",
		Means: text("failure.src-tags", "the role may not read the tags of the object"),
		Look:  []Look{named("s3:GetObjectVersionTagging", SourceObjects)}, Do: doGrant, Source: pageCodes,
	},
	{
		Code:  "SrcHeadObjectNotPermitted",
		Means: text("failure.src-head", "the role may not read the metadata of the object"),
		Look:  readVersion, Do: doGrant, Source: pageCodes,
	},
	{
		Code: "SrcKeyNotFound", Final: true,
		Means: text("failure.src-key", "the object is not there any more: it may have been deleted before it was replicated"),
		Do:    doNothing, Source: pageCodes,
	},
	{
		Code:  "SrcKmsKeyInvalidState",
		Means: text("failure.src-key-state", "the KMS key of the object is disabled, waits for its deletion, or cannot be used"),
		Do:    doEnableKey, Source: pageCodes,
	},
	{
		Code:  "SrcObjectNotEligible",
		Means: text("failure.src-not-eligible", "the storage class or the tags of the object are none that the rule replicates"),
		Do:    text("failure.do.src-not-eligible", "of an archived object: restore it and copy it in place; else change the filter of the rule, or the tags of the object before it is uploaded again"), Source: pageCodes,
	},
	{
		Code: "SrcObjectNotFound", Final: true,
		Means: text("failure.src-object", "the object does not exist"),
		Do:    doNothing, Source: pageCodes,
	},
	{
		Code: "SrcReplicationNotPending", Final: true,
		Means: text("failure.src-not-pending", "S3 has replicated the object already"),
		Do:    text("failure.do.src-not-pending", "nothing: the replica is there"), Source: pageCodes,
	},
	{
		Code: "SrcVersionNotFound", Final: true,
		Means: text("failure.src-version", "the version is not there any more: it may have been deleted before it was replicated"),
		Do:    doNothing, Source: pageCodes,
	},
}
