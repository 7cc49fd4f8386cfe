package cli_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/replication"
)

// TestDiscoverMends breaks what a plan made by leaving out one document at a time,
// discovers what is left, and adds what the plan of that SPEC says: then nothing
// is missing any more.
func TestDiscoverMends(t *testing.T) {
	used, broken := map[string]int{}, 0
	for seed := range uint64(20) {
		p := newPromise(t, newWish(seed, used).spec())
		for i, left := range p.plan.Documents {
			if left.Kind != replication.RolePolicy && left.Kind != replication.DestinationBucketPolicy {
				continue
			}
			t.Run(strconv.FormatUint(seed, 10)+" without "+left.Target, func(t *testing.T) {
				less := *p.plan
				less.Documents = slices.Delete(slices.Clone(p.plan.Documents), i, i+1)
				broken += mend(t, p, &less)
			})
		}
	}
	t.Logf("%d set-ups were broken and mended", broken)
	if broken < 10 {
		t.Errorf("only %d set-ups were broken and mended", broken)
	}
}

// mend returns how many set-ups it mended: none where nothing was missing, or
// where no plan can be made of what was found.
func mend(t *testing.T, p *promise, less *planner.Plan) int {
	t.Helper()
	world := planned(t, p.spec, less)
	d := newDiscovery(t, world)
	if d.spec == nil || gaps(d) == 0 {
		return 0
	}
	plan, err := planner.New(d.spec)
	if err != nil {
		return 0
	}
	for _, doc := range plan.Documents {
		if doc.Kind != replication.RoleTrustPolicy { // which is there
			apply(t, world.Accounts[doc.Account], doc)
		}
	}
	if n := gaps(d); n > 0 {
		t.Errorf("%d gaps are left:\n%s", n, d.text)
	}
	return 1
}

// gaps counts the requirements that are missing or blocked, and rules that differ.
func gaps(d *discovery) (n int) {
	d.Helper()
	out := audit.Run(audit.Input{SpecFile: "spec.yaml", Rules: replication.FromSpec(d.spec), Snapshot: d.held, From: "snapshot"})
	for _, f := range out.Findings {
		if f.Outcome == audit.Missing || f.Outcome == audit.Blocked || f.Check == "rule-differs" || f.Check == "rule-missing" {
			n++
		}
	}
	return n
}
