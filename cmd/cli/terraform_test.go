package cli_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/mototest"
	"github.com/repligrant/repligrant/internal/reads"
	"github.com/repligrant/repligrant/internal/tftest"
	"github.com/repligrant/repligrant/planner"
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
	root  string // of the modules
	calls string // the provider's log
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
	r.calls = filepath.Join(t.TempDir(), "calls.log")
	r.Env = append(r.Env, server.Proxy()...)
	r.Env = append(r.Env, "TF_LOG_PROVIDER=DEBUG", "TF_LOG_PATH="+r.calls)
	got := stage{}.run(t.Context(), "plan", twoOwners, "--format", "terraform", "--output-dir", r.root)
	if got.status != 0 || got.stderr != "" {
		t.Fatalf("plan: status %d: %s", got.status, got.stderr)
	}
	return r
}

// beforehand is what the accounts hold before a plan is applied: one destination
// and its key have policies with statements of others and of an earlier plan, the
// other destination has none and is not versioned.
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
	key := world.Accounts["444455556666"].Keys[copyKey]
	root, _ := key.Policy.Get()
	earlier.Action, earlier.Resource = policy.One("kms:ReEncrypt*"), policy.One("*")
	key.Policy = snapshot.Of(policy.New(root.Statements[0], earlier))
	return world
}

// The keys of the SPECs that are applied: of the source, one of each owner, and of
// the destinations.
const (
	sourceKey = "arn:aws:kms:us-east-1:111122223333:key/11111111-aaaa-4aaa-8aaa-111111111111"
	otherKey  = "arn:aws:kms:us-east-1:444455556666:key/44444444-aaaa-4aaa-8aaa-444444444444"
	copyKey   = "arn:aws:kms:eu-west-1:444455556666:key/44444444-bbbb-4bbb-8bbb-444444444444"
	newKey    = "arn:aws:kms:eu-central-1:444455556666:key/44444444-cccc-4ccc-8ccc-444444444444"
)

// point is the access point of a writer of theirs.
const point = "arn:aws:s3:us-east-1:111122223333:accesspoint/recordings"

// What the owners say in the example of the README.
var (
	replace = []string{`replace_replication = []`, `replace_replication = ["acme-orders"]`}
	version = []string{
		aligned("acme-orders-new", newKey) + " = \"live\"\n  }\n  enable_versioning = []",
		aligned("acme-orders-new", newKey) + " = \"live\"\n  }\n  enable_versioning = [\"acme-orders-new\"]",
	}
	noPolicy = []string{
		aligned("acme-orders-new", newKey) + ` = "live"`, aligned("acme-orders-new", newKey) + ` = "none"`,
		aligned("acme-orders", sourceKey) + ` = "live"`, aligned("acme-orders", sourceKey) + ` = "none"`,
	}
)

// aligned is a name as Terraform's formatter writes it above or below a longer one.
func aligned(name, longer string) string {
	return fmt.Sprintf("%-*q", len(longer)+2, name)
}

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
	for key, text := range r.keyPolicies() {
		write(t, filepath.Join(r.Dir, key[strings.LastIndexByte(key, '/')+1:]+".json"), text)
	}
	r.Example(said(replace, version, noPolicy)...)
	r.Must("init")
	r.Must("apply", "-auto-approve")
	r.Example(said(replace, version)...)
	r.Unchanged()
	r.audited()
	r.allowed()
}

// rpc is how the provider logs a call.
var (
	rpcService = regexp.MustCompile(`rpc\.service=(?:"([^"]+)"|(\w+))`)
	rpcMethod  = regexp.MustCompile(`rpc\.method=([A-Za-z0-9]+)`)
)

// allowed compares what the provider called with what access lets the operator
// do: all of it, and no read for Terraform that it does not make.
func (r *terraformRun) allowed() {
	r.T.Helper()
	text, err := os.ReadFile(r.calls)
	if err != nil {
		r.T.Fatal(err)
	}
	called := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		service, method := rpcService.FindStringSubmatch(line), rpcMethod.FindStringSubmatch(line)
		if service != nil && method != nil {
			called[actionOf(service[1]+service[2], method[1])] = true
		}
	}
	delete(called, "") // needs no permission
	granted, forTerraform := operatorOf(r.T)
	for action := range called {
		if !granted[action] {
			r.T.Errorf("the provider calls %s, and access does not let the operator", action)
		}
	}
	for action := range forTerraform {
		if !called[action] {
			r.T.Errorf("access lets the operator %s for Terraform, which the provider does not call", action)
		}
	}
	if len(called) < 15 || len(forTerraform) == 0 {
		r.T.Errorf("only %d actions were called, and %d are for Terraform", len(called), len(forTerraform))
	}
}

// actionOf is the IAM action of an API operation.
func actionOf(service, operation string) string {
	if read, ok := reads.Find(service, operation); ok {
		return read.Action
	}
	if operation == "PutBucketReplication" {
		return "s3:PutReplicationConfiguration"
	}
	return strings.ToLower(strings.TrimSuffix(service, " Control")) + ":" + operation
}

// operatorOf lists what access lets the operators of twoOwners do, and what of it
// is for Terraform alone.
func operatorOf(t *testing.T) (granted, forTerraform map[string]bool) {
	t.Helper()
	got := stage{}.run(t.Context(), "access", twoOwners, "--format", "json")
	var a planner.Access
	if err := json.Unmarshal([]byte(got.stdout), &a); err != nil {
		t.Fatalf("access: status %d: %v", got.status, err)
	}
	granted, forTerraform = map[string]bool{}, map[string]bool{}
	for _, p := range a.Policies {
		if p.For != planner.Operator {
			continue
		}
		d, err := policy.Parse(p.Document)
		if err != nil {
			t.Fatal(err)
		}
		for _, st := range d.Statements {
			for _, action := range st.Action.Values {
				granted[action] = true
				if strings.HasPrefix(st.Sid, "TerraformReads") {
					forTerraform[action] = true
				}
			}
		}
	}
	return granted, forTerraform
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
	want := map[string][]string{
		"acme-orders":      {"RepligrantUploadOEBDGNIF"},
		"acme-orders-copy": {"Others", "RepligrantReceiveReplicasODINAKOL", "RepligrantReceiveReplicasODINAKOL2"},
		"acme-orders-new":  {"RepligrantReceiveReplicasODINAKOL", "RepligrantUploadKFPMOKDN", "RepligrantGuardKFPMOKDN"},
		sourceKey:          {"", "RepligrantEncryptUploadsOEBDGNIF"},
		otherKey:           {"", "RepligrantDecryptSourceODINAKOL"},
		copyKey:            {"", "RepligrantEncryptReplicasODINAKOL"},
		newKey:             {"", "RepligrantEncryptReplicasODINAKOL", "RepligrantEncryptUploadsKFPMOKDN"},
		point:              {"RepligrantUploadOEBDGNIF"},
	}
	if diff := cmp.Diff(want, sids(collected(r.T, append(flags, twoOwners)...))); diff != "" {
		r.T.Errorf("statements of others are kept and earlier ones of repligrant replaced (-want +got):\n%s", diff)
	}
}

// keyPolicies reads the policies of keys, which their owners hand in.
func (r *terraformRun) keyPolicies() map[string]string {
	r.T.Helper()
	texts := map[string]string{}
	for _, a := range collected(r.T, twoOwners, "--profile", "prod=111122223333", "--profile", "backup=444455556666").Accounts {
		for key, k := range a.Keys {
			text, err := json.Marshal(k.Policy)
			if err != nil {
				r.T.Fatal(err)
			}
			texts[key] = string(text)
		}
	}
	if len(texts) != 4 {
		r.T.Fatalf("%d keys: %v", len(texts), texts)
	}
	return texts
}

// TestTerraformByOwners applies each module by itself, in the order of the
// README and as its owner, and does what each module refuses.
func TestTerraformByOwners(t *testing.T) {
	r := newTerraform(t)
	keys := r.keyPolicies()
	r.owner("444455556666", "eu-west-1", "111122223333/roles")
	r.Refuses("the provider signs in to another", "plan")

	r.owner("444455556666", "eu-west-1", "444455556666/roles")
	r.Must("apply", "-auto-approve")
	r.owner("111122223333", "us-east-1", "111122223333/roles")
	r.Must("apply", "-auto-approve")
	r.Unchanged()

	r.owner("444455556666", "eu-west-1", "444455556666/destination-eu-west-1")
	r.Refuses("has no such bucket", "plan", "-var", existing("acme-orders", "none"))
	r.Refuses("A value is", "plan", "-var", existing("acme-orders-copy", "nothing"))
	r.Refuses("has no such bucket", "plan", "-var", `enable_versioning=["acme-orders"]`)
	r.Refuses("aws kms get-key-policy --key-id "+copyKey, "plan")
	r.Refuses("aws kms get-key-policy --key-id "+copyKey, "plan", "-var", existing(copyKey, "none"))
	literal := `{"Version": "2008-10-17", "Statement": {"Sid": "Old", "Resource": "a${x}"}}`
	r.Refuses("Policy of bucket acme-orders-copy", "plan", "-var", existing(copyKey, keys[copyKey], "acme-orders-copy", literal))
	r.Refuses("Policy of key "+copyKey, "plan", "-var", existing(copyKey, literal))
	r.applied(existing(copyKey, keys[copyKey]))
	r.Refuses("lifecycle.prevent_destroy", "plan", "-var", existing(copyKey, keys[copyKey], "acme-orders-copy", "elsewhere"))
	r.Refuses("lifecycle.prevent_destroy", "plan", "-var", existing(copyKey, "elsewhere"))

	r.owner("444455556666", "eu-central-1", "444455556666/destination-eu-central-1")
	r.Refuses("couldn't find resource", "plan")
	none := existing(newKey, keys[newKey], "acme-orders-new", "none")
	r.Must("apply", "-auto-approve", "-var", none, "-var", `enable_versioning=["acme-orders-new"]`)
	r.Unchanged("-var", existing(newKey, keys[newKey]), "-var", `enable_versioning=["acme-orders-new"]`)

	r.owner("444455556666", "us-east-1", "444455556666/destination-us-east-1")
	r.applied(existing(otherKey, keys[otherKey]))

	r.owner("111122223333", "us-east-1", "111122223333/destination")
	r.Refuses("aws s3control get-access-point-policy", "plan", "-var", existing(sourceKey, keys[sourceKey], "acme-orders", "none"))
	r.applied(existing(sourceKey, keys[sourceKey], "acme-orders", "none", point, "none"))

	r.owner("111122223333", "us-east-1", "111122223333/rules")
	r.Refuses("add the bucket to replace_replication", "plan")
	r.applied(`replace_replication=["acme-orders"]`)
	r.audited()
}

// existing is the setting existing_policies: names and their policies in turn.
func existing(namesAndPolicies ...string) string {
	var b strings.Builder
	for i := 0; i < len(namesAndPolicies); i += 2 {
		text := strings.ReplaceAll(strconv.Quote(namesAndPolicies[i+1]), "${", "$${")
		fmt.Fprintf(&b, "%q = %s, ", namesAndPolicies[i], text)
	}
	return "existing_policies={" + b.String() + "}"
}

// applied applies the module where it runs, and looks that all is done.
func (r *terraformRun) applied(variables ...string) {
	r.T.Helper()
	var settings []string
	for _, v := range variables {
		settings = append(settings, "-var", v)
	}
	r.Must(append([]string{"apply", "-auto-approve"}, settings...)...)
	r.Unchanged(settings...)
}

// owner goes on in the directory of a module, signed in to an account.
func (r *terraformRun) owner(account, region, module string) {
	r.T.Helper()
	r.Dir = filepath.Join(r.root, filepath.FromSlash(module))
	r.Env = append(r.Env, "AWS_PROFILE="+account, "AWS_REGION="+region)
	r.Must("init")
}
