package collect_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/collect"
	"github.com/repligrant/repligrant/collect/fakeaws"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/snapshot"
)

// stored is a bucket in another Region than the caller's, with objects in it.
func stored(t *testing.T, fault func(fakeaws.Call) *fakeaws.Fault) *fakeaws.Server {
	t.Helper()
	two := 2
	return serve(t, hold(t, `{"111122223333": {"Listed": ["buckets"], "buckets": {"acme-orders": {"Region": "eu-west-1", "Versioning": {"Status": "Enabled"}}}},
		"444455556666": {"Listed": ["buckets"], "buckets": {}}}`), fakeaws.Options{Fault: fault, Objects: map[string]snapshot.Object{
		"acme-orders/a": {
			VersionID: "v2", ReplicationStatus: "FAILED", StorageClass: "GLACIER_IR", ServerSideEncryption: "aws:kms", SSEKMSKeyID: "arn:aws:kms:eu-west-1:111122223333:key/k",
			BucketKeyEnabled: true, TagCount: &two, ObjectLockMode: "GOVERNANCE", ObjectLockLegalHoldStatus: "ON",
		},
		"acme-orders/a?v1":        {VersionID: "v1", ServerSideEncryption: "AES256"},
		"acme-orders/gone":        {VersionID: "v4", DeleteMarker: true},
		"acme-orders/gone?v4":     {VersionID: "v4", DeleteMarker: true},
		"acme-orders/a?v3":        {VersionID: "v9"},
		"acme-orders/../x//%2F ?": {VersionID: "v5"},
	}})
}

func objectOf(t *testing.T, fake *fakeaws.Server, o collect.Object) fact.Value[snapshot.Object] {
	t.Helper()
	orders := []collect.Account{account(fake, source), account(fake, destination)}
	orders[0].Buckets = []collect.Bucket{{Name: "acme-orders", Region: "us-east-1"}}
	_, got, err := collect.SnapshotAndObject(t.Context(), orders, o, fast())
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// What S3 says of an object version, in the Region where its bucket is, and what
// it says of one that is not there or is a delete marker.
func TestObject(t *testing.T) {
	two, size := 2, int64(11)
	const modified = "2026-11-20T10:00:00Z"
	tests := []struct {
		name, key, version string
		want               fact.Value[snapshot.Object]
	}{
		{"all of it", "a", "", fact.Of(snapshot.Object{
			LastModified: modified, ContentLength: &size, VersionID: "v2", ReplicationStatus: "FAILED", StorageClass: "GLACIER_IR",
			ServerSideEncryption: "aws:kms", SSEKMSKeyID: "arn:aws:kms:eu-west-1:111122223333:key/k", BucketKeyEnabled: true,
			TagCount: &two, ObjectLockMode: "GOVERNANCE", ObjectLockLegalHoldStatus: "ON",
		})},
		{"a version", "a", "v1", fact.Of(snapshot.Object{LastModified: modified, ContentLength: &size, VersionID: "v1", ServerSideEncryption: "AES256"})},
		{"no such object", "b", "", fact.Absent[snapshot.Object]()},
		{"no such version", "a", "v7", fact.Absent[snapshot.Object]()},
		{"the current version is a delete marker", "gone", "", fact.Of(snapshot.Object{VersionID: "v4", DeleteMarker: true})},
		{"a delete marker by its version", "gone", "v4", fact.Of(snapshot.Object{VersionID: "v4", DeleteMarker: true})},
		{"another version than was asked for", "a", "v3", fact.Unread[snapshot.Object]("BrokenAnswer")},
		{"a key that looks like a path", "../x//%2F ?", "", fact.Of(snapshot.Object{LastModified: modified, ContentLength: &size, VersionID: "v5"})},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fake := stored(t, nil)
			got := objectOf(t, fake, collect.Object{Bucket: "acme-orders", Key: test.key, VersionID: test.version})
			if diff := cmp.Diff(test.want.Or(snapshot.Object{}), got.Or(snapshot.Object{})); diff != "" || got.State() != test.want.State() || got.Why() != test.want.Why() {
				t.Errorf("got %v (%s), want %v (-want +got):\n%s", got.State(), got.Why(), test.want.State(), diff)
			}
			asked := "acme-orders/" + test.key
			if test.version != "" {
				asked += "?" + test.version
			}
			if heads := headsOf(fake); !slices.Equal(heads, []string{asked}) {
				t.Errorf("asked for %q, want exactly %q", heads, asked)
			}
			if refused := fake.Refused(); len(refused) > 0 {
				t.Errorf("asked for what is no read: %v", refused)
			}
		})
	}
}

// headsOf lists the objects that were asked for.
func headsOf(fake *fakeaws.Server) (objects []string) {
	for _, c := range fake.Calls() {
		if c.Operation == "HeadObject" {
			objects = append(objects, c.Resource)
		}
	}
	return objects
}

// Each way in which S3 may fail to say something of an object is a reason, and
// never an object without properties. An answer to a HEAD has no words.
func TestObjectUnread(t *testing.T) {
	tests := []struct {
		name    string
		version string
		fault   fakeaws.Fault
		want    string
	}{
		{"denied, or there is none and the list is denied", "", fakeaws.Fault{Status: 403}, "AccessDenied"},
		{"SSE-C without its key", "", fakeaws.Fault{Status: 400}, "BadRequest"},
		{"not modified", "", fakeaws.Fault{Status: 304}, "NotModified"},
		{"precondition", "", fakeaws.Fault{Status: 412}, "PreconditionFailed"},
		{"not allowed, and no word of a delete marker", "", fakeaws.Fault{Status: 405}, "MethodNotAllowed"},
		{"not allowed for a version, and no word of a delete marker", "v1", fakeaws.Fault{Status: 405}, "MethodNotAllowed"},
		{"throttled", "", fakeaws.Fault{Status: 503}, "ServiceUnavailable"},
		{"broken", "", fakeaws.Fault{Status: 500}, "InternalServerError"},
		{"moved, and not said where", "", fakeaws.Fault{Status: 301}, "MovedPermanently"},
		{"moved to no Region", "", fakeaws.Fault{Status: 301, Header: map[string]string{"X-Amz-Bucket-Region": "evil.example/"}}, "MovedPermanently"},
		{"a success that says nothing", "", fakeaws.Fault{Status: 200}, "EmptyAnswer"},
		{"a success without a date", "", fakeaws.Fault{Status: 200, Header: map[string]string{"ETag": "x"}}, "EmptyAnswer"},
		{"another success", "", fakeaws.Fault{Status: 204, Header: map[string]string{"ETag": "x", "Last-Modified": "Fri, 20 Nov 2026 10:00:00 GMT"}}, "BrokenAnswer"},
		{"dropped", "", fakeaws.Fault{Drop: true}, "ConnectionLost"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fake := stored(t, only("HeadObject", test.fault))
			got := objectOf(t, fake, collect.Object{Bucket: "acme-orders", Key: "a", VersionID: test.version})
			if got.State() != fact.NotRead || got.Why() != test.want {
				t.Errorf("got %v, want not read (%s)", got, test.want)
			}
		})
	}
}

// A bucket that moved since its settings were read is asked where it is, once.
func TestObjectElsewhere(t *testing.T) {
	for _, status := range []int{http.StatusMovedPermanently, http.StatusTemporaryRedirect, http.StatusBadRequest} {
		asked := 0
		fake := stored(t, func(c fakeaws.Call) *fakeaws.Fault {
			if c.Operation != "HeadObject" {
				return nil
			}
			asked++
			return &fakeaws.Fault{Status: status, Header: map[string]string{"X-Amz-Bucket-Region": "ap-south-1"}}
		})
		if got := objectOf(t, fake, collect.Object{Bucket: "acme-orders", Key: "a"}); got.State() != fact.NotRead || asked != 2 {
			t.Errorf("status %d: asked %d times, got %v; want twice and not read", status, asked, got)
		}
	}
}

// Of an object in a bucket that no account has, nobody is asked.
func TestObjectOfNobody(t *testing.T) {
	fake := stored(t, nil)
	if got := objectOf(t, fake, collect.Object{Bucket: "acme-elsewhere", Key: "a"}); got.State() != fact.NotRead || got.Why() != "" || len(headsOf(fake)) != 0 {
		t.Errorf("got %v with %q, want not read and not asked", got, headsOf(fake))
	}
	for _, o := range []collect.Object{{Bucket: "../x", Key: "a"}, {Bucket: "acme-orders"}} {
		if _, _, err := collect.SnapshotAndObject(t.Context(), []collect.Account{account(fake, source)}, o, fast()); err == nil {
			t.Errorf("%+v is taken for an object", o)
		}
	}
}

// No collection asks for an object by itself: neither guard lets it.
func TestGuardsAndObjects(t *testing.T) {
	c := count(t)
	head := s3.HeadObjectInput{Bucket: aws.String("b"), Key: aws.String("k")}
	if _, err := s3.NewFromConfig(c.config(t)).HeadObject(t.Context(), &head); err == nil || c.requests.Load() != 0 {
		t.Errorf("HeadObject was sent (%v)", err)
	}
}

// TestFenceObject gives the fence, which lets one object pass, requests for that
// and for others.
func TestFenceObject(t *testing.T) {
	const path, virtual = "http://127.0.0.1:5000/b", "https://b.s3.eu-west-1.amazonaws.com"
	current, version := &collect.Object{Bucket: "b", Key: "2026/a b"}, &collect.Object{Bucket: "b", Key: "2026/a b", VersionID: "v+1"}
	tests := []struct {
		name, method, url string
		object            *collect.Object
		want              bool
	}{
		{"the object", "HEAD", path + "/2026/a%20b", current, true},
		{"the object, with the bucket in the host", "HEAD", virtual + "/2026/a%20b", current, true},
		{"the version", "HEAD", path + "/2026/a%20b?versionId=v%2B1", version, true},
		{"nobody asked", "HEAD", path + "/2026/a%20b", nil, false},
		{"what it holds", "GET", path + "/2026/a%20b", current, false},
		{"write", "PUT", path + "/2026/a%20b", current, false},
		{"delete", "DELETE", path + "/2026/a%20b", current, false},
		{"another key", "HEAD", path + "/2026/a", current, false},
		{"another bucket", "HEAD", "http://127.0.0.1:5000/c/2026/a%20b", current, false},
		{"another bucket in the host", "HEAD", "https://c.s3.eu-west-1.amazonaws.com/2026/a%20b", current, false},
		{"another object of the bucket in the host", "HEAD", virtual + "/b/2026/a%20b", current, false},
		{"the bucket", "HEAD", path, current, false},
		{"any version", "HEAD", path + "/2026/a%20b?versionId=v2", current, false},
		{"another version", "HEAD", path + "/2026/a%20b?versionId=v2", version, false},
		{"no version", "HEAD", path + "/2026/a%20b", version, false},
		{"two versions", "HEAD", path + "/2026/a%20b?versionId=v%2B1&versionId=v2", version, false},
		{"a part", "HEAD", path + "/2026/a%20b?partNumber=1", current, false},
		{"its tags", "HEAD", path + "/2026/a%20b?tagging=", current, false},
		{"a setting", "GET", path + "?versioning=", current, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			checkFenceFor(t, test.object, test.method, test.url, "", test.want, map[string]string{
				"Authorization": "AWS4-HMAC-SHA256 Credential=AKIA/20261122/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0",
			})
		})
	}
}

// A session may ask for the object and for no other one, and its policy fits the
// quota whatever the key.
func TestSessionPolicyOfObject(t *testing.T) {
	for _, test := range []struct {
		object collect.Object
		want   string
	}{
		{collect.Object{Bucket: "b", Key: "2026/a"}, `{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws-cn:s3:::b/2026/a"}`},
		{collect.Object{Bucket: "b", Key: "*", VersionID: "v"}, `{"Effect":"Allow","Action":"s3:GetObjectVersion","Resource":"arn:aws-cn:s3:::b/${*}"}`},
		{collect.Object{Bucket: "b", Key: "2026/世"}, `"Resource":"arn:aws-cn:s3:::b/2026/*"`},
		{collect.Object{Bucket: "b", Key: strings.Repeat("*", 1024)}, `"Resource":"arn:aws-cn:s3:::b/*"`},
		{collect.Object{Bucket: strings.Repeat("b", 63), Key: strings.Repeat("k", 256), VersionID: "v"}, `kkk"`},
	} {
		text, err := collect.SessionPolicy("aws-cn", &test.object)
		if err != nil || !strings.Contains(text, test.want) || len(text) > 2048 {
			t.Errorf("%.20q: the session policy (%d characters, %v) lacks %s:\n%s", test.object.Key, len(text), err, test.want, text)
		}
	}
}
