package discover

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/repligrant/repligrant/internal/diag"
)

// Encode writes the SPEC, with say for the sentences of its comments. It is YAML
// whatever the names in it are.
func (d *Draft) Encode(say func(diag.Text) string) []byte { return d.render(say).text() }

// A page is a SPEC while it is written.
type page struct {
	b     strings.Builder
	say   func(diag.Text) string
	line  int
	spots map[int]spot // by line, from 1

	parted map[*entry]bool // rules with two_way that were parted since: their lines are no longer these
}

// A spot is what a line is about: an entry, or with field one of its fields.
type spot struct {
	entry *entry
	field int // -1: the entry itself
}

// String names what a problem of another line is about.
func (s spot) String() string {
	switch {
	case s.entry == nil:
		return "the file"
	case s.entry.kind == ofRule:
		return fmt.Sprintf("rule %q", s.entry.name)
	default:
		return s.entry.name
	}
}

func (p *page) text() []byte { return []byte(p.b.String()) }

// write writes one line.
func (p *page) write(indent int, text string) {
	p.line++
	p.b.WriteString(strings.TrimRight(strings.Repeat(" ", indent)+text, " ") + "\n")
}

// width is where lines of comments end, unless one word is longer.
const width = 96

// comment writes text as a comment: its words, on as many lines as it takes.
func (p *page) comment(indent int, text string) {
	line := "#"
	for word := range strings.FieldsSeq(escape(text)) {
		if len(line) > 1 && indent+len(line)+1+len(word) > width {
			p.write(indent, line)
			line = "#"
		}
		line += " " + word
	}
	p.write(indent, line)
}

func (d *Draft) render(say func(diag.Text) string) *page {
	p := &page{say: say, spots: map[int]spot{}, parted: map[*entry]bool{}}
	p.comment(0, say(sentences.Text("discover-title")))
	for _, t := range d.head {
		p.comment(0, say(t))
	}
	p.write(0, "version: 1")
	if len(d.accounts) > 0 {
		p.section("accounts", d.accounts, "{}")
	}
	p.section("buckets", d.buckets, "{}")
	if len(d.roles) > 0 {
		p.section("roles", d.roles, "{}")
	}
	p.section("replication", d.rules, "[]")
	return p
}

// section writes a section, or that it holds nothing.
func (p *page) section(key string, entries []*entry, nothing string) {
	p.write(0, "")
	if slices.ContainsFunc(entries, func(e *entry) bool { return e.refused == nil }) {
		p.write(0, key+":")
	} else {
		p.write(0, key+": "+nothing)
	}
	for _, e := range entries {
		p.entry(e)
	}
}

// entry writes an entry below what is to be said of it.
func (p *page) entry(e *entry) {
	for _, t := range e.allNotes() {
		p.comment(2, p.say(t))
	}
	lines := e.lines()
	if e.refused != nil {
		p.comment(2, p.say(*e.refused))
		for _, l := range lines {
			p.write(2, "#   "+l.text)
		}
		return
	}
	for _, l := range lines {
		if why := e.out(l.field); why != nil {
			p.comment(4, p.say(*why))
			p.write(4, "# "+strings.TrimSpace(l.text))
			continue
		}
		p.write(2, l.text)
		p.spots[p.line] = spot{e, l.field}
	}
}

// A yamlLine is one line of an entry; field is -1 for its first.
type yamlLine struct {
	text  string
	field int
}

func (e *entry) lines() []yamlLine {
	switch e.kind {
	case ofAccount:
		var parts []string
		for _, f := range e.fields {
			parts = append(parts, f.key+": "+f.value)
		}
		return []yamlLine{{scalar(e.name) + ": { " + strings.Join(parts, ", ") + " }", -1}}
	case ofRule:
		return e.ruleLines()
	case ofBucket, ofRole:
	}
	if !slices.ContainsFunc(e.fields, func(f field) bool { return f.out == nil }) {
		return append([]yamlLine{{scalar(e.name) + ": {}", -1}}, fieldLines(e.fields)...)
	}
	return append([]yamlLine{{scalar(e.name) + ":", -1}}, fieldLines(e.fields)...)
}

func (e *entry) ruleLines() []yamlLine {
	lines := fieldLines(e.rule.fields())
	lines[0] = yamlLine{"- " + strings.TrimSpace(lines[0].text), -1}
	return lines
}

func fieldLines(fields []field) []yamlLine {
	var lines []yamlLine
	for i, f := range fields {
		lines = append(lines, yamlLine{"  " + f.key + ": " + f.value, i})
	}
	return lines
}

// plain is what YAML reads as itself without quotes, in brackets too; reserved
// are words that look so and are something else.
//
// See https://yaml.org/spec/1.2.2/#733-plain-style and https://yaml.org/type/bool.html.
var (
	plain    = regexp.MustCompile(`^[A-Za-z/]([A-Za-z0-9._/:=@+-]*[A-Za-z0-9_/=+-])?$`)
	reserved = regexp.MustCompile(`^(?i:y|n|yes|no|on|off|true|false|null|nan|inf)$`)
)

// scalar writes a text as YAML.
func scalar(s string) string {
	if plain.MatchString(s) && !reserved.MatchString(s) {
		return s
	}
	return quoted(s)
}

// inQuotes escapes what has a meaning in quotes.
var inQuotes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// quoted writes a text in quotes. What cannot be seen is escaped.
func quoted(s string) string { return `"` + escape(inQuotes.Replace(s)) + `"` }

// escape writes what cannot be seen, or would end a line, as YAML does in quotes.
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	return b.String()
}
