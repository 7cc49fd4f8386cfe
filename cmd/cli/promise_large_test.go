package cli_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/planner"
)

// TestPromiseOfManyRules keeps the promise for a role whose policies are split.
func TestPromiseOfManyRules(t *testing.T) {
	var text strings.Builder
	text.WriteString(`version: 1
accounts: { prod: { id: "111122223333" } }
buckets:
  acme-orders:      { account: prod, region: us-east-1, kms_key: "arn:aws:kms:us-east-1:111122223333:key/one" }
  acme-orders-copy: { account: prod, region: eu-west-1, kms_key: "arn:aws:kms:eu-west-1:111122223333:key/two" }
replication:
`)
	for i := range 60 {
		fmt.Fprintf(&text, "  - { name: rule-%d, from: acme-orders, to: acme-orders-copy, prefix: tenant-%d/invoices/ }\n", i, i)
	}
	p := newPromise(t, text.String())
	managed := 0
	for _, d := range p.plan.Documents {
		if d.Managed {
			managed++
		}
	}
	if managed < 2 {
		t.Fatalf("%d managed policies: nothing was split", managed)
	}
	p.clean()
	for i, d := range p.plan.Documents {
		if d.Managed {
			less := *p.plan
			less.Documents = append(append([]planner.Document{}, p.plan.Documents[:i]...), p.plan.Documents[i+1:]...)
			if out := p.audit(planned(p, p.spec, &less)); len(out.Findings) == 0 {
				t.Errorf("without %s the audit finds nothing", d.Name)
			}
		}
	}
}
