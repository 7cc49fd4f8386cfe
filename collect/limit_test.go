package collect_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/middleware"

	"github.com/repligrant/repligrant/collect"
)

type do func(*http.Request) (*http.Response, error)

func (f do) Do(r *http.Request) (*http.Response, error) { return f(r) }

// busy answers every attempt of a client with 503, and retries at once.
func busy(attempts int, apart collect.Options) *s3.Client {
	return s3.New(s3.Options{
		Region:      "us-east-1",
		Credentials: credentials.NewStaticCredentialsProvider("AKIA", "secret", ""),
		HTTPClient: do(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusServiceUnavailable, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("<Error><Code>SlowDown</Code></Error>"))}, nil
		}),
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts, o.RateLimiter = attempts, ratelimit.None
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		}),
		APIOptions: []func(*middleware.Stack) error{collect.Limit(apart, "Organizations")},
	})
}

// Every attempt counts, not only every call: two at once, then one a second.
func TestLimitCountsAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := busy(6, collect.Options{}).ListBuckets(t.Context(), &s3.ListBucketsInput{})
		if got := time.Since(start); err == nil || got != 4*time.Second {
			t.Errorf("six attempts took %v (%v), want 4s", got, err)
		}
	})
}

// A turn that comes too late for the call is a timeout.
func TestLimitTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		_, err := busy(6, collect.Options{}).ListBuckets(ctx, &s3.ListBucketsInput{})
		if got := collect.Reason(t.Context(), err); got != "Timeout" {
			t.Errorf("got reason %q (%v), want Timeout", got, err)
		}
	})
}

func TestLimitOfTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := busy(6, collect.Options{Rate: 100}).ListBuckets(t.Context(), &s3.ListBucketsInput{})
		if got := time.Since(start); err == nil || got != 0 {
			t.Errorf("six attempts took %v (%v), want none", got, err)
		}
	})
}
