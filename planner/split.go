package planner

import (
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// managedPolicies are the quotas of how many managed policies something may have
// in place of inline ones, by the place of those.
var managedPolicies = map[policy.Place]policy.Place{
	policy.RoleInline: policy.RoleAttached,
	policy.UserInline: policy.UserAttached,
}

// tooLargeInline returns the roles and users whose policies are too large to be
// inline, all of one together.
func (d *draft) tooLargeInline(packed [][]policy.Statement) map[carried]bool {
	whole := map[carried]*policy.Document{}
	for i, p := range d.parts {
		if _, ok := managedPolicies[p.place]; !ok {
			continue
		}
		key := carried{p.target, p.place}
		if whole[key] == nil {
			whole[key] = policy.New()
		}
		statements := slices.Clone(packed[i])
		sids{}.name(statements)
		whole[key].Statements = append(whole[key].Statements, statements...)
	}
	large := map[carried]bool{}
	for key, document := range whole {
		quota := policy.QuotaOf(key.place)
		large[key] = quota.Count(string(encode(document))) > quota.Limit
	}
	return large
}

// managed returns the part as managed policies, as few as it takes.
func (p *part) managed(statements []policy.Statement, names sids) []Document {
	quota := policy.QuotaOf(policy.ManagedPolicy)
	pieces, ok := split(statements, func(list []policy.Statement) bool {
		return quota.Count(string(encode(policy.New(numbered(list)...)))) <= quota.Limit
	})
	if !ok {
		panic("planner: a statement about one prefix, key or address is too large") //nolint:forbidigo // a SPEC takes none that long
	}
	var documents []Document
	for i, piece := range pieces {
		names.name(piece)
		d := p.document(piece)
		d.Name, d.Managed = p.pieceName(i), true
		d.Size, d.Limit = quota.Count(string(d.Document)), quota.Limit
		documents = append(documents, d)
	}
	return documents
}

// pieceName is the name of the ith managed policy of a part.
func (p *part) pieceName(i int) string {
	stem := "policy-"
	if p.partKey.kind == replication.BatchRolePolicy {
		stem = "batch-policy-"
	}
	return stem + strconv.Itoa(i+1)
}

// numbered returns statements with Sids as long as they may become.
func numbered(statements []policy.Statement) []policy.Statement {
	out := slices.Clone(statements)
	for i := range out {
		out[i].Sid += "000"
	}
	return out
}

// split lays statements into lists that fit, filling one after the other. A
// statement that is too long is cut: several resources, and several values of a
// condition key, are alternatives. It reports false if even one of those is too long.
func split(statements []policy.Statement, fits func([]policy.Statement) bool) (lists [][]policy.Statement, ok bool) {
	var list []policy.Statement
	queue := slices.Clone(statements)
	for len(queue) > 0 {
		if whole := append(slices.Clone(list), queue[0]); fits(whole) {
			list, queue = whole, queue[1:]
			continue
		}
		head, tail, found := cut(queue[0], func(st policy.Statement) bool { return fits(append(slices.Clone(list), st)) })
		if found {
			list, queue[0] = append(list, head), tail
		}
		if len(list) > 0 {
			lists, list = append(lists, list), nil
			continue
		}
		one, other, ok := halve(queue[0])
		if !ok {
			return nil, false
		}
		queue = slices.Concat([]policy.Statement{one, other}, queue[1:])
	}
	if len(list) > 0 {
		lists = append(lists, list)
	}
	return lists, true
}

// cut cuts the longest list of a statement in two, so that as much as fits is in
// the first. It reports false if nothing of it fits.
func cut(st policy.Statement, fits func(policy.Statement) bool) (head, tail policy.Statement, ok bool) {
	values, with := longest(st)
	n := 0 // so many fit
	for low, high := 1, len(values)-1; low <= high; {
		middle := (low + high) / 2
		if fits(with(values[:middle])) {
			n, low = middle, middle+1
		} else {
			high = middle - 1
		}
	}
	if n == 0 {
		return st, st, false
	}
	return with(values[:n]), with(values[n:]), true
}

// halve cuts the longest list of a statement in the middle. It reports false if
// it has only one value.
func halve(st policy.Statement) (one, other policy.Statement, ok bool) {
	values, with := longest(st)
	if len(values) < 2 {
		return st, st, false
	}
	middle := len(values) / 2
	return with(values[:middle]), with(values[middle:]), true
}

// longest returns the longest list of a statement whose values are alternatives,
// and what makes the statement with another one.
func longest(st policy.Statement) (values []string, with func([]string) policy.Statement) {
	values, with = st.Resource.Values, func(list []string) policy.Statement {
		st := st
		st.Resource = policy.Compact(list...)
		return st
	}
	for i, c := range st.Condition {
		if len(c.Values.Values) > len(values) && slices.Contains(alternatives, c.Operator) {
			values, with = c.Values.Values, func(list []string) policy.Statement {
				st := st
				st.Condition = slices.Clone(st.Condition)
				st.Condition[i].Values = policy.Compact(list...)
				return st
			}
		}
	}
	return values, with
}

// tooMany reports the roles and users that would have more managed policies than
// AWS takes.
func (d *draft) tooMany(documents []Document) diag.List {
	count := map[string]int{}
	for _, document := range documents {
		if document.Managed {
			count[document.Target]++
		}
	}
	var problems diag.List
	for _, p := range d.parts {
		attached, ok := managedPolicies[p.place]
		if !ok {
			continue
		}
		quota := policy.QuotaOf(attached)
		if n := count[p.target]; n > quota.Limit {
			delete(count, p.target)
			found := oversized.At(p.pos, "plan-policies-too-many", "target", p.target, "count", strconv.Itoa(n),
				"limit", strconv.Itoa(quota.Limit), "maximum", strconv.Itoa(quota.Maximum), "source", quota.Source)
			rooms, _ := d.bySize(carried{p.target, p.place})
			diag.Put(found.Hint.Args, "largest", largest(rooms))
			problems = append(problems, found)
		}
	}
	return problems
}

// splitWarnings says of each role and user that its policies are managed ones.
func splitWarnings(documents []Document, parts []*part) []Warning {
	names := map[string][]string{}
	for _, d := range documents {
		if d.Managed {
			names[d.Target] = append(names[d.Target], d.Name)
		}
	}
	var list []Warning
	for _, p := range parts {
		attached, ok := managedPolicies[p.place]
		if all := names[p.target]; ok && all != nil {
			delete(names, p.target)
			list = append(list, warn(p.pos, "role-policies-managed", "role", p.target, "names", strings.Join(all, ", "),
				"count", strconv.Itoa(len(all)), "limit", strconv.Itoa(policy.QuotaOf(attached).Limit)))
		}
	}
	return list
}
