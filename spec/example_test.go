package spec_test

import (
	"fmt"

	"github.com/repligrant/repligrant/spec"
)

func ExampleParse() {
	s, err := spec.Parse("spec.yaml", []byte(`
version: 1
accounts:
  prod:   { id: "111122223333" }
  backup: { id: "444455556666" }
buckets:
  acme-logs:      { account: prod,   region: us-east-1 }
  acme-logs-copy: { account: backup, region: eu-west-1 }
replication:
  - from: acme-logs
    to: acme-logs-copy
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range s.Rules {
		fmt.Println(r.Pos, r.Name, r.Role.ARN)
	}
	// Output:
	// spec.yaml:10:5 acme-logs-to-acme-logs-copy arn:aws:iam::111122223333:role/acme-logs-replication
}

func ExampleParse_problems() {
	_, err := spec.Parse("spec.yaml", []byte(`
version: 1
accounts:
  prod: { id: "11112222333" }
buckets:
  acme-logs: { account: prod, region: us-east-1, bucket_keys: true }
replication:
  - from: acme-logs
    to: acme-log
`))
	fmt.Println(err)
	// Output:
	// spec.yaml:4:15: account "11112222333" is not an AWS account ID
	// spec.yaml:6:50: unknown key "bucket_keys"
	// spec.yaml:9:9: there is no bucket "acme-log"
}
