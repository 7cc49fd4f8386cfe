package snapshot_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/snapshot"
)

// text wraps what an account holds into a snapshot.
func text(account string) string {
	return `{"schema": "repligrant.snapshot/v1", "accounts": {"111122223333": ` + account + `}}`
}

// parse parses what account 111122223333 holds.
func parse(t *testing.T, account string) *snapshot.Account {
	t.Helper()
	s, err := snapshot.Parse("snap.json", []byte(text(account)))
	if err != nil {
		t.Fatalf("Parse(%s): %v", account, err)
	}
	return s.Accounts["111122223333"]
}

// bucket parses the bucket b of account 111122223333.
func bucket(t *testing.T, b string) *snapshot.Bucket {
	t.Helper()
	return parse(t, `{"buckets": {"b": `+b+`}}`).Buckets["b"]
}

func TestParseRefuses(t *testing.T) {
	tests := []struct{ name, text, want, hint string }{
		{"empty", "", "snap.json:1:1: the file is not JSON: it ends too early", ""},
		{"no JSON", "{\n  \"a\": x}", "snap.json:2:8: the file is not JSON: invalid character 'x' looking for beginning of value", ""},
		{"two values", "{} {}", "snap.json:1:4: the file is not JSON: invalid character '{' after top-level value", ""},
		{"not UTF-8", "{\"\xff\": 1}", "snap.json: the file is not UTF-8", "save it"},
		{"byte order mark", "\ufeff{}", "snap.json: the file is not UTF-8", "save it"},
		{"list", "[]", "snap.json:1:1: the file is a list; it should be an object", ""},
		{"no schema", "{}", `snap.json:1:1: the schema is missing, not "repligrant.snapshot/v1"`, "a snapshot begins with"},
		{"other schema", `{"schema": "repligrant.audit/v1"}`, `the schema is "repligrant.audit/v1"`, ""},
		{"time", `{"schema": "repligrant.snapshot/v1", "collected_at": "today", "accounts": {}}`, `collected_at "today" is not a time`, "RFC 3339"},
		{"account ID", `{"schema": "repligrant.snapshot/v1", "accounts": {"prod": {}}}`, `snap.json:1:51: "prod" is not an AWS account ID`, "12 digits"},
		{"null account", text(`null`), "111122223333 is null; it should be an object", ""},
		{"unknown", text(`{"zones": {}}`), `"zones" is not known here`, "known are: As, Errors"},
		{"similar", text(`{"Buckets": {}}`), `"Buckets" is not known here`, `did you mean "buckets"?`},
		{"similar setting", text(`{"buckets": {"b": {"Versionning": {}}}}`), `"Versionning" is not known here`, `did you mean "Versioning"?`},
		{"inside AWS's shape", text(`{"buckets": {"b": {"ReplicationConfiguration": {"Role": "r", "Rules": [{"Filters": {}}]}}}}`), `"Filters" is not known here`, `did you mean "Filter"?`},
		{"duplicate bucket", text(`{"buckets": {"b": {}, "b": {}}}`), `"b" is there twice`, ""},
		{
			"bucket of two accounts", `{"schema": "repligrant.snapshot/v1", "accounts": {
 "111122223333": {"buckets": {"b": {}}},
 "444455556666": {"buckets": {"a": {}, "b": {"Region": "eu-west-1"}}}}}`,
			`snap.json:3:40: bucket "b" is in account 444455556666 and, at 2:31, in account 111122223333; it can be in one only`, "take it out",
		},
		{"duplicate field", text(`{"buckets": {"b": {"Policy": null, "Policy": {}}}}`), `"Policy" is there twice`, ""},
		{"duplicate in a setting kept as it is", text(`{"buckets": {"b": {"LifecycleConfiguration": {"Rules": [{"ID": "a", "ID": "b"}]}}}}`), `"ID" is there twice`, ""},
		{"wrong type", text(`{"buckets": []}`), "buckets is a list; it should be an object", ""},
		{"string for object", text(`{"buckets": {"b": {"Versioning": "Enabled"}}}`), "Versioning is a string; it should be an object", ""},
		{"boolean as string", text(`{"PublicAccessBlockConfiguration": {"BlockPublicAcls": "true"}}`), "BlockPublicAcls is a string; it should be a boolean", ""},
		{"fraction", text(`{"buckets": {"b": {"ReplicationConfiguration": {"Rules": [{"Priority": 1.5}]}}}}`), "Priority is 1.5; it should be a whole number", ""},
		{"policy as number", text(`{"buckets": {"b": {"Policy": 3}}}`), "Policy is a number; it should be an object or a string or null", ""},
		{"role by name", text(`{"roles": {"acme": {}}}`), `"acme" is not an ARN`, "roles are keyed by ARN"},
		{"listed", text(`{"Listed": ["bucket"]}`), `"bucket" cannot be listed`, "known are: accessPoints, buckets"},
		{"value and error", text(`{"buckets": {"b": {"Versioning": {}, "Errors": {"GetBucketVersioning": "AccessDenied"}}}}`), `"Versioning" is given, and Errors says that GetBucketVersioning failed`, "leave"},
		{"error is no string", text(`{"Errors": {"ListBuckets": 403}}`), `"ListBuckets" is a number; it should be a string`, ""},
		{"level", text(`{"organization": {"SCPs": [3]}}`), "SCPs[0] is a number; it should be a list or an object", ""},
		{"level as object", text(`{"organization": {"SCPs": [{"Policys": []}]}}`), `"Policys" is not known here`, `did you mean "Policies"?`},
		{"deep", text(`{"buckets": {"b": {"LifecycleConfiguration": {"a": ` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}}}}`), "nested more than 100 deep", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := snapshot.Parse("snap.json", []byte(test.text))
			list := diag.Of(err)
			if len(list) == 0 {
				t.Fatalf("Parse(%.200s) = %v, want a problem", test.text, err)
			}
			if got := list[0].Error(); !strings.Contains(got, test.want) {
				t.Errorf("got problem %s\nwant %s", got, test.want)
			}
			if got := list[0].Hint.String(); !strings.Contains(got, test.hint) || test.hint == "" && got != "" && list[0].Hint.Key == "" {
				t.Errorf("got hint %q, want %q", got, test.hint)
			}
		})
	}
}

func TestParseReportsAllProblems(t *testing.T) {
	_, err := snapshot.Parse("snap.json", []byte(text("{\"bukets\": {},\n \"roles\": {\"x\": {}}}")))
	want := "snap.json:1:68: \"bukets\" is not known here\nsnap.json:2:12: \"x\" is not an ARN"
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

func TestParseRefusesOversize(t *testing.T) {
	_, err := snapshot.Parse("snap.json", make([]byte, snapshot.MaxSize+1))
	if err == nil || !strings.Contains(err.Error(), "the file has more than 268435456 bytes") {
		t.Errorf("got %v, want a refusal by size", err)
	}
}

// Each of the three states is told from the others, for fields and for entries.
func TestParseStates(t *testing.T) {
	b := bucket(t, `{"Versioning": {"Status": "Enabled"}, "Policy": null, "RequestPayment": {"unreadable": "SlowDown"},
		"Tagging": null, "Errors": {"GetBucketEncryption": "AccessDenied", "GetBucketTagging": "AccessDenied"}}`)
	tests := []struct {
		name, why string
		got       interface {
			State() fact.State
			Why() string
		}
		want fact.State
	}{
		{"a value", "", b.Versioning, fact.Known},
		{"null", "", b.Policy, fact.None},
		{"unreadable", "SlowDown", b.RequestPayment, fact.NotRead},
		{"under Errors", "AccessDenied", b.ServerSideEncryptionConfiguration, fact.NotRead},
		{"null and under Errors", "AccessDenied", b.Tagging, fact.NotRead},
		{"absent", "", b.OwnershipControls, fact.NotRead},
	}
	for _, test := range tests {
		if test.got.State() != test.want || test.got.Why() != test.why {
			t.Errorf("%s: got state %d (%q), want %d (%q)", test.name, test.got.State(), test.got.Why(), test.want, test.why)
		}
	}
	buckets := parse(t, `{"buckets": {"there": {}, "gone": null}}`).Buckets
	if gone, ok := buckets["gone"]; !ok || gone != nil || buckets["there"] == nil {
		t.Errorf("got buckets %v, want one entry and one null", buckets)
	}
}

const allow = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`

func TestParseDocuments(t *testing.T) {
	tests := []struct {
		name, policy string
		want         fact.State
		why          string
	}{
		{"object", allow, fact.Known, ""},
		{"text", quote(allow), fact.Known, ""},
		{"URL-encoded text", quote(strings.NewReplacer(`"`, "%22", "{", "%7B", "}", "%7D", ":", "%3A").Replace(allow)), fact.Known, ""},
		{"null", "null", fact.None, ""},
		{"unreadable", `{"unreadable": "AccessDenied"}`, fact.NotRead, "AccessDenied"},
		{"CLI", `{"Policy": ` + quote(allow) + `}`, fact.Known, ""},
		{"CLI, role policy", `{"RoleName": "r", "PolicyName": "p", "PolicyDocument": ` + allow + `}`, fact.Known, ""},
		{"CLI, policy version", `{"PolicyVersion": {"Document": ` + allow + `, "VersionId": "v1", "IsDefaultVersion": true}}`, fact.Known, ""},
		{"key twice", `{"Statement": [], "Statement": []}`, fact.NotRead, "MalformedPolicy: 1:19: "},
		{"no reading", `{"Statement": [{"Effect": "allow"}]}`, fact.NotRead, "MalformedPolicy: 1:27: "},
		{"text that is no JSON", `"hello"`, fact.NotRead, "MalformedPolicy: "},
		{"empty text", `""`, fact.NotRead, "MalformedPolicy: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := bucket(t, `{"Policy": `+test.policy+`}`).Policy
			if p.State() != test.want || !strings.HasPrefix(p.Why(), test.why) || test.why == "" && p.Why() != "" {
				t.Fatalf("got state %d (%q), want %d (%q)", p.State(), p.Why(), test.want, test.why)
			}
			if d, ok := p.Get(); ok && len(d.Statements) != 1 {
				t.Errorf("got %d statements, want 1", len(d.Statements))
			}
		})
	}
}

func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }

func TestParseWrappersOfTheCLI(t *testing.T) {
	b := bucket(t, `{
		"ReplicationConfiguration": {"ReplicationConfiguration": {"Role": "r", "Rules": []}},
		"OwnershipControls": {"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}},
		"Tagging": {"TagSet": [{"Key": "k", "Value": "v"}]},
		"Versioning": {"Status": "Enabled", "MFADelete": "Disabled"}}`)
	if c, _ := b.ReplicationConfiguration.Get(); c.Role != "r" {
		t.Errorf("got replication %v, want role r", b.ReplicationConfiguration)
	}
	if c, _ := b.OwnershipControls.Get(); len(c.Rules) != 1 {
		t.Errorf("got ownership controls %v, want one rule", b.OwnershipControls)
	}
	if tags, _ := b.Tagging.Get(); len(tags) != 1 {
		t.Errorf("got tags %v, want one", b.Tagging)
	}
}

// An inline policy may be called like an element of a policy.
func TestParsePolicyNames(t *testing.T) {
	a := parse(t, `{"roles": {"arn:aws:iam::111122223333:role/r": {"InlinePolicies": {"Version": {"Version": "2012-10-17", "Statement": []}}}}}`)
	inline, _ := a.Roles["arn:aws:iam::111122223333:role/r"].InlinePolicies.Get()
	if d, ok := inline["Version"].Get(); !ok || d.Version != "2012-10-17" {
		t.Errorf("got %v, want the document", inline["Version"])
	}
}

func TestParseLevels(t *testing.T) {
	tests := []struct{ name, levels, encoded string }{
		{"lists", `[[` + allow + `],[]]`, `[[` + allow + `],[]]`},
		{
			"objects", `[{"Target":"r-root","Policies":[{"Id":"p-1","Name":"Full","Content":` + quote(allow) + `}]}]`,
			`[{"Target":"r-root","Policies":[{"Id":"p-1","Name":"Full","Content":` + allow + `}]}]`,
		},
		{"unreadable level", `[{"unreadable":"AccessDenied"}]`, `[[{"unreadable":"AccessDenied"}]]`},
		{"unreadable", `{"unreadable":"AccessDenied"}`, `{"unreadable":"AccessDenied"}`},
		{"content not read", `[{"Policies":[{"Id":"p-1"}]}]`, `[{"Target":"","Policies":[{"Id":"p-1"}]}]`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o, ok := parse(t, `{"organization": {"Id": "o-1", "SCPs": `+test.levels+`}}`).Organization.Get()
			if !ok {
				t.Fatal("the organization was not read")
			}
			got, err := o.SCPs.MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.encoded, string(got)); diff != "" {
				t.Errorf("levels differ (-want +got):\n%s", diff)
			}
		})
	}
}
