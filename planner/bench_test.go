package planner_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/spec"
)

// BenchmarkNew plans 1,000 rules: 50 sources of 20 prefixes each, to buckets of
// another account.
func BenchmarkNew(b *testing.B) {
	s := parseSpec(b, fleet(50, 20))
	for b.Loop() {
		if _, err := planner.New(s); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkNewWithKeys plans 55 rules for KMS objects of one bucket, whose
// role gets managed policies.
func BenchmarkNewWithKeys(b *testing.B) {
	s := parseSpec(b, base+manyKeyed(55))
	for b.Loop() {
		if _, err := planner.New(s); err != nil {
			b.Fatal(err)
		}
	}
}

// fleet is a SPEC of so many sources, each with so many prefixes.
func fleet(sources, prefixes int) string {
	var buckets, rules strings.Builder
	for i := range sources {
		fmt.Fprintf(&buckets, "  acme-%d: { account: prod, region: us-east-1 }\n  acme-%d-copy: { account: backup, region: eu-west-1 }\n", i, i)
		for j := range prefixes {
			fmt.Fprintf(&rules, "  - { name: team-%d, from: acme-%d, to: acme-%d-copy, prefix: team-%d/ }\n", j, i, i, j)
		}
	}
	return base + "buckets:\n" + buckets.String() + "replication:\n" + rules.String()
}

func parseSpec(t testing.TB, text string) *spec.Spec {
	t.Helper()
	s, err := spec.Parse("spec.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}
