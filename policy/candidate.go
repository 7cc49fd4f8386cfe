package policy

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/policy/glob"
)

// A candidate is a statement that is about the action and the caller of a
// request, for some resource in some world.
type candidate struct {
	ref       Ref
	statement *statement
	denies    bool
	grants    []grantTerm // whom it names; one is enough
	resources []resourceTerm
	not       bool // the resources are those of NotResource
	where     []expr
}

// A grantTerm is one principal that the caller may be.
type grantTerm struct {
	grant   grant
	when    expr
	session string // the name that the caller's session must have; then when says whether it has
}

// A resourceTerm is one value of Resource: the column of its pattern, which
// depends on the world if there are variables of several possible values.
type resourceTerm struct {
	expr    // only its axes
	columns []int
}

// Columns that are no patterns.
const (
	matchesNone = -1
	matchesAll  = -2
)

func (t *resourceTerm) matches(w world, in []bool) bool {
	switch c := t.columns[t.offset(w)]; c {
	case matchesNone:
		return false
	case matchesAll:
		return true
	default:
		return in[c]
	}
}

// about reports whether the statement is about a class of resources, in a world.
func (c *candidate) about(w world, in []bool) bool {
	for i := range c.resources {
		if c.resources[i].matches(w, in) {
			return !c.not
		}
	}
	return c.not
}

// varies reports whether that depends on the world.
func (c *candidate) varies() bool {
	return slices.ContainsFunc(c.resources, func(t resourceTerm) bool { return len(t.columns) > 1 })
}

// mayBeAbout reports whether it is in some world.
func (c *candidate) mayBeAbout(in []bool) bool { return c.varies() || c.about(nil, in) }

// applies reports whether the statement matches the request in a world, and
// what it grants to the caller if it allows.
func (c *candidate) applies(w world, in []bool) (grant, bool) {
	for i := range c.where {
		if !c.where[i].in(w) {
			return nothing, false
		}
	}
	best := nothing
	for i := range c.grants {
		if g := &c.grants[i]; g.grant > best && g.when.in(w) {
			best = g.grant
		}
	}
	return best, best != nothing && c.about(w, in)
}

// axes returns the axes that the candidate's answer depends on.
func (c *candidate) axes() []int {
	var all []int
	for _, e := range c.where {
		all = append(all, e.axes...)
	}
	for _, g := range c.grants {
		all = append(all, g.when.axes...)
	}
	for _, r := range c.resources {
		all = append(all, r.axes...)
	}
	return all
}

// gather finds the statements of one document that are about the request's
// action and caller.
func (p *problem) gather(layer Layer, level int, s Source) {
	d, _ := s.Document.Get()
	if d == nil {
		return
	}
	r := p.prepared.evaluator.ready(d)
	for _, i := range r.find(p.query, nil) {
		st := &r.statements[i]
		if !st.matchesAction(p.query.action) || st.isElsewhere(p.query) {
			continue
		}
		c := candidate{
			ref:       Ref{layer, level, s.Name, st.index, st.sid, st.effect},
			statement: st, denies: st.effect == Deny,
		}
		if p.callers(&c); len(c.grants) == 0 {
			continue
		}
		p.addCandidate(c)
	}
}

// isElsewhere reports whether a statement is plainly about other resources than
// those of a query. It saves the work of finding out what else it says.
func (s *statement) isElsewhere(q *Query) bool {
	if s.notResource || s.resourceless {
		return false
	}
	for i := range s.resources {
		if !q.isElsewhere(&s.resources[i]) {
			return false
		}
	}
	return true
}

// isElsewhere reports whether r is plainly about other resources, whatever its
// variables hold.
func (q *Query) isElsewhere(r *resource) bool {
	switch {
	case r.broken:
		return false
	case r.template != nil:
		prefix := r.prefix()
		return !strings.HasPrefix(q.prefix, prefix) && (!q.request.Pattern || !strings.HasPrefix(prefix, q.prefix))
	default:
		return glob.Disjoint(q.target, r.pattern)
	}
}

// addCandidate adds a statement; one that is in doubt may apply or not, and one
// whose Effect has no reading may allow or deny.
func (p *problem) addCandidate(c candidate) {
	if why := c.statement.doubt; why != "" {
		o := Open{Layer: c.ref.Layer, Policy: c.ref.Policy, Why: why}
		c.where = []expr{either(p.newAxis(axis{size: 2, open: []Open{o}}))}
	}
	if c.ref.Effect != Allow && c.ref.Effect != Deny {
		either := p.free(c.ref, sentences["open.effect"], "")
		denies := c
		denies.denies = true
		denies.where = append(slices.Clone(c.where), either)
		p.candidates = append(p.candidates, denies)
		c.where = append(c.where, p.free(c.ref, sentences["open.effect"], ""))
	}
	p.candidates = append(p.candidates, c)
}

// bindResources turns the resources of all candidates into columns.
func (p *problem) bindResources() {
	p.findUses()
	for i := range p.candidates {
		c := &p.candidates[i]
		c.not = c.statement.notResource
		if c.statement.resourceless {
			c.resources = p.withoutResource(c)
			continue
		}
		for j := range c.statement.resources {
			c.resources = append(c.resources, p.resourceTerm(c, &c.statement.resources[j]))
		}
	}
}

// withoutResource reads a statement without Resource. In the policy of a role
// or bucket it is about that; elsewhere AWS refuses it.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html.
func (p *problem) withoutResource(c *candidate) []resourceTerm {
	if c.ref.Layer == Resource {
		return []resourceTerm{{columns: []int{matchesAll}}}
	}
	return []resourceTerm{p.freeResource(c.ref, sentences["open.no-resource"])}
}

// freeResource is a resource that matches everything or nothing.
func (p *problem) freeResource(ref Ref, why string) resourceTerm {
	return resourceTerm{p.free(ref, why, ""), []int{matchesNone, matchesAll}}
}

func (p *problem) resourceTerm(c *candidate, r *resource) resourceTerm {
	switch {
	case r.broken:
		return p.freeResource(c.ref, sentences["open.wrong-variable"])
	case r.short:
		return p.shortResource(c, r)
	case r.template == nil:
		return resourceTerm{columns: []int{p.column(r.pattern)}}
	}
	axes, states, ok := p.variableAxes(r.template.keys())
	if !ok {
		return p.freeResource(c.ref, sentences["open.variable"])
	}
	t := resourceTerm{expr: axes}
	for _, lookup := range states {
		text, known := r.template.expand(lookup)
		switch {
		case known == yes:
			t.columns = append(t.columns, p.column(glob.CompileARNEscaped(text)))
		case known == no && !c.statement.notResource:
			t.columns = append(t.columns, matchesNone)
		case text != "" && len(states) == 1 && !c.statement.notResource:
			either := p.free(c.ref, sentences["open.empty-variable"], "")
			return resourceTerm{either, []int{matchesNone, p.column(glob.CompileARNEscaped(text))}}
		default:
			return p.freeResource(c.ref, sentences["open.variable"])
		}
	}
	return t
}

// shortResource reads a resource such as arn:aws:s3:*. AWS's pages disagree on
// it: in one a * that ends a part may go beyond the colon, in the other no
// wildcard spans parts.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
// and https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html.
func (p *problem) shortResource(c *candidate, r *resource) resourceTerm {
	if _, ok := r.pattern.Text(); ok {
		return resourceTerm{columns: []int{matchesNone}}
	}
	beyond := p.column(r.pattern)
	return resourceTerm{p.fact("beyond", c.ref, sentences.Text("open.short", "resource", r.pattern.String()).String()), []int{matchesNone, beyond}}
}

// column returns the number of a pattern among those that split the resources.
func (p *problem) column(pattern glob.Pattern) int {
	text := pattern.String()
	for _, i := range p.columnsOf[text] {
		if pattern.Equal(p.columns[i]) {
			return i
		}
	}
	if p.columnsOf == nil {
		p.columnsOf = map[string][]int{}
	}
	p.columnsOf[text] = append(p.columnsOf[text], len(p.columns))
	p.columns = append(p.columns, pattern)
	return len(p.columns) - 1
}
