package report

import (
	"io"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/report/text"
)

// Access writes a in the format of o. Besides errors of w it returns those of [Check].
func Access(w io.Writer, a *planner.Access, o Options) error {
	format, c, err := resolve(KindAccess, o)
	if err != nil {
		return err
	}
	if format == JSON {
		filled := *a
		filled.Policies, filled.Warnings = list(a.Policies), list(a.Warnings)
		out, err := encode(filled)
		return write(w, out, err)
	}
	return write(w, accessText(a, c, o), nil)
}

// persons are whom policies are for.
var persons = map[planner.Person]phrase{
	planner.Auditor:  {key: "access.auditor"},
	planner.Operator: {key: "access.operator"},
}

func accessText(a *planner.Access, c text.Catalogue, o Options) []byte {
	t := planPage{terminal: newTerminal(c, o)}
	if len(a.Policies) == 0 {
		t.para("", bold, t.say(phrase{"access.nothing", nil}))
	}
	account := ""
	for _, p := range a.Policies {
		if p.Account != account {
			account = p.Account
			t.heading(t.say(phrase{"plan.account", args{"account": account}}))
		}
		t.end()
		t.policy(p)
	}
	t.notes(phrase{"plan.warnings", nil}, warnings(&planner.Plan{Warnings: a.Warnings}))
	return t.b.Bytes()
}

func (t planPage) policy(p planner.AccessPolicy) {
	key := "access.policy"
	if p.Trust() {
		key = "access.trust"
	}
	t.para("", bold, t.say(phrase{key, args{"person": persons[p.For], "name": name(p.Name), "target": p.Target}}))
	if p.Target != "" && !p.Trust() {
		t.para("", normal, t.say(phrase{"access.attach", args{"target": p.Target}}))
	}
	if p.ExternalIDEnv != "" {
		t.para("", normal, t.say(phrase{"access.external-id", args{"placeholder": planner.ExternalID, "variable": p.ExternalIDEnv}}))
	}
	t.para("", normal, t.say(phrase{"plan.size", args{"size": p.Size, "limit": p.Limit}}))
	t.json("  ", p.Document)
}
