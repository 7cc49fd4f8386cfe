// Package covering makes few rows in which all combinations of values stand: a
// covering array. It is for tests only.
//
// See https://csrc.nist.gov/projects/automated-combinatorial-testing-for-software.
package covering

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// A Factor is something that has one of several values, where there is a place
// for it: if Of names another factor, which has to stand before it, where that
// has a value of In.
type Factor struct {
	Name   string
	Values []string // 16 at most
	Of     string
	In     []string
}

// A Value is one that a factor can have.
type Value struct{ Factor, Value string }

// A Row is a value for each factor that has a place in it.
type Row map[string]string

// A Design is what rows are made of.
type Design struct {
	Factors []Factor
	Apart   [][]Value // which do not go together, all of a list
}

// A place is a value of a factor, as 16 times the factor's index and the value's.
type place uint16

// A tuple is some places, in order.
type tuple string

// A maker makes the rows of a design.
type maker struct {
	Design
	*rand.Rand
	strength int
	of       []int               // the index of each factor's parent, or -1
	in       [][]bool            // the parent's values
	apart    map[place][][]place // by each value, the others of its lists
	left     map[tuple]bool      // combinations that are in no row yet
}

// What a factor of a row that is being made is, besides the index of a value.
const (
	open   = -2
	absent = -1
)

// Rows returns rows in which each combination of the values of strength factors
// stands that can: the same rows each time.
func (d Design) Rows(strength int) []Row {
	m := newMaker(d, strength)
	m.list(m.blank(), 0, nil)
	todo := slices.Sorted(maps.Keys(m.left))
	var rows []Row
	for _, t := range todo {
		if m.left[t] {
			r := m.best(t)
			m.cross(r)
			rows = append(rows, m.row(r))
		}
	}
	return rows
}

// Combinations returns the combinations of the values of strength factors that
// stand in rows, each as text.
func (d Design) Combinations(rows []Row, strength int) map[string]bool {
	m := newMaker(d, strength)
	held := map[string]bool{}
	for _, r := range rows {
		m.each(m.assignment(r), func(t tuple) { held[m.text(t)] = true })
	}
	return held
}

// Possible returns the combinations of the values of strength factors that a row
// can have, each as text.
func (d Design) Possible(strength int) map[string]bool {
	m := newMaker(d, strength)
	m.list(m.blank(), 0, nil)
	all := map[string]bool{}
	for t := range m.left {
		all[m.text(t)] = true
	}
	return all
}

func newMaker(d Design, strength int) *maker {
	m := &maker{Design: d, Rand: rand.New(rand.NewPCG(uint64(strength), 0)), strength: strength, apart: map[place][][]place{}, left: map[tuple]bool{}}
	for _, f := range d.Factors {
		parent, in := -1, []bool(nil)
		if f.Of != "" {
			parent = m.factor(f.Of)
			for _, v := range d.Factors[parent].Values {
				in = append(in, slices.Contains(f.In, v))
			}
		}
		m.of, m.in = append(m.of, parent), append(m.in, in)
	}
	for _, list := range d.Apart {
		var places []place
		for _, v := range list {
			places = append(places, m.place(v.Factor, v.Value))
		}
		for i, p := range places {
			m.apart[p] = append(m.apart[p], slices.Delete(slices.Clone(places), i, i+1))
		}
	}
	return m
}

func (m *maker) factor(name string) int {
	i := slices.IndexFunc(m.Factors, func(f Factor) bool { return f.Name == name })
	if i < 0 {
		panic(fmt.Sprintf("covering: no factor %q", name)) //nolint:forbidigo // the design of a test contradicts itself
	}
	return i
}

func (m *maker) place(name, value string) place {
	i := m.factor(name)
	v := slices.Index(m.Factors[i].Values, value)
	if v < 0 {
		panic(fmt.Sprintf("covering: factor %q has no value %q", name, value)) //nolint:forbidigo // the design of a test contradicts itself
	}
	return at(i, v)
}

func at(factor, value int) place { return place(factor<<4 | value) }

func (m *maker) blank() []int {
	r := make([]int, len(m.Factors))
	for i := range r {
		r[i] = open
	}
	return r
}

// list finds all combinations that a row can have.
func (m *maker) list(r []int, next int, chosen []place) {
	if len(chosen) == m.strength {
		if m.fill(slices.Clone(r), func(int) []int { return nil }) != nil {
			m.left[pack(chosen)] = true
		}
		return
	}
	for i := next; i < len(r); i++ {
		for v := range m.Factors[i].Values {
			if p := m.of[i]; m.fits(r, i, v) && (p < 0 || r[p] < 0 || m.in[i][r[p]]) {
				r[i] = v
				m.list(r, i+1, append(chosen, at(i, v)))
				r[i] = open
			}
		}
	}
}

func pack(places []place) tuple {
	var b strings.Builder
	for _, p := range places {
		b.WriteByte(byte(p >> 8))
		b.WriteByte(byte(p))
	}
	return tuple(b.String())
}

func (t tuple) places() (list []place) {
	for i := 0; i < len(t); i += 2 {
		list = append(list, place(t[i])<<8|place(t[i+1]))
	}
	return list
}

func (m *maker) text(t tuple) string {
	var list []string
	for _, p := range t.places() {
		f := m.Factors[p>>4]
		list = append(list, f.Name+"="+f.Values[p&15])
	}
	return strings.Join(list, ", ")
}

// fits reports whether a value goes with the others of a row.
func (m *maker) fits(r []int, i, v int) bool {
	return !slices.ContainsFunc(m.apart[at(i, v)], func(others []place) bool {
		return !slices.ContainsFunc(others, func(p place) bool { return r[p>>4] != int(p&15) })
	})
}

// fill decides what is open in a row, trying the values of a factor in the order
// that prefer gives, or their own. It returns nil if there is no such row.
func (m *maker) fill(r []int, prefer func(i int) []int) []int {
	i := m.next(r)
	if i < 0 {
		return r
	}
	if p := m.of[i]; p >= 0 && (r[p] == absent || !m.in[i][r[p]]) {
		r[i] = absent
		if !m.placed(r, i) {
			return nil
		}
		return m.fill(r, prefer)
	}
	order := prefer(i)
	if order == nil {
		order = make([]int, len(m.Factors[i].Values))
		for v := range order {
			order[v] = v
		}
	}
	for _, v := range order {
		if !m.fits(r, i, v) {
			continue
		}
		tried := slices.Clone(r)
		tried[i] = v
		if m.placed(tried, i) {
			if done := m.fill(tried, prefer); done != nil {
				return done
			}
		}
	}
	return nil
}

// next is the factor to decide now: what a decided one is part of, outermost
// first, otherwise the first that is open; -1 if none is.
func (m *maker) next(r []int) int {
	for i, v := range r {
		if v >= 0 {
			if top := m.top(r, i); top != i {
				return top
			}
		}
	}
	return slices.Index(r, open)
}

// top is the outermost open factor that factor i is part of, or i.
func (m *maker) top(r []int, i int) int {
	top := i
	for p := m.of[i]; p >= 0; p = m.of[p] {
		if r[p] == open {
			top = p
		}
	}
	return top
}

// placed reports whether all that is decided and part of factor i has a place.
func (m *maker) placed(r []int, i int) bool {
	for j, p := range m.of {
		if p == i && r[j] >= 0 && (r[i] == absent || !m.in[j][r[i]]) {
			return false
		}
	}
	return true
}

// best is the one of some rows with a combination that has most of what is left.
func (m *maker) best(t tuple) []int {
	tries := 12 / (m.strength - 1)
	var best []int
	most := -1
	for range tries {
		r := m.blank()
		for _, p := range t.places() {
			r[p>>4] = int(p & 15)
		}
		full := m.fill(slices.Clone(r), m.greedy(r))
		if n := m.gain(full); n > most {
			best, most = full, n
		}
	}
	return best
}

// greedy prefers values that are in most of what is left, together with values
// that were chosen before.
func (m *maker) greedy(preset []int) func(i int) []int {
	chosen := slices.Clone(preset)
	return func(i int) []int {
		scores := make([]int, len(m.Factors[i].Values))
		for v := range scores {
			chosen[i] = v
			scores[v] = m.gainOf(chosen, i)
		}
		order := m.Perm(len(scores))
		slices.SortStableFunc(order, func(a, b int) int { return scores[b] - scores[a] })
		chosen[i] = order[0]
		return order
	}
}

// gain counts what is left of the combinations of a row.
func (m *maker) gain(r []int) (n int) {
	m.each(r, func(t tuple) {
		if m.left[t] {
			n++
		}
	})
	return n
}

// gainOf counts what is left of those with factor i.
func (m *maker) gainOf(r []int, i int) (n int) {
	here := at(i, r[i])
	m.combine(r, 0, m.strength-1, i, nil, func(places []place) {
		all := append(slices.Clone(places), here)
		slices.Sort(all)
		if m.left[pack(all)] {
			n++
		}
	})
	return n
}

func (m *maker) each(r []int, do func(tuple)) {
	m.combine(r, 0, m.strength, -1, nil, func(places []place) { do(pack(places)) })
}

// combine calls do for each combination of so many of a row's values, without
// that of one factor.
func (m *maker) combine(r []int, next, size, but int, chosen []place, do func([]place)) {
	if len(chosen) == size {
		do(chosen)
		return
	}
	for i := next; i < len(r); i++ {
		if r[i] >= 0 && i != but {
			m.combine(r, i+1, size, but, append(chosen, at(i, r[i])), do)
		}
	}
}

// cross crosses the combinations of a row off.
func (m *maker) cross(r []int) { m.each(r, func(t tuple) { delete(m.left, t) }) }

func (m *maker) row(r []int) Row {
	row := Row{}
	for i, v := range r {
		if v >= 0 {
			row[m.Factors[i].Name] = m.Factors[i].Values[v]
		}
	}
	return row
}

func (m *maker) assignment(row Row) []int {
	r := m.blank()
	for i, f := range m.Factors {
		r[i] = absent
		if v, ok := row[f.Name]; ok {
			r[i] = slices.Index(f.Values, v)
		}
	}
	return r
}
