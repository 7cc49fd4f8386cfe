package audit_test

import (
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
)

// TestWhomAStatementLetsIn is what a policy of the replicas or of their key grants
// to others than the role, by its principals and by the conditions on who calls.
func TestWhomAStatementLetsIn(t *testing.T) {
	const (
		replicate = `["s3:ReplicateObject", "s3:ReplicateTags"]`
		ruin      = `["s3:DeleteObjectVersion", "s3:PutBucketPolicy"]`
		use       = `["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"]`
		root      = "arn:aws:iam::111122223333:root"
		anybody   = `"*"`
	)
	open := put(destination+" > PublicAccessBlockConfiguration", "null")
	on := func(principal, actions, condition string) string {
		return `{"Effect": "Allow", ` + principal + `, "Action": ` + actions + `, "Resource": ["arn:aws:s3:::acme-logs-copy/*", "arn:aws:s3:::acme-logs-copy"]` + condition + `}`
	}
	onKey := func(principal, actions, condition string) string {
		return `{"Effect": "Allow", ` + principal + `, "Action": ` + actions + `, "Resource": "*"` + condition + `}`
	}
	whom := func(principals ...string) string {
		return `"Principal": {"AWS": ["` + strings.Join(principals, `", "`) + `"]}`
	}
	where := func(condition string) string { return `, "Condition": {` + condition + `}` }
	objects := func(statement string) string {
		return strings.Replace(statement, `["arn:aws:s3:::acme-logs-copy/*", "arn:aws:s3:::acme-logs-copy"]`, `"arn:aws:s3:::acme-logs-copy/*"`, 1)
	}
	only := func(statement string) edit { return put(dstPolicy, document(objects(statement))) }
	also := func(statement string) edit { return with(dstPolicy, statement) }
	ofKey := func(statement string) edit {
		return func(w *world) { keyed(w); with(dstKey+" > Policy", statement)(w) }
	}
	finds := func(severity, group, action, op string) []string {
		return []string{"surplus permission-surplus " + severity + " destination-bucket-policy DST " + group + " " + action + " " + op}
	}
	findsKey := func(severity, group, action, op string) []string {
		return []string{"surplus permission-surplus " + severity + " destination-kms-key-policy arn:aws:kms:eu-west-1:FOREIGN:key/replica " + group + " " + action + " " + op}
	}
	all := finds("critical", "dangerous", "s3:ReplicateObject, s3:ReplicateTags", "replace")
	wider := finds("medium", "wider", "s3:ReplicateObject, s3:ReplicateTags", "replace")
	ruined := finds("critical", "dangerous", "s3:DeleteObjectVersion, s3:PutBucketPolicy", "remove")
	play(t, []story{
		{name: "the role, and everyone", edits: []edit{open, only(on(whom(roleARN, "*"), replicate, ""))}, want: all, says: "destination-bucket-policy [0] grants to ROLE, *"},
		{name: "the role, and its account", edits: []edit{only(on(whom(roleARN, root), replicate, ""))}, want: wider},
		{name: "the role, and an account that was not read", edits: []edit{only(on(whom(roleARN, "777788889999"), replicate, ""))}, want: finds("info", "informational", "s3:ReplicateObject, s3:ReplicateTags", "replace")},
		{name: "a list of roles that holds all", edits: []edit{open, only(on(`"Principal": "*"`, replicate, where(`"ArnLike": {"aws:PrincipalArn": ["`+roleARN+`", "arn:aws:iam::*:*"]}`)))}, want: all, says: "destination-bucket-policy [0] grants to everyone where ArnLike aws:PrincipalArn ROLE, arn:aws:iam::*:*"},
		{name: "a list of this role alone", edits: []edit{put(destination+" > PublicAccessBlockConfiguration", "null"), only(on(`"Principal": "*"`, replicate, where(`"ArnEquals": {"aws:PrincipalArn": "`+roleARN+`"}`)))}},
		{name: "any account", edits: []edit{open, only(on(`"Principal": "*"`, replicate, where(`"StringLike": {"aws:PrincipalAccount": "*"}`)))}, want: all},
		{name: "callers of which a condition may know nothing", edits: []edit{open, only(on(`"Principal": "*"`, replicate, where(`"ForAllValues:ArnEquals": {"aws:PrincipalArn": "`+roleARN+`"}`)))}, want: all},
		{name: "all but one account", edits: []edit{open, also(on(`"NotPrincipal": {"AWS": "arn:aws:iam::777788889999:root"}`, `"s3:*"`, ""))}, want: finds("critical", "dangerous", "s3:*", "replace")},
		{name: "everyone over TLS may delete", edits: []edit{open, also(on(`"Principal": "*"`, ruin, where(`"Bool": {"aws:SecureTransport": "true"}`)))}, want: finds("critical", "dangerous", "s3:DeleteObjectVersion, s3:PutBucketPolicy", "remove")},
		{name: "everyone of any organization may delete", edits: []edit{open, also(on(`"Principal": "*"`, ruin, where(`"StringLike": {"aws:PrincipalOrgID": "o-*"}`)))}, want: ruined},
		{name: "everyone under a root that any organization may have", edits: []edit{open, also(on(`"Principal": "*"`, ruin, where(`"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "*/r-ab12/*"}`)))}, want: ruined},
		{name: "everyone of one organization may delete", edits: []edit{open, also(on(`"Principal": "*"`, ruin, where(`"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-abcdefghij/r-ab12/*"}`)))}},
		{name: "roles with a name that anybody can choose", edits: []edit{open, also(on(`"Principal": "*"`, ruin, where(`"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/acme-logs-replication"}`)))}, want: ruined},
		{name: "sessions with a name that anybody can choose", edits: []edit{open, also(on(`"Principal": "*"`, ruin, where(`"StringLike": {"aws:userid": "*:batch"}`)))}, want: ruined},
		{name: "sessions of one role", edits: []edit{open, also(on(`"Principal": "*"`, ruin, where(`"StringLike": {"aws:userid": "AROAABCDEFGHIJKLMNOPQ:*"}`)))}},
		{name: "accounts with some digits", edits: []edit{open, also(on(`"Principal": "*"`, ruin, where(`"StringLike": {"aws:PrincipalAccount": "7777*"}`)))}, want: ruined},
		{name: "any name in the owner's account", edits: []edit{open, also(on(`"Principal": "*"`, ruin, where(`"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::444455556666:role/*"}`)))}},
		{
			name:  "everyone may delete replicas, and nobody read Block Public Access",
			edits: []edit{sameAccount, put(sameDestination+" > Policy", "null"), with(sameDestination+" > Policy", objects(on(`"Principal": "*"`, `"s3:DeleteObject"`, ""))), drop(sameDestination + " > PublicAccessBlockConfiguration")},
			want:  append([]string{"unknown read-denied medium public-access-block DST"}, finds("info", "informational", "s3:DeleteObject", "remove")...),
		},
		{
			name:  "everyone may change the source, and nobody read Block Public Access",
			edits: []edit{with(srcPolicy, `{"Effect": "Allow", "Principal": "*", "Action": "s3:PutBucketVersioning", "Resource": "arn:aws:s3:::acme-logs"}`), drop(own + " > PublicAccessBlockConfiguration"), put(source+" > PublicAccessBlockConfiguration", "null")},
			want:  []string{"unknown read-denied medium public-access-block OWN", "surplus permission-surplus info source-bucket-policy SRC informational s3:PutBucketVersioning remove"},
		},
		{
			name:  "everyone may, and Block Public Access keeps them out",
			edits: []edit{also(on(`"Principal": "*"`, ruin, where(`"Bool": {"aws:SecureTransport": "true"}`)))},
			want:  []string{"blocked public-policy-restricted critical public-access-block DST none set", "advice permission-advised low public-access-block DST s3:ReplicateTags none set"}, verdict: audit.Fails,
		},
		{name: "the role's account may delete", edits: []edit{also(objects(on(whom(root), `"s3:DeleteObjectVersion"`, "")))}, want: finds("high", "dangerous", "s3:DeleteObjectVersion", "remove")},
		{
			name: "the role, and an account whose rules are known", want: wider,
			edits: []edit{put("777788889999", `{"Listed": ["buckets"], "buckets": {}}`), only(on(whom(roleARN, "777788889999"), replicate, ""))},
		},
		{name: "another account may delete", edits: []edit{also(on(whom("arn:aws:iam::777788889999:root"), ruin, ""))}, want: finds("high", "dangerous", "s3:DeleteObjectVersion, s3:PutBucketPolicy", "remove")},
		{name: "a role of another account may delete", edits: []edit{also(on(whom("arn:aws:iam::777788889999:role/x"), ruin, ""))}, want: finds("info", "informational", "s3:DeleteObjectVersion, s3:PutBucketPolicy", "remove")},
		{
			name: "the role and one of another account may delete", says: "destination-bucket-policy [1] grants s3:DeleteObjectVersion; for example s3:DeleteObjectVersion on DST/a",
			edits: []edit{also(objects(on(whom(roleARN, "arn:aws:iam::777788889999:role/x"), `"s3:DeleteObjectVersion"`, "")))},
			want:  append(finds("high", "dangerous", "s3:DeleteObjectVersion", "replace"), finds("info", "informational", "s3:DeleteObjectVersion", "remove")...),
		},
		{name: "a role that no rule names may replicate there", edits: []edit{also(objects(on(whom("arn:aws:iam::111122223333:role/old"), replicate, "")))}, want: finds("medium", "wider", "s3:ReplicateObject, s3:ReplicateTags", "remove")},
		{name: "the role, and one of an account that was not read", edits: []edit{only(on(whom(roleARN, "arn:aws:iam::777788889999:role/x"), replicate, ""))}, want: finds("info", "informational", "s3:ReplicateObject, s3:ReplicateTags", "replace")},
		{
			name:  "another account may delete at the source",
			edits: []edit{with(srcPolicy, `{"Effect": "Allow", "Principal": {"AWS": "777788889999"}, "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::acme-logs/*"}`)},
			want:  []string{"surplus permission-surplus high source-bucket-policy SRC dangerous s3:DeleteObject remove"},
		},
		{name: "another account may read the source", edits: []edit{with(srcPolicy, `{"Effect": "Allow", "Principal": {"AWS": "777788889999"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-logs/*"}`)}},
		{name: "another account may write logs", edits: []edit{also(objects(on(whom("777788889999"), `"s3:PutObject"`, "")))}},
		{name: "the owner's account may", edits: []edit{also(on(whom("444455556666"), ruin, ""))}},
		{name: "the role by its unique ID", edits: []edit{put(role+" > RoleId", `"AROAEXAMPLEREPLICATION"`), also(objects(on(whom("AROAEXAMPLEREPLICATION"), `"s3:DeleteObjectVersion"`, "")))}, want: finds("high", "dangerous", "s3:DeleteObjectVersion", "remove")},
		{name: "a session of the role", edits: []edit{also(objects(on(whom("arn:aws:sts::111122223333:assumed-role/acme-logs-replication/x"), `"s3:DeleteObjectVersion"`, "")))}, want: finds("high", "dangerous", "s3:DeleteObjectVersion", "remove")},
		{name: "another role of the account", edits: []edit{also(objects(on(whom(root), replicate, where(`"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/uploader"}`))))}},
		{name: "whoever is of the bucket's account", edits: []edit{open, also(objects(on(`"Principal": "*"`, `["s3:PutObject", "s3:ReplicateObject"]`, where(`"StringEquals": {"aws:PrincipalAccount": "444455556666"}`))))}},

		{name: "the role, and everyone, at a key", edits: []edit{ofKey(onKey(whom(roleARN, "*"), use, ""))}, want: findsKey("critical", "dangerous", "kms:Encrypt, kms:GenerateDataKey, kms:Decrypt", "replace")},
		{name: "all but one account, at a key", edits: []edit{ofKey(onKey(`"NotPrincipal": {"AWS": "arn:aws:iam::777788889999:root"}`, `"kms:*"`, ""))}, want: findsKey("critical", "dangerous", "kms:*", "replace")},
		{name: "everyone over TLS administers a key", edits: []edit{ofKey(onKey(`"Principal": `+anybody, `["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"]`, where(`"Bool": {"aws:SecureTransport": "true"}`)))}, want: findsKey("critical", "dangerous", "kms:PutKeyPolicy, kms:ScheduleKeyDeletion", "remove")},
		{name: "any caller's account, at a key", edits: []edit{ofKey(onKey(`"Principal": `+anybody, `"kms:Decrypt"`, where(`"StringLike": {"kms:CallerAccount": "*"}`)))}, want: findsKey("critical", "dangerous", "kms:Decrypt", "replace")},
		{name: "callers' accounts with some digits, at a key", edits: []edit{ofKey(onKey(`"Principal": `+anybody, `"kms:*"`, where(`"StringLike": {"kms:CallerAccount": "1111*"}`)))}, want: findsKey("critical", "dangerous", "kms:*", "replace")},
		{name: "a key left to its own account, by everyone of it", edits: []edit{ofKey(onKey(`"Principal": {"AWS": "*"}`, `"kms:*"`, where(`"StringEquals": {"kms:CallerAccount": "444455556666"}`)))}},
		{name: "a role of another account administers a key", edits: []edit{ofKey(onKey(whom("arn:aws:iam::777788889999:role/x"), `"kms:PutKeyPolicy"`, ""))}, want: findsKey("high", "dangerous", "kms:PutKeyPolicy", "remove")},
		{name: "services make grants for those who use a key", edits: []edit{ofKey(onKey(whom(root), `["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"]`, where(`"Bool": {"kms:GrantIsForAWSResource": "true"}`)))}},
		{name: "another role reads with a key", edits: []edit{ofKey(onKey(`"Principal": "*"`, `"kms:Decrypt"`, where(`"StringEquals": {"aws:PrincipalArn": "arn:aws:iam::444455556666:role/Reader"}`)))}},
	})
}

// TestVariables are policy variables in resources: what is known of the role stands
// in their place, and what nobody knows is not judged.
func TestVariables(t *testing.T) {
	prefixed := rulePrefix("111122223333/")
	receiveAt := func(resource string) edit {
		return put(dstPolicy, document(strings.Replace(receive, "arn:aws:s3:::acme-logs-copy/*", resource, 1)))
	}
	tight := put(rolePolicy, strings.NewReplacer("acme-logs/*", "acme-logs/111122223333/*", "copy/*", "copy/111122223333/*").Replace(document(readBucket, readObjects, write)))
	play(t, []story{
		{name: "the role's account", edits: []edit{prefixed, tight, receiveAt("arn:aws:s3:::acme-logs-copy/${aws:PrincipalAccount}/*")}},
		{name: "a tag of the role", edits: []edit{put(role+" > Tags", `[{"Key": "dst", "Value": "acme-logs-copy"}]`), put(rolePolicy, document(readBucket, readObjects, strings.Replace(write, "acme-logs-copy/*", "${aws:PrincipalTag/dst}/*", 1)))}},
	})
}

// rulePrefix keeps the rule, in the SPEC and live, to a prefix.
func rulePrefix(prefix string) edit {
	return func(w *world) {
		w.rules[0].Prefix = prefix
		w.put(configRule+" > Filter > Prefix", `"`+prefix+`"`)
	}
}
