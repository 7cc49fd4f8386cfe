package audit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/replication"
)

// TestOpenRuleNeeds: where to an open rule replicates nobody knows, so that a grant for
// some other bucket is not said to be needless; what no rule can need is.
func TestOpenRuleNeeds(t *testing.T) {
	for action, want := range map[string]audit.Group{
		"s3:ReplicateObject": audit.Informational,
		"kms:Encrypt":        audit.Informational,
		"s3:DeleteObject":    audit.Dangerous,
	} {
		w := clean(t)
		noSpec(w)
		w.put(foreign+" > buckets > acme-other", bucket("eu-west-1", "null", "null"))
		resource := "arn:aws:s3:::acme-other/*"
		if strings.HasPrefix(action, "kms:") {
			resource = "arn:aws:kms:eu-west-1:444455556666:key/other"
		}
		with(rolePolicy, `{"Effect": "Allow", "Action": "`+action+`", "Resource": "`+resource+`"}`)(w)
		s := w.snapshot()
		b := s.Accounts[own].Buckets["acme-logs"]
		c, _ := b.ReplicationConfiguration.Get()
		c.Open = []replication.OpenRule{{
			ConfigurationRule: replication.ConfigurationRule{ID: "b", Status: "Enabled", Filter: &replication.Filter{}},
			Why:               fact.AfterApply[string]("Source.Rules[1].Destination.Bucket").Why(),
		}}
		b.ReplicationConfiguration = fact.Of(c)
		var got []audit.Group
		for _, f := range audit.Run(audit.Input{Snapshot: s}).Findings {
			if f.Outcome == audit.Surplus {
				got = append(got, f.Group)
			}
		}
		if !slices.Equal(got, []audit.Group{want}) {
			t.Errorf("%s on %s, with a rule of which nobody knows the destination, is surplus of %v, want %s", action, resource, got, want)
		}
	}
}
