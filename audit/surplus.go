package audit

import (
	"cmp"
	"slices"
	"strings"

	catalogue "github.com/repligrant/repligrant/actions"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/policy/glob"
	"github.com/repligrant/repligrant/replication"
)

// surplus finds what the documents grant beyond need, one finding for each
// statement and group.
func (a *auditor) surplus() {
	scopes := a.scopes()
	for _, c := range a.consults {
		d, ok := c.source.Document.Get()
		if !ok || c.document == replication.PermissionsBoundary {
			continue
		}
		for i := range d.Statements {
			a.surplusOf(c, i, &d.Statements[i], scopes)
		}
	}
}

func (a *auditor) surplusOf(c consulted, i int, st *policy.Statement, scopes *scopes) {
	if st.Effect != policy.Allow || st.Doubt != "" || a.never(c, i, st) {
		return
	}
	switch c.document {
	case replication.RoleTrustPolicy, replication.BatchRoleTrustPolicy:
		a.trustTooWide(c, i, st)
	case replication.RolePolicy, replication.BatchRolePolicy, replication.WriterPolicy:
		if s := scopes.by[c.caller]; s != nil {
			a.judge(c, i, st, s, false)
		}
	default:
		a.resourceSurplus(c, i, st, scopes)
	}
}

// resourceSurplus finds what a statement of a bucket's or a key's policy grants
// beyond need. What it grants to others than the roles is theirs, unless it lets
// in anybody, or lets other accounts undo what replication leaves.
func (a *auditor) resourceSurplus(c consulted, i int, st *policy.Statement, scopes *scopes) {
	if isKeyPolicy(c.document) && a.managedByAWS(c.target) {
		return // nobody can change it
	}
	named, whole := scopes.letIn(c, st)
	for _, s := range named {
		a.judge(c, i, st, s, false)
	}
	if whole != nil {
		a.judge(c, i, st, whole, receives(c, st))
	} else {
		a.forAnybody(c, i, st, scopes)
	}
	a.forOthers(c, i, st, scopes, whole)
}

// An excess is one action that a statement grants beyond need, on an example.
type excess struct {
	group   Group
	action  diag.Text // as written
	example diag.Text // an action that it means
	witness string

	requests bool   // the action is needed there, in fewer requests
	unheard  bool   // AWS has no such action
	vague    bool   // nobody knows what a policy variable in the resource is
	nearest  string // the action that it may mean then
}

// judge adds the findings of one statement for one principal. A resource's
// policy that names the account, or everyone, is wide: it grants beyond need even
// where the actions are the right ones. In which requests a role may use the key of another
// account is for its own policies to say, as in AWS's example.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html.
func (a *auditor) judge(c consulted, i int, st *policy.Statement, s *scope, wide bool) {
	of, known := a.spelled(c, st, s.members()...)
	found := s.excesses(c.about(of))
	if wide || isKeyPolicy(c.document) && arnAccount(s.principal) != c.account {
		found = slices.DeleteFunc(found, func(e excess) bool { return e.requests })
	}
	whose := Wider
	if wide {
		switch open, read := a.lets(c, st).Get(); {
		case open:
			whose = Dangerous
		case !read:
			a.perhapsOpen(c)
		}
	}
	out, isOut := a.beyond(st, s)
	for _, g := range []Group{Dangerous, Wider, NoEffect, Informational} {
		some := slices.DeleteFunc(slices.Clone(found), func(e excess) bool { return e.group != g })
		switch {
		case isOut && g == Wider:
			a.anywhere(c, i, st, s, some, out)
		case len(some) > 0 || wide && g == whose:
			f := a.exceeding(c, i, of, s, g, some, wide && g == whose)
			f.Fix = asWritten(f.Fix, st, known)
			a.add(f, st)
		}
	}
}

// asWritten is a fix for a statement as its document writes it. Where nobody knows
// all that it is about, no other statement stands for it.
func asWritten(f *Fix, st *policy.Statement, known bool) *Fix {
	switch {
	case f.Op == Remove:
		f.Statement = st
	case !known:
		return Fix{Op: Replace, Document: f.Document}.saying(words("fix.replace-by-plan"))
	}
	return f
}

var groupSeverity = map[Group]Severity{Dangerous: High, Wider: Medium, NoEffect: Low, Informational: Info}

// exceeding is the finding of what a statement grants beyond need.
func (a *auditor) exceeding(c consulted, i int, st *policy.Statement, s *scope, g Group, of []excess, wide bool) Finding {
	f := a.documentFinding(c, checkSurplus, Surplus, groupSeverity[g])
	f.Group, f.Principal = g, s.principal
	about := c.about(st)
	f.Resource = strings.Join(append(slices.Clone(about.Resource.Values), about.NotResource.Values...), ", ")
	f.Args["resource"], f.Args["principal"], f.Args["rule"] = f.Resource, s.principal, s.writer
	if wide && g == Dangerous {
		f.Severity = Critical
	}
	if wide {
		f.Key, f.Action = checkSurplus+"/principal", strings.Join(st.Action.Values, ", ")
		f.Args["action"] = f.Action
		diag.Put(f.Args, "who", whomWhere(st))
		f.Evidence = []Evidence{evidence(c.document, c.policy, i, st, words("says.grants-to").With("who", whomWhere(st)))}
	}
	instances(&f, c, i, st, of)
	switch {
	case s.writer != "":
		f.Check, f.Rule = checkWriterWide, s.writer
	case g == NoEffect:
		f.Check = checkNoEffect
	}
	s.describe(&f, of)
	f.Fix = narrowed(c, st, s)
	if f.Key == checkSurplus+"/job" {
		f.Fix = Fix{Op: Remove, Document: c.document, Statement: st}.saying(words("fix.remove-unless-job"))
	}
	return f
}

// instances names the actions of excesses, with an example. Those that are not
// needed at all come first: of the others only their requests are too many.
func instances(f *Finding, c consulted, i int, st *policy.Statement, of []excess) {
	if len(of) == 0 {
		return
	}
	requests := slices.DeleteFunc(slices.Clone(of), func(e excess) bool { return !e.requests })
	first := slices.DeleteFunc(slices.Clone(of), func(e excess) bool { return e.requests })
	if len(first) == 0 {
		first, requests = requests, nil
	}
	f.Key, f.Action, f.Witness = "", first[0].action.String(), first[0].witness
	f.Args["witness"] = first[0].witness
	diag.Put(f.Args, "action", actionsOf(first))
	if f.Group == NoEffect {
		f.Evidence = append(f.Evidence, nothing(c, i, st, first)...)
		return
	}
	for _, some := range [][]excess{first, requests} {
		if len(some) > 0 {
			says := words("says.grants", "witness", some[0].witness).With("actions", actionsOf(some)).With("example", some[0].example)
			f.Evidence = append(f.Evidence, evidence(c.document, c.policy, i, st, says))
		}
	}
}

// describe says of excesses of one kind what they are.
func (s *scope) describe(f *Finding, of []excess) {
	switch {
	case len(of) == 0 || s.writer != "":
	case !slices.ContainsFunc(of, func(e excess) bool { return !e.requests }):
		f.Key = checkSurplus + "/requests"
		if f.Group != Informational {
			f.Severity = Low
		}
	case f.Group == Informational && slices.ContainsFunc(of, func(e excess) bool { return e.vague }):
		f.Key = checkSurplus + "/variable"
	case f.Group == Informational:
		f.Key = checkSurplus + "/unjudged"
		if enough := s.enough(of); enough != "" {
			f.Key, f.Args["instead"] = checkSurplus+"/instead", enough
		} else if s.job && !slices.ContainsFunc(of, func(e excess) bool { return !slices.Contains(ofJobs, strings.ToLower(e.action.String())) }) {
			f.Key = checkSurplus + "/job"
		}
	case f.Check == checkNoEffect && !slices.ContainsFunc(of, func(e excess) bool { return !e.unheard }):
		f.Key, f.Witness = checkNoEffect+"/no-such-action", ""
		delete(f.Args, "witness")
	case f.Args["who"] != "" && f.Group != NoEffect:
		f.Key = checkSurplus + "/also-to"
	}
}

// enough is the action that S3 needs where excesses are of those that it takes in
// place of it, "" where they are not all of one.
func (s *scope) enough(of []excess) string {
	var enough []string
	for _, e := range of {
		enough = append(enough, s.instead[strings.ToLower(e.action.String())])
	}
	if enough = written(slices.Compact(sorted(enough))); len(enough) == 1 {
		return enough[0]
	}
	return ""
}

// actionsOf lists the actions of excesses, each once.
func actionsOf(of []excess) diag.Text {
	if len(of) == 1 {
		return of[0].action // which may be all but some
	}
	var list []string
	for _, e := range of {
		if name := e.action.String(); !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return diag.Datum(strings.Join(list, ", "))
}

// narrowed is the fix: the statement with only what is needed. An action that S3
// accepts in place of a needed one becomes that one.
func narrowed(c consulted, st *policy.Statement, s *scope) *Fix {
	about := c.about(st)
	actions, resources := s.keep(about)
	if len(actions) == 0 || len(resources) == 0 {
		if mended, ok := s.without(st); ok {
			return Fix{Op: Replace, Document: c.document, Statement: &mended}.saying(words("fix.not-to", "principal", s.principal))
		}
		return Fix{Op: Remove, Document: c.document, Statement: st}.saying(words("fix.remove-surplus"))
	}
	mended := *about
	mended.Action, mended.NotAction = policy.Compact(actions...), policy.Strings{}
	mended.Resource, mended.NotResource = policy.Compact(resources...), policy.Strings{}
	s.keepTo(&mended)
	if slices.ContainsFunc(s.excesses(&mended), func(e excess) bool { return e.group != Informational }) || s.namesOthers(st) {
		return Fix{Op: Replace, Document: c.document}.saying(words("fix.replace-by-plan"))
	}
	if isKeyPolicy(c.document) {
		mended.Resource = policy.One("*")
	}
	if st.Principal.Present() || st.NotPrincipal.Present() {
		mended.Principal, mended.NotPrincipal = policy.AWS(s.members()...), policy.Principals{}
	}
	return Fix{Op: Replace, Document: c.document, Statement: &mended}.saying(words("fix.narrow"))
}

// namesOthers reports whether a statement names others than the roles of a scope
// and their accounts: what they need is not for replication to say.
func (s *scope) namesOthers(st *policy.Statement) bool {
	named := 0
	others := false
	for _, t := range st.Principal.Types {
		named += len(t.Values.Values)
		for _, v := range t.Values.Values {
			others = others || v != "*" && !s.isOurs(v)
		}
	}
	return named > 1 && others
}

// without is a statement that names others beside the roles of a scope, for those
// others alone.
func (s *scope) without(st *policy.Statement) (policy.Statement, bool) {
	mended := *st
	if s.principal == "" || !s.namesOthers(st) || everyone(st) {
		return mended, false
	}
	mended.Principal = policy.Principals{}
	for _, t := range st.Principal.Types {
		others := slices.DeleteFunc(slices.Clone(t.Values.Values), s.isOurs)
		if len(others) > 0 {
			mended.Principal.Types = append(mended.Principal.Types, policy.PrincipalsType{Type: t.Type, Values: policy.Compact(others...)})
		}
	}
	return mended, true
}

// isOurs reports whether a principal is a role of a scope, or the account of one.
func (s *scope) isOurs(v string) bool {
	return slices.ContainsFunc(s.members(), func(role string) bool {
		return v == role || v == arnAccount(role) || isRoot(v) && arnAccount(v) == arnAccount(role)
	})
}

// keep returns what of a statement's actions is needed, and on which resources.
// An action that does not exist is taken for the one that it may mean.
func (s *scope) keep(st *policy.Statement) (actions, resources []string) {
	for action := range s.need {
		if !s.means(st, action) {
			continue
		}
		for _, p := range s.need.patterns(action) {
			if touches(st, p) && s.fits(st, action, p) {
				actions, resources = append(actions, action), append(resources, p.String())
			}
		}
	}
	actions, resources = sorted(actions), sorted(resources)
	return written(slices.Compact(actions)), slices.Compact(resources)
}

// means reports whether a statement names a needed action, or one that is taken
// for it.
func (s *scope) means(st *policy.Statement, action string) bool {
	if !st.Action.Present() {
		return namesAction(st, action)
	}
	return slices.ContainsFunc(st.Action.Values, func(name string) bool {
		if _, ok := catalogue.Find(name); !ok {
			name = cmp.Or(s.nearest(name), name)
		}
		needed := cmp.Or(s.instead[strings.ToLower(name)], strings.ToLower(name))
		return action == needed || strings.ContainsAny(name, "*?") && actionPattern(name).Match(action)
	})
}

// touches reports whether a statement grants on some of a pattern.
func touches(st *policy.Statement, p glob.Pattern) bool {
	if !st.Resource.Present() {
		return true
	}
	return slices.ContainsFunc(st.Resource.Values, func(v string) bool { return !glob.Disjoint(compileARN(widest(v)), p) })
}

// written spells actions as AWS does.
func written(actions []string) []string {
	for i, name := range actions {
		if x, ok := catalogue.Find(name); ok {
			actions[i] = x.Name
		}
	}
	return actions
}
