package fakeaws

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/reads"
	"github.com/repligrant/repligrant/snapshot"
)

// s3 answers a read of S3.
func (f *Server) s3(r *request, account *snapshot.Account) answer {
	if r.Operation == "ListBuckets" {
		return f.listBuckets(r, account)
	}
	name, _, _ := strings.Cut(r.Resource, "/")
	owner, bucket, state := f.held.FindBucket(name)
	expected := r.Header.Get("X-Amz-Expected-Bucket-Owner")
	switch {
	case state == fact.None && owner != "":
		return r.fail(noSuchBucket, "The specified bucket does not exist")
	case bucket == nil:
		return r.fail(accessDenied, "Access Denied")
	case bucket.Region != "" && bucket.Region != r.region:
		return f.redirect(r, bucket.Region)
	case expected != "" && expected != owner:
		return r.fail(accessDenied, "Access Denied")
	case owner != r.Account && r.Operation == "GetBucketPolicy":
		return r.fail("MethodNotAllowed", "The specified method is not allowed against this resource.")
	case owner != r.Account:
		return r.fail(accessDenied, "Access Denied")
	}
	if r.Operation == reads.HeadObject {
		return f.object(r)
	}
	return r.setting(bucket)
}

// object answers with what is known of an object version, in headers.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html.
func (f *Server) object(r *request) answer {
	o, ok := f.opts.Objects[r.Resource]
	_, named := r.form["versionId"]
	a := answer{header: map[string]string{}}
	set := func(name, value string) {
		if value != "" {
			a.header[name] = value
		}
	}
	set("X-Amz-Version-Id", o.VersionID)
	modified := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC).Format(http.TimeFormat)
	switch {
	case !ok:
		a.status = http.StatusNotFound
	case o.DeleteMarker && named:
		a.status, a.header["Last-Modified"] = http.StatusMethodNotAllowed, modified
	case o.DeleteMarker:
		a.status, a.header["X-Amz-Delete-Marker"] = http.StatusNotFound, "true"
	default:
		a.header["Last-Modified"], a.header["ETag"] = modified, `"5eb63bbbe01eeed093cb22bb8f5acdc3"`
		a.header["Content-Length"] = "11"
		known(o, set)
	}
	return a
}

// known sets what is known of an object.
func known(o snapshot.Object, set func(name, value string)) {
	set("X-Amz-Replication-Status", o.ReplicationStatus)
	set("X-Amz-Storage-Class", o.StorageClass)
	set("X-Amz-Archive-Status", o.ArchiveStatus)
	set("X-Amz-Server-Side-Encryption", o.ServerSideEncryption)
	set("X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id", o.SSEKMSKeyID)
	set("X-Amz-Server-Side-Encryption-Customer-Algorithm", o.SSECustomerAlgorithm)
	set("X-Amz-Object-Lock-Mode", o.ObjectLockMode)
	set("X-Amz-Object-Lock-Legal-Hold", o.ObjectLockLegalHoldStatus)
	if o.BucketKeyEnabled {
		set("X-Amz-Server-Side-Encryption-Bucket-Key-Enabled", "true")
	}
	if o.TagCount != nil {
		set("X-Amz-Tagging-Count", strconv.Itoa(*o.TagCount))
	}
}

// redirect sends a call to the Region of the bucket.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
func (f *Server) redirect(r *request, region string) answer {
	if f.opts.MalformedRegion {
		return r.fail("AuthorizationHeaderMalformed",
			"The authorization header is malformed; the region '"+r.region+"' is wrong; expecting '"+region+"'")
	}
	a := r.fail("PermanentRedirect", "The bucket you are attempting to access must be addressed using the specified endpoint.")
	a.header = map[string]string{"X-Amz-Bucket-Region": region}
	return a
}

// setting answers with one setting of a bucket of the caller's account.
func (r *request) setting(b *snapshot.Bucket) answer {
	switch r.Operation {
	case "GetBucketVersioning":
		return withFact(r, b.Versioning, accessDenied, inXML[snapshot.Versioning]("VersioningConfiguration"))
	case "GetBucketReplication":
		return asXML(r, b.ReplicationConfiguration, "ReplicationConfigurationNotFoundError", "ReplicationConfiguration")
	case "GetBucketPolicy":
		return r.bucketPolicy(b)
	case "GetBucketOwnershipControls":
		return asXML(r, b.OwnershipControls, "OwnershipControlsNotFoundError", "OwnershipControls")
	case "GetBucketEncryption":
		return asXML(r, b.ServerSideEncryptionConfiguration, "ServerSideEncryptionConfigurationNotFoundError", "ServerSideEncryptionConfiguration")
	case "GetPublicAccessBlock":
		return asXML(r, b.PublicAccessBlockConfiguration, "NoSuchPublicAccessBlockConfiguration", "PublicAccessBlockConfiguration")
	case "GetObjectLockConfiguration":
		return asXML(r, b.ObjectLockConfiguration, "ObjectLockConfigurationNotFoundError", "ObjectLockConfiguration")
	case "GetBucketRequestPayment":
		return asXML(r, b.RequestPayment, accessDenied, "RequestPaymentConfiguration")
	case "GetBucketLifecycleConfiguration":
		return asXML(r, b.LifecycleConfiguration, "NoSuchLifecycleConfiguration", "LifecycleConfiguration")
	case "GetBucketNotificationConfiguration":
		if b.NotificationConfiguration.State() == fact.None {
			return answer{body: "<NotificationConfiguration/>"}
		}
		return asXML(r, b.NotificationConfiguration, "", "NotificationConfiguration")
	case "GetBucketTagging":
		return withFact(r, b.Tagging, "NoSuchTagSet", func(tags []tag) answer {
			return encode("Tagging", map[string]any{"TagSet": map[string]any{"Tags": tags}})
		})
	}
	return r.refuse()
}

// asXML answers with a setting in S3's XML, or with the error none.
func asXML[T any](r *request, f fact.Value[T], none, root string) answer {
	return withFact(r, f, none, inXML[T](root))
}

func inXML[T any](root string) func(T) answer {
	return func(v T) answer { return encode(root, v) }
}

// encode is a success in XML. A value that has no JSON form is the fault of
// whoever built the snapshot, and the caller is told.
func encode(root string, v any) answer {
	text, err := toXML(root, v)
	if err != nil {
		return answer{status: 500, body: err.Error()}
	}
	return answer{body: text}
}

func (r *request) bucketPolicy(b *snapshot.Bucket) answer {
	return withFact(r, b.Policy.Value, "NoSuchBucketPolicy", func(d *policyDocument) answer {
		text, err := documentText(d)
		if err != nil {
			return answer{status: 500, body: err.Error()}
		}
		return answer{body: text}
	})
}

func (f *Server) listBuckets(r *request, account *snapshot.Account) answer {
	if why := account.Errors["ListBuckets"]; why != "" {
		return r.unread(why)
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(account.Buckets)) {
		if account.Buckets[name] != nil {
			names = append(names, name)
		}
	}
	page, next := f.page(names, r.value("continuation-token"))
	var body strings.Builder
	body.WriteString("<ListAllMyBucketsResult><Buckets>")
	for _, name := range page {
		region := element("BucketRegion", account.Buckets[name].Region)
		body.WriteString("<Bucket>" + element("Name", name) + region + "</Bucket>")
	}
	body.WriteString("</Buckets>")
	if next != "" {
		body.WriteString(element("ContinuationToken", next))
	}
	return answer{body: body.String() + "</ListAllMyBucketsResult>"}
}
