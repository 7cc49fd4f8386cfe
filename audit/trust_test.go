package audit_test

import (
	"testing"

	"github.com/repligrant/repligrant/audit"
)

func TestTrust(t *testing.T) {
	const missing = "missing trust-missing critical role-trust-policy ROLE sts:AssumeRole none add"
	wide := func(severity, group, op string) string {
		return "surplus trust-too-wide " + severity + " role-trust-policy ROLE " + group + " sts:AssumeRole " + op
	}
	trusts := func(principal, condition string) edit {
		return put(trust, document(`{"Effect": "Allow", "Principal": `+principal+`, "Action": "sts:AssumeRole"`+condition+`}`))
	}
	also := func(principal string) edit {
		return with(trust, `{"Effect": "Allow", "Principal": `+principal+`, "Action": "sts:*"}`)
	}
	s3 := `{"Service": "s3.amazonaws.com"}`
	play(t, []story{
		{name: "nobody", edits: []edit{put(trust, document())}, want: []string{missing}, says: "role-trust-policy  no statement names sts:AssumeRole", verdict: audit.Fails},
		{
			name: "somebody else", edits: []edit{trusts(`{"Service": "lambda.amazonaws.com"}`, "")}, verdict: audit.Fails,
			want: []string{missing, wide("medium", "wider", "remove")}, says: "role-trust-policy [0] allows it for lambda.amazonaws.com only",
		},
		{
			name: "a denial", edits: []edit{with(trust, `{"Effect": "Deny", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sts:AssumeRole"}`)}, verdict: audit.Fails,
			want: []string{"blocked permission-blocked critical role-trust-policy ROLE sts:AssumeRole none remove"},
		},
		{
			name: "a strict confused deputy condition", edits: []edit{trusts(s3, `, "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}`)}, verdict: audit.Unclear,
			want: []string{"unknown permission-unknown medium role-trust-policy ROLE sts:AssumeRole"}, says: "role-trust-policy [0] tests StringEquals aws:SourceAccount OWN",
		},
		{name: "a confused deputy condition, if it is there", edits: []edit{trusts(s3, `, "Condition": {"StringEqualsIfExists": {"aws:SourceAccount": "111122223333"}, "ArnLikeIfExists": {"aws:SourceArn": "arn:aws:s3:::acme-logs"}}`)}},
		{
			name: "of another account", edits: []edit{trusts(s3, `, "Condition": {"StringEqualsIfExists": {"aws:SourceAccount": "444455556666"}}`)}, verdict: audit.Unclear,
			want: []string{"unknown permission-unknown medium role-trust-policy ROLE sts:AssumeRole"},
		},
		{name: "anybody", edits: []edit{trusts(`"*"`, "")}, want: []string{wide("critical", "dangerous", "replace")}},
		{name: "anybody of AWS too", edits: []edit{also(`{"AWS": "*"}`)}, want: []string{wide("critical", "dangerous", "remove")}},
		{name: "anybody of an organization too", edits: []edit{with(trust, `{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorg"}}}`)}, want: []string{wide("high", "dangerous", "remove")}},
		{name: "the account", edits: []edit{also(`{"AWS": "arn:aws:iam::111122223333:root"}`)}, want: []string{wide("high", "dangerous", "remove")}, says: "role-trust-policy [1] allows arn:aws:iam::OWN:root"},
		{name: "a service", edits: []edit{trusts(`{"Service": ["s3.amazonaws.com", "lambda.amazonaws.com"]}`, "")}, want: []string{wide("medium", "wider", "replace")}},
		{name: "Batch Operations", edits: []edit{trusts(`{"Service": ["s3.amazonaws.com", "batchoperations.s3.amazonaws.com"]}`, "")}, want: []string{wide("info", "informational", "replace")}},
		{name: "another action", edits: []edit{with(trust, `{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "sts:TagSession"}`)}},
	})
}
