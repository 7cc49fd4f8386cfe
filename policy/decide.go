package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/repligrant/repligrant/policy/glob"
)

// An Evaluator decides requests. It keeps the documents that it has seen in a
// form that is ready to be matched, so that deciding many requests against the
// same documents is fast. Those documents must not change. The zero Evaluator
// is ready to use, also from several goroutines at once.
type Evaluator struct {
	documents sync.Map  // from *Document to *ready
	trials    sync.Pool // of *trial
}

// A trial is what one call of Allowed works with, and leaves to the next.
type trial struct {
	policies Policies
	prepared Prepared
	query    Query
}

// Decide decides a request: for every resource of its pattern, and for all that
// the request and the policies leave open. It changes neither.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html.
func Decide(req Request, policies Policies) Answer { return new(Evaluator).Decide(req, policies) }

// Decide is [Decide], with the documents of earlier calls at hand.
func (e *Evaluator) Decide(req Request, policies Policies) Answer {
	return e.prepare(&policies).Decide(req.Prepare())
}

// Allowed is what [Answer.Allowed] says of [Evaluator.Decide], and much faster
// where nothing is open: nobody asks for the reasons.
func (e *Evaluator) Allowed(req Request, policies Policies) bool {
	t, _ := e.trials.Get().(*trial)
	if t == nil {
		t = &trial{}
	}
	defer e.trials.Put(t)
	t.policies = policies
	t.prepared.fill(e, &t.policies)
	t.query.ask(req)
	if d, ok := t.prepared.quick(&t.query); ok {
		return d == Allowed
	}
	t.query.list()
	return t.prepared.fully(&t.query).Allowed()
}

// decide finds what is possible, class by class.
func (p *problem) decide() Answer {
	p.collect()
	p.bindSessions()
	p.bindAccount()
	p.bindPublic()
	split, err := p.split()
	if err != nil {
		return tooComplex(p.request)
	}
	p.bindConditions(split)
	return p.answer(split)
}

// answer decides each class of resources. Classes that the statements at hand do
// not tell apart, or about which all layers say the same, become one, with the
// witness of the first: it is the shortest.
func (p *problem) answer(split []glob.Class) Answer {
	var a Answer
	seen := map[string]bool{}
	isNew := func(key string) bool {
		known := seen[key]
		seen[key] = true
		return !known
	}
	for _, c := range split {
		if len(split) > 1 && !isNew(p.signature(c.In)) {
			continue
		}
		classes, ok := p.classes(c.Witness, c.In)
		if !ok {
			return tooComplex(p.request)
		}
		for _, class := range classes {
			said := class
			said.Witness, said.Context = "", nil
			if len(split) == 1 && len(classes) == 1 || isNew(fmt.Sprintf("%#v", said)) {
				a.Classes = append(a.Classes, class)
			}
		}
	}
	return a
}

// signature is the same for two classes if no candidate, and no rule of the
// service, tells them apart.
func (p *problem) signature(in []bool) string {
	var b []byte
	add := func(yes bool) { b = strconv.AppendBool(b, yes) }
	add(p.special >= 0 && in[p.special])
	for i := range p.candidates {
		c := &p.candidates[i]
		if !c.varies() {
			add(c.about(nil, in))
			continue
		}
		for _, r := range c.resources {
			for _, column := range r.columns {
				add(column >= 0 && in[column])
			}
		}
	}
	return string(b)
}

// ready returns d in the form that is matched.
func (e *Evaluator) ready(d *Document) *ready {
	if r, ok := e.documents.Load(d); ok {
		return r.(*ready)
	}
	r, _ := e.documents.LoadOrStore(d, newReady(d))
	return r.(*ready)
}

func tooComplex(req *Request) Answer {
	all := Allowed | ImplicitDeny | ExplicitDeny
	return Answer{Classes: []Class{{Witness: req.Resource, Decision: all}}, TooComplex: true}
}

// bindAccount adds the axis of who owns the resource, if the request does not say.
func (p *problem) bindAccount() {
	if p.request.ResourceAccount == "" && p.request.Caller.Account != "" {
		o := Open{Layer: Resource, Key: "aws:ResourceAccount", Why: sentences["open.account"]}
		p.account = p.newAxis(axis{size: 2, open: []Open{o}})
	}
}

// bindPublic finds whether other accounts are cut off from a public bucket, and
// adds an axis if that is not certain.
func (p *problem) bindPublic() {
	public := p.prepared.restricts(p.query.action)
	p.restricts = public == yes
	if public == open {
		o := Open{Layer: Resource, Policy: p.policies.Resource.Name, Why: sentences["open.public"]}
		p.public = p.newAxis(axis{size: 2, open: []Open{o}})
	}
}

// classes decides one class of resources, for each of the values that keys stand
// for. It reports false if too much is not known.
func (p *problem) classes(witness string, in []bool) ([]Class, bool) {
	var live []*candidate
	for i := range p.candidates {
		if c := &p.candidates[i]; c.mayBeAbout(in) {
			live = append(live, c)
		}
	}
	each, rest := p.used(live)
	every, ok := newSpace(p.axes, each)
	if !ok {
		return nil, false
	}
	s, ok := newSpace(p.axes, rest)
	if !ok || s.size*every.size > maxWorlds || s.size*every.size*len(live) > maxWork {
		return nil, false
	}
	out := make([]Class, every.size)
	for number := range every.size {
		j := p.newJudge(live, in)
		every.set(j.world, number)
		out[number] = j.class(&s)
		out[number].Witness, out[number].Context = witness, p.contextOf(&every, j.world)
	}
	return out, true
}

// class decides in all worlds of a space.
func (j *judge) class(s *space) Class {
	var class Class
	decisions := make([]Decision, s.size)
	for number := range s.size {
		s.set(j.world, number)
		decisions[number] = j.decide()
		class.Decision |= decisions[number]
	}
	class.Views, class.Withheld = j.views(), j.withheld
	if class.Decision.Unknown() {
		class.Open = j.opens(s, decisions)
	}
	if j.outcome == byGrant {
		class.Decision = Allowed | ImplicitDeny | ExplicitDeny
		class.Open = append(class.Open, Open{Layer: Resource, Why: sentences["open.grant"]})
	}
	return class
}

// contextOf returns the values of the keys that stand for each of theirs.
func (p *problem) contextOf(every *space, w world) map[string]string {
	if len(every.axes) == 0 {
		return nil
	}
	context := map[string]string{}
	for _, n := range every.axes {
		a := &p.axes[n]
		context[a.every] = a.values[w[n]].texts[0]
	}
	return context
}

// used returns the axes that the answer for some candidates depends on, in
// order: those of keys that stand for each of their values, and the rest.
func (p *problem) used(live []*candidate) (every, rest []int) {
	var all []int
	for _, c := range live {
		all = append(all, c.axes()...)
	}
	for _, u := range p.unread {
		all = append(all, u.axis)
	}
	for _, a := range []int{p.account, p.public} {
		if a >= 0 {
			all = append(all, a)
		}
	}
	slices.Sort(all)
	for _, a := range slices.Compact(all) {
		if p.axes[a].every != "" {
			every = append(every, a)
		} else {
			rest = append(rest, a)
		}
	}
	return every, rest
}

// opens returns what each axis that can change whether the request is allowed
// stands for.
func (p *problem) opens(s *space, decisions []Decision) []Open {
	allowed := func(number int) bool { return decisions[number] == Allowed }
	var out []Open
	for i, a := range s.axes {
		if !s.matters(i, allowed) {
			continue
		}
		for _, o := range p.axes[a].open {
			if !slices.Contains(out, o) {
				out = append(out, o)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Open) int { return cmp.Or(cmp.Compare(a.Layer, b.Layer), cmp.Compare(a.Key, b.Key)) })
	return out
}
