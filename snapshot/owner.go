package snapshot

import (
	"maps"
	"slices"
	"strconv"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
)

// owners tells which accounts hold a bucket, by its name.
type owners map[string][]holding

// A holding is a bucket in an account.
type holding struct {
	account string
	bucket  *Bucket
}

// other returns another account that holds the same bucket. The names of buckets
// are unique within a partition; one whose Region is not known may be in any.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html.
func (o owners) other(name, account string, b *Bucket) (string, bool) {
	i := slices.IndexFunc(o[name], func(h holding) bool {
		apart := h.bucket.Region != "" && b.Region != "" && arn.PartitionOf(h.bucket.Region) != arn.PartitionOf(b.Region)
		return h.account != account && !apart
	})
	if i < 0 {
		return "", false
	}
	return o[name][i].account, true
}

// EachBucket calls do with the buckets of all accounts that are there, by account
// and name.
func (s *Snapshot) EachBucket(do func(account, name string, b *Bucket)) {
	for _, id := range slices.Sorted(maps.Keys(s.Accounts)) {
		if s.Accounts[id] == nil {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(s.Accounts[id].Buckets)) {
			if b := s.Accounts[id].Buckets[name]; b != nil {
				do(id, name, b)
			}
		}
	}
}

// ownedTwice reports the buckets that two accounts of s hold. The text of c is
// the one that s was read from.
func (c *checker) ownedTwice(s *Snapshot) {
	held := owners{}
	s.EachBucket(func(id, name string, b *Bucket) {
		if other, ok := held.other(name, id, b); ok {
			first := diag.Place(c.file, c.text, c.bucketAt(other, name))
			c.report(c.bucketAt(id, name), bucketTwice, "bucket", strconv.Quote(name), "account", id, "other", other,
				"at", strconv.Itoa(first.Line)+":"+strconv.Itoa(first.Column))
		}
		held[name] = append(held[name], holding{id, b})
	})
}

// bucketAt is the offset of a bucket's key in the text.
func (c *checker) bucketAt(account, name string) int {
	at := skip(c.text, 0)
	value := span{at, valueEnd(c.text, at)}
	for _, key := range []string{"accounts", account, "buckets", name} {
		for _, m := range members(c.text, value, c.keys) {
			if m.key == key {
				at, value = m.at, m.value
				break
			}
		}
	}
	return at
}

// moved takes the buckets that a later snapshot found in one account away from
// the other accounts, which an earlier one found them in.
func (s *Snapshot) moved(later *Snapshot) {
	held := owners{}
	later.EachBucket(func(id, name string, b *Bucket) { held[name] = append(held[name], holding{id, b}) })
	for id, a := range s.Accounts {
		if a == nil {
			continue
		}
		s.Accounts[id] = a.withoutBuckets(func(name string, b *Bucket) bool {
			if b == nil || later.holds(id, name) {
				return false
			}
			_, elsewhere := held.other(name, id, b)
			return elsewhere
		})
	}
}

// holds reports whether an account of s holds a bucket.
func (s *Snapshot) holds(account, name string) bool {
	a := s.Accounts[account]
	return a != nil && a.Buckets[name] != nil
}

// withoutBuckets returns a without some buckets; a itself where it has none of them.
func (a *Account) withoutBuckets(gone func(string, *Bucket) bool) *Account {
	left := maps.Clone(a.Buckets)
	maps.DeleteFunc(left, gone)
	if len(left) == len(a.Buckets) {
		return a
	}
	c := *a
	c.Buckets = left
	return &c
}
