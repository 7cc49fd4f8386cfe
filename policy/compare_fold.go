package policy

import (
	"slices"
)

// A dimension is one respect in which requests of a group differ. Its atoms are
// the classes that the terms at hand tell apart, or one for each of their
// effects on what is sought.
type dimension struct {
	atoms []atom
	key   string // of a condition key, as a policy spells it
	err   error  // the atoms cannot be listed
}

// An effect is what is left of the terms of a group: those that may be about
// the request, and the doubts about them.
type effect struct {
	alive set
	open  []int // in order
}

// An atom is a class of resources, principals or values.
type atom struct {
	effect
	text   string // the resource
	caller *Caller
	value  value
}

// A state is an effect with one way to it: an atom of each dimension.
type state struct {
	effect
	path []int
}

const (
	// maxMasks bounds the states between two dimensions.
	maxMasks = 65_536
	// joinCost is what it costs to join two effects, beside their sets.
	joinCost = 32
)

var errTooComplex = failing(compareTooComplex)

// fold joins the dimensions one by one. It keeps the states from which a request
// that is sought can be reached best.
func (g *group) fold(dims []dimension) ([]state, error) {
	states := []state{{effect: effect{alive: g.alive}}}
	for _, d := range dims {
		if d.err != nil {
			return nil, d.err
		}
		if !g.budget.Spend(len(states) * len(d.atoms) * (joinCost + len(g.alive))) {
			return nil, errTooComplex
		}
		var next []state
		seen := map[string]bool{}
		for _, s := range states {
			for i := range d.atoms {
				e := g.join(s.effect, d.atoms[i].effect)
				if key := e.id(); !seen[key] {
					seen[key] = true
					next = append(next, state{e, append(slices.Clip(s.path), i)})
				}
			}
		}
		if states = g.best(next); len(states) > maxMasks {
			return nil, errTooComplex
		}
	}
	return states, nil
}

func (g *group) join(a, b effect) effect {
	e := effect{alive: a.alive.and(b.alive)}
	if len(a.open)+len(b.open) == 0 {
		return e
	}
	for _, n := range append(slices.Clone(a.open), b.open...) {
		if e.alive.has(g.doubtList[n].term) {
			e.open = append(e.open, n)
		}
	}
	slices.Sort(e.open)
	e.open = slices.Compact(e.open)
	return e
}

func (e effect) id() string {
	b := e.alive.appendKey(nil)
	for _, n := range e.open {
		b = append(b, byte(n), byte(n>>8), byte(n>>16))
	}
	return string(b)
}

// manyStates is from where on looking for the best states takes longer than it saves.
const manyStates = 2048

// best drops the states for which another is at least as good.
func (g *group) best(states []state) []state {
	if len(states) > manyStates {
		return states
	}
	var out []state
	for _, s := range states {
		if !g.budget.Spend(1 + len(out)*(1+len(s.alive)/2)) {
			return states
		}
		if slices.ContainsFunc(out, func(o state) bool { return g.better(o.effect, s.effect) }) {
			continue
		}
		out = slices.DeleteFunc(out, func(o state) bool { return g.better(s.effect, o.effect) })
		out = append(out, s)
	}
	return out
}

// better reports whether every request that is sought can be reached from a if
// one can from b: a has more of what lets it be one and less of what keeps it
// from that, and the same doubts.
func (f *focus) better(a, b effect) bool {
	return slices.Equal(a.open, b.open) &&
		a.alive.within(b.alive, f.denyX) && a.alive.within(b.alive, f.allowY) &&
		b.alive.within(a.alive, f.allowX) && b.alive.within(a.alive, f.denyY)
}

// sought reports whether x allows the request and y does not, if exactly the
// terms in on are about it.
func (f *focus) sought(on set) bool {
	switch {
	case !on.has(0) || on.meets(f.denyX):
		return false
	case f.granted():
		return !on.meets(f.allowY) || on.meets(f.denyY)
	default:
		return on.meets(f.allowX)
	}
}

// maxDoubts bounds the variables whose values are tried.
const maxDoubts = 12

// judge returns the witness of a state, if x exceeds y in it for certain. If it
// may, that is noted.
func (g *group) judge(dims []dimension, s state) *Witness {
	may, must := g.verdict(s.effect)
	switch {
	case must && g.budget.Spend(replayCost+len(g.both)):
		return g.witness(dims, s)
	case may:
		for _, v := range g.variables(s.effect) {
			g.note(g.doubts.why[v])
		}
	}
	return nil
}

// verdict tries all values of the variables.
func (g *group) verdict(e effect) (may, must bool) {
	variables := g.variables(e)
	if len(variables) > maxDoubts || !g.budget.Spend((joinCost+len(e.alive))<<len(variables)) {
		return true, false
	}
	must = true
	world := map[int]bool{}
	for n := range 1 << len(variables) {
		for i, v := range variables {
			world[v] = n&(1<<i) != 0
		}
		sought := g.sought(g.left(e, world))
		may, must = may || sought, must && sought
	}
	return may, must
}

func (g *group) variables(e effect) []int {
	var out []int
	for _, n := range e.open {
		out = append(out, g.doubtList[n].any...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// left returns the terms that are about the request in a world.
func (g *group) left(e effect, world map[int]bool) set {
	on := slices.Clone(e.alive)
	for _, n := range e.open {
		if d := g.doubtList[n]; !d.in(world) {
			on.remove(d.term)
		}
	}
	return on
}
