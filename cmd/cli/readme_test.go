package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/cmd/cli"
)

const readme = "../../README.md"

// What README shows is what the program does: its first YAML block is acme.yaml,
// testdata/readme holds the snapshot, and every command of a console block is
// run there and has to print what stands below it.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	snapshot, err := os.ReadFile("../../testdata/readme/acme.json")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "acme.json"), string(snapshot))
	write(t, filepath.Join(dir, "acme.yaml"), block(t, string(text), "yaml"))
	t.Chdir(dir)
	got := run(t, string(text))
	if diff := cmp.Diff(string(text), got); diff != "" {
		if os.Getenv("UPDATE") == "" {
			t.Fatalf("README shows something else than what the program prints (-README +program; UPDATE=1 rewrites it):\n%s", diff)
		}
		t.Chdir(home)
		write(t, readme, got)
	}
}

// home is the folder that tests start in.
var home, _ = os.Getwd()

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// block returns the text of the first fenced block of a language.
func block(t *testing.T, text, language string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, "```"+language+"\n")
	body, _, closed := strings.Cut(rest, "```\n")
	if !ok || !closed {
		t.Fatalf("README has no %s block", language)
	}
	return body
}

// run returns README with each console block as the program makes it.
func run(t *testing.T, text string) string {
	t.Helper()
	const fence = "```console\n"
	parts := strings.Split(text, fence)
	if len(parts) < 2 {
		t.Fatal("README shows no command")
	}
	var out strings.Builder
	out.WriteString(parts[0])
	for _, part := range parts[1:] {
		shown, rest, ok := strings.Cut(part, "\n```\n")
		if !ok {
			t.Fatal("README has a console block that does not end")
		}
		out.WriteString(fence)
		for line := range strings.Lines(shown + "\n") {
			if command, ok := strings.CutPrefix(line, "$ repligrant "); ok {
				out.WriteString(line)
				out.WriteString(output(t, strings.Fields(command)))
			}
		}
		out.WriteString("```\n" + rest)
	}
	return out.String()
}

// output is what the program prints for a command.
func output(t *testing.T, args []string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	c := cli.Command{Stdout: &stdout, Stderr: &stderr, Env: func(string) (string, bool) { return "", false }}
	status := c.Run(t.Context(), args)
	if status > 1 {
		t.Fatalf("%q: exit status %d\n%s", args, status, stderr.String())
	}
	return stdout.String()
}
