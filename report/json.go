package report

import (
	"bytes"
	"encoding/json"
	"fmt"
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

// fillPlan returns p with every list there, without changing p.
func fillPlan(p *planner.Plan) planner.Plan {
	filled := *p
	filled.Documents = list(p.Documents)
	filled.Requirements = list(slices.Clone(p.Requirements))
	for i := range filled.Requirements {
		fillRequirement(&filled.Requirements[i])
	}
	filled.Assumptions = list(p.Assumptions)
	filled.Warnings = list(p.Warnings)
	return filled
}

func fillRequirement(q *replication.Requirement) {
	q.Holders = list(q.Holders)
	if q.Context == nil {
		q.Context = map[string]string{}
	}
}
