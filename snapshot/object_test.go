package snapshot_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/snapshot"
)

func TestParseObject(t *testing.T) {
	text := `{"AcceptRanges": "bytes", "LastModified": "2026-11-20T10:00:00+00:00", "ContentLength": 3, "ETag": "\"x\"", "VersionId": "v1",
		"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "arn:aws:kms:us-east-1:111122223333:key/k", "BucketKeyEnabled": true,
		"Metadata": {"team": "ops"}, "TagCount": 2, "ReplicationStatus": "FAILED", "SomethingNew": [1]}`
	got, err := snapshot.ParseObject("object.json", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	tags := 2
	want := &snapshot.Object{
		LastModified: "2026-11-20T10:00:00+00:00", VersionID: "v1", ReplicationStatus: "FAILED", ServerSideEncryption: "aws:kms",
		SSEKMSKeyID: "arn:aws:kms:us-east-1:111122223333:key/k", BucketKeyEnabled: true, TagCount: &tags,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !got.Whole() {
		t.Error("what says when it was modified is not whole")
	}
}

func TestParseObjectRefuses(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"nothing", "", "object.json:1:1: the file is not JSON: unexpected end of JSON input"},
		{"no JSON", `{"ETag": x}`, "object.json:1:10: the file is not JSON: invalid character 'x' looking for beginning of value"},
		{"no object", `[]`, "object.json:1:1: the file is not what `aws s3api head-object` prints"},
		{"null", `null`, "object.json: the file is not what `aws s3api head-object` prints"},
		{"something else", `{"schema": "repligrant.snapshot/v1"}`, "object.json: the file is not what `aws s3api head-object` prints"},
		{"a number as status", `{"ReplicationStatus": 3}`, "object.json:1:23: ReplicationStatus is number; it should be a string"},
		{"tags", `{"TagCount": "two"}`, "object.json:1:18: TagCount is string; it should be a number"},
		{"not UTF-8", "{\"ETag\": \"\xff\"}", "object.json: the file is not UTF-8"},
		{"too large", `{"ETag": "` + strings.Repeat("x", snapshot.MaxObject) + `"}`, "object.json: the file has 1048588 bytes; what S3 says of an object has 1048576 at most"},
	}
	for _, tt := range tests {
		o, err := snapshot.ParseObject("object.json", []byte(tt.text))
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s: ParseObject = %+v, %v, want %s", tt.name, o, err, tt.want)
		}
	}
}

func FuzzParseObject(f *testing.F) {
	f.Add([]byte(`{"LastModified": "x", "TagCount": 1}`))
	f.Add([]byte(`{"TagCount": 1e400}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if o, err := snapshot.ParseObject("f", data); (o == nil) == (err == nil) {
			t.Errorf("ParseObject(%q) = %v, %v", data, o, err)
		}
	})
}
