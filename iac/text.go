package iac

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/repligrant/repligrant/internal/diag"
)

// maxDepth is how deep values may be nested. Providers' schemas stay below it.
const maxDepth = 200

// decodeJSON reads a file of one JSON value into v. Numbers stay as they are
// written.
func decodeJSON(file string, data []byte, v any) *diag.Diagnostic {
	if offset, ok := tooDeep(data); ok {
		return problems.At(diag.Place(file, data, offset), "iac-too-deep", "limit", strconv.Itoa(maxDepth))
	}
	if offset, key := duplicate(data); key != "" {
		return problems.At(diag.Place(file, data, offset), "iac-duplicate-key", "key", key)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	err := d.Decode(v)
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return problems.At(diag.Place(file, data, int(max(syntax.Offset-1, 0))), "iac-not-json").With("problem", diag.NotJSON(err))
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return problems.At(diag.Place(file, data, int(wrong.Offset)), "iac-type", "key", wrong.Field).With("got", diag.Kind(gotKind(wrong))).With("want", diag.Kind(kindOf(wrong)))
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return problems.At(diag.Place(file, data, len(data)), "iac-not-json").With("problem", diag.NotJSON(err))
	}
	if err == nil {
		_, err = d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		err = diag.ErrMore
	}
	return problems.At(diag.Place(file, data, int(d.InputOffset())), "iac-not-json").With("problem", diag.NotJSON(err))
}

// gotKind is what stands where something else belongs, as [diag.Kind] names it.
func gotKind(e *json.UnmarshalTypeError) string {
	kind, _, _ := strings.Cut(e.Value, " ") // of a number it says the number too
	switch kind {
	case "object":
		return "an object"
	case "array":
		return "a list"
	case "bool":
		return "a boolean"
	default:
		return "a " + kind
	}
}

func kindOf(e *json.UnmarshalTypeError) string {
	switch e.Type.Kind().String() {
	case "struct", "map":
		return "an object"
	case "slice":
		return "a list"
	case "ptr", "bool":
		return "true or false"
	default:
		return "a " + e.Type.Kind().String()
	}
}

// tooDeep returns the offset at which a JSON text is nested too deep.
func tooDeep(data []byte) (offset int, deep bool) {
	depth, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return i, true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return 0, false
}

// duplicate returns the first key that an object of a JSON text has twice, as it
// is written, and its offset; "" if there is none. Of two values one would be
// lost.
func duplicate(data []byte) (offset int, key string) {
	var open []map[string]bool // the keys of the objects around; nil for lists
	last, quoted := 0, -1      // the last text begins at last, or at quoted if it has not ended
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted >= 0 && c == '\\':
			i++
		case c == '"' && quoted < 0:
			quoted = i
		case c == '"':
			last, quoted = quoted, -1
		case quoted >= 0:
		case c == '{':
			open = append(open, map[string]bool{})
		case c == '[':
			open = append(open, nil)
		case (c == '}' || c == ']') && len(open) > 0:
			open = open[:len(open)-1]
		case c == ':' && len(open) > 0 && open[len(open)-1] != nil:
			key := string(bytes.TrimSpace(data[last:i]))
			if open[len(open)-1][key] {
				return last, key
			}
			open[len(open)-1][key] = true
		}
	}
	return 0, ""
}

// readable returns the problem of a file that is too large, or no text. NotJSON is
// the key of what is said of no text.
func readable(file string, data []byte, notJSON string, limit int) *diag.Diagnostic {
	pos := diag.Pos{File: file, Line: 1, Column: 1}
	if problem := problems.Larger(pos, "iac-too-large", data, limit); problem != nil {
		return problem
	}
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return problems.At(pos, "iac-binary")
	case !utf8.Valid(data):
		return problems.At(pos, notJSON).With("problem", diag.Syntax.Text("json-utf8"))
	}
	return nil
}
