package planner_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/internal/reads"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
)

// Who audits without a SPEC may read everything that an audit reads, in that
// account, and nothing else.
func TestWholeAccess(t *testing.T) {
	a, err := planner.NewWholeAccess(planner.WholeAccount{IDs: []string{"444455556666", "111122223333", "111122223333"}, RoleName: "audit"}, planner.AccessOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Policies) != 2 || len(a.Warnings) != 2 || a.Warnings[0].Code != "access-no-auditor" {
		t.Fatalf("%d policies, warnings %v", len(a.Policies), a.Warnings)
	}
	for _, p := range a.Policies {
		var allowed []string
		for _, st := range statements(t, p) {
			if st.Effect != policy.Allow || len(st.Condition) > 0 {
				t.Errorf("a statement of another form: %+v", st)
			}
			for _, r := range st.Resource.Values {
				if strings.Contains(r, ":iam::") && !strings.Contains(r, p.Account) && !strings.HasPrefix(r, "arn:aws:iam::aws:") {
					t.Errorf("account %s reads %s", p.Account, r)
				}
			}
			allowed = append(allowed, st.Action.Values...)
		}
		slices.Sort(allowed)
		if want := slices.Sorted(slices.Values(reads.Actions())); !slices.Equal(allowed, want) {
			t.Errorf("it allows %v, want %v", allowed, want)
		}
		if p.For != planner.Auditor || p.Size > p.Limit || p.Target != "arn:aws:iam::"+p.Account+":role/audit" {
			t.Errorf("%s of %s for %s: %d of %d", p.Name, p.Account, p.Target, p.Size, p.Limit)
		}
	}
}
