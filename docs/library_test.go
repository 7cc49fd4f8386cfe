package docs_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shown is a block of Go in a page that is an example: its package, its name and
// its text, and what it prints.
var shown = regexp.MustCompile("(?ms)^```go ([a-z]+)/(Example\\w*)\n(.*?)^```\n(?:\n```text\n.*?^```\n)?")

// TestLibrary sees that the page shows the examples of the packages, which go
// test runs, and what they print. UPDATE=1 writes them into the page.
func TestLibrary(t *testing.T) {
	const file = "library.md"
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	got := shown.ReplaceAllStringFunc(string(page), func(block string) string {
		found++
		m := shown.FindStringSubmatch(block)
		code, output := example(t, "../"+m[1]+"/example_test.go", m[2])
		return "```go " + m[1] + "/" + m[2] + "\n" + code + "```\n\n```text\n" + output + "```\n"
	})
	if found < 5 || strings.Count(got, "```go") != found {
		t.Errorf("found %d examples, of %d blocks of Go", found, strings.Count(got, "```go"))
	}
	diff := cmp.Diff(string(page), got)
	if diff == "" {
		return
	}
	if os.Getenv("UPDATE") == "" {
		t.Fatalf("%s differs from the examples (-page +examples; UPDATE=1 rewrites it):\n%s", file, diff)
	}
	if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
		t.Fatal(err)
	}
}

// example returns the body of an example and what it prints.
func example(t *testing.T, file, name string) (code, output string) {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	body := regexp.MustCompile(`(?ms)^func ` + name + `\(\) \{\n(.*?)^\}$`).FindSubmatch(source)
	if body == nil {
		t.Fatalf("%s has no %s", file, name)
	}
	code, output, ok := strings.Cut(string(body[1]), "\t// Output:\n")
	if !ok {
		t.Fatalf("%s in %s is not run: it says nothing of its output", name, file)
	}
	return dedent(code, "\t"), dedent(output, "\t// ")
}

// dedent takes a prefix off each line.
func dedent(text, prefix string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		out.WriteString(strings.TrimPrefix(line, prefix))
	}
	return out.String()
}
