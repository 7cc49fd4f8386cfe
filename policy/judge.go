package policy

// layers is how many layers there are.
const layers = int(Endpoint) + 1

// A hearing is what the layers say, in one world, and about whom.
type hearing struct {
	caller     *Caller
	present    [layers]bool // the layer binds the caller, and has policies or was not read
	denies     [layers]bool
	allows     [layers]bool // of SCP: at every level
	grant      grant        // of the resource policy
	same       bool         // the caller is of the account that owns the resource
	restricted bool         // S3 cuts other accounts off, since the bucket's policy is public
	rules      rules
	outcome    outcome
}

// decide sums up what the layers say. Withheld says that RestrictPublicBuckets
// takes away what the resource policy grants.
func (h *hearing) decide() (d Decision, withheld bool) {
	if h.outcome == unneeded {
		return Allowed, false
	}
	for l, denies := range h.denies {
		if denies && !h.ignores(Layer(l)) {
			return ExplicitDeny, false
		}
	}
	withheld = h.withholds()
	if h.permits(withheld) {
		return Allowed, withheld
	}
	return ImplicitDeny, withheld
}

// ignores reports whether a Deny of a layer has no effect.
func (h *hearing) ignores(l Layer) bool {
	return l == Resource && h.rules.rootKeeps && h.same && h.caller.Kind == Root
}

// withholds reports whether S3 takes away what a public bucket policy grants.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html.
func (h *hearing) withholds() bool {
	if h.lacks(SCP) || h.lacks(Endpoint) {
		return false
	}
	return h.restricted && !h.same && h.caller.Kind != ServiceCaller && h.grant != nothing
}

// permits reports whether the layers together allow, if none denies.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
// and https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html.
func (h *hearing) permits(withheld bool) bool {
	if h.lacks(SCP) || h.lacks(Endpoint) || h.outcome == refused {
		return false
	}
	if h.rules.oneAccount && !h.same && h.caller.Kind != ServiceCaller {
		return false
	}
	granted := h.grant
	if withheld {
		granted = nothing
	}
	if h.caller.Kind == Anonymous || h.caller.Kind == ServiceCaller {
		return granted != nothing
	}
	limited := h.lacks(Boundary) || h.lacks(Session) || h.unarmed()
	own := (h.caller.Kind == Root || h.allows[Identity]) && !limited
	if !h.same {
		return granted != nothing && own
	}
	switch granted {
	case toIdentity:
		return true
	case toRole:
		return !limited
	default:
		return own && (granted == toAccount || !h.rules.resourcePolicy)
	}
}

// unarmed reports whether the caller is a session of GetFederationToken to which
// no session policy was passed: its user's policies give it nothing.
//
// See https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html.
func (h *hearing) unarmed() bool { return h.caller.Kind == FederatedUser && !h.present[Session] }

// lacks reports whether a layer that limits is there and does not allow.
func (h *hearing) lacks(l Layer) bool { return h.present[l] && !h.allows[l] }

// says sums up what a layer says.
func (h *hearing) says(l Layer) Says {
	switch {
	case h.denies[l]:
		return Denies
	case !h.allows[l]:
		return Silent
	case l == Resource && h.grant == toAccount:
		return AllowsAccount
	default:
		return AllowsDirectly
	}
}

// A judge decides one class of resources in one world after another, and
// remembers what each layer said in any of them.
type judge struct {
	*problem
	hearing
	live     []*candidate
	in       []bool
	world    world
	said     [layers]Says
	matched  []bool // by live: the statement applied in some world
	withheld bool
	levels   []bool // of SCPs: which allow in this world
}

func (p *problem) newJudge(live []*candidate, in []bool) judge {
	return judge{
		problem: p, live: live, in: in, world: make(world, len(p.axes)), matched: make([]bool, len(live)), levels: make([]bool, p.levels),
		hearing: hearing{caller: &p.request.Caller, present: p.prepared.present(p.request), rules: p.rulesOf(in), outcome: p.query.outcome},
	}
}

// decide decides in the present world.
func (j *judge) decide() Decision {
	j.listen()
	for l := range Endpoint + 1 {
		j.said[l] |= j.says(l)
	}
	d, withheld := j.hearing.decide()
	j.withheld = j.withheld || withheld
	return d
}

// listen finds what each layer says.
func (j *judge) listen() {
	j.denies, j.allows, j.grant = [layers]bool{}, [layers]bool{}, nothing
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
			j.notes(c.ref.Layer, c.ref.Level, g)
		}
	}
	for _, u := range j.unread {
		s := j.axes[u.axis].says[j.world[u.axis]]
		j.denies[u.layer] = j.denies[u.layer] || s.denies
		if s.allows || s.grant != nothing {
			j.notes(u.layer, u.level, s.grant)
		}
	}
	j.allows[SCP] = j.everyLevel()
	j.allows[RCP] = true // RCPFullAWSAccess
	j.same, j.restricted = j.sameAccount(), j.cutOff()
}

// notes notes that a layer allows, at a level.
func (j *judge) notes(l Layer, level int, g grant) {
	j.note(l, g)
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

func (j *judge) sameAccount() bool {
	if j.account >= 0 {
		return j.world[j.account] == 0
	}
	return j.request.sameAccount()
}

func (j *judge) cutOff() bool {
	return j.restricts || j.public >= 0 && j.world[j.public] == 1
}

// views returns what each layer said over all worlds.
func (j *judge) views() []View {
	var views []View
	for l := range Endpoint + 1 {
		if !j.present[l] {
			continue
		}
		v := View{Layer: l, Says: j.said[l]}
		for i, c := range j.live {
			switch {
			case c.ref.Layer != l || !j.matched[i]:
			case c.denies:
				v.Denies = append(v.Denies, c.statement.refs(c.ref)...)
			default:
				v.Allows = append(v.Allows, c.statement.refs(c.ref)...)
			}
		}
		views = append(views, v)
	}
	return views
}
