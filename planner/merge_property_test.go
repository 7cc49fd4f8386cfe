package planner_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// oddStatements are what others write into policies, with the target's ARN for
// TARGET.
var oddStatements = []string{
	`{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["TARGET","TARGET/*"],"Condition":{"Bool":{"aws:SecureTransport":false}}}`,
	`{"Sid":"","Resource":["TARGET/*","TARGET/*"],"Action":["s3:GetObject"],"Principal":{"AWS":["111122223333","*"]},"Effect":"Allow"}`,
	`{"Sid":"S3PolicyStmt-DO-NOT-MODIFY-1","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":["s3:GetBucketVersioning","s3:PutBucketVersioning","s3:ReplicateObject","s3:ReplicateDelete"],"Resource":["TARGET","TARGET/*"]}`,
	`{"Sid":"repligrant","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/replication-0"},"Action":"s3:ReplicateTags","Resource":"TARGET/*"}`,
	`{"Effect":"Allow","Principal":{"AWS":["AROAEXAMPLEEXAMPLE01"]},"Action":"s3:replicateobject","Resource":"TARGET/logs/*"}`,
	`{"Effect":"Deny","NotPrincipal":{"AWS":["111122223333"]},"NotAction":"s3:Get*","Resource":"*"}`,
	`{"Sid":"Vpce","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["TARGET","TARGET/*"],"Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}}`,
	`{"Sid":"Org","Effect":"Deny","Principal":{"AWS":"*"},"Action":"s3:Replicate*","Resource":"TARGET/*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-1"},"ArnNotEquals":{"aws:PrincipalArn":["arn:aws:iam::111122223333:role/admin"]}}}`,
	`{"Effect":"Allow","Principal":"*","NotAction":[],"Resource":"TARGET/\u00e9<>&"}`,
	`{"Sid":"RepligrantOtherSpec","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/of-another-spec"},"Action":"s3:ReplicateObject","Resource":"TARGET/*"}`,
	`{"Sid":"RepligrantOtherEveryone","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"TARGET/*"}`,
	`{"Sid":"RepligrantGone","Effect":"Allow","Principal":{"AWS":"AROAEXAMPLEEXAMPLE02"},"Action":"s3:ReplicateObject","Resource":"TARGET/*"}`,
}

// isOthers reports whether a statement has to stay: also of repligrant's own
// those that a plan for other roles wrote.
func isOthers(st string) bool {
	return !strings.Contains(st, `"Sid":"Repligrant`) || strings.Contains(st, `"Sid":"RepligrantOther`)
}

func drawPolicy(t *rapid.T, target string) (text string, foreign []string) {
	var statements []string
	for _, st := range rapid.SliceOfN(rapid.SampledFrom(oddStatements), 0, 5).Draw(t, "statements of "+target) {
		st = strings.ReplaceAll(st, "TARGET", target)
		statements = append(statements, st)
		if isOthers(st) {
			foreign = append(foreign, st)
		}
	}
	version := rapid.SampledFrom([]string{`"Version":"2012-10-17",`, `"Version":"2008-10-17",`, `"Id":"x",`, ""}).Draw(t, "version")
	if len(statements) == 1 && rapid.Bool().Draw(t, "no list") {
		return "{" + version + ` "Statement" : ` + statements[0] + "}", foreign
	}
	return "{" + version + ` "Statement" : [` + strings.Join(statements, " , ") + "]}", foreign
}

// TestMergeProperties: what others wrote stays to the byte and in its order; to
// merge again changes nothing; and the merged policy grants what the plan is
// there for, unless a Deny that was named is in the way.
func TestMergeProperties(t *testing.T) {
	seen := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		rules, writers := drawRules(t), drawWriters(t)
		p := build(t, rules, writers)
		have := planner.Existing{Policies: map[string]planner.Held{}}
		foreign := map[string][]string{}
		for _, target := range p.Targets() {
			text, others := drawPolicy(t, target)
			have.Policies[target], foreign[target] = held(text), others
		}
		if err := p.Merge(have); err != nil {
			t.Fatal(err)
		}
		for _, d := range p.Documents {
			if d.Change == "" {
				continue
			}
			seen[string(d.Change)]++
			seen[string(d.Kind)]++
			checkForeign(t, d, foreign[d.Target])
			have.Policies[d.Target] = held(string(d.Merged))
		}
		checkGrants(t, p)
		again := build(t, rules, writers)
		if err := again.Merge(have); err != nil {
			t.Fatal(err)
		}
		for _, d := range again.Documents {
			if d.Change != "" && (d.Change != planner.NoChange || d.Diff != "" || string(d.Merged) != string(have.Policies[d.Target].Text)) {
				t.Fatalf("%s of %s, merged again: %s\n%s", d.Kind, d.Target, d.Change, d.Diff)
			}
		}
	})
	for _, what := range []string{string(planner.Add), string(planner.Replace), string(replication.SourceBucketPolicy)} {
		if seen[what] == 0 {
			t.Errorf("no case had %s: %v", what, seen)
		}
	}
}

// checkForeign compares the statements of others, of which some may be narrowed.
func checkForeign(t *rapid.T, d planner.Document, want []string) {
	var whole struct{ Statement []json.RawMessage }
	if strings.Contains(string(d.Merged), `"Statement":{`) {
		return // it is as it was, to the byte
	}
	if err := json.Unmarshal(d.Merged, &whole); err != nil {
		t.Fatalf("%s: %v", d.Merged, err)
	}
	var got []string
	for _, st := range whole.Statement {
		if isOthers(string(st)) {
			got = append(got, string(st))
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%d statements of others, want %d: %s", len(got), len(want), d.Merged)
	}
	for i := range want {
		narrowed := strings.Contains(want[i], `"Deny"`) && strings.Contains(got[i], "ArnNotEquals")
		if got[i] != want[i] && !narrowed {
			t.Fatalf("statement of others\n%s\nbecame\n%s", want[i], got[i])
		}
	}
}

// checkGrants looks at each part of a merged policy by itself: without the
// statements that deny, every requirement that it holds is allowed.
func checkGrants(t *rapid.T, p *planner.Plan) {
	for _, d := range p.Documents {
		if d.Change == "" {
			continue
		}
		whole, err := policy.Parse(d.Merged)
		if err != nil {
			t.Fatalf("%s: %v", d.Merged, err)
		}
		whole.Statements = slices.DeleteFunc(whole.Statements, func(st policy.Statement) bool { return st.Effect == policy.Deny })
		for _, q := range p.Requirements {
			if slices.Contains(q.Holders, d.Kind) && planner.Reach(&q) == d.Target && !allows(whole, q) {
				t.Fatalf("%s of %s does not hold %s:\n%s", d.Kind, d.Target, q.ID, d.Merged)
			}
		}
	}
}

// allows decides a requirement by one policy, with a caller who may do everything.
func allows(d *policy.Document, q replication.Requirement) bool {
	everything := policy.New(policy.Statement{Effect: policy.Allow, Action: policy.One("*"), Resource: policy.One("*")})
	caller := policy.Caller{Kind: policy.Role, ARN: q.Principal, Account: q.Account}
	if strings.Contains(q.Principal, ":user/") {
		caller.Kind = policy.User
	}
	account := q.ResourceAccount
	if account == q.Account {
		account = "999999999999" // so that the policy of the resource is needed
	}
	call := replication.Call{Action: q.Action, Caller: q.Principal, Account: q.Account, ResourceAccount: account, Human: true, SourceIPs: []string{"203.0.113.0/24"}}
	call.ViaService, call.EncryptionContext = q.Context[replication.ViaService], q.Context[replication.EncryptionContext]
	for _, c := range q.Condition {
		if c.Key == "s3:DataAccessPointArn" {
			call.AccessPoint = c.Values.Values[0]
		}
	}
	return policy.Decide(policy.Request{
		Caller: caller, Action: q.Action, Resource: q.Resource, Pattern: true, ResourceAccount: account, Context: call.Context(),
	}, policies(everything, d)).Allowed()
}

func policies(identity, resource *policy.Document) policy.Policies {
	none := policy.Source{Document: fact.Absent[*policy.Document]()}
	return policy.Policies{
		Identity: []policy.Source{{Document: fact.Of(identity)}}, Resource: policy.Source{Document: fact.Of(resource)}, Boundary: none,
		SCPs: fact.Absent[[][]policy.Source](), RCPs: fact.Absent[[][]policy.Source](),
	}
}
