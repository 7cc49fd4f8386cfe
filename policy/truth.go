package policy

import (
	"fmt"
	"slices"
)

// A truth is the answer to a question: no, yes, or open if nobody can know.
// They are ordered so that the greatest of some is their "or".
type truth uint8

const (
	no truth = iota
	open
	yes
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

func (t truth) not() truth { return yes - t }

// A value is the state of one context key in one world: absent if it has no
// texts and is not outside.
type value struct {
	texts   []string
	outside int // the bits of an address that is in no range of a policy's but /0: 32 or 128
}

func (v value) absent() bool { return len(v.texts) == 0 && v.outside == 0 }

// void reports whether the key is there and all its values are empty.
func (v value) void() bool {
	return len(v.texts) > 0 && !slices.ContainsFunc(v.texts, func(s string) bool { return s != "" })
}

// String tells values apart.
func (v value) String() string { return fmt.Sprintf("%d%q", v.outside, v.texts) }
