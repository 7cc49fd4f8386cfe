package cli_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/mototest"
	"github.com/repligrant/repligrant/internal/tftest"
	"github.com/repligrant/repligrant/report"
)

// plannedSet is a configuration that is planned, audited, applied and audited
// again, with its SPEC.
const plannedSet = "testdata/terraform/planned"

// newPlanned returns the configuration in a directory of its own, and two empty
// accounts in moto.
func newPlanned(t *testing.T) *terraformRun {
	t.Helper()
	r := &terraformRun{T: t, Runner: tftest.New(t)}
	if err := os.CopyFS(r.Dir, os.DirFS(plannedSet)); err != nil {
		t.Fatal(err)
	}
	server := mototest.Start(t, []byte(`{"schema": "repligrant.snapshot/v1", "accounts": {"111122223333": {}, "444455556666": {}}}`))
	r.Env = server.Env(t)
	for _, setting := range r.Env {
		name, value, _ := strings.Cut(setting, "=")
		t.Setenv(name, value)
	}
	r.Env = append(r.Env, server.Proxy()...)
	r.Must("init")
	return r
}

// found audits the live accounts, with what is planned over them, and returns
// the findings by ID.
func (r *terraformRun) found(flags ...string) map[string]audit.Finding {
	r.T.Helper()
	args := append([]string{"audit", plannedSet + "/spec.yaml", "--format", "json", "--profile", "prod=111122223333", "--profile", "backup=444455556666"}, flags...)
	got := stage{}.run(r.T.Context(), args...)
	out, err := report.ReadAudit("audit.json", []byte(got.stdout))
	if err != nil {
		r.T.Fatalf("audit: status %d: %v\n%s", got.status, err, got.stderr)
	}
	byID := map[string]audit.Finding{}
	for _, f := range out.Findings {
		byID[f.ID] = f
	}
	return byID
}

// planned audits a plan, applies it, and audits what is there then.
func (r *terraformRun) planned(variables ...string) (before, after map[string]audit.Finding) {
	r.T.Helper()
	r.Must(append([]string{"plan", "-out", "plan.bin"}, variables...)...)
	file := filepath.Join(r.T.TempDir(), "plan.json")
	if err := os.WriteFile(file, r.Show("plan.bin"), 0o600); err != nil {
		r.T.Fatal(err)
	}
	before = r.found("--terraform-plan", file)
	r.Must("apply", "plan.bin")
	return before, r.found()
}

// only are the findings that one audit has and the other has not, in short.
func only(of, other map[string]audit.Finding) []string {
	out := []string{}
	for _, id := range slices.Sorted(maps.Keys(of)) {
		if _, ok := other[id]; !ok {
			f := of[id]
			address := ""
			if f.Planned != nil {
				address = " (" + f.Planned.Address + ")"
			}
			out = append(out, strings.TrimSpace(strings.Join([]string{string(f.Outcome), f.Check, string(f.Document), f.Action}, " "))+address)
		}
	}
	slices.Sort(out)
	return out
}

// TestTerraformPlanned: an audit of a plan finds what an audit finds after apply.
// What only apply tells is unknown before: at first the ARN of a bucket that one
// statement names. Then there are surplus grants on it. (That S3 refuses SSE-C
// writes to new buckets, moto does not know.)
func TestTerraformPlanned(t *testing.T) {
	r := newPlanned(t)
	before, after := r.planned()
	r.atLeast(after, "permission-missing", "permission-surplus")
	want := []string{
		"advice sse-c-blocked bucket-settings (module.copy.aws_s3_bucket.this)",
		"unknown read-denied role-policy (data.aws_iam_policy_document.logs.statement[0].resources[0])",
	}
	if d := cmp.Diff(want, only(before, after)); d != "" {
		t.Errorf("made: only the audit of the plan finds (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"surplus permission-surplus role-policy s3:GetObject"}, only(after, before)); d != "" {
		t.Errorf("made: only the audit after apply finds (-want +got):\n%s", d)
	}

	before, after = r.planned("-var", "later=true")
	r.atLeast(after, "permission-missing", "permission-blocked", "trust-missing", "versioning-disabled")
	if d := cmp.Diff([]string{}, only(before, after)); d != "" {
		t.Errorf("changed: only the audit of the plan finds (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{}, only(after, before)); d != "" {
		t.Errorf("changed: only the audit after apply finds (-want +got):\n%s", d)
	}
}

// atLeast fails the test unless there are findings of some checks: the set-up is
// broken.
func (r *terraformRun) atLeast(found map[string]audit.Finding, checks ...string) {
	r.T.Helper()
	for _, check := range checks {
		if !slices.ContainsFunc(slices.Collect(maps.Values(found)), func(f audit.Finding) bool { return f.Check == check }) {
			r.T.Errorf("no finding of check %s among %v", check, only(found, nil))
		}
	}
}
