package policy

import (
	"slices"

	"github.com/repligrant/repligrant/internal/diag"
)

// A focus is the search for a request that x allows and y does not, in the box
// of one statement: an Allow that only x has, or a Deny that only y has. Outside
// these boxes there is no such request. In a box few other statements matter.
type focus struct {
	*containment
	x       int
	terms   []*term // the head, which is the statement, and those that matter in its box
	actions set     // of the box
	allowX, denyX,
	allowY, denyY set // those of terms that let the request be one, or keep it from being one
	fixed map[string]value // keys, in lower case, that are looked at for one value only

	doubtList    []termDoubt
	doubtNumbers map[string]int
	listed       map[string]dimension // by what they depend on
	reasons      []reason             // each once
}

// note keeps a reason why nobody can know whether there is a witness.
func (f *focus) note(why reason) {
	if !slices.ContainsFunc(f.reasons, func(r reason) bool { return r.english == why.english }) && len(f.reasons) < manyReasons {
		f.reasons = append(f.reasons, why)
	}
}

// noteAt keeps a reason about the head.
func (f *focus) noteAt(why diag.Text) {
	f.note(because(sentences.Text("compare.at").With("place", f.head().place()).With("problem", why)))
}

// manyReasons bounds the reasons that are kept for one statement.
const manyReasons = 100

func (f *focus) head() *term { return f.terms[0] }

// granted reports whether the head is an Allow of x.
func (f *focus) granted() bool { return f.head().effect == Allow }

func (c *containment) newFocus(x int, head *term) *focus {
	f := &focus{containment: c, x: x, terms: []*term{head}, doubtNumbers: map[string]int{}, listed: map[string]dimension{}}
	f.actions = head.actions.and(c.selected)
	roles := []*set{nil}
	for _, t := range c.near(head) {
		if to := f.role(t); to != nil && t != head && f.touches(t) {
			roles = append(roles, to)
			f.terms = append(f.terms, t)
		}
	}
	f.allowX, f.denyX, f.allowY, f.denyY = f.newSet(), f.newSet(), f.newSet(), f.newSet()
	for i, to := range roles[1:] {
		to.add(i + 1)
	}
	return f
}

// newSet returns an empty set of terms.
func (f *focus) newSet() set { return newSet(len(f.terms)) }

// role returns the set for terms like t; nil if t does not matter.
func (f *focus) role(t *term) *set {
	inX, inY := t.in[f.x], t.in[1-f.x]
	switch allows := t.effect == Allow; {
	case !allows && inX:
		return &f.denyX
	case f.granted() && allows && inY:
		return &f.allowY
	case f.granted() && !allows:
		return &f.denyY
	case !f.granted() && allows && inX:
		return &f.allowX
	default:
		return nil
	}
}

// touches reports whether a term may be about a request of the box.
func (f *focus) touches(t *term) bool {
	if f.budget.Spend(1+len(f.actions)/8) && !f.actions.meets(t.actions) {
		return false
	}
	if !f.head().isPlain || !t.isPlain {
		return true
	}
	return slices.ContainsFunc(f.head().plain, func(p *pattern) bool {
		return slices.ContainsFunc(t.plain, func(q *pattern) bool { return !f.budget.Disjoint(*p, *q) })
	})
}

// A reach finds statements by their resources.
type reach struct {
	prefixes tree[[]int] // those whose resources are plain, by what each begins with
	rest     []int
}

func (r *reach) index(terms []*term) {
	for i, t := range terms {
		t.plain, t.isPlain = t.plainResources()
		if !t.isPlain {
			r.rest = append(r.rest, i)
		}
		for _, p := range t.plain {
			at := r.prefixes.at(p.LiteralPrefix())
			*at = append(*at, i)
		}
	}
}

// near returns the terms that may be about a resource of a head, in order.
func (c *containment) near(head *term) []*term {
	if !head.isPlain {
		c.budget.Spend(len(c.both))
		return c.both
	}
	found := slices.Clone(c.reach.rest)
	for _, p := range head.plain {
		add := func(more *[]int) { found = append(found, *more...) }
		c.reach.prefixes.along(p.LiteralPrefix(), add)
		c.reach.prefixes.under(p.LiteralPrefix(), add)
		if !c.budget.Spend(4 * len(found)) {
			break
		}
	}
	slices.Sort(found)
	var out []*term
	for _, i := range slices.Compact(found) {
		out = append(out, c.both[i])
	}
	return out
}

// plainResources returns the patterns of Resource; false if they do not say it all.
func (s *statement) plainResources() ([]*pattern, bool) {
	if s.notResource || s.resourceless {
		return nil, false
	}
	var out []*pattern
	for i := range s.resources {
		if r := &s.resources[i]; r.broken || r.short || r.template != nil {
			return nil, false
		}
		out = append(out, &s.resources[i].pattern)
	}
	return out, true
}

// A group is some actions of a focus that nothing tells apart: the same terms
// are about them, they take the same resources and have the same keys.
type group struct {
	*focus
	subject *subject // the first of them
	alive   set      // of the focus's terms
	keys    []string // in lower case, of conditions and variables
	known   []bool   // by key: the actions have it
	aliveID string
	id      string // alive and known
	varies  bool   // there are variables
}

// listOnce returns a dimension, which is listed by f if no group like this one
// has it.
func (g *group) listOnce(what string, f func() dimension) dimension {
	id := g.aliveID
	if g.varies {
		id = g.id
	}
	id += what
	d, ok := g.listed[id]
	if !ok {
		d = f()
		g.listed[id] = d
	}
	return d
}

// used are the keys that some terms use.
type used struct {
	keys   []string // in order
	varies bool     // some stand in variables
}

// groups returns the groups of the head's actions, in the order of the first.
func (f *focus) groups() []*group {
	var out []*group
	seen := map[string]bool{}
	byAlive := map[string]used{}
	f.actions.all(func(i int) {
		if !f.budget.Spend(8 + len(f.terms)/8) {
			return
		}
		g := &group{focus: f, subject: &f.subjects[i], alive: f.about(i)}
		g.aliveID = string(g.alive.appendKey(nil))
		u, ok := byAlive[g.aliveID]
		if !ok {
			u = g.used()
			byAlive[g.aliveID] = u
		}
		g.keys, g.varies = u.keys, u.varies
		id := []byte(g.aliveID)
		for _, k := range g.keys {
			knows := g.subject.knows(k)
			g.known = append(g.known, knows)
			id = append(id, byte(truthOf(knows)))
		}
		g.id = string(id)
		if key := g.id + g.subject.kinds.name; !seen[key] {
			seen[key] = true
			out = append(out, g)
		}
	})
	return out
}

// about returns the terms that are about an action.
func (f *focus) about(i int) set {
	alive := f.newSet()
	for n, t := range f.terms {
		if t.actions.has(i) {
			alive.add(n)
		}
	}
	return alive
}

// used returns the keys that the terms of the group use.
func (g *group) used() used {
	var keys, variables []string
	g.alive.all(func(n int) {
		t := g.terms[n]
		for i := range t.clauses {
			keys = append(keys, t.clauses[i].key)
			variables = append(variables, t.clauses[i].variables()...)
		}
		for i := range t.resources {
			variables = append(variables, t.resources[i].template.keys()...)
		}
	})
	return used{sorted(append(keys, variables...)), len(variables) > 0}
}

// value returns the value of a key that has one only: the actions do not have
// it, or the search is for one value.
func (g *group) value(key string) (value, bool) {
	if i, ok := slices.BinarySearch(g.keys, key); !ok || !g.known[i] {
		return value{}, true
	}
	v, ok := g.fixed[key]
	return v, ok
}

// settled reports whether all variables of a text have one value only.
func (g *group) settled(t template) bool {
	return !slices.ContainsFunc(t.keys(), func(key string) bool { _, ok := g.value(key); return !ok })
}

func (g *group) lookup(key string) value {
	v, _ := g.value(key)
	return v
}

// search looks for a witness. Where there may be one and nobody can know, it
// notes the reasons.
func (f *focus) search() *Witness {
	if f.complex && slices.ContainsFunc(f.head().statement.actions, func(p pattern) bool { return reachesOutside(&p) }) {
		f.noteAt(sentences.Text(compareTooComplex))
	}
	for _, g := range f.groups() {
		dims, ok := g.dimensions()
		if !ok {
			continue
		}
		states, err := g.fold(dims)
		if err != nil {
			f.noteAt(textOf(err))
			continue
		}
		for _, s := range states {
			if w := g.judge(dims, s); w != nil {
				return w
			}
		}
	}
	if f.listed = nil; f.spent() {
		f.noteAt(sentences.Text(compareTooComplex))
	}
	return nil
}

// compareTooComplex is the key of what takes too long to decide, and what it says.
const compareTooComplex = "pattern-too-complex"
