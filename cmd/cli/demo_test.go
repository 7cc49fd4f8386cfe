package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDemoFormats writes the demonstration's audit as any audit: the result alone,
// and exit status 0 whatever it holds.
func TestDemoFormats(t *testing.T) {
	file := filepath.Join(t.TempDir(), "demo.html")
	for format, begin := range map[string]string{"json": "{\n", "csv": `"id","check"`, "markdown": "<!--", "junit": "<?xml"} {
		if got := (stage{}).run(t.Context(), "demo", "--format", format); got.status != 0 || !strings.HasPrefix(got.stdout, begin) {
			t.Errorf("demo --format %s: status %d, and begins with %.40q, want %q\n%s", format, got.status, got.stdout, begin, got.stderr)
		}
	}
	if got := (stage{}).run(t.Context(), "demo", "--format", "html", "--output", file); got.status != 0 || got.stdout != "" {
		t.Errorf("demo into a file: status %d, and writes %q", got.status, got.stdout)
	}
	if text, err := os.ReadFile(file); err != nil || !strings.HasPrefix(string(text), "<!DOCTYPE html>") {
		t.Errorf("the file begins with %.40q (%v)", text, err)
	}
	for _, args := range [][]string{{"--format", "json"}, {"--output", file}} {
		got := stage{}.run(t.Context(), append([]string{"demo", "--output-dir", filepath.Join(t.TempDir(), "d")}, args...)...)
		if want := args[0] + " is for the audit, and --output-dir audits nothing"; got.status != 2 || !strings.Contains(got.stderr, want) {
			t.Errorf("demo --output-dir with %s: status %d, and says %s", args[0], got.status, got.stderr)
		}
	}
	if got := (stage{}).run(t.Context(), "demo", "--format", "loud"); got.status != 2 || !strings.Contains(got.stderr, "loud") {
		t.Errorf("demo --format loud: status %d: %s", got.status, got.stderr)
	}
}

// TestArgumentsComplete asks what a shell offers where nothing is typed yet.
func TestArgumentsComplete(t *testing.T) {
	for command, want := range map[string]string{
		"report": ":8", "diff": ":8", "compare": ":8", "simulate": ":8", "plan": ":8",
		"help": ":4", "version": ":4", "explain": ":4", "demo": ":4", "discover": ":4", "schema": ":4", "completion": ":4",
	} {
		got := stage{}.run(t.Context(), "__complete", command, "")
		if !strings.HasSuffix(got.stdout, want+"\n") {
			t.Errorf("behind %s a shell offers\n%swant %s at the end", command, got.stdout, want)
		}
	}
	if got := (stage{}).run(t.Context(), "__complete", "help", ""); !strings.Contains(got.stdout, "audit\t") {
		t.Errorf("behind help a shell offers\n%s", got.stdout)
	}
}
