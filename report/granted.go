package report

import (
	"strings"

	"github.com/repligrant/repligrant/audit"
)

// A grantList is what one rule, or one writer, is granted.
type grantList struct {
	rule   audit.RuleVerdict
	grants []audit.Grant
}

// grantsByRule divides grants, which are in the order of rules.
func grantsByRule(grants []audit.Grant) []grantList {
	var lists []grantList
	for _, g := range grants {
		rule := audit.RuleVerdict{Rule: g.Rule, From: g.From, To: g.To, Origin: g.Origin}
		if n := len(lists); n == 0 || lists[n-1].rule != rule {
			lists = append(lists, grantList{rule: rule})
		}
		l := &lists[len(lists)-1]
		l.grants = append(l.grants, g)
	}
	return lists
}

// title names the rule, or the writer, which has no source.
func (l grantList) title() phrase {
	a := args{"rule": l.rule.Rule, "from": l.rule.From, "to": l.rule.To}
	switch {
	case l.rule.From == "":
		return phrase{"granted.writer", a}
	case l.rule.Origin == "live":
		return phrase{"granted.live", a}
	default:
		return phrase{"granted.rule", a}
	}
}

// met says what is granted, and what was not read for that.
func met(g audit.Grant) phrase {
	return phrase{"granted", args{
		"action": g.Action, "resource": g.Resource, "principal": g.Principal,
		"assuming": optional("granted.assuming", "layers", strings.Join(g.Assuming, ", ")),
	}}
}
