package cli_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/mototest"
	"github.com/repligrant/repligrant/internal/needs"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/report"
	"github.com/repligrant/repligrant/snapshot"
)

// A script is a plan in the form for the AWS CLI, and the accounts of an
// emulator that it is run in.
type script struct {
	*testing.T
	server *mototest.Server
	bash   string
	file   string
}

// TestScriptMoto applies a plan with the real AWS CLI to accounts that hold
// nothing but buckets and what others wrote: once, and a second time, which
// reads only; then there is nothing for an audit to find.
func TestScriptMoto(t *testing.T) {
	s := &script{T: t, bash: needs.Tool(t, "bash"), file: filepath.Join(t.TempDir(), "apply.sh")}
	needs.Tool(t, "aws")
	needs.Tool(t, "jq")
	const file = "testdata/apply/two-owners.yaml"
	s.server = mototest.Start(t, s.before(file))
	for _, setting := range s.server.Env(t) {
		name, value, _ := strings.Cut(setting, "=")
		t.Setenv(name, value)
	}
	t.Setenv("AWS_PROFILE_prod", "111122223333")
	t.Setenv("AWS_PROFILE_backup", "444455556666")
	if got := (stage{}).run(t.Context(), "plan", file, "--format", "cli", "--output", s.file); got.status != 0 || got.stdout+got.stderr != "" {
		t.Fatalf("plan: status %d: %s%s", got.status, got.stdout, got.stderr)
	}

	if said := s.run(); !strings.Contains(said, "changed: replication configuration of bucket acme-orders\n") {
		t.Errorf("the first run says:\n%s", said)
	}
	s.server.Record(t)
	if said := s.run(); !strings.HasSuffix(said, "\n--- 0 changes made\n") {
		t.Errorf("the second run says:\n%s", said)
	}
	requests := s.server.Recorded(t)
	for _, action := range []string{"GetRole", "TrentService.GetKeyPolicy"} {
		if len(requests) < 8 || !slices.ContainsFunc(requests, func(r mototest.Request) bool { return r.Action == action }) {
			t.Errorf("the second run made %d requests, and no %s", len(requests), action)
		}
	}
	for _, r := range requests {
		if !r.Reads() {
			t.Errorf("the second run wrote: %s %s %s", r.Method, r.Path, r.Action)
		}
	}
	s.audited(file)
}

// before is what the accounts hold: what a plan takes to be there, and a policy
// of the destination's owner.
func (s *script) before(file string) []byte {
	s.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		s.Fatal(err)
	}
	p := newPromise(s.T, string(text))
	world := planned(s.T, p.spec, &planner.Plan{Assumptions: p.plan.Assumptions})
	theirs := policy.Statement{
		Sid: "Theirs", Effect: policy.Deny, Principal: policy.Principals{Everyone: true}, Action: policy.One("s3:*"),
		Resource: policy.One("arn:aws:s3:::acme-orders-copy/*"),
		Condition: []policy.Clause{
			{Operator: "Bool", Key: "aws:SecureTransport", Values: policy.One("false")},
		},
	}
	world.Accounts["444455556666"].Buckets["acme-orders-copy"].Policy = snapshot.Of(policy.New(theirs))
	data, err := snapshot.Encode(world)
	if err != nil {
		s.Fatal(err)
	}
	return data
}

// run runs the script, which has to succeed, and returns what it says.
func (s *script) run(args ...string) string {
	s.Helper()
	cmd := exec.CommandContext(s.Context(), s.bash, append([]string{s.file}, args...)...)
	cmd.Env = append(os.Environ(), s.server.Proxy()...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// audited audits the accounts, where the policy of the owner has to be left.
func (s *script) audited(file string) {
	s.Helper()
	flags := []string{file, "--profile", "prod=111122223333", "--profile", "backup=444455556666"}
	got := stage{}.run(s.Context(), append([]string{"audit", "--format", "json"}, flags...)...)
	out, err := report.ReadAudit("audit.json", []byte(got.stdout))
	if err != nil {
		s.Fatalf("audit: status %d: %v\n%s", got.status, err, got.stderr)
	}
	for _, f := range out.Findings {
		s.Errorf("the script was run, and the audit finds %s", show(f))
	}
	if got.status != audit.StatusClean || out.Summary.Requirements.Granted == 0 || out.Summary.Rules.Replicates != 2 {
		s.Errorf("audit: status %d, %+v: %s", got.status, out.Summary, got.stderr)
	}
	want := map[string][]string{
		"acme-orders":      {"RepligrantUploadNAJJLHFB", "RepligrantUploadOEBDGNIF", "RepligrantGuardNAJJLHFB"},
		"acme-orders-copy": {"Theirs", "RepligrantReceiveReplicasMJPHAOHI", "RepligrantReceiveReplicasMJPHAOHI2"},
		copyKey:            {"", "RepligrantEncryptReplicasMJPHAOHI"},
		sourceKey:          {"", "RepligrantEncryptUploadsNAJJLHFB", "RepligrantEncryptUploadsOEBDGNIF"},
		otherKey:           {"", "RepligrantDecryptSourceMJPHAOHI"},
		point:              {"RepligrantUploadOEBDGNIF"},
	}
	if diff := cmp.Diff(want, sids(collected(s.T, flags...))); diff != "" {
		s.Errorf("the statements of others are kept, and those of the plan beside them (-want +got):\n%s", diff)
	}
}

// collected reads accounts as the command does.
func collected(t *testing.T, args ...string) *snapshot.Snapshot {
	t.Helper()
	file := filepath.Join(t.TempDir(), "snapshot.json")
	got := stage{}.run(t.Context(), append([]string{"collect", "--output", file}, args...)...)
	data, err := os.ReadFile(file)
	if got.status != 0 || err != nil {
		t.Fatalf("collect: status %d (%v): %s", got.status, err, got.stderr)
	}
	world, err := snapshot.Parse(file, data)
	if err != nil {
		t.Fatal(err)
	}
	return world
}

// TestScriptMotoEarlier applies three plans of one role with the real AWS CLI, one
// after the other: its policy is inline, then too large for that, then inline
// again. Each time the role has what the plan says, and nothing of the one before.
func TestScriptMotoEarlier(t *testing.T) {
	s := &script{T: t, bash: needs.Tool(t, "bash"), file: filepath.Join(t.TempDir(), "apply.sh")}
	needs.Tool(t, "aws")
	needs.Tool(t, "jq")
	few, many := s.ruled(1), s.ruled(60)
	s.server = mototest.Start(t, s.before(few))
	for _, setting := range s.server.Env(t) {
		name, value, _ := strings.Cut(setting, "=")
		t.Setenv(name, value)
	}
	t.Setenv("AWS_PROFILE_prod", "111122223333")
	inline := []string{"replication", ""}
	managed := []string{"", "acme-orders-replication-policy-1 acme-orders-replication-policy-2"}
	for _, run := range []struct {
		file string
		want []string
	}{{few, inline}, {many, managed}, {few, inline}} {
		if got := (stage{}).run(t.Context(), "plan", run.file, "--format", "cli", "--output", s.file); got.status != 0 {
			t.Fatalf("plan: status %d: %s%s", got.status, got.stdout, got.stderr)
		}
		said := s.run("--step", "1")
		got := []string{
			s.ask("list-role-policies", "PolicyNames"), s.ask("list-attached-role-policies", "AttachedPolicies[].PolicyName"),
		}
		if diff := cmp.Diff(run.want, got); diff != "" {
			t.Fatalf("inline and managed policies (-want +got):\n%s\nThe script says:\n%s", diff, said)
		}
	}
}

// ruled writes a SPEC with so many rules of one bucket, and returns its file.
func (s *script) ruled(n int) string {
	s.Helper()
	text := "version: 1\naccounts:\n  prod: {id: \"111122223333\"}\n  backup: {id: \"444455556666\"}\nbuckets:\n" +
		"  acme-orders: {account: prod, region: us-east-1}\n  acme-orders-copy: {account: backup, region: us-east-1}\nreplication:\n"
	for i := range n {
		text += fmt.Sprintf("  - {name: r%d, from: acme-orders, to: acme-orders-copy, priority: %d, prefix: \"%060d/\"}\n", i, i+1, i)
	}
	file := filepath.Join(s.TempDir(), "spec.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		s.Fatal(err)
	}
	return file
}

// ask asks the AWS CLI which policies the role has, in one line.
func (s *script) ask(operation, query string) string {
	s.Helper()
	cmd := exec.CommandContext(s.Context(), "aws", "--profile", "111122223333", "iam", operation, "--role-name", "acme-orders-replication", "--query", query, "--output", "text")
	cmd.Env = append(os.Environ(), s.server.Proxy()...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.Fatalf("aws iam %s: %v\n%s", operation, err, out)
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(string(out), "None", "")), " ")
}
