package report

import (
	"io"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/report/text"
)

// Changes writes what a new audit says otherwise than an old one, in the format of
// o. Besides errors of w it returns those of [Check] for [KindDifference].
func Changes(w io.Writer, d *audit.Difference, o Options) error {
	format, c, err := resolve(KindDifference, o)
	if err != nil {
		return err
	}
	switch format {
	case JSON:
		out, err := encode(d)
		return write(w, out, err)
	case Markdown:
		return write(w, changesMarkdown(d, c, o), nil)
	default:
		return write(w, changesText(d, c, o), nil)
	}
}

// maxChanges is how many requirements or findings that are the same are listed.
const maxChanges = 50

// changesHeadline counts what is otherwise.
func changesHeadline(d *audit.Difference) phrase {
	s := d.Summary
	l := nonzero(
		number{"changes.new", s.New}, number{"changes.changed", s.Changed}, number{"changes.undecided", s.Undecided},
		number{"changes.gone", s.Gone}, number{"changes.rules", s.Rules}, number{"changes.requirements", s.Requirements})
	if len(l) == 0 {
		return phrase{"changes.nothing", nil}
	}
	return phrase{"changes.headline", args{"changes": append(l, nonzero(number{"changes.same", s.Same})...)}}
}

// changesFacts say how much either audit knows, and what cannot be compared.
func changesFacts(d *audit.Difference) phrases {
	l := phrases{sideFact("changes.old", d.Old), sideFact("changes.now", d.New)}
	switch {
	case !d.Old.Granted && !d.New.Granted:
		l = append(l, phrase{"changes.not-listed.both", nil})
	case !d.Old.Granted:
		l = append(l, phrase{"changes.not-listed.old", nil})
	case !d.New.Granted:
		l = append(l, phrase{"changes.not-listed.now", nil})
	}
	if d.Old.Version != d.New.Version {
		l = append(l, phrase{"changes.versions", args{"before": orNone(d.Old.Version), "now": orNone(d.New.Version)}})
	}
	if d.Old.Spec != d.New.Spec {
		l = append(l, phrase{"changes.specs", args{"before": orNone(d.Old.Spec), "now": orNone(d.New.Spec)}})
	}
	return l
}

func sideFact(key string, s audit.Side) phrase {
	complete := phrase{"changes.complete", nil}
	if !s.Complete {
		complete = phrase{"changes.incomplete", nil}
	}
	q := s.Summary.Requirements
	return phrase{key, args{"completeness": complete, "granted": q.Granted, "missing": q.Missing, "blocked": q.Blocked, "unknown": q.Unknown}}
}

// changeSections are the findings by what became of them.
var changeSections = []struct {
	change audit.Change
	title  phrase
}{
	{audit.Appeared, phrase{key: "changes.section.new"}},
	{audit.Altered, phrase{key: "changes.section.changed"}},
	{audit.Undecided, phrase{key: "changes.section.undecided"}},
	{audit.Gone, phrase{key: "changes.section.gone"}},
	{audit.Kept, phrase{key: "changes.section.same"}},
}

func changesOf(d *audit.Difference, c audit.Change) []audit.FindingChange {
	var l []audit.FindingChange
	for _, f := range d.Findings {
		if f.Change == c {
			l = append(l, f)
		}
	}
	return l
}

// changeDetails say what else there is to know of a change.
func changeDetails(c audit.FindingChange) phrases {
	var l phrases
	if c.Before != nil {
		l = append(l, phrase{"changes.was", args{"grade": gradeBefore(*c.Before)}})
	}
	return append(l, details(plainFinding(c.Finding), false)...)
}

// plainFinding is a finding without its status against a baseline, which is not
// that against the old audit.
func plainFinding(f audit.Finding) audit.Finding {
	if f.Status != audit.Suppressed {
		f.Status = ""
	}
	return f
}

func gradeBefore(g audit.Grade) phrase {
	a := args{"severity": severityOf(g.Severity), "outcome": outcomes[g.Outcome], "coverage": phrase{}, "suppressed": phrase{}}
	if g.Coverage == audit.CoveragePartial {
		a["coverage"] = phrase{"changes.grade.partial", nil}
	}
	if g.Suppressed {
		a["suppressed"] = phrase{"changes.grade.suppressed", nil}
	}
	return phrase{"changes.grade", a}
}

var outcomes = map[audit.Outcome]phrase{
	audit.Missing:  {key: "changes.outcome.missing"},
	audit.Blocked:  {key: "changes.outcome.blocked"},
	audit.Unknown:  {key: "changes.outcome.unknown"},
	audit.Surplus:  {key: "changes.outcome.surplus"},
	audit.Mismatch: {key: "changes.outcome.mismatch"},
	audit.Advice:   {key: "changes.outcome.advice"},
}

// because says why nobody knows whether a finding is mended.
func because(c audit.FindingChange) phrase {
	switch c.Because {
	case audit.LackRule:
		return phrase{"changes.because.not-audited", nil}
	case audit.LackAccount:
		return phrase{"changes.because.account", args{"account": c.Finding.Account}}
	case audit.LackRequirement:
		return phrase{"changes.because.requirement", nil}
	case audit.LackDocument:
		return phrase{"changes.because.unread", nil}
	default:
		return phrase{}
	}
}

// ruleBefore and ruleNow are the verdicts on a rule, or why there is none.
func ruleBefore(c audit.RuleChange) phrase {
	if c.Before == "" {
		return phrase{"changes.rule.new", nil}
	}
	return verdictOf(c.Before)
}

func ruleNow(c audit.RuleChange) phrase {
	switch {
	case c.Now != "":
		return verdictOf(c.Now)
	case c.Because == audit.LackRule:
		return phrase{"changes.rule.unseen", nil}
	case c.Because != "":
		return phrase{"changes.rule.unread", nil}
	default:
		return phrase{"changes.rule.gone", nil}
	}
}

// stands are how a requirement stands.
var stands = map[audit.Standing]phrase{
	audit.StandGranted:   {key: "changes.stands.granted"},
	audit.StandMissing:   {key: "changes.stands.missing"},
	audit.StandBlocked:   {key: "changes.stands.blocked"},
	audit.StandAdvised:   {key: "changes.stands.advised"},
	audit.StandUnknown:   {key: "changes.stands.unknown"},
	audit.StandNotNeeded: {key: "changes.stands.not-required"},
	audit.StandNotListed: {key: "changes.stands.not-listed"},
	audit.StandUnseen:    {key: "changes.stands.not-audited"},
}

// The columns of what is otherwise.
var (
	ruleColumns        = []string{"table.rule", "table.from", "table.to", "changes.table.before", "changes.table.now"}
	requirementColumns = []string{"changes.table.requirement", "changes.table.before", "changes.table.now"}
)

// A changesPage is what became of an audit, as text for a terminal.
type changesPage struct {
	*terminal
	d   *audit.Difference
	all bool
}

func changesText(d *audit.Difference, c text.Catalogue, o Options) []byte {
	p := changesPage{newTerminal(c, o), d, o.All}
	p.para("", bold, p.say(changesHeadline(d)))
	for _, f := range changesFacts(d) {
		p.para("", normal, p.say(f))
	}
	p.rules()
	for _, s := range changeSections {
		if s.change != audit.Kept || p.all {
			p.section(s.title, changesOf(d, s.change))
		}
	}
	p.requirements()
	return p.b.Bytes()
}

func (p changesPage) header(columns []string) []string {
	var header []string
	for _, key := range columns {
		header = append(header, p.say(phrase{key, nil}))
	}
	return header
}

func (p changesPage) rules() {
	if len(p.d.Rules) == 0 {
		return
	}
	var rows [][]string
	cell := func(data string) string { return cut(Visible(data), maxCell) }
	for _, r := range p.d.Rules {
		rule := cell(r.Rule)
		if r.Origin == "live" {
			rule += " " + p.say(phrase{"table.live", nil})
		}
		rows = append(rows, []string{rule, cell(r.From), cell(r.To), p.say(ruleBefore(r)), p.say(ruleNow(r))})
	}
	p.end()
	p.table(p.header(ruleColumns), rows)
}

func (p changesPage) section(title phrase, l []audit.FindingChange) {
	if len(l) == 0 {
		return
	}
	p.heading(p.say(title))
	for _, c := range l {
		p.end()
		p.para("", bold, p.say(where(c.Finding)))
		f := c.Finding
		p.bullet("- ", tone(f.Severity), p.say(grade(f)), p.say(phrase{"changes.finding", args{"check": f.Check, "message": message(f)}}))
		if d := p.list(changeDetails(c)); d != "" {
			p.para("  ", normal, d)
		}
		if why := because(c); !why.isZero() {
			p.para("  ", normal, p.say(why))
		}
	}
}

func (p changesPage) requirements() {
	if len(p.d.Requirements) == 0 {
		return
	}
	p.heading(p.say(phrase{"changes.section.requirements", nil}))
	p.end()
	var rows [][]string
	for i, r := range p.d.Requirements {
		if i == maxChanges && !p.all {
			break
		}
		rows = append(rows, []string{cut(Visible(r.Requirement), maxCell), p.say(stands[r.Before]), p.say(stands[r.Now])})
	}
	p.table(p.header(requirementColumns), rows)
	if n := len(p.d.Requirements) - len(rows); n > 0 {
		p.para("", normal, p.say(counted("changes.more", n)))
	}
}
