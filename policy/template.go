package policy

import (
	"strings"

	"github.com/repligrant/repligrant/policy/glob"
)

// A template is a text of a policy with variables in it.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
type template []segment

// A segment is text, or a variable if key is not empty. Text keeps ${*}, ${?}
// and ${$}, which are characters and not variables.
type segment struct {
	text string
	key  string // in lower case
	// fallback is what the variable is where the key is missing.
	fallback    string
	hasFallback bool
}

// parseTemplate reads the variables of a text. It reports false if a variable
// has no reading. What is not closed is text.
func parseTemplate(s string) (template, bool) {
	var t template
	for {
		start := strings.Index(s, "${")
		end := strings.Index(s[max(start, 0):], "}")
		if start < 0 || end < 0 {
			return t.text(s), true
		}
		end += start
		name := s[start+2 : end]
		if name == "*" || name == "?" || name == "$" {
			t = t.text(s[:end+1])
		} else {
			v, ok := parseVariable(name)
			if !ok {
				return nil, false
			}
			t = append(t.text(s[:start]), v)
		}
		s = s[end+1:]
	}
}

// text adds text to t, to the text before it if there is some.
func (t template) text(s string) template {
	if s == "" {
		return t
	}
	if n := len(t); n > 0 && t[n-1].key == "" {
		t[n-1].text += s
		return t
	}
	return append(t, segment{text: s})
}

// parseVariable reads a key, or a key and its default: "key, 'default'".
func parseVariable(s string) (segment, bool) {
	key, rest, found := strings.Cut(s, ",")
	v := segment{key: lower(strings.TrimSpace(key))}
	if v.key == "" {
		return v, false
	}
	if !found {
		return v, true
	}
	rest = strings.TrimSpace(rest)
	if len(rest) < 2 || rest[0] != '\'' || rest[len(rest)-1] != '\'' {
		return v, false
	}
	v.fallback, v.hasFallback = rest[1:len(rest)-1], true
	return v, true
}

// keys returns the keys that t has variables of.
func (t template) keys() []string {
	var keys []string
	for _, s := range t {
		if s.key != "" {
			keys = append(keys, s.key)
		}
	}
	return keys
}

// expand puts values in place of the variables, so that glob reads them to the
// letter. It reports no if a key without default is missing, and open if a value
// cannot be known or is not one. A text that comes with open is what the template
// is if an empty value counts as one, of which AWS says nothing; if it does not
// count, the template matches nothing.
func (t template) expand(lookup func(key string) value) (string, truth) {
	var b strings.Builder
	known := yes
	for _, s := range t {
		if s.key == "" {
			b.WriteString(s.text)
			continue
		}
		switch v := lookup(s.key); {
		case v.outside > 0 || len(v.texts) > 1:
			return "", open
		case v.void():
			known = open
		case len(v.texts) == 1:
			b.WriteString(glob.Escape(v.texts[0]))
		case s.hasFallback:
			b.WriteString(glob.Escape(s.fallback))
		default:
			return "", no
		}
	}
	return b.String(), known
}

// startsBefore reports whether a variable begins before the nth colon of a
// text; colons in variables do not count.
func (t template) startsBefore(colons int) bool {
	seen := 0
	for _, s := range t {
		if s.key != "" && seen < colons {
			return true
		}
		seen += strings.Count(s.text, ":")
	}
	return false
}

// unescape reads ${*}, ${?} and ${$} as the characters.
func unescape(s string) string {
	return strings.NewReplacer("${*}", "*", "${?}", "?", "${$}", "$").Replace(s)
}
