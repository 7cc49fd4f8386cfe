package cli_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// givenFiles writes one file of each kind that a command takes or writes, and
// returns its directory.
func givenFiles(t *testing.T) string {
	t.Helper()
	spec, world := demoFiles(t)
	dir := filepath.Dir(spec)
	for name, args := range map[string][]string{
		"audit.json":   {"audit", spec, "--snapshot", world},
		"plan.json":    {"plan", spec},
		"access.json":  {"access", spec},
		"explain.json": {"explain", "s3://acme-orders/a", "--snapshot", world},
	} {
		stage{}.run(t.Context(), append(args, "--format", "json", "--output", filepath.Join(dir, name))...)
	}
	audit := filepath.Join(dir, "audit.json")
	if got := (stage{}).run(t.Context(), "diff", audit, audit, "--format", "json", "--output", filepath.Join(dir, "audit-diff.json")); got.status != 0 {
		t.Fatalf("status %d: %s", got.status, got.stderr)
	}
	for name, content := range map[string]string{
		"tfplan.json":   `{"format_version": "1.2", "planned_values": {}, "resource_changes": []}`,
		"shown.json":    `{"format_version": "1.0", "terraform_version": "1.9.0", "values": {}}`,
		"tfstate.json":  `{"version": 4, "serial": 1, "lineage": "x", "resources": []}`,
		"template.json": `{"Resources": {}}`,
		"template.yaml": "# a stack\nAWSTemplateFormatVersion: \"2010-09-09\"\nResources: {}\n",
		"accepted.yaml": "version: 1\nsuppress: []\n",
		"policy.json":   `{"Version": "2012-10-17", "Statement": []}`,
		"flow.yaml":     `{"version": 1, "buckets": {}}`,
	} {
		in(t, dir, name, content)
	}
	return dir
}

// TestGivenInstead gives files where others should be. What each is takes one
// look at its first keys, and one line says it.
func TestGivenInstead(t *testing.T) {
	t.Chdir(givenFiles(t))
	for _, tt := range []struct{ args, want, hint string }{
		{"plan snapshot.json", "snapshot.json:2:3: this is a snapshot, and a SPEC should be given here", "audit, discover and explain take it as --snapshot snapshot.json, plan as --merge snapshot.json"},
		{"audit audit.json", "audit.json:2:3: this is an audit, and a SPEC should be given here", "report and diff take it, and both audit and report as --baseline audit.json"},
		{"collect plan.json", "plan.json:2:3: this is a plan, and a SPEC should be given here", "diff takes two of them; what else there is takes the SPEC that it was made from"},
		{"access audit-diff.json", "audit-diff.json:2:3: this is what repligrant diff wrote, and a SPEC should be given here", "no command takes it: give the files that it was made from"},
		{"plan access.json", "access.json:2:3: this is what repligrant access wrote, and a SPEC should be given here", "no command takes it: give the files that it was made from"},
		{"audit explain.json", "explain.json:2:3: this is what repligrant explain wrote, and a SPEC should be given here", "no command takes it: give the files that it was made from"},
		{"plan tfplan.json", "tfplan.json:1:2: this is a Terraform plan, and a SPEC should be given here", "audit takes it as --terraform-plan tfplan.json"},
		{"plan shown.json", "shown.json:1:2: this is a Terraform state, and a SPEC should be given here", "audit takes a plan, not a state: terraform plan -out PLAN, terraform show -json PLAN > plan.json, then --terraform-plan plan.json"},
		{"plan tfstate.json", "tfstate.json:1:16: this is a Terraform state, and a SPEC should be given here", "audit takes a plan, not a state: terraform plan -out PLAN, terraform show -json PLAN > plan.json, then --terraform-plan plan.json"},
		{"plan template.json", "template.json:1:2: this is a CloudFormation template, and a SPEC should be given here", "audit takes it as --cloudformation template.json"},
		{"plan template.yaml", "template.yaml:2:1: this is a CloudFormation template, and a SPEC should be given here", "audit takes it as --cloudformation template.yaml"},
		{"plan accepted.yaml", "accepted.yaml:2:1: this is a list of suppressions, and a SPEC should be given here", "audit and report take it as --suppress accepted.yaml"},
		{"plan policy.json", "policy.json:1:27: this is a policy, and a SPEC should be given here", "compare takes two of them, and plan one as --merge ARN=policy.json"},
		{"audit --snapshot spec.yaml", "spec.yaml:7:1: this is a SPEC, and a snapshot should be given here", "audit, plan, collect and access take it without an option; repligrant plan --format json spec.yaml writes a plan of it"},
		{"audit --snapshot flow.yaml", "flow.yaml:1:16: this is a SPEC, and a snapshot should be given here", "audit, plan, collect and access take it without an option; repligrant plan --format json flow.yaml writes a plan of it"},
		{"audit --snapshot tfplan.json", "tfplan.json:1:2: this is a Terraform plan, and a snapshot should be given here", "audit takes it as --terraform-plan tfplan.json"},
		{"plan spec.yaml --merge audit.json", "audit.json:2:3: this is an audit, and a snapshot should be given here", "report and diff take it, and both audit and report as --baseline audit.json"},
		{"plan spec.yaml --merge arn:aws:s3:::acme-orders-copy=snapshot.json", "snapshot.json:2:3: this is a snapshot, and a policy or a replication configuration should be given here", "audit, discover and explain take it as --snapshot snapshot.json, plan as --merge snapshot.json"},
		{"audit --snapshot snapshot.json --baseline snapshot.json", "snapshot.json:2:3: this is a snapshot, and an audit should be given here", "audit, discover and explain take it as --snapshot snapshot.json, plan as --merge snapshot.json"},
		{"audit --snapshot snapshot.json --suppress spec.yaml", "spec.yaml:7:1: this is a SPEC, and a list of suppressions should be given here", "audit, plan, collect and access take it without an option; repligrant plan --format json spec.yaml writes a plan of it"},
		{"audit --snapshot snapshot.json --terraform-plan template.yaml", "template.yaml:2:1: this is a CloudFormation template, and a Terraform plan should be given here", "audit takes it as --cloudformation template.yaml"},
		{"audit --snapshot snapshot.json --cloudformation 111122223333=tfplan.json", "tfplan.json:1:2: this is a Terraform plan, and a CloudFormation template should be given here", "audit takes it as --terraform-plan tfplan.json"},
		{"report plan.json", "plan.json:2:3: this is a plan, and an audit should be given here", "diff takes two of them; what else there is takes the SPEC that it was made from"},
		{"diff snapshot.json spec.yaml", "snapshot.json:2:3: this is a snapshot, and an audit or a plan should be given here", "audit, discover and explain take it as --snapshot snapshot.json, plan as --merge snapshot.json"},
		{"compare snapshot.json policy.json", "snapshot.json:2:3: this is a snapshot, and a policy should be given here", "audit, discover and explain take it as --snapshot snapshot.json, plan as --merge snapshot.json"},
		{"explain s3://acme-orders/a --snapshot snapshot.json --object-json audit.json", "audit.json:2:3: this is an audit, and what aws s3api head-object prints should be given here", "report and diff take it, and both audit and report as --baseline audit.json"},
	} {
		got := stage{}.run(t.Context(), strings.Fields(tt.args)...)
		if want := "repligrant: " + tt.want + "\n\thint: " + tt.hint + "\n"; got.status != 2 || !strings.HasPrefix(got.stderr, want) || tt.args[:4] != "diff" && got.stderr != want {
			t.Errorf("%s: status %d, and says\n%swant\n%s", tt.args, got.status, got.stderr, want)
		}
	}
}

// TestGivenAsWanted: a file of the kind that is wanted keeps its own problems,
// and so does one that is of no kind.
func TestGivenAsWanted(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	in(t, dir, "spec.yaml", "version: 1\nbuckets: {}\nStatement: []\n")
	in(t, dir, "future.json", `{"schema": "repligrant.snapshot/v9"}`)
	in(t, dir, "nothing.json", `{"hello": 1}`)
	in(t, dir, "list.json", `[1]`)
	in(t, dir, "cut.json", `{"schema`)
	in(t, dir, "state.json", `{"format_version": "1.0", "values": {}}`)
	for args, want := range map[string]string{
		"plan spec.yaml":                    `spec.yaml:3:1: unknown key "Statement"`,
		"audit --snapshot future.json":      `future.json:1:1: the schema is "repligrant.snapshot/v9", not "repligrant.snapshot/v1"`,
		"audit --snapshot nothing.json":     "nothing.json:1:1: the schema is missing",
		"audit --snapshot list.json":        "list.json:1:1: the file is a list",
		"audit --snapshot cut.json":         "cut.json:1:8: the file is not JSON",
		"audit --terraform-plan state.json": "state.json:1:1: the file is a state",
	} {
		if got := (stage{}).run(t.Context(), strings.Fields(args)...); got.status != 2 || !strings.Contains(got.stderr, want) {
			t.Errorf("%s: status %d, and says without %s:\n%s", args, got.status, want, got.stderr)
		}
	}
}
