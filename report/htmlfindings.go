package report

import (
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/audit"
)

// item is what is found in one document. Said is what its section says already.
func (w htmlWriter) item(i item, said shown) htmlItem {
	f := i.head()
	out := htmlItem{Number: i.number, Title: w.say(phrase{"item", args{"check": f.Check, "place": where(f)}})}
	out.Title = append([]span{{Text: strconv.Itoa(i.number) + ". "}}, out.Title...)
	evidence := commonEvidence(i.findings)
	for _, f := range i.findings {
		out.Findings = append(out.Findings, w.finding(f, "", evidence))
	}
	for _, e := range evidence {
		out.Lines = append(out.Lines, w.say(evidenceOf(e)))
	}
	out.Lines = append(out.Lines, w.fields(i, said)...)
	for _, r := range i.repairs {
		out.Fixes = append(out.Fixes, htmlFix{w.say(instruction(r)), statementText(r.json()), w.word("html.copy")})
	}
	return out
}

// commonEvidence is what shows each of several findings to be so.
func commonEvidence(findings []audit.Finding) []audit.Evidence {
	if len(findings) < 2 {
		return nil
	}
	return slices.DeleteFunc(news(findings[0]), func(e audit.Evidence) bool {
		return slices.ContainsFunc(findings[1:], func(f audit.Finding) bool { return !hasEvidence(news(f), e) })
	})
}

func hasEvidence(l []audit.Evidence, e audit.Evidence) bool {
	return slices.ContainsFunc(l, func(x audit.Evidence) bool { return reflect.DeepEqual(x, e) })
}

// fields are what the findings of an item share: whom they are about, the place
// in the SPEC, the pages that say so.
func (w htmlWriter) fields(i item, said shown) [][]span {
	var l [][]span
	f := i.head()
	if f.Principal != "" && f.Principal != f.Target && !mentioned(i, f.Principal) {
		l = append(l, w.labelled("field.principal", f.Principal))
	}
	for _, p := range values(i.findings, specPlace) {
		if said.first(p) {
			l = append(l, w.labelled("field.spec", p))
		}
	}
	for _, p := range values(i.findings, plannedPlace) {
		l = append(l, w.labelled("field.planned", p))
	}
	for _, c := range values(i.findings, func(f audit.Finding) string { return strings.Join(f.Controls, ", ") }) {
		l = append(l, w.labelled("field.controls", c))
	}
	for _, p := range values(i.findings, sourceOf) {
		l = append(l, w.spans(w.word("field.page")+" "+w.speaker.link(p)))
	}
	return l
}

// labelled is a label with data, which is not set apart: the label says what it is.
func (w htmlWriter) labelled(key, data string) []span {
	return []span{{Text: w.word(key) + " " + plainText(w.spans(w.speaker.data(data)))}}
}

// findingID is what the IDs of findings look like: nothing else becomes an anchor.
var findingID = regexp.MustCompile(`^[0-9a-f]{8,64}$`)

// finding is one finding. Check is its check, where the title does not say it;
// common is the evidence that stands elsewhere.
func (w htmlWriter) finding(f audit.Finding, check string, common []audit.Evidence) htmlFinding {
	out := htmlFinding{
		Check: Visible(check), Permalink: w.word("html.permalink"), Severity: classOf(severityOrder, f.Severity), Outcome: w.choice("outcome", string(f.Outcome)),
		Account: w.choice("account", f.Account), Status: w.choice("status", f.Status), Grade: w.say(grade(f)), Message: w.spans(w.speaker.argument(message(f))),
	}
	if findingID.MatchString(f.ID) {
		out.ID = f.ID
	}
	if d := w.speaker.list(details(f, true)); d != "" {
		out.Lines = append(out.Lines, w.spans(d))
	}
	for _, e := range news(f) {
		if !hasEvidence(common, e) {
			out.Lines = append(out.Lines, w.say(evidenceOf(e)))
		}
	}
	if l := undecided(f, w.names, true); len(l) > 0 {
		out.UndecidedTitle, out.Undecided = w.say(undecidedTitle(f)), w.sayAll(l)
	}
	if f.Requirement != "" {
		out.Lines = append(out.Lines, w.labelled("field.requirement", f.Requirement))
	}
	return out
}

// classOf is v as the name of a class: one of those that there are, or nothing.
func classOf[T ~string](known []T, v T) string {
	if slices.Contains(known, v) {
		return string(v)
	}
	return "none"
}

func (w htmlWriter) list(l shortList) htmlList {
	out := htmlList{Title: w.word(l.title)}
	n := 0
	for _, i := range l.items {
		one := htmlItem{Title: w.say(where(i.head()))}
		for _, f := range i.findings {
			n++
			one.Findings = append(one.Findings, w.finding(f, f.Check, nil))
			one.Fixes = append(one.Fixes, w.shortFixes(f)...)
		}
		out.Items = append(out.Items, one)
	}
	out.Summary, out.Open = plainText(w.say(counted("html.listed", n))), n <= maxOpen
	return out
}

// maxOpen is how many findings a list shows unfolded.
const maxOpen = 20

func (w htmlWriter) shortFixes(f audit.Finding) []htmlFix {
	var l []htmlFix
	for _, c := range shortChanges(f) {
		l = append(l, htmlFix{w.say(phrase{"minor.fix", args{"text": c.said}}), statementText(c.JSON()), w.word("html.copy")})
	}
	return l
}

// granted lists what is met, where the audit holds it.
func (w htmlWriter) granted() (htmlList, bool) {
	out := htmlList{Title: w.word("section.granted"), Summary: plainText(w.say(counted("html.listed", len(w.a.Granted))))}
	for _, g := range grantsByRule(w.a.Granted) {
		one := htmlItem{Title: w.say(g.title())}
		for _, x := range g.grants {
			one.Findings = append(one.Findings, htmlFinding{
				Severity: "info", Outcome: w.choice("outcome", string(audit.Granted)), Account: w.choice("account", x.Account),
				Grade: []span{{Text: w.word("html.granted")}}, Message: w.say(met(x)),
			})
		}
		out.Items = append(out.Items, one)
	}
	return out, len(out.Items) > 0
}
