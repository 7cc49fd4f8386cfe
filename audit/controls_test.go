package audit_test

import (
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
)

// TestControls sees that every check names controls, and only those of the
// table, which says for each where it comes from.
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
		if len(ids) == 0 {
			t.Errorf("%s touches no control", check.Name)
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
