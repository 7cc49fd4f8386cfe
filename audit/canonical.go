package audit

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/policy"
)

// canonical writes a statement so that two that mean the same to the letter,
// with lists in another order or strings in place of lists, are the same.
func canonical(st policy.Statement) string {
	var clauses []string
	for _, c := range st.Condition {
		clauses = append(clauses, join(strings.ToLower(c.Operator), strings.ToLower(c.Key), join(sorted(c.Values.Values)...)))
	}
	text, _ := json.Marshal([]any{ // strings and lists of them always encode
		st.Sid, st.Effect, principalList(st.Principal), principalList(st.NotPrincipal),
		sorted(lower(st.Action.Values)), sorted(lower(st.NotAction.Values)), sorted(st.Resource.Values), sorted(st.NotResource.Values), sorted(clauses),
	})
	return string(text)
}

func join(parts ...string) string { return strings.Join(parts, "\x00") }

func sorted(l []string) []string { return slices.Sorted(slices.Values(l)) }

func lower(l []string) []string {
	out := make([]string, len(l))
	for i, s := range l {
		out[i] = strings.ToLower(s)
	}
	return out
}

func principalList(p policy.Principals) []string {
	if p.Everyone {
		return []string{"*"}
	}
	var out []string
	for _, t := range p.Types {
		for _, v := range t.Values.Values {
			out = append(out, t.Type+":"+v)
		}
	}
	return sorted(out)
}
