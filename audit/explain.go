package audit

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/reads"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// An Object is the object version to explain, as far as it is known.
type Object struct {
	Bucket, Key string
	VersionID   string           // "": the current version, or one that is written now
	Head        *snapshot.Object // what S3 says of it; nil: nothing is known
	Tags        fact.Value[[]replication.Tag]

	Asked bool   // S3 itself was asked: Head is its answer, or nil
	Gone  bool   // and said that there is no such version
	Why   string // or did not say anything, for this reason
}

// Explain says whether an object version replicates, and why. It is about the
// live configuration that the snapshot holds; a SPEC adds what it says of owners
// and Regions. What must hold is decided for exactly this key. Explain never
// fails: what it cannot decide is unknown in the result.
func Explain(in Input, o Object) *Explanation {
	if in.Snapshot == nil {
		in.Snapshot = &snapshot.Snapshot{}
	}
	x := &explainer{in: in, traits: traitsOf(o), a: newAuditor(in), out: &Explanation{
		Schema: ExplainSchema, Tool: Tool{Name: toolName, Version: in.Version},
		Object: &Explained{Bucket: o.Bucket, Key: o.Key, VersionID: o.VersionID, Known: o.Head != nil},
	}}
	if o.Head != nil && o.VersionID == "" {
		x.out.Object.VersionID = o.Head.VersionID
	}
	x.explain()
	slices.Sort(x.out.Assumed)
	x.out.Assumed = slices.Compact(x.out.Assumed)
	return x.out
}

// An explainer is one run of Explain.
type explainer struct {
	in Input
	a  *auditor // finds buckets and rules; each rule is decided by one of its own
	traits
	out  *Explanation
	from replication.Bucket
	live *snapshot.Bucket

	config replication.Configuration
}

func (x *explainer) because(name string, o Outcome, args ...string) {
	x.out.Reasons = append(x.out.Reasons, reasonOf(name, o, args...))
}

func (x *explainer) remedy(name string) {
	if !slices.ContainsFunc(x.out.Remedy, func(r Reason) bool { return r.Reason == name }) {
		x.out.Remedy = append(x.out.Remedy, reasonOf(name, Advice))
	}
}

// explain finds the configuration, asks every rule of it, and joins the answers.
func (x *explainer) explain() {
	x.from = x.a.source(x.a.stated[x.object.Bucket].Account, x.object.Bucket)
	config, ok := x.configuration()
	if !ok {
		x.unconfigured()
		return
	}
	x.config = config
	x.settle(x.from, x.a)
	x.rules()
	x.out.Verdict = x.joined()
	x.version()
	x.advise()
}

// unconfigured is what S3 did with a version before the configuration was taken
// away, or while it cannot be read. Where it shows no status, that says nothing:
// it shows one only of buckets that replicate.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html.
func (x *explainer) unconfigured() {
	switch h := x.object.Head; {
	case x.live == nil:
	case x.object.Gone:
		x.gone()
	case h != nil && h.ReplicationStatus != "":
		x.status(strings.ToUpper(h.ReplicationStatus))
	case x.out.Verdict == Fails && !x.object.marker():
		x.remedy("batch-rule")
	}
}

// configuration returns what the bucket replicates. Where there is nothing to
// decide, it says why.
func (x *explainer) configuration() (config replication.Configuration, ok bool) {
	_, live, state := x.a.bucket(x.from)
	switch state {
	case fact.None:
		x.because("no-bucket", Missing, "bucket", x.from.Name, "account", x.from.Account)
		x.out.Verdict = Fails
		return config, false
	case fact.NotRead:
		x.because("bucket-unread", Unknown, "bucket", x.from.Name, "why", x.a.whyBucket(x.from))
		x.out.Verdict = Unclear
		return config, false
	default:
	}
	x.live = live
	config, ok = live.ReplicationConfiguration.Get()
	switch {
	case ok:
	case live.ReplicationConfiguration.Read():
		x.because("no-configuration", Missing, "bucket", x.from.Name)
		x.notLive()
		x.out.Verdict = Fails
	default:
		why := live.ReplicationConfiguration.Why()
		if why == "" {
			why = sentences["unread.not-in-snapshot"]
		}
		x.because("configuration-unread", Unknown, "bucket", x.from.Name, "why", why)
		x.out.Verdict = Unclear
	}
	return config, ok
}

// notLive names the rules of the SPEC that would take the key.
func (x *explainer) notLive() {
	for _, r := range x.in.Rules {
		fits, _ := x.tagsFit(r)
		if r.Enabled && r.From.Name == x.from.Name && strings.HasPrefix(x.object.Key, r.Prefix) && (fits.Or(true) || x.object.marker()) {
			x.because("not-live", Missing, "rule", r.Name)
		}
	}
}

// joined is the verdict over all rules: S3 shows FAILED if one destination fails.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-status.html.
func (x *explainer) joined() Verdict {
	outcomes := x.outcomes()
	is := func(took Took, v Verdict) bool { return slices.Contains(outcomes, outcome{took, v}) }
	takes := func(took Took) bool {
		return slices.ContainsFunc(outcomes, func(o outcome) bool { return o.took == took })
	}
	switch {
	case is(Takes, Fails):
		return Fails
	case is(Takes, Unclear):
		return Unclear
	case takes(MayTake) && !takes(Takes) && !is(MayTake, Replicates) && !is(MayTake, Degraded) && !is(MayTake, Unclear):
		return Fails // it fails if the rule takes it, and stays if not
	case takes(MayTake):
		return Unclear
	case !takes(Takes):
		x.because("no-rule", Missing, "bucket", x.from.Name)
		x.notLive()
		return Fails
	case is(Takes, Degraded):
		return Degraded
	default:
		return Replicates
	}
}

// An outcome is what one rule, or the rules to one destination, make of the
// version.
type outcome struct {
	took    Took
	verdict Verdict
}

// outcomes joins the rules to one destination where one of them takes the version
// for certain, and it is only not known which: where all make the same of it,
// that does not matter.
func (x *explainer) outcomes() (list []outcome) {
	byBucket := map[string][]Taking{}
	for _, t := range x.out.Rules {
		if t.Takes != Leaves {
			byBucket[t.To] = append(byBucket[t.To], t)
		}
	}
	for _, rules := range byBucket {
		one := outcome{Takes, rules[0].Verdict}
		if slices.ContainsFunc(rules, func(t Taking) bool { return t.Verdict != one.verdict }) {
			one.verdict = Unclear
		}
		if slices.ContainsFunc(rules, func(t Taking) bool { return t.sure }) {
			list = append(list, one)
			continue
		}
		for _, t := range rules {
			list = append(list, outcome{t.Takes, t.Verdict})
		}
	}
	return list
}

// version adds what S3 says of the version itself.
func (x *explainer) version() {
	h := x.object.Head
	switch {
	case x.object.Gone:
		x.gone()
		return
	case x.object.marker():
		x.marker()
		return
	case h == nil:
		x.unseen()
		return
	case h.ReplicationStatus == "" && h.Whole():
		x.neverTaken()
	case h.ReplicationStatus == "":
		x.because("status-unread", Unknown)
		x.atBest(Unclear)
	default:
		x.status(strings.ToUpper(h.ReplicationStatus))
	}
	x.archived(h)
}

// unseen says what an answer about a version of which nothing is known rests on.
func (x *explainer) unseen() {
	if x.assumed() {
		x.because("written-now", Advice)
		return
	}
	switch {
	case !x.object.Asked:
		x.because("version-unread", Unknown, "version", x.object.VersionID)
	case x.object.Why == "AccessDenied":
		action := reads.OfObject(x.object.VersionID != "").Action
		x.because("head-denied", Unknown, "action", action)
	case x.object.Why == "BadRequest":
		x.because("head-encrypted", Unknown)
	default:
		x.because("head-unread", Unknown, "why", x.object.Why)
	}
	x.because("key-alone", Unknown)
	x.atBest(Unclear)
}

// gone says that there is nothing to replicate.
func (x *explainer) gone() {
	if x.object.VersionID != "" {
		x.because("version-gone", Missing, "version", x.object.VersionID)
	} else {
		x.because("object-gone", Missing)
	}
	x.out.Verdict = Fails
}

// marker says what is known of a delete marker. S3 shows no status of one, nor
// who made it, so that one that is there is not known to replicate.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html.
func (x *explainer) marker() {
	switch h := x.object.Head; {
	case h.ReplicationStatus != "":
		x.status(strings.ToUpper(h.ReplicationStatus))
		return
	case x.object.Asked && x.object.VersionID == "":
		x.because("marker-current", Advice)
	}
	x.because("marker", Advice)
	if x.object.Asked || x.object.VersionID != "" || x.object.Head.VersionID != "" || x.object.Head.LastModified != "" {
		x.because("marker-age", Unknown)
		x.atBest(Unclear)
	}
}

// status weighs the replication status that S3 shows.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-status.html.
func (x *explainer) status(status string) {
	x.out.Object.Status = status
	switch status {
	case "COMPLETED", "COMPLETE": // the API's model has the latter
		x.because("completed", Granted)
		x.because("completed-elsewhere", Advice)
		x.expired()
		x.out.Verdict = Replicates
	case "PENDING":
		x.because("pending", Advice)
	case "FAILED":
		x.because("failed", Blocked)
		if x.out.Verdict == Replicates {
			x.because("failed-before", Advice)
		}
		x.out.Verdict = Fails
	case "REPLICA":
		x.because("replica", Blocked)
		x.out.Verdict = Fails
	default:
		x.because("status-strange", Unknown, "status", status)
		x.atBest(Unclear)
	}
	if (status == "PENDING" || status == "FAILED") && x.syncs() {
		x.because("perhaps-replica", Advice)
	}
}

// expired finds lifecycle rules of destinations by which a replica may be gone
// again: they go by when the object was made.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html.
func (x *explainer) expired() {
	for _, t := range x.out.Rules {
		if t.Takes == Leaves {
			continue
		}
		_, live, state := x.a.bucket(x.a.destination(t.To))
		if state != fact.Known {
			continue
		}
		if ids := lifecycleOf(live, x.object.Key, marks); len(ids) > 0 {
			x.because("completed-expired", Advice, "bucket", t.To, "lifecycle", ids[0])
		}
	}
}

// syncs reports whether changes of replicas in the bucket are replicated, which
// gives replicas the status of other versions.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-status.html.
func (x *explainer) syncs() bool {
	return slices.ContainsFunc(x.out.Rules, func(t Taking) bool { return t.Takes != Leaves && t.syncs })
}

// neverTaken explains a version without a status: S3 shows one for whatever a
// rule took when it was written.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html.
func (x *explainer) neverTaken() {
	x.because("not-eligible", Blocked)
	if slices.ContainsFunc(x.config.Rules, func(r replication.ConfigurationRule) bool {
		prefix, tags := r.Selects()
		return len(tags) > 0 && r.Status == replication.Enabled && strings.HasPrefix(x.object.Key, prefix)
	}) {
		x.because("tagged-later", Advice)
	}
	x.out.Verdict = Fails
}

// archived finds what S3 would have to restore first.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html.
func (x *explainer) archived(h *snapshot.Object) {
	if x.completed() {
		return // it was replicated before it was archived
	}
	switch {
	case h.StorageClass == "GLACIER" || h.StorageClass == "DEEP_ARCHIVE":
		x.because("archived", Blocked, "class", h.StorageClass)
	case h.ArchiveStatus != "":
		x.because("archived-tier", Blocked, "class", h.ArchiveStatus)
	default:
		return
	}
	x.out.Verdict = Fails
}

func (x *explainer) completed() bool { return strings.HasPrefix(x.out.Object.Status, "COMPLETE") }

// atBest limits the verdict: what fails for certain still does.
func (x *explainer) atBest(v Verdict) {
	if x.out.Verdict != Fails {
		x.out.Verdict = v
	}
}

// advise says what to do for a version that is there already, and what else
// concerns it.
func (x *explainer) advise() {
	has := func(name string) bool {
		return slices.ContainsFunc(x.out.Reasons, func(r Reason) bool { return r.Reason == name })
	}
	switch {
	case has("object-gone") || has("version-gone"):
		return
	case x.object.marker():
		if x.out.Verdict != Replicates && (!has("no-rule") || len(x.out.Remedy) > 0) {
			x.remedy("batch-marker")
		}
	case has("archived") || has("archived-tier"):
		x.remedy("restore")
	case has("replica"):
		x.remedy("batch-replica")
	case has("completed"):
		x.remedy("batch-completed")
		return
	case x.out.Verdict == Fails && has("no-rule") && x.out.Object.Status == "":
		x.remedy("batch-rule")
	case has("not-eligible"):
		x.remedy("batch-none")
	case x.out.Verdict == Fails || x.out.Verdict == Degraded:
		x.remedy("batch-failed")
	}
	if x.out.Verdict == Unclear && (x.object.Head == nil || has("status-unread")) {
		x.remedy("give-object")
	}
	x.surroundings()
}

// surroundings says what else of the bucket concerns the version.
func (x *explainer) surroundings() {
	switch owner := ownershipOf(x.live); {
	case x.object.marker():
	case !owner.Read():
		x.because("owner-unread", Advice)
	case owner.Or("") != replication.BucketOwnerEnforced:
		x.because("owner-may-not-read", Advice)
	}
	waits := x.out.Object.Status == "FAILED" || x.out.Object.Status == "PENDING" || x.out.Verdict == Fails && (x.object.Head == nil || x.object.marker()) && !x.object.Gone
	if ids := lifecycleOf(x.live, x.object.Key, moves); waits && len(ids) > 0 {
		x.because("lifecycle-waits", Advice, "lifecycle", ids[0])
	}
}
