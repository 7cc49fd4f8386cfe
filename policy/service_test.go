package policy_test

import (
	"testing"

	"github.com/repligrant/repligrant/policy"
)

// TestServices has what a service decides beside its policies.
func TestServices(t *testing.T) {
	const (
		bucket = "arn:aws:s3:::b"
		role   = "arn:aws:iam::111122223333:role/r"
		key    = "arn:aws:kms:eu-west-1:111122223333:key/k"
		open   = policy.Allowed | policy.ImplicitDeny | policy.ExplicitDeny
	)
	tests := map[string]struct {
		w    world
		want policy.Decision
	}{
		"root users assume no role":           {world{caller: asRoot, action: "sts:AssumeRole", resource: role, bucket: allow(principal(own))}, implicit},
		"nor do anonymous callers":            {world{caller: anyone, action: "sts:AssumeRole", resource: role, bucket: allow(everyone)}, implicit},
		"nor federated sessions":              {world{caller: asGuest, action: "sts:AssumeRole", resource: role, bucket: allow(everyone), session: allow(), identity: allow()}, implicit},
		"who have one action of STS":          {world{caller: asGuest, action: "sts:GetSessionToken", resource: "*", session: allow(), identity: allow()}, implicit},
		"users do":                            {world{caller: asUser, action: "sts:AssumeRole", resource: role, bucket: allow(principal(userARN))}, allowed},
		"who calls needs no permission":       {world{caller: asUser, action: "sts:GetCallerIdentity", resource: "*", identity: deny()}, allowed},
		"not even to a policy that is unread": {world{caller: asUser, action: "sts:GetCallerIdentity", resource: "*", identity: unread}, allowed},
		"anonymous callers are nobody":        {world{caller: anyone, action: "sts:GetCallerIdentity", resource: "*"}, implicit},
		"KMS knows who calls":                 {world{caller: anyone, action: "kms:Decrypt", resource: key, bucket: allow(everyone)}, implicit},
		"a grant decides on its retirement":   {world{action: "kms:RetireGrant", resource: key, bucket: allow(principal(roleARN)), identity: allow()}, open},
		"whatever policies say":               {world{action: "kms:RetireGrant", resource: key, identity: deny()}, open},
		"a bucket policy is its owner's":      {world{action: "s3:PutBucketPolicy", resource: bucket, owner: foreign, bucket: allow(everyone), identity: allow()}, implicit},
		"who reads it in the account":         {world{action: "s3:GetBucketPolicy", resource: bucket, bucket: allow(everyone)}, allowed},
		"and can be shut out":                 {world{action: "s3:GetBucketPolicy", resource: bucket, bucket: deny(everyone), identity: allow()}, explicit},
		"but not as root":                     {world{caller: asRoot, action: "s3:DeleteBucketPolicy", resource: bucket, bucket: deny(everyone)}, allowed},
		"whom the organization can stop":      {world{caller: asRoot, action: "s3:DeleteBucketPolicy", resource: bucket, bucket: deny(everyone), scps: []string{deny()}}, explicit},
		"nor as root of another account":      {world{caller: asRoot, action: "s3:GetBucketPolicy", resource: bucket, owner: foreign, bucket: deny(everyone)}, explicit},

		"a federated session without session policy has nothing": {world{caller: asGuest, identity: allow()}, implicit},
		"but what a resource policy gives it":                    {world{caller: asGuest, bucket: allow(principal(asGuest.ARN))}, allowed},
		"with one it has what both allow":                        {world{caller: asGuest, identity: allow(), session: allow()}, allowed},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			a := tt.w.decide(t)
			check(t, a, tt.want)
			if d, _ := tt.w.quick(t); d != tt.want {
				t.Errorf("without reasons: %03b, want %03b", d, tt.want)
			}
			if tt.want == open && len(a.Classes[0].Open) == 0 {
				t.Error("nothing says what the decision depends on")
			}
		})
	}
}

// TestLetters: actions and keys compare without case, which only letters of
// ASCII have.
func TestLetters(t *testing.T) {
	for action, want := range map[string]policy.Decision{"S3:replicateOBJECT": allowed, "\u017f3:ReplicateObject": implicit} {
		check(t, world{identity: stmt(policy.Allow, action, "*")}.decide(t), want)
	}
	check(t, world{identity: allow(when("StringEquals", "AWS:K", `"x"`)), keys: exactly("aws:k", "x")}.decide(t), allowed)
	check(t, world{identity: allow(when("StringEquals", "aws:\u212a", `"x"`)), keys: exactly("aws:k", "x")}.decide(t), implicit)
}

// TestNoData: a value that comes to no data, as the empty text does, is no value
// to a set operator; whether it is one to a variable stands nowhere.
func TestNoData(t *testing.T) {
	empty := func(operator, value string) world {
		return world{identity: allow(when(operator, "k", value)), keys: exactly("k", "")}
	}
	compared := func(with string) world {
		return world{identity: allow(when("StringEquals", "k", `"`+with+`"`)), keys: exactly("k", "x", "v", "")}
	}
	variable := func(resource string) world {
		return world{identity: stmt(policy.Allow, "*", resource), keys: exactly("v", "")}
	}
	tests := map[string]struct {
		w    world
		want policy.Decision
	}{
		"ForAllValues is true":         {empty("ForAllValues:StringEquals", `"x"`), allowed},
		"ForAnyValue is false":         {empty("ForAnyValue:StringNotEquals", `"x"`), implicit},
		"with IfExists nobody knows":   {empty("ForAnyValue:StringEqualsIfExists", `"x"`), allowed | implicit},
		"a single value is what it is": {empty("StringEquals", `""`), allowed},
		"a variable may be empty":      {variable("arn:aws:s3:::b/x${v}"), allowed | implicit},
		"or nothing matches":           {variable("arn:aws:s3:::b/y${v}"), implicit},
		"in conditions too":            {compared("x${v}"), allowed | implicit},
		"or no value matches":          {compared("y${v}"), implicit},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			check(t, tt.w.decide(t), tt.want)
			if d, _ := tt.w.quick(t); d != tt.want {
				t.Errorf("without reasons: %03b, want %03b", d, tt.want)
			}
		})
	}
}
