package report_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/golden"
	"github.com/repligrant/repligrant/report"
)

// pictured is an audit with each verdict, several rules between two buckets, and
// a bucket whose owner nobody knows.
func pictured() *audit.Audit {
	a := broken()
	a.Rules = []audit.RuleVerdict{
		{Rule: "invoices", From: "acme-orders", To: "acme-invoices", Verdict: audit.Replicates},
		{Rule: "orders", From: "acme-orders", To: "acme-orders-copy", Verdict: audit.Fails},
		{Rule: "old", From: "acme-orders", To: "acme-old", Verdict: audit.Idle, Origin: "live"},
		{Rule: "tags", From: "acme-logs", To: "acme-orders-copy", Verdict: audit.Degraded},
		{Rule: "abroad", From: "acme-logs", To: "partner-bucket", Verdict: audit.Unclear},
	}
	for n := range 5 {
		v := audit.Replicates
		if n == 3 {
			v = audit.Degraded
		}
		a.Rules = append(a.Rules, audit.RuleVerdict{Rule: fmt.Sprint("team-", n), From: "acme-logs", To: "acme-logs-copy", Verdict: v})
	}
	a.Buckets = []audit.Bucket{
		{Name: "acme-invoices", Account: "111122223333", Region: "us-west-2"},
		{Name: "acme-logs", Account: "111122223333", Region: "us-east-1"},
		{Name: "acme-logs-copy", Account: "444455556666", Region: "eu-west-1"},
		{Name: "acme-old", Account: "111122223333"},
		{Name: "acme-orders", Account: "111122223333", Region: "us-east-1"},
		{Name: "acme-orders-copy", Account: "444455556666", Region: "eu-west-1"},
		{Name: "partner-bucket"},
	}
	a.Summary.Rules = audit.Verdicts{Replicates: 5, Fails: 1, Degraded: 2, Unknown: 1, Disabled: 1}
	return a
}

func TestAuditDiagram(t *testing.T) {
	got := auditAs(t, pictured(), report.Options{Format: report.Markdown})
	checkMarkdown(t, got)
	golden.Equal(t, "audit/pictured.md", got)
	_, drawing, ok := strings.Cut(got, "```mermaid\n")
	drawing, _, end := strings.Cut(drawing, "```\n")
	if !ok || !end {
		t.Fatalf("there is no diagram in:\n%s", got)
	}
	for what, want := range map[string]string{
		"an account":                    `subgraph a1["111122223333"]`,
		"a bucket with its Region":      `[("acme-orders<br>us-east-1")]`,
		"nobody's bucket":               `["owner not known"]`,
		"a rule with its verdict":       ` -->|"orders<br>fails"| `,
		"a live one":                    ` -.->|"old<br>disabled<br>(live)"| `,
		"several rules, with the worst": ` -->|"5 rules<br>degraded"| `,
		"the worst first, in red":       `linkStyle 0 stroke:#cf222e,stroke-width:2px`,
	} {
		if !strings.Contains(drawing, want) {
			t.Errorf("the diagram lacks %s, %q:\n%s", what, want, drawing)
		}
	}
}

// TestAuditDiagramIsBounded sees that a fleet is not drawn whole, that the worst
// are, and that a report that does not fit loses its picture.
func TestAuditDiagramIsBounded(t *testing.T) {
	a := throng(5, 3_000, 0)
	a.Buckets = []audit.Bucket{{Name: "acme-orders", Account: "111122223333"}}
	for i := range a.Rules[5:] {
		a.Rules[5+i].To = fmt.Sprint("to-", i)
	}
	got := auditAs(t, a, report.Options{Format: report.Markdown, Budget: report.StepSummary})
	checkMarkdown(t, got)
	edges := strings.Count(got, `<br>fails"| `) + strings.Count(got, `<br>replicates"| `)
	if strings.Count(got, `<br>fails"| `) != 5 || edges < 30 || edges > 40 {
		t.Errorf("%d rules are drawn, of which %d fail", edges, strings.Count(got, `<br>fails"| `))
	}
	if want := fmt.Sprintf("%d rules do not fit into the picture.", 3_005-edges); !strings.Contains(got, want) {
		t.Errorf("nothing says %q", want)
	}
	b := throng(200, 0, 0)
	b.Buckets = a.Buckets
	if got := auditAs(t, b, report.Options{Format: report.Markdown}); strings.Contains(got, "mermaid") || len(got) >= 60_000 {
		t.Errorf("a comment without findings, of %d bytes, has a picture", len(got))
	}
}

// TestAuditDiagramOfHostileNames draws names that would leave a label. The golden
// file is read by Mermaid itself.
func TestAuditDiagramOfHostileNames(t *testing.T) {
	a := newAudit(audit.Fails)
	a.Rules = nil
	for i, s := range leavers {
		a.Rules = append(a.Rules, audit.RuleVerdict{Rule: s, From: s + "a", To: s + "b", Verdict: audit.Fails})
		a.Buckets = append(a.Buckets, audit.Bucket{Name: s + "a", Account: s, Region: s}, audit.Bucket{Name: s + "b", Account: fmt.Sprint(i)})
	}
	a.Summary.Rules = audit.Verdicts{Fails: len(leavers)}
	got := auditAs(t, a, report.Options{Format: report.Markdown})
	checkMarkdown(t, got)
	golden.Equal(t, "audit/hostile-picture.md", got)
}
