package spec

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/internal/yaml"
)

// A reader takes in the value of a key, or reports what is wrong with it.
type reader func(key string, n *yaml.Node)

// A field is a key that a mapping may have.
type field struct {
	key  string
	need need
	read reader
}

// A need says whether a key must be there.
type need uint8

const required need = 1

// A check reports what is wrong with a text. It is true if nothing is.
type check func(key string, t Text) bool

// mapping reads n key by key. What is missing is reported at the place pos. It
// returns the keys that are there, or were meant.
func (p *parser) mapping(key string, pos diag.Pos, n *yaml.Node, fields []field) map[string]bool {
	if !p.is(yaml.Mapping, "spec-not-mapping", key, n) {
		return nil
	}
	seen := make(map[string]bool, len(n.Entries))
	for _, e := range n.Entries {
		seen[e.Key] = true
		i := slices.IndexFunc(fields, func(f field) bool { return f.key == e.Key })
		if i < 0 {
			meant := p.unknown(e.Pos, "spec-unknown-key", e.Key, keys(fields))
			seen[meant] = true
			continue
		}
		fields[i].read(e.Key, e.Value)
	}
	for _, f := range fields {
		if f.need == required && !seen[f.key] {
			p.report(pos, "spec-key-missing", "key", f.key, "example", example(f.key))
		}
	}
	return seen
}

// example is how a key that must be there is written.
func example(key string) string {
	switch key {
	case "version":
		return "version: 1"
	case "id":
		return `id: "111122223333"` // with the quotes
	default:
		return key + ": VALUE"
	}
}

func keys(fields []field) []string {
	keys := make([]string, len(fields))
	for i, f := range fields {
		keys[i] = f.key
	}
	return keys
}

// is reports whether n is of that kind, and otherwise that it is not.
func (p *parser) is(kind yaml.Kind, problem, key string, n *yaml.Node) bool {
	switch {
	case n.Kind == kind:
		return true
	case n.Kind == yaml.Invalid: // has been reported
	case n.Kind == yaml.Scalar && n.Type == yaml.Null:
		p.report(n.Pos, "spec-no-value", "key", key)
	default:
		p.report(n.Pos, problem, "key", key)
	}
	return false
}

// named reads a mapping whose keys are names.
func (p *parser) named(read func(name Text, n *yaml.Node)) reader {
	return func(key string, n *yaml.Node) {
		if !p.is(yaml.Mapping, "spec-not-mapping", key, n) {
			return
		}
		for _, e := range n.Entries {
			read(Text{e.Key, e.Pos}, e.Value)
		}
	}
}

// maxItems is how many items one list of mappings may have: some hundred sources
// with as many rules as S3 takes.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationConfiguration.html.
const maxItems = 100_000

// each reads a list of mappings. Of too many it reads none, and no more once
// there are so many problems that no further one is told: what is read is kept,
// and takes many times its text.
func (p *parser) each(read func(n *yaml.Node)) reader {
	return func(key string, n *yaml.Node) {
		if !p.is(yaml.Sequence, "spec-not-list", key, n) {
			return
		}
		if len(n.Items) > maxItems {
			p.report(n.Pos, "spec-too-many-items", "key", key, "count", strconv.Itoa(len(n.Items)), "limit", strconv.Itoa(maxItems))
			return
		}
		for _, item := range n.Items {
			if len(p.problems) > yaml.MaxProblems {
				return
			}
			if p.is(yaml.Mapping, "spec-item-not-mapping", key, item) {
				read(item)
			}
		}
	}
}

// text reads a text that is not empty.
func (p *parser) text(to *Text, checks ...check) reader {
	return func(key string, n *yaml.Node) {
		t, ok := p.string(key, n)
		switch {
		case !ok:
		case t.Value == "":
			p.report(t.Pos, "spec-empty", "key", key)
		case p.passes(key, t, checks):
			*to = t
		}
	}
}

func (p *parser) passes(key string, t Text, checks []check) bool {
	for _, check := range checks {
		if !check(key, t) {
			return false
		}
	}
	return true
}

// string reads a text.
func (p *parser) string(key string, n *yaml.Node) (Text, bool) {
	if !p.is(yaml.Scalar, "spec-not-one-text", key, n) {
		return Text{}, false
	}
	switch n.Type {
	case yaml.String:
		return Text{n.Text, n.Pos}, true
	case yaml.Null:
		p.report(n.Pos, "spec-no-value", "key", key)
	default:
		p.report(n.Pos, "spec-not-text", "key", key, "value", n.Text, "quoted", quote(n.Text))
	}
	return Text{}, false
}

// texts reads a list of texts. It may be empty; no text may be in it twice.
func (p *parser) texts(to *[]Text, checks ...check) reader {
	return func(key string, n *yaml.Node) {
		if !p.is(yaml.Sequence, "spec-not-list", key, n) {
			return
		}
		first := make(map[string]diag.Pos, len(n.Items))
		for _, item := range n.Items {
			var t Text
			p.text(&t, checks...)(key, item)
			if t.IsZero() {
				continue
			}
			if pos, ok := first[t.Value]; ok {
				p.clash(t.Pos, pos, "spec-item-twice", "key", key, "value", quote(t.Value))
				continue
			}
			first[t.Value] = t.Pos
			*to = append(*to, t)
		}
	}
}

// someTexts reads a list of texts that is not empty.
func (p *parser) someTexts(to *[]Text, checks ...check) reader {
	return func(key string, n *yaml.Node) {
		if n.Kind == yaml.Sequence && len(n.Items) == 0 {
			p.report(n.Pos, "spec-list-empty", "key", key)
			return
		}
		p.texts(to, checks...)(key, n)
	}
}

// oneOrMore reads a text, or a list of texts.
func (p *parser) oneOrMore(to *[]Text, checks ...check) reader {
	return func(key string, n *yaml.Node) {
		if n.Kind == yaml.Sequence {
			p.someTexts(to, checks...)(key, n)
			return
		}
		var t Text
		p.text(&t, checks...)(key, n)
		if !t.IsZero() {
			*to = []Text{t}
		}
	}
}

// boolean reads true or false.
func (p *parser) boolean(to *Optional[bool]) reader {
	return func(key string, n *yaml.Node) {
		if v, ok := p.bool(key, n); ok {
			*to = Optional[bool]{Value: v, Stated: true, Pos: n.Pos}
		}
	}
}

func (p *parser) bool(key string, n *yaml.Node) (value, ok bool) {
	if !p.is(yaml.Scalar, "spec-not-bool", key, n) {
		return false, false
	}
	switch {
	case n.Type == yaml.Null:
		p.report(n.Pos, "spec-no-value", "key", key)
	case n.Type != yaml.Bool:
		p.report(n.Pos, "spec-not-bool", "key", key)
	default:
		return strings.EqualFold(n.Text, "true"), true
	}
	return false, false
}

// decimal is how a whole number is written: YAML would read 010 and 0x8 as 8.
var decimal = regexp.MustCompile(`^(0|[1-9][0-9]{0,9})$`)

// number reads a whole number that is not negative.
func (p *parser) number(key string, n *yaml.Node) (int, bool) {
	if !p.is(yaml.Scalar, "spec-not-number", key, n) {
		return 0, false
	}
	if n.Type == yaml.Null {
		p.report(n.Pos, "spec-no-value", "key", key)
		return 0, false
	}
	v, err := strconv.ParseInt(n.Text, 10, 32)
	if n.Type != yaml.Number || !decimal.MatchString(n.Text) || err != nil {
		p.report(n.Pos, "spec-not-number", "key", key)
		return 0, false
	}
	return int(v), true
}

// An option is a word that a text may be, and what it means.
type option[T any] struct {
	word  string
	value T
}

// choice reads one of a few words that mean themselves.
func choice[T ~string](p *parser, to *Optional[T], words ...T) reader {
	options := make([]option[T], len(words))
	for i, w := range words {
		options[i] = option[T]{string(w), w}
	}
	return choose(p, to, options)
}

// choose reads one of a few words.
func choose[T any](p *parser, to *Optional[T], options []option[T]) reader {
	return func(key string, n *yaml.Node) {
		var t Text
		p.text(&t)(key, n)
		if t.IsZero() {
			return
		}
		words := make([]string, len(options))
		for i, o := range options {
			if o.word == t.Value {
				*to = Optional[T]{Value: o.value, Stated: true, Pos: t.Pos}
				return
			}
			words[i] = o.word
		}
		p.unknown(t.Pos, "spec-choice", t.Value, words, "key", key)
	}
}

// maxQuoted is how much of a value a message repeats, in characters.
const maxQuoted = 80

// quote writes a value for a message, on one line and not too long.
func quote(s string) string {
	if utf8.RuneCountInString(s) > maxQuoted {
		s = string([]rune(s)[:maxQuoted]) + "..."
	}
	return strconv.Quote(s)
}
