package replication

import (
	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/spec"
)

// FromSpec returns the rules that a SPEC asks for, in file order. A setting
// that a bucket leaves out is not read: what it is, is for the caller to assume
// or to look up.
func FromSpec(s *spec.Spec) []Rule {
	rules := make([]Rule, 0, len(s.Rules))
	for _, r := range s.Rules {
		rules = append(rules, fromSpec(s, r))
	}
	return rules
}

func fromSpec(s *spec.Spec, r spec.Rule) Rule {
	out := Rule{
		Name: r.Name.Value, Role: r.Role.ARN, Pos: r.Pos,
		From:                 BucketOf(s, r.From.Value),
		To:                   BucketOf(s, r.To.Value),
		Enabled:              r.Enabled.Value,
		Prefix:               r.Prefix.Value,
		FilterTags:           tagsOf(r.FilterTags),
		Priority:             r.Priority.Value,
		Tags:                 Mode(r.Tags.Value),
		Annotations:          Mode(r.Annotations.Value),
		OwnerOverride:        r.OwnerOverride.Value,
		DeleteMarkers:        r.DeleteMarkers.Value,
		StorageClass:         r.StorageClass.Value,
		ReplicationTime:      r.ReplicationTime.Value,
		Metrics:              r.Metrics.Value,
		ReplicaModifications: r.ReplicaModifications.Value,
		KMSObjects:           r.KMSObjects.Value,
		ReplicaKMSKey:        r.ReplicaKMSKey.Value,
		SSECObjects:          r.SSECObjects.Value,
		KMSLeftOut:           r.KMSObjects.Stated && !r.KMSObjects.Value,
		Job:                  jobOf(s, r.ExistingObjects),
		TwoWay:               r.TwoWay.Wanted || r.Mirrored,
		ConfusedDeputy:       string(r.Role.ConfusedDeputy.Value),
		GrantTo:              string(r.Role.GrantTo.Value),
		Boundary:             r.Role.PermissionsBoundary.Value,
		AWSDocs:              s.PolicyStyle == spec.AWSDocs,
	}
	if out.To.Region == "" { // nothing replicates from one partition to another
		out.To.Partition = out.From.Partition
	}
	return out
}

// jobOf is the Batch Replication that a rule asks for, nil for none.
func jobOf(s *spec.Spec, x spec.ExistingObjects) *Job {
	if !x.Wanted {
		return nil
	}
	return &Job{
		Role: x.Role.ARN, Manifest: locationOf(s, x.Manifest), Report: locationOf(s, x.Report),
		ConfusedDeputy: string(x.Role.ConfusedDeputy.Value), GrantTo: string(x.Role.GrantTo.Value), Boundary: x.Role.PermissionsBoundary.Value,
	}
}

func locationOf(s *spec.Spec, l spec.Optional[spec.Location]) *Location {
	if !l.Stated {
		return nil
	}
	return &Location{Bucket: BucketOf(s, l.Value.Bucket.Value), Prefix: l.Value.Prefix.Value}
}

func tagsOf(written []spec.Tag) []Tag {
	var tags []Tag
	for _, t := range written {
		tags = append(tags, Tag{t.Key.Value, t.Value.Value})
	}
	return tags
}

// BucketOf returns what a SPEC says of one of its buckets.
func BucketOf(s *spec.Spec, name string) Bucket {
	b, ok := s.Bucket(name)
	if !ok {
		return Bucket{Name: name}
	}
	owner, _ := s.Owner(name)
	return Bucket{
		Name:            name,
		Account:         owner.ID.Value,
		Partition:       s.PartitionOf(b),
		Region:          b.Region.Value,
		KMSKeys:         keysOf(b.KMSKeys),
		BucketKey:       stated(b.BucketKey),
		ObjectLock:      stated(b.ObjectLock),
		ObjectOwnership: ownership(b.ObjectOwnership),
		RequesterPays:   stated(b.RequesterPays),
	}
}

func stated[T any](o spec.Optional[T]) fact.Value[T] {
	if !o.Stated {
		return fact.Value[T]{}
	}
	return fact.Of(o.Value)
}

func ownership(o spec.Optional[spec.ObjectOwnership]) fact.Value[string] {
	if !o.Stated {
		return fact.Value[string]{}
	}
	return fact.Of(string(o.Value))
}

func keysOf(o spec.Optional[[]spec.Text]) fact.Value[[]string] {
	switch {
	case !o.Stated:
		return fact.Value[[]string]{}
	case len(o.Value) == 0:
		return fact.Absent[[]string]()
	}
	var keys []string
	for _, k := range o.Value {
		keys = append(keys, k.Value)
	}
	return fact.Of(keys)
}

// WritersFromSpec returns the writers that a SPEC asks for, in file order.
func WritersFromSpec(s *spec.Spec) []Writer {
	var writers []Writer
	for _, w := range s.Writers {
		writers = append(writers, writerOf(s, w))
	}
	return writers
}

func writerOf(s *spec.Spec, w spec.Writer) Writer {
	account, _ := s.Account(w.Account.Value)
	out := Writer{
		Name: w.Name.Value, Kind: string(w.Kind.Value), Account: account.ID.Value,
		Bucket:      BucketOf(s, w.Bucket.Value),
		Prefixes:    texts(w.Prefixes),
		Multipart:   w.Multipart.Value,
		AccessPoint: w.AccessPoint.Value,
		AssumedBy:   texts(w.AssumedBy),
		SourceIPs:   texts(w.SourceIPs),
		Guard:       w.Guard.Value,
		Pos:         w.Pos,
	}
	// A writer lies in the partition of its bucket: nothing crosses partitions.
	if w.Kind.Value == spec.WriterUser {
		out.ARN = arn.User(out.Bucket.Partition, out.Account, "", out.Name)
	} else {
		role := roleOf(s, out.Name)
		out.ARN = arn.Role(out.Bucket.Partition, out.Account, role.Path.Value, out.Name)
		out.Boundary = role.PermissionsBoundary.Value
	}
	return out
}

// roleOf is what the SPEC says of a role of that name.
func roleOf(s *spec.Spec, name string) spec.Role {
	for _, r := range s.Roles {
		if r.Name.Value == name {
			return r
		}
	}
	return spec.Role{}
}

func texts(ts []spec.Text) []string {
	var out []string
	for _, t := range ts {
		out = append(out, t.Value)
	}
	return out
}
