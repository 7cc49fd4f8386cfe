package docs_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// blocks are fenced blocks, in which nothing is a link.
var blocks = regexp.MustCompile("(?ms)^```.*?^```$")

// local is a link to a file of the tree, or into the page itself, and its fragment.
var local = regexp.MustCompile(`\]\(([^)#:\s]*)(?:#([^)\s]*))?\)`)

// heading is one of a page.
var heading = regexp.MustCompile(`(?m)^#{1,6} +(.*?) *$`)

// notInAnchor is what GitHub leaves out of the anchor of a heading.
var notInAnchor = regexp.MustCompile(`[^\p{L}\p{N}\p{M} _-]`)

// anchors are where a link into a page may lead to, as GitHub makes them: in lower
// case, without marks, spaces as hyphens, and numbered where a heading comes again.
func anchors(page string) map[string]bool {
	found := map[string]bool{}
	for _, m := range heading.FindAllStringSubmatch(blocks.ReplaceAllString(page, ""), -1) {
		name := strings.ReplaceAll(notInAnchor.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-")
		anchor := name
		for i := 1; found[anchor]; i++ {
			anchor = name + "-" + strconv.Itoa(i)
		}
		found[anchor] = true
	}
	return found
}

func TestAnchors(t *testing.T) {
	page := "# `audit` and C++\n```sh\n# a comment\n```\n## What a_b says, it-self: now\n## Ñandú\n### Again\n### Again\n"
	got := slices.Sorted(maps.Keys(anchors(page)))
	if want := []string{"again", "again-1", "audit-and-c", "what-a_b-says-it-self-now", "ñandú"}; !slices.Equal(got, want) {
		t.Errorf("anchors: %q, want %q", got, want)
	}
}

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
		to := page
		if m[1] != "" {
			to = filepath.Join(filepath.Dir(page), m[1])
		}
		if _, err := os.Stat(filepath.Join("..", to)); err != nil {
			t.Errorf("%s links to %s, which is not there", page, m[1])
		} else if strings.HasSuffix(to, ".md") {
			leads(t, page, to, m[2])
			follow(t, to, seen)
		}
	}
}

// leads checks the fragment of a link to a page.
func leads(t *testing.T, from, to, fragment string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", to))
	if err != nil {
		t.Error(err)
	} else if fragment != "" && !anchors(string(text))[fragment] {
		t.Errorf("%s links to %s#%s: there is no such heading", from, to, fragment)
	}
}
