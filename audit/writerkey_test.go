package audit_test

import (
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/replication"
)

// TestWriterKeys is a writer to a bucket that encrypts with a KMS key: S3 makes
// the requests to KMS, on the writer's behalf.
func TestWriterKeys(t *testing.T) {
	const (
		use = `{"Sid": "Key", "Effect": "Allow", "Action": "kms:GenerateDataKey", "Resource": "` + srcKeyARN + `", "Condition": {
			"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"},
			"StringLike": {"kms:EncryptionContext:aws:s3:arn": ["arn:aws:s3:::acme-logs", "arn:aws:s3:::acme-logs/uploads/*"]}}}`
		objectsOnly = `{"Effect": "Allow", "Action": "kms:GenerateDataKey", "Resource": "` + srcKeyARN + `", "Condition": {
			"StringLike": {"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::acme-logs/uploads/*"}}}`
		letsIn = `{"Effect": "Allow", "Principal": {"AWS": "` + userARN + `"}, "Action": "kms:GenerateDataKey", "Resource": "*"}`
		parts  = `{"Effect": "Allow", "Action": ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"], "Resource": "arn:aws:s3:::acme-logs/uploads/*"}`
		key    = "arn:aws:kms:us-east-1:OWN:key/source"
		other  = "arn:aws:kms:us-east-1:444455556666:key/theirs"
	)
	encrypted := func(w *world) { // the rule leaves KMS objects out: the key is the writer's alone
		w.rules[0].KMSLeftOut = true
		put(own+" > keys", `{}`)(w)
		put(foreign+" > keys", `{}`)(w)
		put(srcKey, keyWith(document(delegates)))(w)
		put(srcEncryption, encryptedWith(srcKeyARN))(w)
		writes(nil)(w)
		put(userPolicy, document(upload, use))(w)
	}
	tell := func(name string, edits ...edit) story {
		return story{name: name, edits: append([]edit{encrypted}, edits...)}
	}
	find := func(s story, want ...string) story {
		s.want = want
		return s
	}
	writer := func(change func(*replication.Writer)) edit { return func(w *world) { change(&w.writers[0]) } }
	play(t, []story{
		tell("can"),
		find(tell("no right to the key", put(userPolicy, document(upload))),
			"missing writer-cannot-write critical writer-policy USER kms:GenerateDataKey none add",
			"advice permission-advised low writer-policy USER kms:GenerateDataKey none add"),
		find(tell("not as bucket keys need it", put(userPolicy, document(upload, objectsOnly))),
			"missing writer-cannot-write critical writer-policy USER kms:GenerateDataKey none add"),
		find(tell("in several parts", put(userPolicy, document(upload, use, parts)), writer(func(w *replication.Writer) { w.Multipart = true })),
			"missing writer-cannot-write critical writer-policy USER kms:Decrypt none add",
			"advice permission-advised low writer-policy USER kms:Decrypt none add"),
		find(tell("the key's policy keeps IAM out", put(srcKey+" > Policy", document(`{"Effect": "Allow", "Principal": {"AWS": "`+roleARN+`"}, "Action": "kms:Decrypt", "Resource": "*"}`))),
			"missing writer-cannot-write critical writer-kms-key-policy "+key+" kms:GenerateDataKey none add",
			"surplus permission-surplus medium writer-kms-key-policy "+key+" wider kms:Decrypt remove",
			"advice permission-advised low writer-kms-key-policy "+key+" kms:GenerateDataKey none add"),
		find(tell("the key's policy asks for an address, of which S3 may not tell",
			with(srcKey+" > Policy", `{"Effect": "Deny", "Principal": {"AWS": "`+userARN+`"}, "Action": "kms:*", "Resource": "*", "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}`)),
			"unknown permission-unknown medium writer-kms-key-policy "+key+" kms:GenerateDataKey"),
		find(tell("a disabled key", put(srcKey+" > KeyMetadata", `{"KeyState": "Disabled"}`)),
			"blocked kms-key-state critical kms-key "+key+" set"),
		find(tell("a key of another account, which does not name the writer",
			put(foreign+" > keys > "+other, keyWith(document(encrypts))),
			put(srcEncryption, encryptedWith(other)),
			put(userPolicy, document(upload, `{"Effect": "Allow", "Action": "kms:GenerateDataKey", "Resource": "`+other+`"}`))),
			"missing writer-cannot-write critical writer-kms-key-policy arn:aws:kms:us-east-1:FOREIGN:key/theirs kms:GenerateDataKey none add",
			"surplus permission-surplus medium writer-kms-key-policy arn:aws:kms:us-east-1:FOREIGN:key/theirs wider kms:Encrypt remove",
			"advice permission-advised low writer-kms-key-policy arn:aws:kms:us-east-1:FOREIGN:key/theirs kms:GenerateDataKey none add"),
		find(tell("the key not read", drop(srcKey)),
			"unknown read-denied medium writer-kms-key-policy "+key),
		find(tell("the key's policy not read", drop(srcKey+" > Policy")),
			"unknown read-denied medium writer-kms-key-policy "+key),
		find(tell("the key's state not read", drop(srcKey+" > KeyMetadata")),
			"unknown read-denied medium kms-key "+key),
		func() story { // then the rule is not known to leave nothing out either
			s := find(tell("the bucket's encryption not read", drop(srcEncryption)), "unknown read-denied medium bucket-settings SRC")
			s.verdict = audit.Unclear
			return s
		}(),
		find(tell("an alias that nobody knows", put(srcEncryption, encryptedWith("alias/mine"))),
			"unknown permission-unknown medium writer-policy USER kms:GenerateDataKey"),
		find(tell("the key of AWS, of another account", put(foreign+" > keys > "+other, `{"KeyMetadata": {"KeyState": "Enabled", "KeyManager": "AWS"}, "Policy": `+document(strings.ReplaceAll(delegates, own, foreign), letsIn)+`, "Grants": []}`),
			put(srcEncryption, encryptedWith(other)),
			put(userPolicy, document(upload, `{"Effect": "Allow", "Action": "kms:GenerateDataKey", "Resource": "`+other+`"}`))),
			"blocked kms-key-managed-by-aws critical kms-key arn:aws:kms:us-east-1:FOREIGN:key/theirs set"),
		find(tell("no such key", put(srcKey, "null")),
			"missing kms-key-not-found critical kms-key "+key+" add"),
		find(tell("all keys", put(userPolicy, document(upload, `{"Effect": "Allow", "Action": "kms:GenerateDataKey", "Resource": "*"}`))),
			"surplus writer-too-wide medium writer-policy USER wider kms:GenerateDataKey replace"),
	})
}
