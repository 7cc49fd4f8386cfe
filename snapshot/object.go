package snapshot

import (
	"encoding/json"
	"errors"
	"strconv"
	"unicode/utf8"

	"github.com/repligrant/repligrant/internal/diag"
)

// An Object is what S3 says of one object version without its content, in the
// shape of `aws s3api head-object`. What S3 leaves out is "" or nil.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html.
type Object struct {
	LastModified              string `json:"LastModified"`
	VersionID                 string `json:"VersionId"`
	DeleteMarker              bool   `json:"DeleteMarker"`
	ReplicationStatus         string `json:"ReplicationStatus"` // "": S3 shows none
	StorageClass              string `json:"StorageClass"`      // "": STANDARD
	ArchiveStatus             string `json:"ArchiveStatus"`     // of S3 Intelligent-Tiering; "": in no archive tier
	ServerSideEncryption      string `json:"ServerSideEncryption"`
	SSEKMSKeyID               string `json:"SSEKMSKeyId"`
	BucketKeyEnabled          bool   `json:"BucketKeyEnabled"`
	SSECustomerAlgorithm      string `json:"SSECustomerAlgorithm"`
	ObjectLockMode            string `json:"ObjectLockMode"`            // "": none, or whoever asked may not see it
	ObjectLockLegalHoldStatus string `json:"ObjectLockLegalHoldStatus"` // the same
	TagCount                  *int   `json:"TagCount"`                  // nil: no tags, or whoever asked may not see them
	ContentLength             *int64 `json:"ContentLength"`
}

// Whole reports whether o is all that S3 says of the version, so that what is
// not there is known not to be: S3 always says when a version was made and how
// large it is. A part that somebody picked out shows only what it shows.
func (o Object) Whole() bool { return o.LastModified != "" && o.ContentLength != nil }

// MaxObject is the size of the largest file that ParseObject takes, in bytes.
// The metadata of users is part of it, which S3 limits to 2 KB.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html.
const MaxObject = 1 << 20

const (
	objectTooLarge = "object-too-large"
	notHead        = "object-not-head"
)

// ParseObject reads what `aws s3api head-object` prints; file is its name in
// messages. The error is a [*diag.Problems].
func ParseObject(file string, data []byte) (*Object, error) {
	pos := diag.Pos{File: file}
	if problem := Problems.Larger(pos, objectTooLarge, data, MaxObject); problem != nil {
		return nil, diag.List{problem}.Err()
	}
	if problem := unreadableFile(file, data); problem != nil {
		return nil, diag.List{problem}.Err()
	}
	var o Object
	err := json.Unmarshal(data, &o)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		at := diag.Place(file, data, int(max(wrong.Offset-1, 0)))
		if wrong.Field == "" {
			return nil, diag.List{Problems.At(at, notHead)}.Err()
		}
		return nil, diag.List{ofWrongType(at, wrong.Field, wrong.Value, wantOf[wrong.Type.Kind().String()])}.Err()
	}
	switch {
	case !utf8.Valid(data) || err != nil || !isHead(data):
		return nil, diag.List{Problems.At(pos, notHead)}.Err()
	case o.TagCount != nil && *o.TagCount < 0:
		return nil, diag.List{ofWrongType(pos, "TagCount", strconv.Itoa(*o.TagCount), "a number from 0")}.Err()
	}
	return &o, nil
}

// wantOf says in words what a field of an Object holds.
var wantOf = map[string]string{"string": "a string", "bool": "true or false", "int": "a number", "int64": "a number"}

// isHead reports whether an object holds anything that head-object prints and
// that matters here, and nothing by which other commands of the AWS CLI describe
// objects: those never print a replication status, and one that is not there would
// pass for one that S3 does not show.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html,
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html and
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html.
func isHead(data []byte) bool {
	var held map[string]json.RawMessage
	_ = json.Unmarshal(data, &held) // valid: it was decoded before
	for _, name := range []string{"Key", "Size", "ObjectSize", "IsLatest"} {
		if _, ok := held[name]; ok {
			return false
		}
	}
	for _, name := range []string{
		"LastModified", "DeleteMarker", "ReplicationStatus", "StorageClass", "ArchiveStatus", "ServerSideEncryption", "SSECustomerAlgorithm",
		"TagCount", "ETag", "VersionId", "ContentLength", "ObjectLockMode", "ObjectLockLegalHoldStatus",
	} {
		if _, ok := held[name]; ok {
			return true
		}
	}
	return false
}
