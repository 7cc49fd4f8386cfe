package audit_test

import (
	"strings"
	"testing"
)

// TestVariablesNobodyKnows are policy variables of which nobody knows what they are:
// what is too much whatever they are is said, and what may be too much is told.
func TestVariablesNobodyKnows(t *testing.T) {
	allow := func(rest string) edit { return with(rolePolicy, `{"Effect": "Allow", `+rest+`}`) }
	writes := func(resource string) edit {
		return put(rolePolicy, document(readBucket, readObjects, strings.Replace(write, "acme-logs-copy/*", resource, 1), write))
	}
	role := func(severity, group, action, op string) []string {
		return []string{"surplus permission-surplus " + severity + " role-policy ROLE " + group + " " + action + " " + op}
	}
	const first = "s3:ReplicateObject"
	play(t, []story{
		{name: "to delete replicas", edits: []edit{allow(`"Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::acme-logs-copy/${aws:userid}/*"`)}, want: role("high", "dangerous", "s3:DeleteObject", "remove")},
		{name: "to delete all but some", edits: []edit{allow(`"Action": "s3:DeleteObject", "NotResource": ["arn:aws:s3:::secret/${aws:userid}/*", "arn:aws:s3:::b/*"]`)}, want: role("high", "dangerous", "s3:DeleteObject", "remove")},
		{name: "within what is needed, whatever it is", edits: []edit{writes("acme-logs-copy/${aws:userid}/*")}},
		{name: "perhaps what is needed", edits: []edit{writes("acme-${aws:PrincipalTag/dir}/*")}, want: role("info", "informational", first, "replace")},
		{name: "perhaps what is needed, perhaps the default", edits: []edit{writes("${aws:PrincipalTag/dir, 'acme-logs-copy'}/*")}, want: role("info", "informational", first, "replace")},
		{name: "outside of what is needed, whatever it is", edits: []edit{writes("other-${aws:PrincipalTag/dir}/*")}, want: role("medium", "wider", first, "remove")},
		{
			name: "what looks like one in a document that has none", want: role("high", "dangerous", "s3:DeleteObject", "remove"),
			edits: []edit{put(rolePolicy, strings.Replace(document(readBucket, readObjects, write, `{"Effect": "Allow", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::acme-logs-copy/${aws:userid}/*"}`), "2012-10-17", "2008-10-17", 1))},
			says:  "role-policy replication[3] grants s3:DeleteObject; for example s3:DeleteObject on DST/${aws:userid}/",
		},
	})
}

// TestAllBut are statements that grant all actions but some, or by wildcards: the
// example is one that they do grant, of what replication rests on if there is any.
func TestAllBut(t *testing.T) {
	allow := func(rest string) edit { return with(rolePolicy, `{"Effect": "Allow", `+rest+`}`) }
	const dst = `"arn:aws:s3:::acme-logs-copy/*"`
	play(t, []story{
		{
			name: "all but those of S3", edits: []edit{allow(`"NotAction": "s3:*", "Resource": "*"`)},
			want: []string{"surplus permission-surplus high role-policy ROLE dangerous all but s3:* remove"}, says: "role-policy replication[3] grants all but s3:*; for example iam:PassRole on *",
		},
		{
			name: "all but those of IAM", edits: []edit{allow(`"NotAction": "iam:*", "Resource": ` + dst)},
			want: []string{"surplus permission-surplus high role-policy ROLE dangerous all but iam:* replace"}, says: "role-policy replication[3] grants all but iam:*; for example s3:DeleteObject on DST/a",
		},
		{name: "all but those of S3, on objects", edits: []edit{allow(`"NotAction": "s3:*", "Resource": ` + dst)}, want: []string{"surplus grant-without-effect low role-policy ROLE no-effect all but s3:* remove"}},
		{name: "all but all", edits: []edit{allow(`"NotAction": "*", "Resource": "*"`)}, want: []string{"surplus grant-without-effect low role-policy ROLE no-effect all but * remove"}},
		{
			name: "those that end alike", edits: []edit{allow(`"Action": "s3:*Object", "Resource": "arn:aws:s3:::acme-logs/*"`)},
			want: []string{"surplus permission-surplus high role-policy ROLE dangerous s3:*Object remove"}, says: "role-policy replication[3] grants s3:*Object; for example s3:DeleteObject on SRC/a",
		},
		{name: "those of IAM, on objects", edits: []edit{allow(`"Action": "iam:*", "Resource": ` + dst)}, want: []string{"surplus grant-without-effect low role-policy ROLE no-effect iam:* remove"}},
	})
}

// TestFormsOfARNs are resources that no request of the role can have, and witnesses
// that are ARNs.
func TestFormsOfARNs(t *testing.T) {
	on := func(action, resource string) edit {
		return with(rolePolicy, `{"Effect": "Allow", "Action": "`+action+`", "Resource": "`+resource+`"}`)
	}
	idle := []string{"surplus grant-without-effect low role-policy ROLE no-effect s3:ReplicateObject remove"}
	play(t, []story{
		{name: "another partition", edits: []edit{on("s3:ReplicateObject", "arn:aws-cn:s3:::acme-logs-copy/*")}, want: idle},
		{name: "a bucket with a Region", edits: []edit{on("s3:ReplicateObject", "arn:aws:s3:eu-west-1:444455556666:acme-logs-copy/*")}, want: idle},
		{name: "any partition", edits: []edit{on("s3:ReplicateObject", "arn:*:s3:::acme-logs-copy/*")}},
		{name: "any Region", edits: []edit{on("s3:ReplicateObject", "arn:aws:s3:*:*:acme-logs-copy/*")}},
		{
			name: "an access point", edits: []edit{on("s3:DeleteObject", "arn:aws:s3:eu-west-1:444455556666:accesspoint/x/object/*")},
			want: []string{"surplus permission-surplus high role-policy ROLE dangerous s3:DeleteObject remove"},
		},
		{
			name: "anything of S3", edits: []edit{on("s3:DeleteBucket", "arn:aws:s3:*")},
			want: []string{"surplus permission-surplus high role-policy ROLE dangerous s3:DeleteBucket remove"}, says: "role-policy replication[3] grants s3:DeleteBucket; for example s3:DeleteBucket on arn:aws:s3:::b",
		},
		{
			name: "anything with an ARN", edits: []edit{on("s3:DeleteObject", "arn:*")},
			want: []string{"surplus permission-surplus high role-policy ROLE dangerous s3:DeleteObject remove"}, says: "role-policy replication[3] grants s3:DeleteObject; for example s3:DeleteObject on arn:aws:s3:::b/b",
		},
	})
}
