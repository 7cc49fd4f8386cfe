package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// blocks are fenced blocks, in which nothing is a link.
var blocks = regexp.MustCompile("(?ms)^```.*?^```$")

// local is a link to a file of the tree, up to its fragment.
var local = regexp.MustCompile(`\]\(([^)#:\s]+)(?:#[^)]*)?\)`)

// TestPagesAreFound follows links from README: each leads to something, and to
// every page of the manual.
func TestPagesAreFound(t *testing.T) {
	seen := map[string]bool{}
	follow(t, "README.md", seen)
	pages, err := filepath.Glob("*.md")
	if err != nil || len(pages) < 20 {
		t.Fatalf("%d pages (%v)", len(pages), err)
	}
	for _, page := range pages {
		if !seen["docs/"+page] {
			t.Errorf("no link leads from README to docs/%s", page)
		}
	}
}

// follow visits what a page links to. Names are those from the root of the tree.
func follow(t *testing.T, page string, seen map[string]bool) {
	t.Helper()
	if seen[page] || strings.Contains(page, "testdata/") {
		return
	}
	seen[page] = true
	text, err := os.ReadFile(filepath.Join("..", page))
	if err != nil {
		t.Error(err)
		return
	}
	for _, m := range local.FindAllStringSubmatch(blocks.ReplaceAllString(string(text), ""), -1) {
		to := filepath.Join(filepath.Dir(page), m[1])
		if _, err := os.Stat(filepath.Join("..", to)); err != nil {
			t.Errorf("%s links to %s, which is not there", page, m[1])
		} else if strings.HasSuffix(to, ".md") {
			follow(t, to, seen)
		}
	}
}
