package collect

import (
	"cmp"
	"context"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	"golang.org/x/time/rate"
)

// rates are how many calls per second a service of an account gets, and how
// many at once. AWS publishes none for S3 settings and for IAM; the account is
// shared with its owners, so these stay far below what others found to work.
// For KMS see https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html,
// for Organizations
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html,
// for STS https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
var rates = map[string]struct {
	perSecond rate.Limit
	burst     int
}{
	"S3":            {10, 20},
	"S3 Control":    {5, 10},
	"KMS":           {20, 40},
	"IAM":           {5, 10},
	"STS":           {50, 50},
	"Organizations": {1, 2},
}

// operationRates are the rates of single operations, of which there are many
// calls in a large organization.
//
// See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html.
var operationRates = map[string]struct {
	perSecond rate.Limit
	burst     int
}{
	"ListAccounts":          {8, 12},
	"ListParents":           {5, 8},
	"ListPoliciesForTarget": {5, 8},
	"DescribePolicy":        {2, 2},
}

// limiters returns the limiters of single operations of one account, by name.
func (o Options) limiters() map[string]*rate.Limiter {
	all := make(map[string]*rate.Limiter)
	for operation, r := range operationRates {
		all[operation] = rate.NewLimiter(r.perSecond, r.burst)
		if o.Rate > 0 {
			all[operation] = rate.NewLimiter(rate.Limit(o.Rate), int(o.Rate)+1)
		}
	}
	return all
}

// limiter returns the limiter of one service of one account.
func (o Options) limiter(service string) *rate.Limiter {
	if o.Rate > 0 {
		return rate.NewLimiter(rate.Limit(o.Rate), int(o.Rate)+1)
	}
	r := rates[service]
	return rate.NewLimiter(r.perSecond, r.burst)
}

// limit makes each attempt of a call wait for l, or for the limiter that its
// operation has for itself. It stands after the retries, which would otherwise
// not count.
func limit(l *rate.Limiter, own map[string]*rate.Limiter) func(*middleware.Stack) error {
	wait := middleware.FinalizeMiddlewareFunc("RateLimit",
		func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
			if err := cmp.Or(own[awsmiddleware.GetOperationName(ctx)], l).Wait(ctx); err != nil {
				err = cmp.Or(ctx.Err(), context.DeadlineExceeded) // or the turn would come too late
				return middleware.FinalizeOutput{}, middleware.Metadata{}, err
			}
			return next.HandleFinalize(ctx, in)
		})
	return func(stack *middleware.Stack) error {
		return stack.Finalize.Insert(wait, "Retry", middleware.After)
	}
}
