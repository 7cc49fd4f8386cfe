package planner_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/spec"
)

// TestRulesQuota: package spec refuses one rule more than the table of quotas
// allows; it stands below the package of the table.
func TestRulesQuota(t *testing.T) {
	most := policy.QuotaOf(policy.ReplicationRules).Limit
	for n, want := range map[int]bool{most: true, most + 1: false} {
		_, err := spec.Parse("spec.yaml", []byte(base+manyRules("prod", n, "")))
		if got := err == nil; got != want {
			t.Errorf("%d rules of one bucket are taken: %t (%v)", n, got, err)
		}
	}
}

// TestQuotaPage checks that docs/quotas.md lists every quota, as the table has it.
func TestQuotaPage(t *testing.T) {
	page, err := os.ReadFile("../docs/quotas.md")
	if err != nil {
		t.Fatal(err)
	}
	if len(policy.Quotas) == 0 {
		t.Fatal("no quotas")
	}
	var table strings.Builder
	table.WriteString("| what | limit | on request | how AWS counts | page |\n| --- | --- | --- | --- | --- |\n")
	for _, q := range policy.Quotas {
		name := q.Source[strings.LastIndexByte(q.Source, '/')+1:]
		fmt.Fprintf(&table, "| %s | %s | %s | %s | [%s](%s) |\n", q.Place, number(q.Limit), number(q.Maximum), counted(q), strings.TrimSuffix(name, ".html"), q.Source)
	}
	if !strings.Contains(string(page), table.String()) {
		t.Errorf("docs/quotas.md lacks this table:\n%s", table.String())
	}
}

func number(n int) string {
	switch {
	case n == 0:
		return ""
	case n >= 1000:
		return fmt.Sprintf("%s,%03d", number(n/1000), n%1000)
	default:
		return fmt.Sprint(n)
	}
}

func counted(q policy.Quota) string {
	switch {
	case q.Number:
		return "how many"
	case q.Bytes:
		return "bytes"
	case q.FreeSpace:
		return "characters without white space"
	default:
		return "characters"
	}
}
