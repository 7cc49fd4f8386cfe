package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
)

// A Witness is one request. Keys that are not in its context are absent.
type Witness struct {
	Action    string
	Resource  string
	Principal string // "" where the documents name none
	Context   map[string][]string
}

// dimensions returns those of a group, resources first; false if no request is
// in the head's box.
func (g *group) dimensions() ([]dimension, bool) {
	dims := []dimension{{}}
	if g.named {
		dims = append(dims, g.listOnce("principals", g.principals))
	}
	for i, name := range g.keys {
		what := fmt.Sprintf("key %s %t", name, g.known[i])
		if d := g.listOnce(what, func() dimension { return g.key(name) }); d.key != "" {
			dims = append(dims, d)
		}
	}
	for _, d := range dims[1:] {
		if len(d.atoms) == 0 && d.err == nil {
			return nil, false
		}
	}
	dims[0] = g.listOnce("resources "+g.subject.kinds.name, g.resources)
	return dims, len(dims[0].atoms) > 0 || dims[0].err != nil
}

// A found is a witness on its way.
type found struct {
	request Request
	keys    map[string][]string // as a policy spells them
}

// witness returns the request of a state, in the form that is read best. The
// evaluator has the last word on it.
func (g *group) witness(dims []dimension, s state) *Witness {
	f := found{request: Request{Action: g.subject.name, Caller: somebody, ResourceAccount: somebody.Account}, keys: map[string][]string{}}
	for i, n := range s.path {
		a := dims[i].atoms[n]
		switch {
		case i == 0:
			f.request.Resource = a.text
		case a.caller != nil:
			f.request.Caller = *a.caller
		case !a.value.absent():
			f.keys[dims[i].key] = a.value.texts
		}
	}
	for i, k := range g.keys {
		if v := g.fixed[k]; g.known[i] && !v.absent() {
			f.keys[g.spelled(k)] = v.texts
		}
	}
	for _, nice := range g.nicer(f) {
		if g.replays(nice) {
			return nice.witness(g.named)
		}
	}
	g.note(because(g.head().say("compare.disagree", "action", f.request.Action, "resource", f.request.Resource)))
	return nil
}

// replayCost is what it costs to decide a request, beside the statements.
const replayCost = 1000

// somebody makes the requests where no document names principals.
var somebody = Caller{Kind: Role, ARN: "arn:aws:iam::111122223333:role/a", Account: "111122223333"}

// spelled is a key as the first term spells it that has a clause about it, or
// else a variable.
func (g *group) spelled(key string) string {
	for _, t := range g.terms {
		for i := range t.clauses {
			if c := &t.clauses[i]; c.key == key {
				return c.name
			}
		}
	}
	for _, t := range g.terms {
		for _, text := range t.source.texts() {
			if s := variableIn(text, key); s != "" {
				return s
			}
		}
	}
	return key
}

// texts returns all in which variables may stand.
func (s *Statement) texts() []string {
	out := slices.Concat(s.Resource.Values, s.NotResource.Values)
	for _, c := range s.Condition {
		out = append(out, c.Values.Values...)
	}
	return out
}

// variableIn returns a key as a variable in a text spells it; "" if there is none.
func variableIn(text, key string) string {
	for {
		_, rest, found := strings.Cut(text, "${")
		inner, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			return ""
		}
		name, _, _ := strings.Cut(inner, ",")
		if name = strings.TrimSpace(name); strings.EqualFold(name, key) {
			return name
		}
		text = after
	}
}

func (f found) witness(named bool) *Witness {
	w := &Witness{Action: f.request.Action, Resource: f.request.Resource, Context: f.keys}
	if named {
		w.Principal = f.request.Caller.name()
	}
	return w
}

// name is how a caller is written in a request.
func (c Caller) name() string {
	switch {
	case c.Kind == Anonymous:
		return "anonymous"
	case c.UniqueID != "":
		return c.UniqueID
	case c.Kind == Role && c.Session != "":
		a, _ := arn.Parse(c.ARN)
		return "arn:" + a.Partition + ":sts::" + c.Account + ":assumed-role/" + roleName(c.ARN) + "/" + c.Session
	default:
		return strings.TrimPrefix(strings.TrimPrefix(c.ARN, provider), canonical)
	}
}

// replays reports whether the evaluator says of a request that x allows it and y
// does not.
func (f *focus) replays(w found) bool {
	r := w.request
	r.Context.Keys = map[string]Domain{}
	for key, texts := range w.keys {
		r.Context.Keys[strings.ToLower(key)] = Exactly(texts...)
	}
	const allows = AllowsAccount | AllowsDirectly
	x, y := f.says(f.x, r), f.says(1-f.x, r)
	return x != 0 && x&^allows == 0 && y&allows == 0
}

// says returns what one document says about a request.
func (c *containment) says(side int, r Request) Says {
	p := Policies{
		Resource: Source{Document: fact.Absent[*Document]()}, Boundary: Source{Document: fact.Absent[*Document]()},
		SCPs: fact.Absent[[][]Source](), RCPs: fact.Absent[[][]Source](),
	}
	layer, document := Identity, Source{Document: fact.Of(c.documents[side])}
	if c.named {
		layer, p.Resource = Resource, document
	} else {
		p.Identity = []Source{document}
	}
	var says Says
	for _, class := range c.evaluator.Decide(r, p).Classes {
		for _, v := range class.Views {
			if v.Layer == layer {
				says |= v.Says
			}
		}
	}
	return says
}

// nicer returns the request in forms that are read better, the best first, and
// then as it is.
func (g *group) nicer(f found) []found {
	dated := f
	dated.keys = map[string][]string{}
	for key, texts := range f.keys {
		dated.keys[key] = g.dates(key, texts)
	}
	var out []found
	for _, r := range append(g.nicerResources(f.request.Resource), f.request.Resource) {
		for _, v := range []found{dated, f} {
			v.request.Resource = r
			out = append(out, v)
		}
	}
	return out
}

// dates writes seconds as dates, where the policies compare the key with dates.
func (g *group) dates(key string, texts []string) []string {
	if !g.isDate(key) {
		return texts
	}
	out := make([]string, len(texts))
	for i, s := range texts {
		out[i] = s
		if n, err := parseNumber(s); err == nil && n.IsInt() && n.Num().IsInt64() {
			out[i] = time.Unix(n.Num().Int64(), 0).UTC().Format(time.RFC3339)
		}
	}
	return out
}

func (g *group) isDate(key string) bool {
	for _, t := range g.terms {
		for i := range t.clauses {
			if c := &t.clauses[i]; c.family == asDate && strings.EqualFold(c.key, key) {
				return true
			}
		}
	}
	return false
}

// nicerResources puts a Region and an account into an ARN in place of those that
// only a wildcard asks for.
func (g *group) nicerResources(text string) []string {
	if g.subject.outside {
		return []string{"*"}
	}
	parts := strings.SplitN(text, ":", 6)
	if len(parts) < 6 {
		return nil
	}
	for _, k := range g.subject.kinds.list {
		if !k.pattern.Match(text) {
			continue
		}
		if len(parts[3]) < 2 && strings.Contains(k.arn, "${Region}") {
			parts[3] = regionOf(parts[1])
		}
		if !arn.IsAccountID(parts[4]) && strings.Contains(k.arn, "${Account}") {
			parts[4] = somebody.Account
		}
	}
	return []string{strings.Join(parts, ":")}
}

// regionOf returns a Region of a partition.
func regionOf(partition string) string {
	for _, region := range []string{"us-east-1", "cn-north-1", "us-gov-west-1"} {
		if arn.PartitionOf(region) == partition {
			return region
		}
	}
	return "us-east-1"
}
