package policy_test

import (
	"strings"
	"testing"

	"github.com/repligrant/repligrant/policy"
)

// absent stands for a request without the key k.
const absent = "(absent)"

// TestOperators decides one clause about the key k, in an Allow.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
func TestOperators(t *testing.T) {
	tests := []struct {
		operator, policy, request string
		want                      policy.Decision
	}{
		{"StringEquals", `"a*"`, "a*", allowed},
		{"StringEquals", `"a*"`, "ab", implicit},
		{"StringEquals", `"a"`, "A", implicit},
		{"StringEquals", `[]`, "a", implicit},
		{"StringNotEquals", `"a"`, "A", allowed},
		{"StringNotEquals", `[]`, "a", allowed},
		{"StringEqualsIgnoreCase", `"aß"`, "Aß", allowed},
		{"StringNotEqualsIgnoreCase", `"a"`, "A", implicit},
		{"StringLike", `"a*c?"`, "abbcd", allowed},
		{"StringLike", `"A*"`, "abbcd", implicit},
		{"StringLike", `"*"`, absent, implicit},
		{"StringLike", `"*:c:*"`, "a:b:c:d", allowed},
		{"StringNotLike", `"a*"`, "b", allowed},
		{"ArnEquals", `"arn:aws:s3:::b*"`, "arn:aws:s3:::b/x:y", allowed},
		{"ArnLike", `"arn:aws:svc:*:111122223333:x"`, "arn:aws:svc:r:y:111122223333:x", implicit},
		{"StringLike", `"arn:aws:svc:*:111122223333:x"`, "arn:aws:svc:r:y:111122223333:x", allowed},
		{"ArnLike", `"arn:*:iam::*:*"`, "arn:aws-cn:iam::111122223333:role/r", allowed},
		{"ArnLike", `"arn:aws:sts::111122223333:assumed-role/R/*"`, "arn:aws:iam::111122223333:role/R", implicit},
		{"ArnLike", `"*"`, "arn:aws:s3:::b", unknown},
		{"ArnLike", `"arn:aws:iam::111122223333"`, "arn:aws:iam::111122223333:root", unknown},
		{"ArnLike", `"arn:${v}"`, "arn:aws:iam::111122223333:root", unknown},
		{"ArnNotLike", `"arn:aws:s3:::b"`, "arn:aws:s3:::B", allowed},
		{"ArnNotEquals", `"arn:aws:s3:::b"`, absent, allowed},
		{"NumericEquals", `"10"`, "10.0", allowed},
		{"NumericEquals", `10`, "1e1", allowed},
		{"NumericNotEquals", `10`, "10.00000000000000000001", allowed},
		{"NumericLessThan", `"1.2"`, "1.1999999999999999999", allowed},
		{"NumericLessThan", `"1.2"`, "1.2", implicit},
		{"NumericLessThanEquals", `"1.2"`, "1.20", allowed},
		{"NumericGreaterThan", `-5`, "-4", allowed},
		{"NumericGreaterThanEquals", `5`, "4", implicit},
		{"NumericLessThan", `"1.2"`, absent, implicit},
		{"NumericLessThan", `"one"`, "0", unknown},
		{"NumericLessThan", `"one"`, absent, implicit},
		{"NumericLessThanIfExists", `"one"`, absent, allowed},
		{"NumericLessThan", `["one", "1"]`, "0", allowed},
		{"NumericNotEquals", `["one", "1"]`, "1", implicit},
		{"NumericLessThan", `"1"`, "zero", unknown},
		{"NumericLessThan", `"0x1"`, "0", unknown},
		{"DateLessThan", `"2020-01-01T00:00:00Z"`, "2019-12-31T23:59:59Z", allowed},
		{"DateLessThan", `"2020-01-01T00:00:00Z"`, "1577836799", allowed},
		{"DateLessThan", `"2020-01-01T00:00:00Z"`, "1577836801", implicit},
		{"DateEquals", `"2020-01-01T02:00:00+02:00"`, "2020-01-01T00:00:00.000Z", allowed},
		{"DateEquals", `"2020-01-01"`, "1577836800", allowed},
		{"DateNotEquals", `"2020"`, "2020-01", implicit},
		{"DateGreaterThan", `"2020-01-01T00:00Z"`, "2020-01-01T00:00:01Z", allowed},
		{"DateGreaterThanEquals", `"2020-01-01T00:00:00.5Z"`, "1577836800.4", implicit},
		{"DateLessThanEquals", `"soon"`, "1", unknown},
		{"Bool", `true`, "True", allowed},
		{"Bool", `"false"`, "true", implicit},
		{"Bool", `"${v}"`, "true", allowed},
		{"Bool", `"${w}"`, "true", implicit},
		{"Bool", `"yes"`, "true", unknown},
		{"BinaryEquals", `"Zm9v"`, "Zm9v", allowed},
		{"BinaryEquals", `"Zm9v"`, "Zm9w", implicit},
		{"BinaryEquals", `"?"`, "Zm9w", unknown},
		{"IpAddress", `"10.0.0.0/8"`, "10.1.2.3", allowed},
		{"IpAddress", `"10.1.2.3/8"`, "10.9.9.9", allowed},
		{"IpAddress", `"10.1.2.3"`, "10.1.2.3", allowed},
		{"IpAddress", `"2001:db8::/32"`, "2001:DB8:0:0::1", allowed},
		{"IpAddress", `"2001:db8::1"`, "2001:db8::2", implicit},
		{"IpAddress", `"10.0.0.0/8"`, "::ffff:10.0.0.1", allowed},
		{"NotIpAddress", `"203.0.113.7"`, "2001:db8::1", allowed},
		{"NotIpAddress", `["10.0.0.0/8", "192.0.2.0/24"]`, "192.0.2.1", implicit},
		{"IpAddress", `"10.0.0.0/33"`, "10.0.0.1", unknown},
		{"IpAddress", `"::ffff:10.0.0.0/104"`, "10.0.0.1", unknown},
		{"IpAddress", `"10.0.0.0/8"`, "somewhere", unknown},
		{"Null", `true`, absent, allowed},
		{"Null", `"true"`, "x", implicit},
		{"Null", `"false"`, "x", allowed},
		{"Null", `["true", "false"]`, "x", allowed},
		{"Null", `"maybe"`, "x", unknown},
		{"Null", `["maybe", "false"]`, "x", allowed},
		{"NullIfExists", `"true"`, "x", unknown},
		{"StringMatches", `"x"`, "x", unknown},
		{"ForSomeValues:StringEquals", `"x"`, "x", unknown},
		{"ForAllValues:Null", `"true"`, "x", unknown},

		{"StringEqualsIfExists", `"a"`, absent, allowed},
		{"StringEqualsIfExists", `"a"`, "b", implicit},
		{"StringNotEqualsIfExists", `"a"`, absent, allowed},
		{"NumericLessThanIfExists", `"1.2"`, absent, allowed},

		{"StringEquals", `"${v}"`, "true", allowed},
		{"StringLike", `"t${v}?"`, "ttruex", allowed},
		{"StringEquals", `"${*}${?}${$}"`, "*?$", allowed},
		{"StringLike", `"${*}*"`, "ab", implicit},
		{"StringEquals", `"${v"`, "${v", allowed},
		{"StringEquals", `"${v, none}"`, "x", unknown},
		{"StringEquals", `"${}"`, "x", unknown},
		{"StringEquals", `"${w, 'a, b'}"`, "a, b", allowed},
		{"StringNotLike", `"${w}*"`, "x", allowed},
		{"ArnLike", `"arn:aws:iam::111122223333:user/${v}"`, "arn:aws:iam::111122223333:user/true", allowed},
		{"NumericEquals", `"${v}"`, "1", unknown},
		{"StringEquals", `"${many}"`, "a", unknown},
	}
	for _, tt := range tests {
		t.Run(tt.operator+" "+tt.policy+" "+tt.request, func(t *testing.T) {
			keys := exactly("v", "true", "k", tt.request)
			keys["many"] = policy.Exactly("a", "b")
			if tt.request == absent {
				delete(keys, "k")
			}
			check(t, world{keys: keys, identity: allow(when(tt.operator, "k", tt.policy))}.decide(t), tt.want)
		})
	}
}

// TestSetOperators decides one clause about a key with several values.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html.
func TestSetOperators(t *testing.T) {
	tests := []struct {
		operator, policy, request string // the request's values, separated by blanks
		want                      policy.Decision
	}{
		{"ForAllValues:StringEquals", `["a", "b"]`, "a b", allowed},
		{"ForAllValues:StringEquals", `["a", "b"]`, "a c", implicit},
		{"ForAllValues:StringEquals", `"a"`, "", allowed},
		{"ForAnyValue:StringEquals", `["a", "b"]`, "c a", allowed},
		{"ForAnyValue:StringEquals", `["a", "b"]`, "c d", implicit},
		{"ForAnyValue:StringEquals", `"a"`, "", implicit},
		{"foranyvalue:stringLIKE", `"a*"`, "c ab", allowed},
		{"ForAllValues:StringNotEquals", `["a", "b"]`, "c d", allowed},
		{"ForAllValues:StringNotEquals", `["a", "b"]`, "a c", implicit},
		{"ForAllValues:StringNotLike", `"a"`, "", allowed},
		{"ForAnyValue:StringNotEquals", `["a", "b"]`, "a c", allowed},
		{"ForAnyValue:StringNotEquals", `["a", "b"]`, "a b", implicit},
		{"ForAnyValue:StringNotEquals", `"a"`, "", implicit},
		{"ForAnyValue:StringEqualsIfExists", `"a"`, "", allowed},
		{"ForAllValues:StringEqualsIfExists", `"a"`, "b", implicit},
		{"ForAnyValue:IpAddress", `"10.0.0.0/8"`, "192.0.2.1 10.0.0.1", allowed},
		{"ForAllValues:NumericLessThan", `5`, "1 x", unknown},
		{"ForAllValues:NumericLessThan", `5`, "9 x", implicit},
		{"StringEquals", `"a"`, "a b", unknown},
		{"Null", `"true"`, "", allowed},
		{"Null", `"false"`, "a b", allowed},
	}
	for _, tt := range tests {
		t.Run(tt.operator+" "+tt.policy+" "+tt.request, func(t *testing.T) {
			keys := map[string]policy.Domain{"k": policy.Exactly(strings.Fields(tt.request)...)}
			check(t, world{keys: keys, identity: allow(when(tt.operator, "k", tt.policy))}.decide(t), tt.want)
		})
	}
}

// TestDomains decides an Allow with conditions about keys that are open.
func TestDomains(t *testing.T) {
	anything, text := policy.Anything(), policy.Like("*")
	network := policy.OneOf(policy.Absent(), policy.OutsideRanges())
	both := func(a, b string) string { return allow(a) + ", " + allow(b) }
	tests := []struct {
		name       string
		domain     policy.Domain
		statements string
		want       policy.Decision
	}{
		{"a or not a", text, both(when("StringEquals", "k", `"a"`), when("StringNotEquals", "k", `"a"`)), allowed},
		{"absent is not a", anything, both(when("StringEquals", "k", `"a"`), when("StringNotEquals", "k", `"a"`)), allowed},
		{"a", text, allow(when("StringEquals", "k", `"a"`)), unknown},
		{"never empty of meaning", text, allow(`"Condition": {"StringEquals": {"k": "a"}, "StringLike": {"k": "b*"}}`), implicit},
		{"a* and *b meet", text, allow(`"Condition": {"StringLike": {"k": "a*"}, "StringNotLike": {"k": "*b"}}`), unknown},
		{"a pattern inside another", policy.Like("AROA1:*"), allow(when("StringLike", "k", `"AROA1*"`)), allowed},
		{"a pattern outside", policy.Like("AROA1:*"), allow(when("StringLike", "k", `"AROA2*"`)), implicit},
		{"a pattern in part", policy.Like("AROA1:*"), allow(when("StringLike", "k", `"AROA1:s*"`)), unknown},
		{"characters to the letter", policy.Like("${*}"), allow(when("StringEquals", "k", `"${*}"`)), allowed},
		{"case", policy.OneOf(policy.Exactly("a"), policy.Exactly("A")), allow(when("StringEqualsIgnoreCase", "k", `"a"`)), allowed},
		{"case of an open text", text, both(when("StringEqualsIgnoreCase", "k", `"a"`), when("StringNotEquals", "k", `"A"`)), allowed},
		{"all numbers", text, both(when("NumericLessThan", "k", `5`), when("NumericGreaterThanEquals", "k", `5`)), allowed},
		{"a hole in the numbers", text, both(when("NumericLessThan", "k", `5`), when("NumericGreaterThan", "k", `5`)), unknown},
		{"no number", text, allow(`"Condition": {"NumericLessThan": {"k": "5"}, "NumericGreaterThan": {"k": 5}}`), implicit},
		{"a number between", text, allow(`"Condition": {"NumericLessThan": {"k": 5.5}, "NumericGreaterThan": {"k": 5.4}}`), unknown},
		{"dates and numbers are one line", text, both(when("DateLessThan", "k", `"2020-01-01"`), when("NumericGreaterThanEquals", "k", `1577836800`)), allowed},
		{"true or false", text, both(when("Bool", "k", `true`), when("Bool", "k", `false`)), allowed},
		{"true, false or absent", anything, both(when("Bool", "k", `true`), when("Bool", "k", `false`)), unknown},
		{"truth as text", text, both(when("Bool", "k", `true`), when("StringEquals", "k", `"false"`)), allowed},
		{"neither true nor false", text, both(when("Bool", "k", `true`), when("StringEquals", "k", `"a"`)), unknown},
		{"neither true nor false, by its domain", policy.Like("a*"), both(when("Bool", "k", `true`), when("StringLike", "k", `"a*"`)), unknown},
		{"true or absent", policy.OneOf(policy.Exactly("true"), policy.Absent()), allow(when("BoolIfExists", "k", `true`)), allowed},
		{"true or absent, not IfExists", policy.OneOf(policy.Exactly("true"), policy.Absent()), allow(when("Bool", "k", `true`)), unknown},
		{"all addresses", text, both(when("IpAddress", "k", `"10.0.0.0/8"`), when("NotIpAddress", "k", `"10.0.0.0/8"`)), allowed},
		{"a network in another", text, allow(`"Condition": {"IpAddress": {"k": "10.0.0.0/8"}, "NotIpAddress": {"k": ["10.0.0.0/9", "10.128.0.0/9"]}}`), implicit},
		{"a network not quite covered", text, allow(`"Condition": {"IpAddress": {"k": "10.0.0.0/8"}, "NotIpAddress": {"k": ["10.0.0.0/9", "10.128.0.0/10"]}}`), unknown},
		{"both families", text, allow(when("IpAddress", "k", `["0.0.0.0/0", "::/0"]`)), allowed},
		{"one family", text, allow(when("IpAddress", "k", `"0.0.0.0/0"`)), unknown},
		{"an address of AWS's", network, allow(when("IpAddress", "k", `"10.0.0.0/8"`)), implicit},
		{"an address of AWS's, not in a list", network, allow(when("NotIpAddress", "k", `"10.0.0.0/8"`)), allowed},
		{"an address of AWS's, anywhere", network, allow(when("IpAddress", "k", `["10.0.0.0/8", "0.0.0.0/0"]`)), unknown},
		{"an address of AWS's, if there is one", network, allow(when("IpAddressIfExists", "k", `["0.0.0.0/0", "::/0"]`)), allowed},
		{"an address of AWS's may be of the other family", network, allow(when("IpAddressIfExists", "k", `"0.0.0.0/0"`)), unknown},
		{"an address of AWS's against no address", network, allow(when("IpAddressIfExists", "k", `["10.0.0.0/8", "?"]`)), unknown},
		{"an address of AWS's as text", policy.OutsideRanges(), allow(when("StringLike", "k", `"10.*"`)), unknown},
		{"an address of AWS's is there", policy.OutsideRanges(), allow(when("Null", "k", `false`)), allowed},
		{"any set: all or some not", policy.AnySet(), both(when("ForAllValues:StringEquals", "k", `"a"`), when("ForAnyValue:StringNotEquals", "k", `"a"`)), allowed},
		{"any set: some", policy.AnySet(), allow(when("ForAnyValue:StringEquals", "k", `"a"`)), unknown},
		{"any set: no set operator", policy.AnySet(), allow(when("StringEquals", "k", `"a"`)), unknown},
		{"any set: empty or not", policy.AnySet(), both(when("Null", "k", `true`), when("Null", "k", `false`)), allowed},
		{"text and number at once", text, allow(`"Condition": {"NumericLessThan": {"k": 5}, "StringLike": {"k": "1*"}}`), unknown},
		{"a variable of an open key", policy.Exactly("x"), allow(when("StringEquals", "k", `"${open}"`)), unknown},
		{"an open key against a variable", text, both(when("StringEquals", "k", `"${either}"`), when("StringNotEquals", "k", `"${either}"`)), allowed},
		{"an open key against an open variable", text, both(when("StringEquals", "k", `"${open}"`), when("StringNotEquals", "k", `"${open}"`)), unknown},
		{"a key against itself", policy.OneOf(policy.Exactly("x"), policy.Exactly("y")), allow(when("StringEquals", "k", `"${k}"`)), allowed},
		{"no alternatives at all", policy.Domain{}, allow(when("Null", "k", `true`)), allowed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			keys := map[string]policy.Domain{
				"k": tt.domain, "open": policy.Like("*"), "either": policy.OneOf(policy.Exactly("x"), policy.Exactly("y")),
			}
			check(t, world{keys: keys, identity: tt.statements}.decide(t), tt.want)
		})
	}
}

// TestRest: a key that Keys lacks has the domain that Rest gives.
func TestRest(t *testing.T) {
	w := world{identity: allow(when("StringEquals", "aws:PrincipalTag/Team", `"x"`))}
	r := w.request()
	var asked string
	r.Context.Rest = func(key string) policy.Domain {
		asked = key
		return policy.Exactly("x")
	}
	check(t, policy.Decide(r, w.policies(t)), allowed)
	if want := "aws:principaltag/team"; asked != want {
		t.Errorf("Rest was asked for %q, want %q", asked, want)
	}
}
