package target

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
)

// Text returns a policy as JSON in lines, see [Escape], with a line feed at the end.
func Text(d *policy.Document) ([]byte, error) {
	text, err := d.Indent()
	if err != nil {
		return nil, err
	}
	return Escape(text), nil
}

// PolicyText is the policy of a bucket, key or access point: what the plan writes,
// as [Text], or after a merge the policy whole, which is handed to AWS as it is and
// so is in lines only where it fits so, see [policy.Quota.Format].
func (t *Target) PolicyText() ([]byte, error) {
	if t.Merged == nil {
		return Text(t.Policy)
	}
	return policy.QuotaOf(places[t.Type]).Format(Escape(t.Merged))
}

// places are where the policies of targets are kept.
var places = map[Type]policy.Place{Bucket: policy.BucketPolicy, Key: policy.KeyPolicy, AccessPoint: policy.AccessPoint}

// ConfigurationText is [Text] for the replication configuration of t.
func (t *Target) ConfigurationText() ([]byte, error) { return lines(t.Configuration) }

func lines(text json.RawMessage) ([]byte, error) {
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", "  "); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return Escape(b.Bytes()), nil
}

// Escape writes every character of a JSON text that is not to be seen as an
// escape. What is left is the same value and looks like what it is: nothing
// turns the direction of a line, and nothing hides. Bytes that are not UTF-8
// become U+FFFD, as for every reader of JSON.
func Escape(text []byte) []byte {
	var b bytes.Buffer
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		switch {
		case r == '\n' || r != utf8.RuneError && unicode.IsPrint(r):
			b.Write(text[:n])
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		text = text[n:]
	}
	return b.Bytes()
}

// Line is s on one line, with nothing hidden.
func Line(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
}

// Warnings is the chapter of a README.md that has the warnings of a plan, in a
// block in which no name means anything to Markdown; empty without warnings.
func Warnings(list []planner.Warning, say Speaker) string {
	var b strings.Builder
	for i, n := range list {
		if i == 0 {
			b.WriteString("\n" + say.Say(readmeWords, "readme.warnings") + "\n\n")
		}
		fmt.Fprintf(&b, "    (%s) %s\n", Line(n.Code), Warning(n, say))
	}
	return b.String()
}

// Warning is what a warning says, on one line.
func Warning(w planner.Warning, say Speaker) string { return Line(say.text(w.Said())) }

// Leftovers is what READMEs say of statements that no plan writes any more.
func Leftovers(say Speaker) string { return say.Say(readmeWords, "readme.leftovers") + "\n" }

// WaitsFor says whose roles have to be there first, empty where nobody's do.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
func WaitsFor(p *planner.Plan, say Speaker) string {
	var b strings.Builder
	for _, account := range p.WaitsFor() {
		b.WriteString(say.Say(readmeWords, "readme.waits", "account", account) + "\n\n")
	}
	return b.String()
}

// Jobs is the chapter of a README.md that says how batch jobs are started;
// empty without jobs.
func Jobs(list []planner.Job, say Speaker) string {
	var b strings.Builder
	for i, j := range list {
		if i == 0 {
			b.WriteString("\n" + say.Say(readmeWords, "readme.jobs") + "\n")
		}
		fmt.Fprintf(&b, "\n%s\n\n    %s\n", say.Say(readmeWords, "readme.job", "account", j.Account, "bucket", j.From, "rules", RulesOf(j, say)), Line(j.Command))
		for _, note := range Notes(j, say) {
			fmt.Fprintf(&b, "\n%s\n", note)
		}
	}
	return b.String()
}

// RulesOf names the rules of a job in brackets, which tell it from other jobs of its
// bucket; empty where the plan does not say them.
func RulesOf(j planner.Job, say Speaker) string {
	switch len(j.Rules) {
	case 0:
		return ""
	case 1:
		return say.Say(readmeWords, "readme.job-rule", "rule", Line(j.Rules[0]))
	default:
		return say.Say(readmeWords, "readme.job-rules", "rules", Line(strings.Join(j.Rules, ", ")))
	}
}

// Notes says what the command of a job does not say by itself.
func Notes(j planner.Job, say Speaker) []string {
	var list []string
	if j.Manifest != "" {
		list = append(list, say.Say(readmeWords, "readme.job-manifest"))
	}
	if j.Report == "" {
		list = append(list, say.Say(readmeWords, "readme.job-no-report"))
	}
	return list
}
