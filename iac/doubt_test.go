package iac_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/iac"
	"github.com/repligrant/repligrant/snapshot"
)

// A said is a statement as text, and the address of what nobody knows of it.
type said struct{ Text, Doubt string }

func saidBy(t *testing.T, d snapshot.Document) []said {
	t.Helper()
	held, ok := d.Get()
	if !ok {
		t.Fatalf("the document is %v", d)
	}
	var out []said
	for _, st := range held.Statements {
		text, err := st.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		address, _ := fact.Address(st.Doubt)
		out = append(out, said{string(text), address})
	}
	return out
}

// TestStatementsInDoubt: a value that nobody knows leaves its statement in doubt,
// and only as far as it goes.
func TestStatementsInDoubt(t *testing.T) {
	const template = `
Resources:
  Unnamed: { Type: AWS::S3::Bucket }
  Made: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Statement: [] } } }
  P: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: b, PolicyDocument: { Version: 2012-10-17, Statement: %s } } }
`
	const at = "P.PolicyDocument.Statement"
	for _, tt := range []struct {
		name, statement string
		want            []said
	}{
		{
			"one of two statements", `[{ Effect: Allow, Action: a, Resource: !GetAtt Unnamed.Arn }, { Effect: Deny, Action: b, Resource: "*" }]`,
			[]said{{`{"Effect":"Allow","Action":"a","Resource":"*"}`, at + "[0].Resource"}, {`{"Effect":"Deny","Action":"b","Resource":"*"}`, ""}},
		},
		{
			"one of two resources", `{ Effect: Allow, Action: a, Resource: [x, !GetAtt Unnamed.Arn] }`,
			[]said{{`{"Effect":"Allow","Action":"a","Resource":["x"]}`, ""}, {`{"Effect":"Allow","Action":"a","Resource":"*"}`, at + ".Resource[1]"}},
		},
		{
			"one of two principals", `[{ Effect: Allow, Principal: { AWS: [x, !GetAtt Made.Arn], Service: s }, Action: a, Resource: r }]`,
			[]said{
				{`{"Effect":"Allow","Principal":{"AWS":["x"],"Service":"s"},"Action":"a","Resource":"r"}`, ""},
				{`{"Effect":"Allow","Principal":"*","Action":"a","Resource":"r"}`, at + "[0].Principal.AWS[1]"},
			},
		},
		{
			"a condition", `[{ Effect: Deny, Action: a, Resource: r, Condition: { StringEquals: { k: !Ref Unnamed, l: x } } }]`,
			[]said{{`{"Effect":"Deny","Action":"a","Resource":"r","Condition":{"StringEquals":{"l":"x"}}}`, at + "[0].Condition.StringEquals.k"}},
		},
		{
			"all but some resources", `[{ Effect: Deny, Action: a, NotResource: [x, !GetAtt Unnamed.Arn] }]`,
			[]said{{`{"Effect":"Deny","Action":"a","Resource":"*"}`, at + "[0].NotResource[1]"}},
		},
		{
			"all but some actions", `[{ Effect: Deny, NotAction: [x, !GetAtt Unnamed.Arn], Resource: r }]`,
			[]said{{`{"Effect":"Deny","Action":"*","Resource":"r"}`, at + "[0].NotAction[1]"}},
		},
		{
			"all but some principals", `[{ Effect: Deny, NotPrincipal: { AWS: !GetAtt Made.Arn }, Action: a, Resource: r }]`,
			[]said{{`{"Effect":"Deny","Principal":"*","Action":"a","Resource":"r"}`, at + "[0].NotPrincipal.AWS"}},
		},
		{"a Sid", `[{ Sid: !Ref Unnamed, Effect: Deny, Action: a, Resource: r }]`, []said{{`{"Effect":"Deny","Action":"a","Resource":"r"}`, ""}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, _ := lay(t, fmt.Sprintf(template, tt.statement), stack, nil)
			if d := cmp.Diff(tt.want, saidBy(t, a.Buckets["b"].Policy)); d != "" {
				t.Errorf("the statements (-want +got):\n%s", d)
			}
		})
	}
	for name, statement := range map[string]string{
		"an effect": `[{ Effect: !Ref Unnamed, Action: a, Resource: r }]`, "a statement": `[!Ref Unnamed]`, "all statements": `!Ref Unnamed`, "an element that is none": `[{ Effect: Allow, Actions: !Ref Unnamed }]`,
	} {
		if a, _ := lay(t, fmt.Sprintf(template, statement), stack, nil); a.Buckets["b"].Policy.Read() {
			t.Errorf("with %s that nobody knows, the policy is %v, want it unknown", name, a.Buckets["b"].Policy)
		}
	}
}

// TestPolicyDocument reads a plan of Terraform 1.11 with the provider's version 5:
// a data source that is read at apply, since it refers to buckets that are made.
func TestPolicyDocument(t *testing.T) {
	data, err := os.ReadFile("testdata/document.json")
	if err != nil {
		t.Fatal(err)
	}
	l, err := iac.Terraform("document.json", data, owner)
	if err != nil {
		t.Fatal(err)
	}
	a := l.Over(&snapshot.Snapshot{}).Accounts[owner]
	const at = "data.aws_iam_policy_document.p.statement"
	want := []said{
		{`{"Effect":"Allow","Action":["s3:GetReplicationConfiguration","s3:ListBucket"],"Resource":["arn:aws:s3:::fixed"]}`, ""},
		{`{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::444455556666:root"],"Service":["s3.amazonaws.com"]},"Action":["s3:ReplicateObject"],"Resource":["arn:aws:s3:::acme-copy/${aws:username}/*"],"Condition":{"StringEquals":{"aws:SourceAccount":["1"]}}}`, at + "[1].condition[1].values[0]"},
		{`{"Effect":"Deny","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::acme-copy*"]}`, at + "[2].resources[0]"},
		{`{"Effect":"Allow","Action":["s3:GetReplicationConfiguration","s3:ListBucket"],"Resource":["arn:aws:s3:::acme-orders*"]}`, at + "[0].resources[1]"},
	}
	if d := cmp.Diff(want, saidBy(t, a.Roles["arn:aws:iam::111122223333:role/r"].InlinePolicies.Or(nil)["replication"])); d != "" {
		t.Errorf("the statements (-want +got):\n%s", d)
	}
	trust := saidBy(t, a.Roles["arn:aws:iam::111122223333:role/other"].AssumeRolePolicyDocument)
	if d := cmp.Diff([]said{{`{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:role/r"]},"Action":["sts:AssumeRole"]}`, ""}}, trust); d != "" {
		t.Errorf("the trust policy names a role that is made (-want +got):\n%s", d)
	}
	if got := a.Buckets["acme-copy"].Policy; got.Read() {
		t.Errorf("a data source that takes another document in gives %v, want it unknown", got)
	}
	if got := strings.Join(l.Taken, " "); !strings.Contains(got, "aws_iam_role_policy.replication.policy=data.aws_iam_policy_document.p") || !strings.Contains(got, "statement[2].resources[0]=arn:aws:s3:::acme-copy*") {
		t.Errorf("taken for granted: %s", got)
	}
}
