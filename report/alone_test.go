package report_test

import (
	"strings"
	"testing"

	"github.com/repligrant/repligrant/planner/awscli"
	"github.com/repligrant/repligrant/planner/cloudformation"
	"github.com/repligrant/repligrant/planner/target"
	"github.com/repligrant/repligrant/planner/terraform"
	"github.com/repligrant/repligrant/report"
)

const twoOwners = `version: 1
accounts:
  prod: {id: "111122223333"}
  backup: {id: "444455556666"}
  keys: {id: "777788889999"}
buckets:
  acme-orders: {account: prod, region: us-east-1, object_ownership: object-writer, kms_key: "arn:aws:kms:us-east-1:777788889999:key/1234abcd-12ab-34cd-56ef-1234567890ab"}
  acme-orders-copy: {account: backup, region: eu-west-1, kms_key: "arn:aws:kms:eu-west-1:444455556666:key/0987dcba-09fe-87dc-65ba-ab0987654321"}
  own-logs: {account: prod, region: us-east-1, object_ownership: object-writer}
  own-logs-copy: {account: prod, region: eu-west-1}
replication:
  - {name: orders, from: acme-orders, to: acme-orders-copy, sse_c_objects: true}
  - {name: logs, from: own-logs, to: own-logs-copy, sse_c_objects: true}
`

// An owner of a destination who plans alone is told who goes first, and nothing
// about what only others have.
func TestDestinationAlone(t *testing.T) {
	const first = "account `111122223333` applies step 1 of its own plan"
	p := planned(t, twoOwners)
	if l := p.WaitsFor(); len(l) != 0 {
		t.Errorf("the whole plan waits for %v, and makes all roles itself", l)
	}
	p.Keep("444455556666")
	text, comment := wide(t, p), planAs(t, p, report.Options{Format: report.Markdown})
	for form, got := range map[string]string{"text": text, "Markdown": comment} {
		if !strings.Contains(strings.ReplaceAll(got, "`", ""), strings.ReplaceAll(first, "`", "")) {
			t.Errorf("the %s does not say who goes first:\n%s", form, got)
		}
		if strings.Contains(got, "own-logs") {
			t.Errorf("the %s is about buckets of others:\n%s", form, got)
		}
	}
	if !strings.Contains(text, "rule orders is to replicate objects with SSE-C") {
		t.Errorf("the warning about the account's own bucket is gone:\n%s", text)
	}
}

// A step is named for what the account owns, and versioning is looked at before
// the rules.
func TestStepsSayWhatIsOwned(t *testing.T) {
	text := wide(t, planned(t, twoOwners))
	for _, want := range []string{"Step 2, account 444455556666: destination\n", "Step 2, account 777788889999: key of a source\n", "Before step 3, account backup (444455556666): versioning is enabled on acme-orders-copy\n"} {
		if strings.Count(text, want) != 1 {
			t.Errorf("%q stands there %d times, want once:\n%s", want, strings.Count(text, want), text)
		}
	}
	if strings.Index(text, "Before step 3") > strings.Index(text, "\nStep 3") {
		t.Errorf("versioning is mentioned after step 3 begins:\n%s", text)
	}
}

// Scripts and READMEs say who goes first, too.
func TestFormsOfDestinationAlone(t *testing.T) {
	p := planned(t, twoOwners)
	if got := target.WaitsFor(p, nil); got != "" {
		t.Errorf("the whole plan waits:\n%s", got)
	}
	p.Keep("444455556666")
	script, err := awscli.Script(p, awscli.Options{})
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{"script": script}
	for form, write := range map[string]func() (map[string][]byte, error){
		"cli":            func() (map[string][]byte, error) { return awscli.Files(p, awscli.Options{}) },
		"terraform":      func() (map[string][]byte, error) { return terraform.Files(p, terraform.Options{}) },
		"cloudformation": func() (map[string][]byte, error) { return cloudformation.Files(p, cloudformation.Options{}) },
	} {
		written, err := write()
		if err != nil {
			t.Fatalf("%s: %v", form, err)
		}
		files[form] = written["README.md"]
	}
	for form, text := range files {
		if !strings.Contains(string(text), "account 111122223333 applies step 1 of its own plan:") {
			t.Errorf("%s does not say who goes first:\n%.1500s", form, text)
		}
	}
}
