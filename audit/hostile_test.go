package audit_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// TestHostile audits what no account should hold. It is enough that it ends.
func TestHostile(t *testing.T) {
	names := []string{
		"", "*", "${aws:username}", "${", "\x00", "\u202e", strings.Repeat("a", 5000), "arn:aws:iam::111122223333:role/", "arn:::::", ":::", "/", "null",
		"arn:aws:s3:::", "arn:aws:s3:::b/", "{document}", "{", "日本", "arn:aws:iam::cloudfront:user/", strings.Repeat("*a", 40) + strings.Repeat("?", 16),
	}
	for _, n := range names {
		q := fmt.Sprintf("%q", strings.ReplaceAll(strings.ReplaceAll(n, "\x00", "nul"), "\u202e", "rlo"))
		for _, path := range []string{config + " > Role", configRule + " > ID", configRule + " > Destination > Bucket", configRule + " > Status"} {
			for _, e := range []edit{func(*world) {}, noSpec} {
				w := clean(t)
				w.put(path, q)
				e(w)
				w.audit()
			}
		}
		w := clean(t)
		writes(func(u *replication.Writer) { u.ARN, u.AccessPoint, u.Prefixes = n, n, []string{n} })(w)
		w.rules[0].Role, w.rules[0].Prefix, w.rules[0].To.Name = n, n, n
		for _, path := range []string{rolePolicy, dstPolicy, srcPolicy, trust} {
			for _, effect := range []string{"Allow", "Deny"} {
				with(path, fmt.Sprintf(`{"Effect": %q, "Principal": {"AWS": %s}, "Action": [%s, "s3:*"], "Resource": %s, "Condition": {"StringLike": {%s: %s}}}`, effect, q, q, q, q, q))(w)
				with(path, fmt.Sprintf(`{"Effect": %q, "NotPrincipal": {"AWS": %s}, "NotAction": %s, "NotResource": %s}`, effect, q, q, q))(w)
			}
		}
		w.audit()
	}
}

// TestEmpty audits what is hardly there.
func TestEmpty(t *testing.T) {
	rules := []replication.Rule{logs()}
	for name, s := range map[string]*snapshot.Snapshot{
		"nil":           nil,
		"zero":          {},
		"nil account":   {Accounts: map[string]*snapshot.Account{own: nil, foreign: nil}},
		"empty account": {Accounts: map[string]*snapshot.Account{own: {}, foreign: {}}},
		"nil entries": {Accounts: map[string]*snapshot.Account{
			own:     {Buckets: map[string]*snapshot.Bucket{"acme-logs": nil}, Roles: map[string]*snapshot.Role{roleARN: nil}, Users: map[string]*snapshot.User{userARN: nil}},
			foreign: {Buckets: map[string]*snapshot.Bucket{"acme-logs-copy": nil}},
		}},
		"empty entries": {Accounts: map[string]*snapshot.Account{
			own:     {Buckets: map[string]*snapshot.Bucket{"acme-logs": {}}, Roles: map[string]*snapshot.Role{roleARN: {}}, Users: map[string]*snapshot.User{userARN: {}}},
			foreign: {Buckets: map[string]*snapshot.Bucket{"acme-logs-copy": {}}},
		}},
	} {
		for _, in := range []audit.Input{
			{Snapshot: s},
			{Snapshot: s, SpecFile: "spec.yaml", Rules: rules, Writers: []replication.Writer{uploader()}},
		} {
			out := audit.Run(in)
			if out.Summary.Requirements.Granted > 0 {
				t.Errorf("%s: %d requirements are granted", name, out.Summary.Requirements.Granted)
			}
			if out.Findings == nil || out.Rules == nil || out.Sources == nil {
				t.Errorf("%s: a list is nil", name)
			}
			if got := out.Status([]string{"none"}, true); in.SpecFile != "" && name != "nil entries" && got != audit.StatusIncomplete {
				t.Errorf("%s: status %d, want %d", name, got, audit.StatusIncomplete)
			}
		}
	}
}

// TestOthersAreNotJudged sees that buckets and roles of no rule are left alone.
func TestOthersAreNotJudged(t *testing.T) {
	w := clean(t)
	bad := document(`{"Effect": "Allow", "Principal": {"AWS": "nobody"}, "Action": "s3:*", "Resource": "*"}`)
	w.put(own+" > buckets > other", strings.ReplaceAll(bucket("us-east-1", bad, "null"), `"Enabled"`, `"Suspended"`))
	w.put(own+" > roles > arn:aws:iam::111122223333:role/other", `{"AssumeRolePolicyDocument": `+bad+`, "InlinePolicies": {"p": `+bad+`}}`)
	for _, e := range []edit{func(*world) {}, noSpec} {
		e(w)
		if out := w.audit(); len(out.Findings) > 0 || !out.Complete {
			t.Errorf("an audit finds %v", lines(out))
		}
	}
}

// TestNarrow audits some buckets and accounts only.
func TestNarrow(t *testing.T) {
	for _, c := range []struct {
		accounts, buckets []string
		want              int
	}{
		{nil, nil, 1},
		{[]string{own}, nil, 1},
		{[]string{foreign}, nil, 0},
		{nil, []string{"acme-logs"}, 1},
		{nil, []string{"acme-logs-copy"}, 0},
		{[]string{foreign}, []string{"acme-logs"}, 0},
	} {
		w := clean(t)
		noSpec(w)
		w.input.Accounts, w.input.Buckets = c.accounts, c.buckets
		if got := len(w.audit().Rules); got != c.want {
			t.Errorf("%v %v: %d rules, want %d", c.accounts, c.buckets, got, c.want)
		}
	}
}
