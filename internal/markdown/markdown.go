// Package markdown puts data into Markdown. It makes code spans and nothing else,
// and does not look for characters that nobody sees: that is for who writes.
package markdown

import "strings"

// Code returns data as a code span, between more backticks than stand together in
// it. Data is one line and more than white space.
//
// See https://github.github.com/gfm/#code-spans.
func Code(data string) string {
	fence := strings.Repeat("`", longestRun(data)+1)
	if data == "" || data[0] == '`' || data[len(data)-1] == '`' || data[0] == ' ' && data[len(data)-1] == ' ' {
		data = " " + data + " " // of which Markdown takes one space off again
	}
	return fence + data + fence
}

// longestRun is the length of the longest run of backticks.
func longestRun(s string) int {
	longest, run := 0, 0
	for _, r := range s {
		if run++; r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}
