package fakeaws_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"github.com/repligrant/repligrant/collect/fakeaws"
	"github.com/repligrant/repligrant/snapshot"
)

const (
	owner   = "111122223333"
	foreign = "444455556666"
)

func start(t *testing.T, accounts string) *fakeaws.Server {
	t.Helper()
	s, err := snapshot.Parse("held.json", []byte(`{"schema": "repligrant.snapshot/v1", "accounts": `+accounts+`}`))
	if err != nil {
		t.Fatal(err)
	}
	fake, err := fakeaws.Start(s, fakeaws.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = fake.Close() })
	return fake
}

// client is a client of the real SDK, without the guards of collect.
func client(fake *fakeaws.Server, account string) *s3.Client {
	id, secret := fakeaws.AccessKey(account)
	return s3.New(s3.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(fake.URL), UsePathStyle: true, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(id, secret, ""),
	})
}

func code(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return ""
}

const held = `{"111122223333": {"buckets": {"acme": {"Region": "us-east-1", "Versioning": {}, "Policy": {"Statement": []}}, "gone": null}}, "444455556666": {}}`

// The settings of a bucket are for its owner, as at AWS.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html and
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html.
func TestForeignBuckets(t *testing.T) {
	fake := start(t, held)
	policy := func(account, bucket string) string {
		_, err := client(fake, account).GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: &bucket})
		return code(err)
	}
	versioning := func(account, bucket string, expected *string) string {
		_, err := client(fake, account).GetBucketVersioning(t.Context(), &s3.GetBucketVersioningInput{Bucket: &bucket, ExpectedBucketOwner: expected})
		return code(err)
	}
	tests := []struct{ name, got, want string }{
		{"policy, owner", policy(owner, "acme"), ""},
		{"policy, foreign", policy(foreign, "acme"), "MethodNotAllowed"},
		{"policy, none", policy(owner, "gone"), "NoSuchBucket"},
		{"policy, not in the snapshot", policy(owner, "other"), "AccessDenied"},
		{"versioning, owner", versioning(owner, "acme", aws.String(owner)), ""},
		{"versioning, foreign", versioning(foreign, "acme", nil), "AccessDenied"},
		{"versioning, other owner expected", versioning(owner, "acme", aws.String(foreign)), "AccessDenied"},
	}
	for _, test := range tests {
		if test.got != test.want {
			t.Errorf("%s: got code %q, want %q", test.name, test.got, test.want)
		}
	}
}

// What is no read is refused, and recorded apart from the reads.
func TestRefusesWrites(t *testing.T) {
	fake := start(t, held)
	api := client(fake, owner)
	_, put := api.PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: aws.String("acme"), Policy: aws.String("{}")})
	_, get := api.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("acme"), Key: aws.String("k")})
	_, list := api.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("acme")})
	for name, err := range map[string]error{"put": put, "get": get, "list": list} {
		if code(err) != "AccessDenied" {
			t.Errorf("%s: got %v, want AccessDenied", name, err)
		}
	}
	if calls, refused := fake.Calls(), fake.Refused(); len(calls) != 0 || len(refused) != 3 {
		t.Errorf("got %d calls and %d refused, want 0 and 3: %v %v", len(calls), len(refused), calls, refused)
	}
}

// Requests that no SDK makes are refused too.
func TestRefusesStrangers(t *testing.T) {
	fake := start(t, held)
	key, _ := fakeaws.AccessKey(owner)
	other, _ := fakeaws.AccessKey("777788889999")
	signed := func(key, service string) string {
		return "AWS4-HMAC-SHA256 Credential=" + key + "/20261122/us-east-1/" + service + "/aws4_request, SignedHeaders=host, Signature=0"
	}
	tests := []struct{ name, method, path, auth, body string }{
		{"not signed", "GET", "/acme?versioning", "", ""},
		{"unknown key", "GET", "/acme?versioning", signed("AKIA0123456789012345", "s3"), ""},
		{"unknown account", "GET", "/acme?versioning", signed(other, "s3"), ""},
		{"unknown service", "GET", "/acme?versioning", signed(key, "ec2"), ""},
		{"form by GET", "GET", "/?Action=GetRole", signed(key, "iam"), ""},
		{"write by form", "POST", "/", signed(key, "iam"), "Action=CreateRole"},
	}
	for _, test := range tests {
		r, err := http.NewRequestWithContext(t.Context(), test.method, fake.URL+test.path, strings.NewReader(test.body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", test.auth)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusForbidden {
			t.Errorf("%s: got status %d (%s, %v), want 403", test.name, answer.StatusCode, body, err)
		}
	}
	if n := len(fake.Refused()); n != len(tests) {
		t.Errorf("%d were recorded as refused, want %d", n, len(tests))
	}
}
