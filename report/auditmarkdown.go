package report

import (
	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/report/text"
)

// marker is how a program finds its comment again, to edit it in place.
const marker md = "<!-- repligrant -->\n"

// An auditSheet is an audit as Markdown for a comment.
type auditSheet struct {
	sheet
	a        *audit.Audit
	sections []section
	names    map[string]string // of rules in IDs of requirements
	body     scribe            // for paragraphs
	cell     scribe            // for tables
	html     scribe            // for summaries
	messages text.Catalogue
	all      bool
	detail   detail
	budget   budget
}

func auditMarkdown(a *audit.Audit, c text.Catalogue, o Options) []byte {
	b, sections, names := budgetOf(o), arrange(a, o.All), ruleNames(a)
	return b.fitting(auditDetails, func(d detail) md {
		s := auditSheet{
			a: a, sections: sections, names: names, messages: c, all: o.All, detail: d, budget: b,
			sheet: sheet{room: b.roomOf(d)},
			body:  newScribe(c, code), cell: cellScribe(c), html: newScribe(c, htmlCode),
		}
		s.report()
		return s.md()
	})
}

func (s *auditSheet) report() {
	s.write(marker, "### ", icon(s.a), s.body.say(phrase{"markdown.headline", args{"headline": headline(s.a)}}), "\n")
	for _, f := range facts(s.a) {
		s.write("\n", s.body.say(f), "\n")
	}
	if s.detail == withLines {
		s.brief()
		return
	}
	s.gaps()
	if s.detail < withoutMinor {
		s.draw()
	}
	s.table()
	s.details()
	s.shortened()
	s.steps()
}

// icon shows the headline at a glance.
func icon(a *audit.Audit) md {
	v := a.Summary.Rules
	switch {
	case clean(a):
		return "✅ "
	case v.Fails > 0 || decided(a) == 0 && !idle(a):
		return "❌ "
	default:
		return "⚠️ "
	}
}

var verdictIcons = map[audit.Verdict]md{
	audit.Replicates: "✅ ",
	audit.Degraded:   "⚠️ ",
	audit.Fails:      "❌ ",
	audit.Unclear:    "❔ ",
}

// gaps says what could not be read.
func (s *auditSheet) gaps() {
	l := gaps(s.a)
	if len(l) > 0 {
		s.write("\n> [!WARNING]\n")
	}
	for _, g := range l {
		s.write("> - ", s.body.say(g), "\n")
	}
}

func (s *auditSheet) table() {
	if len(s.a.Rules) == 0 {
		return
	}
	s.write("\n|")
	for _, key := range tableHeader {
		s.write(" ", s.cell.say(phrase{key, nil}), " |")
	}
	s.write("\n|")
	for range tableHeader {
		s.write(" --- |")
	}
	s.write("\n")
	folded, left := 0, 0
	for _, section := range s.sections {
		switch row := s.row(section); {
		case section.verdict == (audit.RuleVerdict{}):
		case s.detail >= withoutPassed && fine(section):
			folded++
		case s.detail == withLines && (left > 0 || !s.fits(len(row))):
			left++
		default:
			s.write(row)
		}
	}
	if s.detail == withLines {
		s.room = 0 // what is left out is counted in any case
	}
	for _, c := range []number{{"short.rows", left}, {"table.folded", folded}} {
		if c.n > 0 {
			s.write("\n", s.body.say(counted(c.key, c.n)), "\n")
		}
	}
}

// row is a rule in the table.
func (s *auditSheet) row(section section) md {
	v := section.verdict
	return "| " + s.rule(v) + " | " + cellCode(v.From) + " | " + cellCode(v.To) + " | " +
		verdictIcons[v.Verdict] + s.cell.say(verdictOf(v.Verdict)) + " | " + s.because(section.causes) + " |\n"
}

// rule names a rule in a cell; of a live one that differs from the SPEC it says so.
func (s *auditSheet) rule(v audit.RuleVerdict) md {
	if v.Origin != "live" {
		return cellCode(v.Rule)
	}
	return cellCode(v.Rule) + " " + s.cell.say(phrase{"table.live", nil})
}

// because lists the causes of a verdict in a cell.
func (s *auditSheet) because(causes []string) md {
	const few = 4
	if len(causes) <= few+1 {
		return s.cell.list(datums(causes))
	}
	return s.cell.list(append(datums(causes[:few]), counted("causes.more", len(causes)-few)))
}

// details are the findings, folded by rule.
func (s *auditSheet) details() {
	for _, section := range s.sections {
		if s.full() {
			return
		}
		if len(section.items) == 0 {
			continue
		}
		s.write("\n<details>\n<summary>", s.html.say(ruleName(section.verdict)), "</summary>\n")
		shown := shown{}
		for _, v := range section.shared() {
			shown.first(v)
			s.write("\n", s.body.say(phrase{"field.spec", nil}), " ", code(v), "\n")
		}
		for _, i := range section.items {
			if !s.full() {
				s.item(i, shown)
			}
		}
		s.write("\n</details>\n")
	}
	for _, l := range s.shortLists() {
		s.write("\n<details>\n<summary>", s.html.say(phrase{l.title, nil}), "</summary>\n\n")
		for _, i := range l.items {
			if s.full() {
				return
			}
			s.write("- ", s.body.say(where(i.head())), "\n")
			for _, e := range echoes(i.findings) {
				s.minor(e)
			}
		}
		s.write("\n</details>\n")
	}
	s.granted()
}

// shortLists are the minor findings, as long as there is room for them.
func (s *auditSheet) shortLists() []shortList {
	if s.detail >= withoutMinor {
		return nil
	}
	return shortLists(s.sections)
}

// granted lists the requirements that are met, folded.
func (s *auditSheet) granted() {
	if !s.all || len(s.a.Granted) == 0 || s.detail >= withoutPassed {
		return
	}
	s.write("\n<details>\n<summary>", s.html.say(phrase{"section.granted", nil}), "</summary>\n\n")
	for _, g := range grantsByRule(s.a.Granted) {
		s.write("- ", s.body.say(g.title()), "\n")
		if s.full() {
			return
		}
		for _, x := range g.grants {
			s.write("  - ", s.body.say(met(x)), "\n")
		}
	}
	s.write("\n</details>\n")
}

func (s *auditSheet) item(i item, pages shown) {
	f := i.head()
	s.write("\n**", s.body.say(phrase{"number", args{"n": i.number}}), "** ",
		s.body.say(phrase{"item", args{"check": f.Check, "place": where(f)}}), "\n\n")
	evidence := shown{}
	for _, f := range i.findings {
		s.finding(f, evidence)
	}
	s.fields(i, pages)
	for _, r := range i.repairs {
		s.write("\n", s.body.say(instruction(r)), "\n")
		switch raw := r.json(); {
		case raw == nil:
		case len(raw) > maxStatement:
			s.write("\n", s.body.say(phrase{"repair.long", nil}), "\n")
		default:
			s.write("\n", fenced(raw))
		}
	}
}

func (s *auditSheet) finding(f audit.Finding, evidence shown) {
	s.write("- **", s.body.say(grade(f)), "**: ", s.body.saying(message(f)), "\n")
	if s.detail > withEvidence {
		return
	}
	if d := s.body.list(details(f, s.all)); d != "" {
		s.write("  - ", d, "\n")
	}
	for _, e := range news(f) {
		if words := s.body.say(evidenceOf(e)); evidence.first(string(words)) {
			s.write("  - ", words, "\n")
		}
	}
	if l := undecided(f, s.names, s.all); len(l) > 0 {
		s.write("  - ", s.body.say(undecidedTitle(f)), " ", s.body.list(l), "\n")
	}
}

// fields are whom an item is about, its place in the SPEC and its pages; the
// latter once in a section.
func (s *auditSheet) fields(i item, shown shown) {
	if f := i.head(); f.Principal != "" && !mentioned(i, f.Principal) && f.Principal != f.Target {
		s.write("- ", s.body.say(phrase{"field.principal", nil}), " ", code(f.Principal), "\n")
	}
	for _, v := range values(i.findings, specPlace) {
		if shown.first(v) {
			s.write("- ", s.body.say(phrase{"field.spec", nil}), " ", code(v), "\n")
		}
	}
	for _, v := range values(i.findings, plannedPlace) {
		s.write("- ", s.body.say(phrase{"field.planned", nil}), " ", code(v), "\n")
	}
	for _, v := range values(i.findings, sourceOf) {
		if shown.first(v) {
			s.write("- ", s.body.say(phrase{"field.page", nil}), " ", linkTo(v), "\n")
		}
	}
}

func (s *auditSheet) minor(e echo) {
	f := e.finding
	s.write("  - ", s.body.say(phrase{"minor", args{
		"grade": grade(f), "check": f.Check, "message": message(f),
	}}), "\n")
	if d := s.body.list(append(details(f, s.all), e.same())); d != "" && s.detail == withEvidence {
		s.write("    - ", d, "\n")
	}
	for _, fix := range repairInShort(f) {
		s.write("    - ", s.body.say(fix), "\n")
	}
}

// shortened says what was left out, so that nobody takes it for all there is.
func (s *auditSheet) shortened() {
	if p, ok := s.budget.left(shortenings, s.detail); ok {
		s.write("\n", s.body.say(p), "\n")
	}
}

var shortenings = map[detail]phrase{
	withFindings:  {key: "short.evidence"},
	withoutPassed: {key: "short.passed"},
	withoutMinor:  {key: "short.minor"},
	withLines:     {key: "short.brief"},
	withTable:     {key: "short.findings"}, // explanations
	countsOnly:    {key: "short.rules"},
}

// steps is what to do next; of a report that does not fit as many as fill a
// quarter of it, and the last step in any case.
func (s *auditSheet) steps() {
	l := steps(s.a, s.sections)
	if len(l) == 0 {
		return
	}
	s.write("\n#### ", s.body.say(phrase{"steps", nil}), "\n\n")
	if s.detail == withLines {
		s.bounded("- ", l[:len(l)-1], "short.steps", s.budget.bytes/4)
		l = l[len(l)-1:]
	}
	for _, p := range l {
		s.write("- ", s.body.say(p), "\n")
	}
}
