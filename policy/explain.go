package policy

import (
	"cmp"
	"slices"

	"github.com/repligrant/repligrant/policy/glob"
)

// An Element is a part of a statement.
type Element string

// The elements that a request is compared with, in the order in which
// [Explain] looks at them. The Not forms count as the element.
const (
	ActionElement    Element = "Action"
	PrincipalElement Element = "Principal"
	ResourceElement  Element = "Resource"
	ConditionElement Element = "Condition"
)

// A Note says why one statement does not apply to a request.
type Note struct {
	Ref    Ref
	Failed Element // the first that does not match; "" if the statement may apply
	Clause int     // of ConditionElement: the index in Statement.Condition
	// Has are the values of that clause's key in the request, for each of the
	// states that it may be in; an empty list stands for a key that is absent.
	// It is nil if they cannot be listed.
	Has [][]string
}

// Explain says for each statement of the policies that bind the caller whether
// it applies to a request, and if not, what keeps it from that. It is evidence
// for people; what the statements amount to is for [Decide] to say.
func Explain(req Request, policies Policies) []Note {
	var notes []Note
	p, q := Prepare(policies), req.Prepare()
	for l := range Endpoint + 1 {
		for level, sources := range policies.of(l) {
			for _, s := range sources {
				notes = append(notes, p.explain(q, l, level, s)...)
			}
		}
	}
	return notes
}

// of returns the policies of a layer by level.
func (p *Policies) of(l Layer) [][]Source {
	switch l {
	case Identity:
		return [][]Source{p.Identity}
	case Resource:
		return [][]Source{{p.Resource}}
	case Boundary:
		return [][]Source{{p.Boundary}}
	case Session:
		return [][]Source{p.Session}
	case SCP:
		return p.SCPs.Or(nil)
	case RCP:
		return p.RCPs.Or(nil)
	default:
		return [][]Source{p.Endpoint}
	}
}

// explain explains the statements of one document.
func (p *Prepared) explain(q *Query, l Layer, level int, s Source) []Note {
	d, ok := s.Document.Get()
	if !ok || d == nil || !p.policies.binds(l, &q.request) {
		return nil
	}
	var notes []Note
	statements := p.evaluator.ready(d).statements
	for i := range statements {
		st := &statements[i]
		c := candidate{ref: Ref{l, level, s.Name, st.index, st.sid, st.effect}, statement: st, denies: st.effect == Deny}
		note := Note{}
		note.Failed, note.Clause = newProblem(p, q).failed(&c)
		if note.Failed == ConditionElement {
			note.Has = q.texts(st.clauses[note.Clause].key)
		}
		for _, note.Ref = range st.refs(c.ref) {
			notes = append(notes, note)
		}
	}
	slices.SortFunc(notes, func(a, b Note) int { return cmp.Compare(a.Ref.Statement, b.Ref.Statement) })
	return notes
}

// texts returns the possible values of a key.
func (q *Query) texts(key string) [][]string {
	values, ok := q.values(key)
	if !ok {
		return nil
	}
	out := make([][]string, len(values))
	for i, v := range values {
		if v.outside > 0 {
			return nil
		}
		out[i] = append([]string{}, v.texts...)
	}
	return out
}

// failed returns the first element of a statement that does not match.
func (p *problem) failed(c *candidate) (Element, int) {
	if !c.statement.matchesAction(p.query.action) {
		return ActionElement, 0
	}
	if p.callers(c); len(c.grants) == 0 {
		return PrincipalElement, 0
	}
	p.candidates = []candidate{*c}
	split, err := p.split()
	if err != nil {
		return "", 0
	}
	c = &p.candidates[0]
	if !c.inSome(split) {
		return ResourceElement, 0
	}
	for i := range c.statement.clauses {
		e := p.clauseExpr(c, &c.statement.clauses[i])
		if answer, ok := e.constant(); ok && !answer {
			return ConditionElement, i
		}
	}
	return "", 0
}

// inSome reports whether the candidate may be about one of some classes.
func (c *candidate) inSome(classes []glob.Class) bool {
	for i := range classes {
		if c.mayBeAbout(classes[i].In) {
			return true
		}
	}
	return false
}
