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
