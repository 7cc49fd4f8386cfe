package report_test

import (
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/markdown"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/report"
)

// Names may hold backticks: of rules, roles, prefixes and tags. In Markdown each is
// one code span, and the words around it stay words.
func TestBackticksInNames(t *testing.T) {
	for _, name := range []string{"a`b", "`a", "a`", "``", "a``b`c", "`x`", "```", "rule`", "a`b.c"} {
		said := "rule " + name + " of what.. `acme-orders` works, as " + name + " does"
		args := map[string]string{"rule": name, "bucket": "acme-orders"}
		span := markdown.Code(name)
		want := "rule " + span + " of what.. `acme-orders` works, as " + span + " does"

		p := plan()
		p.Warnings = []planner.Warning{{Code: "rule-odd", Message: said, Args: args}}
		a := broken()
		a.Findings = a.Findings[:1]
		a.Findings[0].Message, a.Findings[0].Key, a.Findings[0].Args = said, "", args
		a.Findings[0].Outcome = audit.Missing
		for of, got := range map[string]string{
			"plan":  planAs(t, p, report.Options{Format: report.Markdown}),
			"audit": auditAs(t, a, report.Options{Format: report.Markdown}),
		} {
			checkMarkdown(t, got)
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q is not said as\n%s\nin\n%s", of, name, want, got)
			}
		}
	}
}

// A text within a text is no data: its code stays code, around the data in it.
func TestBackticksInTexts(t *testing.T) {
	p := plan()
	p.Warnings = []planner.Warning{{
		Code: "rule-odd", Message: "what `a`b` of `x` is odd",
		Args: map[string]string{"what": "`a`b` of `x`", "what_key": "unheard-of", "what.rule": "a`b"},
	}}
	const want = "what ``a`b`` of `x` is odd"
	if got := planAs(t, p, report.Options{Format: report.Markdown}); !strings.Contains(got, want) {
		t.Errorf("no %q in\n%s", want, got)
	}
}
