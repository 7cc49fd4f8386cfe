package iac

import (
	"maps"
	"slices"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// The words for roles and users in properties, by kind.
var entityWords = map[string]string{aRole: "Role", aUser: "User"}

// The resource types of roles and users.
var entityKinds = map[string]string{aRole: "AWS::IAM::Role", aUser: "AWS::IAM::User"}

// managedPolicy defines a managed policy and attaches it.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html.
func (t *template) managedPolicy(r *templateResource) {
	d, id := r.at("PolicyDocument").document(), t.arnOf(r)
	if id != "" {
		t.layer.change(func(w *world) { w.define(id, d, r.originOf("PolicyDocument")) })
	} else {
		id = r.id // its document is known, and its name does not matter
		t.somePolicy(r, d)
	}
	t.owners(r, func(w *world, owner, doubt string) {
		if doubt != "" {
			w.attachAs(owner, r.id, doubted(d, doubt), r.originOf("PolicyDocument"))
			return
		}
		_, attached := w.policiesOf(owner)
		if id == r.id {
			*attached = w.blurOwn(*attached, owner, id)
		}
		*attached = put(*attached, otherAttached, id, d)
		w.says(r.originOf("PolicyDocument"), owner, id)
	})
}

// A toOwner does to a role or user what a policy does to it. Doubt is the address
// of what would tell whether it is the one, "" if it is.
type toOwner func(w *world, owner, doubt string)

// owners changes the roles and users that a policy lists. They come after all
// that makes roles and users.
func (t *template) owners(r *templateResource, do toOwner) {
	for _, kind := range []string{aRole, aUser} {
		property := entityWords[kind] + "s"
		list := r.at(property)
		nodes := list.items()
		if _, isOpen := list.value.(open); isOpen {
			nodes = []node{list}
		}
		for _, n := range nodes {
			t.owner(r, kind, n, property, do)
		}
	}
	if !empty(r.at("Groups").value) {
		t.leaveGroups(r)
	}
}

func (t *template) owner(r *templateResource, kind string, n node, property string, do toOwner) {
	name, ok := n.value.(string)
	if !ok {
		t.leaveUnnamed(r, n, property, entityKinds[kind])
		t.anyOwner(r, kind, n, property, do)
		return
	}
	if t.partition() == "" { // nobody has read a role or user of the account
		t.leaveRegion(r, "AWS::Partition")
		t.layer.change(func(w *world) { w.unlist(t.stack.Account, kind+"s") })
		return
	}
	t.late = append(t.late, func(w *world) { do(w, w.find(t.partition(), t.stack.Account, kind, name), "") })
}

// anyOwner does to all roles, or users, of the account in doubt what is done to
// one that nobody knows: each may be the one.
func (t *template) anyOwner(r *templateResource, kind string, n node, property string, do toOwner) {
	if _, ok := n.value.(open); !ok {
		return
	}
	may := anything
	if made := t.made(n, entityKinds[kind]); made != nil {
		may = made.mayBe(nameProperty[made.kind])
	}
	t.late = append(t.late, func(w *world) {
		for _, id := range w.identities(t.stack.Account, kind) {
			if a, _ := arn.Parse(id); may(a.Name()) {
				do(w, id, r.id+"."+property)
			}
		}
	})
}

// inlinePolicy is a policy of one role or user.
func (t *template) inlinePolicy(r *templateResource) {
	kind := aRole
	if r.kind == "AWS::IAM::UserPolicy" {
		kind = aUser
	}
	property := entityWords[kind] + "Name"
	t.owner(r, kind, r.at(property), property, t.putInline(r))
}

// inlinePolicies is a policy of several roles and users.
func (t *template) inlinePolicies(r *templateResource) { t.owners(r, t.putInline(r)) }

func (t *template) putInline(r *templateResource) toOwner {
	name, ok := r.at("PolicyName").value.(string)
	if !ok {
		name = r.id
	}
	d := r.at("PolicyDocument").document()
	return func(w *world, owner, doubt string) {
		if doubt != "" { // beside one of that name that is there
			w.inline(owner, r.id, doubted(d, doubt), r.originOf("PolicyDocument"))
			return
		}
		w.inline(owner, name, d, r.originOf("PolicyDocument"))
	}
}

// entity changes a role or a user.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
// and https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-user.html.
func (t *template) entity(r *templateResource) {
	id := t.arnOf(r)
	t.someEntity(r, id)
	if id == "" {
		if t.nameOf(r) != "" && t.partition() == "" {
			t.leaveRegion(r, "AWS::Partition")
			return
		}
		t.leave(r, "iac-left-name", "property", nameProperty[r.kind])
		return
	}
	t.layer.change(func(w *world) {
		t.clear(w, r, id)
		w.says(r.origin(), id, "")
	})
	if r.kind == "AWS::IAM::Role" {
		d := r.at("AssumeRolePolicyDocument").document()
		t.layer.change(func(w *world) {
			role := w.role(id)
			role.AssumeRolePolicyDocument = d
			role.Tags = fact.AfterApply[[]replication.Tag](r.id + ".Tags") // those of the stack are there too
			w.says(r.originOf("AssumeRolePolicyDocument"), id, "AssumeRolePolicyDocument")
		})
	}
	t.ownInline(r, id)
	t.ownAttached(r, id)
	t.ownBoundary(r, id)
	if groups := r.at("Groups"); !empty(groups.value) {
		t.layer.change(func(w *world) {
			w.user(id).GroupPolicies = fact.AfterApply[map[string]snapshot.Document](r.id + ".Groups")
		})
	}
}

// clear begins a role or user. Of a new one, nothing is there; of one that was
// read, nobody knows which of its policies an update takes away.
func (t *template) clear(w *world, r *templateResource, id string) {
	a := w.account(t.stack.Account)
	if r.kind == "AWS::IAM::User" && a.Users[id] == nil || r.kind == "AWS::IAM::Role" && a.Roles[id] == nil {
		if r.there == yes {
			w.begin(id, r.origin())
		}
		return
	}
	inline, attached := w.policiesOf(id)
	*inline = w.blurAll(*inline, id, r.id+".Policies")
	*attached = w.blurAll(*attached, id, r.id+".ManagedPolicyArns")
	if limit := w.boundaryOf(id); limit.State() == fact.Known {
		*limit = fact.AfterApply[snapshot.Boundary](r.id + ".PermissionsBoundary")
	}
}

// blurAll leaves every policy open that was read, until the template says it
// again.
func (w *world) blurAll(m fact.Value[map[string]snapshot.Document], id, address string) fact.Value[map[string]snapshot.Document] {
	held, ok := m.Get()
	if !ok {
		return m
	}
	c := map[string]snapshot.Document{}
	for _, name := range slices.Sorted(maps.Keys(held)) {
		c[name] = held[name]
		if _, elsewhere := w.result.Origins[snapshot.Part{ARN: id, Field: name}]; !elsewhere {
			c[name] = afterApply(address)
		}
	}
	return fact.Of(c)
}

// blurOwn leaves every policy of an account open that was read: one of them may
// be what a policy without a name was before.
func (w *world) blurOwn(m fact.Value[map[string]snapshot.Document], owner, address string) fact.Value[map[string]snapshot.Document] {
	all, _ := w.blurAll(m, owner, address).Get()
	c := maps.Clone(m.Or(nil))
	for name := range c {
		if accountOf(name) == accountOf(owner) {
			c[name] = all[name]
		}
	}
	if c == nil {
		return m
	}
	return fact.Of(c)
}

// ownInline are the policies that stand in the role or user itself.
func (t *template) ownInline(r *templateResource, id string) {
	list := r.at("Policies")
	if _, isOpen := list.value.(open); isOpen {
		t.layer.change(func(w *world) { w.inline(id, list.path, afterApply(list.path), r.originOf("Policies")) })
		return
	}
	for _, n := range list.items() {
		name, ok := n.at("PolicyName").value.(string)
		if !ok {
			name = n.path
		}
		d := n.at("PolicyDocument").document()
		if _, isOpen := n.value.(open); isOpen {
			d = afterApply(n.path)
		}
		t.layer.change(func(w *world) { w.inline(id, name, d, r.originOf("Policies")) })
	}
}

// ownAttached are the managed policies that a role or user lists. One that the
// template makes may have no name yet.
func (t *template) ownAttached(r *templateResource, id string) {
	list := r.at("ManagedPolicyArns")
	nodes := list.items()
	if _, isOpen := list.value.(open); isOpen {
		nodes = []node{list}
	}
	for _, n := range nodes {
		policy, ok := n.value.(string)
		document := func(w *world) snapshot.Document { return w.managed(policy) }
		if o, isOpen := n.value.(open); isOpen {
			made := t.byID[o.id()]
			policy, document = n.path, func(*world) snapshot.Document { return afterApply(n.path) }
			if made != nil && made.kind == "AWS::IAM::ManagedPolicy" && made.there == yes {
				policy, document = made.id, func(*world) snapshot.Document { return made.at("PolicyDocument").document() }
			}
		} else if !ok {
			continue
		}
		t.layer.change(func(w *world) {
			_, attached := w.policiesOf(id)
			*attached = put(*attached, otherAttached, policy, document(w))
			w.says(r.originOf("ManagedPolicyArns"), id, policy)
		})
	}
}

func (t *template) ownBoundary(r *templateResource, id string) {
	n := r.at("PermissionsBoundary")
	if n.missing() {
		return
	}
	policy := read(n, nil, node.text)
	t.layer.change(func(w *world) {
		limit := w.boundaryOf(id)
		w.says(r.originOf("PermissionsBoundary"), id, policy.Or("PermissionsBoundary"))
		if p, ok := policy.Get(); ok {
			*limit = w.bound(p)
			return
		}
		*limit = fact.Unread[snapshot.Boundary](policy.Why())
	})
}
