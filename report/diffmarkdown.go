package report

import (
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report/text"
)

// A differenceSheet is what changed between two plans, as Markdown for a comment.
type differenceSheet struct {
	sheet
	d      *planner.Difference
	body   scribe
	cell   scribe
	html   scribe
	detail detail
	budget budget
}

func differenceMarkdown(d *planner.Difference, c text.Catalogue, o Options) []byte {
	b := budgetOf(o)
	return b.fitting(otherDetails, func(much detail) md {
		s := differenceSheet{d: d, detail: much, budget: b, body: newScribe(c, code), cell: cellScribe(c), html: newScribe(c, htmlCode)}
		s.report()
		return s.md()
	})
}

func (s *differenceSheet) report() {
	l := differenceHeadlines(s.d)
	s.write(marker, "### ", s.body.say(phrase{"markdown.headline", args{"headline": l[0]}}), "\n")
	for _, p := range l[1:] {
		s.write("\n", s.body.say(p), "\n")
	}
	if s.detail < countsOnly {
		s.table()
	}
	if s.detail < withTable {
		s.differences()
		s.same()
	}
	if p, ok := s.budget.left(differenceShortenings, s.detail); ok {
		s.write("\n", s.body.say(p), "\n")
	}
}

var differenceShortenings = map[detail]phrase{
	withFindings: {key: "short.lines"},
	withTable:    {key: "short.witnesses"},
	countsOnly:   {key: "short.difference"},
}

// differenceHeader are the columns of the documents that differ.
var differenceHeader = []string{"table.document", "diff.column.target", "table.account", "diff.column.grants", "diff.column.refuses"}

// columns are what a document grants or refuses, beside what it did.
var columns = map[planner.Comparison]phrase{
	planner.Same:    {key: "diff.column.same"},
	planner.More:    {key: "diff.column.more"},
	planner.Less:    {key: "diff.column.less"},
	planner.Other:   {key: "diff.column.other"},
	planner.Unknown: {key: "diff.column.unknown"},
}

// table shows at a glance what matters.
func (s *differenceSheet) table() {
	if !s.d.Changed() {
		return
	}
	s.write("\n|")
	for _, key := range differenceHeader {
		s.write(" ", s.cell.say(phrase{key, nil}), " |")
	}
	s.write("\n| --- | --- | --- | --- | --- |\n")
	for _, x := range s.d.Documents {
		if x.Matters() {
			grants, refuses := s.columns(x)
			s.write("| ", s.cell.say(kindOf(x.Kind)), " | ", cellCode(x.Target), " | ", cellCode(x.Account), " | ", grants, " | ", refuses, " |\n")
		}
	}
}

// columns are what x grants and refuses in a word; of a replication configuration,
// which grants nothing, what becomes of its role or how many rules change.
func (s *differenceSheet) columns(x planner.Differs) (grants, refuses md) {
	if x.Kind != replication.ReplicationConfiguration {
		return s.cell.say(columns[x.Grants]), s.cell.say(columns[x.Refuses])
	}
	if x.RoleNow != x.RoleBefore {
		return s.cell.say(phrase{"diff.column.role", nil}), ""
	}
	return s.cell.say(counted("diff.rules", len(x.RulesAdded)+len(x.RulesChanged)+len(x.RulesRemoved))), ""
}

// differences say what is new about each document that matters, with the requests
// that show it, and fold its lines.
func (s *differenceSheet) differences() {
	for _, x := range s.d.Documents {
		if !x.Matters() {
			continue
		}
		s.write("\n#### ", s.body.say(titleOfDifference(x)), "\n\n")
		for _, p := range differences(x) {
			s.write("- ", s.body.say(p), "\n")
		}
		if s.detail == withEvidence && x.Diff != "" {
			s.write("\n<details>\n<summary>", s.html.say(phrase{"diff.lines", nil}), "</summary>\n\n", fencedDiff(x.Diff), "\n</details>\n")
		}
	}
}

// same lists what does the same, also in other words.
func (s *differenceSheet) same() {
	written := false
	for _, x := range s.d.Documents {
		if x.Matters() {
			continue
		}
		if !written {
			s.write("\n<details>\n<summary>", s.html.say(phrase{"diff.same", nil}), "</summary>\n\n")
			written = true
		}
		s.write("- ", s.body.say(titleOfDifference(x)), "\n")
	}
	if written {
		s.write("\n</details>\n")
	}
}
