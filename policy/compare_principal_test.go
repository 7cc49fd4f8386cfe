package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
)

// to is an Allow of s3:GetObject on b/* for principals, which are JSON.
func to(principal string) string { return given(`"Principal": ` + principal) }

func aws(arn string) string { return `{"AWS": "` + arn + `"}` }

func TestComparePrincipals(t *testing.T) {
	const (
		equal, subset, superset = policy.Equal, policy.Subset, policy.Superset
		incomparable, unknown   = policy.Incomparable, policy.UnknownRelation
		root                    = "arn:aws:iam::111122223333:root"
		otherRole               = "arn:aws:iam::111122223333:role/other"
		session                 = sessions + "s"
		guest                   = "arn:aws:sts::111122223333:federated-user/g"
	)
	denies := func(principal string) string {
		return stmt(policy.Deny, "s3:*", "*", `"Principal": `+principal)
	}
	butRole := to(`"*"`) + `, {"Effect": "Deny", "NotPrincipal": {"AWS": "` + roleARN + `"}, "Action": "*", "Resource": "*"}`
	for _, tc := range []struct {
		name string
		a, b string
		want policy.Relation
	}{
		{"everyone, in two words", to(`"*"`), to(aws("*")), equal},
		{"everyone is more than a role", to(`"*"`), to(aws(roleARN)), superset},
		{"everyone is more than an account", to(`"*"`), to(aws(own)), superset},
		{"everyone is more than a service", to(`"*"`), to(`{"Service": "s3.amazonaws.com"}`), superset},
		{"an account, in two words", to(aws(own)), to(aws(root)), equal},
		{"two accounts", to(aws(own)), to(aws(foreign)), incomparable},
		{"accounts of two partitions", to(aws(root)), to(aws("arn:aws-cn:iam::111122223333:root")), incomparable},
		{"an account in any partition and in one", to(aws(own)), to(aws("arn:aws-cn:iam::111122223333:root")), superset},
		{"an account in any partition and in all that are named", to(aws(own)), to(`{"AWS": ` + list(root, "arn:aws-cn:iam::111122223333:root") + `}`), equal},
		{"two roles", to(aws(roleARN)), to(aws(otherRole)), incomparable},
		{"a role more", to(aws(roleARN)), to(`{"AWS": ` + list(roleARN, otherRole) + `}`), subset},
		{"a role and its account", to(aws(roleARN)), to(aws(own)), unknown},
		{"a role and another account", to(aws(roleARN)), to(aws(foreign)), incomparable},
		{"an account, with a role that is named too", to(aws(own)), to(aws(own)) + ", " + to(aws(foreign)), subset},
		{"a role and its session", to(aws(roleARN)), to(aws(session)), unknown},
		{"a session, and its role with it", to(aws(session)), to(`{"AWS": ` + list(roleARN, session) + `}`), subset},
		{"a role and everyone", to(aws(roleARN)), to(`"*"`), subset},
		{"two sessions", to(aws(session)), to(aws(sessions + "t")), incomparable},
		{"a user", to(aws(userARN)), to(`{"AWS": ` + list(userARN, roleARN) + `}`), subset},
		{"a user and a session made by some user", to(aws(userARN)), to(aws(guest)), unknown},
		{"a service", to(`{"Service": "s3.amazonaws.com"}`), to(`{"Service": ` + list("s3.amazonaws.com", "ec2.amazonaws.com") + `}`), subset},
		{"every service is none", to(`{"Service": "*"}`), "", equal},
		{"some services are none", to(`{"Service": "*.amazonaws.com"}`), to(`{"Service": "s3.amazonaws.com"}`), subset},
		{"every provider", to(`{"Federated": "*"}`), "", superset},
		{"an identity provider", to(`{"Federated": "oidc.example.com"}`), "", superset},
		{"two identity providers", to(`{"Federated": "oidc.example.com"}`), to(`{"Federated": "saml.example.com"}`), incomparable},
		{"a canonical user", to(`{"CanonicalUser": "79a5"}`), "", superset},
		{"a canonical user and everyone", to(`{"CanonicalUser": "79a5"}`), to(`"*"`), subset},
		{"a canonical user and an account that it may be", to(`{"CanonicalUser": "79a5"}`), to(aws(own)), unknown},
		{"a canonical user and a role", to(`{"CanonicalUser": "79a5"}`), to(aws(roleARN)), unknown},
		{"a deleted role", to(aws("AROAEXAMPLE")), to(`{"AWS": ` + list("AROAEXAMPLE", "AIDAEXAMPLE") + `}`), subset},
		{"a Deny for the ID of a role that may be the one", to(aws(roleARN)) + ", " + denies(aws("AROAEXAMPLE")), to(aws(roleARN)), unknown},
		{"a Deny for the ID of a user does not reach a role", to(aws(roleARN)) + ", " + denies(aws("AIDAEXAMPLE")), to(aws(roleARN)), equal},
		{"a Deny for the ID of a user who may have made the session", to(aws(guest)) + ", " + denies(aws("AIDAEXAMPLE")), to(aws(guest)), unknown},
		{"a Deny for an ID, against everyone", to(`"*"`) + ", " + denies(aws("AROAEXAMPLE")), to(`"*"`), subset},
		{"a Deny for an ID on both sides", to(aws(roleARN)) + ", " + denies(aws("AROAEXAMPLE")), to(`{"AWS": `+list(roleARN, otherRole)+`}`) + ", " + denies(aws("AROAEXAMPLE")), unknown},
		{"a Deny for the account, which an ID may be of", to(aws("AROAEXAMPLE")) + ", " + denies(aws(own)), to(aws("AROAEXAMPLE")), unknown},
		{"an ID and a role that it may be", to(aws("AROAEXAMPLE")), to(aws(roleARN)), unknown},
		{"an ID and a session of a role that it may be", to(aws("AROAEXAMPLE")), to(aws(session)), unknown},
		{"an ID and a user", to(aws("AIDAEXAMPLE")), to(aws(userARN)), unknown},
		{"an ID and a canonical user", to(aws("AIDAEXAMPLE")), to(`{"CanonicalUser": "79a5"}`), unknown},
		{"an ID and a service", to(aws("AIDAEXAMPLE")), to(`{"Service": "s3.amazonaws.com"}`), incomparable},
		{"an ID and its account, perhaps", to(aws("AROAEXAMPLE")), to(aws(own)), unknown},
		{"a malformed principal is nobody", to(aws("arn:aws:iam::111122223333:role/*")), "", equal},
		{"nobody is named", given(`"Sid": "x"`), to(aws(roleARN)), unknown},
		{"a Deny for a role", to(`"*"`) + ", " + denies(aws(roleARN)), to(`"*"`), subset},
		{"a Deny for the account", to(aws(roleARN)) + ", " + denies(aws(own)), "", equal},
		{"a Deny for another account", to(aws(roleARN)) + ", " + denies(aws(foreign)), to(aws(roleARN)), equal},
		{"a Deny for all but a role with its session and account", to(`"*"`) + ", " + `{"Effect": "Deny", "NotPrincipal": {"AWS": ` + list(own, roleARN, session) + `}, "Action": "*", "Resource": "*"}`, to(aws(session)), superset},
		{"a Deny for all but an account", to(aws(foreign)) + ", " + `{"Effect": "Deny", "NotPrincipal": {"AWS": "` + own + `"}, "Action": "*", "Resource": "*"}`, "", equal},
		{"a Deny for all but a role", to(aws(roleARN)) + ", " + `{"Effect": "Deny", "NotPrincipal": {"AWS": "` + roleARN + `"}, "Action": "*", "Resource": "*"}`, to(aws(roleARN)), unknown},
		{"a Deny with NotPrincipal on both sides", butRole, butRole + ", " + denies(aws(foreign)), equal},
		{"a role of the name that others would have", to(aws("arn:aws:iam::111122223333:role/a")), to(aws("arn:aws:iam::111122223333:role/aa")), incomparable},
		{"a statement that names nobody beside one that does", to(aws(roleARN)) + ", " + given(`"Sid": "x"`), to(aws(roleARN)), equal},
		{"everyone, if the role is the one", given(`"Principal": "*", ` + when("ArnEquals", "aws:PrincipalArn", `"`+roleARN+`"`)), to(`"*"`), subset},
		{
			"trust without Resource", `{"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sts:AssumeRole"}`,
			`{"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sts:*"}`, subset,
		},
		{
			"trust for a provider", `{"Effect": "Allow", "Principal": {"Federated": "accounts.google.com"}, "Action": "sts:AssumeRoleWithWebIdentity", ` + when("StringEquals", "accounts.google.com:aud", `"a"`) + `}`,
			`{"Effect": "Allow", "Principal": {"Federated": "accounts.google.com"}, "Action": "sts:AssumeRoleWithWebIdentity"}`, subset,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := compare(t, tc.a, tc.b, policy.Universe{})
			if got := c.Relation(); got != tc.want {
				t.Errorf("%s\nto %s\nis %s, want %s: %s", tc.a, tc.b, got, tc.want, cmp.Diff(policy.Comparison{}, c))
			}
			if got := compare(t, tc.b, tc.a, policy.Universe{}).Relation(); got != swapped[tc.want] {
				t.Errorf("%s\nto %s\nis %s, want %s", tc.b, tc.a, got, swapped[tc.want])
			}
		})
	}
}

// A witness is a request that a person can read.
func TestCompareWitness(t *testing.T) {
	none := map[string][]string{}
	for _, tc := range []struct {
		name string
		a    string // against nothing
		want policy.Witness
	}{
		{"an object", get("arn:*:s3:::b/*"), policy.Witness{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/c", Context: none}},
		{"in a partition", get("arn:aws-c*:s3:::b/*"), policy.Witness{Action: "s3:GetObject", Resource: "arn:aws-cn:s3:::b/a", Context: none}},
		{"in a partition that nobody knows", get("arn:mine:s3:::b/*"), policy.Witness{Action: "s3:GetObject", Resource: "arn:mine:s3:::b/a", Context: none}},
		{"a key in a partition of which a Region is not known", stmt(policy.Allow, "kms:Decrypt", "arn:aws-iso:kms:*:*:key/*"), policy.Witness{Action: "kms:Decrypt", Resource: "arn:aws-iso:kms:us-east-1:111122223333:key/a", Context: none}},
		{"a key elsewhere", stmt(policy.Allow, "kms:Decrypt", "arn:aws-cn:kms:*:*:key/*"), policy.Witness{Action: "kms:Decrypt", Resource: "arn:aws-cn:kms:cn-north-1:111122223333:key/a", Context: none}},
		{
			"a number", given(when("NumericGreaterThan", "s3:TlsVersion", `"5"`)),
			policy.Witness{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/a", Context: map[string][]string{"s3:TlsVersion": {"6"}}},
		},
		{
			"a number between two", given(`"Condition": {"NumericGreaterThan": {"s3:TlsVersion": "5"}, "NumericLessThan": {"s3:TlsVersion": "10"}}`),
			policy.Witness{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/a", Context: map[string][]string{"s3:TlsVersion": {"8"}}},
		},
		{
			"a number between two with nothing whole between", given(`"Condition": {"NumericGreaterThan": {"s3:TlsVersion": "1.2"}, "NumericLessThan": {"s3:TlsVersion": "1.4"}}`),
			policy.Witness{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/a", Context: map[string][]string{"s3:TlsVersion": {"1.3"}}},
		},
		{
			"an ARN in a key", given(when("ArnLike", "aws:SourceArn", `"arn:aws-c*:s3:::b"`)),
			policy.Witness{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/a", Context: map[string][]string{"aws:SourceArn": {"arn:aws-cn:s3:::b"}}},
		},
		{"a key", stmt(policy.Allow, "kms:Decrypt", "*"), policy.Witness{Action: "kms:Decrypt", Resource: "arn:aws:kms:us-east-1:111122223333:key/b", Context: none}},
		{"no resource", stmt(policy.Allow, "s3:ListAllMyBuckets", "*"), policy.Witness{Action: "s3:ListAllMyBuckets", Resource: "*", Context: none}},
		{"another service", stmt(policy.Allow, "ec2:*", "*"), policy.Witness{Action: "ec2:b", Resource: "*", Context: none}},
		{"another service, on a resource", stmt(policy.Allow, "sqs:SendMessage", "arn:aws:sqs:*:*:q"), policy.Witness{Action: "sqs:sendmessage", Resource: "arn:aws:sqs:::q", Context: none}},
		{
			"a date", given(when("DateGreaterThan", "aws:CurrentTime", `"2026-01-01T00:00:00Z"`)),
			policy.Witness{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/a", Context: map[string][]string{"aws:CurrentTime": {"2026-01-01T00:00:01Z"}}},
		},
		{
			"a variable", given(when("StringEquals", "aws:PrincipalTag/team", `"${aws:username}"`)),
			policy.Witness{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/a", Context: map[string][]string{"aws:PrincipalTag/team": {"a"}, "aws:username": {"a"}}},
		},
		{
			"a key as a variable spells it", get("arn:aws:s3:::b/${aws:SecureTransport}"),
			policy.Witness{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/true", Context: map[string][]string{"aws:SecureTransport": {"true"}}},
		},
		{"a role", to(aws(roleARN)), policy.Witness{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/a", Principal: roleARN, Context: none}},
		{"a session", to(aws(sessions + "s")), policy.Witness{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/a", Principal: sessions + "s", Context: none}},
		{"a canonical user", to(`{"CanonicalUser": "79a5"}`), policy.Witness{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/a", Principal: "79a5", Context: none}},
		{"a deleted user", to(aws("AIDAEXAMPLE")), policy.Witness{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/a", Principal: "AIDAEXAMPLE", Context: none}},
		{
			"another account", to(`"*"`) + `, {"Effect": "Deny", "NotPrincipal": "*", "Action": "*", "Resource": "*"}, ` + stmt(policy.Deny, "*", "*", `"Principal": {"AWS": "`+own+`"}`),
			policy.Witness{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/a", Principal: "arn:aws:iam::111122223334:role/a", Context: none},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := compare(t, tc.a, "", policy.Universe{})
			if c.A.Witness == nil {
				t.Fatalf("no witness: %+v", c)
			}
			if d := cmp.Diff(&tc.want, c.A.Witness); d != "" {
				t.Errorf("witness (-want +got):\n%s", d)
			}
		})
	}
}

// A universe narrows what is compared.
func TestCompareUniverse(t *testing.T) {
	everything := allow()
	for _, tc := range []struct {
		name string
		a, b string
		in   policy.Universe
		want policy.Relation
	}{
		{"an action", everything, get("*"), policy.Universe{Actions: []string{"s3:GetObject"}}, policy.Equal},
		{"two actions", everything, get("*"), policy.Universe{Actions: []string{"s3:GetObject", "S3:putobject"}}, policy.Superset},
		{"actions by pattern", everything, get("*"), policy.Universe{Actions: []string{"s3:Get*"}}, policy.Superset},
		{"an action that is not in the catalogue", everything, get("*"), policy.Universe{Actions: []string{"s3:NewAction"}}, policy.Superset},
		{"an action of another service", everything, stmt(policy.Allow, "ec2:*", "*"), policy.Universe{Actions: []string{"ec2:RunInstances"}}, policy.Equal},
		{"a resource", get("*"), get("arn:aws:s3:::b/*"), policy.Universe{Resource: "arn:aws:s3:::b/*"}, policy.Equal},
		{"a wider resource", get("*"), get("arn:aws:s3:::b/*"), policy.Universe{Resource: "arn:aws:s3:::b*"}, policy.Superset},
		{"a star to the letter", get("*"), get("arn:aws:s3:::b/${*}"), policy.Universe{Resource: "arn:aws:s3:::b/${*}"}, policy.Equal},
		{"all resources", get("*"), get("arn:aws:s3:::b/*"), policy.Universe{Resource: "*"}, policy.Superset},
		{"an action and a resource", everything, get("arn:aws:s3:::b/*"), policy.Universe{Actions: []string{"s3:GetObject"}, Resource: "arn:aws:s3:::b/*"}, policy.Equal},
		{"no action without resources", everything, get("*"), policy.Universe{Actions: []string{"s3:GetObject", "s3:ListAllMyBuckets"}, Resource: "arn:aws:s3:::b/*"}, policy.Equal},
		{"a prefix", get("arn:aws:s3:::b/x*"), get("arn:aws:s3:::b/*x"), policy.Universe{Resource: "arn:aws:s3:::b/x"}, policy.Equal},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := compare(t, tc.a, tc.b, tc.in).Relation(); got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
		})
	}
}

func TestCompareErrors(t *testing.T) {
	something := document(t, allow())
	one := func(s policy.Statement) *policy.Document { return policy.New(s) }
	for _, tc := range []struct {
		name string
		b    *policy.Document
		in   policy.Universe
		want string
	}{
		{"effect", one(policy.Statement{Effect: "allow"}), policy.Universe{}, "b: statement 0: Effect is neither Allow nor Deny"},
		{"actions", one(policy.Statement{Effect: policy.Allow, Action: policy.One("*"), NotAction: policy.One("*")}), policy.Universe{}, "b: statement 0 has Action and NotAction"},
		{"resources", one(policy.Statement{Effect: policy.Allow, Resource: policy.One("*"), NotResource: policy.One("*")}), policy.Universe{}, "b: statement 0 has Resource and NotResource"},
		{"principals", one(policy.Statement{Effect: policy.Allow, Principal: policy.AWS("*"), NotPrincipal: policy.AWS("*")}), policy.Universe{}, "b: statement 0 has Principal and NotPrincipal"},
		{"no action", nil, policy.Universe{Actions: []string{"s3:NoSuch*"}}, "there is no request in the universe"},
		{"no resource", nil, policy.Universe{Actions: []string{"s3:GetObject"}, Resource: "arn:aws:s3:::b"}, "there is no request in the universe"},
		{"a variable", nil, policy.Universe{Resource: "arn:aws:s3:::b/${aws:username}"}, `universe: resource "arn:aws:s3:::b/${aws:username}" has a variable, and no request gives it a value`},
		{"a variable without name", nil, policy.Universe{Resource: "arn:aws:s3:::b/${}"}, `universe: resource "arn:aws:s3:::b/${}" has a variable, and no request gives it a value`},
		{"short resource", nil, policy.Universe{Resource: "b/*"}, `universe: resource "b/*" has too few parts for an ARN`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := policy.Compare(something, tc.b, tc.in)
			if err == nil || err.Error() != tc.want {
				t.Errorf("error %v, want %s", err, tc.want)
			}
		})
	}
}

// Two documents of different kinds have nothing to compare.
func TestCompareKinds(t *testing.T) {
	c := compare(t, allow(), to(`"*"`), policy.Universe{})
	want := []string{"b is the policy of a resource and a that of an identity"}
	if d := cmp.Diff([][]string{want, want}, [][]string{c.A.Unknown, c.B.Unknown}); d != "" || c.A.Witness != nil || c.B.Witness != nil {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// A reason names the statement and the element that nobody can know.
func TestCompareReasons(t *testing.T) {
	for _, tc := range []struct {
		name, a, b string
		want       []string
	}{
		{"an operator", given(when("StringSimilar", "aws:username", `"u"`)), "", []string{"statement 0 of a: there is no operator StringSimilar"}},
		{"a grant", to(aws(roleARN)), to(aws(own)), []string{"statement 0 of a names a principal, statement 0 of b its account"}},
		{
			"NotPrincipal", to(aws(roleARN)) + `, {"Effect": "Deny", "NotPrincipal": {"AWS": "` + roleARN + `"}, "Action": "*", "Resource": "*"}`, "",
			[]string{"statement 1 of a: NotPrincipal names a part of the caller only"},
		},
		{"a date", given(when("DateLessThan", "aws:CurrentTime", `"tomorrow"`)), "", []string{`statement 0 of a: aws:CurrentTime: "tomorrow" is not a date`}},
		{
			"complex", get("arn:aws:s3:::b/*") + ", " + stmt(policy.Deny, "*", "arn:aws:s3:::b/*a????????????????????"), get("arn:aws:s3:::b/*b????????????????????"),
			[]string{"statement 0 of a: pattern-too-complex"},
		},
		{
			"a variable", given(when("StringLike", "aws:username", `"a*"`)) + ", " + stmt(policy.Deny, "*", "arn:aws:s3:::b/${aws:username}*"),
			given(when("StringLike", "aws:username", `"a*"`)) + ", " + stmt(policy.Deny, "*", "arn:aws:s3:::b/a*"), nil,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := compare(t, tc.a, tc.b, policy.Universe{})
			for i, why := range c.A.Because {
				if why.Key == "" || why.String() != c.A.Unknown[i] {
					t.Errorf("reason %q has the text %+v", c.A.Unknown[i], why)
				}
			}
			if d := cmp.Diff(tc.want, c.A.Unknown); d != "" {
				t.Errorf("%+v\n(-want +got):\n%s", c, d)
			}
		})
	}
}

// TestCompareAs shows reasons to a reader who knows the documents by other names.
func TestCompareAs(t *testing.T) {
	a, b := document(t, to(aws(roleARN))), document(t, to(aws(own)))
	b.Statements[0].Sid = "Receive"
	c, err := policy.CompareAs([2]diag.Text{diag.Datum("the new plan"), diag.Datum("the old plan")}, a, b, policy.Universe{})
	want := []string{`statement 0 of the new plan names a principal, statement "Receive" of the old plan its account`}
	if d := cmp.Diff(want, c.A.Unknown); d != "" || err != nil {
		t.Errorf("err = %v (-want +got):\n%s", err, d)
	}
}
