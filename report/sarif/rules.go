package sarif

import (
	"cmp"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/docs"
	"github.com/repligrant/repligrant/report/listing"
	"github.com/repligrant/repligrant/report/safe"
)

// The limits of what GitHub takes of a rule. Ten tags are shown, 20 taken.
//
// See https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning#reportingdescriptor-object.
const (
	maxName        = 255
	maxDescription = 1_000
	maxTags        = 10
)

// A grade is how bad GitHub takes a severity to be.
type grade struct {
	score    float64
	security string // above 9.0 critical, from 7.0 high, from 4.0 medium
	level    string
	problem  string
}

var grades = map[audit.Severity]grade{
	audit.Critical: {9.5, "9.5", "error", "error"},
	audit.High:     {8, "8.0", "error", "error"},
	audit.Medium:   {5.5, "5.5", "warning", "warning"},
	audit.Low:      {2, "2.0", "note", "recommendation"},
	audit.Info:     {0.5, "0.5", "note", "recommendation"},
}

// gradeOf takes a severity that nobody knows for a medium one.
func gradeOf(s audit.Severity) grade {
	if g, ok := grades[s]; ok {
		return g
	}
	return grades[audit.Medium]
}

// usual is how bad a check is where nothing was found: what its worst finding may
// be is known of its outcome alone.
var usual = map[audit.Outcome]audit.Severity{
	audit.Missing: audit.Critical, audit.Blocked: audit.Critical, audit.Mismatch: audit.High,
	audit.Unknown: audit.Medium, audit.Surplus: audit.Medium, audit.Advice: audit.Info,
}

// rules are the checks, all of them, so that a reader sees what was looked for.
type rules struct {
	list  []rule
	index map[string]int
}

// rulesOf lists the checks, and those of a later version that entries name. Each
// is as bad as the worst that was found by it: GitHub has one severity for a rule,
// not for a result.
func rulesOf(entries []listing.Entry) *rules {
	worst := map[string]grade{}
	for _, e := range entries {
		id, g := ruleID(e.Check), gradeOf(e.Severity)
		if g.score > worst[id].score {
			worst[id] = g
		}
	}
	r := &rules{index: map[string]int{}}
	for _, c := range audit.Checks {
		g, found := worst[c.Name]
		if !found {
			g = grades[usual[c.Outcome]]
		}
		r.add(known(c, g))
	}
	for _, e := range entries {
		if id := ruleID(e.Check); !r.has(id) {
			r.add(unknown(id, worst[id]))
		}
	}
	return r
}

func (r *rules) add(x rule) {
	r.index[x.ID] = len(r.list)
	r.list = append(r.list, x)
}

func (r *rules) has(id string) bool {
	_, ok := r.index[id]
	return ok
}

// ruleID is the name of a check as it may stand in a file.
func ruleID(check string) string {
	return cmp.Or(strings.TrimSpace(safe.Cut(safe.Visible(check), maxName)), "unnamed")
}

func known(c audit.Check, g grade) rule {
	page, _ := docs.CheckOf(c.Name)
	controls := audit.ControlsOf(c.Name)
	uri := docs.Checks + "#" + c.Name
	return rule{
		ID: c.Name, HelpURI: uri,
		ShortDescription: text{Text: safe.Cut(page.Short, maxDescription)},
		FullDescription:  text{Text: safe.Cut(page.Short, maxDescription)},
		Help:             text{Text: page.Text + "\n\n" + uri, Markdown: page.Markdown + "\n\n[All checks](" + uri + ")"},
		Default:          configuration{g.level},
		Properties:       ruleProperties{tags(c.Outcome, controls), "very-high", g.problem, g.security},
	}
}

// unknown is a check of a later version, of which only the name is known.
func unknown(id string, g grade) rule {
	said := text{Text: id + " (a check that this version of repligrant does not know)"}
	return rule{
		ID: id, ShortDescription: said, FullDescription: said, Help: said, HelpURI: docs.Checks,
		Default: configuration{g.level}, Properties: ruleProperties{tags("", nil), "very-high", g.problem, g.security},
	}
}

// tags begin with that which makes GitHub show a security severity.
func tags(o audit.Outcome, controls []string) []string {
	l := []string{"security", "s3-replication"}
	if o != "" {
		l = append(l, string(o))
	}
	l = slices.Concat(l, controls)
	return l[:min(len(l), maxTags)]
}
