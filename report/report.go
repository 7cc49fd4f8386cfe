// Package report writes plans and audits for people and for programs, and reads
// a saved audit back. It decides nothing: what is missing, how bad it is and
// with which status the command ends is the auditor's. A format is a function
// from findings to bytes, the same bytes for the same findings.
//
// Names, policies and error messages come from accounts of other people. Each
// writer makes them safe for where they go, once: nothing reaches a terminal but
// through [terminal], and nothing becomes Markdown but through the functions
// that return it.
package report

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/report/text"
)

// The kinds of reports.
const (
	KindAudit = "audit"
	KindPlan  = "plan"

	KindAccess     = "access"
	KindDifference = "difference"

	KindExplanation = "explanation"
)

// The formats.
const (
	Text     = "text"
	JSON     = "json"
	Markdown = "markdown"
	HTML     = "html"
)

// Options change how a report looks. The zero Options is plain English text for
// 80 columns.
type Options struct {
	Format  string // "" is text
	Color   bool   // text only
	Width   int    // columns of the terminal; 0 is 80
	All     bool   // nothing folded or shortened
	Explain bool   // plans as text: why each action is there, which Markdown always says
	Lang    string // "" is English

	// What makes an audit fail, nil for the usual: SARIF has its exit status, and
	// in JUnit's XML those findings are failures.
	FailOn          []string
	AllowIncomplete bool

	Budget    string // Markdown only: the place that it has to fit into, "" is a comment
	HubRegion string // ASFF only: the Region of the Security Hub

	// Texts, if not nil, are the texts by key of a language that is not built
	// in, in place of Lang. What they lack is said in English.
	Texts map[string]string
}

// The forms of a plan that a tool takes and nobody translates. The packages
// below planner write them.
const (
	Terraform      = "terraform"
	CloudFormation = "cloudformation"
	CLI            = "cli"
)

// formats are what each kind can be written as: here, elsewhere, and later.
var formats = map[string]struct{ now, forms, later []string }{
	KindAudit: {[]string{Text, JSON, Markdown, SARIF, HTML, JUnit, CSV, OCSF, ASFF}, nil, nil},
	KindPlan:  {[]string{Text, JSON, Markdown}, []string{Terraform, CloudFormation, CLI}, nil},

	KindAccess: {[]string{Text, JSON}, []string{Terraform, CloudFormation}, nil},

	KindDifference: {[]string{Text, JSON, Markdown}, nil, nil},

	KindExplanation: {[]string{Text, JSON, Markdown}, nil, nil},
}

// Formats lists the formats of a kind that this package writes, the default first.
func Formats(kind string) []string { return slices.Clone(formats[kind].now) }

// Forms lists the formats of a kind that other packages write.
func Forms(kind string) []string { return slices.Clone(formats[kind].forms) }

// A FormatError says that a report of Kind cannot be written as Format.
type FormatError struct {
	Kind   string
	Format string
	Later  bool // it is promised and not there yet
}

// formatProblems are what can be wrong with the name of a format.
var formatProblems = diag.Sentences{
	"format-later":   "format {format} is not supported yet (for {kind} there is: {known})",
	"format-unknown": "unknown format {format} (for {kind} there is: {known})",
}

// Error names the format and those there are.
func (e *FormatError) Error() string { return e.Text().String() }

// Text is Error with its key.
func (e *FormatError) Text() diag.Text {
	key := "format-unknown"
	if e.Later {
		key = "format-later"
	}
	return formatProblems.Text(key, "format", strconv.Quote(e.Format), "kind", e.Kind, "known", strings.Join(slices.Concat(Formats(e.Kind), Forms(e.Kind)), ", "))
}

// Texts lists what this package says itself of formats and saved audits, for
// translators. The labels of reports are in package text.
func Texts() []diag.Text {
	return slices.Concat(formatProblems.Texts(), needs.Texts(), budgetProblems.Texts(), Problems.Texts(), shapes.Texts())
}

// Check reports whether a report of kind can be written with o, before there is
// one to write. The error is a *[FormatError], a *[text.LanguageError] or a
// *[diag.Diagnostic] about what the format needs.
func Check(kind string, o Options) error {
	_, _, err := resolve(kind, o)
	return err
}

func resolve(kind string, o Options) (format string, c text.Catalogue, err error) {
	if o.Format == "" {
		o.Format = Text
	}
	if !slices.Contains(formats[kind].now, o.Format) {
		return "", c, &FormatError{kind, o.Format, slices.Contains(formats[kind].later, o.Format)}
	}
	if err := errors.Join(checkRegion(o), checkBudget(o)); err != nil {
		return "", c, err
	}
	if o.Texts != nil {
		return o.Format, text.New(o.Texts), nil
	}
	c, err = text.For(o.Lang)
	return o.Format, c, err
}

// Audit writes a in the format of o, as JSON piece by piece. Besides errors of w it returns those of
// [Check], and a *[diag.Diagnostic] if the audit lacks what the format needs.
func Audit(w io.Writer, a *audit.Audit, o Options) error {
	format, c, err := resolve(KindAudit, o)
	if err != nil {
		return err
	}
	var out []byte
	switch format {
	case JSON:
		return writeAudit(w, a)
	case Markdown:
		out = auditMarkdown(a, c, o)
	case HTML:
		out, err = auditHTML(a, c, o)
	case Text:
		out = auditText(a, c, o)
	default:
		out, err = machine(a, format, c, o)
	}
	return write(w, out, err)
}

// Plan writes p in the format of o, as JSON piece by piece. Besides errors of w it
// returns those of [Check], before it writes anything.
func Plan(w io.Writer, p *planner.Plan, o Options) error {
	format, c, err := resolve(KindPlan, o)
	if err != nil {
		return err
	}
	switch format {
	case JSON:
		return writePlan(w, p)
	case Markdown:
		return write(w, planMarkdown(p, c, o), nil)
	default:
		return write(w, planText(p, c, o), nil)
	}
}

func write(w io.Writer, out []byte, err error) error {
	if err != nil {
		return err
	}
	if _, err := w.Write(out); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}
