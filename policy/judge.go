package policy

import "github.com/repligrant/repligrant/fact"

const layers = int(Endpoint) + 1

// A judge decides one class of resources in one world after another, and
// remembers what each layer said in any of them.
type judge struct {
	*problem
	live     []*candidate
	in       []bool
	world    world
	rules    rules
	said     [layers]Says
	matched  []bool // by live: the statement applied in some world
	withheld bool

	// What the layers say in this world.
	denies [layers]bool
	allows [layers]bool // of SCP: at every level
	grant  grant
	levels []bool
}

// decide decides in the present world.
func (j *judge) decide() Decision {
	j.listen()
	for l := range Endpoint + 1 {
		j.said[l] |= j.says(l)
	}
	for _, denies := range j.denies {
		if denies {
			return ExplicitDeny
		}
	}
	if j.permits() {
		return Allowed
	}
	return ImplicitDeny
}

// listen finds what each layer says.
func (j *judge) listen() {
	j.denies, j.allows, j.grant = [layers]bool{}, [layers]bool{}, nothing
	if j.matched == nil {
		j.matched = make([]bool, len(j.live))
		j.levels = make([]bool, j.problem.levels)
	}
	clear(j.levels)
	for i, c := range j.live {
		g, ok := c.applies(j.world, j.in)
		if !ok {
			continue
		}
		j.matched[i] = true
		if c.denies {
			j.denies[c.ref.Layer] = true
		} else {
			j.note(c.ref.Layer, c.ref.Level, g)
		}
	}
	for _, u := range j.unread {
		s := j.axes[u.axis].says[j.world[u.axis]]
		j.denies[u.layer] = j.denies[u.layer] || s.denies
		if s.allows || s.grant != nothing {
			j.note(u.layer, u.level, s.grant)
		}
	}
	j.allows[SCP] = j.everyLevel()
	j.allows[RCP] = true // RCPFullAWSAccess
}

// note notes that a layer allows.
func (j *judge) note(l Layer, level int, g grant) {
	j.allows[l] = true
	if l == Resource {
		j.grant = max(j.grant, g)
	}
	if l == SCP {
		j.levels[level] = true
	}
}

func (j *judge) everyLevel() bool {
	for _, allows := range j.levels {
		if !allows {
			return false
		}
	}
	return true
}

// says sums up what a layer says in this world.
func (j *judge) says(l Layer) Says {
	switch {
	case j.denies[l]:
		return Denies
	case !j.allows[l]:
		return Silent
	case l == Resource && j.grant == toAccount:
		return AllowsAccount
	default:
		return AllowsDirectly
	}
}

// permits reports whether the layers together allow, if none denies.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
// and https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html.
func (j *judge) permits() bool {
	c := &j.request.Caller
	if j.lacks(SCP) || j.lacks(Endpoint) {
		return false
	}
	same := j.sameAccount()
	granted := j.grant
	if j.restricted() && !same && c.Kind != ServiceCaller && granted != nothing {
		j.withheld = true
		granted = nothing
	}
	if c.Kind == Anonymous || c.Kind == ServiceCaller {
		return granted != nothing
	}
	limited := j.lacks(Boundary) || j.lacks(Session)
	own := (c.Kind == Root || j.allows[Identity]) && !limited
	if !same {
		return granted != nothing && own && !j.rules.oneAccount
	}
	switch granted {
	case toIdentity:
		return true
	case toRole:
		return !limited
	default:
		return own && (granted == toAccount || !j.rules.resourcePolicy)
	}
}

// lacks reports whether a layer that limits is there and does not allow.
func (j *judge) lacks(l Layer) bool { return j.present(l) && !j.allows[l] }

// present reports whether a layer binds the caller and has policies, or was not read.
func (j *judge) present(l Layer) bool {
	if !j.binds(l) {
		return false
	}
	p := j.policies
	switch l {
	case Identity:
		return anyPolicy(p.Identity)
	case Resource:
		return p.Resource.Document.State() != fact.None
	case Boundary:
		return p.Boundary.Document.State() != fact.None
	case Session:
		return anyPolicy(p.Session)
	case SCP:
		return p.SCPs.State() != fact.None
	case RCP:
		return p.RCPs.State() != fact.None
	default:
		return anyPolicy(p.Endpoint)
	}
}

func anyPolicy(sources []Source) bool {
	for _, s := range sources {
		if s.Document.State() != fact.None {
			return true
		}
	}
	return false
}

// restricted reports whether S3 cuts other accounts off, since the bucket's
// policy is public.
func (j *judge) restricted() bool {
	return j.restricts || j.public >= 0 && j.world[j.public] == 1
}

func (j *judge) sameAccount() bool {
	if j.account >= 0 {
		return j.world[j.account] == 0
	}
	return j.request.Caller.Account != "" && j.request.Caller.Account == j.request.ResourceAccount
}

// views returns what each layer said over all worlds.
func (j *judge) views() []View {
	var views []View
	for l := range Endpoint + 1 {
		if !j.present(l) {
			continue
		}
		v := View{Layer: l, Says: j.said[l]}
		for i, c := range j.live {
			switch {
			case c.ref.Layer != l || !j.matched[i]:
			case c.denies:
				v.Denies = append(v.Denies, c.ref)
			default:
				v.Allows = append(v.Allows, c.ref)
			}
		}
		views = append(views, v)
	}
	return views
}
