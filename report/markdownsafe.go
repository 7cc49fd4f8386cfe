package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/internal/markdown"
	"github.com/repligrant/repligrant/report/text"
)

// md is Markdown. Data becomes md by the functions of this file and in no other
// way, so that what is forgotten does not compile. They leave data no character
// that Markdown, HTML or GitHub gives a meaning to: not for emphasis, links,
// tables or tags, and not for @mentions, #references, addresses and :emoji:,
// which GitHub looks for in the finished text, but not inside code.
//
// See https://github.github.com/gfm/ and
// https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls.
type md string

// code makes a code span of data: between more backticks than it holds.
func code(data string) md {
	data = cut(Visible(data), maxDatum)
	if strings.TrimSpace(data) == "" {
		return "(empty)"
	}
	return md(markdown.Code(data))
}

// cellCode is a code span for a table, where a bar would end the cell and a
// backslash before it would not always help.
func cellCode(data string) md {
	data = cut(data, maxCell)
	if strings.ContainsAny(data, `|\`) || Visible(data) != data {
		return htmlCode(data)
	}
	return code(data)
}

// htmlCode is code for places that Markdown does not look into, or looks into
// too closely: all but letters, digits, hyphens and colons are
// character references.
func htmlCode(data string) md {
	var b strings.Builder
	for _, r := range cut(Visible(data), maxDatum) {
		if r == '-' || r == ':' || r == ' ' || r > '~' || isAlphanumeric(r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "&#%d;", r)
		}
	}
	return md("<code>" + b.String() + "</code>")
}

func isAlphanumeric(r rune) bool {
	return '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z'
}

// plainWord is a word that means nothing but itself: letters, with single hyphens
// or apostrophes in between, or a number that is too short for a commit. A
// hyphen before a digit would make a reference to an issue, as in GH-1.
var plainWord = regexp.MustCompile(`^(?:[\p{Latin}]+(?:['’-][\p{Latin}]+)*|[0-9]{1,6}|S3)$`)

// notPlain is what GitHub may take for the hash of a commit, or, with the full
// stop that a sentence puts behind it, for the begin of an address.
var notPlain = regexp.MustCompile(`^[0-9a-fA-F]{7,}$|(?i:www)$`)

// prose makes Markdown of a sentence with data in it. Words that are more than
// letters become code, which is also how names and actions look best; so does
// what stands between backticks. Backticks in data, which are those in names, end
// no code: see [quoted].
func prose(sentence string, names ...string) md {
	var b strings.Builder
	for i, part := range strings.Split(quoted(cut(Visible(sentence), maxMessage), names), "`") {
		switch {
		case strings.TrimSpace(part) == "":
			apart(&b, part)
		case i%2 == 1:
			apart(&b, string(code(unquoted(part))))
		default:
			proseWords(&b, part)
		}
	}
	return md(b.String())
}

// tick stands for a backtick of data while a sentence is taken apart. No sentence
// that [Visible] has seen holds it.
const tick = "\x00"

// quoted sets the backticks of names in a sentence apart from our own. A name is
// looked for where no word goes on.
func quoted(sentence string, names []string) string {
	for _, name := range names {
		if name = Visible(name); !strings.Contains(name, "`") {
			continue
		}
		parts := strings.Split(sentence, name)
		sentence = parts[0]
		for i, after := range parts[1:] {
			written := strings.ReplaceAll(name, "`", tick)
			if inWord(parts[i], name) || inWord(name, after) {
				written = name
			}
			sentence += written + after
		}
	}
	return sentence
}

// inWord reports whether two parts of a text are parts of one word.
func inWord(before, after string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeRuneInString(after)
	return unicode.IsLetter(last) && unicode.IsLetter(first)
}

func unquoted(part string) string { return strings.ReplaceAll(part, tick, "`") }

func proseWords(b *strings.Builder, part string) {
	if part[0] == ' ' {
		apart(b, " ")
	}
	for i, word := range strings.Fields(part) {
		if i > 0 {
			apart(b, " ")
		}
		apart(b, string(proseWord(word)))
	}
	if part[len(part)-1] == ' ' {
		apart(b, " ")
	}
}

// apart writes s, behind a space if two code spans would otherwise become one.
func apart(b *strings.Builder, s string) {
	if strings.HasSuffix(b.String(), "`") && strings.HasPrefix(s, "`") {
		b.WriteByte(' ')
	}
	b.WriteString(s)
}

// cellProse is prose for a table. No plain word has a bar or a backslash; code is
// made as it has to be in a cell.
func cellProse(sentence string, names ...string) md {
	p := prose(sentence, names...)
	if strings.ContainsAny(string(p), `|\`) {
		return htmlCode(sentence)
	}
	return p
}

// proseWord keeps the punctuation around a word outside the code.
func proseWord(word string) md {
	lead, core, trail := punctuated(word)
	switch {
	case core == "":
		return code(unquoted(word))
	case plainWord.MatchString(core) && !notPlain.MatchString(core):
		return md(word)
	default:
		return md(lead) + code(unquoted(core)) + md(trail)
	}
}

// punctuated takes the punctuation around a word off.
func punctuated(word string) (lead, core, trail string) {
	core = strings.TrimLeft(word, `("`)
	lead = word[:len(word)-len(core)]
	core = strings.TrimRight(core, `).,;:?"`)
	return lead, core, word[len(lead)+len(core):]
}

// page is an address that can be a link: of documentation, with nothing in it
// that Markdown would read.
var page = regexp.MustCompile(`^https://(?:docs\.aws\.amazon\.com|repost\.aws|docs\.github\.com|github\.com/repligrant/repligrant/blob/main/docs)/(?:[A-Za-z0-9/._-]*/)?([A-Za-z0-9._-]+?)(?:\.html|\.md)?(?:#[A-Za-z0-9._-]+)?$`)

// linkTo makes a link of an address, or code of one that is not a known page.
func linkTo(address string) md {
	m := page.FindStringSubmatch(address)
	if m == nil {
		return code(address)
	}
	return "[" + code(m[1]) + "](" + md(address) + ")"
}

// fenced is a block of JSON. What HTML or a fence could be made of is written as
// JSON escapes, so that the block stays the same JSON.
func fenced(raw []byte) md {
	var b bytes.Buffer
	if json.Indent(&b, raw, "", "  ") != nil {
		return code(string(raw)) + "\n"
	}
	var escaped bytes.Buffer
	json.HTMLEscape(&escaped, b.Bytes())
	var out strings.Builder
	for l := range strings.SplitSeq(strings.ReplaceAll(escaped.String(), "`", `\u0060`), "\n") {
		out.WriteString(Visible(l) + "\n")
	}
	return md("```json\n" + out.String() + "```\n")
}

// fencedDiff writes a unified diff of JSON. Back quotes, which could end the
// block, and angle brackets become their JSON escapes.
func fencedDiff(text string) md {
	var out strings.Builder
	for l := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		var escaped bytes.Buffer
		json.HTMLEscape(&escaped, []byte(strings.ReplaceAll(l, "`", `\u0060`)))
		out.WriteString(Visible(escaped.String()) + "\n")
	}
	return md("```diff\n" + out.String() + "```\n")
}

// fencedCommand is a block with a command of one line. The commands of a plan hold
// no back quote and no angle bracket; those of a saved one become blanks.
func fencedCommand(command string) md {
	return "```sh\n" + md(Visible(strings.NewReplacer("`", " ", "<", " ", ">", " ").Replace(command))) + "\n```\n"
}

// fencedChart writes a diagram, in which nothing can end the block.
func fencedChart(c mermaid) md { return "```mermaid\n" + md(c) + "```\n" }

// A scribe says phrases in Markdown. Texts of the catalogue are ours and go as
// they are; their arguments are made safe.
type scribe struct{ s speaker }

func newScribe(c text.Catalogue, data func(string) md) scribe {
	return scribeWith(c, data, prose)
}

// cellScribe writes in the cells of tables.
func cellScribe(c text.Catalogue) scribe { return scribeWith(c, cellCode, cellProse) }

func scribeWith(c text.Catalogue, data func(string) md, guess func(string, ...string) md) scribe {
	safe := func(s string) string { return string(data(s)) }
	s := scribe{speaker{
		catalogue: c, data: safe, name: safe,
		sentence: func(s string, names []string) string { return string(guess(s, names...)) },
		link:     func(s string) string { return string(linkTo(s)) },
	}}
	s.s.told = func(t diag.Said, limit int) string { return string(s.told(t, limit)) }
	return s
}

// say puts p into words.
func (s scribe) say(p phrase) md { return md(s.s.say(p)) }

// list says phrases one after the other.
func (s scribe) list(l phrases) md { return md(s.s.list(l)) }

// A sheet collects Markdown. One that is full takes no more: it does not fit, and
// nobody reads it.
type sheet struct {
	b    strings.Builder
	room int // in bytes; 0 is no limit
}

// full reports whether s has reached its limit; whoever goes through a list asks
// before each piece.
func (s *sheet) full() bool { return !s.fits(0) }

// fits reports whether there is room for so many bytes more.
func (s *sheet) fits(bytes int) bool { return s.room == 0 || s.b.Len()+bytes < s.room }

// md is what was written so far.
func (s *sheet) md() md { return md(s.b.String()) }

func (s *sheet) write(parts ...md) {
	if s.full() {
		return
	}
	for _, p := range parts {
		s.b.WriteString(string(p))
	}
}
