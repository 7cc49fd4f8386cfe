package planner_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestKeep has a plan for one owner. A role whose rules are all disabled has
// nothing there any more, and what an earlier plan wrote about it goes all the same.
func TestKeep(t *testing.T) {
	p := planText(t, "spec.yaml", []byte(`version: 1
accounts:
  prod:   { id: "111122223333" }
  backup: { id: "444455556666" }
buckets:
  acme-orders:        { account: prod,   region: us-east-1 }
  acme-invoices:      { account: prod,   region: us-east-1 }
  acme-orders-copy:   { account: backup, region: eu-west-1 }
  acme-invoices-copy: { account: backup, region: eu-west-1 }
replication:
  - { from: acme-orders,   to: acme-orders-copy }
  - { from: acme-invoices, to: acme-invoices-copy, status: disabled }
`))
	whole := slices.Clone(p.Callers())
	p.Keep("444455556666")
	if diff := cmp.Diff(whole, p.Callers()); diff != "" || len(whole) != 2 {
		t.Errorf("roles whose statements are the plan's to replace (-whole +of one owner):\n%s", diff)
	}
	for _, d := range p.Documents {
		if d.Account != "444455556666" {
			t.Errorf("the plan of one owner has the %s of %s, which another one applies", d.Kind, d.Target)
		}
	}
	if len(p.Documents) != 1 || len(p.Requirements) == 0 {
		t.Errorf("%d documents and %d requirements are left, want one and some", len(p.Documents), len(p.Requirements))
	}
}
