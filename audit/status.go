package audit

import (
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
)

// DefaultFailOn is what an audit fails on if nothing else is said.
var DefaultFailOn = []string{"missing", "blocked", "mismatch", "dangerous"}

// FailOnWords are the words, besides names of checks, that --fail-on takes:
// outcomes, severities, groups of surplus, and none and any.
var FailOnWords = []string{
	"missing", "blocked", "unknown", "surplus", "mismatch", "advice",
	"critical", "high", "medium", "low", "info",
	"dangerous", "wider", "no-effect", "informational",
	"none", "any",
}

// failOnProblems are what can be wrong with a list of such words.
var failOnProblems = diag.Table{
	"fail-on-none":    {Message: "none stands alone: it names nothing to fail on"},
	"fail-on-similar": {Message: "{word} is no outcome, severity, surplus group or check; did you mean {similar}?"},
	"fail-on-unknown": {Message: "{word} is no outcome, severity, surplus group or check; outcomes, severities and groups are {known}"},
}

// ParseFailOn reads a list of words, separated by commas. It refuses words that
// mean nothing, so that a typing error does not make an audit pass. The error is
// a *[diag.Diagnostic].
func ParseFailOn(s string) ([]string, error) {
	var words []string
	for w := range strings.SplitSeq(s, ",") {
		w = strings.TrimSpace(w)
		_, isCheck := checkTable[w]
		if !isCheck && !slices.Contains(FailOnWords, w) {
			if similar := diag.Nearest(w, slices.Concat(FailOnWords, CheckNames())); similar != "" {
				return nil, failOnProblems.At(diag.Pos{}, "fail-on-similar", "word", strconv.Quote(w), "similar", similar)
			}
			return nil, failOnProblems.At(diag.Pos{}, "fail-on-unknown", "word", strconv.Quote(w), "known", strings.Join(FailOnWords, ", "))
		}
		words = append(words, w)
	}
	if len(words) > 1 && slices.Contains(words, "none") {
		return nil, failOnProblems.At(diag.Pos{}, "fail-on-none")
	}
	return words, nil
}

// The exit statuses of an audit, the same in every format.
const (
	StatusClean      = 0
	StatusGaps       = 1
	StatusIncomplete = 3
)

// Status returns the exit status of an audit: gaps come before what could not
// be read, and an audit that decided nothing is never clean.
func (out *Audit) Status(failOn []string, allowIncomplete bool) int {
	if slices.ContainsFunc(out.Findings, func(f Finding) bool { return out.FailsOn(&f, failOn) }) {
		return StatusGaps
	}
	if out.DecidedNothing() || !out.Complete && !allowIncomplete {
		return StatusIncomplete
	}
	return StatusClean
}

// FailsOn reports whether an audit fails for one of its findings: one of the words
// names it, and nobody knew of it, suppressed it or accepted that it is unknown.
func (out *Audit) FailsOn(f *Finding, words []string) bool {
	return f.counts() && !out.Assumes(f) && fails(*f, words)
}

// counts reports whether a finding can make an audit fail.
func (f *Finding) counts() bool { return f.Status == "" || f.Status == New }

// Assumes reports whether --assume accepted the gap of a finding.
func (out *Audit) Assumes(f *Finding) bool {
	if f.Key == keyUnseen {
		return slices.Contains(out.Assumed, f.gap())
	}
	return f.Acceptable() && (slices.Contains(out.Assumed, "account:"+f.Account) || f.gap() != "" && slices.Contains(out.Assumed, f.gap()))
}

// DecidedNothing reports whether the audit decided no requirement although it
// should have. Where every rule is disabled there is nothing to decide, and a rule
// that fails without a requirement, like one without a role, is decided.
func (out *Audit) DecidedNothing() bool {
	r := out.Summary.Requirements
	if r.Granted+r.Missing+r.Blocked+out.Summary.Rules.Fails > 0 {
		return false
	}
	return r.Unknown > 0 || len(out.Rules) == 0 || out.Summary.Rules.Disabled < len(out.Rules)
}

// fails reports whether one of the words names the finding.
func fails(f Finding, words []string) bool {
	for _, w := range words {
		switch w {
		case "none":
			return false
		case "any", string(f.Outcome), string(f.Severity), string(f.Group), f.Check:
			if w != "" {
				return true
			}
		}
	}
	return false
}
