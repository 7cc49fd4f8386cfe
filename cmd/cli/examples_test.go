package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/internal/golden"
)

const examples = "../../testdata/examples"

// exampleNames lists the SPECs of the folder of examples, without .yaml, in order.
func exampleNames(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(examples, "*.yaml"))
	if err != nil || len(files) < 25 {
		t.Fatalf("%d examples (err = %v), want 25 at least", len(files), err)
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".yaml")
	}
	return files
}

// TestExamples plans every example: what a pull request shows of it stands beside
// it, every form can be written, and an audit of what it
// says finds nothing, and what is lacking once an action is taken out.
func TestExamples(t *testing.T) {
	names := exampleNames(t)
	t.Chdir(examples)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			file := name + ".yaml"
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := stage{}.run(t.Context(), "plan", file, "--format", "markdown")
			if got.status != 0 || got.stderr != "" {
				t.Fatalf("status %d: %s", got.status, got.stderr)
			}
			golden.Equal(t, "../"+name+".md", got.stdout) // beside the SPEC
			for _, format := range []string{"json", "cli", "terraform", "cloudformation"} {
				dir := t.TempDir()
				if got := (stage{}).run(t.Context(), "plan", file, "--format", format, "--output-dir", dir); got.status != 0 {
					t.Errorf("as %s: status %d: %s", format, got.status, got.stderr)
				}
				if entries, err := os.ReadDir(dir); err != nil || len(entries) == 0 {
					t.Errorf("as %s: no file (err = %v)", format, err)
				}
			}
			p := newPromise(t, string(text))
			p.clean()
			if len(p.plan.Requirements) <= 60 && p.cut(newTally()) == 0 { // of larger ones TestPromise has the like
				t.Error("no action was taken out")
			}
		})
	}
}

// TestExamplesIndex keeps the list of examples: what each is for is said in its
// first line.
func TestExamplesIndex(t *testing.T) {
	index, err := os.ReadFile(filepath.Join(examples, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	intro, _, _ := strings.Cut(string(index), "| Spec |")
	var b strings.Builder
	b.WriteString(intro + "| Spec | Who it is for, and what is special | Plan |\n| --- | --- | --- |\n")
	for _, name := range exampleNames(t) {
		text, err := os.ReadFile(filepath.Join(examples, name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		line, _, _ := strings.Cut(string(text), "\n")
		about, ok := strings.CutPrefix(line, "# ")
		if !ok || len(about) < 40 || strings.Contains(about, "|") {
			t.Errorf("%s.yaml does not say in its first line who it is for and what is special: %q", name, line)
		}
		fmt.Fprintf(&b, "| [%s](%s.yaml) | %s | [plan](%s.md) |\n", name, name, about, name)
	}
	golden.Equal(t, "../"+examples+"/README.md", b.String())
	const readme = "../../README.md"
	link := fmt.Sprintf("[%d examples](testdata/examples/README.md)", len(exampleNames(t)))
	if text, err := os.ReadFile(readme); err != nil || !strings.Contains(string(text), link) {
		t.Errorf("%s lacks %q (err = %v)", readme, link, err)
	}
}

// TestExamplesHaveTheirPlans: no plan stands there whose SPEC is gone.
func TestExamplesHaveTheirPlans(t *testing.T) {
	plans, err := filepath.Glob(filepath.Join(examples, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	if names := exampleNames(t); len(plans) != len(names)+1 { // and README.md
		t.Errorf("%d examples have %d plans", len(names), len(plans)-1)
	}
}
