package snapshot_test

import (
	"encoding/json"
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
	tags, size := 2, int64(3)
	want := &snapshot.Object{
		LastModified: "2026-11-20T10:00:00+00:00", VersionID: "v1", ReplicationStatus: "FAILED", ServerSideEncryption: "aws:kms",
		SSEKMSKeyID: "arn:aws:kms:us-east-1:111122223333:key/k", BucketKeyEnabled: true, TagCount: &tags, ContentLength: &size,
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
		{"nothing", "", "object.json:1:1: the file is not JSON: it ends too early"},
		{"no JSON", `{"ETag": x}`, "object.json:1:10: the file is not JSON: invalid character 'x' looking for beginning of value"},
		{"no object", `[]`, "object.json:1:1: the file is not what `aws s3api head-object` prints"},
		{"null", `null`, "object.json: the file is not what `aws s3api head-object` prints"},
		{"something else", `{"schema": "repligrant.snapshot/v1"}`, "object.json: the file is not what `aws s3api head-object` prints"},
		{"a number as status", `{"ReplicationStatus": 3}`, "object.json:1:23: ReplicationStatus is number; it should be a string"},
		{"tags", `{"TagCount": "two"}`, "object.json:1:18: TagCount is string; it should be a number"},
		{"tags below none", `{"TagCount": -1}`, "object.json: TagCount is -1; it should be a number from 0"},
		{"a size that is none", `{"ContentLength": "3"}`, "object.json:1:21: ContentLength is string; it should be a number"},
		{"of list-objects-v2", `{"Key": "a", "LastModified": "2026", "ETag": "x", "Size": 3, "StorageClass": "STANDARD"}`, "object.json: the file is not what `aws s3api head-object` prints"},
		{"of list-object-versions", `{"Key": "a", "VersionId": "v1", "IsLatest": true, "LastModified": "2026"}`, "object.json: the file is not what `aws s3api head-object` prints"},
		{"of get-object-attributes", `{"LastModified": "2026", "VersionId": "v1", "ETag": "x", "StorageClass": "STANDARD", "ObjectSize": 3}`, "object.json: the file is not what `aws s3api head-object` prints"},
		{"not UTF-8", "{\"ETag\": \"\xff\"}", "object.json: the file is not UTF-8"},
		{"too large", `{"ETag": "` + strings.Repeat("x", snapshot.MaxObject) + `"}`, "object.json: the file has more than 1048576 bytes"},
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
	for _, seed := range []string{
		`{"TagCount": 1e400}`, `{"TagCount": -1}`, `{"TagCount": 1.5}`, `{"TagCount": 9223372036854775808}`, `{"ContentLength": -1, "LastModified": ""}`,
		`{"DeleteMarker": true}`, `{"DeleteMarker": "true"}`, `{"ReplicationStatus": null}`, `{"replicationstatus": "FAILED", "ReplicationStatus": "COMPLETED"}`,
		`{"ReplicationStatus": "\u001b[31m\u202e"}`, `{"SSEKMSKeyId": "arn:"}`, `{"ETag": "\ud800"}`, "{\"ETag\": \"\xff\"}", "\xef\xbb\xbf{}", `[{"ETag": "x"}]`, `"ETag"`, `nul`,
		`{"ETag": "x"} {"ETag": "y"}`, `{"Metadata": ` + strings.Repeat(`{"a":`, 200) + `1` + strings.Repeat(`}`, 200) + `, "ETag": "x"}`,
		`{"Key": "a", "LastModified": "2026"}`, "{\"ETag\":\n\t3}", `{"Restore": "ongoing-request=\"false\"", "StorageClass": "GLACIER"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		o, err := snapshot.ParseObject("f", data)
		if (o == nil) == (err == nil) {
			t.Errorf("ParseObject(%q) = %v, %v", data, o, err)
		}
		if o == nil {
			return
		}
		if o.TagCount != nil && *o.TagCount < 0 {
			t.Errorf("ParseObject(%q) counts %d tags", data, *o.TagCount)
		}
		again, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		if same, err := snapshot.ParseObject("f", again); err != nil || !cmp.Equal(o, same) {
			t.Errorf("ParseObject(%q) = %+v, written and read again %+v (%v)", data, o, same, err)
		}
	})
}
