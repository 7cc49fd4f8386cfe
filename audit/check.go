package audit

import (
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/suppress"
)

// A Check is one kind of finding. Its name never changes its meaning.
type Check struct {
	Name    string
	Outcome Outcome
	English string // the sentence, with {name} for the arguments of a finding
	Source  string // URL, where the finding has none of its own
}

// The names of the checks.
const (
	checkMissing       = "permission-missing"
	checkBlocked       = "permission-blocked"
	checkUnknown       = "permission-unknown"
	checkAdvised       = "permission-advised"
	checkSurplus       = "permission-surplus"
	checkNoEffect      = "grant-without-effect"
	checkTrustMissing  = "trust-missing"
	checkTrustTooWide  = "trust-too-wide"
	checkTagsNotDenied = "tags-not-denied"

	checkAnnotationsNotDenied = "annotations-not-denied"

	checkKeyInapplicable = "condition-key-not-applicable"
	checkReplication     = "replication-missing"
	checkRuleMissing     = "rule-missing"
	checkRuleDiffers     = "rule-differs"
	checkRuleExtra       = "rule-extra"
	checkRoleDiffers     = "role-differs"
	checkInvalid         = "configuration-invalid"
	checkBucketMissing   = "bucket-not-found"
	checkRoleMissing     = "role-not-found"
	checkVersioning      = "versioning-disabled"
	checkOwnerOverride   = "owner-override-differs"
	checkOwnership       = "object-ownership-differs"
	checkReadDenied      = "read-denied"
	checkWriterWide      = "writer-too-wide"
	checkWriterCannot    = "writer-cannot-write"
	checkWriterUnguarded = "writer-not-guarded"
	checkPolicyMalformed = "policy-malformed"
	checkPrincipal       = "principal-malformed"
	checkOptIn           = "kms-opt-in-missing"
	checkKeyMissing      = "kms-key-not-found"
	checkKeyRegion       = "kms-key-region"
	checkKeyState        = "kms-key-state"
	checkKeyManaged      = "kms-key-managed-by-aws"
	checkKeyAlias        = "kms-key-alias"
	checkLock            = "object-lock-missing"
	checkSSEC            = "sse-c-blocked"
	checkDestination     = "destination-not-allowed"
	checkReceiver        = "destination-account-differs"
	checkOutside         = "destination-outside-organization"
	checkBucketDiffers   = "bucket-differs"
	checkRequesterPays   = "requester-pays"
	checkRestricted      = "public-policy-restricted"
	checkOverQuota       = "policy-over-quota"
	checkOrphan          = "orphaned-principal"
	checkOwnedBySource   = "replicas-owned-by-source"
	checkOverrideSame    = "owner-override-same-account"
	checkForeignObjects  = "source-objects-may-be-foreign"
	checkChain           = "replica-chain"
	checkDisabled        = "rule-disabled"
	checkLifecycle       = "lifecycle-blocked"
	checkUnseen          = "failures-unseen"
	checkExpired         = suppress.Expiry
)

const (
	userGuide = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
	apiDocs   = "https://docs.aws.amazon.com/AmazonS3/latest/API/"
	iamGuide  = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
)

// Checks are all that an audit may find, in the order in which findings of one
// severity are shown.
var Checks = []Check{
	{checkBucketMissing, Missing, "bucket {bucket} does not exist in account {account}", userGuide + "replication-requirements.html"},
	{checkRoleMissing, Missing, "role {principal} does not exist", userGuide + "setting-repl-config-perm-overview.html"},
	{checkKeyMissing, Missing, "KMS key {key} does not exist", userGuide + "replication-config-for-kms-objects.html"},
	{checkReplication, Missing, "bucket {bucket} has no replication configuration", userGuide + "replication-add-config.html"},
	{checkRuleMissing, Missing, "the configuration of {bucket} has no rule that does what {rule} says", userGuide + "replication-add-config.html"},
	{checkVersioning, Missing, "versioning of bucket {bucket} is {status}; replication needs it enabled", userGuide + "replication-requirements.html"},
	{checkTrustMissing, Missing, "S3 cannot assume role {resource}: its trust policy does not allow s3.amazonaws.com to", userGuide + "setting-repl-config-perm-overview.html"},
	{checkMissing, Missing, "the {document} does not allow {action} on {resource}", ""},
	{checkBlocked, Blocked, "the {document} stops {action} on {resource}", iamGuide + "reference_policies_evaluation-logic.html"},
	{checkKeyState, Blocked, "KMS key {key} is {state}: nothing is encrypted or decrypted with it", "https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html"},
	{checkKeyManaged, Blocked, "KMS key {key} is managed by AWS and cannot be shared with another account", userGuide + "replication-config-for-kms-objects.html"},
	{checkRequesterPays, Blocked, "bucket {bucket} is Requester Pays: S3 does not replicate into it from another account", userGuide + "replication-requirements.html"},
	{checkRestricted, Blocked, "Block Public Access cuts other accounts off from bucket {bucket}: RestrictPublicBuckets is on and its policy is public", userGuide + "access-control-block-public-access.html"},
	{checkSSEC, Blocked, "bucket {bucket} refuses objects with SSE-C, which rule {rule} may replicate", userGuide + "blocking-unblocking-s3-c-encryption-gpb.html"},
	{checkWriterCannot, Missing, "writer {rule} cannot do {action} on {resource}", ""},
	{checkReadDenied, Unknown, "{what} could not be read ({why}): {permission} is needed", ""},
	{checkUnknown, Unknown, "whether {principal} may do {action} depends on {key}, which nobody can know offline", userGuide + "amazon-s3-policy-keys.html"},
	{checkInvalid, Mismatch, "{problem}", apiDocs + "API_PutBucketReplication.html"},
	{checkRoleDiffers, Mismatch, "the configuration of {bucket} uses role {live}, not {wished}", apiDocs + "API_ReplicationConfiguration.html"},
	{checkRuleDiffers, Mismatch, "rule {rule} of {bucket} differs: {differences}", userGuide + "replication-add-config.html"},
	{checkRuleExtra, Mismatch, "rule {rule} of {bucket} is not in the spec", userGuide + "replication-add-config.html"},
	{checkDestination, Mismatch, "rule {rule} replicates to {bucket} in account {account} and Region {region}, which allowed_destinations does not name", userGuide + "replication.html"},
	{checkReceiver, Mismatch, "replicas of {from} go to account {live}, which owns {bucket}, and not to {wished}", apiDocs + "API_Destination.html"},
	{checkOutside, Mismatch, "replicas leave organization {organization}: account {account}, which owns {bucket}, is not in it", "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html"},
	{checkBucketDiffers, Mismatch, "bucket {bucket} is not as the spec says", userGuide + "replication-requirements.html"},
	{checkLock, Mismatch, "bucket {from} has Object Lock and its destination {bucket} has not", userGuide + "replication-requirements.html"},
	{checkKeyRegion, Mismatch, "KMS key {key} is in Region {region}; replicas in {bucket} need one in {want}", userGuide + "replication-config-for-kms-objects.html"},
	{checkKeyAlias, Mismatch, "rule {rule} names the replica key by {key}, which is looked up in the account of whoever asks", apiDocs + "API_EncryptionConfiguration.html"},
	{checkOptIn, Mismatch, "rule {rule} leaves out objects that KMS encrypts, and {bucket} encrypts new objects so by default: they are skipped", userGuide + "replication-config-for-kms-objects.html"},
	{checkOwnerOverride, Mismatch, "rule {rule} of {bucket} {live}; the spec says {wished}", userGuide + "replication-change-owner.html"},
	{checkOwnership, Mismatch, "object ownership of {bucket} is {live}; the spec says {wished}", userGuide + "about-object-ownership.html"},
	{checkTagsNotDenied, Mismatch, "the {document} of {bucket} does not deny s3:ReplicateTags: it would accept tags that the spec wants refused", userGuide + "setting-repl-config-perm-overview.html"},
	{checkAnnotationsNotDenied, Mismatch, "the {document} of {bucket} does not deny s3:ReplicateObjectAnnotation: it would accept annotations that the spec wants refused", userGuide + "replication-example-walkthroughs.html#replication-annotations"},
	{checkKeyInapplicable, Mismatch, "condition key {key} does not exist for {action}: the statement {effect}", "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html"},
	{checkPrincipal, Mismatch, "principal {value} is not one that AWS knows: the statement matches nobody", iamGuide + "reference_policies_elements_principal.html"},
	{checkOrphan, Mismatch, "principal {value} is the ID of a role or user that was deleted: the statement matches nobody", iamGuide + "reference_policies_elements_principal.html"},
	{checkOverQuota, Mismatch, "{what} has {size} {unit}, and AWS takes {limit}", ""},
	{checkPolicyMalformed, Mismatch, "{what} has no reading: {why}", iamGuide + "reference_policies_grammar.html"},
	{checkWriterUnguarded, Mismatch, "the policy of {bucket} does not deny writer {rule} {action} outside its prefixes", iamGuide + "reference_policies_elements_notresource.html"},
	{checkExpired, Mismatch, "the suppression of {what}, which {owner} decided, ended on {expires}", "https://github.com/repligrant/repligrant/blob/main/docs/findings.md"},
	{checkTrustTooWide, Surplus, "{who} may assume role {principal}, and replication does not need it", userGuide + "setting-repl-config-perm-overview.html"},
	{checkWriterWide, Surplus, "writer {rule} may do {action} on {witness}, and does not need it", iamGuide + "best-practices.html"},
	{checkSurplus, Surplus, "the {document} grants {action}, for example on {witness}, and no rule needs it", iamGuide + "best-practices.html"},
	{checkNoEffect, Surplus, "the {document} grants {action} on {resource}, which can never apply", "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html"},
	{checkAdvised, Advice, "the {document} does not allow {action} on {resource}, which AWS advises", ""},
	{checkLifecycle, Advice, "lifecycle rules of {bucket} do nothing with objects that could not be replicated: storage grows", userGuide + "replication-status.html"},
	{checkOwnedBySource, Advice, "rule {rule}: the replicas in {to} belong to the source's account {account}, and the bucket's owner may not read them; write object_ownership: bucket-owner-enforced or owner: destination", userGuide + "replication-change-owner.html"},
	{checkOverrideSame, Advice, "rule {rule} overrides the owner within one account: the replicas lose the ACLs of their objects, and gain nothing", userGuide + "replication-change-owner.html"},
	{checkForeignObjects, Advice, "objects in {bucket} may belong to other accounts; those are not replicated unless their ACLs let the bucket's owner read", userGuide + "replication-requirements.html"},
	{checkChain, Advice, "what {from} replicates to {bucket} does not go on to {next}: replicas are not replicated again", userGuide + "replication-what-is-isnot-replicated.html"},
	{checkDisabled, Advice, "rule {rule} of {bucket} is disabled: what is written now is not replicated when it is enabled again", userGuide + "disable-replication.html"},
	{checkUnseen, Advice, "rules of {bucket} have no metrics: S3 tells nobody of objects that it cannot replicate", userGuide + "replication-metrics-events.html"},
}

// checkTable is Checks by name.
var checkTable = func() map[string]Check {
	m := make(map[string]Check, len(Checks))
	for _, c := range Checks {
		m[c.Name] = c
	}
	return m
}()

// severities are those of a loss, for requirements that are met for no key.
var severities = map[replication.Loss]Severity{
	replication.ObjectFailed:     Critical,
	replication.ObjectSkipped:    Critical,
	replication.JobFailed:        Critical,
	replication.DeleteMarkerLost: High,
	replication.LockLost:         High,
	replication.OwnershipKept:    High,
	replication.TagsLost:         High,
	replication.AnnotationsLost:  Low,
}
