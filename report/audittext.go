package report

import (
	"fmt"
	"strings"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/report/text"
)

// An auditPage is an audit as text for a terminal.
type auditPage struct {
	*terminal
	a     *audit.Audit
	names map[string]string // of rules in IDs of requirements
	all   bool
}

func auditText(a *audit.Audit, c text.Catalogue, o Options) []byte {
	p := auditPage{newTerminal(c, o), a, ruleNames(a), o.All}
	sections := arrange(a, o.All)
	p.top()
	p.rules(sections)
	for _, s := range sections {
		if len(s.items) > 0 {
			p.section(s)
		}
	}
	for _, l := range shortLists(sections) {
		p.minors(l)
	}
	p.granted()
	p.steps(steps(a, sections))
	return p.b.Bytes()
}

// top is the verdict, and what could not be read.
func (p auditPage) top() {
	p.para("", p.mood(), p.say(headline(p.a)))
	for _, f := range facts(p.a) {
		p.para("", normal, p.say(f))
	}
	for _, g := range gaps(p.a) {
		p.para("", warn, p.say(g))
	}
}

// mood is the style of the headline.
func (p auditPage) mood() style {
	v := p.a.Summary.Rules
	switch {
	case clean(p.a):
		return good
	case v.Fails > 0 || decided(p.a) == 0 && !idle(p.a):
		return bad
	default:
		return bold
	}
}

// maxGood is how many rules without a problem the table holds.
const maxGood = 10

// rules is the table of verdicts. After a clean audit it is left out, as the
// headline has said it all.
func (p auditPage) rules(sections []section) {
	if len(p.a.Rules) == 0 || clean(p.a) && !p.all {
		return
	}
	var rows [][]string
	folded := 0
	fold := !p.all && p.a.Summary.Rules.Replicates+p.a.Summary.Rules.Disabled > maxGood
	for _, s := range sections {
		switch {
		case s.verdict == (audit.RuleVerdict{}):
		case fold && fine(s):
			folded++
		default:
			rows = append(rows, p.row(s))
		}
	}
	p.end()
	if len(rows) > 0 {
		p.table(p.header(), rows)
	}
	if folded > 0 {
		p.para("", normal, p.say(counted("table.folded", folded)))
	}
}

// fine reports whether there is nothing to say of a rule.
func fine(s section) bool {
	return len(s.items) == 0 && (s.verdict.Verdict == audit.Replicates || s.verdict.Verdict == audit.Idle)
}

func (p auditPage) header() []string {
	var header []string
	for _, key := range tableHeader {
		header = append(header, p.say(phrase{key, nil}))
	}
	return header
}

// tableHeader are the columns of the table of rules.
var tableHeader = []string{"table.rule", "table.from", "table.to", "table.verdict", "table.causes"}

func (p auditPage) row(s section) []string {
	v := s.verdict
	cell := func(data string) string { return cut(Visible(data), maxCell) }
	rule := cell(v.Rule)
	if v.Origin == "live" {
		rule += " " + p.say(phrase{"table.live", nil})
	}
	return []string{rule, cell(v.From), cell(v.To), p.say(verdictOf(v.Verdict)), p.because(s.causes)}
}

// because lists causes one below the other, at most n of them.
func (p auditPage) because(causes []string) string {
	const few = 3
	var lines []string
	for i, c := range causes {
		if i == few && len(causes) > few+1 && !p.all {
			lines = append(lines, p.say(counted("causes.more", len(causes)-few)))
			break
		}
		lines = append(lines, cut(Visible(c), maxCell))
	}
	return strings.Join(lines, "\n")
}

func (p auditPage) section(s section) {
	p.heading(p.say(ruleName(s.verdict)))
	shown := shown{}
	for _, f := range s.shared() {
		p.para("", normal, p.say(phrase{"field.spec", nil})+" "+p.data(f))
		shown.first(f)
	}
	for _, i := range s.items {
		p.end()
		p.item(i, shown)
	}
}

// shown is what has been said already, and needs no repetition.
type shown map[string]bool

// first reports whether words are new.
func (s shown) first(words string) bool {
	old := s[words]
	s[words] = true
	return !old
}

// minors lists what is granted beyond need, advice, and what somebody lives with.
func (p auditPage) minors(l shortList) {
	p.heading(p.say(phrase{l.title, nil}))
	for _, i := range l.items {
		p.end()
		p.para("", bold, p.say(where(i.head())))
		for _, e := range echoes(i.findings) {
			p.minor(e)
		}
	}
}

// indent is where the text of an item begins.
const indent = "   "

// item shows what is wrong in one document, and the repair.
func (p auditPage) item(i item, pages shown) {
	f := i.head()
	title := p.say(phrase{"item", args{"check": f.Check, "place": where(f)}})
	p.para(fmt.Sprintf("%d. ", i.number), bold, title)
	evidence := shown{}
	for _, f := range i.findings {
		p.finding(f, evidence)
	}
	p.fields(i, pages)
	for _, r := range i.repairs {
		p.repair(r)
	}
}

// finding is one bullet. Evidence that an item has shown already is not repeated.
func (p auditPage) finding(f audit.Finding, evidence shown) {
	p.bullet(indent+"- ", tone(f.Severity), p.say(grade(f)), ": "+p.argument(message(f)))
	hang := indent + "  "
	if d := p.list(details(f, p.all)); d != "" {
		p.para(hang, normal, d)
	}
	for _, e := range news(f) {
		if words := p.say(evidenceOf(e)); evidence.first(words) {
			p.para(hang, normal, words)
		}
	}
	if l := undecided(f, p.names, p.all); len(l) > 0 {
		p.para(hang, normal, p.say(undecidedTitle(f)))
		for _, u := range l {
			p.para(hang+"  ", normal, p.say(u))
		}
	}
}

// tone is the style of a severity.
func tone(s audit.Severity) style {
	switch s {
	case audit.Critical, audit.High:
		return bad
	case audit.Medium:
		return warn
	default:
		return normal
	}
}

// fields are what the findings of an item share: whom they are about, the place
// in the SPEC, the pages that say so. Places and pages are shown once in a section.
func (p auditPage) fields(i item, shown shown) {
	f := i.head()
	if f.Principal != "" && !mentioned(i, f.Principal) && f.Principal != f.Target {
		p.field("field.principal", f.Principal)
	}
	for _, v := range values(i.findings, specPlace) {
		if shown.first(v) {
			p.field("field.spec", v)
		}
	}
	p.each("field.planned", i, plannedPlace)
	for _, v := range values(i.findings, sourceOf) {
		if shown.first(v) {
			p.field("field.page", v)
		}
	}
	if !p.all {
		return
	}
	p.each("field.requirement", i, func(f audit.Finding) string { return f.Requirement })
	p.each("field.controls", i, func(f audit.Finding) string { return strings.Join(f.Controls, ", ") })
	p.each("field.id", i, func(f audit.Finding) string { return f.ID })
}

// each shows the values that the findings of an item have, each once.
func (p auditPage) each(key string, i item, value func(audit.Finding) string) {
	for _, v := range values(i.findings, value) {
		p.field(key, v)
	}
}

// field is a label with a value.
func (p auditPage) field(key, value string) {
	p.para(indent+p.say(phrase{key, nil})+" ", normal, p.data(value))
}

// repair says who changes what, with the statement to paste.
func (p auditPage) repair(r repair) {
	p.end()
	p.para(indent, bold, p.say(instruction(r)))
	switch raw := r.json(); {
	case raw == nil:
	case len(raw) > maxStatement:
		p.para(indent+"  ", normal, p.say(phrase{"repair.long", nil}))
	default:
		p.json(indent+"  ", raw)
	}
}

// granted lists the requirements that are met, by rule.
func (p auditPage) granted() {
	if !p.all || len(p.a.Granted) == 0 {
		return
	}
	p.heading(p.say(phrase{"section.granted", nil}))
	for _, g := range grantsByRule(p.a.Granted) {
		p.end()
		p.para("", bold, p.say(g.title()))
		for _, x := range g.grants {
			p.para("- ", normal, p.say(met(x)))
		}
	}
}

// minor shows a finding for which nothing fails.
func (p auditPage) minor(e echo) {
	f := e.finding
	title := phrase{"minor", args{"grade": grade(f), "check": f.Check, "message": message(f)}}
	p.para("- ", normal, p.say(title))
	if d := p.list(append(details(f, p.all), e.same())); d != "" {
		p.para("  ", normal, d)
	}
	for _, fix := range repairInShort(f) {
		p.para("  ", normal, p.say(fix))
	}
}

// steps is what to do next.
func (t *terminal) steps(l phrases) {
	if len(l) == 0 {
		return
	}
	t.heading(t.say(phrase{"steps", nil}))
	for _, s := range l {
		t.para("- ", normal, t.say(s))
	}
}
