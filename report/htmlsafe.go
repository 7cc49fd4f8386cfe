package report

import (
	"bytes"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/report/text"
)

// What begins and ends data, and links, within the words of a sentence. No data
// holds these characters: [Visible] writes out what is for private use.
const (
	beginCode = "\uE000"
	beginLink = "\uE001"
	endSpan   = "\uE002"
)

// newHTMLSpeaker says phrases in which data is set apart, for [htmlWriter.spans]
// to take apart again. What becomes of the pieces, the template escapes.
func newHTMLSpeaker(c text.Catalogue) speaker {
	data := func(s string) string {
		s = cut(Visible(s), maxDatum)
		if strings.TrimSpace(s) == "" {
			return c.Get("html.empty", nil)
		}
		return beginCode + s + endSpan
	}
	s := speaker{
		catalogue: c, data: data, name: data,
		sentence: sentenceSpans,
		number:   func(n int) string { return beginLink + "#n" + strconv.Itoa(n) + endSpan },
		link: func(address string) string {
			if !page.MatchString(address) {
				return data(address)
			}
			return beginLink + address + endSpan
		},
	}
	s.told = func(t diag.Said, limit int) string { return string(scribe{s}.told(t, limit)) }
	return s
}

// technical is a word of a sentence that is set as data: an ARN, an action, or
// a condition key, without the punctuation around it.
var technical = regexp.MustCompile(`(?:arn|aws|iam|kms|s3|sts):[^\s"()` + "`" + `,;]*[^\s"()` + "`" + `,;.:?]`)

// sentenceSpans sets data apart in a sentence whose template is not known, by the
// look of its words: names are data in it, which may hold backticks of its own.
func sentenceSpans(sentence string, names []string) string {
	var b strings.Builder
	for i, part := range strings.Split(quoted(cut(Visible(sentence), maxMessage), names), "`") {
		part = unquoted(part)
		if i%2 == 1 && part != "" {
			b.WriteString(beginCode + part + endSpan)
			continue
		}
		b.WriteString(technical.ReplaceAllStringFunc(part, func(word string) string { return beginCode + word + endSpan }))
	}
	return b.String()
}

// spans takes apart what a speaker said.
func (w htmlWriter) spans(said string) []span {
	var l []span
	for said != "" {
		i := strings.IndexAny(said, beginCode+beginLink)
		if i < 0 {
			return append(l, span{Text: said})
		}
		if i > 0 {
			l = append(l, span{Text: said[:i]})
		}
		link := strings.HasPrefix(said[i:], beginLink)
		inner, rest, _ := strings.Cut(said[i+len(beginCode):], endSpan)
		said = rest
		if number, ok := strings.CutPrefix(inner, "#n"); link && ok {
			l = append(l, span{Text: number, Link: inner})
			continue
		}
		if m := page.FindStringSubmatch(inner); link && m != nil {
			l = append(l, span{Text: m[1], Link: inner})
			continue
		}
		l = append(l, span{Text: inner, Code: true})
	}
	return l
}

func (w htmlWriter) say(p phrase) []span { return w.spans(w.speaker.say(p)) }

func (w htmlWriter) sayAll(l phrases) [][]span {
	var out [][]span
	for _, p := range l {
		if !p.isZero() {
			out = append(out, w.say(p))
		}
	}
	return out
}

// plainText is a line without what its pieces are.
func plainText(l []span) string {
	var b strings.Builder
	for _, s := range l {
		b.WriteString(s.Text)
	}
	return b.String()
}

// statementText is JSON for people, one statement at a time; "" for none.
func statementText(raw []byte) string {
	if raw == nil {
		return ""
	}
	var b bytes.Buffer
	if json.Indent(&b, raw, "", "  ") != nil {
		return Visible(string(raw))
	}
	lines := strings.Split(b.String(), "\n")
	for i, l := range lines {
		lines[i] = Visible(l)
	}
	return strings.Join(lines, "\n")
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
