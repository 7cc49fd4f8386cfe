package terraform

import (
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"
)

// A value is an expression, or the head of a block: one line of text, or with a
// body what opens the brackets around it, and what closes them.
type value struct {
	text string
	body *body
	end  string
}

// A body is the lines of a file, of a block, or between brackets.
type body struct{ lines []line }

// A line is an attribute, which has a name, an element of a list, a block, a
// comment, or nothing. Text that we wrote ourselves may have several.
type line struct {
	name string
	value
}

func (b *body) add(name string, v value) { b.lines = append(b.lines, line{name, v}) }

// blank adds an empty line.
func (b *body) blank() { b.add("", value{}) }

// block adds a block whose head is text, and returns its body.
func (b *body) block(text string) *body {
	inside := &body{}
	b.add("", value{text + " {", inside, "}"})
	return inside
}

// inner begins a block within another, apart from what stands before it.
func (b *body) inner(name string) *body {
	if len(b.lines) > 0 {
		b.blank()
	}
	return b.block(name)
}

// one is an expression of one line.
func one(text string) value { return value{text: text} }

// within puts v between texts.
func within(before string, v value, after string) value {
	if v.body == nil {
		return one(before + v.text + after)
	}
	return value{before + v.text, v.body, v.end + after}
}

// A printer writes a body as `terraform fmt` leaves it: attributes of one line
// that follow each other have their "=" in one column. To have hclwrite read each
// file again and format it takes several times as long; that is left for names
// whose width only it knows.
//
// See https://developer.hashicorp.com/terraform/language/style.
type printer struct {
	text   []byte
	uneven bool // a name takes another number of columns than bytes
}

// text returns what a file holds.
func (b *body) text() []byte {
	var p printer
	p.body(b, 0)
	if p.uneven {
		return hclwrite.Format(p.text)
	}
	return p.text
}

func (p *printer) body(b *body, indent int) {
	width, until := 0, 0 // of the names up to a line
	for i, l := range b.lines {
		if i >= until {
			width, until = p.aligned(b.lines, i)
		}
		p.line(l, width, indent)
	}
}

// aligned returns the width of the longest name of the attributes of one line
// that follow each other from the ith line, and the line after them.
func (p *printer) aligned(lines []line, i int) (width, until int) {
	for until = i; until < len(lines) && lines[until].name != "" && lines[until].body == nil; until++ {
		width = max(width, len(lines[until].name))
	}
	return width, max(until, i+1)
}

func (p *printer) line(l line, width, indent int) {
	if l.name != "" || l.text != "" {
		p.indent(indent)
	}
	if l.name != "" {
		p.uneven = p.uneven || !isPlain(l.name)
		p.text = append(p.text, l.name...)
		if l.body == nil {
			p.spaces(width - len(l.name))
		}
		p.text = append(p.text, " = "...)
	}
	p.text = append(p.text, l.text...)
	p.text = append(p.text, '\n')
	if l.body != nil {
		p.body(l.body, indent+1)
		p.indent(indent)
		p.text = append(append(p.text, l.end...), '\n')
	}
}

func (p *printer) indent(n int) { p.spaces(2 * n) }

func (p *printer) spaces(n int) {
	for range n {
		p.text = append(p.text, ' ')
	}
}

// isPlain reports whether each byte of s is a character of one column.
func isPlain(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}
