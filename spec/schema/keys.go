package schema

import (
	"slices"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/spec"
)

var about = diag.Text{
	Key:     "schema-about",
	English: "What S3 replicates from where to where, as repligrant plans and audits it. What is not stated is not false: plan assumes the usual value and says so, audit takes the live one.",
}

// The patterns say what package spec checks, which has the pages that they come
// from. It checks more.
const (
	accountID   = `^[0-9]{12}$`
	accountName = `^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$`
	bucketName  = `^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`
	environment = `^[A-Za-z_][A-Za-z0-9_]*$`
	region      = `^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$`
	roleName    = `^[A-Za-z0-9_+=,.@-]{1,64}$`
	roleARN     = `^arn:[a-z-]+:iam::[0-9]{12}:role/.+$`
	role        = `^([A-Za-z0-9_+=,.@-]{1,64}|arn:[a-z-]+:iam::[0-9]{12}:role/.+)$`
	policyARN   = `^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+$`
	keyARN      = `^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$`
	rolePath    = `^/([!-~]+/)?$`
	ruleName    = `^[ -~]{1,255}$`
	principal   = `^(arn:[a-z-]+:iam::[0-9]{12}:(root|role/.+|user/.+)|[a-z0-9][a-z0-9.-]*\.[a-z.]+)$`
	network     = `^[0-9a-fA-F:.]+(/[0-9]{1,3})?$`
	accessPoint = `^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$`
)

// The lengths are those of package spec.
const (
	maxPrefix   = 1024
	maxTags     = 10
	maxTagKey   = 128
	maxTagValue = 256
)

// keys are those of a SPEC, in the order in which one is written.
var keys = []key{
	{name: "version", required: true, is: form{json: value{Const: 1}, word: "1"}, about: "The version of the format, which is 1."},
	{name: "access", is: mapping(access), about: "How audit signs in, for all accounts; each account may say otherwise. Secrets never stand here."},
	{name: "accounts", is: named(mapping(account), &value{Pattern: accountName}), about: "The AWS accounts, each under a name that the rest of the file uses."},
	{name: "allowed_destinations", is: mapping(allowed), about: "A guard: audit reports each rule that replicates to anywhere else as destination-not-allowed."},
	{name: "buckets", required: true, is: named(mapping(bucket), &value{Pattern: bucketName}), about: "The source and destination buckets, by name."},
	{name: "roles", is: named(mapping(declaredRole), &value{Pattern: roleName}), about: "Details of the roles that rules name. A role without details need not be here."},
	{name: "replication", is: list(mapping(entry), 0), about: "What replicates: one entry for a source, its destinations and their settings."},
	{name: "policy_style", is: words(string(spec.Minimal), string(spec.AWSDocs)), standard: string(spec.Minimal), about: "How close the policies stay to AWS's pages: minimal grants what is needed, aws-docs what AWS's own example grants."},
	{name: "writers", is: list(mapping(writer), 0), about: "Who uploads to a bucket: identities of their own, each with the least that it needs."},
}

var access = []key{
	{name: "profile", is: text("a name", ""), about: "A profile of the shared AWS config."},
	{name: "role_name", is: text("a name", roleName), about: "The role that is assumed in each account."},
	{name: "external_id_env", is: text("a name", environment), about: "The environment variable that holds the external ID; never the ID itself."},
}

var account = slices.Concat([]key{
	{name: "id", required: true, is: text("12 digits, in quotes", accountID), about: "The account's ID, in quotes: without them YAML reads a number, and drops leading zeros."},
	{name: "partition", is: words(partitions()...), usual: "from the Regions of its buckets", about: "The AWS partition of the account."},
}, access, []key{
	{name: "role_arn", is: text("an ARN", roleARN), about: "The role of this account that is assumed, instead of role_name."},
	{name: "organization", is: boolean(), standard: false, about: "This account may read the SCPs and RCPs of its organization, for all accounts."},
})

func partitions() []string {
	ids := make([]string, len(arn.Partitions))
	for i, p := range arn.Partitions {
		ids[i] = p.ID
	}
	return ids
}

var allowed = []key{
	{name: "accounts", is: list(text("names of accounts", ""), 1), about: "The accounts that may receive replicas."},
	{name: "regions", is: list(text("codes of Regions", region), 1), about: "The Regions that may receive replicas."},
}

var bucket = []key{
	{name: "account", is: text("the name of an account", ""), about: "Who owns the bucket. Left out, the owner is unknown: audit treats the bucket as foreign, and plan refuses."},
	{name: "region", is: text("the code of a Region", region), about: "The Region of the bucket. Left out where nobody knows it: audit takes the live one, plan refuses."},
	{name: "kms_key", is: oneOr(text("the ARN of a KMS key", keyARN), 0), usual: "SSE-S3", about: "The KMS key that encrypts new objects by default. Of a list, the first is the default, and older objects have the others. An alias is refused: it means another key in each account."},
	{name: "bucket_key", is: boolean(), usual: "unknown: plan writes both encryption contexts", about: "Whether the bucket has an S3 Bucket Key."},
	{name: "object_lock", is: boolean(), usual: "plan assumes false", about: "Whether the bucket has Object Lock."},
	{name: "object_ownership", is: words("bucket-owner-enforced", "bucket-owner-preferred", "object-writer"), usual: "plan assumes bucket-owner-enforced", about: "The bucket's Object Ownership. Enforced makes an owner override unnecessary."},
	{name: "requester_pays", is: boolean(), usual: "plan assumes false", about: "Whether the bucket is a Requester Pays bucket. Nothing replicates into one of another account."},
}

var declaredRole = []key{
	{name: "account", is: text("the name of an account", ""), usual: "that of the source", about: "The account of the role, which is the one that owns the source."},
	{name: "path", is: text("a path", rolePath), standard: "/", about: "The path of the role, as /service-role/."},
	{name: "permissions_boundary", is: text("an ARN", policyARN), about: "The managed policy that limits the role."},
	{name: "confused_deputy", is: words(string(spec.ConfusedDeputyNone), string(spec.ConfusedDeputyIfExists), string(spec.ConfusedDeputyStrict)), standard: string(spec.ConfusedDeputyNone), about: "Whether the trust policy tests aws:SourceAccount and, but for a job, aws:SourceArn. No page of AWS says that S3 sends them when it replicates; strict may keep it out."},
	{name: "grant_to", is: words(string(spec.GrantToRole), string(spec.GrantToAccount)), standard: string(spec.GrantToRole), about: "Whom the policies of the destination name. With account they name the account, narrowed to the role by aws:PrincipalArn, and can be applied before the role exists."},
}

var entry = []key{
	{name: "name", is: text("a rule ID", ruleName), usual: "FROM-to-TO", about: "The ID of the rule. An entry that becomes several rules names them NAME-to-TO."},
	{name: "from", required: true, is: text("the name of a bucket", ""), about: "The source."},
	{name: "to", required: true, is: oneOr(text("the name of a bucket", ""), 1), about: "The destination, or a list of them: one rule each."},
	{name: "role", is: text("a name or an ARN", role), usual: "FROM-replication", about: "The role that S3 assumes: a name in roles, another name, or an ARN. S3 takes one for all rules of a source."},
	{name: "prefix", is: anyText("a text", maxPrefix), standard: "", about: "How the keys begin that the rule selects. It is plain text, without wildcards."},
	{name: "filter_tags", is: form{json: value{Type: "object", MaxProperties: maxTags, Additional: &value{Type: "string", MaxLength: maxTagValue}, PropertyNames: &value{MinLength: 1, MaxLength: maxTagKey}}, word: "tags and their values"}, about: "The tags that an object must have, all of them, to be selected."},
	{name: "priority", is: number(), usual: "1, 2, 3 and so on in file order", about: "As in AWS: the higher wins, among rules to one destination only."},
	{name: "status", is: words("enabled", "disabled"), standard: "enabled", about: "A disabled rule is written, and nothing is granted for it."},
	{name: "tags", is: words(string(spec.Replicate), string(spec.Omit), string(spec.Deny)), standard: string(spec.Replicate), about: "What becomes of object tags: omit does not read them at the source, deny refuses them at the destination too."},
	{name: "annotations", is: words(string(spec.Omit), string(spec.Replicate), string(spec.Deny)), standard: string(spec.Omit), about: "What becomes of object annotations, likewise."},
	{name: "owner", is: words("source", "destination"), standard: "source", about: "Who owns the replicas: destination is S3's owner override."},
	{name: "delete_markers", is: boolean(), standard: false, about: "Whether delete markers are replicated."},
	{name: "kms_objects", is: boolean(), usual: "true if the source has a key", about: "Whether objects encrypted with SSE-KMS are replicated."},
	{name: "replica_kms_key", is: text("the ARN of a KMS key", keyARN), usual: "the key of the destination", about: "The KMS key that encrypts the replicas."},
	{name: "sse_c_objects", is: boolean(), standard: false, about: "Whether objects encrypted with SSE-C are to arrive: audit then reports what keeps them out."},
	{name: "replica_modifications", is: boolean(), standard: false, about: "Whether changes of tags and the like on replicas are replicated, as two-way replication needs."},
	{name: "replication_time", is: boolean(), standard: false, about: "S3 Replication Time Control, which implies metrics."},
	{name: "metrics", is: boolean(), usual: "as replication_time", about: "Replication metrics."},
	{name: "storage_class", is: words(spec.StorageClasses()...), usual: "that of the source object", about: "The storage class of the replicas."},
	{name: "existing_objects", is: withDetails(existing), standard: false, about: "Batch Replication of the objects that were there before the rule: true, with a manifest that S3 generates, or details of the job."},
	{name: "two_way", is: withDetails(mirrored), standard: false, about: "The mirrored rule, from each destination back to the source: true, or details."},
}

var existing = []key{
	{name: "role", is: text("a name or an ARN", role), usual: "FROM-batch-replication", about: "The role of the job."},
	{name: "manifest", is: mapping(location), usual: "S3 makes one", about: "Where the manifest lies."},
	{name: "report", is: mapping(location), usual: "no report", about: "Where the completion report goes."},
}

var location = []key{
	{name: "bucket", required: true, is: text("the name of a bucket", ""), about: "A bucket of buckets."},
	{name: "prefix", is: anyText("a text", maxPrefix), standard: "", about: "How the keys there begin."},
}

var mirrored = []key{
	{name: "role", is: text("a name or an ARN", role), usual: "TO-replication, in the account of TO", about: "The role of the mirrored rule."},
	{name: "name", is: text("a rule ID", ruleName), usual: "TO-to-FROM", about: "The ID of the mirrored rule."},
}

var writer = []key{
	{name: "name", required: true, is: text("a name", roleName), about: "The name of the role or user."},
	{name: "kind", is: words(string(spec.WriterRole), string(spec.WriterUser)), standard: string(spec.WriterRole), about: "What the writer is in IAM. A user has access keys that do not expire."},
	{name: "account", is: text("the name of an account", ""), usual: "that of the bucket", about: "The account of the writer."},
	{name: "assumed_by", is: list(text("ARNs, or service principals", principal), 1), about: "Who may assume the writer. A role must have it; a user cannot."},
	{name: "bucket", required: true, is: text("the name of a bucket", ""), about: "The bucket that it writes to."},
	{name: "prefixes", is: list(form{json: value{Type: "string", MinLength: 1, MaxLength: maxPrefix}, word: "texts"}, 0), usual: "[], the whole bucket", about: "How the keys begin that it may write."},
	{name: "multipart", is: boolean(), standard: false, about: "Whether it may give up and resume uploads in parts."},
	{name: "access_point", is: text("a name", accessPoint), about: "The access point of the bucket that it writes through."},
	{name: "source_ips", is: list(text("addresses or CIDR blocks", network), 1), about: "The addresses that it may write from."},
	{name: "guard", is: boolean(), standard: false, about: "Also a Deny in the bucket policy of what this writer writes outside its prefixes, and from other addresses than its source_ips."},
}
