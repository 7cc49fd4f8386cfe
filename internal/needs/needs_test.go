package needs_test

import (
	"runtime"
	"testing"

	"github.com/repligrant/repligrant/internal/needs"
)

// recorder takes the place of a test that is skipped or fails.
type recorder struct {
	testing.TB
	skipped, failed bool
}

func (r *recorder) Helper()               {}
func (r *recorder) Fatalf(string, ...any) { r.failed = true; runtime.Goexit() }
func (r *recorder) Skipf(string, ...any)  { r.skipped = true; runtime.Goexit() }

func TestTool(t *testing.T) {
	tests := []struct {
		tool, require   string
		skipped, failed bool
	}{
		{"go", "", false, false},
		{"go", "1", false, false},
		{"no-such-tool", "", true, false},
		{"no-such-tool", "1", false, true},
	}
	for _, tt := range tests {
		t.Setenv(needs.Require, tt.require)
		r := &recorder{TB: t}
		done := make(chan struct{})
		go func() {
			defer close(done)
			needs.Tool(r, tt.tool)
		}()
		<-done
		if r.skipped != tt.skipped || r.failed != tt.failed {
			t.Errorf("%s with %s=%q: skipped %t, failed %t", tt.tool, needs.Require, tt.require, r.skipped, r.failed)
		}
	}
}
