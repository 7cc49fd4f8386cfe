package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report"
	"github.com/repligrant/repligrant/snapshot"
	"github.com/repligrant/repligrant/templates"
)

// Whatever the key holds, it moves no cursor and breaks no line, and JSON is JSON.
func TestExplanationOfHostileKeys(t *testing.T) {
	for _, key := range []string{"\x1b[2J", "a\nrepligrant: all is well", "\u202egnp.exe", "\u200b", "##[command]x", "{verdict}", strings.Repeat("世", 341)} {
		e := audit.Explain(audit.Input{}, audit.Object{Bucket: "acme-orders", Key: key, VersionID: key})
		var text, data, comment bytes.Buffer
		if err := report.Explanation(&comment, e, report.Options{Format: report.Markdown}); err != nil {
			t.Fatal(err)
		}
		checkMarkdown(t, comment.String())
		if err := report.Explanation(&text, e, report.Options{}); err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"\x1b", "\u202e", "\u200b", "\nrepligrant: all is well", "##["} {
			if strings.Contains(text.String(), bad) {
				t.Errorf("the text about %q holds %q:\n%s", key, bad, text.String())
			}
		}
		if err := report.Explanation(&data, e, report.Options{Format: report.JSON}); err != nil {
			t.Fatal(err)
		}
		var got audit.Explanation
		if err := json.Unmarshal(data.Bytes(), &got); err != nil || got.Object.Key != key {
			t.Errorf("the JSON about %q is about %+v (%v)", key, got.Object, err)
		}
	}
}

// Every failure code is explained in words that the catalogue has, also in
// another language.
func TestExplanationOfCodes(t *testing.T) {
	loud := map[string]string{}
	for _, said := range append(replication.Texts(), audit.Texts()...) {
		loud[said.Key] = "TRANSLATED " + said.Key
	}
	n := 0
	for _, f := range replication.Failures {
		n++
		e, _, _ := audit.ExplainCode(f.Code, "test")
		var text, other, comment bytes.Buffer
		if err := report.Explanation(&comment, e, report.Options{Format: report.Markdown}); err != nil {
			t.Fatal(err)
		}
		checkMarkdown(t, comment.String())
		if err := report.Explanation(&text, e, report.Options{Width: 400}); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{f.Code, f.Means.English, f.Do.English, f.Source} {
			if !strings.Contains(text.String(), want) {
				t.Errorf("%s: the text lacks %q:\n%s", f.Code, want, text.String())
			}
		}
		if strings.Contains(text.String(), "[explain.") {
			t.Errorf("%s: a label is lacking:\n%s", f.Code, text.String())
		}
		if err := report.Explanation(&other, e, report.Options{Width: 400, Texts: loud}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(other.String(), f.Means.English) || !strings.Contains(other.String(), "TRANSLATED "+f.Means.Key) {
			t.Errorf("%s is in English in another language:\n%s", f.Code, other.String())
		}
	}
	if n == 0 {
		t.Error("there are no codes")
	}
}

// TestExplanationOfDemo explains objects of the demonstration, in every format: no
// line of the text is wider than the terminal but one that is a single word, and
// the Markdown is safe and says the same.
func TestExplanationOfDemo(t *testing.T) {
	data, err := templates.FS.ReadFile(templates.DemoSnapshot)
	if err != nil {
		t.Fatal(err)
	}
	held, err := snapshot.Parse("snapshot.json", data)
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for _, a := range held.Accounts {
		for bucket, b := range a.Buckets {
			if b == nil {
				continue
			}
			for _, o := range []audit.Object{
				{Key: "2026/11/a.json"},
				{Key: strings.Repeat("long/", 200) + "a.json", Head: &snapshot.Object{LastModified: "2026-11-20T10:00:00Z", ReplicationStatus: "FAILED", ServerSideEncryption: "aws:kms"}},
				{Key: "gone", Asked: true, Gone: true},
				{Key: "hidden", Asked: true, Why: "AccessDenied", VersionID: "v1"},
				{Key: "marker", Asked: true, Head: &snapshot.Object{DeleteMarker: true}},
			} {
				o.Bucket = bucket
				e := audit.Explain(audit.Input{Snapshot: held}, o)
				var text, comment bytes.Buffer
				if err := report.Explanation(&text, e, report.Options{}); err != nil {
					t.Fatal(err)
				}
				for line := range strings.Lines(text.String()) {
					line = strings.TrimRight(line, "\n")
					if words := strings.Fields(strings.TrimLeft(line, " -")); utf8.RuneCountInString(line) > 80 && len(words) > 1 && words[0] != "Page:" && !strings.HasPrefix(words[0], "\"") {
						t.Errorf("%s: a line has %d columns: %q", bucket, utf8.RuneCountInString(line), line)
					}
				}
				if err := report.Explanation(&comment, e, report.Options{Format: report.Markdown}); err != nil {
					t.Fatal(err)
				}
				checkMarkdown(t, comment.String())
				for _, r := range e.Reasons {
					said[r.Reason] = true
					if source := strings.TrimSuffix(r.Source, ".html"); !strings.Contains(comment.String(), source) {
						t.Errorf("%s: the Markdown lacks %s, the page of %s:\n%s", bucket, r.Source, r.Reason, comment.String())
					}
				}
			}
		}
	}
	for _, want := range []string{"written-now", "failed", "object-gone", "head-denied", "marker-current"} {
		if !said[want] {
			t.Errorf("no explanation of the demonstration says %s", want)
		}
	}
}

// An explanation that does not fit into a comment loses findings, then the rules
// that leave the version, and says so.
func TestExplanationFits(t *testing.T) {
	for rules, says := range map[int]string{2: "", 40: "the findings are left out", 1000: "rules and findings are left out"} {
		e := &audit.Explanation{Object: &audit.Explained{Bucket: "acme-orders", Key: "a"}, Verdict: audit.Fails}
		for i := range rules {
			left := audit.Taking{Rule: fmt.Sprintf("left-%d", i), To: "acme-elsewhere", Takes: audit.Leaves}
			takes := audit.Taking{Rule: fmt.Sprintf("rule-%d", i), To: "acme-orders-copy", Takes: audit.Takes, Verdict: audit.Fails}
			for j := range 10 {
				takes.Findings = append(takes.Findings, audit.Finding{Check: "permission-missing", Outcome: audit.Missing, Target: fmt.Sprintf("arn:aws:s3:::acme-orders-copy-%d-%d", i, j), Message: strings.Repeat("word ", 20)})
			}
			e.Rules = append(e.Rules, left)
			if i < 50 {
				e.Rules = append(e.Rules, takes)
			}
		}
		var b bytes.Buffer
		if err := report.Explanation(&b, e, report.Options{Format: report.Markdown}); err != nil {
			t.Fatal(err)
		}
		checkMarkdown(t, b.String())
		if b.Len() >= 60_000 || !strings.Contains(b.String(), says) || !strings.Contains(b.String(), "rule-0") || strings.Contains(b.String(), "left out") != (says != "") {
			t.Errorf("%d rules: %d bytes, want them to say %q:\n%.500s", rules, b.Len(), says, b.String())
		}
	}
}
