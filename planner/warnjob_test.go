package planner_test

import (
	"slices"
	"testing"
)

const coveringJob = `version: 1
accounts: {prod: {id: "111122223333"}}
buckets:
  src-bucket: {account: prod, region: us-east-1}
  dst-bucket: {account: prod, region: eu-west-1}
  oth-bucket: {account: prod, region: eu-west-2}
replication:
  - {from: src-bucket, to: dst-bucket, name: a, prefix: a/, existing_objects: true}
  - {from: src-bucket, to: dst-bucket, name: b, prefix: b/}
  - {from: src-bucket, to: oth-bucket, name: c, existing_objects: true}
`

// The job of a rule for a whole bucket has the keys of every rule in its filter,
// also of one that does not ask for existing objects.
func TestJobCoversAnotherRule(t *testing.T) {
	p := planText(t, "spec.yaml", []byte(coveringJob))
	var got []string
	for _, w := range p.Warnings {
		if w.Code == "job-covers-another-rule" {
			got = append(got, w.Args["rule"]+" "+w.Args["other"])
		}
	}
	if want := []string{"c b"}; !slices.Equal(got, want) {
		t.Errorf("jobs that cover another rule: %q, want %q", got, want)
	}
}
