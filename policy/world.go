package policy

import "slices"

// maxWorlds bounds the combinations of what is not known that are looked at for
// one class of resources.
const maxWorlds = 65_536

// maxWork bounds the worlds times the statements that are looked at in each.
const maxWork = 1 << 24

// An axis is one thing that is not known, with its possible states. A world
// picks one state of each axis; in a world everything is known.
type axis struct {
	size   int
	values []value   // of a context key
	every  string    // the key, if the request stands for each of its values
	says   []summary // of documents that were not read
	open   []Open    // what a caller is told if the decision depends on it
}

// A summary is what a document that was not read may say.
type summary struct {
	allows bool
	denies bool
	grant  grant // of a resource policy
}

// A world is the state of each axis.
type world []int

// An expr is a question that each world answers: the table has an answer for
// each combination of the states of its axes, the last axis going fastest. The
// zero expr is always true.
type expr struct {
	axes  []int
	sizes []int
	table []bool
}

func (e *expr) offset(w world) int {
	i := 0
	for n, a := range e.axes {
		i = i*e.sizes[n] + w[a]
	}
	return i
}

func (e *expr) in(w world) bool { return e.table == nil || e.table[e.offset(w)] }

// constant reports whether e has the same answer in all worlds, and which.
func (e *expr) constant() (answer, ok bool) {
	if e.table == nil {
		return true, true
	}
	return e.table[0], !slices.Contains(e.table, !e.table[0])
}

// never is the expr that is always false.
func never() expr { return expr{table: []bool{false}} }

// A space is the product of some axes.
type space struct {
	axes    []int
	sizes   []int
	strides []int // by which a world's number changes with the axis's state
	size    int
}

// newSpace returns the space of the axes in use; false if it is too large.
func newSpace(all []axis, used []int) (space, bool) {
	s := space{axes: used, size: 1}
	for _, a := range used {
		s.sizes = append(s.sizes, all[a].size)
		s.strides = append(s.strides, s.size)
		if s.size *= all[a].size; s.size > maxWorlds {
			return s, false
		}
	}
	return s, true
}

// set makes w the world of a number.
func (s *space) set(w world, number int) {
	for i, a := range s.axes {
		w[a] = number / s.strides[i] % s.sizes[i]
	}
}

// matters reports whether the ith axis of s alone can change an answer that
// each world has.
func (s *space) matters(i int, answer func(number int) bool) bool {
	for number := range s.size {
		state := number / s.strides[i] % s.sizes[i]
		if state > 0 && answer(number) != answer(number-state*s.strides[i]) {
			return true
		}
	}
	return false
}
