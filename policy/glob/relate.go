package glob

import (
	"errors"
	"slices"
	"strings"
)

// DefaultBudget is a number of states that no pattern seen in a policy comes
// near (they stay below 200), and that takes some milliseconds.
const DefaultBudget = 50_000

// ErrTooComplex says that patterns cannot be compared within the budget. Many
// runs in several patterns do that, and a run followed by many ?.
var ErrTooComplex = errors.New("the patterns are too complex to compare")

// maxPairs bounds the pairs of positions that are looked at to see whether two
// patterns meet. Policies hold texts of some thousand characters at most.
const maxPairs = 1 << 26

// Disjoint reports whether no text is in both patterns. Of patterns that both
// have thousands of characters it says that they are not disjoint.
func Disjoint(p, q Pattern) bool {
	a, b := p.get(), q.get()
	n := min(len(a.prefix), len(b.prefix))
	if a.prefix[:n] != b.prefix[:n] {
		return true
	}
	if text, ok := a.text(); ok {
		return !b.match(text)
	}
	if text, ok := b.text(); ok {
		return !a.match(text)
	}
	if a.plainlyContains(b) || b.plainlyContains(a) {
		return false
	}
	return (a.size()+1)*(b.size()+1) <= maxPairs && !meet(a.tokens(), b.tokens())
}

// meet reports whether some text matches both lists of tokens, by the pairs of
// positions that one text can lead to.
func meet(a, b []token) bool {
	width := len(b) + 1
	seen := make([]bool, (len(a)+1)*width)
	todo := []int{0}
	visit := func(i, j int) {
		if n := i*width + j; !seen[n] {
			seen[n] = true
			todo = append(todo, n)
		}
	}
	for len(todo) > 0 {
		i, j := todo[len(todo)-1]/width, todo[len(todo)-1]%width
		todo = todo[:len(todo)-1]
		if i == len(a) && j == len(b) {
			return true
		}
		runA, runB := i < len(a) && a[i].kind == run, j < len(b) && b[j].kind == run
		if runA {
			visit(i+1, j)
		}
		if runB {
			visit(i, j+1)
		}
		if i < len(a) && j < len(b) && overlap(a[i], b[j]) {
			visit(after(i, runA), after(j, runB))
		}
	}
	return false
}

// after returns the position after one character is read at i.
func after(i int, isRun bool) int {
	if isRun {
		return i
	}
	return i + 1
}

// overlap reports whether a character exists that both tokens match.
func overlap(a, b token) bool {
	switch {
	case a.kind == char:
		return b.matches(a.char)
	case b.kind == char:
		return a.matches(b.char)
	case a.kind == fold && b.kind == fold:
		return a.char == b.char
	}
	return true // a wildcard lacks one character at most, a fold of that has no case
}

// Contains reports whether every text of q is in p. It is exact, or the error
// is [ErrTooComplex].
func Contains(p, q Pattern) (bool, error) {
	in, _, err := contains(p, q, maxWork)
	return in, err
}

// contains is Contains with some work at most, and says what it took.
func contains(p, q Pattern, limit int) (in bool, work int, err error) {
	a, b := p.get(), q.get()
	if a.plainlyContains(b) {
		return true, 1, nil
	}
	if text, ok := b.text(); ok {
		return a.match(text), 1, nil
	}
	n := min(len(a.prefix), len(b.prefix))
	if a.prefix[:n] != b.prefix[:n] || len(a.prefix) > len(b.prefix) {
		return false, 1, nil
	}
	x, y := a.tokens(), b.tokens()
	s := search{a: newAutomaton(x), b: y, alphabet: alphabet(x, y), limit: limit}
	in, err = s.run()
	return in, s.work + stateCost*s.states, err
}

// plainlyContains sees what needs no search: p is all texts with a prefix that
// all of q have, or the same pattern.
func (p *compiled) plainlyContains(q *compiled) bool {
	if p.shape == prefixed {
		return strings.HasPrefix(q.prefix, p.prefix)
	}
	return p.same(q)
}

// A search looks for a text of b that is not in a. Where it reaches a position
// of b a second time, it goes on only if less of a is open than before: what
// fails with more fails with less.
type search struct {
	a        automaton
	b        []token
	alphabet []rune
	least    [][]set // by position of b: the sets of a that it was reached with
	todo     []reached
	states   int
	work     int // words of sets looked at
	limit    int // of work
}

type reached struct {
	at  int
	set set
}

func (s *search) run() (bool, error) {
	s.least = make([][]set, len(s.b)+1)
	start := make(set, s.a.words)
	s.a.start(start)
	s.reach(0, start)
	for len(s.todo) > 0 {
		if s.states > DefaultBudget || s.work > s.limit {
			return false, ErrTooComplex
		}
		now := s.todo[len(s.todo)-1]
		s.todo = s.todo[:len(s.todo)-1]
		if now.at == len(s.b) {
			if !s.a.accepts(now.set) {
				return false, nil
			}
			continue
		}
		s.read(now)
	}
	return true, nil
}

// read goes on from one state with each character that b can read there.
func (s *search) read(now reached) {
	t := s.b[now.at]
	next := after(now.at, t.kind == run)
	if t.kind == run {
		s.reach(now.at+1, now.set)
	}
	for _, c := range s.alphabet {
		if !t.matches(c) {
			continue
		}
		to := make(set, s.a.words)
		s.work += s.a.words
		s.a.step(to, now.set, c)
		s.reach(next, to)
	}
}

func (s *search) reach(at int, to set) {
	s.work += len(s.least[at])
	if slices.ContainsFunc(s.least[at], func(o set) bool { return o.within(to) }) {
		return
	}
	s.least[at] = append(slices.DeleteFunc(s.least[at], to.within), to)
	s.todo = append(s.todo, reached{at, to})
	s.states++
}
