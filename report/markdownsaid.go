package report

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report/text"
)

// templates are the English texts of planner and auditor by key. With them what
// they said is taken apart into words and data.
var templates = sync.OnceValue(func() map[string]string {
	english := map[string]string{}
	for _, t := range slices.Concat(planner.Texts(), audit.Texts(), policy.Texts(), replication.Texts(), diag.Lists.Texts()) {
		english[t.Key] = t.English
	}
	return english
})

// told is the Markdown of what planner or auditor said, at most limit bytes of it:
// data is made safe by data, whatever it looks like, and words are words.
// What has no key that is known is taken apart by the look of its words.
func (s scribe) told(t diag.Said, limit int) md {
	pieces, ok := s.s.catalogue.Pieces(t, templates())
	if sentence := s.s.catalogue.Say(t); !ok || len(sentence) > limit {
		return s.guess(cut(sentence, limit), namesIn(t)...)
	}
	var b strings.Builder
	for _, w := range wordsOf(pieces) {
		apart(&b, string(s.word(w)))
	}
	return md(b.String())
}

// saying is what planner or auditor said.
func (s scribe) saying(t diag.Said) md { return md(s.s.argument(t)) }

// A word is what stands between two blanks of a template.
type word []text.Piece

// wordsOf splits pieces at the blanks of templates, which are words of their own.
// What a template has between backticks is one word of data.
func wordsOf(pieces []text.Piece) []word {
	var list []word
	var w word
	inCode := false
	flush := func() {
		if len(w) > 0 {
			list, w = append(list, w), nil
		}
	}
	for _, p := range pieces {
		if p.Data {
			w = append(w, p)
			continue
		}
		for _, r := range p.Text {
			switch {
			case r == '`' && inCode:
				list, w, inCode = append(list, word{{Text: joined(w), Data: true}}), nil, false
			case r == '`':
				flush()
				inCode = true
			case r == ' ' && !inCode:
				flush()
				list = append(list, word{{Text: " "}})
			default:
				w = append(w, text.Piece{Text: string(r)})
			}
		}
	}
	flush()
	return withValues(list)
}

// keyOfSpec is a key of a SPEC as a template writes it in front of its value.
var keyOfSpec = regexp.MustCompile(`^[a-z]+(?:_[a-z]+)+:$`)

// withValues makes one word of data of a key or a flag of a template and the value
// behind it, which are typed together.
func withValues(list []word) []word {
	var out []word
	for i := 0; i < len(list); i++ {
		if i+2 < len(list) && joined(list[i+1]) == " " && !hasData(list[i]) && !hasData(list[i+2]) {
			name := joined(list[i])
			lead, value, trail := punctuated(joined(list[i+2]))
			if lead == "" && (keyOfSpec.MatchString(name) || name == "--key-policies" && value == "all") {
				out = append(out, word{{Text: name + " " + value, Data: true}, {Text: trail}})
				i += 2
				continue
			}
		}
		out = append(out, list[i])
	}
	return out
}

func hasData(w word) bool { return slices.ContainsFunc(w, func(p text.Piece) bool { return p.Data }) }

func joined(w word) string {
	var b strings.Builder
	for _, p := range w {
		b.WriteString(p.Text)
	}
	return b.String()
}

// inProse are the words of templates that are more than letters, and no code.
var inProse = regexp.MustCompile(`^(?:[A-Z]+[0-9]*\.[0-9]+|SSE-S3|[0-9]{1,3}(?:,[0-9]{3})+)$`)

// shortNumber is data that reads as a number of things.
var shortNumber = regexp.MustCompile(`^[0-9]{1,6}$`)

// word is Markdown of w. Data in it is code, without the punctuation of the
// template around it; with more of the template, such as an address, as a whole.
func (s scribe) word(w word) md {
	first := slices.IndexFunc(w, func(p text.Piece) bool { return p.Data })
	if first < 0 {
		return s.plain(joined(w))
	}
	last := len(w)
	for !w[last-1].Data {
		last--
	}
	before, after := joined(w[:first]), joined(w[last:])
	if strings.Trim(before, `("`) != "" || strings.Trim(after, `).,;:?"'s`) != "" || last-first > 1 {
		lead, core, trail := punctuated(joined(w))
		return md(lead) + md(s.s.data(core)) + md(trail)
	}
	return md(before) + s.datum(w[first].Text) + md(after)
}

func (s scribe) datum(data string) md {
	if data == "" || shortNumber.MatchString(data) {
		return md(data)
	}
	return md(s.s.data(data))
}

// plain is a word of a template.
func (s scribe) plain(word string) md {
	lead, core, trail := punctuated(word)
	if strings.TrimSpace(core) == "" || inProse.MatchString(core) || plainWord.MatchString(core) {
		return md(word)
	}
	return md(lead) + md(s.s.data(core)) + md(trail)
}

// guess makes Markdown of a sentence whose template is not known.
func (s scribe) guess(sentence string, names ...string) md { return md(s.s.sentence(sentence, names)) }
