package tftest_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/repligrant/repligrant/internal/tftest"
)

// recorder takes the place of a test that is skipped or fails.
type recorder struct {
	testing.TB
	skipped, failed bool
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.failed = true }
func (r *recorder) Fatal(...any)          { r.failed = true; runtime.Goexit() }
func (r *recorder) Fatalf(string, ...any) { r.failed = true; runtime.Goexit() }
func (r *recorder) Skipf(string, ...any)  { r.skipped = true; runtime.Goexit() }

// try runs f with a recorder.
func try(t *testing.T, f func(testing.TB)) *recorder {
	t.Helper()
	r := &recorder{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(r)
	}()
	<-done
	return r
}

// A green run cannot be one without Terraform, where it is required.
func TestMissing(t *testing.T) {
	t.Setenv(tftest.Mirror, "")
	for require, fails := range map[string]bool{"": false, "1": true} {
		t.Setenv(tftest.Require, require)
		if r := try(t, func(t testing.TB) { tftest.New(t) }); r.failed != fails || r.skipped == fails {
			t.Errorf("%s=%q and no mirror: failed %t, skipped %t", tftest.Require, require, r.failed, r.skipped)
		}
	}
}

// program puts a program in the place of Terraform, which says its last
// argument and ends with a status.
func program(t *testing.T, status string) {
	t.Helper()
	dir := t.TempDir()
	script := "#!/bin/sh\nfor last; do :; done\necho \"│ $last\n│ again\"\nexit " + status + "\n"
	if err := os.WriteFile(filepath.Join(dir, "terraform"), []byte(script), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Setenv(tftest.Mirror, dir)
}

func TestRun(t *testing.T) {
	for _, tt := range []struct {
		status                   string
		must, refuses, unchanged bool // whether the test goes on
	}{{"0", true, false, true}, {"1", false, true, false}, {"2", false, false, false}} {
		program(t, tt.status)
		for name, f := range map[string]struct {
			call func(*tftest.Runner)
			fine bool
		}{
			"Must":           {func(r *tftest.Runner) { r.Must("apply") }, tt.must},
			"Refuses":        {func(r *tftest.Runner) { r.Refuses("why again", "plan", "why") }, tt.refuses},
			"Refuses, else":  {func(r *tftest.Runner) { r.Refuses("else", "plan", "why") }, false},
			"Unchanged":      {func(r *tftest.Runner) { r.Unchanged() }, tt.unchanged},
			"Console":        {func(r *tftest.Runner) { r.Console("1") }, tt.status == "0"},
			"Example, none":  {func(r *tftest.Runner) { r.Example() }, false},
			"Example, other": {func(r *tftest.Runner) { example(t, r); r.Example("z", "y") }, false},
			"Example":        {func(r *tftest.Runner) { example(t, r); r.Example("x", "y") }, true},
		} {
			got := try(t, func(t testing.TB) { f.call(tftest.New(t)) })
			if got.failed == f.fine || got.skipped {
				t.Errorf("%s after status %s: failed %t, skipped %t", name, tt.status, got.failed, got.skipped)
			}
		}
	}
}

func example(t *testing.T, r *tftest.Runner) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(r.Dir, "README.md"), []byte("a\n```hcl\nx = 1\n```\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}
