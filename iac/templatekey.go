package iac

import (
	"reflect"
	"slices"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/snapshot"
)

// key is a KMS key. No template says its ID, so that nobody knows whether it is
// one that was read.
func (t *template) key(r *templateResource) {
	t.leave(r, "iac-left-name", "property", "KeyId")
	t.someKey(r)
}

// alias gives a key a name.
func (t *template) alias(r *templateResource) {
	name, _ := r.at("AliasName").value.(string)
	n := r.at("TargetKeyId")
	target, ok := n.value.(string)
	if !ok || name == "" {
		t.leaveUnnamed(r, n, "TargetKeyId", "AWS::KMS::Key")
		t.layer.change(func(w *world) { w.moveAlias(t.stack.Account, name, r.id+".TargetKeyId") })
		return
	}
	t.layer.change(func(w *world) {
		for _, other := range w.entries(t.stack.Account, aKey) {
			w.unname(other, name)
		}
		id := w.findKey(t.stack.Account, target)
		if id == "" {
			return // a key that nobody has read has no aliases that count
		}
		k := w.key(id)
		k.Aliases = fact.Of(append(slices.Clone(k.Aliases.Or(nil)), name))
	})
}

// someKey leaves the keys of the account open in what a key of the template would
// change: no template says which of them it is.
func (t *template) someKey(r *templateResource) {
	d := r.at("KeyPolicy").document()
	state := "Enabled"
	if on := r.at("Enabled"); !on.missing() && !on.flag() {
		state = "Disabled"
	}
	_, isOpen := r.at("Enabled").value.(open)
	t.eachOf(aKey, func(w *world, id string) {
		k := w.key(id)
		metadata, known := k.KeyMetadata.Get()
		if metadata["KeyManager"] == "AWS" {
			return
		}
		if d.State() == fact.None || !reflect.DeepEqual(k.Policy, d) {
			k.Policy = afterApply(r.id + ".KeyPolicy")
			w.says(r.originOf("KeyPolicy"), id, "Policy")
		}
		if isOpen || known && metadata["KeyState"] != state {
			k.KeyMetadata = fact.AfterApply[snapshot.Raw](r.id + ".Enabled")
			w.says(r.originOf("Enabled"), id, "KeyMetadata")
		}
	})
	t.layer.change(func(w *world) { w.unlist(t.stack.Account, "keys") })
}

// moveAlias leaves open which key has an alias; "" is one that nobody knows.
func (w *world) moveAlias(account, name, address string) {
	for _, id := range w.entries(account, aKey) {
		list, ok := w.key(id).Aliases.Get()
		if ok && (name == "" || slices.ContainsFunc(list, func(v any) bool { return isAlias(v, name) })) {
			w.key(id).Aliases = fact.AfterApply[[]any](address)
		}
	}
}

// isAlias reports whether an entry of a key's aliases has a name.
func isAlias(v any, name string) bool {
	if entry, ok := v.(map[string]any); ok {
		v = entry["AliasName"]
	}
	return v == any(name)
}
