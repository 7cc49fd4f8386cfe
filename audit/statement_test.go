package audit_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/replication"
)

// TestInapplicableKeys has what a condition about a key that is never there does.
func TestInapplicableKeys(t *testing.T) {
	for _, c := range []struct{ effect, operator, value, does string }{
		{"Deny", "StringNotLikeIfExists", "x", "always denies"},
		{"Deny", "StringNotLike", "x", "always denies"},
		{"Deny", "StringLikeIfExists", "x", "always denies"},
		{"Deny", "StringLike", "x", "never denies"},
		{"Deny", "Null", "true", "always denies"},
		{"Deny", "Null", "false", "never denies"},
		{"Deny", "ForAllValues:StringLike", "x", "always denies"},
		{"Deny", "ForAnyValue:StringNotLike", "x", "never denies"},
		{"Allow", "StringLike", "x", "never allows"},
		{"Allow", "StringNotLike", "x", "allows as if the condition were not there"},
		{"Allow", "StringLikeIfExists", "x", "allows as if the condition were not there"},
		{"Allow", "ForAllValues:StringLike", "x", "allows as if the condition were not there"},
		{"Allow", "Null", "true", "allows as if the condition were not there"},
		{"Allow", "Null", "false", "never allows"},
	} {
		w := clean(t)
		with(dstPolicy, fmt.Sprintf(`{"Effect": %q, "Principal": {"AWS": %q}, "Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::acme-logs-copy/*", "Condition": {%q: {"s3:prefix": %q}}}`,
			c.effect, roleARN, c.operator, c.value))(w)
		out := w.audit()
		sound(t, out)
		found := false
		for _, f := range out.Findings {
			if f.Check != "condition-key-not-applicable" {
				continue
			}
			found = true
			text, err := f.Fix.Statement.MarshalJSON()
			if err != nil || f.Fix.Op == audit.Replace && strings.Contains(string(text), "Condition") {
				t.Errorf("%s %s: the fix is %s (error %v), want one without an empty Condition", c.effect, c.operator, text, err)
			}
			// The keys that the statement was meant to be about stay the same.
			but := f.Fix.Op == audit.Replace && strings.Contains(string(text), "NotResource")
			if want := strings.Contains(c.operator, "Not") && c.effect == "Deny"; but != want {
				t.Errorf("%s %s: the fix is %s, want it to be about all other keys: %t", c.effect, c.operator, text, want)
			}
			if f.Args["effect"] != c.does || f.Args["key"] != "s3:prefix" {
				t.Errorf("%s %s: a statement that %s because of %s, want that it %s", c.effect, c.operator, f.Args["effect"], f.Args["key"], c.does)
			}
		}
		if !found {
			t.Errorf("%s %s: not found in %v", c.effect, c.operator, lines(out))
		}
		denied := strings.Contains(strings.Join(lines(out), "\n"), "permission-blocked")
		if want := c.does == "always denies"; denied != want {
			t.Errorf("%s %s: %s, and the permission is denied: %t", c.effect, c.operator, c.does, denied)
		}
	}
}

func TestStatements(t *testing.T) {
	const inapplicable = "mismatch condition-key-not-applicable high "
	principal := func(p string) edit {
		return with(dstPolicy, `{"Effect": "Allow", "Principal": {"AWS": "`+p+`"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-logs-copy/*"}`)
	}
	malformed := []string{"mismatch principal-malformed high destination-bucket-policy DST replace"}
	play(t, []story{
		{
			name:  "two keys of one statement are two findings",
			edits: []edit{with(dstPolicy, `{"Effect": "Deny", "Principal": "*", "Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::acme-logs-copy/*", "Condition": {"StringLike": {"s3:prefix": "a", "s3:delimiter": "/"}}}`)},
			want:  []string{inapplicable + "destination-bucket-policy DST s3:ReplicateObject replace", inapplicable + "destination-bucket-policy DST s3:ReplicateObject remove"},
		},
		{
			name:  "a key of one of the actions",
			edits: []edit{with(srcPolicy, `{"Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": ["s3:ListBucket", "s3:ReplicateObject"], "Resource": "*", "Condition": {"StringLike": {"s3:prefix": "a"}, "StringEquals": {"aws:PrincipalArn": "x"}}}`)},
		},
		{
			name:  "a key of no request for an action beyond replication",
			edits: []edit{with(dstPolicy, `{"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-logs-copy/*", "Condition": {"StringLike": {"s3:prefix": "a"}}}`)},
			want:  []string{inapplicable + "destination-bucket-policy DST s3:GetObject replace"},
		},
		{
			name:  "a key of actions that nobody knows",
			edits: []edit{with(dstPolicy, `{"Effect": "Deny", "Principal": "*", "Action": "s3:NewerThanTheCatalogue", "Resource": "arn:aws:s3:::acme-logs-copy/*", "Condition": {"StringLike": {"s3:prefix": "a"}}}`)},
		},
		{
			name:  "of somebody else",
			edits: []edit{with(dstPolicy, `{"Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::777788889999:root"}, "Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::acme-logs-copy/*", "Condition": {"StringLike": {"s3:prefix": "a"}}}`)},
		},
		{name: "an account", edits: []edit{principal("777788889999")}},
		{name: "a root", edits: []edit{principal("arn:aws:iam::777788889999:root")}},
		{name: "a session", edits: []edit{principal("arn:aws:sts::777788889999:assumed-role/r/s")}},
		{name: "a federated session", edits: []edit{principal("arn:aws:sts::777788889999:federated-user/u")}},
		{name: "a deleted role", edits: []edit{principal("AROAEXAMPLEEXAMPLE000")}, want: []string{"mismatch orphaned-principal high destination-bucket-policy DST replace"}},
		{name: "an origin access identity", edits: []edit{principal("arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1")}},
		{name: "a wildcard in an ARN", edits: []edit{principal("arn:aws:iam::777788889999:role/*")}, want: malformed},
		{name: "a group", edits: []edit{principal("arn:aws:iam::777788889999:group/g")}, want: malformed},
		{name: "11 digits", edits: []edit{principal("77778888999")}, want: malformed},
		{name: "no name", edits: []edit{principal("arn:aws:iam::777788889999:role/")}, want: malformed},
		{name: "not an ARN", edits: []edit{principal("acme")}, want: malformed},
		{name: "of NotPrincipal", edits: []edit{with(dstPolicy, `{"Effect": "Deny", "NotPrincipal": {"AWS": ["acme", "arn:aws:iam::111122223333:root", "`+roleARN+`"]}, "Action": "s3:GetObject", "Resource": "*"}`)}, want: malformed},
	})
}

// TestPrincipalIsMeant reads the fix of a principal without role/: the role, if
// it is that of a rule.
func TestPrincipalIsMeant(t *testing.T) {
	for value, want := range map[string]string{
		"arn:aws:iam::111122223333:acme-logs-replication": roleARN,
		"arn:aws:iam::777788889999:acme-logs-replication": "",
		"arn:aws:iam::111122223333:other":                 "",
	} {
		w := clean(t)
		w.put(dstPolicy, document(strings.ReplaceAll(receive, roleARN, value)))
		out := w.audit()
		found := false
		for _, f := range out.Findings {
			if f.Check != "principal-malformed" {
				continue
			}
			found = true
			got := ""
			if f.Fix.Statement != nil {
				got = f.Fix.Statement.Principal.Types[0].Values.Values[0]
			}
			if f.Principal != value || got != want {
				t.Errorf("%s: the fix for %s is %q, want %q", value, f.Principal, got, want)
			}
		}
		if !found {
			t.Errorf("%s: not found in %v", value, lines(out))
		}
	}
}

func TestRefusals(t *testing.T) {
	refuse := func(action, condition string) edit {
		return with(dstPolicy, `{"Effect": "Deny", "Principal": {"AWS": "`+roleARN+`"}, "Action": "`+action+`", "Resource": "arn:aws:s3:::acme-logs-copy/*", "Condition": `+condition+`}`)
	}
	// Without the grants of tags nothing else is to be said.
	plain := func(r func(*replication.Rule)) edit {
		return func(w *world) {
			r(&w.rules[0])
			w.put(rolePolicy, document(readBucket, strings.ReplaceAll(readObjects, `, "s3:GetObjectVersionTagging"`, ""), strings.ReplaceAll(write, `, "s3:ReplicateTags"`, "")))
			w.put(dstPolicy, document(strings.ReplaceAll(receive, `, "s3:ReplicateTags"`, "")))
		}
	}
	tags := plain(func(r *replication.Rule) { r.Tags = replication.Refuse })
	both := plain(func(r *replication.Rule) { r.Tags, r.Annotations = replication.Refuse, replication.Refuse })
	const tagsAccepted = "mismatch tags-not-denied medium destination-bucket-policy DST s3:ReplicateTags add"
	play(t, []story{
		{name: "tags refused", edits: []edit{tags, refuse("s3:ReplicateTags", "{}")}},
		{name: "tags accepted", edits: []edit{tags}, want: []string{tagsAccepted}, says: "destination-bucket-policy  no statement denies s3:ReplicateTags on DST/a"},
		{name: "tags refused under a condition that never holds", edits: []edit{tags, refuse("s3:ReplicateTags", `{"StringEquals": {"aws:SourceVpce": "vpce-1"}}`)}, want: []string{tagsAccepted}},
		{
			name: "tags refused perhaps", edits: []edit{tags, refuse("s3:ReplicateTags", `{"BoolIfExists": {"aws:SecureTransport": "false"}}`)},
			want: []string{"unknown permission-unknown medium destination-bucket-policy DST s3:ReplicateTags"},
		},
		{name: "annotations accepted", edits: []edit{both, refuse("s3:ReplicateTags", "{}")}, want: []string{"mismatch annotations-not-denied medium destination-bucket-policy DST s3:ReplicateObjectAnnotation add"}},
		{name: "annotations refused", edits: []edit{both, refuse("s3:Replicate*s", "{}"), refuse("s3:ReplicateObjectA*", "{}")}},
	})
}

// TestSidsOfFixes pastes fixes one after the other: each statement has a Sid that
// the policy has not got yet, since S3 refuses two of one.
func TestSidsOfFixes(t *testing.T) {
	policies := []string{
		`{"Version": "2012-10-17", "Statement": []}`,
		`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "` + roleARN + `"}, "Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::acme-logs-copy/*"}]}`,
	}
	of := map[string]string{}
	for _, text := range policies {
		w := clean(t)
		w.put(dstPolicy, text)
		for _, f := range w.audit().Findings {
			if f.Fix == nil || f.Fix.Op != audit.Add || f.Fix.Document != replication.DestinationBucketPolicy {
				continue
			}
			sid, what := f.Fix.Statement.Sid, fmt.Sprint(f.Fix.Statement.Action.Values)
			if !strings.HasPrefix(sid, "RepligrantReplication") || of[sid] != "" && of[sid] != what {
				t.Errorf("%s and %s have the Sid %s", of[sid], what, sid)
			}
			of[sid] = what
		}
	}
	if len(of) < 2 {
		t.Errorf("Sids %v: too few fixes to tell", of)
	}
}
