package report_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/report"
	"github.com/repligrant/repligrant/spec"
)

const reasonAccounts = `version: 1
accounts: {prod: {id: "111122223333"}, backup: {id: "444455556666"}}
`

// planned is the plan of a SPEC.
func planned(t *testing.T, text string) *planner.Plan {
	t.Helper()
	s, err := spec.Parse("spec.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := planner.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// one line of a text for a terminal that is as wide as it needs.
func wide(t *testing.T, p *planner.Plan) string {
	t.Helper()
	return planAs(t, p, report.Options{Explain: true, Width: 4000})
}

// A row that stands for several forms of one requirement has the strongest level
// of them: without a bucket key, the one of the bucket is advised and the one of
// each object required.
func TestReasonsHaveTheStrongestLevel(t *testing.T) {
	p := planned(t, reasonAccounts+`buckets:
  acme-orders: {account: prod, region: us-east-1, bucket_key: false, kms_key: "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}
  acme-orders-copy: {account: prod, region: eu-west-1, kms_key: "arn:aws:kms:eu-west-1:111122223333:key/0987dcba-09fe-87dc-65ba-ab0987654321"}
replication:
  - from: acme-orders
    to: acme-orders-copy
    existing_objects: {report: {bucket: acme-orders, prefix: reports/}, manifest: {bucket: acme-orders, prefix: man/}}
writers:
  - {name: uploader, kind: user, bucket: acme-orders, prefixes: [uploads/], multipart: true}
`)
	text, comment := wide(t, p), planAs(t, p, report.Options{Format: report.Markdown, Budget: report.Unlimited})
	for action, why := range map[string]string{
		"kms:Decrypt":         "decrypt the object",
		"kms:Decrypt ":        "decrypt the manifest",
		"kms:Decrypt  ":       "put an upload together from its encrypted parts",
		"kms:GenerateDataKey": "encrypt the completion report",
	} {
		if !strings.Contains(text, "required: "+why) || strings.Contains(text, "advised: "+why) {
			t.Errorf("a form of %q is required, and the text does not say so:\n%s", why, text)
		}
		if want := fmt.Sprintf("| `%s` | required | %s |", strings.TrimSpace(action), why); !strings.Contains(comment, want) {
			t.Errorf("the Markdown lacks %q:\n%s", want, comment)
		}
	}
	if !strings.Contains(text, "advised: verify the S3 Bucket Key") {
		t.Errorf("what is advised in every form is not said to be:\n%s", text)
	}
}

// What a Deny names are actions, each on its own, and what happens without it is
// a sentence.
func TestReasonsOfDenials(t *testing.T) {
	p := planned(t, reasonAccounts+`buckets:
  acme-orders: {account: prod, region: us-east-1}
  acme-orders-copy: {account: backup, region: eu-west-1}
replication:
  - {from: acme-orders, to: acme-orders-copy, tags: deny}
writers:
  - {name: uploader, kind: user, bucket: acme-orders, prefixes: [uploads/], multipart: true, guard: true}
policy_style: aws-docs
`)
	text, comment := wide(t, p), planAs(t, p, report.Options{Format: report.Markdown})
	for _, want := range []string{"| tags arrive as soon as the role may read them |", "| any other policy may let the writer write elsewhere in the bucket |", "| `s3:PutObject`, `s3:"} {
		if !strings.Contains(comment, want) {
			t.Errorf("the Markdown lacks %q:\n%s", want, comment)
		}
	}
	if want := "without it, everything replicates all the same"; !strings.Contains(text, want) {
		t.Errorf("the text lacks %q:\n%s", want, text)
	}
}

// A disabled rule has a role, and its trust policy a reason.
func TestReasonsOfDisabledRules(t *testing.T) {
	p := planned(t, reasonAccounts+`buckets:
  acme-orders: {account: prod, region: us-east-1}
  acme-orders-copy: {account: backup, region: eu-west-1}
replication:
  - {from: acme-orders, to: acme-orders-copy, status: disabled, existing_objects: true}
`)
	const why, loss = "S3 assumes the role for all that follows", "objects fail as soon as a rule is enabled"
	text, comment := wide(t, p), planAs(t, p, report.Options{Format: report.Markdown})
	if want := "required: " + why + "; without it, " + loss; !strings.Contains(text, want) {
		t.Errorf("the text lacks %q:\n%s", want, text)
	}
	if !strings.Contains(comment, loss) {
		t.Errorf("the Markdown lacks %q:\n%s", loss, comment)
	}
	if strings.Contains(comment, "batch-replication") {
		t.Errorf("nothing is written for a job of a disabled rule, and the picture has its role:\n%s", comment)
	}
}

// Where there is no room for the documents, one table says why each action is
// there, and where there is room for nothing else, too.
func TestReasonsOfLargePlans(t *testing.T) {
	large := func(rules int) *planner.Plan {
		var buckets, list strings.Builder
		for i := range rules {
			fmt.Fprintf(&buckets, "  source-%d: {account: prod, region: us-east-1}\n  copy-%d: {account: backup, region: eu-west-1}\n", i, i)
			fmt.Fprintf(&list, "  - {from: source-%d, to: copy-%d, tags: deny}\n", i, i)
		}
		return planned(t, reasonAccounts+"buckets:\n"+buckets.String()+"replication:\n"+list.String())
	}
	for rules, leftOut := range map[int]string{
		20: "the documents are left out here, but for why each action is there and how full the fullest are",
		60: "all documents, assumptions and warnings are left out here, but for why each action is there",
	} {
		got := planAs(t, large(rules), report.Options{Format: report.Markdown})
		checkMarkdown(t, got)
		for _, want := range []string{leftOut, "| `s3:ReplicateObject` | required |", "| `sts:AssumeRole` | required |", "| `s3:ReplicateTags` | denied |"} {
			if strings.Count(got, want) != 1 || len(got) >= 60_000 {
				t.Errorf("%d rules: %q stands in %d bytes %d times, want once:\n%.9000s", rules, want, len(got), strings.Count(got, want), got)
			}
		}
	}
}
