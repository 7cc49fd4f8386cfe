package discover

import (
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
)

// source reads the rules of a bucket.
func (f *finder) source(s *source) {
	s.Partition = "aws"
	if s.Region != "" {
		s.Partition = arn.PartitionOf(s.Region)
	}
	f.use(s.bucket)
	if role, ok := replication.RepairRole(s.config.Role, s.Bucket); !ok {
		s.entry.note("discover-role-repaired", "bucket", s.Name, "value", s.config.Role, "role", role)
	}
	if !s.config.V2() {
		s.entry.note("discover-first-version", "bucket", s.Name)
	}
	find := func(name string) replication.Bucket {
		if _, b, state := f.held.FindBucket(name); state == fact.Known {
			return replication.Bucket{Name: name, Region: b.Region}
		}
		return replication.Bucket{Name: name}
	}
	for i, live := range s.config.RulesOf(s.Bucket, find) {
		r := &rule{Rule: live, written: s.config.Rules[i], source: s}
		r.to = f.destination(live.To.Name, r.written.Destination.Owner())
		r.entry = &entry{kind: ofRule, name: r.Name, rule: r}
		s.rules = append(s.rules, r)
		f.draft.rules = append(f.draft.rules, r.entry)
		f.use(r.to)
		f.odd(r)
		if problem, ok := r.unsayable(); ok {
			r.entry.refuse(problem)
		}
	}
}

// use makes sure that a bucket stands in the SPEC.
func (f *finder) use(b *bucket) {
	if b.entry != nil {
		return
	}
	b.entry = &entry{kind: ofBucket, name: b.Name}
	f.order = append(f.order, b)
	f.draft.buckets = append(f.draft.buckets, b.entry)
}

// unsayable says why no SPEC can say what a rule does, where a SPEC would be
// taken to say something else. What a SPEC refuses is found by reading it.
func (r *rule) unsayable() (diag.Text, bool) {
	d := r.written.Destination
	switch {
	case r.written.Status != replication.Enabled && r.written.Status != replication.Disabled:
		return sentences.Text("discover-why-status", "value", r.written.Status), true
	case !isBucketARN(d.Bucket):
		return sentences.Text("discover-why-destination", "value", d.Bucket), true
	case d.AccessControlTranslation != nil && d.AccessControlTranslation.Owner != "Destination":
		return sentences.Text("discover-why-owner", "value", d.AccessControlTranslation.Owner), true
	case d.ReplicationTime != nil && isNot15(d.ReplicationTime.Time) || d.Metrics != nil && isNot15(d.Metrics.EventThreshold):
		return sentences.Text("discover-why-minutes"), true
	case r.KMSObjects && r.ReplicaKMSKey == "":
		return sentences.Text("discover-why-replica-key"), true
	case r.written.Filter != nil && selectors(*r.written.Filter) > 1:
		return sentences.Text("discover-why-filter"), true
	}
	return diag.Text{}, false
}

func isBucketARN(s string) bool {
	a, err := arn.Parse(s)
	return err == nil && a.Service == "s3" && a.Region == "" && a.Account == "" && !strings.ContainsAny(a.Resource, "/:")
}

// isNot15 reports whether a threshold is another than the one that S3 knows.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationTimeValue.html.
func isNot15(m *replication.Minutes) bool { return m != nil && m.Minutes != 15 }

// selectors counts what a filter selects by; S3 takes one.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationRuleFilter.html.
func selectors(f replication.Filter) int {
	n := 0
	for _, there := range []bool{f.Prefix != nil && *f.Prefix != "", f.Tag != nil, f.And != nil} {
		if there {
			n++
		}
	}
	return n
}

// odd tells what may surprise about a rule, whether or not it can be written.
func (f *finder) odd(r *rule) {
	args := []string{"rule", r.Name, "from", r.From.Name}
	if r.written.Status == replication.Disabled {
		r.entry.note("discover-disabled", args...)
	}
	if x := r.written.ExistingObjectReplication; x != nil && x.Status == replication.Enabled {
		r.entry.note("discover-existing", args...)
	}
	if !r.KMSObjects && r.ReplicaKMSKey != "" {
		r.entry.note("discover-replica-key-idle", append(args, "key", r.ReplicaKMSKey)...)
	}
	f.oddDestination(r, args)
	f.chain(r, args)
}

// oddDestination tells of a destination that is not what its rule takes it to be.
//
// A bucket that had versioning never is without it again, and S3 takes no rule to
// a bucket without.
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html and
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html.
func (f *finder) oddDestination(r *rule, args []string) {
	to, written := r.to, r.written.Destination.Owner()
	args = append(args, "bucket", to.Name, "account", to.Account)
	if written != "" && to.live != nil && to.Account != written {
		r.entry.note("discover-owner-differs", append(args, "written", written)...)
	}
	if to.live == nil {
		return
	}
	if v, ok := to.live.Versioning.Get(); to.live.Versioning.Read() && (!ok || v.Status == "") {
		r.entry.note("discover-recreated", args...)
	}
}

// chain tells of a destination that replicates on: replicas do not go there.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html.
func (f *finder) chain(r *rule, args []string) {
	if r.to.live == nil || r.written.Status != replication.Enabled {
		return
	}
	onward, _ := r.to.live.ReplicationConfiguration.Get()
	told := map[string]bool{r.From.Name: true, r.to.Name: true} // back is no chain
	for _, next := range onward.Rules {
		name := replication.BucketName(next.Destination.Bucket)
		if next.Status == replication.Enabled && !told[name] {
			told[name] = true
			r.entry.note("discover-chain", append(args, "bucket", r.to.Name, "next", name)...)
		}
	}
}
