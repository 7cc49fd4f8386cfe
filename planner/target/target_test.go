package target_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/planner/target"
	"github.com/repligrant/repligrant/replication"
)

// everything is a plan with every kind of document that there is.
func everything(t *testing.T) *planner.Plan {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "everything.plan.json"))
	if err != nil {
		t.Fatal(err)
	}
	p := &planner.Plan{}
	if err := json.Unmarshal(text, p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestOf(t *testing.T) {
	targets, err := target.Of(everything(t))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range targets {
		statements := 0
		for _, p := range x.Policies {
			statements += len(p.Document.Statements)
		}
		if x.Policy != nil {
			statements += len(x.Policy.Statements)
		}
		boundary := ""
		if x.Boundary != "" {
			boundary = " bounded"
		}
		got = append(got, strings.Join([]string{string(x.Type), x.Path, x.Name, strings.Repeat("+", statements)}, " ")+boundary)
	}
	want := []string{
		"role /service-role/ repl ++ bounded",
		"role / batch +",
		"user / uploader + bounded",
		"key / 1234abcd-12ab-34cd-56ef-1234567890ab +++",
		"bucket  dst ++",
		"accesspoint / recordings +",
		"source  src ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("targets, with one + for each statement (-want +got):\n%s", diff)
	}
}

// TestEveryKind makes sure that every kind of document that plan writes has a
// place.
func TestEveryKind(t *testing.T) {
	held := map[replication.Kind]bool{}
	for _, d := range everything(t).Documents {
		held[d.Kind] = true
	}
	for _, kind := range replication.Kinds {
		if kind == replication.SourceBucketPolicy {
			break // from here on they are of audits
		}
		if !held[kind] && kind != replication.WriterTrustPolicy {
			t.Errorf("no test has a %s", kind)
		}
	}
}

func TestEmptyPolicies(t *testing.T) {
	p := everything(t)
	for i := range p.Documents {
		if p.Documents[i].Kind != replication.ReplicationConfiguration {
			p.Documents[i].Document = json.RawMessage(`{"Version": "2012-10-17", "Statement": []}`)
		}
	}
	targets, err := target.Of(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range targets {
		if x.Type != target.User && x.Type != target.Source || len(x.Policies) > 0 {
			t.Errorf("%s %s is left, and there is nothing to write to it", x.Type, x.Name)
		}
	}
}

func TestRefused(t *testing.T) {
	configuration := `{"Role": "r", "Rules": [{"ID": "x"}]}`
	policy := `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`
	role := "arn:aws:iam::111122223333:role/r"
	tests := []struct {
		d    planner.Document
		want string
	}{
		{planner.Document{Kind: replication.SourceBucketPolicy, Target: "arn:aws:s3:::b"}, "a source-bucket-policy cannot be written in this form"},
		{planner.Document{Kind: "made-up"}, "a made-up cannot be written in this form"},
		{planner.Document{Kind: replication.RoleTrustPolicy, Target: "role"}, "is not an ARN"},
		{planner.Document{Kind: replication.RoleTrustPolicy, Target: "arn:aws:iam::111122223333:role/a b"}, "is not the ARN of a role"},
		{planner.Document{Kind: replication.RoleTrustPolicy, Target: "arn:aws:iam::111122223333:role/a\n/b"}, "is not the ARN of a role"},
		{planner.Document{Kind: replication.RoleTrustPolicy, Target: "arn:aws$(id):iam::111122223333:role/b"}, "is not the ARN of a role"},
		{planner.Document{Kind: replication.RoleTrustPolicy, Target: "arn:aws:iam::111122223333:user/b"}, "is not the ARN of a role"},
		{planner.Document{Kind: replication.RolePolicy, Name: "p", Target: "arn:aws:iam::111122223333:user/;id"}, "is not the ARN of a user"},
		{planner.Document{Kind: replication.DestinationBucketPolicy, Target: "arn:aws:s3:::b'x"}, "is not the ARN of a bucket"},
		{planner.Document{Kind: replication.DestinationBucketPolicy, Target: "arn:aws:s3:us-east-1::bucket"}, "is not the ARN of a bucket"},
		{planner.Document{Kind: replication.SourceKMSKeyPolicy, Target: "arn:aws:kms:us-east-1:111122223333:alias/x"}, "is not the ARN of a key"},
		{planner.Document{Kind: replication.SourceKMSKeyPolicy, Target: "arn:aws:kms:$x:111122223333:key/x"}, "is not the ARN of a key"},
		{planner.Document{Kind: replication.WriterAccessPointPolicy, Target: "arn:aws:s3::111122223333:accesspoint/xyz"}, "is not the ARN of a accesspoint"},
		{planner.Document{Kind: replication.RoleTrustPolicy, Target: role, Account: "444455556666"}, "is not in account"},
		{planner.Document{Kind: replication.RoleTrustPolicy, Target: "arn:aws:iam::x:role/r", Account: "x"}, "is not in account"},
		{planner.Document{Kind: replication.RoleTrustPolicy, Target: role, Account: "111122223333", Document: json.RawMessage(`{`)}, "role-trust-policy of " + role},
		{planner.Document{Kind: replication.RolePolicy, Target: role, Account: "111122223333", Name: "a/b", Document: json.RawMessage(policy)}, `"a/b" is not the name of a policy`},
		{planner.Document{Kind: replication.RoleTrustPolicy, Target: role, Account: "111122223333", PermissionsBoundary: "x y", Document: json.RawMessage(policy)}, "is not the ARN of a permissions boundary"},
		{planner.Document{Kind: replication.ReplicationConfiguration, Target: "arn:aws:s3:::bucket", Account: "111122223333", Document: json.RawMessage(`[]`)}, "replication-configuration of"},
		{planner.Document{Kind: replication.ReplicationConfiguration, Target: "arn:aws:s3:::bucket", Account: "111122223333", Document: json.RawMessage(`{}`)}, "names no role or has no rule"},
	}
	for _, tt := range tests {
		_, err := target.Of(&planner.Plan{Documents: []planner.Document{tt.d}})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s of %q: error %v, want %q", tt.d.Kind, tt.d.Target, err, tt.want)
		}
	}
	two := planner.Document{Kind: replication.ReplicationConfiguration, Target: "arn:aws:s3:::bucket", Account: "111122223333", Document: json.RawMessage(configuration)}
	other := two
	other.Account = "444455556666"
	if _, err := target.Of(&planner.Plan{Documents: []planner.Document{two, other}}); err == nil || !strings.Contains(err.Error(), "apply it") {
		t.Errorf("one bucket in two accounts: error %v", err)
	}
}

func TestEscape(t *testing.T) {
	tests := []struct{ text, want string }{
		{"{\"a\": \"año/日本\"}\n", "{\"a\": \"año/日本\"}\n"},
		{"\"a\u202eb\"", `"a\u202eb"`},
		{"\"a\u2028b\u007f\"", `"a\u2028b\u007f"`},
		{"\"\U000e0041\U0001F600\"", `"\udb40\udc41` + "\U0001F600\""},
		{"\"\xff\uFFFD\"", `"\ufffd\ufffd"`},
	}
	for _, tt := range tests {
		got := target.Escape([]byte(tt.text))
		if string(got) != tt.want {
			t.Errorf("Escape(%q) = %s, want %s", tt.text, got, tt.want)
		}
		var before, after any
		if err := json.Unmarshal([]byte(tt.text), &before); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(got, &after); err != nil || !cmp.Equal(before, after) {
			t.Errorf("Escape(%q) is another value (%v): %v", tt.text, err, after)
		}
	}
}
