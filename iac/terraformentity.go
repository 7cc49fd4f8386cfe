package iac

import (
	"reflect"
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// identityOf is what a resource type speaks of.
func identityOf(kind string) string {
	if strings.HasPrefix(kind, "aws_iam_user") {
		return aUser
	}
	return aRole
}

// policy defines a managed policy.
func (t *terraform) policy(r *resource) {
	id := t.arnOf(r)
	if id == "" {
		return
	}
	d := t.document(r, r.at("policy"))
	if r.verb == remove {
		d = snapshot.NoDocument()
	}
	t.layer.change(func(w *world) { w.define(id, d, r.origin()) })
}

// entity changes a role or a user.
func (t *terraform) entity(r *resource) {
	id := t.arnOf(r)
	if id == "" {
		return // what refers to it is open, and says so
	}
	if r.verb == remove {
		t.layer.change(func(w *world) { w.destroy(id, r.origin()) })
		return
	}
	held, _ := r.before["arn"].(string)
	t.layer.change(func(w *world) {
		switch {
		case r.verb == create:
			w.begin(id, r.origin())
		case held != "" && held != id:
			w.rename(held, id, r.origin())
		}
		w.says(r.origin(), id, "")
	})
	if r.kind == "aws_iam_role" {
		t.trust(r, id)
		t.ownPolicies(r, id)
	}
	t.boundary(r, id)
}

// same reports whether a plan leaves an attribute as it is.
func (r *resource) unchanged(attribute string) bool {
	return r.verb == keep && reflect.DeepEqual(r.before[attribute], r.at(attribute).value)
}

func (t *terraform) trust(r *resource, id string) {
	d, weak := t.document(r, r.at("assume_role_policy")), r.unchanged("assume_role_policy")
	unique, _ := r.at("unique_id").value.(string)
	selected := read(r.at("tags_all"), t.resolve, tags)
	if t.untagged(r) {
		selected = fact.Of([]replication.Tag(nil))
	}
	t.layer.change(func(w *world) {
		role := w.role(id)
		if !weak || !role.AssumeRolePolicyDocument.Read() {
			role.AssumeRolePolicyDocument = d
			w.says(r.origin(), id, "AssumeRolePolicyDocument")
		}
		if role.RoleID == "" {
			role.RoleID = unique
		}
		if !r.unchanged("tags_all") || !role.Tags.Read() {
			role.Tags = selected
		}
	})
}

// ownPolicies are those that stand in the role itself. Written there, they are
// all that it has; else the provider only tells what it found.
//
// See https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role.
func (t *terraform) ownPolicies(r *resource, id string) {
	t.own(r, id, "inline_policy", t.inlineBlocks)
	t.own(r, id, "managed_policy_arns", t.attachedARNs)
}

func (t *terraform) own(r *resource, id, attribute string, put func(r *resource, id string, n node, strong bool)) {
	n := r.at(attribute)
	_, isOpen := n.value.(open) // of a new role also where none is written
	written := r.config != nil && r.config.Expressions[attribute] != nil || r.verb == create && !isOpen
	if written || r.verb == keep && !empty(n.value) {
		put(r, id, n, written && !r.unchanged(attribute))
	}
}

func (t *terraform) inlineBlocks(r *resource, id string, n node, strong bool) {
	documents := map[string]snapshot.Document{}
	if o, isOpen := n.value.(open); isOpen {
		documents[otherInline] = afterApply(o.address)
	}
	n.in = &reading{resolve: t.resolve}
	for _, b := range n.items() {
		name := b.at("name").text()
		switch {
		case name != "":
			documents[name] = t.document(r, b.at("policy"))
		case b.at("name").value != nil && b.at("name").value != "":
			documents[b.path] = t.document(r, b.at("policy"))
		}
	}
	t.layer.change(func(w *world) {
		if inline, _ := w.policiesOf(id); strong || !inline.Read() {
			*inline = fact.Of(documents)
			for name := range documents {
				w.says(r.origin(), id, name)
			}
		}
	})
}

func (t *terraform) attachedARNs(r *resource, id string, n node, strong bool) {
	list := read(n, t.resolve, func(n node) []string {
		var out []string
		for _, e := range n.items() {
			out = append(out, e.textOf(wantARN))
		}
		return out
	})
	t.layer.change(func(w *world) {
		_, attached := w.policiesOf(id)
		if !strong && attached.Read() {
			return
		}
		policies, ok := list.Get()
		if !ok {
			*attached = fact.Unread[map[string]snapshot.Document](list.Why())
			return
		}
		*attached = fact.Of(map[string]snapshot.Document{})
		for _, p := range policies {
			w.attach(id, p, r.origin())
		}
	})
}

func (t *terraform) boundary(r *resource, id string) {
	n := r.at("permissions_boundary")
	policy := read(n, t.resolve, func(n node) string { return n.textOf(wantARN) })
	weak := r.unchanged("permissions_boundary")
	t.layer.change(func(w *world) {
		limit := w.boundaryOf(id)
		if weak && limit.Read() {
			return
		}
		if p, ok := policy.Get(); ok {
			*limit = w.bound(p)
			return
		}
		*limit = fact.Unread[snapshot.Boundary](policy.Why())
	})
}

// inlinePolicy is a policy of a role or user that is a resource of its own.
func (t *terraform) inlinePolicy(r *resource) {
	kind := identityOf(r.kind)
	owner, ok := t.named(r, kind)
	if !ok {
		return
	}
	name := read(r.at("name"), t.resolve, node.text).Or(r.path) // one that is made up at apply
	d := t.document(r, r.at("policy"))
	t.layer.change(func(w *world) {
		id := w.find(t.partition(r), r.account, kind, owner)
		if r.verb == remove {
			w.without(r, id, name)
			return
		}
		w.inline(id, name, d, r.origin())
	})
}

// membership puts a user into groups, whose policies the plan does not tell.
func (t *terraform) membership(r *resource) {
	user, ok := t.named(r, "user")
	if !ok || r.same {
		return
	}
	t.layer.change(func(w *world) {
		w.user(w.find(t.partition(r), r.account, aUser, user)).GroupPolicies = fact.AfterApply[map[string]snapshot.Document](r.path)
	})
}
