// Package spec holds what a person writes down about S3 replication: accounts,
// buckets, roles, rules and writers, each with its place in the file. It reads
// and checks the YAML text and nothing else: it opens no file, contacts nobody,
// and knows neither permissions nor policies.
package spec

import (
	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
)

// A Spec is a whole specification without known problems: every name in it
// refers to something, and every combination is one that S3 accepts. Lists are
// in file order. It comes from [Parse]; nobody changes it afterwards.
type Spec struct {
	File                string
	Version             int
	Access              Access
	Accounts            []Account
	AllowedDestinations AllowedDestinations
	Buckets             []Bucket
	Roles               []Role // as written under roles; a [Rule] holds its role in full
	Rules               []Rule // one per destination, and the mirrored ones
	PolicyStyle         PolicyStyle
	Writers             []Writer

	accounts   map[string]int    // indexes into Accounts, by name
	buckets    map[string]int    // indexes into Buckets, by name
	partitions map[string]string // of accounts that own buckets, by name
}

// A Text is a string with the place where it was written. A Text that was left
// out has neither value nor place.
type Text struct {
	Value string
	Pos   diag.Pos
}

// IsZero reports whether the text was left out.
func (t Text) IsZero() bool { return t == Text{} }

// String is the value alone.
func (t Text) String() string { return t.Value }

// An Optional is a setting that may be left out. What is not stated is not
// false: Value is then the default that the rest of the spec suggests, Pos is
// no place, and what holds in AWS may differ without being wrong.
type Optional[T any] struct {
	Value  T
	Stated bool
	Pos    diag.Pos
}

// Get returns the value, and whether it was written.
func (o Optional[T]) Get() (T, bool) { return o.Value, o.Stated }

// Account returns the account of that name in accounts.
func (s *Spec) Account(name string) (Account, bool) {
	i, ok := s.accounts[name]
	if !ok {
		return Account{}, false
	}
	return s.Accounts[i], true
}

// Bucket returns the bucket of that name in buckets.
func (s *Spec) Bucket(name string) (Bucket, bool) {
	i, ok := s.buckets[name]
	if !ok {
		return Bucket{}, false
	}
	return s.Buckets[i], true
}

// Owner returns the account of a bucket. It is false for a bucket whose account
// was left out: its owner is unknown.
func (s *Spec) Owner(bucket string) (Account, bool) {
	b, ok := s.Bucket(bucket)
	if !ok {
		return Account{}, false
	}
	return s.Account(b.Account.Value)
}

// Partition returns the partition of an account: the one it states, else that
// of its buckets' Regions, else "aws".
func (s *Spec) Partition(account string) string {
	if a, ok := s.Account(account); ok && a.Partition.Value != "" {
		return a.Partition.Value
	}
	if partition, ok := s.partitions[account]; ok {
		return partition
	}
	return arn.PartitionOf("")
}

// PartitionOf returns the partition of a bucket: that of its Region, else that
// of its account.
func (s *Spec) PartitionOf(b Bucket) string {
	if b.Region.IsZero() {
		return s.Partition(b.Account.Value)
	}
	return b.Partition()
}

// RequireOwners returns an error that names every bucket of a rule or writer
// whose account was left out: what is written for a bucket depends on its owner.
func (s *Spec) RequireOwners() error {
	used := make(map[string]bool)
	for _, r := range s.Rules {
		used[r.From.Value], used[r.To.Value] = true, true
	}
	for _, w := range s.Writers {
		used[w.Bucket.Value] = true
	}
	var problems diag.List
	for _, b := range s.Buckets {
		if used[b.Name.Value] && b.Account.IsZero() {
			problems = append(problems, table.At(b.Pos, "spec-owner-unknown", "bucket", quote(b.Name.Value)))
		}
	}
	return problems.Err()
}

// index makes the maps behind the lookups.
func (s *Spec) index() {
	s.accounts = make(map[string]int, len(s.Accounts))
	for i, a := range s.Accounts {
		s.accounts[a.Name.Value] = i
	}
	s.buckets = make(map[string]int, len(s.Buckets))
	s.partitions = make(map[string]string)
	for i, b := range s.Buckets {
		s.buckets[b.Name.Value] = i
		if _, ok := s.partitions[b.Account.Value]; !ok && !b.Account.IsZero() && !b.Region.IsZero() {
			s.partitions[b.Account.Value] = b.Partition()
		}
	}
}
