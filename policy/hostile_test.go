package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/policy"
)

// TestHostilePolicies: what would take too long to list is unknown, and soon. Whoever
// writes a bucket policy must not be able to stop whoever audits it.
func TestHostilePolicies(t *testing.T) {
	statements := func(n int, statement func(i int) string) string {
		var all []string
		for i := range n {
			all = append(all, statement(i))
		}
		return strings.Join(all, ", ")
	}
	resources := strings.TrimPrefix(statements(50_000, func(i int) string { return fmt.Sprintf(`"arn:aws:s3:::b/x%d"`, i) }), `"`)
	tags := map[string]policy.Domain{}
	for i := range 10_000 {
		tags[fmt.Sprintf("aws:principaltag/%d", i)] = policy.Anything()
	}
	tests := map[string]world{
		"many patterns for an open key": {
			identity: statements(250, func(i int) string { return allow(when("StringLike", "k", fmt.Sprintf(`"*%d*a*b*"`, i))) }),
			keys:     map[string]policy.Domain{"k": policy.Anything()},
		},
		"many open keys": {
			identity: statements(len(tags), func(i int) string { return allow(when("StringLike", fmt.Sprintf("aws:PrincipalTag/%d", i), `"x"`)) }), keys: tags,
		},
		"a long pattern": {identity: allow(), resource: "arn:aws:s3:::b/" + strings.Repeat("*a", 60_000), pattern: true},
		"many resources": {identity: `{"Effect": "Allow", "Action": "*", "Resource": ["` + resources + `]}`, resource: "arn:aws:s3:::b/*", pattern: true},
	}
	for name, w := range tests {
		t.Run(name, func(t *testing.T) {
			a := w.decide(t)
			if !a.TooComplex || len(a.Classes) != 1 || !a.Classes[0].Decision.Unknown() {
				t.Errorf("too complex: %t, %d classes", a.TooComplex, len(a.Classes))
			}
		})
	}
}
