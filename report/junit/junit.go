// Package junit writes audits as JUnit's XML, which every CI system shows: a suite
// for each rule, a case for each finding and, where they are asked for, each
// requirement that is met. What nobody knows is an error, never a pass.
//
// There is no standard; what is written is what Jenkins, GitLab and GitHub's
// reporters have in common.
//
// See https://github.com/testmoapp/junitxml.
package junit

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/report/listing"
	"github.com/repligrant/repligrant/report/safe"
)

type suites struct {
	XMLName  xml.Name `xml:"testsuites"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Errors   int      `xml:"errors,attr"`
	Skipped  int      `xml:"skipped,attr"`
	Suites   []*suite `xml:"testsuite"`
}

type suite struct {
	Name      string     `xml:"name,attr"`
	Tests     int        `xml:"tests,attr"`
	Failures  int        `xml:"failures,attr"`
	Errors    int        `xml:"errors,attr"`
	Skipped   int        `xml:"skipped,attr"`
	Timestamp string     `xml:"timestamp,attr,omitempty"`
	Cases     []testcase `xml:"testcase"`
}

type testcase struct {
	Name      string  `xml:"name,attr"`
	Class     string  `xml:"classname,attr"`
	File      string  `xml:"file,attr,omitempty"`
	Skipped   *reason `xml:"skipped,omitempty"`
	Error     *reason `xml:"error,omitempty"`
	Failure   *reason `xml:"failure,omitempty"`
	SystemOut string  `xml:"system-out,omitempty"`
}

type reason struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// Document is an audit as XML. The cases that fail are the findings for which the
// audit fails.
func Document(a *audit.Audit, o listing.Options) ([]byte, error) {
	w := &writer{a: a, o: o, index: map[key]*suite{}}
	w.whole()
	for _, v := range a.Rules {
		w.suite(v.Rule, v.From, v.To, v.Origin)
	}
	for _, e := range listing.Entries(a, o) {
		w.entry(e)
	}
	for _, v := range a.Rules {
		w.verdict(v)
	}
	out, err := xml.MarshalIndent(w.document(), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode report: %w", err)
	}
	out = bytes.ReplaceAll(out, []byte("&#xA;"), []byte("\n")) // which only stands in bodies
	return append([]byte(xml.Header), append(out, '\n')...), nil
}

type key struct{ rule, from, to, origin string }

// A writer collects suites in the order in which they come up.
type writer struct {
	a     *audit.Audit
	o     listing.Options
	list  []*suite
	index map[key]*suite
}

// suite is that of a rule; findings of none share one.
func (w *writer) suite(rule, from, to, origin string) *suite {
	k := key{rule, from, to, origin}
	s, ok := w.index[k]
	if !ok {
		s = &suite{Name: w.suiteName(k)}
		if t, dated := listing.Time(w.a, ""); dated {
			s.Timestamp = t.Format("2006-01-02T15:04:05")
		}
		w.index[k], w.list = s, append(w.list, s)
	}
	return s
}

func (w *writer) suiteName(k key) string {
	switch {
	case k == whole:
		return "audit"
	case k.rule == "" && k.from == "" && k.to == "":
		return w.o.Sentence("section.other", nil)
	}
	text := "granted.rule"
	switch {
	case k.from == "":
		text = "granted.writer"
	case k.origin == "live":
		text = "granted.live"
	}
	return w.o.Sentence(text, map[string]string{"rule": k.rule, "from": k.from, "to": k.to})
}

// whole is the key of what is true of the whole audit; no rule has it.
var whole = key{origin: "audit"}

// whole says what keeps the audit from being a pass as a whole.
func (w *writer) whole() {
	add := func(name, said string) {
		s := w.suite(whole.rule, whole.from, whole.to, whole.origin)
		s.add(testcase{Name: name, Class: s.Name, Error: &reason{Message: said, Type: "unknown"}})
	}
	if w.a.DecidedNothing() {
		add("decided", w.o.Sentence("sarif.nothing", nil))
	}
	if !w.a.Complete {
		add("complete", w.o.Sentence("gaps.incomplete", nil))
	}
}

// entry adds the case of a finding to the suite of its rule.
func (w *writer) entry(e listing.Entry) {
	f := e.Finding
	s := w.suite("", "", "", "")
	if f.Rule != "" {
		s = w.suite(f.Rule, f.From, f.To, f.Origin)
	}
	c := testcase{Name: name(f), Class: s.Name, File: w.file(f)}
	said := &reason{Message: w.o.Message(f), Type: safe.Visible(string(f.Outcome)), Text: w.text(f)}
	switch accepted := w.o.Accepted(w.a, f); {
	case e.Result == listing.Passed:
	case accepted != "":
		c.Skipped, c.SystemOut = &reason{Message: accepted}, said.Message
	case e.Result == listing.Unknown:
		c.Error = said
	case w.a.FailsOn(&f, w.o.FailOn):
		c.Failure = said
	case e.Result == listing.Failed: // a gap is no pass, whatever counts
		c.Skipped, c.SystemOut = &reason{Message: w.o.Sentence("junit.not-counted", nil)}, noted(f, said)
	default:
		c.SystemOut = noted(f, said)
	}
	s.add(c)
}

// noted is what a case says that nothing fails for.
func noted(f audit.Finding, said *reason) string {
	return strings.TrimSpace(safe.Visible(string(f.Severity)) + " " + said.Type + ": " + said.Message)
}

// verdict adds a case for a rule that would have none, or that does not replicate
// for all one knows and whose cases say nothing of that: the cause may stand in
// another suite.
func (w *writer) verdict(v audit.RuleVerdict) {
	s := w.suite(v.Rule, v.From, v.To, v.Origin)
	if s.Tests > 0 && !s.lacks(v.Verdict) {
		return
	}
	c := testcase{Name: "replicates", Class: s.Name}
	switch said := w.o.Sentence("section.rule", map[string]string{"rule": v.Rule, "from": v.From, "to": v.To, "verdict": string(v.Verdict)}); v.Verdict {
	case audit.Replicates:
	case audit.Idle:
		c.Skipped = &reason{Message: said}
	case audit.Fails, audit.Degraded:
		if w.uncounted() {
			c.Skipped = &reason{Message: said}
			break
		}
		c.Failure = &reason{Message: said, Type: string(v.Verdict)}
	default:
		if w.a.Complete { // all that is not known is taken for granted
			c.Skipped = &reason{Message: said}
			break
		}
		c.Error = &reason{Message: said, Type: "unknown"}
	}
	s.add(c)
}

// lacks reports whether the cases of s, of which there are some, do not show a
// verdict.
func (s *suite) lacks(v audit.Verdict) bool {
	switch v {
	case audit.Fails, audit.Degraded:
		return s.Failures+s.Errors+s.Skipped == 0
	default:
		return v == audit.Unclear
	}
}

// uncounted reports whether there are findings, and none of them counts.
func (w *writer) uncounted() bool {
	counts := func(f audit.Finding) bool { return w.a.FailsOn(&f, w.o.FailOn) }
	return len(w.a.Findings) > 0 && !slices.ContainsFunc(w.a.Findings, counts)
}

func (s *suite) add(c testcase) {
	s.Tests++
	switch {
	case c.Skipped != nil:
		s.Skipped++
	case c.Error != nil:
		s.Errors++
	case c.Failure != nil:
		s.Failures++
	}
	s.Cases = append(s.Cases, c)
}

// document leaves out the suite of findings that are about no rule where there
// are none.
func (w *writer) document() suites {
	d := suites{Name: "repligrant"}
	for _, s := range w.list {
		if s.Tests == 0 {
			continue
		}
		d.Tests, d.Failures, d.Errors, d.Skipped = d.Tests+s.Tests, d.Failures+s.Failures, d.Errors+s.Errors, d.Skipped+s.Skipped
		d.Suites = append(d.Suites, s)
	}
	return d
}

// name tells the cases of a suite apart: check, action, and the document.
func name(f audit.Finding) string {
	what := safe.Visible(cmp.Or(f.Action, f.Resource))
	if f.Check != "" {
		what = strings.TrimSpace(safe.Visible(f.Check) + " " + what)
	}
	return strings.TrimSpace(safe.Cut(what+": "+listing.Place(f), 1_000))
}

// file is where GitLab links to.
func (w *writer) file(f audit.Finding) string {
	if f.Position.File == "" {
		return ""
	}
	return safe.Visible(listing.URI(f.Position.File))
}

// text is what stands in the body of a case that does not pass.
func (w *writer) text(f audit.Finding) string {
	var lines []string
	add := func(label, value string) {
		if value != "" {
			lines = append(lines, label+": "+value)
		}
	}
	add("severity", safe.Visible(string(f.Severity)))
	add("document", listing.Place(f))
	add("account", safe.Visible(f.Account))
	add("principal", safe.Visible(f.Principal))
	add("resource", safe.Visible(f.Resource))
	add("witness", safe.Visible(f.Witness))
	add("failure code", safe.Visible(f.FailureCode))
	if !f.Position.IsZero() {
		add("spec", safe.Visible(f.Position.String()))
	}
	for _, step := range w.o.Steps(f) {
		add("fix", step.Text)
		add("statement", step.Statement)
	}
	add("page", safe.Visible(f.Source))
	add("finding", safe.Visible(f.ID))
	return "\n" + strings.Join(lines, "\n") + "\n"
}
