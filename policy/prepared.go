package policy

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/fact"
)

// A Prepared is [Policies] that are ready to decide many requests. It may be
// used from several goroutines at once. The documents must not change.
type Prepared struct {
	evaluator *Evaluator
	policies  *Policies
	documents []placed     // in the order of Policies
	joined    []placed     // the same, with those of one place joined where there are many
	has       [layers]bool // has policies, or was not read
	unread    [layers]bool // was not read, or not as a whole
	levels    int          // of SCPs
}

// A placed is a document in its place among the policies.
type placed struct {
	layer    Layer
	level    int
	name     string // Source.Name; "" of joined documents
	document *Document
	*ready
}

// manyDocuments is from how many documents on those of one place are worth an
// index of their own.
const manyDocuments = 2

// join makes the documents of each place one, where there are many.
func (p *Prepared) join() {
	var out []placed
	for rest := p.documents; len(rest) > 0; {
		n := slices.IndexFunc(rest, func(d placed) bool { return d.layer != rest[0].layer || d.level != rest[0].level })
		if n < 0 {
			n = len(rest)
		}
		if n < manyDocuments {
			out = append(out, rest[:n]...)
		} else {
			documents := make([]*Document, n)
			for i := range documents {
				documents[i] = rest[i].document
			}
			out = append(out, placed{rest[0].layer, rest[0].level, "", nil, newReady(documents...)})
		}
		rest = rest[n:]
	}
	p.joined = out
}

// Prepare makes policies ready.
func Prepare(policies Policies) *Prepared { return new(Evaluator).Prepare(policies) }

// Prepare is [Prepare], with the documents of earlier calls at hand.
func (e *Evaluator) Prepare(policies Policies) *Prepared {
	p := e.prepare(&policies)
	p.join()
	return p
}

func (e *Evaluator) prepare(policies *Policies) *Prepared {
	p := &Prepared{}
	p.fill(e, policies)
	return p
}

// fill makes p that of some policies.
func (p *Prepared) fill(e *Evaluator, policies *Policies) {
	*p = Prepared{evaluator: e, policies: policies, documents: p.documents[:0]}
	p.sources(Identity, 0, policies.Identity)
	p.sources(Resource, 0, []Source{policies.Resource})
	p.sources(Boundary, 0, []Source{policies.Boundary})
	p.sources(Session, 0, policies.Session)
	p.levels = p.levelled(SCP, policies.SCPs)
	p.levelled(RCP, policies.RCPs)
	p.sources(Endpoint, 0, policies.Endpoint)
	p.joined = p.documents
}

func (p *Prepared) sources(layer Layer, level int, sources []Source) {
	for _, s := range sources {
		if s.Document.State() != fact.None {
			p.has[layer] = true
		}
		if !s.Document.Read() {
			p.unread[layer] = true
		}
		if d, ok := s.Document.Get(); ok && d != nil {
			p.documents = append(p.documents, placed{layer, level, s.Name, d, p.evaluator.ready(d)})
		}
	}
}

// levelled places the policies of an organization and returns how many levels
// there are.
func (p *Prepared) levelled(layer Layer, levels fact.Value[[][]Source]) int {
	list, _ := levels.Get()
	for i, level := range list {
		p.sources(layer, i, level)
	}
	p.has[layer] = levels.State() != fact.None
	p.unread[layer] = p.unread[layer] || !levels.Read()
	return len(list)
}

// Decide is [Decide].
func (p *Prepared) Decide(q *Query) Answer {
	if a, ok := p.plainly(q); ok {
		return a
	}
	return p.fully(q)
}

// fully is Decide also for what is open.
func (p *Prepared) fully(q *Query) Answer { return newProblem(p, q).decide() }

// Decision is Decide without the reasons, and much faster where nothing is open:
// the decisions that are possible, over all resources of the query. Alike
// reports whether they are the same for each resource. A query of which the
// pattern names nothing has no decision.
func (p *Prepared) Decision(q *Query) (d Decision, alike bool) {
	if d, ok := p.quick(q); ok {
		return d, true
	}
	for i, c := range p.fully(q).Classes {
		alike = i == 0 || alike && c.Decision == d
		d |= c.Decision
	}
	return d, alike
}

// binds reports whether a layer takes part in decisions about the caller.
func (p *Policies) binds(l Layer, req *Request) bool {
	c := &req.Caller
	person := c.Kind != Anonymous && c.Kind != ServiceCaller
	switch l {
	case Identity, Session:
		return person && c.Kind != Root
	case Boundary:
		return c.Kind == Role || c.Kind == User || c.Kind == FederatedUser
	case SCP:
		return person && !p.ManagementAccount && !isServiceLinked(c)
	case RCP:
		own := c.Account != "" && c.Account == req.ResourceAccount
		return !isServiceLinked(c) && (!own || !p.ManagementAccount)
	default:
		return true
	}
}

// present returns the layers that bind the caller and have policies, or were
// not read.
func (p *Prepared) present(req *Request) (present [layers]bool) {
	for l, has := range p.has {
		present[l] = has && p.policies.binds(Layer(l), req)
	}
	return present
}

// sameAccount reports whether the caller is of the account that owns the resource.
func (r *Request) sameAccount() bool {
	return r.Caller.Account != "" && r.Caller.Account == r.ResourceAccount
}

// restricts reports whether RestrictPublicBuckets cuts other accounts off.
func (p *Prepared) restricts(action string) truth {
	if !p.policies.RestrictPublicBuckets || !strings.HasPrefix(action, "s3:") {
		return no
	}
	d, ok := p.policies.Resource.Document.Get()
	if !ok {
		return no
	}
	return p.evaluator.ready(d).public
}
