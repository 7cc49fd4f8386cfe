package collect_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/repligrant/repligrant/collect"
	"github.com/repligrant/repligrant/internal/reads"
)

// A counter is a server that counts what arrives.
type counter struct {
	*httptest.Server
	requests atomic.Int64
}

func count(t *testing.T) *counter {
	t.Helper()
	c := &counter{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		c.requests.Add(1)
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *counter) config(t *testing.T) aws.Config {
	t.Helper()
	a := collect.Account{Endpoint: c.URL, Region: "us-east-1", Static: &collect.Credentials{AccessKeyID: "AKIA", SecretAccessKey: "s"}}
	cfg, err := collect.Config(t.Context(), a, collect.Options{Attempts: 1})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// writes are calls that change something, or read what objects hold.
var writes = map[string]func(context.Context, aws.Config) error{
	"PutBucketReplication": func(ctx context.Context, cfg aws.Config) error {
		_, err := s3.NewFromConfig(cfg).PutBucketReplication(ctx, &s3.PutBucketReplicationInput{
			Bucket: aws.String("b"), ReplicationConfiguration: &types.ReplicationConfiguration{Role: aws.String("r"), Rules: []types.ReplicationRule{}},
		})
		return err
	},
	"PutBucketPolicy": func(ctx context.Context, cfg aws.Config) error {
		_, err := s3.NewFromConfig(cfg).PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: aws.String("b"), Policy: aws.String("{}")})
		return err
	},
	"DeleteBucket": func(ctx context.Context, cfg aws.Config) error {
		_, err := s3.NewFromConfig(cfg).DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: aws.String("b")})
		return err
	},
	"GetObject": func(ctx context.Context, cfg aws.Config) error {
		_, err := s3.NewFromConfig(cfg).GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("b"), Key: aws.String("k")})
		return err
	},
	"GetObjectTagging": func(ctx context.Context, cfg aws.Config) error {
		_, err := s3.NewFromConfig(cfg).GetObjectTagging(ctx, &s3.GetObjectTaggingInput{Bucket: aws.String("b"), Key: aws.String("k")})
		return err
	},
	"ListObjectsV2": func(ctx context.Context, cfg aws.Config) error {
		_, err := s3.NewFromConfig(cfg).ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: aws.String("b")})
		return err
	},
	"ListObjects": func(ctx context.Context, cfg aws.Config) error {
		_, err := s3.NewFromConfig(cfg).ListObjects(ctx, &s3.ListObjectsInput{Bucket: aws.String("b")})
		return err
	},
	"CreateRole": func(ctx context.Context, cfg aws.Config) error {
		_, err := iam.NewFromConfig(cfg).CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("r"), AssumeRolePolicyDocument: aws.String("{}")})
		return err
	},
	"DeleteRole": func(ctx context.Context, cfg aws.Config) error {
		_, err := iam.NewFromConfig(cfg).DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: aws.String("r")})
		return err
	},
	"GetSessionToken": func(ctx context.Context, cfg aws.Config) error {
		_, err := sts.NewFromConfig(cfg).GetSessionToken(ctx, &sts.GetSessionTokenInput{})
		return err
	},
	"LeaveOrganization": func(ctx context.Context, cfg aws.Config) error {
		_, err := organizations.NewFromConfig(cfg).LeaveOrganization(ctx, &organizations.LeaveOrganizationInput{})
		return err
	},
}

// Each guard alone stops every write: nothing is sent.
func TestGuards(t *testing.T) {
	guards := map[string]func(*aws.Config){
		"both":       func(*aws.Config) {},
		"only fence": func(cfg *aws.Config) { cfg.APIOptions = nil },
		"only guard": func(cfg *aws.Config) { cfg.HTTPClient = collect.Unfenced() },
	}
	for guard, with := range guards {
		for write, do := range writes {
			t.Run(guard+"/"+write, func(t *testing.T) {
				c := count(t)
				cfg := c.config(t)
				with(&cfg)
				if err := do(t.Context(), cfg); !errors.Is(err, collect.ErrReadOnly) {
					t.Errorf("got error %v, want %v", err, collect.ErrReadOnly)
				}
				if n := c.requests.Load(); n != 0 {
					t.Errorf("%d requests were sent, want none", n)
				}
			})
		}
	}
}

// The counter of TestGuards counts: without guards, the writes are sent.
func TestGuardsAreWhatStops(t *testing.T) {
	for write, do := range writes {
		c := count(t)
		cfg := c.config(t)
		cfg.APIOptions, cfg.HTTPClient = nil, collect.Unfenced()
		if err := do(t.Context(), cfg); errors.Is(err, collect.ErrReadOnly) || c.requests.Load() != 1 {
			t.Errorf("%s without guards: %d requests, error %v; want it to be sent", write, c.requests.Load(), err)
		}
	}
}

// A presigned write could be sent by anybody later.
func TestGuardStopsPresigning(t *testing.T) {
	cfg := count(t).config(t)
	_, err := s3.NewPresignClient(s3.NewFromConfig(cfg)).PresignPutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("b"), Key: aws.String("k")})
	if !errors.Is(err, collect.ErrReadOnly) {
		t.Errorf("got error %v, want %v", err, collect.ErrReadOnly)
	}
}

// TestFence gives the fence requests that no SDK would make.
func TestFence(t *testing.T) {
	signed := func(service string) string {
		return "AWS4-HMAC-SHA256 Credential=AKIA/20261122/us-east-1/" + service + "/aws4_request, SignedHeaders=host, Signature=0"
	}
	tests := []struct {
		name, method, url, auth, target, body string
		want                                  bool
	}{
		{"read", "GET", "/b?versioning=", signed("s3"), "", "", true},
		{"read, no equals sign", "GET", "/b?versioning", signed("s3"), "", "", true},
		{"virtual host", "GET", "/?policy", signed("s3"), "", "", true},
		{"list", "GET", "/?max-buckets=10&x-id=ListBuckets", signed("s3"), "", "", true},
		{"not signed", "GET", "/b?versioning", "", "", "", false},
		{"other service", "GET", "/b?versioning", signed("s3express"), "", "", false},
		{"write", "PUT", "/b?versioning", signed("s3"), "", "", false},
		{"write without body", "DELETE", "/b?policy", signed("s3"), "", "", false},
		{"object", "GET", "/b/k?versioning", signed("s3"), "", "", false},
		{"object, escaped", "GET", "/b/%2e?tagging", signed("s3"), "", "", false},
		{"no sub-resource", "GET", "/b", signed("s3"), "", "", false},
		{"two sub-resources", "GET", "/b?policy&versioning", signed("s3"), "", "", false},
		{"twice", "GET", "/b?policy&policy", signed("s3"), "", "", false},
		{"value", "GET", "/b?policy=x", signed("s3"), "", "", false},
		{"other sub-resource", "GET", "/b?uploads", signed("s3"), "", "", false},
		{"list objects", "GET", "/b?list-type=2&x-id=ListBuckets", signed("s3"), "", "", false},
		{"x-id alone", "GET", "/b?x-id=", signed("s3"), "", "", false},
		{"body", "GET", "/b?policy", signed("s3"), "", "x", false},
		{"query", "POST", "/", signed("iam"), "", "Action=GetRole&RoleName=r", true},
		{"query of another service", "POST", "/", signed("sts"), "", "Action=GetRole&RoleName=r", false},
		{"query, write", "POST", "/", signed("iam"), "", "Action=CreateRole&RoleName=r", false},
		{"query, two actions", "POST", "/", signed("iam"), "", "Action=GetRole&Action=CreateRole", false},
		{"query, action in the URL", "POST", "/?Action=CreateRole", signed("iam"), "", "Action=GetRole", false},
		{"query by GET", "GET", "/", signed("iam"), "", "Action=GetRole", false},
		{"query, none", "POST", "/", signed("iam"), "", "", false},
		{"query, too large", "POST", "/", signed("iam"), "", "Action=GetRole&x=" + strings.Repeat("x", 70_000), false},
		{"target", "POST", "/", signed("organizations"), "AWSOrganizationsV20161128.DescribeOrganization", "{}", true},
		{"target, write", "POST", "/", signed("organizations"), "AWSOrganizationsV20161128.LeaveOrganization", "{}", false},
		{"target, other", "POST", "/", signed("organizations"), "TrentService.DescribeOrganization", "{}", false},
		{"target, none", "POST", "/", signed("organizations"), "", "{}", false},
		{"key", "POST", "/", signed("kms"), "TrentService.GetKeyPolicy", "{}", true},
		{"key, list", "POST", "/", signed("kms"), "TrentService.ListGrants", "{}", true},
		{"key, write", "POST", "/", signed("kms"), "TrentService.PutKeyPolicy", "{}", false},
		{"key, use", "POST", "/", signed("kms"), "TrentService.Decrypt", "{}", false},
		{"key, grant", "POST", "/", signed("kms"), "TrentService.CreateGrant", "{}", false},
		{"key, other target", "POST", "/", signed("kms"), "AWSOrganizationsV20161128.GetKeyPolicy", "{}", false},
		{"key, of another service", "POST", "/", signed("organizations"), "TrentService.GetKeyPolicy", "{}", false},
		{"key, query", "POST", "/?Action=Decrypt", signed("kms"), "TrentService.GetKeyPolicy", "{}", false},
		{"key by GET", "GET", "/", signed("kms"), "TrentService.GetKeyPolicy", "", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			checkFence(t, test.method, "http://aws.example"+test.url, test.body, test.want, map[string]string{"Authorization": test.auth, "X-Amz-Target": test.target})
		})
	}
}

// checkFence makes sure that the fence lets a request pass, or does not.
func checkFence(t *testing.T, method, url, body string, want bool, header map[string]string) {
	t.Helper()
	checkFenceFor(t, nil, method, url, body, want, header)
}

// checkFenceFor is checkFence where an object may be asked for.
func checkFenceFor(t *testing.T, o *collect.Object, method, url, body string, want bool, header map[string]string) {
	t.Helper()
	sent := false
	client := collect.FencedFor(roundTrip(func(*http.Request) (*http.Response, error) {
		sent = true
		return nil, errors.New("sent")
	}), o)
	r := httptest.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if body == "" {
		r.Body = http.NoBody
	}
	for name, value := range header {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	answer, err := client.RoundTrip(r)
	if answer != nil {
		t.Fatal(answer.Body.Close())
	}
	if sent != want || errors.Is(err, collect.ErrReadOnly) == want {
		t.Errorf("sent = %t (%v), want %t", sent, err, want)
	}
}

// TestFenceControl gives the fence requests of S3 Control, which are S3's by
// their signature and not by their paths.
func TestFenceControl(t *testing.T) {
	const host, own = "https://111122223333.s3-control.eu-west-1.amazonaws.com", "111122223333"
	tests := []struct {
		name, method, url, account, body string
		want                             bool
	}{
		{"public access block", "GET", host + "/v20180820/configuration/publicAccessBlock", own, "", true},
		{"list", "GET", host + "/v20180820/accesspoint?bucket=b&maxResults=9&nextToken=t", own, "", true},
		{"access point", "GET", host + "/v20180820/accesspoint/p", own, "", true},
		{"its policy", "GET", host + "/v20180820/accesspoint/p/policy", own, "", true},
		{"dual stack", "GET", "https://111122223333.s3-control.dualstack.eu-west-1.amazonaws.com/v20180820/accesspoint/p", own, "", true},
		{"an emulator", "GET", "http://127.0.0.1:5000/v20180820/accesspoint/p", own, "", true},
		{"a host of S3", "GET", "https://b.s3.eu-west-1.amazonaws.com/v20180820/accesspoint/p", own, "", false},
		{"no account", "GET", host + "/v20180820/accesspoint/p", "", "", false},
		{"write", "PUT", host + "/v20180820/accesspoint/p/policy", own, "", false},
		{"delete", "DELETE", host + "/v20180820/configuration/publicAccessBlock", own, "", false},
		{"body", "GET", host + "/v20180820/accesspoint/p", own, "x", false},
		{"query", "GET", host + "/v20180820/accesspoint/p?versioning", own, "", false},
		{"other query", "GET", host + "/v20180820/accesspoint?uploads", own, "", false},
		{"jobs", "GET", host + "/v20180820/jobs/1", own, "", false},
		{"other version", "GET", host + "/v20990101/accesspoint/p", own, "", false},
		{"up", "GET", host + "/v20180820/accesspoint/../policy", own, "", false},
		{"slash in a name", "GET", host + "/v20180820/accesspoint/a%2Fb/policy/x", own, "", false},
		{"object", "GET", host + "/v20180820/accesspoint/p/object/k", own, "", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			checkFence(t, test.method, test.url, test.body, test.want, map[string]string{
				"Authorization":    "AWS4-HMAC-SHA256 Credential=AKIA/20261122/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0",
				"X-Amz-Account-Id": test.account,
			})
		})
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// The session policy of an assumed role grants the reads and fits its quota.
func TestSessionPolicy(t *testing.T) {
	text, err := collect.SessionPolicy("aws", nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(text) > 2048 {
		t.Errorf("the session policy has %d characters, above its quota of 2048", len(text))
	}
	for _, action := range reads.Actions() {
		if !strings.Contains(text, `"`+action+`"`) {
			t.Errorf("the session policy lacks %s", action)
		}
	}
}
