package cli_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/repligrant/repligrant/cmd/cli"
)

// Help fits into 80 columns, but for examples, which are there to be copied.
func TestHelpFits(t *testing.T) {
	lines := 0
	for _, cmd := range append(cli.Command{}.Tree().Commands(), cli.Command{}.Tree()) {
		text := cmd.Long + "\n\n" + cmd.UsageString()
		if before, rest, ok := strings.Cut(text, "\nExamples:\n"); ok {
			_, rest, _ = strings.Cut(rest, "\n\n")
			text = before + rest
		}
		for line := range strings.Lines(text) {
			lines++
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
				t.Errorf("repligrant %s --help: %d columns: %s", cmd.Name(), n, line)
			}
		}
	}
	if lines < 100 {
		t.Errorf("help has %d lines", lines)
	}
}

// An error is one line for a script. Where people look at it, it is broken
// between words.
func TestErrorsFit(t *testing.T) {
	const message = "repligrant: --account \"one two three four five\" is not an AWS account ID\n\thint: an account ID has 12 digits\n"
	tests := []struct {
		name     string
		columns  int
		terminal bool
		want     string
	}{
		{name: "no terminal", want: message},
		{name: "a terminal that does not say how wide it is", terminal: true, want: message},
		{name: "wide enough", terminal: true, columns: 100, want: message},
		{
			name: "narrow", terminal: true, columns: 40,
			want: "repligrant: --account \"one two three\n    four five\" is not an AWS account ID\n\thint: an account ID has 12\n\t    digits\n",
		},
		{name: "too narrow for words", terminal: true, columns: 10, want: message},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var stderr bytes.Buffer
			c := cli.Command{
				Stdout: io.Discard, Stderr: &stderr, Env: func(string) (string, bool) { return "", false },
				Terminal: func(io.Writer) (int, bool) { return tt.columns, tt.terminal },
			}
			c.Run(t.Context(), []string{"access", "--account", "one two three four five"})
			if stderr.String() != tt.want {
				t.Errorf("got:\n%s\nwant:\n%s", stderr.String(), tt.want)
			}
		})
	}
}
