package collect

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// An iamAPI has the IAM operations that are called, and no others.
type iamAPI interface {
	GetRole(context.Context, *iam.GetRoleInput, ...func(*iam.Options)) (*iam.GetRoleOutput, error)
	ListRolePolicies(context.Context, *iam.ListRolePoliciesInput, ...func(*iam.Options)) (*iam.ListRolePoliciesOutput, error)
	GetRolePolicy(context.Context, *iam.GetRolePolicyInput, ...func(*iam.Options)) (*iam.GetRolePolicyOutput, error)
	ListAttachedRolePolicies(context.Context, *iam.ListAttachedRolePoliciesInput, ...func(*iam.Options)) (*iam.ListAttachedRolePoliciesOutput, error)
	GetPolicy(context.Context, *iam.GetPolicyInput, ...func(*iam.Options)) (*iam.GetPolicyOutput, error)
	GetPolicyVersion(context.Context, *iam.GetPolicyVersionInput, ...func(*iam.Options)) (*iam.GetPolicyVersionOutput, error)
	GetUser(context.Context, *iam.GetUserInput, ...func(*iam.Options)) (*iam.GetUserOutput, error)
	ListUserPolicies(context.Context, *iam.ListUserPoliciesInput, ...func(*iam.Options)) (*iam.ListUserPoliciesOutput, error)
	GetUserPolicy(context.Context, *iam.GetUserPolicyInput, ...func(*iam.Options)) (*iam.GetUserPolicyOutput, error)
	ListAttachedUserPolicies(context.Context, *iam.ListAttachedUserPoliciesInput, ...func(*iam.Options)) (*iam.ListAttachedUserPoliciesOutput, error)
	ListGroupsForUser(context.Context, *iam.ListGroupsForUserInput, ...func(*iam.Options)) (*iam.ListGroupsForUserOutput, error)
	ListGroupPolicies(context.Context, *iam.ListGroupPoliciesInput, ...func(*iam.Options)) (*iam.ListGroupPoliciesOutput, error)
	GetGroupPolicy(context.Context, *iam.GetGroupPolicyInput, ...func(*iam.Options)) (*iam.GetGroupPolicyOutput, error)
	ListAttachedGroupPolicies(context.Context, *iam.ListAttachedGroupPoliciesInput, ...func(*iam.Options)) (*iam.ListAttachedGroupPoliciesOutput, error)
}

// noSuchEntity is IAM's error code for what does not exist.
//
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html.
const noSuchEntity = "NoSuchEntity"

// readRole reads a role by the name at the end of its ARN. IAM knows roles by
// name: where it answers with another ARN, that of another path, the role that
// was asked for does not exist, and both are kept.
func (s *session) readRole(ctx context.Context, wanted string) {
	name := entityName(wanted)
	role := &snapshot.Role{}
	out, err := call(ctx, s, "GetRole", name, func(ctx context.Context) (*iam.GetRoleOutput, error) {
		return s.iam.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String(name)})
	})
	switch {
	case code(err) == noSuchEntity:
		keepEntity(s, &s.held.Roles, s.roles, wanted, wanted, nil)
		return
	case err == nil && (out.Role == nil || !s.owns(aws.ToString(out.Role.Arn), "role", name)):
		err = &answerError{brokenAnswer, "GetRole answers with another role"}
	}
	if err != nil {
		role.Errors = snapshot.Errors{"GetRole": reason(ctx, err)}
	} else {
		describeRole(role, out.Role)
		s.readBoundary(ctx, &role.PermissionsBoundary, out.Role.PermissionsBoundary)
	}
	if err == nil || !over(ctx, err) {
		s.readRolePolicies(ctx, role, name)
	}
	given := wanted
	if err == nil {
		given = aws.ToString(out.Role.Arn)
	}
	keepEntity(s, &s.held.Roles, s.roles, wanted, given, role)
}

// describeRole keeps what GetRole answers.
func describeRole(role *snapshot.Role, from *types.Role) {
	role.RoleID = aws.ToString(from.RoleId)
	role.AssumeRolePolicyDocument = documentOf(from.AssumeRolePolicyDocument)
	tags := make([]replication.Tag, 0, len(from.Tags))
	for _, t := range from.Tags {
		tags = append(tags, replication.Tag{Key: aws.ToString(t.Key), Value: aws.ToString(t.Value)})
	}
	role.Tags = fact.Of(tags)
}

func (s *session) readRolePolicies(ctx context.Context, role *snapshot.Role, name string) {
	role.InlinePolicies = s.inline(ctx, &role.Errors, "ListRolePolicies", "GetRolePolicy", name,
		func(ctx context.Context, marker *string) ([]string, *string, error) {
			out, err := s.iam.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: &name, Marker: marker})
			if err != nil {
				return nil, nil, err
			}
			return out.PolicyNames, out.Marker, nil
		},
		func(ctx context.Context, policy string) (*string, error) {
			out, err := s.iam.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &name, PolicyName: &policy})
			if err != nil {
				return nil, err
			}
			return out.PolicyDocument, nil
		})
	role.AttachedPolicies = s.attached(ctx, &role.Errors, "ListAttachedRolePolicies", name,
		func(ctx context.Context, marker *string) ([]types.AttachedPolicy, *string, error) {
			out, err := s.iam.ListAttachedRolePolicies(ctx, &iam.ListAttachedRolePoliciesInput{RoleName: &name, Marker: marker})
			if err != nil {
				return nil, nil, err
			}
			return out.AttachedPolicies, out.Marker, nil
		})
}

// readUser reads a user by the name at the end of its ARN, as readRole does a
// role.
func (s *session) readUser(ctx context.Context, wanted string) {
	name := entityName(wanted)
	user := &snapshot.User{}
	out, err := call(ctx, s, "GetUser", name, func(ctx context.Context) (*iam.GetUserOutput, error) {
		return s.iam.GetUser(ctx, &iam.GetUserInput{UserName: aws.String(name)})
	})
	switch {
	case code(err) == noSuchEntity:
		keepEntity(s, &s.held.Users, s.users, wanted, wanted, nil)
		return
	case err == nil && (out.User == nil || !s.owns(aws.ToString(out.User.Arn), "user", name)):
		err = &answerError{brokenAnswer, "GetUser answers with another user"}
	}
	if err != nil {
		user.Errors = snapshot.Errors{"GetUser": reason(ctx, err)}
	} else {
		user.UserID = aws.ToString(out.User.UserId)
		s.readBoundary(ctx, &user.PermissionsBoundary, out.User.PermissionsBoundary)
	}
	if err == nil || !over(ctx, err) {
		s.readUserPolicies(ctx, user, name)
		s.readGroupPolicies(ctx, user, name)
	}
	given := wanted
	if err == nil {
		given = aws.ToString(out.User.Arn)
	}
	keepEntity(s, &s.held.Users, s.users, wanted, given, user)
}

func (s *session) readUserPolicies(ctx context.Context, user *snapshot.User, name string) {
	user.InlinePolicies = s.inline(ctx, &user.Errors, "ListUserPolicies", "GetUserPolicy", name,
		func(ctx context.Context, marker *string) ([]string, *string, error) {
			out, err := s.iam.ListUserPolicies(ctx, &iam.ListUserPoliciesInput{UserName: &name, Marker: marker})
			if err != nil {
				return nil, nil, err
			}
			return out.PolicyNames, out.Marker, nil
		},
		func(ctx context.Context, policy string) (*string, error) {
			out, err := s.iam.GetUserPolicy(ctx, &iam.GetUserPolicyInput{UserName: &name, PolicyName: &policy})
			if err != nil {
				return nil, err
			}
			return out.PolicyDocument, nil
		})
	user.AttachedPolicies = s.attached(ctx, &user.Errors, "ListAttachedUserPolicies", name,
		func(ctx context.Context, marker *string) ([]types.AttachedPolicy, *string, error) {
			out, err := s.iam.ListAttachedUserPolicies(ctx, &iam.ListAttachedUserPoliciesInput{UserName: &name, Marker: marker})
			if err != nil {
				return nil, nil, err
			}
			return out.AttachedPolicies, out.Marker, nil
		})
}

// keepEntity puts a role or user into the snapshot; nil says that it does not
// exist. Given is the ARN that IAM gave.
func keepEntity[T any](s *session, entries *map[string]*T, known map[string]string, wanted, given string, entry *T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if *entries == nil {
		*entries = make(map[string]*T)
	}
	known[entityName(wanted)] = given
	if (*entries)[given] == nil {
		(*entries)[given] = entry
	}
}

// keepAlias says that an ARN does not exist if another one has its name.
func keepAlias[T any](s *session, entries *map[string]*T, known map[string]string, wanted string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	given, read := known[entityName(wanted)]
	if _, there := (*entries)[wanted]; read && given != wanted && !there {
		(*entries)[wanted] = nil
	}
}

// entityName is the name that IAM knows a role or user by: the ARN without
// what stands before the last slash or colon.
func entityName(of string) string {
	if id, err := arn.Parse(of); err == nil {
		return id.Name()
	}
	return of
}

// owns reports whether an ARN in an answer is that of a role or user of the
// account with this name: by another one, that which was asked for would pass
// for one that does not exist.
func (s *session) owns(given, kind, name string) bool {
	id, err := arn.Parse(given)
	return err == nil && id.Service == "iam" && id.Account == s.ID && id.Type() == kind && strings.EqualFold(id.Name(), name)
}

// documentOf is the document in an answer, which always has one.
func documentOf(text *string) snapshot.Document {
	if aws.ToString(text) == "" {
		return snapshot.UnreadDocument(emptyAnswer)
	}
	return snapshot.ReadDocument(*text)
}
