package replication_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/actions"
	"github.com/repligrant/repligrant/replication"
)

// failureCodes are those that S3 reports, of which the table may name any.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-failure-codes.html.
var failureCodes = strings.Fields(`
	AssumeRoleNotPermitted AnnotationLimitExceeded DstBucketInvalidRegion DstBucketNotFound
	DstBucketObjectLockConfigMissing DstBucketUnversioned DstDelObjNotPermitted DstKmsKeyInvalidState DstKmsKeyNotFound
	DstMultipartCompleteNotPermitted DstMultipartInitNotPermitted DstMultipartUploadNotPermitted DstObjectHardDeleted
	DstPutAclNotPermitted DstPutLegalHoldNotPermitted DstPutObjectAnnotationNotPermitted DstPutObjectNotPermitted
	DstPutRetentionNotPermitted DstPutTaggingNotPermitted DstVersionNotFound InitiateReplicationNotPermitted
	SrcAnnotationEncryptionUnsupported SrcAnnotationNotFound SrcBucketInvalidRegion SrcBucketNotFound
	SrcBucketReplicationConfigMissing SrcGetAclNotPermitted SrcGetLegalHoldNotPermitted SrcGetObjectAnnotationNotPermitted
	SrcGetObjectNotPermitted SrcGetRetentionNotPermitted SrcGetTaggingNotPermitted SrcHeadObjectNotPermitted SrcKeyNotFound
	SrcKmsKeyInvalidState SrcObjectNotEligible SrcObjectNotFound SrcReplicationNotPending SrcVersionNotFound`)

var losses = []replication.Loss{
	replication.ObjectFailed, replication.ObjectSkipped, replication.TagsLost, replication.DeleteMarkerLost,
	replication.LockLost, replication.OwnershipKept, replication.JobFailed, replication.AnnotationsLost,
}

var objects = []replication.Objects{
	replication.AllObjects, replication.KMSObjects, replication.NotKMSObjects,
	replication.DeleteMarkers, replication.LockedObjects, replication.TaggedObjects,
}

// resourceOf is the type of resource that each form of ARN names.
var resourceOf = map[replication.Form]actions.Resource{
	replication.SourceBucket:       actions.Bucket,
	replication.DestinationBucket:  actions.Bucket,
	replication.SourceObjects:      actions.Object,
	replication.DestinationObjects: actions.Object,
	replication.ManifestObjects:    actions.Object,
	replication.ReportObjects:      actions.Object,
}

// TestTable checks that every row of the tables is complete: a reader has to
// find out what breaks, why, and which page says so.
func TestTable(t *testing.T) {
	rows := slices.Concat(replication.Permissions, replication.DocsPermissions)
	if len(replication.Permissions) == 0 || len(replication.DocsPermissions) == 0 {
		t.Fatal("a table is empty")
	}
	for _, p := range rows {
		checkSource(t, p.Action, p.Source)
		switch {
		case p.Why.Key == "" || p.Why.English == "" || p.When == nil:
			t.Errorf("%s: why %+v, when set: %t", p.Action, p.Why, p.When != nil)
		case !slices.Contains(losses, p.Without):
			t.Errorf("%s: without %q is no loss", p.Action, p.Without)
		case !slices.Contains(objects, p.Objects):
			t.Errorf("%s: %q is no group of objects", p.Action, p.Objects)
		case p.Level != replication.Required && p.Level != replication.Advised:
			t.Errorf("%s: %q is no level", p.Action, p.Level)
		case p.FailureCode != "" && !slices.Contains(failureCodes, p.FailureCode):
			t.Errorf("%s: S3 has no failure code %q", p.Action, p.FailureCode)
		}
		for _, action := range append([]string{p.Action}, p.AnyOf...) {
			checkAction(t, action, p.On)
		}
	}
}

func checkSource(t *testing.T, action, source string) {
	t.Helper()
	u, err := url.Parse(source)
	if err != nil || u.Scheme != "https" || u.Host != "docs.aws.amazon.com" || !strings.HasSuffix(u.Path, ".html") {
		t.Errorf("%s: %q is no page of AWS's documentation", action, source)
	}
}

// checkAction checks that an action exists and takes the resource of its row.
func checkAction(t *testing.T, action string, on replication.Form) {
	t.Helper()
	if (on == replication.TheRole || on == replication.BatchRole) && action == "sts:AssumeRole" || action == "s3:List*" || strings.HasSuffix(action, "BucketVersioning") {
		return // not in the table of actions
	}
	a, ok := actions.Find(action)
	if on.OfKey() && ok && strings.HasPrefix(a.Name, "kms:") && a.KnowsKey(replication.ViaService) && a.KnowsKey(replication.EncryptionContext) {
		return
	}
	if !ok || !a.Takes(resourceOf[on]) {
		t.Errorf("%s exists: %t; it does not take a resource of type %q", action, ok, resourceOf[on])
	}
}

func TestWriterTable(t *testing.T) {
	if len(replication.WriterPermissions) == 0 {
		t.Fatal("the table is empty")
	}
	for _, p := range replication.WriterPermissions {
		checkSource(t, p.Action, p.Source)
		if p.Key {
			checkAction(t, p.Action, replication.UploadKey)
			continue
		}
		a, ok := actions.Find(p.Action)
		if !ok || !a.Takes(actions.Object) || !a.Takes(actions.AccessPointObject) || p.Why.Key == "" || p.Why.English == "" {
			t.Errorf("%s exists: %t, why %+v; it has to take objects of buckets and of access points", p.Action, ok, p.Why)
		}
	}
	for _, action := range replication.GuardedActions {
		if !strings.HasPrefix(action, "s3:Put") && action != "s3:AbortMultipartUpload" {
			t.Errorf("the guard refuses %s, which is no write", action)
		}
	}
}
