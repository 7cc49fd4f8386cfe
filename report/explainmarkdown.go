package report

import (
	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/report/text"
)

// An explainSheet is an explanation as Markdown for a comment.
type explainSheet struct {
	auditSheet
	e *audit.Explanation
}

func explanationMarkdown(e *audit.Explanation, c text.Catalogue, o Options) []byte {
	b := budgetOf(o)
	return b.fitting(otherDetails, func(d detail) md {
		s := explainSheet{auditSheet: auditSheet{
			a: &audit.Audit{}, names: map[string]string{}, messages: c, all: o.All, detail: d, budget: b,
			body: newScribe(c, code), cell: cellScribe(c), html: newScribe(c, htmlCode),
		}, e: e}
		if e.Code != nil {
			s.code(e.Code)
		} else {
			s.object()
		}
		return s.md()
	})
}

// code says what a failure code means.
func (s *explainSheet) code(m *audit.CodeMeaning) {
	s.write(marker, "### ", s.body.say(codeTitle(m)), "\n")
	for _, p := range codeNotes(m) {
		s.write("\n", s.body.say(p), "\n")
	}
	if len(m.Look) > 0 {
		s.write("\n", s.body.say(counted("explain.look", len(m.Look))), "\n\n")
	}
	for _, l := range m.Look {
		s.write("- ", s.body.say(permissionOf(l)), "\n")
	}
	s.write("\n", s.body.say(codeWayOut(m)), " ", linkTo(m.Source), "\n")
	s.remedy(m.Remedy)
}

// object says what becomes of an object version, and why.
func (s *explainSheet) object() {
	s.write(marker, "### ", verdictIcons[s.e.Verdict], s.body.say(explainHeadline(s.e)), "\n")
	shown := shown{}
	s.reasons(s.e.Reasons, shown)
	if len(s.e.Assumed) > 0 {
		s.write("\n")
	}
	for _, a := range s.e.Assumed {
		s.write("- ", s.body.say(phrase{"gaps.assumed", args{"assumed": a}}), "\n")
	}
	number, sids := 0, sidCounter{}
	for _, t := range s.e.Rules {
		number = s.rule(t, number, sids, shown)
	}
	s.remedy(s.e.Remedy)
	s.shortened()
}

// rule says what one rule does with the version, and returns the number of the
// last item. In the shortest form a rule that leaves it is not shown.
func (s *explainSheet) rule(t audit.Taking, number int, sids sidCounter, pages shown) int {
	if s.detail == countsOnly && t.Takes == audit.Leaves {
		return number
	}
	icon := verdictIcons[t.Verdict]
	if taking(s.e, t).key == free {
		icon = ""
	}
	s.write("\n#### ", icon, s.body.say(ruleTitle(s.e, t)), "\n")
	s.reasons(t.Reasons, pages)
	if s.detail >= withTable {
		return number
	}
	list := section{minor: t.Findings}
	list.gather(true)
	for _, i := range list.items {
		number++
		i.number, i.repairs = number, repairs(i.findings, sids)
		s.item(i, pages)
	}
	return number
}

// reasons lists sentences with their pages, each page once.
func (s *explainSheet) reasons(list []audit.Reason, pages shown) {
	if len(list) > 0 {
		s.write("\n")
	}
	for _, r := range list {
		s.write("- ", s.body.say(reasonOf(r)))
		if pages.first(r.Source) {
			s.write(" ", linkTo(r.Source))
		}
		s.write("\n")
	}
}

// remedy is what to do for a version that is there.
func (s *explainSheet) remedy(list []audit.Reason) {
	if len(list) == 0 {
		return
	}
	s.write("\n#### ", s.body.say(phrase{"explain.remedy", nil}), "\n")
	s.reasons(list, shown{})
}

// reasonOf is a reason with the failure code that S3 reports for it.
func reasonOf(r audit.Reason) phrase {
	says := diag.Said{Key: r.SaysKey, English: r.Says, Args: r.SaysArgs}
	if r.FailureCode == "" {
		return phrase{"explain.says", args{"says": says}}
	}
	return phrase{"explain.reason.code", args{"says": says, "code": r.FailureCode}}
}
