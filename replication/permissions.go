package replication

import (
	"slices"

	"github.com/repligrant/repligrant/internal/diag"
)

// The pages that the table cites.
const (
	pagePermissions = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html"
	pageOwner       = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-change-owner.html"
	pageKMS         = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html"
	pageMarkers     = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-marker-replication.html"
	pageAnnotations = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-example-walkthroughs.html#replication-annotations"
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
)

// A Permission is one row of what S3 replication needs. The table below is the
// place where repligrant says so, and the only one.
type Permission struct {
	Action      string
	On          Form
	When        func(Rule) bool // the rules that need it
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
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-metrics-events.html#replication-failure-codes.
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
		Action: "s3:GetObjectVersionAnnotationForReplication", On: SourceObjects, When: replicatesAnnotations, Objects: AllObjects,
		Level: Advised, Without: AnnotationsLost, FailureCode: "SrcGetObjectAnnotationNotPermitted",
		Why:    text("why.read-annotations", "read the object's annotations"),
		Source: pageAnnotations,
	},
	{
		Action: "s3:ReplicateObject", On: DestinationObjects, When: always, Objects: AllObjects,
		Level: Required, Without: ObjectFailed, FailureCode: "DstPutObjectNotPermitted",
		Why:    text("why.replica", "write the replica with its metadata, tags and ACL"),
		Source: pagePermissions,
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
}

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
	return all
}

func always(Rule) bool                    { return true }
func selectsKMS(r Rule) bool              { return r.KMSObjects }
func replicatesTags(r Rule) bool          { return r.Tags == Replicate }
func replicatesAnnotations(r Rule) bool   { return r.Annotations == Replicate }
func replicatesDeleteMarkers(r Rule) bool { return r.DeleteMarkers }
func overridesOwner(r Rule) bool          { return r.EffectiveOverride() }

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
