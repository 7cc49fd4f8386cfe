package docs_test

import (
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

func TestNoSuchCheck(t *testing.T) {
	for _, name := range []string{"", "permission", "Permissions", "permission-missing\n"} {
		if got, ok := docs.CheckOf(name); ok {
			t.Errorf("CheckOf(%q) = %+v, want none", name, got)
		}
	}
}
