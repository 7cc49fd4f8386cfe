package audit

import (
	"maps"
	"slices"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// unlisted adds, without a SPEC, the accounts that may replicate what nobody saw:
// those that could not be entered, or did not show which buckets they have. A
// finding about an account that a rule has led to stands for it already.
func (a *auditor) unlisted() {
	if a.in.SpecFile != "" || a.bucketsHeld() {
		return
	}
	for _, id := range a.accountsAsked() {
		account := a.in.Snapshot.Accounts[id]
		switch {
		case account == nil || account.WhyUnread() != "":
			if _, told := a.causes[cause{checkReadDenied, id, "account"}]; !told {
				a.accountUnread(id, concern{})
			}
		case a.hidesBuckets(id, account):
			u := unreading{place{replication.BucketSettings, id, id, ""}, "ListBuckets", account.Errors["ListBuckets"]}
			a.share(cause{checkReadDenied, id, u.operation}, concern{}, func() Finding {
				return a.readDenied(u, checkReadDenied, words("what.buckets", "account", id))
			})
		}
	}
}

// accountsAsked are the accounts whose rules are audited: those that were asked
// for, else all that the snapshot has.
func (a *auditor) accountsAsked() []string {
	ids := slices.Clone(a.in.Accounts)
	if len(ids) == 0 {
		ids = slices.Collect(maps.Keys(a.in.Snapshot.Accounts))
		ids = slices.DeleteFunc(ids, func(id string) bool { return a.in.Snapshot.Accounts[id] == nil })
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// bucketsHeld reports whether the audit is of some buckets only, and all of them
// are there: then it does not matter which others an account has.
func (a *auditor) bucketsHeld() bool {
	return len(a.in.Buckets) > 0 && !slices.ContainsFunc(a.in.Buckets, func(name string) bool {
		_, _, state := a.in.Snapshot.FindBucket(name)
		return state != fact.Known
	})
}

// hidesBuckets reports whether an account was asked for its buckets and did not
// say. A file that has some entries of an account is about those; one that has
// no bucket of an account that the audit is of says nothing of what was asked.
func (a *auditor) hidesBuckets(id string, account *snapshot.Account) bool {
	if account.Lists("buckets") {
		return false
	}
	return account.Errors["ListBuckets"] != "" || len(account.Buckets) == 0 && slices.Contains(a.in.Accounts, id)
}
