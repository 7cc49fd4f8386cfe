// Package sarif writes audits as SARIF 2.1.0, for GitHub code scanning and for
// editors. It keeps to what GitHub takes: no file that it writes is refused for
// its size, and what is left out for that is counted in the file.
//
// See https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning.
package sarif

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/report/listing"
	"github.com/repligrant/repligrant/report/safe"
)

const (
	schema  = "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json"
	version = "2.1.0"
	home    = "https://github.com/repligrant/repligrant"
)

// MaxResults is how many results a run has at most. GitHub takes 25,000 and shows
// 5,000, of its own choice.
//
// See https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit.
const MaxResults = 5_000

// Log is an audit as a SARIF log of one run; what encodes it need not escape HTML.
// What is met is no result.
func Log(a *audit.Audit, o listing.Options) any {
	o.All = false
	entries, left := chosen(listing.Entries(a, o))
	rules := rulesOf(entries)
	w := writer{a, o, rules, map[string]int{}}
	r := run{
		Tool: tool{driver{
			Name: "repligrant", Version: safe.Visible(a.Tool.Version), SemanticVersion: semantic(a.Tool.Version),
			InformationURI: home, Rules: rules.list, Notifications: descriptors,
		}},
		AutomationDetails: details{category(a)},
		Invocations:       []invocation{w.invocation(left)},
		ColumnKind:        "unicodeCodePoints",
		Results:           make([]result, 0, len(entries)),
	}
	for _, e := range entries {
		r.Results = append(r.Results, w.result(e))
	}
	return log{schema, version, []run{r}}
}

// chosen are the entries that fit, the worst first and last those that somebody
// lives with, and how many do not fit.
func chosen(entries []listing.Entry) (fit []listing.Entry, left int) {
	accepted := func(e listing.Entry) int {
		if e.Status == audit.Suppressed {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(entries, func(x, y listing.Entry) int {
		return cmp.Or(cmp.Compare(accepted(x), accepted(y)), cmp.Compare(gradeOf(y.Severity).score, gradeOf(x.Severity).score))
	})
	n := min(len(entries), MaxResults)
	return entries[:n], len(entries) - n
}

// semanticVersion is how a version has to be to be one.
//
// See https://semver.org.
var semanticVersion = regexp.MustCompile(`^v?([0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9}(?:[-+][0-9A-Za-z.+-]{1,100})?)$`)

func semantic(v string) string {
	if m := semanticVersion.FindStringSubmatch(v); m != nil {
		return m[1]
	}
	return ""
}

// category tells audits of several SPECs of one repository apart.
func category(a *audit.Audit) string {
	if a.Spec == "" {
		return "repligrant/"
	}
	return "repligrant/" + listing.URI(a.Spec) + "/"
}

// A writer writes the results of one audit.
type writer struct {
	a     *audit.Audit
	o     listing.Options
	rules *rules
	seen  map[string]int // fingerprints
}

func (w *writer) result(e listing.Entry) result {
	f := e.Finding
	index := w.rules.index[ruleID(f.Check)]
	r := result{
		RuleID: w.rules.list[index].ID, RuleIndex: index,
		Kind: kinds[e.Result], Message: text{Text: inert(w.message(f))},
		Fingerprints: map[string]string{"primaryLocationLineHash": w.fingerprint(f)},
		Baseline:     baselines[f.Status], Properties: w.properties(f),
	}
	if r.Kind == "" {
		r.Level = gradeOf(f.Severity).level
	}
	r.Locations, r.Related = w.locations(f)
	if f.Status == audit.Suppressed {
		r.Suppressions = []suppression{{"external", "accepted", w.o.Accepted(w.a, f)}}
	}
	return r
}

// kinds are what a result is where it is no failure. Such a result has no level;
// GitHub, which does not look at kinds, takes that of the rule.
//
// See https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html#_Toc34317647.
var kinds = map[listing.Result]string{listing.Unknown: "open"}

var baselines = map[string]string{audit.New: "new", audit.Known: "unchanged"}

// message is what is shown of a result: what is wrong, and how to mend it.
func (w *writer) message(f audit.Finding) string {
	m := cmp.Or(w.o.Message(f), ruleID(f.Check)) + "."
	steps := w.o.Steps(f)
	if len(steps) == 0 {
		return m
	}
	m += " " + w.o.Texts.Get("minor.fix", map[string]string{"text": w.o.Mending(f)})
	if steps[len(steps)-1].Statement != "" {
		return m
	}
	return m + "."
}

// placeholder is what SARIF puts an argument in place of, and link the begin of
// a link's address.
var placeholder = regexp.MustCompile(`\{([0-9]+)\}`)

// inert takes from a message what SARIF gives a meaning to.
//
// See https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html#_Toc34317459.
func inert(s string) string {
	return placeholder.ReplaceAllString(strings.ReplaceAll(s, "](", "] ("), "{{$1}}")
}

// fingerprint is the ID of a finding, which is the same wherever its line moves
// to; those that have the same one are numbered.
func (w *writer) fingerprint(f audit.Finding) string {
	id := safe.Cut(safe.Visible(cmp.Or(f.ID, "unnamed")), 200)
	w.seen[id]++
	return id + ":" + strconv.Itoa(w.seen[id])
}

// locations are the one that GitHub shows, and the place in the SPEC where that
// is another.
func (w *writer) locations(f audit.Finding) (first, related []location) {
	for i, at := range listing.Locations(w.a, f) {
		l := location{Physical: physical{artifact{at.URI}, region{at.Line, at.Column, at.Line, at.Column + 1}}}
		if i == 0 {
			l.Logical = []logical{{cmp.Or(safe.Visible(f.Target), "unnamed"), "resource"}}
			first = append(first, l)
			continue
		}
		l.ID, l.Message = i, &text{Text: "SPEC"}
		related = append(related, l)
	}
	return first, related
}

func (w *writer) properties(f audit.Finding) properties {
	v := safe.Visible
	p := properties{
		Outcome: v(string(f.Outcome)), Severity: v(string(f.Severity)), Group: v(string(f.Group)), Coverage: v(string(f.Coverage)),
		Status: v(f.Status), Rule: v(f.Rule), From: v(f.From), To: v(f.To), Account: v(f.Account), Document: v(string(f.Document)),
		Target: v(f.Target), Principal: v(f.Principal), Action: v(f.Action), Resource: v(f.Resource), Witness: v(f.Witness),
		FailureCode: v(f.FailureCode), Requirement: v(f.Requirement), Source: v(f.Source), Statement: listing.Statement(f),
	}
	for _, id := range f.Requirements {
		p.Requirements = append(p.Requirements, v(id))
	}
	for _, c := range f.Controls {
		p.Controls = append(p.Controls, v(c))
	}
	if f.Planned != nil {
		p.Planned = v(f.Planned.Address)
	}
	return p
}

// endTime is when the last account was read.
func (w *writer) endTime() string {
	t, ok := listing.Time(w.a, "")
	if !ok {
		return ""
	}
	return t.Format(time.RFC3339)
}
