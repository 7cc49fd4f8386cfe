package audit

import (
	"cmp"
	"slices"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// An Input is what an audit is made from. The zero Input audits nothing.
type Input struct {
	SpecFile string               // name of the SPEC; "" for none: what the snapshot replicates is audited
	Rules    []replication.Rule   // of the SPEC
	Writers  []replication.Writer // of the SPEC
	Allowed  replication.Allowed  // of the SPEC: where replicas may go
	Snapshot *snapshot.Snapshot
	Layers   []Layer  // planned infrastructure that the snapshot holds
	From     string   // where the snapshot comes from: "live" or "snapshot"
	Live     []string // beside a snapshot from files: accounts that were read live
	Accounts []string // without a SPEC: audit the buckets of these accounts only; none: of all
	Buckets  []string // without a SPEC: audit these source buckets only; none: all
	Assume   []string // gaps to accept: "scp", "rcp", "account:ID", "key:NAME", "planned:ADDRESS"
	All      bool     // granted requirements too, and what is unknown one by one
	Version  string   // of repligrant
	Partial  bool     // not all that was asked for is in the snapshot, which does not say so
}

// Run audits. It never fails: what it cannot decide is in the result.
func Run(in Input) *Audit {
	a := newAuditor(in)
	for _, r := range a.collectRules() {
		a.rule(r)
	}
	a.layers()
	a.writers()
	a.documents()
	a.surplus()
	a.lifecycles()
	a.unlisted()
	a.lacks()
	return a.result()
}

// newAuditor is an auditor that has decided nothing.
func newAuditor(in Input) *auditor {
	a := &auditor{
		in: in, causes: map[cause]int{}, asides: map[cause][]concern{}, concerns: map[int][]concern{}, rules: map[ruleKey]*progress{}, permissions: map[ruleKey][]told{},
		done: map[string]bool{}, consulted: map[documentKey]int{}, policies: map[string]rolePolicies{},
		homes: map[string]home{}, served: map[place]bool{}, listed: map[string]bool{},
		unread: map[string][]string{}, replaced: map[ruleKey]bool{}, stated: map[string]replication.Bucket{},
		wished: map[string][]int{}, from: map[string][]replication.Rule{}, held: map[call]bool{}, limited: map[string][]*question{},
	}
	if in.Snapshot == nil {
		a.in.Snapshot = &snapshot.Snapshot{}
	}
	for i := range in.Rules {
		r := &in.Rules[i]
		a.stated[r.From.Name], a.stated[r.To.Name] = r.From, r.To
		a.wished[r.From.Name] = append(a.wished[r.From.Name], i)
	}
	return a
}

// An auditor is one run of an audit.
type auditor struct {
	in        Input
	evaluator policy.Evaluator
	stated    map[string]replication.Bucket // what the SPEC says of a bucket, by name
	wished    map[string][]int              // indices into in.Rules, by the name of their source

	findings []Finding
	causes   map[cause]int       // index into findings, of those that one cause makes
	asides   map[cause][]concern // what joins the finding of a cause once there is one
	concerns map[int][]concern   // by that index: what hangs on the cause
	counts   Requirements
	met      []Grant // the requirements that are met, if all are to be shown
	rules    map[ruleKey]*progress

	permissions map[ruleKey][]told

	order      []ruleKey
	asked      []replication.Requirement     // of the rule that is decided
	idle       []string                      // buckets without a configuration
	decided    []replication.Rule            // every rule that was decided, of the SPEC or live
	served     map[place]bool                // buckets by account and name: all of their rules are decided as they are written
	listed     map[string]bool               // whether it is known what all buckets of an account replicate
	replaced   map[ruleKey]bool              // live rules for which the SPEC, or a decided rule, speaks
	from       map[string][]replication.Rule // enabled rules by the name of their source
	done       map[string]bool               // what is to be said or done once
	policies   map[string]rolePolicies
	homes      map[string]home     // of buckets, by name
	services   map[string][]string // that assume a role, by its ARN; nil: not made yet
	contexts   contexts
	held       map[call]bool          // calls that are allowed
	limited    map[string][]*question // of writers, by ARN, that are to write from some addresses only
	consults   []consulted
	consulted  map[documentKey]int // index into consults, by document
	callers    map[string]bool     // whose permissions were decided, and their accounts
	principals *principalIndex
	unread     map[string][]string // what was not read, by account

	incomplete bool // something that matters has no reading

	only string // the one object key that requirements are decided for; "": all keys of their patterns
}

// A ruleKey tells rules apart. Two live rules may share a name.
type ruleKey struct {
	name, from, to string
	live           bool
}

func keyOf(r replication.Rule) ruleKey { return ruleKey{r.Name, r.From.Name, r.To.Name, r.Live} }

// progress is what is known of a rule's verdict so far.
type progress struct {
	disabled, fails, degraded, unknown bool
}

// verdict is the worst that is certain; what is unknown only matters where
// nothing fails for certain.
func (p *progress) verdict() Verdict {
	switch {
	case p.disabled:
		return Idle
	case p.fails:
		return Fails
	case p.unknown:
		return Unclear
	case p.degraded:
		return Degraded
	default:
		return Replicates
	}
}

// collectRules returns the rules to decide: those of the SPEC, and the live
// ones that it does not hold or that differ from it. Without a SPEC, all live
// ones. On the way it compares the two.
func (a *auditor) collectRules() []replication.Rule {
	if a.in.SpecFile == "" {
		return a.liveRules()
	}
	rules := make([]replication.Rule, 0, len(a.in.Rules))
	for i := range a.in.Rules {
		of := a.wished[a.in.Rules[i].From.Name]
		if of[0] != i {
			continue // decided with the first rule of its source
		}
		first := len(rules)
		for _, j := range of {
			r := a.complete(a.in.Rules[j])
			a.start(r)
			rules = append(rules, r)
		}
		rules = append(rules, a.compare(rules[first:len(rules):len(rules)])...)
	}
	return rules
}

// liveRules returns every rule that the snapshot's buckets have, in order.
func (a *auditor) liveRules() []replication.Rule {
	var rules []replication.Rule
	among := func(asked []string, s string) bool { return len(asked) == 0 || slices.Contains(asked, s) }
	a.in.Snapshot.EachBucket(func(id, name string, _ *snapshot.Bucket) {
		if !among(a.in.Accounts, id) || !among(a.in.Buckets, name) {
			return
		}
		from := a.source(id, name)
		rules = append(rules, a.liveRulesOf(from)...)
		a.served[place{account: from.Account, target: from.Name}] = true
	})
	for _, r := range rules {
		a.start(r)
	}
	return rules
}

// liveRulesOf returns the rules of one bucket's configuration.
func (a *auditor) liveRulesOf(from replication.Bucket) []replication.Rule {
	_, b, _ := a.bucket(from)
	if b == nil {
		return nil
	}
	if !b.ReplicationConfiguration.Read() {
		on := concern{from: from.Name, position: a.positionOf(from)}
		a.unreadBucket(from, replication.ReplicationConfiguration, "GetBucketReplication", b.ReplicationConfiguration.Why(), on)
		return nil
	}
	config, ok := b.ReplicationConfiguration.Get()
	if len(config.Rules)+len(config.Open) == 0 {
		a.idle = append(a.idle, from.Name)
	}
	if !ok {
		return nil
	}
	a.validate(from, config)
	a.inDoubt(from, config)
	return config.RulesOf(from, a.destination)
}

// start begins the verdict on a rule.
func (a *auditor) start(r replication.Rule) {
	k := keyOf(r)
	if p, ok := a.rules[k]; ok {
		p.disabled = p.disabled && !r.Enabled
		return
	}
	refused := r.Live && a.flawed(r) // then it does not even rest
	a.rules[k] = &progress{disabled: !r.Enabled && !refused, fails: refused}
	a.order = append(a.order, k)
}

// rule decides one rule.
func (a *auditor) rule(r replication.Rule) {
	a.start(r)
	a.decided = append(a.decided, r)
	if !r.Enabled {
		a.resting(r)
		a.allowedWhenEnabled(r)
		return
	}
	a.settings(r)
	a.surprises(r)
	written := r.ReplicaKMSKey
	if r = a.keys(r); r.ReplicaKMSKey != written {
		delete(a.served, place{account: r.From.Account, target: r.From.Name})
	}
	a.decided[len(a.decided)-1] = r
	a.asked = r.AppendRequirements(a.asked[:0])
	for i := range a.asked {
		a.requirement(r, a.asked[i])
	}
	a.refusals(r)
}

// fill completes what is said of a bucket with what the snapshot holds: a
// setting that a SPEC leaves out is taken as it is. Where a bucket is, is what
// requests are about, whatever a SPEC says.
func (a *auditor) fill(b replication.Bucket) replication.Bucket {
	account, live, state := a.bucket(b)
	if state != fact.Known { // the names of buckets are unique: it may be elsewhere
		if owner, there, found := a.home(b.Name); found == fact.Known {
			account, live, state, b.Account = owner, there, found, owner
		}
	}
	if b.Account == "" {
		b.Account = account
	}
	if state != fact.Known {
		return b
	}
	b.Region = cmp.Or(live.Region, b.Region)
	if b.Partition == "" && b.Region != "" {
		b.Partition = arn.PartitionOf(b.Region)
	}
	if !b.ObjectOwnership.Read() {
		b.ObjectOwnership = ownershipOf(live)
	}
	if !b.ObjectLock.Read() {
		b.ObjectLock = lockOf(live)
	}
	b.KMSKeys = a.keysOf(b, live)
	if live := bucketKeyOf(live); live.Read() || !b.BucketKey.Read() {
		b.BucketKey = live
	}
	return b
}

// source completes a bucket of an account.
func (a *auditor) source(account, name string) replication.Bucket {
	b := a.fill(replication.Bucket{Name: name, Account: account})
	if b.Partition == "" {
		b.Partition = "aws"
	}
	return b
}

// destination completes the bucket of that name. Whose it is may stand in the
// SPEC alone.
func (a *auditor) destination(name string) replication.Bucket {
	stated := a.stated[name]
	return a.fill(replication.Bucket{Name: name, Account: stated.Account, Partition: stated.Partition, Region: stated.Region})
}

// complete fills both ends of a rule, and the buckets of its batch job.
func (a *auditor) complete(r replication.Rule) replication.Rule {
	r.From, r.To = a.fill(r.From), a.fill(r.To)
	if r.Job != nil {
		job := *r.Job
		job.Manifest, job.Report = a.fillLocation(job.Manifest), a.fillLocation(job.Report)
		r.Job = &job
	}
	return r
}

func (a *auditor) fillLocation(l *replication.Location) *replication.Location {
	if l == nil {
		return nil
	}
	return &replication.Location{Bucket: a.fill(l.Bucket), Prefix: l.Prefix}
}
