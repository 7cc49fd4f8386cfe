package audit

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/fact"
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
		x.becauseOf("bucket-unread", x.a.whyBucket(x.from), "bucket", x.from.Name)
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
		x.becauseOf("configuration-unread", why, "bucket", x.from.Name)
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

func (x *explainer) because(name string, o Outcome, args ...string) {
	x.out.Reasons = append(x.out.Reasons, reasonOf(name, o, args...))
}

// becauseOf is because for what was not read, and why.
func (x *explainer) becauseOf(name, why string, args ...string) {
	x.out.Reasons = append(x.out.Reasons, reasonSaying(name, Unknown, reasonText(name, args...).With("why", reason(why))))
}
