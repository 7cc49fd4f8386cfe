package refeval

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/policy"
)

// needsNoPermission: "No permissions are required to perform this operation",
// even where a policy denies it.
//
// See https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html.
func (e *evaluation) needsNoPermission() bool {
	signed := e.req.Caller.Kind != policy.Anonymous && e.req.Caller.Kind != policy.ServiceCaller
	return signed && strings.EqualFold(e.req.Action, "sts:GetCallerIdentity")
}

// isRefused: what the service refuses whatever policies allow.
//
// See https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html for root users,
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html,
// https://docs.aws.amazon.com/kms/latest/developerguide/security-iam.html for callers who did not sign in
// and https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html for other accounts.
func (e *evaluation) isRefused() bool {
	kind, foreign := e.req.Caller.Kind, e.req.Caller.Account != e.req.ResourceAccount
	switch {
	case kind == policy.ServiceCaller:
		return false
	case e.service() == "kms" && kind == policy.Anonymous:
		return true
	case e.service() == "sts" && kind == policy.FederatedUser:
		return true
	case strings.EqualFold(e.req.Action, "sts:AssumeRole"):
		return kind == policy.Root || kind == policy.Anonymous
	default:
		return foreign && e.isAboutBucketPolicy()
	}
}

func (e *evaluation) isAboutBucketPolicy() bool {
	return slices.Contains([]string{"s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"}, strings.ToLower(e.req.Action))
}

// rootRepairs: the root user of the bucket's owner can read, write and delete
// the bucket policy "even if their bucket policy explicitly denies the root
// principal's access".
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html.
func (e *evaluation) rootRepairs() bool {
	return e.req.Caller.Kind == policy.Root && e.req.Caller.Account == e.req.ResourceAccount && e.isAboutBucketPolicy()
}

// retires: "the grant determines who can retire" it; policies alone do not.
//
// See https://docs.aws.amazon.com/kms/latest/developerguide/grant-delete.html.
func (e *evaluation) retires() policy.Decision {
	switch {
	case e.ask("does the grant name the caller"):
		return policy.Allowed
	case e.ask("is the refusal explicit where the grant does not name the caller"):
		return policy.ExplicitDeny
	default:
		return policy.ImplicitDeny
	}
}
