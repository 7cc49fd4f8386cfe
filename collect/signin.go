package collect

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/reads"
	"github.com/repligrant/repligrant/policy"
)

const (
	dialTimeout     = 10 * time.Second
	maxBackoff      = 5 * time.Second
	refusedDelay    = 200 * time.Millisecond // before a refused connection is tried again
	defaultAttempts = 5                      // of a call
	sessionName     = "repligrant"
)

// A refusal says that an account could not be entered: at which operation, and
// why, in one word.
type refusal struct {
	operation, why string
	files          []string // that have no such profile
}

func (r *refusal) Error() string { return r.operation + ": " + r.why }

// An EntryError says that an account could not be entered of which nobody knows
// the ID.
type EntryError struct {
	Profile   string   // that was named; "" for the default credentials
	Operation string   // that failed
	Why       string   // as [snapshot.CutReason] takes it
	Files     []string // that were read, where they have no such profile

	account string // in words
}

func (e *EntryError) Error() string { return "enter " + e.account + ": " + e.Operation + ": " + e.Why }

// awsConfig returns the configuration that all clients of an account share,
// with both guards in it.
func (a Account) awsConfig(ctx context.Context, opts Options) (aws.Config, error) {
	cfg, err := a.baseConfig(ctx)
	if err != nil {
		return aws.Config{}, err
	}
	if cfg.Region == "" {
		cfg.Region = firstRegions[a.partition()]
	}
	client, ok := cfg.HTTPClient.(*awshttp.BuildableClient)
	if !ok {
		return aws.Config{}, fmt.Errorf("the SDK's HTTP client is a %T", cfg.HTTPClient)
	}
	cfg.HTTPClient = fenced(client, opts.object)
	cfg.APIOptions = append(cfg.APIOptions, guard(opts.object))
	cfg.RetryMode = aws.RetryModeStandard
	attempts := cmp.Or(opts.Attempts, cfg.RetryMaxAttempts, defaultAttempts)
	cfg.Retryer = func() aws.Retryer {
		return retryer{retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = attempts
			o.MaxBackoff = maxBackoff
			o.RateLimiter = ratelimit.None // [limit] stands in its place
		})}
	}
	return cfg, nil
}

// A retryer retries as AWS's SDKs do, but for a refused connection, where nobody
// listens: that is tried once more, and given up at once.
type retryer struct{ *retry.Standard }

// RetryDelay returns how long to wait before the attempt after the one given, or
// the error that ends the attempts.
func (r retryer) RetryDelay(attempt int, err error) (time.Duration, error) {
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return r.Standard.RetryDelay(attempt, err)
	}
	if attempt > 1 {
		return 0, err
	}
	return refusedDelay, nil
}

// baseConfig finds credentials: those given, or those that the SDK finds.
func (a Account) baseConfig(ctx context.Context) (aws.Config, error) {
	client := awshttp.NewBuildableClient().WithDialerOptions(func(d *net.Dialer) { d.Timeout = dialTimeout })
	if a.Static != nil {
		c := credentials.NewStaticCredentialsProvider(a.Static.AccessKeyID, a.Static.SecretAccessKey, a.Static.SessionToken)
		return a.withEndpoint(aws.Config{Region: a.Region, Credentials: c, HTTPClient: client}), nil
	}
	// The SDK's own logger writes to standard error whatever the user asked for.
	load := []func(*config.LoadOptions) error{config.WithHTTPClient(client), config.WithLogger(logging.Nop{})}
	if a.Profile != "" {
		load = append(load, config.WithSharedConfigProfile(a.Profile))
	}
	if a.Region != "" {
		load = append(load, config.WithRegion(a.Region))
	}
	cfg, err := config.LoadDefaultConfig(ctx, load...)
	return a.withEndpoint(cfg), err
}

func (a Account) withEndpoint(cfg aws.Config) aws.Config {
	if a.Endpoint != "" {
		cfg.BaseEndpoint = aws.String(a.Endpoint)
	}
	return cfg
}

// fenced puts the second guard around the connections of a client. Redirects
// are not followed: where a bucket is, S3 also says in words.
func fenced(client *awshttp.BuildableClient, object *Object) *http.Client {
	return &http.Client{
		Transport:     fence{client.GetTransport(), object},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// sessionPolicy limits the session of an assumed role to what is read, so that
// a role with more rights than needed is harmless here. Of objects it is the one
// that is asked for, if any.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session.
func sessionPolicy(partition string, object *Object) (string, error) {
	statements := []policy.Statement{{
		Effect: policy.Allow, Action: policy.List(reads.Actions()...), Resource: policy.One("*"),
	}}
	if object != nil {
		statements = append(statements, object.statement(partition))
	}
	text, err := json.Marshal(policy.New(statements...))
	return string(text), err
}

// enter signs in: it assumes the role, if one is named, and makes sure that the
// account is the right one. The error is a [*refusal] unless the order to read
// was wrong.
func (a Account) enter(ctx context.Context, opts Options) (cfg aws.Config, id *sts.GetCallerIdentityOutput, err error) {
	ctx, cancel := context.WithTimeout(ctx, opts.Timeout)
	defer cancel()
	cfg, err = a.awsConfig(ctx, opts)
	if err != nil {
		return cfg, nil, refuse("GetCallerIdentity", reason(ctx, err), err)
	}
	wait := limit(opts.limiter("STS"), nil)
	withLimit := func(o *sts.Options) { o.APIOptions = append(o.APIOptions, wait) }
	operation := "GetCallerIdentity"
	if role := a.role(); role != "" {
		operation = "AssumeRole"
		session, err := sessionPolicy(a.partition(), opts.object)
		if err != nil {
			return cfg, nil, err
		}
		cfg.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(cfg, withLimit), role, a.assume(session)))
	}
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return cfg, nil, refuse(operation, credentialReason(ctx, err), err)
	}
	id, err = sts.NewFromConfig(cfg, withLimit).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return cfg, nil, refuse("GetCallerIdentity", reason(ctx, err), err)
	}
	switch got := aws.ToString(id.Account); {
	case !arn.IsAccountID(got):
		return cfg, nil, refuse("GetCallerIdentity", brokenAnswer, nil)
	case a.ID != "" && got != a.ID:
		return cfg, nil, refuse("GetCallerIdentity", "the credentials are of account "+got, nil)
	}
	return cfg, id, nil
}

func (a Account) assume(session string) func(*stscreds.AssumeRoleOptions) {
	return func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = sessionName
		o.Policy = aws.String(session)
		if a.ExternalID != "" {
			o.ExternalID = aws.String(a.ExternalID)
		}
	}
}

// credentialReason says why there are no credentials.
func credentialReason(ctx context.Context, err error) string {
	if why := reason(ctx, err); why != failed && (why == canceled || !ofMachine(err)) {
		return why
	}
	return noCredentials
}

// ofMachine reports whether err comes from the machine's own metadata service,
// which the SDK asks last: what that answers is no word about an account.
func ofMachine(err error) bool {
	for err != nil {
		call, ok := errors.AsType[*smithy.OperationError](err)
		if !ok {
			return false
		}
		if call.Service() == "ec2imds" {
			return true
		}
		err = call.Unwrap()
	}
	return false
}

// refuse is a refusal that says what somebody who mends it has to know: which
// address was not reached, or which profile is not there.
func refuse(operation, why string, err error) *refusal {
	r := &refusal{operation: operation, why: why}
	switch why {
	case noProfile:
		if missing, ok := errors.AsType[config.SharedConfigProfileNotExistError](err); ok && missing.Profile != "" {
			r.why, r.files = why+": "+missing.Profile, sharedFiles()
		}
	case unreachable, timeout:
		if address := addressOf(err); address != "" {
			r.why = why + ": " + address
		}
	}
	return r
}

// sharedFiles are the files in which the SDK looks for profiles.
//
// See https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html.
func sharedFiles() []string {
	return []string{
		cmp.Or(os.Getenv("AWS_CONFIG_FILE"), config.DefaultSharedConfigFilename()),
		cmp.Or(os.Getenv("AWS_SHARED_CREDENTIALS_FILE"), config.DefaultSharedCredentialsFilename()),
	}
}

// addressOf is the address of the service that a call was to reach, without what
// was asked.
func addressOf(err error) string {
	called, ok := errors.AsType[*url.Error](err)
	if !ok {
		return ""
	}
	u, err := url.Parse(called.URL)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// refused returns where and why err refused entry.
func refused(err error) (*refusal, bool) { return errors.AsType[*refusal](err) }
