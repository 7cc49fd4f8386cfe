package spec

import (
	"strconv"
	"strings"
)

// maxRules is how many rules the configuration of one bucket holds.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationConfiguration.html.
const maxRules = 1000

// checkPair looks for a source and a destination that do not go together.
func (p *parser) checkPair(r Rule, from, to Bucket) {
	names := []string{"from", quote(from.Name.Value), "to", quote(to.Name.Value)}
	// See https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html.
	if known := !from.Region.IsZero() && !to.Region.IsZero(); known && from.Partition() != to.Partition() && !r.Mirrored {
		p.clash(r.To.Pos, to.Region.Pos, "spec-partitions-differ", append(names, "got", to.Partition(), "want", from.Partition())...)
	}
	// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html.
	if locked, stated := to.ObjectLock.Get(); from.ObjectLock.Value && stated && !locked {
		p.clash(r.To.Pos, to.ObjectLock.Pos, "spec-object-lock", names...)
	}
	crosses := !from.Account.IsZero() && !to.Account.IsZero() && from.Account.Value != to.Account.Value
	if crosses && to.RequesterPays.Value {
		p.clash(r.To.Pos, to.RequesterPays.Pos, "spec-requester-pays", names...)
	}
	p.checkReplicaKey(r, from, to, names)
}

// checkReplicaKey checks that replicas of KMS objects have a key, in the Region
// of the destination.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html.
func (p *parser) checkReplicaKey(r Rule, from, to Bucket, names []string) {
	refused := to.KMSKeys.Stated && to.KMSKeys.Value == nil // has been reported
	switch {
	case r.ReplicaKMSKey.Stated:
		p.inRegion(Text{r.ReplicaKMSKey.Value, r.ReplicaKMSKey.Pos}, to)
	case !r.KMSObjects.Value || r.ReplicaKMSKey.Value != "" || refused:
	case r.Mirrored:
		p.clash(r.Pos, to.Pos, "spec-no-replica-key-mirrored", names...)
	case r.KMSObjects.Stated:
		p.clash(r.KMSObjects.Pos, to.Pos, "spec-no-replica-key", names...)
	default:
		p.clash(r.Pos, from.KMSKeys.Pos, "spec-no-replica-key-implied", names...)
	}
}

// A source is what is known of the rules of one bucket while they are read.
type source struct {
	rules    int
	role     *Rule            // the first rule, for its role
	names    map[string]*Rule // by name
	priority map[pair]*Rule
	rulesTo  map[string][]*Rule // by destination
}

// A pair is a destination and a priority.
type pair struct {
	to       string
	priority int
}

// checkRules looks for rules of one source that do not go together.
func (p *parser) checkRules() {
	sources := make(map[string]*source)
	for i := range p.spec.Rules {
		r := &p.spec.Rules[i]
		s, ok := sources[r.From.Value]
		if !ok {
			s = &source{role: r, names: make(map[string]*Rule), priority: make(map[pair]*Rule), rulesTo: make(map[string][]*Rule)}
			sources[r.From.Value] = s
		}
		s.rules++
		if s.rules == maxRules+1 {
			p.report(r.Pos, "spec-too-many-rules", "bucket", quote(r.From.Value), "limit", strconv.Itoa(maxRules))
		}
		if s.rules <= maxRules {
			p.checkRule(r, s)
		}
	}
}

// checkRule checks a rule against those before it, and adds it to them. All
// rules of a bucket have one role, and each has an ID of its own.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationConfiguration.html and
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationRule.html.
func (p *parser) checkRule(r *Rule, s *source) {
	if got, want := r.Role, s.role.Role; got.Name.Value != want.Name.Value || got.Path.Value != want.Path.Value {
		p.clash(got.Pos, want.Pos, "spec-two-roles", "bucket", quote(r.From.Value), "got", quote(got.Name.Value), "want", quote(want.Name.Value))
	}
	if first, ok := s.names[r.Name.Value]; ok {
		p.clash(r.Name.Pos, first.Name.Pos, "spec-rule-name-twice", "name", quote(r.Name.Value), "bucket", quote(r.From.Value))
	} else {
		s.names[r.Name.Value] = r
		p.checkRuleName(r.Name)
	}
	p.checkPriority(r, s)
	s.rulesTo[r.To.Value] = append(s.rulesTo[r.To.Value], r)
}

// checkPriority checks that it is certain which of two rules to one destination
// wins.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html.
func (p *parser) checkPriority(r *Rule, s *source) {
	key := pair{r.To.Value, r.Priority.Value}
	if first, ok := s.priority[key]; ok && r.Priority.Stated {
		p.clash(r.Priority.Pos, first.Priority.Pos, "spec-priority-twice", "priority", strconv.Itoa(r.Priority.Value), "bucket", quote(r.To.Value))
	} else {
		s.priority[key] = r
	}
	for _, other := range s.rulesTo[r.To.Value] {
		decided := r.Priority.Stated && other.Priority.Stated || p.unread[r.Pos] || p.unread[other.Pos]
		if !decided && overlap(r, other) {
			p.clash(r.Pos, other.Pos, "spec-overlap", "from", quote(r.From.Value), "to", quote(r.To.Value))
			return
		}
	}
}

// overlap reports whether an object can match both rules: one prefix begins with
// the other, and no tag would need two values.
func overlap(a, b *Rule) bool {
	if !strings.HasPrefix(a.Prefix.Value, b.Prefix.Value) && !strings.HasPrefix(b.Prefix.Value, a.Prefix.Value) {
		return false
	}
	for _, x := range a.FilterTags {
		for _, y := range b.FilterTags {
			if x.Key.Value == y.Key.Value && x.Value.Value != y.Value.Value {
				return false
			}
		}
	}
	return true
}
