package collect

import (
	"cmp"
	"context"
	"errors"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/smithy-go/middleware"
	"golang.org/x/sync/semaphore"

	"github.com/repligrant/repligrant/snapshot"
)

// A session is an account that was entered.
type session struct {
	Account
	run   *run
	cfg   aws.Config
	iam   iamAPI
	waits map[string]func(*middleware.Stack) error // by service
	slots *semaphore.Weighted

	mu      sync.Mutex
	s3      map[string]s3API // by Region
	kms     map[string]kmsAPI
	control map[string]controlAPI
	aliases map[string]*aliases // by Region
	buckets map[string]*bucketReader
	roles   map[string]string // name to the ARN that IAM gave
	users   map[string]string
	held    *snapshot.Account

	management               string   // account ID of the organization, if it is in one
	wantedRoles, wantedUsers []string // ARNs
}

func newSession(r *run, a Account, cfg aws.Config, held *snapshot.Account) *session {
	s := &session{
		Account: a, run: r, cfg: cfg, held: held,
		waits:   make(map[string]func(*middleware.Stack) error),
		slots:   semaphore.NewWeighted(int64(r.opts.Calls)),
		s3:      make(map[string]s3API),
		kms:     make(map[string]kmsAPI),
		control: make(map[string]controlAPI),
		aliases: make(map[string]*aliases),
		buckets: make(map[string]*bucketReader),
		roles:   make(map[string]string),
		users:   make(map[string]string),
	}
	operations := r.opts.limiters()
	for service := range rates {
		s.waits[service] = limit(r.opts.limiter(service), operations)
	}
	s.iam = iam.NewFromConfig(cfg, func(o *iam.Options) { o.APIOptions = append(o.APIOptions, s.waits["IAM"]) })
	return s
}

// in returns the client for a Region out of clients, which belong to s; "" is the
// Region of the account.
func in[T any](s *session, clients map[string]T, region string, build func(region string) T) T {
	region = cmp.Or(region, s.cfg.Region)
	s.mu.Lock()
	defer s.mu.Unlock()
	if client, ok := clients[region]; ok {
		return client
	}
	clients[region] = build(region)
	return clients[region]
}

func (s *session) s3In(region string) s3API {
	return in(s, s.s3, region, func(region string) s3API {
		return s3.NewFromConfig(s.cfg, func(o *s3.Options) {
			o.Region = region
			o.APIOptions = append(o.APIOptions, s.waits["S3"])
		})
	})
}

func (s *session) kmsIn(region string) kmsAPI {
	return in(s, s.kms, region, func(region string) kmsAPI {
		return kms.NewFromConfig(s.cfg, func(o *kms.Options) {
			o.Region = region
			o.APIOptions = append(o.APIOptions, s.waits["KMS"])
		})
	})
}

func (s *session) controlIn(region string) controlAPI {
	return in(s, s.control, region, func(region string) controlAPI {
		return s3control.NewFromConfig(s.cfg, func(o *s3control.Options) {
			o.Region = region
			o.APIOptions = append(o.APIOptions, s.waits["S3 Control"])
			hostAsGiven(o)
		})
	})
}

func (s *session) organizations() organizationsAPI {
	return organizations.NewFromConfig(s.cfg, func(o *organizations.Options) {
		o.APIOptions = append(o.APIOptions, s.waits["Organizations"])
	})
}

// call makes one API call: one of few at a time, and with a time limit.
func call[T any](ctx context.Context, s *session, operation, resource string, do func(context.Context) (T, error)) (T, error) {
	var none T
	if err := s.slots.Acquire(ctx, 1); err != nil {
		return none, err
	}
	defer s.slots.Release(1)
	limited, cancel := context.WithTimeout(ctx, s.run.opts.Timeout)
	defer cancel()
	start := s.run.opts.Now()
	out, err := do(limited)
	why := ""
	if err != nil {
		why = reason(ctx, err)
	}
	s.run.called(s.ID, resource)
	s.run.opts.Log.DebugContext(ctx, "call", "account", s.ID, "operation", operation, "resource", resource,
		"took", s.run.opts.Now().Sub(start), "answer", why)
	return out, err
}

// maxPages is how many pages a list may have. No list that is read here has
// nearly as many.
const maxPages = 1_000

// pages reads all pages of a list.
func pages[T any](page func(token *string) (items []T, next *string, err error)) ([]T, error) {
	var all []T
	var token *string
	seen := make(map[string]bool)
	for range maxPages {
		items, next, err := page(token)
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
		if aws.ToString(next) == "" {
			return all, nil
		}
		if seen[*next] {
			break
		}
		token, seen[*next] = next, true
	}
	return nil, &answerError{brokenAnswer, "a list does not end"}
}

// over reports whether an error is one after which further calls are in vain.
func over(ctx context.Context, err error) bool {
	return ctx.Err() != nil || errors.Is(err, context.Canceled) || reason(ctx, err) == unreachable
}
