package cli_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/cmd/cli"
)

// What README and docs/ show is what the program does. A page is run from top to
// bottom in a folder of its own, which holds testdata/docs/PAGE:
//
//   - a fenced block with a name behind its language ("yaml spec.yaml") is that file;
//   - each "$ " line of a console block is a command, and what stands below it is
//     what the program prints; "$ echo $?" prints its exit status, "$ cat FILE" a
//     file. A block in which no line begins so fails.
//
// UPDATE=1 writes what the program prints into the pages.
func TestPages(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(pages) < 10 {
		t.Fatalf("found %d pages, %v", len(pages), err)
	}
	ran := 0
	for _, file := range append(pages, "../../README.md") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(text, []byte("```console\n")) {
			continue
		}
		ran++
		t.Run(filepath.Base(file), func(t *testing.T) { testPage(t, file, string(text)) })
	}
	if ran < 4 {
		t.Errorf("%d pages show commands, want at least 4", ran)
	}
}

func testPage(t *testing.T, file, text string) {
	p := page{TB: t}
	dir := t.TempDir()
	name := strings.TrimSuffix(filepath.Base(file), ".md")
	if stored := filepath.Join("../../testdata/docs", name); exists(stored) {
		if err := os.CopyFS(dir, os.DirFS(stored)); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	got := p.run(text)
	diff := cmp.Diff(text, got)
	if diff == "" {
		return
	}
	if os.Getenv("UPDATE") == "" {
		t.Fatalf("%s shows something else than what the program prints (-page +program; UPDATE=1 rewrites it):\n%s", file, diff)
	}
	t.Chdir(home)
	write(t, file, got)
}

// home is the folder that tests start in.
var home, _ = os.Getwd()

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

func write(t testing.TB, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A page is run in the working directory.
type page struct {
	testing.TB
	status int // of the last command
}

// fenced is a fenced block: its language, the name of a file, and its text.
var fenced = regexp.MustCompile("(?ms)^```([a-z]+)(?: ([\\w./-]+))?\n(.*?)^```$")

// run returns text with each console block as the program makes it.
func (p *page) run(text string) string {
	p.Helper()
	return fenced.ReplaceAllStringFunc(text, func(block string) string {
		m := fenced.FindStringSubmatch(block)
		switch language, file, body := m[1], m[2], m[3]; {
		case file != "":
			write(p, file, body)
		case language == "console":
			return "```console\n" + p.console(body) + "```"
		}
		return block
	})
}

// console is a block of commands with what they print.
func (p *page) console(shown string) string {
	p.Helper()
	var out strings.Builder
	for line := range strings.Lines(shown) {
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			out.WriteString(line)
			out.WriteString(p.command(strings.TrimSuffix(command, "\n")))
		}
	}
	if out.Len() == 0 {
		p.Fatalf("a console block without a command:\n%s", shown)
	}
	return out.String()
}

// command is what a line of a shell prints.
func (p *page) command(line string) string {
	p.Helper()
	words := strings.Fields(line)
	switch {
	case line == "echo $?":
		return fmt.Sprintln(p.status)
	case words[0] == "cat" && len(words) == 2:
		data, err := os.ReadFile(words[1])
		if err != nil {
			p.Fatal(err)
		}
		return string(data)
	case words[0] != "repligrant" || strings.ContainsAny(line, `'"|<>;$`):
		p.Fatalf("this test cannot run %q", line)
	}
	var stdout, stderr bytes.Buffer
	c := cli.Command{Stdout: &stdout, Stderr: &stderr, Env: func(string) (string, bool) { return "", false }}
	p.status = c.Run(p.Context(), words[1:])
	return stdout.String() + stderr.String()
}
