package safe

import "strings"

// plainWord are the characters that mean nothing to any shell.
const plainWord = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/-"

// Word is s as one word of a command line that somebody may copy, such as the
// value of a flag: quoted, unless no shell can misread it.
func Word(s string) string {
	if s != "" && strings.Trim(s, plainWord) == "" && (s[0] != '-' || s == "-") {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// Argument is s as the last word of a command line, which is taken for no flag
// whatever it begins with.
func Argument(s string) string {
	if word := Word(s); word == s {
		return word
	}
	return "-- " + Word(s)
}
