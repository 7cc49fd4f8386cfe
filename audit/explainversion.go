package audit

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/reads"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

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
