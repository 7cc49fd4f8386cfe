package cli_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/cmd/cli"
	"github.com/repligrant/repligrant/internal/mototest"
	"github.com/repligrant/repligrant/internal/needs"
)

// What README and docs/ show is what the program does. A page is run from top to
// bottom in a folder of its own, which holds testdata/docs/PAGE:
//
//   - a fenced block with a name behind its language ("yaml spec.yaml") is that file;
//   - each "$ " line of a console block is a command, and what stands below it is
//     what the program prints; "$ echo $?" prints its exit status, "$ cat FILE" a
//     file. A block in which no line begins so fails.
//
// Where testdata/docs/PAGE.accounts.json is, the page is run against an emulator
// that holds these accounts, each with a profile; it may then use the AWS CLI, and
// bash for scripts that repligrant wrote.
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
	if accounts := filepath.Join(home, "../../testdata/docs", name+".accounts.json"); exists(accounts) {
		p.emulate(accounts)
	}
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
	status int      // of the last command
	tools  []string // others than repligrant that it may run
}

// emulate serves accounts, and gives the page what it takes to use them.
func (p *page) emulate(accounts string) {
	p.Helper()
	held, err := os.ReadFile(accounts)
	if err != nil {
		p.Fatal(err)
	}
	p.tools = []string{"aws", "bash"}
	for _, tool := range append(p.tools, "jq") {
		needs.Tool(p, tool)
	}
	server := mototest.Start(p, held)
	for _, setting := range server.Env(p) {
		name, value, _ := strings.Cut(setting, "=")
		p.Setenv(name, value)
	}
	var profiles strings.Builder
	for name, account := range map[string]string{"prod": "111122223333", "backup": "444455556666"} {
		key := server.Key(account)
		fmt.Fprintf(&profiles, "[profile %s]\nregion = us-east-1\naws_access_key_id = %s\naws_secret_access_key = %s\n", name, key.ID, key.Secret)
	}
	config := filepath.Join(p.TempDir(), "config")
	write(p, config, profiles.String())
	p.Setenv("AWS_CONFIG_FILE", config)
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
	case slices.Contains(p.tools, words[0]):
		return p.tool(words)
	case words[0] != "repligrant" || strings.ContainsAny(line, `'"|<>;$`):
		p.Fatalf("this test cannot run %q", line)
	}
	return p.repligrant(words[1:])
}

func (p *page) repligrant(args []string) string {
	p.Helper()
	var stdout, stderr bytes.Buffer
	c := cli.Command{Stdout: &stdout, Stderr: &stderr, Env: func(string) (string, bool) { return "", false }}
	p.status = c.Run(p.Context(), args)
	out := stdout.String() + stderr.String()
	if p.tools == nil {
		return out // from snapshots, whose times are what they are
	}
	return readNow.ReplaceAllString(out, "$1 2026-11-22T12:00:00Z, as\n$2")
}

// readNow is what a report says of accounts that the page itself read: when differs
// from run to run, and with it where the line ends.
var readNow = regexp.MustCompile(`(accounts? read [a-z ]+,)\s+20[0-9TZ:-]+(?:\s+to\s+20[0-9TZ:-]+)?,\s+as\s+(\S+\.)`)

// tool runs a command of somebody else, which has to succeed.
func (p *page) tool(words []string) string {
	p.Helper()
	out, err := exec.CommandContext(p.Context(), words[0], words[1:]...).CombinedOutput()
	if err != nil {
		p.Fatalf("%s: %v\n%s", strings.Join(words, " "), err, out)
	}
	p.status = 0
	return string(out)
}
