// Package docs holds the pages of the manual that the program shows parts of.
package docs

import (
	_ "embed" // the page of checks
	"regexp"
	"strings"
)

//go:embed checks.md
var checks string

// Checks is the address of the page that explains the checks; the name of one
// is its fragment.
const Checks = "https://github.com/repligrant/repligrant/blob/main/docs/checks.md"

const root = "https://github.com/repligrant/repligrant/blob/main/"

// A Check is what the manual says of one check.
type Check struct {
	Short    string // its first sentence, plain text
	Text     string // the whole entry, plain text
	Markdown string // the whole entry, with links to the web
}

var (
	heading  = regexp.MustCompile(`(?m)^##+ `)
	marks    = regexp.MustCompile("`[^`]*`|\\*")
	link     = regexp.MustCompile(`\[([^]]*)\]\(([^)]*)\)`)
	inTree   = regexp.MustCompile(` ?\[[^]]*\]\(\.\./[^)]*\)`)
	page     = regexp.MustCompile(`\]\(([a-z-]+\.md)`)
	wrapped  = regexp.MustCompile(`([^\n])\n *([^\n -])`)
	outcome  = regexp.MustCompile(`^\*[^*]+\*(?:[^*.]*\*[^*]+\*)? +`)
	sentence = regexp.MustCompile(`^(?s:.*?)\.(?:\s|$)`)
)

// CheckOf returns what the manual says of a check, false if it says nothing. A
// paragraph is one line: who shows it breaks lines itself, and GitHub would keep
// ours.
func CheckOf(name string) (Check, bool) {
	_, rest, ok := strings.Cut(checks, "\n### "+name+"\n")
	if !ok || name == "" {
		return Check{}, false
	}
	if end := heading.FindStringIndex(rest); end != nil {
		rest = rest[:end[0]]
	}
	rest = wrapped.ReplaceAllString(strings.TrimSpace(rest), "$1 $2")
	rest = page.ReplaceAllString(rest, "]("+root+"docs/$1")
	first := sentence.FindString(outcome.ReplaceAllString(link.ReplaceAllString(rest, "$1"), ""))
	return Check{
		Short:    strings.Join(strings.Fields(strings.ReplaceAll(first, "`", "")), " "),
		Text:     plain(rest),
		Markdown: strings.ReplaceAll(rest, "](../", "]("+root),
	}, true
}

// plain is Markdown without its marks. The address of a page stands behind the
// words that link to it; what links into the tree is left out, since nobody could
// follow it.
func plain(markdown string) string {
	s := link.ReplaceAllString(inTree.ReplaceAllString(markdown, ""), "$1 ($2)")
	return marks.ReplaceAllStringFunc(s, func(mark string) string { return strings.Trim(strings.TrimPrefix(mark, "*"), "`") })
}
