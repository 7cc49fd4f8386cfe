package report

import (
	"slices"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/report/text"
)

// A planSheet is a plan as Markdown for a comment.
type planSheet struct {
	sheet
	p        *planner.Plan
	body     scribe
	cell     scribe
	html     scribe
	messages text.Catalogue
	held     held // nil: reasons are not asked for
	detail   detail
}

func planMarkdown(p *planner.Plan, c text.Catalogue, o Options) []byte {
	var reasons held
	if o.Explain {
		reasons = heldBy(p)
	}
	return fitting(func(d detail) md {
		s := planSheet{
			p: p, messages: c, held: reasons, detail: d,
			body: newScribe(c, code), cell: newScribe(c, cellCode), html: newScribe(c, htmlCode),
		}
		s.report()
		return s.md()
	})
}

func (s *planSheet) report() {
	s.write(marker, "### ", s.body.say(phrase{"markdown.headline", args{"headline": planHeadline(s.p)}}), "\n")
	if s.detail < countsOnly {
		s.checklist()
	}
	if s.detail < withTable {
		for _, account := range accounts(s.p) {
			s.account(account)
		}
	}
	if s.detail < countsOnly {
		s.notes(phrase{"plan.assumptions", nil}, assumptions(s.p))
		s.notes(phrase{"plan.warnings", nil}, warnings(s.p))
	}
	if p, ok := planShortenings[s.detail]; ok {
		s.write("\n", s.body.say(p), "\n")
	}
}

var planShortenings = map[detail]phrase{
	withFindings: {key: "short.reasons"},
	withTable:    {key: "short.documents"},
	countsOnly:   {key: "short.plan"},
}

// accounts are those of a plan, in the order in which they come first.
func accounts(p *planner.Plan) []string {
	var l []string
	for _, d := range p.Documents {
		if !slices.Contains(l, d.Account) {
			l = append(l, d.Account)
		}
	}
	return l
}

// checklist is what to do, in order, to be ticked off.
func (s *planSheet) checklist() {
	if len(s.p.Documents) > 0 {
		s.write("\n")
	}
	for _, d := range s.p.Documents {
		s.write("- [ ] ", s.body.say(phrase{"plan.check", args{"step": d.Step, "account": d.Account, "document": titleOf(d)}}), "\n")
	}
}

// account is what one owner has to apply.
func (s *planSheet) account(account string) {
	s.write("\n#### ", s.body.say(phrase{"plan.account", args{"account": account}}), "\n")
	for _, d := range s.p.Documents {
		if d.Account == account {
			s.document(d)
		}
	}
}

func (s *planSheet) document(d planner.Document) {
	title := phrase{"plan.summary", args{"step": d.Step, "document": titleOf(d)}}
	s.write("\n<details>\n<summary>", s.html.say(title), "</summary>\n\n", fenced(d.Document))
	if size := sizeOf(d); !size.isZero() {
		s.write("\n", s.body.say(size), "\n")
	}
	s.merged(d)
	if s.held != nil && s.detail == withEvidence {
		s.reasons(s.held.reasons(d))
	}
	s.write("\n</details>\n")
}

// merged says what becomes of the document that is there.
func (s *planSheet) merged(d planner.Document) {
	change, ok := changeNames[d.Change]
	if !ok {
		return
	}
	if !firstPart(s.p, d) {
		change = phrase{"plan.change.above", nil}
	}
	s.write("\n", s.body.say(change), "\n")
	if firstPart(s.p, d) && d.Diff != "" {
		s.write("\n", fencedDiff(d.Diff))
	}
}

// reasons is the table of actions; nothing if it is empty.
func (s *planSheet) reasons(l []reason) {
	if len(l) == 0 {
		return
	}
	s.write("\n|")
	for _, key := range explainHeader {
		s.write(" ", s.cell.say(phrase{key, nil}), " |")
	}
	s.write("\n| --- | --- | --- | --- | --- |\n")
	for _, r := range l {
		s.write("| ", cellCode(r.action), " | ", s.cell.say(r.level), " | ", cellProse(s.messages.Say(r.why)), " | ",
			s.cell.say(r.loss), " | ", linkTo(r.page), " |\n")
	}
	for i, c := range conflicts(l) {
		if i == 0 {
			s.write("\n")
		}
		s.write("- ", s.body.say(c), "\n")
	}
}

// notes is a list with a heading; nothing if it is empty.
func (s *planSheet) notes(title phrase, l phrases) {
	if len(l) == 0 {
		return
	}
	s.write("\n#### ", s.body.say(title), "\n\n")
	for _, p := range l {
		s.write("- ", s.body.say(p), "\n")
	}
}
