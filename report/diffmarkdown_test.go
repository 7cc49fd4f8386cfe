package report_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/report"
)

// What changed reads as a comment: what matters at a glance, each with a request
// that shows it, and what stays as it is folded away.
func TestDifferenceMarkdown(t *testing.T) {
	got := differenceAs(t, difference(), report.Markdown)
	checkMarkdown(t, got)
	want := []string{
		"### repligrant: 3 documents change what is granted, refused or replicated.\n",
		"\nWhether 1 document changes what is granted or refused could not be decided.\n",
		"| role policy | `arn:aws:iam::111122223333:role/repl` | `111122223333` | more and less | the same |\n",
		"| bucket policy | `arn:aws:s3:::copy` | `444455556666` | the same | more |\n",
		"| destination key policy | `arn:aws:kms:eu-west-1:444455556666:key/k` | `444455556666` | not known | the same |\n",
		"| replication configuration | `arn:aws:s3:::orders` | `111122223333` | 2 rules change |  |\n",
		"- Granted now: `s3:ReplicateDelete` on `arn:aws:s3:::copy/a`\n",
		"- No more granted: `s3:ReplicateTags` on `arn:aws:s3:::copy/a`, where `{\"aws:SourceVpce\":[\"vpce-1\"]}`\n",
		"- Refused now: `s3:ReplicateTags` on `arn:aws:s3:::copy/a` to `arn:aws:iam::111122223333:role/repl`\n",
		"- Not compared: `it is too long`\n",
		"- Rule `orders` does something else.\n",
		"<summary>What grants, refuses and replicates the same</summary>\n\n- trust policy of `arn:aws:iam::111122223333:role/repl`",
		"```diff\n--- old\n+++ new\n+  \"\\u0060\\u003c/details\\u003e\"\n```\n",
	}
	for _, part := range want {
		if !strings.Contains(got, part) {
			t.Errorf("the comment lacks %q:\n%s", part, got)
		}
	}
	nothing := differenceAs(t, &planner.Difference{Documents: difference().Documents[:1]}, report.Markdown)
	checkMarkdown(t, nothing)
	if !strings.Contains(nothing, "### repligrant: No change: ") || strings.Contains(nothing, "| --- |") {
		t.Errorf("of no change it says:\n%s", nothing)
	}
}

// A comment about too many documents loses the lines first, then the requests,
// then all but their number.
func TestDifferenceMarkdownFits(t *testing.T) {
	for _, tt := range []struct {
		documents               int
		lines, witnesses, table bool
		says                    string
	}{
		{4, true, true, true, ""},
		{180, false, true, true, "the lines that differ are left out"},
		{450, false, false, true, "the requests that show it are left out"},
		{4000, false, false, false, "all documents are left out"},
	} {
		d := difference()
		for len(d.Documents) < tt.documents {
			d.Documents = append(d.Documents, d.Documents[2])
		}
		got := differenceAs(t, d, report.Markdown)
		checkMarkdown(t, got)
		for part, want := range map[string]bool{"```diff": tt.lines, "Refused now": tt.witnesses, "| --- |": tt.table, "left out": tt.says != "", tt.says: true} {
			if strings.Contains(got, part) != want || len(got) >= 60_000 {
				t.Errorf("%d documents: %d bytes contain %q = %v, want %v:\n%.300s", tt.documents, len(got), part, !want, want, got)
			}
		}
	}
}

func TestHostileDifference(t *testing.T) {
	for _, s := range hostile {
		whole, actual := &planner.Difference{}, difference()
		fill(reflect.ValueOf(whole), s, false)
		for i := range actual.Documents {
			x := &actual.Documents[i]
			kept := [...]planner.Comparison{x.Grants, x.Refuses}
			fill(reflect.ValueOf(x), s, false)
			x.Grants, x.Refuses = kept[0], kept[1]
		}
		for _, d := range []*planner.Difference{whole, actual} {
			checkMarkdown(t, differenceAs(t, d, report.Markdown))
			checkTerminal(t, differenceAs(t, d, report.Text))
			if out := differenceAs(t, d, report.JSON); !json.Valid([]byte(out)) {
				t.Errorf("%q makes a difference that is no JSON", s)
			}
		}
		if t.Failed() {
			t.Fatalf("after %q", s)
		}
	}
}
