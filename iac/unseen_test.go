package iac_test

import (
	"strings"
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

// A plan that leaves changes for later, or calls an action, does more than it says.
func TestMoreThanPlanned(t *testing.T) {
	for _, c := range []struct{ key, value, want string }{
		{"complete", "false", "plan.json"},
		{"deferred_changes", `[{"reason": "resource_config_unknown"}]`, "plan.json"},
		{"action_invocations", `[{"address": "action.aws_lambda_invoke.x", "type": "aws_lambda_invoke"}]`, "action.aws_lambda_invoke.x"},
	} {
		text := strings.Replace(planText(newBucket, bucketConfig), "{", `{"`+c.key+`": `+c.value+", ", 1)
		_, l := apply(t, text)
		if diff := cmp.Diff([]reach{{c.want, "", true}}, reached(l)); diff != "" {
			t.Errorf("%s: left (-want +got):\n%s", c.key, diff)
		}
	}
}

// A plan that says twice what a resource will be is none of Terraform's.
func TestTwice(t *testing.T) {
	_, err := iac.Terraform("plan.json", []byte(planText(newBucket+","+newBucket, bucketConfig)), "111122223333")
	if err == nil || !strings.Contains(err.Error(), "the plan says twice what aws_s3_bucket.a will be") {
		t.Errorf("a bucket that is planned twice: %v, want it refused", err)
	}
}

// Two resources that say different things of one part may come in any order: it is
// unknown. What both say counts.
func TestRivals(t *testing.T) {
	policies := func(deny string) string {
		return `
Resources:
  A: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: acme-orders, PolicyDocument: { Statement: [{ Effect: ` + deny + `, Principal: "*", Action: "s3:*", Resource: "arn:aws:s3:::acme-orders/*" }] } } }
  B: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: acme-orders, PolicyDocument: { Statement: [{ Effect: Allow, Principal: "*", Action: "s3:*", Resource: "arn:aws:s3:::acme-orders/*" }] } } }
  C: { Type: AWS::IAM::RolePolicy, Properties: { RoleName: replicator, PolicyName: p, PolicyDocument: { Statement: [{ Effect: ` + deny + `, Action: "s3:*", Resource: "*" }] } } }
  D: { Type: AWS::IAM::RolePolicy, Properties: { RoleName: replicator, PolicyName: p, PolicyDocument: { Statement: [{ Effect: Allow, Action: "s3:*", Resource: "*" }] } } }
`
	}
	for deny, want := range map[string]bool{"Deny": false, "Allow": true} {
		a, _ := lay(t, policies(deny), iac.Stack{Account: "111122223333", Partition: "aws"}, &snapshot.Snapshot{})
		inline := a.Roles["arn:aws:iam::111122223333:role/replicator"].InlinePolicies.Or(nil)
		if got := a.Buckets["acme-orders"].Policy.Read(); got != want {
			t.Errorf("%s beside Allow: the policy of the bucket is known: %v, want %v", deny, got, want)
		}
		if d := inline["p"]; d.Read() != want {
			t.Errorf("%s beside Allow: the policy of the role is known: %v, want %v", deny, d.Read(), want)
		}
	}
}

// Fn::Transform may write anything where it stands.
func TestTransforms(t *testing.T) {
	const macro = `"Fn::Transform": { Name: AWS::Include, Parameters: { Location: "s3://b/k" } }`
	for text, want := range map[string]string{
		macro + "\nResources: { Q: { Type: AWS::SQS::Queue } }":                                "Transform",
		"Resources: { " + macro + " }":                                                         "Fn::Transform",
		"Resources: { Guard: { Type: AWS::S3::BucketPolicy, " + macro + ", Properties: {} } }": "Guard",
	} {
		l, err := iac.CloudFormation("t.yaml", []byte(text), iac.Stack{Account: "111122223333", Partition: "aws"})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]reach{{want, "111122223333", true}}, reached(l)); diff != "" {
			t.Errorf("%s: left (-want +got):\n%s", text, diff)
		}
	}
}

// A change that does not say what is done is not passed over.
func TestNoActions(t *testing.T) {
	text := `{"address": "aws_s3_bucket_policy.p", "mode": "managed", "type": "aws_s3_bucket_policy", "change": {"after": {"bucket": "acme-orders", "policy": "{}"}}}`
	_, err := iac.Terraform("plan.json", []byte(planText(text, "")), "111122223333")
	if err == nil || !strings.Contains(err.Error(), "the plan does not say what aws_s3_bucket_policy.p is, or was") {
		t.Errorf("a change without actions: %v, want it refused", err)
	}
}

// A role has one name in any case of letters. No page says whether a policy that
// names it in another case gets to it: what it says is in doubt.
func TestNameInAnotherCase(t *testing.T) {
	const replicator = "arn:aws:iam::111122223333:role/replicator"
	base := &snapshot.Snapshot{Accounts: map[string]*snapshot.Account{"111122223333": {Roles: map[string]*snapshot.Role{
		replicator: {InlinePolicies: fact.Of(map[string]snapshot.Document{}), AttachedPolicies: fact.Of(map[string]snapshot.Document{})},
	}}}}
	text := `
Resources:
  P: { Type: AWS::IAM::RolePolicy, Properties: { RoleName: REPLICATOR, PolicyName: p, PolicyDocument: { Statement: [{ Effect: Deny, Action: "s3:*", Resource: "*" }] } } }
`
	a, _ := lay(t, text, iac.Stack{Account: "111122223333", Partition: "aws"}, base)
	d, ok := a.Roles[replicator].InlinePolicies.Or(nil)["p"]
	if !ok || d.Read() {
		t.Errorf("a Deny for REPLICATOR is, for replicator: there %v, known %v; want it there and not known", ok, d.Read())
	}
}
