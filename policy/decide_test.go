package policy_test

import (
	"testing"

	"github.com/repligrant/repligrant/policy"
)

// TestDecide has AWS's rules one by one. Each case names the rule.
func TestDecide(t *testing.T) {
	const b = "arn:aws:s3:::b/"
	key := "arn:aws:kms:us-east-1:111122223333:key/k"
	role := "arn:aws:iam::111122223333:role/path/repl"
	tests := []struct {
		name string
		world
		want policy.Decision
	}{
		// Conditions.
		{"a negated operator with IfExists denies where the key is missing", world{identity: allow() + `,` + deny(when("StringNotLikeIfExists", "s3:prefix", `"uploads/*"`))}, explicit},
		{"a negated operator denies where the key is missing", world{identity: allow() + `,` + deny(when("StringNotLike", "s3:prefix", `"uploads/*"`))}, explicit},
		{"a positive operator does not match where the key is missing", world{identity: allow() + `,` + deny(when("StringLike", "s3:prefix", `"private/*"`))}, allowed},
		{"NotResource spares", world{resource: b + "uploads/x", identity: allow() + `,{"Effect": "Deny", "Action": "*", "NotResource": "` + b + `uploads/*"}`}, allowed},
		{"NotResource denies the rest", world{resource: b + "other", identity: allow() + `,{"Effect": "Deny", "Action": "*", "NotResource": "` + b + `uploads/*"}`}, explicit},
		{"Bool, key missing", world{identity: allow() + `,` + deny(when("Bool", "aws:SecureTransport", `false`))}, allowed},
		{"BoolIfExists, key missing", world{identity: allow() + `,` + deny(when("BoolIfExists", "aws:SecureTransport", `"false"`))}, explicit},
		{"StringNotEquals, key missing", world{identity: allow() + `,` + deny(when("StringNotEquals", "aws:SourceVpce", `"v"`))}, explicit},
		{"values of a negated operator are alternatives that must all differ", world{keys: exactly("k", "a"), identity: allow() + `,` + deny(when("StringNotEquals", "k", `["a", "b"]`))}, allowed},
		{"values of a positive operator are alternatives", world{keys: exactly("k", "b"), identity: allow(when("StringEquals", "k", `["a", "b"]`))}, allowed},
		{"two keys must both match", world{keys: exactly("a", "1", "b", "2"), identity: allow(`"Condition": {"StringEquals": {"a": "1", "b": "1"}}`)}, implicit},
		{"names of keys and operators compare without case", world{keys: exactly("aws:PrincipalTag/Team", "x"), identity: allow(when("stringEQUALS", "AWS:principaltag/team", `"x"`))}, allowed},
		{"ForAllValues is true of no values", world{identity: allow(when("ForAllValues:StringEquals", "aws:TagKeys", `["a"]`))}, allowed},

		// Actions and resources.
		{"actions compare without case", world{identity: stmt(policy.Allow, "S3:replicateobject", "*")}, allowed},
		{"NotAction", world{identity: `{"Effect": "Allow", "NotAction": "s3:replicate*", "Resource": "*"}`}, implicit},
		{"resources compare with case", world{resource: b + "logs/x", identity: stmt(policy.Allow, "*", b+"Logs/*")}, implicit},
		{"a wildcard crosses slashes", world{resource: b + "1/2/test/3/o", identity: stmt(policy.Allow, "*", b+"*/test/*")}, allowed},
		{"both slashes must be there", world{resource: b + "test/o", identity: stmt(policy.Allow, "*", b+"*/test/*")}, implicit},
		{"a newline in a key", world{resource: b + "a\nb", identity: stmt(policy.Allow, "*", b+"*")}, allowed},
		{"colons in a key", world{resource: b + "a:b:c", identity: stmt(policy.Allow, "*", b+"*")}, allowed},
		{"a statement without Resource in an identity policy", world{identity: stmt(policy.Allow, "*", "")}, unknown},
		{"too few parts for an ARN, and a wildcard", world{identity: stmt(policy.Allow, "*", "arn:aws:s3:*")}, unknown},
		{"too few parts, variables or not", world{version: policy.Version2008, identity: stmt(policy.Allow, "*", "arn:aws:*:b/x")}, unknown},
		{"too few parts, but of another service", world{identity: stmt(policy.Allow, "*", "arn:aws:sqs:*")}, implicit},
		{"too few parts", world{identity: stmt(policy.Allow, "*", "arn:aws:s3")}, implicit},
		{"too few parts in Allow and Deny", world{identity: stmt(policy.Allow, "*", "arn:aws:s3:*") + ", " + stmt(policy.Deny, "*", "arn:aws:*")}, implicit | explicit},

		// Layers.
		{"the bucket policy names the role, boundary silent", world{bucket: allow(principal(roleARN)), boundary: stmt(policy.Allow, "ec2:*", "*")}, implicit},
		{"the bucket policy names the session, boundary silent", world{caller: asSession, bucket: allow(principal(sessions + "s")), boundary: stmt(policy.Allow, "ec2:*", "*")}, allowed},
		{"other accounts: the account is named, the role has nothing", world{owner: foreign, bucket: allow(principal(own))}, implicit},
		{"other accounts: no bucket policy", world{owner: foreign, identity: allow()}, implicit},
		{"other accounts: the account is named and the role is allowed", world{owner: foreign, identity: allow(), bucket: allow(principal(own))}, allowed},
		{"other accounts: the role is named and allowed", world{owner: foreign, identity: allow(), bucket: allow(principal(roleARN))}, allowed},
		{"one account: no bucket policy", world{identity: allow()}, allowed},
		{"one account: the account is named, the role has nothing", world{bucket: allow(principal(own))}, implicit},
		{"an SCP that allows something else", world{identity: allow(), scps: []string{stmt(policy.Allow, "s3:Get*", "*")}}, implicit},
		{"an SCP does not bind the management account", world{identity: allow(), management: true, scps: []string{stmt(policy.Allow, "s3:Get*", "*")}}, allowed},
		{"an SCP does not bind a service-linked role", world{caller: policy.Caller{Kind: policy.Role, Account: own, ARN: "arn:aws:iam::111122223333:role/aws-service-role/s/r"}, identity: allow(), scps: []string{deny()}}, allowed},
		{"an SCP must allow at every level", world{identity: allow(), scps: []string{allow(), stmt(policy.Allow, "ec2:*", "*"), allow()}}, implicit},
		{"an SCP does not bind a service", world{caller: asS3, bucket: allow(`"Principal": {"Service": "s3.amazonaws.com"}`), scps: []string{deny()}}, allowed},
		{"an SCP binds the root user", world{caller: asRoot, scps: []string{deny()}}, explicit},
		{"the root user needs no identity policy", world{caller: asRoot}, allowed},
		{"an RCP allows unless it denies", world{identity: allow(), rcps: []string{stmt(policy.Deny, "s3:Get*", "*", everyone)}}, allowed},
		{"an RCP denies", world{identity: allow(), rcps: []string{stmt(policy.Deny, "s3:*", "*", everyone)}}, explicit},
		{"an RCP does not bind the resources of the management account", world{identity: allow(), management: true, rcps: []string{deny(everyone)}}, allowed},
		{"an RCP binds resources of others", world{owner: foreign, identity: allow(), bucket: allow(principal(own)), management: true, rcps: []string{deny(everyone)}}, explicit},
		{"an endpoint policy that names an account", world{identity: allow(), endpoint: allow(principal(own))}, unknown},
		{"an endpoint policy that names another account", world{identity: allow(), endpoint: allow(principal(foreign))}, implicit},
		{"an endpoint policy must allow", world{identity: allow(), endpoint: stmt(policy.Allow, "ec2:*", "*", everyone)}, implicit},
		{"a session policy must allow", world{identity: allow(), session: stmt(policy.Allow, "ec2:*", "*")}, implicit},
		{"a Deny of the role in the bucket policy", world{identity: allow(), bucket: stmt(policy.Deny, "s3:ReplicateObject", "*", principal(roleARN))}, explicit},
		{"a Deny of the account in the bucket policy", world{identity: allow(), bucket: deny(principal(own))}, explicit},
		{"a Deny of an account in another partition", world{identity: allow(), bucket: deny(principal("arn:aws-cn:iam::111122223333:root"))}, allowed},
		{"anonymous callers need a grant to everyone", world{caller: anyone, bucket: allow(everyone)}, allowed},
		{"anonymous callers are of no account", world{caller: anyone, bucket: allow(principal(own))}, implicit},

		{"a grant on other keys of the bucket", world{caller: asUser, resource: b + "private/k", bucket: stmt(policy.Allow, "*", b+"public/*", principal(userARN))}, implicit},

		// KMS keys and roles.
		{"other accounts: creating a grant takes the caller's own policy too", world{owner: foreign, action: "kms:CreateGrant", resource: key, bucket: allow(principal(roleARN))}, implicit},
		{"identity policies alone do not open a key", world{action: "kms:Decrypt", resource: key, identity: allow(), bucket: allow(principal("arn:aws:iam::111122223333:user/other"))}, implicit},
		{"a key policy that names the role", world{action: "kms:Decrypt", resource: key, bucket: allow(principal(roleARN))}, allowed},
		{"a key policy that delegates to the account", world{action: "kms:Decrypt", resource: key, identity: allow(), bucket: allow(principal(own))}, allowed},
		{"other accounts: a key policy alone", world{owner: foreign, action: "kms:Decrypt", resource: key, bucket: allow(principal(roleARN))}, implicit},
		{"other accounts: a key policy and the role's own", world{owner: foreign, action: "kms:Decrypt", resource: key, identity: allow(), bucket: allow(principal(roleARN))}, allowed},
		{"other accounts cannot read a key policy", world{owner: foreign, action: "kms:GetKeyPolicy", resource: key, identity: allow(), bucket: allow(principal(roleARN))}, implicit},
		{"actions without a key need no key policy", world{action: "kms:ListKeys", resource: "*", identity: allow()}, allowed},
		{"a role without trust policy", world{action: "sts:AssumeRole", resource: role, identity: allow()}, implicit},
		{"a trust policy that delegates to the account", world{action: "sts:AssumeRole", resource: role, identity: allow(), bucket: stmt(policy.Allow, "sts:AssumeRole", "", principal(own))}, allowed},
		{"a service needs the trust policy only", world{caller: asS3, action: "sts:AssumeRole", resource: role, bucket: stmt(policy.Allow, "sts:AssumeRole", "", `"Principal": {"Service": "s3.amazonaws.com"}`)}, allowed},
		{"another service", world{caller: asS3, action: "sts:AssumeRole", resource: role, bucket: stmt(policy.Allow, "sts:AssumeRole", "", `"Principal": {"Service": "ec2.amazonaws.com"}`)}, implicit},
		{"the encryption context of a bucket key is the bucket", world{action: "kms:Decrypt", resource: key, keys: exactly("kms:EncryptionContext:aws:s3:arn", "arn:aws:s3:::b"), bucket: allow(principal(own)), identity: allow(when("StringLike", "kms:EncryptionContext:aws:s3:arn", `"arn:aws:s3:::b/*"`))}, implicit},
		{"the encryption context of an object", world{action: "kms:Decrypt", resource: key, keys: exactly("kms:EncryptionContext:aws:s3:arn", "arn:aws:s3:::b/k"), bucket: allow(principal(own)), identity: allow(when("StringLike", "kms:EncryptionContext:aws:s3:arn", `"arn:aws:s3:::b/*"`))}, allowed},

		// Versions and variables.
		{"no variables without Version", world{caller: asUser, resource: b + "u/x", version: "none", keys: exactly("aws:username", "u"), identity: stmt(policy.Allow, "*", b+"${aws:username}/*")}, implicit},
		{"no variables in version 2008", world{caller: asUser, resource: b + "u/x", version: policy.Version2008, keys: exactly("aws:username", "u"), identity: stmt(policy.Allow, "*", b+"${aws:username}/*")}, implicit},
		{"what looks like a variable is text", world{resource: b + "${aws:username}/x", version: "none", identity: stmt(policy.Allow, "*", b+"${aws:username}/*")}, allowed},
		{"a variable", world{resource: b + "u/x", keys: exactly("aws:username", "u"), identity: stmt(policy.Allow, "*", b+"${AWS:UserName}/*")}, allowed},
		{"a colon in a variable is none of the ARN's", world{resource: "arn:aws:sqs:us-east-2:1:u-queue", keys: exactly("aws:username", "u"), identity: stmt(policy.Allow, "*", "arn:aws:sqs:us-east-2:*:${aws:username}-queue")}, allowed},
		{"the value of a variable has no wildcards", world{resource: b + "ux/x", keys: exactly("aws:username", "u*"), identity: stmt(policy.Allow, "*", b+"${aws:username}/*")}, implicit},
		{"a missing variable matches nothing", world{resource: b + "/x", identity: stmt(policy.Allow, "*", b+"${aws:username}/*")}, implicit},
		{"a missing variable with a default", world{resource: b + "all/x", identity: stmt(policy.Allow, "*", b+"${aws:username, 'all'}/*")}, allowed},
		{"a default does not count if the key is there", world{resource: b + "all/x", keys: exactly("aws:username", "u"), identity: stmt(policy.Allow, "*", b+"${aws:username, 'all'}/*")}, implicit},
		{"characters that are written as variables", world{resource: b + "*/x", identity: stmt(policy.Allow, "*", b+"${*}/*")}, allowed},
		{"they are no wildcards", world{resource: b + "y/x", identity: stmt(policy.Allow, "*", b+"${*}/*")}, implicit},
		{"a negated operator matches a variable without value", world{keys: exactly("k", "v"), identity: allow() + `,` + deny(when("StringNotEquals", "k", `"${aws:PrincipalTag/Team}"`))}, explicit},
		{"a positive operator does not", world{keys: exactly("k", ""), identity: allow(when("StringEquals", "k", `"${aws:PrincipalTag/Team}"`))}, implicit},
		{"a missing variable in NotResource", world{identity: `{"Effect": "Allow", "Action": "*", "NotResource": "` + b + `${aws:username}/*"}`}, unknown},
		{"a variable before the fifth colon", world{keys: exactly("aws:PrincipalAccount", own), identity: stmt(policy.Allow, "*", "arn:aws:s3::${aws:PrincipalAccount}:b/*")}, unknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { check(t, tt.decide(t), tt.want) })
	}
}

// TestResourceGrant has AWS's table of what a grant in a resource policy is
// worth to a caller of the same account, if the layer named denies implicitly.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html.
func TestResourceGrant(t *testing.T) {
	nothing := stmt(policy.Allow, "ec2:*", "*")
	tests := []struct {
		name                                 string
		caller                               policy.Caller
		grant                                string
		identity, boundary, session, delegat policy.Decision
	}{
		{"user", asUser, principal(userARN), allowed, allowed, allowed, allowed},
		{"role", asRole, principal(roleARN), allowed, implicit, implicit, allowed},
		{"role session", asSession, principal(sessions + "s"), allowed, allowed, allowed, allowed},
		{"another session", asSession, principal(sessions + "t"), implicit, implicit, implicit, implicit},
		{"federated user", asGuest, principal("arn:aws:sts::111122223333:federated-user/g"), allowed, allowed, allowed, allowed},
		{"account ID", asRole, principal(own), implicit, implicit, implicit, implicit},
		{"account root", asRole, principal("arn:aws:iam::111122223333:root"), implicit, implicit, implicit, implicit},
		{"everyone, role by condition", asRole, everyone + `, ` + when("ArnEquals", "aws:PrincipalArn", `"`+roleARN+`"`), allowed, allowed, allowed, allowed},
		{"everyone", asRole, everyone, allowed, allowed, allowed, allowed},
		{"every AWS principal", asUser, principal("*"), allowed, allowed, allowed, allowed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := world{caller: tt.caller, bucket: allow(tt.grant), keys: exactly("aws:PrincipalArn", roleARN)}
			check(t, w.decide(t), tt.identity)
			limited := w
			limited.boundary = nothing
			check(t, limited.decide(t), tt.boundary)
			limited = w
			limited.session = nothing
			check(t, limited.decide(t), tt.session)
			limited = w
			limited.identity = allow()
			check(t, limited.decide(t), allowed)
			w.boundary = deny()
			check(t, w.decide(t), explicit)
		})
	}
}

// TestPrincipals has what a statement's principal matches.
func TestPrincipals(t *testing.T) {
	tests := []struct {
		principal string
		caller    policy.Caller
		want      policy.Decision
	}{
		{`{"AWS": "` + roleARN + `"}`, asSession, allowed},
		{`{"AWS": "arn:aws:iam::111122223333:role/repl"}`, asRole, implicit},   // the path belongs to it
		{`{"AWS": "arn:aws:iam::111122223333:role/path/*"}`, asRole, implicit}, // no wildcards in part
		{`{"AWS": "arn:aws:iam::111122223333:role/PATH/repl"}`, asRole, implicit},
		{`{"AWS": "arn:aws:iam::111122223333:repl"}`, asRole, implicit},
		{`{"AWS": "arn:aws:iam::111122223333:group/g"}`, asUser, implicit},
		{`{"AWS": "` + sessions + `*"}`, asSession, implicit},
		{`{"AWS": "arn:aws-cn:sts::111122223333:assumed-role/repl/s"}`, asSession, implicit},
		{`{"AWS": "arn:aws:sts::444455556666:assumed-role/repl/s"}`, asSession, implicit},
		{`{"AWS": "` + sessions + `s"}`, asRole, implicit},
		{`{"AWS": "arn:aws:sts::111122223333:assumed-role/repl"}`, asSession, implicit},
		{`{"AWS": "` + sessions + `s"}`, asAny, unknown},
		{`{"AWS": "AROAEXAMPLE"}`, policy.Caller{Kind: policy.Role, ARN: roleARN, Account: own, UniqueID: "AROAEXAMPLE"}, allowed},
		{`{"AWS": "AIDAEXAMPLE"}`, policy.Caller{Kind: policy.User, ARN: userARN, Account: own, UniqueID: "AIDAEXAMPLE"}, allowed},
		{`{"AWS": "AROAEXAMPLE"}`, asRole, implicit},
		{`{"AWS": ["nobody", "` + roleARN + `"]}`, asRole, allowed},
		{`{"Service": "s3.amazonaws.com"}`, asRole, implicit}, // the role's later calls are not the service's
		{`{"Service": "s3.amazonaws.com", "AWS": "` + roleARN + `"}`, asRole, allowed},
		{`{"Service": "s3.amazonaws.com"}`, asS3, allowed},
		{`{"Federated": "arn:aws:iam::111122223333:saml-provider/p"}`, asGuest, implicit},
		{`{"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}`, asRole, implicit}, // an account, which delegates
		{`{"AWS": "` + userARN + `"}`, asGuest, implicit},                                                           // perhaps the user who made the session, but that has no session policy
		{`{"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}`, asS3, implicit},
		{`{}`, asRole, implicit},
		{`"*"`, anyone, allowed},
		{`"*"`, asS3, allowed},
	}
	for _, tt := range tests {
		t.Run(tt.principal, func(t *testing.T) {
			check(t, world{caller: tt.caller, bucket: allow(`"Principal": ` + tt.principal)}.decide(t), tt.want)
		})
	}
}

func TestNotPrincipal(t *testing.T) {
	chain := `"` + own + `", "` + roleARN + `", "` + sessions + `s"`
	tests := []struct {
		name     string
		effect   policy.Effect
		list     string
		caller   policy.Caller
		boundary string
		want     policy.Decision
	}{
		{"a Deny that spares account, role and session", policy.Deny, chain, asSession, "", allowed},
		{"a Deny that spares the role only", policy.Deny, `"` + roleARN + `"`, asSession, "", unknown},
		{"a Deny that spares the account only", policy.Deny, `"` + own + `"`, asSession, "", unknown},
		{"a Deny that spares somebody else", policy.Deny, `"arn:aws:iam::111122223333:role/x"`, asSession, "", explicit},
		{"a Deny with a boundary spares nobody", policy.Deny, chain, asSession, allow(), explicit},
		{"a boundary that was not read", policy.Deny, chain, asSession, unread, unknown},
		{"a Deny of a session whose name is not known", policy.Deny, chain, asAny, "", unknown},
		{"a Deny that spares account and user", policy.Deny, `"` + own + `", "` + userARN + `"`, asUser, "", allowed},
		{"a Deny that spares everyone", policy.Deny, `"*"`, asUser, "", allowed},
		{"an anonymous caller", policy.Deny, chain, anyone, "", explicit},
		{"an Allow to all others", policy.Allow, `"arn:aws:iam::111122223333:role/x"`, asRole, "", allowed},
		{"an Allow to all but the caller", policy.Allow, chain, asSession, "", implicit},
		{"an Allow to all but the role", policy.Allow, `"` + roleARN + `"`, asRole, "", unknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := world{caller: tt.caller, boundary: tt.boundary, bucket: stmt(tt.effect, "*", "*", `"NotPrincipal": {"AWS": [`+tt.list+`]}`)}
			if tt.effect == policy.Deny {
				w.identity = allow()
				w.bucket += ", " + allow(everyone)
			}
			check(t, w.decide(t), tt.want)
		})
	}
}

// TestExplicitDeny: a Deny in any layer gives an explicit deny, whatever allows.
func TestExplicitDeny(t *testing.T) {
	base := world{identity: allow(), bucket: allow(everyone), boundary: allow(), session: allow(), endpoint: allow(everyone), scps: []string{allow()}, rcps: []string{}}
	check(t, base.decide(t), allowed)
	for i := range 7 {
		w := base
		at := []*string{&w.identity, &w.bucket, &w.boundary, &w.session, &w.endpoint}
		switch {
		case i < len(at):
			*at[i] += ", " + deny(everyone)
		case i == 5:
			w.scps = []string{allow(), allow() + ", " + deny()}
		default:
			w.rcps = []string{deny(everyone)}
		}
		check(t, w.decide(t), explicit)
		w.owner = foreign
		check(t, w.decide(t), explicit)
	}
}
