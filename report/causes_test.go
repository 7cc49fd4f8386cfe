package report_test

import (
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report"
)

// A rule that replicates does not do so because of what it was decided without.
func TestNoCauseOfWhatWasAssumed(t *testing.T) {
	a := clean()
	a.Complete = false
	a.Findings = []audit.Finding{about(audit.Finding{
		Check: "read-denied", Outcome: audit.Unknown, Severity: audit.Low, Account: "111122223333", Document: replication.SCP, Target: "111122223333",
		Message: "SCPs that bind account 111122223333 could not be read", Source: pageEvaluation, Assuming: []string{"scp:111122223333"},
	})}
	rows := 0
	for line := range strings.Lines(auditAs(t, a, report.Options{Format: report.Text})) {
		if !strings.HasPrefix(line, "| ") || !strings.Contains(line, "replicates") {
			continue
		}
		rows++
		if strings.Contains(line, "read-denied") {
			t.Errorf("the verdict contradicts its reason: %s", line)
		}
	}
	if rows != 1 {
		t.Errorf("the table has %d rows of the rule", rows)
	}
}
