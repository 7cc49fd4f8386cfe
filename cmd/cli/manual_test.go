package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/repligrant/repligrant/cmd/cli"
)

// invocation is a command line of repligrant in a page, up to what the shell does
// with it.
var invocation = regexp.MustCompile("(?m)\\brepligrant ([a-z]+)((?: [^\\s|>&;`)]+)*)")

// What pages, hooks and the action tell people to write is a command that there
// is, with flags that it takes.
func TestPagesNameWhatThereIs(t *testing.T) {
	files, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, file := range append(files, "../../README.md", "../../.pre-commit-hooks.yaml") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range invocation.FindAllStringSubmatch(codeOf(file, string(text)), -1) {
			cmd, _, err := cli.Command{}.Tree().Find([]string{m[1]})
			if err != nil || !cmd.HasParent() {
				t.Errorf("%s: there is no command %q", file, m[1])
				continue
			}
			seen++
			checkFlags(t, file, cmd, strings.Fields(m[2]))
		}
	}
	if seen < 50 {
		t.Errorf("found %d commands, want at least 50", seen)
	}
}

// codeOf is what a page shows as code; all of a file that is no page.
func codeOf(file, text string) string {
	if !strings.HasSuffix(file, ".md") {
		return text
	}
	return strings.Join(code.FindAllString(text, -1), "\n")
}

var code = regexp.MustCompile("(?ms)^```.*?^```$|`[^`\n]+`")

func checkFlags(t *testing.T, file string, cmd *cobra.Command, words []string) {
	t.Helper()
	for _, word := range words {
		name, _, _ := strings.Cut(word, "=")
		name = strings.TrimRight(name, ",.:")
		if !strings.HasPrefix(name, "--") || name == "--" {
			continue
		}
		name = strings.TrimPrefix(name, "--")
		if cmd.Flags().Lookup(name) == nil && cmd.InheritedFlags().Lookup(name) == nil && name != "help" {
			t.Errorf("%s: %s takes no flag --%s", file, cmd.Name(), name)
		}
	}
}
