package glob

import (
	"iter"
	"math/bits"
	"slices"
)

// A set is a set of positions in the tokens of a pattern: where a reader of
// some text may be. Position len(tokens) is the end.
type set []uint64

func (s set) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }
func (s set) add(i int)      { s[i/64] |= 1 << (i % 64) }

// within reports whether every position of s is in o.
func (s set) within(o set) bool {
	for i, w := range s {
		if w&^o[i] != 0 {
			return false
		}
	}
	return true
}

// positions calls f for each position, in order.
func (s set) positions(f func(int)) {
	for i, w := range s {
		for ; w != 0; w &= w - 1 {
			f(i*64 + bits.TrailingZeros64(w))
		}
	}
}

// An automaton reads texts of a pattern.
type automaton struct {
	tokens []token
	runs   []int // the positions of runs
	// covers gives, for each run, the first position that it makes
	// superfluous: whatever can be read from there can be read from the run.
	covers []int
	words  int // length of its sets
}

func newAutomaton(tokens []token) automaton {
	a := automaton{tokens: tokens, covers: make([]int, len(tokens)), words: len(tokens)/64 + 1}
	first := map[token]int{} // for each kind of run: from where on it covers all
	for i, t := range tokens {
		if t.kind == run {
			a.runs = append(a.runs, i)
			if _, known := first[t]; !known {
				first[t] = firstCovered(tokens[:i], t)
			}
			a.covers[i] = first[t]
		}
		for kind := range first {
			if !kind.covers(t) {
				first[kind] = i + 1
			}
		}
	}
	return a
}

// firstCovered returns from where on the run t covers all of some tokens.
func firstCovered(tokens []token, t token) int {
	i := len(tokens)
	for i > 0 && t.covers(tokens[i-1]) {
		i--
	}
	return i
}

// covers reports whether the run t reads whatever o reads.
func (t token) covers(o token) bool {
	if t.char == none || o.wild() && o.char == t.char {
		return true
	}
	return !o.wild() && !o.matches(t.char)
}

// start puts the positions before any text into s, which is empty.
func (a automaton) start(s set) { a.enter(s, 0) }

// enter adds position i and those that are reached from it without reading.
func (a automaton) enter(s set, i int) {
	for ; i < len(a.tokens) && a.tokens[i].kind == run; i++ {
		s.add(i)
	}
	s.add(i)
}

// step puts into to, which is empty, the positions after reading c.
func (a automaton) step(to, from set, c rune) {
	from.positions(func(i int) {
		switch {
		case i == len(a.tokens) || !a.tokens[i].matches(c):
		case a.tokens[i].kind == run:
			a.enter(to, i)
		default:
			a.enter(to, i+1)
		}
	})
	a.prune(to)
}

// prune takes out what the last run in s makes superfluous. Without it the
// product of two patterns has states that differ in nothing.
func (a automaton) prune(s set) {
	for _, i := range slices.Backward(a.runs) {
		if !s.has(i) {
			continue
		}
		for j := a.covers[i]; j < i; j++ {
			s[j/64] &^= 1 << (j % 64)
		}
		return
	}
}

func (a automaton) accepts(s set) bool { return s.has(len(a.tokens)) }

// A position is one place where a reader of some text may be in one of several
// automata. Lists of them are in order, and each is in a list once.
type position struct{ automaton, at int }

// byAutomaton yields the positions of each automaton of a list.
func byAutomaton(list []position) iter.Seq[[]position] {
	return func(yield func([]position) bool) {
		for len(list) > 0 {
			n := 1
			for n < len(list) && list[n].automaton == list[0].automaton {
				n++
			}
			if !yield(list[:n]) {
				return
			}
			list = list[n:]
		}
	}
}

// open adds p and the positions that are reached from it without reading, and
// returns the last of them.
func (a automaton) open(to []position, p position) ([]position, position) {
	for ; p.at < len(a.tokens) && a.tokens[p.at].kind == run; p.at++ {
		to = append(to, p)
	}
	return append(to, p), p
}

// read adds to to the positions after reading c. From is in order, and so is
// where it leads, so that what is reached twice is seen by the last.
func (a automaton) read(to, from []position, c rune) []position {
	first, last := len(to), position{at: -1}
	for _, p := range from {
		t, ok := a.token(p)
		if !ok || !t.matches(c) {
			continue
		}
		p.at = after(p.at, t.kind == run)
		if p.at > last.at {
			to, last = a.open(to, p)
		}
	}
	return a.pruned(to, first)
}

// pruned takes out what the last run from index first on makes superfluous, as
// prune does.
func (a automaton) pruned(list []position, first int) []position {
	for i := len(list) - 1; i >= first; i-- {
		if t, ok := a.token(list[i]); !ok || t.kind != run {
			continue
		}
		covered := i
		for covered > first && list[covered-1].at >= a.covers[list[i].at] {
			covered--
		}
		return slices.Delete(list, covered, i)
	}
	return list
}

// token returns what is read at a position, unless that is the end.
func (a automaton) token(p position) (token, bool) {
	if a.ends(p) {
		return token{}, false
	}
	return a.tokens[p.at], true
}

func (a automaton) ends(p position) bool { return p.at == len(a.tokens) }
