package cli_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
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

// TestPromiseOfManyAccounts keeps the promise for a bucket that takes replicas
// of so many accounts that their roles are let in by one statement.
func TestPromiseOfManyAccounts(t *testing.T) {
	const sources = 80
	var accounts, buckets, roles, rules strings.Builder
	for i := range sources {
		fmt.Fprintf(&accounts, "  team-%d: { id: \"%d\" }\n", i, 100000000000+i)
		fmt.Fprintf(&buckets, "  acme-%d: { account: team-%d, region: us-east-1 }\n", i, i)
		fmt.Fprintf(&roles, "  acme-%d-replication: { account: team-%d, grant_to: account }\n", i, i)
		fmt.Fprintf(&rules, "  - { from: acme-%d, to: acme-copy, role: acme-%d-replication }\n", i, i)
	}
	p := newPromise(t, "version: 1\naccounts:\n  backup: { id: \"444455556666\" }\n"+accounts.String()+
		"buckets:\n  acme-copy: { account: backup, region: eu-west-1 }\n"+buckets.String()+
		"roles:\n"+roles.String()+"replication:\n"+rules.String())
	i := slices.IndexFunc(p.plan.Documents, func(d planner.Document) bool { return d.Kind == replication.DestinationBucketPolicy })
	d, err := policy.Parse(p.plan.Documents[i].Document)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Statements) != 1 || len(d.Statements[0].Principal.Types[0].Values.Values) != sources {
		t.Fatalf("the bucket policy has %d statements, want one for %d accounts: %s", len(d.Statements), sources, p.plan.Documents[i].Document)
	}
	p.clean()
}
