package policy

import (
	"fmt"
	"slices"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy/glob"
)

// A problem is one request on its way to an answer: the statements that may
// apply, and the axes of what is not known.
type problem struct {
	prepared   *Prepared
	query      *Query
	request    *Request
	policies   *Policies
	candidates []candidate
	columns    []glob.Pattern   // that split the resources
	columnsOf  map[string][]int // columns by the text of their pattern
	special    int              // the column of resources with rules of their own, or -1
	specialTo  rules            // those rules
	axes       []axis
	keys       map[string]*key
	uses       map[string][]use // of each key, by the clauses of the candidates
	variables  map[string]bool  // the keys whose values some candidate puts into its own
	facts      map[string]int   // the axes of fact
	unread     []unreadAxis
	levels     int  // of SCPs
	account    int  // the axis of who owns the resource, or -1
	public     int  // the axis of whether the resource policy is public, or -1
	restricts  bool // RestrictPublicBuckets is in force
}

// An unreadAxis is an axis of documents of one layer that were not read.
type unreadAxis struct {
	layer Layer
	level int
	axis  int
}

// A key is a condition key with the values that the statements tell apart.
type key struct {
	name   string // in lower case
	values []value
	fixed  bool // the request lists the values; otherwise they are atoms
	listed bool // values are all that matter
	failed bool // they cannot be listed
	axis   int  // or -1
}

// A use of a key is a clause about it.
type use struct {
	layer  Layer
	clause *clause
}

func newProblem(p *Prepared, q *Query) *problem {
	return &problem{prepared: p, query: q, request: &q.request, policies: p.policies, account: -1, public: -1}
}

// newAxis adds an axis and returns its number.
func (p *problem) newAxis(a axis) int {
	p.axes = append(p.axes, a)
	return len(p.axes) - 1
}

// free returns an expr that may be true or false, for what has no answer.
func (p *problem) free(ref Ref, why, key string) expr {
	o := Open{Layer: ref.Layer, Policy: ref.Policy, Why: fmt.Sprintf("statement %d: %s", ref.Statement, why), Key: key}
	if why == "" {
		o = Open{Layer: ref.Layer, Key: key}
	}
	return either(p.newAxis(axis{size: 2, open: []Open{o}}))
}

// fact is free for what several statements depend on alike: it is true for all
// of them or for none. What tells such facts apart.
func (p *problem) fact(what string, ref Ref, why string) expr {
	e := p.free(ref, why, "")
	n, known := p.facts[what]
	if !known {
		if p.facts == nil {
			p.facts = map[string]int{}
		}
		p.facts[what] = e.axes[0]
		return e
	}
	p.axes[n].open = append(p.axes[n].open, p.axes[e.axes[0]].open...)
	p.axes = p.axes[:len(p.axes)-1]
	return either(n)
}

// either is true in one state of an axis of two.
func either(axis int) expr { return expr{[]int{axis}, []int{2}, []bool{false, true}} }

// binds reports whether a layer takes part in decisions about the caller.
func (p *problem) binds(l Layer) bool { return p.policies.binds(l, p.request) }

// collect gathers the candidates of all layers, and the documents not read.
func (p *problem) collect() {
	p.sources(Identity, 0, p.policies.Identity)
	p.sources(Resource, 0, []Source{p.policies.Resource})
	p.sources(Boundary, 0, []Source{p.policies.Boundary})
	p.sources(Session, 0, p.policies.Session)
	p.levelled(SCP, p.policies.SCPs)
	p.levelled(RCP, p.policies.RCPs)
	p.sources(Endpoint, 0, p.policies.Endpoint)
}

func (p *problem) sources(layer Layer, level int, sources []Source) {
	if !p.binds(layer) {
		return
	}
	var opens []Open
	for _, s := range sources {
		if !s.Document.Read() {
			opens = append(opens, Open{Layer: layer, Policy: s.Name, Why: s.Document.Why()})
			continue
		}
		p.gather(layer, level, s)
	}
	if opens != nil {
		p.notRead(layer, level, opens)
	}
}

// levelled gathers the policies of an organization.
func (p *problem) levelled(layer Layer, levels fact.Value[[][]Source]) {
	if !p.binds(layer) {
		return
	}
	list, _ := levels.Get()
	if layer == SCP {
		p.levels = len(list)
	}
	if !levels.Read() {
		p.levels = max(p.levels, 1)
		p.notRead(layer, 0, []Open{{Layer: layer, Why: levels.Why()}})
	}
	for i, level := range list {
		p.sources(layer, i, level)
	}
}

// notRead adds the axis of what unread documents of one place may say.
func (p *problem) notRead(layer Layer, level int, opens []Open) {
	says := []summary{{}, {denies: true}}
	switch layer {
	case Resource:
		says = append(says, summary{grant: toAccount}, summary{grant: toRole}, summary{grant: toIdentity})
	case RCP: // allows anyway
	default:
		says = append(says, summary{allows: true})
	}
	n := p.newAxis(axis{size: len(says), says: says, open: opens})
	p.unread = append(p.unread, unreadAxis{layer, level, n})
}

// split returns the classes of resources that the candidates tell apart.
func (p *problem) split() ([]glob.Class, error) {
	p.bindResources()
	p.bindRules()
	if p.request.Pattern {
		return glob.Classes(p.query.target, p.columns, glob.DefaultBudget)
	}
	c := glob.Class{Witness: p.request.Resource, In: make([]bool, len(p.columns))}
	for i := range p.columns {
		c.In[i] = p.columns[i].Match(c.Witness)
	}
	return []glob.Class{c}, nil
}

// bindRules finds the rules that some resources have of their own.
func (p *problem) bindRules() {
	p.special = -1
	if resources, rules, ok := special(p.query.action); ok {
		p.special, p.specialTo = p.column(resources), rules
	}
}

// rulesOf returns the rules for a class of resources.
func (p *problem) rulesOf(in []bool) rules {
	if p.special >= 0 && in[p.special] {
		return p.specialTo
	}
	return rules{}
}

// bindConditions turns the conditions of candidates into exprs, for those that
// are about one of the classes. The others go.
func (p *problem) bindConditions(classes []glob.Class) {
	p.candidates = slices.DeleteFunc(p.candidates, func(c candidate) bool { return !c.inSome(classes) })
	p.findUses()
	for i := range p.candidates {
		c := &p.candidates[i]
		for j := range c.statement.clauses {
			e := p.clauseExpr(c, &c.statement.clauses[j])
			if answer, ok := e.constant(); !ok {
				c.where = append(c.where, e)
			} else if !answer {
				c.where = []expr{never()}
				break
			}
		}
	}
	p.candidates = slices.DeleteFunc(p.candidates, func(c candidate) bool {
		return slices.ContainsFunc(c.where, func(e expr) bool { answer, ok := e.constant(); return ok && !answer })
	})
}
