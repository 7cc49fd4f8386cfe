package cloudformation

import "github.com/repligrant/repligrant/internal/diag"

// sentences are what the README says. Lines are broken as they stand in it;
// commands, ARNs and lists of buckets are blocks of their own within.
var sentences = diag.Sentences{
	"cloudformation.readme": "# Order of application\n\nReview each change set before it runs. Where another SPEC has stacks in one of these\n" +
		"accounts and Regions, give these other names: a stack that is deployed over lets go of\nwhat it had, which stays and belongs to no stack any more.",
	"cloudformation.nothing": "There is nothing to apply.",
	"cloudformation.permissions": "## Permissions\n\nWhoever deploys the templates needs, besides what repligrant access writes for the\n" +
		"operator, CloudFormation's own actions (cloudformation:*) on these stacks, and where a\ntemplate comes from a bucket, to write and read it there.",
	"cloudformation.step-1":     "## Step 1: roles",
	"cloudformation.step-2":     "## Step 2: destinations",
	"cloudformation.step-3":     "## Step 3: replication rules",
	"cloudformation.versioning": "Account {account} ({id}): versioning has to be enabled on\n\n{buckets}",
	"cloudformation.stays":      "## What stays\n\n{leftovers}The policy of a bucket that a template has no longer stays as it is.",

	"cloudformation.settled":    "Account {account} ({id}): the policy of\n\n    {arn}\n\ngrants everything already.",
	"cloudformation.key-policy": "KeyPolicy of its AWS::KMS::Key",
	"cloudformation.point":      "Policy of its AWS::S3::AccessPoint",
	"cloudformation.merged": "Account {account} ({id}): the policy of\n\n    {arn}\n\nbecomes {file}, which has the statements of others as they\n" +
		"were when they were read. Where a template describes it, this is the\n{described}. Else no template is written, which would\n" +
		"make another one, and it is put there as it is:\n\n    {command}",
	"cloudformation.statements": "Account {account} ({id}): put the statements of\n\n    {file}\n\ninto the policy of\n\n    {arn}\n\n" +
		"where its template or its owner has that (the {described}),\nin place of statements whose Sid begins with Repligrant and that are about the same\n" +
		"roles and users: those about others are of another plan. No template is written: it\n" +
		"would take the rest of the policy away. plan --merge ARN=FILE, with the policy that\nthere is, writes the policy whole.",

	"cloudformation.roles": "Account {account} ({id}), in any Region. Roles and users that are there are taken over\n" +
		"by a change set that is created with --import-existing-resources.\n\n    {command}",
	"cloudformation.destination": "Account {account} ({id}), in the Region of the buckets. CloudFormation writes a bucket policy\nas a whole{others}",
	"cloudformation.narrowed":    "In the policy of {bucket} a Deny of somebody else is narrowed, so that it spares a role:\nits owner has to agree.",
	"cloudformation.rules": "Account {account} ({id}), in the Region of the buckets. A bucket that a stack has already gets\n" +
		"the ReplicationConfiguration of {file} there. Others are imported,\nwhich changes nothing, and then get versioning and their rules{others}",

	"cloudformation.others-unknown": ": where a bucket has one, put its statements into {file}\nfirst, or put ours into the template that has it.",
	"cloudformation.others-merged": ": {file} holds those that\n\n{merged}\n\nhad when they were read, with the statements of others. Read them again before you\n" +
		"deploy: what has changed since is lost. Where another template has the policy, put it there.",
	"cloudformation.others-some": ": {file} holds those that\n\n{merged}\n\nhad when they were read, with the statements of others. Of\n\n{open}\n\n" +
		"it does not know the policy: where there is one, put its statements into it first, or\nput ours into the template that has it.",
	"cloudformation.rules-unknown": ", in place of all\nrules that they have. plan --merge ARN=FILE, with the configuration that there is,\nwrites those of others into the template:",
	"cloudformation.rules-merged": ", in place of all\nrules that they have. The template holds, beside ours, those that\n\n{merged}\n\n" +
		"had when they were read. Merge again before you deploy: what has changed since is lost.",
	"cloudformation.rules-some": ", in place of all\nrules that they have. The template holds, beside ours, those that\n\n{merged}\n\n" +
		"had when they were read. Merge again before you deploy: what has changed since is lost.\nOf\n\n{open}\n\n" +
		"it does not know the rules: look at what there is, and merge it too.",

	"cloudformation.large": "The template has {size} bytes, and a request holds {limit}: it has to come from a bucket of\nyours, BUCKET, to which deploy copies it " +
		"(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html).",
	"cloudformation.large-import": "The template has {size} bytes, and a request holds {limit}: it has to come from a bucket of\nyours, BUCKET, to which deploy copies it. " +
		"For the import, copy it first, and give\nits address as URL:\n\n    {command}\n\n(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html).",
}
