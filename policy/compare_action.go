package policy

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/repligrant/repligrant/actions"
	"github.com/repligrant/repligrant/policy/glob"
)

// A pattern is a glob.Pattern.
type pattern = glob.Pattern

// A subject is an action, or a class of actions outside the catalogue that the
// statements at hand do not tell apart.
type subject struct {
	name    string
	lower   string
	kinds   *kinds
	action  actions.Action
	outside bool // it may take every resource and have every key
}

// knows reports whether requests for the action can have a condition key.
func (s *subject) knows(key string) bool { return s.outside || s.action.KnowsKey(key) }

// kinds are the resource types of some actions. Actions without have "*" alone.
type kinds struct {
	name string // tells them apart
	list []resourceKind
}

// A resourceKind is a type of resource.
type resourceKind struct {
	pattern pattern
	beyond  pattern // what is in pattern and of another type, if bounded
	bounded bool
	arn     string // as AWS writes it, "" for all resources
}

// anyKind is what actions outside the catalogue take.
var anyKind = kinds{"any", []resourceKind{{pattern: glob.Compile("?*")}}}

// A catalogue is package actions, ready to be compared.
type catalogue struct {
	subjects []subject // by lower
}

var theCatalogue = sync.OnceValue(func() *catalogue {
	c := &catalogue{}
	shared := map[string]*kinds{}
	for a := range actions.All() {
		var names []string
		for _, t := range a.Types() {
			names = append(names, t.Service+":"+string(t.Name))
		}
		key := strings.Join(names, " ")
		if shared[key] == nil {
			shared[key] = newKinds(key, a.Types())
		}
		c.subjects = append(c.subjects, subject{name: a.Name, lower: strings.ToLower(a.Name), kinds: shared[key], action: a})
	}
	slices.SortFunc(c.subjects, func(a, b subject) int { return strings.Compare(a.lower, b.lower) })
	return c
})

func newKinds(name string, types []actions.ResourceType) *kinds {
	k := &kinds{name: name}
	for _, t := range types {
		beyond := t.Beyond()
		k.list = append(k.list, resourceKind{
			pattern: glob.CompileARN(inSomePartition(t.Pattern())), beyond: glob.CompileARN(beyond), bounded: beyond != "", arn: t.ARN,
		})
	}
	return k
}

// match adds the actions that a pattern in lower case matches.
func (c *catalogue) match(p *pattern, to set, budget *glob.Budget) {
	prefix := p.LiteralPrefix()
	i, _ := slices.BinarySearchFunc(c.subjects, prefix, func(s subject, t string) int { return strings.Compare(s.lower, t) })
	for ; i < len(c.subjects) && strings.HasPrefix(c.subjects[i].lower, prefix) && budget.Spend(1+len(p.String())/8); i++ {
		if p.Match(c.subjects[i].lower) {
			to.add(i)
		}
	}
}

// An actionSpace is all actions that two documents are compared for.
type actionSpace struct {
	subjects []subject // those of the catalogue first
	selected set
	// complex says that the patterns of actions outside the catalogue could not
	// be told apart.
	complex bool
}

var errEmptyUniverse = failing("compare.empty")

// bound finds the actions of the universe, and those of each term.
func (c *containment) bound(in Universe) error {
	if in.Resource != "" && in.Resource != "*" {
		if isShort(in.Resource) {
			return failing("compare.universe-short", "resource", strconv.Quote(in.Resource))
		}
		if t, ok := parseTemplate(in.Resource); !ok || len(t.keys()) > 0 {
			return failing("compare.universe-variable", "resource", strconv.Quote(in.Resource))
		}
		p := glob.CompileARNEscaped(in.Resource)
		c.within = &p
	}
	universe := statement{notAction: len(in.Actions) == 0}
	if len(in.Actions) == 0 && c.within == nil && c.same() {
		return nil // there is nothing to look at
	}
	for _, a := range in.Actions {
		universe.actions = append(universe.actions, glob.Compile(strings.ToLower(a)))
	}
	for _, t := range c.both {
		t.statement = compileStatement(t.source, t.variables)
	}
	outside := c.outside(&universe)
	c.subjects = append(slices.Clone(theCatalogue().subjects), c.unlisted(&universe)...)
	listed := len(c.subjects)
	c.subjects = append(c.subjects, outside.subjects...)
	c.selected = c.actionsOf(&universe, listed, outside)
	for _, t := range c.both {
		t.actions = c.actionsOf(&t.statement, listed, outside)
	}
	c.reach.index(c.both)
	if c.complex || c.spent() || c.selected.any(c.hasResource) {
		return nil
	}
	return errEmptyUniverse
}

// unlisted returns the actions that the universe names and the catalogue lacks,
// of services that it holds.
func (c *containment) unlisted(universe *statement) []subject {
	var out []subject
	for i := range universe.actions {
		name, ok := universe.actions[i].Text()
		if !ok || !actions.Covers(name) {
			continue
		}
		if _, found := actions.Find(name); !found {
			out = append(out, subject{name: name, lower: name, kinds: &anyKind, outside: true})
		}
	}
	return out
}

// outsiders are the classes of actions outside the catalogue.
type outsiders struct {
	patterns []pattern
	columns  map[string]int
	subjects []subject
	classes  []glob.Class
}

// outside splits the actions outside the catalogue by the patterns of all terms
// and of the universe.
func (c *containment) outside(universe *statement) *outsiders {
	o := &outsiders{columns: map[string]int{}}
	reached := false
	for _, s := range c.statements(universe) {
		reached = reached || s.notAction && s != universe
		for i := range s.actions {
			if p := &s.actions[i]; reachesOutside(p) {
				reached = reached || s != universe
				o.column(p)
			}
		}
	}
	if !reached {
		return o
	}
	services := actions.Services()
	by := slices.Clone(o.patterns)
	for _, s := range services {
		by = append(by, glob.Compile(s+":*"))
	}
	classes, err := c.budget.Classes(glob.Compile("?*:?*"), by)
	c.complex = err != nil
	for _, class := range classes {
		if !slices.Contains(class.In[len(o.patterns):], true) {
			o.classes = append(o.classes, class)
			o.subjects = append(o.subjects, subject{name: class.Witness, lower: strings.ToLower(class.Witness), kinds: &anyKind, outside: true})
		}
	}
	return o
}

// statements returns those of all terms, and one more.
func (c *containment) statements(universe *statement) []*statement {
	all := []*statement{universe}
	for _, t := range c.both {
		all = append(all, &t.statement)
	}
	return all
}

// reachesOutside reports whether a pattern may hold actions of services that the
// catalogue lacks.
func reachesOutside(p *pattern) bool {
	service, _, whole := strings.Cut(p.LiteralPrefix(), ":")
	return !whole || !actions.Covers(service)
}

func (o *outsiders) column(p *pattern) {
	if _, known := o.columns[p.String()]; !known {
		o.columns[p.String()] = len(o.patterns)
		o.patterns = append(o.patterns, *p)
	}
}

// actionsOf returns the actions that a statement is about. Those from listed on
// are the classes outside the catalogue.
func (c *containment) actionsOf(s *statement, listed int, o *outsiders) set {
	of := newSet(len(c.subjects))
	for i := range s.actions {
		p := &s.actions[i]
		theCatalogue().match(p, of, c.budget)
		for j := len(theCatalogue().subjects); j < listed; j++ {
			if p.Match(c.subjects[j].lower) {
				of.add(j)
			}
		}
		column, ok := o.columns[p.String()]
		for j := range o.classes {
			if ok && o.classes[j].In[column] {
				of.add(listed + j)
			}
		}
	}
	if s.notAction {
		of.invert(len(c.subjects))
	}
	return of
}

// hasResource reports whether the universe holds resources of an action.
func (c *containment) hasResource(i int) bool {
	k := c.subjects[i].kinds
	if c.within == nil {
		return true
	}
	return slices.ContainsFunc(k.list, func(k resourceKind) bool { return !glob.Disjoint(k.pattern, *c.within) })
}

// inSomePartition narrows a pattern to ARNs that have a partition.
func inSomePartition(p string) string { return strings.Replace(p, "arn:*:", "arn:?*:", 1) }
