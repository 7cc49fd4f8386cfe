package cli

import (
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// helpColumns is how wide help is, whatever the terminal: its paragraphs are
// written so.
const helpColumns = 80

func init() {
	// Cobra keeps the functions of all templates in one place. "short" is what a
	// list of commands says of one, behind its name.
	cobra.AddTemplateFunc("short", func(text string, padding int) string {
		indent := padding + 3
		return folded(text, helpColumns-indent, strings.Repeat(" ", indent))
	})
}

// folded breaks text at spaces into lines of at most width columns; those after
// the first begin with indent, which is not counted. A longer word stays whole.
func folded(text string, width int, indent string) string {
	var b strings.Builder
	used := 0
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case used+1+n > width:
			b.WriteString("\n" + indent)
			used = 0
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += n
	}
	return b.String()
}
