package golden_test

import (
	"os"
	"runtime"
	"testing"

	"github.com/repligrant/repligrant/internal/golden"
)

// recorder takes the place of a test that fails.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.failed = true }
func (r *recorder) Fatalf(string, ...any) { r.failed = true; runtime.Goexit() }

// fails reports whether Equal fails for got.
func fails(t *testing.T, name, got string) bool {
	r := &recorder{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		golden.Equal(r, name, got)
	}()
	<-done
	return r.failed
}

func TestEqual(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("UPDATE", "")
	if !fails(t, "deep/a.txt", "one") {
		t.Error("a missing golden file passes")
	}
	t.Setenv("UPDATE", "1")
	golden.Equal(t, "deep/a.txt", "one")
	if data, err := os.ReadFile("testdata/deep/a.txt"); err != nil || string(data) != "one" {
		t.Errorf("UPDATE=1 wrote %q (%v), want %q", data, err, "one")
	}
	t.Setenv("UPDATE", "")
	golden.Equal(t, "deep/a.txt", []byte("one"))
	if !fails(t, "deep/a.txt", "two") {
		t.Error("a golden file that differs passes")
	}
}
