// Package tftest runs Terraform with the provider aws. It is for tests only.
package tftest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Require is the environment variable that makes a missing Terraform, or a
// missing mirror, a failure. It is set where a skipped test would pass for a
// green one.
const Require = "REPLIGRANT_REQUIRE_TERRAFORM"

// Mirror is the environment variable with the directory in which Terraform
// finds the provider aws: a filesystem mirror.
//
// See https://developer.hashicorp.com/terraform/cli/config/config-file.
const Mirror = "REPLIGRANT_TERRAFORM_MIRROR"

// A Runner runs Terraform. Of the environment of the test it passes on nothing
// but PATH, so that nobody's credentials are used.
type Runner struct {
	testing.TB
	Dir string   // where it runs
	Env []string // besides what every run has

	program string
	base    []string
}

// New returns a Runner for an empty directory. Without Terraform and a mirror it
// skips t, or fails it if [Require] is 1.
func New(t testing.TB) *Runner {
	t.Helper()
	mirror := os.Getenv(Mirror)
	program, err := exec.LookPath("terraform")
	if mirror == "" {
		err = errors.New(Mirror + " names no directory with the provider aws")
	}
	if err != nil && os.Getenv(Require) == "1" {
		t.Fatalf("%v, and %s=1", err, Require)
	}
	if err != nil {
		t.Skipf("SKIPPED, NOT TESTED WITH TERRAFORM: %v", err)
	}
	settings := filepath.Join(t.TempDir(), "terraform.rc")
	text := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror)
	if err := os.WriteFile(settings, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return &Runner{TB: t, Dir: t.TempDir(), program: program, base: []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TMPDIR=" + t.TempDir(),
		"TF_CLI_CONFIG_FILE=" + settings, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1",
	}}
}

// Run runs Terraform, without colours, and returns its exit status and what it
// said, each run of white space and frames as one space.
func (r *Runner) Run(args ...string) (status int, said string) {
	r.Helper()
	args = append(args[:1:1], append([]string{"-no-color"}, args[1:]...)...)
	cmd := exec.CommandContext(r.Context(), r.program, args...)
	cmd.Dir, cmd.Env = r.Dir, append(r.base, r.Env...)
	out, err := cmd.CombinedOutput()
	said = frames.ReplaceAllString(string(out), " ")
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), said
	}
	if err != nil {
		r.Fatal(err)
	}
	return 0, said
}

// Console returns what Terraform's console makes of an expression.
func (r *Runner) Console(expression string) string {
	r.Helper()
	cmd := exec.CommandContext(r.Context(), r.program, "console")
	cmd.Dir, cmd.Env, cmd.Stdin = r.Dir, append(r.base, r.Env...), strings.NewReader(expression+"\n")
	out, err := cmd.Output()
	if err != nil {
		r.Fatalf("terraform console: %v: %s", err, out)
	}
	return string(out)
}

// Show returns a saved plan as JSON.
func (r *Runner) Show(plan string) []byte {
	r.Helper()
	cmd := exec.CommandContext(r.Context(), r.program, "show", "-json", plan)
	cmd.Dir, cmd.Env = r.Dir, append(r.base, r.Env...)
	out, err := cmd.Output()
	if err != nil {
		r.Fatalf("terraform show: %v: %s", err, out)
	}
	return out
}

// frames are what Terraform breaks sentences with.
var frames = regexp.MustCompile(`[\s│]+`)

// Must fails the test unless Terraform ends with 0.
func (r *Runner) Must(args ...string) {
	r.Helper()
	if status, said := r.Run(args...); status != 0 {
		r.Fatalf("terraform %s: status %d\n%s", strings.Join(args, " "), status, said)
	}
}

// Refuses fails the test unless Terraform fails and says why.
func (r *Runner) Refuses(why string, args ...string) {
	r.Helper()
	if status, said := r.Run(args...); status != 1 || !strings.Contains(said, why) {
		r.Errorf("terraform %s: status %d, want 1 and %q\n%s", strings.Join(args, " "), status, why, said)
	}
}

// Unchanged fails the test if Terraform would change anything.
func (r *Runner) Unchanged(args ...string) {
	r.Helper()
	if status, said := r.Run(append([]string{"plan", "-detailed-exitcode"}, args...)...); status != 0 {
		r.Errorf("plan after apply: status %d, want 0: no changes\n%s", status, said)
	}
}

// Example writes the configuration of the README in the directory as main.tf,
// with other arguments: old and new text in turn.
func (r *Runner) Example(arguments ...string) {
	r.Helper()
	text, err := os.ReadFile(filepath.Join(r.Dir, "README.md"))
	if err != nil {
		r.Fatal(err)
	}
	block := example.FindSubmatch(text)
	if block == nil {
		r.Fatalf("no configuration in\n%s", text)
	}
	config := string(block[1])
	for i := 0; i < len(arguments); i += 2 {
		if strings.Count(config, arguments[i]) != 1 {
			r.Fatalf("the example does not have %q once:\n%s", arguments[i], config)
		}
		config = strings.Replace(config, arguments[i], arguments[i+1], 1)
	}
	if err := os.WriteFile(filepath.Join(r.Dir, "main.tf"), []byte(config), 0o600); err != nil {
		r.Fatal(err)
	}
}

var example = regexp.MustCompile("(?s)\n```hcl\n(.*?\n)```\n")
