package iac

import (
	"slices"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/replication"
)

// rules adds the rules of a list to a configuration, each with what is known of
// it: one of which something is open leaves the others as they are. That is not
// so where its form, which telling returns, may make those mean something else.
func (n node) rules(out *replication.Configuration, build func(node) replication.ConfigurationRule, telling func(node) []node) {
	form := "" // the address of what would tell a form
	for _, r := range n.items() {
		r.in = &reading{resolve: resolver(n.in)}
		rule := build(r)
		address := r.in.open
		if r.isOpen() {
			address = r.path // as a whole, and not for what was looked for first
		}
		if address == "" {
			out.Rules = append(out.Rules, rule)
			continue
		}
		out.Open = append(out.Open, replication.OpenRule{ConfigurationRule: rule, Why: fact.AfterApply[string](address).Why()})
		all := replication.Configuration{Rules: []replication.ConfigurationRule{rule}}
		if form == "" && (all.V2() || slices.ContainsFunc(append(telling(r), r), node.isOpen)) {
			form = address
		}
	}
	if form != "" && len(out.Rules) > 0 && !out.V2() && n.in.open == "" {
		n.in.open = form
	}
}

func (n node) isOpen() bool {
	_, ok := n.value.(open)
	return ok
}

func resolver(in *reading) func(want, open) (string, bool) {
	if in == nil {
		return nil
	}
	return in.resolve
}
