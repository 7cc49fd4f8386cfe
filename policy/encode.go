package policy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// Encode writes d as compact JSON, the elements in the order of AWS's grammar
// and <, > and & as they are. It fails only for a statement built in Go that
// has one condition key twice under one operator, which JSON cannot hold.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html.
func (d *Document) Encode() ([]byte, error) {
	var e encoder
	e.document(d)
	return e.Bytes(), e.err
}

// Indent writes d as Encode does, in lines with two spaces for each level and a
// line feed at the end.
func (d *Document) Indent() ([]byte, error) {
	compact, err := d.Encode()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, compact, "", "  "); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// MarshalJSON writes what Encode does; encoding/json escapes <, > and & in it
// unless its encoder is told otherwise.
func (d Document) MarshalJSON() ([]byte, error) { return d.Encode() }

// MarshalJSON writes one statement as [Document.Encode] does.
func (s Statement) MarshalJSON() ([]byte, error) {
	var e encoder
	e.statement(&s)
	return e.Bytes(), e.err
}

// An encoder writes JSON. The first error stays.
type encoder struct {
	bytes.Buffer
	err   error
	fresh bool // nothing was written since the last opening bracket
}

func (e *encoder) open(bracket byte) {
	e.WriteByte(bracket)
	e.fresh = true
}

func (e *encoder) close(bracket byte) {
	e.WriteByte(bracket)
	e.fresh = false
}

// next writes the comma between two elements.
func (e *encoder) next() {
	if !e.fresh {
		e.WriteByte(',')
	}
	e.fresh = false
}

func (e *encoder) name(s string) {
	e.next()
	e.string(s)
	e.WriteByte(':')
}

// string writes s between quotes. Nearly all text is ASCII without anything to
// escape, and written as it is.
func (e *encoder) string(s string) {
	if asWritten(s) {
		e.WriteByte('"')
		e.WriteString(s)
		e.WriteByte('"')
		return
	}
	j := json.NewEncoder(&e.Buffer)
	j.SetEscapeHTML(false)
	if err := j.Encode(s); err != nil && e.err == nil {
		e.err = err
	}
	e.Truncate(e.Len() - 1) // Encode ends the line
}

// asWritten reports whether s stands for itself between the quotes of JSON.
func asWritten(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

func (e *encoder) document(d *Document) {
	e.open('{')
	e.text("Version", d.Version)
	e.text("Id", d.ID)
	e.name("Statement")
	if d.single && len(d.Statements) == 1 {
		e.statement(&d.Statements[0])
	} else {
		e.open('[')
		for i := range d.Statements {
			e.next()
			e.statement(&d.Statements[i])
		}
		e.close(']')
	}
	e.close('}')
}

func (e *encoder) statement(s *Statement) {
	e.open('{')
	e.text("Sid", s.Sid)
	e.text("Effect", string(s.Effect))
	e.principals("Principal", s.Principal)
	e.principals("NotPrincipal", s.NotPrincipal)
	e.strings("Action", s.Action)
	e.strings("NotAction", s.NotAction)
	e.strings("Resource", s.Resource)
	e.strings("NotResource", s.NotResource)
	e.condition(s.Condition)
	e.close('}')
}

// text writes an element that is left out if it is empty.
func (e *encoder) text(name, value string) {
	if value != "" {
		e.name(name)
		e.string(value)
	}
}

func (e *encoder) strings(name string, s Strings) {
	if s.Present() {
		e.name(name)
		e.values(s)
	}
}

func (e *encoder) values(s Strings) {
	if s.Single && len(s.Values) == 1 {
		e.string(s.Values[0])
		return
	}
	e.open('[')
	for _, v := range s.Values {
		e.next()
		e.string(v)
	}
	e.close(']')
}

func (e *encoder) principals(name string, p Principals) {
	if !p.Present() {
		return
	}
	e.name(name)
	if p.Everyone {
		e.string("*")
		return
	}
	e.open('{')
	for _, t := range p.Types {
		e.name(t.Type)
		e.values(t.Values)
	}
	e.close('}')
}

// condition writes clauses under their operators, each operator where it comes
// first: a second object of the same name would not be read.
func (e *encoder) condition(clauses []Clause) {
	if clauses == nil {
		return
	}
	e.name("Condition")
	e.open('{')
	for i, c := range clauses {
		same := func(o Clause) bool { return o.Operator == c.Operator }
		if !slices.ContainsFunc(clauses[:i], same) {
			e.operator(c.Operator, clauses[i:])
		}
	}
	e.close('}')
}

func (e *encoder) operator(name string, clauses []Clause) {
	e.name(name)
	e.open('{')
	seen := map[string]bool{}
	for _, c := range clauses {
		if c.Operator != name {
			continue
		}
		if seen[c.Key] && e.err == nil {
			e.err = fmt.Errorf("encode policy: %s has %s twice", name, c.Key)
		}
		seen[c.Key] = true
		e.name(c.Key)
		e.values(c.Values)
	}
	e.close('}')
}
