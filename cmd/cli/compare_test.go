package cli_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What docs/compare.md shows is what the program does: its JSONL block is
// pairs.jsonl, and its console block what the program prints.
func TestCompareManual(t *testing.T) {
	const manual = "../../docs/compare.md"
	text, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "pairs.jsonl"), block(t, string(text), "jsonl"))
	t.Chdir(dir)
	got := run(t, string(text))
	if diff := cmp.Diff(string(text), got); diff != "" {
		if os.Getenv("UPDATE") == "" {
			t.Fatalf("docs/compare.md shows something else than what the program prints (-manual +program; UPDATE=1 rewrites it):\n%s", diff)
		}
		t.Chdir(home)
		write(t, manual, got)
	}
}
