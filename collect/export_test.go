package collect

import (
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go/middleware"
)

// The parts that tests take apart.
var (
	Guard         = guard(nil)
	FencedFor     = func(next http.RoundTripper, o *Object) http.RoundTripper { return fence{next, o} }
	SessionPolicy = sessionPolicy
	Reason        = reason
)

// Config returns the configuration that all clients of an account are made of.
func Config(ctx context.Context, a Account, opts Options) (aws.Config, error) {
	return a.awsConfig(ctx, opts.withDefaults())
}

// Unfenced is an HTTP client without the second guard.
func Unfenced() aws.HTTPClient { return awshttp.NewBuildableClient() }

// Limit returns the limiter of a service as a middleware.
func Limit(o Options, service string) func(*middleware.Stack) error {
	o = o.withDefaults()
	return limit(o.limiter(service), o.limiters())
}
