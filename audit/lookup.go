package audit

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// bucket returns the bucket that b means: in the account that b names if it
// names one, else in whatever account holds it.
func (a *auditor) bucket(b replication.Bucket) (account string, live *snapshot.Bucket, state fact.State) {
	if b.Account == "" {
		account, live, state = a.home(b.Name)
		if account == "" {
			state = fact.NotRead // it may be in an account that the snapshot lacks
		}
		return account, live, state
	}
	holder := a.in.Snapshot.Accounts[b.Account]
	if holder == nil {
		return b.Account, nil, fact.NotRead
	}
	live, ok := holder.Buckets[b.Name]
	switch {
	case ok && live != nil:
		return b.Account, live, fact.Known
	case ok || slices.Contains(holder.Listed, "buckets"):
		return b.Account, nil, fact.None
	default:
		return b.Account, nil, fact.NotRead
	}
}

// A home is where a bucket is, as [snapshot.Snapshot.FindBucket] says.
type home struct {
	account string
	live    *snapshot.Bucket
	state   fact.State
}

// home finds a bucket by name in all accounts, each name once.
func (a *auditor) home(name string) (account string, live *snapshot.Bucket, state fact.State) {
	h, ok := a.homes[name]
	if !ok {
		h.account, h.live, h.state = a.in.Snapshot.FindBucket(name)
		a.homes[name] = h
	}
	return h.account, h.live, h.state
}

func ownershipOf(b *snapshot.Bucket) fact.Value[string] { return b.Ownership() }

func lockOf(b *snapshot.Bucket) fact.Value[bool] { return b.Locked() }

func encryptionOf(b *snapshot.Bucket) fact.Value[string] { return b.Algorithm() }

// rolePolicies are the policies of a role or user, ready to be decided with.
type rolePolicies struct {
	state    fact.State
	why      string // why it was not read
	identity []policy.Source
	boundary policy.Source
	uniqueID string
	tags     fact.Value[[]replication.Tag]
}

// identity returns the policies of the role or user of that ARN.
func (a *auditor) identity(principal string) rolePolicies {
	if p, ok := a.policies[principal]; ok {
		return p
	}
	p := a.readIdentity(principal)
	a.policies[principal] = p
	return p
}

func (a *auditor) readIdentity(principal string) rolePolicies {
	if strings.Contains(principal, ":user/") {
		return a.readUser(principal)
	}
	r, state := a.in.Snapshot.FindRole(principal)
	if state != fact.Known {
		return rolePolicies{state: state, why: a.whyEntity(principal, whyRole(r))}
	}
	p := rolePolicies{state: state, uniqueID: r.RoleID, tags: r.Tags, boundary: boundary(r.PermissionsBoundary)}
	p.identity = slices.Concat(sources(inlinePolicies, r.InlinePolicies), sources(attachedPolicies, r.AttachedPolicies))
	return p
}

func (a *auditor) readUser(principal string) rolePolicies {
	u, state := a.in.Snapshot.FindUser(principal)
	if state != fact.Known {
		return rolePolicies{state: state, why: a.whyEntity(principal, whyUser(u))}
	}
	p := rolePolicies{state: state, uniqueID: u.UserID, boundary: boundary(u.PermissionsBoundary)}
	p.identity = slices.Concat(
		sources(inlinePolicies, u.InlinePolicies), sources(attachedPolicies, u.AttachedPolicies), sources(groupPolicies, u.GroupPolicies))
	return p
}

func whyRole(r *snapshot.Role) string {
	if r == nil {
		return ""
	}
	return r.Errors["GetRole"]
}

func whyUser(u *snapshot.User) string {
	if u == nil {
		return ""
	}
	return u.Errors["GetUser"]
}

// whyEntity says why a role or user was not read.
func (a *auditor) whyEntity(principal, own string) string {
	return cmp.Or(own, a.whyAccount(arnAccount(principal)))
}

// sources returns the documents of a map in the order of their names. A map
// that was not read is one source that was not.
func sources(name string, m fact.Value[map[string]snapshot.Document]) []policy.Source {
	documents, ok := m.Get()
	if !ok {
		if m.Read() {
			return nil
		}
		return []policy.Source{unread(name, m.Why())}
	}
	var out []policy.Source
	for _, n := range slices.Sorted(maps.Keys(documents)) {
		out = append(out, named(n, documents[n]))
	}
	return out
}

func boundary(b fact.Value[snapshot.Boundary]) policy.Source {
	v, ok := b.Get()
	switch {
	case ok:
		return named(v.PermissionsBoundaryARN, v.Document)
	case b.Read():
		return absent("")
	default:
		return unread(permissionsBoundary, b.Why())
	}
}

// named is a policy that is there, so that it has a text: one whose text is null
// was not read.
func named(name string, d snapshot.Document) policy.Source {
	if d.State() == fact.None {
		return unread(name, sentences["unread.null"])
	}
	return policy.Source{Name: name, Document: d.Value}
}

// bucketPolicy returns the policy of a bucket.
func (a *auditor) bucketPolicy(b replication.Bucket) policy.Source {
	_, live, state := a.bucket(b)
	name := policyOfBucket + b.Name
	switch state {
	case fact.Known:
		return policy.Source{Name: name, Document: live.Policy.Value}
	case fact.None:
		return absent(name)
	default:
		return unread(name, a.whyBucket(b))
	}
}

// entered reports whether something of an account could be read.
func (a *auditor) entered(id string) bool {
	account := a.in.Snapshot.Accounts[id]
	return account != nil && account.WhyUnread() == ""
}

// whyAccount says why nothing of an account was read.
func (a *auditor) whyAccount(id string) string {
	account := a.in.Snapshot.Accounts[id]
	if account == nil {
		return sentences["unread.account"]
	}
	return cmp.Or(account.WhyUnread(), sentences["unread.not-read"])
}

// organization returns the organization of an account as condition keys say it,
// and the policies that bind the account.
func (a *auditor) organization(id string) (o fact.Value[replication.Organization], full fact.Value[snapshot.Organization]) {
	account := a.in.Snapshot.Accounts[id]
	if account == nil {
		return o, full
	}
	full = account.Organization
	org, ok := full.Get()
	switch {
	case ok:
		return fact.Of(replication.Organization{ID: org.ID, Path: org.Path}), full
	case full.Read():
		return fact.Absent[replication.Organization](), full
	default:
		return o, full
	}
}

// levelsOf picks the service control policies or the resource control policies
// of an organization.
type levelsOf func(snapshot.Organization) (levels fact.Value[[]snapshot.Level], field string)

func scps(o snapshot.Organization) (levels fact.Value[[]snapshot.Level], field string) {
	return o.SCPs, "SCPs"
}

func rcps(o snapshot.Organization) (levels fact.Value[[]snapshot.Level], field string) {
	return o.RCPs, "RCPs"
}

// levels turns the policies of an organization into sources. Policies that were
// not read are decided without: none is returned, and read is false. Neither
// kind binds the management account.
//
// See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html and
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html.
func levels(org fact.Value[snapshot.Organization], pick levelsOf) (l fact.Value[[][]policy.Source], read bool) {
	none := fact.Absent[[][]policy.Source]()
	o, ok := org.Get()
	if !ok || o.ManagementAccount {
		return none, org.Read()
	}
	all, field := pick(o)
	written, ok := all.Get()
	if !ok {
		return none, all.Read()
	}
	out := make([][]policy.Source, len(written))
	for i, level := range written {
		for j, p := range level.Policies {
			out[i] = append(out[i], named(cmp.Or(p.Name, p.ID, unnamed(field, i, j)), p.Content))
		}
	}
	return fact.Of(out), true
}

// unnamed is what a policy of an organization is called that a snapshot gives no
// name: its place there. Two of one level are told apart by their names.
func unnamed(field string, level, policy int) string {
	return fmt.Sprintf("%s[%d][%d]", field, level, policy)
}
