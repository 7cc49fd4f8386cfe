package report_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/report"
)

// TestJobRules tells two jobs of a bucket apart by the rules that ask for them. A
// plan that an earlier version saved does not say the rules.
func TestJobRules(t *testing.T) {
	p := &planner.Plan{Outline: planner.Outline{Jobs: []planner.Job{
		{Account: "111122223333", From: "acme-orders", Rules: []string{"a"}, Command: "aws 1"},
		{Account: "111122223333", From: "acme-orders", Rules: []string{"b", "b-here"}, Command: "aws 2"},
		{Account: "111122223333", From: "acme-orders", Command: "aws 3"},
	}}}
	for format, want := range map[string][]string{
		report.Text: {"copies what is in acme-orders (rule a) already", "acme-orders (rules b, b-here) already", "copies what is in acme-orders already"},
		report.Markdown: {
			"copies what is in <code>acme-orders</code> (rule <code>a</code>) already",
			"<code>acme-orders</code> (rules <code>b</code>, <code>b-here</code>) already",
			"copies what is in <code>acme-orders</code> already",
		},
	} {
		var b bytes.Buffer
		if err := report.Plan(&b, p, report.Options{Format: format}); err != nil {
			t.Fatal(err)
		}
		said := strings.Join(strings.Fields(b.String()), " ")
		for _, w := range want {
			if !strings.Contains(said, w) {
				t.Errorf("%s does not say %q:\n%s", format, w, &b)
			}
		}
	}
}
