package awscli_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/internal/needs"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/planner/awscli"
)

const (
	prod   = "111122223333"
	backup = "444455556666"
)

// A world is accounts that scripts are run against.
type world struct {
	*testing.T
	fake
	bin string
	env []string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	needs.Tool(t, "bash")
	needs.Tool(t, "jq")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, fake: fake{dir: t.TempDir()}, bin: t.TempDir()}
	if err := os.Symlink(self, filepath.Join(w.bin, "aws")); err != nil {
		t.Fatal(err)
	}
	w.write(filepath.Join(w.bin, "sleep"), "#!/bin/sh\necho slept >&2\n", 0o700)
	w.env = []string{
		"PATH=" + w.bin + ":" + os.Getenv("PATH"), "FAKE_AWS=" + w.dir, "TMPDIR=" + t.TempDir(),
		"AWS_PROFILE_prod=" + prod, "AWS_PROFILE_backup=" + backup,
	}
	return w
}

func (w *world) write(file, text string, mode os.FileMode) {
	w.Helper()
	if err := os.WriteFile(file, []byte(text), mode); err != nil {
		w.Fatal(err)
	}
}

// faults makes the next calls fail. A line is SERVICE OPERATION: MESSAGE.
func (w *world) faults(lines ...string) {
	w.Helper()
	w.write(filepath.Join(w.dir, "faults"), strings.Join(lines, "\n"), 0o600)
}

// A result is what a run left behind.
type result struct {
	status         int
	stdout, stderr string
	writes         []string // calls that were no reads
}

// run runs the script of a plan in an empty folder, in which it must not leave
// anything.
func (w *world) run(p *planner.Plan, args ...string) result {
	w.Helper()
	script, err := awscli.Script(p, awscli.Options{Accounts: names})
	if err != nil {
		w.Fatal(err)
	}
	file := filepath.Join(w.TempDir(), "apply.sh")
	w.write(file, string(script), 0o600)
	log := filepath.Join(w.dir, "log")
	_ = os.Remove(log) // there is none before the first run
	cmd := exec.CommandContext(w.Context(), "bash", append([]string{file}, args...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.Env, cmd.Dir = &stdout, &stderr, w.env, w.TempDir()
	err = cmd.Run()
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		w.Fatal(err)
	}
	if left, err := os.ReadDir(cmd.Dir); err != nil || len(left) > 0 {
		w.Errorf("the script left %v behind (err = %v)", left, err)
	}
	r := result{status: cmd.ProcessState.ExitCode(), stdout: stdout.String(), stderr: stderr.String()}
	if text, err := os.ReadFile(log); err == nil && len(text) > 0 {
		r.writes = strings.Split(strings.TrimSpace(string(text)), "\n")
	}
	return r
}

// applied runs the script, which has to succeed.
func (w *world) applied(p *planner.Plan, args ...string) result {
	w.Helper()
	r := w.run(p, args...)
	if r.status != 0 || r.stderr != "" {
		w.Fatalf("status %d\n%s%s", r.status, r.stdout, r.stderr)
	}
	return r
}

// put makes an account hold something.
func (w *world) put(account, value string, key ...string) {
	w.Helper()
	var v any
	if err := json.Unmarshal([]byte(value), &v); err != nil {
		w.Fatal(err)
	}
	f := w.fake
	f.profile = account
	if err := f.save(v, key...); err != nil {
		w.Fatal(err)
	}
}

// holds compares what an account has with what it should have.
func (w *world) holds(account, want string, key ...string) {
	w.Helper()
	f := w.fake
	f.profile = account
	got, err := f.load("nothing", key...)
	if err != nil {
		w.Fatalf("%v: %v", key, err)
	}
	var wanted object
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		w.Fatal(err)
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		w.Errorf("%v differs (-want +got):\n%s", key, diff)
	}
}

// versioned switches versioning on.
func (w *world) versioned(account string, buckets ...string) {
	w.Helper()
	for _, b := range buckets {
		w.put(account, `{"Status": "Enabled"}`, "bucket-versioning", b)
	}
}

// quoteJSON returns s as it stands between the quotes of a JSON string.
func quoteJSON(t *testing.T, s string) string {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(text[1 : len(text)-1])
}
