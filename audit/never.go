package audit

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/actions"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// never reports whether it is certain that a statement applies to no request: its
// conditions exclude each other, or all whom it names. It grants nothing then, and
// if it speaks of somebody whom the audit is about, that is a finding.
func (a *auditor) never(c consulted, i int, st *policy.Statement) bool {
	d, _ := c.source.Document.Get()
	if !c.shutsOutAll(st) && !neverHolds(d.Version, st) {
		return false
	}
	if !a.speaksOf(c, st) || c.document != replication.RoleTrustPolicy && lacksKey(st) {
		return true // or condition-key-not-applicable says it
	}
	f := a.documentFinding(c, checkNoEffect, Surplus, Low)
	f.Key, f.Group, f.Principal = checkNoEffect+"/never", NoEffect, c.caller
	about := c.about(st)
	f.Resource = strings.Join(slices.Concat(about.Resource.Values, about.NotResource.Values), ", ")
	action := actionsIn(st)
	f.Action = action.String()
	diag.Put(f.Args, "action", action)
	diag.Put(f.Args, "condition", conditionOf(st))
	f.Source = iamGuide + "reference_policies_elements_condition.html"
	f.Evidence = []Evidence{evidence(c.document, c.policy, i, st, words("says.condition").With("condition", conditionOf(st)))}
	f.Fix = Fix{Op: Remove, Document: c.document, Statement: st}.saying(words("fix.remove-surplus"))
	a.add(f, st)
	return true
}

// neverHolds reports whether the conditions of a statement hold for no request.
// Most statements have none that could clash.
func neverHolds(version string, st *policy.Statement) bool {
	if lacksKey(st) {
		return true
	}
	if !mayClash(st) {
		return false
	}
	// What no request of an action can meet that has all the keys, or lacks them, none
	// of another action can.
	for x := range actions.All() {
		lacks := func(c policy.Clause) bool { return !x.KnowsKey(c.Key) }
		if namesAction(st, x.Name) && !slices.ContainsFunc(st.Condition, lacks) {
			return allowsNothing(version, policy.Statement{
				Effect: policy.Allow, Action: policy.One(x.Name), Resource: policy.One("*"), Condition: st.Condition,
			})
		}
	}
	return false
}

// mostValues is how many values conditions may have to be held against each other:
// what is written to exclude itself has few, and long lists of patterns take long.
const mostValues = 16

// mayClash reports whether a statement asks twice for one condition key.
func mayClash(st *policy.Statement) bool {
	n := 0
	for _, c := range st.Condition {
		n += len(c.Values.Values)
	}
	if n > mostValues {
		return false
	}
	for i, c := range st.Condition {
		if slices.ContainsFunc(st.Condition[:i], func(o policy.Clause) bool { return strings.EqualFold(o.Key, c.Key) }) {
			return true
		}
	}
	return false
}

// lacksKey reports whether a condition is about a key that none of a statement's
// actions has, and does not hold without it.
func lacksKey(st *policy.Statement) bool {
	known, all := namedActions(st)
	return all && slices.ContainsFunc(st.Condition, func(c policy.Clause) bool {
		return !holdsWithoutKey(c) && !slices.ContainsFunc(known, func(x actions.Action) bool { return x.KnowsKey(c.Key) })
	})
}

// allowsNothing reports whether it is certain that a statement on its own allows
// no request.
func allowsNothing(version string, st policy.Statement) bool {
	d := policy.New(st)
	d.Version = version
	than, err := policy.Compare(d, policy.New(), policy.Universe{})
	return err == nil && than.A.None()
}

// shutsOutAll reports whether a statement names roles and users alone, and its
// conditions shut all of them out.
func (c consulted) shutsOutAll(st *policy.Statement) bool {
	if len(st.Condition) == 0 || !st.Principal.Present() || everyone(st) {
		return false
	}
	for _, t := range st.Principal.Types {
		for _, v := range t.Values.Values {
			if t.Type != "AWS" || !isNamed(v) || admitsNamed(st, v) {
				return false
			}
		}
	}
	return true
}

// admitsNamed reports whether the conditions of a statement may let in a role or a
// user that it names, however many others it does.
func admitsNamed(st *policy.Statement, principal string) bool {
	alone := policy.Statement{Effect: st.Effect, Principal: policy.AWS(principal), Condition: st.Condition}
	return len(st.Condition) == 0 || admits(&alone, asCaller(principal))
}

// isNamed reports whether a principal is the ARN of one role or user.
func isNamed(principal string) bool {
	return wellFormed(principal) && strings.Contains(principal, ":iam:") && !isRoot(principal) && arnAccount(principal) != ""
}
