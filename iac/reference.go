package iac

import (
	"cmp"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
)

// A scope is where an expression stands: the address of its module, and the
// index of its resource.
type scope struct {
	module string
	key    any
}

const (
	maxSteps      = 50    // how many references are followed one after the other
	maxReferences = 1_000 // how many of one expression are looked at
)

// references lists what an expression refers to, without what is only the
// beginning of another: "aws_s3_bucket.a" beside "aws_s3_bucket.a.id".
func references(expression any) []string {
	e, _ := expression.(map[string]any)
	list, _ := e["references"].([]any)
	var all, out []string
	for _, v := range list {
		if s, ok := v.(string); ok {
			all = append(all, s)
		}
	}
	if len(all) > maxReferences {
		return all
	}
	for _, s := range all {
		longer := func(o string) bool { return strings.HasPrefix(o, s+".") || strings.HasPrefix(o, s+"[") }
		if !slices.ContainsFunc(all, longer) && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// resolve finds the name or ARN that an open value will have: where it refers to
// one resource and nothing else, whose name is planned. A plan lists references
// and no expressions, so that the value may hold other text beside the name: what
// was found is told.
func (t *terraform) resolve(w want, o open) (string, bool) {
	r, attribute, ok := t.follow(o.refs, o.scope, 0)
	if !ok {
		return "", false
	}
	name, ok := t.identity(r, attribute, w, 0)
	if ok {
		t.layer.Taken = append(t.layer.Taken, "reference:"+o.address+"="+name)
	}
	return name, ok
}

// identity is the name or ARN of a resource, if the attribute holds that.
func (t *terraform) identity(r *resource, attribute string, w want, steps int) (string, bool) {
	if steps > maxSteps {
		return "", false
	}
	if s, ok := r.at(attribute).value.(string); ok && attribute != "" && (w != wantARN || r.kind != "aws_s3_bucket") {
		return s, true
	}
	switch {
	case attribute == "arn" || attribute == "policy_arn" || w == wantARN && attribute == "":
		id := t.arnOf(r)
		return id, id != ""
	case r.kind == "aws_s3_bucket" && w == wantARN && (attribute == "id" || attribute == "bucket"): // a name inside of an ARN
		id := t.arnOf(r)
		return id, id != ""
	case r.kind == "aws_s3_bucket" && (attribute == "id" || attribute == "bucket" || attribute == ""):
		return t.nameOf(r)
	case r.kind == "aws_iam_role" || r.kind == "aws_iam_user":
		if attribute == "id" || attribute == "name" || attribute == "" {
			return t.nameOf(r)
		}
	case r.kind == "aws_iam_policy" && attribute == "id":
		id := t.arnOf(r)
		return id, id != ""
	}
	if o, ok := r.at(attribute).value.(open); ok && attribute != "" {
		next, attribute, ok := t.follow(o.refs, o.scope, steps+1)
		if ok {
			return t.identity(next, attribute, w, steps+1)
		}
	}
	if _, isPart := t.parts[r.kind]; isPart && attribute == "id" { // it begins with the name of the bucket
		return t.identity(r, "bucket", w, steps+1)
	}
	return "", false
}

// nameOf is the planned name of a bucket, role, user or policy.
func (t *terraform) nameOf(r *resource) (string, bool) {
	attribute := "name"
	if r.kind == "aws_s3_bucket" {
		attribute = "bucket"
	}
	s, ok := r.at(attribute).value.(string)
	return s, ok && s != ""
}

// arnOf is the planned ARN of a bucket, role, user or policy: that of the plan,
// else made of account, path and name.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html.
func (t *terraform) arnOf(r *resource) string {
	if id, ok := r.at("arn").value.(string); ok && !renamed(r) {
		return id
	}
	name, ok := t.nameOf(r)
	if !ok {
		return ""
	}
	if held, err := arn.Parse(text(r.before["arn"])); err == nil && renamed(r) {
		return arn.User(held.Partition, held.Account, text(r.at("path").value), name)
	}
	path, _ := r.at("path").value.(string)
	if _, isOpen := r.at("path").value.(open); isOpen {
		return ""
	}
	partition := t.partition(r)
	switch {
	case r.kind == "aws_s3_bucket":
		return arn.Bucket(partition, name)
	case r.account == "":
		return ""
	case r.kind == "aws_iam_role":
		return arn.Role(partition, r.account, path, name)
	case r.kind == "aws_iam_user":
		return arn.User(partition, r.account, path, name)
	case r.kind == "aws_iam_policy":
		return strings.Replace(arn.Role(partition, r.account, path, name), ":role/", ":policy/", 1)
	}
	return ""
}

// renamed reports whether a user gets another name or path, which a plan does in
// place: its ARN is still the old one there.
func renamed(r *resource) bool {
	return r.kind == "aws_iam_user" && r.verb == keep && (!r.unchanged("name") || !r.unchanged("path"))
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

// region is the Region of a resource: its own, else that of its provider; "" if
// the plan does not say it.
func (t *terraform) region(r *resource) string {
	if own, ok := r.at("region").value.(string); ok && own != "" {
		return own
	}
	p := t.plan.Configuration.Providers[r.provider]
	e, _ := p.Expressions["region"].(map[string]any)
	if region, ok := e["constant_value"].(string); ok {
		return region
	}
	if refs := references(e); len(refs) == 1 {
		region, _ := t.variable(p, refs[0]).(string)
		return region
	}
	return ""
}

// partition is the partition of a resource: that of its Region, else of what else
// its provider has.
func (t *terraform) partition(r *resource) string {
	if region := t.region(r); region != "" {
		return arn.PartitionOf(region)
	}
	return cmp.Or(t.partitions[r.provider], "aws")
}

// variable is the value of a variable that a provider block refers to. Those of
// modules are not in a plan.
func (t *terraform) variable(p providerConfig, ref string) any {
	if name, ok := strings.CutPrefix(ref, "var."); ok && p.Module == "" {
		return t.plan.Variables[name].Value
	}
	return nil
}

// follow finds the resource and attribute that references lead to.
func (t *terraform) follow(refs []string, s scope, steps int) (r *resource, attribute string, ok bool) {
	refs = slices.DeleteFunc(slices.Clone(refs), func(ref string) bool { return ref == "each.key" || ref == "count.index" })
	if len(refs) != 1 || steps > maxSteps {
		return nil, "", false
	}
	head, rest, _ := strings.Cut(refs[0], ".")
	switch head {
	case "var":
		call, ok := t.calls[unindexed(s.module)]
		if !ok || strings.ContainsAny(rest, ".[") {
			return nil, "", false
		}
		return t.follow(references(call.Expressions[rest]), t.caller(s.module), steps+1)
	case "each":
		return t.each(rest, s, steps)
	case "module":
		return t.output(rest, s, steps)
	case "local", "path", "terraform", "self":
		return nil, "", false
	}
	return t.target(refs[0], s)
}

// each follows each.value of a resource that is there for each of another.
func (t *terraform) each(rest string, s scope, steps int) (*resource, string, bool) {
	value, attribute, _ := strings.Cut(rest, ".")
	from, ok := s.key.(eachOf)
	if value != "value" || !ok || strings.ContainsAny(attribute, ".[") {
		return nil, "", false
	}
	r, inner, ok := t.follow(references(from.expression), scope{s.module, from.key}, steps+1)
	return r, attribute, ok && inner == ""
}

// An eachOf is the index of a resource that has a for_each, with that.
type eachOf struct {
	key        any
	expression any
}

// output follows an output of a child module.
func (t *terraform) output(rest string, s scope, steps int) (*resource, string, bool) {
	name, out, ok := cutAddress(rest)
	if !ok || strings.ContainsAny(out, ".[") {
		return nil, "", false
	}
	child := join(s.module, "module."+name)
	call, ok := t.calls[unindexed(child)]
	if !ok {
		return nil, "", false
	}
	return t.follow(references(call.Module.Outputs[out].Expression), scope{module: child}, steps+1)
}

// target finds the resource of a reference: TYPE.NAME, perhaps with an index and
// an attribute. Without an index, it is that of the same index.
func (t *terraform) target(ref string, s scope) (r *resource, attribute string, ok bool) {
	prefix := ""
	if data, isData := strings.CutPrefix(ref, "data."); isData {
		prefix, ref = "data.", data
	}
	kind, rest, _ := strings.Cut(ref, ".")
	name, attribute, _ := cutAddress(rest)
	if strings.ContainsAny(attribute, ".[") {
		return nil, "", false
	}
	address := join(s.module, prefix+kind+"."+name)
	for _, candidate := range []string{address, address + indexOf(s.key)} {
		if r := t.byAddress[candidate]; r != nil && r.verb != remove {
			return r, attribute, true
		}
	}
	return nil, "", false
}
