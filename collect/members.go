package collect

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/snapshot"
)

// An UnlistedError says that the accounts of an organization could not be listed,
// so that only the account that was asked is read.
type UnlistedError struct{ Account, Why string }

func (e *UnlistedError) Error() string {
	return "list the accounts of the organization of account " + e.Account + ": " + e.Why
}

// orderOf is the key of an account that is read.
func orderOf(account string) string { return "account " + account }

// order claims the accounts that are read as somebody ordered, and those that are
// known otherwise: no list of members has a say about them.
func (r *run) order(accounts []Account) {
	for _, a := range accounts {
		r.claim(orderOf(a.ID))
	}
	if r.opts.Beside == nil {
		return
	}
	for id, a := range r.opts.Beside.Accounts {
		if a != nil && a.WhyUnread() == "" {
			r.claim(orderOf(id))
		}
	}
}

// readMembers reads the accounts of the organization that nobody ordered, by the
// role that the order names. One that is not active cannot be used by anybody; it
// is in the snapshot with its state.
//
// See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html.
func (r *run) readMembers(ctx context.Context, s *session) error {
	r.claim(orderOf(s.ID))
	members, err := s.listMembers(ctx)
	if err != nil {
		why := reason(ctx, err)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.lack(snapshot.Lack{Account: s.ID, Errors: snapshot.Errors{"ListAccounts": why}})
		return &UnlistedError{s.ID, why}
	}
	var orders []Account
	for _, m := range members {
		switch {
		case !r.claim(orderOf(m.ID)):
		case m.State != string(types.AccountStateActive):
			r.keepState(m)
		default:
			orders = append(orders, s.member(m.ID))
		}
	}
	r.mu.Lock()
	r.progress.Accounts += len(orders)
	r.mu.Unlock()
	return r.readAccounts(ctx, orders)
}

// member is the order to read another account of the organization.
func (s *session) member(id string) Account {
	own, _ := arn.Parse(s.held.As)
	return Account{
		ID: id, Partition: own.Partition, Region: s.Region, Profile: s.Profile, RoleName: s.Members, ExternalID: s.ExternalID,
		Static: s.Static, Endpoint: s.Endpoint, AllBuckets: s.AllBuckets, Only: s.Only,
	}
}

// keepState says of an account why it was not entered.
func (r *run) keepState(m snapshot.Member) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held.Accounts[m.ID] = &snapshot.Account{Errors: snapshot.Errors{"ListAccounts": m.State}}
}

// listMembers lists the accounts of the organization, and keeps the list, or why
// there is none. Their IDs become parts of ARNs, and a list in which the account
// that asked is not is none of its organization.
func (s *session) listMembers(ctx context.Context) ([]snapshot.Member, error) {
	all, err := listAll(ctx, s, "ListAccounts", "", func(ctx context.Context, token *string) ([]types.Account, *string, error) {
		out, err := s.organizations().ListAccounts(ctx, &organizations.ListAccountsInput{NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return out.Accounts, out.NextToken, nil
	})
	members, self := make([]snapshot.Member, 0, len(all)), false
	for _, a := range all {
		m := snapshot.Member{ID: aws.ToString(a.Id), State: stateOf(a)}
		if !arn.IsAccountID(m.ID) || !accountState.MatchString(m.State) {
			err = &answerError{brokenAnswer, "ListAccounts names something else than accounts"}
		}
		self = self || m.ID == s.ID
		members = append(members, m)
	}
	slices.SortFunc(members, func(a, b snapshot.Member) int { return strings.Compare(a.ID, b.ID) })
	if err == nil && !self {
		err = &answerError{brokenAnswer, "ListAccounts does not name the account that asked"}
	}
	s.keepMembers(ctx, members, err)
	return members, err
}

// accountState is the form of the states of accounts.
var accountState = regexp.MustCompile(`^[A-Z_]{1,32}$`)

// stateOf is the state of an account, also where an answer has but what came
// before: AWS calls that retired since September 2026.
//
// See https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html.
func stateOf(a types.Account) string {
	if a.State == "" {
		return string(a.Status)
	}
	return string(a.State)
}

// keepMembers keeps the list where the organization is known.
func (s *session) keepMembers(ctx context.Context, members []snapshot.Member, err error) {
	o, ok := s.held.Organization.Get()
	if !ok {
		return
	}
	o.Accounts = fact.Of(members)
	if err != nil {
		o.Accounts = fact.Unread[[]snapshot.Member](reason(ctx, err))
	}
	s.held.Organization = fact.Of(o)
}
