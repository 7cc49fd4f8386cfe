package policy

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/policy/glob"
)

// A Query is a [Request] that is ready to be decided against any policies. It
// does not change, and may be used from several goroutines at once. The request
// that it was made from must not change either.
type Query struct {
	request Request
	action  string       // in lower case
	target  glob.Pattern // the resource, or all of them
	prefix  string       // what each resource begins with
	ready   bool         // names, keys, open and every are filled
	names   []string     // see Caller.names
	keys    []knownKey   // whose values the request lists
	open    []string     // keys, in lower case, whose values it does not list
	every   []string     // those of open that stand for each of their values
	special rules        // of some resources
	within  truth        // whether the resources are such
	empty   bool         // the pattern names nothing
	outcome outcome      // whatever policies say
}

// A knownKey is a context key with its possible values.
type knownKey struct {
	name   string // in lower case
	values []value
}

// Prepare makes a request ready, for callers that decide it more than once.
func (r Request) Prepare() *Query {
	q := &Query{}
	q.ask(r)
	q.list()
	return q
}

// ask makes q that of a request, of which the values of keys are not listed yet:
// what is decided once looks up those of the few keys that policies name.
func (q *Query) ask(r Request) {
	*q = Query{request: r, action: lower(r.Action), prefix: r.Resource}
	q.outcome = outcomeOf(q.action, &r.Caller)
	if !r.Pattern {
		q.target = glob.Literal(r.Resource)
	} else {
		q.target = glob.CompileARNEscaped(r.Resource)
		q.prefix = q.target.LiteralPrefix()
		q.empty = q.namesNothing()
	}
	if resources, rules, ok := special(q.action); ok {
		q.special, q.within = rules, q.covers(resources)
	}
}

// list lists the values of keys, and the names of the caller.
func (q *Query) list() {
	q.ready, q.names = true, q.request.Caller.names()
	q.keys = make([]knownKey, 0, len(q.request.Context.Keys))
	for name, d := range q.request.Context.Keys {
		if values, ok := d.fixed(); ok {
			q.keys = append(q.keys, knownKey{name, values})
		} else {
			q.open = append(q.open, name)
			if d.every {
				q.every = append(q.every, name)
			}
		}
	}
}

// namesNothing reports whether no resource is in the pattern, as in that of a
// bucket's objects without a key.
func (q *Query) namesNothing() bool {
	if r := q.request.Resource; r != "" && !strings.ContainsAny(r[len(r)-1:], ":/?") {
		return false // whatever is in it ends with what may end a name
	}
	classes, err := glob.Classes(q.target, nil, glob.DefaultBudget)
	return err == nil && len(classes) == 0
}

// covers reports whether a pattern holds all resources of the query, or none.
func (q *Query) covers(p glob.Pattern) truth {
	if !q.request.Pattern {
		return truthOf(p.Match(q.request.Resource))
	}
	if known, in := glob.Constant(p, q.target); known {
		return truthOf(in)
	}
	return open
}

// values returns the possible values of a key; false if the request does not
// list them.
func (q *Query) values(key string) ([]value, bool) {
	if d, ok := q.request.Context.Keys[key]; ok && !q.ready {
		return d.fixed()
	}
	for i := range q.keys {
		if q.keys[i].name == key {
			return q.keys[i].values, true
		}
	}
	if slices.Contains(q.open, key) {
		return nil, false
	}
	if q.request.Context.Rest == nil {
		return absentOnly, true
	}
	return q.request.Context.Rest(key).fixed()
}

// isEach reports whether the request stands for each of the values of a key.
func (q *Query) isEach(key string) bool { return slices.Contains(q.every, key) }

// absentOnly are the values of a key that is not in the request.
var absentOnly = []value{{}}

// lower writes the letters A to Z small. Others are no letters of actions and
// keys: the Kelvin sign is not a k.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, s)
}
