package audit

import (
	"slices"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/suppress"
)

// The statuses of a finding. Without a baseline, one that is not suppressed has none.
const (
	New        = "new"
	Known      = "known"
	Suppressed = "suppressed"
)

// A Suppression says why a finding is lived with, who decided that, and until
// which day.
type Suppression struct {
	Reason  string `json:"reason"`
	Owner   string `json:"owner"`
	Expires string `json:"expires"` // 2006-01-02, the last day on which it holds
}

// An Exception is an entry of a file of suppressions, and how many findings it
// is about.
type Exception struct {
	Suppression
	Finding  string   `json:"finding,omitempty"`
	Check    string   `json:"check,omitempty"`
	From     string   `json:"from,omitempty"`
	Rule     string   `json:"rule,omitempty"`
	Account  string   `json:"account,omitempty"`
	Expired  bool     `json:"expired,omitempty"`
	Findings int      `json:"findings"`
	Position diag.Pos `json:"position,omitzero"`
}

// CheckNames lists the names of all checks.
func CheckNames() []string {
	names := make([]string, len(Checks))
	for i, c := range Checks {
		names[i] = c.Name
	}
	return names
}

// Suppress marks the findings that entries are about, in place of what suppressed
// them before. An entry that ended before today, as 2006-01-02, suppresses
// nothing and is a finding itself. What is not known stays so: completeness, the
// requirements and the verdicts are as they were.
func (out *Audit) Suppress(entries []suppress.Entry, today string) {
	out.unsuppress()
	for _, e := range entries {
		x := Exception{
			Suppression: Suppression{Reason: e.Reason, Owner: e.Owner, Expires: e.Expires}, Expired: e.Expired(today),
			Finding: e.Finding, Check: e.Check, From: e.From, Rule: e.Rule, Account: e.Account, Position: e.Pos,
		}
		for i := range out.Findings {
			f := &out.Findings[i]
			if f.Check == checkExpired || !x.about(f) {
				continue
			}
			x.Findings++
			if !x.Expired && f.Status != Suppressed {
				held := x.Suppression
				f.Status, f.Suppression = Suppressed, &held
			}
		}
		out.Exceptions = append(out.Exceptions, x)
	}
	for _, x := range out.Exceptions {
		if f := x.expired(); x.Expired && !slices.ContainsFunc(out.Findings, func(o Finding) bool { return o.ID == f.ID }) {
			out.Findings = append(out.Findings, f)
		}
	}
	out.settled()
}

// unsuppress takes away what suppressed findings before.
func (out *Audit) unsuppress() {
	out.Exceptions = nil
	out.Findings = slices.DeleteFunc(slices.Clone(out.Findings), func(f Finding) bool { return f.Check == checkExpired })
	for i := range out.Findings {
		if f := &out.Findings[i]; f.Status == Suppressed {
			f.Status, f.Suppression = "", nil
		}
	}
}

// about reports whether an entry is about a finding.
func (x *Exception) about(f *Finding) bool {
	if x.Finding != "" {
		return x.Finding == f.ID || x.Finding == f.Cause
	}
	is := func(want, got string) bool { return want == "" || want == got }
	return x.Check == f.Check && is(x.From, f.From) && is(x.Rule, f.Rule) && is(x.Account, f.Account)
}

// expired is the finding that an entry holds no more.
func (x *Exception) expired() Finding {
	what := x.Finding + x.Check
	f := Finding{
		Check: checkExpired, Key: checkExpired, Outcome: Mismatch, Severity: Medium, Document: replication.Suppressions, Target: what,
		From: x.From, Rule: x.Rule, Account: x.Account, Position: x.Position,
		Args:     map[string]string{"what": what, "owner": x.Owner, "expires": x.Expires, "reason": x.Reason},
		Evidence: shows(replication.Suppressions, words("says.reason", "reason", x.Reason)),
		Fix:      Fix{Op: Set, Document: replication.Suppressions}.saying(words("fix.renew", "owner", x.Owner)),
		Source:   checkTable[checkExpired].Source, Controls: controlsOf[checkExpired],
	}
	f.ID = identify(f, nil)
	f.write()
	return f
}

// Against marks the findings that an earlier audit has as known, and all others
// as new, but for those that are suppressed. What the earlier audit suppressed,
// and what got worse since, is new.
func (out *Audit) Against(baseline string, old *Audit) {
	out.Baseline = baseline
	were := map[string]*Finding{}
	for i := range old.Findings {
		f := &old.Findings[i]
		for _, id := range []string{f.ID, f.Cause} {
			if w := were[id]; id != "" && f.Status != Suppressed && (w == nil || f.worse(w)) {
				were[id] = f
			}
		}
	}
	out.Findings = slices.Clone(out.Findings)
	for i := range out.Findings {
		f := &out.Findings[i]
		w := were[f.ID]
		if w == nil && f.Cause != "" {
			w = were[f.Cause]
		}
		switch {
		case f.Status == Suppressed:
		case w == nil || f.worse(w):
			f.Status = New
		default:
			f.Status = Known
		}
	}
	out.settled()
}

// worse reports whether a finding is worse than another.
func (f *Finding) worse(than *Finding) bool {
	return severityRank(f.Severity) < severityRank(than.Severity) || f.Coverage == CoverageNone && than.Coverage == CoveragePartial
}

func severityRank(s Severity) int { return slices.Index(severityOrder, s) }

// settled puts findings in order and counts them.
func (out *Audit) settled() {
	slices.SortStableFunc(out.Findings, compareFindings)
	out.Summary = Summary{Requirements: out.Summary.Requirements}
	out.summarize(out.Summary.Requirements)
}
