package glob

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
)

// A Class is the set of those texts of a pattern that are in the same others.
type Class struct {
	// Witness is the shortest of them; of several the first, where a letter
	// that stands for every character no pattern names comes before the
	// characters that are named, and those go by code point. The letter is a,
	// if that is free.
	Witness string
	In      []bool // for each of the others: whether the class is in it
}

// Classes splits the texts of a pattern by the others they are in. No class is
// empty, and classes come in the order of their witnesses. If of is the pattern
// of an ARN, then texts that name nothing are in no class: an ARN whose last
// part is empty, and one of S3 that ends with the slash after the bucket, for
// an object key has at least one character. The error is [ErrTooComplex] if it
// takes more than budget states.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html.
func Classes(of Pattern, by []Pattern, budget int) ([]Class, error) {
	constant := make([]bool, len(by))
	var open []int
	for i, p := range by {
		known, in := constantIn(p, of)
		constant[i] = in
		if !known {
			open = append(open, i)
		}
	}
	s := newSplit(of, by, open)
	if err := s.run(budget); err != nil {
		return nil, err
	}
	for i := range s.classes {
		if err := s.classes[i].complete(of, by, constant, open); err != nil {
			return nil, err
		}
	}
	return s.classes, nil
}

// constantIn reports whether p holds all of of or nothing of it, and which.
func constantIn(p, of Pattern) (known, in bool) {
	if text, ok := of.Text(); ok {
		return true, p.Match(text)
	}
	if Disjoint(p, of) {
		return true, false
	}
	contains, err := Contains(p, of)
	return err == nil && contains, contains
}

// complete widens In from the open patterns to all, and replays the witness.
func (c *Class) complete(of Pattern, by []Pattern, constant []bool, open []int) error {
	in := append([]bool(nil), constant...)
	for j, i := range open {
		in[i] = c.In[j]
	}
	c.In = in
	if !of.Match(c.Witness) {
		return fmt.Errorf("witness %q is not in %s", c.Witness, of)
	}
	for i, p := range by {
		if p.Match(c.Witness) != in[i] {
			return fmt.Errorf("witness %q of %s is in %s: %t", c.Witness, of, p, !in[i])
		}
	}
	return nil
}

// A split is the search for the classes of a pattern: breadth first through the
// product of the automata, so that the first text found is the shortest.
type split struct {
	automata []automaton // of, then the open patterns, then those that no class may be in
	offsets  []int       // where the set of each begins in a state, and the length of a state
	open     int
	alphabet []rune
	start    []uint64
	prefix   string // read before start
	states   []state
	seen     map[string]bool
	found    map[string]bool
	classes  []Class
}

type state struct {
	sets []uint64
	from int  // index of the state before, or -1
	char rune // read from there
}

func newSplit(of Pattern, by []Pattern, open []int) *split {
	s := &split{open: len(open), seen: map[string]bool{}, found: map[string]bool{}}
	s.join(of.tokens)
	for _, i := range open {
		s.join(by[i].tokens)
	}
	if of.arn {
		s.join(arnTokens("*:*:*:*:*:", false)) // the last part is empty
		s.join(bareSlash())
	}
	s.offsets = append(s.offsets, s.length())
	s.skipPrefix(of)
	return s
}

// bareSlash is the pattern of ARNs of S3 that end with their first slash.
func bareSlash() []token {
	list := tokens("arn:", none, false)
	list = append(list, token{run, ':'}, token{char, ':'})
	list = append(list, tokens("s3:", none, false)...)
	list = append(list, token{run, ':'}, token{char, ':'}, token{run, ':'}, token{char, ':'})
	return append(list, token{run, '/'}, token{char, '/'})
}

func (s *split) join(list []token) {
	s.offsets = append(s.offsets, s.length())
	s.automata = append(s.automata, newAutomaton(list))
}

func (s *split) length() int {
	n := 0
	for _, a := range s.automata {
		n += a.words
	}
	return n
}

// set returns the part of a state that belongs to one automaton.
func (s *split) set(sets []uint64, i int) set { return set(sets[s.offsets[i]:s.offsets[i+1]]) }

// skipPrefix reads the literal prefix of the pattern, in which there is no
// choice, and takes the alphabet from what is left of the patterns.
func (s *split) skipPrefix(of Pattern) {
	now, next := make([]uint64, s.length()), make([]uint64, s.length())
	for i, a := range s.automata {
		a.start(s.set(now, i))
	}
	for _, c := range of.prefix {
		clear(next)
		s.step(next, now, c)
		now, next = next, now
	}
	s.start, s.prefix = now, of.prefix
	var rest [][]token
	for i, a := range s.automata {
		if first := s.set(now, i).least(); first >= 0 {
			rest = append(rest, a.tokens[first:])
		}
	}
	s.alphabet = alphabet(rest...)
}

// step puts into to, which is zero, the state after reading c.
func (s *split) step(to, from []uint64, c rune) {
	for i, a := range s.automata {
		a.step(s.set(to, i), s.set(from, i), c)
	}
}

func (s *split) run(budget int) error {
	s.reach(state{s.start, -1, 0})
	for i := 0; i < len(s.states) && !s.complete(); i++ {
		if len(s.states) > budget {
			return ErrTooComplex
		}
		from := s.states[i].sets
		for _, c := range s.choices(from) {
			to := make([]uint64, len(from))
			s.step(to, from, c)
			s.reach(state{to, i, c})
		}
	}
	return nil
}

// complete reports whether no further class can exist.
func (s *split) complete() bool {
	return s.open < bits.UintSize-1 && len(s.classes) == 1<<s.open
}

// choices returns the characters that the pattern can read next.
func (s *split) choices(sets []uint64) []rune {
	of := s.automata[0]
	var wild bool
	var named []rune
	s.set(sets, 0).positions(func(i int) {
		if i < len(of.tokens) {
			wild = wild || of.tokens[i].kind != char
			named = append(named, of.tokens[i].char)
		}
	})
	if wild || len(named) != 1 {
		return s.alphabet
	}
	return named
}

// reach notes a state that is new, and the class of the text that led to it.
func (s *split) reach(to state) {
	if s.set(to.sets, 0).empty() {
		return
	}
	key := make([]byte, 0, len(to.sets)*8)
	for _, w := range to.sets {
		key = binary.LittleEndian.AppendUint64(key, w)
	}
	if s.seen[string(key)] {
		return
	}
	s.seen[string(key)] = true
	s.states = append(s.states, to)
	if s.accepts(to.sets) {
		s.note(to)
	}
}

// accepts reports whether the text that led to a state is in the pattern and
// names something.
func (s *split) accepts(sets []uint64) bool {
	for i := s.open + 1; i < len(s.automata); i++ {
		if s.automata[i].accepts(s.set(sets, i)) {
			return false
		}
	}
	return s.automata[0].accepts(s.set(sets, 0))
}

// note keeps the class of a state, unless it is known already.
func (s *split) note(at state) {
	key := make([]byte, s.open)
	in := make([]bool, s.open)
	for i := range s.open {
		in[i] = s.automata[i+1].accepts(s.set(at.sets, i+1))
		if in[i] {
			key[i] = 1
		}
	}
	if s.found[string(key)] {
		return
	}
	s.found[string(key)] = true
	s.classes = append(s.classes, Class{s.witness(at), in})
}

// witness returns the text that led to a state.
func (s *split) witness(at state) string {
	var reversed []rune
	for ; at.from >= 0; at = s.states[at.from] {
		reversed = append(reversed, at.char)
	}
	text := []rune(s.prefix)
	for _, c := range slices.Backward(reversed) {
		text = append(text, c)
	}
	return string(text)
}
