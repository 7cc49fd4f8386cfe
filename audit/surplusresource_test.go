package audit_test

import (
	"strings"
	"testing"
)

// TestSurplusOfKeys is what policies of keys grant beyond need. What they grant
// to others than the role is not for replication to judge, unless it lets in
// anybody, or another account decides who uses the key.
func TestSurplusOfKeys(t *testing.T) {
	const use = `["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"]`
	ofReplicas := func(severity, group, action, op string) []string {
		return []string{"surplus permission-surplus " + severity + " destination-kms-key-policy arn:aws:kms:eu-west-1:FOREIGN:key/replica " + group + " " + action + " " + op}
	}
	ofSource := func(severity, group, action, op string) []string {
		return []string{"surplus permission-surplus " + severity + " source-kms-key-policy arn:aws:kms:us-east-1:OWN:key/source " + group + " " + action + " " + op}
	}
	allow := func(principal, actions, more string) string {
		return `{"Effect": "Allow", "Principal": ` + principal + `, "Action": ` + actions + `, "Resource": "*"` + more + `}`
	}
	role := `{"AWS": "` + roleARN + `"}`
	replica := func(statement string) edit { return with(dstKey+" > Policy", statement) }
	origin := func(statement string) edit { return with(srcKey+" > Policy", statement) }
	tell := func(name string, want []string, edits ...edit) story {
		return story{name: name, want: want, edits: append([]edit{keyed}, edits...)}
	}
	says := func(s story, text string) story {
		s.says = text
		return s
	}
	play(t, []story{
		tell("the default policy, and administrators", nil,
			put(dstKey+" > Policy", document(strings.ReplaceAll(delegates, own, foreign), encrypts,
				allow(`{"AWS": "arn:aws:iam::444455556666:role/admin"}`, `["kms:Create*", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"]`, ""),
				allow(`{"AWS": "arn:aws:iam::777788889999:role/reader"}`, `"kms:Decrypt"`, ""),
				allow(`{"AWS": "arn:aws:iam::777788889999:root"}`, `"kms:Decrypt"`, ""),
				allow(`{"Service": "logs.amazonaws.com"}`, use, "")))),
		tell("whoever is of the key's account, through S3", nil,
			origin(allow(`"*"`, use, `, "Condition": {"StringEquals": {"kms:CallerAccount": "111122223333", "kms:ViaService": "s3.us-east-1.amazonaws.com"}}`))),
		says(tell("the role may describe it", ofReplicas("medium", "wider", "kms:DescribeKey", "remove"), replica(allow(role, `"kms:DescribeKey"`, ""))),
			"destination-kms-key-policy [1] grants kms:DescribeKey; for example kms:DescribeKey on arn:aws:kms:eu-west-1:FOREIGN:key/replica"),
		tell("the role may change who uses it", ofReplicas("high", "dangerous", "kms:PutKeyPolicy", "remove"), replica(allow(role, `"kms:PutKeyPolicy"`, ""))),
		tell("the role may everything", ofReplicas("high", "dangerous", "kms:*", "replace"), replica(allow(role, `"kms:*"`, ""))),
		tell("the role may encrypt with the source's key", ofSource("medium", "wider", "kms:Encrypt", "remove"), origin(allow(role, `"kms:Encrypt"`, ""))),
		tell("the role may use another account's key for everything: its own policy bounds that", nil, put(dstKey+" > Policy", document(allow(role, use, "")))),
		says(tell("the role may use its account's key for everything", ofSource("low", "wider", "kms:Decrypt", "replace"), origin(allow(role, `"kms:Decrypt"`, ""))),
			"source-kms-key-policy [1] grants kms:Decrypt; for example kms:Decrypt without kms:ViaService on arn:aws:kms:us-east-1:OWN:key/source"),
		says(tell("the role's account may", ofReplicas("medium", "wider", "kms:Encrypt, kms:GenerateDataKey, kms:Decrypt", "replace"),
			put(dstKey+" > Policy", document(allow(`{"AWS": "arn:aws:iam::111122223333:root"}`, use, "")))), "destination-kms-key-policy [0] grants to arn:aws:iam::OWN:root"),
		tell("the role's account, narrowed to the role", nil,
			put(dstKey+" > Policy", document(strings.Replace(strings.Replace(encrypts, roleARN, "arn:aws:iam::111122223333:root", 1), `"StringEquals": {`, `"ArnEquals": {"aws:PrincipalArn": "`+roleARN+`"}, "StringEquals": {`, 1)))),
		tell("the organization may", ofReplicas("medium", "wider", "kms:Encrypt, kms:GenerateDataKey, kms:Decrypt", "replace"),
			put(foreign+" > organization", `{"Id": "o-exampleorg", "ManagementAccount": false, "SCPs": [[`+everythingAllowed+`]], "RCPs": [[]]}`),
			put(own+" > organization", `{"Id": "o-exampleorg", "ManagementAccount": false, "SCPs": [[`+everythingAllowed+`]], "RCPs": [[]]}`),
			replica(allow(`"*"`, use, `, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorg"}}`))),
		tell("everyone may", ofReplicas("critical", "dangerous", "kms:Encrypt, kms:GenerateDataKey, kms:Decrypt", "replace"), replica(allow(`"*"`, use, ""))),
		tell("everyone may look at it", ofSource("critical", "dangerous", "kms:DescribeKey", "remove"), origin(allow(`{"AWS": "*"}`, `"kms:DescribeKey"`, ""))),
		says(tell("another account may let others use it", ofReplicas("high", "dangerous", "kms:CreateGrant", "remove"), replica(allow(`{"AWS": "777788889999"}`, `"kms:CreateGrant"`, ""))),
			"destination-kms-key-policy [1] grants to 777788889999"),
	})
}

const everythingAllowed = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}`

// TestSurplusOfBuckets is what the policies of buckets grant beyond need: that of
// the source to the role, and each to everyone.
func TestSurplusOfBuckets(t *testing.T) {
	const srcPolicy = source + " > Policy"
	open := func(document, bucket, severity, group, action, op string) []string {
		return []string{"surplus permission-surplus " + severity + " " + document + " " + bucket + " " + group + " " + action + " " + op}
	}
	ofSource := func(severity, group, action, op string) []string {
		return open("source-bucket-policy", "SRC", severity, group, action, op)
	}
	allow := func(principal, actions, resource string) string {
		return `{"Effect": "Allow", "Principal": {"AWS": "` + principal + `"}, "Action": ` + actions + `, "Resource": "arn:aws:s3:::` + resource + `"}`
	}
	policy := func(statements ...string) edit { return put(srcPolicy, document(statements...)) }
	off := func(bucket string) edit { return put(bucket+" > PublicAccessBlockConfiguration", "null") }
	play(t, []story{
		{name: "what the role needs, once more", edits: []edit{policy(allow(roleARN, `"s3:GetObjectVersionAcl"`, "acme-logs/*"))}},
		{name: "what others need", edits: []edit{policy(allow("arn:aws:iam::111122223333:role/app", `"s3:*"`, "acme-logs/*"), allow("777788889999", `"s3:GetObject"`, "acme-logs/*"))}},
		{name: "the account delegates", edits: []edit{policy(allow("arn:aws:iam::111122223333:root", `"s3:*"`, "acme-logs/*"))}},
		{name: "the role may write into its source", edits: []edit{policy(allow(roleARN, `["s3:ReplicateObject", "s3:GetObjectVersionAcl"]`, "acme-logs/*"))}, want: ofSource("medium", "wider", "s3:ReplicateObject", "replace"), says: "source-bucket-policy [0] grants s3:ReplicateObject; for example s3:ReplicateObject on SRC/a"},
		{name: "the role may delete there", edits: []edit{policy(allow(roleARN, `"s3:DeleteObject"`, "acme-logs/*"))}, want: ofSource("high", "dangerous", "s3:DeleteObject", "remove")},
		{name: "everyone may write into the source", edits: []edit{off(source), policy(allow("*", `"s3:PutObject"`, "acme-logs/*"))}, want: ofSource("critical", "dangerous", "s3:PutObject", "remove"), says: "source-bucket-policy [0] grants to *"},
		{name: "everyone may read the source: a website", edits: []edit{off(source), policy(allow("*", `"s3:GetObject"`, "acme-logs/*"))}},
		{name: "everyone may read the replicas", edits: []edit{off(destination), with(dstPolicy, allow("*", `["s3:Get*", "s3:List*"]`, "acme-logs-copy/*"))}, want: open("destination-bucket-policy", "DST", "critical", "dangerous", "s3:Get*, s3:List*", "remove")},
		{name: "an action that does not exist", edits: []edit{policy(allow(roleARN, `"s3:GetObjectVersionAcls"`, "acme-logs/*"))}, want: []string{"surplus grant-without-effect low source-bucket-policy SRC no-effect s3:GetObjectVersionAcls replace"}},
	})
}

// TestSurplusOfRequests is a role that may use keys for more than rules need.
func TestSurplusOfRequests(t *testing.T) {
	const both = `"kms:EncryptionContext:aws:s3:arn": ["arn:aws:s3:::acme-logs", "arn:aws:s3:::acme-logs/*"]`
	low := func(op string) []string {
		return []string{"surplus permission-surplus low role-policy ROLE wider kms:Decrypt " + op}
	}
	having := func(from, to string) []edit {
		return []edit{keyed, put(rolePolicy, document(readBucket, readObjects, write, useReplica, strings.Replace(useSource, from, to, 1)))}
	}
	twoKeys := strings.NewReplacer(`"Resource": "`+srcKeyARN+`"`, `"Resource": ["`+srcKeyARN+`", "`+dstKeyARN+`"]`).Replace(useSource)
	play(t, []story{
		{name: "just what is needed", edits: having("", "")},
		{name: "of other services", edits: having(`"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}, `, ""), want: low("replace"), says: "role-policy replication[4] grants kms:Decrypt; for example kms:Decrypt without kms:ViaService on arn:aws:kms:us-east-1:OWN:key/source"},
		{name: "of S3 everywhere", edits: having(`"StringEquals": {"kms:ViaService": "s3.us-east-1`, `"StringLike": {"kms:ViaService": "s3.*`), want: low("replace")},
		{name: "for objects of other buckets", edits: having(both, strings.Replace(both, "acme-logs/*", "acme-*", 1)), want: low("replace"), says: "role-policy replication[4] grants kms:Decrypt; for example kms:Decrypt with kms:EncryptionContext:aws:s3:arn arn:aws:s3:::acme-* on arn:aws:kms:us-east-1:OWN:key/source"},
		{name: "for the bucket key alone", edits: having(both, `"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::acme-logs"`), want: []string{"advice permission-advised low role-policy ROLE kms:Decrypt none add"}},
		{
			name: "of a key on which that is for nothing", want: low("replace"),
			edits: []edit{keyed, put(rolePolicy, document(readBucket, readObjects, write, useReplica, twoKeys))},
			says:  "role-policy replication[4] grants kms:Decrypt; for example kms:Decrypt with kms:ViaService s3.us-east-1.amazonaws.com on arn:aws:kms:eu-west-1:FOREIGN:key/replica",
		},
	})
}

// TestNarrowedRequests audits what the fixes for grants on keys leave.
func TestNarrowedRequests(t *testing.T) {
	twoKeys := strings.Replace(useSource, `"Resource": "`+srcKeyARN+`"`, `"Resource": ["`+srcKeyARN+`", "`+dstKeyARN+`"]`, 1)
	for name, statement := range map[string]string{
		"no condition":     `{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "` + srcKeyARN + `"}`,
		"other actions":    strings.Replace(useSource, `"kms:Decrypt"`, `["kms:Decrypt", "kms:DescribeKey"]`, 1),
		"two keys":         twoKeys,
		"any key, on none": `{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:*:key/*"}`,
	} {
		w := clean(t)
		keyed(w)
		w.put(rolePolicy, document(readBucket, readObjects, write, useReplica, statement))
		out := w.audit()
		if len(out.Findings) != 1 || out.Findings[0].Fix == nil || out.Findings[0].Fix.Statement == nil {
			t.Errorf("%s: want one finding with a statement, got %v", name, lines(out))
			continue
		}
		mended, err := out.Findings[0].Fix.Statement.MarshalJSON()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		w.put(rolePolicy, document(readBucket, readObjects, write, useReplica, string(mended)))
		if out := w.audit(); len(out.Findings) > 0 {
			t.Errorf("%s: with the fix %s an audit finds %v", name, mended, lines(out))
		}
	}
}
