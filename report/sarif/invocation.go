package sarif

import (
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/report/listing"
)

// The notifications, by their place in descriptors.
const (
	unread = iota
	undecided
	assumed
	leftOut
)

var descriptors = []descriptor{
	describe("incomplete-read", "Something that the audit needs could not be read."),
	describe("nothing-decided", "The audit decided no requirement."),
	describe("assumed", "The audit took something for granted."),
	describe("results-left-out", "There are more findings than results in this file."),
}

func describe(id, said string) descriptor {
	return descriptor{id, text{Text: said}, text{Text: said}, text{Text: said}}
}

// maxUnread is how many reads of one account are listed.
const maxUnread = 50

// invocation says how the audit ended. One that decided nothing did not succeed.
func (w *writer) invocation(left int) invocation {
	i := invocation{
		EndTimeUTC: w.endTime(), ExecutionSuccessful: !w.a.DecidedNothing(),
		ExitCode: w.a.Status(w.o.FailOn, w.o.AllowIncomplete), Notifications: []notification{},
	}
	i.ExitCodeDescription = statuses[i.ExitCode]
	add := func(id int, level, key string, args map[string]string) {
		i.Notifications = append(i.Notifications, w.notification(id, level, w.o.Sentence(key, args)))
	}
	if w.a.DecidedNothing() {
		add(undecided, "error", "sarif.nothing", nil)
	}
	if !w.a.Complete {
		add(unread, "warning", "gaps.incomplete", nil)
	}
	for _, s := range w.a.Sources {
		if len(s.Unread) > 0 {
			add(unread, "warning", listing.UnreadKey(s), map[string]string{"account": s.Account, "profile": s.Profile, "unread": first(s.Unread)})
		}
	}
	if len(w.a.Assumed) > 0 {
		add(assumed, "note", "gaps.assumed", map[string]string{"assumed": strings.Join(w.a.Assumed, ", ")})
	}
	if left > 0 {
		said := w.o.Count("sarif.left", left, map[string]string{"n": strconv.Itoa(left), "shown": strconv.Itoa(MaxResults)})
		i.Notifications = append(i.Notifications, w.notification(leftOut, "warning", said))
	}
	return i
}

// statuses say what an exit status means.
var statuses = map[int]string{
	audit.StatusClean: "nothing that --fail-on names", audit.StatusGaps: "gaps", audit.StatusIncomplete: "incomplete",
}

func (w *writer) notification(id int, level, message string) notification {
	return notification{reference{descriptors[id].ID, id}, level, text{Text: inert(message)}}
}

// first lists what was not read, and counts what is too much.
func first(l []string) string {
	if len(l) <= maxUnread {
		return strings.Join(l, ", ")
	}
	return strings.Join(l[:maxUnread], ", ") + ", +" + strconv.Itoa(len(l)-maxUnread)
}
