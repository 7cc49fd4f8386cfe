package discover

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// settings writes what was read of the buckets, and tells what was not.
func (f *finder) settings() {
	for _, b := range f.order {
		f.whereabouts(b)
		f.place(b)
		if b.live == nil {
			continue
		}
		var unread []string
		read := func(key string, ok bool) {
			if !ok {
				unread = append(unread, key)
			}
		}
		read("kms_key", f.key(b))
		read("object_lock", b.switchOn("object_lock", b.live.Locked()))
		read("object_ownership", b.ownership())
		if f.fromOutside(b) && b.live.RequesterPays().Or(false) {
			b.entry.note("discover-requester-pays", "bucket", b.Name)
		} else {
			read("requester_pays", b.switchOn("requester_pays", b.live.RequesterPays()))
		}
		if len(unread) > 0 {
			b.entry.note("discover-not-read", "bucket", b.Name, "settings", strings.Join(unread, ", "))
		}
	}
}

// whereabouts tells of a bucket that is not there, or not where it should be.
func (f *finder) whereabouts(b *bucket) {
	args := []string{"bucket", b.Name, "account", b.Account}
	switch {
	case b.live != nil:
	case b.Account == "" && b.gone:
		b.entry.note("discover-bucket-gone", args...)
	case b.Account == "":
		b.entry.note("discover-bucket-nowhere", args...)
	case b.state == fact.None:
		b.entry.note("discover-bucket-missing", args...)
	default:
		b.entry.note("discover-bucket-unread", args...)
	}
	for _, s := range f.from {
		if slices.ContainsFunc(s.rules, func(r *rule) bool { return r.to == b }) {
			f.outside(s, b)
		}
	}
}

// outside tells of a destination whose account is not in the organization of its
// source.
func (f *finder) outside(from *source, to *bucket) {
	home := organization(f, from.Account)
	if home == "" || to.Account == "" {
		return
	}
	if in, known := f.held.InOrganization(to.Account, home).Get(); known && !in {
		to.entry.note("discover-outside", "bucket", to.Name, "account", to.Account, "organization", home, "from", from.Name)
	}
}

// organization is the ID of the organization of an account, "" if it is in none,
// or nobody knows.
func organization(f *finder, id string) string {
	if account := f.held.Accounts[id]; account != nil {
		return account.Organization.Or(snapshot.Organization{}).ID
	}
	return ""
}

// place writes where a bucket is.
func (f *finder) place(b *bucket) {
	if b.Account != "" {
		b.entry.add("account", scalar(accountName(b.Account)))
	}
	if b.Region != "" {
		b.entry.add("region", scalar(b.Region))
	}
}

// switchOn writes a setting that is on; that it is off is the usual, and left
// out. It is false where nobody knows.
func (b *bucket) switchOn(key string, on fact.Value[bool]) bool {
	if on.Or(false) {
		b.entry.add(key, "true")
	}
	return on.Read()
}

// ownerships are the settings of Object Ownership that a SPEC has to say: a plan
// assumes the one that is left.
var ownerships = map[string]string{"BucketOwnerPreferred": "bucket-owner-preferred", "ObjectWriter": "object-writer"}

func (b *bucket) ownership() bool {
	o := b.live.Ownership()
	is, known := o.Get()
	if word := ownerships[is]; word != "" {
		b.entry.add("object_ownership", word)
	} else if known && is != replication.BucketOwnerEnforced {
		b.entry.add("object_ownership", scalar(is)) // a SPEC refuses it, and says so
	}
	return o.Read()
}

// key writes the default key of a bucket, and whether objects have bucket keys.
// It is false where nobody read how the bucket encrypts.
func (f *finder) key(b *bucket) bool {
	standing := b.live.DefaultKey()
	id, ok := standing.Get()
	if !ok {
		return standing.Read()
	}
	key, known := f.held.ResolveKey(id, arn.PartitionOf(b.Region), b.Region, b.Account)
	switch rule, left := b.skips(); {
	case !known:
		b.entry.note("discover-key-unknown", "bucket", b.Name, "key", id)
	case left:
		b.entry.note("discover-key-left-out", "bucket", b.Name, "key", key, "rule", rule)
	default:
		b.key = key
		b.entry.add("kms_key", scalar(key))
		b.entry.add("bucket_key", onOff(b.live.UsesBucketKey().Or(false)))
	}
	return true
}

func onOff(on bool) string {
	if on {
		return "true"
	}
	return "false"
}

// skips returns the first rule of a source that does not select KMS objects. To
// such a rule, a SPEC with a key of the source would have to say that it is meant
// so, and an audit would not say any more that these objects are skipped.
func (b *bucket) skips() (string, bool) {
	if b.source == nil {
		return "", false
	}
	for _, r := range b.source.rules {
		if !r.KMSObjects {
			return r.Name, true
		}
	}
	return "", false
}

// fromOutside reports whether a rule of another account replicates to a bucket.
func (f *finder) fromOutside(b *bucket) bool {
	for _, s := range f.from {
		if s.Account != b.Account && slices.ContainsFunc(s.rules, func(r *rule) bool { return r.to == b }) {
			return true
		}
	}
	return false
}

// owners writes the accounts of the buckets and of the keys, in their order.
func (f *finder) owners() {
	partitions := map[string]string{} // of accounts whose buckets do not say it
	for _, b := range f.order {
		f.account(b.Account)
		if key, err := arn.Parse(b.key); err == nil {
			f.account(key.Account)
		}
	}
	for _, s := range f.from {
		for _, r := range s.rules {
			if key, err := arn.Parse(r.ReplicaKMSKey); r.KMSObjects && err == nil && arn.IsAccountID(key.Account) {
				f.account(key.Account)
			}
			partitions[s.Account], partitions[r.to.Account] = s.Partition, s.Partition
		}
	}
	for _, b := range f.order {
		if b.Region != "" {
			delete(partitions, b.Account)
		}
	}
	for id, e := range f.accounts {
		if p := partitions[id]; p != "" && p != arn.PartitionOf("") {
			e.fields = append(e.fields, field{key: "partition", value: p})
		}
	}
	slices.SortFunc(f.draft.accounts, func(a, b *entry) int { return strings.Compare(a.id, b.id) })
}

// account makes sure that an account stands in the SPEC.
func (f *finder) account(id string) {
	if id == "" || f.accounts[id] != nil {
		return
	}
	e := &entry{kind: ofAccount, name: accountName(id), id: id}
	e.add("id", quoted(id))
	if f.held.Accounts[id] == nil {
		e.note("discover-account-foreign", "account", id)
	}
	f.accounts[id] = e
	f.draft.accounts = append(f.draft.accounts, e)
}

func accountName(id string) string { return "account-" + id }
