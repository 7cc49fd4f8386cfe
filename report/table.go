package report

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// The widths of columns. One that has to give room keeps its longest word in one
// piece, up to wordColumn, as long as there is another way; narrower than
// minColumn the table gets wider than the terminal.
const (
	wordColumn = 20
	minColumn  = 8
)

// table writes rows in a frame. Cells are made safe before they get here, since
// tablewriter writes what it is given.
func (t *terminal) table(header []string, rows [][]string) {
	widths := fit(header, rows, t.width)
	var b bytes.Buffer
	w := tablewriter.NewTable(&b,
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{Symbols: tw.NewSymbols(tw.StyleASCII)})),
		tablewriter.WithHeaderAutoFormat(tw.Off), // else "bucket_name" becomes "BUCKET NAME"
		tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithEastAsian(tw.Off), // else the width depends on the environment
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithHeaderAlignment(tw.AlignLeft),
		tablewriter.WithRowAlignment(tw.AlignLeft),
	)
	w.Header(folded(header, widths))
	for _, row := range rows {
		_ = w.Append(folded(row, widths)) // fails for cells that are no text
	}
	_ = w.Render() // fails where the buffer does, which is never
	for l := range strings.Lines(b.String()) {
		t.line(normal, strings.TrimRight(l, "\n"))
	}
}

// fit returns the widths of columns so that the table is no wider than total,
// taking from the widest first.
func fit(header []string, rows [][]string, total int) []int {
	widths, words := make([]int, len(header)), make([]int, len(header))
	least := make([]int, len(header))
	for _, row := range append([][]string{header}, rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], longest(strings.Split(cell, "\n")))
			words[i] = max(words[i], min(longest(strings.Fields(cell)), wordColumn))
		}
	}
	for i := range least {
		least[i] = min(widths[i], minColumn)
	}
	room := total - 1 - 3*len(widths) // "| " and " " around each, "|" at the end
	shrink(widths, words, room)
	shrink(widths, least, room)
	return widths
}

// shrink takes from the widest columns until they fit, but leaves each its least.
func shrink(widths, least []int, room int) {
	for sum(widths) > room {
		widest := -1
		for i, w := range widths {
			if w > least[i] && (widest < 0 || w > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		widths[widest]--
	}
}

func longest(lines []string) (n int) {
	for _, l := range lines {
		n = max(n, width(l))
	}
	return n
}

func sum(n []int) (total int) {
	for _, v := range n {
		total += v
	}
	return total
}

// folded breaks the cells of a row into lines.
func folded(row []string, widths []int) []string {
	cells := make([]string, len(row))
	for i, cell := range row {
		cells[i] = fold(cell, widths[i])
	}
	return cells
}

// fold breaks each line of a cell into lines of at most n columns: at spaces, and
// in longer words where [breakAt] says.
func fold(cell string, n int) string {
	var lines []string
	for l := range strings.SplitSeq(cell, "\n") {
		for _, line := range wrap(l, n) {
			for width(line) > n {
				at := breakAt(line, n)
				lines = append(lines, line[:at])
				line = line[at:]
			}
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// breakAt returns where to break a word that is wider than n columns: in the
// last two thirds of the line, behind the last mark of punctuation or before the
// last capital, else at the end of the line.
func breakAt(word string, n int) int {
	at, mark := 0, 0
	previous := ' '
	for i, r := range word {
		if i > 0 && width(word[:i]) > n {
			break
		}
		if 3*width(word[:i]) > n && (strings.ContainsRune("-:/._,", previous) || unicode.IsLower(previous) && unicode.IsUpper(r)) {
			mark = i
		}
		at, previous = i, r
	}
	if mark > 0 {
		return mark
	}
	if at > 0 {
		return at
	}
	_, first := utf8.DecodeRuneInString(word)
	return first
}
