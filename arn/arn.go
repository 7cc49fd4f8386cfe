// Package arn holds Amazon Resource Names and the partitions they lie in.
package arn

import (
	"fmt"
	"strings"
)

// An ARN is an Amazon Resource Name: six parts, separated by colons, of which
// the last may hold colons itself. S3 bucket and object ARNs have an empty
// Region and account.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html.
type ARN struct {
	Partition string // "aws", "aws-cn", "aws-us-gov", "aws-eusc", ...
	Service   string // "s3", "iam", "sts", "kms", ...
	Region    string // "" for global services and for S3 buckets
	Account   string // 12 digits, or "" for S3 buckets
	Resource  string // what the service puts there: "role/path/name", "bucket/key"
}

// Parse splits s at its first five colons. It checks the form only: neither the
// partition nor the account need exist. The error says which part is missing.
func Parse(s string) (ARN, error) {
	var parts [6]string
	rest, n, more := s, 0, true
	for ; more && n < len(parts)-1; n++ {
		parts[n], rest, more = strings.Cut(rest, ":")
	}
	parts[5] = rest
	switch {
	case parts[0] != "arn":
		return ARN{}, fmt.Errorf("%q is not an ARN: it does not begin with \"arn:\"", s)
	case !more:
		return ARN{}, fmt.Errorf("%q is not an ARN: it has %d of 6 parts", s, n)
	case parts[1] == "" || parts[2] == "" || parts[5] == "":
		return ARN{}, fmt.Errorf("%q is not an ARN: partition, service or resource is empty", s)
	}
	return ARN{parts[1], parts[2], parts[3], parts[4], parts[5]}, nil
}

// String writes a as AWS does.
func (a ARN) String() string {
	return strings.Join([]string{"arn", a.Partition, a.Service, a.Region, a.Account, a.Resource}, ":")
}

// Type is the part of the resource before its first slash or colon: "role" for
// an IAM role. It is empty if there is neither.
func (a ARN) Type() string {
	if i := strings.IndexAny(a.Resource, "/:"); i >= 0 {
		return a.Resource[:i]
	}
	return ""
}

// Name is the part of the resource after its last slash: the name of an IAM
// role without its path.
func (a ARN) Name() string {
	return a.Resource[strings.LastIndexByte(a.Resource, '/')+1:]
}

// Bucket returns the ARN of a bucket.
//
// See https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html.
func Bucket(partition, bucket string) string { return "arn:" + partition + ":s3:::" + bucket }

// Object returns the ARN of an object, or, with wildcards in key, a pattern.
func Object(partition, bucket, key string) string { return Bucket(partition, bucket) + "/" + key }

// Root returns the ARN that stands for a whole account in a policy.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html.
func Root(partition, account string) string {
	return "arn:" + partition + ":iam::" + account + ":root"
}

// Role returns the ARN of a role. Path begins and ends with a slash; "" is "/".
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html.
func Role(partition, account, path, name string) string {
	return entity("role", partition, account, path, name)
}

// User returns the ARN of an IAM user. Path begins and ends with a slash; "" is "/".
func User(partition, account, path, name string) string {
	return entity("user", partition, account, path, name)
}

func entity(kind, partition, account, path, name string) string {
	if path == "" {
		path = "/"
	}
	return "arn:" + partition + ":iam::" + account + ":" + kind + path + name
}

// IsAccountID reports whether s has the form of an AWS account ID: 12 digits.
//
// See https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html.
func IsAccountID(s string) bool {
	if len(s) != 12 {
		return false
	}
	return strings.Trim(s, "0123456789") == ""
}
