package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
)

// The places that Markdown has to fit into.
const (
	Comment     = "comment"      // of a pull request, the usual one
	StepSummary = "step-summary" // of a job of GitHub Actions
	Unlimited   = "none"
)

// A budget is how long a report may get, in bytes, and what says where it has to
// fit into.
type budget struct {
	bytes int // 0 is no limit
	place phrase
}

// budgets are below what GitHub takes, so that somebody may write a line beside
// a report: it refuses comments of more than 65,536 characters, and step summaries
// of more than 1 MiB.
//
// See https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits.
var budgets = map[string]budget{
	Comment:     {60_000, phrase{"budget.comment", nil}},
	StepSummary: {900 << 10, phrase{"budget.step-summary", nil}},
	Unlimited:   {},
}

// Budgets lists the places, the usual one first.
func Budgets() []string { return []string{Comment, StepSummary, Unlimited} }

// The keys of what is wrong with a budget.
const (
	unknownBudget = "budget-unknown"
	uselessBudget = "budget-useless"
)

var budgetProblems = diag.Table{
	unknownBudget: {Message: "--budget {budget} is none that there is", Hint: "it is one of {known}"},
	uselessBudget: {Message: "--budget is for format markdown, and the format is {format}", Hint: "leave it out, or add --format markdown"},
}

func checkBudget(o Options) error {
	switch {
	case o.Budget == "":
		return nil
	case !slices.Contains(Budgets(), o.Budget):
		return budgetProblems.At(diag.Pos{}, unknownBudget, "budget", strconv.Quote(o.Budget), "known", strings.Join(Budgets(), ", "))
	case o.Format != Markdown:
		return budgetProblems.At(diag.Pos{}, uselessBudget, "format", o.Format)
	default:
		return nil
	}
}

// budgetOf is the budget of o, that of a comment where it says nothing.
func budgetOf(o Options) budget {
	if b, ok := budgets[o.Budget]; ok {
		return b
	}
	return budgets[Comment]
}

// A detail says how much of a report is written.
type detail int

// The details, from all to nearly nothing. A report that is too long is written
// again with less: whole parts are left out, none is cut.
const (
	withEvidence detail = iota
	withFindings
	withoutPassed // audits: rules that replicate, and what is met
	withoutMinor  // audits: surplus that harms nobody, advice, what somebody lives with
	withLines     // audits: rules and findings, a line each, as many as fit
	withTable     // others
	countsOnly    // others
)

// The details that there are of reports.
var (
	auditDetails = []detail{withEvidence, withFindings, withoutPassed, withoutMinor, withLines}
	otherDetails = []detail{withEvidence, withFindings, withTable, countsOnly}
)

// fitting returns the most detailed report that fits. The last one has a bounded
// size.
func (b budget) fitting(details []detail, write func(detail) md) []byte {
	for _, d := range details[:len(details)-1] {
		if out := write(d); b.bytes == 0 || len(out) < b.bytes {
			return []byte(out)
		}
	}
	return []byte(write(details[len(details)-1]))
}

// roomOf is how long a report of that detail may get before it is of no use; 0 is
// no limit. The last detail is used as it is.
func (b budget) roomOf(d detail) int {
	if d == countsOnly || d == withLines {
		return 0
	}
	return b.bytes
}

// left says what was left out to fit, so that nobody takes a report for all there
// is, and how to get it; nothing where nothing was.
func (b budget) left(shortenings map[detail]phrase, d detail) (phrase, bool) {
	p, ok := shortenings[d]
	if !ok {
		return phrase{}, false
	}
	return phrase{p.key, args{"place": b.place}}, true
}
