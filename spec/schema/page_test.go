package schema_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/spec/schema"
)

// docs/spec.md ends with the tables, and UPDATE=1 writes them there.
func TestPage(t *testing.T) {
	const file, first = "../../docs/spec.md", "## The file\n"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(string(text), first)
	want := head + strings.TrimSuffix(schema.Page(), "\n")
	if diff := cmp.Diff(want, string(text)); diff != "" {
		if os.Getenv("UPDATE") == "" {
			t.Fatalf("%s (-schema +page; UPDATE=1 rewrites it):\n%s", file, diff)
		}
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
