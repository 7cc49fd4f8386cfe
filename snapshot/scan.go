package snapshot

import (
	"encoding/json"
	"strings"
)

// A span is where a JSON value stands in a text, without the space around it.
type span struct{ from, to int }

// A member is one key of an object with its value.
type member struct {
	key   string
	at    int // offset of the key
	value span
}

// members lists the members of the object at s. The text must be valid JSON. Known
// has the keys that were seen before, which are held once, and takes new ones.
func members(text []byte, s span, known map[string]string) []member {
	if next(text, s.from+1) == s.to-1 {
		return nil
	}
	list := make([]member, 0, usualMembers)
	for i := skip(text, s.from+1); text[i] != '}'; {
		end := valueEnd(text, i)
		m := member{at: i, key: once(known, text[i+1:end-1])}
		if strings.ContainsRune(m.key, '\\') {
			_ = json.Unmarshal(text[i:end], &m.key) // valid: the whole text is
		}
		from := skip(text, skip(text, end)+1)
		m.value = span{from, valueEnd(text, from)}
		list = append(list, m)
		i = next(text, m.value.to)
	}
	return list
}

// once is a text as a string that all that are equal share.
func once(known map[string]string, text []byte) string {
	if s, ok := known[string(text)]; ok {
		return s
	}
	s := string(text)
	known[s] = s
	return s
}

// usualMembers is how many members most objects have at most.
const usualMembers = 8

// elements lists the elements of the array at s. The text must be valid JSON.
func elements(text []byte, s span) []span {
	var list []span
	for i := skip(text, s.from+1); text[i] != ']'; {
		e := span{i, valueEnd(text, i)}
		list = append(list, e)
		i = next(text, e.to)
	}
	return list
}

// next returns the offset of the value or key after a comma, or of the bracket
// that closes.
func next(text []byte, i int) int {
	i = skip(text, i)
	if text[i] == ',' {
		return skip(text, i+1)
	}
	return i
}

// skip returns the offset of the first byte at or after i that is no space.
func skip(text []byte, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\n' || text[i] == '\t' || text[i] == '\r') {
		i++
	}
	return i
}

// valueEnd returns the offset behind the value that begins at i.
func valueEnd(text []byte, i int) int {
	depth := 0
	for ; i < len(text); i++ {
		switch text[i] {
		case '"':
			i = stringEnd(text, i)
		case '{', '[':
			depth++
			continue
		case '}', ']':
			depth--
		default:
			if depth == 0 {
				return scalarEnd(text, i)
			}
			continue
		}
		if depth == 0 {
			return i + 1
		}
	}
	return len(text)
}

// stringEnd returns the offset of the quote that closes the string at i.
func stringEnd(text []byte, i int) int {
	for i++; i < len(text) && text[i] != '"'; i++ {
		if text[i] == '\\' {
			i++
		}
	}
	return i
}

// scalarEnd returns the offset behind the number, true, false or null at i.
func scalarEnd(text []byte, i int) int {
	for ; i < len(text); i++ {
		switch text[i] {
		case ',', '}', ']', ' ', '\n', '\t', '\r':
			return i
		}
	}
	return i
}
