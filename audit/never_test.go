package audit_test

import (
	"strings"
	"testing"
)

// TestNever are statements whose conditions no request can meet: they grant
// nothing, however dangerous what they name is.
func TestNever(t *testing.T) {
	remove := func(condition string) edit {
		return with(rolePolicy, `{"Effect": "Allow", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::acme-logs-copy/*", "Condition": `+condition+`}`)
	}
	idle := []string{"surplus grant-without-effect low role-policy ROLE no-effect s3:DeleteObject remove"}
	dangerous := []string{"surplus permission-surplus high role-policy ROLE dangerous s3:DeleteObject remove"}
	const region = `"aws:RequestedRegion": `
	play(t, []story{
		{
			name: "a value that is and is not", edits: []edit{remove(`{"StringEquals": {` + region + `"eu-west-1"}, "StringNotEquals": {` + region + `"eu-west-1"}}`)},
			want: idle, says: "role-policy replication[3] StringEquals aws:RequestedRegion eu-west-1 and StringNotEquals aws:RequestedRegion eu-west-1",
		},
		{name: "a value that no pattern matches", edits: []edit{remove(`{"StringEquals": {` + region + `"eu-west-1"}, "StringLike": {` + region + `"us-*"}}`)}, want: idle},
		{name: "a key that is not there and has a value", edits: []edit{remove(`{"Null": {` + region + `"true"}, "StringLike": {` + region + `"us-*"}}`)}, want: idle},
		{name: "after it ended", edits: []edit{remove(`{"DateGreaterThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}, "DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}`)}, want: idle},
		{name: "a key that the action does not have", edits: []edit{remove(`{"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}`)}, want: []string{"mismatch condition-key-not-applicable high role-policy ROLE s3:DeleteObject remove"}},
		{
			name:  "the role, if it is of another account",
			edits: []edit{with(dstPolicy, strings.NewReplacer(`["s3:ReplicateObject", "s3:ReplicateTags"]`, `"s3:DeleteObject"`).Replace(grantIf(receive, `{"StringEquals": {"aws:PrincipalAccount": "777788889999"}}`)))},
			want:  []string{"surplus grant-without-effect low destination-bucket-policy DST no-effect s3:DeleteObject remove"},
		},
		{
			name:  "a trust that nobody can use",
			edits: []edit{with(trust, `{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"aws:PrincipalType": "User"}, "StringNotLike": {"aws:PrincipalType": "U*"}}}`)},
			want:  []string{"surplus grant-without-effect low role-trust-policy ROLE no-effect sts:AssumeRole remove"},
		},

		{name: "two conditions that both may hold", edits: []edit{remove(`{"StringLike": {` + region + `"eu-*"}, "StringNotEquals": {` + region + `"eu-west-1"}}`)}, want: dangerous},
		{name: "a value and one that nobody knows", edits: []edit{remove(`{"StringEquals": {"aws:PrincipalTag/a": "${aws:PrincipalTag/b}"}, "StringNotEquals": {"aws:PrincipalTag/a": "x"}}`)}, want: dangerous},
	})
}
