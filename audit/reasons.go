package audit

import (
	"maps"
	"slices"

	"github.com/repligrant/repligrant/internal/diag"
)

const (
	whatPage    = userGuide + "replication-what-is-isnot-replicated.html"
	statusPage  = userGuide + "replication-status.html"
	configPage  = userGuide + "replication-add-config.html"
	troublePage = userGuide + "replication-troubleshoot.html"
	batchPage   = userGuide + "s3-batch-replication-batch.html"
	kmsPage     = userGuide + "replication-config-for-kms-objects.html"
	pageTags    = userGuide + "setting-repl-config-perm-overview.html"
	headPage    = apiDocs + "API_HeadObject.html"
)

// A reasonRow is one thing to say of an object version: a sentence, its page,
// and the failure code that S3 reports for it, if AWS names one.
type reasonRow struct{ english, source, code string }

// reasonTable has all of them, by name.
var reasonTable = map[string]reasonRow{
	// Of the bucket.
	"no-bucket":             {"bucket {bucket} does not exist in account {account}", userGuide + "replication-requirements.html", "SrcBucketNotFound"},
	"bucket-unread":         {"bucket {bucket} was not read ({why})", userGuide + "using-with-s3-policy-actions.html", ""},
	"no-configuration":      {"bucket {bucket} has no replication configuration", configPage, "SrcBucketReplicationConfigMissing"},
	"configuration-unread":  {"the replication configuration of {bucket} was not read ({why}): s3:GetReplicationConfiguration is needed", userGuide + "using-with-s3-policy-actions.html", ""},
	"no-rule":               {"no rule of {bucket} takes the version", whatPage, ""},
	"not-live":              {"rule {rule} of the spec would take the key, and no live rule does", configPage, ""},
	"owner-may-not-read":    {"another account may own the version, since Object Ownership is not BucketOwnerEnforced; then S3 replicates it only if its ACL lets the bucket's owner read it", userGuide + "replication-requirements.html", "SrcGetAclNotPermitted"},
	"owner-unread":          {"whether another account may own the version was not read: s3:GetBucketOwnershipControls is needed; S3 replicates what the bucket's owner may read", userGuide + "replication-requirements.html", ""},
	"lifecycle-waits":       {"lifecycle rule {lifecycle}, if it is for the version, neither expires nor moves it while its status is PENDING or FAILED", statusPage, ""},
	"marker-from-lifecycle": {"whether a lifecycle rule made the delete marker is not known; S3 does not replicate what lifecycle rules do", whatPage, ""},

	// Of the version.
	"written-now":         {"nothing is known of a version that is there: this is about one that is written under this key now, with no more than the bucket's defaults", headPage, ""},
	"version-unread":      {"nothing is known of version {version}: whether it is a delete marker or older than the rule, what encrypts it, and what S3 did with it", headPage, ""},
	"head-denied":         {"S3 says nothing of the object (403): {action} on it is lacking or denied; or there is no such object, which S3 says only to who may list the bucket (s3:ListBucket)", headPage, ""},
	"head-encrypted":      {"S3 says nothing of the object (400), as of one with SSE-C to who does not send its key", headPage, ""},
	"head-unread":         {"S3 did not say anything of the object ({why})", headPage, ""},
	"key-alone":           {"what follows rests on the key alone: S3 may have replicated the version already, or the version may be older than the rule", headPage, ""},
	"object-gone":         {"there is no such object (404). What follows is about one that is written under this key now", headPage, "SrcObjectNotFound"},
	"version-gone":        {"there is no version {version} (404). If it was deleted by its ID, S3 does not replicate that: a replica that it has written stays. What follows is about the key alone", headPage, "SrcVersionNotFound"},
	"marker":              {"the version is a delete marker, of which S3 shows no replication status", headPage, ""},
	"marker-current":      {"the current version is a delete marker; --version-id asks for one before it", headPage, ""},
	"marker-age":          {"whether the marker is older than the rule, and what S3 did with it, is not known", headPage, ""},
	"status-unread":       {"what is given of the version does not say its replication status", headPage, ""},
	"not-eligible":        {"S3 shows no replication status for the version: when it was written no rule took it. It is older than the rule, the rule was disabled, or the rule did not select it", headPage, ""},
	"tagged-later":        {"a version that got the tags of the filter after it was written is not replicated either", whatPage, ""},
	"completed":           {"S3 has replicated the version to every destination that it had: its status is COMPLETED", statusPage, ""},
	"completed-elsewhere": {"if a rule was added since, or its destination changed, the version did not go there", whatPage, ""},
	"completed-expired":   {"lifecycle rule {lifecycle} of {bucket}, if it is for the replica, may have expired it: it counts from when the object was made, not from when it was replicated", userGuide + "replication-requirements.html", ""},
	"pending":             {"S3 has not replicated the version to every destination yet: its status is PENDING, and S3 goes on by itself when a bucket or Region can be reached again", statusPage, ""},
	"failed":              {"S3 gave the version up for at least one destination: its status is FAILED, and nothing retries it", troublePage, ""},
	"failed-before":       {"the permissions are there now; they were not, or something else was wrong, when S3 tried. The event or report of the failure has the code: `repligrant explain --code CODE`", userGuide + "replication-failure-codes.html", ""},
	"replica":             {"the version is a replica itself, and S3 does not replicate replicas again", whatPage, ""},
	"replica-metadata":    {"rule {rule} replicates changes of its tags, ACL and lock, not the version", userGuide + "replication-for-metadata-changes.html", ""},
	"perhaps-replica":     {"a replica shows this status too, of changes of its tags, ACL or lock that do not go back (yet)", statusPage, ""},
	"status-strange":      {"replication status {status} is none that is known", statusPage, ""},
	"archived":            {"its storage class is {class}, and S3 does not replicate what is archived", whatPage, "SrcObjectNotEligible"},
	"archived-tier":       {"S3 Intelligent-Tiering has it in {class}, and S3 does not replicate what is archived", whatPage, "SrcObjectNotEligible"},
	"encryption-unread":   {"whether KMS encrypts the version is not known, and the rule does not select what KMS encrypts", kmsPage, ""},
	"encryption-strange":  {"the version is encrypted by {algorithm}, of which repligrant does not know what S3 does", kmsPage, ""},
	"sse-c-unread":        {"whether {bucket} refuses objects with SSE-C was not read: s3:GetEncryptionConfiguration is needed", userGuide + "blocking-unblocking-s3-c-encryption-gpb.html", ""},

	// Of a rule.
	"rule-disabled":      {"the rule is disabled", userGuide + "disable-replication.html", ""},
	"prefix":             {"the key does not begin with {prefix}", configPage, ""},
	"tags":               {"the version does not have the tag {tag}, which the rule asks for", configPage, "SrcObjectNotEligible"},
	"tags-fewer":         {"the version has fewer tags ({count}) than the rule asks for ({asked})", configPage, "SrcObjectNotEligible"},
	"tags-unread":        {"whether the version has the tag {tag}, which the rule asks for, is not known", configPage, ""},
	"priority":           {"rule {rule} goes to the same bucket with a higher priority", configPage, ""},
	"priority-unread":    {"rule {rule} goes to the same bucket with a higher priority, and whether it takes the version is not known", configPage, ""},
	"priority-equal":     {"rule {rule} goes to the same bucket with the same priority: AWS does not say which of them holds", configPage, ""},
	"delete-marker":      {"the rule does not replicate delete markers", userGuide + "delete-marker-replication.html", ""},
	"delete-marker-tags": {"the rule filters by tag, and such a rule never replicates delete markers", userGuide + "delete-marker-replication.html", ""},
	"kms-not-selected":   {"KMS encrypts the version ({algorithm}), and the rule does not select what KMS encrypts", kmsPage, ""},

	"perhaps-tagged":  {"what follows about {actions} matters if the version has tags, which is not known", pageTags, ""},
	"perhaps-sse-kms": {"what follows about {actions} matters if KMS encrypts the version, which is not known", kmsPage, ""},
	"perhaps-not-kms": {"what follows about {actions} matters if KMS does not encrypt the version, which is not known", kmsPage, ""},
	"perhaps-locked":  {"what follows about {actions} matters if the version has a retention or a legal hold, which is not known", userGuide + "object-lock-managing.html", ""},

	// What to do for a version that is there.
	"batch-failed":    {"when that is mended, replicate what failed with S3 Batch Replication, with the filter FAILED on the replication status; or upload the object again", batchPage, ""},
	"batch-again":     {"when that is mended, create the job again, for what its report says has failed", batchPage, ""},
	"batch-none":      {"replicate what is there already with S3 Batch Replication, with the filter NONE on the replication status", batchPage, ""},
	"batch-rule":      {"once a rule takes it, replicate what is there already with S3 Batch Replication, with the filter NONE on the replication status: it goes by the rules", batchPage, ""},
	"batch-replica":   {"replicate it with S3 Batch Replication, with the filter REPLICA; or add a rule from the first bucket to the last", batchPage, ""},
	"batch-completed": {"replicate what did not go there with S3 Batch Replication, with the filter COMPLETED; a replica that was deleted by its version ID comes back only by copying the object in place", batchPage, ""},
	"batch-marker":    {"when that is mended, S3 Batch Replication replicates the delete marker; do not upload the object again, which would undo the deletion", batchPage, ""},
	"select-markers":  {"switch DeleteMarkerReplication on in the rule", userGuide + "delete-marker-replication.html", ""},
	"restore":         {"restore the object and copy it in place with another storage class: the copy is a new version", whatPage, ""},
	"select-kms":      {"switch SseKmsEncryptedObjects on in the rule and name a replica key; for versions that are there already, S3 Batch Replication", kmsPage, ""},
	"give-tags":       {"give the tags of the object with --object-tags KEY=VALUE: `aws s3api get-object-tagging` prints them", apiDocs + "API_GetObjectTagging.html", ""},
	"give-object":     {"let S3 be asked for it with --read-object, or give what it says: --object-json FILE with what `aws s3api head-object` prints, and --object-tags KEY=VALUE", headPage, ""},
}

// reasonKey begins the keys of the sentences.
const reasonKey = "explain."

// reasonOf is one reason. Args are names and values in turn.
func reasonOf(name string, o Outcome, args ...string) Reason {
	return reasonSaying(name, o, reasonText(name, args...))
}

func reasonText(name string, args ...string) diag.Text {
	return diag.Sentences{reasonKey + name: reasonTable[name].english}.Text(reasonKey+name, args...)
}

func reasonSaying(name string, o Outcome, said diag.Text) Reason {
	row := reasonTable[name]
	return Reason{Reason: name, Outcome: o, Says: said.String(), SaysKey: said.Key, SaysArgs: said.Args, FailureCode: row.code, Source: row.source}
}

// reasonTexts lists the sentences, for translators.
func reasonTexts() []diag.Text {
	var texts []diag.Text
	for _, name := range slices.Sorted(maps.Keys(reasonTable)) {
		texts = append(texts, diag.Text{Key: reasonKey + name, English: reasonTable[name].english})
	}
	return texts
}
