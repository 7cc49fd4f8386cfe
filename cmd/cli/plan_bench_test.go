package cli_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/cmd/cli"
)

// accountsOfFleet are half sources, half destinations.
const accountsOfFleet = 200

// fleetText is a SPEC of so many rules over 200 accounts: sources of some rules each,
// with a prefix, to a bucket of another account. Of so many buckets one has a key: of
// 1 all, of 0 none.
func fleetText(rules, ofSource, keys int) string {
	const half = accountsOfFleet / 2
	key := func(region string, account, i int) string {
		if keys == 0 || i%keys != 0 {
			return ""
		}
		return fmt.Sprintf(", kms_key: arn:aws:kms:%s:%012d:key/%08d-12ab-34cd-56ef-1234567890ab", region, 100000000000+account, i)
	}
	var text, list strings.Builder
	text.WriteString("version: 1\naccounts:\n")
	for i := range accountsOfFleet {
		fmt.Fprintf(&text, "  account-%d: { id: \"%012d\" }\n", i, 100000000000+i)
	}
	text.WriteString("buckets:\n")
	for i := range rules / ofSource {
		from, to := i%half, half+i%half
		fmt.Fprintf(&text, "  acme-%d: { account: account-%d, region: us-east-1%s }\n", i, from, key("us-east-1", from, i))
		fmt.Fprintf(&text, "  acme-%d-copy: { account: account-%d, region: eu-west-1%s }\n", i, to, key("eu-west-1", to, i))
		for j := range ofSource {
			fmt.Fprintf(&list, "  - { name: team-%d, from: acme-%d, to: acme-%d-copy, prefix: team-%d/ }\n", j, i, i, j)
		}
	}
	return text.String() + "replication:\n" + list.String()
}

// BenchmarkPlanForms plans 10,000 rules over 200 accounts, from the SPEC on the
// disk to what stands on the disk in the end, in every form; and fewer, to show
// how it grows.
func BenchmarkPlanForms(b *testing.B) {
	for keys := range 2 {
		for _, rules := range []int{1_000, 3_000, 10_000} {
			for _, format := range []string{"json", "text", "markdown", "terraform", "cloudformation", "cli"} {
				name := fmt.Sprintf("%d/%s", rules, format)
				if keys > 0 {
					name += "-keys"
				}
				b.Run(name, func(b *testing.B) { planForm(b, fleetText(rules, fleetRules, keys), format) })
			}
		}
	}
}

func planForm(b *testing.B, text, format string) {
	dir := b.TempDir()
	file := filepath.Join(dir, "spec.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	args := []string{"plan", file, "--format", format, "--output", filepath.Join(dir, "plan")}
	if format == "terraform" || format == "cloudformation" {
		args[4] = "--output-dir"
	}
	b.ReportAllocs()
	for b.Loop() {
		var stdout, stderr bytes.Buffer
		cmd := cli.Command{Stdout: &stdout, Stderr: &stderr}
		if status := cmd.Run(b.Context(), args); status != 0 {
			b.Fatalf("status %d: %s", status, stderr.String())
		}
	}
}
