package report

import (
	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/report/text"
)

// A changesSheet is what became of an audit, as Markdown for a comment.
type changesSheet struct {
	sheet
	d      *audit.Difference
	body   scribe
	cell   scribe
	html   scribe
	detail detail
	budget budget
}

func changesMarkdown(d *audit.Difference, c text.Catalogue, o Options) []byte {
	b := budgetOf(o)
	return b.fitting(otherDetails, func(much detail) md {
		s := changesSheet{
			d: d, detail: much, budget: b,
			body: newScribe(c, code), cell: cellScribe(c), html: newScribe(c, htmlCode),
		}
		s.report()
		return s.md()
	})
}

func (s *changesSheet) report() {
	s.write(marker, "### ", s.body.say(changesTitle(s.d)), "\n")
	for _, f := range changesFacts(s.d) {
		s.write("\n", s.body.say(f), "\n")
	}
	if s.detail < countsOnly {
		s.rules()
	}
	if s.detail < withTable {
		for _, x := range changeSections {
			if s.detail == withEvidence || x.change != audit.Kept && x.change != audit.Gone {
				s.section(x.title, changesOf(s.d, x.change))
			}
		}
		s.requirements()
	}
	if p, ok := s.budget.left(changesShortenings, s.detail); ok {
		s.write("\n", s.body.say(p), "\n")
	}
}

var changesShortenings = map[detail]phrase{
	withFindings: {key: "short.changes"},
	withTable:    {key: "short.all-changes"},
	countsOnly:   {key: "short.no-changes"},
}

func (s *changesSheet) rules() {
	if len(s.d.Rules) == 0 {
		return
	}
	s.write("\n|")
	for _, key := range ruleColumns {
		s.write(" ", s.cell.say(phrase{key, nil}), " |")
	}
	s.write("\n| --- | --- | --- | --- | --- |\n")
	for _, r := range s.d.Rules {
		rule := cellCode(r.Rule)
		if r.Origin == "live" {
			rule += " " + s.cell.say(phrase{"table.live", nil})
		}
		s.write("| ", rule, " | ", cellCode(r.From), " | ", cellCode(r.To), " | ", s.cell.say(ruleBefore(r)), " | ", s.cell.say(ruleNow(r)), " |\n")
	}
}

// section lists findings: what is new or worse in the open, what is gone or the
// same folded.
func (s *changesSheet) section(title phrase, l []audit.FindingChange) {
	if len(l) == 0 {
		return
	}
	fold := l[0].Change == audit.Gone || l[0].Change == audit.Kept
	if fold {
		s.write("\n<details>\n<summary>", s.html.say(title), "</summary>\n\n")
	} else {
		s.write("\n#### ", s.body.say(title), "\n\n")
	}
	for _, c := range l {
		s.change(c)
	}
	if fold {
		s.write("\n</details>\n")
	}
}

func (s *changesSheet) change(c audit.FindingChange) {
	f := c.Finding
	s.write("- ", s.body.say(where(f)), "\n  - **", s.body.say(grade(f)), "**",
		s.body.say(phrase{"changes.finding", args{"check": f.Check, "message": message(f)}}), "\n")
	if d := s.body.list(changeDetails(c)); d != "" {
		s.write("  - ", d, "\n")
	}
	if why := because(c); !why.isZero() {
		s.write("  - ", s.body.say(why), "\n")
	}
}

func (s *changesSheet) requirements() {
	if len(s.d.Requirements) == 0 {
		return
	}
	s.write("\n#### ", s.body.say(phrase{"changes.section.requirements", nil}), "\n\n")
	for i, r := range s.d.Requirements {
		if i == maxChanges {
			s.write("- ", s.body.say(counted("changes.more", len(s.d.Requirements)-i)), "\n")
			return
		}
		s.write("- ", s.body.say(phrase{"changes.requirement", args{"requirement": r.Requirement, "before": stands[r.Before], "now": stands[r.Now]}}), "\n")
	}
}

// changesTitle is the headline behind our name.
func changesTitle(d *audit.Difference) phrase {
	headline := changesHeadline(d)
	if headline.key == "changes.headline" {
		return phrase{"markdown.changes", headline.args}
	}
	return phrase{"markdown.headline", args{"headline": headline}}
}
