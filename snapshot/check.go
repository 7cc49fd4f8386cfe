package snapshot

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
)

const (
	maxDepth    = 100 // how deep values may be nested in a snapshot
	maxProblems = 100 // how many are reported
)

// A checker compares a text with the shapes of a snapshot and collects what is
// wrong. It blanks the wrappers of the AWS CLI in its text, so that offsets
// stay.
type checker struct {
	file     string
	text     []byte            // valid JSON
	keys     map[string]string // of members: most are there often
	problems diag.List
}

// report adds a problem, unless there are so many that nobody reads on.
func (c *checker) report(offset int, key string, args ...string) {
	if len(c.problems) == maxProblems {
		return
	}
	c.problems = append(c.problems, Problems.At(diag.Place(c.file, c.text, offset), key, args...))
}

// wrong adds the problem of a value that is none of the kinds wanted.
func (c *checker) wrong(s span, name, got string, want ...string) {
	if len(c.problems) < maxProblems {
		c.problems = append(c.problems, ofWrongType(diag.Place(c.file, c.text, s.from), name, got, want...))
	}
}

func ofWrongType(at diag.Pos, name, got string, want ...string) *diag.Diagnostic {
	return Problems.At(at, wrongType).With("key", diag.Kind(name)).With("got", diag.Kind(got)).With("want", diag.Kinds(want...))
}

// kind names what the value at s is.
func (c *checker) kind(s span) string {
	switch c.text[s.from] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}

// is checks that the value at s is one of the kinds wanted.
func (c *checker) is(s span, name string, want ...string) bool {
	got := c.kind(s)
	if slices.Contains(want, got) {
		return true
	}
	c.wrong(s, name, got, want...)
	return false
}

// check compares the value at s, which is called name, with a shape.
func (c *checker) check(s span, want shape, name string, depth int) {
	if depth > maxDepth {
		c.report(s.from, tooDeep, "key", name, "limit", strconv.Itoa(maxDepth))
		return
	}
	if want.Type == nil {
		c.free(s, name, depth)
		return
	}
	if value, ok := want.fact(); ok {
		if c.kind(s) != "null" && !isUnreadable(c.text[s.from:s.to]) {
			c.check(s, value, name, depth)
		}
		return
	}
	switch want {
	case documentShape:
		c.is(s, name, "an object", "a string", "null")
		return
	case levelShape:
		c.level(s, name, depth)
		return
	}
	c.checkKind(s, want, name, depth)
}

// checkKind checks a value that has no written form of its own.
func (c *checker) checkKind(s span, want shape, name string, depth int) {
	switch want.Kind() {
	case reflect.Pointer:
		c.check(s, shape{want.Elem()}, name, depth)
	case reflect.Struct:
		c.object(s, want, name, depth)
	case reflect.Map:
		c.entries(s, want, name, depth)
	case reflect.Slice:
		if c.is(s, name, "a list", "null") && c.kind(s) == "a list" {
			for i, e := range elements(c.text, s) {
				c.check(e, shape{want.Elem()}, name+"["+strconv.Itoa(i)+"]", depth+1)
			}
		}
	case reflect.String:
		c.is(s, name, "a string")
	case reflect.Bool:
		c.is(s, name, "a boolean")
	case reflect.Int:
		c.integer(s, name)
	default:
		c.free(s, name, depth)
	}
}

func (c *checker) integer(s span, name string) {
	if !c.is(s, name, "a number") {
		return
	}
	if _, err := strconv.ParseInt(string(c.text[s.from:s.to]), 10, 32); err != nil {
		c.wrong(s, name, string(c.text[s.from:s.to]), "a whole number")
	}
}

// free checks a value of any shape: no key may be there twice.
func (c *checker) free(s span, name string, depth int) {
	if depth > maxDepth {
		c.report(s.from, tooDeep, "key", name, "limit", strconv.Itoa(maxDepth))
		return
	}
	switch c.kind(s) {
	case "an object":
		for _, m := range c.members(s) {
			c.free(m.value, m.key, depth+1)
		}
	case "a list":
		for _, e := range elements(c.text, s) {
			c.free(e, name, depth+1)
		}
	}
}

// members lists the members of the object at s and reports keys that are there
// twice.
func (c *checker) members(s span) []member {
	list := members(c.text, s, c.keys)
	if len(list) <= fewMembers {
		for i, m := range list {
			if slices.ContainsFunc(list[:i], func(o member) bool { return o.key == m.key }) {
				c.report(m.at, duplicateKey, "key", strconv.Quote(m.key))
			}
		}
		return list
	}
	seen := make(map[string]bool, len(list))
	for _, m := range list {
		if seen[m.key] {
			c.report(m.at, duplicateKey, "key", strconv.Quote(m.key))
		}
		seen[m.key] = true
	}
	return list
}

// fewMembers is up to where comparing each key with those before is faster than a map.
const fewMembers = 16

// object checks the members of an object with fixed keys.
func (c *checker) object(s span, want shape, name string, depth int) {
	if !c.is(s, name, "an object") {
		return
	}
	keys := want.keys()
	list := c.members(s)
	for _, m := range list {
		shape, ok := keys[m.key]
		if !ok {
			c.unknown(m, slices.Sorted(maps.Keys(keys)))
			continue
		}
		m.value = c.unwrap(m, shape, m.key)
		c.check(m.value, shape, m.key, depth+1)
	}
	if want == accountShape {
		c.listed(list)
	}
	c.contradictions(list, want)
}

func (c *checker) unknown(m member, known []string) {
	key := strconv.Quote(m.key)
	if similar := diag.Nearest(m.key, known); similar != "" {
		c.report(m.at, similarKey, "key", key, "similar", strconv.Quote(similar))
		return
	}
	c.report(m.at, unknownKey, "key", key, "known", strings.Join(known, ", "))
}

// entries checks the values of a map, and its keys where they mean something.
func (c *checker) entries(s span, want shape, name string, depth int) {
	if !c.is(s, name, "an object") {
		return
	}
	entry := shape{want.Elem()}
	for _, m := range c.members(s) {
		switch {
		case want == errorsShape:
			c.is(m.value, strconv.Quote(m.key), "a string")
			continue
		case entry.Kind() == reflect.Interface:
			c.free(m.value, m.key, depth+1)
			continue
		case entry == documentShape:
			m.value = c.unwrap(m, entry, "")
		case entry.Kind() == reflect.Pointer:
			c.entryKey(m, shape{entry.Elem()}, name)
			if c.kind(m.value) == "null" && entry.Elem() != accountShape.Type {
				continue
			}
		}
		c.check(m.value, entry, m.key, depth+1)
	}
}

// entryKey checks the key of an entry: an account ID, or an ARN.
func (c *checker) entryKey(m member, entry shape, name string) {
	switch entry {
	case accountShape:
		if !arn.IsAccountID(m.key) {
			c.report(m.at, wrongAccount, "key", strconv.Quote(m.key))
		}
	case bucketShape:
	default:
		if _, err := arn.Parse(m.key); err != nil {
			c.report(m.at, notARN, "key", strconv.Quote(m.key), "kind", kinds[name])
		}
	}
}

// level checks one level of SCPs or RCPs in either written form.
func (c *checker) level(s span, name string, depth int) {
	if isUnreadable(c.text[s.from:s.to]) || !c.is(s, name, "a list", "an object") {
		return
	}
	if c.kind(s) == "a list" {
		c.check(s, shapeOf[[]Document](), name, depth)
		return
	}
	c.check(s, shapeOf[namedLevel](), name, depth)
}

// listed checks what Listed names.
func (c *checker) listed(list []member) {
	for _, m := range list {
		if m.key != "Listed" || c.kind(m.value) != "a list" {
			continue
		}
		var listed []any
		_ = json.Unmarshal(c.text[m.value.from:m.value.to], &listed) // valid, and any value fits
		for _, kind := range listed {
			if text, ok := kind.(string); ok && kinds[text] == "" {
				c.report(m.value.from, wrongListed, "key", strconv.Quote(text), "known", strings.Join(slices.Sorted(maps.Keys(kinds)), ", "))
			}
		}
	}
}

// contradictions reports fields that have a value although Errors says that
// the operation that reads them failed.
func (c *checker) contradictions(list []member, want shape) {
	var errs Errors
	for _, m := range list {
		if m.key == "Errors" {
			_ = json.Unmarshal(c.text[m.value.from:m.value.to], &errs) // what is no Errors was reported
		}
	}
	if len(errs) == 0 {
		return
	}
	values := make(map[string]member, len(list))
	for _, m := range list {
		values[m.key] = m
	}
	for _, f := range newFields(want) {
		m, ok := values[f.name]
		for _, o := range f.operations {
			if ok && errs[o] != "" && c.hasValue(m.value) {
				c.report(m.at, contradiction, "key", strconv.Quote(f.name), "operation", o)
			}
		}
	}
}

// hasValue reports whether the field at s is neither null nor unreadable.
func (c *checker) hasValue(s span) bool {
	return c.kind(s) != "null" && !isUnreadable(c.text[s.from:s.to])
}

// newFields returns the fields of an empty entry of the given shape, or nil.
func newFields(of shape) []field {
	if entry, ok := reflect.TypeAssert[interface{ fields() []field }](reflect.New(of.Type)); ok {
		return entry.fields()
	}
	return nil
}
