package planner

import (
	"slices"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/spec"
)

// What a plan assumes of a bucket whose settings the SPEC leaves out: the
// defaults of a new bucket, but for the owner override, which is written
// because it would be needed.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html and
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html.
const (
	assumedEncryption = "SSE-S3"
	assumedOwnership  = "bucket-owner-enforced"
	assumedOff        = "false"
	assumedOn         = "true"
)

// A use says what enabled rules and writers do with a bucket.
type use struct {
	reads       bool // replicates from it
	selectsKMS  bool // a rule says nothing of KMS objects
	writes      bool // replicates to it, or a writer or batch job uses it
	fromOutside bool // replicates to it from another account
	shared      bool // another account writes to it
	overrides   bool // hands replicas to its owner
	receives    bool // replicates to it from a bucket with Object Lock
}

// withLocks returns the rules with what is assumed of their destinations: that a
// bucket to which a locked one replicates has Object Lock too, since S3 refuses
// the replicas otherwise. Of a rule onward from there it is the source.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html.
func withLocks(rules []replication.Rule) []replication.Rule {
	locked := map[string]bool{}
	for range rules {
		before := len(locked)
		for _, r := range rules {
			if r.Enabled && (r.From.ObjectLock.Or(false) || locked[r.From.Name]) && !r.To.ObjectLock.Read() {
				locked[r.To.Name] = true
			}
		}
		if len(locked) == before {
			break
		}
	}
	out := slices.Clone(rules)
	for i := range out {
		for _, b := range []*replication.Bucket{&out[i].From, &out[i].To} {
			if locked[b.Name] && !b.ObjectLock.Read() {
				b.ObjectLock = fact.Of(true)
			}
		}
	}
	return out
}

// assumptions lists the settings that s leaves out and the plan depends on, by
// bucket in file order.
func assumptions(s *spec.Spec, rules []replication.Rule) []Assumption {
	uses := usesOf(s)
	for _, r := range rules {
		if u := uses[r.To.Name]; r.Enabled {
			u.receives = u.receives || r.From.ObjectLock.Or(false)
			uses[r.To.Name] = u
		}
	}
	list := []Assumption{}
	for _, b := range s.Buckets {
		u := uses[b.Name.Value]
		assume := func(depends, stated bool, field string, value diag.Text) {
			if depends && !stated {
				list = append(list, Assumption{Bucket: b.Name.Value, Field: field, Assumed: value.String(), AssumedKey: value.Key})
			}
		}
		ownership, off := diag.Datum(assumedOwnership), diag.Datum(assumedOff)
		if u.overrides {
			ownership = phrases.Text("assumed.not-enforced")
		}
		assume(u.selectsKMS || u.writes, b.KMSKeys.Stated, "kms_key", diag.Datum(assumedEncryption))
		assume(u.receives, b.ObjectLock.Stated, "object_lock", diag.Datum(assumedOn))
		assume(u.reads && !u.receives, b.ObjectLock.Stated, "object_lock", off)
		assume(u.shared || u.overrides, b.ObjectOwnership.Stated, "object_ownership", ownership)
		assume(u.fromOutside, b.RequesterPays.Stated, "requester_pays", off)
	}
	return list
}

func usesOf(s *spec.Spec) map[string]use {
	uses := map[string]use{}
	for _, r := range s.Rules {
		if !r.Enabled.Value {
			continue
		}
		from, to := uses[r.From.Value], uses[r.To.Value]
		from.reads = true
		from.selectsKMS = from.selectsKMS || !r.KMSObjects.Stated
		to.writes = true
		to.fromOutside = to.fromOutside || !sameOwner(s, r)
		to.shared = to.shared || to.fromOutside
		to.overrides = to.overrides || r.OwnerOverride.Value
		uses[r.From.Value], uses[r.To.Value] = from, to
		for _, l := range []spec.Optional[spec.Location]{r.ExistingObjects.Manifest, r.ExistingObjects.Report} {
			u := uses[l.Value.Bucket.Value]
			u.writes = u.writes || l.Stated
			if b, _ := s.Bucket(l.Value.Bucket.Value); l.Stated && l == r.ExistingObjects.Report {
				owner, _ := s.Bucket(r.From.Value)
				u.shared = u.shared || b.Account.Value != owner.Account.Value
			}
			uses[l.Value.Bucket.Value] = u
		}
	}
	for _, w := range s.Writers {
		u := uses[w.Bucket.Value]
		b, _ := s.Bucket(w.Bucket.Value)
		u.writes = true
		u.shared = u.shared || w.Account.Value != b.Account.Value
		uses[w.Bucket.Value] = u
	}
	return uses
}

func sameOwner(s *spec.Spec, r spec.Rule) bool {
	from, _ := s.Owner(r.From.Value)
	to, _ := s.Owner(r.To.Value)
	return from.ID.Value == to.ID.Value
}
