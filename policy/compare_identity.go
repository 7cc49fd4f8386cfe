package policy

import (
	"slices"
	"strconv"
	"strings"
)

// identity is the same for statements that say the same: the order of lists does
// not matter, nor the case of actions and condition keys, nor the Sid. Variables
// are text in versions that do not have them.
func (s *Statement) identity(variables bool) string {
	b := []byte(s.Effect)
	b = s.Action.appendID(append(b, 'A'), true, false)
	b = s.NotAction.appendID(append(b, 'a'), true, false)
	b = s.Resource.appendID(append(b, 'R'), false, variables)
	b = s.NotResource.appendID(append(b, 'r'), false, variables)
	b = s.Principal.appendID(append(b, 'P'))
	b = s.NotPrincipal.appendID(append(b, 'p'))
	clauses := make([]string, len(s.Condition))
	for i := range s.Condition {
		clauses[i] = s.Condition[i].identity(variables)
	}
	return string(appendList(append(b, 'C'), clauses))
}

// identity is the same for clauses that say the same.
func (c *Clause) identity(variables bool) string {
	b := appendText(nil, strings.ToLower(c.Operator))
	b = appendText(b, strings.ToLower(c.Key))
	return string(c.Values.appendID(b, false, variables))
}

// appendID appends what tells lists of strings apart, and an empty one from none.
func (s Strings) appendID(b []byte, fold, variables bool) []byte {
	if !s.Present() {
		return b
	}
	values := s.Values
	if fold {
		values = make([]string, len(s.Values))
		for i, v := range s.Values {
			values[i] = strings.ToLower(v)
		}
	}
	b = appendList(append(b, '['), values)
	if variables && slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, "${") }) {
		b = append(b, '$')
	}
	return append(b, ']')
}

func (p Principals) appendID(b []byte) []byte {
	if !p.Present() {
		return b
	}
	var list []string
	for _, t := range p.Types {
		for _, v := range t.Values.Values {
			list = append(list, t.Type+" "+v)
		}
	}
	b = strconv.AppendBool(append(b, '['), p.Everyone)
	return append(appendList(b, list), ']')
}

// appendList appends strings in order, each once.
func appendList(b []byte, list []string) []byte {
	if len(list) > 1 {
		list = sorted(list)
	}
	for _, s := range list {
		b = appendText(b, s)
	}
	return b
}

// appendText appends a text so that one that follows cannot be taken for a part of
// it. (strconv.AppendQuote copies all of b for each text.)
func appendText(b []byte, s string) []byte {
	b = strconv.AppendInt(b, int64(len(s)), 10)
	return append(append(b, ':'), s...)
}

// sorted returns strings in order, each once.
func sorted(s []string) []string {
	s = slices.Clone(s)
	slices.Sort(s)
	return slices.Compact(s)
}
