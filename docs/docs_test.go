package docs_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/docs"
)

// TestEveryCheckHasItsEntry sees that what other formats show of the manual can
// stand outside of it: one sentence, and no link into the tree.
func TestEveryCheckHasItsEntry(t *testing.T) {
	if len(audit.Checks) < 40 {
		t.Fatalf("only %d checks", len(audit.Checks))
	}
	for _, c := range audit.Checks {
		got, ok := docs.CheckOf(c.Name)
		if !ok {
			t.Errorf("%s has no entry", c.Name)
			continue
		}
		if n := len(got.Short); n < 15 || n > 600 || strings.ContainsAny(got.Short, "`*\n[") || !strings.HasSuffix(got.Short, ".") {
			t.Errorf("%s in short is %q", c.Name, got.Short)
		}
		if strings.Contains(got.Markdown, "](..") || !strings.Contains(got.Markdown, "](https://github.com/repligrant/repligrant/blob/main/testdata/scenario/") {
			t.Errorf("%s links into the tree:\n%s", c.Name, got.Markdown)
		}
		if strings.Contains(got.Text, "](") || !strings.Contains(got.Text, "- Fix: ") {
			t.Errorf("%s as plain text:\n%s", c.Name, got.Text)
		}
	}
}

// TestEntriesReadAlone sees how an entry reads where GitHub shows it: plain text
// without marks, names with their asterisks, no word that links to nothing, each
// page once, and no line that ends in the middle of a sentence.
func TestEntriesReadAlone(t *testing.T) {
	pages := regexp.MustCompile(`https?://[^\s)]+`)
	for _, c := range audit.Checks {
		got, _ := docs.CheckOf(c.Name)
		if strings.ContainsAny(got.Text, "`") || strings.Contains(got.Text, "Both") {
			t.Errorf("%s as plain text has marks, or words that link to nothing:\n%s", c.Name, got.Text)
		}
		seen := map[string]bool{}
		for _, page := range pages.FindAllString(got.Text, -1) {
			if seen[page] {
				t.Errorf("%s names %s twice:\n%s", c.Name, page, got.Text)
			}
			seen[page] = true
		}
		for _, text := range []string{got.Text, got.Markdown} {
			if line := broken.FindString(text); line != "" {
				t.Errorf("%s breaks a line inside of a paragraph at %q:\n%s", c.Name, line, text)
			}
		}
		if c.Source != "" && !strings.Contains(got.Text, c.Source) {
			t.Errorf("%s does not name its page %s:\n%s", c.Name, c.Source, got.Text)
		}
	}
	wants := []struct{ check, text, markdown string }{
		{"writer-cannot-write", "the policy says upload/*, the SPEC uploads/", "the policy says `upload/*`, the SPEC `uploads/`"},
		{"kms-key-state", "cancel that first (https://docs.aws.amazon.com/kms/", "[cancel that first](https://docs.aws.amazon.com/kms/"},
		{"read-denied", "planned infrastructure (https://github.com/repligrant/repligrant/blob/main/docs/iac.md)", "[planned infrastructure](https://github.com/repligrant/repligrant/blob/main/docs/iac.md)"},
	}
	for _, want := range wants {
		got, _ := docs.CheckOf(want.check)
		if !strings.Contains(got.Text, want.text) || !strings.Contains(got.Markdown, want.markdown) {
			t.Errorf("%s says\n%s\n\n%s\nwant in it %q and %q", want.check, got.Text, got.Markdown, want.text, want.markdown)
		}
	}
}

// broken is a line that ends where no list and no paragraph does.
var broken = regexp.MustCompile(`[^\n]\n[^\n-]`)

func TestNoSuchCheck(t *testing.T) {
	for _, name := range []string{"", "permission", "Permissions", "permission-missing\n"} {
		if got, ok := docs.CheckOf(name); ok {
			t.Errorf("CheckOf(%q) = %+v, want none", name, got)
		}
	}
}
