package planner

// ruleNotices are about rules and their roles.
var ruleNotices = map[string]notice{
	"tags-denied-may-fail": {
		"rule {rule} has {to} refuse the tags of replicas: one page of AWS says that they then arrive without tags, another that they fail",
		userGuide + "replication-troubleshoot.html",
	},
	"tags-read-by-another-rule": {
		"rule {rule} leaves tags out, but its role reads them for rule {other}: S3 may replicate them all the same",
		userGuide + "setting-repl-config-perm-overview.html",
	},
	"annotations-read-by-another-rule": {
		"rule {rule} leaves annotations out, but its role reads them for rule {other}: S3 may replicate them all the same",
		userGuide + "replication-example-walkthroughs.html#replication-annotations",
	},
	"tags-refused-for-another-rule": {
		"rule {rule} replicates tags, but {to} refuses them for keys of rule {other}, which has the same role",
		userGuide + "replication-troubleshoot.html",
	},
	"annotations-refused-for-another-rule": {
		"rule {rule} replicates annotations, but {to} refuses them for keys of rule {other}, which has the same role",
		userGuide + "replication-example-walkthroughs.html#replication-annotations",
	},
	"owner-override-unnecessary": {
		"rule {rule}: {to} is bucket-owner-enforced, so that its owner gets the replicas anyway; the owner override is left out",
		userGuide + "replication-change-owner.html",
	},
	"owner-override-same-account": {
		"rule {rule} overrides the owner within one account: the replicas lose the ACLs of their objects, and gain nothing",
		userGuide + "replication-change-owner.html",
	},
	"replicas-owned-by-source": {
		"rule {rule}: the replicas in {to} belong to the source's account {account}, and the bucket's owner may not read them; " +
			"write object_ownership: bucket-owner-enforced or owner: destination",
		userGuide + "replication-change-owner.html",
	},
	"kms-objects-left-out": {
		"rule {rule} leaves out objects that KMS encrypts, and {from} encrypts new objects so by default: they are not replicated",
		userGuide + "replication-config-for-kms-objects.html",
	},
	"key-policy-has-to-delegate": {
		"the policies of {role} grant the use of key {key}, which counts only if the key's policy leaves it to IAM, as it does by default; " +
			"--key-policies all writes a statement for it",
		"https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
	},
	"trust-condition-if-exists": {
		"role {role}: no page says whether S3 sends aws:SourceAccount; if it does not, the condition keeps nobody out",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
	},
	"trust-condition-strict": {
		"role {role}: no page says whether S3 sends aws:SourceAccount and aws:SourceArn; if it does not, it cannot assume the role, and nothing replicates: " +
			"try it with a test bucket first",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
	},
	"trust-condition-strict-job": {
		"role {role}: no page says whether S3 Batch Operations sends aws:SourceAccount; if it does not, it cannot assume the role, and the job fails: " +
			"try it with a test job first. aws:SourceArn is left out, since no page says what a job sends as that",
		userGuide + "batch-ops-iam-role-policies.html",
	},
	"boundary-has-to-allow": {
		"role {role}: its permissions boundary {boundary} has to allow what the role's policies grant; plan does not see it, and audit does",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
	},
	"disabled-rule-asks": {
		"rule {rule} is disabled, and its {field} is left out: nothing is written or granted for it; write status: enabled, or leave {field} out",
		userGuide + "replication-add-config.html",
	},
	"job-covers-another-rule": {
		"the batch job of rule {rule} is for keys of {from} that rule {other} selects too, which does not ask for existing_objects; " +
			"give {rule} a manifest of its own to leave them out",
		"https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_JobManifestGeneratorFilter.html",
	},
	"sse-c-may-be-blocked": {
		"rule {rule} is to replicate objects with SSE-C: new buckets refuse those, so that {to} has to be told to take them",
		userGuide + "blocking-unblocking-s3-c-encryption-gpb.html",
	},
	"replica-modifications-one-way": {
		"rule {rule} replicates changes to the metadata of replicas, and no rule replicates from {to} back to {from}: changes at {to} stay there",
		userGuide + "replication-for-metadata-changes.html",
	},
	"role-policies-managed": {
		"the policies of {role} are too large together to be inline, so that they are {count} managed policies ({names}); AWS attaches {limit} by default",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
	},
	"prefix-widened": {
		"{what}: IAM cannot hold all characters of prefix {prefix}; the policies grant all keys that begin with {written}",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
	},
	"prefix-has-star": {
		"{what}: prefix {prefix} is plain text, and its * is a character of the keys; write what all keys begin with",
		userGuide + "replication-add-config.html",
	},
	"prefix-begins-with-slash": {
		"{what}: prefix {prefix} begins with a slash, and so must the keys; those of a folder have none before its name",
		userGuide + "object-keys.html",
	},
	"priority-twice": {
		"rules {other} and {rule} have the same priority, to different destinations: AWS's guide takes them for independent, " +
			"and some tools for a mistake; leave priority out, or give each rule its own",
		userGuide + "replication-add-config.html",
	},
	"aws-docs-too-wide": {
		"policy_style aws-docs lets role {role} list the keys of {to} and suspend its versioning; replication needs neither",
		userGuide + "setting-repl-config-perm-overview.html",
	},
	"source-objects-of-others": {
		"rule {rule}: objects in {from}, which is {ownership}, may belong to other accounts; those are not replicated " +
			"unless their ACLs give the bucket's owner READ and READ_ACP; write object_ownership: bucket-owner-enforced",
		userGuide + "replication-requirements.html",
	},
}

// writerNotices are about writers.
var writerNotices = map[string]notice{
	"uploads-owned-by-writer": {
		"writer {writer}: what it uploads to {bucket} belongs to its account {account}; write object_ownership: bucket-owner-enforced",
		userGuide + "about-object-ownership.html",
	},
	"writer-assumed-from-outside": {
		"writer {writer}: {principal} is of account {account}, which the spec does not name; whomever that account lets assume the role can write to {bucket}",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
	},
	"writer-addresses-private": {
		"writer {writer}: aws:SourceIp never is a private address, and is missing where a request comes through a VPC endpoint: nobody writes from {ranges}",
		"https://repost.aws/knowledge-center/iam-restrict-access-policy",
	},
	"writer-long-lived-keys": {
		"writer {writer} is a user with access keys that do not expire; Security Hub's IAM.2 and IAM.3 ask for a role instead, or for new keys every 90 days",
		"https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html",
	},
	"writer-untraced": {
		"writer {writer}: CloudTrail records its uploads only if a trail of account {account} has write data events of {bucket} switched on, which are off by default; " +
			"Security Hub's S3.22 checks that",
		"https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html",
	},
}

// accessNotices are about the auditor and the operator.
var accessNotices = map[string]notice{
	"access-reads-objects": {
		"the auditor of account {account} may read what objects of its buckets hold: IAM has no smaller permission than {action} for what S3 says of one. repligrant sends HEAD requests alone; attach the policy for as long as it is needed",
		"https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html",
	},
	"access-operator-unbounded": {
		"the operator of account {account} writes who assumes {roles} and what they may do, and can give them more than the plan does: " +
			"with permissions_boundary in the spec it can only do so within that boundary",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
	},
	"access-no-auditor": {
		"nobody says who assumes {role}: its trust policy is left out; --auditor ARN writes it",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user.html",
	},
}

// mergeNotices are about documents that are there.
var mergeNotices = map[string]notice{
	"merge-not-read": {
		"what {target} holds now was not read: nothing is merged, and to apply the document would replace all that is there",
		"https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html",
	},
	"merge-not-read-why": {
		"what {target} holds now was not read ({why}): nothing is merged, and to apply the document would replace all that is there",
		"https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html",
	},
	"merge-not-consulted": {
		"the policy of {target} was not read: whether it denies what replication needs is not known",
		"https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html",
	},
	"merge-not-consulted-why": {
		"the policy of {target} was not read ({why}): whether it denies what replication needs is not known",
		"https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html",
	},
	"merge-console": {
		"{statement} of {target} is one that the S3 console writes; it stays as it is, and what it grants is not granted again",
		userGuide + "setting-repl-config-perm-overview.html",
	},
	"merge-other-spec": {
		"{target} has what an earlier plan wrote about roles or users that this spec does not describe ({principals}): {statements}; " +
			"it stays, since another spec may need it; if none does, take it out",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html",
	},
	denyBlocks: {
		"{statement} of {target} denies {actions} to {principal}, and stays as it is: nothing that the plan grants helps " +
			"until its owner spares the role, with ArnNotEquals aws:PrincipalArn in its Condition",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html",
	},
	denyNarrowed: {
		"{statement} of {target} denies {actions} to {principal}; the plan holds the policy with that role spared and nothing else changed: " +
			"apply it if the bucket's owner agrees",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html",
	},
	denyPerhaps: {
		"{statement} of {target} may deny {actions} to {principal}: that depends on what nobody knows offline",
		userGuide + "replication-troubleshoot.html",
	},
	denyAdvised: {
		"{statement} of {target} denies {actions} to {principal}; AWS's pages disagree whether replication needs it",
		userGuide + "replication-troubleshoot.html",
	},
}
