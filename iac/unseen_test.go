package iac_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/iac"
	"github.com/repligrant/repligrant/snapshot"
)

// reach is a resource that was left, with what it may change: all of an account,
// all of every account, or only what is in doubt anyway.
type reach struct {
	Address, Account string
	Unseen           bool
}

func reached(l *iac.Layer) []reach {
	var out []reach
	for _, x := range l.Left {
		out = append(out, reach{x.Address, x.Account, x.Unseen})
	}
	return out
}

// What nobody can see into may change anything of its account; what reaches into
// other accounts, or runs with credentials that nobody knows, anything at all.
func TestUnseenInPlan(t *testing.T) {
	change := func(address, kind string) string {
		return `{"address": "` + address + `", "mode": "managed", "type": "` + kind + `", "name": "a", "change": {"actions": ["create"], "before": null, "after": {}}}`
	}
	changes := newBucket
	for _, kind := range []string{"aws_cloudformation_stack", "aws_cloudformation_stack_set", "aws_iam_group_policy", "aws_organizations_policy", "null_resource", "random_id"} {
		changes += ", " + change(kind+".a", kind)
	}
	config := bucketConfig + `, {"address": "null_resource.a", "provider_config_key": "null", "provisioners": [{"type": "local-exec", "expressions": {"command": {"constant_value": "make"}}}]}`
	_, l := apply(t, planText(changes, config))
	want := []reach{
		{"aws_cloudformation_stack.a", "111122223333", true},
		{"aws_cloudformation_stack_set.a", "", true},
		{"aws_iam_group_policy.a", "111122223333", false},
		{"aws_organizations_policy.a", "", true},
		{"null_resource.a", "", true},
	}
	if diff := cmp.Diff(want, reached(l)); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
}

func TestUnseenInTemplate(t *testing.T) {
	_, l := lay(t, `
Resources:
  Custom: { Type: AWS::CloudFormation::CustomResource }
  Foreign: { Type: Corporate::S3::Guard }
  Group: { Type: AWS::IAM::Group }
  Queue: { Type: AWS::SQS::Queue }
  Sets: { Type: AWS::CloudFormation::StackSet }
  Skill: { Type: Alexa::ASK::Skill }
`, iac.Stack{Account: "111122223333", Partition: "aws"}, &snapshot.Snapshot{Accounts: map[string]*snapshot.Account{"111122223333": {}}})
	want := []reach{{"Custom", "111122223333", true}, {"Foreign", "111122223333", true}, {"Group", "111122223333", false}, {"Sets", "", true}}
	if diff := cmp.Diff(want, reached(l)); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
}

// A group may give its users anything: what they have of groups is open.
func TestGroups(t *testing.T) {
	const user = "arn:aws:iam::111122223333:user/uploader"
	base := &snapshot.Snapshot{Accounts: map[string]*snapshot.Account{"111122223333": {Users: map[string]*snapshot.User{
		user: {GroupPolicies: fact.Of(map[string]snapshot.Document{})},
	}}}}
	for name, text := range map[string]string{
		"a group":            "Resources: { G: { Type: AWS::IAM::Group } }",
		"a policy of groups": "Resources: { G: { Type: AWS::IAM::Policy, Properties: { PolicyName: p, Groups: [g], PolicyDocument: { Statement: [] } } } }",
	} {
		l, err := iac.CloudFormation("t.yaml", []byte(text), iac.Stack{Account: "111122223333", Partition: "aws"})
		if err != nil {
			t.Fatal(err)
		}
		held := l.Over(base).Accounts["111122223333"].Users[user].GroupPolicies
		if at, _ := fact.Address(held.Why()); at != "G" {
			t.Errorf("%s: policies of the user's groups are %v, want open because of G", name, held)
		}
	}
}
