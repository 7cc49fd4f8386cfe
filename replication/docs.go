package replication

// DocsPermissions is what AWS's own page on replication permissions grants
// beyond [Permissions]. Replication works without; `policy_style: aws-docs`
// asks for the page's grants to the letter.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html.
var DocsPermissions = []Permission{
	{
		Action: "s3:GetObjectVersionTagging", On: SourceObjects, When: refusesTags, Objects: TaggedObjects,
		Level: Advised, Without: TagsLost,
		Why:    text("why.docs-read-tags", "AWS's page lets the role read tags also where the destination refuses them"),
		Source: pagePermissions,
	},
	{
		Action: "s3:ReplicateDelete", On: DestinationObjects, When: keepsDeleteMarkers, Objects: DeleteMarkers,
		Level: Advised, Without: DeleteMarkerLost,
		Why:    text("why.docs-delete-marker", "AWS's page grants it also where no delete marker is replicated"),
		Source: pagePermissions,
	},
	{
		Action: "s3:ReplicateTags", On: DestinationObjects, When: refusesTags, Objects: TaggedObjects,
		Level: Advised, Without: TagsLost,
		Why:    text("why.docs-write-tags", "AWS's page lets the role write tags also where the destination refuses them"),
		Source: pagePermissions,
	},
	{
		Action: "s3:List*", On: DestinationBucket, When: (*Rule).CrossAccount, Objects: AllObjects,
		Level: Advised, Without: ObjectFailed,
		Why:    text("why.docs-list", "for setting replication up from the source account; it also lists every key of the bucket"),
		Source: pagePermissions,
	},
	{
		Action: "s3:GetBucketVersioning", On: DestinationBucket, When: (*Rule).CrossAccount, Objects: AllObjects,
		Level: Advised, Without: ObjectFailed,
		Why:    text("why.docs-versioning", "for setting replication up from the source account"),
		Source: pagePermissions,
	},
	{
		Action: "s3:PutBucketVersioning", On: DestinationBucket, When: (*Rule).CrossAccount, Objects: AllObjects,
		Level: Advised, Without: ObjectFailed,
		Why:    text("why.docs-set-versioning", "for setting replication up from the source account; it also suspends versioning, which stops replication"),
		Source: pagePermissions,
	},
}

func refusesTags(r *Rule) bool        { return r.Tags == Refuse }
func keepsDeleteMarkers(r *Rule) bool { return !r.DeleteMarkers }

// DocsGrants returns what enabled rules of policy_style aws-docs are granted
// beyond [Requirements]: nobody needs it, and nobody who asked for it is told
// that it is too much. Rules of the other style have none.
func DocsGrants(rules []Rule) []Requirement {
	var all []Requirement
	for _, r := range rules {
		if r.Enabled && r.AWSDocs {
			all = r.appendRequirements(all, DocsPermissions)
		}
	}
	return all
}
