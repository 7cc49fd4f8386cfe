package collect

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/internal/reads"
)

// A fence is the second of two guards: it looks at the request as it goes out
// and knows nothing of the SDK. What it cannot name it refuses.
type fence struct {
	next   http.RoundTripper
	object *Object // that S3 may be asked for; nil: none
}

// maxRequest is the size of the largest request body, in bytes. An AssumeRole
// with a session policy stays far below.
const maxRequest = 64 << 10

// RoundTrip sends a request that only reads.
func (f fence) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := requestBody(r)
	if err != nil {
		return nil, err
	}
	read, ok := recognise(r, body)
	if !ok {
		read, ok = f.object.recognise(r, body)
	}
	if !ok {
		return nil, fmt.Errorf("%w: a %s request to %s was not sent", ErrReadOnly, r.Method, r.URL.Host)
	}
	if body != nil {
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	answer, err := f.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	return checkAnswer(answer, read)
}

// requestBody takes the body out of r; nil if it has none.
func requestBody(r *http.Request) ([]byte, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	defer func() { _ = r.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequest+1))
	if err == nil && len(body) > maxRequest {
		return nil, fmt.Errorf("%w: a request with a body above %d bytes was not sent", ErrReadOnly, maxRequest)
	}
	return body, err
}

// recognise returns the read that a request asks for. The service is that which
// the signature is for.
func recognise(r *http.Request, body []byte) (reads.Read, bool) {
	switch scope(r) {
	case "s3":
		if r.Header.Get(accountHeader) != "" {
			return recogniseControl(r, body)
		}
		return recogniseS3(r, body)
	case "kms":
		return recogniseTarget("KMS", "TrentService.", r)
	case "iam":
		return recogniseQuery("IAM", r, body)
	case "sts":
		return recogniseQuery("STS", r, body)
	case "organizations":
		return recogniseTarget("Organizations", "AWSOrganizationsV20161128.", r)
	}
	return reads.Read{}, false
}

// credential is the part of a Signature Version 4 that names the service.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html.
var credential = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=[^/, ]+/[0-9]{8}/[a-z0-9-]+/([a-z0-9]+)/aws4_request,`)

// scope returns the service that r is signed for, or "".
func scope(r *http.Request) string {
	if m := credential.FindStringSubmatch(r.Header.Get("Authorization")); m != nil {
		return m[1]
	}
	return ""
}

// listQuery are the parameters of ListBuckets.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html.
var listQuery = []string{"x-id", "max-buckets", "continuation-token", "prefix", "bucket-region"}

// recogniseS3 takes a GET of one sub-resource of a bucket, or of the list of
// buckets. A path with a key in it is no bucket.
func recogniseS3(r *http.Request, body []byte) (reads.Read, bool) {
	if r.Method != http.MethodGet || len(body) > 0 || strings.Contains(strings.Trim(r.URL.EscapedPath(), "/"), "/") {
		return reads.Read{}, false
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return reads.Read{}, false
	}
	if query.Get("x-id") == "ListBuckets" {
		for name := range query {
			if !slices.Contains(listQuery, name) {
				return reads.Read{}, false
			}
		}
		return reads.Find("S3", "ListBuckets")
	}
	for name, values := range query {
		if len(query) == 1 && len(values) == 1 && values[0] == "" && name != "x-id" {
			return reads.Query(name)
		}
	}
	return reads.Read{}, false
}

// accountHeader names the account that a request to S3 Control is about. No
// request to S3 has it.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetPublicAccessBlock.html.
const accountHeader = "X-Amz-Account-Id"

// controlQuery are the parameters of ListAccessPoints, the only ones that S3
// Control gets.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_ListAccessPoints.html.
var controlQuery = []string{"bucket", "maxResults", "nextToken"}

// recogniseControl takes a GET of S3 Control by its path. The host makes sure
// that the path cannot be one of S3, where it would be that of an object.
func recogniseControl(r *http.Request, body []byte) (reads.Read, bool) {
	if r.Method != http.MethodGet || len(body) > 0 || !controlHost(r.URL.Hostname()) {
		return reads.Read{}, false
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return reads.Read{}, false
	}
	read, _, ok := reads.Path(r.URL.EscapedPath())
	for name := range query {
		ok = ok && read.Operation == "ListAccessPoints" && slices.Contains(controlQuery, name)
	}
	return read, ok
}

// awsHost ends the host names of AWS's public endpoints.
//
// See https://docs.aws.amazon.com/general/latest/gr/rande.html.
var awsHost = regexp.MustCompile(`\.(amazonaws\.com(\.cn)?|amazonaws\.eu|api\.aws|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$`)

// controlHost reports whether a host may be one of S3 Control: where it is one
// of AWS, it says so.
//
// See https://docs.aws.amazon.com/general/latest/gr/s3.html and
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html.
func controlHost(host string) bool {
	return !awsHost.MatchString(host) || strings.Contains(host, ".s3-control") || strings.Contains(host, ".control.vpce-")
}

// recogniseQuery takes a request of the Query protocol by the Action in its
// form.
func recogniseQuery(service string, r *http.Request, body []byte) (reads.Read, bool) {
	form, err := url.ParseQuery(string(body))
	if err != nil || r.Method != http.MethodPost || r.URL.RawQuery != "" || len(form["Action"]) != 1 {
		return reads.Read{}, false
	}
	return reads.Find(service, form.Get("Action"))
}

// recogniseTarget takes a request of a JSON protocol by its target.
func recogniseTarget(service, prefix string, r *http.Request) (reads.Read, bool) {
	targets := r.Header.Values("X-Amz-Target")
	if r.Method != http.MethodPost || r.URL.RawQuery != "" || len(targets) != 1 {
		return reads.Read{}, false
	}
	operation, ok := strings.CutPrefix(targets[0], prefix)
	if !ok {
		return reads.Read{}, false
	}
	return reads.Find(service, operation)
}
