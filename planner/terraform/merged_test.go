package terraform_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/planner/terraform"
	"github.com/repligrant/repligrant/replication"
)

// othersRule is a rule of the first version of the schema, which has no filter.
const othersRule = `{"ID": "others", "Prefix": "theirs/", "Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::others"}}`

// A configuration that was laid into the one in place is written with the rules
// of others, and replaces nothing that needs a word.
func TestMergedConfiguration(t *testing.T) {
	p := configured(t, "ours", "a/", "k", "v")
	d := &p.Documents[0]
	d.Merged = json.RawMessage(strings.Replace(string(d.Document), `"Rules":[`, `"Rules":[`+othersRule+`,`, 1))
	files := filesOf(t, p, terraform.Options{})
	whole := *p
	whole.Documents = []planner.Document{*d}
	whole.Documents[0].Document = d.Merged
	got := read(t, files)
	sameAs(t, &whole, got)
	for _, c := range got.configurations {
		if len(c.Rules) != 2 {
			t.Errorf("%d rules, want that of others and ours", len(c.Rules))
		}
	}
	for name, text := range files {
		if strings.HasSuffix(name, ".tf") && strings.Contains(string(text), "replace_replication") {
			t.Errorf("%s asks whether a configuration may go that nobody replaces:\n%s", name, text)
		}
	}

	d.Merged = json.RawMessage(strings.Replace(string(d.Merged), `"ID": "others"`, `"ID": "others", "Novelty": {}`, 1))
	if _, err := terraform.Files(p, terraform.Options{}); err == nil || !strings.Contains(err.Error(), "Novelty") {
		t.Errorf("got %v, want an error about the element that would be lost", err)
	}
}

// The policy of a key that was handed to --merge need not be handed in again.
func TestMergedKeyPolicy(t *testing.T) {
	d := document(replication.DestinationKMSKeyPolicy, owner1, keyARN, "key-policy", onKey)
	d.Merged = json.RawMessage(`{"Version": "2012-10-17", "Statement": [{"Sid": "Owner", "Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}]}`)
	b := document(replication.DestinationBucketPolicy, owner1, "arn:aws:s3:::acme-orders-copy", "bucket-policy", onKey)
	b.Merged = d.Merged
	files := filesOf(t, &planner.Plan{Documents: []planner.Document{d, b}}, terraform.Options{Regions: map[string]string{"acme-orders-copy": "eu-west-1"}})
	main := string(files[owner1+"/destination/main.tf"])
	_, given, _ := strings.Cut(main, "given = {")
	if !strings.Contains(given, `"Owner"`) || strings.Contains(given, "acme-orders-copy") {
		t.Errorf("what there is of the key, and of it alone, is not given:\n%s", main)
	}
	if readme := string(files["README.md"]); strings.Contains(readme, "file(") {
		t.Errorf("the example asks for a policy that is known:\n%s", readme)
	}
}
