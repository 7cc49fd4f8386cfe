package spec

import "github.com/repligrant/repligrant/internal/diag"

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
