package planner_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/planner"
)

// sharing is a SPEC of one team that replicates buckets to acme-copy, which
// other teams use too.
func sharing(more string, sources ...string) string {
	var b, r strings.Builder
	for _, s := range sources {
		fmt.Fprintf(&b, "  %s: { account: prod, region: us-east-1 }\n", s)
		fmt.Fprintf(&r, "  - { from: %s, to: acme-copy%s }\n", s, more)
	}
	return `version: 1
accounts:
  prod:   { id: "111122223333" }
  backup: { id: "444455556666" }
buckets:
` + b.String() + `  acme-copy: { account: backup, region: eu-west-1 }
replication:
` + r.String()
}

const shared = "arn:aws:s3:::acme-copy"

// mergedInto merges a SPEC into a policy, and returns the new one.
func mergedInto(t *testing.T, spec, have string) (string, *planner.Plan) {
	t.Helper()
	p, err := mergeInto(t, spec, shared, have)
	if err != nil {
		t.Fatal(err)
	}
	documents := mergedOf(p, shared)
	if len(documents) == 0 {
		t.Fatal("nothing was merged")
	}
	return string(documents[0].Merged), p
}

var roleName = regexp.MustCompile(`role/([a-z-]+)-replication`)

// rolesIn lists who is named in a policy, sorted.
func rolesIn(policy string) string {
	var roles []string
	for _, m := range roleName.FindAllStringSubmatch(policy, -1) {
		roles = append(roles, m[1])
	}
	slices.Sort(roles)
	return strings.Join(slices.Compact(roles), " ")
}

// Two teams with a SPEC each replicate to one bucket. Whoever comes second, and
// comes again, leaves what the other has.
func TestTwoSpecs(t *testing.T) {
	for _, more := range []string{"", ", tags: deny"} {
		orders, invoices := sharing(more, "orders", "returns"), sharing(more, "invoices")
		for _, both := range [][2]string{{orders, invoices}, {invoices, orders}} {
			first, _ := mergedInto(t, both[0], doc("2012-10-17", strings.ReplaceAll(tls, destination, shared)))
			second, p := mergedInto(t, both[1], first)
			if got := rolesIn(second); got != "invoices orders returns" {
				t.Errorf("after both, the policy names %s:\n%s", got, second)
			}
			if got := codes(p); !slices.Contains(got, "merge-other-spec") {
				t.Errorf("nobody is told that another SPEC writes here: %v", got)
			}
			if got := warned(p, "merge-other-spec"); !strings.Contains(got, "Statement[1] (Sid Repligrant") || !strings.Contains(got, "-replication") {
				t.Errorf("it is not told which statements are another SPEC's, and about whom: %s", got)
			}
			for _, again := range both {
				if third, _ := mergedInto(t, again, second); third != second {
					t.Errorf("merged again, the policy changes (-want +got):\n%s", cmp.Diff(second, third))
				}
			}
			sids := regexp.MustCompile(`"Sid":"[^"]*"`).FindAllString(second, -1)
			if len(slices.Compact(slices.Sorted(slices.Values(sids)))) != len(sids) {
				t.Errorf("one Sid stands twice: %v", sids)
			}
		}
	}
}

// What a SPEC wrote earlier about its own roles goes with the SPEC, also where
// the packing of its statements changes.
func TestSpecChanges(t *testing.T) {
	invoices := sharing("", "invoices")
	for _, tt := range []struct {
		name, before, after, want string
		told                      bool
	}{
		{"a source more", sharing("", "orders"), sharing("", "orders", "returns"), "invoices orders returns", true},
		{"tags are refused", sharing("", "orders"), sharing(", tags: deny", "orders"), "invoices orders", true},
		{"tags are taken again", sharing(", tags: deny", "orders"), sharing("", "orders"), "invoices orders", true},
		{"a source less: another SPEC may have it now", sharing("", "orders", "returns"), sharing("", "orders"), "invoices orders returns", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			have, _ := mergedInto(t, invoices, "")
			have, _ = mergedInto(t, tt.before, have)
			got, p := mergedInto(t, tt.after, have)
			if rolesIn(got) != tt.want {
				t.Errorf("the policy names %s, want %s", rolesIn(got), tt.want)
			}
			if strings.Contains(got, "Deny") != strings.Contains(tt.after, "deny") {
				t.Errorf("what it refused stands, or what it refuses does not:\n%s", got)
			}
			if told := slices.Contains(codes(p), "merge-other-spec"); told != tt.told {
				t.Errorf("told of other statements: %t", told)
			}
		})
	}
}

// The role of an earlier plan is deleted: AWS shows its ID, which is nobody's,
// and the statement goes. While the role is there, it stays.
func TestRoleRenamed(t *testing.T) {
	have, _ := mergedInto(t, sharing("", "orders"), "")
	renamed := sharing(", role: new-replication", "orders")
	if got, _ := mergedInto(t, renamed, have); rolesIn(got) != "new orders" {
		t.Errorf("the policy names %s, want both roles: AWS has both", rolesIn(got))
	}
	gone := strings.ReplaceAll(have, "arn:aws:iam::111122223333:role/orders-replication", "AROAEXAMPLEEXAMPLE01")
	got, p := mergedInto(t, renamed, gone)
	if rolesIn(got) != "new" || strings.Contains(got, "AROA") || slices.Contains(codes(p), "merge-other-spec") {
		t.Errorf("what names nobody stands, or is told of: %v\n%s", codes(p), got)
	}
}

// Where the principal is an account, its condition says whose a statement is.
func TestTwoSpecsGrantToAccount(t *testing.T) {
	toAccount := func(source string) string {
		return strings.Replace(sharing("", source), "replication:\n", "roles:\n  "+source+"-replication: { account: prod, grant_to: account }\nreplication:\n", 1)
	}
	first, _ := mergedInto(t, toAccount("orders"), "")
	second, _ := mergedInto(t, toAccount("invoices"), first)
	if got := rolesIn(second); got != "invoices orders" {
		t.Errorf("after both, the policy names %s:\n%s", got, second)
	}
	if third, _ := mergedInto(t, toAccount("orders"), second); third != second {
		t.Errorf("merged again, the policy changes:\n%s", cmp.Diff(second, third))
	}
}
