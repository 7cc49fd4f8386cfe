package audit

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// grant is the fix for a missing permission: the statement that grants it.
func grant(q replication.Requirement, p place) *Fix {
	st := marked(q.Statement(p.document))
	return Fix{Op: Add, Document: p.document, Statement: &st}.saying(
		words("fix.add-statement", "target", p.target).With("document", title(p.document)))
}

// marked gives a statement that is pasted into a policy of others a Sid of its
// own: what is pasted tomorrow must not have that of today.
func marked(st policy.Statement) policy.Statement {
	if st.Sid != "" {
		st.Sid += replication.Mark(canonical(st))
	}
	return st
}

// allowThere is the fix for a boundary or an organization's policies that are
// silent: they have to allow what they limit.
func (qu *question) allowThere(p place) *Fix {
	st := qu.Statement(replication.RolePolicy)
	how := words("fix.allow-there").With("document", title(p.document))
	if p.document == replication.SCP {
		how = words("fix.allow-at-each-level")
	}
	return Fix{Op: Add, Document: p.document, Statement: &st}.saying(how)
}

// unrestrict is the fix for a public bucket that Block Public Access cuts off.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html.
func (qu *question) unrestrict(p place) *Fix {
	return Fix{Op: Set, Document: p.document}.saying(words("fix.unrestrict", "bucket", qu.bucket.Name))
}

// spare is the fix for a denied permission: the denial with an exception for
// the role, by aws:PrincipalArn as AWS advises in place of NotPrincipal. In the
// caller's own policies an exception would leave nothing of it.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html.
func (qu *question) spare(p place, f fault) *Fix {
	var fixes []*Fix
	for _, ref := range f.denies {
		if st, ok := qu.statement(ref); ok {
			fixes = append(fixes, qu.spareIn(p, f.layer, st))
		}
	}
	if len(fixes) == 0 {
		return qu.spareIn(p, policy.Identity, nil)
	}
	first := fixes[0]
	for _, fix := range fixes[1:] {
		first.Also = append(first.Also, fix.further())
	}
	return first
}

// further is f as what is needed beside another fix.
func (f *Fix) further() FurtherFix {
	return FurtherFix{f.Op, f.Statement, f.Text, f.TextKey, f.TextArgs}
}

// spareIn is spare for one of the statements that deny.
func (qu *question) spareIn(p place, layer policy.Layer, st *policy.Statement) *Fix {
	switch {
	case layer == policy.Identity || qu.aboutTrust():
		return Fix{Op: Remove, Document: p.document, Statement: st}.saying(words("fix.narrow-denial", "action", qu.Action))
	case onlyAbout(st, qu.Principal) && qu.writer != nil && p.document == replication.WriterBucketPolicy && len(qu.writer.Prefixes) > 0:
		return outsideOnly(*st, *qu.writer)
	case onlyAbout(st, qu.Principal):
		return Fix{Op: Remove, Document: p.document, Statement: st}.saying(words("fix.remove-denial", "principal", qu.Principal))
	}
	spared := *st
	spared.Condition = sparing(st.Condition, qu.Principal)
	return Fix{Op: Replace, Document: p.document, Statement: &spared}.saying(words("fix.spare", "principal", qu.Principal))
}

// outsideOnly is the fix for a denial of one writer that reaches into its
// prefixes: the denial of what lies outside of them.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html.
func outsideOnly(st policy.Statement, w replication.Writer) *Fix {
	st.Resource, st.NotResource, st.Condition = policy.Strings{}, policy.Compact(w.BucketResources()...), nil
	return Fix{Op: Replace, Document: replication.WriterBucketPolicy, Statement: &st}.saying(words("fix.deny-outside", "writer", w.Name))
}

// sparing returns a condition that holds as before, and never for the principal.
// Several values of a negated operator must all differ, so that a list of
// exceptions takes one more.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html.
func sparing(condition []policy.Clause, principal string) []policy.Clause {
	const operator, key = "ArnNotEquals", "aws:PrincipalArn"
	exceptions := []string{operator, "ArnNotLike", "StringNotEquals", "StringNotLike", "ArnNotEqualsIfExists", "ArnNotLikeIfExists", "StringNotEqualsIfExists", "StringNotLikeIfExists"}
	out := slices.Clone(condition)
	for i, c := range out {
		isException := slices.ContainsFunc(exceptions, func(o string) bool { return strings.EqualFold(o, c.Operator) })
		if isException && strings.EqualFold(c.Key, key) {
			out[i].Values = policy.List(append(slices.Clone(c.Values.Values), principal)...)
			return out
		}
	}
	return append(out, policy.Clause{Operator: operator, Key: key, Values: policy.One(principal)})
}

// joinStatements returns the statement that grants what two grant that differ in
// their actions and in the values of their conditions.
func joinStatements(x, y policy.Statement) policy.Statement {
	x.Action = policy.Compact(union(x.Action.Values, y.Action.Values)...)
	x.Condition = slices.Clone(x.Condition)
	for i, c := range x.Condition {
		for _, other := range y.Condition {
			if other.Operator == c.Operator && other.Key == c.Key {
				x.Condition[i].Values = policy.Compact(union(c.Values.Values, other.Values.Values)...)
			}
		}
	}
	return x
}

func union(x, y []string) []string {
	all := append(slices.Clone(x), y...)
	slices.Sort(all)
	return slices.Compact(all)
}
