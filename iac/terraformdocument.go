package iac

import (
	"cmp"
	"strings"

	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/snapshot"
)

// document is a policy document. One that is the JSON of a data source which is
// read at apply only is put together from what the plan knows of that.
func (t *terraform) document(r *resource, n node) snapshot.Document {
	o, ok := n.value.(open)
	if !ok {
		return n.document()
	}
	source, attribute, ok := t.follow(o.refs, o.scope, 0)
	if !ok || source.kind != "aws_iam_policy_document" || attribute != "json" && attribute != "minified_json" {
		return n.document()
	}
	value, ok := t.written(source)
	if !ok {
		return n.document()
	}
	t.layer.Taken = append(t.layer.Taken, "reference:"+o.address+"="+source.path)
	return node{value: value, path: source.path, pos: r.pos}.document()
}

// written is the policy that a data source writes; ok is false if it takes others
// in, or does not know how many statements it has.
//
// See https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/iam/policy_document_data_source.go.
func (t *terraform) written(r *resource) (map[string]any, bool) {
	for _, other := range []string{"override_json", "override_policy_documents", "source_json", "source_policy_documents"} {
		if !empty(r.at(other).value) {
			return nil, false
		}
	}
	blocks, ok := r.at("statement").value.([]any)
	version, isText := cmp.Or[any](r.at("version").value, policy.Version2012).(string)
	if !ok || !isText {
		return nil, false
	}
	statements := make([]any, len(blocks))
	for i, n := range r.at("statement").items() {
		if _, isBlock := blocks[i].(map[string]any); !isBlock {
			return nil, false
		}
		statements[i] = t.statement(n)
	}
	out := map[string]any{"Version": version, "Statement": statements}
	if id := r.at("policy_id").value; !empty(id) {
		out["Id"] = id
	}
	return out, true
}

func (t *terraform) statement(n node) map[string]any {
	out := map[string]any{"Effect": cmp.Or[any](n.at("effect").value, string(policy.Allow))}
	put := func(element string, v any) {
		if !empty(v) {
			out[element] = v
		}
	}
	put("Sid", n.at("sid").value)
	put("Action", n.at("actions").value)
	put("NotAction", n.at("not_actions").value)
	put("Resource", t.resourcesOf(n.at("resources").value))
	put("NotResource", withVariables(n.at("not_resources").value))
	put("Principal", t.principals(n.at("principals")))
	put("NotPrincipal", t.principals(n.at("not_principals")))
	put("Condition", conditions(n.at("condition")))
	return out
}

// withVariables are texts in which the data source writes policy variables as
// &{...}, since ${...} is Terraform's own.
func withVariables(v any) any {
	switch v := v.(type) {
	case string:
		return strings.ReplaceAll(v, "&{", "${")
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = withVariables(e)
		}
		return out
	default:
		return v
	}
}

// resourcesOf are resources. One that refers to a bucket, and to nothing else,
// is its ARN or begins with that.
func (t *terraform) resourcesOf(v any) any {
	list, ok := withVariables(v).([]any)
	if !ok {
		return v
	}
	for i, e := range list {
		o, isOpen := e.(open)
		if !isOpen {
			continue
		}
		target, attribute, found := t.follow(o.refs, o.scope, 0)
		if !found || target.kind != "aws_s3_bucket" || attribute != "arn" {
			continue
		}
		if id := t.arnOf(target); id != "" {
			o.like = id + "*"
			list[i] = o
			t.layer.Taken = append(t.layer.Taken, "reference:"+o.address+"="+o.like)
		}
	}
	return list
}

// principals are blocks of principals. What nobody knows of them leaves all open.
func (t *terraform) principals(n node) any {
	out := map[string]any{}
	for _, b := range n.items() {
		kind, ok := b.at("type").value.(string)
		list, isList := b.at("identifiers").value.([]any)
		if !ok || !isList {
			return open{address: b.path}
		}
		if kind == "*" && len(list) == 1 && list[0] == "*" {
			return "*"
		}
		held, _ := out[kind].([]any)
		for _, v := range list {
			if o, isOpen := v.(open); isOpen {
				v = t.principal(o)
			}
			held = append(held, withVariables(v))
		}
		out[kind] = held
	}
	if _, isOpen := n.value.(open); isOpen {
		return n.value
	}
	return out
}

// principal is the ARN of a role or user that an open principal refers to.
func (t *terraform) principal(o open) any {
	target, attribute, ok := t.follow(o.refs, o.scope, 0)
	if !ok || attribute != "arn" || target.kind != "aws_iam_role" && target.kind != "aws_iam_user" {
		return o
	}
	id := t.arnOf(target)
	if id == "" {
		return o
	}
	t.layer.Taken = append(t.layer.Taken, "reference:"+o.address+"="+id)
	return id
}

// conditions are blocks of a condition. Where nobody knows what one is about, all
// are open.
func conditions(n node) any {
	out := map[string]any{}
	for _, b := range n.items() {
		test, ok := b.at("test").value.(string)
		key, isKey := b.at("variable").value.(string)
		if !ok || !isKey {
			return open{address: b.path}
		}
		keys, _ := out[test].(map[string]any)
		if keys == nil {
			keys = map[string]any{}
		}
		values, isList := b.at("values").value.([]any)
		before, _ := keys[key].([]any)
		if !isList {
			values = []any{b.at("values").value}
		}
		keys[key] = append(before, withVariables(values).([]any)...)
		out[test] = keys
	}
	if _, isOpen := n.value.(open); isOpen {
		return n.value
	}
	return out
}
