package policy

import (
	"slices"
	"strings"
)

// isServiceLinked reports whether a caller is a session of a service-linked
// role, which the policies of an organization do not bind.
//
// See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html.
func isServiceLinked(c *Caller) bool {
	return c.Kind == Role && strings.Contains(c.ARN, ":role/aws-service-role/")
}

// callers notes under which principals a candidate's statement names the caller.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
// and, for endpoints, https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html.
func (p *problem) callers(c *candidate) {
	s := &c.statement.principals
	switch {
	case !s.present && c.ref.Layer == Resource: // it names nobody
	case !s.present && (c.ref.Layer == RCP || c.ref.Layer == Endpoint):
		c.grants = []grantTerm{{grant: toIdentity, when: p.fact(noPrincipal, c.ref, sentences["open.no-principal"])}}
	case !s.present:
		c.grants = []grantTerm{{grant: toIdentity}}
	case s.not:
		p.notCallers(c)
	case s.all:
		c.grants = []grantTerm{{grant: toIdentity}}
	default:
		for i := range s.entries {
			p.caller(c, &s.entries[i])
		}
		if c.ref.Layer == Endpoint && len(c.grants) > 0 {
			why := sentences["open.endpoint"]
			c.grants = []grantTerm{{grant: toIdentity, when: p.fact(noPrincipal, c.ref, why)}}
		}
	}
}

// noPrincipal is the fact that a principal which AWS refuses in a document of
// an endpoint or organization means everyone.
const noPrincipal = "no principal"

// caller notes whether one principal names the caller.
func (p *problem) caller(c *candidate, entry *principal) {
	t, worth, needs := entry.covers(&p.request.Caller)
	switch {
	case t == no:
	case t == open:
		why := sentences["open.canonical"]
		if entry.kind == user {
			why = sentences["open.user"]
		}
		c.grants = append(c.grants, grantTerm{grant: worth, when: p.fact(entry.id, c.ref, why)})
	case needs == "":
		c.grants = append(c.grants, grantTerm{grant: worth})
	case p.hasSession(needs) != no:
		c.grants = append(c.grants, grantTerm{grant: worth, session: needs})
	}
}

// hasSession reports whether the caller's session has a name.
func (p *problem) hasSession(name string) truth {
	if p.request.Caller.AnySession {
		return open
	}
	return truthOf(p.request.Caller.Session == name)
}

// bindSessions adds the axis of the name of a caller's session that is not
// known: each of the names that statements hold, or none of them.
func (p *problem) bindSessions() {
	if !p.request.Caller.AnySession {
		return
	}
	var names []string
	var first Ref
	for i := range p.candidates {
		for _, g := range p.candidates[i].grants {
			if g.session == "" || slices.Contains(names, g.session) {
				continue
			}
			if names == nil {
				first = p.candidates[i].ref
			}
			names = append(names, g.session)
		}
	}
	if names == nil {
		return
	}
	o := Open{Layer: first.Layer, Policy: first.Policy, Why: sentences["open.session"]}
	n := p.newAxis(axis{size: len(names) + 1, open: []Open{o}})
	for i := range p.candidates {
		for j := range p.candidates[i].grants {
			p.candidates[i].grants[j].bind(n, names)
		}
	}
}

// bind makes a grant to a session depend on the axis of the session's name.
func (g *grantTerm) bind(axis int, names []string) {
	if i := slices.Index(names, g.session); i >= 0 {
		g.when = expr{[]int{axis}, []int{len(names) + 1}, make([]bool, len(names)+1)}
		g.when.table[i] = true
	}
}

// notCallers notes whether NotPrincipal spares the caller. AWS wants the
// account, the role and the session listed, and does not say what happens if
// only some of them are; a caller with a permissions boundary is never spared.
// Newer pages do not support NotPrincipal with Allow; as written, and as older
// pages have it, it allows all but those listed.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html.
func (p *problem) notCallers(c *candidate) {
	matches := p.spares(&c.statement.principals).not()
	if c.denies && p.binds(Boundary) {
		switch _, has := p.policies.Boundary.Document.Get(); {
		case has:
			matches = yes
		case !p.policies.Boundary.Document.Read():
			matches = max(matches, open)
		}
	}
	switch matches {
	case no:
	case yes:
		c.grants = []grantTerm{{grant: toIdentity}}
	case open:
		c.grants = []grantTerm{{grant: toIdentity, when: p.free(c.ref, sentences["open.part"], "")}}
	}
}

// spares reports whether a list of NotPrincipal holds all that the caller is:
// its account, itself, and its session.
func (p *problem) spares(s *principals) truth {
	if s.all {
		return yes
	}
	listed := map[principalKind]truth{}
	for i := range s.entries {
		t, _, needs := s.entries[i].covers(&p.request.Caller)
		if t == yes && needs != "" {
			t = p.hasSession(needs)
		}
		k := s.entries[i].kind
		listed[k] = max(listed[k], t)
	}
	some, all := no, yes
	for _, t := range listed {
		some = max(some, t)
	}
	for _, k := range chain(p.request.Caller.Kind) {
		all = min(all, listed[k])
	}
	switch {
	case all == yes:
		return yes
	case some == no:
		return no
	default:
		return open
	}
}

// chain returns the kinds of principals that together are a caller.
func chain(k CallerKind) []principalKind {
	switch k {
	case Role:
		return []principalKind{account, role, session}
	case User:
		return []principalKind{account, user}
	case FederatedUser:
		return []principalKind{account, federated}
	case Root:
		return []principalKind{account}
	case ServiceCaller:
		return []principalKind{service}
	default:
		return []principalKind{nobody} // anonymous callers are spared by "*" alone
	}
}
