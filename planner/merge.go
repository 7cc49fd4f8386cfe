package planner

import (
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// An Existing is what accounts hold where a plan is to be applied, by the ARN
// of what carries it. A target that is in neither map is not merged.
type Existing struct {
	Policies       map[string]Held // of buckets, access points and keys
	Configurations map[string]Held // replication configurations of buckets
}

// A Held is one document that is in place.
type Held struct {
	State fact.State
	Text  []byte // JSON, as it was written, if State is Known
	Why   string // it was not read
	From  string // name of the file that says so
}

// A Change says what merging does to a document that is in place.
type Change string

// The changes.
const (
	NoChange Change = "none"    // everything is there already
	Add      Change = "add"     // something comes in, and nothing goes
	Replace  Change = "replace" // statements or rules of an earlier plan, or a Deny that is narrowed, go
)

// merged are the kinds of policies that share a document with statements of
// others. Policies of roles and users are repligrant's as a whole.
var merged = []replication.Kind{
	replication.DestinationBucketPolicy, replication.SourceKMSKeyPolicy, replication.DestinationKMSKeyPolicy, replication.BatchKMSKeyPolicy, replication.WriterKMSKeyPolicy,
	replication.WriterBucketPolicy, replication.WriterAccessPointPolicy,
}

// A merger lays one plan into what is there.
type merger struct {
	*Plan
	evaluator policy.Evaluator
	about     map[string][]*replication.Requirement // by the ARN of what they reach
	// replicaKeys are the keys of replicas, by rule.
	replicaKeys map[[3]string]string
	known       map[string]bool // roles and users that the plan describes
	problems    diag.List
}

// Merge lays the statements and rules of p into the documents that are there,
// and adds Merged, Change and Diff to its documents. Statements and rules that
// repligrant did not write stay as they are, to the byte but for white space, and
// so do those that it wrote about roles and users that p does not describe. A
// bucket policy of a source that denies the role what it needs becomes a
// document of its own kind, in which that statement spares the role.
//
// The error has every document that has no reading, or that AWS would refuse
// once p is in it, see [diag.Of]; p is then of no use.
func (p *Plan) Merge(have Existing) error {
	m := &merger{Plan: p, about: map[string][]*replication.Requirement{}, replicaKeys: map[[3]string]string{}, known: map[string]bool{}}
	for _, name := range p.Callers() {
		m.known[name] = true
	}
	for i := range p.Requirements {
		q := &p.Requirements[i]
		if q.On == replication.ReplicaKey {
			m.replicaKeys[ruleOf(q)] = q.Resource
		}
		if target := reach(q); target != "" {
			m.about[target] = append(m.about[target], q)
		}
	}
	for _, target := range slices.Sorted(maps.Keys(have.Policies)) {
		m.policy(target, have.Policies[target])
	}
	for _, target := range slices.Sorted(maps.Keys(have.Configurations)) {
		m.configuration(target, have.Configurations[target])
	}
	slices.SortStableFunc(p.Documents, inOrder)
	return m.problems.Err()
}

// Blocked lists what an existing Deny still stops, one sentence for each
// statement, after [Plan.Merge].
func (p *Plan) Blocked() []Warning {
	var blocked []Warning
	for _, w := range p.Warnings {
		if w.Code == denyBlocks || w.Code == denyNarrowed {
			blocked = append(blocked, w)
		}
	}
	return blocked
}

// Targets lists the ARNs of what a plan can be merged into: the buckets, access
// points and keys that it writes to or that its requests reach, in order.
func (p *Plan) Targets() []string {
	targets := map[string]bool{}
	for i := range p.Requirements {
		if target := reach(&p.Requirements[i]); target != "" {
			targets[target] = true
		}
	}
	for _, d := range p.Documents {
		if d.Kind == replication.ReplicationConfiguration || slices.Contains(merged, d.Kind) {
			targets[d.Target] = true
		}
	}
	return slices.Sorted(maps.Keys(targets))
}

// reach returns the ARN of the bucket, access point or key whose policy takes
// part in what q asks for; "" for the trust of a role.
func reach(q *replication.Requirement) string {
	if strings.HasPrefix(q.Action, "sts:") {
		return ""
	}
	if strings.Contains(q.Resource, ":accesspoint/") {
		target, _, _ := strings.Cut(q.Resource, "/object/")
		return target
	}
	if strings.HasPrefix(q.Action, "kms:") {
		return q.Resource
	}
	target, _, _ := strings.Cut(q.Resource, "/")
	return target
}

// policy lays p into the policy of a target.
func (m *merger) policy(target string, held Held) {
	parts := m.partsOf(target)
	isKey := strings.Contains(target, ":kms:")
	if held.State == fact.NotRead || held.State == fact.None && isKey { // a key has a policy, always
		m.unread(target, held, len(parts) > 0)
		return
	}
	old, err := readPolicy(held, m.known)
	if err != nil {
		m.malformed(held.From, "merge-policy-malformed", target, err)
		return
	}
	judged := m.judge(target, old)
	narrowed := m.denials(target, old, judged)
	if len(parts) == 0 && len(narrowed) == 0 {
		return
	}
	if len(parts) > 0 {
		m.sayOthers(target, old)
	}
	wanted := m.wanted(parts, judged)
	text, change := old.lay(wanted, narrowed)
	if text == nil {
		m.refuse(held.From, "merge-version", "target", target, "version", policy.Version2008)
		return
	}
	if len(narrowed) > 0 {
		parts = append(parts, m.offer(target, old, narrowed))
	}
	difference := diff(held.Text, text)
	place := formPlace(target)
	quota := policy.QuotaOf(place)
	if size := quota.Count(string(text)); size > quota.Limit {
		m.tooLarge(held.From, target, place, size)
	}
	for _, i := range parts {
		m.Documents[i].Merged, m.Documents[i].Change, m.Documents[i].Diff = text, change, difference
	}
}

// partsOf returns the indexes of the documents that are parts of a target's policy.
func (m *merger) partsOf(target string) []int {
	var parts []int
	for i, d := range m.Documents {
		if d.Target == target && slices.Contains(merged, d.Kind) {
			parts = append(parts, i)
		}
	}
	return parts
}

// formPlace is where the policy of a bucket, access point or key is kept.
func formPlace(target string) policy.Place {
	switch {
	case strings.Contains(target, ":kms:"):
		return policy.KeyPolicy
	case strings.Contains(target, ":accesspoint/"):
		return policy.AccessPoint
	default:
		return policy.BucketPolicy
	}
}

// unread says that nobody knows what is there. It is silent about a policy into
// which nothing is to be written and that can only refuse.
func (m *merger) unread(target string, held Held, writes bool) {
	code := "merge-not-consulted"
	if writes {
		code = "merge-not-read"
	}
	why := held.Why
	if held.State == fact.None {
		why = "null"
	}
	w := warn(diag.Pos{File: held.From}, code, "target", target)
	if why != "" {
		w = warn(diag.Pos{File: held.From}, code+"-why", "target", target, "why", why)
	}
	m.Warnings = append(m.Warnings, w)
}

func (m *merger) refuse(file, key string, args ...string) {
	m.problems = append(m.problems, mergeProblems.At(diag.Pos{File: file}, key, args...))
}
