package iac

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/snapshot"
)

// An open is a value that is known only after apply.
type open struct {
	address string
	like    string   // of a resource: a pattern of what it can be, "" if that is anything
	refs    []string // what it refers to, as Terraform's plan lists it
	scope   scope    // where the references are written
	odd     bool     // it is known, and can be no name where one belongs
}

// A node is a value within a planned resource: nil, a bool, a json.Number, a
// string, []any, map[string]any, or an open.
type node struct {
	value any
	path  string // its address
	pos   diag.Pos
	in    *reading
}

// A reading turns values into facts. It remembers the first value that was
// missing and known only after apply, or hid its shape, and so left the whole
// fact open.
type reading struct {
	open    string
	resolve func(want, open) (string, bool)
}

// A want is what a reference should lead to.
type want uint8

// What references are followed for.
const (
	wantNothing want = iota
	wantName         // the name of a bucket, role, user or policy
	wantARN
)

// read returns what build makes of a value, or that it is known only after apply.
func read[T any](n node, resolve func(want, open) (string, bool), build func(node) T) fact.Value[T] {
	n.in = &reading{resolve: resolve}
	v := build(n)
	if n.in.open != "" {
		return fact.AfterApply[T](n.in.open)
	}
	return fact.Of(v)
}

// unknown remembers that a value is open.
func (n node) unknown() {
	if n.in != nil && n.in.open == "" {
		n.in.open = n.path
	}
}

// at is the value of a key; nil where there is none.
func (n node) at(key string) node {
	c := node{path: n.path + "." + key, pos: n.pos, in: n.in}
	switch v := n.value.(type) {
	case open:
		c.value = open{address: c.path}
	case map[string]any:
		c.value = v[key]
	case nil:
	default:
		n.unknown()
	}
	return c
}

// items are the elements of a list. Terraform writes nested blocks as lists, and
// CloudFormation lets a single element stand for a list of it.
func (n node) items() []node {
	switch v := n.value.(type) {
	case nil:
		return nil
	case open:
		n.unknown()
		return nil
	case []any:
		out := make([]node, len(v))
		for i, e := range v {
			out[i] = node{e, n.path + "[" + strconv.Itoa(i) + "]", n.pos, n.in}
		}
		return out
	default:
		return []node{n}
	}
}

// block is the one element of a list, or the object itself; ok is false where
// there is none.
func (n node) block() (b node, ok bool) {
	items := n.items()
	if len(items) == 0 {
		return node{path: n.path, pos: n.pos, in: n.in}, false
	}
	return items[0], items[0].value != nil
}

// missing reports whether there is no value, for certain.
func (n node) missing() bool { return n.value == nil }

// text is a string, and "" where there is none.
func (n node) text() string { return n.textOf(wantNothing) }

// textOf is a string. One that is open may be what it refers to.
func (n node) textOf(w want) string {
	switch v := n.value.(type) {
	case string:
		return v
	case nil:
		return ""
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return v.String()
	case open:
		if w != wantNothing && n.in != nil && n.in.resolve != nil {
			if s, ok := n.in.resolve(w, v); ok {
				return s
			}
		}
	}
	n.unknown()
	return ""
}

// optional is a string, nil where there is none.
func (n node) optional() *string {
	if n.missing() {
		return nil
	}
	s := n.text()
	return &s
}

// flag is a boolean; CloudFormation takes them as texts too.
func (n node) flag() bool {
	switch v := n.value.(type) {
	case bool:
		return v
	case nil:
		return false
	case string:
		if b, err := strconv.ParseBool(v); err == nil {
			return b
		}
	}
	n.unknown()
	return false
}

// number is a whole number, nil where there is none.
func (n node) number() *int {
	if n.missing() {
		return nil
	}
	i, err := strconv.Atoi(n.text())
	if err != nil || math.Abs(float64(i)) > math.MaxInt32 {
		n.unknown()
		return nil
	}
	return &i
}

// raw is the value as a snapshot keeps what it does not look into.
func (n node) raw() any {
	switch v := n.value.(type) {
	case open:
		n.unknown()
		return nil
	case json.Number:
		f, err := v.Float64()
		if err != nil {
			n.unknown() // no number of AWS is that large
		}
		return f
	case []any:
		out := make([]any, 0, len(v))
		for _, e := range n.items() {
			out = append(out, e.raw())
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			out[k] = n.at(k).raw()
		}
		return out
	default:
		return v
	}
}

// document is a policy document: JSON text, or an object.
func (n node) document() snapshot.Document {
	switch v := n.value.(type) {
	case nil:
		return snapshot.NoDocument()
	case string:
		if v == "" {
			return snapshot.NoDocument()
		}
		return snapshot.ReadDocument(v)
	case map[string]any:
		text := read(n, nil, node.encode)
		if held, ok := text.Get(); ok {
			return snapshot.ReadDocument(held)
		}
		if d, ok := n.inDoubt(); ok {
			return d
		}
		return snapshot.UnreadDocument(text.Why())
	case open:
		return afterApply(v.address)
	default:
		return snapshot.UnreadDocument(fmt.Sprintf("%s: it is no object", snapshot.Malformed))
	}
}

// afterApply is a document that is known only after apply.
func afterApply(address string) snapshot.Document {
	return snapshot.UnreadDocument(fact.AfterApply[string](address).Why())
}

// encode writes a value as JSON.
func (n node) encode() string {
	data, err := json.Marshal(n.whole())
	if err != nil {
		n.unknown() // what no JSON can hold came from none
	}
	return string(data)
}

// whole is the value with numbers as they were written.
func (n node) whole() any {
	switch v := n.value.(type) {
	case []any:
		out := make([]any, 0, len(v))
		for _, e := range n.items() {
			out = append(out, e.whole())
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			out[k] = n.at(k).whole()
		}
		return out
	case open:
		n.unknown()
		return nil
	default:
		return v
	}
}
