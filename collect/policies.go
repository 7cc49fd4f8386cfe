package collect

import (
	"context"
	"maps"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/snapshot"
)

// Documents are policy documents by name or ARN.
type documents = map[string]snapshot.Document

type (
	listNames    func(ctx context.Context, marker *string) ([]string, *string, error)
	listAttached func(ctx context.Context, marker *string) ([]types.AttachedPolicy, *string, error)
	getInline    func(ctx context.Context, policy string) (*string, error)
)

// A page is what one answer of a list holds.
type page[T any] struct {
	items []T
	next  *string
}

// listAll reads all pages of an IAM list.
func listAll[T any](ctx context.Context, s *session, operation, of string, list func(context.Context, *string) ([]T, *string, error)) ([]T, error) {
	return pages(func(marker *string) ([]T, *string, error) {
		p, err := call(ctx, s, operation, of, func(ctx context.Context) (page[T], error) {
			items, next, err := list(ctx, marker)
			return page[T]{items, next}, err
		})
		return p.items, p.next, err
	})
}

// inline reads the inline policies of an entity. Without the list of their
// names nothing is known, and the reason goes into errs; a single policy that
// cannot be read is kept as unread.
func (s *session) inline(ctx context.Context, errs *snapshot.Errors, listing, getting, of string, list listNames, get getInline) fact.Value[documents] {
	all, operation, err := s.inlineOf(ctx, listing, getting, of, list, get)
	if err != nil {
		fail(errs, operation, reason(ctx, err))
		return fact.Unread[documents]("")
	}
	return fact.Of(all)
}

func (s *session) inlineOf(ctx context.Context, listing, getting, of string, list listNames, get getInline) (all documents, operation string, err error) {
	names, err := listAll(ctx, s, listing, of, list)
	if err != nil {
		return nil, listing, err
	}
	all = make(documents, len(names))
	for _, name := range names {
		text, err := call(ctx, s, getting, of+"/"+name, func(ctx context.Context) (*string, error) { return get(ctx, name) })
		switch {
		case code(err) == noSuchEntity: // it was removed since it was listed
		case err != nil:
			all[name] = snapshot.UnreadDocument(reason(ctx, err))
		default:
			all[name] = documentOf(text)
		}
	}
	return all, "", nil
}

// attached reads the managed policies of an entity, as inline does its own.
func (s *session) attached(ctx context.Context, errs *snapshot.Errors, listing, of string, list listAttached) fact.Value[documents] {
	all, err := s.attachedOf(ctx, listing, of, list)
	if err != nil {
		fail(errs, listing, reason(ctx, err))
		return fact.Unread[documents]("")
	}
	return fact.Of(all)
}

func (s *session) attachedOf(ctx context.Context, listing, of string, list listAttached) (documents, error) {
	policies, err := listAll(ctx, s, listing, of, list)
	if err != nil {
		return nil, err
	}
	all := make(documents, len(policies))
	for _, p := range policies {
		policy := aws.ToString(p.PolicyArn)
		all[policy] = s.managed(ctx, policy)
	}
	return all, nil
}

// readGroupPolicies reads the policies of all groups of a user: inline ones by
// "GROUP/NAME", managed ones by ARN. One group whose policies cannot be listed
// makes them all unread.
func (s *session) readGroupPolicies(ctx context.Context, user *snapshot.User, name string) {
	groups, err := listAll(ctx, s, "ListGroupsForUser", name, func(ctx context.Context, marker *string) ([]types.Group, *string, error) {
		out, err := s.iam.ListGroupsForUser(ctx, &iam.ListGroupsForUserInput{UserName: &name, Marker: marker})
		if err != nil {
			return nil, nil, err
		}
		return out.Groups, out.Marker, nil
	})
	if err != nil {
		fail(&user.Errors, "ListGroupsForUser", reason(ctx, err))
		return
	}
	all := make(documents)
	for _, g := range groups {
		if operation, err := s.readGroup(ctx, aws.ToString(g.GroupName), all); err != nil {
			fail(&user.Errors, operation, reason(ctx, err))
			return
		}
	}
	user.GroupPolicies = fact.Of(all)
}

// readGroup adds the policies of one group to all.
func (s *session) readGroup(ctx context.Context, group string, all documents) (operation string, err error) {
	inline, operation, err := s.inlineOf(ctx, "ListGroupPolicies", "GetGroupPolicy", group,
		func(ctx context.Context, marker *string) ([]string, *string, error) {
			out, err := s.iam.ListGroupPolicies(ctx, &iam.ListGroupPoliciesInput{GroupName: &group, Marker: marker})
			if err != nil {
				return nil, nil, err
			}
			return out.PolicyNames, out.Marker, nil
		},
		func(ctx context.Context, policy string) (*string, error) {
			out, err := s.iam.GetGroupPolicy(ctx, &iam.GetGroupPolicyInput{GroupName: &group, PolicyName: &policy})
			if err != nil {
				return nil, err
			}
			return out.PolicyDocument, nil
		})
	if err != nil {
		return operation, err
	}
	attached, err := s.attachedOf(ctx, "ListAttachedGroupPolicies", group,
		func(ctx context.Context, marker *string) ([]types.AttachedPolicy, *string, error) {
			out, err := s.iam.ListAttachedGroupPolicies(ctx, &iam.ListAttachedGroupPoliciesInput{GroupName: &group, Marker: marker})
			if err != nil {
				return nil, nil, err
			}
			return out.AttachedPolicies, out.Marker, nil
		})
	if err != nil {
		return "ListAttachedGroupPolicies", err
	}
	for name, d := range inline {
		all[group+"/"+name] = d
	}
	maps.Copy(all, attached)
	return "", nil
}

// readBoundary reads the permissions boundary that an entity has.
func (s *session) readBoundary(ctx context.Context, into *fact.Value[snapshot.Boundary], from *types.AttachedPermissionsBoundary) {
	if from == nil {
		*into = fact.Absent[snapshot.Boundary]()
		return
	}
	policy := aws.ToString(from.PermissionsBoundaryArn)
	*into = fact.Of(snapshot.Boundary{PermissionsBoundaryARN: policy, Document: s.managed(ctx, policy)})
}

func fail(errs *snapshot.Errors, operation, why string) {
	if *errs == nil {
		*errs = make(snapshot.Errors)
	}
	(*errs)[operation] = why
}

// A managedPolicy is a managed policy that is read once.
type managedPolicy struct {
	mu       sync.Mutex
	read     bool
	document snapshot.Document
}

// managed reads the default version of a managed policy. One of AWS is the same
// in all accounts: if this account may not read it, another may. What is neither
// of AWS nor of the account can be attached to nothing in it, and is not asked for:
// its own account would be taken at the word of this one.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html.
func (s *session) managed(ctx context.Context, policy string) snapshot.Document {
	if !s.attachable(policy) {
		return snapshot.UnreadDocument(brokenAnswer)
	}
	p := s.run.managed(policy)
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.read {
		p.document = s.readManaged(ctx, policy)
		p.read = p.document.Read() || !strings.Contains(policy, ":iam::aws:policy/")
	}
	return p.document
}

// attachable reports whether an ARN is that of a policy that may be attached in
// the account.
func (s *session) attachable(policy string) bool {
	id, err := arn.Parse(policy)
	return err == nil && id.Service == "iam" && id.Type() == "policy" && (id.Account == s.ID || id.Account == ofAWS)
}

// ofAWS stands in the ARNs of AWS's own policies in the place of an account.
const ofAWS = "aws"

func (s *session) readManaged(ctx context.Context, policy string) snapshot.Document {
	head, err := call(ctx, s, "GetPolicy", policy, func(ctx context.Context) (*iam.GetPolicyOutput, error) {
		return s.iam.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: aws.String(policy)})
	})
	if err != nil {
		return snapshot.UnreadDocument(reason(ctx, err))
	}
	if head.Policy == nil || aws.ToString(head.Policy.DefaultVersionId) == "" {
		return snapshot.UnreadDocument(emptyAnswer)
	}
	version, err := call(ctx, s, "GetPolicyVersion", policy, func(ctx context.Context) (*iam.GetPolicyVersionOutput, error) {
		return s.iam.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: aws.String(policy), VersionId: head.Policy.DefaultVersionId})
	})
	if err != nil {
		return snapshot.UnreadDocument(reason(ctx, err))
	}
	if version.PolicyVersion == nil {
		return snapshot.UnreadDocument(emptyAnswer)
	}
	return documentOf(version.PolicyVersion.Document)
}
