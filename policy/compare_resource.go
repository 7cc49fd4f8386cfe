package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/policy/glob"
)

// A place is one value of Resource in a group: the column of its pattern, and
// whether a resource in it is only perhaps one that the statement means.
type place struct {
	column int // or matchesNone, matchesAll
	doubt  int // a variable, or -1
}

// Columns are a list of patterns, each once.
type columns struct {
	list  []pattern
	known map[string][]int // by text
}

func (c *columns) number(p pattern) int {
	for _, i := range c.known[p.String()] {
		if c.list[i].Equal(p) {
			return i
		}
	}
	c.known[p.String()] = append(c.known[p.String()], len(c.list))
	c.list = append(c.list, p)
	return len(c.list) - 1
}

// A split is the resources of a group, about to be split.
type split struct {
	*group
	columns columns
	places  map[int][]place // by term
	cost    int             // of looking at all of them
	located []pattern       // all ARNs, and those of each partition that has to be told apart
	atoms   []atom
}

// resources returns the dimension of resources.
func (g *group) resources() dimension {
	s := &split{group: g, columns: columns{known: map[string][]int{}}, places: map[int][]place{}}
	g.alive.all(func(n int) {
		s.places[n] = s.placesOf(g.terms[n])
		s.cost += 1 + len(s.places[n])
	})
	if len(g.subject.kinds.list) == 0 {
		s.single("*")
	}
	s.located = append([]pattern{glob.CompileARN("arn:*:*:*:*:*")}, inPartitions(partitionsApart(s.columns.list))...)
	for i := range g.subject.kinds.list {
		k := &g.subject.kinds.list[i]
		for _, of := range s.bases(k) {
			if err := s.add(of, k); err != nil {
				return dimension{err: errTooComplex}
			}
		}
	}
	slices.SortStableFunc(s.atoms, func(a, b atom) int { return cmp.Or(len(a.text)-len(b.text), strings.Compare(a.text, b.text)) })
	return dimension{atoms: g.bestAtoms(s.atoms)}
}

// single adds one resource, if the universe holds it.
func (s *split) single(text string) {
	if s.within != nil && !s.within.Match(text) {
		return
	}
	c := glob.Class{Witness: text, In: make([]bool, len(s.columns.list))}
	for i := range s.columns.list {
		c.In[i] = s.columns.list[i].Match(text)
	}
	s.class(c)
}

// bases returns the patterns that hold what the head says of a kind.
func (s *split) bases(k *resourceKind) []pattern {
	heads, plain := s.head().plainResources()
	if !plain {
		return []pattern{s.narrowed(k.pattern)}
	}
	var out []pattern
	for _, p := range heads {
		if all, err := s.budget.Contains(*p, k.pattern); all && err == nil {
			return []pattern{s.narrowed(k.pattern)}
		}
		if !s.budget.Disjoint(*p, k.pattern) {
			out = append(out, s.narrowed(*p))
		}
	}
	return out
}

// narrowed is the universe if that is in p, else p.
func (s *split) narrowed(p pattern) pattern {
	if s.within == nil {
		return p
	}
	if in, err := s.budget.Contains(p, *s.within); in && err == nil {
		return *s.within
	}
	return p
}

// add splits what is in a pattern, of a kind and in the universe.
func (s *split) add(of pattern, k *resourceKind) error {
	own, beyond, within := s.columns.number(k.pattern), -1, -1
	if k.bounded {
		beyond = s.columns.number(k.beyond)
	}
	if s.within != nil {
		within = s.columns.number(*s.within)
	}
	by, n := s.columns.list, len(s.columns.list)
	if strings.Count(of.LiteralPrefix(), ":") < 2 {
		by = slices.Concat(by, s.located)
	}
	classes, err := s.budget.Classes(of, by)
	if err != nil || !s.budget.Spend(len(classes)*s.cost) {
		return errTooComplex
	}
	for _, c := range classes {
		if !isNowhere(c.In[n:]) && c.In[own] && (beyond < 0 || !c.In[beyond]) && (within < 0 || c.In[within]) {
			s.class(c)
		}
	}
	return nil
}

// isNowhere reports whether a class is of ARNs that lie in no partition, by what it
// has of located.
func isNowhere(in []bool) bool { return len(in) > 0 && in[0] && !slices.Contains(in[1:], true) }

func (s *split) class(c glob.Class) {
	if e, ok := s.effect(func(n int) answer { return s.about(n, c.In) }); ok {
		s.atoms = append(s.atoms, atom{effect: e, text: c.Witness})
	}
}

// about answers whether a term is about a class of resources.
func (s *split) about(n int, in []bool) answer {
	not := s.terms[n].notResource
	var open []int
	for _, p := range s.places[n] {
		switch {
		case p.column == matchesNone || p.column >= 0 && !in[p.column]:
		case p.doubt < 0:
			return certainly(truthOf(!not))
		default:
			open = append(open, p.doubt)
		}
	}
	if open != nil {
		return perhaps(not, open...)
	}
	return certainly(truthOf(not))
}

// placesOf returns the places of a term's resources.
func (s *split) placesOf(t *term) []place {
	switch {
	case t.resourceless && s.named:
		return []place{{matchesAll, -1}}
	case t.resourceless:
		return []place{{matchesAll, s.doubts.variable("resourceless", t, "compare.no-resource")}}
	}
	var out []place
	for i := range t.resources {
		out = append(out, s.placesFor(t, &t.resources[i])...)
	}
	return out
}

func (s *split) placesFor(t *term, r *resource) []place {
	switch {
	case r.broken:
		return []place{{matchesAll, s.doubts.variable("resource "+t.id, t, "compare.variable")}}
	case r.short:
		if _, ok := r.pattern.Text(); ok {
			return nil
		}
		return []place{{s.columns.number(r.pattern), s.doubts.variable("short resource", t, "compare.short", "resource", r.pattern.String())}}
	case r.template == nil:
		return []place{{s.columns.number(r.pattern), -1}}
	case s.settled(r.template):
		return s.settledPlaces(t, r)
	default:
		return s.openPlaces(t, r)
	}
}

// settledPlaces is for a resource with variables whose values are given.
func (s *split) settledPlaces(t *term, r *resource) []place {
	text, known := r.template.expand(s.lookup)
	switch {
	case known == yes:
		return []place{{s.columns.number(glob.CompileARNEscaped(text)), -1}}
	case known == no && !t.notResource:
		return nil
	case known == open && !t.notResource:
		why := s.doubts.variable(fmt.Sprintf("empty %#v", r.template), t, "compare.empty-variable")
		return []place{{s.columns.number(glob.CompileARNEscaped(text)), why}}
	default:
		return s.unresolved(t, r)
	}
}

// unresolved is for a variable in NotResource whose key may be missing: AWS does
// not say what the statement is about then.
func (s *split) unresolved(t *term, r *resource) []place {
	return []place{{matchesAll, s.doubts.variable(fmt.Sprintf("missing %#v", r.template), t, "compare.no-variable")}}
}

// openPlaces is for a resource with variables of any value: it is perhaps about
// each resource that it would be about with * in their place.
func (s *split) openPlaces(t *term, r *resource) []place {
	out := []place{{
		s.columns.number(glob.CompileARNEscaped(r.template.widest())),
		s.doubts.variable(fmt.Sprintf("resource %#v", r.template), t, "compare.open-variable"),
	}}
	if t.notResource && !r.template.hasFallbacks() {
		out = append(out, s.unresolved(t, r)...)
	}
	return out
}

// widest puts * in place of the variables.
func (t template) widest() string {
	var text strings.Builder
	for _, s := range t {
		if s.key != "" {
			text.WriteByte('*')
		}
		text.WriteString(s.text)
	}
	return text.String()
}

// hasFallbacks reports whether every variable has a default.
func (t template) hasFallbacks() bool {
	for _, s := range t {
		if s.key != "" && !s.hasFallback {
			return false
		}
	}
	return true
}

// effect asks for each term of the group whether an atom leaves it; false if
// that is not so for the head.
func (g *group) effect(ask func(n int) answer) (effect, bool) {
	e := effect{alive: g.newSet()}
	for n := range g.terms {
		if !g.alive.has(n) {
			continue
		}
		a := ask(n)
		if a.truth == no {
			if n == 0 {
				return e, false
			}
			continue
		}
		e.alive.add(n)
		for _, d := range a.doubts {
			e.open = append(e.open, g.number(n, d))
		}
	}
	return e, true
}

// bestAtoms drops the atoms for which another is at least as good.
func (g *group) bestAtoms(atoms []atom) []atom {
	var states []state
	seen := map[string]bool{}
	for i, a := range atoms {
		e := g.join(a.effect, effect{alive: g.alive})
		if key := e.id(); !seen[key] {
			seen[key] = true
			states = append(states, state{e, []int{i}})
		}
	}
	var out []atom
	for _, s := range g.best(states) {
		a := atoms[s.path[0]]
		a.effect = s.effect
		out = append(out, a)
	}
	return out
}
