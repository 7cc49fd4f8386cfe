package report

import (
	"slices"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/report/listing"
)

// decided is how many requirements an audit could decide.
func decided(a *audit.Audit) int {
	q := a.Summary.Requirements
	return q.Granted + q.Missing + q.Blocked
}

// clean reports whether there is nothing to mend and nothing left open. It looks
// at findings as well as at their counts, so that no mistake in either of them
// turns into good news.
func clean(a *audit.Audit) bool {
	r, q, v := a.Summary.Findings, a.Summary.Requirements, a.Summary.Rules
	return a.Complete && q.Granted > 0 &&
		q.Missing+q.Blocked+q.Unknown == 0 &&
		v.Fails+v.Degraded+v.Unknown == 0 &&
		r.Missing+r.Blocked+r.Unknown+r.Mismatch == 0 &&
		!slices.ContainsFunc(a.Findings, func(f audit.Finding) bool { return f.Status != audit.Suppressed && isSerious(f) })
}

// idle reports whether there was nothing to decide, since every rule is disabled.
func idle(a *audit.Audit) bool {
	return len(a.Rules) > 0 && a.Summary.Rules.Disabled == len(a.Rules) && decided(a)+a.Summary.Requirements.Unknown == 0
}

// nothing reports whether there was nothing to decide. A rule that S3 refuses
// fails without a requirement.
func nothing(a *audit.Audit) bool {
	return decided(a)+a.Summary.Requirements.Unknown+a.Summary.Rules.Fails == 0
}

// headline is the verdict in one line.
func headline(a *audit.Audit) phrase {
	q, v := a.Summary.Requirements, a.Summary.Rules
	switch {
	case idle(a):
		return phrase{"headline.idle", args{"rules": ruleCounts(v)}}
	case nothing(a):
		return phrase{"headline.nothing", nil}
	case decided(a) == 0 && q.Unknown > 0:
		return counted("headline.undecided", q.Unknown)
	case clean(a):
		return counted("headline.clean", q.Granted)
	case len(ruleCounts(v)) == 0:
		return phrase{"headline.norules", nil}
	default:
		return phrase{"headline.rules", args{"rules": ruleCounts(v)}}
	}
}

// ruleCounts says how many rules have each verdict, the worst first.
func ruleCounts(v audit.Verdicts) phrases {
	return nonzero(
		number{"rules.fails", v.Fails}, number{"rules.degraded", v.Degraded}, number{"rules.unknown", v.Unknown},
		number{"rules.replicates", v.Replicates}, number{"rules.disabled", v.Disabled})
}

// A number is how many there are of what key names.
type number struct {
	key string
	n   int
}

func nonzero(numbers ...number) phrases {
	var l phrases
	for _, n := range numbers {
		if n.n != 0 {
			l = append(l, counted(n.key, n.n))
		}
	}
	return l
}

// facts are the lines below the headline: what was counted.
func facts(a *audit.Audit) phrases {
	q := a.Summary.Requirements
	var l phrases
	if clean(a) {
		l = append(l, phrase{"facts.rules", args{"rules": ruleCounts(a.Summary.Rules)}})
	} else {
		l = append(l, phrase{"facts.requirements", args{
			"granted": q.Granted, "missing": q.Missing, "blocked": q.Blocked, "unknown": q.Unknown,
		}})
	}
	if counts := findingCounts(a); len(counts) > 0 {
		l = append(l, phrase{"facts.findings", args{"findings": counts}})
	}
	if p := readings(a); !p.isZero() {
		l = append(l, p)
	}
	return append(l, living(a)...)
}

// living says what is new against the baseline, and which entries suppress nothing.
func living(a *audit.Audit) phrases {
	var l phrases
	if a.Baseline != "" {
		f := a.Summary.Findings
		fresh := f.Missing + f.Blocked + f.Unknown + f.Surplus + f.Mismatch + f.Advice - f.Known
		l = append(l, phrase{"facts.baseline", args{"baseline": a.Baseline, "new": fresh, "known": f.Known}})
	}
	var idle phrases
	for _, x := range a.Exceptions {
		if x.Findings == 0 && !x.Expired {
			idle = append(idle, one(x.Position.String()))
		}
	}
	if len(idle) > maxNamed+1 {
		idle = append(idle[:maxNamed:maxNamed], counted("causes.more", len(idle)-maxNamed))
	}
	if len(idle) > 0 {
		l = append(l, phrase{"facts.idle", args{"places": idle}})
	}
	return l
}

// findingCounts counts findings by outcome. What is dangerous is counted too: it
// makes an audit fail in which every rule replicates.
func findingCounts(a *audit.Audit) phrases {
	f := a.Summary.Findings
	l := nonzero(
		number{"findings.missing", f.Missing}, number{"findings.blocked", f.Blocked},
		number{"findings.mismatch", f.Mismatch}, number{"findings.unknown", f.Unknown})
	if n := dangerous(a); n > 0 {
		l = append(l, phrase{"findings.dangerous", args{"surplus": counted("findings.surplus", f.Surplus), "n": n}})
	} else {
		l = append(l, nonzero(number{"findings.surplus", f.Surplus})...)
	}
	return append(l, nonzero(number{"findings.advice", f.Advice}, number{"findings.suppressed", f.Suppressed})...)
}

func dangerous(a *audit.Audit) (n int) {
	for _, f := range a.Findings {
		if f.Group == audit.Dangerous && f.Status != audit.Suppressed {
			n++
		}
	}
	return n
}

// gaps says what an audit could not read, and what it takes for granted.
func gaps(a *audit.Audit) phrases {
	var l phrases
	switch {
	case a.Complete:
	case allRead(a):
		l = append(l, phrase{"gaps.undecided", nil})
	default:
		l = append(l, phrase{"gaps.incomplete", nil})
	}
	for _, s := range a.Sources {
		if len(s.Unread) > 0 {
			l = append(l, unread(s))
		}
	}
	if len(a.Assumed) > 0 {
		l = append(l, phrase{"gaps.assumed", args{"assumed": datums(a.Assumed)}})
	}
	return l
}

// unread says what was not read of a source. One that could not be entered has no
// ID.
func unread(s audit.Source) phrase {
	return phrase{listing.UnreadKey(s), args{"account": s.Account, "profile": s.Profile, "unread": datums(s.Unread)}}
}

// allRead reports whether nothing that was asked for is known not to have been
// read: an audit that is incomplete all the same lacks a decision.
func allRead(a *audit.Audit) bool {
	return !slices.ContainsFunc(a.Sources, func(s audit.Source) bool { return len(s.Unread) > 0 }) &&
		!slices.ContainsFunc(a.Findings, func(f audit.Finding) bool { return f.Check == readDenied })
}
