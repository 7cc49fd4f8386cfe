package policy

import (
	"slices"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy/glob"
)

// maxStates bounds the combinations of values that one clause may depend on.
const maxStates = 1024

// key returns the state of a context key; its values are listed if the request
// lists them.
func (p *problem) key(name string) *key {
	if k, ok := p.keys[name]; ok {
		return k
	}
	values, ok := p.query.values(name)
	k := &key{name: name, values: values, fixed: ok, listed: ok, axis: -1}
	if p.keys == nil {
		p.keys = map[string]*key{}
	}
	p.keys[name] = k
	return k
}

// findUses finds which clauses of the candidates are about which keys, and which
// keys are variables of theirs.
func (p *problem) findUses() {
	p.uses, p.variables = map[string][]use{}, map[string]bool{}
	note := func(keys []string) {
		for _, name := range keys {
			p.variables[name] = true
		}
	}
	for i := range p.candidates {
		c := &p.candidates[i]
		for j := range c.statement.resources {
			note(c.statement.resources[j].template.keys())
		}
		for j := range c.statement.clauses {
			cl := &c.statement.clauses[j]
			p.uses[cl.key] = append(p.uses[cl.key], use{c.ref.Layer, cl})
			note(cl.variables())
		}
	}
}

// list finds the values of a key that the clauses tell apart.
func (p *problem) list(k *key) {
	if k.axis >= 0 || k.failed || k.listed && len(k.values) < 2 {
		return
	}
	if !k.listed {
		var u usage
		for _, use := range p.uses[k.name] {
			u.add(use.clause, p.expansions)
		}
		k.values, k.listed = u.atoms(p.request.Context.domain(k.name))
		k.failed = !k.listed
	}
	if k.listed {
		k.values = p.distinct(k)
	}
}

// distinct keeps one of the values that all clauses answer alike. A key whose
// value another clause puts into its own keeps all.
func (p *problem) distinct(k *key) []value {
	if p.variables[k.name] {
		return k.values
	}
	var out []value
	seen := map[string]bool{}
	for _, v := range k.values {
		var answers []byte
		for _, use := range p.uses[k.name] {
			if len(use.clause.variables()) == 0 {
				answers = append(answers, byte(use.clause.holds(v, nil)))
			} else {
				answers = append(answers, v.String()...)
			}
		}
		if !seen[string(answers)] {
			seen[string(answers)] = true
			out = append(out, v)
		}
	}
	return out
}

// expansions returns the patterns that a template may become.
func (p *problem) expansions(c *clause, t template) ([]glob.Pattern, bool) {
	_, states, ok := p.variableAxes(t.keys())
	if !ok {
		return nil, false
	}
	var patterns []glob.Pattern
	for _, lookup := range states {
		switch text, known := t.expand(lookup); known {
		case no: // it matches nothing
		case open:
			return nil, false
		case yes:
			patterns = append(patterns, c.compile(text, true))
		}
	}
	return patterns, true
}

// variableAxes returns the axes of keys that variables name, and how each
// combination of their states looks the keys up. It reports false if the
// request does not list the values of one, or there are too many combinations.
func (p *problem) variableAxes(names []string) (expr, []func(string) value, bool) {
	var keys []*key
	for _, name := range names {
		k := p.key(name)
		if !k.fixed {
			return expr{}, nil, false
		}
		if !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	return p.axesOf(keys)
}

// axesOf returns the axes of keys whose values are listed, and the lookups of
// each combination of their states.
func (p *problem) axesOf(keys []*key) (expr, []func(string) value, bool) {
	var e expr
	states := 1
	for _, k := range keys {
		if len(k.values) > 1 {
			e.axes = append(e.axes, p.axisOf(k))
			e.sizes = append(e.sizes, len(k.values))
		}
		if states *= len(k.values); states > maxStates {
			return expr{}, nil, false
		}
	}
	lookups := make([]func(string) value, states)
	for i := range lookups {
		lookups[i] = lookup(keys, i)
	}
	return e, lookups, true
}

// lookup returns how keys are looked up in one combination of their states, of
// which those of the last key go fastest.
func lookup(keys []*key, state int) func(string) value {
	return func(name string) value {
		rest := state
		for _, k := range slices.Backward(keys) {
			if k.name == name {
				return k.values[rest%len(k.values)]
			}
			rest /= len(k.values)
		}
		return value{}
	}
}

// axisOf returns the axis of a key with several values.
func (p *problem) axisOf(k *key) int {
	if k.axis < 0 {
		a := axis{size: len(k.values), values: k.values, open: []Open{p.openKey(k.name)}}
		if p.query.isEach(k.name) {
			a.every = k.name
		}
		k.axis = p.newAxis(a)
	}
	return k.axis
}

// openKey names a key as the first statement that uses it spells it.
func (p *problem) openKey(name string) Open {
	if uses := p.uses[name]; len(uses) > 0 {
		return Open{Layer: uses[0].layer, Key: uses[0].clause.name}
	}
	return Open{Key: name}
}

// clauseExpr turns a clause into the question it asks of worlds.
func (p *problem) clauseExpr(c *candidate, cl *clause) expr {
	if cl.broken != nil {
		return p.free(c.ref, cl.broken.String(), cl.name)
	}
	k := p.key(cl.key)
	if p.list(k); !k.listed {
		return p.free(c.ref, "", cl.name)
	}
	keys := []*key{k}
	for _, name := range cl.variables() {
		v := p.key(name)
		if !v.fixed {
			return p.free(c.ref, sentences["open.value"], cl.name)
		}
		if !slices.Contains(keys, v) {
			keys = append(keys, v)
		}
	}
	e, lookups, ok := p.axesOf(keys)
	if !ok {
		return p.free(c.ref, "", cl.name)
	}
	return p.answers(c, cl, e, lookups)
}

// answers fills in the table of a clause. Where the clause has no answer, both
// are possible.
func (p *problem) answers(c *candidate, cl *clause, e expr, lookups []func(string) value) expr {
	answers := make([]truth, len(lookups))
	for i, lookup := range lookups {
		answers[i] = cl.holds(lookup(cl.key), lookup)
	}
	if !slices.Contains(answers, open) {
		for _, a := range answers {
			e.table = append(e.table, a == yes)
		}
		return e
	}
	either := p.free(c.ref, cl.doubt().String(), cl.name)
	e.axes, e.sizes = append(e.axes, either.axes...), append(e.sizes, 2)
	for _, a := range answers {
		e.table = append(e.table, a == yes, a != no)
	}
	return e
}

// doubt says why a clause may have no answer.
func (c *clause) doubt() diag.Text {
	for _, t := range c.tests {
		if t.broken != nil {
			return *t.broken
		}
	}
	return sentences.Text("value-incomparable")
}
