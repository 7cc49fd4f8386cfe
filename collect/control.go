package collect

import (
	"context"
	"net"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/s3control/types"
	transport "github.com/aws/smithy-go/endpoints"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/snapshot"
)

// A controlAPI has the operations of S3 Control that are called, and no others.
type controlAPI interface {
	GetPublicAccessBlock(context.Context, *s3control.GetPublicAccessBlockInput, ...func(*s3control.Options)) (*s3control.GetPublicAccessBlockOutput, error)
	ListAccessPoints(context.Context, *s3control.ListAccessPointsInput, ...func(*s3control.Options)) (*s3control.ListAccessPointsOutput, error)
	GetAccessPoint(context.Context, *s3control.GetAccessPointInput, ...func(*s3control.Options)) (*s3control.GetAccessPointOutput, error)
	GetAccessPointPolicy(context.Context, *s3control.GetAccessPointPolicyInput, ...func(*s3control.Options)) (*s3control.GetAccessPointPolicyOutput, error)
}

// The error codes of S3 Control for what is not there.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
const (
	noPublicAccessBlock = "NoSuchPublicAccessBlockConfiguration"
	noAccessPoint       = "NoSuchAccessPoint"
	noAccessPointPolicy = "NoSuchAccessPointPolicy"
)

// hostAsGiven keeps the SDK from putting the account ID in front of an endpoint
// that no name can stand before: an address, or localhost.
func hostAsGiven(o *s3control.Options) {
	u, err := url.Parse(aws.ToString(o.BaseEndpoint))
	if err != nil || net.ParseIP(u.Hostname()) == nil && u.Hostname() != "localhost" {
		return
	}
	o.EndpointResolverV2 = asGiven{*u}
	o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("HostAsGiven", withoutPrefix), middleware.After)
	})
}

func withoutPrefix(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
	return next.HandleInitialize(smithyhttp.DisableEndpointHostPrefix(ctx, true), in)
}

// asGiven is an endpoint for everything.
type asGiven struct{ url url.URL }

// ResolveEndpoint returns the endpoint.
func (e asGiven) ResolveEndpoint(context.Context, s3control.EndpointParameters) (transport.Endpoint, error) {
	return transport.Endpoint{URI: e.url}, nil
}

// readPublicAccessBlock reads the account's own Block Public Access settings.
func (s *session) readPublicAccessBlock(ctx context.Context) {
	out, err := call(ctx, s, "GetPublicAccessBlock", "", func(ctx context.Context) (*s3control.GetPublicAccessBlockOutput, error) {
		return s.controlIn("").GetPublicAccessBlock(ctx, &s3control.GetPublicAccessBlockInput{AccountId: aws.String(s.ID)})
	})
	block := into(&s.held.PublicAccessBlockConfiguration)
	switch {
	case code(err) == noPublicAccessBlock:
		block.setNone()
		return
	case err == nil:
		err = block.set(out.PublicAccessBlockConfiguration)
	}
	if err != nil {
		fail(&s.held.Errors, "GetPublicAccessBlock", reason(ctx, err))
	}
}

// readAccessPoint reads an access point by its ARN.
func (s *session) readAccessPoint(ctx context.Context, wanted string) {
	id, err := arn.Parse(wanted)
	if err != nil {
		return // pointIn lets no such thing pass
	}
	out, err := call(ctx, s, "GetAccessPoint", wanted, func(ctx context.Context) (*s3control.GetAccessPointOutput, error) {
		return s.controlIn(id.Region).GetAccessPoint(ctx, &s3control.GetAccessPointInput{AccountId: aws.String(s.ID), Name: aws.String(id.Name())})
	})
	if code(err) == noAccessPoint {
		s.keepPoint(wanted, nil)
		return
	}
	point := &snapshot.AccessPoint{}
	if err == nil && aws.ToString(out.Bucket) == "" {
		err = &answerError{emptyAnswer, "GetAccessPoint"}
	}
	if err != nil {
		fail(&point.Errors, "GetAccessPoint", reason(ctx, err))
	} else {
		point.Bucket = aws.ToString(out.Bucket)
	}
	s.readPointPolicy(ctx, wanted, id, point)
}

// readPointPolicy reads the policy of an access point, and keeps both.
func (s *session) readPointPolicy(ctx context.Context, wanted string, id arn.ARN, point *snapshot.AccessPoint) {
	out, err := call(ctx, s, "GetAccessPointPolicy", wanted, func(ctx context.Context) (*s3control.GetAccessPointPolicyOutput, error) {
		return s.controlIn(id.Region).GetAccessPointPolicy(ctx, &s3control.GetAccessPointPolicyInput{AccountId: aws.String(s.ID), Name: aws.String(id.Name())})
	})
	switch {
	case code(err) == noAccessPoint:
		point, err = nil, nil
	case code(err) == noAccessPointPolicy:
		document{&point.Policy}.setNone()
		err = nil
	case err == nil:
		err = document{&point.Policy}.set(aws.ToString(out.Policy))
	}
	if err != nil {
		fail(&point.Errors, "GetAccessPointPolicy", reason(ctx, err))
	}
	s.keepPoint(wanted, point)
}

func (s *session) keepPoint(wanted string, point *snapshot.AccessPoint) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held.AccessPoints == nil {
		s.held.AccessPoints = make(map[string]*snapshot.AccessPoint)
	}
	s.held.AccessPoints[wanted] = point
}

// readAccessPoints reads the access points of a bucket.
func (s *session) readAccessPoints(ctx context.Context, bucket, region string) {
	all, err := listAll(ctx, s, "ListAccessPoints", bucket, func(ctx context.Context, token *string) ([]types.AccessPoint, *string, error) {
		out, err := s.controlIn(region).ListAccessPoints(ctx, &s3control.ListAccessPointsInput{
			AccountId: aws.String(s.ID), Bucket: aws.String(bucket), NextToken: token,
		})
		if err != nil {
			return nil, nil, err
		}
		return out.AccessPointList, out.NextToken, nil
	})
	for _, p := range all {
		wanted := aws.ToString(p.AccessPointArn)
		id, ok := pointIn(wanted)
		switch {
		case !ok || id.Account != s.ID || aws.ToString(p.Bucket) != bucket:
			err = &answerError{brokenAnswer, "ListAccessPoints names something else than access points of the bucket"}
		case s.run.claim("point " + wanted):
			s.readPointPolicy(ctx, wanted, id, &snapshot.AccessPoint{Bucket: bucket})
		}
	}
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		fail(&s.held.Errors, "ListAccessPoints", reason(ctx, err))
	}
}

// pointIn returns the parts of the ARN of an access point. False is for what
// cannot be one: Region and name become parts of a URL.
func pointIn(id string) (point arn.ARN, ok bool) {
	point, err := arn.Parse(id)
	ok = err == nil && point.Service == "s3" && region.MatchString(point.Region) && point.Resource == "accesspoint/"+point.Name() && bucketName.MatchString(point.Name())
	return point, ok
}

// pointTasks returns the tasks of reading the access points that a bucket's
// policy hands over to, which it does by their condition keys.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html.
func (r *run) pointTasks(s *session, name string, b *snapshot.Bucket) []task {
	policy, ok := b.Policy.Get()
	if !ok {
		return nil
	}
	for _, st := range policy.Statements {
		for _, clause := range st.Condition {
			if key := strings.ToLower(clause.Key); strings.HasPrefix(key, "s3:dataaccesspoint") || strings.HasPrefix(key, "s3:accesspoint") {
				region := b.Region
				return []task{{"points " + s.ID + " " + name, func(ctx context.Context) { s.readAccessPoints(ctx, name, region) }}}
			}
		}
	}
	return nil
}

// point returns the task of reading an access point that somebody named.
func (r *run) point(s *session, wanted string) []task {
	if id, ok := pointIn(wanted); !ok || id.Account != s.ID {
		return nil
	}
	return []task{{"point " + wanted, func(ctx context.Context) { s.readAccessPoint(ctx, wanted) }}}
}
