// Package actions says which resources and condition keys AWS actions know. It
// holds the S3 actions that replication and uploads meet; of any other action
// it says that it does not know.
//
// See https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html.
package actions

import "slices"

import "strings"

// A Resource is a type of resource that an action can name.
type Resource string

// The resource types of S3.
const (
	Bucket            Resource = "bucket"
	Object            Resource = "object"
	AccessPoint       Resource = "accesspoint"
	AccessPointObject Resource = "accesspointobject"
)

// An Action is one action with what a statement about it can say.
type Action struct {
	Name      string
	Resources []Resource // none: only "*"
	Keys      []string   // condition keys beside those of every S3 action; a final * takes any ending
	only      bool       // knows none of the keys of every S3 action but s3:ResourceAccount
}

// Source is the page that the table was written from.
const Source = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html"

// common are the condition keys that every S3 action knows.
var common = []string{
	"s3:authType", "s3:ResourceAccount", "s3:signatureAge", "s3:signatureversion",
	"s3:TlsVersion", "s3:x-amz-content-sha256",
}

// resourceKeys come with bucket and object ARNs, where the bucket has ABAC on.
var resourceKeys = []string{"s3:BucketTag/*", "aws:ResourceTag/*"}

// accessPointKeys come with requests through an access point.
var accessPointKeys = []string{
	"s3:DataAccessPointArn", "s3:DataAccessPointAccount", "s3:AccessPointNetworkOrigin", "s3:AccessPointTag/*",
}

var (
	onBucket = []Resource{Bucket}
	onList   = []Resource{Bucket, AccessPoint}
	onObject = []Resource{Object}
	onBoth   = []Resource{Object, AccessPointObject}
)

var versionKeys = []string{"s3:ExistingObjectTag/*", "s3:versionid"}

// Table holds the actions, by name in the order of the alphabet.
var Table = []Action{
	{Name: "s3:AbortMultipartUpload", Resources: onBoth, Keys: []string{"s3:AccessGrantsInstanceArn"}},
	{Name: "s3:CreateJob", Keys: []string{"s3:RequestJobOperation", "s3:RequestJobPriority", "aws:RequestTag/*", "aws:TagKeys"}},
	{Name: "s3:GetObjectLegalHold", Resources: onBoth},
	{Name: "s3:GetObjectRetention", Resources: onBoth},
	{Name: "s3:GetObjectVersion", Resources: onBoth, Keys: append([]string{"s3:AccessGrantsInstanceArn"}, versionKeys...)},
	{Name: "s3:GetObjectVersionAcl", Resources: onBoth, Keys: append([]string{"s3:AccessGrantsInstanceArn"}, versionKeys...)},
	{Name: "s3:GetObjectVersionAnnotationForReplication", Resources: onObject},
	{Name: "s3:GetObjectVersionForReplication", Resources: onObject},
	{Name: "s3:GetObjectVersionTagging", Resources: onBoth, Keys: versionKeys},
	{Name: "s3:GetReplicationConfiguration", Resources: onBucket},
	{Name: "s3:InitiateReplication", Resources: onObject, only: true},
	{Name: "s3:ListBucket", Resources: onList, Keys: []string{"s3:prefix", "s3:delimiter", "s3:max-keys", "s3:AccessGrantsInstanceArn"}},
	{Name: "s3:ListBucketMultipartUploads", Resources: onList},
	{Name: "s3:ListBucketVersions", Resources: onList, Keys: []string{"s3:prefix", "s3:delimiter", "s3:max-keys", "s3:AccessGrantsInstanceArn"}},
	{Name: "s3:ListMultipartUploadParts", Resources: onBoth, Keys: []string{"s3:AccessGrantsInstanceArn"}},
	{Name: "s3:ObjectOwnerOverrideToBucketOwner", Resources: onObject},
	{Name: "s3:PauseReplication", Resources: onBucket, Keys: []string{"s3:destinationRegion"}},
	{Name: "s3:PutObject", Resources: onBoth, Keys: []string{
		"s3:x-amz-acl", "s3:x-amz-grant-*", "s3:x-amz-storage-class", "s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-*",
		"s3:x-amz-copy-source", "s3:x-amz-metadata-directive", "s3:x-amz-object-annotation-directive",
		"s3:x-amz-website-redirect-location", "s3:object-lock-*", "s3:RequestObjectTag/*", "s3:RequestObjectTagKeys",
		"s3:if-match", "s3:if-none-match", "s3:ObjectCreationOperation", "s3:AccessGrantsInstanceArn",
	}},
	{Name: "s3:PutReplicationConfiguration", Resources: onBucket, Keys: []string{"s3:isReplicationPauseRequest"}},
	{Name: "s3:ReplicateDelete", Resources: onObject},
	{Name: "s3:ReplicateObject", Resources: onObject, Keys: []string{
		"s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id",
		"s3:x-amz-server-side-encryption-customer-algorithm",
	}},
	{Name: "s3:ReplicateObjectAnnotation", Resources: onObject},
	{Name: "s3:ReplicateTags", Resources: onObject},
}

// Find returns the action of that name, which compares without case.
func Find(name string) (Action, bool) {
	for _, a := range Table {
		if strings.EqualFold(a.Name, name) {
			return a, true
		}
	}
	return Action{}, false
}

// Takes reports whether the action can name a resource of type r.
func (a Action) Takes(r Resource) bool {
	return slices.Contains(a.Resources, r)
}

// KnowsKey reports whether the condition key, which compares without case, can
// be in a request for the action. Global keys ("aws:...") can be in any, except
// the tag keys, which an action must list.
func (a Action) KnowsKey(key string) bool {
	if a.only {
		return strings.EqualFold(key, "s3:ResourceAccount") || isGlobal(key)
	}
	if isGlobal(key) || listed(common, key) || listed(a.Keys, key) {
		return true
	}
	if a.Takes(Bucket) || a.Takes(Object) {
		if listed(resourceKeys, key) {
			return true
		}
	}
	return (a.Takes(AccessPoint) || a.Takes(AccessPointObject)) && listed(accessPointKeys, key)
}

// isGlobal reports whether key is a global condition key that no action has to
// list.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html.
func isGlobal(key string) bool {
	k := strings.ToLower(key)
	return strings.HasPrefix(k, "aws:") && k != "aws:tagkeys" &&
		!strings.HasPrefix(k, "aws:requesttag/") && !strings.HasPrefix(k, "aws:resourcetag/")
}

// listed reports whether one of keys is key, or ends in * and begins it.
func listed(keys []string, key string) bool {
	for _, k := range keys {
		stem, open := strings.CutSuffix(k, "*")
		if !open && strings.EqualFold(k, key) {
			return true
		}
		if open && len(key) > len(stem) && strings.EqualFold(key[:len(stem)], stem) {
			return true
		}
	}
	return false
}
