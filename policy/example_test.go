package policy_test

import (
	"fmt"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
)

// The role may replicate into one prefix only, and nobody could read whether
// the organization lets it.
func ExampleDecide() {
	doc, err := policy.Parse([]byte(`{
		"Version": "2012-10-17",
		"Statement": {"Effect": "Allow", "Action": "s3:Replicate*", "Resource": "arn:aws:s3:::acme-logs-copy/logs/*"}
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	none := policy.Source{Document: fact.Absent[*policy.Document]()}
	answer := policy.Decide(
		policy.Request{
			Caller: policy.Caller{Kind: policy.Role, ARN: "arn:aws:iam::111122223333:role/replication", Account: "111122223333"},
			Action: "s3:ReplicateObject", Resource: "arn:aws:s3:::acme-logs-copy/*", Pattern: true, ResourceAccount: "111122223333",
		},
		policy.Policies{
			Identity: []policy.Source{{Name: "replication", Document: fact.Of(doc)}},
			Resource: none, Boundary: none,
			SCPs: fact.Unread[[][]policy.Source]("AccessDenied"), RCPs: fact.Absent[[][]policy.Source](),
		},
	)
	for _, c := range answer.Classes {
		fmt.Println(c.Witness, "denied:", c.Decision.Denied(), "unknown:", c.Decision.Unknown())
		for _, o := range c.Open {
			fmt.Println("  depends on the SCPs:", o.Layer == policy.SCP, o.Why)
		}
	}
	// Output:
	// arn:aws:s3:::acme-logs-copy/a denied: true unknown: false
	// arn:aws:s3:::acme-logs-copy/logs/ denied: false unknown: true
	//   depends on the SCPs: true AccessDenied
}

func ExampleParse() {
	_, err := policy.Parse([]byte(`{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Allow", "Action": "s3:*", "Action": "kms:*", "Resource": "*"}]
}`))
	fmt.Println(err)
	// Output: 3:55: "Action" is here twice; the first is at 3:37
}
