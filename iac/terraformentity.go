package iac

import (
	"reflect"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
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
	if id == "" || r.verb == remove {
		return
	}
	d := r.at("policy").document()
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
	t.layer.change(func(w *world) {
		if r.verb == create {
			w.begin(id, r.origin())
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
	d, weak := r.at("assume_role_policy").document(), r.unchanged("assume_role_policy")
	unique, _ := r.at("unique_id").value.(string)
	selected := read(r.at("tags_all"), t.resolve, tags)
	t.layer.change(func(w *world) {
		role := w.role(id)
		if !weak || !role.AssumeRolePolicyDocument.Read() {
			role.AssumeRolePolicyDocument = d
			w.says(r.origin(), id, "AssumeRolePolicyDocument")
		}
		if role.RoleID == "" {
			role.RoleID = unique
		}
		if selected.Read() && (r.verb == create || !role.Tags.Read()) {
			role.Tags = selected
		}
	})
}

// ownPolicies are those that stand in the role itself. Written there, they are
// all that it has; else the provider only tells what it found.
//
// See https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role.
func (t *terraform) ownPolicies(r *resource, id string) {
	written := func(attribute string) bool { return r.config != nil && r.config.Expressions[attribute] != nil }
	if n := r.at("inline_policy"); written("inline_policy") || r.verb == keep && !empty(n.value) {
		t.inlineBlocks(r, id, n, written("inline_policy") && !r.unchanged("inline_policy"))
	}
	if n := r.at("managed_policy_arns"); written("managed_policy_arns") || r.verb == keep && !empty(n.value) {
		t.attachedARNs(r, id, n, written("managed_policy_arns") && !r.unchanged("managed_policy_arns"))
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
			documents[name] = b.at("policy").document()
		case b.at("name").value != nil && b.at("name").value != "":
			documents[b.path] = b.at("policy").document()
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
	d := r.at("policy").document()
	if r.verb == remove {
		d = snapshot.NoDocument()
	}
	t.layer.change(func(w *world) { w.inline(w.find(t.partition(r), r.account, kind, owner), name, d, r.origin()) })
}

func (t *terraform) partition(r *resource) string { return arn.PartitionOf(t.region(r)) }

// attachment attaches a managed policy to one role or user.
func (t *terraform) attachment(r *resource) {
	kind := identityOf(r.kind)
	if owner, ok := t.named(r, kind); ok {
		t.attach(r, kind, owner)
	}
}

// attach attaches the policy of a resource, or takes it away.
func (t *terraform) attach(r *resource, kind, owner string) {
	policy := read(r.at("policy_arn"), t.resolve, func(n node) string { return n.textOf(wantARN) })
	t.layer.change(func(w *world) {
		id := w.find(t.partition(r), r.account, kind, owner)
		p, ok := policy.Get()
		switch {
		case !ok:
			address, _ := fact.Address(policy.Why())
			w.attachUnknown(id, address, r.origin())
		case r.verb == remove:
			w.detach(id, p, r.origin())
		default:
			w.attach(id, p, r.origin())
		}
	})
}

// attachments attaches a policy to lists of roles and users.
func (t *terraform) attachments(r *resource) {
	for _, kind := range []string{aRole, aUser} {
		n := r.at(kind + "s")
		n.in = &reading{resolve: t.resolve}
		for _, e := range n.items() {
			if owner := e.textOf(wantName); owner != "" {
				t.attach(r, kind, owner)
			}
		}
		if n.in.open != "" {
			t.leaveTarget(r, kind+"s")
		}
	}
	if groups := r.at("groups"); !empty(groups.value) && !r.same {
		t.leaveKind(r)
	}
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
