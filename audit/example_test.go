package audit_test

import (
	"fmt"
	"log"
	"os"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
	"github.com/repligrant/repligrant/spec"
)

// What a SPEC needs, decided against what repligrant collect saved.
func ExampleRun() {
	s, err := spec.Parse("spec.yaml", []byte(`
version: 1
accounts:
  prod:   { id: "111122223333" }
  backup: { id: "444455556666" }
buckets:
  acme-orders:      { account: prod,   region: us-east-1 }
  acme-orders-copy: { account: backup, region: eu-west-1 }
replication:
  - from: acme-orders
    to: acme-orders-copy
`))
	if err != nil {
		log.Fatal(err)
	}
	data, err := os.ReadFile("testdata/acme.json")
	if err != nil {
		log.Fatal(err)
	}
	held, err := snapshot.Parse("acme.json", data)
	if err != nil {
		log.Fatal(err)
	}
	out := audit.Run(audit.Input{
		SpecFile: s.File, Rules: replication.FromSpec(s), Writers: replication.WritersFromSpec(s),
		Allowed: replication.AllowedFromSpec(s), Snapshot: held, From: "snapshot",
	})
	for _, r := range out.Rules {
		fmt.Println(r.Rule, r.Verdict)
	}
	for _, f := range out.Findings {
		fmt.Println(f.Outcome, f.Check, f.Action)
		fmt.Println("for example", f.Witness)
		fmt.Println("account", f.Account, "is to", f.Fix.Op, "in", f.Fix.Document)
	}
	fmt.Println("complete:", out.Complete, "status:", out.Status(audit.DefaultFailOn, false))
	// Output:
	// acme-orders-to-acme-orders-copy degraded
	// missing permission-missing s3:ReplicateObject
	// for example arn:aws:s3:::acme-orders-copy/a
	// account 444455556666 is to add in destination-bucket-policy
	// complete: true status: 1
}
