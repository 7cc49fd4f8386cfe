package report_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/report"
)

// throng is an audit of rules that fail, of others that replicate, and with surplus
// that harms nobody.
func throng(failing, fine, surplus int) *audit.Audit {
	a := many(failing)
	for n := range fine {
		a.Rules = append(a.Rules, audit.RuleVerdict{Rule: fmt.Sprintf("fine-%04d", n), From: "acme-orders", To: "acme-fine", Verdict: audit.Replicates})
	}
	for n := range surplus {
		f := broken().Findings[5]
		f.ID, f.Target = fmt.Sprint(n), fmt.Sprintf("arn:aws:iam::111122223333:role/wide-%04d", n)
		a.Findings = append(a.Findings, f)
	}
	a.Summary.Rules.Replicates, a.Summary.Findings.Surplus = fine, surplus
	return a
}

// TestBudgetSteps shows what goes first where an audit does not fit: evidence,
// then rules that replicate, then what nothing fails for, then findings, and last
// the rules. What is left out is said, and where it has to fit.
func TestBudgetSteps(t *testing.T) {
	tests := []struct {
		name string
		a    *audit.Audit
		has  []string
		not  []string
	}{
		{"all fits", throng(10, 5, 5), []string{"S3 reports", "fine-0000", "wide-0000", "<details>"}, []string{"left out"}},
		{"evidence goes", throng(28, 70, 80), []string{"fine-0000", "wide-0000", "<details>", "To fit into a comment, evidence is left out"}, []string{"S3 reports"}},
		{"then what replicates", throng(20, 900, 20), []string{"900 more rules replicate", "wide-0000", "<details>", "rules that replicate and requirements that are met are left out"}, []string{"fine-0000"}},
		{"then what nothing fails for", throng(20, 900, 900), []string{"rule-000", "<details>", "and findings that nothing fails for are left out"}, []string{"fine-0000", "wide-0000"}},
		{"then all but a line of each finding", throng(60, 900, 900), []string{"`rule-059`", "**60.** critical (`permission-missing`): ", "40 more documents", "findings are a line each here", "more findings: see the JSON report"}, []string{"<details>", "fine-0000", "more rules with"}},
		{"then rules and findings", throng(3_000, 0, 0), []string{"3000 rules fail", "`rule-000`", "more rules with findings: see the JSON report", "**1.** critical (`permission-missing`): ", "more findings: see the JSON report", "What to do next"}, []string{"<details>"}},
	}
	for _, tt := range tests {
		got := auditAs(t, tt.a, report.Options{Format: report.Markdown})
		checkMarkdown(t, got)
		if len(got) >= 60_000 {
			t.Errorf("%s: the comment has %d bytes", tt.name, len(got))
		}
		for _, s := range tt.has {
			if !strings.Contains(got, s) {
				t.Errorf("%s: there is no %q in %d bytes", tt.name, s, len(got))
			}
		}
		for _, s := range tt.not {
			if strings.Contains(got, s) {
				t.Errorf("%s: there is %q in %d bytes", tt.name, s, len(got))
			}
		}
	}
}

// TestBudgetEdges grows an audit past each budget: no report is ever too long, and
// the one before the edge has all.
func TestBudgetEdges(t *testing.T) {
	for place, limit := range map[string]int{"": 60_000, report.StepSummary: 900 << 10} {
		whole := func(rules int) string {
			return auditAs(t, many(rules), report.Options{Format: report.Markdown, Budget: report.Unlimited})
		}
		near := limit / 1_500 // the numbers of rules have as many digits there
		edge := near + (limit-len(whole(near)))/(len(whole(near+1))-len(whole(near)))
		fits, cut := 0, 0
		for rules := edge - 1; rules <= edge+2; rules++ {
			got, all := auditAs(t, many(rules), report.Options{Format: report.Markdown, Budget: place}), whole(rules)
			if rules == edge || len(got) < 60_000 {
				checkMarkdown(t, got)
			}
			switch {
			case len(got) >= limit:
				t.Errorf("%q: %d rules make %d bytes", place, rules, len(got))
			case len(all) < limit && got != all:
				t.Errorf("%q: %d rules fit with %d bytes, and %d are written", place, rules, len(all), len(got))
			case len(all) < limit:
				fits++
			case !strings.Contains(got, "To fit into a "):
				t.Errorf("%q: %d rules do not fit, and nothing says so", place, rules)
			default:
				cut++
			}
		}
		if fits == 0 || cut == 0 {
			t.Errorf("%q: %d fit and %d do not: the edge is elsewhere", place, fits, cut)
		}
	}
}

// TestBudgetIsUsed: a report that does not fit fills its place: one finding more
// never costs all the others.
func TestBudgetIsUsed(t *testing.T) {
	for place, limit := range map[string]int{report.Comment: 60_000, report.StepSummary: 900 << 10} {
		rules := limit / 300
		got := auditAs(t, many(rules), report.Options{Format: report.Markdown, Budget: place})
		if len(got) >= limit || len(got) < limit-2_000 {
			t.Errorf("%s: %d rules make %d of %d bytes", place, rules, len(got), limit)
		}
		if n := strings.Count(got, "critical (`permission-missing`)"); n < limit/1_000 {
			t.Errorf("%s: %d findings of %d are named", place, n, rules)
		}
	}
}

// TestBudgetHoldsTheWorst: a critical finding of the last rule is named before
// others of the first.
func TestBudgetHoldsTheWorst(t *testing.T) {
	a := many(600)
	for i := range a.Findings[:599] {
		a.Findings[i].Severity = audit.Low
	}
	got := auditAs(t, a, report.Options{Format: report.Markdown})
	if worst, other := strings.Index(got, "**600.** critical"), strings.Index(got, "**1.** low"); worst < 0 || other < worst {
		t.Errorf("the worst finding stands at %d, the first at %d", worst, other)
	}
}

// TestBudgetOfWhatGrowsElsewhere: accounts to change, gaps and idle entries are
// bounded too.
func TestBudgetOfWhatGrowsElsewhere(t *testing.T) {
	a := many(2_000)
	a.Complete = false
	for i := range a.Findings {
		account := fmt.Sprintf("%012d", i)
		a.Findings[i].Account = account
		a.Sources = append(a.Sources, audit.Source{Account: account, Unread: []string{"GetBucketPolicy: AccessDenied"}})
		a.Exceptions = append(a.Exceptions, audit.Exception{Check: "x", Position: diag.Pos{File: "spec.yaml", Line: i + 1, Column: 1}})
	}
	got := auditAs(t, a, report.Options{Format: report.Markdown})
	checkMarkdown(t, got)
	if len(got) >= 60_000 {
		t.Errorf("the comment has %d bytes", len(got))
	}
	for _, want := range []string{"more gaps: see", "more steps: see", "more rules with findings: see", "more findings: see", "Audit again"} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %q", want)
		}
	}
}

// TestBudgetPlaces sees that a step summary holds more than a comment, and says so.
func TestBudgetPlaces(t *testing.T) {
	size := func(place string, rules int) (int, string) {
		got := auditAs(t, many(rules), report.Options{Format: report.Markdown, Budget: place})
		checkMarkdown(t, got)
		return len(got), got
	}
	comment, _ := size(report.Comment, 500)
	summary, whole := size(report.StepSummary, 500)
	if summary <= comment || strings.Contains(whole, "left out") {
		t.Errorf("a summary of 500 rules has %d bytes and a comment %d", summary, comment)
	}
	if _, got := size(report.StepSummary, 1_500); !strings.Contains(got, "To fit into a step summary, ") {
		t.Errorf("a summary of 1,500 rules does not say what it has to fit into")
	}
	if n, got := size(report.Unlimited, 900); strings.Contains(got, "left out") || n < 900<<10 {
		t.Errorf("without a budget 900 rules make %d bytes", n)
	}
	plans := plan()
	for range 200 {
		plans.Documents = append(plans.Documents, plans.Documents[1])
	}
	if got := planAs(t, plans, report.Options{Format: report.Markdown, Budget: report.StepSummary}); len(got) < 60_000 || strings.Contains(got, "left out") {
		t.Errorf("a plan in a step summary has %d bytes", len(got))
	}
}

func TestBudgetRefused(t *testing.T) {
	for _, tt := range []struct {
		o    report.Options
		want string
	}{
		{report.Options{Format: report.Markdown, Budget: "tweet"}, `--budget "tweet" is none that there is`},
		{report.Options{Format: report.JSON, Budget: report.Comment}, "--budget is for format markdown, and the format is json"},
		{report.Options{Budget: report.StepSummary}, "--budget is for format markdown, and the format is text"},
	} {
		err := report.Audit(io.Discard, clean(), tt.o)
		if problem, ok := errors.AsType[*diag.Diagnostic](err); !ok || problem.Error() != tt.want || problem.Hint.String() == "" {
			t.Errorf("%+v: %v, want %s, with a hint", tt.o, err, tt.want)
		}
	}
}
