// Package listing is an audit as the formats for programs take it: one entry
// for each finding and, where they are asked for, each requirement that is met.
// It knows no format; text that it returns is safe to show.
package listing

import (
	"slices"
	"strings"
	"time"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/report/safe"
	"github.com/repligrant/repligrant/report/text"
)

// Options are what a format may need beside the audit.
type Options struct {
	Texts           text.Catalogue
	All             bool     // requirements that are met too
	FailOn          []string // what makes an audit fail
	AllowIncomplete bool
	Region          string // of Security Hub
}

// An Entry is a finding, or a requirement that is met as if it were one: its
// outcome is granted, it has no check, and its ID is that of the requirement.
type Entry struct {
	audit.Finding
	Result Result
}

// A Result is how a finding counts. The zero Result is never a pass.
type Result int

// The results.
const (
	Unknown Result = iota // nobody knows
	Failed                // something is wrong
	Noted                 // advice, or surplus that cannot be judged
	Passed                // a requirement is met
)

// Entries lists the findings of a in their order, and then what is met.
func Entries(a *audit.Audit, o Options) []Entry {
	entries := make([]Entry, 0, len(a.Findings)+len(a.Granted))
	for _, f := range a.Findings {
		entries = append(entries, Entry{f, result(f)})
	}
	if o.All {
		for _, g := range a.Granted {
			entries = append(entries, granted(g, o))
		}
	}
	return entries
}

func result(f audit.Finding) Result {
	switch f.Outcome {
	case audit.Missing, audit.Blocked, audit.Mismatch:
		return Failed
	case audit.Surplus:
		if f.Group == audit.Informational {
			return Noted
		}
		return Failed
	case audit.Advice:
		return Noted
	default:
		return Unknown
	}
}

func granted(g audit.Grant, o Options) Entry {
	words := map[string]string{"assuming": "", "action": g.Action, "resource": g.Resource, "principal": g.Principal}
	if len(g.Assuming) > 0 {
		words["assuming"] = o.Texts.Get("granted.assuming", map[string]string{"layers": strings.Join(g.Assuming, ", ")})
	}
	return Entry{audit.Finding{
		ID: g.Requirement, Outcome: audit.Granted, Severity: audit.Info, Rule: g.Rule, From: g.From, To: g.To, Origin: g.Origin,
		Requirement: g.Requirement, Account: g.Account, Document: g.Document, Principal: g.Principal,
		Action: g.Action, Resource: g.Resource, Assuming: g.Assuming, Source: g.Source,
		Message: o.Texts.Get("granted", words),
	}, Passed}
}

// maxSentence is how many characters of a sentence are shown.
const maxSentence = 4_000

func (o Options) say(s diag.Said) string {
	return safe.Cut(safe.Visible(o.Texts.Say(s)), maxSentence)
}

// Message is what an entry says.
func (o Options) Message(f audit.Finding) string {
	return o.say(diag.Said{Key: f.Key, English: f.Message, Args: f.Args})
}

// Sentence is a label of the reports with data in it.
func (o Options) Sentence(key string, args map[string]string) string {
	return safe.Cut(safe.Visible(o.Texts.Get(key, args)), maxSentence)
}

// Count is [Options.Sentence] for n things.
func (o Options) Count(key string, n int, args map[string]string) string {
	return o.Sentence(o.Texts.Plural(key, n), args)
}

// Accepted says why somebody lives with a finding, "" if nobody does: it is
// suppressed, was known before, or --assume took it for granted.
func (o Options) Accepted(a *audit.Audit, f audit.Finding) string {
	switch {
	case f.Status == audit.Suppressed && f.Suppression != nil:
		s := f.Suppression
		return o.Sentence("status.suppressed.why", map[string]string{"owner": s.Owner, "expires": s.Expires, "reason": s.Reason})
	case f.Status == audit.Suppressed:
		return o.Sentence("status.suppressed", nil)
	case f.Status == audit.Known:
		return o.Sentence("status.known", nil)
	case a.Assumes(&f):
		return o.Sentence("gaps.assumed", map[string]string{"assumed": strings.Join(a.Assumed, ", ")})
	default:
		return ""
	}
}

// Place names the document that a finding is about, and what carries it.
func Place(f audit.Finding) string {
	return safe.Visible(strings.TrimSpace(string(f.Document) + " " + f.Target))
}

// UnreadKey is the key of the sentence that says what was not read of a source:
// an account, or one that could not be entered and so has no ID.
func UnreadKey(s audit.Source) string {
	switch {
	case s.Account != "":
		return "gaps.unread"
	case s.Profile != "":
		return "gaps.unread-profile"
	default:
		return "gaps.unread-default"
	}
}

// Time is when an account was read, or when the last one was if that account has
// no time. It is false where the audit has no time at all, as one of planned
// infrastructure alone.
func Time(a *audit.Audit, account string) (time.Time, bool) {
	var own, last time.Time
	for _, s := range a.Sources {
		t, err := time.Parse(time.RFC3339, s.At)
		if err != nil || t.Year() < 1970 || t.Year() > 9999 {
			continue
		}
		t = t.UTC()
		if s.Account == account && t.After(own) {
			own = t
		}
		if t.After(last) {
			last = t
		}
	}
	if own.IsZero() {
		own = last
	}
	return own, !own.IsZero()
}

// Account is the ID of the account that a finding belongs to: the one that it
// names, else that of its target or principal, else the first that was read. It is
// "" where there is none.
func Account(a *audit.Audit, f audit.Finding) string {
	candidates := []string{f.Account, accountOf(f.Target), accountOf(f.Principal)}
	for _, s := range a.Sources {
		candidates = append(candidates, s.Account)
	}
	if i := slices.IndexFunc(candidates, arn.IsAccountID); i >= 0 {
		return candidates[i]
	}
	return ""
}

func accountOf(s string) string {
	parsed, err := arn.Parse(s)
	if err != nil {
		return ""
	}
	return parsed.Account
}

// Standards are the frameworks whose controls are named, each once.
func Standards(controls []string) []string {
	var standards []string
	for _, c := range controls {
		if name, _, _ := strings.Cut(safe.Visible(c), " "); name != "" && !slices.Contains(standards, name) {
			standards = append(standards, name)
		}
	}
	return standards
}

// IsPage reports whether a source is the address of a page, and not something
// that a browser would run.
func IsPage(source string) bool {
	return strings.HasPrefix(source, "https://") && safe.Visible(source) == source && !strings.ContainsAny(source, " \"'<>\\`{}|^")
}
