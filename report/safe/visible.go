// Package safe makes text of other people safe to show, whatever the format that
// it then becomes part of. What a format gives a meaning to is the format's to
// escape.
package safe

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Visible makes text of other people safe to show on one line. Characters that
// move the cursor, line breaks and tabs too, change the direction of text, or
// cannot be seen become their JSON escapes, so that JSON stays the same JSON and
// no two names look alike; bytes that are not UTF-8 become U+FFFD; what the logs
// of pipelines take for commands is broken up.
func Visible(s string) string {
	if plain(s) {
		return pipelines.Replace(s)
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		if hidden(r) {
			writeEscape(&b, r)
		} else {
			b.WriteRune(r)
		}
	}
	return pipelines.Replace(b.String())
}

// pipelines breaks what a log of GitHub or Azure Pipelines takes for a command
// wherever it stands. The escape is JSON's, so that JSON stays the same.
//
// See https://learn.microsoft.com/en-us/azure/devops/pipelines/scripts/logging-commands.
var pipelines = strings.NewReplacer("##[", `#\u0023[`, "##vso[", `#\u0023vso[`)

// plain reports whether s is printable ASCII, as nearly everything is.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// hidden reports whether r must not be written as it is: controls, formats
// (bidirectional, zero width), separators other than the space, private use,
// what Unicode does not assign, and characters that have no shape of their own.
func hidden(r rune) bool {
	return !unicode.IsPrint(r) ||
		unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// writeEscape writes r as JSON does: \uXXXX, two of them beyond U+FFFF.
func writeEscape(b *strings.Builder, r rune) {
	if hi, lo := utf16.EncodeRune(r); hi != utf8.RuneError {
		fmt.Fprintf(b, `\u%04X\u%04X`, hi, lo)
		return
	}
	fmt.Fprintf(b, `\u%04X`, r)
}

// Cut shortens s to n characters, the last of which then is an ellipsis.
func Cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + ellipsis
}

// CutBytes shortens s to n bytes, the last of which then are an ellipsis. No
// character is divided. It is for limits of which nobody says what they count.
func CutBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	end := n - len(ellipsis)
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + ellipsis
}

const ellipsis = "…"
