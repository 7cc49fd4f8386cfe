package audit_test

import (
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/replication"
)

const (
	srcKeyARN = "arn:aws:kms:us-east-1:111122223333:key/source"
	dstKeyARN = "arn:aws:kms:eu-west-1:444455556666:key/replica"
	srcKey    = own + " > keys > " + srcKeyARN
	dstKey    = foreign + " > keys > " + dstKeyARN

	delegates  = `{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}`
	encrypts   = `{"Sid": "Replicas", "Effect": "Allow", "Principal": {"AWS": "` + roleARN + `"}, "Action": ["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"], "Resource": "*", ` + replicas + `}`
	useSource  = `{"Sid": "SourceKey", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "` + srcKeyARN + `", "Condition": {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}, "StringLike": {"kms:EncryptionContext:aws:s3:arn": ["arn:aws:s3:::acme-logs", "arn:aws:s3:::acme-logs/*"]}}}`
	useReplica = `{"Sid": "ReplicaKey", "Effect": "Allow", "Action": ["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"], "Resource": "` + dstKeyARN + `", ` + replicas + `}`
	replicas   = `"Condition": {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}, "StringLike": {"kms:EncryptionContext:aws:s3:arn": ["arn:aws:s3:::acme-logs-copy", "arn:aws:s3:::acme-logs-copy/*"]}}`
)

func keyWith(policy string) string {
	return `{"KeyMetadata": {"KeyState": "Enabled", "KeyManager": "CUSTOMER"}, "Policy": ` + policy + `, "Grants": []}`
}

func encryptedWith(key string) string {
	return `{"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "` + key + `"}, "BucketKeyEnabled": true}]}`
}

// keyed is the clean set-up with KMS at both ends.
func keyed(w *world) {
	w.rules[0].KMSObjects, w.rules[0].ReplicaKMSKey = true, dstKeyARN
	for _, e := range []edit{
		put(own+" > keys", `{}`), put(foreign+" > keys", `{}`),
		put(srcKey, keyWith(document(delegates))), put(dstKey, keyWith(document(encrypts))),
		put(source+" > ServerSideEncryptionConfiguration", encryptedWith(srcKeyARN)),
		put(destination+" > ServerSideEncryptionConfiguration", encryptedWith(dstKeyARN)),
		put(configRule+" > SourceSelectionCriteria", `{"SseKmsEncryptedObjects": {"Status": "Enabled"}}`),
		put(configRule+" > Destination > EncryptionConfiguration", `{"ReplicaKmsKeyID": "`+dstKeyARN+`"}`),
		put(rolePolicy, document(readBucket, readObjects, write, useSource, useReplica)),
	} {
		e(w)
	}
}

// grantTo lets somebody decrypt with the source key.
func grantTo(grantee string) edit {
	return put(srcKey+" > Grants", `[{"GranteePrincipal": "`+grantee+`", "Operations": ["Decrypt"]}]`)
}

func TestKeys(t *testing.T) {
	fails, unclear, degraded := audit.Fails, audit.Unclear, audit.Degraded
	source := func(more ...string) edit {
		return put(rolePolicy, document(append([]string{readBucket, readObjects, write, useReplica}, more...)...))
	}
	tell := func(name string, verdict audit.Verdict, edits ...edit) story {
		return story{name: name, verdict: verdict, edits: append([]edit{keyed}, edits...)}
	}
	find := func(s story, want ...string) story {
		s.want = want
		return s
	}
	noKeys := put(srcEncryption, `{"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}`)
	play(t, []story{
		tell("all is granted", audit.Replicates),
		tell("without a spec", audit.Replicates, noSpec),
		find(tell("the role may not decrypt", fails, source()),
			"missing permission-missing critical role-policy ROLE kms:Decrypt none add",
			"advice permission-advised low role-policy ROLE kms:Decrypt none add"),
		find(tell("only objects of a prefix", degraded, objectKeys, source(strings.Replace(useSource, "acme-logs/*", "acme-logs/a/*", 1))),
			"missing permission-missing medium role-policy ROLE kms:Decrypt partial add"),
		find(tell("the bucket key only, objects without", audit.Replicates, source(strings.Replace(useSource, `["arn:aws:s3:::acme-logs", "arn:aws:s3:::acme-logs/*"]`, `"arn:aws:s3:::acme-logs"`, 1))),
			"advice permission-advised low role-policy ROLE kms:Decrypt none add"),
		find(tell("the context of AWS's typing error", fails, source(strings.Replace(useSource, "aws:s3:arn", "arn:aws:arn", 1))),
			"missing permission-missing critical role-policy ROLE kms:Decrypt none add",
			"surplus permission-surplus low role-policy ROLE wider kms:Decrypt replace",
			"advice permission-advised low role-policy ROLE kms:Decrypt none add"),
		find(tell("the service of another Region", fails, source(strings.Replace(useSource, "s3.us-east-1", "s3.eu-west-1", 1))),
			"missing permission-missing critical role-policy ROLE kms:Decrypt none add",
			"surplus permission-surplus low role-policy ROLE wider kms:Decrypt remove",
			"advice permission-advised low role-policy ROLE kms:Decrypt none add"),
		find(tell("the service of China", fails, source(strings.Replace(useSource, "s3.us-east-1.amazonaws.com", "s3.us-east-1.amazonaws.com.cn", 1))),
			"missing permission-missing critical role-policy ROLE kms:Decrypt none add",
			"surplus permission-surplus low role-policy ROLE wider kms:Decrypt remove",
			"advice permission-advised low role-policy ROLE kms:Decrypt none add"),
		find(tell("the key's policy keeps IAM out", fails, put(srcKey+" > Policy", document())),
			"missing permission-missing critical source-kms-key-policy arn:aws:kms:us-east-1:OWN:key/source kms:Decrypt none add",
			"advice permission-advised low source-kms-key-policy arn:aws:kms:us-east-1:OWN:key/source kms:Decrypt none add"),
		tell("the key's policy names the role", audit.Replicates, source(), put(srcKey+" > Policy", document(strings.Replace(strings.Replace(useSource, `"Effect": "Allow"`, `"Effect": "Allow", "Principal": {"AWS": "`+roleARN+`"}`, 1), srcKeyARN, "*", 1)))),
		find(tell("the other account's key does not name the role", fails, put(dstKey+" > Policy", document(strings.ReplaceAll(delegates, own, foreign)))),
			"missing permission-missing critical destination-kms-key-policy arn:aws:kms:eu-west-1:FOREIGN:key/replica kms:Encrypt none add",
			"advice permission-advised low destination-kms-key-policy arn:aws:kms:eu-west-1:FOREIGN:key/replica kms:Encrypt none add"),
		find(tell("the other account's key names the account", audit.Replicates, put(dstKey+" > Policy", document(strings.Replace(delegates, `"kms:*"`, `["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"]`, 1)))),
			"surplus permission-surplus medium destination-kms-key-policy arn:aws:kms:eu-west-1:FOREIGN:key/replica wider kms:Encrypt, kms:GenerateDataKey, kms:Decrypt replace"),
		find(tell("a Deny of the key that the role is not spared", fails, with(dstKey+" > Policy", `{"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}}`)),
			"blocked permission-blocked critical destination-kms-key-policy arn:aws:kms:eu-west-1:FOREIGN:key/replica kms:Encrypt none replace",
			"advice permission-advised low destination-kms-key-policy arn:aws:kms:eu-west-1:FOREIGN:key/replica kms:Encrypt none replace"),
		find(tell("a Deny that depends on who forwards", unclear, with(srcKey+" > Policy", `{"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*", "Condition": {"Bool": {"aws:ViaAWSService": "false"}}}`)),
			"unknown permission-unknown medium source-kms-key-policy arn:aws:kms:us-east-1:OWN:key/source kms:Decrypt"),
		find(tell("advice alone is lacking", audit.Replicates, put(dstKey+" > Policy", document(strings.Replace(encrypts, `"kms:GenerateDataKey", `, "", 1)))),
			"advice permission-advised low destination-kms-key-policy arn:aws:kms:eu-west-1:FOREIGN:key/replica kms:GenerateDataKey none add"),
		tell("a grant", audit.Replicates, source(), put(srcKey+" > Grants", `[{"GranteePrincipal": "`+roleARN+`", "Operations": ["Decrypt"]}]`)),
		find(tell("a grant with constraints", unclear, source(), put(srcKey+" > Grants", `[{"GranteePrincipal": "`+roleARN+`", "Operations": ["Decrypt"], "Constraints": {"EncryptionContextSubset": {"a": "b"}}}]`)),
			"unknown permission-unknown medium source-kms-key-policy arn:aws:kms:us-east-1:OWN:key/source kms:Decrypt"),
		find(tell("a grant for another operation", fails, source(), put(srcKey+" > Grants", `[{"GranteePrincipal": "`+roleARN+`", "Operations": ["Encrypt"]}]`)),
			"missing permission-missing critical role-policy ROLE kms:Decrypt none add",
			"advice permission-advised low role-policy ROLE kms:Decrypt none add"),
		find(tell("a grant to a session of the role", unclear, source(), grantTo("arn:aws:sts::111122223333:assumed-role/acme-logs-replication/s3-replication")),
			"unknown permission-unknown medium source-kms-key-policy arn:aws:kms:us-east-1:OWN:key/source kms:Decrypt"),
		find(tell("a grant to the role's account", unclear, source(), grantTo("arn:aws:iam::111122223333:root")),
			"unknown permission-unknown medium source-kms-key-policy arn:aws:kms:us-east-1:OWN:key/source kms:Decrypt"),
		find(tell("a grant to the role's unique ID", unclear, source(), put(role+" > RoleId", `"AROAEXAMPLEREPLICATION"`), grantTo("AROAEXAMPLEREPLICATION")),
			"unknown permission-unknown medium source-kms-key-policy arn:aws:kms:us-east-1:OWN:key/source kms:Decrypt"),
		find(tell("a grant to another role's unique ID", fails, source(), put(role+" > RoleId", `"AROAEXAMPLEREPLICATION"`), grantTo("AROAEXAMPLEGONE12345")),
			"missing permission-missing critical role-policy ROLE kms:Decrypt none add",
			"advice permission-advised low role-policy ROLE kms:Decrypt none add"),
		find(tell("a grant to a session of another role", fails, source(), grantTo("arn:aws:sts::111122223333:assumed-role/other/s3-replication")),
			"missing permission-missing critical role-policy ROLE kms:Decrypt none add",
			"advice permission-advised low role-policy ROLE kms:Decrypt none add"),
		find(tell("grants not read", unclear, source(), drop(srcKey+" > Grants")),
			"unknown read-denied medium kms-key arn:aws:kms:us-east-1:OWN:key/source"),
		tell("a grant with constraints, and one without", audit.Replicates, source(), put(srcKey+" > Grants",
			`[{"GranteePrincipal": "`+roleARN+`", "Operations": ["Decrypt"], "Constraints": {"EncryptionContextSubset": {"a": "b"}}}, {"GranteePrincipal": "`+roleARN+`", "Operations": ["Decrypt"]}]`)),
		tell("grants not read, and not needed", audit.Replicates, drop(srcKey+" > Grants")),
		find(tell("the key not read", unclear, drop(srcKey)),
			"unknown read-denied medium source-kms-key-policy arn:aws:kms:us-east-1:OWN:key/source"),
		find(tell("the key's policy not read", unclear, drop(dstKey+" > Policy")),
			"unknown read-denied medium destination-kms-key-policy arn:aws:kms:eu-west-1:FOREIGN:key/replica"),
		find(tell("no such key", fails, put(dstKey, "null")),
			"missing kms-key-not-found critical kms-key arn:aws:kms:eu-west-1:FOREIGN:key/replica add"),
		find(tell("a disabled source key", fails, put(srcKey+" > KeyMetadata", `{"KeyState": "Disabled"}`)),
			"blocked kms-key-state critical kms-key arn:aws:kms:us-east-1:OWN:key/source set"),
		find(tell("a replica key about to be deleted", fails, put(dstKey+" > KeyMetadata", `{"KeyState": "PendingDeletion", "KeyManager": "CUSTOMER"}`)),
			"blocked kms-key-state critical kms-key arn:aws:kms:eu-west-1:FOREIGN:key/replica set"),
		tell("a key whose primary Region is being changed works", audit.Replicates, put(dstKey+" > KeyMetadata", `{"KeyState": "Updating", "KeyManager": "CUSTOMER"}`)),
		find(tell("a state that nobody knows", unclear, put(dstKey+" > KeyMetadata", `{"KeyState": "Resting", "KeyManager": "CUSTOMER"}`)),
			"unknown permission-unknown medium kms-key arn:aws:kms:eu-west-1:FOREIGN:key/replica"),
		tell("symmetric encryption keys", audit.Replicates, put(dstKey+" > KeyMetadata", `{"KeyState": "Enabled", "KeyManager": "CUSTOMER", "KeySpec": "SYMMETRIC_DEFAULT", "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT"}`)),
		find(tell("an asymmetric replica key", fails, put(dstKey+" > KeyMetadata", `{"KeyState": "Enabled", "KeyManager": "CUSTOMER", "KeySpec": "RSA_2048", "CustomerMasterKeySpec": "RSA_2048", "KeyUsage": "ENCRYPT_DECRYPT"}`)),
			"blocked kms-key-state critical kms-key arn:aws:kms:eu-west-1:FOREIGN:key/replica set"),
		find(tell("a replica key that signs", fails, put(dstKey+" > KeyMetadata", `{"KeyState": "Enabled", "KeyManager": "CUSTOMER", "KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}`)),
			"blocked kms-key-state critical kms-key arn:aws:kms:eu-west-1:FOREIGN:key/replica set"),
		find(tell("a replica key of which only the usage is known", fails, put(dstKey+" > KeyMetadata", `{"KeyState": "Enabled", "KeyManager": "CUSTOMER", "KeyUsage": "SIGN_VERIFY"}`)),
			"blocked kms-key-state critical kms-key arn:aws:kms:eu-west-1:FOREIGN:key/replica set"),
		find(tell("metadata that does not tell the state", unclear, put(srcKey+" > KeyMetadata", `{"KeyManager": "CUSTOMER"}`)),
			"unknown read-denied medium kms-key arn:aws:kms:us-east-1:OWN:key/source"),
		find(tell("metadata of another account's key that does not tell who manages it", unclear, put(dstKey+" > KeyMetadata", `{"KeyState": "Enabled"}`)),
			"unknown read-denied medium kms-key arn:aws:kms:eu-west-1:FOREIGN:key/replica"),
		find(tell("nobody knows in which Region the replicas are", unclear, drop(destination+" > Region"), rule(func(r *replication.Rule) { r.To.Region = "" })),
			"unknown read-denied medium bucket-settings DST"),
		find(tell("metadata not read", unclear, drop(srcKey+" > KeyMetadata")),
			"unknown read-denied medium kms-key arn:aws:kms:us-east-1:OWN:key/source"),
		find(tell("a replica key of AWS across accounts", fails, put(dstKey+" > KeyMetadata", `{"KeyState": "Enabled", "KeyManager": "AWS"}`)),
			"blocked kms-key-managed-by-aws critical replication-configuration SRC set"),
		find(tell("encryption of the source not read", unclear, drop(srcEncryption)),
			"unknown read-denied medium bucket-settings SRC",
			"unknown permission-unknown medium role-policy ROLE kms:Decrypt"),
		find(tell("a default that nobody can name", unclear, put(srcEncryption, `{"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]}`)),
			"unknown permission-unknown medium role-policy ROLE kms:Decrypt"),
		tell("a default by key ID", audit.Replicates, put(srcEncryption, encryptedWith("source"))),
		tell("a default by alias", audit.Replicates, put(srcKey+" > Aliases", `[{"AliasName": "alias/logs"}]`), put(srcEncryption, encryptedWith("alias/logs"))),
		find(tell("SSE-S3, and the role may decrypt", unclear, noKeys),
			"unknown permission-unknown medium role-policy ROLE kms:Decrypt"),
		find(tell("SSE-S3, and the role may not", fails, noKeys, source()),
			"missing permission-missing critical role-policy ROLE kms:Decrypt none add"),
		find(tell("not selected", degraded, noSpec, put(configRule+" > SourceSelectionCriteria", `{}`)),
			"mismatch kms-opt-in-missing critical replication-configuration SRC set"),
		find(tell("left out in words", audit.Replicates, rule(func(r *replication.Rule) { r.KMSObjects, r.KMSLeftOut = false, true }), put(configRule+" > SourceSelectionCriteria", `{}`)),
			"surplus permission-surplus medium destination-kms-key-policy arn:aws:kms:eu-west-1:FOREIGN:key/replica wider kms:Encrypt replace",
			"surplus permission-surplus medium role-policy ROLE wider kms:Decrypt remove",
			"surplus permission-surplus medium role-policy ROLE wider kms:Encrypt replace"),
		find(tell("an alias of nothing", unclear, noSpec, put(configRule+" > Destination > EncryptionConfiguration", `{"ReplicaKmsKeyID": "arn:aws:kms:eu-west-1:444455556666:alias/x"}`)),
			"unknown permission-unknown medium role-policy ROLE kms:Encrypt",
			"mismatch kms-key-alias medium replication-configuration SRC set"),
		find(tell("a key of another Region", fails, noSpec, put(configRule+" > Destination > EncryptionConfiguration", `{"ReplicaKmsKeyID": "`+srcKeyARN+`"}`)),
			"missing permission-missing critical role-policy ROLE kms:Encrypt none add",
			"mismatch kms-key-region critical replication-configuration SRC set",
			"surplus permission-surplus medium destination-kms-key-policy arn:aws:kms:eu-west-1:FOREIGN:key/replica wider kms:Encrypt replace",
			"surplus permission-surplus medium role-policy ROLE wider kms:Encrypt replace",
			"advice permission-advised low role-policy ROLE kms:Encrypt none add"),
		find(tell("any key", audit.Replicates, source(useSource, `{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}`)),
			"surplus permission-surplus medium role-policy ROLE wider kms:Decrypt replace"),
		find(tell("a write without KMS is refused", fails, with(dstPolicy, `{"Effect": "Deny", "Principal": "*", "Action": "s3:ReplicateObject", "Resource": "`+dstARN+`/*", "Condition": {"StringNotEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "`+dstKeyARN+`"}}}`)),
			"blocked permission-blocked critical destination-bucket-policy DST s3:ReplicateObject none replace"),
	})
}

const srcEncryption = source + " > ServerSideEncryptionConfiguration"

// objectKeys switches bucket keys off at the source.
func objectKeys(w *world) {
	w.put(srcEncryption, strings.Replace(encryptedWith(srcKeyARN), "true", "false", 1))
}

// TestLocks is about Object Lock at either end.
func TestLocks(t *testing.T) {
	const lock = `{"ObjectLockEnabled": "Enabled"}`
	locked := func(w *world) {
		w.put(source+" > ObjectLockConfiguration", lock)
		w.put(destination+" > ObjectLockConfiguration", lock)
	}
	reads := put(rolePolicy, document(readBucket, strings.Replace(readObjects, `"s3:GetObjectVersionTagging"`, `"s3:GetObjectVersionTagging", "s3:GetObjectRetention", "s3:GetObjectLegalHold"`, 1), write))
	play(t, []story{
		{name: "granted", edits: []edit{locked, reads}},
		{name: "not granted", edits: []edit{locked}, want: []string{
			"missing permission-missing high role-policy ROLE s3:GetObjectLegalHold none add",
			"missing permission-missing high role-policy ROLE s3:GetObjectRetention none add",
		}, verdict: audit.Degraded},
		{name: "only the source", edits: []edit{locked, reads, put(destination+" > ObjectLockConfiguration", "null")}, want: []string{
			"mismatch object-lock-missing critical bucket-settings DST set",
		}, verdict: audit.Fails},
		{name: "the destination not read", edits: []edit{locked, reads, drop(destination + " > ObjectLockConfiguration")}, want: []string{
			"unknown read-denied medium bucket-settings DST",
		}, verdict: audit.Unclear},
	})
}

// alsoTo adds a live rule that replicates to a bucket of which only its rule speaks.
func alsoTo(status, account string) edit {
	owner := ""
	if account != "" {
		owner = `, "Account": "` + account + `"`
	}
	return put(config+" > Rules", `[`+ruleJSON+`, {"ID": "other", "Priority": 2, "Status": "`+status+`", "Filter": {"Prefix": "b/"},
		"DeleteMarkerReplication": {"Status": "Disabled"}, "Destination": {"Bucket": "arn:aws:s3:::acme-elsewhere"`+owner+`}}]`)
}

// TestDestinations is about where replicas may go, and what their bucket takes.
func TestDestinations(t *testing.T) {
	allow := func(a replication.Allowed) edit { return func(w *world) { w.input.Allowed = a } }
	blocks := put(destination+" > ServerSideEncryptionConfiguration", `{"Rules": [{"BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]}}]}`)
	play(t, []story{
		{name: "allowed", edits: []edit{allow(replication.Allowed{Accounts: []string{foreign}, Regions: []string{"eu-west-1"}})}},
		{name: "another account", edits: []edit{allow(replication.Allowed{Accounts: []string{own}})}, want: []string{
			"mismatch destination-not-allowed critical replication-configuration SRC set",
		}},
		{name: "another Region", edits: []edit{allow(replication.Allowed{Regions: []string{"us-east-1"}})}, want: []string{
			"mismatch destination-not-allowed critical replication-configuration SRC set",
		}},
		{name: "nobody knows whose bucket it is", edits: []edit{
			noSpec,
			allow(replication.Allowed{Accounts: []string{foreign}}),
			drop(foreign),
		}, want: []string{
			"unknown read-denied medium bucket-settings DST",
		}, verdict: audit.Unclear},
		{name: "another account, to which the live rule is disabled", edits: []edit{
			allow(replication.Allowed{Accounts: []string{foreign}}), alsoTo("Disabled", "777788889999"),
		}, want: []string{
			"advice destination-not-allowed low replication-configuration SRC set",
		}, says: "replication-configuration  rule other replicates to acme-elsewhere"},
		{name: "a disabled live rule to a bucket of an owner that nobody knows", edits: []edit{
			allow(replication.Allowed{Accounts: []string{foreign}}), alsoTo("Disabled", ""),
		}, want: []string{
			"advice destination-not-allowed low replication-configuration SRC set",
		}},
		{name: "another account, and a Region that nobody read", edits: []edit{
			allow(replication.Allowed{Accounts: []string{own}, Regions: []string{"eu-west-1"}}),
			rule(func(r *replication.Rule) { r.To.Region = "" }),
			drop(destination + " > Region"),
		}, want: []string{
			"mismatch destination-not-allowed critical replication-configuration SRC set",
			"unknown read-denied medium bucket-settings DST",
		}},
		{name: "SSE-C refused", edits: []edit{blocks}, want: []string{
			"advice sse-c-blocked info bucket-settings DST set",
		}},
		{name: "SSE-C refused, and there is some", edits: []edit{blocks, rule(func(r *replication.Rule) { r.SSECObjects = true })}, want: []string{
			"blocked sse-c-blocked high bucket-settings DST set",
		}, verdict: audit.Degraded},
	})
}

// TestJobs is about a Batch Replication job with a role of its own.
func TestJobs(t *testing.T) {
	const (
		batch     = "arn:aws:iam::111122223333:role/batch"
		batchRole = own + " > roles > " + batch
		initiate  = `{"Effect": "Allow", "Action": "s3:InitiateReplication", "Resource": "arn:aws:s3:::acme-logs/*"}`
		inventory = `{"Effect": "Allow", "Action": ["s3:GetReplicationConfiguration", "s3:PutInventoryConfiguration"], "Resource": "arn:aws:s3:::acme-logs"}`
		trusts    = `{"Effect": "Allow", "Principal": {"Service": "batchoperations.s3.amazonaws.com"}, "Action": "sts:AssumeRole"}`
	)
	job := func(w *world) {
		w.rules[0].Job = &replication.Job{Role: batch}
		w.put(batchRole, `{"RoleId": "AROABATCH", "AssumeRolePolicyDocument": `+document(trusts)+`, "InlinePolicies": {}, "AttachedPolicies": {}, "PermissionsBoundary": null, "Tags": []}`)
		w.put(batchRole+" > InlinePolicies > batch", document(initiate, inventory))
	}
	play(t, []story{
		{name: "granted", edits: []edit{job}},
		{name: "no trust", edits: []edit{job, put(batchRole+" > AssumeRolePolicyDocument", document(trustS3))}, want: []string{
			"missing trust-missing critical batch-role-trust-policy arn:aws:iam::OWN:role/batch sts:AssumeRole none add",
			"surplus trust-too-wide info batch-role-trust-policy arn:aws:iam::OWN:role/batch informational sts:AssumeRole remove",
		}, verdict: audit.Fails},
		{name: "no inventory", edits: []edit{job, put(batchRole+" > InlinePolicies > batch", document(initiate))}, want: []string{
			"missing permission-missing critical batch-role-policy arn:aws:iam::OWN:role/batch s3:GetReplicationConfiguration none add",
			"missing permission-missing critical batch-role-policy arn:aws:iam::OWN:role/batch s3:PutInventoryConfiguration none add",
		}, verdict: audit.Fails},
		{name: "too much", edits: []edit{job, with(batchRole+" > InlinePolicies > batch", `{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}`)}, want: []string{
			"surplus permission-surplus medium batch-role-policy arn:aws:iam::OWN:role/batch wider s3:GetObject remove",
		}},
		{name: "no role", edits: []edit{job, put(batchRole, "null")}, want: []string{
			"missing role-not-found critical batch-role-policy arn:aws:iam::OWN:role/batch none add",
		}, verdict: audit.Fails},
		{name: "trust not read", edits: []edit{job, drop(batchRole + " > AssumeRolePolicyDocument")}, want: []string{
			"unknown read-denied medium batch-role-trust-policy arn:aws:iam::OWN:role/batch",
		}, verdict: audit.Unclear},
	})
}

// TestDeputies is about conditions of a trust policy on whom S3 acts for, of which
// no page says whether S3 sends what they test.
func TestDeputies(t *testing.T) {
	trusting := func(condition string) edit {
		return put(trust, document(`{"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sts:AssumeRole", "Condition": `+condition+`}`))
	}
	play(t, []story{
		{name: "if it is there", edits: []edit{trusting(`{"StringEqualsIfExists": {"aws:SourceAccount": "` + own + `"}}`)}},
		{
			name: "strict", edits: []edit{trusting(`{"StringEquals": {"aws:SourceAccount": "` + own + `"}, "ArnLike": {"aws:SourceArn": "` + srcARN + `"}}`)},
			want: []string{
				"unknown permission-unknown medium role-trust-policy ROLE sts:AssumeRole", // aws:SourceAccount
				"unknown permission-unknown medium role-trust-policy ROLE sts:AssumeRole", // aws:SourceArn
			}, verdict: audit.Unclear,
		},
		{
			name: "another account", edits: []edit{trusting(`{"StringEquals": {"aws:SourceAccount": "` + foreign + `"}}`)},
			want: []string{"missing trust-missing critical role-trust-policy ROLE sts:AssumeRole none add"}, verdict: audit.Fails,
		},
	})
}
