package policy_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/policy/simulate"
)

// workload is a role with three policies of five statements, and a bucket
// policy of ten statements with conditions, in another account.
func workload() policy.Policies {
	var identity []policy.Source
	for i := range 3 {
		d := policy.New()
		for j := range 5 {
			d.Statements = append(d.Statements, policy.Statement{
				Effect:   policy.Allow,
				Action:   policy.List("s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"),
				Resource: policy.List(fmt.Sprintf("arn:aws:s3:::bucket-%d-%d/*", i, j)),
			})
		}
		identity = append(identity, known(d))
	}
	return policy.Policies{Identity: identity, Resource: known(bucketPolicy()), Boundary: none(), SCPs: noSCPs(), RCPs: noSCPs()}
}

func bucketPolicy() *policy.Document {
	clause := func(operator, key string, values ...string) []policy.Clause {
		return []policy.Clause{{Operator: operator, Key: key, Values: policy.List(values...)}}
	}
	d := policy.New()
	add := func(e policy.Effect, p policy.Principals, action string, c []policy.Clause) {
		d.Statements = append(d.Statements, policy.Statement{
			Effect: e, Principal: p, Action: policy.One(action), Condition: c,
			Resource: policy.List("arn:aws:s3:::bucket-2-4", "arn:aws:s3:::bucket-2-4/*"),
		})
	}
	everyone := policy.Principals{Everyone: true}
	add(policy.Deny, everyone, "s3:*", clause("Bool", "aws:SecureTransport", "false"))
	add(policy.Deny, everyone, "s3:*", clause("StringNotEqualsIfExists", "aws:PrincipalOrgID", "o-example"))
	add(policy.Deny, everyone, "s3:PutObject", clause("StringNotEquals", "s3:x-amz-server-side-encryption", "aws:kms"))
	add(policy.Deny, everyone, "s3:Delete*", clause("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::444455556666:role/admin-*"))
	add(policy.Allow, policy.AWS("arn:aws:iam::444455556666:role/reader"), "s3:Get*", clause("StringLike", "s3:prefix", "reports/*"))
	add(policy.Allow, policy.AWS("arn:aws:iam::444455556666:root"), "s3:List*", nil)
	add(policy.Allow, policy.Service("logging.s3.amazonaws.com"), "s3:PutObject", clause("ArnLike", "aws:SourceArn", "arn:aws:s3:::*"))
	add(policy.Allow, policy.AWS(caller().ARN), "s3:ReplicateObject", clause("ArnLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/*"))
	add(policy.Allow, policy.AWS(caller().ARN), "s3:ReplicateDelete", clause("StringEquals", "aws:PrincipalAccount", "111122223333"))
	add(policy.Allow, everyone, "s3:*", clause("StringEquals", "aws:PrincipalOrgID", "o-other"))
	return d
}

func caller() policy.Caller {
	return policy.Caller{Kind: policy.Role, ARN: "arn:aws:iam::111122223333:role/replication", Account: "111122223333"}
}

func workloadRequest(resource string) policy.Request {
	return policy.Request{
		Caller: caller(), Action: "s3:ReplicateObject", Resource: resource, ResourceAccount: "444455556666",
		Context: policy.Context{Keys: map[string]policy.Domain{
			"aws:principalarn":     policy.Exactly(caller().ARN),
			"aws:principalaccount": policy.Exactly("111122223333"),
			"aws:principalorgid":   policy.Exactly("o-example"),
			"aws:securetransport":  policy.Exactly("true"),
		}},
	}
}

func known(d *policy.Document) policy.Source { return policy.Source{Document: fact.Of(d)} }
func none() policy.Source                    { return policy.Source{Document: fact.Absent[*policy.Document]()} }
func noSCPs() fact.Value[[][]policy.Source]  { return fact.Absent[[][]policy.Source]() }

// benchmark decides prepared requests in turn, and then the same with each
// request prepared anew. Want is the decision of each; 0 is any.
func benchmark(b *testing.B, policies policy.Policies, requests []policy.Request, want policy.Decision) {
	b.Helper()
	p := policy.Prepare(policies)
	queries := make([]*policy.Query, len(requests))
	for i, r := range requests {
		queries[i] = r.Prepare()
		if d, alike := p.Decision(queries[i]); want != 0 && (d != want || !alike) {
			b.Fatalf("%s: %v %t, want %v", r.Resource, d, alike, want)
		}
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		p.Decision(queries[n%len(queries)])
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "decisions/s")
	b.ReportMetric(cold(p, requests), "cold_decisions/s")
}

// cold measures how many requests are prepared and decided in a second.
func cold(p *policy.Prepared, requests []policy.Request) float64 {
	const least = 200 * time.Millisecond
	start, n := time.Now(), 0
	for time.Since(start) < least {
		for _, r := range requests {
			p.Decision(r.Prepare())
		}
		n += len(requests)
	}
	return float64(n) / time.Since(start).Seconds()
}

// BenchmarkDecide decides the base workload, for one resource at a time and for
// whole patterns. REPLIGRANT_BENCH_CASES may name a file of requests as
// "repligrant simulate" reads them; each is then decided too, under its id.
func BenchmarkDecide(b *testing.B) {
	b.Run("base", func(b *testing.B) {
		var requests []policy.Request
		for i := range 64 {
			requests = append(requests, workloadRequest(fmt.Sprintf("arn:aws:s3:::bucket-2-4/key-%d", i)))
		}
		benchmark(b, workload(), requests, policy.Allowed)
	})
	b.Run("pattern", func(b *testing.B) {
		var requests []policy.Request
		for i := range 64 {
			r := workloadRequest(fmt.Sprintf("arn:aws:s3:::bucket-2-4/prefix-%d/*", i))
			r.Pattern = true
			requests = append(requests, r)
		}
		benchmark(b, workload(), requests, policy.Allowed)
	})
	b.Run("reasons", func(b *testing.B) {
		p := policy.Prepare(workload())
		var queries []*policy.Query
		for i := range 64 {
			queries = append(queries, workloadRequest(fmt.Sprintf("arn:aws:s3:::bucket-2-4/key-%d", i)).Prepare())
		}
		b.ReportAllocs()
		n := 0
		for b.Loop() {
			if a := p.Decide(queries[n%len(queries)]); !a.Allowed() {
				b.Fatalf("%+v", a)
			}
			n++
		}
		b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "decisions/s")
	})
	if file := os.Getenv("REPLIGRANT_BENCH_CASES"); file != "" {
		benchmarkCases(b, file)
	}
}

// benchmarkCases decides the requests of a file, each with 64 object keys.
func benchmarkCases(b *testing.B, file string) {
	b.Helper()
	text, err := os.ReadFile(file) //nolint:gosec // whoever runs the benchmark names the file
	if err != nil {
		b.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		c, err := simulate.Read(line)
		if err != nil {
			b.Fatalf("%s: %v", c.ID, err)
		}
		b.Run(c.ID, func(b *testing.B) { benchmark(b, c.Policies, withKeys(c.Request), 0) })
	}
}

// withKeys returns requests that differ in the object's key, if there is one.
func withKeys(r policy.Request) []policy.Request {
	requests := make([]policy.Request, 64)
	for i := range requests {
		requests[i] = r
		if bucket, key, found := strings.Cut(r.Resource, "/"); found && strings.HasPrefix(r.Resource, "arn:") && key != "" {
			requests[i].Resource = fmt.Sprintf("%s/%s%02d", bucket, key, i)
		}
	}
	return requests
}

// BenchmarkDecideLarge decides against a role policy and a bucket policy of n
// statements together, of which ten at most apply: the others are about other
// keys, callers or actions, or say what one before them says.
func BenchmarkDecideLarge(b *testing.B) {
	kinds := map[string]func(i int) policy.Statement{
		"keys": func(i int) policy.Statement { return other(i, caller().ARN, "s3:ReplicateObject") },
		"callers": func(i int) policy.Statement {
			return other(0, fmt.Sprintf("%s-%d", caller().ARN, i), "s3:ReplicateObject")
		},
		"actions": func(i int) policy.Statement { return other(0, caller().ARN, fmt.Sprintf("s3:Action%d", i)) },
		"equal":   func(int) policy.Statement { return other(0, caller().ARN, "s3:ReplicateObject") },
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		for _, n := range []int{10, 100, 1_000, 10_000} {
			b.Run(fmt.Sprintf("%s/%d", kind, n), func(b *testing.B) {
				var requests []policy.Request
				for i := range 64 {
					requests = append(requests, workloadRequest(fmt.Sprintf("arn:aws:s3:::bucket/0/key-%d", i)))
				}
				benchmark(b, large(n, kinds[kind]), requests, policy.Allowed)
			})
		}
	}
}

// large is n statements, half in a role policy and half in a bucket policy.
func large(n int, statement func(i int) policy.Statement) policy.Policies {
	role, bucket := policy.New(), policy.New()
	for i := range n / 2 {
		s := statement(i)
		if i == 0 {
			s = other(0, caller().ARN, "s3:ReplicateObject")
		}
		bucket.Statements = append(bucket.Statements, s)
		s.Principal = policy.Principals{}
		role.Statements = append(role.Statements, s)
	}
	return policy.Policies{Identity: []policy.Source{known(role)}, Resource: known(bucket), Boundary: none(), SCPs: noSCPs(), RCPs: noSCPs()}
}

func other(folder int, principal, action string) policy.Statement {
	return policy.Statement{
		Effect: policy.Allow, Principal: policy.AWS(principal), Action: policy.One(action),
		Resource:  policy.List(fmt.Sprintf("arn:aws:s3:::bucket/%d/*", folder)),
		Condition: []policy.Clause{{Operator: "StringEquals", Key: "aws:PrincipalOrgID", Values: policy.List("o-example")}},
	}
}
