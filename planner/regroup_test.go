package planner_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// TestRegroup checks that statements that are written another way grant what they
// did, box by box and none twice, and take no more room.
func TestRegroup(t *testing.T) {
	smaller := 0
	rapid.Check(t, func(t *rapid.T) {
		var list []policy.Statement
		for range rapid.IntRange(1, 30).Draw(t, "statements") {
			st := statement(fmt.Sprintf("s3:Action%d d/%d* role%d",
				rapid.IntRange(1, 3).Draw(t, "action"), rapid.IntRange(1, 5).Draw(t, "prefix"), rapid.IntRange(1, 3).Draw(t, "role")))
			if rapid.Bool().Draw(t, "narrowed") {
				key := fmt.Sprintf("arn:aws:s3:::b/%d*", rapid.IntRange(1, 3).Draw(t, "context"))
				st.Condition = []policy.Clause{{Operator: "StringLike", Key: replication.EncryptionContext, Values: policy.One(key)}}
			}
			if rapid.Bool().Draw(t, "to account") {
				account := fmt.Sprintf("arn:aws:iam::10000000000%d:", rapid.IntRange(1, 3).Draw(t, "account"))
				role := account + fmt.Sprintf("role/%d", rapid.IntRange(1, 2).Draw(t, "role of account"))
				st.Principal = policy.AWS(account + "root")
				st.Condition = append(st.Condition, policy.Clause{Operator: "ArnEquals", Key: "aws:PrincipalArn", Values: policy.One(role)})
			}
			list = append(list, st)
		}
		packed := planner.Pack(list)
		regrouped := planner.Regroup(packed)
		want, got := boxes(packed), boxes(regrouped)
		if !slices.Equal(want, got) {
			t.Fatalf("packed:\n%s\nregrouped:\n%s", strings.Join(want, "\n"), strings.Join(got, "\n"))
		}
		before, after := length(t, packed), length(t, regrouped)
		if after > before {
			t.Fatalf("%d bytes became %d", before, after)
		}
		if after < before {
			smaller++
		}
	})
	if smaller == 0 {
		t.Error("nothing became smaller")
	}
}

// narrowed is a grant to an account that is narrowed to a role, of either the ID
// of the account.
var narrowed = regexp.MustCompile(`::([0-9]{12}):root may .*::([0-9]{12}):role/`)

// boxes are the single grants of statements, sorted, but for those to nobody: an
// account's roles have its ID in their ARNs.
func boxes(statements []policy.Statement) []string {
	var list []string
	for _, st := range statements {
		for _, g := range grantsOf("", "", st) {
			if m := narrowed.FindStringSubmatch(g.String()); m == nil || m[1] == m[2] {
				list = append(list, g.String())
			}
		}
	}
	slices.Sort(list)
	return list
}

func length(t *rapid.T, statements []policy.Statement) int {
	text, err := json.Marshal(statements)
	if err != nil {
		t.Fatal(err)
	}
	return len(text)
}

// TestRegroupFits plans what does not fit as people would write it, and fits with
// each resource, or each role, written once.
func TestRegroupFits(t *testing.T) {
	tests := []struct {
		name, text string
		kind       replication.Kind
		size, docs int // of the largest document of that kind, and their number
	}{
		{
			"every other rule replicates delete markers",
			base + mixedRules(360, "delete_markers: true"),
			replication.DestinationBucketPolicy, 16554, 1,
		},
		{
			"sources that share some prefixes",
			base + sharedPrefixes(20, 24),
			replication.DestinationBucketPolicy, 7597, 1,
		},
		{
			"a role of which every other rule needs more",
			base + mixedRules(100, "delete_markers: true, owner: destination"),
			replication.RolePolicy, 8877, 1,
		},
		{
			"roles of many accounts, named by their accounts",
			accountsOf(230),
			replication.DestinationBucketPolicy, 20159, 1,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := planText(t, "spec.yaml", []byte(tt.text))
			size, docs := 0, 0
			for _, d := range p.Documents {
				if d.Kind == tt.kind {
					size, docs = max(size, d.Size), docs+1
				}
			}
			if size != tt.size || docs != tt.docs {
				t.Errorf("%d documents, the largest of %d; want %d and %d", docs, size, tt.docs, tt.size)
			}
			checkSids(t, p)
			checkRequired(t, p)
		})
	}
}

// mixedRules is a SPEC of n rules of which every other one has more.
func mixedRules(n int, more string) string {
	lines := strings.Split(manyRules("backup", n, ""), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "  - ") && i%2 == 0 {
			lines[i] = strings.Replace(line, " }", ", "+more+" }", 1)
		}
	}
	return strings.Join(lines, "\n")
}

// sharedPrefixes is a SPEC of sources that replicate the same prefixes, and one
// more of their own each.
func sharedPrefixes(sources, prefixes int) string {
	var buckets, rules strings.Builder
	for i := range sources {
		fmt.Fprintf(&buckets, "  acme-source-%d: { account: prod, region: us-east-1 }\n", i)
		for j := range prefixes + 1 {
			prefix := fmt.Sprintf("a-prefix-that-all-have-%d/", j)
			if j == prefixes {
				prefix = fmt.Sprintf("a-prefix-of-one-%d/", i)
			}
			fmt.Fprintf(&rules, "  - { name: rule-%d, from: acme-source-%d, to: acme-copy, prefix: %s }\n", j, i, prefix)
		}
	}
	return "buckets:\n  acme-copy: { account: backup, region: eu-west-1 }\n" + buckets.String() + "replication:\n" + rules.String()
}

// accountsOf is a SPEC of so many accounts with a source each, to one bucket whose
// policy names the accounts.
func accountsOf(n int) string {
	var accounts, buckets, roles, rules strings.Builder
	for i := range n {
		fmt.Fprintf(&accounts, "  team-%d: { id: \"%d\" }\n", i, 100000000000+i)
		fmt.Fprintf(&buckets, "  acme-%d: { account: team-%d, region: us-east-1 }\n", i, i)
		fmt.Fprintf(&roles, "  acme-%d-replication: { account: team-%d, grant_to: account }\n", i, i)
		fmt.Fprintf(&rules, "  - { from: acme-%d, to: acme-copy, role: acme-%d-replication }\n", i, i)
	}
	return base + accounts.String() + "buckets:\n  acme-copy: { account: backup, region: eu-west-1 }\n" + buckets.String() +
		"roles:\n" + roles.String() + "replication:\n" + rules.String()
}
