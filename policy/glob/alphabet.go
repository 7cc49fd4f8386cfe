package glob

import (
	"slices"
	"unicode"
)

// letters are taken, in this order, for a character that no pattern names.
const letters = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// alphabet returns the characters that lists of tokens can tell apart: one that
// stands for all that they do not name, and then those that they name, by code
// point.
func alphabet(lists ...[]token) []rune {
	var named []rune
	for _, list := range lists {
		for _, t := range list {
			named = appendNamed(named, t)
		}
	}
	slices.Sort(named)
	named = slices.Compact(named)
	return slices.Insert(named, 0, other(named))
}

// appendNamed adds the characters that t singles out.
func appendNamed(named []rune, t token) []rune {
	if t.char == none {
		return named
	}
	named = append(named, t.char)
	if t.kind != fold {
		return named
	}
	for f := unicode.SimpleFold(t.char); f != t.char; f = unicode.SimpleFold(f) {
		named = append(named, f)
	}
	return named
}

// other returns a character that is not in named, which is sorted: a letter if
// one is free, so that witnesses can be read.
func other(named []rune) rune {
	for _, c := range letters {
		if _, found := slices.BinarySearch(named, c); !found {
			return c
		}
	}
	c := '\u00c0'
	for {
		if _, found := slices.BinarySearch(named, c); !found {
			return c
		}
		c++
	}
}
