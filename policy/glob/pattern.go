// Package glob holds the patterns of the policy language: texts in which *
// stands for any characters and ? for any one. It matches a text without
// backtracking, and it compares patterns as sets of texts, exactly. It knows
// nothing of policies.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html.
package glob

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Pattern is a set of texts. The zero Pattern holds the empty text only.
// Patterns do not change and are safe for concurrent use.
type Pattern struct{ compiled *compiled }

type compiled struct {
	source string
	mixed  []token // of a mixed one: see tokens
	parts  []part  // of a mixed one: one that matches the whole text, or six that match the parts of an ARN
	prefix string  // what every text begins with
	shape  shape
	arn    bool
}

// A shape says what of a text has to be looked at.
type shape uint8

const (
	literal  shape = iota // prefix is the only text
	prefixed              // all texts that begin with prefix
	mixed
)

// empty is what the zero Pattern is.
var empty = build("", false, nil).compiled

// tokens are what the pattern reads. Most patterns are a text, or all that begins
// with one, of which nobody asks for them.
func (p *compiled) tokens() []token {
	if p.shape == mixed {
		return p.mixed
	}
	list := make([]token, 0, len(p.prefix)+1)
	for _, c := range p.prefix {
		list = append(list, token{char, c})
	}
	if p.shape == prefixed {
		list = append(list, token{run, none})
	}
	return list
}

// size is how many tokens there are.
func (p *compiled) size() int {
	switch p.shape {
	case literal:
		return utf8.RuneCountInString(p.prefix)
	case prefixed:
		return utf8.RuneCountInString(p.prefix) + 1
	default:
		return len(p.mixed)
	}
}

func (p Pattern) get() *compiled {
	if p.compiled == nil {
		return empty
	}
	return p.compiled
}

// A token matches one character, or, if it is a run, any number of them.
type token struct {
	kind kind
	char rune // of char: the character; of fold: the least that is equal but for case; else what is not matched, or none
}

type kind uint8

const (
	char kind = iota // one given character
	fold             // one given character in any case
	one              // any character
	run              // any number of any characters
)

// none is the exception of a wildcard that matches every character.
const none rune = -1

func (t token) wild() bool { return t.kind == one || t.kind == run }

// matches reports whether c is one of the characters of t.
func (t token) matches(c rune) bool {
	switch t.kind {
	case char:
		return c == t.char
	case fold:
		return least(c) == t.char
	default:
		return c != t.char
	}
}

// Compile returns the pattern of a text with wildcards. It compares characters
// to the letter; * and ? match every character, line feeds too.
func Compile(s string) Pattern { return compile(s, false) }

// CompileEscaped is Compile for policies of version 2012-10-17, in which ${*},
// ${?} and ${$} are the characters themselves.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
func CompileEscaped(s string) Pattern { return compile(s, true) }

func compile(s string, escapes bool) Pattern {
	if p := plain(s, escapes); p != nil {
		return Pattern{p}
	}
	return build(s, false, tokens(s, none, escapes))
}

// CompileARN returns the pattern of an ARN with wildcards. A wildcard in one of
// the first five parts stays in that part; in the last it matches colons too.
// Parts that are missing at the end are *. The pattern "*" holds every text.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html.
func CompileARN(s string) Pattern { return compileARN(s, false) }

// CompileARNEscaped is CompileARN for policies of version 2012-10-17, as
// [CompileEscaped] is Compile.
func CompileARNEscaped(s string) Pattern { return compileARN(s, true) }

func compileARN(s string, escapes bool) Pattern {
	if p := plain(s, escapes); p != nil && (s == "*" || strings.Count(p.prefix, ":") >= arnParts-1) {
		p.arn = s != "*"
		return Pattern{p}
	}
	return build(s, true, arnTokens(s, escapes))
}

// arnParts is how many parts an ARN has.
const arnParts = 6

// plain compiles a text without wildcards, or with one that stands for any
// characters at its end, from what is written. It is nil for another one.
func plain(s string, escapes bool) *compiled {
	text, shape := s, literal
	if i := strings.IndexAny(s, "*?"); i >= 0 {
		text, shape = s[:i], prefixed
		if s[i:] != "*" {
			return nil
		}
	}
	if escapes && strings.Contains(text, "${") || !utf8.ValidString(text) {
		return nil
	}
	return &compiled{source: s, prefix: text, shape: shape}
}

// Literal returns the pattern that holds s alone. As in all patterns, a byte that is
// no UTF-8 is U+FFFD.
func Literal(s string) Pattern {
	text := s
	if !utf8.ValidString(s) {
		text = string([]rune(s))
	}
	return Pattern{&compiled{source: s, prefix: text, shape: literal}}
}

// Fold returns the pattern that holds s in upper, lower and mixed case.
func Fold(s string) Pattern {
	list := make([]token, 0, len(s))
	for _, c := range s {
		t := token{char, c}
		if unicode.SimpleFold(c) != c {
			t = token{fold, least(c)}
		}
		list = append(list, t)
	}
	return build(s, false, list)
}

// Escape writes s so that [CompileEscaped] and [CompileARNEscaped] read it as
// the characters themselves.
func Escape(s string) string { return escaper().Replace(s) }

func escaper() *strings.Replacer { return strings.NewReplacer("*", "${*}", "?", "${?}", "$", "${$}") }

// String is the text that the pattern was compiled from.
func (p Pattern) String() string { return p.get().source }

// LiteralPrefix is what every text of the pattern begins with: the pattern up
// to its first wildcard.
func (p Pattern) LiteralPrefix() string { return p.get().prefix }

// Text returns the only text of a pattern without wildcards, and whether it is one.
func (p Pattern) Text() (string, bool) { return p.get().text() }

func (p *compiled) text() (string, bool) { return p.prefix, p.shape == literal }

// arnTokens reads the six parts of an ARN.
func arnTokens(s string, escapes bool) []token {
	list, left := make([]token, 0, len(s)+2*arnParts), true
	for range arnParts - 1 {
		part := "*"
		if left {
			part, s, left = strings.Cut(s, ":")
		}
		list = append(appendTokens(list, part, ':', escapes), token{char, ':'})
	}
	if !left {
		s = "*"
	}
	return appendTokens(list, s, none, escapes)
}

// tokens reads s; its wildcards match every character but except.
func tokens(s string, except rune, escapes bool) []token {
	return appendTokens(make([]token, 0, len(s)), s, except, escapes)
}

func appendTokens(list []token, s string, except rune, escapes bool) []token {
	for len(s) > 0 {
		if escapes && escaped(s) {
			list = append(list, token{char, rune(s[2])})
			s = s[4:]
			continue
		}
		c, size := decode(s)
		list = appendToken(list, c, except)
		s = s[size:]
	}
	return list
}

// escaped reports whether s begins with ${*}, ${?} or ${$}.
func escaped(s string) bool {
	return len(s) >= 4 && s[:2] == "${" && s[3] == '}' && strings.IndexByte("*?$", s[2]) >= 0
}

func appendToken(list []token, c, except rune) []token {
	switch c {
	case '?':
		return append(list, token{one, except})
	case '*':
		if n := len(list); n > 0 && list[n-1].kind == run {
			return list // ** is *
		}
		return append(list, token{run, except})
	default:
		return append(list, token{char, c})
	}
}

func build(source string, arn bool, list []token) Pattern {
	p := &compiled{source: source, arn: arn, shape: shapeOf(list)}
	var b strings.Builder
	b.Grow(len(source))
	for _, t := range list {
		if t.kind != char {
			break
		}
		b.WriteRune(t.char)
	}
	p.prefix = b.String()
	if p.shape != mixed { // the prefix says it all
		return Pattern{p}
	}
	p.mixed = list
	switch {
	case arn && slices.ContainsFunc(list, func(t token) bool { return t.wild() && t.char == ':' }):
		p.parts = splitParts(list)
	default:
		p.parts = []part{newPart(list)}
	}
	return Pattern{p}
}

func shapeOf(list []token) shape {
	n := slices.IndexFunc(list, func(t token) bool { return t.kind != char })
	switch {
	case n < 0:
		return literal
	case n == len(list)-1 && list[n] == token{run, none}:
		return prefixed
	default:
		return mixed
	}
}

// splitParts splits the tokens of an ARN at the first five colons.
func splitParts(list []token) []part {
	colon := token{char, ':'}
	parts := make([]part, 0, 6)
	for len(parts) < 5 {
		i := slices.Index(list, colon)
		parts = append(parts, newPart(list[:i]))
		list = list[i+1:]
	}
	return append(parts, newPart(list))
}

// least returns the least of the characters that equal c but for case.
func least(c rune) rune {
	m := c
	for f := unicode.SimpleFold(c); f != c; f = unicode.SimpleFold(f) {
		m = min(m, f)
	}
	return m
}

// Equal reports whether p and q were compiled from the same text to the same
// tokens. Patterns that are not Equal may still hold the same texts.
func (p Pattern) Equal(q Pattern) bool {
	a, b := p.get(), q.get()
	return a == b || a.source == b.source && a.arn == b.arn && a.same(b)
}

// same reports whether the tokens of p and q are.
func (p *compiled) same(q *compiled) bool {
	return p.shape == q.shape && p.prefix == q.prefix && slices.Equal(p.mixed, q.mixed)
}
