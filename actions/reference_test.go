package actions_test

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/actions"
)

// everyAction are the condition keys of each action of reference, but for
// s3:InitiateReplication.
//
// See https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html.
var everyAction = []string{
	"s3:ResourceAccount", "s3:TlsVersion", "s3:authType", "s3:signatureAge", "s3:signatureversion", "s3:x-amz-content-sha256",
}

// reference is what a person read in AWS's page in June and August 2026, in the
// words of that reading: * stands for the keys of one family. The catalogue was
// generated apart from it, so that each checks the other.
//
// See https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html.
var reference = []struct {
	action    string
	resources string
	access    string
	keys      string
	later     string // keys that are newer than the reading
}{
	{action: "s3:AbortMultipartUpload", resources: "accesspointobject object", keys: "s3:AccessGrantsInstanceArn"},
	{action: "s3:CreateJob", keys: "s3:RequestJobOperation s3:RequestJobPriority aws:RequestTag/* aws:TagKeys"},
	{action: "s3:GetObjectLegalHold", resources: "accesspointobject object"},
	{action: "s3:GetObjectRetention", resources: "accesspointobject object"},
	{action: "s3:GetObjectVersion", resources: "accesspointobject object", keys: "s3:ExistingObjectTag/* s3:versionid s3:AccessGrantsInstanceArn"},
	{action: "s3:GetObjectVersionAcl", resources: "accesspointobject object", keys: "s3:ExistingObjectTag/* s3:versionid s3:AccessGrantsInstanceArn"},
	{action: "s3:GetObjectVersionAnnotationForReplication", resources: "object"},
	{action: "s3:GetObjectVersionForReplication", resources: "object"},
	{action: "s3:GetObjectVersionTagging", resources: "accesspointobject object", keys: "s3:ExistingObjectTag/* s3:versionid"},
	{action: "s3:GetReplicationConfiguration", resources: "bucket"},
	{action: "s3:InitiateReplication", resources: "object", access: "Write", keys: "s3:ResourceAccount"},
	{action: "s3:ListBucket", resources: "accesspoint bucket", keys: "s3:prefix s3:delimiter s3:max-keys s3:AccessGrantsInstanceArn"},
	{
		action: "s3:ListBucketMultipartUploads", resources: "accesspoint bucket",
		keys: "s3:AccessGrantsInstanceArn s3:AccessPoint* s3:DataAccessPoint* aws:ResourceTag/*",
	},
	{action: "s3:ListBucketVersions", resources: "accesspoint bucket", keys: "s3:prefix s3:delimiter s3:max-keys s3:AccessGrantsInstanceArn"},
	{action: "s3:ListMultipartUploadParts", resources: "accesspointobject object", keys: "s3:AccessGrantsInstanceArn"},
	{action: "s3:ObjectOwnerOverrideToBucketOwner", resources: "object", access: "Permissions-management Write"},
	{action: "s3:PauseReplication", resources: "bucket", keys: "s3:destinationRegion"},
	{
		action: "s3:PutObject", resources: "accesspointobject object",
		keys: "s3:x-amz-acl s3:x-amz-grant-* s3:x-amz-storage-class s3:x-amz-server-side-encryption* s3:x-amz-copy-source " +
			"s3:x-amz-metadata-directive s3:x-amz-object-annotation-directive s3:x-amz-website-redirect-location s3:object-lock-* " +
			"s3:RequestObjectTag/* s3:RequestObjectTagKeys s3:if-match s3:if-none-match s3:ObjectCreationOperation s3:AccessGrantsInstanceArn",
	},
	{action: "s3:PutReplicationConfiguration", resources: "bucket", access: "Write", keys: "s3:isReplicationPauseRequest"},
	{action: "s3:ReplicateDelete", resources: "object", access: "Write"},
	{
		action: "s3:ReplicateObject", resources: "object", access: "Write",
		keys: "s3:x-amz-server-side-encryption s3:x-amz-server-side-encryption-aws-kms-key-id s3:x-amz-server-side-encryption-customer-algorithm",
		// Event holds came in September 2026; the reading has no Object Lock key here.
		later: "s3:object-lock-event-hold s3:object-lock-event-hold-duration-days",
	},
	{action: "s3:ReplicateObjectAnnotation", resources: "object"},
	{action: "s3:ReplicateTags", resources: "object", access: "Tagging Write"},
}

func TestReference(t *testing.T) {
	if len(reference) < 20 {
		t.Fatalf("the reference has %d actions", len(reference))
	}
	for _, row := range reference {
		a, ok := actions.Find(row.action)
		if !ok {
			t.Errorf("%s is not in the catalogue", row.action)
			continue
		}
		if got := spaced(a.Resources); got != row.resources {
			t.Errorf("%s takes %q, want %q", row.action, got, row.resources)
		}
		if got := spaced(a.Access); row.access != "" && got != row.access {
			t.Errorf("%s gives access %q, want %q", row.action, got, row.access)
		}
		families := strings.Fields(row.keys)
		if row.action != "s3:InitiateReplication" {
			families = append(families, everyAction...)
		}
		if diff := cmp.Diff(families, used(families, a.Keys, strings.Fields(row.later)), sorted); diff != "" {
			t.Errorf("condition keys of %s (-reference +catalogue):\n%s", row.action, diff)
		}
	}
}

var sorted = cmp.Transformer("sorted", func(s []string) []string { return slices.Sorted(slices.Values(s)) })

func spaced[T ~string](list []T) string {
	var out []string
	for _, x := range list {
		out = append(out, string(x))
	}
	return strings.Join(out, " ")
}

// used replaces the keys of families by these, and leaves the others as they are.
func used(families, keys, later []string) []string {
	var out []string
	for _, k := range keys {
		i := slices.IndexFunc(families, func(f string) bool { return f == k || family(f, k) })
		switch {
		case i >= 0 && !slices.Contains(out, families[i]):
			out = append(out, families[i])
		case i < 0 && !slices.Contains(later, k):
			out = append(out, k)
		}
	}
	return out
}

func family(f, k string) bool {
	in, err := path.Match(strings.ReplaceAll(f, "/", ":"), strings.ReplaceAll(k, "/", ":"))
	return err == nil && in
}

// Keys that come with a resource, not with an action.
func TestReferenceOfResourceTypes(t *testing.T) {
	tags := "aws:ResourceTag/* s3:BucketTag/*"
	points := "aws:ResourceTag/* s3:AccessPointNetworkOrigin s3:AccessPointTag/* s3:DataAccessPointAccount s3:DataAccessPointArn"
	for name, want := range map[actions.Resource]string{
		actions.Bucket: tags, actions.Object: tags, actions.AccessPoint: points,
		actions.AccessPointObject: strings.Replace(points, "s3:Data", "s3:BucketTag/* s3:Data", 1),
	} {
		if got := spaced(typeOf(t, "s3", name).Keys); got != want {
			t.Errorf("condition keys of %s: got %q, want %q", name, got, want)
		}
	}
}

// What AWS says in as many words that an action does not have.
func TestReferenceOfWhatIsNot(t *testing.T) {
	for action, keys := range map[string]string{
		"s3:PutObject":                      "s3:prefix s3:max-keys",
		"s3:ListBucketMultipartUploads":     "s3:prefix",
		"s3:GetObjectVersionForReplication": "s3:ExistingObjectTag/class s3:versionid",
		"s3:ReplicateObject": "s3:x-amz-acl s3:x-amz-storage-class s3:object-lock-mode s3:object-lock-legal-hold " +
			"s3:object-lock-retain-until-date s3:object-lock-remaining-retention-days s3:RequestObjectTag/a s3:x-amz-copy-source",
		"s3:InitiateReplication": strings.Join(everyAction[1:], " "),
	} {
		a, ok := actions.Find(action)
		if !ok {
			t.Errorf("%s is not in the catalogue", action)
		}
		for key := range strings.FieldsSeq(keys) {
			if a.KnowsKey(key) {
				t.Errorf("%s knows %s", action, key)
			}
		}
	}
}
