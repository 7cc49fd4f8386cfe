package simulate_test

import (
	"testing"
)

func TestPrincipals(t *testing.T) {
	grant := func(principal string) string { return policies(`"resource": ` + allow(principal)) }
	tests := []struct{ name, principal, policies, want string }{
		{"role", "arn:aws:iam::111122223333:role/repl", grant(to("arn:aws:iam::111122223333:role/repl")), "allowed"},
		{"another role", "arn:aws:iam::111122223333:role/repl", grant(to("arn:aws:iam::111122223333:role/other")), "implicit_deny"},
		{"no session that is named", "arn:aws:iam::111122223333:role/repl", grant(to("arn:aws:sts::111122223333:assumed-role/repl/s")), "implicit_deny"},
		{"session", "arn:aws:sts::111122223333:assumed-role/repl/s", grant(to("arn:aws:sts::111122223333:assumed-role/repl/s")), "allowed"},
		{"another session", "arn:aws:sts::111122223333:assumed-role/repl/s", grant(to("arn:aws:sts::111122223333:assumed-role/repl/r")), "implicit_deny"},
		{"session of a role", "arn:aws:sts::111122223333:assumed-role/repl/s", grant(to("arn:aws:iam::111122223333:role/repl")), "allowed"},
		{"session of a role with a path", "arn:aws:sts::111122223333:assumed-role/repl/s", grant(to("arn:aws:iam::111122223333:role/a/b/repl")), "allowed"},
		{"session of a role elsewhere", "arn:aws:sts::111122223333:assumed-role/repl/s", grant(to("arn:aws:iam::444455556666:role/a/repl")), "implicit_deny"},
		{"user", "arn:aws:iam::111122223333:user/u", grant(to("arn:aws:iam::111122223333:user/u")), "allowed"},
		{"user with a path", "arn:aws:iam::111122223333:user/path/u", grant(to("arn:aws:iam::111122223333:user/path/u")), "allowed"},
		{"root needs no policy", "arn:aws:iam::111122223333:root", `"policies": {}`, "allowed"},
		{"federated", "arn:aws:sts::111122223333:federated-user/g", grant(to("arn:aws:sts::111122223333:federated-user/g")), "allowed"},
		{"service", "logging.s3.amazonaws.com", grant(`"Principal": {"Service": "logging.s3.amazonaws.com"}`), "allowed"},
		{"another service", "logging.s3.amazonaws.com", grant(`"Principal": {"Service": "s3.amazonaws.com"}`), "implicit_deny"},
		{"anonymous", "anonymous", grant(everyone), "allowed"},
		{"anonymous is nobody", "anonymous", grant(to("arn:aws:iam::111122223333:root")), "implicit_deny"},
		{"China", "arn:aws-cn:iam::111122223333:role/repl", grant(to("arn:aws-cn:iam::111122223333:role/repl")), "allowed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			decides(t, line(read+`, "resource_account": "111122223333", "principal": "`+test.principal+`"`, test.policies), test.want)
		})
	}
}

// The session of a role does not say which path the role has; aws:PrincipalArn does.
func TestPathOfRole(t *testing.T) {
	const session = read + `, "principal": "arn:aws:sts::111122223333:assumed-role/repl/s"`
	two := policies(`"resource": ` + deny(`"Principal": {"AWS": ["arn:aws:iam::111122223333:role/a/repl", "arn:aws:iam::111122223333:role/b/repl"]}`))
	if a := ask(t, line(session, two)); a.Error == "" {
		t.Errorf("the path is /a/ or /b/, and the decision is %s", a.Decision)
	}
	decides(t, line(session+`, "context": {"aws:PrincipalARN": "arn:aws:iam::111122223333:role/b/repl"}`, two), "explicit_deny")
	decides(t, line(session+`, "context": {"aws:PrincipalARN": "arn:aws:iam::111122223333:role/c/repl"}`, two), "implicit_deny")
}

func TestUniqueID(t *testing.T) {
	grant := policies(`"resource": ` + allow(to("AROAEXAMPLE")))
	decides(t, line(reader+`, "context": {"aws:userid": "AROAEXAMPLE:s"}`, grant), "allowed")
	decides(t, line(reader+`, "context": {"aws:userid": "AROAOTHER:s"}`, grant), "implicit_deny")
	decides(t, line(reader, grant), "implicit_deny")
}

// Who owns the resource, if nobody says: its ARN, else the caller.
func TestOwner(t *testing.T) {
	grant := policies(identity(allow()))
	const key = `"action": "sqs:SendMessage", ` + role
	tests := []struct{ name, request, want string }{
		{"stated", key + `, "resource": "arn:aws:sqs:us-east-1:444455556666:q", "resource_account": "111122223333"`, "allowed"},
		{"by the ARN", key + `, "resource": "arn:aws:sqs:us-east-1:444455556666:q"`, "implicit_deny"},
		{"null is not stated", key + `, "resource": "arn:aws:sqs:us-east-1:444455556666:q", "resource_account": null`, "implicit_deny"},
		{"the caller's", reader, "allowed"},
		{"no account", key + `, "resource": "arn:aws:iam::aws:policy/p"`, "allowed"},
		{"no resource type", key + `, "resource": "*"`, "allowed"},
		{"open", key + `, "all": true, "resource": "arn:aws:sqs:us-east-1:*:q"`, "unknown"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { decides(t, line(test.request, grant), test.want) })
	}
}

// A key and a role always have a policy; where none is stated it is empty.
func TestEmptyResourcePolicy(t *testing.T) {
	grant := policies(identity(allow()))
	decides(t, line(role+`, "action": "kms:Decrypt", "resource": "arn:aws:kms:us-east-1:111122223333:key/k"`, grant), "implicit_deny")
	decides(t, line(role+`, "action": "sts:AssumeRole", "resource": "arn:aws:iam::111122223333:role/r"`, grant), "implicit_deny")
	decides(t, line(role+`, "action": "iam:GetRole", "resource": "arn:aws:iam::111122223333:role/r"`, grant), "allowed")
	decides(t, line(reader, policies(identity(allow()), `"resource": null`)), "allowed")
}

func TestLayers(t *testing.T) {
	only := `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}`
	other := `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:Put*", "Resource": "*"}}`
	tests := []struct{ name, layer, want string }{
		{"none", `"scps": null`, "allowed"},
		{"boundary", `"boundary": ` + only, "allowed"},
		{"boundary that lacks it", `"boundary": ` + other, "implicit_deny"},
		{"boundary that denies", `"boundary": ` + deny(), "explicit_deny"},
		{"boundary in a list", `"boundary": [` + other + `]`, "implicit_deny"},
		{"no boundary", `"boundary": []`, "allowed"},
		{"each boundary has to allow", `"boundary": [` + only + `, ` + other + `]`, "implicit_deny"},
		{"both boundaries allow", `"boundary": [` + only + `, ` + allow() + `]`, "allowed"},
		{"the second boundary denies", `"boundary": [` + other + `, ` + deny() + `]`, "explicit_deny"},
		{"session", `"session": ` + only, "allowed"},
		{"session that lacks it", `"session": ` + other, "implicit_deny"},
		{"session in a list", `"session": [` + other + `, ` + only + `]`, "allowed"},
		{"endpoint", `"vpce": [` + allow(everyone) + `]`, "allowed"},
		{"endpoint alone", `"vpce": ` + deny(everyone), "explicit_deny"},
		{"no endpoint", `"vpce": []`, "allowed"},
		{"SCP", `"scps": [[` + only + `], [` + other + `, ` + only + `]]`, "allowed"},
		{"one level lacks it", `"scps": [[` + only + `], [` + other + `]]`, "implicit_deny"},
		{"one level is empty", `"scps": [[` + only + `], []]`, "implicit_deny"},
		{"levels with an ID", `"scps": [{"id": "r-root", "policies": [` + only + `]}, {"policies": [` + deny() + `], "id": null}]`, "explicit_deny"},
		{"policies with a name", `"scps": [[{"name": "p", "policy": ` + only + `}]]`, "allowed"},
		{"no levels", `"scps": []`, "allowed"},
		{"RCPs need not allow", `"rcps": [[], [{"Version": "2012-10-17", "Statement": []}]]`, "allowed"},
		{"RCP", `"rcps": [[], {"id": "ou-1", "policies": [` + deny(everyone) + `]}]`, "explicit_deny"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { decides(t, line(reader, policies(identity(only), test.layer)), test.want) })
	}
}

// What was not read leaves the decisions that every content of it shares.
func TestUnreadable(t *testing.T) {
	const no = `{"unreadable": "AccessDenied"}`
	yes := identity(allow())
	tests := []struct {
		name   string
		layers []string
		want   string
	}{
		{"identity", []string{`"identity": ` + no}, "unknown"},
		{"one of identity", []string{`"identity": [` + allow() + `, ` + no + `]`}, "unknown"},
		{"one of identity, another denies", []string{`"identity": [` + deny() + `, ` + no + `]`}, "explicit_deny"},
		{"named", []string{`"identity": [{"name": "p", "policy": ` + no + `}]`}, "unknown"},
		{"nothing else allows", []string{identity(deny(`"NotResource": "*"`)), `"scps": ` + no}, "denied"},
		{"resource", []string{yes, `"resource": ` + no}, "unknown"},
		{"boundary", []string{yes, `"boundary": ` + no}, "unknown"},
		{"boundary of a list", []string{yes, `"boundary": [` + allow() + `, ` + no + `]`}, "unknown"},
		{"boundary of a list that lacks it", []string{yes, `"boundary": [` + no + `, {}]`}, "denied"},
		{"session", []string{yes, `"session": ` + no}, "unknown"},
		{"endpoint", []string{yes, `"vpce": ` + no}, "unknown"},
		{"endpoint in a list", []string{yes, `"vpce": [` + no + `]`}, "unknown"},
		{"SCPs", []string{yes, `"scps": ` + no}, "unknown"},
		{"level of SCPs", []string{yes, `"scps": [[` + allow() + `], ` + no + `]`}, "unknown"},
		{"policies of a level", []string{yes, `"scps": [{"id": "r", "policies": ` + no + `}]`}, "unknown"},
		{"one SCP", []string{yes, `"scps": [[` + allow() + `, ` + no + `]]`}, "unknown"},
		{"RCPs", []string{yes, `"rcps": ` + no}, "unknown"},
		{"level of RCPs", []string{yes, `"rcps": [` + no + `]`}, "unknown"},
		{"one RCP", []string{yes, `"rcps": [[` + no + `]]`}, "unknown"},
		{"another layer denies", []string{identity(deny()), `"scps": ` + no, `"resource": ` + no}, "explicit_deny"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := decides(t, line(reader, policies(test.layers...)), test.want)
			if test.want != "unknown" {
				return
			}
			if len(a.Open) != 1 || a.Open[0].Why != "AccessDenied" {
				t.Errorf("open is %+v, want the one document that was not read", a.Open)
			}
		})
	}
}

func TestContext(t *testing.T) {
	tests := []struct{ name, context, condition, want string }{
		{"string", `"aws:SourceVpce": "v"`, when("StringEquals", "aws:SourceVpce", `"v"`), "allowed"},
		{"case of the key", `"AWS:sourcevpce": "v"`, when("StringEquals", "aws:SourceVpce", `"v"`), "allowed"},
		{"number", `"s3:max-keys": 10`, when("NumericLessThan", "s3:max-keys", `"11"`), "allowed"},
		{"fraction", `"s3:max-keys": 1.05e1`, when("StringEquals", "s3:max-keys", `"1.05e1"`), "allowed"},
		{"boolean", `"aws:SecureTransport": true`, when("Bool", "aws:SecureTransport", `true`), "allowed"},
		{"list", `"aws:TagKeys": ["a", "b"]`, when("ForAllValues:StringEquals", "aws:TagKeys", `["a", "b", "c"]`), "allowed"},
		{"list of other things", `"aws:TagKeys": ["a", 1, true]`, when("ForAllValues:StringEquals", "aws:TagKeys", `["a", "1", "true"]`), "allowed"},
		{"list that does not match", `"aws:TagKeys": ["a", "d"]`, when("ForAllValues:StringEquals", "aws:TagKeys", `["a", "b", "c"]`), "implicit_deny"},
		{"empty list is absent", `"aws:TagKeys": []`, when("Null", "aws:TagKeys", `true`), "allowed"},
		{"null is absent", `"aws:TagKeys": null`, when("Null", "aws:TagKeys", `true`), "allowed"},
		{"nothing is added", ``, when("StringEquals", "aws:PrincipalAccount", `"111122223333"`), "implicit_deny"},
		{"text with escapes", `"aws:SourceVpce": "\u0041\n\ud83d\ude00"`, when("StringEquals", "aws:SourceVpce", `"A\n😀"`), "allowed"},
		{"replacement character", `"aws:SourceVpce": "\t\ufffd"`, when("StringEquals", "aws:SourceVpce", `"\t\ufffd"`), "allowed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			decides(t, line(reader+`, "context": {`+test.context+`}`, policies(identity(allow(test.condition)))), test.want)
		})
	}
}

// Keys whose value is not known make the answer unknown where it depends on them.
func TestUnknownKeys(t *testing.T) {
	tests := []struct{ name, options, policy, want string }{
		{"decides", `"unknown_keys": ["aws:SourceIp"]`, allow(when("IpAddress", "aws:SourceIp", `"10.0.0.0/8"`)), "unknown"},
		{"does not decide", `"unknown_keys": ["aws:SourceIp"]`, allow(), "allowed"},
		{"beside the request", `"all": null`, allow(), "allowed"},
		{"a set", `"unknown_keys": ["aws:TagKeys"]`, allow(when("ForAllValues:StringEquals", "aws:TagKeys", `["a"]`)), "unknown"},
		{"a set of a key that no catalogue knows", `"unknown_keys": ["x:k"]`, two(
			when("ForAnyValue:StringEquals", "x:k", `"a"`)+`, "Effect": "Allow"`,
			when("ForAllValues:StringNotEquals", "x:k", `"a"`)+`, "Effect": "Allow"`), "allowed"},
		{"either value", `"unknown_keys": ["aws:SecureTransport"]`, two(
			when("Bool", "aws:SecureTransport", `"true"`)+`, "Effect": "Allow"`,
			when("BoolIfExists", "aws:SecureTransport", `"false"`)+`, "Effect": "Allow"`), "allowed"},
		{"possible", `"possible": {"aws:SecureTransport": ["true", null]}`, allow(when("BoolIfExists", "aws:SecureTransport", `"true"`)), "allowed"},
		{"one is not", `"possible": {"aws:SecureTransport": [true, null]}`, allow(when("Bool", "aws:SecureTransport", `"true"`)), "unknown"},
		{"possible sets", `"possible": {"aws:TagKeys": [["a", "b"], "a", []]}`, allow(when("ForAllValues:StringEquals", "aws:TagKeys", `["a", "b"]`)), "allowed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			decides(t, line(reader+", "+test.options, policies(identity(test.policy))), test.want)
			decides(t, line(reader, test.options, policies(identity(test.policy))), test.want)
		})
	}
}

// two writes a document with two statements about everything.
func two(first, second string) string {
	return `{"Version": "2012-10-17", "Statement": [{"Action": "*", "Resource": "*", ` + first + `}, {"Action": "*", "Resource": "*", ` + second + `}]}`
}

func TestSettings(t *testing.T) {
	tagged := func(condition string) string { return policies(identity(allow(condition))) }
	byTag := tagged(when("StringEquals", "aws:ResourceTag/team", `"a"`))
	const tags = `, "context": {"aws:ResourceTag/team": "a", "s3:BucketTag/Team": "a"}`
	decides(t, line(reader+tags, byTag), "allowed")
	decides(t, line(reader+tags, byTag, `"settings": {"s3BucketAbacEnabled": true}`), "allowed")
	decides(t, line(reader+tags, byTag, `"settings": {"s3BucketAbacEnabled": null}`), "allowed")
	decides(t, line(reader+tags, byTag, `"settings": null`), "allowed")
	decides(t, line(reader+tags, byTag, `"settings": {"s3BucketAbacEnabled": false}`), "implicit_deny")
	decides(t, line(reader+tags, tagged(when("StringEquals", "s3:BucketTag/team", `"a"`)), `"settings": {"s3BucketAbacEnabled": false}`), "implicit_deny")
	decides(t, line(role+tags+`, "action": "s3:GetObject", "resource": "arn:aws:s3:eu-west-1:111122223333:accesspoint/a/object/x"`,
		byTag, `"settings": {"s3BucketAbacEnabled": false}`), "allowed")

	scp := policies(identity(allow()), `"scps": [[`+deny()+`]]`)
	decides(t, line(reader, scp), "explicit_deny")
	decides(t, line(reader, scp, `"settings": {"managementAccount": true}`), "allowed")

	public := policies(identity(allow()), `"resource": `+allow(everyone))
	decides(t, line(reader+`, "resource_account": "444455556666"`, public), "allowed")
	a := decides(t, line(reader+`, "resource_account": "444455556666"`, public, `"settings": {"restrictPublicBuckets": true}`), "implicit_deny")
	if a.Withheld != "RestrictPublicBuckets" {
		t.Errorf("withheld is %q: nobody learns why the bucket policy does not grant", a.Withheld)
	}
}

func TestFill(t *testing.T) {
	const (
		asUser    = `"principal": "arn:aws:iam::111122223333:user/path/u"`
		asSession = `"principal": "arn:aws:sts::111122223333:assumed-role/repl/s"`
		asRoot    = `"principal": "arn:aws:iam::111122223333:root"`
		asGuest   = `"principal": "arn:aws:sts::111122223333:federated-user/g"`
		decrypt   = `"action": "kms:Decrypt", "resource": "arn:aws:kms:us-east-1:111122223333:key/k"`
	)
	tests := []struct{ name, request, condition, want string }{
		{"role", reader, when("ArnEquals", "aws:PrincipalArn", `"arn:aws:iam::111122223333:role/repl"`), "allowed"},
		{"session", read + ", " + asSession, when("ArnEquals", "aws:PrincipalArn", `"arn:aws:iam::111122223333:role/repl"`), "allowed"},
		{"account", reader, when("StringEquals", "aws:PrincipalAccount", `"111122223333"`), "allowed"},
		{"type", reader, when("StringEquals", "aws:PrincipalType", `"AssumedRole"`), "allowed"},
		{"no service", reader, when("Bool", "aws:PrincipalIsAWSService", `"false"`), "allowed"},
		{"owner", reader + `, "resource_account": "444455556666"`, when("StringEquals", "aws:ResourceAccount", `"444455556666"`), "allowed"},
		{"owner, in S3's words", reader, when("StringEquals", "s3:ResourceAccount", `"111122223333"`), "allowed"},
		{"S3's words are S3's", role + ", " + decrypt, when("Null", "s3:ResourceAccount", `"true"`), "allowed"},
		{"KMS's words", role + ", " + decrypt, when("StringEquals", "kms:CallerAccount", `"111122223333"`), "allowed"},
		{"name of a user", read + ", " + asUser, when("StringEquals", "aws:username", `"u"`), "allowed"},
		{"no name of a role", reader, when("Null", "aws:username", `"true"`), "allowed"},
		{"ID of root", read + ", " + asRoot, when("StringEquals", "aws:userid", `"111122223333"`), "allowed"},
		{"ID of a guest", read + ", " + asGuest, when("StringEquals", "aws:userid", `"111122223333:g"`), "allowed"},
		{"ID of a session", read + ", " + asSession, when("StringLike", "aws:userid", `"*:s"`), "allowed"},
		{"ID of a role", reader, when("StringLike", "aws:userid", `"*:s"`), "unknown"},
		{"ID of a user", read + ", " + asUser, when("StringEquals", "aws:userid", `"AIDAEXAMPLE"`), "unknown"},
		{"stated stays", reader + `, "context": {"aws:principaltype": "User"}`, when("StringEquals", "aws:PrincipalType", `"User"`), "allowed"},
		{"unknown stays", reader + `, "unknown_keys": ["aws:PrincipalType"]`, when("StringEquals", "aws:PrincipalType", `"User"`), "unknown"},
		{"service", read + `, "principal": "s3.amazonaws.com"`, when("StringEquals", "aws:PrincipalServiceName", `"s3.amazonaws.com"`), "allowed"},
		{"owner that is not known", read + `, "principal": "s3.amazonaws.com"`, when("StringEquals", "aws:ResourceAccount", `"111122223333"`), "unknown"},
		{"anonymous", read + `, "principal": "anonymous"`, when("StringEquals", "aws:PrincipalType", `"Anonymous"`), "allowed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			grants := policies(identity(allow(test.condition)), `"resource": `+allow(test.condition, everyone))
			decides(t, line(test.request+`, "fill": true`, grants), test.want)
		})
	}
}
