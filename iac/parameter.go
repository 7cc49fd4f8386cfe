package iac

import (
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/yaml"
)

// pseudo are the pseudo parameters that may be given.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html.
var pseudo = []string{"AWS::Partition", "AWS::Region", "AWS::StackId", "AWS::StackName"}

// ref is what Ref gives for a name.
func (t *template) ref(name, path string) any {
	if _, ok := t.byID[name]; ok {
		return t.once("Ref "+name, path, func() any { return t.refOf(t.byID[name], path) })
	}
	if n, ok := t.parameters[name]; ok {
		return t.parameter(name, n, path)
	}
	s := ""
	switch name {
	case "AWS::NoValue":
		return noValue{}
	case "AWS::AccountId":
		s = t.stack.Account
	case "AWS::Partition":
		s = t.partition()
	case "AWS::URLSuffix":
		s = suffixes[t.partition()]
	default:
		if slices.Contains(pseudo, name) {
			s = t.stack.Parameters[name]
		}
	}
	if s == "" {
		return open{address: path}
	}
	return s
}

// suffixes are the domains of partitions. That of others is not known.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html.
var suffixes = map[string]string{"aws": "amazonaws.com", "aws-cn": "amazonaws.com.cn", "aws-us-gov": "amazonaws.com"}

// once evaluates a name or an attribute of a resource. One that depends on
// itself is open.
func (t *template) once(key, path string, find func() any) any {
	v, ok := t.known[key]
	if !ok {
		t.known[key] = nil
		v = find()
		t.known[key] = v
	}
	if o, isOpen := v.(open); isOpen {
		o.address = path
		return o
	}
	if v == nil {
		return open{address: path}
	}
	return v
}

// parameter is the value of a parameter: the one that was given, or the only one
// that it allows. Its default is what a new stack has unless somebody says
// otherwise, and an old one had perhaps never: it counts where it was accepted.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html.
func (t *template) parameter(name string, n *yaml.Node, path string) any {
	kind, _ := scalarText(t.plain(valueOf(n, "Type")))
	if strings.HasPrefix(kind, "AWS::SSM::Parameter::Value<") {
		return open{address: path} // what is given is the name of a value
	}
	value, ok := t.stack.Parameters[name]
	allowed := valueOf(n, "AllowedValues")
	if !ok && allowed != nil && len(allowed.Items) == 1 {
		value, ok = scalarText(t.plain(allowed.Items[0]))
	}
	if !ok && t.stack.Defaults {
		if value, ok = scalarText(t.plain(valueOf(n, "Default"))); ok {
			t.layer.Taken = append(t.layer.Taken, "default:"+name+"="+value)
		}
	}
	switch {
	case !ok:
		return open{address: path}
	case kind == "CommaDelimitedList" || strings.HasPrefix(kind, "List<"):
		var out []any
		for s := range strings.SplitSeq(value, ",") {
			out = append(out, strings.TrimSpace(s))
		}
		return out
	}
	return t.text(value, path)
}

// checkParameters refuses values that a parameter does not allow. Of a list, each
// must be allowed.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html.
func (t *template) checkParameters() {
	for _, name := range slices.Sorted(maps.Keys(t.parameters)) {
		n := t.parameters[name]
		value, given := t.stack.Parameters[name]
		allowed, ok := t.allowed(n)
		if !given || !ok {
			continue
		}
		values := []string{value}
		if kind, _ := scalarText(t.plain(valueOf(n, "Type"))); kind == "CommaDelimitedList" || strings.HasPrefix(kind, "List<") {
			values = strings.Split(value, ",")
		}
		for _, v := range values {
			if !slices.Contains(allowed, strings.TrimSpace(v)) && !slices.Contains(allowed, v) {
				t.report(valueOf(n, "AllowedValues").Pos, "iac-parameter-value", "name", name, "value", v, "allowed", strings.Join(allowed, ", "))
			}
		}
	}
}

// allowed are the values that a parameter allows; ok is false if it allows all,
// or does not say them as plain values.
func (t *template) allowed(n *yaml.Node) (values []string, ok bool) {
	list := valueOf(n, "AllowedValues")
	if list == nil || len(list.Items) == 0 {
		return nil, false
	}
	for _, item := range list.Items {
		v, isText := scalarText(t.plain(item))
		if !isText {
			return nil, false
		}
		values = append(values, v)
	}
	return values, true
}

// plain is a value in which no function is called.
func (t *template) plain(n *yaml.Node) any {
	if n == nil || n.Kind != yaml.Scalar || n.Tag != "" {
		return nil
	}
	return t.scalar(n, "")
}

// nameProperty is the property with the physical name of a resource.
var nameProperty = map[string]string{
	"AWS::S3::Bucket": "BucketName", "AWS::IAM::Role": "RoleName", "AWS::IAM::User": "UserName", "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
	"AWS::S3::AccessPoint": "Name", "AWS::KMS::Alias": "AliasName",
}

// nameOf is the physical name of a resource. One that the template does not give
// is made up when the resource is, and "" here.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html.
func (t *template) nameOf(r *templateResource) string {
	property := nameProperty[r.kind]
	s, _ := t.once("name "+r.id, r.path, func() any { return t.property(r, property) }).(string)
	return s
}

// property is a name of a resource, which may not have been evaluated yet.
func (t *template) property(r *templateResource, name string) any {
	if name == "" {
		return nil
	}
	if e, ok := entryOf(r.body, name); ok {
		return asName(name, t.eval(e.Value, r.id+"."+name), r.id+"."+name)
	}
	return nil
}

// refOf is what Ref gives for a resource: the ARN of a managed policy, and the
// name of the others that have one.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html.
func (t *template) refOf(r *templateResource, path string) any {
	s := t.nameOf(r)
	if r.kind == "AWS::IAM::ManagedPolicy" {
		s = t.arnOf(r)
	}
	if s == "" {
		return refOf(path, r.id)
	}
	return s
}

// attribute is what Fn::GetAtt gives.
func (t *template) attribute(id, attribute, path string) any {
	r, ok := t.byID[id]
	if !ok || attribute != arnAttribute(r.kind) {
		return open{address: path}
	}
	return t.once("ARN "+id, path, func() any {
		if s := t.arnOf(r); s != "" {
			return s
		}
		return refOf(path, id)
	})
}

// arnAttribute is the attribute with the ARN of a resource.
func arnAttribute(kind string) string {
	if kind == "AWS::IAM::ManagedPolicy" {
		return "PolicyArn"
	}
	return "Arn"
}

// arnOf is the ARN of a resource, made of partition, account, path and name; ""
// if one of them is not known.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
// and https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-naming.html.
func (t *template) arnOf(r *templateResource) string {
	name, partition := t.nameOf(r), t.partition()
	if name == "" || partition == "" {
		return ""
	}
	at := "/"
	if v := t.property(r, "Path"); v != nil {
		s, ok := v.(string)
		if !ok {
			return ""
		}
		at = s
	}
	switch r.kind {
	case "AWS::S3::Bucket":
		return arn.Bucket(partition, name)
	case "AWS::IAM::Role":
		return arn.Role(partition, t.stack.Account, at, name)
	case "AWS::IAM::User":
		return arn.User(partition, t.stack.Account, at, name)
	case "AWS::IAM::ManagedPolicy":
		return strings.Replace(arn.Role(partition, t.stack.Account, at, name), ":role/", ":policy/", 1)
	case "AWS::S3::AccessPoint":
		if t.region() != "" {
			return arn.ARN{Partition: partition, Service: "s3", Region: t.region(), Account: t.stack.Account, Resource: "accesspoint/" + name}.String()
		}
	}
	return ""
}
