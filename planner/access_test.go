package planner_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/actions"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/internal/reads"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/spec"
)

func accessOf(t testing.TB, text string, auditors ...string) *planner.Access {
	t.Helper()
	a, err := planner.NewAccess(specOf(t, text), planner.AccessOptions{Auditors: auditors})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func specOf(t testing.TB, text string) *spec.Spec {
	t.Helper()
	s, err := spec.Parse("spec.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func statements(t testing.TB, p planner.AccessPolicy) []policy.Statement {
	t.Helper()
	d, err := policy.Parse(p.Document)
	if err != nil {
		t.Fatal(err)
	}
	return d.Statements
}

// TestAccess holds for the SPECs of the plans: what each policy names is of the
// SPEC and of its account, actions and keys exist and fit the resources, and
// the auditor gets reads of the allowlist and nothing else.
func TestAccess(t *testing.T) {
	persons := map[planner.Person]int{}
	for _, file := range specs(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p := plan(t, file)
			for _, one := range accessOf(t, string(text)).Policies {
				persons[one.For]++
				if one.Size == 0 || one.Size > one.Limit {
					t.Errorf("%s of %s has %d of %d characters", one.Name, one.Account, one.Size, one.Limit)
				}
				for _, st := range statements(t, one) {
					checkAccess(t, p, one, st)
				}
				if one.For == planner.Auditor {
					checkOnlyReads(t, one)
				}
			}
		})
	}
	if persons[planner.Auditor] == 0 || persons[planner.Operator] == 0 {
		t.Errorf("policies: %v", persons)
	}
}

// checkAccess looks at each action and resource of one statement.
func checkAccess(t *testing.T, p *planner.Plan, one planner.AccessPolicy, st policy.Statement) {
	t.Helper()
	for _, name := range st.Action.Values {
		action, ok := actions.Find(name)
		if !ok && actions.Covers(name) {
			t.Errorf("%s: %s does not exist", one.Name, name)
		}
		for _, c := range st.Condition {
			if ok && !action.KnowsKey(c.Key) {
				t.Errorf("%s: %s does not have %s", one.Name, name, c.Key)
			}
		}
		bare := slices.Equal(st.Resource.Values, []string{"*"})
		if ok && bare != (len(action.Resources) == 0) {
			t.Errorf("%s: %s is on %v", one.Name, name, st.Resource.Values)
		}
	}
	for _, r := range st.Resource.Values {
		if r != "*" && strings.Contains(r, "*") && !slices.Contains([]string{"Policies", "Groups", "EarlierPolicies"}, st.Sid) {
			t.Errorf("%s: %s is wider than the SPEC", one.Name, r)
		}
		if owner := ownerOf(p, r); owner != "" && owner != one.Account {
			t.Errorf("%s of %s names %s, which is %s's", one.Name, one.Account, r, owner)
		}
	}
}

// ownerOf is the account of a bucket or entity of a plan.
func ownerOf(p *planner.Plan, target string) string {
	for _, d := range p.Documents {
		if d.Target == target {
			return d.Account
		}
	}
	return ""
}

// checkOnlyReads asks for every action that there is, on everything.
func checkOnlyReads(t *testing.T, one planner.AccessPolicy) {
	t.Helper()
	d, err := policy.Parse(one.Document)
	if err != nil {
		t.Fatal(err)
	}
	known, asked := reads.Actions(), 0
	for a := range actions.All() {
		asked++
		answer := policy.Decide(policy.Request{
			Caller: policy.Caller{Kind: policy.Role, ARN: "arn:aws:iam::111122223333:role/auditor", Account: "111122223333"},
			Action: a.Name, Resource: "*", Pattern: true, ResourceAccount: "111122223333",
		}, policies(d, policy.New()))
		for _, c := range answer.Classes {
			for _, v := range c.Views {
				if v.Says != policy.Silent && v.Layer == policy.Identity && !slices.Contains(known, a.Name) {
					t.Errorf("the auditor may do %s on %s", a.Name, c.Witness)
				}
			}
		}
	}
	if asked < 300 {
		t.Errorf("only %d actions were asked", asked)
	}
}

// TestAuditorReadsNoMoreThanThereIs checks that lists of a whole account are
// granted only where something in the SPEC needs them.
func TestAuditorReadsNoMoreThanThereIs(t *testing.T) {
	granted := func(text string) (actions []string) {
		for _, p := range accessOf(t, text).Policies {
			if p.For != planner.Auditor || p.Account != "111122223333" {
				continue
			}
			for _, st := range statements(t, p) {
				actions = append(actions, st.Action.Values...)
			}
		}
		return actions
	}
	const (
		withKey   = `kms_key: "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"`
		withPoint = "writers:\n  - { name: uploader, kind: user, account: prod, bucket: acme-orders, access_point: uploads }\n"
	)
	keyed := strings.Replace(mergeSpec, "region: us-east-1", "region: us-east-1, "+withKey, 1)
	keyed = strings.Replace(keyed, "    to:", "    kms_objects: false\n    to:", 1)
	for _, tt := range []struct {
		name, text  string
		keys, point bool
	}{
		{"buckets and roles alone", mergeSpec, false, false},
		{"a key", keyed, true, false},
		{"an access point", mergeSpec + withPoint, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := granted(tt.text)
			for action, want := range map[string]bool{
				"kms:ListAliases": tt.keys, "kms:DescribeKey": tt.keys,
				"s3:ListAccessPoints": tt.point, "s3:GetAccessPoint": tt.point, "s3:GetAccessPointPolicy": tt.point,
				"s3:ListAllMyBuckets": true, "s3:GetAccountPublicAccessBlock": true,
			} {
				if slices.Contains(got, action) != want {
					t.Errorf("%s is granted: %t, want %t", action, !want, want)
				}
			}
		})
	}
}

// Every form of the table of reads has resources.
func TestReadForms(t *testing.T) {
	a := accessOf(t, strings.Replace(mergeSpec, `{ id: "111122223333" }`, `{ id: "111122223333", organization: true }`, 1)+
		"writers:\n  - { name: uploader, kind: user, account: prod, bucket: acme-orders }\n")
	granted := map[string]bool{}
	for _, p := range a.Policies {
		for _, st := range statements(t, p) {
			for _, action := range st.Action.Values {
				granted[action] = granted[action] || p.For == planner.Auditor && p.Account == "111122223333"
			}
		}
	}
	for _, r := range reads.All() {
		kind := r.Resource[strings.LastIndexAny(r.Resource, ":/")+1:]
		named := r.Service != "KMS" && !strings.Contains(r.Operation, "AccessPoint") && slices.Contains([]string{"*", "BUCKET", "ROLE", "USER", "GROUP", "POLICY", "ORGANIZATION"}, kind)
		if r.Action != "" && r.Service != "STS" && named && !granted[r.Action] {
			t.Errorf("the auditor may not do %s (%s.%s)", r.Action, r.Service, r.Operation)
		}
		if kind == "MEMBERS" && granted[r.Action] {
			t.Errorf("the auditor may do %s, and a SPEC names the accounts", r.Action)
		}
	}
}

// The operator passes a role to the service that assumes it, and to no other.
func TestOperatorPassesRoles(t *testing.T) {
	a := accessOf(t, mergeSpec)
	passes := 0
	for _, p := range a.Policies {
		for _, st := range statements(t, p) {
			if !st.Action.Contains("iam:PassRole") {
				continue
			}
			passes++
			want := []policy.Clause{{Operator: "StringEquals", Key: "iam:PassedToService", Values: policy.One(replication.S3Service)}}
			if p.For != planner.Operator || !slices.Equal(st.Resource.Values, []string{role}) || fmt.Sprint(st.Condition) != fmt.Sprint(want) {
				t.Errorf("%s of %s: %+v", p.Name, p.Account, st)
			}
		}
	}
	if passes != 1 {
		t.Errorf("%d statements pass roles, want 1", passes)
	}
}

const signedIn = `access: { role_name: repligrant-audit, external_id_env: EXTERNAL_ID }
`

func TestAccessTrust(t *testing.T) {
	text := strings.Replace(mergeSpec, "accounts:", signedIn+"accounts:", 1)
	t.Setenv("EXTERNAL_ID", "a-secret")
	without := accessOf(t, text)
	if countCode(without.Warnings, "access-no-auditor") != 2 {
		t.Errorf("warnings %+v", without.Warnings)
	}
	a := accessOf(t, text, "arn:aws:iam::777788889999:role/ci")
	trusts := 0
	for _, p := range a.Policies {
		if strings.Contains(string(p.Document), "a-secret") {
			t.Errorf("%s holds the external ID: %s", p.Name, p.Document)
		}
		if !p.Trust() {
			continue
		}
		trusts++
		want := `{"Version":"2012-10-17","Statement":[{"Sid":"Auditor","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::777788889999:role/ci"},` +
			`"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"` + planner.ExternalID + `"}}}]}`
		if string(p.Document) != want || p.Target != "arn:aws:iam::"+p.Account+":role/repligrant-audit" || p.ExternalIDEnv != "EXTERNAL_ID" {
			t.Errorf("trust of %s: %s", p.Target, p.Document)
		}
	}
	if trusts != 2 || countCode(a.Warnings, "access-no-auditor") != 0 {
		t.Errorf("%d trust policies, warnings %v", trusts, a.Warnings)
	}
	for _, form := range [][]byte{a.CloudFormation(), a.Terraform()["111122223333/access.tf.json"]} {
		if !json.Valid(form) || strings.Contains(string(form), planner.ExternalID) || strings.Contains(string(form), "a-secret") {
			t.Errorf("a form has no parameter for the external ID:\n%s", form)
		}
	}
}

func TestIsAuditor(t *testing.T) {
	for s, want := range map[string]bool{
		"arn:aws:iam::777788889999:role/ci":            true,
		"arn:aws:iam::777788889999:role/path/ci":       true,
		"arn:aws-cn:iam::777788889999:root":            true,
		"arn:aws:sts::777788889999:assumed-role/ci/me": true,
		"*":                                   false,
		"arn:aws:iam::777788889999:role/*":    false,
		"arn:aws:iam::*:root":                 false,
		"777788889999":                        false,
		"arn:aws:s3:::bucket":                 false,
		"arn:aws:iam::777788889999:role/ci\n": false,
		"arn:aws:iam::777788889999:role/${aws:username}":   false,
		"arn:aws:iam::777788889999:saml-provider/somebody": false,
	} {
		if got := planner.IsAuditor(s); got != want {
			t.Errorf("IsAuditor(%q) = %t", s, got)
		}
	}
}

// Many buckets take several policies, which together hold all of them; too many
// are refused.
func TestAccessOfManyBuckets(t *testing.T) {
	a := accessOf(t, manyBuckets(500))
	buckets := map[string]bool{}
	policies := 0
	for _, p := range a.Policies {
		if p.For != planner.Auditor {
			continue
		}
		policies++
		sids := map[string]bool{}
		for _, st := range statements(t, p) {
			if sids[st.Sid] {
				t.Errorf("%s has Sid %s twice", p.Name, st.Sid)
			}
			sids[st.Sid] = true
			for _, r := range st.Resource.Values {
				buckets[r] = buckets[r] || strings.HasPrefix(r, "arn:aws:s3:::") && st.Action.Contains("s3:GetBucketPolicy")
			}
		}
		if p.Size > p.Limit {
			t.Errorf("%s has %d of %d characters", p.Name, p.Size, p.Limit)
		}
	}
	for i := range 500 {
		if name := fmt.Sprintf("arn:aws:s3:::acme-orders-of-the-team-%d", i); !buckets[name] {
			t.Errorf("nothing lets the auditor read %s", name)
		}
	}
	if policies < 2 || policies > 10 {
		t.Errorf("%d policies", policies)
	}
	_, err := planner.NewAccess(specOf(t, manyBuckets(4000)), planner.AccessOptions{})
	if l := diag.Of(err); len(l) == 0 || l[0].Message.Key != "access-too-large" || l[0].Hint.English == "" {
		t.Errorf("4,000 buckets: %v", err)
	}
}

func manyBuckets(n int) string {
	var buckets, rules strings.Builder
	for i := range n {
		fmt.Fprintf(&buckets, "  acme-orders-of-the-team-%d: { account: prod, region: us-east-1 }\n", i)
	}
	fmt.Fprintf(&rules, "  - { from: acme-orders-of-the-team-0, to: acme-orders-of-the-team-1 }\n")
	return base + "buckets:\n" + buckets.String() + "replication:\n" + rules.String()
}

// Who writes the policies of a role can give it anything, unless it has a boundary.
func TestOperatorUnbounded(t *testing.T) {
	const text = base + "buckets:\n  orders: { account: prod, region: us-east-1 }\n  copy: { account: prod, region: eu-west-1 }\n" +
		"roles: { replicator: { account: prod%s } }\nreplication: [{ from: orders, to: copy, role: replicator }]\n"
	for boundary, want := range map[string]bool{"": true, `, permissions_boundary: "arn:aws:iam::111122223333:policy/b"`: false} {
		got := slices.ContainsFunc(accessOf(t, fmt.Sprintf(text, boundary)).Warnings, func(w planner.Warning) bool {
			return w.Code == "access-operator-unbounded" && strings.Contains(w.Message, ":role/replicator")
		})
		if got != want {
			t.Errorf("with boundary %q warned: %t, want %t", boundary, got, want)
		}
	}
}

// countCode counts the warnings with a code.
func countCode(list []planner.Warning, code string) int {
	n := 0
	for _, w := range list {
		if w.Code == code {
			n++
		}
	}
	return n
}
