package spec

import (
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/internal/yaml"
)

// Access says how repligrant signs in to read an account. Everything may be
// left out.
type Access struct {
	Profile       Text // a profile of the shared AWS config
	RoleName      Text // assumed in each account
	ExternalIDEnv Text // the environment variable that holds the external ID
}

// An Account is an AWS account under the name that the spec gives it.
type Account struct {
	Name         Text
	ID           Text   // 12 digits
	Partition    Text   // left out: see [Spec.Partition]
	Access       Access // what differs from [Spec.Access]
	RoleARN      Text   // assumed instead of a role name; lies in this account
	Organization Optional[bool]
	Pos          diag.Pos // of the name
}

// AllowedDestinations limits where rules may replicate to. An empty list is no
// limit.
type AllowedDestinations struct {
	Accounts []Text
	Regions  []Text
	Pos      diag.Pos // zero if there is no limit at all
}

// SignIn returns how to sign in to the account: what it states itself, and
// Access for the rest. A role ARN of its own comes before a common role name.
func (s *Spec) SignIn(a Account) Access {
	access := s.Access
	if !a.RoleARN.IsZero() {
		access.RoleName = Text{}
	}
	for _, field := range []struct{ own, common *Text }{
		{&a.Access.Profile, &access.Profile},
		{&a.Access.RoleName, &access.RoleName},
		{&a.Access.ExternalIDEnv, &access.ExternalIDEnv},
	} {
		if !field.own.IsZero() {
			*field.common = *field.own
		}
	}
	return access
}

// access reads the section of that name.
func (p *parser) access(to *Access) reader {
	return func(key string, n *yaml.Node) {
		p.mapping(key, n.Pos, n, p.accessFields(to))
	}
}

func (p *parser) accessFields(to *Access) []field {
	return []field{
		{"profile", 0, p.text(&to.Profile)},
		{"role_name", 0, p.text(&to.RoleName, p.matches(roleName, "spec-role-name"))},
		{"external_id_env", 0, p.text(&to.ExternalIDEnv, p.matches(environment, "spec-environment"))},
	}
}

func (p *parser) account(name Text, n *yaml.Node) {
	if !accountName.MatchString(name.Value) {
		p.report(name.Pos, "spec-account-name", "name", quote(name.Value))
	}
	a := Account{Name: name, Pos: name.Pos}
	p.mapping(name.Value, name.Pos, n, append(p.accessFields(&a.Access),
		field{"id", required, p.accountID(&a.ID)},
		field{"partition", 0, p.text(&a.Partition, p.isPartition)},
		field{"role_arn", 0, p.text(&a.RoleARN, p.isRoleARN)},
		field{"organization", 0, p.boolean(&a.Organization)},
	))
	if !a.RoleARN.IsZero() && !a.Access.RoleName.IsZero() {
		first, second := inOrder(a.RoleARN, a.Access.RoleName)
		p.clash(second.Pos, first.Pos, "spec-two-audit-roles")
	}
	p.spec.Accounts = append(p.spec.Accounts, a)
}

// inOrder returns two texts in file order.
func inOrder(a, b Text) (first, second Text) {
	if a.Pos.Compare(b.Pos) > 0 {
		return b, a
	}
	return a, b
}

func (p *parser) allowedDestinations(key string, n *yaml.Node) {
	to := &p.spec.AllowedDestinations
	to.Pos = n.Pos
	p.mapping(key, n.Pos, n, []field{
		{"accounts", 0, p.someTexts(&to.Accounts)},
		{"regions", 0, p.someTexts(&to.Regions, p.isRegion)},
	})
	if n.Kind == yaml.Mapping && len(n.Entries) == 0 {
		p.report(n.Pos, "spec-allows-nothing", "key", key)
	}
}
