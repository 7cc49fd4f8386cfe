package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// grant is the fix for a missing permission: the statement that grants it.
func grant(q replication.Requirement, p place) *Fix {
	st := q.Statement(p.document)
	return &Fix{
		Op: Add, Document: p.document, Statement: &st,
		Text: fmt.Sprintf("add this statement to the %s of %s", title(p.document), p.target),
	}
}

// title is a kind of document in prose.
func title(k replication.Kind) string {
	switch k {
	case replication.SCP:
		return "service control policy"
	case replication.RCP:
		return "resource control policy"
	default:
		return strings.ReplaceAll(string(k), "-", " ")
	}
}

// allowThere is the fix for a boundary or an organization's policies that are
// silent: they have to allow what they limit.
func (qu *question) allowThere(p place) *Fix {
	st := qu.Statement(replication.RolePolicy)
	text := "let the " + title(p.document) + " allow it too"
	if p.document == replication.SCP {
		text = "let a service control policy at each level that lacks it allow it too"
	}
	return &Fix{Op: Add, Document: p.document, Statement: &st, Text: text}
}

// unrestrict is the fix for a public bucket that Block Public Access cuts off.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html.
func (qu *question) unrestrict(p place) *Fix {
	return &Fix{Op: Set, Document: p.document, Text: "take the public statement out of the policy of bucket " + qu.bucket.Name + ", or turn RestrictPublicBuckets off"}
}

// spare is the fix for a denied permission: the denial with an exception for
// the role, by aws:PrincipalArn as AWS advises in place of NotPrincipal. In the
// caller's own policies an exception would leave nothing of it.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html.
func (qu *question) spare(p place, f fault) *Fix {
	st, ok := qu.statement(f.denies[0])
	switch {
	case !ok || f.layer == policy.Identity || qu.aboutTrust():
		return &Fix{Op: Remove, Document: p.document, Statement: st, Text: "take this denial away, or narrow it so that it is not about " + qu.Action}
	case principalsOf(st) == qu.Principal && qu.writer != nil && p.document == replication.WriterBucketPolicy && len(qu.writer.Prefixes) > 0:
		return outsideOnly(*st, *qu.writer)
	case principalsOf(st) == qu.Principal:
		return &Fix{Op: Remove, Document: p.document, Statement: st, Text: "take this statement away: it denies nobody but " + qu.Principal}
	}
	spared := *st
	spared.Condition = sparing(st.Condition, qu.Principal)
	text := "change the denial so that it spares " + qu.Principal
	if len(f.denies) > 1 {
		text = fmt.Sprintf("change each of the %d denials in this way, so that they spare %s", len(f.denies), qu.Principal)
	}
	return &Fix{Op: Replace, Document: p.document, Statement: &spared, Text: text}
}

// outsideOnly is the fix for a denial of one writer that reaches into its
// prefixes: the denial of what lies outside of them.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html.
func outsideOnly(st policy.Statement, w replication.Writer) *Fix {
	st.Resource, st.NotResource, st.Condition = policy.Strings{}, policy.Compact(w.BucketResources()...), nil
	return &Fix{Op: Replace, Document: replication.WriterBucketPolicy, Statement: &st, Text: "deny only what lies outside the prefixes of " + w.Name}
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
