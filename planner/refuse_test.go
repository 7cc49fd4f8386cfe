package planner_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/internal/golden"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/spec"
)

// problems plans a SPEC that must be refused, and returns why, with the hints.
func problems(t *testing.T, text string) diag.List {
	t.Helper()
	s, err := spec.Parse("spec.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := planner.New(s)
	if err == nil || p != nil {
		t.Fatalf("planned, with error %v; it is to be refused", err)
	}
	list := diag.Of(err)
	if len(list) == 0 {
		t.Fatalf("error without places: %v", err)
	}
	for _, d := range list {
		if d.Hint.String() == "" {
			t.Errorf("%v has no hint", d)
		}
		if s := d.Error() + d.Hint.String(); strings.Contains(s, "{") {
			t.Errorf("%q has an argument left to fill", s)
		}
	}
	return list
}

func lines(list diag.List) string {
	var b strings.Builder
	for _, d := range list {
		fmt.Fprintf(&b, "%v\n", d)
	}
	return b.String()
}

// TestRefusesAll plans a SPEC with everything that is not supported yet: each
// wish is refused at its place, all at once.
func TestRefusesAll(t *testing.T) {
	text, err := os.ReadFile("testdata/refused/everything.yaml")
	if err != nil {
		t.Fatal(err)
	}
	golden.Equal(t, "refused/everything.txt", lines(problems(t, string(text))))
}

type refused struct{ name, text, want string }

// oversized are SPECs of documents that AWS would not take.
func oversized() []refused {
	const (
		iam    = " (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html)\n"
		bucket = " (https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html)\n"
		key    = " (https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html)\n"
		point  = " (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-restrictions-limitations-naming-rules.html)\n"
		config = " (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationConfiguration.html)\n"
		role   = "arn:aws:iam::111122223333:role/acme-orders-replication"
	)
	tags := fmt.Sprintf(", status: disabled, filter_tags: { a: %q, b: %[1]q, c: %[1]q }", strings.Repeat("\U0001F600", 256))
	return []refused{
		{
			"bucket policy", base + manyRules("backup", 600, ""),
			"spec.yaml:9:5: the bucket policy of arn:aws:s3:::acme-orders-copy would have 27130 bytes; AWS takes 20480" + bucket,
		},
		{
			"configuration", base + manyRules("prod", 1000, tags),
			"spec.yaml:9:5: the replication configuration of arn:aws:s3:::acme-orders would have 3469841 bytes; S3 takes 2097152" + config,
		},
		{
			"key policy", base + manyKeyed(400),
			"spec.yaml:9:5: the policies of " + role + " would take 23 managed policies; AWS attaches 20 by default, and up to 25 on request" + iam +
				"spec.yaml:9:5: the bucket policy of arn:aws:s3:::acme-orders-copy would have 34530 bytes; AWS takes 20480" + bucket +
				"spec.yaml:9:5: the key policy of arn:aws:kms:eu-west-1:444455556666:key/two would have 34703 bytes; AWS takes 32768" + key,
		},
		{
			"user", base + writer("kind: user", 1700),
			"spec.yaml:8:5: the policies of arn:aws:iam::111122223333:user/recorder would take 13 managed policies; AWS attaches 10 by default, and up to 20 on request" + iam,
		},
		{
			"trust", base + writer("assumed_by: ["+manyRoles(60)+"]", 1),
			"spec.yaml:8:5: the role trust policy of arn:aws:iam::111122223333:role/recorder would have 2975 characters; AWS takes 2048 by default, and up to 8192 on request" + iam,
		},
		{
			"access point", base + writer("assumed_by: ["+manyRoles(1)+"], access_point: recordings", 300),
			"spec.yaml:8:5: the access point policy of arn:aws:s3:us-east-1:111122223333:accesspoint/recordings would have 23779 bytes; AWS takes 20480" + point,
		},
	}
}

func TestRefusesOversized(t *testing.T) {
	for _, tt := range oversized() {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, lines(problems(t, tt.text))); diff != "" {
				t.Errorf("refused otherwise (-want +got):\n%s", diff)
			}
		})
	}
}

// What is too large says who takes the most room in it, and where that is asked
// for: callers if there are several, else the rules of the one.
func TestOversizedSaysWhoTakesTheRoom(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"many roles": {
			sourcesOf(100, 3),
			"arn:aws:iam::111122223333:role/acme-11-replication with 347 (spec.yaml:129:5); " +
				"arn:aws:iam::111122223333:role/acme-14-replication with 347 (spec.yaml:135:5); " +
				"arn:aws:iam::111122223333:role/acme-17-replication with 347 (spec.yaml:141:5); 97 more",
		},
		"one role": {
			base + manyRules("backup", 600, ""),
			"rule rule-100 of acme-orders with 283 (spec.yaml:109:5); rule rule-101 of acme-orders with 283 (spec.yaml:110:5); " +
				"rule rule-102 of acme-orders with 283 (spec.yaml:111:5); 597 more",
		},
		"one writer": {
			base + writer("assumed_by: ["+manyRoles(1)+"], access_point: recordings", 300),
			"writer recorder with 23779 (spec.yaml:8:5)",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			hint := problems(t, tt.text)[0].Hint.String()
			if _, got, _ := strings.Cut(hint, "the most is for "); got != tt.want {
				t.Errorf("the hint names\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// What a policy is too large for decides the way out: fewer prefixes help one
// caller, and many callers only if they have several.
func TestOversizedHintFitsTheCause(t *testing.T) {
	const prefixes = "name fewer prefixes"
	for name, tt := range map[string]struct{ text, want string }{
		"many sources":              {sourcesOf(120, 1), "120 roles and users share it, and fewer prefixes hardly make room: use a second destination bucket for some of them"},
		"some with many prefixes":   {sourcesOf(40, 30), prefixes},
		"one source, many prefixes": {base + manyRules("backup", 600, ""), prefixes},
	} {
		t.Run(name, func(t *testing.T) {
			if got := problems(t, tt.text)[0].Hint.String(); !strings.HasPrefix(got, tt.want) {
				t.Errorf("the hint is %q, want one that begins %q", got, tt.want)
			}
		})
	}
}

// sourcesOf is a SPEC of so many sources that replicate to one bucket of another
// account, the ith with 1 + i mod most prefixes.
func sourcesOf(n, most int) string {
	var buckets, rules strings.Builder
	for i := range n {
		fmt.Fprintf(&buckets, "  acme-%d: { account: prod, region: us-east-1 }\n", i)
		for j := range 1 + i%most {
			fmt.Fprintf(&rules, "  - { name: r%d, from: acme-%d, to: acme-copy, prefix: team-%d/%d/ }\n", j, i, i, j)
		}
	}
	return base + "buckets:\n  acme-copy: { account: backup, region: eu-west-1 }\n" + buckets.String() + "replication:\n" + rules.String()
}

const base = `version: 1
accounts:
  prod:   { id: "111122223333" }
  backup: { id: "444455556666" }
`

// manyRules is a SPEC of n rules with a prefix each, to a bucket of account.
func manyRules(account string, n int, more string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "buckets:\n  acme-orders: { account: prod, region: us-east-1 }\n  acme-orders-copy: { account: %s, region: eu-west-1 }\nreplication:\n", account)
	for i := range n {
		fmt.Fprintf(&b, "  - { name: rule-%d, from: acme-orders, to: acme-orders-copy, prefix: prefix-%d/%s }\n", i, i, more)
	}
	return b.String()
}

// manyKeyed is a SPEC of n rules with a prefix each, to a bucket with a key in
// another account.
func manyKeyed(n int) string {
	var b strings.Builder
	b.WriteString("buckets:\n  acme-orders: { account: prod, region: us-east-1, kms_key: arn:aws:kms:us-east-1:111122223333:key/one }\n" +
		"  acme-orders-copy: { account: backup, region: eu-west-1, kms_key: arn:aws:kms:eu-west-1:444455556666:key/two }\nreplication:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - { name: rule-%d, from: acme-orders, to: acme-orders-copy, prefix: a-long-prefix-that-takes-much-space-in-policies-%d/ }\n", i, i)
	}
	return b.String()
}

// writer is a SPEC of a writer with n prefixes.
func writer(identity string, n int) string {
	var prefixes []string
	for i := range n {
		prefixes = append(prefixes, fmt.Sprintf("prefix-%d/", i))
	}
	return "buckets:\n  acme-recordings: { account: prod, region: us-east-1 }\nwriters:\n" +
		"  - { name: recorder, " + identity + ", bucket: acme-recordings, prefixes: [" + strings.Join(prefixes, ", ") + "] }\n"
}

func manyRoles(n int) string {
	var roles []string
	for i := range n {
		roles = append(roles, fmt.Sprintf("arn:aws:iam::111122223333:role/application-%d", i))
	}
	return strings.Join(roles, ", ")
}

// TestEveryTextIsReached checks that each warning and refusal is said by some
// SPEC of these tests, and read by whoever reads their goldens.
func TestEveryTextIsReached(t *testing.T) {
	reached := map[string]bool{}
	for _, file := range specs(t) {
		for _, a := range plan(t, file).Assumptions {
			reached[a.AssumedKey] = true
		}
		for _, w := range plan(t, file).Warnings {
			reached[w.Code] = true
			reachParts(reached, w.Args)
			if w.Source == "" || strings.Contains(w.Message, "{") {
				t.Errorf("%s: warning %s has source %q and message %q", file, w.Code, w.Source, w.Message)
			}
		}
	}
	reachMerge(t, reached)
	reachDifference(t, reached)
	for _, w := range planText(t, "spec.yaml", []byte(base+manyRules("prod", 120, ""))).Warnings {
		reached[w.Code] = true
	}
	for _, text := range [][]byte{strictJob("job"), []byte(coveringJob)} {
		for _, w := range planText(t, "spec.yaml", text).Warnings {
			reached[w.Code] = true
		}
	}
	everything, err := os.ReadFile("testdata/refused/everything.yaml")
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{string(everything), sourcesOf(120, 1)}
	for _, o := range oversized() {
		texts = append(texts, o.text)
	}
	for _, text := range texts {
		for _, d := range problems(t, text) {
			reached[d.Message.Key], reached[d.Hint.Key] = true, true
			reachParts(reached, d.Message.Args)
		}
	}
	for _, text := range planner.Texts() {
		if !reached[text.Key] || text.English == "" {
			t.Errorf("no SPEC here says %s (%q)", text.Key, text.English)
		}
	}
}

// reachDifference marks what is said of plans whose policies nobody can compare.
func reachDifference(t *testing.T, reached map[string]bool) {
	t.Helper()
	var plans [2]*planner.Plan
	for i, action := range []string{"e*a????????????????????", "e*b????????????????????"} {
		p, err := planner.Read("plan.json", []byte(`{"schema": "repligrant.plan/v1", "documents": [{"kind": "role-policy", "account": "111122223333",
			"target": "arn:aws:iam::111122223333:role/r", "name": "n", "step": 1, "document": {"Version": "2012-10-17",
			"Statement": [{"Effect": "Allow", "Action": "`+action+`", "Resource": "*"}]}}]}`))
		if err != nil {
			t.Fatal(err)
		}
		plans[i] = p
	}
	d, err := planner.Compare(plans[0], plans[1])
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range d.Documents {
		for _, why := range x.UnknownTexts {
			reachParts(reached, why.Args)
		}
	}
}

// reachParts marks what stands within a sentence.
func reachParts(reached map[string]bool, args map[string]string) {
	for _, part := range diag.Parts(args) {
		reached[part.Key] = true
		reachParts(reached, part.Args)
	}
}
