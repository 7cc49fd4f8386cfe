package policy

import (
	"encoding/binary"
	"math/bits"
)

// A set is a set of small numbers, of a size given when it was made.
type set []uint64

func newSet(size int) set { return make(set, (size+63)/64) }

func (s set) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }
func (s set) add(i int)      { s[i/64] |= 1 << (i % 64) }
func (s set) remove(i int)   { s[i/64] &^= 1 << (i % 64) }

// invert makes s the numbers below size that were not in it.
func (s set) invert(size int) {
	for i := range s {
		s[i] = ^s[i]
	}
	if rest := size % 64; rest != 0 {
		s[len(s)-1] &= 1<<rest - 1
	}
}

// and returns what is in both sets.
func (s set) and(o set) set {
	out := make(set, len(s))
	for i := range s {
		out[i] = s[i] & o[i]
	}
	return out
}

// meets reports whether something is in both sets.
func (s set) meets(o set) bool {
	for i := range s {
		if s[i]&o[i] != 0 {
			return true
		}
	}
	return false
}

// within reports whether all of s that is in mask is in o.
func (s set) within(o, mask set) bool {
	for i := range s {
		if s[i]&mask[i]&^o[i] != 0 {
			return false
		}
	}
	return true
}

// all calls f for each number, in order.
func (s set) all(f func(int)) {
	for i, w := range s {
		for ; w != 0; w &= w - 1 {
			f(i*64 + bits.TrailingZeros64(w))
		}
	}
}

// any reports whether f holds for one of the numbers.
func (s set) any(f func(int) bool) bool {
	found := false
	s.all(func(i int) { found = found || f(i) })
	return found
}

// appendKey appends bytes that tell sets of one size apart.
func (s set) appendKey(b []byte) []byte {
	for _, w := range s {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return b
}
