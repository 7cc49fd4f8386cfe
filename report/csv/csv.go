// Package csv writes audits as comma-separated values, for spreadsheets: one row
// for each finding and, where they are asked for, each requirement that is met.
package csv

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/report/listing"
	"github.com/repligrant/repligrant/report/safe"
)

// A column is a name and what stands in it. The order never changes; later
// columns come last.
type column struct {
	name string
	cell func(*audit.Audit, listing.Options, listing.Entry) string
}

// of makes the cell of a column of what a finding holds itself.
func of(value func(audit.Finding) string) func(*audit.Audit, listing.Options, listing.Entry) string {
	return func(_ *audit.Audit, _ listing.Options, e listing.Entry) string { return value(e.Finding) }
}

var columns = []column{
	{"id", of(func(f audit.Finding) string { return f.ID })},
	{"check", of(func(f audit.Finding) string { return f.Check })},
	{"outcome", of(func(f audit.Finding) string { return string(f.Outcome) })},
	{"severity", of(func(f audit.Finding) string { return string(f.Severity) })},
	{"group", of(func(f audit.Finding) string { return string(f.Group) })},
	{"coverage", of(func(f audit.Finding) string { return string(f.Coverage) })},
	{"status", of(func(f audit.Finding) string { return f.Status })},
	{"rule", of(func(f audit.Finding) string { return f.Rule })},
	{"from", of(func(f audit.Finding) string { return f.From })},
	{"to", of(func(f audit.Finding) string { return f.To })},
	{"origin", of(func(f audit.Finding) string { return f.Origin })},
	{"account", of(func(f audit.Finding) string { return f.Account })},
	{"document", of(func(f audit.Finding) string { return string(f.Document) })},
	{"target", of(func(f audit.Finding) string { return f.Target })},
	{"principal", of(func(f audit.Finding) string { return f.Principal })},
	{"action", of(func(f audit.Finding) string { return f.Action })},
	{"resource", of(func(f audit.Finding) string { return f.Resource })},
	{"witness", of(func(f audit.Finding) string { return f.Witness })},
	{"failure_code", of(func(f audit.Finding) string { return f.FailureCode })},
	{"message", func(_ *audit.Audit, o listing.Options, e listing.Entry) string { return o.Message(e.Finding) }},
	{"fix", func(_ *audit.Audit, o listing.Options, e listing.Entry) string { return o.Fix(e.Finding) }},
	{"statement", of(listing.Statement)},
	{"accepted", func(a *audit.Audit, o listing.Options, e listing.Entry) string { return o.Accepted(a, e.Finding) }},
	{"requirements", of(func(f audit.Finding) string {
		return strings.TrimSpace(f.Requirement + " " + strings.Join(f.Requirements, " "))
	})},
	{"assuming", of(func(f audit.Finding) string { return strings.Join(f.Assuming, " ") })},
	{"file", of(func(f audit.Finding) string { return f.Position.File })},
	{"line", of(func(f audit.Finding) string { return number(f.Position.Line) })},
	{"column", of(func(f audit.Finding) string { return number(f.Position.Column) })},
	{"planned", of(planned)},
	{"source", of(func(f audit.Finding) string { return f.Source })},
	{"controls", of(func(f audit.Finding) string { return strings.Join(f.Controls, "; ") })},
}

func planned(f audit.Finding) string {
	if f.Planned == nil {
		return ""
	}
	return f.Planned.Address
}

func number(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// Table is an audit as a table. Lines end as RFC 4180 has it, and every field is
// quoted, so that no line begins with what somebody else wrote.
//
// See https://www.rfc-editor.org/rfc/rfc4180.
func Table(a *audit.Audit, o listing.Options) []byte {
	var b bytes.Buffer
	fields := make([]string, len(columns))
	for i, c := range columns {
		fields[i] = c.name
	}
	row(&b, fields)
	for _, e := range listing.Records(a, o) {
		for i, c := range columns {
			fields[i] = cell(c.cell(a, o, e))
		}
		row(&b, fields)
	}
	return b.Bytes()
}

func row(b *bytes.Buffer, fields []string) {
	for i, f := range fields {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('"')
		b.WriteString(strings.ReplaceAll(f, `"`, `""`))
		b.WriteByte('"')
	}
	b.WriteString("\r\n")
}

// maxCell is below the 32,767 characters that a cell of Excel holds.
//
// See https://support.microsoft.com/en-us/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3.
const maxCell = 32_000

// formulas are what a cell begins with that a spreadsheet runs, wide forms and
// all. A cell that does gets an apostrophe in front.
//
// See https://owasp.org/www-community/attacks/CSV_Injection.
const formulas = "=+-@\t\r\n＝＋－＠"

// cell makes data safe for a field. White space in front does not hide a formula.
func cell(data string) string {
	shown := safe.Cut(safe.Visible(data), maxCell)
	if begin := strings.TrimLeft(shown, " \u00a0"); begin != "" && strings.ContainsRune(formulas, []rune(begin)[0]) || data != "" && strings.ContainsAny(data[:1], "\t\r\n") {
		return "'" + shown
	}
	return shown
}
