package glob

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A part is a text without runs in which each piece follows the one before at
// any distance: pieces are what stands between the runs. The first piece is at
// the start of the text and the last at its end.
type part struct{ pieces []piece }

// A piece is a number of characters. Text is set if all are known.
type piece struct {
	text   string
	tokens []token // nil if text says it all
}

func newPart(list []token) part {
	var p part
	for {
		i := slices.IndexFunc(list, func(t token) bool { return t.kind == run })
		if i < 0 {
			p.pieces = append(p.pieces, newPiece(list))
			return p
		}
		p.pieces = append(p.pieces, newPiece(list[:i]))
		list = list[i+1:]
	}
}

func newPiece(list []token) piece {
	var b strings.Builder
	for _, t := range list {
		if t.kind != char {
			return piece{tokens: list}
		}
		b.WriteRune(t.char)
	}
	return piece{text: b.String()}
}

// Match reports whether text is in the pattern. The time it takes grows with
// the length of text, times the longest piece with a ? in it; it never goes
// back to try a shorter or longer run.
func (p Pattern) Match(text string) bool { return p.get().match(text) }

func (p *compiled) match(text string) bool {
	if !strings.HasPrefix(text, p.prefix) {
		return false
	}
	switch p.shape {
	case literal:
		return len(text) == len(p.prefix)
	case prefixed:
		return true
	case mixed:
	}
	if len(p.parts) == 1 {
		return p.parts[0].match(text)
	}
	for _, q := range p.parts[:5] {
		i := strings.IndexByte(text, ':')
		if i < 0 || !q.match(text[:i]) {
			return false
		}
		text = text[i+1:]
	}
	return p.parts[5].match(text)
}

func (p part) match(text string) bool {
	first, last := p.pieces[0], p.pieces[len(p.pieces)-1]
	n := first.start(text)
	if n < 0 {
		return false
	}
	if len(p.pieces) == 1 {
		return n == len(text)
	}
	text = text[n:]
	end := last.end(text)
	if end < 0 {
		return false
	}
	text = text[:end]
	for _, q := range p.pieces[1 : len(p.pieces)-1] {
		// The leftmost place is as good as any: it leaves the most text.
		i := q.find(text)
		if i < 0 {
			return false
		}
		text = text[i:]
	}
	return true
}

// start returns the length of q at the start of text, or -1.
func (q piece) start(text string) int {
	if q.tokens == nil {
		if !strings.HasPrefix(text, q.text) {
			return -1
		}
		return len(q.text)
	}
	n := 0
	for _, t := range q.tokens {
		c, size := decode(text[n:])
		if size == 0 || !t.matches(c) {
			return -1
		}
		n += size
	}
	return n
}

// end returns where q begins at the end of text, or -1.
func (q piece) end(text string) int {
	if q.tokens == nil {
		if !strings.HasSuffix(text, q.text) {
			return -1
		}
		return len(text) - len(q.text)
	}
	at := len(text)
	for range q.tokens {
		_, size := utf8.DecodeLastRuneInString(text[:at])
		if size == 0 {
			return -1
		}
		at -= size
	}
	if q.start(text[at:]) < 0 {
		return -1
	}
	return at
}

// find returns the end of the leftmost place of q in text, or -1.
func (q piece) find(text string) int {
	if q.tokens == nil {
		i := strings.Index(text, q.text)
		if i < 0 {
			return -1
		}
		return i + len(q.text)
	}
	for i := 0; ; {
		if n := q.start(text[i:]); n >= 0 {
			return i + n
		}
		_, size := decode(text[i:])
		if size == 0 {
			return -1
		}
		i += size
	}
}

func decode(s string) (rune, int) { return utf8.DecodeRuneInString(s) }
