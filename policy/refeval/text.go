package refeval

import (
	"regexp"
	"strings"

	"github.com/repligrant/repligrant/policy"
)

// A char is one character of a pattern: itself, any one, or any number.
type char struct {
	r     rune
	wild  bool // r is '?' or '*'
	colon bool // the wildcard takes colons too
	value bool // r comes from a variable
	whole bool // stands for all that has no reading
}

// plain reads a pattern without variables.
func plain(s string) []char {
	var l []char
	for _, r := range s {
		l = append(l, char{r: r, wild: r == '*' || r == '?', colon: true})
	}
	return l
}

// matches compares a whole text with a pattern: row i of the table tells which
// prefixes of the text the first i characters of the pattern match.
func matches(pattern []char, text string) bool {
	t := []rune(text)
	row := make([]bool, len(t)+1)
	row[0] = true
	for _, c := range pattern {
		next := make([]bool, len(t)+1)
		for i := range next {
			switch takes := i > 0 && c.takes(t[i-1]); {
			case c.wild && c.r == '*':
				next[i] = row[i] || takes && next[i-1]
			default:
				next[i] = takes && row[i-1]
			}
		}
		row = next
	}
	return row[len(t)]
}

func (c char) takes(r rune) bool {
	if c.wild {
		return c.colon || r != ':'
	}
	return c.r == r
}

// within is an ARN pattern in which the wildcards of the first five segments
// stay in their segment.
func within(l []char) []char { return inSegments(l, false) }

// beyond is one in which a * that ends a segment takes colons.
func beyond(l []char) []char { return inSegments(l, true) }

func inSegments(l []char, beyond bool) []char {
	out := make([]char, len(l))
	colons := 0
	for i, c := range l {
		ends := i == len(l)-1 || isColon(l[i+1])
		c.colon = colons >= 5 || c.whole || beyond && c.r == '*' && ends
		if isColon(c) {
			colons++
		}
		out[i] = c
	}
	return out
}

func isColon(c char) bool { return c.r == ':' && !c.wild && !c.value }

// segments splits an ARN pattern at its first five colons.
func segments(l []char) [][]char {
	parts := [][]char{nil}
	for _, c := range l {
		if isColon(c) && len(parts) < 6 {
			parts = append(parts, nil)
			continue
		}
		parts[len(parts)-1] = append(parts[len(parts)-1], c)
	}
	return parts
}

// variable is what stands between ${ and }: a key, perhaps with a default.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
var variable = regexp.MustCompile(`^([^,'{}$*?]+)(?:, '([^']*)')?$`)

// expand reads a pattern with variables, which exist since version 2012-10-17;
// before, they are literal text. It reports false for a variable without a
// value: the pattern then matches nothing.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
// and https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html.
func (e *evaluation) expand(version, s string) ([]char, bool) {
	if !e.hasVariables(version, s) {
		return plain(s), true
	}
	var l []char
	for {
		before, rest, found := strings.Cut(s, "${")
		l = append(l, plain(before)...)
		if !found {
			return l, true
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return e.either("${ without }")
		}
		value, ok := e.valueOf(name)
		if !ok {
			return nil, false
		}
		l = append(l, value...)
		s = after
	}
}

func (e *evaluation) hasVariables(version, s string) bool {
	if !strings.Contains(s, "${") {
		return false
	}
	switch version {
	case policy.Version2012:
		return true
	case policy.Version2008, "":
		return false
	default:
		return e.ask("version %s", version)
	}
}

// valueOf is the text that a variable stands for. A key with several values
// cannot be a variable; of wildcards in a value AWS says nothing.
func (e *evaluation) valueOf(name string) ([]char, bool) {
	if name == "*" || name == "?" || name == "$" {
		return fromValue(name, false), true
	}
	m := variable.FindStringSubmatchIndex(name)
	if m == nil {
		return e.either("variable ${%s}", name)
	}
	values := e.req.Context[strings.ToLower(name[m[2]:m[3]])]
	switch {
	case len(values) > 1:
		return e.either("variable ${%s} with several values", name)
	case len(values) == 1 && values[0] == "":
		return e.either("variable ${%s} with an empty value", name)
	case len(values) == 1:
		wild := strings.ContainsAny(values[0], "*?") && e.ask("wildcards in the value of ${%s}", name)
		return fromValue(values[0], wild), true
	case m[4] >= 0:
		return fromValue(name[m[4]:m[5]], false), true
	default:
		return nil, false
	}
}

func fromValue(s string, wild bool) []char {
	var l []char
	for _, r := range s {
		l = append(l, char{r: r, value: true, colon: true, wild: wild && (r == '*' || r == '?')})
	}
	return l
}

// either is what has no reading: it may match everything or nothing.
func (e *evaluation) either(format string, args ...any) ([]char, bool) {
	return []char{{r: '*', wild: true, colon: true, whole: true}}, e.ask(format, args...)
}

// literal takes the meaning from the wildcards.
func literal(l []char) []char {
	out := make([]char, len(l))
	for i, c := range l {
		c.wild = c.whole
		out[i] = c
	}
	return out
}
