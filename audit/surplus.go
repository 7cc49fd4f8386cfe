package audit

import (
	"slices"
	"strings"

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

func (a *auditor) surplusOf(c consulted, i int, st *policy.Statement, scopes map[string]*scope) {
	if st.Effect != policy.Allow {
		return
	}
	switch c.document {
	case replication.RoleTrustPolicy:
		a.trustTooWide(c, i, st)
	case replication.RolePolicy, replication.WriterPolicy:
		if s := scopes[c.caller]; s != nil {
			a.judge(c, i, st, s)
		}
	case replication.DestinationBucketPolicy:
		if s := namedScope(st, scopes); s != nil {
			a.judge(c, i, st, s)
		}
	}
}

// An excess is one action that a statement grants beyond need, on an example.
type excess struct {
	group   Group
	action  string // as written
	example string // an action that it means
	witness string
}

// judge adds the findings of one statement for one principal. A destination's
// policy that names the account, or everyone, grants beyond need even where the
// actions are the right ones.
func (a *auditor) judge(c consulted, i int, st *policy.Statement, s *scope) {
	found := s.excesses(st)
	wide := c.document == replication.DestinationBucketPolicy && !names(st.Principal, s.principal)
	for _, g := range []Group{Dangerous, Wider, NoEffect, Informational} {
		var of []excess
		for _, e := range found {
			if e.group == g {
				of = append(of, e)
			}
		}
		if len(of) > 0 || wide && g == Wider {
			a.excess(c, i, st, s, g, of, wide && g == Wider)
		}
	}
}

var groupSeverity = map[Group]Severity{Dangerous: High, Wider: Medium, NoEffect: Low, Informational: Info}

func (a *auditor) excess(c consulted, i int, st *policy.Statement, s *scope, g Group, of []excess, wide bool) {
	f := a.documentFinding(c, checkSurplus, Surplus, groupSeverity[g])
	f.Group, f.Principal = g, s.principal
	f.Resource = strings.Join(append(slices.Clone(st.Resource.Values), st.NotResource.Values...), ", ")
	f.Args["resource"], f.Args["principal"], f.Args["rule"] = f.Resource, s.principal, s.writer
	if wide {
		who := principalsOf(st.Principal)
		f.Key, f.Action, f.Args["who"] = checkSurplus+"/principal", strings.Join(st.Action.Values, ", "), who
		f.Args["action"] = f.Action
		f.Evidence = []Evidence{evidence(c.document, c.policy, i, st, "grants to "+who)}
	}
	if len(of) > 0 {
		list := actionsOf(of)
		f.Key, f.Action, f.Witness = "", of[0].action, of[0].witness
		f.Args["action"], f.Args["witness"] = list, of[0].witness
		says := "grants " + list + "; for example " + of[0].example + " on " + of[0].witness
		f.Evidence = append(f.Evidence, evidence(c.document, c.policy, i, st, says))
	}
	switch {
	case s.writer != "":
		f.Check, f.Rule = checkWriterWide, s.writer
	case g == NoEffect:
		f.Check = checkNoEffect
	}
	f.Fix = narrowed(c.document, st, s)
	a.add(f, st)
}

// actionsOf lists the actions of excesses, each once.
func actionsOf(of []excess) string {
	var list []string
	for _, e := range of {
		if !slices.Contains(list, e.action) {
			list = append(list, e.action)
		}
	}
	return strings.Join(list, ", ")
}

// narrowed is the fix: the statement with only what is needed.
func narrowed(kind replication.Kind, st *policy.Statement, s *scope) *Fix {
	mended := *st
	mended.Action = policy.Strings{}
	for _, name := range st.Action.Values {
		if len(s.need[strings.ToLower(name)]) > 0 {
			mended.Action.Values = append(mended.Action.Values, name)
		}
	}
	if len(mended.Action.Values) == 0 || !st.Action.Present() || !st.Resource.Present() {
		return &Fix{Op: Remove, Document: kind, Statement: st, Text: "remove this statement, or grant only what `repligrant plan` writes"}
	}
	mended.Action.Single = len(mended.Action.Values) == 1
	var resources []string
	for _, name := range mended.Action.Values {
		for _, p := range s.need[strings.ToLower(name)] {
			if !slices.Contains(resources, p.String()) && slices.ContainsFunc(st.Resource.Values, func(v string) bool { return !glob.Disjoint(compileARN(v), p) }) {
				resources = append(resources, p.String())
			}
		}
	}
	if len(resources) == 0 {
		return &Fix{Op: Remove, Document: kind, Statement: st, Text: "remove this statement"}
	}
	mended.Resource = policy.Compact(resources...)
	if kind == replication.DestinationBucketPolicy {
		mended.Principal = policy.AWS(s.principal)
	}
	return &Fix{Op: Replace, Document: kind, Statement: &mended, Text: "narrow the statement to what is needed"}
}
