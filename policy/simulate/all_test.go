package simulate_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// With "all" the decision is for every resource of a pattern, and for every value
// of the keys that are patterns.
func TestAll(t *testing.T) {
	objects := func(pattern string) string {
		return role + `, "all": true, "action": "s3:GetObject", "resource": "` + pattern + `"`
	}
	const decrypt = role + `, "all": true, "action": "kms:Decrypt", "resource": "arn:aws:kms:us-east-1:111122223333:key/k",
		"context": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}, "patterns": {"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::b/*"}`
	key := `"resource": ` + allow(to("111122223333"))
	logs := allow(`"Resource": "arn:aws:s3:::b/logs/*"`)
	tests := []struct {
		name, request, policies, want string
		mixed                         []string
	}{
		{"all allowed", objects("arn:aws:s3:::b/logs/*"), policies(identity(logs)), "allowed", nil},
		{"none allowed", objects("arn:aws:s3:::b/data/*"), policies(identity(logs)), "implicit_deny", nil},
		{"some allowed", objects("arn:aws:s3:::b/*"), policies(identity(logs)), "mixed", []string{"allowed", "implicit_deny"}},
		{
			"one is denied", objects("arn:aws:s3:::b/logs/*"), policies(identity(logs + ", " + deny(`"Resource": "arn:aws:s3:::b/logs/x"`))),
			"mixed",
			[]string{"allowed", "explicit_deny"},
		},
		{
			"three decisions", objects("arn:aws:s3:::b/*"), policies(identity(logs + ", " + deny(`"Resource": "arn:aws:s3:::b/logs/x"`))),
			"mixed",
			[]string{"allowed", "explicit_deny", "implicit_deny"},
		},
		{"not all known", objects("arn:aws:s3:::b/logs/*"), policies(identity(logs + `, {"unreadable": "AccessDenied"}`)), "unknown", nil},
		{
			"some known to be denied", objects("arn:aws:s3:::b/*"),
			policies(identity(deny(`"Resource": "arn:aws:s3:::b/x"`) + `, {"unreadable": "AccessDenied"}`)), "unknown", nil,
		},
		{
			"denied for several reasons", objects("arn:aws:s3:::b/*"),
			policies(identity(deny(`"Resource": "arn:aws:s3:::b/x"`)), `"scps": {"unreadable": "AccessDenied"}`), "denied", nil,
		},
		{
			"one allowed, one denied in some way", objects("arn:aws:s3:::b/*"),
			policies(`"boundary": {}`, `"session": {"unreadable": "AccessDenied"}`,
				`"resource": `+allow(to("arn:aws:iam::111122223333:role/repl"))), "denied", nil,
		},
		{
			"mixed whatever else is open", objects("arn:aws:s3:::b/*"),
			policies(identity(two(`"Effect": "Allow"`, `"Effect": "Deny", `+when("Bool", "aws:SecureTransport", `"false"`)) + ", " +
				deny(`"Resource": "arn:aws:s3:::b/x"`))), "mixed",
			[]string{"allowed", "explicit_deny"},
		},
		{"values", decrypt, policies(key, identity(allow(when("StringLike", "kms:EncryptionContext:aws:s3:arn", `"arn:aws:s3:::b/*"`)))), "allowed", nil},
		{
			"some values", decrypt, policies(key, identity(allow(when("StringLike", "kms:encryptioncontext:aws:s3:arn", `"arn:aws:s3:::b/logs/*"`)))),
			"mixed",
			[]string{"allowed", "implicit_deny"},
		},
		{"no value", decrypt, policies(key, identity(allow(when("StringEquals", "kms:EncryptionContext:aws:s3:arn", `"arn:aws:s3:::b"`)))), "implicit_deny", nil},
		{"boundaries", objects("arn:aws:s3:::b/*"), policies(identity(allow()), `"boundary": [`+allow()+`, `+deny()+`]`), "explicit_deny", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := decides(t, line(test.request, test.policies), test.want)
			got := slices.Sorted(maps.Keys(a.Witness))
			if diff := cmp.Diff(test.mixed, got); diff != "" {
				t.Errorf("decisions with a witness (-want +got):\n%s", diff)
			}
			for decision := range a.Witness {
				replay(t, test.request, test.policies, a, decision)
			}
		})
	}
}

// replay asks for the witness of a decision alone.
func replay(t *testing.T, request, policies string, a answer, decision string) {
	t.Helper()
	var fields map[string]any
	if err := json.Unmarshal([]byte("{"+request+"}"), &fields); err != nil {
		t.Fatal(err)
	}
	delete(fields, "all")
	delete(fields, "patterns")
	fields["resource"], fields["context"] = a.Witness[decision].Resource, a.Witness[decision].Context
	text, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	decides(t, line(string(text[1:len(text)-1]), policies), decision)
}

func TestTooComplex(t *testing.T) {
	var resources []string
	for c := range 14 {
		resources = append(resources, `"arn:aws:s3:::b/*`+string(rune('a'+c))+`*`+string(rune('A'+c))+`*"`)
	}
	grant := `"Resource": [` + strings.Join(resources, ", ") + "]"
	a := decides(t, line(role+`, "all": true, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/*"`, policies(identity(allow(grant)))), "unknown")
	if len(a.Open) != 1 || a.Open[0].Why != "pattern-too-complex" {
		t.Errorf("open is %+v, want pattern-too-complex", a.Open)
	}
}

// Reasons are the statements that make the decision, where they stand.
func TestReasons(t *testing.T) {
	type reason struct {
		document             string
		level, policy, index int
		name, effect         string
	}
	none := -1
	both := `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Put*", "Resource": "*"}, {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`
	tests := []struct {
		name, policies, want string
		reasons              []reason
	}{
		{
			"allowed", policies(identity(deny(`"NotResource": "*"`) + `, {"name": "a: b", "policy": ` + both + `}`)), "allowed",
			[]reason{{"identity", none, 1, 1, "a: b", "Allow"}},
		},
		{
			"denied", policies(identity(both), `"resource": `+deny(everyone), `"scps": [[], [`+both+`, {"name": "p", "policy": `+deny()+`}]]`), "explicit_deny",
			[]reason{{"resource", none, 0, 0, "", "Deny"}, {"scps", 1, 1, 0, "p", "Deny"}},
		},
		{"not allowed", policies(identity(both), `"boundary": {}`), "implicit_deny", nil},
		{
			"every layer", policies(identity(both), `"boundary": `+both, `"session": `+both, `"scps": [{"id": "r", "policies": [`+both+`]}]`,
				`"rcps": [[`+deny(everyone, when("Bool", "aws:SecureTransport", "false"))+`]]`, `"vpce": [`+allow(everyone)+`]`), "allowed",
			[]reason{
				{"identity", none, 0, 1, "", "Allow"},
				{"boundary", none, 0, 1, "", "Allow"},
				{"session", none, 0, 1, "", "Allow"},
				{"scps", 0, 0, 1, "", "Allow"},
				{"vpce", none, 0, 0, "", "Allow"},
			},
		},
		{
			"boundaries", policies(identity(both), `"boundary": [`+both+`, `+allow()+`]`), "allowed",
			[]reason{{"identity", none, 0, 1, "", "Allow"}, {"boundary", none, 0, 1, "", "Allow"}, {"boundary", none, 1, 0, "", "Allow"}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := decides(t, line(reader, test.policies), test.want)
			var got []reason
			for _, r := range a.Reasons {
				next := reason{r.Document, none, none, r.Statement, r.Name, r.Effect}
				if r.Level != nil {
					next.level = *r.Level
				}
				if r.Policy != nil {
					next.policy = *r.Policy
				}
				got = append(got, next)
			}
			if diff := cmp.Diff(test.reasons, got, cmp.AllowUnexported(reason{})); diff != "" {
				t.Errorf("reasons (-want +got):\n%s", diff)
			}
		})
	}
}
