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
	link     = regexp.MustCompile(`\[([^]]*)\]\(([^)]*)\)`)
	outcome  = regexp.MustCompile(`^\*[^*]+\*(?:[^*.]*\*[^*]+\*)? +`)
	sentence = regexp.MustCompile(`^(?s:.*?)\.(?:\s|$)`)
)

// CheckOf returns what the manual says of a check, false if it says nothing.
func CheckOf(name string) (Check, bool) {
	_, rest, ok := strings.Cut(checks, "\n### "+name+"\n")
	if !ok || name == "" {
		return Check{}, false
	}
	if end := heading.FindStringIndex(rest); end != nil {
		rest = rest[:end[0]]
	}
	rest = strings.TrimSpace(rest)
	plain := strings.NewReplacer("`", "", "*", "").Replace(link.ReplaceAllString(rest, "$1"))
	first := sentence.FindString(outcome.ReplaceAllString(link.ReplaceAllString(rest, "$1"), ""))
	return Check{
		Short:    strings.Join(strings.Fields(strings.ReplaceAll(first, "`", "")), " "),
		Text:     plain,
		Markdown: strings.ReplaceAll(rest, "](../", "]("+root),
	}, true
}
