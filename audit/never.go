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

// neverHolds reports whether the conditions of a statement hold for no request
// that it would allow without them. Most statements have none that could clash.
func neverHolds(version string, st *policy.Statement) bool {
	if !mayClash(st) && !lacksKey(st) {
		return false
	}
	bare := *st
	bare.Condition = nil
	return allowsNothing(version, *st) && !allowsNothing(version, bare)
}

// mayClash reports whether a statement asks twice for one condition key.
func mayClash(st *policy.Statement) bool {
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
			if t.Type != "AWS" || !isNamed(v) || admits(st, asCaller(v)) {
				return false
			}
		}
	}
	return true
}

// isNamed reports whether a principal is the ARN of one role or user.
func isNamed(principal string) bool {
	return wellFormed(principal) && strings.Contains(principal, ":iam:") && !isRoot(principal) && arnAccount(principal) != ""
}
