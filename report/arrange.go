package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/replication"
)

// A section is what an audit found about one rule, or about none.
type section struct {
	verdict audit.RuleVerdict // the zero verdict: about no rule
	items   []item            // to be shown in full, worst first
	minor   []audit.Finding   // to be shown on a few lines each
	causes  []string          // why the rule does not simply replicate
}

// An item is what is found in one document for one reason: several actions that
// the same bucket policy lacks are one item.
type item struct {
	number   int // from 1, over all sections
	findings []audit.Finding
	repairs  []repair
}

// head is the finding that speaks for an item.
func (i item) head() audit.Finding { return i.findings[0] }

// The orders in which reports show things, worst first.
var (
	severityOrder   = []audit.Severity{audit.Critical, audit.High, audit.Medium, audit.Low, audit.Info}
	outcomeOrder    = []audit.Outcome{audit.Missing, audit.Blocked, audit.Mismatch, audit.Surplus, audit.Unknown, audit.Advice}
	permissionOrder = []audit.Outcome{audit.Blocked, audit.Missing, audit.Unknown, audit.Advice, audit.Granted}
	verdictOrder    = []audit.Verdict{audit.Fails, audit.Degraded, audit.Unclear, audit.Replicates, audit.Idle}
)

// rank is the place of v in an order; what the order lacks comes last.
func rank[T comparable](order []T, v T) int {
	if i := slices.Index(order, v); i >= 0 {
		return i
	}
	return len(order)
}

// arrange puts findings in the order in which they are read: by rule, the worst
// verdict first and findings of no rule last, and by severity. With all nothing
// is minor.
func arrange(a *audit.Audit, all bool) []section {
	sections := split(a)
	slices.SortStableFunc(sections, func(x, y section) int {
		return cmp.Compare(sectionRank(x), sectionRank(y))
	})
	number := 0
	sids, others, wholes := sidCounter{}, undecidedRules(a), ofConfigurations(a)
	for i := range sections {
		s := &sections[i]
		s.gather(all)
		for j := range s.items {
			number++
			s.items[j].number = number
			s.items[j].repairs = repairs(s.items[j].findings, sids)
		}
		beside := others[s.verdict.Rule+"/"+s.verdict.From+"/"+s.verdict.To]
		if s.verdict.Verdict == audit.Fails {
			beside = slices.Concat(beside, wholes[s.verdict.From])
		}
		s.causes = s.causesOf(beside)
	}
	return sections
}

func sectionRank(s section) int {
	if s.verdict == (audit.RuleVerdict{}) {
		return len(verdictOrder) + 1
	}
	return rank(verdictOrder, s.verdict.Verdict)
}

// A ruleKey tells rules apart.
type ruleKey struct{ rule, from, to, origin string }

// split makes a section for each rule and one for findings of none. Until
// gather sorts them, findings stand under minor.
func split(a *audit.Audit) []section {
	var sections []section
	index := map[ruleKey]int{}
	open := func(v audit.RuleVerdict) int {
		k := ruleKey{v.Rule, v.From, v.To, v.Origin}
		if _, ok := index[k]; !ok {
			index[k] = len(sections)
			sections = append(sections, section{verdict: v})
		}
		return index[k]
	}
	for _, v := range a.Rules {
		open(v)
	}
	for _, f := range a.Findings {
		i := open(ruleAmong(a.Rules, f))
		sections[i].minor = append(sections[i].minor, f)
	}
	return sections
}

// ruleOf is the rule that f is about; a finding that names no rule, or only one
// of its buckets, is about none.
func ruleOf(f audit.Finding) audit.RuleVerdict {
	if f.Rule == "" || f.From == "" || f.To == "" {
		return audit.RuleVerdict{}
	}
	return audit.RuleVerdict{Rule: f.Rule, From: f.From, To: f.To, Origin: f.Origin}
}

// ruleAmong is [ruleOf], also where a finding about a rule in the configuration
// of its source does not say where that replicates to.
func ruleAmong(rules []audit.RuleVerdict, f audit.Finding) audit.RuleVerdict {
	if f.Rule == "" || f.From == "" || f.To != "" {
		return ruleOf(f)
	}
	i := slices.IndexFunc(rules, func(v audit.RuleVerdict) bool { return v.Rule == f.Rule && v.From == f.From && v.Origin == f.Origin })
	if i < 0 {
		return audit.RuleVerdict{}
	}
	return rules[i]
}

// gather divides the findings of s into items and minor ones.
func (s *section) gather(all bool) {
	findings := s.minor
	s.minor = nil
	slices.SortStableFunc(findings, bySeverity)
	index := map[itemKey]int{}
	for _, f := range findings {
		if !all && isMinor(f) {
			s.minor = append(s.minor, f)
			continue
		}
		k := keyOf(f)
		if _, ok := index[k]; !ok {
			index[k] = len(s.items)
			s.items = append(s.items, item{})
		}
		i := &s.items[index[k]]
		i.findings = append(i.findings, f)
	}
}

func bySeverity(x, y audit.Finding) int {
	return cmp.Or(
		cmp.Compare(rank(severityOrder, x.Severity), rank(severityOrder, y.Severity)),
		cmp.Compare(rank(outcomeOrder, x.Outcome), rank(outcomeOrder, y.Outcome)))
}

// isMinor reports whether f is shown in short: nothing fails for it, or somebody
// lives with it.
func isMinor(f audit.Finding) bool { return isAccepted(f) || !isSerious(f) }

// isAccepted reports whether somebody knows of f already, or suppressed it.
func isAccepted(f audit.Finding) bool { return f.Status == audit.Suppressed || f.Status == audit.Known }

// isSerious reports whether something fails for f, or nobody knows.
func isSerious(f audit.Finding) bool {
	return f.Outcome != audit.Advice && (f.Outcome != audit.Surplus || f.Group == audit.Dangerous)
}

// An itemKey is what the findings of one item share.
type itemKey struct {
	check, target, account, principal, status string

	outcome  audit.Outcome
	document replication.Kind
	group    audit.Group
}

func keyOf(f audit.Finding) itemKey {
	return itemKey{f.Check, f.Target, f.Account, f.Principal, f.Status, f.Outcome, f.Document, f.Group}
}

// causesOf says why the rule of s does not simply replicate: actions that are
// missing or blocked, else the names of checks; worst first, each once. Others
// are findings of no rule that leave it undecided. What the rule was decided
// without is no reason for what was decided.
func (s section) causesOf(others []audit.Finding) []string {
	var causes []string
	add := func(f audit.Finding) {
		if c := cmp.Or(f.Action, f.Check); !slices.Contains(causes, c) {
			causes = append(causes, c)
		}
	}
	for _, i := range append(slices.Clone(s.items), item{findings: s.minor}) {
		for _, f := range i.findings {
			without := f.Outcome == audit.Unknown && len(f.Assuming) > 0
			if f.Outcome != audit.Surplus && f.Outcome != audit.Advice && !without {
				add(f)
			}
		}
	}
	for _, f := range others {
		if len(f.Assuming) == 0 {
			add(f)
		}
	}
	return causes
}

// ofConfigurations are the findings for which every rule of a configuration
// fails, by its bucket: those about all of it, and what is wrong with any rule of
// one that is planned.
func ofConfigurations(a *audit.Audit) map[string][]audit.Finding {
	out := map[string][]audit.Finding{}
	for _, f := range a.Findings {
		if f.Check == "configuration-invalid" && (f.Rule == "" || f.Planned != nil) {
			out[f.From] = append(out[f.From], f)
		}
	}
	return out
}

// undecidedRules lists the findings of no rule by the rules that they leave
// undecided, as the IDs of requirements begin: rule/from/to.
func undecidedRules(a *audit.Audit) map[string][]audit.Finding {
	rules := map[string][]audit.Finding{}
	for _, f := range a.Findings {
		if ruleOf(f) != (audit.RuleVerdict{}) {
			continue
		}
		seen := shown{}
		for _, id := range f.Requirements {
			if rule, _ := splitRequirement(id); seen.first(rule) {
				rules[rule] = append(rules[rule], f)
			}
		}
	}
	return rules
}

// A shortList is a list of minor findings under one title.
type shortList struct {
	title string // key
	items []item
}

// shortLists are the minor findings of all sections: what has been known, what is
// suppressed, and what nothing fails for.
func shortLists(sections []section) []shortList {
	var lists []shortList
	for _, l := range []struct{ title, status string }{{"section.known", audit.Known}, {"section.suppressed", audit.Suppressed}, {"section.minor", ""}} {
		if items := minors(sections, l.status); len(items) > 0 {
			lists = append(lists, shortList{l.title, items})
		}
	}
	return lists
}

// minors are the minor findings of all sections with a status, or with none that
// accepts them, by document, the worst first.
func minors(sections []section, status string) []item {
	var l []audit.Finding
	for _, s := range sections {
		for _, f := range s.minor {
			if f.Status == status || status == "" && !isAccepted(f) {
				l = append(l, f)
			}
		}
	}
	slices.SortStableFunc(l, bySeverity)
	var items []item
	index := map[itemKey]int{}
	for _, f := range l {
		k := itemKey{document: f.Document, target: f.Target, account: f.Account}
		at, ok := index[k]
		if !ok {
			at = len(items)
			index[k] = at
			items = append(items, item{})
		}
		items[at].findings = append(items[at].findings, f)
	}
	return items
}

// shared returns the place in the SPEC of all findings of a section, if there is
// one place.
func (s section) shared() []string {
	var places []string
	for _, i := range s.items {
		for _, p := range values(i.findings, specPlace) {
			if !slices.Contains(places, p) {
				places = append(places, p)
			}
		}
	}
	if len(places) > 1 {
		return nil
	}
	return places
}

// specPlace is the place in the SPEC, or "" if the place is in a template.
func specPlace(f audit.Finding) string {
	if f.Planned != nil && f.Planned.Position == f.Position {
		return ""
	}
	return f.Position.String()
}

// plannedPlace is the address of the planned resource, with its place.
func plannedPlace(f audit.Finding) string {
	if f.Planned == nil {
		return ""
	}
	if f.Planned.Position.IsZero() {
		return f.Planned.Address
	}
	return f.Planned.Address + " (" + f.Planned.Position.String() + ")"
}

func sourceOf(f audit.Finding) string { return f.Source }

// values returns what value says of findings, each once and not the empty one.
func values(findings []audit.Finding, value func(audit.Finding) string) []string {
	var l []string
	for _, f := range findings {
		if v := value(f); v != "" && !slices.Contains(l, v) {
			l = append(l, v)
		}
	}
	return l
}

// mentioned reports whether a message of the item has said the value.
func mentioned(i item, value string) bool {
	return slices.ContainsFunc(i.findings, func(f audit.Finding) bool { return strings.Contains(f.Message, value) })
}
