package audit

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// malformedPrincipals finds principals that AWS would not take: they match
// nobody.
func (a *auditor) malformedPrincipals(c consulted, i int, st *policy.Statement) {
	for _, p := range []policy.Principals{st.Principal, st.NotPrincipal} {
		for _, t := range p.Types {
			for _, v := range t.Values.Values {
				switch {
				case t.Type == "Service" && strings.ContainsAny(v, "*?"):
					a.malformedPrincipal(c, i, st, v)
				case t.Type != "AWS":
				case !wellFormed(v):
					a.malformedPrincipal(c, i, st, v)
				case a.orphaned(v) && aboutReplication(st):
					a.orphan(c, i, st, v)
				}
			}
		}
	}
}

func (a *auditor) malformedPrincipal(c consulted, i int, st *policy.Statement, value string) {
	f := a.documentFinding(c, checkPrincipal, Mismatch, High)
	f.Principal = value
	f.Args["value"] = value
	f.Evidence = []Evidence{evidence(c.document, c.policy, i, st, words("says.principal", "principal", value))}
	f.Fix = Fix{Op: Replace, Document: c.document}.saying(words("fix.write-arn"))
	if role, ok := a.index().meant(value); ok {
		mended := *st
		mended.Principal = renamed(st.Principal, value, role)
		f.Fix = Fix{Op: Replace, Document: c.document, Statement: &mended}.saying(words("fix.write-role", "role", role))
	}
	a.add(f, st)
}

// orphaned reports whether a principal is the ID of a role or user that is not
// there any more: AWS writes the ID in place of an ARN once that was deleted,
// and a new role of the same name has another one.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html.
func (a *auditor) orphaned(value string) bool {
	if !isUniqueID(value) || !strings.HasPrefix(value, "AROA") && !strings.HasPrefix(value, "AIDA") {
		return false
	}
	return !a.index().ids[value]
}

// aboutReplication reports whether a statement is about an action that
// replication needs. What others are refused is no concern here.
func aboutReplication(st *policy.Statement) bool {
	return slices.ContainsFunc(replication.Permissions, func(p replication.Permission) bool { return namesAction(st, p.Action) })
}

// orphan records a principal that is nobody any more.
func (a *auditor) orphan(c consulted, i int, st *policy.Statement, value string) {
	f := a.documentFinding(c, checkOrphan, Mismatch, High)
	f.Principal = value
	f.Args["value"] = value
	f.Evidence = []Evidence{evidence(c.document, c.policy, i, st, words("says.principal", "principal", value))}
	f.Fix = Fix{Op: Remove, Document: c.document, Statement: st}.saying(words("fix.write-arn"))
	if role := a.index().serves[c.target]; role != "" {
		mended := *st
		mended.Principal = renamed(st.Principal, value, role)
		f.Fix = Fix{Op: Replace, Document: c.document, Statement: &mended}.saying(words("fix.write-role", "role", role))
	}
	a.add(f, st)
}

func renamed(p policy.Principals, from, to string) policy.Principals {
	out := policy.Principals{Everyone: p.Everyone}
	for _, t := range p.Types {
		values := slices.Clone(t.Values.Values)
		for i, v := range values {
			if v == from {
				values[i] = to
			}
		}
		out.Types = append(out.Types, policy.PrincipalsType{Type: t.Type, Values: policy.Strings{Values: values, Single: t.Values.Single}})
	}
	return out
}

// wellFormed reports whether AWS takes s as a principal of type AWS: "*", an
// account ID, a unique ID, or the ARN of a root, user, role or session without
// wildcards.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html.
func wellFormed(s string) bool {
	if s == "*" || arn.IsAccountID(s) || isUniqueID(s) {
		return true
	}
	p, err := arn.Parse(s)
	if err != nil || strings.ContainsAny(s, "*?") {
		return false
	}
	if !arn.IsAccountID(p.Account) {
		return isOriginAccessIdentity(p)
	}
	kind, rest, _ := strings.Cut(p.Resource, "/")
	switch {
	case p.Service == "iam" && p.Resource == "root":
		return true
	case p.Service == "iam" && (kind == "role" || kind == "user"):
		return rest != ""
	case p.Service == "sts" && kind == "assumed-role":
		return strings.Contains(rest, "/")
	default:
		return p.Service == "sts" && kind == "federated-user" && rest != ""
	}
}

// isOriginAccessIdentity reports whether an ARN is that of a CloudFront origin
// access identity, which is no user of any account.
//
// See https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html.
func isOriginAccessIdentity(p arn.ARN) bool {
	return p.Service == "iam" && p.Account == "cloudfront" && strings.HasPrefix(p.Resource, "user/CloudFront Origin Access Identity ")
}

// isUniqueID reports whether s is a unique ID of IAM, such as AROA... of a role.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html.
func isUniqueID(s string) bool {
	return len(s) >= 16 && strings.HasPrefix(s, "A") && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}
