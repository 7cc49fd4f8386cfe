package iac

import (
	"slices"
	"strings"
)

// A templateKind is a resource type of CloudFormation that is understood. Those
// of a lower rank are changed first.
type templateKind struct {
	rank   int
	change func(*template, *templateResource)
	names  []string // properties that name the resource, or what it is about
}

// templateKinds are all that is understood.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html.
var templateKinds = map[string]templateKind{
	"AWS::IAM::ManagedPolicy": {0, (*template).managedPolicy, []string{"ManagedPolicyName", "Path", "Roles", "Users", "Groups"}},
	"AWS::S3::Bucket":         {1, (*template).bucket, []string{"BucketName"}},
	"AWS::IAM::Role":          {1, (*template).entity, []string{"RoleName", "Path"}},
	"AWS::IAM::User":          {1, (*template).entity, []string{"UserName", "Path"}},
	"AWS::KMS::Key":           {1, (*template).key, nil},
	"AWS::S3::AccessPoint":    {1, (*template).accessPoint, []string{"Name", "Bucket"}},
	"AWS::S3::BucketPolicy":   {2, (*template).bucketPolicy, []string{"Bucket"}},
	"AWS::IAM::RolePolicy":    {2, (*template).inlinePolicy, []string{"RoleName", "PolicyName"}},
	"AWS::IAM::UserPolicy":    {2, (*template).inlinePolicy, []string{"UserName", "PolicyName"}},
	"AWS::IAM::Policy":        {2, (*template).inlinePolicies, []string{"PolicyName", "Roles", "Users", "Groups"}},
	"AWS::KMS::Alias":         {2, (*template).alias, []string{"AliasName", "TargetKeyId"}},
}

// templateHarmless are resource types of S3, IAM and KMS that change nothing an
// audit looks at.
var templateHarmless = []string{
	"AWS::S3::StorageLens", "AWS::S3::StorageLensGroup", "AWS::IAM::AccessKey", "AWS::IAM::InstanceProfile", "AWS::IAM::OIDCProvider", "AWS::IAM::SAMLProvider",
	"AWS::IAM::ServerCertificate", "AWS::IAM::ServiceLinkedRole", "AWS::IAM::VirtualMFADevice",
}

// templateStranges are the beginnings of types that change, or make, what an
// audit looks at in ways that are not understood: code of others, and stacks
// within the stack, can do anything.
var templateStranges = []string{
	"AWS::S3::", "AWS::IAM::", "AWS::KMS::", "AWS::Organizations::", "AWS::CloudFormation::Stack", "AWS::CloudFormation::CustomResource", "AWS::CloudFormation::Macro",
	"AWS::Serverless::", "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
}

// templateStrange reports whether a resource may change what an audit looks at,
// in a way that is not understood. One without a type is a loop or a macro, a
// module stands for resources of its own, and types that are not of AWS are code
// of others.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ModuleInfo.html
// and https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_RegisterType.html.
func templateStrange(kind string) bool {
	if slices.Contains(templateHarmless, kind) {
		return false
	}
	if !strings.HasPrefix(kind, "AWS::") && !strings.HasPrefix(kind, "Alexa::") || strings.HasSuffix(kind, "::MODULE") {
		return true
	}
	return slices.ContainsFunc(templateStranges, func(prefix string) bool { return strings.HasPrefix(kind, prefix) })
}

// hide leaves a resource that may change anything of the account. Stack sets and
// what is attached to an organization reach into others.
func (t *template) hide(r *templateResource) {
	account, key := t.stack.Account, "iac-left-include"
	switch {
	case strings.HasPrefix(r.kind, "AWS::Organizations::") || r.kind == "AWS::CloudFormation::StackSet":
		account = ""
	case strings.HasPrefix(r.kind, "AWS::IAM::Group") || r.kind == "AWS::IAM::UserToGroupAddition":
		t.leaveGroups(r)
		return
	case slices.ContainsFunc([]string{"AWS::S3::", "AWS::IAM::", "AWS::KMS::"}, func(p string) bool { return strings.HasPrefix(r.kind, p) }):
		key = "iac-left-kind"
	}
	t.layer.hide(account, r.origin(), r.kind, sentences.Text(key))
}

// leaveGroups leaves what groups give to users.
func (t *template) leaveGroups(r *templateResource) {
	t.leave(r, "iac-left-kind")
	t.late = append(t.late, func(w *world) { w.maybeGroups(t.stack.Account, r.id) })
}
