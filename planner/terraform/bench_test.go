package terraform_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/planner/terraform"
)

// manyRules is a SPEC of as many sources, each in an account of its own, and of
// rules for each of them, all to buckets of one other account.
func manyRules(sources, rules int) string {
	var text strings.Builder
	text.WriteString("version: 1\naccounts:\n  backup: { id: \"444455556666\" }\n")
	for i := range sources {
		fmt.Fprintf(&text, "  a%d: { id: \"%012d\" }\n", i, 100000000000+i)
	}
	text.WriteString("buckets:\n")
	for i := range sources {
		fmt.Fprintf(&text, "  acme-%d: { account: a%d, region: us-east-1 }\n  acme-copy-%d: { account: backup, region: eu-west-1 }\n", i, i, i)
	}
	text.WriteString("replication:\n")
	for i := range sources {
		for j := range rules {
			fmt.Fprintf(&text, "  - { name: r%d, from: acme-%d, to: acme-copy-%d, filter_tags: { team: t%d }, priority: %d }\n", j, i, i, j, j+1)
		}
	}
	return text.String()
}

func BenchmarkFiles(b *testing.B) {
	for _, size := range []struct{ sources, rules int }{{50, 20}, {200, 50}, {1, 1000}} {
		b.Run(fmt.Sprintf("%dx%d", size.sources, size.rules), func(b *testing.B) {
			p, o := planOf(b, "spec.yaml", []byte(manyRules(size.sources, size.rules)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := terraform.Files(p, o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
