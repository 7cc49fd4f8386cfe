package iac

import (
	"reflect"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/snapshot"
)

// This file leaves open what a resource changes of which the template does not
// say what it is called: each entry of the account that it may be is in doubt.

// anything takes every name.
func anything(string) bool { return true }

// made is the resource of the template, of a kind, that a value refers to; nil
// where it refers to something else.
func (t *template) made(n node, kind string) *templateResource {
	o, ok := n.value.(open)
	if !ok {
		return nil
	}
	if r := t.byID[o.id()]; r != nil && r.kind == kind {
		return r
	}
	return nil
}

// mayBe reports which names a resource may have. Where the template gives none,
// CloudFormation makes it up of the stack's, the logical ID and a random text,
// and may cut the first two.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html.
func (r *templateResource) mayBe(property string) func(name string) bool {
	if !r.at(property).missing() {
		return anything
	}
	id := strings.ToLower(r.id)
	return func(name string) bool {
		parts := strings.Split(strings.ToLower(name), "-")
		if len(parts) < 3 || len(parts[len(parts)-1]) < leastRandom {
			return false
		}
		own := parts[len(parts)-2]
		return own != "" && strings.HasPrefix(id, own)
	}
}

// leastRandom is the length of the shortest random text that is taken to be one
// that CloudFormation makes: those that its pages show have 12 letters.
const leastRandom = 8

// nameOwn reports whether another resource of the template, which is there for
// certain, has a name.
func (t *template) nameOwn(kind, name string) bool {
	return slices.ContainsFunc(t.list, func(r *templateResource) bool { return r.kind == kind && r.there == yes && t.nameOf(r) == name })
}

// maybeBuckets leaves settings open of the buckets that a resource may be about.
func (t *template) maybeBuckets(r *templateResource, may func(string) bool, address string, settings ...setting) {
	t.layer.change(func(w *world) {
		a := w.result.Accounts[t.stack.Account]
		if a == nil {
			return
		}
		for _, name := range present(a.Buckets) {
			if may(name) {
				w.maybeBucket(t.stack.Account, name, t.bucketARN(name), address, r.origin(), settings)
			}
		}
	})
}

// maybeBucket leaves those settings of a bucket open that would change.
func (w *world) maybeBucket(account, name, id, address string, o snapshot.Origin, settings []setting) {
	b := w.bucket(account, name)
	for _, s := range settings {
		before := *b
		s.put(b)
		if reflect.DeepEqual(before, *b) {
			continue
		}
		*b = before
		unreadSetting(s.field, address).put(b)
		w.says(o, id, s.field)
	}
}

// someBucket is a bucket of which nobody knows the name.
func (t *template) someBucket(r *templateResource) {
	settings := newBucket(t.region())
	for _, p := range bucketProperties {
		if s, ok := p.of(r); ok {
			settings = slices.DeleteFunc(settings, func(old setting) bool { return old.field == s.field })
			settings = append(settings, s)
		}
	}
	named := r.mayBe("BucketName")
	may := func(name string) bool { return named(name) && !t.nameOwn(r.kind, name) }
	t.maybeBuckets(r, may, r.id, settings...)
	t.unlist(r, "BucketName", "buckets")
}

// note remembers whether a bucket is there before the template makes it.
func (w *world) note(account, name string) {
	a := w.result.Accounts[w.home(account, name)]
	w.there[name] = a != nil && a.Buckets[name] != nil
}

// unlist leaves open whether an account has more entries of a kind than those
// that were read, where a resource has a name that nobody knows.
func (t *template) unlist(r *templateResource, property, kind string) {
	if !r.at(property).missing() {
		t.layer.change(func(w *world) { w.unlist(t.stack.Account, kind) })
	}
}

func (w *world) unlist(account, kind string) {
	if a := w.result.Accounts[account]; a != nil && slices.Contains(a.Listed, kind) {
		a = w.account(account)
		a.Listed = slices.DeleteFunc(slices.Clone(a.Listed), func(s string) bool { return s == kind })
	}
}

// someEntity leaves the roles, or users, open that one may be of which nobody
// knows the name, or that have its name at another path: a name is taken once.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
func (t *template) someEntity(r *templateResource, own string) {
	kind, property := aRole, nameProperty[r.kind]
	if r.kind == "AWS::IAM::User" {
		kind = aUser
	}
	may := r.mayBe(property)
	if name := t.nameOf(r); name != "" {
		may = func(other string) bool { return other == name }
	}
	t.layer.change(func(w *world) {
		for _, id := range w.identities(t.stack.Account, kind) {
			a, _ := arn.Parse(id)
			if id != own && may(a.Name()) && (t.nameOf(r) != "" || !t.nameOwn(r.kind, a.Name())) {
				t.maybeEntity(w, r, id)
			}
		}
	})
	if own == "" {
		t.unlist(r, property, kind+"s")
	}
}

// maybeEntity leaves all of a role or user open that a resource would change.
func (t *template) maybeEntity(w *world, r *templateResource, id string) {
	t.clear(w, r, id)
	if d := r.at("AssumeRolePolicyDocument").document(); r.kind == "AWS::IAM::Role" {
		if role := w.role(id); !reflect.DeepEqual(role.AssumeRolePolicyDocument, d) {
			role.AssumeRolePolicyDocument = afterApply(r.id + ".AssumeRolePolicyDocument")
			w.says(r.originOf("AssumeRolePolicyDocument"), id, "AssumeRolePolicyDocument")
		}
	}
	if !r.at("PermissionsBoundary").missing() {
		*w.boundaryOf(id) = fact.AfterApply[snapshot.Boundary](r.id + ".PermissionsBoundary")
	}
	inline, attached := w.policiesOf(id)
	for _, p := range []struct {
		property, others string
		held             *fact.Value[map[string]snapshot.Document]
	}{{"Policies", otherInline, inline}, {"ManagedPolicyArns", otherAttached, attached}} {
		if address := r.id + "." + p.property; !empty(r.at(p.property).value) {
			*p.held = put(*p.held, p.others, address, afterApply(address))
		}
	}
	if r.kind == "AWS::IAM::User" && !empty(r.at("Groups").value) {
		w.user(id).GroupPolicies = fact.AfterApply[map[string]snapshot.Document](r.id + ".Groups")
	}
}

// somePolicy leaves the managed policies of the account open that one may be of
// which nobody knows the ARN.
func (t *template) somePolicy(r *templateResource, d snapshot.Document) {
	may, address := r.mayBe("ManagedPolicyName"), r.id+".PolicyDocument"
	if name := t.nameOf(r); name != "" {
		may = func(other string) bool { return other == name }
	}
	t.layer.change(func(w *world) {
		seen := map[string]bool{}
		for _, kind := range []string{aRole, aUser} {
			for _, id := range w.identities(t.stack.Account, kind) {
				for _, policy := range w.policyARNs(id) {
					a, err := arn.Parse(policy)
					if err == nil && !seen[policy] && a.Account == t.stack.Account && may(a.Name()) && !reflect.DeepEqual(w.managed(policy), d) {
						w.define(policy, afterApply(address), r.originOf("PolicyDocument"))
					}
					seen[policy] = true
				}
			}
		}
	})
}

// policyARNs are the managed policies of a role or user, its boundary among them.
func (w *world) policyARNs(id string) []string {
	_, attached := w.policiesOf(id)
	var out []string
	for policy := range attached.Or(nil) {
		out = append(out, policy)
	}
	if limit, ok := w.boundaryOf(id).Get(); ok {
		out = append(out, limit.PermissionsBoundaryARN)
	}
	slices.Sort(out)
	return out
}

// somePoint leaves the policies of access points open that may be the one.
func (t *template) somePoint(r *templateResource) {
	d, may := r.at("Policy").document(), r.mayBe("Name")
	if name := t.nameOf(r); name != "" {
		may = func(other string) bool { return other == name }
	}
	t.eachOf(aPoint, func(w *world, id string) {
		a, _ := arn.Parse(id)
		if p := w.accessPoint(id); may(a.Name()) && !reflect.DeepEqual(p.Policy, d) {
			p.Policy = afterApply(r.id + ".Policy")
			w.says(r.originOf("Policy"), id, "Policy")
		}
	})
}

// What eachOf goes through.
const (
	aKey   = "key"
	aPoint = "accesspoint"
)

// eachOf does something to all keys, or access points, of the account that are in
// the stack's Region.
func (t *template) eachOf(kind string, do func(w *world, id string)) {
	t.layer.change(func(w *world) {
		for _, id := range w.entries(t.stack.Account, kind) {
			if a, _ := arn.Parse(id); t.region() == "" || a.Region == t.region() {
				do(w, id)
			}
		}
	})
}

// entries are the keys, or access points, of an account.
func (w *world) entries(account, kind string) []string {
	a := w.result.Accounts[account]
	switch {
	case a == nil:
		return nil
	case kind == aKey:
		return present(a.Keys)
	default:
		return present(a.AccessPoints)
	}
}
