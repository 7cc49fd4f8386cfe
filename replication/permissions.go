package replication

import (
	"slices"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
)

// The pages that the table cites.
const (
	pagePermissions = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html"
	pageOwner       = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-change-owner.html"
	pageKMS         = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html"
	pageMarkers     = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-marker-replication.html"
	pageAnnotations = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-example-walkthroughs.html#replication-annotations"
	pageBucketKey   = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html"
	pageLock        = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html"
	pageBatch       = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-batch-replication-policies.html"
	pageBatchRole   = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-iam-role-policies.html"
)

// A Form says which ARN a permission is about.
type Form uint8

// The forms.
const (
	SourceBucket       Form = iota // the ARN of the source bucket
	DestinationBucket              // the ARN of the destination bucket
	SourceObjects                  // the source objects that the rule selects
	DestinationObjects             // their replicas
	TheRole                        // the replication role
	SourceKeys                     // the KMS keys of source objects
	ReplicaKey                     // the KMS key that the rule gives to replicas
	DefaultKey                     // the KMS key that the destination gives to objects without encryption
	BatchRole                      // the role of the Batch Replication job
	ManifestObjects                // what a user wrote for the job to read
	ReportObjects                  // what the job writes about itself
	ManifestKey                    // the KMS key of the bucket of the manifest
	ReportKey                      // the KMS key of the bucket of the report
	UploadKey                      // the KMS key that the bucket of a writer gives to what it uploads

	forms = iota // how many there are
)

// OfKey reports whether a permission is about a KMS key.
func (f Form) OfKey() bool {
	switch f {
	case SourceKeys, ReplicaKey, DefaultKey, ManifestKey, ReportKey, UploadKey:
		return true
	default:
		return false
	}
}

// A Permission is one row of what S3 replication needs. The table below is the
// place where repligrant says so, and the only one.
type Permission struct {
	Action      string
	On          Form
	Batch       bool             // of the role of a Batch Replication job, not of the replication role
	When        func(*Rule) bool // the rules that need it
	Objects     Objects
	Level       Level
	Without     Loss
	FailureCode string   // of S3's events and reports; "" where AWS names none
	AnyOf       []string // other actions that S3 accepts instead
	Why         diag.Text
	Conflict    diag.Text // where AWS's pages disagree, and what is chosen
	Source      string
}

// Permissions is what replication needs, in the order of its work: be assumed,
// read the rules, read the object, write the replica.
//
// The failure codes are those of
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-failure-codes.html.
var Permissions = []Permission{
	{
		Action: "sts:AssumeRole", On: TheRole, When: always, Objects: AllObjects,
		Level: Required, Without: ObjectFailed, FailureCode: "AssumeRoleNotPermitted",
		Why:    text("why.assume", "S3 assumes the role for all that follows"),
		Source: pagePermissions,
	},
	{
		Action: "s3:GetReplicationConfiguration", On: SourceBucket, When: always, Objects: AllObjects,
		Level: Required, Without: ObjectFailed,
		Why:    text("why.rules", "read the rules"),
		Source: pagePermissions,
	},
	{
		Action: "s3:ListBucket", On: SourceBucket, When: always, Objects: AllObjects,
		Level: Required, Without: ObjectFailed,
		Why:    text("why.list", "list the bucket; AWS's permission model needs it to reach delete markers"),
		Source: pagePermissions,
	},
	{
		Action: "s3:GetObjectVersionForReplication", On: SourceObjects, When: always, Objects: NotKMSObjects,
		Level: Required, Without: ObjectFailed, FailureCode: "SrcGetObjectNotPermitted",
		AnyOf:  []string{"s3:GetObjectVersion"},
		Why:    text("why.version", "read the object version"),
		Source: pageKMS,
	},
	{
		Action: "s3:GetObjectVersionForReplication", On: SourceObjects, When: selectsKMS, Objects: KMSObjects,
		Level: Required, Without: ObjectFailed, FailureCode: "SrcGetObjectNotPermitted",
		Why:    text("why.kms-version", "read object versions that KMS encrypts; s3:GetObjectVersion does not reach them"),
		Source: pageKMS,
	},
	{
		Action: "s3:GetObjectVersionAcl", On: SourceObjects, When: always, Objects: AllObjects,
		Level: Required, Without: ObjectFailed, FailureCode: "SrcGetAclNotPermitted",
		Why:    text("why.acl", "read the ACL of the object version"),
		Source: pagePermissions,
	},
	{
		Action: "s3:GetObjectVersionTagging", On: SourceObjects, When: replicatesTags, Objects: TaggedObjects,
		Level: Required, Without: TagsLost, FailureCode: "SrcGetTaggingNotPermitted",
		Why: text("why.read-tags", "read the object's tags"),
		Conflict: text("conflict.read-tags", "The permissions page says that objects replicate without their tags; the table of failure codes has one for it. "+
			"It is taken to be required, and its loss to be that of the tags."),
		Source: pagePermissions,
	},
	{
		Action: "s3:GetObjectRetention", On: SourceObjects, When: locksObjects, Objects: LockedObjects,
		Level: Required, Without: LockLost, FailureCode: "SrcGetRetentionNotPermitted",
		Why: text("why.retention", "read the object's retention"),
		Conflict: text("conflict.lock", "The pages on Object Lock ask for the two reads at the source and for nothing at the destination; the table of failure codes "+
			"says that s3:PutObjectRetention and s3:PutObjectLegalHold may be missing there. The reads are granted, and the writes are not: "+
			"s3:ReplicateObject carries the lock."),
		Source: pageLock,
	},
	{
		Action: "s3:GetObjectLegalHold", On: SourceObjects, When: locksObjects, Objects: LockedObjects,
		Level: Required, Without: LockLost, FailureCode: "SrcGetLegalHoldNotPermitted",
		Why:    text("why.legal-hold", "read the object's legal hold"),
		Source: pageLock,
	},
	{
		Action: "s3:GetObjectVersionAnnotationForReplication", On: SourceObjects, When: replicatesAnnotations, Objects: AllObjects,
		Level: Advised, Without: AnnotationsLost, FailureCode: "SrcGetObjectAnnotationNotPermitted",
		Why:    text("why.read-annotations", "read the object's annotations"),
		Source: pageAnnotations,
	},
	{
		Action: "s3:ReplicateObject", On: DestinationObjects, When: always, Objects: NotKMSObjects,
		Level: Required, Without: ObjectFailed, FailureCode: "DstPutObjectNotPermitted",
		Why:    text("why.replica", "write the replica with its metadata, tags and ACL"),
		Source: pagePermissions,
	},
	{
		Action: "s3:ReplicateObject", On: DestinationObjects, When: selectsKMS, Objects: KMSObjects,
		Level: Required, Without: ObjectFailed, FailureCode: "DstPutObjectNotPermitted",
		Why:    text("why.kms-replica", "write the replica of an object that KMS encrypts, in a request that names KMS and the replica key"),
		Source: pageKMS,
	},
	{
		Action: "s3:ReplicateDelete", On: DestinationObjects, When: replicatesDeleteMarkers, Objects: DeleteMarkers,
		Level: Required, Without: DeleteMarkerLost, FailureCode: "DstDelObjNotPermitted",
		Why:    text("why.delete-marker", "write the delete marker"),
		Source: pageMarkers,
	},
	{
		Action: "s3:ReplicateTags", On: DestinationObjects, When: replicatesTags, Objects: TaggedObjects,
		Level: Advised, Without: TagsLost,
		Why: text("why.write-tags", "write the object's tags"),
		Conflict: text("conflict.write-tags", "A note on the permissions page says that s3:ReplicateObject covers tags; the same page and AWS's troubleshooting article "+
			"ask for s3:ReplicateTags as well. It is granted, and its absence is advice."),
		Source: pagePermissions,
	},
	{
		Action: "s3:ObjectOwnerOverrideToBucketOwner", On: DestinationObjects, When: overridesOwner, Objects: AllObjects,
		Level: Required, Without: ObjectFailed, FailureCode: "DstPutObjectNotPermitted",
		Why:    text("why.owner", "hand the replica to the owner of the destination bucket"),
		Source: pageOwner,
	},
	{
		Action: "kms:Decrypt", On: SourceKeys, When: selectsKMS, Objects: KMSObjects,
		Level: Required, Without: ObjectFailed, FailureCode: "SrcGetObjectNotPermitted",
		Why: text("why.kms-decrypt", "decrypt the object"),
		Conflict: text("conflict.kms-decrypt", "The troubleshooting page asks for kms:GenerateDataKey on the source key as well; the page on KMS objects does not. "+
			"It is not granted."),
		Source: pageKMS,
	},
	{
		Action: "kms:Encrypt", On: ReplicaKey, When: selectsKMS, Objects: KMSObjects,
		Level: Required, Without: ObjectFailed, FailureCode: "DstPutObjectNotPermitted",
		Why:    text("why.kms-encrypt", "encrypt the replica"),
		Source: pageKMS,
	},
	{
		Action: "kms:GenerateDataKey", On: ReplicaKey, When: selectsKMS, Objects: KMSObjects,
		Level: Advised, Without: ObjectFailed, FailureCode: "DstPutObjectNotPermitted",
		Why: text("why.kms-data-key", "make a data key for the replica"),
		Conflict: text("conflict.kms-data-key", "The page on KMS objects asks for kms:Encrypt alone; the troubleshooting page and the table of failure codes ask for "+
			"kms:GenerateDataKey too. It is granted, and its absence is advice."),
		Source: pageKMS,
	},
	{
		Action: "kms:Decrypt", On: ReplicaKey, When: selectsKMS, Objects: KMSObjects,
		Level: Advised, Without: ObjectFailed, FailureCode: "DstPutObjectNotPermitted",
		Why: text("why.kms-verify", "verify the S3 Bucket Key of the replica"),
		Conflict: text("conflict.kms-verify", "The page on bucket keys asks for it where a replica has one, which each object decides for itself; the minimum on the page "+
			"on KMS objects leaves it out. It is granted wherever the key is used, and its absence is advice."),
		Source: pageBucketKey,
	},
	{
		Action: "kms:GenerateDataKey", On: DefaultKey, When: fallsToDefaultKey, Objects: NotKMSObjects,
		Level: Advised, Without: ObjectFailed, FailureCode: "DstPutObjectNotPermitted",
		Why: text("why.kms-default", "encrypt replicas of objects that have no encryption with the default key of the destination"),
		Conflict: text("conflict.kms-default", "The page on KMS objects asks for it where plain or SSE-S3 objects go to a bucket whose default is KMS, and says further down "+
			"that SSE-S3 objects keep SSE-S3, so that only objects from before 2023 would need it. It is granted, and its absence is advice."),
		Source: pageKMS,
	},
	{
		Action: "kms:Decrypt", On: DefaultKey, When: fallsToDefaultKey, Objects: NotKMSObjects,
		Level: Advised, Without: ObjectFailed, FailureCode: "DstPutObjectNotPermitted",
		Why: text("why.kms-default-verify", "verify the S3 Bucket Key of replicas that the default key of the destination encrypts"),
		Conflict: text("conflict.kms-default-verify", "The page on bucket keys asks for it where a replica has one; the page on KMS objects asks for kms:GenerateDataKey alone "+
			"where the default of the destination encrypts. It is granted wherever that key is used, and its absence is advice."),
		Source: pageBucketKey,
	},
	{
		Action: "sts:AssumeRole", On: BatchRole, Batch: true, When: hasJob, Objects: AllObjects,
		Level: Required, Without: JobFailed,
		Why:    text("why.batch-assume", "S3 Batch Operations assumes the role of the job"),
		Source: pageBatch,
	},
	{
		Action: "s3:InitiateReplication", On: SourceObjects, Batch: true, When: hasJob, Objects: AllObjects,
		Level: Required, Without: JobFailed, FailureCode: "InitiateReplicationNotPermitted",
		Why:    text("why.batch-initiate", "start the replication of an object that is there; the replication role then copies it"),
		Source: pageBatch,
	},
	{
		Action: "s3:GetReplicationConfiguration", On: SourceBucket, Batch: true, When: generatesManifest, Objects: AllObjects,
		Level: Required, Without: JobFailed,
		Why:    text("why.batch-rules", "read the rules, to list the objects that they select"),
		Source: pageBatch,
	},
	{
		Action: "s3:PutInventoryConfiguration", On: SourceBucket, Batch: true, When: generatesManifest, Objects: AllObjects,
		Level: Required, Without: JobFailed,
		Why:    text("why.batch-inventory", "have S3 list the objects of the bucket"),
		Source: pageBatch,
	},
	{
		Action: "s3:GetObject", On: ManifestObjects, Batch: true, When: readsManifest, Objects: AllObjects,
		Level: Required, Without: JobFailed,
		Why:    text("why.batch-manifest", "read the manifest"),
		Source: pageBatch,
	},
	{
		Action: "s3:GetObjectVersion", On: ManifestObjects, Batch: true, When: readsManifest, Objects: AllObjects,
		Level: Required, Without: JobFailed,
		Why:    text("why.batch-manifest-version", "read a version of the manifest"),
		Source: pageBatch,
	},
	{
		Action: "s3:PutObject", On: ReportObjects, Batch: true, When: writesReport, Objects: AllObjects,
		Level: Required, Without: JobFailed,
		Why:    text("why.batch-report", "write the completion report"),
		Source: pageBatch,
	},
	{
		Action: "kms:Decrypt", On: ManifestKey, Batch: true, When: readsManifest, Objects: AllObjects,
		Level: Required, Without: JobFailed,
		Why:    text("why.batch-manifest-key", "decrypt the manifest"),
		Source: pageBatchRole,
	},
	{
		Action: "kms:GenerateDataKey", On: ReportKey, Batch: true, When: writesReport, Objects: AllObjects,
		Level: Required, Without: JobFailed,
		Why:      text("why.batch-report-key", "encrypt the completion report"),
		Conflict: reportEncryption,
		Source:   pageBatchRole,
	},
	{
		Action: "kms:Decrypt", On: ReportKey, Batch: true, When: writesReport, Objects: AllObjects,
		Level: Required, Without: JobFailed,
		Why:      text("why.batch-report-verify", "put the completion report together from several parts"),
		Conflict: reportEncryption,
		Source:   pageBatchRole,
	},
}

// reportEncryption is where AWS's pages disagree about the keys of reports.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-reports.html.
var reportEncryption = text("conflict.batch-report-key", "The page with examples of completion reports says that they are always encrypted with SSE-S3, which needs no key; "+
	"the page on the roles of jobs asks for the key of a bucket that KMS encrypts. It is granted where the spec names a key for that bucket.")

func text(key, english string) diag.Text { return diag.Text{Key: key, English: english} }

// Texts lists what the tables say, for translators.
func Texts() []diag.Text {
	var all []diag.Text
	for _, p := range slices.Concat(Permissions, DocsPermissions) {
		all = append(all, p.Why)
		if p.Conflict.Key != "" {
			all = append(all, p.Conflict)
		}
	}
	for _, p := range append(slices.Clone(WriterPermissions), becoming) {
		all = append(all, p.Why)
	}
	for _, d := range append(slices.Clone(Denials), Spared) {
		all = append(all, d.Why, d.Without, d.Risk)
	}
	for _, f := range Failures {
		all = append(all, f.Means, f.Do)
	}
	return all
}

func always(*Rule) bool                    { return true }
func selectsKMS(r *Rule) bool              { return r.KMSObjects }
func replicatesTags(r *Rule) bool          { return r.Tags == Replicate }
func replicatesAnnotations(r *Rule) bool   { return r.Annotations == Replicate }
func replicatesDeleteMarkers(r *Rule) bool { return r.DeleteMarkers }
func overridesOwner(r *Rule) bool          { return r.EffectiveOverride() }
func locksObjects(r *Rule) bool            { return r.From.ObjectLock.Or(false) }
func hasJob(r *Rule) bool                  { return r.Job != nil }
func generatesManifest(r *Rule) bool       { return r.Job != nil && r.Job.Manifest == nil }
func readsManifest(r *Rule) bool           { return r.Job != nil && r.Job.Manifest != nil }
func writesReport(r *Rule) bool            { return r.Job != nil && r.Job.Report != nil }

// fallsToDefaultKey reports whether the destination's default key is another
// than that of the replicas of KMS objects.
func fallsToDefaultKey(r *Rule) bool {
	keys := r.To.KMSKeys.Or(nil)
	return len(keys) > 0 && (!r.KMSObjects || keys[0] != r.ReplicaKMSKey)
}

// isOff reports whether a setting is known to be off.
func isOff(v fact.Value[bool]) bool {
	on, known := v.Get()
	return known && !on || !known && v.Read()
}

// FormOf returns the ARN that an action of the tables is about; [TheRole] for
// an action that they lack.
func FormOf(action string) Form {
	for _, table := range [][]Permission{Permissions, DocsPermissions} {
		for _, p := range table {
			if p.Action == action {
				return p.On
			}
		}
	}
	return TheRole
}
