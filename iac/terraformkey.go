package iac

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/snapshot"
)

// key changes a KMS key. One that is made has no ARN yet: what names it is open
// and says so.
func (t *terraform) key(r *resource) {
	id, _ := r.at("arn").value.(string)
	if _, err := arn.Parse(id); err != nil {
		return
	}
	if r.verb == remove {
		t.layer.change(func(w *world) { w.state(id, "PendingDeletion", r.origin()) })
		return
	}
	d, weak := t.document(r, r.at("policy")), r.unchanged("policy")
	enabled, known := r.at("is_enabled").value.(bool)
	_, later := r.at("is_enabled").value.(open)
	multi, _ := r.at("multi_region").value.(bool)
	t.layer.change(func(w *world) {
		k := w.key(id)
		w.says(r.origin(), id, "")
		if !weak || !k.Policy.Read() {
			k.Policy = d
			w.says(r.origin(), id, "Policy")
		}
		unread := !k.KeyMetadata.Read()
		if known && unread {
			k.KeyMetadata = fact.Of(snapshot.Raw{"KeyManager": "CUSTOMER", "MultiRegion": multi})
		}
		if later {
			k.KeyMetadata = fact.AfterApply[snapshot.Raw](r.path + ".is_enabled")
		}
		if known && (unread || !r.unchanged("is_enabled")) {
			w.state(id, map[bool]string{true: "Enabled", false: "Disabled"}[enabled], r.origin())
		}
	})
}

// state sets the state of a key.
//
// See https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html.
func (w *world) state(id, state string, o snapshot.Origin) {
	k := w.key(id)
	metadata := maps.Clone(k.KeyMetadata.Or(nil))
	if metadata == nil {
		metadata = snapshot.Raw{"KeyManager": "CUSTOMER"}
	}
	metadata["KeyState"] = state
	k.KeyMetadata = fact.Of(metadata)
	w.says(o, id, "KeyMetadata")
}

// keyPolicy is the policy of a key that is a resource of its own. When it is
// destroyed, the key has its default policy again.
//
// See https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html.
func (t *terraform) keyPolicy(r *resource) {
	id, ok := t.named(r, "key_id")
	if !ok {
		return
	}
	d := t.document(r, r.at("policy"))
	if r.verb == remove {
		d = afterApply(r.path)
	}
	t.layer.change(func(w *world) {
		full := w.findKey(r.account, id)
		switch {
		case full == "":
			return // nobody knows its policy
		case r.verb == remove:
			w.take(r, full, "Policy")
		case w.contested(r.origin(), full, "Policy"):
			d = afterApply(r.path)
		}
		w.key(full).Policy = d
		w.says(r.origin(), full, "Policy")
	})
}

// findKey returns the ARN of a key by its ID or ARN; "" if no key is known. One
// that is not in the account is that of another, which has it.
func (w *world) findKey(account, id string) string {
	if a, err := arn.Parse(id); err == nil && a.Type() == "key" {
		return id
	}
	others := slices.Sorted(maps.Keys(w.result.Accounts))
	for _, owner := range append([]string{account}, others...) {
		a := w.result.Accounts[owner]
		if a == nil {
			continue
		}
		for _, full := range slices.Sorted(maps.Keys(a.Keys)) {
			if strings.HasSuffix(full, ":key/"+id) {
				return full
			}
		}
	}
	return ""
}

// alias gives a key a name.
func (t *terraform) alias(r *resource) {
	name, _ := r.at("name").value.(string)
	id, ok := r.at("target_key_arn").value.(string)
	if r.same {
		return
	}
	held, _ := r.before["target_key_arn"].(string)
	if _, err := arn.Parse(id); !ok || err != nil || name == "" {
		if !t.ofNewName(r, "target_key_arn") && !t.ofNewName(r, "target_key_id") {
			t.leaveTarget(r, "target_key_id")
		}
		t.layer.change(func(w *world) { w.moveAlias(r.account, cmp.Or(name, text(r.before["name"])), r.path+".target_key_id") })
		return
	}
	t.layer.change(func(w *world) {
		if _, err := arn.Parse(held); err == nil && held != id {
			w.unname(held, name)
		}
		w.unname(id, name)
		if r.verb != remove {
			k := w.key(id)
			k.Aliases = fact.Of(append(slices.Clip(k.Aliases.Or(nil)), any(name)))
		}
	})
}

// unname takes an alias from a key.
func (w *world) unname(id, alias string) {
	k := w.key(id)
	if list, ok := k.Aliases.Get(); ok {
		k.Aliases = fact.Of(slices.DeleteFunc(slices.Clone(list), func(a any) bool { return isAlias(a, alias) }))
	}
}

// accessPoint changes an S3 access point.
func (t *terraform) accessPoint(r *resource) {
	id := t.accessPointARN(r)
	if id == "" {
		return
	}
	bucket, _ := t.named(r, "bucket")
	d := t.document(r, r.at("policy"))
	if written := r.config != nil && r.config.Expressions["policy"] != nil; r.verb == create && !written {
		d = snapshot.NoDocument()
	}
	t.layer.change(func(w *world) {
		if r.verb == remove {
			w.account(accountOf(id)).AccessPoints[id] = nil
			return
		}
		p := w.accessPoint(id)
		if r.verb == create {
			*p = snapshot.AccessPoint{}
		}
		if bucket != "" {
			p.Bucket = bucket
		}
		if r.verb == create || !r.unchanged("policy") || !p.Policy.Read() {
			p.Policy = d
		}
		w.says(r.origin(), id, "")
	})
}

// accessPointARN is that of the plan, else made of Region, account and name.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-naming.html.
func (t *terraform) accessPointARN(r *resource) string {
	if id, ok := r.at("arn").value.(string); ok {
		return id
	}
	name, region := r.at("name").text(), t.region(r)
	if name == "" || region == "" {
		return ""
	}
	return arn.ARN{Partition: t.partition(r), Service: "s3", Region: region, Account: ownerOf(r), Resource: "accesspoint/" + name}.String()
}

func (t *terraform) accessPointPolicy(r *resource) {
	id, ok := r.at("access_point_arn").value.(string)
	if !ok {
		if target, _, found := t.followOpen(r, "access_point_arn"); found {
			id = t.accessPointARN(target)
		}
	}
	if _, err := arn.Parse(id); err != nil {
		return
	}
	d := t.document(r, r.at("policy"))
	t.layer.change(func(w *world) {
		switch {
		case r.verb == remove:
			d = snapshot.NoDocument()
			w.take(r, id, "Policy")
		case w.contested(r.origin(), id, "Policy"):
			d = afterApply(r.path)
		}
		w.accessPoint(id).Policy = d
		w.says(r.origin(), id, "Policy")
	})
}

func (t *terraform) followOpen(r *resource, attribute string) (*resource, string, bool) {
	o, ok := r.at(attribute).value.(open)
	if !ok {
		return nil, "", false
	}
	return t.follow(o.refs, o.scope, 0)
}

// ownerOf is the account that a resource is of: the one that it names, else that
// of its provider.
func ownerOf(r *resource) string {
	if id, ok := r.at("account_id").value.(string); ok && arn.IsAccountID(id) {
		return id
	}
	return r.account
}

// accountBlock is the public access block of an account.
func (t *terraform) accountBlock(r *resource) {
	const field = "PublicAccessBlockConfiguration"
	v := read(r.node, t.resolve, fourBlocks)
	t.layer.change(func(w *world) {
		id := ownerOf(r)
		switch {
		case r.verb == remove:
			v = fact.Absent[snapshot.PublicAccessBlock]()
			w.take(r, id, field)
		case w.contested(r.origin(), id, field):
			v = fact.AfterApply[snapshot.PublicAccessBlock](r.path)
		}
		w.account(id).PublicAccessBlockConfiguration = v
	})
}
