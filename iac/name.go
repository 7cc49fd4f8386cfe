package iac

import (
	"encoding/json"
	"slices"
	"strings"
)

// names are the properties and attributes that hold names of buckets, roles and
// users, and no ARNs.
var names = []string{"BucketName", "Bucket", "RoleName", "UserName", "Roles", "Users", "bucket", aRole, aUser, "role_name", "user_name"}

// isName reports whether a text may be a name of a bucket, role or user: it has no
// colon and no slash, as ARNs have.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
func isName(s string) bool { return s != "" && !strings.ContainsAny(s, ":/ \t\r\n") }

// asName is a property of a template as CloudFormation takes it where it wants a
// name: a number is its digits. What can be no name is open: CloudFormation
// should refuse it, and no page says so.
//
// See https://github.com/aws/aws-cdk/issues/9784 and
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucketpolicy.html.
func asName(property string, v any, path string) any {
	switch v := v.(type) {
	case json.Number:
		if strings.Trim(v.String(), "0123456789") == "" {
			return v.String()
		}
		return open{address: path, odd: true}
	case string:
		if slices.Contains(names, property) && !isName(v) {
			return open{address: path, odd: true}
		}
	case []any:
		if property != "Roles" && property != "Users" && property != "Groups" {
			return open{address: path, odd: true}
		}
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = asName(property, e, indexed(path, i))
		}
		return out
	case map[string]any, bool:
		return open{address: path, odd: true}
	}
	return v
}

// rename reads the names of a resource as names.
func (t *template) rename(r *templateResource) {
	held, _ := r.value.(map[string]any)
	for _, property := range templateKinds[r.kind].names {
		if v, ok := held[property]; ok {
			held[property] = asName(property, v, r.path+"."+property)
		}
	}
	if r.kind == "AWS::S3::BucketPolicy" && held != nil && held["Bucket"] == nil {
		held["Bucket"] = open{address: r.path + ".Bucket", odd: true}
	}
}
