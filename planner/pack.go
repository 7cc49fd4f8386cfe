package planner

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// pack writes statements as few larger ones that say the same: no action is
// joined to a resource, and no principal to either, that no statement joined.
// Statements with another Sid, effect or NotResource stay apart, and so do those
// with another condition unless only the values of one key differ.
func pack(statements []policy.Statement) []policy.Statement {
	var out []policy.Statement
	for _, b := range bundles(uncontained(statements)) {
		out = append(out, b.statements()...)
	}
	for {
		before := len(out)
		if out = mergePrincipals(mergeConditions(out)); len(out) == before {
			return out
		}
	}
}

// A bundle is what one shell, a statement without action and resource, says of
// which resources, by action.
type bundle struct {
	shell     policy.Statement
	actions   []string
	resources map[string][]string // by action, as first written
}

// bundles sorts statements by their shell, in the order of first appearance.
func bundles(statements []policy.Statement) []*bundle {
	var list []*bundle
	index := map[string]*bundle{}
	for _, st := range statements {
		shell := st
		shell.Action, shell.Resource = policy.Strings{}, policy.Strings{}
		if st.NotResource.Present() {
			shell.NotResource = policy.Compact(widest(st.NotResource.Values)...)
		}
		key := keyOf(shell)
		b, ok := index[key]
		if !ok {
			b = &bundle{shell: shell, resources: map[string][]string{}}
			index[key] = b
			list = append(list, b)
		}
		b.add(st)
	}
	return list
}

func (b *bundle) add(st policy.Statement) {
	for _, action := range st.Action.Values {
		if _, ok := b.resources[action]; !ok {
			b.actions = append(b.actions, action)
		}
		b.resources[action] = append(b.resources[action], st.Resource.Values...)
	}
}

// statements returns one statement for all actions on the same resources.
func (b *bundle) statements() []policy.Statement {
	slices.SortStableFunc(b.actions, byWork)
	var out []policy.Statement
	index := map[string]int{} // in out, by the set of resources
	for _, action := range b.actions {
		resources := widest(b.resources[action])
		key := strings.Join(slices.Sorted(slices.Values(resources)), "\n")
		if i, ok := index[key]; ok {
			out[i].Action = policy.Compact(append(out[i].Action.Values, action)...)
			continue
		}
		index[key] = len(out)
		st := b.shell
		st.Action = policy.Compact(action)
		if len(resources) > 0 {
			st.Resource = policy.Compact(resources...)
		}
		out = append(out, st)
	}
	return out
}

// widest drops the patterns that another one contains. The rest stay in order.
func widest(patterns []string) []string {
	keep := map[string]bool{}
	last := ""
	for _, p := range slices.SortedFunc(slices.Values(patterns), byReach) {
		if !contains(last, p) {
			keep[p] = true
			last = p
		}
	}
	var out []string
	for _, p := range patterns {
		if keep[p] {
			out = append(out, p)
			delete(keep, p)
		}
	}
	return out
}

// byReach orders patterns so that what one contains comes right after it.
func byReach(p, q string) int {
	a, b := strings.TrimSuffix(p, "*"), strings.TrimSuffix(q, "*")
	return cmp.Or(cmp.Compare(a, b), cmp.Compare(len(q), len(p)))
}

// contains reports whether every ARN of pattern q is one of pattern p. Both are
// literal but for one * at the end; wildcards of a prefix are escaped, so that
// one text begins with the other as the keys do.
func contains(p, q string) bool {
	if prefix, ok := strings.CutSuffix(p, "*"); ok {
		return strings.HasPrefix(q, prefix)
	}
	return p == q
}

// mergePrincipals joins statements that differ only in who they are about.
func mergePrincipals(statements []policy.Statement) []policy.Statement {
	var out []policy.Statement
	index := map[string]int{}
	for _, st := range statements {
		if !onlyAWS(st.Principal) {
			out = append(out, st)
			continue
		}
		nobody := st
		nobody.Principal = policy.Principals{}
		key := keyOf(nobody)
		if i, ok := index[key]; ok {
			out[i].Principal = policy.AWS(append(awsOf(out[i]), awsOf(st)...)...)
			continue
		}
		index[key] = len(out)
		out = append(out, st)
	}
	return out
}

// uncontained leaves out statements that are there before, and those that another
// one contains, in which a condition takes more of the same values.
func uncontained(statements []policy.Statement) []policy.Statement {
	statements = distinct(statements)
	index := map[string]int{} // of keys in values
	var values [][]string
	held := make([][]int, len(statements)) // by statement and clause: the index
	for i, st := range statements {
		for c := range st.Condition {
			held[i] = append(held[i], -1)
			if !isPattern(st.Condition[c]) {
				continue
			}
			key := strconv.Itoa(c) + valueKey(st, c)
			at, ok := index[key]
			if !ok {
				at = len(values)
				index[key], values = at, append(values, nil)
			}
			held[i][c], values[at] = at, append(values[at], st.Condition[c].Values.Values[0])
		}
	}
	kept := make([]map[string]bool, len(values))
	for at := range values {
		kept[at] = setOf(widest(values[at]))
	}
	out := statements[:0]
	for i, st := range statements {
		contained := false
		for c, at := range held[i] {
			contained = contained || at >= 0 && !kept[at][st.Condition[c].Values.Values[0]]
		}
		if !contained {
			out = append(out, st)
		}
	}
	return out
}

// distinct returns a list with each statement once.
func distinct(statements []policy.Statement) []policy.Statement {
	out := make([]policy.Statement, 0, len(statements))
	seen := make(map[string]bool, len(statements))
	var key []byte
	for _, st := range statements {
		if key = appendKey(key[:0], st, -1); !seen[string(key)] {
			seen[string(key)] = true
			out = append(out, st)
		}
	}
	return out
}

// isPattern reports whether a clause compares with one pattern.
func isPattern(c policy.Clause) bool {
	return strings.HasSuffix(c.Operator, "Like") && len(c.Values.Values) == 1
}

func setOf(values []string) map[string]bool {
	set := make(map[string]bool, len(values))
	for _, v := range values {
		set[v] = true
	}
	return set
}

// mergeConditions joins statements that differ only in the values of one
// condition key: several values are alternatives.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html.
func mergeConditions(statements []policy.Statement) []policy.Statement {
	clauses := 0
	for _, st := range statements {
		clauses = max(clauses, len(st.Condition))
	}
	for i := range clauses {
		statements = mergeClause(statements, i)
	}
	return statements
}

// mergeClause joins statements that differ only in the values of the ith clause
// of their conditions.
func mergeClause(statements []policy.Statement, i int) []policy.Statement {
	var out []policy.Statement
	index := map[string]int{}
	values := map[int][]string{}
	for _, st := range statements {
		key := valueKey(st, i)
		j, ok := index[key]
		if key == "" || !ok {
			j = len(out)
			index[key] = j
			out = append(out, st)
		}
		if key != "" {
			values[j] = append(values[j], st.Condition[i].Values.Values...)
		}
	}
	for j, all := range values {
		out[j].Condition = slices.Clone(out[j].Condition)
		out[j].Condition[i].Values = unite(out[j].Condition[i].Operator, all)
	}
	return out
}

// valueKey is equal for statements that differ in the values of their ith clause
// alone; "" where those are not alternatives.
func valueKey(st policy.Statement, i int) string {
	if i >= len(st.Condition) || !slices.Contains(alternatives, st.Condition[i].Operator) {
		return ""
	}
	return string(appendKey(nil, st, i))
}

// alternatives are the operators of plans whose values are alternatives; those
// of negated ones all have to differ.
var alternatives = []string{"StringEquals", "StringLike", "ArnEquals", "ArnLike", "IpAddress", "StringEqualsIfExists"}

func unite(operator string, values []string) policy.Strings {
	if strings.HasSuffix(operator, "Like") {
		return policy.Compact(widest(values)...)
	}
	return policy.Compact(values...)
}

func onlyAWS(p policy.Principals) bool { return len(p.Types) == 1 && p.Types[0].Type == "AWS" }

func awsOf(st policy.Statement) []string { return slices.Clone(st.Principal.Types[0].Values.Values) }

// byWork orders actions as S3 works, and those it does not need after them.
func byWork(a, b string) int { return cmp.Compare(placeOf(a), placeOf(b)) }

// placeOf is where the tables of package replication have an action.
func placeOf(action string) int {
	place := 0
	for _, table := range [][]replication.Permission{replication.Permissions, replication.DocsPermissions} {
		for _, p := range table {
			if p.Action == action {
				return place
			}
			place++
		}
	}
	for _, p := range replication.WriterPermissions {
		if p.Action == action {
			return place
		}
		place++
	}
	return place
}
