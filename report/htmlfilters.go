package report

import (
	"slices"

	"github.com/repligrant/repligrant/audit"
)

// severities are those that findings have.
func (w htmlWriter) severities() []htmlOption {
	var l []htmlOption
	for _, s := range severityOrder {
		if slices.ContainsFunc(w.a.Findings, func(f audit.Finding) bool { return f.Severity == s }) || s == audit.Info && len(w.a.Granted) > 0 {
			l = append(l, htmlOption{string(s), plainText(w.say(severityOf(s)))})
		}
	}
	if slices.ContainsFunc(w.a.Findings, func(f audit.Finding) bool { return !slices.Contains(severityOrder, f.Severity) }) {
		l = append(l, htmlOption{"none", w.word("html.other")})
	}
	return l
}

// filters are the lists by which findings can be filtered.
var filters = []struct {
	id, label string
	of        func(audit.Finding) string
	words     map[string]phrase // of values; others are shown as they are
}{
	{"outcome", "html.outcome", func(f audit.Finding) string { return string(f.Outcome) }, outcomeWords},
	{"account", "html.account", func(f audit.Finding) string { return f.Account }, nil},
	{"status", "html.status", func(f audit.Finding) string { return f.Status }, statuses},
}

// outcomeWords are the names of outcomes.
var outcomeWords = map[string]phrase{
	string(audit.Missing): {key: "html.missing"}, string(audit.Blocked): {key: "html.blocked"}, string(audit.Mismatch): {key: "html.mismatch"},
	string(audit.Unknown): {key: "html.unknown"}, string(audit.Surplus): {key: "html.surplus"}, string(audit.Advice): {key: "html.advice"},
}

// choicesOf has what there is to choose from, where there is a choice.
func choicesOf(a *audit.Audit) map[string][]string {
	m := map[string][]string{}
	for _, c := range filters {
		found := values(a.Findings, c.of)
		if len(found) > 1 || c.id == "status" && len(found) > 0 {
			slices.Sort(found)
			m[c.id] = found
		}
	}
	return m
}

// choice is v as the value of an attribute, "" where nothing is chosen by it.
func (w htmlWriter) choice(id, v string) string {
	if len(w.chosen[id]) == 0 {
		return ""
	}
	return Visible(v)
}

func (w htmlWriter) choices() []htmlChoice {
	var l []htmlChoice
	for _, c := range filters {
		choice := htmlChoice{ID: c.id, Label: w.word(c.label)}
		for _, v := range w.chosen[c.id] {
			label := cut(Visible(v), maxCell)
			if p, ok := c.words[v]; ok {
				label = plainText(w.say(p))
			}
			choice.Options = append(choice.Options, htmlOption{Visible(v), label})
		}
		if len(choice.Options) > 0 {
			l = append(l, choice)
		}
	}
	return l
}
