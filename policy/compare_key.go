package policy

import (
	"encoding/base64"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/actions"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy/glob"
)

// A keyed is one condition key of a group, with the clauses about it.
type keyed struct {
	*group
	name    string
	clauses map[int][]int // by term
	unknown bool          // its values cannot be listed: one stands for all
}

// key returns the dimension of a condition key; without name if no clause is
// about it.
func (g *group) key(name string) dimension {
	k := &keyed{group: g, name: name, clauses: map[int][]int{}}
	spelled := ""
	g.alive.all(func(n int) {
		for i := range g.terms[n].clauses {
			if c := &g.terms[n].clauses[i]; c.key == name {
				k.clauses[n] = append(k.clauses[n], i)
				if spelled == "" {
					spelled = c.name
				}
			}
		}
	})
	if spelled == "" {
		return dimension{}
	}
	d := dimension{key: spelled}
	values := k.values()
	if !k.budget.Spend(len(values) * k.cost()) {
		return dimension{key: spelled, err: errTooComplex}
	}
	for _, v := range values {
		if e, ok := g.effect(func(n int) answer { return k.answer(n, v) }); ok {
			d.atoms = append(d.atoms, atom{effect: e, value: v})
		}
	}
	d.atoms = g.bestAtoms(d.atoms)
	return d
}

// cost is what it costs to answer all clauses about one value.
func (k *keyed) cost() int {
	n := len(k.terms)
	k.on(func(c *clause) { n += 4 + len(c.tests) })
	return n
}

// answer answers whether all clauses of a term about the key hold for a value.
func (k *keyed) answer(n int, v value) answer {
	a := certainly(yes)
	for _, i := range k.clauses[n] {
		a = a.and(k.clause(k.terms[n], i, v))
	}
	return a
}

// clause answers whether the ith clause of a term holds for a value.
func (k *keyed) clause(t *term, i int, v value) answer {
	c := &t.clauses[i]
	whole := func() answer {
		return perhaps(false, k.doubts.number("clause "+t.clauseID(i), func() diag.Text { return t.say("compare.key", "key", c.name).With("problem", c.doubt()) }))
	}
	settled := !slices.ContainsFunc(c.tests, func(t test) bool { return !k.settled(t.template) })
	switch {
	case c.broken != nil:
		return perhaps(false, k.doubts.number("clause "+t.clauseID(i), func() diag.Text { return t.say("compare.at").With("problem", *c.broken) }))
	case v.absent() || c.family == asPresence || settled && !k.unknown:
		if r := c.holds(v, k.lookup); r != open {
			return certainly(r)
		}
		return whole()
	case k.unknown || c.quantity != single || len(v.texts) != 1:
		return whole()
	default:
		return k.templates(t, i, v.texts[0])
	}
}

// clauseID is the same for clauses that say the same.
func (t *term) clauseID(i int) string { return t.source.Condition[i].identity(t.variables) }

// templates answers a clause about one value, some tests of which have variables
// of any value.
func (k *keyed) templates(t *term, i int, text string) answer {
	c := &t.clauses[i]
	var doubts []int
	for j := range c.tests {
		x := &c.tests[j]
		if k.settled(x.template) {
			switch c.match(x, text, k.lookup) {
			case yes:
				return certainly(c.sign(yes))
			case open:
				doubts = append(doubts, k.doubts.number("clause "+t.clauseID(i), func() diag.Text { return t.say("compare.key", "key", c.name).With("problem", c.doubt()) }))
			case no:
			}
			continue
		}
		if c.family == asBool || c.widest(x.template).Match(text) {
			id := fmt.Sprintf("condition %v %q %#v", c.withoutSign(), c.key, x.template)
			doubts = append(doubts, k.doubts.variable(id, t, "compare.key-variable", "key", c.name))
		}
	}
	if doubts == nil {
		return certainly(c.sign(no))
	}
	return perhaps(c.negate, doubts...)
}

// withoutSign is the operator of the clause, or the one that it negates.
func (c *clause) withoutSign() operator {
	o := c.operator
	o.negate, o.ifExists = false, false
	return o
}

// widest is the pattern of what a text may be, whatever the variables are.
func (c *clause) widest(t template) pattern {
	switch {
	case c.fold:
		return glob.Compile("*")
	case c.wild:
		return glob.CompileEscaped(t.widest())
	}
	var text strings.Builder
	for _, s := range t {
		if s.key != "" {
			text.WriteByte('*')
		}
		text.WriteString(glob.Escape(unescape(s.text)))
	}
	return glob.CompileEscaped(text.String())
}

// values returns values such that each value of the key is like one of them in
// every clause, absence first.
func (k *keyed) values() []value {
	if v, ok := k.value(k.name); ok {
		return []value{v}
	}
	typ, texts := k.texts()
	if texts == nil {
		k.unknown = true
		return []value{{}, {texts: []string{"a"}}}
	}
	if typ.Multivalued() {
		return k.sets(texts)
	}
	values := []value{{}}
	for _, s := range texts {
		values = append(values, value{texts: []string{s}})
	}
	return values
}

// on calls f for each clause about the key.
func (k *keyed) on(f func(*clause)) {
	for n := range k.terms {
		for _, i := range k.clauses[n] {
			f(&k.terms[n].clauses[i])
		}
	}
}

// texts returns one text of each class of single values of the key, and the type
// of the key. There are none if they cannot be listed.
func (k *keyed) texts() (actions.Type, []string) {
	var u usage
	several := false
	k.on(func(c *clause) {
		u.add(c, k.patterns)
		several = several || c.quantity != single
	})
	typ, known := actions.KeyType(k.name)
	if !known && several {
		typ = actions.TypeArrayOfString
	}
	if several && u.types() == 0 && !u.families[asBinary] {
		u.patterns = append(u.patterns, glob.Literal("")) // to a set operator an empty value is none
	}
	texts, ok := u.typed(typ, k.containment)
	if u.families[asBinary] {
		texts, ok = k.binaries(&u)
	}
	if !ok {
		return typ, nil
	}
	return typ, texts
}

// patterns returns the patterns that a template may become.
func (k *keyed) patterns(c *clause, t template) ([]pattern, bool) {
	if !k.settled(t) {
		return []pattern{c.widest(t)}, true
	}
	text, known := t.expand(k.lookup)
	if known == no {
		return nil, true
	}
	return []pattern{c.compile(text, true)}, true
}

// classTexts returns one text of each class of a pattern; false if they cannot be
// listed.
func (c *containment) classTexts(of pattern, by []pattern) ([]string, bool) {
	classes, err := c.budget.Classes(of, by)
	texts := make([]string, len(classes))
	for i := range classes {
		texts[i] = classes[i].Witness
	}
	return texts, err == nil
}

// typed returns one text of each class of a type; it reports false if they
// cannot be listed.
func (u *usage) typed(t actions.Type, c *containment) ([]string, bool) {
	plain := u.plain(t)
	switch {
	case t == actions.TypeBool:
		return []string{"true", "false"}, true
	case t.Element() == actions.TypeARN && u.types() == 0:
		return c.arnTexts(u.patterns)
	case t.Multivalued() && u.types() == 0:
		return c.classTexts(glob.Compile("?*"), u.patterns) // nothing is no value
	case t == actions.TypeNumeric:
		return u.wholeNumbers(), plain && len(u.networks) == 0
	case t == actions.TypeDate:
		return numberTexts(u.points), plain && len(u.networks) == 0
	case t == actions.TypeIPAddress:
		return addressTexts(u.networks), plain && len(u.points) == 0
	case u.types() == 0 && !u.broken && !u.families[asBinary]:
		return c.classTexts(glob.Compile("*"), u.patterns)
	default:
		return u.texts(glob.Compile("*"))
	}
}

// plain reports whether all texts that a number or an address is compared with
// are without wildcards, and adds those that are one. A date has many spellings,
// and nobody says which one a request has.
func (u *usage) plain(t actions.Type) bool {
	if len(u.patterns) == 0 || t != actions.TypeNumeric && t != actions.TypeIPAddress {
		return len(u.patterns) == 0
	}
	spelled := map[string]string{}
	for _, p := range u.patterns {
		text, ok := p.Text()
		if !ok {
			return false
		}
		if n, err := parseNumber(text); err == nil && t == actions.TypeNumeric {
			if spelled[exact(n)] != "" && spelled[exact(n)] != text {
				return false // which of them does a request have?
			}
			spelled[exact(n)] = text
			u.points = append(u.points, n)
		}
		if a, err := parseAddress(text); err == nil && t == actions.TypeIPAddress {
			u.networks = append(u.networks, netip.PrefixFrom(a, a.BitLen()))
		}
	}
	return true
}

// binaries returns the values of binary tests, and one that is none of them.
func (k *keyed) binaries(u *usage) ([]string, bool) {
	var all []string
	k.on(func(c *clause) {
		for _, t := range c.tests {
			all = append(all, t.binary)
		}
	})
	other := "a"
	for slices.Contains(all, other) {
		other += "a"
	}
	texts := make([]string, 0, len(all)+1)
	for _, b := range append(sorted(all), other) {
		texts = append(texts, base64.StdEncoding.EncodeToString([]byte(b)))
	}
	return texts, u.types() == 0 && len(u.patterns) == 0
}

// sets returns sets of texts such that every set is like one of them. A set
// with one text more answers clauses by what the set without it answers, so it
// is enough to go on from one of those that answer alike.
func (k *keyed) sets(texts []string) []value {
	values := []value{{}}
	seen := map[string]bool{}
	cost := joinCost + 4*k.cost()
	for i := 0; i < len(values) && k.budget.Spend(len(texts)*cost); i++ {
		for _, s := range texts {
			v := value{texts: append(slices.Clip(values[i].texts), s)}
			if id := k.answers(v); !slices.Contains(values[i].texts, s) && !seen[id] {
				seen[id] = true
				values = append(values, v)
			}
		}
		if len(values) > maxStates {
			k.unknown = true
			return []value{{}, {texts: texts[:1]}}
		}
	}
	return values
}

// answers is the same for sets that all clauses answer alike, now and with one
// text more.
func (k *keyed) answers(v value) string {
	id := fmt.Appendln(nil, min(len(v.texts), 2))
	for n := range k.terms {
		for _, i := range k.clauses[n] {
			id = fmt.Appendln(id, k.clause(k.terms[n], i, v))
		}
	}
	return string(id)
}
