package audit

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/replication"
)

// A cause is one thing that several requirements or rules hang on: a document
// that was not read, a key whose value nobody can know, a bucket that does not
// exist. All that hangs on one cause is one finding.
type cause struct {
	check  string
	target string
	what   string // API operation, condition key, ...
}

// A concern is what hangs on a cause: a rule, and perhaps one of its requirements.
type concern struct {
	requirement      string
	rule, from, to   string
	origin           string
	action, resource string
	position         position
	aside            bool // it joins a finding, and is none: nothing fails for it
}

// concern is what hangs on the answer to a question.
func (a *auditor) concern(qu *question) concern {
	return concern{
		requirement: qu.ID, rule: qu.Rule, from: qu.From, to: qu.To, origin: origin(qu.rule, a.in),
		action: qu.Action, resource: qu.Resource, position: qu.Position,
	}
}

// concernOf is a rule that hangs on a cause.
func (a *auditor) concernOf(r replication.Rule) concern {
	return concern{rule: r.Name, from: r.From.Name, to: r.To.Name, origin: origin(r, a.in), position: r.Pos}
}

// aside is what hangs on what leaves the answer to a question open. What AWS only
// advises is named where something else hangs on the same, and makes no audit
// incomplete.
func (a *auditor) aside(qu *question) concern {
	on := a.concern(qu)
	on.aside = qu.advised()
	return on
}

// share adds a concern to the finding of a cause, which begin makes. What begin
// returns names no rule, so that the finding's ID does not depend on how many
// rules hang on the cause.
func (a *auditor) share(c cause, on concern, begin func() Finding) {
	i, ok := a.causes[c]
	switch {
	case ok:
		a.concerns[i] = append(a.concerns[i], on)
	case on.aside:
		a.asides[c] = append(a.asides[c], on)
	default:
		i = len(a.findings)
		a.causes[c] = i
		a.add(begin(), nil)
		a.concerns[i] = append([]concern{on}, a.asides[c]...)
	}
}

// told reports whether a finding of a cause is there.
func (a *auditor) told(c cause) bool {
	_, ok := a.causes[c]
	return ok
}

// settle tells a finding what hangs on its cause. It names the rule only where
// there is one.
func (f *Finding) settle(concerns []concern) {
	first := concerns[0]
	f.Rule, f.From, f.To, f.Origin = first.rule, first.from, first.to, first.origin
	for _, c := range concerns {
		if f.Position.IsZero() {
			f.Position = c.position
		}
		if c.rule != first.rule || c.from != first.from || c.to != first.to || c.origin != first.origin {
			f.Rule, f.From, f.To, f.Origin = "", "", "", ""
		}
		if c.requirement != "" && !slices.Contains(f.Requirements, c.requirement) {
			f.Requirements = append(f.Requirements, c.requirement)
		}
	}
	if f.Check == checkUnknown || f.Check == checkAdvised {
		f.represent(concerns)
	}
	if f.Rule != "" {
		f.Args["rule"] = f.Rule
	}
}

// represent lets the first requirement stand for all that are unknown for one
// cause. The message names all their actions.
func (f *Finding) represent(concerns []concern) {
	first := concerns[0]
	f.Requirement, f.Action, f.Resource = first.requirement, first.action, first.resource
	var actions []string
	for _, c := range concerns {
		if !slices.Contains(actions, c.action) {
			actions = append(actions, c.action)
		}
	}
	f.Args["action"], f.Args["resource"] = strings.Join(actions, ", "), first.resource
}
