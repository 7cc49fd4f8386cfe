package planner_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

func TestCompare(t *testing.T) {
	for _, tt := range []struct {
		name, line string // put before "    to:" in the new SPEC
		want       []string
	}{
		{"nothing", "", nil},
		{"less by a prefix", "prefix: logs/", []string{"role-policy: less, same", "destination-bucket-policy: less, same", "replication-configuration: rule changed"}},
		{"more", "delete_markers: true", []string{"role-policy: more, same", "destination-bucket-policy: more, same", "replication-configuration: rule changed"}},
		{"refused", "annotations: deny", []string{"destination-bucket-policy: same, more"}},
		{"another role", "role: other", []string{
			"role-policy: less, same", "role-trust-policy: less, same", "role-policy: more, same", "role-trust-policy: more, same",
			"destination-bucket-policy: more-and-less, same", "replication-configuration: role",
		}},
		{"another name", "name: renamed", []string{"replication-configuration: rule added rule removed"}},
		{"disabled", "status: disabled", []string{
			"role-policy: less, same", "destination-bucket-policy: less, same", "replication-configuration: rule changed",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := mergeSpec
			switch {
			case strings.HasPrefix(tt.line, "name: "):
				text = strings.Replace(mergeSpec, "name: orders", tt.line, 1)
			case tt.line != "":
				text = strings.Replace(mergeSpec, "    to:", "    "+tt.line+"\n    to:", 1)
			}
			d, err := planner.Compare(saved(t, planText(t, "old.yaml", []byte(mergeSpec))), saved(t, planText(t, "new.yaml", []byte(text))))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, x := range d.Documents {
				if x.Matters() {
					got = append(got, summary(x))
				}
				checkRequests(t, x)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("differences (-want +got):\n%s", diff)
			}
			if d.Changed() != (tt.want != nil) {
				t.Errorf("changed %t", d.Changed())
			}
		})
	}
}

// TestCompareNamesTheTarget checks that what shows a difference of the policy of
// a role or a key is a request about that role or key, and about no other.
func TestCompareNamesTheTarget(t *testing.T) {
	const spec = `version: 1
accounts:
  prod:   { id: "111122223333" }
  backup: { id: "444455556666" }
buckets:
  acme-orders:      { account: prod, region: us-east-1, kms_key: "arn:aws:kms:us-east-1:111122223333:key/1" }
  acme-orders-copy: { account: backup, region: eu-west-1, kms_key: "arn:aws:kms:eu-west-1:444455556666:key/2" }
replication:
  - { from: acme-orders, to: acme-orders-copy }
writers:
  - { name: recorder, bucket: acme-orders, assumed_by: ["arn:aws:iam::111122223333:role/a"] }
`
	for _, tt := range []struct {
		kind             replication.Kind
		old, now, target string
	}{
		{replication.WriterTrustPolicy, "role/a", "role/b", "arn:aws:iam::111122223333:role/recorder"},
		{replication.RoleTrustPolicy, "replication:\n", "roles: { acme-orders-replication: { account: prod, confused_deputy: strict } }\nreplication:\n", "arn:aws:iam::111122223333:role/acme-orders-replication"},
		{replication.DestinationKMSKeyPolicy, "{ from: acme-orders,", "{ from: acme-orders, role: other,", "arn:aws:kms:eu-west-1:444455556666:key/2"},
	} {
		t.Run(string(tt.kind), func(t *testing.T) {
			text := strings.Replace(spec, tt.old, tt.now, 1)
			d, err := planner.Compare(planText(t, "old.yaml", []byte(spec)), planText(t, "new.yaml", []byte(text)))
			if err != nil {
				t.Fatal(err)
			}
			shown := 0
			for _, x := range d.Documents {
				if x.Kind != tt.kind || x.Target != tt.target {
					continue
				}
				for _, r := range []*planner.Request{x.GrantedNow, x.GrantedBefore} {
					if r == nil {
						continue
					}
					if shown++; r.Resource != tt.target {
						t.Errorf("the policy of %s differs, which %s on %s shows", tt.target, r.Action, r.Resource)
					}
				}
			}
			if shown == 0 {
				t.Errorf("no request shows how the %s of %s differs", tt.kind, tt.target)
			}
		})
	}
}

// TestCompareWithinTheBucket checks that what a guard no longer refuses is shown
// by an object of its bucket, though its statement names what it is not about.
func TestCompareWithinTheBucket(t *testing.T) {
	const spec = `version: 1
accounts: { prod: { id: "111122223333" } }
buckets: { acme-orders: { account: prod, region: us-east-1 } }
writers:
  - { name: app, kind: user, bucket: acme-orders, prefixes: [in/], guard: true }
`
	d, err := planner.Compare(planText(t, "old.yaml", []byte(spec)), planText(t, "new.yaml", []byte(strings.Replace(spec, ", guard: true", "", 1))))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range d.Documents {
		if x.Kind != replication.WriterBucketPolicy {
			continue
		}
		if x.Refuses != planner.Less || x.RefusedBefore == nil || !strings.HasPrefix(x.RefusedBefore.Resource, "arn:aws:s3:::acme-orders/") {
			t.Errorf("the guard that is gone refuses %s, as %+v shows", x.Refuses, x.RefusedBefore)
		}
		return
	}
	t.Error("the bucket policy is not compared")
}

// TestCompareGrantTo checks that a policy which names the account of a role, and
// narrows that to the role, says what one that names the role says, in another
// account's bucket.
func TestCompareGrantTo(t *testing.T) {
	const account = "\nroles: { acme-orders-replication: { account: prod, grant_to: account } }\nreplication:\n"
	text := strings.Replace(mergeSpec, "\nreplication:\n", account, 1)
	if text == mergeSpec {
		t.Fatal("the spec has no replication")
	}
	d, err := planner.Compare(planText(t, "old.yaml", []byte(text)), planText(t, "new.yaml", []byte(mergeSpec)))
	if err != nil {
		t.Fatal(err)
	}
	changed := 0
	for _, x := range d.Documents {
		if x.Change == "changed" {
			changed++
		}
		if x.Matters() {
			t.Errorf("%s: %s; granted now %+v, before %+v", x.Kind, summary(x), x.GrantedNow, x.GrantedBefore)
		}
	}
	if changed == 0 {
		t.Error("no document is written otherwise")
	}
}

// saved writes a plan and reads it back.
func saved(t testing.TB, p *planner.Plan) *planner.Plan {
	t.Helper()
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	again, err := planner.Read("plan.json", data)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

func summary(x planner.Differs) string {
	s := string(x.Kind) + ":"
	if x.Kind != replication.ReplicationConfiguration {
		return s + " " + string(x.Grants) + ", " + string(x.Refuses)
	}
	if x.RoleNow != x.RoleBefore {
		s += " role"
	}
	for what, list := range map[string][]string{" rule changed": x.RulesChanged} {
		if len(list) > 0 {
			s += what
		}
	}
	if len(x.RulesAdded) > 0 {
		s += " rule added"
	}
	if len(x.RulesRemoved) > 0 {
		s += " rule removed"
	}
	return s
}

// checkRequests makes sure that more and less have a request that shows it.
func checkRequests(t *testing.T, x planner.Differs) {
	t.Helper()
	more, less := x.Grants == planner.More || x.Grants == planner.Other, x.Grants == planner.Less || x.Grants == planner.Other
	if more != (x.GrantedNow != nil) || less != (x.GrantedBefore != nil) {
		t.Errorf("%s grants %s, shown by %+v and %+v", x.Kind, x.Grants, x.GrantedNow, x.GrantedBefore)
	}
}

// A plan does not differ from itself, nor from itself in other words; without
// one of its statements it grants or refuses less.
func TestCompareProperties(t *testing.T) {
	cuts := 0
	rapid.Check(t, func(t *rapid.T) {
		rules, writers := drawRules(t), drawWriters(t)
		p, again := build(t, rules, writers), build(t, rules, writers)
		var policies []int
		for i, d := range again.Documents {
			if d.Kind == replication.ReplicationConfiguration {
				continue
			}
			policies = append(policies, i)
			again.Documents[i].Document = shuffled(t, d)
		}
		d, err := planner.Compare(p, again)
		if err != nil || d.Changed() {
			t.Fatalf("a plan differs from itself in other words: %v, %+v", err, d)
		}
		if len(policies) == 0 {
			return
		}
		i := rapid.SampledFrom(policies).Draw(t, "document")
		whole := parse(t, again.Documents[i])
		cut := policy.New(whole.Statements[1:]...)
		again.Documents[i].Document, err = cut.Encode()
		if err != nil {
			t.Fatal(err)
		}
		d, err = planner.Compare(p, again)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range d.Documents {
			if x.Grants == planner.More || x.Grants == planner.Other || x.Refuses == planner.More || x.Refuses == planner.Other {
				if whole.Statements[0].Effect == policy.Deny && x.Refuses == planner.Less {
					continue // what is not refused any more may be granted by another statement
				}
				t.Fatalf("without %+v, %+v", whole.Statements[0], x)
			}
		}
		if d.Changed() {
			cuts++
		}
	})
	if cuts == 0 {
		t.Error("no statement was missed")
	}
}

// shuffled writes a policy with its statements in another order, without Sids.
func shuffled(t *rapid.T, d planner.Document) []byte {
	whole := parse(t, d)
	statements := rapid.Permutation(whole.Statements).Draw(t, "order")
	for i := range statements {
		statements[i].Sid = ""
	}
	text, err := policy.New(statements...).Encode()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// ruleToNowhere is a saved plan with a rule that has no destination.
const ruleToNowhere = `{"schema":"repligrant.plan/v1","documents":[{"kind":"replication-configuration","document":{"Rules":[{}]}}]}`

func TestReadRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"empty":              "",
		"null":               "null",
		"another schema":     `{"schema":"repligrant.audit/v1"}`,
		"a schema of 3":      `{"schema":3}`,
		"documents of text":  `{"schema":"repligrant.plan/v1","documents":"x"}`,
		"a broken policy":    `{"schema":"repligrant.plan/v1","documents":[{"kind":"role-policy","document":{"Statement":3}}]}`,
		"a broken rule":      ruleToNowhere,
		"no document at all": `{"schema":"repligrant.plan/v1","documents":[{"kind":"replication-configuration"}]}`,
	} {
		_, err := planner.Read("plan.json", []byte(text))
		if l := diag.Of(err); len(l) != 1 || l[0].Pos.File != "plan.json" || l[0].Hint.English == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
