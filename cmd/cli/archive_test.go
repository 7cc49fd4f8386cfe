package cli_test

import (
	"regexp"
	"strings"
)

// An archive is a text in the txtar format: a comment, and files behind lines
// of "-- NAME --".
//
// See https://pkg.go.dev/golang.org/x/tools/txtar.
type archive struct {
	comment string
	files   []archived
}

type archived struct{ name, text string }

var marker = regexp.MustCompile(`(?m)^-- (\S+) --\n`)

func parseArchive(text string) archive {
	at := marker.FindAllStringSubmatchIndex(text, -1)
	if len(at) == 0 {
		return archive{comment: text}
	}
	a := archive{comment: text[:at[0][0]]}
	for i, m := range at {
		end := len(text)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		a.files = append(a.files, archived{text[m[2]:m[3]], text[m[1]:end]})
	}
	return a
}

func (a archive) String() string {
	var b strings.Builder
	b.WriteString(a.comment)
	for _, f := range a.files {
		b.WriteString("-- " + f.name + " --\n" + f.text)
	}
	return b.String()
}
