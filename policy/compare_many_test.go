package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/policy"
)

// allowing is n Allows of an action on a resource, in which # is a number.
func allowing(n int, action, resource string) *policy.Document {
	d := policy.New()
	number := func(s string) policy.Strings { return policy.One(strings.ReplaceAll(s, "#", fmt.Sprint(n))) }
	for n = range n {
		d.Statements = append(d.Statements, policy.Statement{Effect: policy.Allow, Action: number(action), Resource: number(resource)})
	}
	return d
}

// TestCompareMany: documents larger than AWS saves are compared where each
// statement meets few others, and unknown otherwise. Either takes seconds.
func TestCompareMany(t *testing.T) {
	const all = 10_000
	listed := policy.New(policy.Statement{Effect: policy.Allow, Resource: policy.One("*")})
	for i := range 2 * all {
		listed.Statements[0].Action.Values = append(listed.Statements[0].Action.Values, fmt.Sprintf("*%d*", i))
	}
	valued := func(from int) *policy.Document {
		d := allowing(1, "s3:GetObject", "*")
		c := policy.Clause{Operator: "NumericEquals", Key: "s3:TlsVersion"}
		for i := range all / 2 {
			c.Values.Values = append(c.Values.Values, fmt.Sprint(from+i))
		}
		d.Statements[0].Condition = []policy.Clause{c}
		return d
	}
	get := func(n int, resource string) *policy.Document { return allowing(n, "s3:GetObject", resource) }
	roles, accounts := get(1, "arn:aws:s3:::b/*"), get(1, "arn:aws:s3:::b/*")
	for i := range 2 * all {
		account := fmt.Sprintf("%012d", i)
		roles.Statements[0].Principal.Types = append(roles.Statements[0].Principal.Types, policy.AWS("arn:aws:iam::"+account+":role/r").Types...)
		accounts.Statements[0].Principal.Types = append(accounts.Statements[0].Principal.Types, policy.AWS(account).Types...)
	}
	for _, tc := range []struct {
		name string
		a, b *policy.Document
		want policy.Relation
	}{
		{"prefixes of as many buckets", get(all, "arn:aws:s3:::b#/x*"), get(all, "arn:aws:s3:::b#/*"), policy.Subset},
		{"principals in one statement", roles, accounts, policy.UnknownRelation},
		{"values of a key", valued(0), valued(all), policy.UnknownRelation},
		{"wildcards everywhere", get(all, "arn:aws:s3:::*#*a*a*X"), get(all, "arn:aws:s3:::*#*b*b*X"), policy.UnknownRelation},
		{"wildcards, and not so many", get(300, "arn:aws:s3:::*#*a*a*X"), get(300, "arn:aws:s3:::*#*b*b*X"), policy.UnknownRelation},
		{"patterns of actions", allowing(all, "*#*", "*"), allowing(all, "*#*b", "*"), policy.UnknownRelation},
		{"patterns of actions in one statement", listed, allowing(all, "*#*b", "*"), policy.UnknownRelation},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, err := policy.Compare(tc.a, tc.b, policy.Universe{})
			if err != nil || c.Relation() != tc.want {
				t.Errorf("%s, %v; want %s: %+v", c.Relation(), err, tc.want, c)
			}
			for _, why := range [][]string{c.A.Unknown, c.B.Unknown} {
				if len(why) > 11 {
					t.Errorf("%d reasons: %q", len(why), why)
				}
			}
		})
	}
}
