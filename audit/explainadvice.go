package audit

import (
	"slices"

	"github.com/repligrant/repligrant/replication"
)

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
	switch {
	case x.out.Verdict != Unclear:
	case (x.object.Head == nil || has("status-unread")) && x.wantsObject():
		x.remedy("give-object")
	case x.wants("tags-unread"):
		x.remedy("give-tags")
	}
	x.surroundings()
}

// wantsObject reports whether something is open that S3 says of the version.
func (x *explainer) wantsObject() bool {
	return x.wants(ofObject...)
}

// wants reports whether one of these reasons is there, of the version or of a rule.
func (x *explainer) wants(names ...string) bool {
	is := func(r Reason) bool { return slices.Contains(names, r.Reason) }
	return slices.ContainsFunc(x.out.Reasons, is) ||
		slices.ContainsFunc(x.out.Rules, func(t Taking) bool { return slices.ContainsFunc(t.Reasons, is) })
}

// ofObject are the reasons for which something is unknown that the version itself
// would tell.
var ofObject = []string{
	"version-unread", "key-alone", "status-unread", "tags-unread", "priority-unread", "encryption-unread",
	"perhaps-tagged", "perhaps-sse-kms", "perhaps-not-kms", "perhaps-locked",
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

func (x *explainer) remedy(name string) {
	if !slices.ContainsFunc(x.out.Remedy, func(r Reason) bool { return r.Reason == name }) {
		x.out.Remedy = append(x.out.Remedy, reasonOf(name, Advice))
	}
}
