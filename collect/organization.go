package collect

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/snapshot"
)

// An organizationsAPI has the operations of Organizations that are called, and
// no others.
type organizationsAPI interface {
	DescribeOrganization(context.Context, *organizations.DescribeOrganizationInput, ...func(*organizations.Options)) (*organizations.DescribeOrganizationOutput, error)
	ListAccounts(context.Context, *organizations.ListAccountsInput, ...func(*organizations.Options)) (*organizations.ListAccountsOutput, error)
	ListRoots(context.Context, *organizations.ListRootsInput, ...func(*organizations.Options)) (*organizations.ListRootsOutput, error)
	ListParents(context.Context, *organizations.ListParentsInput, ...func(*organizations.Options)) (*organizations.ListParentsOutput, error)
	ListPoliciesForTarget(context.Context, *organizations.ListPoliciesForTargetInput, ...func(*organizations.Options)) (*organizations.ListPoliciesForTargetOutput, error)
	DescribePolicy(context.Context, *organizations.DescribePolicyInput, ...func(*organizations.Options)) (*organizations.DescribePolicyOutput, error)
}

// notInUse is the error code for an account that is in no organization.
//
// See https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html.
const notInUse = "AWSOrganizationsNotInUseException"

// invisible is the reason for the policies of an organization that no account at
// hand may read.
const invisible = "no account that was read may see them"

// readOrganization reads whether the account is in an organization. The
// policies of one are invisible from most of its accounts.
func (s *session) readOrganization(ctx context.Context) {
	out, err := call(ctx, s, "DescribeOrganization", "", func(ctx context.Context) (*organizations.DescribeOrganizationOutput, error) {
		return s.organizations().DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
	})
	switch {
	case code(err) == notInUse:
		s.held.Organization = fact.Absent[snapshot.Organization]()
		return
	case err == nil && (out.Organization == nil || aws.ToString(out.Organization.Id) == ""):
		err = &answerError{emptyAnswer, "DescribeOrganization"}
	}
	if err != nil {
		fail(&s.held.Errors, "DescribeOrganization", reason(ctx, err))
		return
	}
	s.management = aws.ToString(out.Organization.MasterAccountId)
	s.held.Organization = fact.Of(snapshot.Organization{
		ID:                aws.ToString(out.Organization.Id),
		ManagementAccount: s.management == s.ID,
		SCPs:              fact.Unread[[]snapshot.Level](invisible),
		RCPs:              fact.Unread[[]snapshot.Level](invisible),
	})
}
