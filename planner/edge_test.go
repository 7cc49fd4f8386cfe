package planner_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/spec"
)

// TestEdges finds how many rules or sources one bucket policy holds: those that
// docs/quotas.md names fit, and one more does not.
func TestEdges(t *testing.T) {
	tests := []struct {
		name string
		text func(n int) string
		most int
	}{
		{"prefixes of one source", func(n int) string { return base + manyRules("backup", n, "") }, 452},
		{"every other one with delete markers", func(n int) string { return base + mixedRules(n, "delete_markers: true") }, 447},
		{"sources of whole buckets", func(n int) string { return base + sources(n, "") }, 377},
		{"sources with a prefix each", func(n int) string { return base + sources(n, "prefix: team-%d/, ") }, 88},
		{"sources of as many accounts, named by their accounts", accountsOf, 233},
	}
	page, err := os.ReadFile("../docs/quotas.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		if row := fmt.Sprintf("| %s | %d |", tt.name, tt.most); !strings.Contains(string(page), row) {
			t.Errorf("docs/quotas.md lacks %q", row)
		}
		t.Run(tt.name, func(t *testing.T) {
			least, most := 1, 2000 // fits, does not
			for least+1 < most {
				middle := (least + most) / 2
				if fits(t, tt.text(middle)) {
					least = middle
				} else {
					most = middle
				}
			}
			if least != tt.most {
				t.Errorf("%d fit, want %d", least, tt.most)
			}
		})
	}
}

// fits reports whether a plan is not too large for AWS.
func fits(t *testing.T, text string) bool {
	t.Helper()
	s, err := spec.Parse("spec.yaml", []byte(text))
	if err != nil {
		return false // more than 1,000 rules of a source
	}
	_, err = planner.New(s)
	if err != nil && !strings.Contains(err.Error(), "would have") {
		t.Fatal(err)
	}
	return err == nil
}

// sources is a SPEC of sources of one account that replicate to one bucket.
func sources(n int, prefix string) string {
	var buckets, rules strings.Builder
	for i := range n {
		fmt.Fprintf(&buckets, "  acme-%d: { account: prod, region: us-east-1 }\n", i)
		fmt.Fprintf(&rules, "  - { %sfrom: acme-%d, to: acme-copy }\n", strings.ReplaceAll(prefix, "%d", fmt.Sprint(i)), i)
	}
	return "buckets:\n  acme-copy: { account: backup, region: eu-west-1 }\n" + buckets.String() + "replication:\n" + rules.String()
}
