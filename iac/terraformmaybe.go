package iac

import (
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/snapshot"
)

// maybe does to all roles, or users, of an account what a resource does to one
// that is known only after apply: each of them may be the one.
func (t *terraform) maybe(r *resource, kind, attribute string) {
	address := r.path + "." + attribute
	if r.same || r.verb == remove {
		return
	}
	var do func(w *world, id string)
	switch {
	case strings.HasSuffix(r.kind, "_exclusive"):
		do = func(w *world, id string) { w.maybeOnly(id, address) }
	case r.kind == "aws_iam_user_group_membership":
		do = func(w *world, id string) {
			w.user(id).GroupPolicies = fact.AfterApply[map[string]snapshot.Document](address)
		}
	case strings.HasSuffix(r.kind, "_attachment"):
		_, document := t.attached(r)
		do = func(w *world, id string) { w.attachAs(id, r.path, doubted(document(w), address), r.origin()) }
	case strings.HasSuffix(r.kind, "_policy"):
		d := doubted(t.document(r, r.at("policy")), address)
		do = func(w *world, id string) { w.inline(id, r.path, d, r.origin()) }
	default:
		return
	}
	t.layer.change(func(w *world) {
		for _, id := range w.identities(r.account, kind) {
			do(w, id)
		}
	})
}

// maybeOne does to all that a resource may be about what it does to one: it is
// known only after apply which of them that is.
func (t *terraform) maybeOne(r *resource, attribute string) {
	kind, address := map[string]string{"key_id": aKey, "access_point_arn": aPoint}[attribute], r.path+"."+attribute
	if kind == "" {
		t.maybe(r, identityOf(r.kind), attribute)
		return
	}
	if r.same {
		return
	}
	t.layer.change(func(w *world) {
		for _, id := range w.entries(r.account, kind) {
			if kind == aKey {
				w.key(id).Policy = afterApply(address)
			} else {
				w.accessPoint(id).Policy = afterApply(address)
			}
			w.says(r.origin(), id, "Policy")
		}
	})
}

// maybeOneBucket leaves what a resource sets open of all buckets of its account.
func (t *terraform) maybeOneBucket(r *resource) {
	if r.same {
		return
	}
	address := r.path + ".bucket"
	account, _, _ := t.bucketOf(r)
	s := unreadSetting(parts[r.kind].field, address)
	t.layer.change(func(w *world) {
		if a := w.result.Accounts[account]; a != nil {
			for _, name := range present(a.Buckets) {
				w.maybeBucket(account, name, arn.Bucket(t.partition(r), name), address, r.origin(), []setting{s})
			}
		}
	})
}

// identities are the roles or users of an account, as far as they are known.
func (w *world) identities(account, kind string) []string {
	a := w.result.Accounts[account]
	if a == nil {
		return nil
	}
	if kind == aUser {
		return present(a.Users)
	}
	return present(a.Roles)
}

func present[T any](m map[string]*T) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(m)), func(id string) bool { return m[id] == nil })
}

// maybeGroups leaves open what users of an account have of their groups; it is
// all accounts where nobody knows which.
func (w *world) maybeGroups(account, address string) {
	for _, owner := range slices.Sorted(maps.Keys(w.result.Accounts)) {
		for _, id := range w.identities(owner, aUser) {
			if account == "" || owner == account {
				w.user(id).GroupPolicies = fact.AfterApply[map[string]snapshot.Document](address)
			}
		}
	}
}

// maybeOnly leaves open whether the policies of a role or user stay.
func (w *world) maybeOnly(id, address string) {
	inline, attached := w.policiesOf(id)
	for _, m := range []*fact.Value[map[string]snapshot.Document]{inline, attached} {
		*m = w.only(id, *m, fact.AfterApply[[]string](address), address)
	}
}

// doubted is a document of which nobody knows whether it applies: a Deny in it
// takes nothing away for certain, and an Allow gives nothing.
func doubted(d snapshot.Document, address string) snapshot.Document {
	held, ok := d.Get()
	if !ok {
		return afterApply(address)
	}
	c := *held
	c.Statements = slices.Clone(held.Statements)
	for i := range c.Statements {
		if c.Statements[i].Doubt == "" {
			c.Statements[i].Doubt = fact.AfterApply[string](address).Why()
		}
	}
	return snapshot.Of(&c)
}
