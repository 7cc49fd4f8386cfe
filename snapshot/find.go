package snapshot

import (
	"maps"
	"slices"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
)

// Lists reports whether all that there is of a kind ("buckets", "roles", ...)
// is in the account's map of it.
func (a *Account) Lists(kind string) bool {
	return a != nil && slices.Contains(a.Listed, kind)
}

// FindBucket finds a bucket by name in all accounts.
//
// Known: account holds b. None: it does not exist. Either S3 said so, and
// account is the one that asked, or all accounts list their buckets and it is
// in none: then account is empty, and it may be in an account that the snapshot
// lacks. NotRead: anything else.
func (s *Snapshot) FindBucket(name string) (account string, b *Bucket, state fact.State) {
	return find(s, "buckets", func(a *Account) map[string]*Bucket { return a.Buckets }, name)
}

// FindBucketIn finds a bucket of one account. None says that the account does
// not hold it, whether or not another one does.
func (s *Snapshot) FindBucketIn(account, name string) (*Bucket, fact.State) {
	a := s.Accounts[account]
	if a == nil {
		return nil, fact.NotRead
	}
	return entry(a, "buckets", a.Buckets, name)
}

// InOrganization reports whether an account is in an organization: the account
// itself says so, or the list of all accounts that it has. It is unread where
// neither was read.
func (s *Snapshot) InOrganization(account, organization string) fact.Value[bool] {
	if a := s.Accounts[account]; a != nil && a.Organization.Read() {
		own, _ := a.Organization.Get()
		return fact.Of(own.ID == organization)
	}
	for _, id := range slices.Sorted(maps.Keys(s.Accounts)) {
		if s.Accounts[id] == nil {
			continue
		}
		o, _ := s.Accounts[id].Organization.Get()
		if all, ok := o.Accounts.Get(); ok && o.ID == organization {
			return fact.Of(slices.ContainsFunc(all, func(m Member) bool { return m.ID == account }))
		}
	}
	return fact.Value[bool]{}
}

// FindRole finds a role by ARN. A role that could not be read is NotRead, and r
// says why under Errors; r is nil if nobody tried.
func (s *Snapshot) FindRole(arn string) (r *Role, state fact.State) {
	r, state = findEntity(s, "roles", func(a *Account) map[string]*Role { return a.Roles }, arn)
	if r != nil && r.Errors["GetRole"] != "" {
		state = fact.NotRead
	}
	return r, state
}

// FindUser finds a user by ARN, as FindRole does a role.
func (s *Snapshot) FindUser(arn string) (u *User, state fact.State) {
	u, state = findEntity(s, "users", func(a *Account) map[string]*User { return a.Users }, arn)
	if u != nil && u.Errors["GetUser"] != "" {
		state = fact.NotRead
	}
	return u, state
}

// findEntity finds an IAM entity in the account that its ARN names, or under
// the same key elsewhere: a malformed ARN may name no account.
func findEntity[T any](s *Snapshot, kind string, of func(*Account) map[string]*T, key string) (*T, fact.State) {
	if id, err := arn.Parse(key); err == nil && s.Accounts[id.Account] != nil {
		a := s.Accounts[id.Account]
		return entry(a, kind, of(a), key)
	}
	account, e, state := find(s, kind, of, key)
	if state == fact.None && account == "" {
		state = fact.NotRead // it is in an account that the snapshot lacks
	}
	return e, state
}

// find finds an entry under its key in any account: of several in that whose ID
// is the least.
func find[T any](s *Snapshot, kind string, of func(*Account) map[string]*T, key string) (account string, e *T, state fact.State) {
	all := len(s.Accounts) > 0
	for id, a := range s.Accounts {
		if a == nil {
			all = false
			continue
		}
		found, there := of(a)[key]
		switch {
		case found != nil && (e == nil || id < account):
			account, e, state = id, found, fact.Known
		case found == nil && there && e == nil && (state == fact.NotRead || id < account):
			account, state = id, fact.None
		}
		all = all && a.Lists(kind)
	}
	if state == fact.NotRead && all {
		state = fact.None
	}
	return account, e, state
}

// entry finds an entry in a map of an account.
func entry[T any](a *Account, kind string, m map[string]*T, key string) (*T, fact.State) {
	e, there := m[key]
	switch {
	case e != nil:
		return e, fact.Known
	case there || a.Lists(kind):
		return nil, fact.None
	}
	return nil, fact.NotRead
}
