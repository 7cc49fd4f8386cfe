package planner

import (
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/policy"
)

// maxAtoms is how many atoms of statements that are alike are looked at. What has
// more does not fit into any policy.
const maxAtoms = 20_000

// regroup writes statements in the smallest of several ways that say exactly the
// same. Packing writes each action once, as people do; where rules of one bucket
// ask for different actions, each resource once may take half the room, and where
// several roles share some prefixes, each role once.
func regroup(statements []policy.Statement) []policy.Statement {
	var out []policy.Statement
	for _, a := range families(statements) {
		out = append(out, a.smallest()...)
	}
	return out
}

// A dimension is a list of a statement whose values are alternatives.
type dimension struct {
	get func(policy.Statement) []string
	set func(*policy.Statement, []string)
}

// dimensionsOf are the lists of a statement: two that have the same ones, and are
// otherwise equal, grant a union of boxes.
func dimensionsOf(st policy.Statement) []dimension {
	list := []dimension{{
		func(st policy.Statement) []string { return st.Action.Values },
		func(st *policy.Statement, v []string) { st.Action = policy.Compact(v...) },
	}}
	if st.Resource.Present() {
		list = append(list, dimension{
			func(st policy.Statement) []string { return st.Resource.Values },
			func(st *policy.Statement, v []string) { st.Resource = policy.Compact(v...) },
		})
	}
	byAccount := namesAccounts(st)
	switch {
	case byAccount:
		list = append(list, dimension{narrowedTo, narrowTo})
	case onlyAWS(st.Principal):
		list = append(list, dimension{awsOf, func(st *policy.Statement, v []string) { st.Principal = policy.AWS(v...) }})
	}
	for i, c := range st.Condition {
		if !slices.Contains(alternatives, c.Operator) || byAccount && isCallers(c) {
			continue
		}
		list = append(list, dimension{
			func(st policy.Statement) []string { return st.Condition[i].Values.Values },
			func(st *policy.Statement, v []string) {
				st.Condition = slices.Clone(st.Condition)
				st.Condition[i].Values = policy.Compact(v...)
			},
		})
	}
	return list
}

// namesAccounts reports whether a statement names the accounts of those to whom
// its condition narrows it, and no others. Since the ARN of a role says whose it
// is, the two are one list: accounts and roles of several such statements may
// stand in one, and a role is let in by its own account alone.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn.
func namesAccounts(st policy.Statement) bool {
	roles := narrowedTo(st)
	if len(roles) == 0 || !onlyAWS(st.Principal) {
		return false
	}
	accounts, ok := rootsOf(roles)
	slices.Sort(accounts)
	return ok && slices.Equal(accounts, slices.Compact(slices.Sorted(slices.Values(awsOf(st)))))
}

// narrowTo has a statement name the accounts of roles, and those in its condition.
func narrowTo(st *policy.Statement, roles []string) {
	accounts, _ := rootsOf(roles)
	st.Principal = policy.AWS(accounts...)
	st.Condition = slices.Clone(st.Condition)
	for i, c := range st.Condition {
		if isCallers(c) {
			st.Condition[i].Values = policy.Compact(roles...)
			return
		}
	}
}

// rootsOf returns the accounts of roles, each once. It reports false if one is no
// ARN of an account's role: a pattern may stand for several accounts.
func rootsOf(roles []string) (accounts []string, ok bool) {
	ok = true
	for _, role := range roles {
		a, err := arn.Parse(role)
		ok = ok && err == nil && arn.IsAccountID(a.Account) && !strings.ContainsAny(a.Partition, "*?")
		if root := arn.Root(a.Partition, a.Account); !slices.Contains(accounts, root) {
			accounts = append(accounts, root)
		}
	}
	return accounts, ok
}

// A family is statements that differ in nothing but their lists.
type family struct {
	shell      policy.Statement // without them
	statements []policy.Statement
	dimensions []dimension
}

// families sorts statements into families, in the order of first appearance.
func families(statements []policy.Statement) []*family {
	var list []*family
	index := map[string]*family{}
	for _, st := range statements {
		shell, dimensions := st, dimensionsOf(st)
		for _, d := range dimensions {
			d.set(&shell, []string{""})
		}
		key := strconv.FormatBool(st.Resource.Present()) + keyOf(shell)
		if index[key] == nil {
			index[key] = &family{shell: shell, dimensions: dimensions}
			list = append(list, index[key])
		}
		index[key].statements = append(index[key].statements, st)
	}
	return list
}

// smallest returns the statements of f in the way that takes least room, as they
// are if no other takes less.
func (f *family) smallest() []policy.Statement {
	best := f.statements
	boxes, classes := f.atoms()
	if len(boxes) >= maxAtoms {
		return best
	}
	least := len(encode(policy.New(best...)))
	for order := range permutations(f.varied(classes)) {
		list := f.write(joinBoxes(boxes, order), classes)
		if size := len(encode(policy.New(list...))); size < least {
			best, least = list, size
		}
	}
	return best
}

// varied are the dimensions in which f has more than one class.
func (f *family) varied(classes [][][]string) []int {
	var list []int
	for d := range f.dimensions {
		if len(classes[d]) > 1 {
			list = append(list, d)
		}
	}
	return list
}

// A box is what a statement grants: for each dimension some classes of values.
type box [][]int

// atoms takes the statements of f apart into boxes of one class in each
// dimension, maxAtoms at most. Values of a class are in the same statements, all
// of them.
func (f *family) atoms() (boxes []box, classes [][][]string) {
	whole := make([]box, len(f.statements))
	for d := range f.dimensions {
		of, values := f.classes(d)
		classes = append(classes, values)
		for i := range f.statements {
			whole[i] = append(whole[i], of[i])
		}
	}
	seen := map[string]bool{}
	for _, b := range whole {
		for _, atom := range b.split(maxAtoms - len(boxes)) {
			if key := atom.key(-1); !seen[key] {
				seen[key] = true
				boxes = append(boxes, atom)
			}
		}
	}
	return boxes, classes
}

// classes returns the classes of dimension d that each statement holds, and the
// values of each class.
func (f *family) classes(d int) (of [][]int, values [][]string) {
	var order []string
	holders := map[string][]byte{} // by value: the statements that hold it
	for i, st := range f.statements {
		for _, v := range f.dimensions[d].get(st) {
			if _, ok := holders[v]; !ok {
				order = append(order, v)
			}
			holders[v] = append(strconv.AppendInt(holders[v], int64(i), 10), ' ')
		}
	}
	of = make([][]int, len(f.statements))
	index := map[string]int{}
	for _, v := range order {
		key := string(holders[v])
		c, ok := index[key]
		if !ok {
			c = len(values)
			index[key] = c
			values = append(values, nil)
			for i := range strings.FieldsSeq(key) {
				n, _ := strconv.Atoi(i)
				of[n] = append(of[n], c)
			}
		}
		values[c] = append(values[c], v)
	}
	return of, values
}

// split takes b apart, into so many at most.
func (b box) split(most int) []box {
	parts := []box{nil}
	for _, classes := range b {
		var next []box
		for _, p := range parts {
			for _, c := range classes {
				if len(next) < most {
					next = append(next, append(slices.Clone(p), []int{c}))
				}
			}
		}
		parts = next
	}
	return parts
}

// key is equal for boxes that are equal but for dimension d.
func (b box) key(d int) string {
	var key []byte
	for i, classes := range b {
		for _, c := range classes {
			if i != d {
				key = append(strconv.AppendInt(key, int64(c), 10), ',')
			}
		}
		key = append(key, ';')
	}
	return string(key)
}

// joinBoxes joins boxes that differ in one dimension only, dimension by dimension
// in an order, until there are none.
func joinBoxes(boxes []box, order []int) []box {
	for {
		before := len(boxes)
		for _, d := range order {
			boxes = joinedAlong(boxes, d)
		}
		if len(boxes) == before {
			return boxes
		}
	}
}

func joinedAlong(boxes []box, d int) []box {
	var out []box
	index := map[string]int{}
	for _, b := range boxes {
		key := b.key(d)
		i, ok := index[key]
		if !ok {
			index[key] = len(out)
			out = append(out, slices.Clone(b))
			continue
		}
		all := slices.Concat(out[i][d], b[d])
		slices.Sort(all)
		out[i][d] = slices.Compact(all)
	}
	return out
}

// write makes statements of boxes.
func (f *family) write(boxes []box, classes [][][]string) []policy.Statement {
	var list []policy.Statement
	for _, b := range boxes {
		st := f.shell
		for d, dimension := range f.dimensions {
			var values []string
			for _, c := range b[d] {
				values = append(values, classes[d][c]...)
			}
			if d == 0 {
				slices.SortStableFunc(values, byWork)
			}
			dimension.set(&st, values)
		}
		list = append(list, st)
	}
	return list
}

// permutations yields the orders of a list; of more than four dimensions, which
// no statement of a plan varies in, one.
func permutations(list []int) func(func([]int) bool) {
	return func(yield func([]int) bool) {
		if len(list) == 0 || len(list) > 4 {
			yield(list)
			return
		}
		permute(nil, list, yield)
	}
}

func permute(head, rest []int, yield func([]int) bool) bool {
	if len(rest) == 0 {
		return yield(head)
	}
	for i, d := range rest {
		others := slices.Delete(slices.Clone(rest), i, i+1)
		if !permute(append(slices.Clone(head), d), others, yield) {
			return false
		}
	}
	return true
}
