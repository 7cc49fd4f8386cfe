package actions

import (
	"iter"
	"slices"
	"strings"
)

// A Resource is the name of a type of resource. Services share names: IAM and STS
// both have a "role".
type Resource string

// The resource types that replication meets.
const (
	Bucket            Resource = "bucket"
	Object            Resource = "object"
	AccessPoint       Resource = "accesspoint"
	AccessPointObject Resource = "accesspointobject"
	Key               Resource = "key"
	Role              Resource = "role"
)

// A ResourceType is a type of resource that actions of a service take.
type ResourceType struct {
	Service string
	Name    Resource
	ARN     string   // as AWS writes it: "arn:${Partition}:s3:::${BucketName}"
	Keys    []string // condition keys that come with such a resource; * is any text
}

// Types returns the types of resource that the action takes, in the order of
// [Action.Resources]. AWS's lists are short of access points: S3 lets more
// actions through them than the lists say.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-service-api-support.html.
func (a Action) Types() []ResourceType { return slices.Clone(a.types) }

// Types yields the resource types of all services, by service and name.
func Types() iter.Seq[ResourceType] { return slices.Values(decoded().types) }

// Pattern returns a pattern, in the language of policies, that holds every ARN of
// the type: "arn:*:s3:::?*". Partition, Region and account may be empty in it,
// since some ARNs of a type leave them out; a name has a character or more.
// ARNs of [ResourceType.Beyond] are in the pattern, and not of the type.
func (r ResourceType) Pattern() string {
	parts := strings.SplitN(r.ARN, ":", 6)
	for i, part := range parts {
		wild := "*"
		if i == 5 {
			wild = "?*"
		}
		parts[i] = variables(part, wild)
	}
	return strings.Join(parts, ":")
}

// Beyond returns a pattern of ARNs that [ResourceType.Pattern] holds too and that
// are of another type, or "" for none. Names of buckets and of access points have
// no slash, so what has one is an object.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html and
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-restrictions-limitations-naming-rules.html.
func (r ResourceType) Beyond() string {
	if r.Service == "s3" && (r.Name == Bucket || r.Name == AccessPoint) {
		return r.Pattern() + "/*"
	}
	return ""
}

// variables writes wild for every ${...} of s.
func variables(s, wild string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "${")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		_, s, _ = strings.Cut(rest, "}")
		b.WriteString(wild)
	}
}
