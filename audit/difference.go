package audit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
)

// DifferenceSchema is the version of the JSON form of a [Difference].
const DifferenceSchema = "repligrant.audit-diff/v1"

// A Difference is what a new audit says otherwise than an old one.
type Difference struct {
	Schema       string              `json:"schema"`
	Old          Side                `json:"old"`
	New          Side                `json:"new"`
	Summary      Changes             `json:"summary"`
	Rules        []RuleChange        `json:"rules"`        // whose verdict is another
	Requirements []RequirementChange `json:"requirements"` // that are decided otherwise
	Findings     []FindingChange     `json:"findings"`     // of either audit, also those that stay the same
}

// A Side is one of the audits that are compared.
type Side struct {
	Spec     string   `json:"spec,omitempty"`
	Version  string   `json:"version"`
	Complete bool     `json:"complete"`
	Granted  bool     `json:"granted"` // it lists what is granted: it was saved with --all
	Summary  Summary  `json:"summary"`
	Sources  []Source `json:"sources"`
}

// Changes counts findings by what became of them, and what else is otherwise.
type Changes struct {
	New          int `json:"new"`
	Changed      int `json:"changed"`
	Gone         int `json:"gone"`
	Undecided    int `json:"undecided"`
	Same         int `json:"same"`
	Rules        int `json:"rules"`
	Requirements int `json:"requirements"`
}

// A Change is what became of a finding.
type Change string

// The changes, in the order in which they are shown.
const (
	Appeared  Change = "new"
	Altered   Change = "changed"   // worse or better: another severity, coverage or outcome, or suppressed or no more
	Undecided Change = "undecided" // not found any more, and what it is about is not known any more
	Gone      Change = "gone"      // and what it is about is decided
	Kept      Change = "same"
)

var changeOrder = []Change{Appeared, Altered, Undecided, Gone, Kept}

// A Lack is why nobody knows whether something that is not found any more is mended.
type Lack string

// The lacks.
const (
	LackRule        Lack = "not-audited" // the new audit does not look at the bucket that replicates
	LackAccount     Lack = "account"     // it has nothing of the account
	LackDocument    Lack = "unread"      // what the finding is about was not read, or is not certain
	LackRequirement Lack = "requirement" // the requirement is unknown now
)

// A FindingChange is a finding, and what became of it.
type FindingChange struct {
	Change  Change   `json:"change"`
	Finding Finding  `json:"finding"`           // as the new audit has it, else as the old one
	Before  *Grade   `json:"before,omitempty"`  // of one that is changed
	Because Lack     `json:"because,omitempty"` // of one that is undecided
	Of      []string `json:"of,omitempty"`      // IDs of the findings of the new audit that leave it undecided
}

// A Grade is how bad a finding is.
type Grade struct {
	Severity   Severity `json:"severity"`
	Outcome    Outcome  `json:"outcome"`
	Coverage   Coverage `json:"coverage,omitempty"`
	Suppressed bool     `json:"suppressed,omitempty"`
}

// GradeOf is the grade of a finding.
func GradeOf(f Finding) Grade {
	return Grade{f.Severity, f.Outcome, f.Coverage, f.Status == Suppressed}
}

// A RuleChange is a rule whose verdict is another. Before is "" for a rule that
// the old audit has not, and Now for one that the new audit has not.
type RuleChange struct {
	Rule    string  `json:"rule"`
	From    string  `json:"from"`
	To      string  `json:"to"`
	Origin  string  `json:"origin,omitempty"`
	Before  Verdict `json:"before,omitempty"`
	Now     Verdict `json:"now,omitempty"`
	Because Lack    `json:"because,omitempty"` // why nobody knows whether a rule that is not there is gone
}

// decided reports whether it is certain that something became of the rule.
func (c RuleChange) decided() bool { return c.Now != Unclear && c.Because == "" }

// Compare compares two audits. Findings are the same if their IDs are, as they are
// for [Audit.Against]; those that are folded on one side only are those of their
// cause. The error is a *[diag.Diagnostic] if another tool made one of them.
func Compare(before, now *Audit) (*Difference, error) {
	for _, a := range []*Audit{before, now} {
		if a.Tool.Name != toolName {
			return nil, differenceProblems.At(diag.Pos{}, "audit-diff-tool", "name", a.Tool.Name)
		}
	}
	was, is := index(before), index(now)
	d := &Difference{
		Schema: DifferenceSchema, Old: side(before), New: side(now),
		Rules: ruleChanges(was, is), Requirements: requirementChanges(was, is), Findings: findingChanges(was, is),
	}
	d.count()
	return d, nil
}

// differenceProblems are what two audits may not be.
var differenceProblems = diag.Table{
	"audit-diff-tool": {Message: `the tool of an audit is "{name}", which is not repligrant`, Hint: "diff compares what repligrant audit --format json wrote"},
}

func side(a *Audit) Side {
	sources := a.Sources
	if sources == nil {
		sources = []Source{}
	}
	return Side{a.Spec, a.Tool.Version, a.Complete, a.ListsGranted(), a.Summary, sources}
}

// ListsGranted reports whether an audit says of each requirement that is met.
func (out *Audit) ListsGranted() bool {
	return len(out.Granted) > 0 || out.Summary.Requirements.Granted == 0
}

func (d *Difference) count() {
	s := Changes{Rules: len(d.Rules), Requirements: len(d.Requirements)}
	for _, f := range d.Findings {
		switch f.Change {
		case Appeared:
			s.New++
		case Altered:
			s.Changed++
		case Gone:
			s.Gone++
		case Undecided:
			s.Undecided++
		case Kept:
			s.Same++
		}
	}
	d.Summary = s
}

// Certain reports whether something is otherwise for certain. That less is known
// than before is not.
func (d *Difference) Certain() bool {
	return slices.ContainsFunc(d.Findings, func(f FindingChange) bool {
		return f.Change == Gone || (f.Change == Appeared || f.Change == Altered) && f.Finding.Outcome != Unknown
	}) || slices.ContainsFunc(d.Rules, RuleChange.decided) || slices.ContainsFunc(d.Requirements, RequirementChange.decided)
}

// Open reports whether something was known to the old audit that the new one
// leaves open.
func (d *Difference) Open() bool {
	return slices.ContainsFunc(d.Findings, func(f FindingChange) bool {
		return f.Change == Undecided || (f.Change == Appeared || f.Change == Altered) && f.Finding.Outcome == Unknown
	}) || slices.ContainsFunc(d.Rules, func(c RuleChange) bool { return !c.decided() }) ||
		slices.ContainsFunc(d.Requirements, func(c RequirementChange) bool { return !c.decided() })
}

// findingChanges says what became of each finding of either audit.
func findingChanges(was, is *audited) []FindingChange {
	out := []FindingChange{}
	for i := range is.Findings {
		f := &is.Findings[i]
		old := was.same(f)
		switch {
		case old == nil:
			out = append(out, FindingChange{Change: Appeared, Finding: *f})
		case GradeOf(*old) != GradeOf(*f):
			grade := GradeOf(*old)
			out = append(out, FindingChange{Change: Altered, Finding: *f, Before: &grade})
		default:
			out = append(out, FindingChange{Change: Kept, Finding: *f})
		}
	}
	for i := range was.Findings {
		if f := &was.Findings[i]; is.same(f) == nil {
			out = append(out, was.gone(f, is))
		}
	}
	slices.SortStableFunc(out, func(x, y FindingChange) int {
		return cmp.Or(cmp.Compare(slices.Index(changeOrder, x.Change), slices.Index(changeOrder, y.Change)), compareFindings(x.Finding, y.Finding))
	})
	return out
}

// gone says what became of a finding that the new audit has not.
func (a *audited) gone(f *Finding, is *audited) FindingChange {
	why, of := is.lacks(a, f)
	if why == "" {
		return FindingChange{Change: Gone, Finding: *f}
	}
	return FindingChange{Change: Undecided, Finding: *f, Because: why, Of: of}
}

// ruleChanges lists the rules whose verdict is another, in order.
func ruleChanges(was, is *audited) []RuleChange {
	out := []RuleChange{}
	for _, v := range is.Rules {
		k := nameOf(v)
		if before := was.verdicts[k]; before != v.Verdict {
			out = append(out, RuleChange{Rule: v.Rule, From: v.From, To: v.To, Origin: v.Origin, Before: before, Now: v.Verdict})
		}
	}
	for _, v := range was.Rules {
		if _, there := is.verdicts[nameOf(v)]; !there {
			out = append(out, RuleChange{Rule: v.Rule, From: v.From, To: v.To, Origin: v.Origin, Before: v.Verdict, Because: is.lacksRule(v)})
		}
	}
	slices.SortStableFunc(out, func(x, y RuleChange) int {
		return cmp.Or(strings.Compare(x.From, y.From), strings.Compare(x.Rule, y.Rule), strings.Compare(x.To, y.To), strings.Compare(x.Origin, y.Origin))
	})
	return out
}
