package audit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
)

// ofTheAudit are checks about the audit itself: no text of a framework is about these.
var ofTheAudit = []string{"read-denied", "suppression-expired"}

// TestControls sees that every check of what was audited names controls, and only
// those of the table, which says for each where it comes from.
func TestControls(t *testing.T) {
	known := map[string]bool{}
	for _, c := range audit.Controls {
		if known[c.ID] {
			t.Errorf("%s stands twice in the table", c.ID)
		}
		if known[c.ID] = true; !strings.HasPrefix(c.Source, "https://") {
			t.Errorf("%s has no source", c.ID)
		}
	}
	used := map[string]bool{}
	for _, check := range audit.Checks {
		ids := audit.ControlsOf(check.Name)
		if got, want := len(ids) > 0, !slices.Contains(ofTheAudit, check.Name); got != want {
			t.Errorf("%s touches controls: %v (%v), want %v", check.Name, got, ids, want)
		}
		for _, id := range ids {
			if used[id] = true; !known[id] {
				t.Errorf("%s names %s, which the table does not have", check.Name, id)
			}
		}
	}
	for id := range known {
		if !used[id] {
			t.Errorf("no check touches %s", id)
		}
	}
}
