package audit_test

import (
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/replication"
)

// The ID of a finding about a key's policy is that of the key: another rule, whose
// replica key it is too, makes no other finding of it.
func TestSameIDForBothEnds(t *testing.T) {
	surplus := func(rules ...replication.Rule) audit.Finding {
		t.Helper()
		w := clean(t)
		keyed(w)
		w.put(srcKey+" > Policy", document(delegates, `{"Effect": "Allow", "Principal": {"AWS": "`+roleARN+`"}, "Action": "kms:*", "Resource": "*"}`))
		w.rules = append(rules, w.rules...)
		for _, f := range w.audit().Findings {
			if f.Check == "permission-surplus" && f.Target == srcKeyARN && f.Group == audit.Dangerous {
				return f
			}
		}
		t.Fatal("nothing is found beyond need in the key's policy")
		return audit.Finding{}
	}
	alone := surplus()
	other := logs()
	other.Name, other.KMSObjects, other.ReplicaKMSKey = "aaa", true, srcKeyARN
	other.From, other.To = other.To, other.From
	if both := surplus(other); both.ID != alone.ID {
		t.Errorf("with a rule for which it is the replica key, the finding about the %s has ID %s, and %s without (%s)", both.Document, both.ID, alone.ID, alone.Document)
	}
}
