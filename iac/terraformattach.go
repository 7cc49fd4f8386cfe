package iac

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/snapshot"
)

// attachment attaches a managed policy to one role or user.
func (t *terraform) attachment(r *resource) {
	kind := identityOf(r.kind)
	if owner, ok := t.named(r, kind); ok {
		t.attach(r, kind, owner)
	}
}

// attach attaches the policy of a resource, or takes it away.
func (t *terraform) attach(r *resource, kind, owner string) {
	policy, document := t.attached(r)
	t.layer.change(func(w *world) {
		id := w.find(t.partition(r), r.account, kind, owner)
		if r.verb == remove {
			w.without(r, id, policy)
			return
		}
		w.attachAs(id, policy, document(w), r.origin())
	})
}

// attached is the policy of a resource, by its ARN, and its document. One that is
// made under a name that nobody knows yet has that, and the address for an ARN.
func (t *terraform) attached(r *resource) (policy string, document func(*world) snapshot.Document) {
	v := read(r.at("policy_arn"), t.resolve, func(n node) string { return n.textOf(wantARN) })
	if policy, ok := v.Get(); ok {
		return policy, func(w *world) snapshot.Document { return w.managed(policy) }
	}
	address, _ := fact.Address(v.Why())
	d := afterApply(address)
	if made, attribute, ok := t.followOpen(r, "policy_arn"); ok && made.kind == "aws_iam_policy" && (attribute == "arn" || attribute == "id") {
		d = t.document(made, made.at("policy"))
	}
	return address, func(*world) snapshot.Document { return d }
}

// attachments attaches a policy to lists of roles and users, and detaches it from
// those that are not listed any more.
//
// See https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/iam/policy_attachment.go.
func (t *terraform) attachments(r *resource) {
	for _, kind := range []string{aRole, aUser} {
		n := r.at(kind + "s")
		n.in = &reading{resolve: t.resolve}
		var owners []string
		for _, e := range n.items() {
			switch owner := e.textOf(wantName); {
			case isName(owner):
				owners = append(owners, owner)
			case owner != "":
				e.unknown()
			}
		}
		t.detach(r, kind, owners, n.in.open)
		for _, owner := range owners {
			t.attach(r, kind, owner)
		}
		if n.in.open != "" {
			t.leaveTarget(r, kind+"s")
			t.maybe(r, kind, kind+"s")
		}
	}
	if groups := r.at("groups"); !empty(groups.value) && !r.same {
		t.leaveGroups(r, r.account)
	}
}

// detach takes a policy from those that a resource listed, and lists no more. Of
// whom that is, nobody knows where an element is open.
func (t *terraform) detach(r *resource, kind string, owners []string, unknown string) {
	policy, _ := r.before["policy_arn"].(string)
	before, _ := r.before[kind+"s"].([]any)
	if r.verb != keep || policy == "" {
		return
	}
	for _, v := range before {
		owner, ok := v.(string)
		if !ok || slices.Contains(owners, owner) {
			continue
		}
		t.layer.change(func(w *world) {
			id := w.find(t.partition(r), r.account, kind, owner)
			if unknown != "" {
				w.attachAs(id, policy, afterApply(unknown), r.origin())
				return
			}
			w.without(r, id, policy)
		})
	}
}

// exclusive leaves a role or user no other policies than those that a resource
// lists, and attaches the managed ones of them. It changes nothing when it is
// destroyed, or does not change itself.
//
// See https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/iam/role_policy_attachments_exclusive.go
// and https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role_policies_exclusive.
func (t *terraform) exclusive(r *resource) {
	kind := identityOf(r.kind)
	owner, ok := t.named(r, kind+"_name")
	if !ok || r.verb == remove || r.same {
		return
	}
	inline := strings.HasSuffix(r.kind, "_policies_exclusive")
	attribute, want := "policy_arns", wantARN
	if inline {
		attribute, want = "policy_names", wantNothing
	}
	listed := read(r.at(attribute), t.resolve, func(n node) []string {
		var out []string
		for _, e := range n.items() {
			out = append(out, e.textOf(want))
		}
		return out
	})
	t.layer.change(func(w *world) {
		id := w.find(t.partition(r), r.account, kind, owner)
		policies, attached := w.policiesOf(id)
		if inline {
			*policies = w.only(id, *policies, listed, r.path)
			return
		}
		*attached = w.only(id, *attached, listed, r.path)
		for _, policy := range listed.Or(nil) {
			if d, _ := attached.Get(); !d[policy].Read() {
				w.attach(id, policy, r.origin())
			}
		}
	})
}

// only returns the policies of a map that are listed. What is listed and not
// there is unknown; and so are all others if the list is, and those that
// something else of the plan puts there: nobody knows which comes first.
func (w *world) only(id string, m fact.Value[map[string]snapshot.Document], listed fact.Value[[]string], address string) fact.Value[map[string]snapshot.Document] {
	names, certain := listed.Get()
	if !certain && !m.Read() {
		return m
	}
	c := map[string]snapshot.Document{}
	for _, name := range names {
		c[name] = afterApply(address)
		if !m.Read() {
			c[name] = snapshot.UnreadDocument(m.Why())
		}
	}
	for name, d := range m.Or(nil) {
		_, planned := w.result.Origins[snapshot.Part{ARN: id, Field: name}]
		switch {
		case slices.Contains(names, name):
			c[name] = d
		case !certain:
			c[name] = snapshot.UnreadDocument(listed.Why())
		case planned:
			c[name] = afterApply(address)
		}
	}
	return fact.Of(c)
}
