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
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/report/text"
)

// The kinds of reports.
const (
	KindAudit = "audit"
	KindPlan  = "plan"
)

// The formats.
const (
	Text     = "text"
	JSON     = "json"
	Markdown = "markdown"
)

// Options change how a report looks. The zero Options is plain English text for
// 80 columns.
type Options struct {
	Format  string // "" is text
	Color   bool   // text only
	Width   int    // columns of the terminal; 0 is 80
	All     bool   // nothing folded or shortened
	Explain bool   // plans: why each action is there
	Lang    string // "" is English
}

// formats are what each kind can be written as, now and later.
var formats = map[string]struct{ now, later []string }{
	KindAudit: {[]string{Text, JSON, Markdown}, []string{"sarif", "html", "junit", "csv", "ocsf", "asff"}},
	KindPlan:  {[]string{Text, JSON, Markdown}, []string{"terraform", "cloudformation", "cli"}},
}

// Formats lists the formats of a kind, the default first.
func Formats(kind string) []string { return slices.Clone(formats[kind].now) }

// A FormatError says that a report of Kind cannot be written as Format.
type FormatError struct {
	Kind   string
	Format string
	Later  bool // it is promised and not there yet
}

// Error names the format and those there are.
func (e *FormatError) Error() string {
	if e.Later {
		return fmt.Sprintf("format %q is not supported yet (for %s there is: %s)", e.Format, e.Kind, strings.Join(Formats(e.Kind), ", "))
	}
	return fmt.Sprintf("unknown format %q (for %s there is: %s)", e.Format, e.Kind, strings.Join(Formats(e.Kind), ", "))
}

// Check reports whether a report of kind can be written with o, before there is
// one to write. The error is a *[FormatError] or a *[text.LanguageError].
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
	c, err = text.For(o.Lang)
	return o.Format, c, err
}

// Audit writes a in the format of o. Besides errors of w it returns those of [Check].
func Audit(w io.Writer, a *audit.Audit, o Options) error {
	format, c, err := resolve(KindAudit, o)
	if err != nil {
		return err
	}
	var out []byte
	switch format {
	case JSON:
		out, err = encode(fillAudit(a))
	case Markdown:
		out = auditMarkdown(a, c, o)
	default:
		out = auditText(a, c, o)
	}
	return write(w, out, err)
}

// Plan writes p in the format of o. Besides errors of w it returns those of [Check].
func Plan(w io.Writer, p *planner.Plan, o Options) error {
	format, c, err := resolve(KindPlan, o)
	if err != nil {
		return err
	}
	var out []byte
	switch format {
	case JSON:
		out, err = encode(fillPlan(p))
	case Markdown:
		out = planMarkdown(p, c, o)
	default:
		out = planText(p, c, o)
	}
	return write(w, out, err)
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
