// Package yaml reads a YAML text into a tree that keeps what a checker needs:
// the place of every value, its text as written, and the order of keys. It
// takes a subset that means the same to every reader: one document, no aliases,
// no tags but those that a caller knows, string keys, no key twice. It knows
// nothing of what the text is for.
//
// It alone imports yaml.v3.
package yaml

import "github.com/repligrant/repligrant/internal/diag"

// A Kind says what a [Node] is.
type Kind uint8

// The kinds of nodes. An Invalid node stands where something was refused; its
// problem has been reported, and it should not give rise to another.
const (
	Invalid Kind = iota
	Scalar
	Mapping
	Sequence
)

// A Type is what YAML takes a scalar for. A quoted scalar is a String.
type Type uint8

// The types of scalars.
const (
	String Type = iota
	Null        // nothing, ~ or null
	Bool
	Number // 7, 0x1F, 1.5, .inf
	Time   // 2026-11-22
)

// A Node is one value of the text.
type Node struct {
	Kind    Kind
	Pos     diag.Pos // of a block mapping or sequence: of its first entry
	Type    Type     // of a Scalar
	Text    string   // of a Scalar: without its quotes, otherwise as written: 012 stays 012
	Quoted  bool     // of a Scalar
	Tag     string   // "!Ref", for one of the tags of [ParseTagged]; then a Scalar is a String
	Entries []Entry  // of a Mapping, in file order
	Items   []*Node  // of a Sequence
}

// An Entry is a key of a mapping and its value.
type Entry struct {
	Key   string
	Pos   diag.Pos // of the key
	Value *Node
}
