package diag

import (
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strings"
)

// Syntax are the reasons why a text is no JSON, and the names of its kinds of values.
var Syntax = Sentences{
	"json-early":               "it ends too early",
	"json-more":                "more follows after its end",
	"json-utf8":                "it is not UTF-8",
	"json-character":           "invalid character {character}",
	"json-character-in":        "invalid character {character} {where}",
	"json-where.value":         "looking for beginning of value",
	"json-where.key":           "looking for beginning of object key string",
	"json-where.after-key":     "after object key",
	"json-where.after-pair":    "after object key:value pair",
	"json-where.after-element": "after array element",
	"json-where.after-value":   "after top-level value",
	"json-where.string":        "in string literal",
	"json-where.escape":        "in string escape code",
	"json-where.number":        "in numeric literal",
	"json-kind.file":           "the file",
	"json-kind.object":         "an object",
	"json-kind.list":           "a list",
	"json-kind.string":         "a string",
	"json-kind.boolean":        "a boolean",
	"json-kind.switch":         "true or false",
	"json-kind.number":         "a number",
	"json-kind.whole":          "a whole number",
	"json-kind.natural":        "a number from 0",
	"json-where.literal":       "in literal {word} (expecting {wanted})",
}

var (
	invalid = regexp.MustCompile(`^invalid character ('.+?'|'\\''|'"') (.+)$`)
	literal = regexp.MustCompile(`^in literal ([a-z]+) \(expecting ('.')\)$`)
)

// ErrMore says that something stands behind a JSON text.
var ErrMore = errors.New(Syntax["json-more"])

// NotJSON says why a text is no JSON, as encoding/json found. What it says that
// nobody knows here stays as it is.
func NotJSON(err error) Text {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return Syntax.Text("json-early")
	}
	if errors.Is(err, ErrMore) {
		return Syntax.Text("json-more")
	}
	syntax, ok := errors.AsType[*json.SyntaxError](err)
	if !ok {
		return Datum(err.Error())
	}
	if strings.HasPrefix(syntax.Error(), "unexpected end of JSON") {
		return Syntax.Text("json-early")
	}
	m := invalid.FindStringSubmatch(syntax.Error())
	if m == nil {
		return Datum(syntax.Error())
	}
	if where, ok := placeIn(m[2]); ok {
		return Syntax.Text("json-character-in", "character", m[1]).With("where", where)
	}
	return Syntax.Text("json-character", "character", m[1])
}

// Kind is the text of a kind of values that [Syntax] has; anything else is the same
// in every language.
func Kind(english string) Text {
	for key, said := range Syntax {
		if said == english && strings.HasPrefix(key, "json-kind.") {
			return Syntax.Text(key)
		}
	}
	return Datum(english)
}

// Kinds lists kinds of values of which one is wanted.
func Kinds(english ...string) Text {
	parts := make([]Text, len(english))
	for i, e := range english {
		parts[i] = Kind(e)
	}
	return Join(Or, parts)
}

// placeIn is where in a JSON text a character has no meaning.
func placeIn(said string) (Text, bool) {
	if m := literal.FindStringSubmatch(said); m != nil {
		return Syntax.Text("json-where.literal", "word", m[1], "wanted", m[2]), true
	}
	for key, english := range Syntax {
		if english == said && strings.HasPrefix(key, "json-where.") {
			return Syntax.Text(key), true
		}
	}
	return Text{}, false
}
