package collect

import (
	"cmp"
	"context"

	"github.com/aws/smithy-go/middleware"
	"golang.org/x/time/rate"
)

// rates are how many calls per second a service of an account gets, and how
// many at once. AWS publishes none for S3 settings and for IAM; the account is
// shared with its owners, so these stay far below what others found to work.
// For Organizations see
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html,
// for STS https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
var rates = map[string]struct {
	perSecond rate.Limit
	burst     int
}{
	"S3":            {10, 20},
	"IAM":           {5, 10},
	"STS":           {50, 50},
	"Organizations": {1, 2},
}

// limiter returns the limiter of one service of one account.
func (o Options) limiter(service string) *rate.Limiter {
	if o.Rate > 0 {
		return rate.NewLimiter(rate.Limit(o.Rate), int(o.Rate)+1)
	}
	r := rates[service]
	return rate.NewLimiter(r.perSecond, r.burst)
}

// limit makes each attempt of a call wait for l. It stands after the retries,
// which would otherwise not count.
func limit(l *rate.Limiter) func(*middleware.Stack) error {
	wait := middleware.FinalizeMiddlewareFunc("RateLimit",
		func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
			if err := l.Wait(ctx); err != nil {
				err = cmp.Or(ctx.Err(), context.DeadlineExceeded) // or the turn would come too late
				return middleware.FinalizeOutput{}, middleware.Metadata{}, err
			}
			return next.HandleFinalize(ctx, in)
		})
	return func(stack *middleware.Stack) error {
		return stack.Finalize.Insert(wait, "Retry", middleware.After)
	}
}
