package policy

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/repligrant/repligrant/internal/diag"
)

// encoding/json keeps the last of two equal keys and forgets where values
// stand. A policy with a key twice has two readings, and people look for the
// line: hence this small reader of JSON text.

// Bounds on what is read; a policy that AWS stores is far below both.
const (
	maxBytes = 16 << 20
	maxDepth = 32
)

type kind byte

const (
	object  kind = '{'
	array   kind = '['
	text    kind = '"'
	literal kind = 'l' // a number, true, false or null
)

// A node is one JSON value with its place.
type node struct {
	kind    kind
	pos     diag.Pos
	text    string // of text: the string; of literal: as written
	items   []node
	members []member // no name twice
}

type member struct {
	name  string
	pos   diag.Pos
	value node
}

// A reader reads JSON text. Column counts characters, as editors do.
type reader struct {
	data   []byte
	at     int
	line   int
	column int
}

// readJSON reads one JSON value that is all of data.
func readJSON(data []byte) (node, error) {
	r := &reader{data: data, line: 1, column: 1}
	if err := r.checkText(); err != nil {
		return node{}, err
	}
	n, err := r.value(0)
	if err != nil {
		return node{}, err
	}
	r.space()
	if r.at < len(r.data) {
		return node{}, r.wrong("policy-trailing")
	}
	return n, nil
}

// checkText refuses what is not JSON text at all.
func (r *reader) checkText() error {
	switch {
	case len(r.data) > maxBytes:
		return r.wrong("policy-size", "size", strconv.Itoa(len(r.data)), "limit", strconv.Itoa(maxBytes))
	case bytes.HasPrefix(r.data, []byte("\ufeff")):
		return r.wrong("policy-bom")
	case bytes.HasPrefix(r.data, []byte("\xff\xfe")) || bytes.HasPrefix(r.data, []byte("\xfe\xff")):
		return r.wrong("policy-utf16")
	}
	return nil
}

func (r *reader) pos() diag.Pos { return diag.Pos{Line: r.line, Column: r.column} }

func (r *reader) wrong(key string, args ...string) error { return errorAt(r.pos(), key, args...) }

func errorAt(pos diag.Pos, key string, args ...string) error {
	return problemAt(pos, sentences.Text(key, args...))
}

func problemAt(pos diag.Pos, said diag.Text) error {
	return &Error{Line: pos.Line, Column: pos.Column, What: said.String(), said: said}
}

// peek returns the next byte, or 0 at the end.
func (r *reader) peek() byte {
	if r.at == len(r.data) {
		return 0
	}
	return r.data[r.at]
}

// skip passes n bytes that are one column each.
func (r *reader) skip(n int) {
	r.at += n
	r.column += n
}

func (r *reader) space() {
	for {
		switch r.peek() {
		case ' ', '\t', '\r':
			r.skip(1)
		case '\n':
			r.at++
			r.line++
			r.column = 1
		default:
			return
		}
	}
}

func (r *reader) value(depth int) (node, error) {
	r.space()
	if depth > maxDepth {
		return node{}, r.wrong("policy-depth", "limit", strconv.Itoa(maxDepth))
	}
	switch c := r.peek(); {
	case c == '{':
		return r.object(depth)
	case c == '[':
		return r.array(depth)
	case c == '"':
		pos := r.pos()
		s, err := r.text()
		return node{kind: text, pos: pos, text: s}, err
	case c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z':
		return r.literal()
	case r.at == len(r.data):
		return node{}, r.wrong("policy-cut")
	default:
		return node{}, r.unexpected(sentences.Text("policy-want.value"))
	}
}

func (r *reader) unexpected(want diag.Text) error {
	if r.at == len(r.data) {
		return problemAt(r.pos(), sentences.Text("policy-ends").With("want", want))
	}
	c, size := utf8.DecodeRune(r.data[r.at:])
	if c == utf8.RuneError && size == 1 {
		return r.wrong("policy-utf8")
	}
	return problemAt(r.pos(), sentences.Text("policy-unexpected", "found", strconv.QuoteRune(c)).With("want", want))
}

func (r *reader) object(depth int) (node, error) {
	n := node{kind: object, pos: r.pos()}
	seen := map[string]diag.Pos{}
	err := r.list('}', func() error {
		m, err := r.member(depth)
		if err != nil {
			return err
		}
		if first, ok := seen[m.name]; ok {
			return errorAt(m.pos, "policy-twice", "name", strconv.Quote(m.name), "line", strconv.Itoa(first.Line), "column", strconv.Itoa(first.Column))
		}
		seen[m.name] = m.pos
		n.members = append(n.members, m)
		return nil
	})
	return n, err
}

func (r *reader) member(depth int) (member, error) {
	m := member{pos: r.pos()}
	if r.peek() != '"' {
		return m, r.unexpected(sentences.Text("policy-want.name"))
	}
	var err error
	if m.name, err = r.text(); err != nil {
		return m, err
	}
	r.space()
	if r.peek() != ':' {
		return m, r.unexpected(diag.Datum("':'"))
	}
	r.skip(1)
	m.value, err = r.value(depth + 1)
	return m, err
}

func (r *reader) array(depth int) (node, error) {
	n := node{kind: array, pos: r.pos()}
	err := r.list(']', func() error {
		item, err := r.value(depth + 1)
		n.items = append(n.items, item)
		return err
	})
	return n, err
}

// list reads elements with commas between them up to the closing byte.
func (r *reader) list(closing byte, element func() error) error {
	r.skip(1)
	r.space()
	if r.peek() == closing {
		r.skip(1)
		return nil
	}
	for {
		r.space()
		if err := element(); err != nil {
			return err
		}
		r.space()
		switch r.peek() {
		case ',':
			r.skip(1)
		case closing:
			r.skip(1)
			return nil
		default:
			return r.unexpected(sentences.Text("policy-want.next", "comma", "','", "end", strconv.QuoteRune(rune(closing))))
		}
	}
}

// literal reads a number, true, false or null.
func (r *reader) literal() (node, error) {
	n := node{kind: literal, pos: r.pos()}
	end := r.at
	for end < len(r.data) && isLiteralByte(r.data[end]) {
		end++
	}
	n.text = string(r.data[r.at:end])
	if !isLiteral(n.text) {
		return n, r.wrong("policy-value", "text", strconv.Quote(n.text))
	}
	r.skip(end - r.at)
	return n, nil
}

func isLiteralByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '+' || c == '.'
}

func isLiteral(s string) bool {
	switch s {
	case "true", "false", "null":
		return true
	}
	return isNumber(s)
}

// isNumber checks the grammar of JSON numbers.
func isNumber(s string) bool {
	s = trimByte(s, "-")
	leading := s != "" && s[0] == '0'
	whole, s := digits(s)
	if whole == 0 || leading && whole > 1 {
		return false
	}
	if s != "" && s[0] == '.' {
		var n int
		if n, s = digits(s[1:]); n == 0 {
			return false
		}
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		var n int
		if n, s = digits(trimByte(s[1:], "+-")); n == 0 {
			return false
		}
	}
	return s == ""
}

// text reads a string in quotes.
func (r *reader) text() (string, error) {
	r.skip(1)
	var b []byte
	for {
		switch c := r.peek(); {
		case r.at == len(r.data):
			return "", r.wrong("policy-string-cut")
		case c == '"':
			r.skip(1)
			return string(b), nil
		case c == '\\':
			char, n, err := r.escape()
			if err != nil {
				return "", err
			}
			b = utf8.AppendRune(b, char)
			r.skip(n)
		case c < ' ':
			return "", r.wrong("policy-control")
		default:
			char, size := utf8.DecodeRune(r.data[r.at:])
			if char == utf8.RuneError && size == 1 {
				return "", r.wrong("policy-utf8")
			}
			b = append(b, r.data[r.at:r.at+size]...)
			r.at += size
			r.column++
		}
	}
}

// escapes are the characters that a backslash and a letter stand for.
var escapes = map[byte]rune{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escape returns the character that an escape sequence stands for, and the
// length of the sequence.
func (r *reader) escape() (char rune, n int, err error) {
	rest := r.data[r.at+1:]
	if len(rest) > 0 && rest[0] != 'u' {
		if char, ok := escapes[rest[0]]; ok {
			return char, 2, nil
		}
	}
	char, ok := unicodeEscape(r.data[r.at:])
	if !ok {
		return 0, 0, r.wrong("policy-escape")
	}
	if !utf16.IsSurrogate(char) {
		return char, 6, nil
	}
	low, ok := unicodeEscape(r.data[r.at+6:])
	if char = utf16.DecodeRune(char, low); !ok || char == utf8.RuneError {
		return 0, 0, r.wrong("policy-surrogate")
	}
	return char, 12, nil
}

// unicodeEscape reads a sequence \uXXXX.
func unicodeEscape(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	return rune(n), err == nil
}

// digits counts the decimal digits that s begins with.
func digits(s string) (n int, rest string) {
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n, s[n:]
}

// trimByte takes one leading byte off s if it is in set.
func trimByte(s, set string) string {
	for i := range len(set) {
		if s != "" && s[0] == set[i] {
			return s[1:]
		}
	}
	return s
}
