package spec

import "github.com/repligrant/repligrant/internal/diag"

// A Role is what is known of a role that S3 or Batch Operations assumes. In
// [Spec.Roles] it is as written; in a [Rule] it is complete.
type Role struct {
	Name                Text
	Account             Text   // a name in [Spec.Accounts]; "" if the owner of the source is unknown
	Path                Text   // begins and ends with a slash
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
