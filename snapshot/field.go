package snapshot

import (
	"slices"

	"github.com/repligrant/repligrant/fact"
)

// A field is one fact of an entry, with the API operations that read it. The
// first is the one that a reader of Errors would name.
type field struct {
	name       string
	operations []string // naming one contradicts a value
	others     []string // these say why too, and may be about something else
	state      func() fact.State
	why        func() string
	unread     func(why string)
}

func fieldOf[T any](name string, v *fact.Value[T], operations ...string) field {
	return field{
		name:       name,
		operations: operations,
		state:      v.State,
		why:        v.Why,
		unread:     func(why string) { *v = fact.Unread[T](why) },
	}
}

// or adds operations that say why f was not read and that do not contradict it.
func (f field) or(operations ...string) field {
	f.others = operations
	return f
}

// reason is what errs says of the operations that read f.
func (f field) reason(errs Errors) string {
	for _, o := range slices.Concat(f.operations, f.others) {
		if errs[o] != "" {
			return errs[o]
		}
	}
	return ""
}

// explain gives each field that was not read its reason from errs. A field that
// errs names was not read, even if it is written as null.
func explain(fields []field, errs Errors) {
	for _, f := range fields {
		if why := f.reason(errs); why != "" && f.state() != fact.Known && f.why() == "" {
			f.unread(why)
		}
	}
}

// quiet takes away the reasons that errs repeats: explain brings them back.
func quiet(fields []field, errs Errors) {
	for _, f := range fields {
		if why := f.reason(errs); why != "" && f.why() == why {
			f.unread("")
		}
	}
}

func (b *Bucket) fields() []field {
	return []field{
		fieldOf("Versioning", &b.Versioning, "GetBucketVersioning"),
		fieldOf("ReplicationConfiguration", &b.ReplicationConfiguration, "GetBucketReplication"),
		fieldOf("Policy", &b.Policy.Value, "GetBucketPolicy"),
		fieldOf("OwnershipControls", &b.OwnershipControls, "GetBucketOwnershipControls"),
		fieldOf("ServerSideEncryptionConfiguration", &b.ServerSideEncryptionConfiguration, "GetBucketEncryption"),
		fieldOf("PublicAccessBlockConfiguration", &b.PublicAccessBlockConfiguration, "GetPublicAccessBlock"),
		fieldOf("ObjectLockConfiguration", &b.ObjectLockConfiguration, "GetObjectLockConfiguration"),
		fieldOf("RequestPayment", &b.RequestPayment, "GetBucketRequestPayment"),
		fieldOf("LifecycleConfiguration", &b.LifecycleConfiguration, "GetBucketLifecycleConfiguration"),
		fieldOf("NotificationConfiguration", &b.NotificationConfiguration, "GetBucketNotificationConfiguration"),
		fieldOf("Tagging", &b.Tagging, "GetBucketTagging"),
	}
}

func (r *Role) fields() []field {
	return []field{
		fieldOf("Tags", &r.Tags, "GetRole").or("ListRoleTags"),
		fieldOf("AssumeRolePolicyDocument", &r.AssumeRolePolicyDocument.Value, "GetRole"),
		fieldOf("InlinePolicies", &r.InlinePolicies, "ListRolePolicies", "GetRolePolicy").or("GetRole"),
		fieldOf("AttachedPolicies", &r.AttachedPolicies, "ListAttachedRolePolicies").or("GetPolicy", "GetPolicyVersion", "GetRole"),
		fieldOf("PermissionsBoundary", &r.PermissionsBoundary, "GetRole"),
	}
}

func (u *User) fields() []field {
	return []field{
		fieldOf("InlinePolicies", &u.InlinePolicies, "ListUserPolicies", "GetUserPolicy").or("GetUser"),
		fieldOf("AttachedPolicies", &u.AttachedPolicies, "ListAttachedUserPolicies").or("GetPolicy", "GetPolicyVersion", "GetUser"),
		fieldOf("GroupPolicies", &u.GroupPolicies, "ListGroupsForUser", "ListGroupPolicies", "GetGroupPolicy", "ListAttachedGroupPolicies").or("GetUser"),
		fieldOf("PermissionsBoundary", &u.PermissionsBoundary, "GetUser"),
	}
}

func (k *Key) fields() []field {
	return []field{
		fieldOf("KeyMetadata", &k.KeyMetadata, "DescribeKey"),
		fieldOf("Policy", &k.Policy.Value, "GetKeyPolicy"),
		fieldOf("Grants", &k.Grants, "ListGrants"),
		fieldOf("Aliases", &k.Aliases, "ListAliases"),
	}
}

func (p *AccessPoint) fields() []field {
	return []field{fieldOf("Policy", &p.Policy.Value, "GetAccessPointPolicy")}
}

func (o *Organization) fields() []field {
	operations := []string{"ListPoliciesForTarget", "DescribePolicy", "ListParents", "ListRoots"}
	return []field{
		fieldOf("SCPs", &o.SCPs, operations...),
		fieldOf("RCPs", &o.RCPs, operations...),
		fieldOf("Accounts", &o.Accounts, "ListAccounts"),
	}
}

func (a *Account) fields() []field {
	return []field{
		fieldOf("PublicAccessBlockConfiguration", &a.PublicAccessBlockConfiguration, "GetPublicAccessBlock"),
		fieldOf("organization", &a.Organization, "DescribeOrganization"),
	}
}

// signIn are the operations without which nothing of an account can be read.
// ListAccounts says in which state an account is that nobody can use.
var signIn = []string{"AssumeRole", "GetCallerIdentity", "ListAccounts"}

// WhyUnread says why nothing of the account was read: it could not be entered,
// or its credentials were of another account. It is empty for an account that
// was entered.
func (a *Account) WhyUnread() string {
	if a == nil {
		return ""
	}
	for _, o := range signIn {
		if a.Errors[o] != "" {
			return a.Errors[o]
		}
	}
	return ""
}
