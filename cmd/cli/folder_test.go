package cli_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
)

// TestFolderFits writes policies that nearly fill their quotas as files, which are
// put as they are: where AWS counts white space, there is none. A policy with room
// is in lines.
func TestFolderFits(t *testing.T) {
	const head = "version: 1\naccounts:\n  prod: {id: \"111122223333\"}\n  backup: {id: \"444455556666\"}\nbuckets:\n" +
		"  acme-orders: {account: prod, region: us-east-1}\n  acme-orders-copy: {account: backup, region: us-east-1}\nreplication:\n"
	for n, lines := range map[int]bool{1: true, 200: false} {
		var rules strings.Builder
		for i := range n {
			fmt.Fprintf(&rules, "  - {name: r%d, from: acme-orders, to: acme-orders-copy, priority: %d, prefix: \"é%060d/\"}\n", i, i+1, i)
		}
		dir := t.TempDir()
		file := filepath.Join(dir, "spec.yaml")
		if err := os.WriteFile(file, []byte(head+rules.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := (stage{}).run(t.Context(), "plan", file, "--output-dir", dir); got.status != 0 {
			t.Fatalf("plan: status %d: %s", got.status, got.stderr)
		}
		text, err := os.ReadFile(filepath.Join(dir, "444455556666", "2-bucket-acme-orders-copy-policy.json"))
		if err != nil || !json.Valid(text) {
			t.Fatalf("the policy is no JSON (%v): %s", err, text)
		}
		if limit := policy.QuotaOf(policy.BucketPolicy).Limit; len(text) > limit {
			t.Errorf("%d rules: the policy has %d bytes, and AWS takes %d", n, len(text), limit)
		}
		if got := strings.Contains(string(text), "\n"); got != lines {
			t.Errorf("%d rules: the policy is in lines: %t, want %t", n, got, lines)
		}
		var p planner.Plan
		whole, err := os.ReadFile(filepath.Join(dir, "plan.json"))
		if err != nil || json.Unmarshal(whole, &p) != nil {
			t.Fatalf("plan.json (%v): %s", err, whole)
		}
		for _, d := range p.Documents {
			if q, ok := d.Quota(); !ok || q.Limit != d.Limit {
				t.Errorf("%s %s: quota %+v, and the document says %d", d.Kind, d.Target, q, d.Limit)
			}
		}
	}
}
