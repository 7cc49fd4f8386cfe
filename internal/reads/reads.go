// Package reads lists the API operations that repligrant calls on live
// accounts. It is an allowlist: collect refuses every other operation, and the
// auditor's own policy grants these and no more. None of them changes anything,
// and none reads what objects hold. The reads of [OfObjects] are apart: they are
// for one object, and only where somebody asks for it.
package reads

import (
	"slices"
	"strings"
)

// A Read is one API operation with the permission that it needs.
type Read struct {
	Service   string // as the AWS SDK names it: "S3", "S3 Control", "IAM", "STS", "KMS", "Organizations"
	Operation string // "GetBucketReplication"
	Action    string // IAM action; "" if it needs none
	// Resource is the form of the ARN that the action is granted on, with
	// PARTITION, REGION, ACCOUNT, BUCKET, KEY, POINT, ROLE, USER, GROUP and POLICY
	// to fill in. Paths are part of the last four. It is "*" for an action on no
	// resource, "ORGANIZATION" for one that is granted on all of them, but only in an
	// account that may read its organization, and "MEMBERS" where all of its accounts
	// are read besides.
	Resource string
	Query    string // the sub-resource in the query of an S3 request; the path of one to S3 Control, NAME for any name
	Root     string // the outermost element of the answer, or the member that a JSON answer has; "" for a bucket policy
	// Parts are what every answer has, by their paths below Root, or below the
	// result of the Query protocol: without one of them it says nothing. They are
	// separated by spaces, and alternatives by bars.
	Parts string
	For   string // what the auditor wants it for
}

// JSON reports whether the operation answers in JSON.
func (r Read) JSON() bool { return r.Service == "KMS" || r.Service == "Organizations" }

// The forms of resources.
const (
	bucket = "arn:PARTITION:s3:::BUCKET"
	role   = "arn:PARTITION:iam::ACCOUNT:role/ROLE"
	user   = "arn:PARTITION:iam::ACCOUNT:user/USER"
	group  = "arn:PARTITION:iam::ACCOUNT:group/GROUP"
	policy = "arn:PARTITION:iam::ACCOUNT:policy/POLICY"
	key    = "arn:PARTITION:kms:REGION:ACCOUNT:key/KEY"
	point  = "arn:PARTITION:s3:REGION:ACCOUNT:accesspoint/POINT"
	org    = "ORGANIZATION"
	every  = "MEMBERS"
	all    = "*"
)

// switches are the parts of a public access block, of which an answer has some.
const switches = "BlockPublicAcls|IgnorePublicAcls|BlockPublicPolicy|RestrictPublicBuckets"

// table is in the order of services, then of what is read first.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html,
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html,
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html,
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html,
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html,
// https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html and
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html. The parts
// are in the response syntax of each operation's page, such as
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketReplication.html.
var table = []Read{
	{"STS", "AssumeRole", "sts:AssumeRole", role, "", "AssumeRoleResponse", "Credentials/AccessKeyId Credentials/SecretAccessKey Credentials/SessionToken Credentials/Expiration", "enter the account"},
	{"STS", "GetCallerIdentity", "", all, "", "GetCallerIdentityResponse", "Account Arn", "make sure that it is the right account"},

	{"Organizations", "DescribeOrganization", "organizations:DescribeOrganization", all, "", "Organization", "Id MasterAccountId", "whether organization policies bind the account"},
	{"Organizations", "ListAccounts", "organizations:ListAccounts", every, "", "Accounts", "", "which accounts an organization has"},
	{"Organizations", "ListRoots", "organizations:ListRoots", org, "", "Roots", "", "whether SCPs and RCPs are in use"},
	{"Organizations", "ListParents", "organizations:ListParents", org, "", "Parents", "", "which levels bind an account"},
	{"Organizations", "ListPoliciesForTarget", "organizations:ListPoliciesForTarget", org, "", "Policies", "", "the SCPs and RCPs of a level"},
	{"Organizations", "DescribePolicy", "organizations:DescribePolicy", org, "", "Policy", "Content", "what an SCP or RCP says"},

	{"S3", "ListBuckets", "s3:ListAllMyBuckets", all, "x-id", "ListAllMyBucketsResult", "Buckets", "which buckets there are, and their Regions"},
	{"S3", "GetBucketReplication", "s3:GetReplicationConfiguration", bucket, "replication", "ReplicationConfiguration", "Role Rule", "rules and the replication role"},
	{"S3", "GetBucketVersioning", "s3:GetBucketVersioning", bucket, "versioning", "VersioningConfiguration", "", "replication needs versioning on both sides"},
	{"S3", "GetBucketPolicy", "s3:GetBucketPolicy", bucket, "policy", "", "", "what the bucket grants and denies"},
	{"S3", "GetBucketOwnershipControls", "s3:GetBucketOwnershipControls", bucket, "ownershipControls", "OwnershipControls", "Rule", "whether an owner override is needed"},
	{"S3", "GetBucketEncryption", "s3:GetEncryptionConfiguration", bucket, "encryption", "ServerSideEncryptionConfiguration", "Rule", "the default key"},
	{"S3", "GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock", bucket, "publicAccessBlock", "PublicAccessBlockConfiguration", switches, "whether cross-account access is cut off"},
	{"S3", "GetObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration", bucket, "object-lock", "ObjectLockConfiguration", "ObjectLockEnabled", "Object Lock must be on at the destination too"},
	{"S3", "GetBucketRequestPayment", "s3:GetBucketRequestPayment", bucket, "requestPayment", "RequestPaymentConfiguration", "Payer", "Requester Pays stops replication"},
	{"S3", "GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration", bucket, "lifecycle", "LifecycleConfiguration", "Rule", "what happens to replicas later"},
	{"S3", "GetBucketNotificationConfiguration", "s3:GetBucketNotification", bucket, "notification", "NotificationConfiguration", "", "whether failures are seen"},
	{"S3", "GetBucketTagging", "s3:GetBucketTagging", bucket, "tagging", "Tagging", "TagSet", "conditions on bucket tags"},

	{"S3 Control", "GetPublicAccessBlock", "s3:GetAccountPublicAccessBlock", all, "configuration/publicAccessBlock", "PublicAccessBlockConfiguration", switches, "whether cross-account access is cut off in the whole account"},
	{"S3 Control", "ListAccessPoints", "s3:ListAccessPoints", all, "accesspoint", "ListAccessPointsResult", "AccessPointList", "the access points that a bucket policy hands over to"},
	{"S3 Control", "GetAccessPoint", "s3:GetAccessPoint", all, "accesspoint/NAME", "GetAccessPointResult", "Bucket", "the access point of a writer"},
	{"S3 Control", "GetAccessPointPolicy", "s3:GetAccessPointPolicy", point, "accesspoint/NAME/policy", "GetAccessPointPolicyResult", "Policy", "what an access point grants and denies"},

	{"KMS", "DescribeKey", "kms:DescribeKey", key, "", "KeyMetadata", "KeyState", "whether a key can be used, and where it is"},
	{"KMS", "GetKeyPolicy", "kms:GetKeyPolicy", key, "", "Policy", "", "what a key grants and denies"},
	{"KMS", "ListGrants", "kms:ListGrants", key, "", "Grants", "", "what a key grants beside its policy"},
	{"KMS", "ListAliases", "kms:ListAliases", all, "", "Aliases", "", "which key an alias means"},

	{"IAM", "GetRole", "iam:GetRole", role, "", "GetRoleResponse", "Role/Arn", "trust policy and boundary"},
	{"IAM", "ListRolePolicies", "iam:ListRolePolicies", role, "", "ListRolePoliciesResponse", "PolicyNames", "inline policies"},
	{"IAM", "GetRolePolicy", "iam:GetRolePolicy", role, "", "GetRolePolicyResponse", "PolicyDocument", "inline policies"},
	{"IAM", "ListAttachedRolePolicies", "iam:ListAttachedRolePolicies", role, "", "ListAttachedRolePoliciesResponse", "AttachedPolicies", "managed policies"},
	{"IAM", "GetPolicy", "iam:GetPolicy", policy, "", "GetPolicyResponse", "Policy/DefaultVersionId", "managed policies and boundaries"},
	{"IAM", "GetPolicyVersion", "iam:GetPolicyVersion", policy, "", "GetPolicyVersionResponse", "PolicyVersion/Document", "managed policies and boundaries"},
	{"IAM", "GetUser", "iam:GetUser", user, "", "GetUserResponse", "User/Arn", "the boundary of a writer"},
	{"IAM", "ListUserPolicies", "iam:ListUserPolicies", user, "", "ListUserPoliciesResponse", "PolicyNames", "inline policies of a writer"},
	{"IAM", "GetUserPolicy", "iam:GetUserPolicy", user, "", "GetUserPolicyResponse", "PolicyDocument", "inline policies of a writer"},
	{"IAM", "ListAttachedUserPolicies", "iam:ListAttachedUserPolicies", user, "", "ListAttachedUserPoliciesResponse", "AttachedPolicies", "managed policies of a writer"},
	{"IAM", "ListGroupsForUser", "iam:ListGroupsForUser", user, "", "ListGroupsForUserResponse", "Groups", "policies of a writer's groups"},
	{"IAM", "ListGroupPolicies", "iam:ListGroupPolicies", group, "", "ListGroupPoliciesResponse", "PolicyNames", "policies of a writer's groups"},
	{"IAM", "GetGroupPolicy", "iam:GetGroupPolicy", group, "", "GetGroupPolicyResponse", "PolicyDocument", "policies of a writer's groups"},
	{"IAM", "ListAttachedGroupPolicies", "iam:ListAttachedGroupPolicies", group, "", "ListAttachedGroupPoliciesResponse", "AttachedPolicies", "policies of a writer's groups"},
}

// object is the form of the resource of the reads of objects.
const object = "arn:PARTITION:s3:::BUCKET/OBJECT"

// The reads of one object that somebody asks for by name. They are not in the
// table: only `explain --read-object` makes them, of that object, and only
// `access --explain` grants them. What S3 says of an object cannot be granted
// without what the object holds; the method of the request, HEAD, leaves that out.
// Parts are headers.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html and
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html.
var (
	current = Read{"S3", HeadObject, "s3:GetObject", object, "", "", "Etag Last-Modified", "what S3 says of an object, in `explain --read-object`"}
	version = Read{"S3", HeadObject, "s3:GetObjectVersion", object, "versionId", "", "Etag Last-Modified", "the same of a version that is not the current one"}
)

// HeadObject is the operation of the reads of objects.
const HeadObject = "HeadObject"

// OfObject returns the read of an object: of its current version, or of one that
// is named.
func OfObject(named bool) Read {
	if named {
		return version
	}
	return current
}

// OfObjects returns the reads of objects.
func OfObjects() []Read { return []Read{current, version} }

// All returns the table.
func All() []Read { return slices.Clone(table) }

// Find returns the read of that service and operation, and whether there is one.
func Find(service, operation string) (Read, bool) {
	for _, r := range table {
		if r.Service == service && r.Operation == operation {
			return r, true
		}
	}
	return Read{}, false
}

// Query returns the S3 read that asks for a sub-resource, and whether there is
// one.
func Query(sub string) (Read, bool) {
	for _, r := range table {
		if r.Service == "S3" && r.Query == sub {
			return r, true
		}
	}
	return Read{}, false
}

// control begins the paths of S3 Control.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetAccessPoint.html.
const control = "/v20180820/"

// Path returns the read of S3 Control that asks for a path, with the name in it,
// and whether there is one.
func Path(path string) (r Read, name string, ok bool) {
	rest, ok := strings.CutPrefix(path, control)
	parts := strings.Split(rest, "/")
	for _, r := range table {
		if ok && r.Service == "S3 Control" {
			if name, fits := fit(strings.Split(r.Query, "/"), parts); fits {
				return r, name, true
			}
		}
	}
	return Read{}, "", false
}

// fit compares the parts of a path with those of a form.
func fit(form, parts []string) (name string, ok bool) {
	if len(form) != len(parts) {
		return "", false
	}
	for i, part := range parts {
		switch {
		case form[i] == "NAME" && part != "" && part != "." && part != "..":
			name = part
		case form[i] != part:
			return "", false
		}
	}
	return name, true
}

// Actions lists the IAM actions that are needed inside of an account, in the
// order of the table: all but that which enters it.
func Actions() []string {
	var list []string
	for _, r := range table {
		if r.Action != "" && r.Service != "STS" && !slices.Contains(list, r.Action) {
			list = append(list, r.Action)
		}
	}
	return list
}
