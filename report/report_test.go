package report_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/golden"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/report"
	"github.com/repligrant/repligrant/report/text"
)

func auditAs(t testing.TB, a *audit.Audit, o report.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Audit(&b, a, o); err != nil {
		t.Fatalf("report audit as %q: %v", o.Format, err)
	}
	return b.String()
}

func planAs(t testing.TB, p *planner.Plan, o report.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Plan(&b, p, o); err != nil {
		t.Fatalf("report plan as %q: %v", o.Format, err)
	}
	return b.String()
}

func differenceAs(t testing.TB, d *planner.Difference, format string) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Difference(&b, d, report.Options{Format: format}); err != nil {
		t.Fatalf("report difference as %q: %v", format, err)
	}
	return b.String()
}

var audits = map[string]func() *audit.Audit{"broken": broken, "incomplete": incomplete, "clean": clean, "empty": empty}

func TestAudit(t *testing.T) {
	for name, build := range audits {
		for format, suffix := range map[string]string{report.Text: ".txt", report.JSON: ".json", report.Markdown: ".md"} {
			t.Run(name+suffix, func(t *testing.T) {
				golden.Equal(t, "audit/"+name+suffix, auditAs(t, build(), report.Options{Format: format}))
			})
		}
	}
}

func TestAuditOptions(t *testing.T) {
	golden.Equal(t, "audit/broken.all.txt", auditAs(t, broken(), report.Options{All: true}))
	golden.Equal(t, "audit/broken.wide.txt", auditAs(t, broken(), report.Options{Width: 140}))
	golden.Equal(t, "audit/incomplete.color.txt", auditAs(t, incomplete(), report.Options{Color: true}))
	golden.Equal(t, "audit/fleet.txt", auditAs(t, fleet(), report.Options{}))
}

func TestPlan(t *testing.T) {
	for name, o := range map[string]report.Options{
		"plan.txt":         {},
		"plan.explain.txt": {Explain: true},
		"plan.json":        {Format: report.JSON},
		"plan.md":          {Format: report.Markdown},
	} {
		t.Run(name, func(t *testing.T) { golden.Equal(t, "plan/"+name, planAs(t, plan(), o)) })
	}
}

func TestPlanOfNothing(t *testing.T) {
	for format, want := range map[string]string{
		report.Text:     "Nothing to apply",
		report.Markdown: "Nothing to apply",
		report.JSON:     `"documents": []`,
	} {
		if got := planAs(t, &planner.Plan{}, report.Options{Format: format}); !strings.Contains(got, want) {
			t.Errorf("%s of an empty plan lacks %q:\n%s", format, want, got)
		}
	}
}

// An audit that decided nothing must not look like one that found nothing wrong,
// however its fields came to be empty.
func TestNothingDecidedIsNoPass(t *testing.T) {
	undecided := newAudit(audit.Unclear)
	undecided.Summary = audit.Summary{Requirements: audit.Requirements{Unknown: 4}, Rules: audit.Verdicts{Unknown: 1}}
	unfinished := clean()
	unfinished.Complete = false
	contradicting := clean()
	contradicting.Findings = broken().Findings
	for name, a := range map[string]*audit.Audit{
		"zero": {}, "empty": empty(), "all unknown": undecided, "incomplete": unfinished, "findings against the summary": contradicting,
	} {
		for _, format := range []string{report.Text, report.Markdown} {
			if got := auditAs(t, a, report.Options{Format: format}); strings.Contains(got, "Clean") || strings.Contains(got, "✅ repligrant") {
				t.Errorf("%s: %s looks like a pass:\n%s", name, format, got)
			}
		}
	}
}

func TestFormats(t *testing.T) {
	for kind, want := range map[string][]string{
		report.KindAudit: {"text", "json", "markdown", "sarif", "html", "junit", "csv", "ocsf", "asff"},
		report.KindPlan:  {"text", "json", "markdown"},
	} {
		if diff := cmp.Diff(want, report.Formats(kind)); diff != "" {
			t.Errorf("formats of %s (-want +got):\n%s", kind, diff)
		}
	}
	if diff := cmp.Diff([]string{"terraform", "cloudformation", "cli"}, report.Forms(report.KindPlan)); diff != "" {
		t.Errorf("forms of a plan (-want +got):\n%s", diff)
	}
	if got := report.Formats("snapshot"); len(got) != 0 {
		t.Errorf("formats of a snapshot = %q, want none", got)
	}
}

func TestRefused(t *testing.T) {
	tests := []struct {
		kind string
		o    report.Options
		want string
	}{
		{report.KindAudit, report.Options{Format: "xml"}, `unknown format "xml" (for audit there is: text, json, markdown, sarif, html, junit, csv, ocsf, asff)`},
		{report.KindAudit, report.Options{Format: "terraform"}, `unknown format "terraform" (for audit there is: text, json, markdown, sarif, html, junit, csv, ocsf, asff)`},
		{report.KindPlan, report.Options{Format: "terraform"}, `unknown format "terraform" (for plan there is: text, json, markdown, terraform, cloudformation, cli)`},
		{report.KindPlan, report.Options{Format: "sarif"}, `unknown format "sarif" (for plan there is: text, json, markdown, terraform, cloudformation, cli)`},
		{report.KindPlan, report.Options{Format: "TEXT"}, `unknown format "TEXT" (for plan there is: text, json, markdown, terraform, cloudformation, cli)`},
		{report.KindAudit, report.Options{Lang: "fr"}, `unknown language "fr" (there is: en, es)`},
		{report.KindPlan, report.Options{Lang: "tlh"}, `unknown language "tlh" (there is: en, es)`},
	}
	for _, tt := range tests {
		err := report.Check(tt.kind, tt.o)
		if err == nil || err.Error() != tt.want {
			t.Errorf("Check(%s, %+v) = %v, want %s", tt.kind, tt.o, err, tt.want)
		}
		_, isFormat := errors.AsType[*report.FormatError](err)
		_, isLanguage := errors.AsType[*text.LanguageError](err)
		if !isFormat && !isLanguage {
			t.Errorf("Check(%s, %+v) is a %T, which no caller can tell from a failure", tt.kind, tt.o, err)
		}
		var b bytes.Buffer
		if tt.kind == report.KindAudit {
			err = report.Audit(&b, clean(), tt.o)
		} else {
			err = report.Plan(&b, plan(), tt.o)
		}
		if err == nil || err.Error() != tt.want || b.Len() > 0 {
			t.Errorf("%s with %+v wrote %d bytes and returned %v, want %s", tt.kind, tt.o, b.Len(), err, tt.want)
		}
	}
}

// Formats must not change what they show, since one audit may be written twice.
func TestReportChangesNothing(t *testing.T) {
	for name, build := range audits {
		a := build()
		for _, format := range report.Formats(report.KindAudit) {
			o := machineOptions(format)
			o.All = true
			auditAs(t, a, o)
		}
		if diff := cmp.Diff(build(), a); diff != "" {
			t.Errorf("%s was changed by being shown (-want +got):\n%s", name, diff)
		}
	}
	p := plan()
	for _, format := range report.Formats(report.KindPlan) {
		planAs(t, p, report.Options{Format: format, Explain: true})
	}
	if diff := cmp.Diff(plan(), p, cmp.AllowUnexported(planner.Plan{})); diff != "" {
		t.Errorf("the plan was changed by being shown (-want +got):\n%s", diff)
	}
}

// A table must be the same on every machine, also where the environment asks for
// wide ambiguous characters.
func TestWidthIgnoresEnvironment(t *testing.T) {
	a := broken()
	a.Rules[0].From = "§±é"
	want := auditAs(t, a, report.Options{})
	t.Setenv("RUNEWIDTH_EASTASIAN", "1")
	t.Setenv("LC_ALL", "ja_JP.UTF-8")
	if diff := cmp.Diff(want, auditAs(t, a, report.Options{})); diff != "" {
		t.Errorf("the environment changed the report:\n%s", diff)
	}
}

func TestLineWidth(t *testing.T) {
	for name, build := range audits {
		for _, width := range []int{0, 60, 80, 120} {
			limit := width
			if limit == 0 {
				limit = 80
			}
			checked := 0
			for line := range strings.Lines(auditAs(t, build(), report.Options{Width: width})) {
				line = strings.TrimRight(line, "\n")
				checked++
				// A word that does not fit stays whole, so that it can be copied.
				if len(line) > limit && len(strings.Fields(line)) > 2 {
					t.Errorf("%s at %d columns has a line of %d:\n%s", name, limit, len(line), line)
				}
			}
			if checked == 0 {
				t.Errorf("%s at %d columns has no lines", name, limit)
			}
		}
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestWriteFails(t *testing.T) {
	if err := report.Audit(brokenPipe{}, clean(), report.Options{}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("Audit to a closed pipe = %v, want %v", err, io.ErrClosedPipe)
	}
}
