package spec

import (
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
)

const (
	// maxSuggestions is how many names are compared for all hints of one text
	// together, so that a long list of mistakes does not take minutes.
	maxSuggestions = 200_000
	// maxListed is how many names a hint lists.
	maxListed = 24
	// maxCompared is the length of the longest name that is compared.
	maxCompared = 128
)

// unknown reports a name that is not among choices. With a similar choice the
// problem is key, and its hint has {suggestion}; without, it is key-listed, and
// its hint has {choices}. It returns the suggestion.
func (p *parser) unknown(pos diag.Pos, key, name string, choices []string, args ...string) string {
	args = append(args, "name", quote(name))
	if suggestion, ok := p.nearest(name, choices); ok {
		p.report(pos, key, append(args, "suggestion", suggestion)...)
		return suggestion
	}
	p.report(pos, key+"-listed", append(args, "choices", list(choices))...)
	return ""
}

// list writes names for a hint.
func list(names []string) string {
	switch {
	case len(names) == 0:
		return "(none)"
	case len(names) > maxListed:
		return strings.Join(names[:maxListed], ", ") + ", ..."
	default:
		return strings.Join(names, ", ")
	}
}

// sorted lists the keys of m.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// nearest returns the choice that is most like name, if one is like it. Of equal
// ones it is the first.
func (p *parser) nearest(name string, choices []string) (string, bool) {
	if len(choices) > p.suggestions || len(name) > maxCompared {
		return "", false
	}
	p.suggestions -= len(choices)
	best, least := "", 1+limit(name)
	for _, c := range choices {
		if d := unlike(name, c); d < least {
			best, least = c, d
		}
	}
	return best, best != ""
}

// limit is the number of changes up to which another name is like this one.
func limit(name string) int { return min(3, max(1, len(name)/3)) }

// plain is a name without what people leave out or mix up.
func plain(name string) string {
	return strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(name))
}

// unlike says how many changes lie between two names: none if they differ in
// case and hyphens only, and few if one begins with the other.
func unlike(a, b string) int {
	if len(b) > maxCompared {
		return maxCompared
	}
	a, b = plain(a), plain(b)
	short := min(len(a), len(b))
	switch {
	case a == b:
		return 0
	case short >= 4 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a)):
		return min(2, limit(a))
	default:
		return distance([]rune(a), []rune(b))
	}
}

// distance is the number of characters to insert, delete, replace or swap with
// their neighbour to make b from a.
func distance(a, b []rune) int {
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		earlier := before
		before, row = row, make([]int, len(b)+1)
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(before[j+1]+1, row[j]+1, before[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], earlier[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
