package iac

import (
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/snapshot"
)

// The kinds of identities, as ARNs name them.
const (
	aRole = "role"
	aUser = "user"
)

// policiesOf returns where the policies of a role or user are kept.
func (w *world) policiesOf(id string) (inline, attached *fact.Value[map[string]snapshot.Document]) {
	if a, _ := arn.Parse(id); a.Type() == aUser {
		u := w.user(id)
		return &u.InlinePolicies, &u.AttachedPolicies
	}
	r := w.role(id)
	return &r.InlinePolicies, &r.AttachedPolicies
}

// find returns the ARN of the role or user of a name in an account. One that
// nobody has read is taken to be at the path "/".
func (w *world) find(partition, account, kind, name string) string {
	var ids []string
	if a := w.result.Accounts[account]; a != nil && kind == aRole {
		ids = slices.Sorted(maps.Keys(a.Roles))
	} else if a != nil {
		ids = slices.Sorted(maps.Keys(a.Users))
	}
	for _, id := range ids {
		if a, err := arn.Parse(id); err == nil && a.Name() == name && a.Account == account {
			return id
		}
	}
	if kind == aUser {
		return arn.User(partition, account, "", name)
	}
	return arn.Role(partition, account, "", name)
}

// inline adds an inline policy.
func (w *world) inline(id, name string, d snapshot.Document, o snapshot.Origin) {
	inline, _ := w.policiesOf(id)
	if w.contested(o, id, name) {
		d = afterApply(o.Address)
	}
	*inline = put(*inline, otherInline, name, d)
	w.says(o, id, name)
}

// attach adds a managed policy, with the document that it has.
func (w *world) attach(id, policy string, o snapshot.Origin) {
	w.attachAs(id, policy, w.managed(policy), o)
}

// attachAs adds a managed policy, or what is known of it.
func (w *world) attachAs(id, policy string, d snapshot.Document, o snapshot.Origin) {
	_, attached := w.policiesOf(id)
	if w.contested(o, id, policy) {
		d = afterApply(o.Address)
	}
	*attached = put(*attached, otherAttached, policy, d)
	w.says(o, id, policy)
}

// without takes policies of a name away, inline and attached ones.
func (w *world) without(r *resource, id, name string) {
	inline, attached := w.policiesOf(id)
	*inline = put(*inline, otherInline, name, snapshot.NoDocument())
	*attached = put(*attached, otherAttached, name, snapshot.NoDocument())
	w.take(r, id, name)
}

// managed returns the document of a managed policy: the planned one, else one
// that the accounts hold.
func (w *world) managed(policy string) snapshot.Document {
	if d, ok := w.policies[policy]; ok {
		return d
	}
	for _, account := range slices.Sorted(maps.Keys(w.result.Accounts)) {
		a := w.result.Accounts[account]
		if a == nil {
			continue
		}
		for _, r := range a.Roles {
			if d, ok := held(r, policy); ok {
				return d
			}
		}
		for _, u := range a.Users {
			if u == nil {
				continue
			}
			if d, ok := u.AttachedPolicies.Or(nil)[policy]; ok && d.Read() {
				return d
			}
		}
	}
	return snapshot.UnreadDocument("")
}

func held(r *snapshot.Role, policy string) (snapshot.Document, bool) {
	if r == nil {
		return snapshot.Document{}, false
	}
	if d, ok := r.AttachedPolicies.Or(nil)[policy]; ok && d.Read() {
		return d, true
	}
	if b, ok := r.PermissionsBoundary.Get(); ok && b.PermissionsBoundaryARN == policy && b.Document.Read() {
		return b.Document, true
	}
	return snapshot.Document{}, false
}

// define changes a managed policy, for everybody to whom it is attached. One that
// is destroyed is attached to nobody then: IAM refuses to delete it before.
//
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html.
func (w *world) define(policy string, d snapshot.Document, o snapshot.Origin) {
	w.policies[policy] = d
	if d.State() == fact.None {
		delete(w.policies, policy)
	}
	for _, account := range slices.Sorted(maps.Keys(w.result.Accounts)) {
		a := w.result.Accounts[account]
		if a == nil || account != accountOf(policy) {
			continue
		}
		for _, id := range slices.Concat(slices.Sorted(maps.Keys(a.Roles)), slices.Sorted(maps.Keys(a.Users))) {
			w.redefine(id, policy, d, o)
		}
	}
}

func (w *world) redefine(id, policy string, d snapshot.Document, o snapshot.Origin) {
	if w.gone(id) {
		return
	}
	_, attached := w.policiesOf(id)
	if _, ok := attached.Or(nil)[policy]; ok {
		*attached = put(*attached, otherAttached, policy, d)
		w.says(o, id, policy)
	}
	limit := w.boundaryOf(id)
	if b, ok := limit.Get(); ok && b.PermissionsBoundaryARN == policy {
		b.Document = d
		if d.State() == fact.None { // what a boundary means that is not there
			b.Document = afterApply(o.Address)
		}
		*limit = fact.Of(b)
		w.says(o, id, policy)
	}
}

// gone reports whether a role or user is known not to be there.
func (w *world) gone(id string) bool {
	a := w.result.Accounts[accountOf(id)]
	if parsed, _ := arn.Parse(id); parsed.Type() == aUser {
		return a == nil || a.Users[id] == nil
	}
	return a == nil || a.Roles[id] == nil
}

func (w *world) boundaryOf(id string) *fact.Value[snapshot.Boundary] {
	if a, _ := arn.Parse(id); a.Type() == aUser {
		return &w.user(id).PermissionsBoundary
	}
	return &w.role(id).PermissionsBoundary
}

// bound returns the boundary of an ARN; none for "".
func (w *world) bound(policy string) fact.Value[snapshot.Boundary] {
	if policy == "" {
		return fact.Absent[snapshot.Boundary]()
	}
	return fact.Of(snapshot.Boundary{PermissionsBoundaryARN: policy, Document: w.managed(policy)})
}

// destroy takes a role or user away.
func (w *world) destroy(id string, o snapshot.Origin) {
	a := w.account(accountOf(id))
	if strings.Contains(id, ":user/") {
		a.Users[id] = nil
	} else {
		a.Roles[id] = nil
	}
	w.release(id)
	w.says(o, id, "")
}

// rename gives a user another ARN, and leaves all else that it has.
func (w *world) rename(from, to string, o snapshot.Origin) {
	users := w.account(accountOf(from)).Users
	if users[from] != nil {
		users[to] = users[from]
	}
	w.destroy(from, o)
}

// begin makes a role or user anew: without policies until something adds them.
func (w *world) begin(id string, o snapshot.Origin) {
	none := fact.Of(map[string]snapshot.Document{})
	if strings.Contains(id, ":user/") {
		*w.user(id) = snapshot.User{InlinePolicies: none, AttachedPolicies: none, GroupPolicies: none, PermissionsBoundary: fact.Absent[snapshot.Boundary]()}
	} else {
		*w.role(id) = snapshot.Role{InlinePolicies: none, AttachedPolicies: none, PermissionsBoundary: fact.Absent[snapshot.Boundary]()}
	}
	w.says(o, id, "")
}
