package policy_test

import (
	"fmt"
	"testing"

	"github.com/repligrant/repligrant/policy"
)

// policyOf is a bucket policy of n statements, every fifth of them a Deny.
func policyOf(n int) *policy.Document {
	d := policy.New()
	for i := range n {
		s := policy.Statement{
			Effect: policy.Allow, Principal: policy.AWS(fmt.Sprintf("arn:aws:iam::111122223333:role/team-%d", i%10)),
			Action:   policy.List("s3:GetObject", "s3:PutObject*", "s3:ListBucket"),
			Resource: policy.List(fmt.Sprintf("arn:aws:s3:::bucket-%d", i/10), fmt.Sprintf("arn:aws:s3:::bucket-%d/team-%d/*", i/10, i)),
		}
		switch i % 5 {
		case 1:
			s.Condition = []policy.Clause{{Operator: "StringEquals", Key: "aws:PrincipalOrgID", Values: policy.One("o-example")}}
		case 2:
			s.Condition = []policy.Clause{{Operator: "IpAddress", Key: "aws:SourceIp", Values: policy.One(fmt.Sprintf("10.%d.0.0/16", i))}}
		case 3:
			s.Effect, s.Action = policy.Deny, policy.One("s3:*")
			s.Condition = []policy.Clause{{Operator: "Bool", Key: "aws:SecureTransport", Values: policy.One("false")}}
		}
		d.Statements = append(d.Statements, s)
	}
	return d
}

// BenchmarkCompare compares a bucket policy with itself, with one that has a
// statement less, and with one in which every fifth statement is narrower.
func BenchmarkCompare(b *testing.B) {
	for _, n := range []int{10, 50, 500} {
		a := policyOf(n)
		less := policy.New(a.Statements[1:]...)
		narrow := policyOf(n)
		for i := range narrow.Statements {
			if s := &narrow.Statements[i]; i%5 == 0 {
				s.Resource = policy.One(s.Resource.Values[1] + "/x")
			}
		}
		for _, tc := range []struct {
			name string
			with *policy.Document
			want policy.Relation
		}{{"same", policyOf(n), policy.Equal}, {"less", less, policy.Superset}, {"narrower", narrow, policy.Superset}} {
			b.Run(fmt.Sprintf("%s-%d", tc.name, n), func(b *testing.B) {
				for b.Loop() {
					c, err := policy.Compare(a, tc.with, policy.Universe{})
					if err != nil || c.Relation() != tc.want {
						b.Fatalf("%s: %+v, %v", c.Relation(), c, err)
					}
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "compares/s")
			})
		}
	}
}
