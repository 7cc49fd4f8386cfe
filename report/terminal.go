package report

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/olekukonko/tablewriter/pkg/twwidth"

	"github.com/repligrant/repligrant/report/text"
)

// A style is how a terminal shows a word.
type style string

// The styles, as parameters of SGR. See https://en.wikipedia.org/wiki/ANSI_escape_code#Select_Graphic_Rendition_parameters.
const (
	normal style = ""
	bold   style = "1"
	dim    style = "2"
	bad    style = "1;31"
	warn   style = "33"
	good   style = "32"
)

// The widths that a report is laid out for, in columns.
const (
	defaultWidth = 80
	minWidth     = 40
)

// A terminal collects lines of text. All of it passes through put, which lets
// through nothing that a terminal would take for a command: the only control
// sequences are its own styles.
type terminal struct {
	speaker
	b     bytes.Buffer
	width int
	color bool
}

func newTerminal(c text.Catalogue, o Options) *terminal {
	t := &terminal{width: max(o.Width, minWidth), color: o.Color}
	if o.Width == 0 {
		t.width = defaultWidth
	}
	data := func(s string) string { return cut(Visible(s), maxDatum) }
	t.speaker = speaker{
		catalogue: c,
		data:      data,
		link:      data,
		name:      func(s string) string { return `"` + data(s) + `"` },
		sentence:  func(s string, _ []string) string { return cut(Visible(s), maxMessage) },
	}
	return t
}

// put is the only way into the text.
func (t *terminal) put(s style, words string) {
	words = Visible(words)
	if words == "" {
		return
	}
	if t.color && s != normal {
		t.b.WriteString("\x1b[" + string(s) + "m" + words + "\x1b[0m")
		return
	}
	t.b.WriteString(words)
}

// end ends a line.
func (t *terminal) end() { t.b.WriteByte('\n') }

// line writes one line as it is, however long.
func (t *terminal) line(s style, words string) {
	t.put(s, noCommand(words))
	t.end()
}

// para writes a paragraph: the first line after lead, the others below its end.
// Words that are longer than a line stay whole, so that they can be copied.
func (t *terminal) para(lead string, s style, words string) {
	indent := strings.Repeat(" ", width(lead))
	for i, l := range wrap(words, t.width-len(indent)) {
		if i == 0 {
			t.put(normal, lead)
		} else {
			t.put(normal, indent)
		}
		t.line(s, l)
	}
}

// bullet is a paragraph whose first word has a style of its own.
func (t *terminal) bullet(lead string, s style, first, rest string) {
	for i, l := range wrap(first+rest, t.width-len(lead)) {
		if i > 0 {
			t.put(normal, strings.Repeat(" ", len(lead)))
			t.line(normal, l)
			continue
		}
		t.put(normal, lead)
		t.put(s, first)
		t.line(normal, strings.TrimPrefix(l, first))
	}
}

// heading writes a line in bold with a rule below it, and a blank line between it
// and what stands before.
func (t *terminal) heading(words string) {
	if t.b.Len() > 0 {
		t.end()
	}
	lines := wrap(words, t.width)
	longest := 0
	for _, l := range lines {
		t.line(bold, l)
		longest = max(longest, width(l))
	}
	t.line(dim, strings.Repeat("-", min(longest, t.width)))
}

// json writes an indented document. One that is no JSON is shown as it is, on
// one line: whoever reads on sees why.
func (t *terminal) json(indent string, raw []byte) {
	for l := range strings.SplitSeq(indented(raw), "\n") {
		t.put(normal, indent)
		t.line(normal, l)
	}
}

// indented lays raw out in lines, if it is JSON.
func indented(raw []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, raw, "", "  ") != nil {
		return Visible(string(raw))
	}
	return b.String()
}

// noCommand breaks what a log of GitHub takes for a command: two colons that
// begin a line.
//
// See https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands.
func noCommand(line string) string {
	trimmed := strings.TrimLeft(line, " ")
	if !strings.HasPrefix(trimmed, "::") {
		return line
	}
	return line[:len(line)-len(trimmed)] + `\u003A` + trimmed[1:]
}

// width is the number of columns that s takes, whatever the environment says
// about East Asian characters.
func width(s string) int { return twwidth.WidthWithOptions(s, twwidth.Options{}) }

// wrap breaks words into lines of at most n columns, at spaces only.
func wrap(words string, n int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(words) {
		if line != "" && width(line)+1+width(word) > n {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
