package planner_test

import (
	"fmt"
	"log"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/spec"
)

// The owner of the destination needs one document: what its bucket has to
// allow, and to whom.
func ExampleNew() {
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
	p, err := planner.New(s)
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range p.Documents {
		fmt.Println(d.Step, d.Kind, d.Account)
		if d.Account == "444455556666" {
			fmt.Println(string(d.Document))
		}
	}
	// Output:
	// 1 role-trust-policy 111122223333
	// 1 role-policy 111122223333
	// 2 destination-bucket-policy 444455556666
	// {"Version":"2012-10-17","Statement":[{"Sid":"RepligrantReceiveReplicasFKPAGOCJ","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/acme-orders-replication"},"Action":["s3:ReplicateObject","s3:ReplicateTags"],"Resource":"arn:aws:s3:::acme-orders-copy/*"}]}
	// 3 replication-configuration 111122223333
}
