// Package discover writes a SPEC of what accounts replicate today, from a
// snapshot of them. It guesses nothing: what was not read is left out, and what
// a SPEC cannot say stands in it as a comment with the reason. Both are told.
package discover

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// Options narrow what is written. The zero Options writes everything.
type Options struct {
	Accounts []string // IDs: the sources of these accounts only
	Buckets  []string // names: these sources only
}

// A Draft is the SPEC of what a snapshot replicates.
type Draft struct {
	// Incomplete says that something is not in it, or that it has no rule: nobody
	// could read an account or what a bucket replicates, or no SPEC can say a rule.
	Incomplete bool

	head     []diag.Text
	accounts []*entry
	buckets  []*entry
	roles    []*entry
	rules    []*entry
}

// From writes the SPEC of a snapshot. The same snapshot gives the same SPEC.
func From(s *snapshot.Snapshot, o Options) *Draft {
	f := &finder{Options: o, held: s, draft: &Draft{}, buckets: map[string]*bucket{}, accounts: map[string]*entry{}, roles: map[string]*entry{}}
	f.sources()
	for _, src := range f.from {
		f.source(src)
	}
	f.settings()
	f.mirrors()
	f.owners()
	f.write()
	f.draft.settle()
	f.draft.Incomplete = f.draft.Incomplete || f.draft.lost()
	return f.draft
}

// lost reports whether a rule is but a comment, or there is none.
func (d *Draft) lost() bool {
	return len(d.rules) == 0 || slices.ContainsFunc(d.rules, func(e *entry) bool { return e.refused != nil })
}

// Notices are what is odd about what was found, or is not in the SPEC. Each
// stands in it as a comment too, in this order.
func (d *Draft) Notices() []diag.Text {
	notices := slices.Clone(d.head)
	for _, list := range [][]*entry{d.accounts, d.buckets, d.roles, d.rules} {
		for _, e := range list {
			notices = append(notices, e.said()...)
		}
	}
	return notices
}

// A finder is one discovery.
type finder struct {
	Options
	held     *snapshot.Snapshot
	draft    *Draft
	from     []*source
	buckets  map[string]*bucket // of a rule, by name
	order    []*bucket          // in the order of the rules
	accounts map[string]*entry  // by ID
	roles    map[string]*entry  // with details, by name
}

// A source is a bucket that replicates.
type source struct {
	*bucket
	config replication.Configuration
	rules  []*rule
}

// A bucket is one end of a rule.
type bucket struct {
	replication.Bucket
	live   *snapshot.Bucket // nil if it was not read, or does not exist
	state  fact.State
	gone   bool    // S3 said that no account has it
	key    string  // the ARN of the default key, if it is known and can be written
	source *source // nil for one that replicates nothing
	entry  *entry
}

// A rule is one rule of a source.
type rule struct {
	replication.Rule
	written replication.ConfigurationRule
	source  *source
	to      *bucket
	mirror  *rule  // the rule the other way round that two_way makes of this one
	draft   *Draft // of a rule with a mirror
	role    *entry // details of its role, nil for none
	plain   bool   // the name of its role says all
	entry   *entry
}

// sources finds the buckets that replicate, and tells of those of which nobody
// knows it.
func (f *finder) sources() {
	var unlisted []string
	failed := false
	for _, id := range slices.Sorted(maps.Keys(f.held.Accounts)) {
		if len(f.Accounts) > 0 && !slices.Contains(f.Accounts, id) {
			continue
		}
		if !arn.IsAccountID(id) {
			f.draft.Incomplete = true
			f.head("discover-account-id", "account", id)
			continue
		}
		account := f.held.Accounts[id]
		if why := account.WhyUnread(); account == nil || why != "" {
			f.draft.Incomplete = true
			f.draft.head = append(f.draft.head, sentences.Text("discover-account-unread", "account", id).With("why", reason(why)))
			continue
		}
		if !account.Lists("buckets") {
			unlisted = append(unlisted, id)
			failed = failed || account.Errors["ListBuckets"] != ""
		}
		f.sourcesOf(id, account)
	}
	f.missed(unlisted, failed)
	f.unheld()
	if entered := f.lacks(); len(f.from) == 0 && entered {
		f.head("discover-nothing")
	}
}

// lacks tells of what was to be read and stands under no account. It reports
// whether any account was entered, without which nobody knows what replicates.
func (f *finder) lacks() (entered bool) {
	for _, l := range f.held.Lacks {
		operation, why := l.Reason()
		t := sentences.Text("discover-default-unread", "operation", operation)
		switch {
		case l.Account != "":
			t = sentences.Text("discover-members-unlisted", "account", l.Account)
		case l.Profile != "":
			t = sentences.Text("discover-profile-unread", "profile", l.Profile, "operation", operation)
		}
		f.draft.head = append(f.draft.head, t.With("why", reason(why)))
	}
	if f.held.Interrupted {
		f.head("discover-interrupted")
	}
	f.draft.Incomplete = f.draft.Incomplete || len(f.held.Lacks) > 0 || f.held.Interrupted
	for _, account := range f.held.Accounts {
		entered = entered || account != nil && account.WhyUnread() == ""
	}
	return entered || len(f.held.Lacks) == 0
}

// missed tells of accounts whose buckets were not listed, and of buckets that were
// asked for and not found. Failed says that somebody tried to list: then nobody
// knows what else replicates.
func (f *finder) missed(unlisted []string, failed bool) {
	if len(unlisted) > 0 {
		f.head("discover-buckets-unlisted", "accounts", some(unlisted))
	}
	found := len(f.Buckets) > 0
	for _, name := range f.Buckets {
		if slices.ContainsFunc(f.from, func(s *source) bool { return s.Name == name }) {
			continue
		}
		found = false
		if _, _, state := f.held.FindBucket(name); state == fact.Known {
			f.head("discover-no-source", "bucket", name)
			continue
		}
		f.draft.Incomplete = true
		f.head("discover-bucket-absent", "bucket", name)
	}
	f.draft.Incomplete = f.draft.Incomplete || failed && !found
}

// unheld tells of accounts that were asked for and that nobody read.
func (f *finder) unheld() {
	for _, id := range f.Accounts {
		if _, ok := f.held.Accounts[id]; !ok {
			f.draft.Incomplete = true
			f.head("discover-account-absent", "account", id)
		}
	}
}

// head adds a notice about the whole SPEC.
func (f *finder) head(key string, args ...string) {
	f.draft.head = append(f.draft.head, sentences.Text(key, args...))
}

// sourcesOf finds the buckets of one account that replicate.
func (f *finder) sourcesOf(id string, account *snapshot.Account) {
	unread := map[string][]string{} // buckets by reason
	for _, name := range slices.Sorted(maps.Keys(account.Buckets)) {
		b := account.Buckets[name]
		if b == nil || len(f.Buckets) > 0 && !slices.Contains(f.Buckets, name) {
			continue
		}
		config, ok := b.ReplicationConfiguration.Get()
		switch why := b.ReplicationConfiguration.Why(); {
		case ok && len(config.Rules) > 0 && f.buckets[name] != nil:
			f.head("discover-bucket-twice", "bucket", name, "account", id, "other", f.buckets[name].Account)
		case ok && len(config.Rules) > 0:
			from := f.bucket(name, id)
			from.source = &source{bucket: from, config: config}
			f.from = append(f.from, from.source)
		case !b.ReplicationConfiguration.Read():
			unread[why] = append(unread[why], name)
		}
	}
	for _, why := range slices.Sorted(maps.Keys(unread)) {
		f.draft.Incomplete = true
		f.draft.head = append(f.draft.head, sentences.Text("discover-configuration-unread",
			"account", id, "buckets", some(unread[why])).With("why", reason(why)))
	}
}

// maxNamed is how many of many names are told.
const maxNamed = 10

// some are names in one text; of many the first, and how many there are.
func some(names []string) string {
	if len(names) > maxNamed {
		return strings.Join(names[:maxNamed], ", ") + ", ... (" + strconv.Itoa(len(names)) + ")"
	}
	return strings.Join(names, ", ")
}

// reason is why something was not read.
func reason(why string) diag.Text {
	if why == "" {
		return sentences.Text("discover-not-tried")
	}
	return diag.Datum(why)
}

// bucket returns a bucket of an account; "" is an account that nobody knows.
func (f *finder) bucket(name, account string) *bucket {
	if b, ok := f.buckets[name]; ok {
		return b
	}
	b := &bucket{Bucket: replication.Bucket{Name: name, Account: account}}
	if live, state := f.held.FindBucketIn(account, name); account != "" {
		b.live, b.state = live, state
	}
	if b.live != nil {
		b.Region = b.live.Region
	}
	f.buckets[name] = b
	return b
}

// destination returns the bucket of that name: in the account that holds it, else
// in the one that a rule names.
func (f *finder) destination(name, written string) *bucket {
	owner, _, state := f.held.FindBucket(name)
	gone := state == fact.None && owner != ""
	if state != fact.Known {
		owner = written
	}
	b := f.bucket(name, owner)
	b.gone = gone
	return b
}
