package policy

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
)

// Principals that no caller of package policy is: they are read as services of
// these names, which lets statements be compared with them.
const (
	provider  = "Federated:"
	canonical = "CanonicalUser:"
)

// withProviders returns d with a service for each identity provider and
// canonical user that it names; d itself if there is none.
func withProviders(d *Document) *Document {
	out := *d
	out.Statements = slices.Clone(d.Statements)
	changed := false
	for i := range out.Statements {
		s := &out.Statements[i]
		for _, p := range []*Principals{&s.Principal, &s.NotPrincipal} {
			if services := p.providers(); services != nil {
				p.Types = append(slices.Clone(p.Types), PrincipalsType{"Service", List(services...)})
				changed = true
			}
		}
	}
	if !changed {
		return d
	}
	return &out
}

func (p *Principals) providers() []string {
	var out []string
	for _, t := range p.Types {
		if t.Type != "Federated" && t.Type != "CanonicalUser" {
			continue
		}
		for _, v := range t.Values.Values {
			out = append(out, t.Type+":"+v)
		}
	}
	return out
}

// principals returns the dimension of callers.
func (g *group) principals() dimension {
	var atoms []atom
	callers, err := g.callers()
	if err != nil {
		return dimension{err: err}
	}
	for _, c := range callers {
		worth := nothing
		e, ok := g.effect(func(n int) answer {
			a, w := g.grants(g.terms[n], &c)
			if n == 0 {
				worth = w
				return a
			}
			return g.weakened(n, a, w, worth)
		})
		if ok {
			atoms = append(atoms, atom{effect: e, caller: &c})
		}
	}
	return dimension{atoms: g.bestAtoms(atoms)}
}

// weakened makes it a doubt that an Allow of y covers one of x that is worth more
// to the caller. One to the account needs the caller's own policies, and one to a
// role its boundary and session policies; one to a session, or to everyone, needs
// neither.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html.
func (g *group) weakened(n int, a answer, worth, head grant) answer {
	t := g.terms[n]
	if !g.granted() || !g.allowY.has(n) || a.truth == no || worth >= head {
		return a
	}
	if worth <= toAccount {
		why := func() diag.Text { return g.head().say("compare.account").With("other", t.place()) }
		return a.and(perhaps(false, g.doubts.number("account "+t.id, why)))
	}
	why := func() diag.Text { return g.head().say("compare.role").With("other", t.place()) }
	return a.and(perhaps(false, g.doubts.number("role "+t.id, why)))
}

// grants answers whether a term names a caller, and what that is worth.
func (c *containment) grants(t *term, caller *Caller) (answer, grant) {
	s := &t.principals
	switch {
	case !s.present:
		return certainly(no), nothing
	case s.not:
		return c.spared(t, caller), toIdentity
	case s.all:
		return certainly(yes), toIdentity
	}
	best, maybe := nothing, []int(nil)
	for i := range s.entries {
		switch names, worth := s.entries[i].names(caller); names {
		case no:
		case yes:
			best = max(best, worth)
		case open:
			name := cmp.Or(s.entries[i].id, s.entries[i].account)
			maybe = append(maybe, c.doubts.variable("principal "+name, t, "compare.caller", "name", name))
		}
	}
	if caller.Kind == Root && best == toAccount {
		best = toIdentity
	}
	switch {
	case best != nothing:
		return certainly(yes), best
	case maybe != nil:
		return perhaps(false, maybe...), toIdentity
	default:
		return certainly(no), nothing
	}
}

// names is covers, for a caller whose session is known. Whose ID one is stands
// nowhere: it may be that of each role or user.
func (p *principal) names(c *Caller) (truth, grant) {
	switch {
	case p.kind == account && strings.HasPrefix(c.ARN, canonical):
		return open, toAccount // it may be the account's canonical ID
	case p.kind == uniqueID && c.UniqueID == "":
		return min(truthOf(p.mayIdentify(c.Kind)), open), worthOf(c.Kind)
	case p.kind != uniqueID && c.UniqueID != "":
		return min(truthOf(p.mayName(c.Kind)), open), p.worth()
	}
	t, worth, session := p.covers(c)
	if t == yes && session != "" && session != c.Session {
		return no, nothing
	}
	return t, worth
}

// mayIdentify reports whether a unique ID may be that of a caller of a kind, or of
// the user who made the caller's session.
func (p *principal) mayIdentify(k CallerKind) bool {
	if kindOf(p.id) == User {
		return k == User || k == FederatedUser
	}
	return k == Role
}

// kindOf returns whose ID an ID is.
func kindOf(id string) CallerKind {
	if strings.HasPrefix(id, "AIDA") {
		return User
	}
	return Role
}

// mayName reports whether a principal may be about a caller of a kind of whom
// nothing but the ID is known.
func (p *principal) mayName(k CallerKind) bool {
	switch p.kind {
	case account, canonicalUser:
		return true
	case role, session:
		return k == Role
	case user:
		return k == User
	default:
		return false
	}
}

// worth is what a principal that names a role or user is worth to it.
func (p *principal) worth() grant {
	switch p.kind {
	case account, canonicalUser:
		return toAccount
	case role:
		return toRole
	default:
		return toIdentity
	}
}

// spared answers whether a NotPrincipal is about a caller. It is not if all that
// the caller is stands in it; if only a part does, AWS does not say.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html.
func (c *containment) spared(t *term, caller *Caller) answer {
	s := &t.principals
	if s.all {
		return certainly(no)
	}
	listed := map[principalKind]truth{}
	some := no
	for i := range s.entries {
		truth, _ := s.entries[i].names(caller)
		listed[s.entries[i].kind] = max(listed[s.entries[i].kind], truth)
		some = max(some, truth)
	}
	all := yes
	for _, k := range chain(caller.Kind) {
		all = min(all, listed[k])
	}
	switch {
	case all == yes:
		return certainly(no)
	case some == no:
		return certainly(yes)
	default:
		return perhaps(true, c.doubts.variable("not principal "+t.id, t, "compare.part"))
	}
}

// callers returns one caller for each class that the principals of the group
// tell apart.
func (g *group) callers() ([]Caller, error) {
	names := 0
	g.alive.all(func(n int) { names += 1 + len(g.terms[n].principals.entries) })
	if !g.budget.Spend(2 * names * names) {
		return nil, errTooComplex
	}
	var who census
	g.alive.all(func(n int) {
		for i := range g.terms[n].principals.entries {
			who.add(&g.terms[n].principals.entries[i])
		}
	})
	return who.callers(), nil
}

// A census is whom some statements name.
type census struct {
	accounts []inPartition
	entries  []*principal
}

// An inPartition is an account in a partition; "" if the statement leaves that open.
type inPartition struct{ account, partition string }

func (w *census) add(p *principal) {
	w.entries = append(w.entries, p)
	if p.account != "" && !slices.Contains(w.accounts, inPartition{p.account, p.partition}) {
		w.accounts = append(w.accounts, inPartition{p.account, p.partition})
	}
}

// callers returns those who are named, others of the accounts that are named,
// and others still.
func (w *census) callers() []Caller {
	var out []Caller
	for _, p := range w.entries {
		out = append(out, w.named(p)...)
	}
	for _, a := range append(w.placed(), inPartition{w.elsewhere(), "aws"}) {
		out = append(out, w.unnamed(a)...)
	}
	out = append(out, Caller{Kind: Anonymous}, Caller{Kind: ServiceCaller, ARN: "a.amazonaws.com"})
	slices.SortStableFunc(out, func(a, b Caller) int { return cmp.Compare(a.hidden(), b.hidden()) })
	return out
}

// hidden is 1 for a caller whom a request cannot name.
func (c Caller) hidden() int {
	if c.UniqueID != "" || strings.HasPrefix(c.ARN, provider) || strings.HasPrefix(c.ARN, canonical) {
		return 1
	}
	return 0
}

// placed returns the accounts in the partitions where they are named. An account
// that is named without partition is of any, and so of the commercial one too.
func (w *census) placed() []inPartition {
	var out []inPartition
	for _, a := range w.accounts {
		a.partition = cmp.Or(a.partition, "aws")
		if !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// elsewhere returns an account that nobody named is of.
func (w *census) elsewhere() string {
	for id := 111122223333; ; id++ {
		text := strconv.Itoa(id)
		if !slices.ContainsFunc(w.accounts, func(a inPartition) bool { return a.account == text }) {
			return text
		}
	}
}

// named returns the callers that a principal names.
func (w *census) named(p *principal) []Caller {
	switch p.kind {
	case role:
		return w.withSessions(Caller{Kind: Role, ARN: p.id, Account: p.account})
	case session:
		return w.withSessions(Caller{Kind: Role, ARN: w.roleOf(p), Account: p.account})
	case user:
		return []Caller{{Kind: User, ARN: p.id, Account: p.account}}
	case federated:
		return []Caller{{Kind: FederatedUser, ARN: p.id, Account: p.account}}
	case service:
		if p.isPattern() {
			return nil // no service is called so, and it matches no other
		}
		return []Caller{{Kind: ServiceCaller, ARN: p.id}}
	case uniqueID:
		return []Caller{{Kind: kindOf(p.id), UniqueID: p.id}}
	default:
		return nil
	}
}

// isPattern reports whether the name of a service has a wildcard. What providers
// and canonical users are called is another matter.
func (p *principal) isPattern() bool {
	return strings.ContainsAny(p.id, "*?") && !strings.HasPrefix(p.id, provider) && !strings.HasPrefix(p.id, canonical)
}

// roleOf returns the role of a session: one of that name that is named, if there
// is one, for an account has one role of a name.
func (w *census) roleOf(p *principal) string {
	for _, e := range w.entries {
		if e.kind == role && e.account == p.account && e.partition == p.partition && roleName(e.id) == p.id {
			return e.id
		}
	}
	return arn.Role(p.partition, p.account, "", p.id)
}

// withSessions returns a role's session that nobody names, and those that
// somebody does.
func (w *census) withSessions(c Caller) []Caller {
	out := []Caller{c}
	for _, e := range w.entries {
		if e.kind == session && e.account == c.Account && e.id == roleName(c.ARN) {
			c.Session = e.session
			out = append(out, c)
		}
	}
	return out
}

// unnamed returns callers of an account whom nobody names.
func (w *census) unnamed(a inPartition) []Caller {
	name := "a"
	for w.mentions(name) {
		name += "a"
	}
	return []Caller{
		{Kind: Role, ARN: arn.Role(a.partition, a.account, "", name), Account: a.account},
		{Kind: User, ARN: arn.User(a.partition, a.account, "", name), Account: a.account},
		{Kind: FederatedUser, ARN: "arn:" + a.partition + ":sts::" + a.account + ":federated-user/" + name, Account: a.account},
		{Kind: Root, ARN: arn.Root(a.partition, a.account), Account: a.account},
	}
}

// mentions reports whether somebody has a name.
func (w *census) mentions(name string) bool {
	return slices.ContainsFunc(w.entries, func(p *principal) bool { return roleName(p.id) == name })
}
