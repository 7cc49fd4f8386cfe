package glob

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// A split is the search for the classes of a pattern: breadth first through the
// product of the automata, so that the first text found is the shortest. A state
// holds only the positions that are open, so that a thousand patterns that begin
// differently cost little more than one.
type split struct {
	automata []automaton // of, then the open patterns, then those that no class may be in
	open     int
	other    rune // stands for all characters that no pattern names
	start    []position
	prefix   string // read before start
	states   []state
	work     int // positions looked at
	seen     map[string]bool
	found    map[string]bool
	classes  []Class
	key      []byte
}

type state struct {
	open []position
	from int  // index of the state before, or -1
	char rune // read from there
}

// worth is how many positions may be looked at for each state of the budget.
const worth = 64

func newSplit(of Pattern, by []Pattern, open []int) *split {
	s := &split{open: len(open), seen: map[string]bool{}, found: map[string]bool{}}
	s.join(of.get().tokens())
	for _, i := range open {
		s.join(by[i].get().tokens())
	}
	if of.get().arn {
		s.join(arnTokens("*:*:*:*:*:", false)) // the last part is empty
		s.join(bareSlash())
	}
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

func (s *split) join(list []token) { s.automata = append(s.automata, newAutomaton(list)) }

// skipPrefix reads the literal prefix of the pattern, in which there is no
// choice, and takes the other character from what is left of the patterns.
func (s *split) skipPrefix(of Pattern) {
	var now []position
	for i, a := range s.automata {
		now, _ = a.open(now, position{i, 0})
	}
	s.prefix = of.LiteralPrefix()
	for _, c := range s.prefix {
		now = s.step(nil, now, c)
	}
	s.start = now
	var rest [][]token
	for own := range byAutomaton(now) {
		rest = append(rest, s.automata[own[0].automaton].tokens[own[0].at:])
	}
	s.other = alphabet(rest...)[0]
}

// step adds to to the positions after reading c.
func (s *split) step(to, from []position, c rune) []position {
	s.work += len(from) + 1
	for own := range byAutomaton(from) {
		to = s.automata[own[0].automaton].read(to, own, c)
	}
	return to
}

// run searches, with some states and some work at most.
func (s *split) run(budget, work int) error {
	s.reach(state{s.start, -1, 0})
	var to []position
	for i := 0; i < len(s.states) && !s.complete(); i++ {
		from := s.states[i].open
		for _, c := range s.choices(from) {
			if len(s.states) > budget || s.work > work {
				return ErrTooComplex
			}
			to = s.step(to[:0], from, c)
			s.reach(state{to, i, c})
		}
	}
	return nil
}

// complete reports whether no further class can exist.
func (s *split) complete() bool {
	return s.open < bits.UintSize-1 && len(s.classes) == 1<<s.open
}

// choices returns the characters that the pattern can read next: of those that
// no open position names, one.
func (s *split) choices(from []position) []rune {
	if c, only := s.onlyChoice(from); only {
		return []rune{c}
	}
	s.work += len(from)
	var named []rune
	for _, p := range from {
		if t, ok := s.automata[p.automaton].token(p); ok {
			named = appendNamed(named, t)
		}
	}
	slices.Sort(named)
	return append([]rune{s.other}, slices.Compact(named)...)
}

// onlyChoice returns the character that the pattern reads next, if it is given.
func (s *split) onlyChoice(from []position) (rune, bool) {
	of := s.automata[0]
	var named []rune
	for _, p := range from {
		if p.automaton != 0 {
			break
		}
		t, ok := of.token(p)
		if ok && t.kind != char {
			return 0, false
		}
		if ok {
			named = append(named, t.char)
		}
	}
	if len(named) != 1 {
		return 0, false
	}
	return named[0], true
}

// reach notes a state that is new, and the class of the text that led to it.
func (s *split) reach(to state) {
	if len(to.open) == 0 || to.open[0].automaton != 0 {
		return // the text is not in the pattern, whatever follows
	}
	s.key = s.key[:0]
	for _, p := range to.open {
		s.key = binary.AppendUvarint(s.key, uint64(p.automaton))
		s.key = binary.AppendUvarint(s.key, uint64(p.at))
	}
	if s.seen[string(s.key)] {
		return
	}
	s.seen[string(s.key)] = true
	to.open = slices.Clone(to.open)
	s.states = append(s.states, to)
	s.note(to)
}

// note keeps the class of a state, unless its text is not in the pattern or
// names nothing, or the class is known already.
func (s *split) note(at state) {
	var ended []int
	s.key = s.key[:0]
	for _, p := range at.open {
		if s.automata[p.automaton].ends(p) {
			ended = append(ended, p.automaton)
			s.key = binary.AppendUvarint(s.key, uint64(p.automaton))
		}
	}
	if len(ended) == 0 || ended[0] != 0 || ended[len(ended)-1] > s.open || s.found[string(s.key)] {
		return
	}
	s.found[string(s.key)] = true
	s.work += s.open
	c := Class{s.witness(at), make([]bool, s.open)}
	for _, i := range ended[1:] {
		c.In[i-1] = true
	}
	s.classes = append(s.classes, c)
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
