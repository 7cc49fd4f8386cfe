package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/mototest"
	"github.com/repligrant/repligrant/internal/tftest"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report"
	"github.com/repligrant/repligrant/snapshot"
)

// twoOwners is the SPEC whose modules are applied.
const twoOwners = "testdata/terraform/two-owners.yaml"

// A terraformRun is the modules of twoOwners, and the accounts in moto that
// they are applied to.
type terraformRun struct {
	*testing.T
	*tftest.Runner
	root string // of the modules
}

func newTerraform(t *testing.T) *terraformRun {
	t.Helper()
	r := &terraformRun{T: t, Runner: tftest.New(t)}
	r.root = r.Dir
	text, err := os.ReadFile(twoOwners)
	if err != nil {
		t.Fatal(err)
	}
	data, err := snapshot.Encode(beforehand(newPromise(t, string(text))))
	if err != nil {
		t.Fatal(err)
	}
	server := mototest.Start(t, data)
	r.Env = server.Env(t)
	for _, setting := range r.Env {
		name, value, _ := strings.Cut(setting, "=")
		t.Setenv(name, value)
	}
	got := stage{}.run(t.Context(), "plan", twoOwners, "--format", "terraform", "--output-dir", r.root)
	if got.status != 0 || got.stderr != "" {
		t.Fatalf("plan: status %d: %s", got.status, got.stderr)
	}
	return r
}

// beforehand is what the accounts hold before a plan is applied: one destination
// has a policy with statements of others and of an earlier plan, the other has
// none and is not versioned.
func beforehand(p *promise) *snapshot.Snapshot {
	p.Helper()
	none := *p.plan
	none.Documents = nil
	world := planned(p.T, p.spec, &none)
	buckets := world.Accounts["444455556666"].Buckets
	others := policy.Statement{
		Sid: "Others", Effect: policy.Allow, Principal: policy.AWS("arn:aws:iam::444455556666:root"),
		Action: policy.One("s3:GetObject"), Resource: policy.One("arn:aws:s3:::acme-orders-copy/*"),
	}
	earlier := others
	earlier.Sid, earlier.Principal = replication.SidPrefix+"Earlier", policy.AWS(p.plan.Callers()[0])
	buckets["acme-orders-copy"].Policy = snapshot.Of(policy.New(others, earlier))
	buckets["acme-orders-new"].Versioning = fact.Of(snapshot.Versioning{})
	return world
}

// What the owners say in the example of the README.
var (
	replace = []string{`replace_replication = []`, `replace_replication = ["acme-orders"]`}
	version = []string{
		"\"acme-orders-new\" = \"live\"\n  }\n  enable_versioning = []",
		"\"acme-orders-new\" = \"live\"\n  }\n  enable_versioning = [\"acme-orders-new\"]",
	}
	noPolicy = []string{`"acme-orders-new" = "live"`, `"acme-orders-new" = "none"`}
)

func said(lists ...[]string) (all []string) {
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// TestTerraform applies the modules of a plan to the accounts of two owners with
// the configuration that their README shows. Then there is nothing to change,
// also if all policies are read, and the audit finds nothing.
func TestTerraform(t *testing.T) {
	r := newTerraform(t)
	r.Must("fmt", "-check", "-recursive")
	r.Example(said(replace, version, noPolicy)...)
	r.Must("init")
	r.Must("apply", "-auto-approve")
	r.Example(said(replace, version)...)
	r.Unchanged()
	r.audited()
}

// audited audits the accounts, and looks at what others had written.
func (r *terraformRun) audited() {
	r.T.Helper()
	flags := []string{"--profile", "prod=111122223333", "--profile", "backup=444455556666"}
	got := stage{}.run(r.T.Context(), append([]string{"audit", twoOwners, "--format", "json"}, flags...)...)
	out, err := report.ReadAudit("audit.json", []byte(got.stdout))
	if err != nil {
		r.T.Fatalf("audit: status %d: %v\n%s", got.status, err, got.stderr)
	}
	for _, f := range out.Findings {
		r.T.Errorf("the modules were applied, and the audit finds %s", show(f))
	}
	if got.status != audit.StatusClean || out.Summary.Requirements.Granted == 0 || out.Summary.Rules.Replicates != len(out.Rules) {
		r.T.Errorf("audit: status %d, %+v: %s", got.status, out.Summary, got.stderr)
	}
	sids := map[string][]string{}
	for name, b := range r.collected(flags).Accounts["444455556666"].Buckets {
		p, _ := b.Policy.Get()
		for _, st := range p.Statements {
			sids[name] = append(sids[name], st.Sid)
		}
	}
	want := map[string][]string{
		"acme-orders-copy": {"Others", "RepligrantReceiveReplicasODINAKOL", "RepligrantReceiveReplicasODINAKOL2"},
		"acme-orders-new":  {"RepligrantReceiveReplicasODINAKOL", "RepligrantUploadKFPMOKDN", "RepligrantGuardKFPMOKDN"},
	}
	if diff := cmp.Diff(want, sids); diff != "" {
		r.T.Errorf("statements of others are kept and earlier ones of repligrant replaced (-want +got):\n%s", diff)
	}
}

func (r *terraformRun) collected(flags []string) *snapshot.Snapshot {
	r.T.Helper()
	file := filepath.Join(r.T.TempDir(), "snapshot.json")
	got := stage{}.run(r.T.Context(), append([]string{"collect", twoOwners, "--output", file}, flags...)...)
	data, err := os.ReadFile(file)
	world := &snapshot.Snapshot{}
	if err == nil {
		err = json.Unmarshal(data, world)
	}
	if err != nil {
		r.T.Fatalf("collect: status %d (%v): %s", got.status, err, got.stderr)
	}
	return world
}

// TestTerraformByOwners applies each module by itself, in the order of the
// README and as its owner, and does what each module refuses.
func TestTerraformByOwners(t *testing.T) {
	r := newTerraform(t)
	r.owner("444455556666", "eu-west-1", "111122223333/roles")
	r.Refuses("the provider signs in to another", "plan")

	r.owner("111122223333", "us-east-1", "111122223333/roles")
	r.Must("apply", "-auto-approve")
	r.Unchanged()

	r.owner("444455556666", "eu-west-1", "444455556666/destination-eu-west-1")
	r.Refuses("has no such bucket", "plan", "-var", `existing_policies={"acme-orders" = "none"}`)
	r.Refuses("A value is", "plan", "-var", `existing_policies={"acme-orders-copy" = "nothing"}`)
	r.Refuses("has no such bucket", "plan", "-var", `enable_versioning=["acme-orders"]`)
	literal := `existing_policies={"acme-orders-copy" = "{\"Version\": \"2008-10-17\", \"Statement\": {\"Sid\": \"Old\", \"Resource\": \"a$${x}\"}}"}`
	r.Refuses("which would change its meaning", "plan", "-var", literal)
	r.Must("apply", "-auto-approve")
	r.Unchanged()
	r.Refuses("lifecycle.prevent_destroy", "plan", "-var", `existing_policies={"acme-orders-copy" = "elsewhere"}`)

	r.owner("444455556666", "eu-central-1", "444455556666/destination-eu-central-1")
	r.Refuses("couldn't find resource", "plan")
	settings := []string{"-var", `existing_policies={"acme-orders-new" = "none"}`, "-var", `enable_versioning=["acme-orders-new"]`}
	r.Must(append([]string{"apply", "-auto-approve"}, settings...)...)
	r.Unchanged(settings[2:]...)

	r.owner("111122223333", "us-east-1", "111122223333/rules")
	r.Refuses("add the bucket to replace_replication", "plan")
	settings = []string{"-var", `replace_replication=["acme-orders"]`}
	r.Must(append([]string{"apply", "-auto-approve"}, settings...)...)
	r.Unchanged(settings...)
	r.audited()
}

// owner goes on in the directory of a module, signed in to an account.
func (r *terraformRun) owner(account, region, module string) {
	r.T.Helper()
	r.Dir = filepath.Join(r.root, filepath.FromSlash(module))
	r.Env = append(r.Env, "AWS_PROFILE="+account, "AWS_REGION="+region)
	r.Must("init")
}
