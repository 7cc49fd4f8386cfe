package snapshot

import (
	"maps"
	"slices"

	"github.com/repligrant/repligrant/fact"
)

// Overlay returns s with a later snapshot laid over it, entry by entry: a
// bucket, role, user, key or access point of later replaces the one of s as a
// whole, and so does null. A setting of an account that later did not read
// stays. A bucket that later found in one account is in no other one any more.
// Where later lists all entries of a kind, those that only s has are gone. What
// either lacks, the result lacks. Neither snapshot is changed; the result shares
// their entries.
func (s *Snapshot) Overlay(later *Snapshot) *Snapshot {
	c := &Snapshot{Schema: Schema, CollectedAt: max(s.CollectedAt, later.CollectedAt), Accounts: maps.Clone(s.Accounts)}
	c.Lacks, c.Interrupted = SortLacks(slices.Concat(s.Lacks, later.Lacks)), s.Interrupted || later.Interrupted
	c.Origins = s.Origins.over(later.Origins)
	if c.Accounts == nil {
		c.Accounts = make(map[string]*Account)
	}
	for id, over := range later.Accounts {
		switch under := c.Accounts[id]; {
		case under == nil:
			c.Accounts[id] = over
		case over != nil:
			c.Accounts[id] = under.overlay(over)
		}
	}
	c.moved(later)
	return c
}

func (a *Account) overlay(later *Account) *Account {
	c := *a
	if later.As != "" {
		c.As = later.As
	}
	c.Listed = slices.Compact(slices.Sorted(slices.Values(slices.Concat(a.Listed, later.Listed))))
	c.Buckets = overlay(a.Buckets, later.Buckets, later.Lists("buckets"))
	c.Roles = overlay(a.Roles, later.Roles, later.Lists("roles"))
	c.Users = overlay(a.Users, later.Users, later.Lists("users"))
	c.Keys = overlay(a.Keys, later.Keys, later.Lists("keys"))
	c.AccessPoints = overlay(a.AccessPoints, later.AccessPoints, later.Lists("accessPoints"))
	if later.PublicAccessBlockConfiguration.Read() || !a.PublicAccessBlockConfiguration.Read() {
		c.PublicAccessBlockConfiguration = later.PublicAccessBlockConfiguration
	}
	if later.Organization.Read() || !a.Organization.Read() {
		c.Organization = later.Organization
	}
	c.Errors = make(Errors)
	maps.Copy(c.Errors, a.Errors)
	maps.Copy(c.Errors, later.Errors)
	c.settle(a.WhyUnread() == "" || later.WhyUnread() == "")
	return &c
}

// settle drops the errors of what was read after all.
func (a *Account) settle(entered bool) {
	for _, f := range a.fields() {
		if f.state() == fact.NotRead {
			continue
		}
		for _, o := range f.operations {
			delete(a.Errors, o)
		}
	}
	if entered {
		maps.DeleteFunc(a.Errors, func(o, _ string) bool { return slices.Contains(signIn, o) })
	}
}

func overlay[T any](under, over map[string]*T, complete bool) map[string]*T {
	if complete || under == nil {
		return over
	}
	c := maps.Clone(under)
	maps.Copy(c, over)
	return c
}
