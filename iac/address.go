package iac

import (
	"fmt"
	"strconv"
	"strings"
)

// An index is one as addresses have it: ["a"], [0], or nothing.
type index string

// indexOf writes an index as addresses have it.
func indexOf(key any) string {
	if e, ok := key.(eachOf); ok {
		key = e.key
	}
	switch k := key.(type) {
	case nil:
		return ""
	case index:
		return string(k)
	case string:
		return "[" + strconv.Quote(k) + "]"
	default:
		return fmt.Sprintf("[%v]", k)
	}
}

func indexed(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// outside calls f for each byte of an address that is in no index, with its
// place, until f returns false.
func outside(address string, f func(i int, c byte) bool) {
	depth, quoted := 0, false
	for i := 0; i < len(address); i++ {
		switch c := address[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			depth++
		case c == ']':
			depth--
		case depth == 0 && !f(i, c):
			return
		}
	}
}

// cutAddress splits at the first dot outside of indexes.
func cutAddress(s string) (before, after string, ok bool) {
	at := -1
	outside(s, func(i int, c byte) bool {
		if c == '.' {
			at = i
		}
		return at < 0
	})
	if at < 0 {
		return s, "", false
	}
	return s[:at], s[at+1:], true
}

// unindexed is an address without its indexes.
func unindexed(address string) string {
	var b strings.Builder
	outside(address, func(_ int, c byte) bool {
		b.WriteByte(c)
		return true
	})
	return b.String()
}

// caller is the scope of the call of a module: the module around it, with the
// index that the call has.
func (t *terraform) caller(module string) scope {
	last, end := 0, 0 // where the last "module.NAME" begins, and its name ends
	outside(module, func(i int, _ byte) bool {
		end = i + 1
		if strings.HasPrefix(module[i:], "module.") && (i == 0 || module[i-1] == '.') {
			last = i
		}
		return true
	})
	var key any
	if end < len(module) {
		key = index(module[end:])
	}
	if call := t.calls[unindexed(module)]; call.ForEach != nil {
		key = eachOf{key, call.ForEach}
	}
	return scope{strings.TrimSuffix(module[:last], "."), key}
}
