package policy

import "github.com/repligrant/repligrant/policy/glob"

// fewCandidates is how many statements are looked at without an allocation.
const fewCandidates = 64

// maxLevels bounds the levels of an organization that quick keeps account of.
const maxLevels = 64

// quick decides where nothing is open: each statement at hand applies to all of
// the resources, whatever the possible values of keys, or to none of them. It
// reports false if that is not so; fully then finds what is possible.
func (p *Prepared) quick(q *Query) (Decision, bool) {
	h, ok := p.hearing(q)
	if !ok || !p.hear(q, &h, p.joined, nil) {
		return 0, false
	}
	d, _ := h.decide()
	return d, true
}

// plainly is quick with the reasons.
func (p *Prepared) plainly(q *Query) (Answer, bool) {
	h, ok := p.hearing(q)
	var refs []Ref
	if !ok || !p.hear(q, &h, p.documents, &refs) {
		return Answer{}, false
	}
	class := Class{Witness: q.request.Resource}
	if q.request.Pattern {
		classes, err := glob.Classes(q.target, nil, glob.DefaultBudget)
		if err != nil || len(classes) == 0 {
			return Answer{}, false
		}
		class.Witness = classes[0].Witness
	}
	class.Decision, class.Withheld = h.decide()
	for l := range Endpoint + 1 {
		if h.present[l] {
			class.Views = append(class.Views, h.view(l, refs))
		}
	}
	return Answer{Classes: []Class{class}}, true
}

// view is what a layer says, by the statements that apply.
func (h *hearing) view(l Layer, refs []Ref) View {
	v := View{Layer: l, Says: h.says(l)}
	for _, ref := range refs {
		switch {
		case ref.Layer != l:
		case ref.Effect == Deny:
			v.Denies = append(v.Denies, ref)
		default:
			v.Allows = append(v.Allows, ref)
		}
	}
	return v
}

// hearing begins the hearing of a query. It reports false if something beside
// the statements is open.
func (p *Prepared) hearing(q *Query) (hearing, bool) {
	req := &q.request
	h := hearing{caller: &req.Caller, present: p.present(req), same: req.sameAccount(), outcome: q.outcome}
	if q.empty || q.outcome == byGrant || req.ResourceAccount == "" && req.Caller.Account != "" || p.levels > maxLevels {
		return h, false
	}
	for l, unread := range p.unread {
		if unread && h.present[l] {
			return h, false
		}
	}
	restricts := p.restricts(q.action)
	if restricts == open || q.within == open {
		return h, false
	}
	h.restricted = restricts == yes
	if q.within == yes {
		h.rules = q.special
	}
	return h, true
}

// hear finds what the layers say, and where, if refs is not nil. Otherwise it
// ends at the first Deny that decides. It reports false if something is open.
func (p *Prepared) hear(q *Query, h *hearing, documents []placed, refs *[]Ref) bool {
	var buf [fewCandidates]int
	var levels uint64
	for i := range documents {
		d := &documents[i]
		if !h.present[d.layer] {
			continue
		}
		for _, n := range d.find(q, buf[:0]) {
			s := &d.statements[n]
			applies, worth := q.applies(s, d.layer)
			if applies == no {
				continue
			}
			if applies == open || s.effect != Allow && s.effect != Deny {
				return false
			}
			if refs != nil {
				*refs = append(*refs, s.refs(Ref{d.layer, d.level, d.name, s.index, s.sid, s.effect})...)
			}
			if s.effect == Allow {
				h.note(d.layer, worth)
				if d.layer == SCP {
					levels |= 1 << d.level
				}
				continue
			}
			h.denies[d.layer] = true
			if refs == nil && h.outcome != unneeded && !h.ignores(d.layer) {
				return true
			}
		}
	}
	h.allows[SCP] = levels == 1<<p.levels-1
	h.allows[RCP] = true // RCPFullAWSAccess
	return true
}

// note notes that a layer allows.
func (h *hearing) note(l Layer, g grant) {
	h.allows[l] = true
	if l == Resource {
		h.grant = max(h.grant, g)
	}
}

// applies reports whether a statement applies to a query, and what it grants to
// the caller if it allows. It is open if that is not certain, or so for a part
// of the resources only.
func (q *Query) applies(s *statement, layer Layer) (truth, grant) {
	if !s.matchesAction(q.action) {
		return no, nothing
	}
	about := q.about(s, layer)
	if about == no {
		return no, nothing
	}
	named, worth := q.named(s, layer)
	if named == no {
		return no, nothing
	}
	applies := min(about, named)
	if s.doubt != "" {
		applies = open
	}
	for i := range s.clauses {
		if applies = min(applies, q.holds(&s.clauses[i])); applies == no {
			return no, nothing
		}
	}
	return applies, worth
}

// about reports whether a statement is about the resources of the query.
func (q *Query) about(s *statement, layer Layer) truth {
	if s.resourceless {
		if layer == Resource {
			return yes
		}
		return open
	}
	listed := no
	for i := range s.resources {
		if listed = max(listed, q.matches(&s.resources[i], s.notResource)); listed == yes {
			break
		}
	}
	if s.notResource {
		return listed.not()
	}
	return listed
}

// matches reports whether one value of Resource or NotResource holds the
// resources of the query.
func (q *Query) matches(r *resource, not bool) truth {
	switch {
	case r.broken:
		return open
	case r.short:
		if _, literal := r.pattern.Text(); literal {
			return no
		}
		return min(q.covers(r.pattern), open)
	case r.template == nil:
		return q.covers(r.pattern)
	}
	if !not && q.isElsewhere(r) {
		return no
	}
	text, known := r.template.expand(q.lookup)
	switch {
	case known == yes:
		return q.covers(glob.CompileARNEscaped(text))
	case known == no && !not:
		return no
	case text != "" && !not:
		return min(q.covers(glob.CompileARNEscaped(text)), open)
	default:
		return open
	}
}

// named reports whether a statement names the caller, and what that is worth.
func (q *Query) named(s *statement, layer Layer) (truth, grant) {
	switch p := &s.principals; {
	case !p.present && layer == Resource:
		return no, nothing
	case !p.present && (layer == RCP || layer == Endpoint), p.not:
		return open, nothing
	case !p.present, p.all:
		return yes, toIdentity
	default:
		return q.listed(p, layer)
	}
}

func (q *Query) listed(p *principals, layer Layer) (named truth, best grant) {
	for i := range p.entries {
		t, worth, session := p.entries[i].covers(&q.request.Caller)
		if session != "" && t == yes {
			t = q.hasSession(session)
		}
		if t == open {
			return open, nothing
		}
		if t == yes {
			named, best = yes, max(best, worth)
		}
	}
	if named == yes && layer == Endpoint {
		return open, nothing
	}
	return named, best
}

// hasSession reports whether the caller's session has a name.
func (q *Query) hasSession(name string) truth {
	if q.request.Caller.AnySession {
		return open
	}
	return truthOf(q.request.Caller.Session == name)
}

// holds decides a clause for the possible values of its key.
func (q *Query) holds(c *clause) truth {
	values, ok := q.values(c.key)
	if !ok {
		return open
	}
	first := c.holds(values[0], q.lookup)
	for _, v := range values[1:] {
		if c.holds(v, q.lookup) != first {
			return open
		}
	}
	return first
}

// lookup returns the value of a key that has one possible value, and of another
// one that has no reading.
func (q *Query) lookup(key string) value {
	if values, ok := q.values(key); ok && len(values) == 1 {
		return values[0]
	}
	return noReading
}

// noReading is a value that no variable can stand for.
var noReading = value{outside: 1}
