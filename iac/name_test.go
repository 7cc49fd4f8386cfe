package iac_test

import (
	"fmt"
	"testing"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/iac"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/snapshot"
)

// What stands where a name belongs, and can be none, may mean any bucket or role:
// each is in doubt. A number is a name by its digits.
func TestNotAName(t *testing.T) {
	const (
		account = "111122223333"
		role    = "arn:aws:iam::" + account + ":role/replicator"
	)
	quiet := snapshot.Of(&policy.Document{Version: policy.Version2012})
	base := &snapshot.Snapshot{Accounts: map[string]*snapshot.Account{account: {
		Buckets: map[string]*snapshot.Bucket{"acme-orders": {Policy: quiet}},
		Roles:   map[string]*snapshot.Role{role: {InlinePolicies: fact.Of(map[string]snapshot.Document{})}},
	}}}
	const (
		bucketPolicy = `Resources: { G: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: %s, PolicyDocument: { Statement: [] } } } }`
		rolePolicy   = `Resources: { G: { Type: AWS::IAM::Policy, Properties: { PolicyName: p, Roles: %s, PolicyDocument: { Statement: [{ Effect: Deny, Action: "s3:*", Resource: "*" }] } } } }`
	)
	for _, c := range []struct {
		template, value string
		doubt           bool
	}{
		{bucketPolicy, `"arn:aws:s3:::acme-orders"`, true},
		{bucketPolicy, `true`, true},
		{bucketPolicy, `[acme-orders]`, true},
		{bucketPolicy, `{}`, true},
		{bucketPolicy, `null`, true},
		{bucketPolicy, `""`, true},
		{bucketPolicy, `1.5`, true},
		{bucketPolicy, `123456789012`, false},
		{bucketPolicy, `another`, false},
		{rolePolicy, `["` + role + `"]`, true},
		{rolePolicy, `[{}]`, true},
		{rolePolicy, `[12]`, false},
		{rolePolicy, `[another]`, false},
	} {
		a, l := lay(t, fmt.Sprintf(c.template, c.value), iac.Stack{Account: account, Partition: "aws"}, base)
		doubt := !a.Buckets["acme-orders"].Policy.Read() || len(a.Roles[role].InlinePolicies.Or(nil)) > 0
		if doubt != c.doubt || (len(l.Left) > 0) != c.doubt {
			t.Errorf("%s: in doubt: %v, want %v; left %v", c.value, doubt, c.doubt, l.Left)
		}
	}
}

// So it is in a plan.
func TestNotANameInPlan(t *testing.T) {
	const bucket = "arn:aws:s3:::acme-orders"
	a, l := apply(t, planText(newBucket+`, {"address": "aws_s3_bucket_policy.p", "mode": "managed", "type": "aws_s3_bucket_policy", "name": "p",
		"change": {"actions": ["create"], "before": null, "after": {"bucket": "`+bucket+`", "policy": "{}"}}}`, bucketConfig))
	if at, _ := fact.Address(a.Buckets["acme-orders"].Policy.Why()); at != "aws_s3_bucket_policy.p" || len(l.Left) != 1 {
		t.Errorf("the policy of a bucket is open because of %q, left %v; want it open because of one for %s", at, l.Left, bucket)
	}
}
