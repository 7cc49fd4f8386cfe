package listing

import (
	"slices"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/diag"
)

// The words that stand for the check where a record is about the whole audit;
// SARIF calls its notifications so.
const (
	NothingDecided = "nothing-decided"
	IncompleteRead = "incomplete-read"
)

// Records are [Entries] for formats that have nothing but records: where none of
// them says that something is not known, and the audit is no pass, one more does.
// A file that is as empty as that of a clean audit would be taken for a pass.
func Records(a *audit.Audit, o Options) []Entry {
	l := Entries(a, o)
	open := func(e Entry) bool { return e.Result == Unknown && o.Accepted(a, e.Finding) == "" }
	if slices.ContainsFunc(l, open) {
		return l
	}
	switch {
	case a.DecidedNothing():
		return append(l, whole(a, o, NothingDecided, "sarif.nothing"))
	case !a.Complete && !o.AllowIncomplete:
		return append(l, whole(a, o, IncompleteRead, "gaps.incomplete"))
	default:
		return l
	}
}

// whole is the record of what keeps an audit from being a pass as a whole. Its ID
// is that of the check and the SPEC.
func whole(a *audit.Audit, o Options, check, key string) Entry {
	f := audit.Finding{ID: check, Check: check, Outcome: audit.Unknown, Severity: audit.Medium, Target: "audit", Message: o.Texts.Get(key, nil)}
	if a.Spec != "" {
		f.ID += "/" + a.Spec
		f.Position = diag.Pos{File: a.Spec, Line: 1, Column: 1}
	}
	return Entry{f, Unknown}
}
