package report_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report"
)

var readable = []string{report.Text, report.Markdown}

// flat joins the lines of a report, so that line breaks do not matter.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

// TestLongListsAreShortened: a denial that lists all addresses of a company does
// not bury the report, and does not drive the findings out of a comment.
func TestLongListsAreShortened(t *testing.T) {
	var networks []string
	for i := range 4_000 {
		networks = append(networks, fmt.Sprintf("10.%d.%d.0/24", i/256, i%256))
	}
	a := newAudit(audit.Fails)
	f := notGranted("s3:ReplicateObject", "DstPutObjectNotPermitted", pagePermissions, audit.Critical)
	f.Evidence[0].Says = "denies it where NotIpAddress aws:SourceIp " + strings.Join(networks, ", ")
	f.Fix.Statement.Resource = policy.List(networks...)
	a.Findings = []audit.Finding{f}
	for _, format := range readable {
		got := auditAs(t, a, report.Options{Format: format})
		if n := strings.Count(got, "/24"); n > 100 {
			t.Errorf("%s: %d addresses are listed", format, n)
		}
		for _, want := range []string{"10.0.0.0/24", "does not allow", "the JSON report has the statement"} {
			if !strings.Contains(flat(got), want) {
				t.Errorf("%s: %q is not in the report:\n%s", format, want, got)
			}
		}
	}
}

// TestUndecidedIsNotUnread: what repligrant does not decide yet was read all the same.
func TestUndecidedIsNotUnread(t *testing.T) {
	a := newAudit(audit.Unclear)
	a.Complete = false
	a.Findings = []audit.Finding{about(audit.Finding{
		Check: "permission-unknown", Outcome: audit.Unknown, Severity: audit.Medium, Account: "111122223333",
		Document: replication.RolePolicy, Target: role, Action: "kms:Decrypt",
		Message: "rule orders uses KMS encryption, whose permissions repligrant does not decide yet",
	})}
	for _, format := range readable {
		got := flat(auditAs(t, a, report.Options{Format: format}))
		if !strings.Contains(got, "Incomplete: something that matters could not be decided") || strings.Contains(got, "could not be read") {
			t.Errorf("%s says that something was not read:\n%s", format, got)
		}
	}
}

// TestDangerousIsCounted: the exit status of an audit whose rules all replicate
// is 1 for a grant that is dangerous; the first lines say so.
func TestDangerousIsCounted(t *testing.T) {
	for _, format := range readable {
		if got := auditAs(t, broken(), report.Options{Format: format}); !strings.Contains(got, "2 surplus (1 dangerous)") {
			t.Errorf("%s does not count what is dangerous:\n%s", format, got)
		}
	}
}

// TestLiveRuleInTable: a live rule that differs from the SPEC has the SPEC's
// names; the table tells the two apart.
func TestLiveRuleInTable(t *testing.T) {
	a := newAudit(audit.Fails)
	live := a.Rules[0]
	live.Origin, live.Verdict = "live", audit.Degraded
	a.Rules = append(a.Rules, live)
	for _, format := range readable {
		got := auditAs(t, a, report.Options{Format: format})
		if n := strings.Count(got, "(live)") - strings.Count(got, "<br>(live)"); n != 1 {
			t.Errorf("%s marks %d rules as live, want 1:\n%s", format, n, got)
		}
	}
}

// TestSameAdviceOnce: the same advice for many rules is given once.
func TestSameAdviceOnce(t *testing.T) {
	a := newAudit(audit.Replicates)
	for i := range 30 {
		f := notGranted("s3:ReplicateTags", "", pagePermissions, audit.Low)
		f.Check, f.Outcome, f.Key = "permission-advised", audit.Advice, "permission-advised"
		f.Rule = fmt.Sprintf("rule-%02d", i)
		f.Resource = fmt.Sprintf("%s/p%02d/*", copyARN, i)
		f.Message = "the bucket policy does not allow s3:ReplicateTags on " + f.Resource
		f.Args = map[string]string{"action": f.Action, "resource": f.Resource}
		a.Findings = append(a.Findings, f)
		a.Rules = append(a.Rules, audit.RuleVerdict{Rule: f.Rule, From: f.From, To: f.To, Verdict: audit.Replicates})
	}
	for _, format := range readable {
		got := auditAs(t, a, report.Options{Format: format})
		if n := strings.Count(flat(got), "Fix: add the statement"); n != 1 {
			t.Errorf("%s gives the same advice %d times", format, n)
		}
		if !strings.Contains(flat(got), "the same for 29 more rules") {
			t.Errorf("%s does not say for how many rules:\n%s", format, got)
		}
		if all := auditAs(t, a, report.Options{Format: format, All: true}); strings.Contains(all, "the same for") {
			t.Errorf("%s folds advice although everything was asked for", format)
		}
	}
}

// TestNamesOfChecksBreakAtHyphens: in a narrow column too.
func TestNamesOfChecksBreakAtHyphens(t *testing.T) {
	a := newAudit(audit.Degraded)
	a.Rules[0] = audit.RuleVerdict{Rule: "acme-orders-to-acme-orders-copy", From: "acme-orders", To: "acme-orders-copy", Verdict: audit.Degraded}
	a.Findings = []audit.Finding{{
		Check: "object-ownership-differs", Outcome: audit.Mismatch, Severity: audit.High, Rule: a.Rules[0].Rule, From: "acme-orders", To: "acme-orders-copy",
		Document: replication.BucketSettings, Target: copyARN, Message: "object ownership differs",
	}}
	got := auditAs(t, a, report.Options{Width: 76})
	if strings.Contains(got, "ownershi ") || strings.Contains(got, "ownershi\n") {
		t.Errorf("a word is broken inside:\n%s", got)
	}
}

// TestOrganizationChangesItsPolicies: an account cannot change the SCPs that bind
// it. Each statement that denies has a change of its own, and what is stopped is not
// said to be undecided.
func TestOrganizationChangesItsPolicies(t *testing.T) {
	first, second := 0, 2
	deny := policy.Statement{Effect: policy.Deny, Action: policy.One("s3:*"), Resource: policy.One("*")}
	a := newAudit(audit.Fails)
	a.Findings = []audit.Finding{{
		Check: "permission-blocked", Outcome: audit.Blocked, Severity: audit.Critical, Rule: "orders", From: "acme-orders", To: "acme-orders-copy",
		Account: "111122223333", Document: replication.SCP, Target: "111122223333", Message: "scp stops s3:ReplicateObject",
		Requirements: []string{"orders/acme-orders/acme-orders-copy/s3:ReplicateObject"},
		Evidence: []audit.Evidence{
			{Document: replication.SCP, Policy: "SCPs[1][0]", Statement: &first, Effect: policy.Deny},
			{Document: replication.SCP, Policy: "SCPs[1][1]", Statement: &second, Effect: policy.Deny},
		},
		Fix: &audit.Fix{
			Op: audit.Replace, Document: replication.SCP, Statement: &deny, Text: "spare the role",
			Also: []audit.FurtherFix{{Op: audit.Replace, Statement: &deny, Text: "spare the role"}},
		},
	}}
	got := flat(auditAs(t, a, report.Options{}))
	for _, want := range []string{
		"Fix: the management account of the organization of 111122223333, or a delegated administrator, service control policy",
		`Statement[0] of policy "SCPs[1][0]" becomes:`, `Statement[2] of policy "SCPs[1][1]" becomes:`,
		"The management account of the organization of 111122223333, or a delegated administrator, changes:",
		"This stops:",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the report does not say %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "Account 111122223333 changes") || strings.Contains(got, "undecided") {
		t.Errorf("the report names the wrong owner, or what is stopped as undecided:\n%s", got)
	}
}

// TestOnlyDisabledRules: where every rule is disabled nothing is wrong, and
// nothing is said to be.
func TestOnlyDisabledRules(t *testing.T) {
	a := newAudit(audit.Idle)
	a.Summary.Rules.Disabled = 1
	for _, format := range readable {
		got := flat(auditAs(t, a, report.Options{Format: format}))
		if !strings.Contains(got, "Nothing to decide: 1 rule is disabled.") || strings.Contains(got, "no replication rule") {
			t.Errorf("%s:\n%s", format, got)
		}
	}
}

// TestRefusedRuleHasItsCause: what S3 refuses of one rule stands under that rule,
// and says so once.
func TestRefusedRuleHasItsCause(t *testing.T) {
	a := newAudit(audit.Fails)
	const message = "rule orders of acme-orders has a Filter and no DeleteMarkerReplication, which S3 refuses"
	a.Findings = []audit.Finding{{
		Check: "configuration-invalid", Outcome: audit.Mismatch, Severity: audit.High, Rule: "orders", From: "acme-orders",
		Account: "111122223333", Document: replication.ReplicationConfiguration, Target: sourceARN, Message: message,
		Evidence: []audit.Evidence{{Document: replication.ReplicationConfiguration, Says: message}},
	}}
	for _, format := range readable {
		got := flat(auditAs(t, a, report.Options{Format: format}))
		if strings.Contains(got, "Not about one rule") || strings.Count(got, "configuration-invalid") != 2 {
			t.Errorf("%s does not say why the rule fails:\n%s", format, got)
		}
		if n := strings.Count(got, "which S3 refuses"); n != 1 {
			t.Errorf("%s says %d times what S3 refuses:\n%s", format, n, got)
		}
	}
}

// TestEqualStatementsAreRepairedEach: two statements that read the same are two
// to change, and one that two findings are about is one.
func TestEqualStatementsAreRepairedEach(t *testing.T) {
	a := newAudit(audit.Replicates)
	for _, index := range []int{0, 3, 3} {
		f := notGranted("s3:PutBucketPolicy", "", pagePractices, audit.High)
		f.Check, f.Outcome, f.Group = "permission-surplus", audit.Surplus, audit.Dangerous
		f.Evidence[0].Statement = &index
		f.Fix.Op, f.Fix.Text = audit.Replace, "narrow the statement"
		a.Findings = append(a.Findings, f)
	}
	for _, format := range readable {
		if n := strings.Count(flat(auditAs(t, a, report.Options{Format: format})), "narrow the statement"); n != 2 {
			t.Errorf("%s has %d repairs, want one for each statement", format, n)
		}
	}
}

// TestNumbersAreBounded: thousands of findings of one document are not all
// numbered in what to do next.
func TestNumbersAreBounded(t *testing.T) {
	a := many(2_500)
	for i := range a.Findings {
		a.Findings[i].Target = copyARN
	}
	for _, format := range readable {
		got := flat(auditAs(t, a, report.Options{Format: format, Budget: map[string]string{report.Markdown: report.Unlimited}[format]}))
		if want := "(see 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2490 more)"; !strings.Contains(got, want) {
			t.Errorf("%s does not say %q", format, want)
		}
	}
}

// TestStepsLinkToFindings: on a page the numbers in what to do next lead there.
func TestStepsLinkToFindings(t *testing.T) {
	got := auditAs(t, broken(), report.Options{Format: report.HTML})
	for _, want := range []string{`<a href="#n1">1</a>`, `<h3 id="n1">`} {
		if !strings.Contains(got, want) {
			t.Errorf("the page has no %s", want)
		}
	}
}

// TestOnePolicyIsOneDocument: what a bucket policy says of writers and of roles
// stands in one policy, which is named once.
func TestOnePolicyIsOneDocument(t *testing.T) {
	a := newAudit(audit.Fails)
	for _, kind := range []replication.Kind{replication.WriterBucketPolicy, replication.SourceBucketPolicy} {
		f := notGranted("s3:PutObject", "", pagePermissions, audit.High)
		f.Document, f.Target, f.Account = kind, sourceARN, "111122223333"
		f.Fix.Document = kind
		a.Findings = append(a.Findings, f)
	}
	got := flat(auditAs(t, a, report.Options{}))
	if want := "Account 111122223333 changes: bucket policy of " + sourceARN + " (see 1, 2)."; !strings.Contains(got, want) {
		t.Errorf("the report does not say %q:\n%s", want, got)
	}
}

// TestReadingsAreSaid: nobody has to look for when an audit was made, from what and
// as whom.
func TestReadingsAreSaid(t *testing.T) {
	live := "2 accounts read live, 2026-11-22T12:00:00Z to 2026-11-22T12:00:01Z, as role/repligrant-audit."
	saved := newAudit(audit.Replicates)
	for i := range saved.Sources {
		saved.Sources[i].From, saved.Sources[i].At = "snapshot", "2026-11-22T12:00:00Z"
	}
	saved.Sources[1].As = "arn:aws:iam::444455556666:user/ann"
	saved.Sources = append(saved.Sources, audit.Source{Account: "111122223333", From: "terraform-plan", File: "plan.json"})
	for _, tt := range []struct {
		a    *audit.Audit
		want string
	}{
		{clean(), "Complete: " + live},
		{incomplete(), "Read: " + live},
		{saved, "Complete: 2 accounts read from a snapshot, 2026-11-22T12:00:00Z, as 2 roles or users, 1 account with what plan.json plans."},
	} {
		for _, format := range append(readable, report.HTML) {
			got := regexp.MustCompile("`|</?code>").ReplaceAllString(flat(auditAs(t, tt.a, report.Options{Format: format})), "")
			if !strings.Contains(got, tt.want) {
				t.Errorf("%s does not say %q:\n%.700s", format, tt.want, got)
			}
		}
	}
}

// TestFiltersSpeakSpanish: what one can filter by is in the language of the page.
func TestFiltersSpeakSpanish(t *testing.T) {
	got := auditAs(t, broken(), report.Options{Format: report.HTML, Lang: "es"})
	for _, want := range []string{`<option value="missing">falta</option>`, `<option value="surplus">sobrante</option>`, `<option value="advice">recomendación</option>`} {
		if !strings.Contains(got, want) {
			t.Errorf("the page has no %s", want)
		}
	}
}
