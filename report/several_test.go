package report_test

import (
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report"
)

// twice is an audit with one finding that two statements cause: its fix is two
// changes, of which the second adds a condition and the third takes a statement
// out. Somebody lives with it, so that readable formats tell it in short.
func twice() *audit.Audit {
	first, second, third := 0, 2, 5
	deny := func(sid string) *policy.Statement {
		return &policy.Statement{Sid: sid, Effect: policy.Deny, Action: policy.One("s3:*"), Resource: policy.One("*")}
	}
	a := newAudit(audit.Fails)
	a.Findings = []audit.Finding{{
		ID: "0123456789abcdef", Check: "permission-blocked", Outcome: audit.Blocked, Severity: audit.Critical, Status: audit.Known,
		Rule: "orders", From: "acme-orders", To: "acme-orders-copy",
		Account: "444455556666", Document: replication.DestinationBucketPolicy, Target: copyARN, Message: "the policy stops s3:ReplicateObject",
		Evidence: []audit.Evidence{
			{Document: replication.RolePolicy, Policy: "other", Statement: &first},
			{Document: replication.DestinationBucketPolicy, Statement: &first, Effect: policy.Deny},
			{Document: replication.DestinationBucketPolicy, Statement: &second, Sid: "Tls", Effect: policy.Deny},
			{Document: replication.DestinationBucketPolicy, Statement: &third, Effect: policy.Deny},
		},
		Fix: &audit.Fix{
			Op: audit.Replace, Document: replication.DestinationBucketPolicy, Statement: deny("A"), Text: "spare the role",
			Also: []audit.FurtherFix{
				{Op: audit.Replace, Statement: deny("B"), Text: "spare the role too"},
				{Op: audit.Remove, Statement: deny("C"), Text: "remove the denial"},
			},
		},
	}}
	return dated(a)
}

var tag = regexp.MustCompile(`<[^>]*>`)

// said is what a reader of a format sees.
func said(format, out string) string {
	switch format {
	case report.HTML:
		return flat(html.UnescapeString(tag.ReplaceAllString(out, "")))
	case report.JUnit:
		return flat(html.UnescapeString(out))
	case report.CSV:
		return strings.ReplaceAll(out, `""`, `"`)
	case report.SARIF, report.OCSF, report.ASFF:
		return strings.ReplaceAll(out, `\"`, `"`)
	default:
		return strings.ReplaceAll(flat(out), "`", "")
	}
}

// TestSeveralChanges shows that every format tells all changes of a fix, and which
// statement each is about: who makes the first alone is stopped by the second.
func TestSeveralChanges(t *testing.T) {
	a, b := `{"Sid":"A","Effect":"Deny","Action":"s3:*","Resource":"*"}`, `{"Sid":"B","Effect":"Deny","Action":"s3:*","Resource":"*"}`
	plain := []string{"Statement[0]: spare the role", "Statement[2] (Sid Tls): spare the role too", "Statement[5]: remove the denial"}
	numbered := []string{"1. " + plain[0], "2. " + plain[1], "3. " + plain[2]}
	wants := map[string][]string{
		report.Text:     plain,
		report.Markdown: plain,
		report.HTML:     append([]string{`"Sid": "A"`, `"Sid": "B"`}, plain...),
		report.SARIF:    {numbered[0] + ": " + a, numbered[1] + ": " + b, numbered[2], `"[` + a + "," + b + `]"`},
		report.OCSF:     {numbered[0] + ": " + a, numbered[1] + ": " + b, numbered[2]},
		report.ASFF:     append([]string{"[" + a + "," + b + "]"}, numbered...),
		report.CSV:      append([]string{"[" + a + "," + b + "]"}, numbered...),
		report.JUnit:    {"fix: " + plain[0] + " statement: " + a, "fix: " + plain[1] + " statement: " + b, "fix: " + plain[2]},
	}
	for format, want := range wants {
		audited := twice()
		if format == report.JUnit { // which tells what fails alone
			audited.Findings[0].Status = ""
		}
		got := said(format, auditAs(t, audited, machineOptions(format)))
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%s does not say %q:\n%s", format, w, tail(got))
			}
		}
		if strings.Contains(got, `"Sid": "C"`) || strings.Contains(got, `{"Sid":"C"`) {
			t.Errorf("%s offers the statement to remove:\n%s", format, tail(got))
		}
	}
}

func tail(s string) string { return s[max(0, len(s)-4000):] }

// TestManyChanges: a fix of hundreds of changes makes no message that nobody could
// read, or that a receiver refuses.
func TestManyChanges(t *testing.T) {
	audited := twice()
	fix := audited.Findings[0].Fix
	for range 500 {
		fix.Also = append(fix.Also, fix.Also[0])
	}
	var log struct {
		Runs []struct {
			Results []struct{ Message struct{ Text string } }
		}
	}
	if err := json.Unmarshal([]byte(auditAs(t, audited, machineOptions(report.SARIF))), &log); err != nil {
		t.Fatal(err)
	}
	got := log.Runs[0].Results[0].Message.Text
	if len(got) > 10_000 || !strings.Contains(got, "1. Statement[0]: spare the role; 2. ") {
		t.Errorf("the message has %d bytes and begins %.300q", len(got), got)
	}
}

// TestNotEnteredAccount: an account that could not be entered has no ID. Where the
// ID of others stands, HTML says by which credentials it was tried.
func TestNotEnteredAccount(t *testing.T) {
	for profile, want := range map[string]string{"backup": "that of profile backup", "": "that of the default credentials"} {
		a := incomplete()
		a.Sources = []audit.Source{{Profile: profile, From: "live", Unread: []string{"sts:GetCallerIdentity"}}}
		got := said(report.HTML, auditAs(t, a, report.Options{Format: report.HTML}))
		if !strings.Contains(got, want+"live") {
			t.Errorf("profile %q: the page does not say %q:\n%s", profile, want, tail(got))
		}
	}
}
