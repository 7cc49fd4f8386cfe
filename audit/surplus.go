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
	if st.Effect != policy.Allow || st.Doubt != "" {
		return
	}
	switch c.document {
	case replication.RoleTrustPolicy, replication.BatchRoleTrustPolicy:
		a.trustTooWide(c, i, st)
	case replication.RolePolicy, replication.BatchRolePolicy, replication.WriterPolicy:
		if s := scopes.by[c.caller]; s != nil {
			a.judge(c, i, st, s)
		}
	case replication.DestinationBucketPolicy:
		for _, s := range scopes.named(st) {
			a.judge(c, i, st, s)
		}
	default: // what a source's policy grants is not for replication
	}
}

// An excess is one action that a statement grants beyond need, on an example.
type excess struct {
	group   Group
	action  diag.Text // as written
	example diag.Text // an action that it means
	witness string
}

// judge adds the findings of one statement for one principal. A destination's
// policy that names the account, or everyone, grants beyond need even where the
// actions are the right ones.
func (a *auditor) judge(c consulted, i int, st *policy.Statement, s *scope) {
	found := s.excesses(st)
	wide := c.document == replication.DestinationBucketPolicy && !names(st.Principal, s.principal) && !narrowedTo(st, s.principal)
	whose := Wider
	if wide && a.lets(c, st) {
		whose = Dangerous
	}
	out, isOut := a.beyond(st, s)
	for _, g := range []Group{Dangerous, Wider, NoEffect, Informational} {
		of := slices.DeleteFunc(slices.Clone(found), func(e excess) bool { return e.group != g })
		switch {
		case isOut && g == Wider:
			a.anywhere(c, i, st, s, of, out)
		case len(of) > 0 || wide && g == whose:
			a.excess(c, i, st, s, g, of, wide && g == whose)
		}
	}
}

// lets reports whether a statement of a bucket's policy keeps nobody out: it is
// for everyone, on no condition, and Block Public Access does not restrict it.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html.
func (a *auditor) lets(c consulted, st *policy.Statement) bool {
	everyone := st.Principal.Everyone || slices.ContainsFunc(st.Principal.Types, func(t policy.PrincipalsType) bool {
		return t.Type == "AWS" && t.Values.Contains("*")
	})
	_, name, _ := strings.Cut(c.target, ":::")
	return everyone && len(st.Condition) == 0 && !a.restrictsPublic(replication.Bucket{Name: name, Account: c.account}).Or(false)
}

// narrowedTo reports whether a condition keeps a statement about an account to
// roles that it names, of which one is this.
func narrowedTo(st *policy.Statement, role string) bool {
	return slices.ContainsFunc(st.Condition, func(c policy.Clause) bool {
		positive := slices.ContainsFunc([]string{"ArnEquals", "ArnLike", "StringEquals", "StringLike"}, func(o string) bool { return strings.EqualFold(o, c.Operator) })
		return positive && strings.EqualFold(c.Key, "aws:PrincipalArn") && c.Values.Contains(role)
	})
}

var groupSeverity = map[Group]Severity{Dangerous: High, Wider: Medium, NoEffect: Low, Informational: Info}

func (a *auditor) excess(c consulted, i int, st *policy.Statement, s *scope, g Group, of []excess, wide bool) {
	a.add(a.exceeding(c, i, st, s, g, of, wide), st)
}

// exceeding is the finding of what a statement grants beyond need.
func (a *auditor) exceeding(c consulted, i int, st *policy.Statement, s *scope, g Group, of []excess, wide bool) Finding {
	f := a.documentFinding(c, checkSurplus, Surplus, groupSeverity[g])
	f.Group, f.Principal = g, s.principal
	f.Resource = strings.Join(append(slices.Clone(st.Resource.Values), st.NotResource.Values...), ", ")
	f.Args["resource"], f.Args["principal"], f.Args["rule"] = f.Resource, s.principal, s.writer
	if wide && g == Dangerous {
		f.Severity = Critical
	}
	if wide {
		f.Key, f.Action = checkSurplus+"/principal", strings.Join(st.Action.Values, ", ")
		f.Args["action"] = f.Action
		diag.Put(f.Args, "who", whom(st))
		f.Evidence = []Evidence{evidence(c.document, c.policy, i, st, words("says.grants-to").With("who", whom(st)))}
	}
	if len(of) > 0 {
		actions := actionsOf(of)
		f.Key, f.Action, f.Witness = "", of[0].action.String(), of[0].witness
		f.Args["witness"] = of[0].witness
		diag.Put(f.Args, "action", actions)
		says := words("says.grants", "witness", of[0].witness).With("actions", actions).With("example", of[0].example)
		if g == NoEffect {
			says = words("says.grants-nothing", "resource", f.Resource).With("actions", actions)
		}
		f.Evidence = append(f.Evidence, evidence(c.document, c.policy, i, st, says))
	}
	switch {
	case s.writer != "":
		f.Check, f.Rule = checkWriterWide, s.writer
	case g == NoEffect:
		f.Check = checkNoEffect
	}
	f.Fix = narrowed(c.document, st, s)
	return f
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
func narrowed(kind replication.Kind, st *policy.Statement, s *scope) *Fix {
	actions, resources := s.keep(st)
	if len(actions) == 0 || len(resources) == 0 {
		return Fix{Op: Remove, Document: kind, Statement: st}.saying(words("fix.remove-surplus"))
	}
	mended := *st
	mended.Action, mended.NotAction = policy.Compact(actions...), policy.Strings{}
	mended.Resource, mended.NotResource = policy.Compact(resources...), policy.Strings{}
	if kind == replication.DestinationBucketPolicy {
		mended.Principal, mended.NotPrincipal = policy.AWS(s.principal), policy.Principals{}
	}
	if slices.ContainsFunc(s.excesses(&mended), func(e excess) bool { return e.group != Informational }) {
		return Fix{Op: Replace, Document: kind}.saying(words("fix.replace-by-plan"))
	}
	return Fix{Op: Replace, Document: kind, Statement: &mended}.saying(words("fix.narrow"))
}

// keep returns what of a statement's actions is needed, and on which resources.
func (s *scope) keep(st *policy.Statement) (actions, resources []string) {
	for _, name := range st.Action.Values {
		needed := cmp.Or(s.instead[strings.ToLower(name)], strings.ToLower(name))
		for action := range s.need {
			meant := action == needed || strings.ContainsAny(name, "*?") && actionPattern(name).Match(action)
			if !meant {
				continue
			}
			for _, p := range s.need.patterns(action) {
				if touches(st, p) {
					actions, resources = append(actions, action), append(resources, p.String())
				}
			}
		}
	}
	actions, resources = sorted(actions), sorted(resources)
	return written(slices.Compact(actions)), slices.Compact(resources)
}

// touches reports whether a statement grants on some of a pattern.
func touches(st *policy.Statement, p glob.Pattern) bool {
	if !st.Resource.Present() {
		return true
	}
	return slices.ContainsFunc(st.Resource.Values, func(v string) bool { return !glob.Disjoint(compileARN(v), p) })
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
