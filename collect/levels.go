package collect

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/snapshot"
)

// organizations reads the policies that bind each account, in the eyes of an
// account of its organization that may see them: the management account, or one
// that the order names. It is done when all accounts were entered.
//
// See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html.
func (r *run) organizations(ctx context.Context) {
	for _, reader := range r.sorted() {
		own, ok := reader.held.Organization.Get()
		if !ok || !own.ManagementAccount && !reader.Organization || ctx.Err() != nil {
			continue
		}
		o := newOrganizationReader(reader, own.ID)
		enabled, err := o.policyTypes(ctx)
		var work []task
		for _, s := range r.sorted() {
			if o.concerns(s) {
				work = append(work, task{"organization of " + s.ID + " by " + reader.ID, func(ctx context.Context) { o.bind(ctx, s, enabled, err) }})
			}
		}
		r.each(ctx, work)
	}
}

// An organizationReader reads an organization from an account that may. What
// several accounts share is read once.
type organizationReader struct {
	s  *session
	id string

	mu       sync.Mutex
	parents  map[string]*once[string]               // by account or unit
	levels   map[string]*once[snapshot.Level]       // by policy type and target
	policies map[string]*once[snapshot.LevelPolicy] // by ID
}

func newOrganizationReader(s *session, id string) *organizationReader {
	return &organizationReader{
		s: s, id: id,
		parents:  make(map[string]*once[string]),
		levels:   make(map[string]*once[snapshot.Level]),
		policies: make(map[string]*once[snapshot.LevelPolicy]),
	}
}

// concerns reports whether an account is, or may be, in the organization, and
// its policies were not read.
func (o *organizationReader) concerns(s *session) bool {
	member := s.held.Organization
	known, ok := member.Get()
	return !member.Read() || ok && known.ID == o.id && (!known.SCPs.Read() || !known.RCPs.Read())
}

// A once is something that is read once, and what came of it.
type once[T any] struct {
	sync.Once
	value T
	err   error
}

// readOnce reads what key stands for, unless it was read.
func readOnce[T any](o *organizationReader, all map[string]*once[T], key string, read func() (T, error)) (T, error) {
	o.mu.Lock()
	if all[key] == nil {
		all[key] = &once[T]{}
	}
	entry := all[key]
	o.mu.Unlock()
	entry.Do(func() { entry.value, entry.err = read() })
	return entry.value, entry.err
}

// The types of policies that limit what requirements ask for.
const (
	scp = types.PolicyTypeServiceControlPolicy
	rcp = types.PolicyTypeResourceControlPolicy
)

// policyTypes lists the policy types that are in use, or about to be. Policies
// of another type are attached to nothing and bind nobody.
//
// See https://docs.aws.amazon.com/organizations/latest/userguide/disable-policy-type.html.
func (o *organizationReader) policyTypes(ctx context.Context) ([]types.PolicyType, error) {
	roots, err := listAll(ctx, o.s, "ListRoots", o.id, func(ctx context.Context, token *string) ([]types.Root, *string, error) {
		out, err := o.s.organizations().ListRoots(ctx, &organizations.ListRootsInput{NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return out.Roots, out.NextToken, nil
	})
	if err == nil && (len(roots) != 1 || aws.ToString(roots[0].Id) == "") {
		err = &answerError{brokenAnswer, "an organization has one root"}
	}
	if err != nil {
		return nil, &refusal{operation: "ListRoots", why: reason(ctx, err)}
	}
	var enabled []types.PolicyType
	for _, t := range roots[0].PolicyTypes {
		enabled = append(enabled, t.Type)
	}
	return enabled, nil
}

// bind reads the policies that bind an account. Err is what kept the reader from
// knowing which types are in use.
func (o *organizationReader) bind(ctx context.Context, s *session, enabled []types.PolicyType, err error) {
	member, known := s.held.Organization.Get()
	chain, wrong := o.chain(ctx, s.ID)
	if !known && wrong != nil {
		return // nobody knows that it is in the organization
	}
	delete(s.held.Errors, "DescribeOrganization")
	member.ID, member.ManagementAccount, member.Errors = o.id, s.ID == o.s.management, nil
	if wrong == nil {
		member.Path = o.id + "/" + strings.Join(chain[:len(chain)-1], "/") + "/"
	}
	err = errors.Join(err, wrong)
	no := errors.Join(
		o.policiesOf(ctx, member, scp, &member.SCPs, chain, enabled, err),
		o.policiesOf(ctx, member, rcp, &member.RCPs, chain, enabled, err))
	if f, ok := refused(no); ok && !member.SCPs.Read() && !member.RCPs.Read() {
		member.Errors = snapshot.Errors{f.operation: f.why}
	}
	s.held.Organization = fact.Of(member)
}

// policiesOf reads the policies of one type on all levels, unless they were read.
// None binds the management account.
//
// See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html and
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html.
func (o *organizationReader) policiesOf(ctx context.Context, member snapshot.Organization, kind types.PolicyType,
	into *fact.Value[[]snapshot.Level], chain []string, enabled []types.PolicyType, err error,
) error {
	var levels []snapshot.Level
	switch {
	case into.Read():
		return nil
	case member.ManagementAccount || err == nil && !slices.Contains(enabled, kind):
		*into = fact.Absent[[]snapshot.Level]()
		return nil
	case err == nil:
		levels, err = o.levelsOf(ctx, kind, chain)
	}
	if err == nil {
		*into = fact.Of(levels)
		return nil
	}
	no, _ := refused(err)
	*into = fact.Unread[[]snapshot.Level](no.why)
	return err
}

// maxLevels is how deep an account may be: the root, five levels of units, and
// itself, and some more.
//
// See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html.
const maxLevels = 20

// chain lists the root, the units and the account that bind an account.
func (o *organizationReader) chain(ctx context.Context, account string) ([]string, error) {
	chain := []string{account}
	for !strings.HasPrefix(chain[0], "r-") {
		parent, err := o.parent(ctx, chain[0])
		if err == nil && len(chain) == maxLevels {
			err = &answerError{brokenAnswer, "an account without a root"}
		}
		if err != nil {
			return nil, &refusal{operation: "ListParents", why: reason(ctx, err)}
		}
		chain = append([]string{parent}, chain...)
	}
	return chain, nil
}

// parent is the unit or root that an account or unit is in.
func (o *organizationReader) parent(ctx context.Context, child string) (string, error) {
	return readOnce(o, o.parents, child, func() (string, error) {
		all, err := listAll(ctx, o.s, "ListParents", child, func(ctx context.Context, token *string) ([]types.Parent, *string, error) {
			out, err := o.s.organizations().ListParents(ctx, &organizations.ListParentsInput{ChildId: aws.String(child), NextToken: token})
			if err != nil {
				return nil, nil, err
			}
			return out.Parents, out.NextToken, nil
		})
		if err == nil && (len(all) != 1 || aws.ToString(all[0].Id) == "") {
			err = &answerError{brokenAnswer, "everything has one parent"}
		}
		if err != nil {
			return "", err
		}
		return aws.ToString(all[0].Id), nil
	})
}

// levelsOf reads the policies of one type on each level, root first.
func (o *organizationReader) levelsOf(ctx context.Context, kind types.PolicyType, chain []string) ([]snapshot.Level, error) {
	var levels []snapshot.Level
	for _, target := range chain {
		level, err := readOnce(o, o.levels, string(kind)+" "+target, func() (snapshot.Level, error) { return o.level(ctx, kind, target) })
		if err != nil {
			return nil, &refusal{operation: "ListPoliciesForTarget", why: reason(ctx, err)}
		}
		levels = append(levels, level)
	}
	return levels, nil
}

func (o *organizationReader) level(ctx context.Context, kind types.PolicyType, target string) (snapshot.Level, error) {
	all, err := listAll(ctx, o.s, "ListPoliciesForTarget", target+" "+string(kind), func(ctx context.Context, token *string) ([]types.PolicySummary, *string, error) {
		out, err := o.s.organizations().ListPoliciesForTarget(ctx, &organizations.ListPoliciesForTargetInput{
			TargetId: aws.String(target), Filter: kind, NextToken: token,
		})
		if err != nil {
			return nil, nil, err
		}
		return out.Policies, out.NextToken, nil
	})
	level := snapshot.Level{Target: target, Policies: []snapshot.LevelPolicy{}}
	for _, p := range all {
		id := aws.ToString(p.Id)
		policy, _ := readOnce(o, o.policies, id, func() (snapshot.LevelPolicy, error) { return o.policy(ctx, id, aws.ToString(p.Name)), nil })
		level.Policies = append(level.Policies, policy)
	}
	return level, err
}

// policy reads what a policy says. One that cannot be read is kept as unread.
func (o *organizationReader) policy(ctx context.Context, id, name string) snapshot.LevelPolicy {
	p := snapshot.LevelPolicy{ID: id, Name: name}
	out, err := call(ctx, o.s, "DescribePolicy", id, func(ctx context.Context) (*organizations.DescribePolicyOutput, error) {
		return o.s.organizations().DescribePolicy(ctx, &organizations.DescribePolicyInput{PolicyId: aws.String(id)})
	})
	if err == nil && (out.Policy == nil || aws.ToString(out.Policy.Content) == "") {
		err = &answerError{emptyAnswer, "DescribePolicy"}
	}
	if err != nil {
		p.Content = snapshot.UnreadDocument(reason(ctx, err))
		return p
	}
	p.Content = snapshot.ReadDocument(aws.ToString(out.Policy.Content))
	return p
}
