package simulate_test

import (
	"fmt"

	"github.com/repligrant/repligrant/policy/simulate"
)

func ExampleSimulator_Answer() {
	var s simulate.Simulator
	answer, _ := s.Answer([]byte(`{"id": "logs",
		"request": {"action": "s3:GetObject", "resource": "arn:aws:s3:::acme-logs/a", "principal": "arn:aws:iam::111122223333:role/reader"},
		"policies": {"identity": [{"Version": "2012-10-17", "Statement": {"Sid": "Logs", "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::acme-logs/*"}}]}}`))
	fmt.Printf("%s", answer)
	answer, ok := s.Answer([]byte(`{"id": "typo", "request": {"acton": "s3:GetObject"}}`))
	fmt.Printf("%s%t\n", answer, ok)
	// Output:
	// {"id":"logs","decision":"allowed","reasons":[{"document":"identity","policy":0,"statement":0,"sid":"Logs","effect":"Allow"}]}
	// {"id":"typo","error":"request: unknown field \"acton\": is it action?","line":2}
	// false
}
