package report_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/report"
)

func sarifOf(t testing.TB, a *audit.Audit) sarifRun {
	t.Helper()
	return checkSARIF(t, auditAs(t, a, report.Options{Format: report.SARIF}))
}

// TestSARIFKinds shows what a reader sees of each kind of finding: level, kind,
// state and suppression.
func TestSARIFKinds(t *testing.T) {
	got := map[string]string{}
	for name, a := range map[string]*audit.Audit{"": lived(), "incomplete ": incomplete()} {
		for _, x := range sarifOf(t, a).Results {
			line := x.Level + x.Kind
			if x.BaselineState != "" {
				line += " " + x.BaselineState
			}
			for _, s := range x.Suppressions {
				line += " " + s.Kind + " " + s.Status + ": " + s.Justification
			}
			got[name+strings.TrimSuffix(x.PartialFingerprints["primaryLocationLineHash"], ":1")] = line
		}
	}
	f := lived().Findings
	want := map[string]string{
		f[0].ID: "error new",

		f[1].ID + ":2": "error unchanged", // the fixture gives both one ID
		f[2].ID:        "warning external accepted: suppressed by storage@example.com until 2027-01-31: moved in May",
		f[3].ID:        "warning new",
		"5d":           "error new",
		"5e":           "note new",
		f[6].ID:        "note new",

		"incomplete 6a": "open", // nobody knows: no level, which GitHub then takes from the rule
		"incomplete " + incomplete().Findings[1].ID: "error unchanged",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
}

// TestSARIFPlaces shows where a finding is put.
func TestSARIFPlaces(t *testing.T) {
	place := func(change func(*audit.Audit, *audit.Finding)) []string {
		a := broken()
		a.Findings = a.Findings[:1]
		change(a, &a.Findings[0])
		x := sarifOf(t, a).Results[0]
		var l []string
		for _, at := range append(x.Locations, x.RelatedLocations...) {
			r := at.PhysicalLocation
			l = append(l, diag.Pos{File: r.ArtifactLocation.URI, Line: r.Region.StartLine, Column: r.Region.StartColumn}.String())
		}
		return l
	}
	file := func(name string) func(*audit.Audit, *audit.Finding) {
		return func(_ *audit.Audit, f *audit.Finding) { f.Position.File = name }
	}
	tests := []struct {
		name   string
		change func(*audit.Audit, *audit.Finding)
		want   []string
	}{
		{"its line in the SPEC", func(*audit.Audit, *audit.Finding) {}, []string{"spec.yaml:9:5"}},
		{"in a directory", file("./infra/spec.yaml"), []string{"infra/spec.yaml:9:5"}},
		{"of no use to others: an absolute path", file("/home/ana/acme/spec.yaml"), []string{"spec.yaml:9:5"}},
		{"outside of the repository", file("../other/spec.yaml"), []string{"spec.yaml:9:5"}},
		{"of Windows", file(`infra\spec.yaml`), []string{"infra/spec.yaml:9:5"}},
		{"absolute, of Windows", file(`C:\Users\ana\spec.yaml`), []string{"spec.yaml:9:5"}},
		{"with signs that a URI reads", file("a b?c#d:e%.yaml"), []string{"a%20b%3Fc%23d%3Ae%25.yaml:9:5"}},
		{"without a place: the SPEC's first line", func(_ *audit.Audit, f *audit.Finding) { f.Position = diag.Pos{} }, []string{"spec.yaml:1:1"}},
		{
			"a planned resource, and the SPEC",
			func(_ *audit.Audit, f *audit.Finding) {
				f.Planned = &audit.Planned{Address: "CopyPolicy", Position: diag.Pos{File: "template.yaml", Line: 40, Column: 3}}
			},
			[]string{"template.yaml:40:3", "spec.yaml:9:5"},
		},
		{
			"a planned resource whose place is not known",
			func(_ *audit.Audit, f *audit.Finding) {
				f.Planned = &audit.Planned{Address: "aws_s3_bucket_policy.copy"}
			},
			[]string{"spec.yaml:9:5"},
		},
		{
			"live, without a SPEC: no file",
			func(a *audit.Audit, f *audit.Finding) { a.Spec, f.Position = "", diag.Pos{} },
			[]string{"aws/444455556666/destination-bucket-policy/acme-orders-copy:1:1"},
		},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, place(tt.change)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestSARIFFingerprint sees that a result stays the same alert when its line
// moves, and that no two results are one.
func TestSARIFFingerprint(t *testing.T) {
	hash := func(a *audit.Audit) (l []string) {
		for _, x := range sarifOf(t, a).Results {
			l = append(l, x.PartialFingerprints["primaryLocationLineHash"])
		}
		return l
	}
	moved := broken()
	for i := range moved.Findings {
		moved.Findings[i].Position.Line += 100
	}
	if diff := cmp.Diff(hash(broken()), hash(moved)); diff != "" {
		t.Errorf("the fingerprints moved with the lines (-want +got):\n%s", diff)
	}
	twice := broken()
	twice.Findings = append(twice.Findings[:1], twice.Findings[0])
	id := twice.Findings[0].ID
	if diff := cmp.Diff([]string{id + ":1", id + ":2"}, hash(twice)); diff != "" {
		t.Errorf("two findings of one ID (-want +got):\n%s", diff)
	}
}

// TestSARIFLimit sees that 5,000 results are all there are, that they are the
// worst, and that the rest is counted.
func TestSARIFLimit(t *testing.T) {
	a := many(5_002)
	a.Findings[0].Severity = audit.Low
	a.Findings[1].Status, a.Findings[1].Suppression = audit.Suppressed, &audit.Suppression{}
	run := sarifOf(t, a)
	if len(run.Results) != 5_000 {
		t.Fatalf("%d results", len(run.Results))
	}
	for _, x := range run.Results {
		if x.Level != "error" || len(x.Suppressions) > 0 {
			t.Errorf("a result is left out for one of level %q, suppressed %d times", x.Level, len(x.Suppressions))
		}
	}
	n := run.Invocations[0].ToolExecutionNotifications
	want := "2 findings are left out: GitHub shows 5000 results of a run. repligrant report AUDIT --format json has all."
	if len(n) != 1 || n[0].Message.Text != want || n[0].Descriptor.ID != "results-left-out" {
		t.Errorf("notifications %+v, want %q", n, want)
	}
}

// TestSARIFInvocation shows how an audit ended: its exit status, and what could
// not be read.
func TestSARIFInvocation(t *testing.T) {
	said := func(a *audit.Audit) (l []string) {
		i := sarifOf(t, a).Invocations[0]
		l = append(l, i.ExitCodeDescription)
		if !i.ExecutionSuccessful {
			l = append(l, "failed")
		}
		for _, n := range i.ToolExecutionNotifications {
			l = append(l, n.Level+" "+n.Descriptor.ID+": "+n.Message.Text)
		}
		return l
	}
	for name, want := range map[string][]string{
		"broken": {"gaps"},
		"clean":  {"nothing that --fail-on names"},
		"empty":  {"incomplete", "failed", "error nothing-decided: Nothing was decided. This is not a pass."},
		"incomplete": {
			"incomplete",
			"warning incomplete-read: Incomplete: something that matters could not be read, so what depends on it is unknown.",
			"warning incomplete-read: Not read in account 444455556666: GetBucketPolicy acme-orders-copy: AccessDenied, GetBucketVersioning acme-orders-copy: AccessDenied.",
			"note assumed: Taken for granted: scp.",
		},
	} {
		if diff := cmp.Diff(want, said(audits[name]())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestSARIFSeverity sees that a rule is as bad as the worst that it found, since
// GitHub has one severity for all its alerts.
func TestSARIFSeverity(t *testing.T) {
	severity := func(s audit.Severity) string {
		a := broken()
		a.Findings = a.Findings[:1]
		a.Findings[0].Severity = s
		for _, x := range sarifOf(t, a).Tool.Driver.Rules {
			if x.ID == a.Findings[0].Check {
				return x.Properties.SecuritySeverity + " " + x.DefaultConfiguration.Level
			}
		}
		return "no rule"
	}
	for s, want := range map[audit.Severity]string{
		audit.Critical: "9.5 error", audit.High: "8.0 error", audit.Medium: "5.5 warning", audit.Low: "2.0 note", audit.Info: "0.5 note", "later": "5.5 warning",
	} {
		if got := severity(s); got != want {
			t.Errorf("%s is %s, want %s", s, got, want)
		}
	}
}

// TestOCSFStatus shows what each kind of finding means for compliance, and how far
// somebody has looked at it.
func TestOCSFStatus(t *testing.T) {
	got := map[string]string{}
	for _, a := range []*audit.Audit{lived(), incomplete()} {
		for _, e := range checkOCSF(t, auditAs(t, a, report.Options{Format: report.OCSF, All: true})) {
			status, _ := e["status"].(string)
			got[at(e, "finding_info.uid").(string)] = strings.TrimSpace(at(e, "compliance.status").(string) + " " + at(e, "severity").(string) + " " + status)
		}
	}
	f := lived().Findings
	want := map[string]string{
		f[0].ID: "Fail Critical New",
		f[1].ID: "Fail High Known",
		f[2].ID: "Fail Medium Suppressed",
		"5d":    "Fail High New",
		"5f":    "Advice Informational New",
		"6a":    "Warning Medium New",

		"orders/acme-orders/acme-orders-copy/s3:ListBucket": "Pass Informational",
	}
	for id, line := range want {
		if id != f[2].ID && got[id] != line || id == f[2].ID && !strings.HasSuffix(got[id], "Suppressed") {
			t.Errorf("%s is %q, want %q", id, got[id], line)
		}
	}
}

// TestASFFStatus is the same for Security Hub.
func TestASFFStatus(t *testing.T) {
	got := map[string]string{}
	for _, a := range []*audit.Audit{lived(), incomplete()} {
		o := machineOptions(report.ASFF)
		o.All = true
		for _, f := range checkASFF(t, auditAs(t, a, o)) {
			status, _ := at(f, "Compliance.Status").(string)
			got[f["Id"].(string)] = strings.TrimSpace(status + " " + at(f, "Severity.Label").(string) + " " + at(f, "Workflow.Status").(string))
		}
	}
	f := lived().Findings
	for id, want := range map[string]string{
		f[0].ID: "FAILED CRITICAL NEW", f[1].ID: "FAILED HIGH NEW", "5d": "FAILED HIGH NEW", "5f": "INFORMATIONAL NEW", "6a": "WARNING MEDIUM NEW",

		"orders/acme-orders/acme-orders-copy/s3:ListBucket": "PASSED INFORMATIONAL NEW",
	} {
		if got[id] != want {
			t.Errorf("%s is %q, want %q", id, got[id], want)
		}
	}
	if !strings.HasSuffix(got[f[2].ID], "SUPPRESSED") {
		t.Errorf("what is suppressed is %q", got[f[2].ID])
	}
}

// TestASFFRequests sees that a request has the findings of one account, a hundred
// at most.
func TestASFFRequests(t *testing.T) {
	a := many(250)
	for i := range a.Findings {
		if i%5 == 0 {
			a.Findings[i].Account = "111122223333"
		}
	}
	out := auditAs(t, a, machineOptions(report.ASFF))
	if got := len(checkASFF(t, out)); got != 250 {
		t.Errorf("%d findings, want 250", got)
	}
	var got []int
	var accounts []any
	for _, r := range records(t, out) {
		l := r["Findings"].([]any)
		got, accounts = append(got, len(l)), append(accounts, at(l[0], "AwsAccountId"))
	}
	if diff := cmp.Diff([]int{50, 100, 100}, got); diff != "" {
		t.Errorf("findings in each request (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]any{"111122223333", "444455556666", "444455556666"}, accounts); diff != "" {
		t.Errorf("accounts of the requests (-want +got):\n%s", diff)
	}
}

// TestASFFAccounts shows whose a finding is where it names no account.
func TestASFFAccounts(t *testing.T) {
	for target, want := range map[string]string{
		"arn:aws:kms:eu-west-1:555566667777:key/k": "555566667777",
		role:     "111122223333",
		copyARN:  "111122223333", // of the principal
		"p-1234": "111122223333",
	} {
		a := broken()
		a.Findings = a.Findings[:1]
		a.Findings[0].Account, a.Findings[0].Target = "", target
		if got := checkASFF(t, auditAs(t, a, machineOptions(report.ASFF)))[0]["AwsAccountId"]; got != want {
			t.Errorf("a finding about %s is that of %v, want %s", target, got, want)
		}
	}
}

// TestASFFPartition sees that the product is that of the Region's partition.
func TestASFFPartition(t *testing.T) {
	out := auditAs(t, broken(), report.Options{Format: report.ASFF, HubRegion: "cn-north-1"})
	if want := `"ProductArn":"arn:aws-cn:securityhub:cn-north-1:111122223333:product/111122223333/default"`; !strings.Contains(out, want) {
		t.Errorf("there is no %s in:\n%.500s", want, out)
	}
}
