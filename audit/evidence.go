package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// nearest is the evidence of a missing permission: the statements that name the
// action, and why each of them does not apply to the witness.
func (a *auditor) nearest(qu *question, p place, f fault) []Evidence {
	request := qu.request
	request.Resource, request.Pattern = f.witness, false
	var out []Evidence
	for _, n := range policy.Explain(request, qu.policies) {
		if n.Ref.Layer != f.layer || n.Ref.Effect != policy.Allow || n.Failed == policy.ActionElement {
			continue
		}
		if st, ok := qu.statement(n.Ref); ok {
			out = append(out, evidence(p.document, n.Ref.Policy, n.Ref.Statement, st, whyNot(st, n)))
		}
	}
	if len(out) == 0 {
		return []Evidence{{Document: p.document, Policy: p.policy, Says: "no statement names " + qu.Action}}
	}
	return out
}

// whyNot says why a statement that names the action does not apply.
func whyNot(st *policy.Statement, n policy.Note) string {
	switch n.Failed {
	case policy.ResourceElement:
		if st.NotResource.Present() {
			return "allows it on everything but " + strings.Join(st.NotResource.Values, ", ")
		}
		return "allows it on " + strings.Join(st.Resource.Values, ", ") + " only"
	case policy.PrincipalElement:
		return "allows it for " + principalsOf(st.Principal) + " only"
	case policy.ConditionElement:
		c := st.Condition[n.Clause]
		return fmt.Sprintf("allows it only if %s %s %s", c.Operator, c.Key, strings.Join(c.Values.Values, ", "))
	default:
		return "may apply, and is not enough"
	}
}

func principalsOf(p policy.Principals) string {
	if p.Everyone {
		return "everyone"
	}
	var names []string
	for _, t := range p.Types {
		names = append(names, t.Values.Values...)
	}
	return strings.Join(names, ", ")
}

// evidence points at a statement. Only identity policies and those of
// organizations are several for one target, and so have names.
func evidence(kind replication.Kind, name string, index int, st *policy.Statement, says string) Evidence {
	switch kind {
	case replication.RolePolicy, replication.WriterPolicy, replication.PermissionsBoundary, replication.SCP, replication.RCP:
	default:
		name = ""
	}
	return Evidence{Document: kind, Policy: name, Statement: &index, Sid: st.Sid, Effect: st.Effect, Says: says}
}

// sourcesOf returns the documents of a layer.
func (qu *question) sourcesOf(layer policy.Layer) []policy.Source {
	switch layer {
	case policy.Identity:
		return qu.policies.Identity
	case policy.Resource:
		return []policy.Source{qu.policies.Resource}
	case policy.Boundary:
		return []policy.Source{qu.policies.Boundary}
	case policy.SCP:
		return slices.Concat(qu.policies.SCPs.Or(nil)...)
	case policy.RCP:
		return slices.Concat(qu.policies.RCPs.Or(nil)...)
	default:
		return nil
	}
}

// statement returns the statement that a reference points at.
func (qu *question) statement(ref policy.Ref) (*policy.Statement, bool) {
	sources := qu.sourcesOf(ref.Layer)
	if ref.Layer == policy.SCP || ref.Layer == policy.RCP {
		levels := qu.policies.SCPs
		if ref.Layer == policy.RCP {
			levels = qu.policies.RCPs
		}
		all := levels.Or(nil)
		if ref.Level >= len(all) {
			return nil, false
		}
		sources = all[ref.Level]
	}
	for _, s := range sources {
		d, ok := s.Document.Get()
		if ok && s.Name == ref.Policy && ref.Statement < len(d.Statements) {
			return &d.Statements[ref.Statement], true
		}
	}
	return nil, false
}

// denials is the evidence of a blocked permission.
func (a *auditor) denials(qu *question, p place, f fault) []Evidence {
	var out []Evidence
	for _, ref := range f.denies {
		if st, ok := qu.statement(ref); ok {
			out = append(out, evidence(p.document, ref.Policy, ref.Statement, st, "denies it"+conditionOf(st)))
		}
	}
	if len(out) == 0 {
		return []Evidence{{Document: p.document, Policy: p.policy, Says: "no statement of it allows " + qu.Action + ", and what it does not allow it forbids"}}
	}
	return out
}

func conditionOf(st *policy.Statement) string {
	var parts []string
	for _, c := range st.Condition {
		parts = append(parts, fmt.Sprintf("%s %s %s", c.Operator, c.Key, strings.Join(c.Values.Values, ", ")))
	}
	if len(parts) == 0 {
		return ""
	}
	return " where " + strings.Join(parts, " and ") + ", which holds for these requests"
}

// spare is the fix for a denied permission: the denial with an exception for
// the role, by aws:PrincipalArn as AWS advises in place of NotPrincipal.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html.
func (a *auditor) spare(qu *question, p place, f fault) *Fix {
	if len(f.denies) == 0 {
		st := qu.Requirement.Statement(replication.RolePolicy)
		return &Fix{Op: Add, Document: p.document, Statement: &st, Text: "let the " + title(p.document) + " allow it too"}
	}
	st, ok := qu.statement(f.denies[0])
	if !ok || qu.check == checkTrustMissing {
		return &Fix{Op: Remove, Document: p.document, Text: "take this denial away"}
	}
	spared := *st
	spared.Condition = append(slices.Clone(st.Condition),
		policy.Clause{Operator: "ArnNotEquals", Key: "aws:PrincipalArn", Values: policy.One(qu.Principal)})
	if names := principalsOf(st.Principal); names == qu.Principal {
		return &Fix{Op: Remove, Document: p.document, Statement: st, Text: "take this statement away: it denies nobody but " + qu.Principal}
	}
	return &Fix{
		Op: Replace, Document: p.document, Statement: &spared,
		Text: "change the denial so that it spares " + qu.Principal,
	}
}

// grant is the fix for a missing permission: the statement that grants it.
func grant(q replication.Requirement, p place) *Fix {
	st := q.Statement(p.document)
	return &Fix{
		Op: Add, Document: p.document, Statement: &st,
		Text: fmt.Sprintf("add this statement to the %s of %s", title(p.document), p.target),
	}
}

// title is a kind of document in prose.
func title(k replication.Kind) string { return strings.ReplaceAll(string(k), "-", " ") }
