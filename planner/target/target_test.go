package target_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/internal/diag"
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
		"key / 1234abcd-12ab-34cd-56ef-1234567890ab ++++",
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
		{planner.Document{Kind: "made-up"}, "documents of the kind made-up cannot be written in this form"},
		{planner.Document{Kind: replication.RoleTrustPolicy, Target: "role"}, `role-trust-policy: "role" is not an ARN`},
		{planner.Document{Kind: replication.RoleTrustPolicy, Target: "arn:aws:iam::111122223333:role/a b"}, "is no ARN that AWS takes there"},
		{planner.Document{Kind: replication.RoleTrustPolicy, Target: "arn:aws:iam::111122223333:role/a\n/b"}, "is no ARN that AWS takes there"},
		{planner.Document{Kind: replication.RoleTrustPolicy, Target: "arn:aws$(id):iam::111122223333:role/b"}, "is no ARN that AWS takes there"},
		{planner.Document{Kind: replication.RoleTrustPolicy, Target: "arn:aws:iam::111122223333:user/b"}, "is no ARN that AWS takes there"},
		{planner.Document{Kind: replication.RolePolicy, Name: "p", Target: "arn:aws:iam::111122223333:user/;id"}, "is no ARN that AWS takes there"},
		{planner.Document{Kind: replication.DestinationBucketPolicy, Target: "arn:aws:s3:::b'x"}, "is no ARN that AWS takes there"},
		{planner.Document{Kind: replication.DestinationBucketPolicy, Target: "arn:aws:s3:us-east-1::bucket"}, "is no ARN that AWS takes there"},
		{planner.Document{Kind: replication.SourceKMSKeyPolicy, Target: "arn:aws:kms:us-east-1:111122223333:alias/x"}, "is no ARN that AWS takes there"},
		{planner.Document{Kind: replication.SourceKMSKeyPolicy, Target: "arn:aws:kms:$x:111122223333:key/x"}, "is no ARN that AWS takes there"},
		{planner.Document{Kind: replication.WriterAccessPointPolicy, Target: "arn:aws:s3::111122223333:accesspoint/xyz"}, "is no ARN that AWS takes there"},
		{planner.Document{Kind: replication.RoleTrustPolicy, Target: role, Account: "444455556666"}, "is not in account"},
		{planner.Document{Kind: replication.RoleTrustPolicy, Target: "arn:aws:iam::x:role/r", Account: "x"}, "is not in account"},
		{planner.Document{Kind: replication.RoleTrustPolicy, Target: role, Account: "111122223333", Document: json.RawMessage(`{`)}, "role-trust-policy of " + role},
		{planner.Document{Kind: replication.RolePolicy, Target: role, Account: "111122223333", Name: "a/b", Document: json.RawMessage(policy)}, `"a/b" is not the name of a policy`},
		{planner.Document{Kind: replication.RoleTrustPolicy, Target: role, Account: "111122223333", PermissionsBoundary: "x y", Document: json.RawMessage(policy)}, "is not the ARN of a permissions boundary"},
		{planner.Document{Kind: replication.ReplicationConfiguration, Target: "arn:aws:s3:::bucket", Account: "111122223333", Document: json.RawMessage(`[]`)}, "replication-configuration of"},
		{planner.Document{Kind: replication.ReplicationConfiguration, Target: "arn:aws:s3:::bucket", Account: "111122223333", Document: json.RawMessage(`{}`)}, "names no role, or has no rule"},
	}
	reached := map[string]bool{}
	refused := func(documents ...planner.Document) *diag.Diagnostic {
		_, err := target.Of(&planner.Plan{Documents: documents})
		l := diag.Of(err)
		if len(l) != 1 {
			t.Fatalf("%s of %q: error %v without a key", documents[0].Kind, documents[0].Target, err)
		}
		reached[l[0].Message.Key], reached[l[0].Hint.Key] = true, true
		return l[0]
	}
	for _, tt := range tests {
		if d := refused(tt.d); !strings.Contains(d.Error(), tt.want) {
			t.Errorf("%s of %q: error %q, want %q", tt.d.Kind, tt.d.Target, d.Error(), tt.want)
		}
	}
	two := planner.Document{Kind: replication.ReplicationConfiguration, Target: "arn:aws:s3:::bucket", Account: "111122223333", Document: json.RawMessage(configuration)}
	other := two
	other.Account = "444455556666"
	if d, want := refused(two, other), "is applied by account 111122223333 and by account 444455556666"; !strings.Contains(d.Error(), want) {
		t.Errorf("one bucket in two accounts: error %q, want %q", d.Error(), want)
	}
	for _, text := range target.Texts() {
		if !reached[text.Key] && !strings.HasPrefix(text.Key, "readme.") {
			t.Errorf("no document here is refused with %s", text.Key)
		}
	}
}

// TestOffers takes a plan that was laid into a policy in which a Deny of somebody
// else stops the role. A form applies what the plan writes there, and says that
// the Deny is narrowed; where there is nothing else to apply, it applies nothing.
func TestOffers(t *testing.T) {
	statement := json.RawMessage(`{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::b"}]}`)
	document := func(kind replication.Kind, bucket string) planner.Document {
		return planner.Document{Kind: kind, Account: "111122223333", Target: "arn:aws:s3:::" + bucket, Step: 2, Document: statement, Merged: statement, Change: planner.Replace}
	}
	targets, err := target.Of(&planner.Plan{Documents: []planner.Document{
		document(replication.SourceBucketPolicy, "only"),
		document(replication.SourceBucketPolicy, "both"), document(replication.WriterBucketPolicy, "both"),
		document(replication.WriterBucketPolicy, "none"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, x := range targets {
		got[x.Name] = x.Narrowed
		if n := len(x.Policy.Statements); n != 1 {
			t.Errorf("%s has %d statements of the plan, want 1", x.Name, n)
		}
	}
	if diff := cmp.Diff(map[string]bool{"both": true, "none": false}, got); diff != "" {
		t.Errorf("buckets, and whether a Deny of somebody else is narrowed (-want +got):\n%s", diff)
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

// TestJobRules shows that two jobs of a bucket are told apart by their rules; a plan
// that an earlier version saved does not say them.
func TestJobRules(t *testing.T) {
	text := target.Jobs([]planner.Job{
		{Account: "111122223333", From: "acme-orders", Rules: []string{"a"}},
		{Account: "111122223333", From: "acme-orders", Rules: []string{"b", "c\u202e"}},
		{Account: "111122223333", From: "acme-orders"},
	}, nil)
	for _, want := range []string{"bucket acme-orders (rule a):\n", "bucket acme-orders (rules b, c?):\n", "bucket acme-orders:\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("the chapter on jobs does not say %q:\n%s", want, text)
		}
	}
}
