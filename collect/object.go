package collect

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/reads"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// An Object is one object version. Of a nil Object nothing is asked.
type Object struct {
	Bucket, Key string
	VersionID   string // "": the current version
}

// SnapshotAndObject is [Snapshot], and asks S3 then for what it says of an object
// version, with a HEAD request in the account that holds its bucket. No other
// request for an object passes the guards. The object is not there where S3 says
// so, and not read where no account has the bucket or S3 did not answer.
func SnapshotAndObject(ctx context.Context, accounts []Account, o Object, opts Options) (*snapshot.Snapshot, fact.Value[snapshot.Object], error) {
	if !bucketName.MatchString(o.Bucket) || o.Key == "" {
		return nil, fact.Value[snapshot.Object]{}, wrong("collect-object", "bucket", strconv.Quote(o.Bucket), "key", strconv.Quote(o.Key))
	}
	opts.object = &o
	r, err := collect(ctx, accounts, opts)
	if r == nil {
		return nil, fact.Value[snapshot.Object]{}, err
	}
	return r.held, r.head(ctx, o), err
}

// asked reports whether the parameters of a call ask for o.
func (o *Object) asked(parameters any) bool {
	in, ok := parameters.(*s3.HeadObjectInput)
	return ok && o != nil && aws.ToString(in.Bucket) == o.Bucket && aws.ToString(in.Key) == o.Key && aws.ToString(in.VersionId) == o.VersionID
}

// recognise takes a HEAD of o, and of nothing else.
func (o *Object) recognise(r *http.Request, body []byte) (reads.Read, bool) {
	if o == nil || r.Method != http.MethodHead || len(body) > 0 || scope(r) != "s3" || r.Header.Get(accountHeader) != "" {
		return reads.Read{}, false
	}
	path, err := url.PathUnescape(r.URL.EscapedPath())
	query, wrong := url.ParseQuery(r.URL.RawQuery)
	if err != nil || wrong != nil || !o.at(r.URL.Hostname(), path) {
		return reads.Read{}, false
	}
	for name, values := range query {
		if name != "versionId" || len(values) != 1 || values[0] != o.VersionID || o.VersionID == "" {
			return reads.Read{}, false
		}
	}
	return reads.OfObject(o.VersionID != ""), (len(query) == 1) == (o.VersionID != "")
}

// at reports whether a host and a path are those of o: with the bucket in the
// host, or in the path.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html.
func (o *Object) at(host, path string) bool {
	if strings.HasPrefix(host, o.Bucket+".") && awsHost.MatchString(host) {
		return path == "/"+o.Key
	}
	return path == "/"+o.Bucket+"/"+o.Key
}

// statement allows a session to ask for o. What a session policy has no room for,
// or cannot spell, it grants with the objects that begin alike: the guards let
// nothing but o pass.
//
// See https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html.
func (o *Object) statement(partition string) policy.Statement {
	const room = 256 // of 2,048 characters, beside the other reads
	key, whole := replication.EscapePrefix(o.Key)
	if len(key) > room {
		key, whole = "", false
	}
	if !whole {
		key += "*"
	}
	return policy.Statement{
		Effect: policy.Allow, Action: policy.One(reads.OfObject(o.VersionID != "").Action),
		Resource: policy.One(arn.Object(partition, o.Bucket, key)),
	}
}

// head asks for an object version in the account that holds its bucket.
func (r *run) head(ctx context.Context, o Object) fact.Value[snapshot.Object] {
	for _, s := range r.sorted() {
		s.mu.Lock()
		bucket := s.held.Buckets[o.Bucket]
		s.mu.Unlock()
		if bucket != nil {
			return s.head(ctx, o, bucket.Region)
		}
	}
	return fact.Value[snapshot.Object]{}
}

// head asks for an object version, and once more in the Region that S3 sends it
// to.
func (s *session) head(ctx context.Context, o Object, region string) fact.Value[snapshot.Object] {
	in := s3.HeadObjectInput{Bucket: aws.String(o.Bucket), Key: aws.String(o.Key), ExpectedBucketOwner: aws.String(s.ID)}
	if o.VersionID != "" {
		in.VersionId = aws.String(o.VersionID)
	}
	ask := func(ctx context.Context) (*s3.HeadObjectOutput, error) { return s.s3In(region).HeadObject(ctx, &in) }
	out, err := call(ctx, s, reads.HeadObject, o.Bucket, ask)
	if other := regionOf(err); other != "" && other != region {
		region = other
		out, err = call(ctx, s, reads.HeadObject, o.Bucket, ask)
	}
	if err != nil {
		return o.refused(ctx, err)
	}
	if got := aws.ToString(out.VersionId); o.VersionID != "" && got != o.VersionID && got != "" {
		return fact.Unread[snapshot.Object](brokenAnswer)
	}
	return fact.Of(headOf(out))
}

// regionOf is the Region of the bucket that an answer to a HEAD request names; ""
// for none. Such an answer has no words, and its status is not always that of a
// redirect.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html.
func regionOf(err error) string {
	answer, ok := errors.AsType[*smithyhttp.ResponseError](err)
	if !ok || answer.Response == nil {
		return ""
	}
	switch named := answer.Response.Header.Get("X-Amz-Bucket-Region"); answer.HTTPStatusCode() {
	case http.StatusMovedPermanently, http.StatusTemporaryRedirect, http.StatusBadRequest:
		if region.MatchString(named) {
			return named
		}
	}
	return ""
}

// deleteMarker is the header by which S3 says that a version is a delete marker.
const deleteMarker = "X-Amz-Delete-Marker"

// refused is what an error says of an object version. It is a delete marker where
// S3 says so: with status 404 of the current version, and with 405 of one that is
// named. Status 404 alone means that there is none; 403 may mean the same to those
// who may not list the bucket, and is no answer.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html.
func (o Object) refused(ctx context.Context, err error) fact.Value[snapshot.Object] {
	answer, ok := errors.AsType[*smithyhttp.ResponseError](err)
	if !ok || answer.Response == nil {
		return fact.Unread[snapshot.Object](reason(ctx, err))
	}
	header := answer.Response.Header
	marker := header.Get(deleteMarker) == "true"
	switch status := answer.HTTPStatusCode(); {
	case status == http.StatusNotFound && marker,
		status == http.StatusMethodNotAllowed && o.VersionID != "" && (marker || header.Get("Last-Modified") != ""):
		version := o.VersionID
		if version == "" {
			version = header.Get("X-Amz-Version-Id")
		}
		return fact.Of(snapshot.Object{DeleteMarker: true, VersionID: version})
	case status == http.StatusNotFound:
		return fact.Absent[snapshot.Object]()
	case status == http.StatusForbidden:
		return fact.Unread[snapshot.Object](accessDenied)
	}
	return fact.Unread[snapshot.Object](reason(ctx, err))
}

// headOf is an answer in the shape of a snapshot.
func headOf(out *s3.HeadObjectOutput) snapshot.Object {
	size := aws.ToInt64(out.ContentLength)
	o := snapshot.Object{
		ContentLength: &size,
		VersionID:     aws.ToString(out.VersionId), DeleteMarker: aws.ToBool(out.DeleteMarker),
		ReplicationStatus: string(out.ReplicationStatus), StorageClass: string(out.StorageClass), ArchiveStatus: string(out.ArchiveStatus),
		ServerSideEncryption: string(out.ServerSideEncryption), SSEKMSKeyID: aws.ToString(out.SSEKMSKeyId),
		BucketKeyEnabled: aws.ToBool(out.BucketKeyEnabled), SSECustomerAlgorithm: aws.ToString(out.SSECustomerAlgorithm),
		ObjectLockMode: string(out.ObjectLockMode), ObjectLockLegalHoldStatus: string(out.ObjectLockLegalHoldStatus),
	}
	if out.LastModified != nil {
		o.LastModified = out.LastModified.UTC().Format(time.RFC3339)
	}
	if out.TagCount != nil {
		n := int(*out.TagCount)
		o.TagCount = &n
	}
	return o
}
