package spec

import (
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/internal/yaml"
)

// A Role is what is known of a role that S3 or Batch Operations assumes. In
// [Spec.Roles] it is as written; in a [Rule] it is complete.
type Role struct {
	Name                Text
	Account             Text   // a name in [Spec.Accounts]; "" if the owner of the source is unknown
	Path                Text   // begins and ends with a slash; left out in [Spec.Roles]: "/"
	ARN                 string // "" in [Spec.Roles], and where the account is unknown
	PermissionsBoundary Text   // the ARN of a managed policy
	ConfusedDeputy      Optional[ConfusedDeputy]
	GrantTo             Optional[GrantTo]
	Pos                 diag.Pos // of the name; of the rule, for a role that the rule does not name
}

// ConfusedDeputy says which source conditions a trust policy carries.
type ConfusedDeputy string

// The confused-deputy conditions. S3 is not documented to send the keys that
// they test, so that strict ones may keep it out.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html.
const (
	ConfusedDeputyNone     ConfusedDeputy = "none"
	ConfusedDeputyIfExists ConfusedDeputy = "if-exists"
	ConfusedDeputyStrict   ConfusedDeputy = "strict"
)

// GrantTo says whom the policies of the destination name.
type GrantTo string

// Whom the policies of the destination name.
const (
	GrantToRole    GrantTo = "role"
	GrantToAccount GrantTo = "account" // narrowed to the role by aws:PrincipalArn
)

// declaredRole reads an element of roles.
func (p *parser) declaredRole(name Text, n *yaml.Node) {
	p.matches(roleName, "spec-role-name")("roles", name)
	r := Role{Name: name, Pos: name.Pos}
	r.ConfusedDeputy.Value, r.GrantTo.Value = ConfusedDeputyNone, GrantToRole
	p.mapping(name.Value, name.Pos, n, []field{
		{"account", 0, p.text(&r.Account)},
		{"path", 0, p.text(&r.Path, p.isPath)},
		{"permissions_boundary", 0, p.text(&r.PermissionsBoundary, p.isManagedPolicy)},
		{"confused_deputy", 0, choice(p, &r.ConfusedDeputy, ConfusedDeputyNone, ConfusedDeputyIfExists, ConfusedDeputyStrict)},
		{"grant_to", 0, choice(p, &r.GrantTo, GrantToRole, GrantToAccount)},
	})
	p.spec.Roles = append(p.spec.Roles, r)
}

// isRoleARN checks that t is the ARN of a role.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html.
func (p *parser) isRoleARN(key string, t Text) bool {
	a, ok := p.arnParts(key, t, "iam", "spec-role-arn")
	if !ok {
		return false
	}
	path, found := strings.CutPrefix(a.Resource, "role/")
	path = "/" + strings.TrimSuffix(path, a.Name())
	if !found || a.Region != "" || !arn.IsAccountID(a.Account) || !roleName.MatchString(a.Name()) || !rolePath.MatchString(path) {
		p.report(t.Pos, "spec-role-arn", "key", key, "value", quote(t.Value))
		return false
	}
	return true
}

// isManagedPolicy checks that t is the ARN of a managed policy: the account's
// own, or one of AWS's, which have "aws" for an account.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html.
func (p *parser) isManagedPolicy(key string, t Text) bool {
	a, ok := p.arnParts(key, t, "iam", "spec-policy-arn")
	if !ok {
		return false
	}
	if a.Type() != "policy" || a.Name() == "" || a.Region != "" || a.Account != "aws" && !arn.IsAccountID(a.Account) {
		p.report(t.Pos, "spec-policy-arn", "key", key, "value", quote(t.Value))
		return false
	}
	return true
}
