package audit

import (
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// Permissions says of one rule what each document makes of each action that the
// rule needs. A document that is not there needs not allow the action, and does
// not deny it.
type Permissions struct {
	Rule   string `json:"rule"`
	From   string `json:"from"`
	To     string `json:"to"`
	Origin string `json:"origin,omitempty"`

	Actions map[string]map[replication.Kind]Outcome `json:"actions"` // by document
}

// outcomeOrder are the outcomes of a permission, the best first. Advice is an
// advised action that is certainly not granted.
var outcomeOrder = []Outcome{Granted, Advice, Unknown, Missing, Blocked}

// tell keeps what a document makes of the action of a requirement. An action may
// be needed for several resources or in several forms: the worst counts.
func (a *auditor) tell(qu *question, document replication.Kind, o Outcome) {
	k := keyOf(qu.rule)
	if qu.writer != nil || a.rules[k] == nil {
		return
	}
	if qu.advised() && o != Granted && o != Unknown {
		o = Advice
	}
	list := a.permissions[k]
	i := slices.IndexFunc(list, func(t told) bool { return t.action == qu.Action && t.document == document })
	switch {
	case i < 0:
		a.permissions[k] = append(list, told{qu.Action, document, o})
	case slices.Index(outcomeOrder, o) >= slices.Index(outcomeOrder, list[i].outcome):
		list[i].outcome = o
	}
}

// told is what a document makes of an action.
type told struct {
	action   string
	document replication.Kind
	outcome  Outcome
}

// actionsTold is what was told, by action and document. Rules of which the same
// was told, as of most that replicate, share it: nobody changes it.
func actionsTold(list []told, shared map[string]map[string]map[replication.Kind]Outcome) map[string]map[replication.Kind]Outcome {
	var key strings.Builder
	for _, t := range list {
		key.WriteString(t.action + "\x00" + string(t.document) + "\x00" + string(t.outcome) + "\x00")
	}
	out := shared[key.String()]
	if out != nil {
		return out
	}
	out = map[string]map[replication.Kind]Outcome{}
	for _, t := range list {
		if out[t.action] == nil {
			out[t.action] = map[replication.Kind]Outcome{}
		}
		out[t.action][t.document] = t.outcome
	}
	shared[key.String()] = out
	return out
}

// tellAll keeps one outcome for all documents that have to allow the action.
func (a *auditor) tellAll(qu *question, o Outcome) {
	for _, holder := range qu.Holders {
		a.tell(qu, holder, o)
	}
}

// tellApart keeps what each document makes of an action that not all allow: it
// lacks it or denies it, it leaves it open, or it grants it.
func (a *auditor) tellApart(qu *question, faults []fault, open []policy.Open) {
	a.tellAll(qu, Granted)
	for _, o := range open {
		a.tell(qu, qu.place(o.Layer).document, Unknown)
	}
	for _, f := range faults {
		document := qu.place(f.layer).document
		if f.public {
			document = replication.PublicAccessBlock
		}
		a.tell(qu, document, f.outcome)
	}
}

// permissionList lists what was told, in the order of rules.
func (a *auditor) permissionList() []Permissions {
	var out []Permissions
	shared := map[string]map[string]map[replication.Kind]Outcome{}
	for _, k := range a.order {
		if len(a.permissions[k]) == 0 {
			continue
		}
		p := Permissions{Rule: k.name, From: k.from, To: k.to, Actions: actionsTold(a.permissions[k], shared)}
		if k.live && a.in.SpecFile != "" {
			p.Origin = "live"
		}
		out = append(out, p)
	}
	return out
}

// Documents lists the documents that p says something of, sorted by name.
func (p Permissions) Documents() []replication.Kind {
	seen := map[replication.Kind]bool{}
	for _, documents := range p.Actions {
		for d := range documents {
			seen[d] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
