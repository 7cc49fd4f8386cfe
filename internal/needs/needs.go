// Package needs finds the tools of other people that tests run. It is for tests
// only.
package needs

import (
	"os"
	"os/exec"
	"testing"
)

// Require is the environment variable that makes a missing tool a failure. It is
// set where a skipped test would pass for a green one.
const Require = "REPLIGRANT_REQUIRE_TOOLS"

// Tool returns the path of a tool. Where it is missing, t is skipped, or fails
// if [Require] is 1.
func Tool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	switch {
	case err == nil:
		return path
	case os.Getenv(Require) == "1":
		t.Fatalf("%s is missing, and %s=1", name, Require)
	default:
		t.Skipf("SKIPPED, NOT TESTED WITH %s: it is missing", name)
	}
	return ""
}
