package planner_test

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/replication"
)

const jobSpec = `version: 1
accounts:
  prod: { id: "111122223333" }
buckets:
  acme-orders:      { account: prod, region: us-east-1 }
  acme-orders-copy: { account: prod, region: us-west-2 }
  acme-jobs:        { account: prod, region: us-east-1 }
replication:
  - { name: a, from: acme-orders, to: acme-orders-copy, prefix: "it's/", STATUS, existing_objects: EXISTING }
`

// TestJobs shows the command that starts what existing_objects asks for, which
// no form of a plan starts by itself.
func TestJobs(t *testing.T) {
	const head = "aws s3control create-job --region us-east-1 --account-id 111122223333 --role-arn " +
		"arn:aws:iam::111122223333:role/acme-orders-batch-replication --priority 10 --no-confirmation-required --operation '{\"S3ReplicateObject\":{}}' --report "
	generated := `--manifest-generator '{"S3JobManifestGenerator":{"EnableManifestOutput":false,"ExpectedBucketOwner":"111122223333",` +
		`"Filter":{"EligibleForReplication":true,"KeyNameConstraint":{"MatchAnyPrefix":["it\u0027s/"]},"ObjectReplicationStatuses":["NONE","FAILED"]},` +
		`"SourceBucket":"arn:aws:s3:::acme-orders"}}'`
	for existing, want := range map[string]string{
		"true": head + `'{"Enabled":false}' ` + generated,
		"{ report: { bucket: acme-jobs, prefix: reports/ } }": head +
			`'{"Bucket":"arn:aws:s3:::acme-jobs","Enabled":true,"Format":"Report_CSV_20180820","Prefix":"reports","ReportScope":"AllTasks"}' ` + generated,
		"{ manifest: { bucket: acme-jobs, prefix: lists/ } }": head + `'{"Enabled":false}' --manifest ` +
			`'{"Location":{"ETag":"ETAG","ObjectArn":"arn:aws:s3:::acme-jobs/lists/MANIFEST.csv"},"Spec":{"Fields":["Bucket","Key","VersionId"],"Format":"S3BatchOperations_CSV_20180820"}}'`,
	} {
		p := planText(t, "spec.yaml", []byte(strings.NewReplacer("STATUS", "status: enabled", "EXISTING", existing).Replace(jobSpec)))
		if len(p.Jobs) != 1 {
			t.Errorf("existing_objects: %s: %d jobs, want 1", existing, len(p.Jobs))
			continue
		}
		if diff := cmp.Diff(want, p.Jobs[0].Command); diff != "" {
			t.Errorf("existing_objects: %s: another command (-want +got):\n%s", existing, diff)
		}
		takes(t, p.Jobs[0].Command)
	}
}

// TestJobRules shows which rules a job is for: two prefixes of a bucket are two
// jobs, which nothing else tells apart, and two copies of one prefix are one.
func TestJobRules(t *testing.T) {
	p := planText(t, "spec.yaml", []byte(strings.NewReplacer("STATUS", "status: enabled", "EXISTING", "true").Replace(jobSpec)+`
  - { name: b,      from: acme-orders, to: acme-orders-copy, prefix: "b/", existing_objects: true }
  - { name: b-here, from: acme-orders, to: acme-jobs,        prefix: "b/", existing_objects: true }
`))
	var got [][]string
	for _, j := range p.Jobs {
		got = append(got, j.Rules)
	}
	if diff := cmp.Diff([][]string{{"a"}, {"b", "b-here"}}, got); diff != "" {
		t.Errorf("rules of each job (-want +got):\n%s", diff)
	}
}

// takes has the AWS CLI, where there is one, check its arguments. It looks at
// them before it connects, here to a port that nobody listens on.
func takes(t *testing.T, command string) {
	t.Helper()
	if _, err := exec.LookPath("aws"); err != nil {
		t.Log("no AWS CLI: nobody checked the command")
		return
	}
	shell := exec.CommandContext(t.Context(), "sh", "-c", command+" --endpoint-url http://127.0.0.1:1 --no-sign-request --cli-connect-timeout 1")
	shell.Env = append(shell.Environ(), "AWS_MAX_ATTEMPTS=1", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null")
	if out, _ := shell.CombinedOutput(); !strings.Contains(string(out), "127.0.0.1:1") || strings.Contains(string(out), "validation failed") {
		t.Errorf("the AWS CLI does not take the command:\n%s\n%s", command, out)
	}
}

// TestDisabledRuleAsks checks that what a disabled rule asks for is not dropped
// without a word: nothing is written for it, and a warning says so.
func TestDisabledRuleAsks(t *testing.T) {
	p := planText(t, "spec.yaml", []byte(strings.NewReplacer("STATUS", "status: disabled, sse_c_objects: true", "EXISTING", "true").Replace(jobSpec)))
	if len(p.Jobs) > 0 {
		t.Errorf("jobs of a rule that is disabled: %v", p.Jobs)
	}
	var got []string
	for _, w := range p.Warnings {
		if w.Code == "disabled-rule-asks" {
			got = append(got, w.Position.String()+": "+w.Message)
		}
	}
	want := []string{
		"spec.yaml:9:5: rule a is disabled, and its existing_objects is left out: nothing is written or granted for it; write status: enabled, or leave existing_objects out",
		"spec.yaml:9:5: rule a is disabled, and its sse_c_objects is left out: nothing is written or granted for it; write status: enabled, or leave sse_c_objects out",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("other warnings (-want +got):\n%s", diff)
	}
}

// strictJob is a SPEC of a rule with a role, and of a job whose role is strict.
func strictJob(role string) []byte {
	return []byte(strings.ReplaceAll(`version: 1
accounts: { prod: { id: "111122223333" } }
buckets: { orders: { account: prod, region: us-east-1 }, copy: { account: prod, region: eu-west-1 } }
roles: { job: { account: prod, confused_deputy: strict } }
replication: [{ from: orders, to: copy, role: ROLE, existing_objects: { role: job } }]
`, "ROLE", role))
}

// TestStrictTrustOfJob: a job is no bucket, so that strict demands the account
// alone of it, and the warning is about the job. A role that S3 assumes for a rule
// too has both.
func TestStrictTrustOfJob(t *testing.T) {
	const (
		account = `{"StringEquals":{"aws:SourceAccount":"111122223333"}}`
		bucket  = `{"StringEquals":{"aws:SourceAccount":"111122223333"},"ArnLike":{"aws:SourceArn":"arn:aws:s3:::orders"}}`
	)
	for role, want := range map[string]struct {
		trust    map[string]string // condition by service
		warnings []string
	}{
		"orders-replication": {map[string]string{"batchoperations.s3.amazonaws.com": account}, []string{"trust-condition-strict-job"}},
		"job": {
			map[string]string{"s3.amazonaws.com": bucket, "batchoperations.s3.amazonaws.com": account},
			[]string{"trust-condition-strict", "trust-condition-strict-job"},
		},
	} {
		t.Run("the rule has role "+role, func(t *testing.T) {
			p := planText(t, "spec.yaml", strictJob(role))
			if diff := cmp.Diff(want.trust, trustOf(t, p, "arn:aws:iam::111122223333:role/job")); diff != "" {
				t.Errorf("what role job demands of a service (-want +got):\n%s", diff)
			}
			var codes []string
			for _, w := range p.Warnings {
				if strings.HasPrefix(w.Code, "trust-condition") {
					codes = append(codes, w.Code)
				}
			}
			if diff := cmp.Diff(want.warnings, codes); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}

// trustOf are the conditions of the trust policies of a role, by service.
func trustOf(t *testing.T, p *planner.Plan, role string) map[string]string {
	t.Helper()
	conditions := map[string]string{}
	for _, d := range p.Documents {
		var trust struct {
			Statement []struct {
				Principal map[string]string
				Condition json.RawMessage
			}
		}
		if d.Target != role || d.Kind != replication.RoleTrustPolicy && d.Kind != replication.BatchRoleTrustPolicy {
			continue
		}
		if err := json.Unmarshal(d.Document, &trust); err != nil {
			t.Fatal(err)
		}
		for _, st := range trust.Statement {
			conditions[st.Principal["Service"]] = string(st.Condition)
		}
	}
	return conditions
}
