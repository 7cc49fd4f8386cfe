// Package diag says what is wrong with a text that a person wrote: the place,
// the problem, and a hint at the way out. It knows no format and writes nothing.
package diag

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Pos is a place in a file. Line and Column start at 1; Column counts
// characters. The zero Pos is no place.
type Pos struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// IsZero reports whether p is no place, for encoding/json's omitzero.
func (p Pos) IsZero() bool { return p.Line == 0 }

// String writes p as FILE:LINE:COL, the form that editors and grep read.
func (p Pos) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Compare orders by file, line and column.
func (p Pos) Compare(q Pos) int {
	return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column))
}

// A Text is a sentence for a person: the key under which translations are
// kept, its English form with {name} in place of arguments, and the arguments.
type Text struct {
	Key     string
	English string
	Args    map[string]string
}

// String is the English sentence with its arguments.
func (t Text) String() string { return Fill(t.English, t.Args) }

// Fill puts args into a template: each {name} becomes its argument. A name that
// args lacks stays as it is, so that no information is lost.
func Fill(template string, args map[string]string) string {
	if strings.IndexByte(template, '{') < 0 {
		return template
	}
	var b strings.Builder
	Each(template, func(words string) { b.WriteString(words) }, func(name string) bool {
		v, ok := args[name]
		b.WriteString(v)
		return ok
	})
	return b.String()
}

// Each goes through a template from left to right. What argument does not know is
// words, with its braces.
func Each(template string, words func(string), argument func(name string) bool) {
	for {
		open := strings.IndexByte(template, '{')
		if open < 0 {
			break
		}
		end := strings.IndexByte(template[open:], '}')
		if end < 0 {
			break
		}
		if open > 0 {
			words(template[:open])
		}
		if name := template[open : open+end+1]; !argument(name[1 : len(name)-1]) {
			words(name)
		}
		template = template[open+end+1:]
	}
	if template != "" {
		words(template)
	}
}

// A Diagnostic is one problem. Message says what is wrong, in lower case and
// without a final period. Hint, if its English is not empty, says what to write
// instead. Related, if not zero, is the second of two places that do not fit.
type Diagnostic struct {
	Pos     Pos
	Message Text
	Hint    Text
	Related Pos
}

// With gives the message of d an argument that is a text of its own, and returns d.
func (d *Diagnostic) With(name string, part Text) *Diagnostic {
	d.Message = d.Message.With(name, part)
	return d
}

// Error is the place and the problem, on one line, without the hint.
func (d *Diagnostic) Error() string {
	if d.Pos == (Pos{}) {
		return d.Message.String()
	}
	return d.Pos.String() + ": " + d.Message.String()
}

// A List is what is wrong with one file. It is not an error itself: see [List.Err].
type List []*Diagnostic

// Err returns l as an error in file order, or nil if l is empty.
func (l List) Err() error {
	if len(l) == 0 {
		return nil // an empty List in an error interface would not be nil
	}
	slices.SortStableFunc(l, func(a, b *Diagnostic) int { return a.Pos.Compare(b.Pos) })
	return &Problems{l}
}

// Problems is the error that holds a whole List.
type Problems struct{ List List }

// Error has one line for each problem.
func (p *Problems) Error() string {
	lines := make([]string, len(p.List))
	for i, d := range p.List {
		lines[i] = d.Error()
	}
	return strings.Join(lines, "\n")
}

// Of returns the List that err holds, or nil.
func Of(err error) List {
	if p, ok := errors.AsType[*Problems](err); ok {
		return p.List
	}
	return nil
}
