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
}{
	{"outcome", "html.outcome", func(f audit.Finding) string { return string(f.Outcome) }},
	{"account", "html.account", func(f audit.Finding) string { return f.Account }},
	{"status", "html.status", func(f audit.Finding) string { return f.Status }},
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
			choice.Options = append(choice.Options, htmlOption{Visible(v), cut(Visible(v), maxCell)})
		}
		if len(choice.Options) > 0 {
			l = append(l, choice)
		}
	}
	return l
}
