package collect_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
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

// retrying is a client with the retries that calls get, whose attempts end in the
// errors given and then in a success. It counts them.
func retrying(t *testing.T, count *int, errs ...error) *s3.Client {
	t.Helper()
	a := collect.Account{Region: "us-east-1", Static: &collect.Credentials{AccessKeyID: "AKIA", SecretAccessKey: "s"}}
	cfg, err := collect.Config(t.Context(), a, collect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cfg.HTTPClient = do(func(*http.Request) (*http.Response, error) {
		*count++
		answer := func(status int, body string) (*http.Response, error) {
			return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
		}
		if *count > len(errs) {
			return answer(http.StatusOK, "<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>")
		}
		if err := errs[*count-1]; !errors.Is(err, errBusy) {
			return nil, err
		}
		return answer(http.StatusServiceUnavailable, "<Error><Code>SlowDown</Code></Error>")
	})
	return s3.NewFromConfig(cfg)
}

var errBusy = errors.New("busy")

// A refused connection, where nobody listens, is tried once more and no oftener;
// one who is busy is asked up to five times, and a moment is all that is lost.
func TestRetries(t *testing.T) {
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	tests := []struct {
		name     string
		errs     []error
		attempts int
		within   time.Duration
		want     string
	}{
		{"refused", []error{refused, refused, refused, refused, refused, refused}, 2, 200 * time.Millisecond, "Unreachable"},
		{"refused once", []error{refused}, 2, 200 * time.Millisecond, ""},
		{"busy", []error{errBusy, errBusy, errBusy, errBusy, errBusy, errBusy}, 5, 20 * time.Second, "SlowDown"},
		{"busy at first", []error{errBusy, errBusy, errBusy}, 4, 15 * time.Second, ""},
	}
	for _, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			start, attempts := time.Now(), 0
			_, err := retrying(t, &attempts, test.errs...).ListBuckets(t.Context(), &s3.ListBucketsInput{})
			got := ""
			if err != nil {
				got = collect.Reason(t.Context(), err)
			}
			if took := time.Since(start); attempts != test.attempts || got != test.want || took > test.within {
				t.Errorf("%s: %d attempts in %v, reason %q; want %d within %v, reason %q", test.name, attempts, took, got, test.attempts, test.within, test.want)
			}
		})
	}
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
