package diag

import (
	"maps"
	"slices"
)

// A Table holds the problems that one package can report, by key.
type Table map[string]Problem

// A Problem is a kind of problem: its message, and the hint at the way out, in
// English, with {name} in place of arguments. The hint may be empty.
type Problem struct{ Message, Hint string }

// hintSuffix makes the key of a hint from that of its message.
const hintSuffix = "-hint"

// At returns the problem key at a place. Args are names and values in turn. A
// key that the table lacks is a broken invariant of ours; it says its own name.
func (t Table) At(pos Pos, key string, args ...string) *Diagnostic {
	p, ok := t[key]
	if !ok {
		p.Message = key
	}
	values := make(map[string]string, len(args)/2)
	for pair := range slices.Chunk(args, 2) {
		values[pair[0]] = pair[len(pair)-1]
	}
	d := &Diagnostic{Pos: pos, Message: Text{Key: key, English: p.Message, Args: values}}
	if p.Hint != "" {
		d.Hint = Text{Key: key + hintSuffix, English: p.Hint, Args: values}
	}
	return d
}

// Texts lists the messages and hints of t by key, for translators.
func (t Table) Texts() []Text {
	var texts []Text
	for _, key := range slices.Sorted(maps.Keys(t)) {
		texts = append(texts, Text{Key: key, English: t[key].Message})
		if hint := t[key].Hint; hint != "" {
			texts = append(texts, Text{Key: key + hintSuffix, English: hint})
		}
	}
	return texts
}
