package simulate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// A member is a name and its value, as written, of a JSON object.
type member struct {
	name  string
	value []byte
}

// check refuses what is not one JSON value. What it passes can be taken apart
// without another look at its form.
func check(line []byte) error {
	switch {
	case len(line) > MaxLine:
		return fmt.Errorf("the line is longer than %d bytes", MaxLine)
	case !utf8.Valid(line):
		return errors.New("the line is not UTF-8")
	case bytes.HasPrefix(line, []byte("\ufeff")):
		return errors.New("the line begins with a byte order mark, which JSON does not allow")
	case json.Valid(line):
		return nil
	}
	return fmt.Errorf("the line is not JSON: %w", json.Unmarshal(line, new(json.RawMessage)))
}

// members takes an object apart; where is its place, for errors. A name that is
// there twice has two readings, and is refused. With an error comes what stands
// before it.
func members(where string, raw []byte) ([]member, error) {
	if raw[0] != '{' {
		return nil, fmt.Errorf("%s is not a JSON object", where)
	}
	var list []member
	var seen names
	for at := next(raw, 1); raw[at] != '}'; at = next(raw, at) {
		end := after(raw, at)
		name, err := text(where, raw[at:end])
		if err != nil {
			return list, err
		}
		if !seen.add(name) {
			return list, fmt.Errorf("%s: %q is here twice", where, name)
		}
		at = next(raw, end)
		end = after(raw, at)
		list = append(list, member{name, raw[at:end]})
		at = end
	}
	return list, nil
}

// Names is a set of names. Few of them need no map.
type names struct {
	few  []string
	many map[string]bool
}

// add reports whether a name is new.
func (n *names) add(name string) bool {
	if n.many == nil && len(n.few) < 16 {
		if slices.Contains(n.few, name) {
			return false
		}
		n.few = append(n.few, name)
		return true
	}
	if n.many == nil {
		n.many = map[string]bool{}
		for _, f := range n.few {
			n.many[f] = true
		}
	}
	known := n.many[name]
	n.many[name] = true
	return !known
}

// items takes a list apart.
func items(where string, raw []byte) ([][]byte, error) {
	if raw[0] != '[' {
		return nil, fmt.Errorf("%s is not a list", where)
	}
	var list [][]byte
	for at := next(raw, 1); raw[at] != ']'; {
		end := after(raw, at)
		list = append(list, raw[at:end])
		at = next(raw, end)
	}
	return list, nil
}

// next returns where the next value, or the end of what holds it, begins.
func next(raw []byte, at int) int {
	for strings.IndexByte(" \t\r\n,:", raw[at]) >= 0 {
		at++
	}
	return at
}

// after returns where the value that begins at some place ends.
func after(raw []byte, at int) int {
	for depth := 0; at < len(raw); at++ {
		switch raw[at] {
		case '"':
			if at = closing(raw, at+1); depth == 0 {
				return at + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth < 0 {
				return at
			} else if depth == 0 {
				return at + 1
			}
		case ' ', '\t', '\r', '\n', ',', ':':
			if depth == 0 {
				return at
			}
		}
	}
	return at
}

// closing returns the place of the quote that ends a string.
func closing(raw []byte, at int) int {
	for ; raw[at] != '"'; at++ {
		if raw[at] == '\\' {
			at++
		}
	}
	return at
}

func isNull(raw []byte) bool { return raw[0] == 'n' }

// text reads a string.
func text(where string, raw []byte) (string, error) {
	if raw[0] != '"' {
		return "", fmt.Errorf("%s is not a string", where)
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1]), nil
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return "", fmt.Errorf("%s: %w", where, err)
	}
	// encoding/json replaces half of a surrogate pair, and says nothing.
	written := bytes.Count(raw, []byte("\ufffd")) + bytes.Count(bytes.ToLower(raw), []byte(`\ufffd`))
	if strings.Count(s, "\ufffd") > written {
		return "", fmt.Errorf("%s: half of a surrogate pair is no character", where)
	}
	return s, nil
}

// boolean reads true or false.
func boolean(where string, raw []byte) (bool, error) {
	if raw[0] != 't' && raw[0] != 'f' {
		return false, fmt.Errorf("%s is not true or false", where)
	}
	return raw[0] == 't', nil
}

// scalar reads a string, or a number, true or false as its JSON text.
func scalar(where string, raw []byte) (string, error) {
	switch raw[0] {
	case '"':
		return text(where, raw)
	case '{', '[', 'n':
		return "", fmt.Errorf("%s is not a string, a number, true or false", where)
	default:
		return string(raw), nil
	}
}
