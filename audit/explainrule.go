package audit

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/replication"
)

// rules asks every rule of a configuration.
func (x *explainer) rules() {
	all := x.config.RulesOf(x.from, x.a.destination)
	x.a.validate(x.from, x.config)
	selected := make([]Taking, len(all))
	for i, r := range all {
		selected[i] = x.selects(r)
	}
	for i, r := range all {
		t := selected[i]
		if t.Takes != Leaves {
			x.yields(&t, i, all, selected)
		}
		if t.Takes != Leaves {
			x.eligible(&t, r)
		}
		if t.Takes != Leaves {
			x.decide(&t, r)
		}
		x.out.Rules = append(x.out.Rules, t)
	}
}

func (t *Taking) leave(name string, args ...string) {
	t.Takes, t.Verdict, t.sure = Leaves, "", false
	t.Reasons = append(t.Reasons, reasonOf(name, Blocked, args...))
}

func (t *Taking) may(name string, args ...string) {
	t.Takes, t.sure = MayTake, false
	t.Reasons = append(t.Reasons, reasonOf(name, Unknown, args...))
}

// selects says whether status and filter of a rule take the key.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html.
func (x *explainer) selects(r replication.Rule) Taking {
	t := Taking{Rule: r.Name, To: r.To.Name, Account: r.To.Account, Takes: Takes, Reasons: []Reason{}, Findings: []Finding{}, syncs: r.ReplicaModifications}
	switch fits, tag := x.tagsFit(r); {
	case !r.Enabled && !x.a.flawed(r): // what S3 refuses does not even rest
		t.leave("rule-disabled")
	case !strings.HasPrefix(x.object.Key, r.Prefix):
		t.leave("prefix", "prefix", r.Prefix)
	case x.object.marker():
	case !fits.Read():
		t.may("tags-unread", "tag", tag)
	case !fits.Or(false) && tag == "":
		t.leave("tags-fewer", "count", strconv.Itoa(*x.object.Head.TagCount), "asked", strconv.Itoa(len(r.FilterTags)))
	case !fits.Or(false):
		t.leave("tags", "tag", tag)
	}
	return t
}

// yields lets a rule make room for those to the same bucket that come first.
// Priorities count between rules with one destination only.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html.
func (x *explainer) yields(t *Taking, i int, all []replication.Rule, selected []Taking) {
	certain := t.Takes == Takes
	for j, other := range all {
		if i == j || other.To.Name != all[i].To.Name || selected[j].Takes == Leaves || other.Priority < all[i].Priority {
			continue
		}
		switch {
		case other.Priority == all[i].Priority:
			t.may("priority-equal", "rule", other.Name)
		case selected[j].Takes == MayTake:
			t.may("priority-unread", "rule", other.Name)
		default:
			t.leave("priority", "rule", other.Name)
			return
		}
	}
	t.sure = certain && t.Takes == MayTake
}

// eligible says whether a rule that selects the key replicates such versions.
func (x *explainer) eligible(t *Taking, r replication.Rule) {
	switch on, known := x.kms.Get(); {
	case x.object.marker() && len(r.FilterTags) > 0:
		t.leave("delete-marker-tags")
	case x.object.marker() && !r.DeleteMarkers:
		t.leave("delete-marker")
		x.remedy("select-markers")
	case x.object.marker() && len(lifecycleOf(x.live, x.object.Key, marks)) > 0:
		t.may("marker-from-lifecycle")
	case r.KMSObjects:
	case on:
		t.leave("kms-not-selected", "algorithm", cmp.Or(x.algorithm, "aws:kms"))
		x.remedy("select-kms")
	case !known && x.algorithm != "":
		t.may("encryption-strange", "algorithm", x.algorithm)
	case !known:
		t.may("encryption-unread")
	}
	if x.out.Object.Known && strings.EqualFold(x.object.Head.ReplicationStatus, "REPLICA") && r.ReplicaModifications {
		t.Reasons = append(t.Reasons, reasonOf("replica-metadata", Advice, "rule", r.Name))
	}
}

// decide decides what a rule needs for the version: first what it needs for
// certain, then what it may need.
func (x *explainer) decide(t *Taking, r replication.Rule) {
	r.From, r.SSECObjects = x.source(r.From), x.ssec.Or(false)
	certain, perhaps := x.auditor(), x.auditor()
	certain.validate(r.From, x.config)
	certain.start(r)
	certain.settings(r)
	if x.kms.Or(false) && r.KMSObjects {
		r = certain.keys(r)
	}
	perhaps.start(r)
	if !x.kms.Read() && r.KMSObjects {
		r = perhaps.keys(r)
	}
	possible := map[string]replication.Requirement{}
	for _, q := range replication.Requirements([]replication.Rule{r}) {
		switch needed := x.concerns(q); {
		case !needed.Read():
			possible[q.ID] = q
			perhaps.requirement(r, q)
		case needed.Or(false):
			certain.requirement(r, q)
		}
	}
	t.Verdict = x.conclude(t, certain, r)
	known := len(t.Findings)
	if v := x.conclude(t, perhaps, r); v != Replicates && (t.Verdict == Replicates || t.Verdict == Degraded) {
		t.Verdict = Unclear
	}
	t.onlyIf(t.Findings[known:], possible)
	slices.SortStableFunc(t.Findings, compareFindings)
	x.encrypted(t, r)
}

// onlyIf says on what property of the version findings hang that are about
// requirements that are only possible.
func (t *Taking) onlyIf(findings []Finding, possible map[string]replication.Requirement) {
	actions := map[replication.Objects][]string{}
	for _, f := range findings {
		for _, id := range append([]string{f.Requirement}, f.Requirements...) {
			q, ok := possible[id]
			if ok && !slices.Contains(actions[q.Objects], q.Action) {
				actions[q.Objects] = append(actions[q.Objects], q.Action)
			}
		}
	}
	for _, o := range slices.Sorted(maps.Keys(actions)) {
		t.Reasons = append(t.Reasons, reasonOf("perhaps-"+string(o), Unknown, "actions", strings.Join(actions[o], ", ")))
	}
}

// auditor is one that decides for the key alone.
func (x *explainer) auditor() *auditor {
	a := newAuditor(x.in)
	a.only = x.object.Key
	return a
}

// conclude adds what an auditor found to the answer for a rule, and says what
// comes of it.
func (x *explainer) conclude(t *Taking, a *auditor, r replication.Rule) Verdict {
	p := a.rules[keyOf(r)]
	unknown := a.incomplete
	for _, f := range a.distinct() {
		if !explains(f) || ofAnother(f, r) || slices.ContainsFunc(t.Findings, func(o Finding) bool { return o.ID == f.ID }) {
			continue
		}
		if f.Outcome == Unknown && a.accepts(&f) {
			continue
		}
		unknown = unknown || f.Outcome == Unknown
		t.Findings = append(t.Findings, f)
	}
	x.out.Assumed = append(x.out.Assumed, a.assumptions()...)
	switch v := p.verdict(); {
	case v == Fails:
		return Fails
	case p.degraded && (x.object.marker() || x.ssec.Or(false) && slices.ContainsFunc(t.Findings, func(f Finding) bool { return f.Check == checkSSEC })):
		return Fails // what is lost is all there is of it
	case v == Unclear || unknown:
		return Unclear
	default:
		return v
	}
}

// ofAnother reports whether a finding about a configuration, all of which is
// checked for each rule, is about another rule.
func ofAnother(f Finding, r replication.Rule) bool {
	return (f.Check == checkInvalid || f.Check == checkReceiver) && f.Rule != "" && f.Rule != r.Name
}

// explains reports whether a finding tells why a version is not replicated.
func explains(f Finding) bool {
	switch f.Check {
	case checkOwnership, checkOwnerOverride, checkBucketDiffers, checkOptIn:
		return false
	case checkAdvised:
		return true
	default:
		return f.Outcome != Advice
	}
}

// encrypted makes sure that it is known whether the destination takes SSE-C.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/blocking-unblocking-s3-c-encryption-gpb.html.
func (x *explainer) encrypted(t *Taking, r replication.Rule) {
	_, live, state := x.a.bucket(r.To)
	if !x.ssec.Or(false) || state != fact.Known || live.ServerSideEncryptionConfiguration.Read() {
		return
	}
	t.Reasons = append(t.Reasons, reasonOf("sse-c-unread", Unknown, "bucket", r.To.Name))
	if t.Verdict != Fails {
		t.Verdict = Unclear
	}
}
