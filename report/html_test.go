package report_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/golden"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report"
	"github.com/repligrant/repligrant/report/text"
)

func htmlOf(t testing.TB, a *audit.Audit) string {
	t.Helper()
	return auditAs(t, a, report.Options{Format: report.HTML})
}

func TestHTML(t *testing.T) {
	for name, build := range audits {
		t.Run(name, func(t *testing.T) {
			got := htmlOf(t, build())
			checkHTML(t, got)
			golden.Equal(t, "audit/"+name+".html", withoutSources(got))
		})
	}
}

// ownSources are the style and the script of a page, with their hashes.
var ownSources = regexp.MustCompile(`(?s)(<(?:style|script)>).*?(</)|(sha256-)[A-Za-z0-9+/=&#;]+`)

// withoutSources is a page as goldens have it: a change of style changes none.
func withoutSources(page string) string { return ownSources.ReplaceAllString(page, "$1$3$2") }

// The page has the style and the script that stand in their files.
func TestHTMLSources(t *testing.T) {
	got := htmlOf(t, broken())
	for tag, file := range map[string]string{"style": "page/style.css", "script": "page/script.js"} {
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(got, "<"+tag+">"+string(want)+"</"+tag+">") {
			t.Errorf("the page does not have %s as its %s", file, tag)
		}
	}
	if golden := withoutSources(got); strings.Contains(golden, "querySelector") || !strings.Contains(golden, "<script></script>") {
		t.Error("goldens hold the script")
	}
}

// A page of our manual is a link, as those of AWS are; no other of that host is.
func TestLinksToTheManual(t *testing.T) {
	const address = "https://github.com/repligrant/repligrant/blob/main/docs/findings.md"
	for address, linked := range map[string]bool{address: true, "https://github.com/evil/repligrant/blob/main/docs/findings.md": false, "https://github.com/repligrant/repligrant/issues/1": false} {
		a := broken()
		a.Findings[0].Source = address
		if got := htmlOf(t, a); strings.Contains(got, `<a href="`+address+`">findings</a>`) != linked {
			t.Errorf("HTML: %s is a link: %t, want %t", address, !linked, linked)
		}
		if got := auditAs(t, a, report.Options{Format: report.Markdown}); strings.Contains(got, "]("+address+")") != linked {
			t.Errorf("Markdown: %s is a link: %t, want %t", address, !linked, linked)
		}
	}
}

// What is told in short says which words are its fix, as the items do.
func TestHTMLSaysWhatIsAFix(t *testing.T) {
	got := htmlOf(t, broken())
	_, rest, _ := strings.Cut(got, `<section class="list">`)
	fixes := strings.Split(rest, `<div class="fix"><p>`)[1:]
	if len(fixes) == 0 {
		t.Fatal("nothing that is told in short has a fix")
	}
	for _, fix := range fixes {
		if !strings.HasPrefix(fix, "Fix: ") {
			t.Errorf("a fix is %.80s", fix)
		}
	}
}

// A rule of which there is no more to say has no section, and no link to one;
// the accounts of its buckets stand with it.
func TestHTMLRules(t *testing.T) {
	got := htmlOf(t, broken())
	for _, want := range []string{
		`<tr><th scope="row"><a href="#rule-1">orders</a></th><td class="bucket"><code>acme-orders</code> 111122223333</td><td class="bucket"><code>acme-orders-copy</code> 444455556666</td><td class="fails">fails</td>`,
		`<tr><th scope="row">invoices</th>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the table lacks %s", want)
		}
	}
	if n := strings.Count(got, `<section class="rule">`); n != 2 {
		t.Errorf("%d sections, want one for the rule orders and one for what is about none", n)
	}
}

// Of thousands of rules the worst are seen at once, and the rest is folded.
func TestHTMLFoldsRules(t *testing.T) {
	got := htmlOf(t, many(200))
	first, rest, ok := strings.Cut(got, `<details class="more"><summary>100 more rules</summary>`)
	rest, _, _ = strings.Cut(rest, "</details>")
	if n, m := strings.Count(first, `<th scope="row">`), strings.Count(rest, `<th scope="row">`); !ok || n != 100 || m != 100 {
		t.Errorf("%d rules and %d folded ones, want 100 and 100", n, m)
	}
}

// A page says what is the same for all findings of an item once.
func TestHTMLSharesEvidence(t *testing.T) {
	got := htmlOf(t, broken())
	if n := strings.Count(got, "the bucket has no policy"); n != 1 {
		t.Errorf("two findings of one bucket policy say %d times that it is not there, want once", n)
	}
}

// A page of 5,000 findings stays small enough to be loaded in a second: what a
// browser does at load grows with the elements.
func TestHTMLIsSmall(t *testing.T) {
	got := htmlOf(t, crowd(5000))
	if size, n := len(got), strings.Count(got, "<")/2; size > 10<<20 || n > 205_000 {
		t.Errorf("%d bytes in %d elements", size, n)
	}
}

// The words of a page are of its language, those of its script too.
func TestHTMLInSpanish(t *testing.T) {
	got := auditAs(t, broken(), report.Options{Format: report.HTML, Lang: "es"})
	checkHTML(t, got)
	page := html.UnescapeString(got)
	for _, key := range []string{"html.copied", "html.count", "html.search", "html.matrix", "html.permalink", "html.sources"} {
		spanish, english := word(t, "es", key), word(t, "en", key)
		if !strings.Contains(page, spanish) || strings.Contains(page, english+`"`) || !strings.Contains(page, `<html lang="es">`) {
			t.Errorf("%s is not said as %q", key, spanish)
		}
	}
}

func word(t testing.TB, lang, key string) string {
	t.Helper()
	c, err := text.For(lang)
	if err != nil {
		t.Fatal(err)
	}
	return c.Get(key, nil)
}

// The verdict and what was not read come before anything else.
func TestHTMLBeginsWithTheVerdict(t *testing.T) {
	got := htmlOf(t, incomplete())
	verdict, gap, findings := strings.Index(got, "<h1 "), strings.Index(got, "Incomplete: "), strings.Index(got, `class="filter"`)
	if verdict < 0 || gap < verdict || findings < gap {
		t.Errorf("verdict at %d, gaps at %d, findings at %d", verdict, gap, findings)
	}
}

// What each document makes of each action is a table; an action that a document
// needs not allow is no pass and no gap.
func TestHTMLMatrix(t *testing.T) {
	got := htmlOf(t, broken())
	_, table, _ := strings.Cut(got, "What each document makes")
	table, _, _ = strings.Cut(table, "</table>")
	for _, want := range []string{
		`<th scope="row"><code>s3:ReplicateObject</code></th>`, `<td class="missing" data-label="bucket policy">missing</td>`,
		`<td class="granted" data-label="role policy">granted</td>`, `<td class="none" data-label="trust policy">not needed</td>`,
	} {
		if !strings.Contains(table, want) {
			t.Errorf("the matrix lacks %s:\n%s", want, table)
		}
	}
}

// An arrow for each pair of buckets, the worst verdict of its rules, and in
// words what it shows.
func TestHTMLPicture(t *testing.T) {
	a := newAudit(audit.Fails)
	a.Buckets = []audit.Bucket{{Name: "a", Account: "111122223333", Region: "us-east-1"}, {Name: "b", Account: "444455556666"}, {Name: "c"}}
	a.Rules = []audit.RuleVerdict{
		{Rule: "r1", From: "a", To: "b", Verdict: audit.Replicates},
		{Rule: "r2", From: "a", To: "b", Verdict: audit.Fails},
		{Rule: "r3", From: "b", To: "a", Verdict: audit.Unclear},
		{Rule: "r4", From: "b", To: "c", Verdict: audit.Idle},
	}
	got := htmlOf(t, a)
	checkHTML(t, got)
	for _, want := range []string{"a to b: fails (2 rules)", "b to a: unknown (1 rule)", "b to c: disabled (1 rule)", "account 111122223333", "owner not known"} {
		if !strings.Contains(got, "<title>"+want+"</title>") {
			t.Errorf("the picture lacks %q", want)
		}
	}
	if n := strings.Count(got, `class="edge `); n != 3 {
		t.Errorf("%d arrows, want 3", n)
	}
}

// Of hundreds of pairs the worst are drawn, and the rest is counted.
func TestHTMLPictureIsBounded(t *testing.T) {
	got := htmlOf(t, many(200))
	if n := strings.Count(got, `class="edge `); n != 40 || !strings.Contains(got, "160 more pairs of buckets are not drawn") {
		t.Errorf("%d arrows, want 40 and a word about the others", n)
	}
}

// What to do next is read by a person: of hundreds of documents a few are named,
// and the rest is counted. Each is in its item all the same.
func TestStepsAreBounded(t *testing.T) {
	for _, format := range []string{report.HTML, report.Text} {
		got := auditAs(t, many(200), report.Options{Format: format})
		if _, steps, ok := strings.Cut(got, "What to do next"); !ok || !strings.Contains(steps[:min(len(steps), 9000)], "180 more documents") {
			t.Errorf("%s: what to do next is\n%.2000s", format, steps)
		}
	}
}

// elements, attributes, links and paths are all that a page is made of.
var (
	elements   = regexp.MustCompile(`^(html|head|meta|title|style|script|body|header|main|footer|section|article|div|span|p|h[1-4]|ul|li|dl|dt|dd|a|code|pre|details|summary|table|caption|thead|tbody|tr|th|td|label|input|select|option|fieldset|legend|button|svg|g|desc|defs|marker|path|rect|circle|text)$`)
	attributes = regexp.MustCompile(`^(lang|charset|http-equiv|content|name|class|id|href|role|open|scope|type|value|checked|placeholder|autocomplete|for|tabindex|aria-[a-z]+|data-[a-z]+|viewbox|width|height|x|y|r|rx|d|cx|cy|refx|refy|markerwidth|markerheight|orient|marker-end)$`)
	links      = regexp.MustCompile(`^(#[a-z0-9-]+|https://(docs\.aws\.amazon\.com|repost\.aws|docs\.github\.com|github\.com/repligrant/repligrant/blob/main/docs)/[A-Za-z0-9/._#-]+)$`)
	paths      = regexp.MustCompile(`^M[0-9]+ [0-9]+[0-9 CLZ-]+$`)
)

// checkHTML fails if a page holds anything that data may have made: an element,
// an attribute, an address; and if it could run or load what is not its own.
func checkHTML(t testing.TB, s string) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(s))
	scripts := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			if scripts != 1 {
				t.Errorf("%d scripts, want 1", scripts)
			}
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			token := z.Token()
			if !elements.MatchString(token.Data) {
				t.Errorf("there is an element %q", token.Data)
			}
			if token.Data == "script" {
				scripts++
			}
			checkAttributes(t, token)
		case html.CommentToken:
			t.Errorf("there is a comment: %q", z.Token().Data)
		}
	}
}

func checkAttributes(t testing.TB, token html.Token) {
	t.Helper()
	for _, a := range token.Attr {
		switch {
		case !attributes.MatchString(strings.ToLower(a.Key)):
			t.Errorf("%s has an attribute %q", token.Data, a.Key)
		case a.Key == "href" && !links.MatchString(a.Val):
			t.Errorf("there is a link to %q", a.Val)
		case a.Key == "d" && !paths.MatchString(a.Val):
			t.Errorf("a path is %q", a.Val)
		}
	}
}

// The policy names exactly the style and the script that are there.
func TestHTMLPolicy(t *testing.T) {
	got := htmlOf(t, broken())
	for tag, directive := range map[string]string{"style": "style-src", "script": "script-src"} {
		_, rest, _ := strings.Cut(got, "<"+tag+">")
		source, _, ok := strings.Cut(rest, "</"+tag+">")
		sum := sha256.Sum256([]byte(source))
		want := directive + " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
		if policy := html.UnescapeString(got); !ok || !strings.Contains(policy, want) {
			t.Errorf("the policy lacks %s", want)
		}
	}
	if !strings.Contains(html.UnescapeString(got), `content="default-src 'none'; `) {
		t.Error("the policy does not begin with default-src 'none'")
	}
}

func TestHostileHTML(t *testing.T) {
	for _, s := range hostile {
		for _, a := range hostileAudits(s) {
			got := htmlOf(t, a)
			checkHTML(t, got)
			checkTerminal(t, got)
		}
		if t.Failed() {
			t.Fatalf("after %q", s)
		}
	}
}

func FuzzHTML(f *testing.F) {
	for _, s := range hostile {
		f.Add(s[:min(len(s), 200)])
	}
	f.Fuzz(func(t *testing.T, s string) {
		audits, _ := fuzzed(s)
		for _, a := range audits {
			checkHTML(t, htmlOf(t, a))
		}
	})
}

// The checker must see what it is for.
func TestHTMLCheckerSees(t *testing.T) {
	const script = "<script></script>"
	for _, s := range []string{"", script + script, script + "<img src=x>", script + "<p onclick=x>", script + `<a href="javascript:x">`, script + "<!-- x -->", script + "<p style=x>"} {
		inner := &testing.T{}
		checkHTML(inner, s)
		if !inner.Failed() {
			t.Errorf("the checker lets %q pass", s)
		}
	}
}

// crowd is an audit with that many findings of all sorts.
func crowd(n int) *audit.Audit {
	a := many(n)
	for i := range a.Findings {
		f := &a.Findings[i]
		f.ID = fmt.Sprintf("%032x", i)
		f.Severity = []audit.Severity{audit.Critical, audit.High, audit.Medium}[i%3]
	}
	for _, r := range a.Rules {
		a.Permissions = append(a.Permissions, audit.Permissions{Rule: r.Rule, From: r.From, To: r.To, Actions: map[string]map[replication.Kind]audit.Outcome{
			"s3:ReplicateObject": {replication.RolePolicy: audit.Granted, replication.DestinationBucketPolicy: audit.Missing},
		}})
	}
	return a
}

// strangers is an audit of so many rules whose every name is hostile.
func strangers(n int) *audit.Audit {
	a := crowd(n)
	for i := range a.Findings {
		s := hostile[i%len(hostile)]
		f := &a.Findings[i]
		f.Rule, f.Message, f.Target, f.Principal, f.Account = s, s+" is what it says", s, s, s
		a.Rules[i].Rule = s
	}
	return a
}

// linked is an audit whose findings have IDs as long as real ones: each has a link.
func linked(a *audit.Audit) *audit.Audit {
	for i := range a.Findings {
		a.Findings[i].ID = fmt.Sprintf("%032x", i)
	}
	return a
}

// spoken is an audit whose rules have names of several words.
func spoken() *audit.Audit {
	a := many(3)
	for i, name := range []string{"recordings", "customer-recordings-archive", "invoices"} {
		a.Rules[i].Rule, a.Findings[i].Rule = name, name
		a.Rules[i].From, a.Findings[i].From = "acme-production-"+name, "acme-production-"+name
	}
	return a
}

// TestBrowser opens pages in Chromium, in light and dark, with scripts and
// without. REPLIGRANT_BROWSER names a folder with node_modules that has
// playwright-core and axe-core; without it the test is skipped.
func TestBrowser(t *testing.T) {
	modules := os.Getenv("REPLIGRANT_BROWSER")
	if modules == "" {
		t.Skip("REPLIGRANT_BROWSER is not set")
	}
	dir := t.TempDir()
	if shots := os.Getenv("REPLIGRANT_SCREENSHOTS"); shots != "" {
		if err := os.MkdirAll(shots, 0o755); err != nil {
			t.Fatal(err)
		}
		dir = shots
	}
	for name, a := range map[string]*audit.Audit{
		"broken": linked(broken()), "lived": lived(), "named": spoken(), "incomplete": incomplete(), "clean": clean(), "empty": empty(), "hostile": strangers(400), "strange": strangers(24), "crowd": crowd(5000),
	} {
		if err := os.WriteFile(filepath.Join(dir, name+".html"), []byte(htmlOf(t, a)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "node", "../testdata/tools/browser.mjs", modules, dir)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	t.Log("\n" + out.String())
	if err != nil {
		t.Error(err)
	}
}
