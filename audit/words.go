package audit

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// sentences are all texts of an audit but those of the checks and flaws, by
// their keys. What evidence says begins with "says.", a fix with "fix.", what a
// finding that is no check's own says with the name of the check.
var sentences = diag.Sentences{
	checkUnknown + "/which-key":            "whether {principal} may do {action} depends on the KMS key, and nobody knows which it is",
	checkUnknown + "/grant":                "whether {principal} may do {action} depends on a grant of the key with constraints",
	checkUnknown + "/grantee":              "whether {principal} may do {action} depends on whom a grant of the key is for",
	checkWriterCannot + "/from":            "writer {rule} cannot do {action} on {resource} from {address}, one of its addresses",
	checkWriterUnguarded + "/from":         "the policy of {bucket} does not deny writer {rule} {action} from {address}, and it writes from {ranges} only",
	checkWriterWide + "/from":              "writer {rule} may do {action} from {address}, and writes from {ranges} only",
	checkTrustMissing + "/batch":           "S3 Batch Operations cannot assume role {resource}: its trust policy does not allow {principal} to",
	checkKeyState + "/type":                "KMS key {key} has {setting} {type}: S3 encrypts with symmetric encryption keys only",
	checkUnknown + "/key-state":            "whether KMS key {key} encrypts and decrypts is not known: {state} is no state that repligrant knows",
	checkRoleDiffers + "/none":             "the configuration of {bucket} names no role, and the spec names {wished}",
	checkDestination + "/disabled":         "rule {rule} is disabled; enabled, it replicates to {bucket} in account {account} and Region {region}, which is not known to be allowed by allowed_destinations",
	checkSSEC + "/advice":                  "bucket {bucket} refuses objects with SSE-C: should {from} hold any, they are not replicated",
	checkUnknown + "/reading":              "whether {principal} may do {action} depends on how AWS reads the {document}: {why}",
	checkUnknown + "/too-complex":          "whether {principal} may do {action} was not decided: the patterns of its policies are too many to tell apart",
	checkSurplus + "/principal":            "the {document} grants {action} to {who}, and only {principal} needs it",
	checkSurplus + "/also-to":              "the {document} grants {action}, for example on {witness}, and no rule needs it; it grants to {who}, where only {principal} needs anything",
	checkSurplus + "/instead":              "the {document} grants {action}, for example on {witness}, where {instead} is enough",
	checkSurplus + "/unjudged":             "the {document} grants {action}, for example on {witness}, and nothing that is known to replicate needs it",
	checkSurplus + "/job":                  "the {document} grants {action}, for example on {witness}, which no rule needs and a job of S3 Batch Replication may",
	checkSurplus + "/others":               "the {document} grants {action} to {who}, and replication does not need it",
	checkSurplus + "/others-unless":        "the {document} grants {action} to {who}, and replication does not need it; whether Block Public Access keeps them out was not read",
	checkSurplus + "/variable":             "the {document} grants {action} on {resource}: how much of that is needed depends on a policy variable of which nobody knows what it is",
	checkSurplus + "/requests":             "the {document} grants {action} in more requests than S3 makes for a rule, for example on {witness}",
	checkNoEffect + "/never":               "the {document} grants {action} where {condition}, which no request can meet",
	checkNoEffect + "/no-such-action":      "the {document} grants {action}, and AWS has no such action",
	checkAdvised + "/denied":               "the {document} denies {action} on {resource}, which AWS advises",
	checkReadDenied + "/account":           "{what} could not be entered ({why}): {permission} on its role, or credentials of the account, are needed",
	keyEntry:                               "{what} could not be entered ({why}): credentials of it are needed",
	keyUnreachable:                         "{what} could not be entered: {address} was not reached ({why}); check the network, the proxy (HTTPS_PROXY, NO_PROXY) and AWS_ENDPOINT_URL",
	keyProfile:                             "{what} could not be entered: the shared AWS config has no profile {profile}",
	keyInterrupted:                         "{what} is not known: {why}",
	checkReadDenied + "/bucket":            "{what} could not be read ({why}): {permission} and the other reads of a bucket are needed",
	checkReadDenied + "/owner":             "nobody knows which account owns {what} ({why}): name it in the spec, and read that account",
	checkBucketDiffers + "/account":        "bucket {bucket} is in account {live}; the spec says {wished}",
	checkBucketDiffers + "/region":         "bucket {bucket} is in Region {live}; the spec says {wished}",
	checkBucketDiffers + "/kms-key":        "the default encryption of {bucket} is {live}; the spec says {wished}",
	checkBucketDiffers + "/bucket-key":     "S3 Bucket Keys of {bucket} are {live}; the spec says {wished}",
	checkBucketDiffers + "/object-lock":    "Object Lock of {bucket} is {live}; the spec says {wished}",
	checkBucketDiffers + "/requester-pays": "Requester Pays of {bucket} is {live}; the spec says {wished}",
	checkReadDenied + "/organization":      "{what} could not be read ({why}): {permission} is needed, and only the management account of the organization or a delegated administrator may read them",
	checkReadDenied + "/planned":           "{what} is known only after apply: {address}",
	checkReadDenied + "/left":              "what {address} in {file} changes is not known: {why}",
	keyUnseen:                              "what {address} in {file} changes is not known, and replication may rest on it: {why}",
	checkRoleMissing + "/writer":           "writer {rule} does not exist: {principal}",

	"says.allows-if":              "allows it only if {condition}",
	"says.allows-if-context":      "allows it only if {condition}; by itself S3 sends only {key}",
	"says.allows-other-resources": "allows it on everything but {resources}",
	"says.allows-principals":      "allows it for {who} only",
	"says.allows-resources":       "allows it on {resources} only",
	"says.in-account":             "{bucket} is in account {account}",
	"says.not-listed":             "account {account} is not in the list of accounts of organization {organization}",
	"says.in-organization":        "account {account} is in organization {organization}",
	"says.lifecycle":              "GetBucketLifecycleConfiguration: rule {rule} is enabled",
	"says.no-metrics":             "Metrics: not enabled",
	"says.no-organization":        "account {account} is in no organization",
	"says.reason":                 "the reason was: {reason}",
	"says.requester-pays":         "GetBucketRequestPayment: Requester",
	"says.rule-disabled":          "rule {rule}: Disabled",
	"says.setting":                "{setting}: {live}",
	"says.size":                   "{size} {unit}",
	"says.condition":              "{condition}",
	"says.denies":                 "denies it",
	"says.denies-where":           "denies it where {condition}, which holds for these requests",
	"says.blocks-sse-c":           "GetBucketEncryption: BlockedEncryptionTypes holds SSE-C",
	"says.encrypts-with-kms":      "GetBucketEncryption: new objects of {bucket} are encrypted with KMS",
	"says.grant":                  "a grant names the role and the operation, and has constraints",
	"says.key-manager":            "DescribeKey: KeyManager {manager}",
	"says.key-state":              "DescribeKey: KeyState {state}",
	"says.key-type":               "DescribeKey: {setting} {live}",
	"says.lock":                   "GetObjectLockConfiguration: not enabled",
	"says.no-key":                 "no such key",
	"says.replica-key":            "ReplicaKmsKeyID: {key}",
	"says.which-key":              "the default encryption of {bucket} does not tell the key",
	"says.grantee":                "a grant of the operation names {principal}: no page of AWS says whether that serves the role when S3 assumes it",
	"says.grants":                 "grants {actions}; for example {example} on {witness}",
	"says.grants-from":            "grants {action} to {address} too: no condition keeps it to {ranges}",
	"says.grants-nothing":         "grants {actions}, none of which is about {resource}",
	"says.grants-to":              "grants to {who}",
	"says.no-such-action":         "grants {action}, and no action has that name",
	"says.no-such-action-but":     "grants {action}, and no action has that name; {nearest} is near",
	"says.no-bucket":              "no such bucket in account {account}",
	"says.no-configuration":       "GetBucketReplication: ReplicationConfigurationNotFoundError",
	"says.no-role":                "no such role",
	"says.no-rule":                "none of its rules ({n}) has this ID, nor this prefix, these tags and this destination",
	"says.no-user":                "no such user",
	"says.none-denies":            "no statement denies {action} on {witness}",
	"says.none-denies-certainly":  "no statement denies {action} on {witness} for certain",
	"says.none-names":             "no statement names {action}",
	"says.not-enough":             "may apply, and is not enough",
	"says.ownership":              "GetBucketOwnershipControls: {ownership}",
	"says.planned":                "{address} is known only after apply",
	"says.principal":              "principal {principal}",
	"says.public":                 "is public",
	"says.restricts-public":       "RestrictPublicBuckets cuts other accounts off from a bucket with a public policy",
	"says.role-empty":             "Role is empty",
	"says.role":                   "Role: {role}",
	"says.rule-differs":           "rule {rule}: {differences}",
	"says.rule-owner":             "rule {rule} {live}",
	"says.rule-to":                "rule {rule} replicates to {bucket}",
	"says.rule-selects":           "rule {rule} replicates {selection} to {bucket}",
	"says.silent":                 "no statement of it allows {action}, and what it does not allow it forbids",
	"says.silent-level":           "no policy at level {level} of {levels} (1 is the root) allows {action}",
	"says.tests":                  "tests {condition}",
	"says.tests-context":          "tests {condition}; by itself S3 sends only {key}",
	"says.too-complex":            "the resources of the statements about {action} overlap in too many ways",
	"says.trusts":                 "allows {principal}",
	"says.trusts-where":           "allows {principal} where {condition}",
	"says.unread":                 "{operation}: {why}",
	"says.versioning":             "GetBucketVersioning: {status}",
	"says.versioning-none":        "GetBucketVersioning: no status",
	"says.why":                    "{why}",

	"fix.add-rule":               "add rule {rule} of `repligrant plan`",
	"fix.add-statement":          "add this statement to the {document} of {target}",
	"fix.add-to-bucket":          "add this statement to the policy of bucket {bucket}",
	"fix.unseen":                 "look at it by hand, or audit again after apply; --assume {gap} says that it changes nothing of this",
	"fix.after-apply":            "look at it by hand, or audit again after apply",
	"fix.allow-at-each-level":    "let a service control policy at each level that lacks it allow it too",
	"fix.allow-read":             "allow the auditor {permission}, or accept the gap with --assume",
	"fix.list-members":           "allow the auditor {permission}, or name each account with --account",
	"fix.read-organization":      "let the auditor sign in to the management account of the organization too, or to a delegated administrator ({permission}), or accept the gap with --assume {gap}",
	"fix.allow-there":            "let the {document} allow it too",
	"fix.allow-outside":          "send them to an account of the organization, or name account {account} in allowed_destinations",
	"fix.change-bucket":          "make bucket {bucket} {wished}, or write into the spec what it is",
	"fix.drop-override":          "take AccessControlTranslation out of rule {rule}",
	"fix.enable-metrics":         "enable metrics in the rules of bucket {bucket}",
	"fix.enable-rule":            "enable or remove rule {rule}; replicate what was written meanwhile with S3 Batch Replication",
	"fix.mend-then-batch":        "mend the rule, then replicate what failed with S3 Batch Replication",
	"fix.owner-pays":             "set who pays for bucket {bucket} to BucketOwner",
	"fix.replicate-there-too":    "replicate from {from} to {next} too",
	"fix.right-destination":      "name a bucket of the account that is meant, or account {account}",
	"fix.shorten":                "shorten it, or split it where AWS takes several",
	"fix.by-hand":                "decide it by hand; repligrant cannot yet",
	"fix.change-owner":           "change AccessControlTranslation of rule {rule}, or `owner` in the spec",
	"fix.change-rule":            "change rule {rule}, or the spec",
	"fix.allow-destination":      "send rule {rule} to an allowed destination, or write account and Region into allowed_destinations",
	"fix.allow-sse-c":            "take SSE-C out of the blocked encryption types of bucket {bucket}",
	"fix.create-key":             "create the key, or name one that exists",
	"fix.customer-key":           "encrypt with a customer managed key",
	"fix.enable-key":             "enable the key (of one that waits for its deletion cancel that first), or name another one",
	"fix.enable-lock":            "enable Object Lock on bucket {bucket}",
	"fix.key-in-region":          "name a key in Region {region}",
	"fix.select-kms":             "switch SseKmsEncryptedObjects on for rule {rule} and name a replica key, or write kms_objects: false",
	"fix.write-key-arn":          "write the ARN of the key",
	"fix.create-bucket":          "create bucket {bucket} in account {account}, or mend the name",
	"fix.create-principal":       "create {principal} with the documents of `repligrant plan`",
	"fix.deny-outside":           "deny only what lies outside the prefixes of {writer}",
	"fix.find-out":               "find out what {key} is in these requests and say so with --assume key:{key}=VALUE, or spare the role in the statement",
	"fix.limit-otherwise":        "write the limit in another way; {key} is never in these requests",
	"fix.name-keys":              "name the object keys in the resource; s3:prefix is the prefix of a list request",
	"fix.reach":                  "see that {address} answers, and read again",
	"fix.profile":                "name a profile that the shared AWS config has (aws configure list-profiles), or add {profile} to it",
	"fix.sign-in":                "sign in with that profile, or leave it out",
	"fix.sign-in-default":        "sign in, or name a profile that is signed in: --profile NAME",
	"fix.read-again":             "read again, to the end",
	"fix.name-owner":             "name the owner in the spec, and let the auditor read that account",
	"fix.name-role":              "set Role to the ARN of the role that S3 assumes, and audit again: what it lacks depends on it",
	"fix.narrow":                 "narrow the statement to what is needed",
	"fix.narrow-addresses":       "narrow the statement to what is needed, from {ranges}",
	"fix.narrow-denial":          "take this denial away, or narrow it so that it is not about {action}",
	"fix.ownership":              "set the object ownership of bucket {bucket} to {wished}",
	"fix.put-configuration":      "put the replication configuration of `repligrant plan` on bucket {bucket}",
	"fix.remove-denial":          "take this statement away: it denies nobody but {principal}",
	"fix.remove-rule":            "remove rule {rule}, or write it into the spec",
	"fix.not-to":                 "take {principal} out of those that this statement names",
	"fix.remove-unless-job":      "remove what only jobs of S3 Batch Replication need, if none is to run with this role",
	"fix.remove-surplus":         "remove this statement, or grant only what `repligrant plan` writes",
	"fix.remove-trust":           "remove this statement: S3 does not need it",
	"fix.replace-by-plan":        "take this statement out, and write those of `repligrant plan` in its place that no other statement grants yet: one alone cannot say what is needed",
	"fix.set-role":               "set Role to {role}, or name the live role in the spec",
	"fix.set-role-meant":         "set Role to {role}, if that is the role that is meant",
	"fix.spare":                  "change the denial so that it spares {principal}",
	"fix.symmetric-key":          "a key keeps its type: create one with KeySpec SYMMETRIC_DEFAULT and KeyUsage ENCRYPT_DECRYPT, and name that",
	"fix.trust-alone":            "trust {services} alone",
	"fix.unrestrict":             "take the public statement out of the policy of bucket {bucket}; to turn RestrictPublicBuckets off would let in all whom it names",
	"fix.renew":                  "mend what it suppressed, or let {owner} renew the entry",
	"fix.fewer-rules":            "take one rule for several prefixes, or another bucket: {bucket} may have {limit} rules",
	"fix.role-of-account":        "name a role of account {account}",
	"fix.rule-account":           "write the destination's owner as Account into rule {rule}, or take AccessControlTranslation out",
	"fix.rule-and":               "put prefix and tags of rule {rule} under And",
	"fix.rule-delete-markers":    "write DeleteMarkerReplication into rule {rule}, Enabled or Disabled",
	"fix.rule-destination":       "write arn:aws:s3:::BUCKET as the destination of rule {rule}: the bucket behind an access point, not the access point",
	"fix.rule-existing":          "take ExistingObjectReplication out of rule {rule}, and replicate what is there with S3 Batch Replication",
	"fix.rule-filter":            "write a Filter into rule {rule}; an empty one selects everything",
	"fix.rule-one-prefix":        "write the prefix of rule {rule} into its Filter alone",
	"fix.rule-owner-account":     "write the destination's owner as Account into rule {rule}, or take Account out",
	"fix.rule-filters":           "write a Filter, a Priority and DeleteMarkerReplication into all rules of {bucket}",
	"fix.rule-id":                "give rule {rule} an ID of its own, of at most 255 ASCII characters",
	"fix.rule-metrics":           "write Metrics into rule {rule}, with the status of ReplicationTime",
	"fix.rule-minutes":           "write 15 minutes into rule {rule}",
	"fix.rule-threshold":         "take EventThreshold out of Metrics in rule {rule}, or enable ReplicationTime",
	"fix.rule-no-delete-markers": "disable DeleteMarkerReplication in rule {rule}, or select by prefix",
	"fix.rule-owner":             "write Destination as Owner into rule {rule}",
	"fix.rule-priorities":        "give each rule to one destination a Priority of its own: the higher wins",
	"fix.rule-other-destination": "name another bucket as the destination of rule {rule}",
	"fix.rule-partition":         "name a bucket of the source's partition as the destination of rule {rule}",
	"fix.rule-prefix":            "shorten the prefix of rule {rule}",
	"fix.rule-priority":          "write a Priority into rule {rule}",
	"fix.rule-replica-key":       "write EncryptionConfiguration with the key of replicas into rule {rule}, or leave KMS objects out",
	"fix.rule-status":            "write Enabled or Disabled as the status of rule {rule}",
	"fix.rule-storage-class":     "write another storage class into rule {rule}, or none, for that of each object",
	"fix.versioning":             "enable versioning of bucket {bucket}",
	"fix.write-arn":              "write the ARN of the principal in full",
	"fix.write-document":         "write a document that AWS accepts",
	"fix.write-role":             "write {role}",

	"unread.access-points":         "the access point was not read",
	"unread.account":               "account not read",
	"unread.default-key":           "its default key is the one that AWS manages, or an alias of a key that was not read",
	"unread.credentials":           "the credentials are of account {account}",
	"unread.entered":               "account {account} is entered by another profile too",
	"unread.interrupted":           "reading was interrupted",
	"unread.invisible":             "no account that was read may see them",
	"unread.not-collected":         "not collected yet",
	"unread.region":                "nobody says its Region; --parameter AWS::Region=... says that of a stack",
	"unread.not-in-snapshot":       "not in the snapshot",
	"unread.not-read":              "not read",
	"unread.no-object":             "it is no object",
	"unread.null":                  "null stands where its text belongs",
	"unread.owner":                 "its owner is not among the accounts read",
	"unread.public-access-account": "that of the account is not in the snapshot",
	"unread.public-access-bucket":  "that of the bucket is not in the snapshot",

	"what.account":             "account {account}",
	"what.bucket":              "bucket {bucket}",
	"what.buckets":             "the list of the buckets of account {account}",
	"what.default-credentials": "the account of the default credentials",
	"what.members":             "the list of the accounts of the organization of account {account}",
	"what.profile":             "the account of profile {profile}",
	"what.rest":                "what had not been read yet",
	"what.document":            "{document} of {target}",
	"what.open-rule":           "rule {rule} of {bucket}",
	"what.open-rule-unnamed":   "a rule of {bucket}",
	"what.policies":            "{kind}s that bind account {account}",
	"what.setting":             "a setting of {target}",

	"who.any-address":  "any address",
	"who.vpc-endpoint": "a VPC endpoint",
	"who.anybody":      "anybody",
	"who.everyone":     "everyone",
	"who.everyone-but": "everyone but {principals}",
	"who.nobody":       "nobody",
	"who.others":       "everybody but those named",
	"who.principal":    "its principal",
	"who.service":      "the service {service}",
	"who.where":        "{who} where {condition}",

	"action.all-but":  "all but {actions}",
	"action.unneeded": "an action that nobody needs",
	"action.with":     "{action} with {key} {value}",
	"action.without":  "{action} without {key}",

	"effect.always-denies": "always denies",
	"effect.as-if-absent":  "allows as if the condition were not there",
	"effect.never-allows":  "never allows",
	"effect.never-denies":  "never denies",

	"owner.hands-over":    "hands replicas to the destination account",
	"owner.it-hands-over": "it hands replicas to the destination account",
	"owner.it-keeps":      "it leaves replicas to the source account",
	"owner.keeps":         "leaves replicas to the source account",

	"selection.everything":        "everything",
	"selection.everything-tagged": "everything with tags {tags}",
	"selection.prefix":            "prefix {prefix}",
	"selection.prefix-tagged":     "prefix {prefix} with tags {tags}",

	"setting.against":              `"{own} (against {other})"`,
	"setting.account":              "account",
	"setting.bucket-key":           "S3 Bucket Keys",
	"setting.kms-key":              "default encryption",
	"setting.object-lock":          "Object Lock",
	"setting.region":               "Region",
	"setting.requester-pays":       "Requester Pays",
	"setting.sse-s3":               "SSE-S3",
	"setting.delete-markers":       "delete marker replication",
	"setting.destination":          "destination",
	"setting.differs":              "{setting} is {live}, not {wished}",
	"setting.kms-objects":          "selection of KMS objects",
	"setting.metrics":              "metrics",
	"setting.none":                 "none",
	"setting.prefix":               "prefix",
	"setting.priority":             "priority against rule {rule} ({priority})",
	"setting.replica-kms-key":      "replica KMS key",
	"setting.replica-modification": "replica modification sync",
	"setting.status":               "status",
	"setting.storage-class":        "storage class",
	"setting.tag-filter":           "tag filter",
	"setting.time-control":         "replication time control",

	"unit.bytes":      "bytes",
	"unit.characters": "characters",

	"versioning.never-enabled": "never enabled",
	"versioning.suspended":     "suspended",
}

// words is the text of a key. Args are names and values in turn.
func words(key string, args ...string) diag.Text { return sentences.Text(key, args...) }

// Texts lists every text of this package, for translators: of messages by the
// key of the finding, of evidence and fixes by theirs, and of what stands within
// them.
func Texts() []diag.Text {
	texts := slices.Concat(sentences.Texts(), diag.Lists.Texts(), policyNames.Texts(), failOnProblems.Texts(), differenceProblems.Texts(), reasonTexts())
	for _, c := range Checks {
		texts = append(texts, diag.Text{Key: c.Name, English: c.English})
	}
	for _, f := range append(slices.Clone(flaws), malformedRole, foreignRole, noRole, otherPartition, tooManyRules, itself) {
		texts = append(texts, diag.Text{Key: checkInvalid + "/" + f.key, English: f.english})
	}
	for _, k := range replication.Kinds {
		texts = append(texts, title(k))
	}
	return texts
}

// title is a kind of document in prose.
func title(k replication.Kind) diag.Text {
	t := diag.Text{Key: "document." + string(k), English: strings.NewReplacer("-", " ", "kms", "KMS").Replace(string(k))}
	switch k {
	case replication.SCP:
		t.English = "service control policy"
	case replication.RCP:
		t.English = "resource control policy"
	default:
	}
	return t
}

// data are texts that are the same in every language.
func data(values []string) []diag.Text {
	texts := make([]diag.Text, len(values))
	for i, v := range values {
		texts[i] = diag.Datum(v)
	}
	return texts
}

// reason is why something was not read or has no reading. Facts hold it as a string:
// an error code of AWS, or one of our sentences, which is known again.
func reason(why string) diag.Text {
	for _, key := range []string{"unread.credentials", "unread.entered"} {
		before, after, _ := strings.Cut(sentences[key], "{account}")
		if id := strings.TrimSuffix(strings.TrimPrefix(why, before), after); before+id+after == why {
			return words(key, "account", id)
		}
	}
	for key, english := range sentences {
		if strings.HasPrefix(key, "unread.") && english == why {
			return words(key)
		}
	}
	return policy.Recognize(why)
}

// saying is e with what it says.
func (e Evidence) saying(t diag.Text) Evidence {
	e.Says, e.SaysKey, e.SaysArgs = t.String(), t.Key, t.Args
	return e
}

// shows is evidence that is no statement.
func shows(document replication.Kind, t diag.Text) []Evidence {
	return []Evidence{Evidence{Document: document}.saying(t)}
}

// saying is f with its text.
func (f Fix) saying(t diag.Text) *Fix {
	f.Text, f.TextKey, f.TextArgs = t.String(), t.Key, t.Args
	return &f
}
