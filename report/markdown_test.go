package report_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/report"
)

// ours is all the HTML that reports write themselves, at the begin and the end
// of lines; summaries hold code besides.
var (
	ours     = regexp.MustCompile(`^(?:<!-- repligrant -->|</?details>|<summary>(.*)</summary>)$`)
	htmlCode = regexp.MustCompile(`<code>((?:[A-Za-z0-9: -]|&#[0-9]+;|[^\x00-\x7f])*)</code>`)
	ourLink  = regexp.MustCompile(`\[\x00\]\(https://docs\.aws\.amazon\.com/[A-Za-z0-9/._#-]+\)`)
	ourWords = regexp.MustCompile(`^(?:#{3,4} )?(?:> )?(?: *- (?:\[ \] )?)?`)
	reads    = regexp.MustCompile("[`<>\\\\*_~@#{}$!|^]|\\[[^]]*\\]\\(|://|www\\.|:[a-z]+:")
)

// chartLine is a line of a diagram: names of ours, and labels in which all but
// letters, digits and few signs are Mermaid's codes for characters.
var chartLine = regexp.MustCompile(strings.ReplaceAll(
	`^(?:flowchart LR|  accTitle: [\pL ]+|  subgraph a[0-9]+\["LABEL"\]|  end`+
		`|    n[0-9]+(?:\[\("LABEL"\)\]|\(\["LABEL"\]\)|\{\{"LABEL"\}\})`+
		`|  n[0-9]+ (?:-->|-\.->|---)(?:\|"LABEL"\|)? n[0-9]+|  linkStyle [0-9,]+ stroke:#[0-9a-f]{6},stroke-width:[12]px)$`,
	"LABEL", `(?:[A-Za-z0-9 /,()-]|#[0-9]+;|<br>)*`))

// checkMarkdown fails unless every line is one that a report writes with nothing
// in it that Markdown, HTML or GitHub would read, all data being in code. It
// returns the JSON blocks. It knows nothing of how data is made safe.
func checkMarkdown(t testing.TB, s string) (blocks []string) {
	t.Helper()
	if !strings.HasPrefix(s, "<!-- repligrant -->\n") {
		t.Errorf("the marker is not first:\n%.100s", s)
	}
	open, fence, drawing, difference, block := 0, false, false, false, ""
	for line := range strings.Lines(s) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case drawing && line == "```":
			drawing = false
		case drawing:
			if !chartLine.MatchString(line) {
				t.Errorf("a line of a diagram is not one that a report writes: %q", line)
			}
		case line == "```mermaid":
			drawing = true
		case difference && line == "```":
			difference = false
		case difference:
			if strings.ContainsAny(line, "`<>") {
				t.Errorf("a block of lines that differ holds what could end it: %q", line)
			}
		case line == "```diff", line == "```sh":
			difference = true
		case fence && line == "```":
			fence, blocks = false, append(blocks, block)
		case fence:
			if strings.ContainsAny(line, "`<>") {
				t.Errorf("a JSON block holds what could end it: %q", line)
			}
			block += line + "\n"
		case line == "```json":
			fence, block = true, ""
		case ours.MatchString(line):
			open += strings.Count(line, "<details>") - strings.Count(line, "</details>")
			checkWords(t, line, ours.FindStringSubmatch(line)[1], "->")
		default:
			checkLine(t, line)
		}
		if open < 0 || open > 1 {
			t.Fatalf("details are not closed one by one at %q", line)
		}
	}
	if open != 0 || fence || drawing || difference {
		t.Errorf("the report ends inside details or a fence:\n%s", s)
	}
	for _, b := range blocks {
		if !json.Valid([]byte(b)) {
			t.Errorf("a JSON block is no JSON:\n%s", b)
		}
	}
	return blocks
}

// checkLine checks a line outside of blocks.
func checkLine(t testing.TB, line string) {
	t.Helper()
	rest, ok := withoutCode(line)
	if !ok {
		t.Errorf("a code span does not end in its line: %q", line)
	}
	rest = ourLink.ReplaceAllString(rest, "")
	rest = strings.TrimPrefix(rest, ourWords.FindString(rest))
	rest = strings.ReplaceAll(rest, "[!WARNING]", "")
	for _, bold := range boldWords.FindAllString(rest, -1) {
		rest = strings.Replace(rest, bold, "", 1)
	}
	if strings.HasPrefix(rest, "|") {
		if n := strings.Count(rest, "|"); n != 6 {
			t.Errorf("a row of a table has %d bars: %q", n, line)
		}
		rest = strings.ReplaceAll(rest, "|", "")
	}
	checkWords(t, line, rest, "")
}

var boldWords = regexp.MustCompile(`\*\*(?:[0-9]+\.|(?:[a-z]+|\x00|\(empty\))(?:, [a-z -]+)?)\*\*`)

func checkWords(t testing.TB, line, rest, allowed string) {
	t.Helper()
	rest = htmlCode.ReplaceAllString(rest, "")
	if allowed != "" {
		rest = strings.ReplaceAll(rest, allowed, "")
	}
	if m := reads.FindString(rest); m != "" {
		t.Errorf("%q means something in Markdown, in %q", m, line)
	}
}

// withoutCode replaces each code span by a NUL, as CommonMark finds them: from a
// run of backticks to the next run of the same length.
func withoutCode(line string) (rest string, ok bool) {
	runs := regexp.MustCompile("`+")
	for {
		open := runs.FindStringIndex(line)
		if open == nil {
			return rest + line, true
		}
		end := -1
		for _, r := range runs.FindAllStringIndex(line[open[1]:], -1) {
			if r[1]-r[0] == open[1]-open[0] {
				end = open[1] + r[1]
				break
			}
		}
		if end < 0 {
			return rest + line, false
		}
		rest += line[:open[0]] + "\x00"
		line = line[end:]
	}
}

func TestMarkdownOfGoldens(t *testing.T) {
	for name, build := range audits {
		t.Run(name, func(t *testing.T) {
			checkMarkdown(t, auditAs(t, build(), report.Options{Format: report.Markdown, All: true}))
		})
	}
	blocks := checkMarkdown(t, planAs(t, plan(), report.Options{Format: report.Markdown, Explain: true}))
	if len(blocks) != len(plan().Documents) {
		t.Errorf("the plan has %d documents and its comment %d blocks", len(plan().Documents), len(blocks))
	}
}

// The checker must see what it is for.
func TestMarkdownCheckerSees(t *testing.T) {
	for _, line := range []string{"a `b", "x @octocat", "<b>", "see #12", "a | b | c", "http://evil.example", "[a](b)", "**x `y` <i>**", ":smile:", `\`} {
		inner := &testing.T{}
		checkLine(inner, line)
		if !inner.Failed() {
			t.Errorf("the checker lets %q pass", line)
		}
	}
}

// A comment that does not fit loses whole parts, and says so.
func TestMarkdownFits(t *testing.T) {
	tests := []struct {
		rules              int
		evidence, findings bool
		says               string
	}{
		{rules: 20, evidence: true, findings: true},
		{rules: 51, findings: true, says: "evidence is left out"},
		{rules: 200, says: "findings are a line each here"},
		{rules: 5000, says: "more rules with findings"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.rules), func(t *testing.T) {
			got := auditAs(t, many(tt.rules), report.Options{Format: report.Markdown})
			checkMarkdown(t, got)
			if len(got) >= 60_000 {
				t.Errorf("the comment has %d bytes", len(got))
			}
			for part, want := range map[string]bool{
				"S3 reports": tt.evidence, "<details>": tt.findings, "| --- |": true, "To fit into": tt.says != "", tt.says: true,
				fmt.Sprintf("%d rules fail", tt.rules): true,
			} {
				if strings.Contains(got, part) != want {
					t.Errorf("contains %q = %v, want %v:\n%.300s", part, !want, want, got)
				}
			}
		})
	}
}

func TestPlanMarkdownFits(t *testing.T) {
	p := plan()
	for range 200 {
		p.Documents = append(p.Documents, p.Documents[1])
	}
	got := planAs(t, p, report.Options{Format: report.Markdown})
	checkMarkdown(t, got)
	if len(got) >= 60_000 || !strings.Contains(got, "the documents are left out") || !strings.Contains(got, "- [ ] ") {
		t.Errorf("a plan of %d documents makes a comment of %d bytes:\n%.2000s", len(p.Documents), len(got), got)
	}
	if sizes := strings.Count(got, " | `prod` (`111122223333`) | role policy "); sizes == 0 || sizes > 20 {
		t.Errorf("%d documents are listed with their sizes, want some of the 20 fullest:\n%.2000s", sizes, got)
	}
}
