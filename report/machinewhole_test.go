package report_test

import (
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/report"
)

// TestNoPassWithoutRecords: formats that have nothing but records have one where
// nothing was decided or read, for that is no pass, and none more where a finding
// says already that something is not known.
func TestNoPassWithoutRecords(t *testing.T) {
	unread := func() *audit.Audit {
		a := clean()
		a.Complete = false
		return a
	}
	words := map[string]string{report.CSV: `"unknown"`, report.OCSF: `"status":"Warning"`, report.ASFF: `"Status":"WARNING"`}
	tests := []struct {
		name  string
		audit *audit.Audit
		allow bool // --allow-incomplete
		check string
		want  int // records that say that nobody knows
	}{
		{"nothing was decided", empty(), false, "nothing-decided", 1},
		{"nothing was decided, and that is no gap to allow", empty(), true, "nothing-decided", 1},
		{"something was not read, and no finding says so", unread(), false, "incomplete-read", 1},
		{"the same, allowed", unread(), true, "incomplete-read", 0},
		{"a finding says that something was not read", incomplete(), false, "read-denied", 1},
		{"a pass", clean(), false, "nothing-decided", 0},
	}
	for _, tt := range tests {
		for format, word := range words {
			o := machineOptions(format)
			o.AllowIncomplete = tt.allow
			out := auditAs(t, tt.audit, o)
			machines[format](t, out)
			if n := strings.Count(out, word); n != tt.want {
				t.Errorf("%s: %s has %d records with %s, want %d:\n%s", tt.name, format, n, word, tt.want, out)
			}
			if got := strings.Contains(out, tt.check); got != (tt.want > 0) {
				t.Errorf("%s: %s names %s: %v, want %v", tt.name, format, tt.check, got, tt.want > 0)
			}
		}
	}
}

// TestNamesStayApart: line breaks and tabs of names are shown as what they are in
// every format, so that no two names look alike.
func TestNamesStayApart(t *testing.T) {
	formats := []string{report.Text, report.Markdown, report.HTML, report.SARIF, report.JUnit, report.CSV, report.OCSF, report.ASFF}
	shown := func(format, resource string) string {
		a := broken()
		a.Findings = a.Findings[:1]
		a.Findings[0].Resource, a.Findings[0].Witness = resource, resource
		a.Findings[0].Key, a.Findings[0].Message = "", "nothing allows s3:ReplicateObject on "+resource
		return auditAs(t, a, machineOptions(format))
	}
	for _, format := range formats {
		seen := map[string]string{}
		for _, between := range []string{" ", "\n", "\t", "\r"} {
			out := shown(format, "arn:aws:s3:::acme-orders-copy/p"+between+"::error::*")
			if before, ok := seen[out]; ok {
				t.Errorf("%s: p%q:: reads as p%q::", format, between, before)
			}
			seen[out] = between
		}
		if out := shown(format, "arn:aws:s3:::acme-orders-copy/p\n::error::*"); !strings.Contains(out, "u000A") {
			t.Errorf("%s: the line break is not shown as \\u000A:\n%.2000s", format, out)
		}
	}
}

// TestAccountsThatWereNotEntered: accounts of which nothing was read are not among
// those that were read.
func TestAccountsThatWereNotEntered(t *testing.T) {
	a := incomplete()
	a.Sources = append(a.Sources, audit.Source{Account: "777788889999", From: "live", Unread: []string{"GetCallerIdentity"}})
	for format, want := range map[string]string{report.Text: "Read: 2 of 3 accounts read live", report.Markdown: "Read: 2 of 3 accounts read live", report.HTML: "Read: 2 of 3 accounts read live"} {
		if out := auditAs(t, a, report.Options{Format: format}); !strings.Contains(out, want) {
			t.Errorf("%s does not say %q:\n%.1500s", format, want, out)
		}
	}
	if out := auditAs(t, a, report.Options{Format: report.Text, Lang: "es"}); !strings.Contains(out, "Leído: 2 de 3 cuentas") {
		t.Errorf("Spanish does not say how many accounts were read:\n%.1500s", out)
	}
}
