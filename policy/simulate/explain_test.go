package simulate_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// With "explain" the answer names the statements about the action that do not
// apply, and what keeps them from it.
func TestExplain(t *testing.T) {
	grants := policies(
		identity(`{"Version": "2012-10-17", "Statement": [
			{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"},
			{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/y"},
			{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", `+when("StringEquals", "aws:PrincipalTag/team", `["a", "b"]`)+`}]}`),
		`"resource": `+allow(to("arn:aws:iam::111122223333:role/other")),
		`"boundary": `+deny(when("Bool", "aws:SecureTransport", `false`)), `"session": `+deny(`"NotResource": "*"`),
		`"scps": [[`+allow()+`, `+deny(when("Null", "aws:SourceVpce", `true`))+`]]`,
		`"rcps": [[`+deny(everyone, when("StringEquals", "k", `"v"`))+`]]`, `"vpce": [`+deny(everyone, `"NotResource": "*"`)+`]`)
	const request = reader + `, "explain": true, "context": {"aws:PrincipalTag/team": "c", "aws:SourceVpce": ["v"]}`
	a := decides(t, line(request, grants), "implicit_deny")
	type miss struct{ Document, Failed, Clause string }
	var got []miss
	for _, m := range a.NearMisses {
		next := miss{m.Document, m.Failed, ""}
		if c := m.Condition; c != nil {
			next.Clause = c.Operator + " " + c.Key
			if len(c.Values) == 0 || len(c.Has) != 1 {
				t.Errorf("%s: values %v, the request has %v", next.Clause, c.Values, c.Has)
			}
		}
		got = append(got, next)
	}
	want := []miss{
		{"identity", "Resource", ""},
		{"identity", "Condition", "StringEquals aws:PrincipalTag/team"},
		{"resource", "Principal", ""},
		{"boundary", "Condition", "Bool aws:SecureTransport"},
		{"session", "Resource", ""},
		{"scps", "Condition", "Null aws:SourceVpce"},
		{"rcps", "Condition", "StringEquals k"},
		{"vpce", "Resource", ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("near misses (-want +got):\n%s", diff)
	}
	if a := ask(t, line(reader, grants)); a.NearMisses != nil {
		t.Errorf("nobody asked for near misses, and there are %+v", a.NearMisses)
	}
}
