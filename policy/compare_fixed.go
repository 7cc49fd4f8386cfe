package policy

import (
	"maps"
	"slices"

	"github.com/repligrant/repligrant/actions"
)

// maxFixed bounds the combinations of values that variables are tried with.
const maxFixed = 64

// searchFixed looks for a witness where a first search only found that there may
// be one: for some values of the keys that stand in variables, one combination
// at a time. Certain says that no other values are possible, so that there is
// none if none was found.
func (f *focus) searchFixed() (w *Witness, certain bool) {
	keys := f.variableKeys()
	if len(keys) == 0 {
		return nil, false
	}
	worlds, certain := []map[string]value{{}}, true
	for _, key := range keys {
		values, all := f.tries(key)
		certain = certain && all
		var next []map[string]value
		for _, w := range worlds {
			for _, v := range values {
				with := maps.Clone(w)
				with[key] = v
				next = append(next, with)
			}
		}
		if worlds = next; len(worlds) > maxFixed {
			return nil, false
		}
	}
	for _, world := range worlds {
		g := f.newFocus(f.x, f.head())
		g.fixed = world
		if w := g.search(); w != nil {
			return w, true
		}
		certain = certain && g.reasons == nil
	}
	return nil, certain
}

// variableKeys returns the keys that stand in variables of the terms, in order.
func (f *focus) variableKeys() []string {
	var keys []string
	for _, t := range f.terms {
		for i := range t.clauses {
			keys = append(keys, t.clauses[i].variables()...)
		}
		for i := range t.resources {
			keys = append(keys, t.resources[i].template.keys()...)
		}
	}
	return sorted(keys)
}

// tries returns values of a key that are worth a try, and whether there are no
// others in the head's box.
func (f *focus) tries(key string) (values []value, all bool) {
	typ, known := actions.KeyType(key)
	if typ == actions.TypeBool {
		return []value{{}, oneText("true"), oneText("false")}, true
	}
	var u usage
	texts := examplesOf(typ)
	for _, t := range f.terms {
		for i := range t.clauses {
			c := &t.clauses[i]
			if c.key != key {
				continue
			}
			u.add(c, func(*clause, template) ([]pattern, bool) { return nil, true })
			literals, whole := c.literals()
			if t == f.head() && whole && c.isExact() && known && isText(typ) {
				return ofTexts(literals, typ), true
			}
			texts = append(append(texts, literals...), c.examples()...)
		}
	}
	if typ == actions.TypeNumeric || typ == actions.TypeIPAddress {
		if texts, known = u.typed(typ, f.containment); !known {
			texts = nil
		}
	}
	return append([]value{{}}, ofTexts(texts, typ)...), false
}

// isExact reports whether the clause holds for nothing but what it names.
func (c *clause) isExact() bool { return c.quantity == single && !c.negate && !c.ifExists }

// isText reports whether a key of a type has one value, which is any text or ARN.
func isText(t actions.Type) bool { return t == actions.TypeString || t == actions.TypeARN }

// examplesOf returns two texts that a key of a type may have. Nobody says how a
// request spells a date.
func examplesOf(t actions.Type) []string {
	switch t.Element() {
	case actions.TypeARN:
		return []string{somebody.ARN, somebody.ARN + "qzx"}
	case actions.TypeDate:
		return nil
	default:
		return []string{"a", "qzx"}
	}
}

// literals returns the texts that the clause compares its key with, and whether
// it compares with nothing else.
func (c *clause) literals() (texts []string, whole bool) {
	whole = c.family == asText && !c.fold
	if c.family != asText && c.family != asARN {
		return nil, false
	}
	for i := range c.tests {
		t := &c.tests[i]
		text, ok := t.pattern.Text()
		if t.template != nil || t.broken != nil || !ok {
			whole = false
			continue
		}
		texts = append(texts, text)
	}
	return texts, whole
}

// examples returns texts that match the patterns with wildcards that the clause
// compares its key with.
func (c *clause) examples() []string {
	var out []string
	for i := range c.tests {
		p := &c.tests[i].pattern
		if text := p.LiteralPrefix() + "qzx"; c.tests[i].template == nil && p.Match(text) {
			out = append(out, text)
		}
	}
	return out
}

// ofTexts returns the values that a key of a type may have, each once.
func ofTexts(texts []string, t actions.Type) []value {
	values := make([]value, 0, len(texts))
	for _, s := range texts {
		if t == actions.TypeDate || t.Element() == actions.TypeARN && !anARN.Match(s) {
			continue
		}
		if !slices.ContainsFunc(values, func(o value) bool { return o.texts[0] == s }) {
			values = append(values, oneText(s))
		}
	}
	return values
}

func oneText(s string) value { return value{texts: []string{s}} }
