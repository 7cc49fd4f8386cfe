package iac

import (
	"cmp"
	"maps"
	"reflect"
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
	usual := arn.Role(partition, account, "", name)
	if kind == aUser {
		usual = arn.User(partition, account, "", name)
	}
	a := w.result.Accounts[account]
	switch {
	case a == nil:
		return usual
	case kind == aUser:
		return named(a.Users, account, name, usual)
	default:
		return named(a.Roles, account, name, usual)
	}
}

// named is the ARN in a map that has a name, else the usual one.
func named[T any](m map[string]T, account, name, usual string) string {
	if _, ok := m[usual]; ok {
		return usual
	}
	found := ""
	for id := range m {
		if !strings.HasSuffix(id, "/"+name) || found != "" && found < id {
			continue
		}
		if a, err := arn.Parse(id); err == nil && a.Name() == name && a.Account == account {
			found = id
		}
	}
	return cmp.Or(found, usual)
}

// inline adds an inline policy.
func (w *world) inline(id, name string, d snapshot.Document, o snapshot.Origin) {
	inline, _ := w.policiesOf(id)
	if held := inline.Or(nil)[name]; w.contested(o, id, name) || w.rival(o, id, name) && !reflect.DeepEqual(held, d) {
		d = afterApply(o.Address)
	}
	*inline = put(*inline, otherInline, name, d)
	w.says(o, id, name)
	for _, other := range w.alike(id) {
		inline, _ := w.policiesOf(other)
		*inline = put(*inline, otherInline, name, afterApply(o.Address))
		w.says(o, other, name)
	}
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
	for _, other := range w.alike(id) {
		_, attached := w.policiesOf(other)
		*attached = put(*attached, otherAttached, policy, afterApply(o.Address))
		w.says(o, other, policy)
	}
}

// alike are the roles or users of an account whose name differs from that of id in
// its letters' case alone. There is only one of them, and no page says whether a
// request that writes its name in another case finds it.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
func (w *world) alike(id string) []string {
	a, _ := arn.Parse(id)
	account := w.account(a.Account)
	if a.Type() == aUser {
		return spelledAlike(account.Users, a)
	}
	return spelledAlike(account.Roles, a)
}

func spelledAlike[T any](m map[string]*T, than arn.ARN) []string {
	var out []string
	for _, id := range slices.Sorted(maps.Keys(m)) {
		a, err := arn.Parse(id)
		if err == nil && m[id] != nil && a.Name() != than.Name() && strings.EqualFold(a.Name(), than.Name()) {
			out = append(out, id)
		}
	}
	return out
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
	d, ok := w.read[policy]
	if !ok {
		d = w.readOf(policy)
		w.read[policy] = d
	}
	return d
}

// readOf looks for the document of a managed policy among those that were read.
func (w *world) readOf(policy string) snapshot.Document {
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
	delete(w.read, policy)
	if d.State() == fact.None {
		delete(w.policies, policy)
	}
	for _, id := range w.holders(policy) {
		w.redefine(id, policy, d, o)
	}
}

// holders are the roles and users of a policy's account to which it is attached,
// or whose boundary it is.
func (w *world) holders(policy string) []string {
	a := w.result.Accounts[accountOf(policy)]
	if a == nil {
		return nil
	}
	var ids []string
	note := func(id string, attached fact.Value[map[string]snapshot.Document], limit fact.Value[snapshot.Boundary]) {
		_, ok := attached.Or(nil)[policy]
		if ok || limit.Or(snapshot.Boundary{}).PermissionsBoundaryARN == policy {
			ids = append(ids, id)
		}
	}
	for id, r := range a.Roles {
		if r != nil {
			note(id, r.AttachedPolicies, r.PermissionsBoundary)
		}
	}
	for id, u := range a.Users {
		if u != nil {
			note(id, u.AttachedPolicies, u.PermissionsBoundary)
		}
	}
	slices.Sort(ids)
	return ids
}

func (w *world) redefine(id, policy string, d snapshot.Document, o snapshot.Origin) {
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
