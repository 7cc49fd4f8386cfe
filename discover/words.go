package discover

import "github.com/repligrant/repligrant/internal/diag"

// Texts lists every sentence that a [Draft] says, for translators. What a SPEC
// refuses is said by package spec.
func Texts() []diag.Text { return sentences.Texts() }

var sentences = diag.Sentences{
	"discover-title": "What replicates today, written by repligrant discover. Take out what you do not want: repligrant audit compares the accounts with this file.",

	"discover-nothing":              "nothing replicates: no bucket that was read has a replication rule",
	"discover-bucket-twice":         "bucket {bucket} is in account {other} and in account {account} too, which cannot be: what it replicates there is not here",
	"discover-no-source":            "bucket {bucket} replicates nothing, or what it replicates was not read",
	"discover-bucket-absent":        "bucket {bucket} was not found: it is in none of the accounts that were read",
	"discover-account-absent":       "account {account} was not read: what it replicates is not here",
	"discover-account-id":           "{account} is not an AWS account ID: what it replicates is not here",
	"discover-account-unread":       "account {account} could not be entered ({why}): what it replicates is not here",
	"discover-profile-unread":       "the account of profile {profile} could not be entered ({operation}: {why}): what it replicates is not here",
	"discover-default-unread":       "the account of the default credentials could not be entered ({operation}: {why}): what it replicates is not here",
	"discover-members-unlisted":     "the accounts of the organization of account {account} could not be listed ({why}): what others replicate is not here",
	"discover-interrupted":          "reading was interrupted: what had not been read until then is not here",
	"discover-buckets-unlisted":     "not all buckets were listed of {accounts}: what others replicate is not here",
	"discover-configuration-unread": "not read ({why}), and not here: what these buckets of account {account} replicate: {buckets}",
	"discover-not-tried":            "nobody tried",

	"discover-account-foreign": "account {account} was not read: what it holds is not known",

	"discover-bucket-missing":   "bucket {bucket} does not exist in account {account}: replicas for it are lost",
	"discover-bucket-gone":      "bucket {bucket} does not exist: replicas for it are lost",
	"discover-bucket-nowhere":   "bucket {bucket} is in none of the accounts that were read, and no rule names its owner: its account is not known",
	"discover-bucket-unread":    "bucket {bucket} was not read: its Region and settings are not known",
	"discover-outside":          "bucket {bucket} is in account {account}, which is not in organization {organization} of {from}",
	"discover-first-version":    "the rules of {bucket} are of the first version: delete markers replicate by themselves, and a plan writes the second version",
	"discover-role-repaired":    "the role of {bucket} is {value}, which is not the ARN of a role; it is taken to mean {role}",
	"discover-not-read":         "not read of bucket {bucket}, and left out: {settings}",
	"discover-key-left-out":     "bucket {bucket} encrypts with {key} by default, and rule {rule} does not select such objects; with kms_key here, the rule would have to say whether that is meant",
	"discover-key-unknown":      "bucket {bucket} encrypts with {key} by default, and nobody read which key that is",
	"discover-key-of-aws":       "bucket {bucket} encrypts with {key} by default, which is no ARN of a key",
	"discover-requester-pays":   "bucket {bucket} is Requester Pays, so that nothing replicates into it from other accounts; a SPEC cannot wish that",
	"discover-disabled":         "rule {rule} of {from} is disabled: nothing replicates by it",
	"discover-existing":         "rule {rule} of {from} asks for existing objects in a way that S3 does not take any more; existing_objects asks for a batch job",
	"discover-replica-key-idle": "rule {rule} of {from} names the replica key {key}, and does not select KMS objects",
	"discover-owner-differs":    "rule {rule} of {from} names account {written} as the owner of {bucket}, which is in account {account}: the bucket may have been deleted, and made anew by somebody else",
	"discover-recreated":        "bucket {bucket} never had versioning, so that S3 would not have taken rule {rule} of {from}: it was deleted and made anew",
	"discover-chain":            "chain: {bucket} replicates on to {next}, where nothing goes of what rule {rule} of {from} brings",
	"discover-rule-refused":     "rule {rule} of {from} cannot be written: {problem}",
	"discover-bucket-refused":   "bucket {bucket} cannot be written: {problem}",
	"discover-setting-refused":  "{setting} of {bucket} cannot be written: {problem}",
	"discover-account-refused":  "account {account} cannot be written: {problem}",
	"discover-role-refused":     "details of role {role} cannot be written: {problem}",
	"discover-why-bucket":       "its bucket {bucket} cannot be",
	"discover-why-destination":  "its destination {value} is not the ARN of a bucket",
	"discover-why-filter":       "its filter has more than one of Prefix, Tag and And",
	"discover-why-minutes":      "it asks for other than 15 minutes",
	"discover-why-owner":        "it gives replicas to {value}",
	"discover-why-replica-key":  "it selects KMS objects and names no key for replicas",
	"discover-why-status":       "its status is {value}",
}
