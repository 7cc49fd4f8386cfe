package planner_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/repligrant/repligrant/planner"
)

// TestDiff applies differences with patch(1), which knows the format: what
// comes out is what was merged.
func TestDiff(t *testing.T) {
	patch, err := exec.LookPath("patch")
	if err != nil {
		t.Skip("patch is not installed")
	}
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(rapid.SampledFrom([]string{`"a"`, `"b"`, `{"c":1}`, `[]`, `["d",{"e":"\u2028"}]`}), 0, 25)
		from, to := list(texts.Draw(t, "from")), list(texts.Draw(t, "to"))
		difference := planner.Diff(from, to)
		if (difference == "") != bytes.Equal(from, to) {
			t.Fatalf("the difference of %s and %s is %q", from, to, difference)
		}
		if difference == "" {
			return
		}
		file := filepath.Join(dir, "text.json")
		if err := os.WriteFile(file, indentText(t, from), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), patch, "--fuzz=0", "-s", file)
		cmd.Stdin = strings.NewReader(difference)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("patch: %v: %s\n%s", err, out, difference)
		}
		got, err := os.ReadFile(file)
		if want := indentText(t, to); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("patched, it is\n%s\nwant\n%s\n%s", got, want, difference)
		}
	})
}

func list(texts []string) []byte { return []byte("[" + strings.Join(texts, ",") + "]") }

func indentText(t *rapid.T, text []byte) []byte {
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", "  "); err != nil {
		t.Fatal(err)
	}
	return append(b.Bytes(), '\n')
}

// Two long texts with nothing in common are told apart without looking for it.
func TestDiffOfLongTexts(t *testing.T) {
	from := list(strings.Split(strings.Repeat(`"a" `, 3000)+`"a"`, " "))
	to := list(strings.Split(strings.Repeat(`"b" `, 3000)+`"b"`, " "))
	got := planner.Diff(from, to)
	if n := strings.Count(got, "\n"); n != 2+1+2*3001+2 {
		t.Errorf("the difference has %d lines:\n%.200s", n, got)
	}
	if planner.Diff(from, from) != "" {
		t.Error("a text differs from itself")
	}
}

func TestDiffOfNothing(t *testing.T) {
	if got := planner.Diff(nil, []byte(`{}`)); got != "--- /dev/null\n+++ merged\n@@ -0,0 +1,1 @@\n+{}\n" {
		t.Errorf("got %q", got)
	}
}
