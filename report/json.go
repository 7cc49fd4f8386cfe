package report

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/replication"
)

// encode writes v as JSON that reads well and that is the same again after it
// has been read: two spaces, no escapes for the sake of HTML.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encode report: %w", err)
	}
	return replaceEscaped(b.Bytes()), nil
}

// replaceEscaped writes U+FFFD as a character. The encoder escapes it where it
// stands for bytes that are not UTF-8 and not where it was one before, so that
// what is read back would otherwise differ.
func replaceEscaped(data []byte) []byte {
	const escaped = `\ufffd`
	if !bytes.Contains(data, []byte(escaped)) {
		return data
	}
	out := make([]byte, 0, len(data))
	for i := 0; i < len(data); i++ {
		switch {
		case data[i] != '\\':
			out = append(out, data[i])
		case bytes.HasPrefix(data[i:], []byte(escaped)):
			out = append(out, "\uFFFD"...)
			i += len(escaped) - 1
		default:
			out = append(out, data[i], data[i+1])
			i++
		}
	}
	return out
}

// list returns s, or an empty list in place of nil, which JSON would show as null.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// fillAudit returns a with every list there, without changing a.
func fillAudit(a *audit.Audit) audit.Audit {
	filled := *a
	filled.Sources = list(slices.Clone(a.Sources))
	for i := range filled.Sources {
		filled.Sources[i].Unread = list(filled.Sources[i].Unread)
	}
	filled.Rules = list(a.Rules)
	filled.Findings = list(slices.Clone(a.Findings))
	for i := range filled.Findings {
		filled.Findings[i].Evidence = list(filled.Findings[i].Evidence)
	}
	return filled
}

// writePlan writes p as [encode] writes it, but one element at a time: what
// 10,000 rules require takes 80 MB, and encoding it as a whole five times that.
func writePlan(w io.Writer, p *planner.Plan) error {
	e := newLists(w)
	e.raw("{\n  \"schema\": ")
	e.value(p.Schema)
	writeList(e, "documents", p.Documents, nil)
	writeList(e, "requirements", p.Requirements, fillRequirement)
	writeList(e, "assumptions", p.Assumptions, nil)
	writeList(e, "warnings", p.Warnings, nil)
	writeSome(e, "accounts", p.Accounts)
	writeSome(e, "buckets", p.Buckets)
	writeSome(e, "rules", p.Rules)
	writeSome(e, "writers", p.Writers)
	writeSome(e, "jobs", p.Jobs)
	e.raw("\n}\n")
	return e.flush()
}

// writeAudit writes a as [encode] writes it, but one element at a time.
func writeAudit(w io.Writer, a *audit.Audit) error {
	filled := fillAudit(a)
	e := newLists(w)
	e.raw("{\n  \"schema\": ")
	e.value(a.Schema)
	e.member("tool", a.Tool)
	if a.Spec != "" {
		e.member("spec", a.Spec)
	}
	e.member("complete", a.Complete)
	writeList(e, "sources", filled.Sources, nil)
	writeSome(e, "assumed", a.Assumed)
	if a.Baseline != "" {
		e.member("baseline", a.Baseline)
	}
	e.member("summary", a.Summary)
	writeList(e, "rules", filled.Rules, nil)
	writeList(e, "findings", filled.Findings, nil)
	writeSome(e, "buckets", a.Buckets)
	writeSome(e, "permissions", a.Permissions)
	writeSome(e, "suppressions", a.Exceptions)
	writeSome(e, "granted", a.Granted)
	writeSome(e, "without_rules", a.WithoutRules)
	e.raw("\n}\n")
	return e.flush()
}

// A lists writes the lists of one JSON object, element by element. The first error
// stays.
type lists struct {
	w       *bufio.Writer
	scratch bytes.Buffer
	encoder *json.Encoder
	err     error
}

func newLists(w io.Writer) *lists {
	e := &lists{w: bufio.NewWriterSize(w, 1<<16)}
	e.encoder = json.NewEncoder(&e.scratch)
	e.encoder.SetEscapeHTML(false)
	e.encoder.SetIndent("    ", "  ")
	return e
}

func (e *lists) raw(s string) { e.w.WriteString(s) } //nolint:errcheck // flush returns the first error

// value writes v, as an element of a list.
func (e *lists) value(v any) {
	e.scratch.Reset()
	if err := e.encoder.Encode(v); err != nil {
		e.err = cmp.Or(e.err, fmt.Errorf("encode report: %w", err))
		return
	}
	e.w.Write(replaceEscaped(bytes.TrimSuffix(e.scratch.Bytes(), []byte("\n")))) //nolint:errcheck // flush returns the first error
}

// member writes a member of the object that is no list and has others before it.
func (e *lists) member(name string, v any) {
	e.raw(",\n  \"" + name + "\": ")
	e.encoder.SetIndent("  ", "  ")
	e.value(v)
	e.encoder.SetIndent("    ", "  ")
}

func (e *lists) flush() error {
	if e.err != nil {
		return e.err
	}
	if err := e.w.Flush(); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// writeList writes a member of an object that has others before it. Fill, if it is
// not nil, sees a copy of each element first.
func writeList[T any](e *lists, name string, list []T, fill func(*T)) {
	e.raw(",\n  \"" + name + "\": [")
	separator, end := "\n    ", ""
	var v T // one copy for all
	for i := range list {
		v = list[i]
		if fill != nil {
			fill(&v)
		}
		e.raw(separator)
		e.value(&v)
		separator, end = ",\n    ", "\n  "
	}
	e.raw(end + "]")
}

// writeSome is [writeList] for a list that is left out if it is empty.
func writeSome[T any](e *lists, name string, list []T) {
	if len(list) > 0 {
		writeList(e, name, list, nil)
	}
}

func fillRequirement(q *replication.Requirement) {
	q.Holders = list(q.Holders)
	if q.Context == nil {
		q.Context = map[string]string{}
	}
}
