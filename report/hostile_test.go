package report_test

import (
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/report"
)

// hostile is what somebody may have named a role, a tag or a prefix.
var hostile = []string{
	"", " ", "x", "\x00", "\x1b[31mred\x1b[0m", "\x1b]8;;http://evil.example\x07link\x1b]8;;\x07", "\u009b31m", "\x7f", "a\rb", "a\n\nb", "\t",
	"\u202Eesrever", "\u2066isolate", "zero\u200bwidth\u200d\ufeff", "a\u2028b\u2029c", "\ue000", "\U000e0041tag", "\U000F0000", "\u3164", "\u00a0", "soft\u00adhyphen",
	"\u115f", "\ufe0f", "\xff\xfe", "ok\xc3", "e\u0301", "日本語", "👨‍👩‍👧", "ñandú",
	"`", "``", "```", "````json", "a`b", "` `", " ` ", "`a", "a`", "```\n</details>\n```", "~~~",
	"</details>", "<details>", "</summary><b>", "<script>alert(1)</script>", "<!-- repligrant -->", "<!--", "-->", "<img src=x onerror=y>", "&lt;", "&", "</code>",
	"|", `\|`, `\\|`, `\`, "a|b|c", "| --- |", "`|`",
	"@octocat", "@org/team", "#12", "GH-1", "org/repo#12", "deadbeefdeadbeef", "http://evil.example", "https://evil.example/a(b)", "www.evil.example", "www", "a@b.example", "mailto:a@b.example", "javascript:alert(1)",
	":smile:", "![x](http://evil.example)", "[x](y)", "[x]: http://evil.example", "[^1]", "*bold*", "**", "_i_", "~~x~~", "# h", "> q", "- [ ] x", "1. x", "---", "===", "    code", "$`x`$", "$$",
	"::error file=a::b", "::add-mask::x", "##[group]x", "##vso[task.setvariable]x", "x ##[command]y",
	"{from}", "{n}", "${jndi:ldap://x}", "%s%n", "'; rm -rf /; '", "$(id)", "-o", "https://docs.aws.amazon.com/x)(http://evil.example", "https://docs.aws.amazon.com/a b",
	strings.Repeat("long ", 2000), strings.Repeat("w", 7000), strings.Repeat("`", 50),
}

// fill puts s into every string of a value, and one element into every list,
// map and pointer. Words that the auditor chose from a table are kept by keep.
func fill(v reflect.Value, s string, keep bool) {
	switch v.Kind() {
	case reflect.String:
		if !keep || v.Type() == reflect.TypeFor[string]() && !chosen[v.String()] {
			v.SetString(s)
		}
	case reflect.Pointer:
		if v.IsNil() && !keep {
			v.Set(reflect.New(v.Type().Elem()))
		}
		if !v.IsNil() {
			fill(v.Elem(), s, keep)
		}
	case reflect.Struct:
		for field, value := range v.Fields() {
			if field.IsExported() { // no other is read from JSON
				fill(value, s, keep)
			}
		}
	case reflect.Slice:
		fillSlice(v, s, keep)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		name, one := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		name.SetString(s)
		fill(one, s, keep)
		v.SetMapIndex(name, one)
	case reflect.Int:
		if !keep {
			v.SetInt(1)
		}
	}
}

func fillSlice(v reflect.Value, s string, keep bool) {
	if v.Type() == reflect.TypeFor[json.RawMessage]() {
		raw, err := json.Marshal(map[string]any{"Statement": []any{map[string]any{"Sid": s, "Action": s, "Resource": []string{s, s}}}, s: s})
		if err != nil {
			panic(err) //nolint:forbidigo // a text and lists of texts are always JSON
		}
		v.SetBytes(raw)
		return
	}
	if v.Len() == 0 && !keep {
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
	}
	for i := range v.Len() {
		fill(v.Index(i), s, keep)
	}
}

// chosen are words that audits have in plain strings.
var chosen = map[string]bool{"": true, "live": true, "known": true, "suppressed": true, audit.Schema: true, planner.Schema: true}

// hostileAudits are audits with s in every field: some with actual outcomes and
// severities, and one where those are hostile too.
func hostileAudits(s string) []*audit.Audit {
	whole := &audit.Audit{}
	l := []*audit.Audit{broken(), incomplete(), clean(), empty(), fleet()}
	for _, a := range l {
		fill(reflect.ValueOf(a), s, true)
	}
	fill(reflect.ValueOf(whole), s, false)
	return append(l, whole)
}

func hostilePlans(s string) []*planner.Plan {
	whole, actual := &planner.Plan{}, plan()
	fill(reflect.ValueOf(whole), s, false)
	fill(reflect.ValueOf(actual), s, true)
	// The target and the holder of a requirement must fit for a table to appear.
	for i := range actual.Requirements {
		actual.Requirements[i].Holders = nil
		for _, d := range actual.Documents {
			actual.Requirements[i].Holders = append(actual.Requirements[i].Holders, d.Kind)
		}
	}
	return []*planner.Plan{whole, actual}
}

var sgr = regexp.MustCompile("\x1b\\[(?:0|1|2|1;31|33|32)m")

// checkTerminal fails if s holds anything but lines of visible characters, or a
// line that a log takes for a command.
func checkTerminal(t testing.TB, s string) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Errorf("the text is not UTF-8: %q", s)
	}
	for line := range strings.Lines(s) {
		line = strings.TrimSuffix(line, "\n")
		for _, r := range line {
			if ' ' <= r && r <= '~' {
				continue
			}
			if !unicode.IsPrint(r) || unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) {
				t.Errorf("%U reaches the terminal in %q", r, line)
			}
		}
		if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") || strings.Contains(line, "##vso[") {
			t.Errorf("a log takes this for a command: %q", line)
		}
	}
}

func TestHostileText(t *testing.T) {
	for _, s := range hostile {
		for _, a := range hostileAudits(s) {
			checkTerminal(t, auditAs(t, a, report.Options{All: true}))
			checkTerminal(t, auditAs(t, a, report.Options{Width: 40}))
			checkTerminal(t, sgr.ReplaceAllString(auditAs(t, a, report.Options{Color: true}), ""))
		}
		for _, p := range hostilePlans(s) {
			checkTerminal(t, planAs(t, p, report.Options{Explain: true}))
			checkTerminal(t, sgr.ReplaceAllString(planAs(t, p, report.Options{Color: true}), ""))
		}
		if t.Failed() {
			t.Fatalf("after %q", s)
		}
	}
}

func TestHostileMarkdown(t *testing.T) {
	for _, s := range hostile {
		for _, a := range hostileAudits(s) {
			for _, all := range []bool{false, true} {
				got := auditAs(t, a, report.Options{Format: report.Markdown, All: all})
				checkMarkdown(t, got)
				checkTerminal(t, strings.NewReplacer("⚠\ufe0f", "").Replace(got))
			}
		}
		for _, p := range hostilePlans(s) {
			checkMarkdown(t, planAs(t, p, report.Options{Format: report.Markdown, Explain: true}))
		}
		if t.Failed() {
			t.Fatalf("after %q", s)
		}
	}
}

// A statement to paste is the statement, whatever it holds: what was escaped is
// escaped as JSON does.
func TestHostileStatements(t *testing.T) {
	checked := 0
	for _, s := range hostile {
		if !utf8.ValidString(s) || len(s) > 5000 {
			continue
		}
		a := broken()
		a.Findings[0].Fix.Statement.Sid = s
		a.Findings = a.Findings[:1]
		blocks := checkMarkdown(t, auditAs(t, a, report.Options{Format: report.Markdown}))
		blocks = append(blocks, jsonOf(t, auditAs(t, a, report.Options{})))
		for _, block := range blocks {
			var got struct{ Sid string }
			if err := json.Unmarshal([]byte(block), &got); err != nil || got.Sid != s {
				t.Errorf("the block has the Sid %q, %v, want %q:\n%s", got.Sid, err, s, block)
			}
			checked++
		}
	}
	if checked < len(hostile) {
		t.Errorf("only %d blocks were checked", checked)
	}
}

// jsonOf returns the indented JSON of a report for a terminal.
func jsonOf(t testing.TB, s string) string {
	t.Helper()
	_, rest, ok := strings.Cut(s, "\n     {\n")
	block, _, end := strings.Cut(rest, "\n     }\n")
	if !ok || !end {
		t.Fatalf("no JSON in:\n%s", s)
	}
	return "{" + block + "}"
}

func TestHostileJSON(t *testing.T) {
	for _, s := range hostile {
		for _, a := range hostileAudits(s) {
			if out := auditAs(t, a, report.Options{Format: report.JSON}); !json.Valid([]byte(out)) {
				t.Errorf("%q makes an audit that is no JSON", s)
			}
		}
		for _, p := range hostilePlans(s) {
			if out := planAs(t, p, report.Options{Format: report.JSON}); !json.Valid([]byte(out)) {
				t.Errorf("%q makes a plan that is no JSON", s)
			}
		}
	}
}

// The checker must see what it is for.
func TestTerminalCheckerSees(t *testing.T) {
	for _, s := range []string{"\x1b", "a\rb", "\u202e", "\u200b", "\ufe0f", "  ::error::x", "a ##[b", "\xff"} {
		inner := &testing.T{}
		checkTerminal(inner, s)
		if !inner.Failed() {
			t.Errorf("the checker lets %q pass", s)
		}
	}
}

// fuzzed are two audits and a plan with s in every field: few, so that the
// fuzzer gets on.
func fuzzed(s string) ([]*audit.Audit, *planner.Plan) {
	actual, whole := broken(), &audit.Audit{}
	fill(reflect.ValueOf(actual), s, true)
	fill(reflect.ValueOf(whole), s, false)
	return []*audit.Audit{actual, whole}, hostilePlans(s)[1]
}

func FuzzMarkdown(f *testing.F) {
	for _, s := range hostile {
		f.Add(s[:min(len(s), 200)])
	}
	f.Fuzz(func(t *testing.T, s string) {
		audits, p := fuzzed(s)
		for _, a := range audits {
			checkMarkdown(t, auditAs(t, a, report.Options{Format: report.Markdown}))
		}
		checkMarkdown(t, planAs(t, p, report.Options{Format: report.Markdown, Explain: true}))
	})
}

func FuzzTerminal(f *testing.F) {
	for _, s := range hostile {
		f.Add(s[:min(len(s), 200)])
	}
	f.Fuzz(func(t *testing.T, s string) {
		audits, p := fuzzed(s)
		for _, a := range audits {
			checkTerminal(t, sgr.ReplaceAllString(auditAs(t, a, report.Options{All: true, Color: true, Width: 60}), ""))
		}
		checkTerminal(t, planAs(t, p, report.Options{Explain: true}))
	})
}
