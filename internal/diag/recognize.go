package diag

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// Recognize returns the text that says a sentence, and whether there is one: what
// was saved as a string has lost its key. Of several the one with the most words
// of its own counts. The text says the very sentence; its arguments are data.
func (s Sentences) Recognize(sentence string) (Text, bool) {
	for _, key := range s.mostWords() {
		names, pattern := s.pattern(key)
		values := pattern.FindStringSubmatch(sentence)
		if values == nil {
			continue
		}
		t := s.Text(key)
		for i, name := range names {
			t = t.With(name, Datum(values[i+1]))
		}
		if t.String() == sentence { // an argument that is named twice has one value
			return t, true
		}
	}
	return Text{}, false
}

// mostWords lists the keys, that with the longest text of its own first.
func (s Sentences) mostWords() []string {
	length := map[string]int{}
	for key, english := range s {
		Each(english, func(words string) { length[key] += len(words) }, func(string) bool { return true })
	}
	keys := make([]string, 0, len(s))
	for key := range s {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(length[b]-length[a], cmp.Compare(a, b)) })
	return keys
}

// pattern matches what a sentence says, with a group for each of the names.
func (s Sentences) pattern(key string) (names []string, pattern *regexp.Regexp) {
	var b strings.Builder
	Each(s[key], func(words string) { b.WriteString(regexp.QuoteMeta(words)) }, func(name string) bool {
		names = append(names, name)
		b.WriteString("(.+?)")
		return true
	})
	return names, regexp.MustCompile(`(?s)^` + b.String() + `$`)
}
