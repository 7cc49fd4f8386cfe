package iac_test

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/iac"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/snapshot"
)

// wish is a statement of a bucket policy. What is written may be hidden behind a
// function that nobody can evaluate.
func wish(t *rapid.T) map[string]any {
	pick := func(label string, values ...any) any { return rapid.SampledFrom(values).Draw(t, label) }
	list := func(label string, values ...any) any {
		return rapid.SliceOfN(rapid.SampledFrom(values), 1, 2).Draw(t, label)
	}
	out := map[string]any{"Effect": pick("effect", "Allow", "Deny")}
	out[pick("a", "Action", "NotAction").(string)] = list("actions", "s3:GetObject", "s3:Put*", "*", "ec2:*")
	out[pick("r", "Resource", "NotResource").(string)] = list("resources", "arn:aws:s3:::b/*", "arn:aws:s3:::b/a*", "arn:aws:s3:::c/*")
	out["Principal"] = map[string]any{"AWS": list("principals", roleR, roleS, "arn:aws:iam::"+owner+":root", "*")}
	if rapid.Bool().Draw(t, "condition") {
		out["Condition"] = map[string]any{"StringEquals": map[string]any{"aws:PrincipalTag/a": list("tag", "x", "y"), "s3:signatureversion": list("version", "z")}}
	}
	return out
}

// hide puts a function that nobody can evaluate in the place of some part of a
// value.
func hide(t *rapid.T, v any) any {
	switch v := v.(type) {
	case map[string]any:
		keys := []string{}
		for _, k := range []string{"Sid", "Action", "NotAction", "Resource", "NotResource", "Principal", "AWS", "Condition", "StringEquals", "aws:PrincipalTag/a", "Effect"} {
			if _, ok := v[k]; ok {
				keys = append(keys, k)
			}
		}
		if len(keys) > 0 && rapid.IntRange(0, 9).Draw(t, "deeper") > 0 {
			c := map[string]any{}
			for k := range v {
				c[k] = v[k]
			}
			k := rapid.SampledFrom(keys).Draw(t, "key")
			c[k] = hide(t, v[k])
			return c
		}
	case []any:
		if rapid.Bool().Draw(t, "element") {
			c := append([]any{}, v...)
			i := rapid.IntRange(0, len(v)-1).Draw(t, "index")
			c[i] = hide(t, v[i])
			return c
		}
	}
	return map[string]any{"Fn::ImportValue": "x"}
}

// policyOf is the policy that a template gives a bucket.
func policyOf(t *rapid.T, statements []any) snapshot.Document {
	text, err := json.Marshal(map[string]any{"Resources": map[string]any{"P": map[string]any{"Type": "AWS::S3::BucketPolicy", "Properties": map[string]any{
		"Bucket": "b", "PolicyDocument": map[string]any{"Version": "2012-10-17", "Statement": statements},
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := iac.CloudFormation("t.json", text, stack)
	if err != nil {
		t.Fatal(err)
	}
	return l.Over(&snapshot.Snapshot{}).Accounts[stackAccount].Buckets["b"].Policy
}

// TestHidden: whatever is hidden of a policy, what is decided without it holds
// with it.
func TestHidden(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var whole, hidden []any
		for range rapid.IntRange(1, 3).Draw(t, "statements") {
			w := wish(t)
			whole = append(whole, w)
			if rapid.Bool().Draw(t, "hide") {
				hidden = append(hidden, hide(t, w))
			} else {
				hidden = append(hidden, w)
			}
		}
		with, without := policyOf(t, whole), policyOf(t, hidden)
		if !with.Read() {
			t.Fatalf("the policy that is known is %v", with)
		}
		for _, key := range []string{"a", "b"} {
			r := policy.Request{
				Action: "s3:GetObject", Resource: "arn:aws:s3:::b/" + key, ResourceAccount: rapid.SampledFrom([]string{owner, "444455556666"}).Draw(t, "owner"),
				Caller: policy.Caller{Kind: policy.Role, ARN: roleR, Account: owner}, Context: policy.Context{Keys: map[string]policy.Domain{}},
			}
			own := policy.New()
			if rapid.Bool().Draw(t, "allowed by its own policies") {
				own = policy.New(policy.Statement{Effect: policy.Allow, Action: policy.One("s3:*"), Resource: policy.One("*")})
			}
			if got, want := decided(r, own, without), decided(r, own, with); got&want != want {
				t.Errorf("s3:GetObject on %s is %v, and %v where nobody knows all of the policy:\n%v\n%v", r.Resource, want, got, with, without)
			}
		}
	})
}

func decided(r policy.Request, own *policy.Document, d snapshot.Document) policy.Decision {
	return policy.Decide(r, policy.Policies{
		Identity: []policy.Source{{Document: fact.Of(own)}}, Resource: policy.Source{Document: d.Value}, Boundary: policy.Source{Document: fact.Absent[*policy.Document]()},
		SCPs: fact.Absent[[][]policy.Source](), RCPs: fact.Absent[[][]policy.Source](),
	}).Classes[0].Decision
}
