package planner_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/spec"
)

// TestAllKeyPolicies checks that keys of the role's own account get statements
// where they are asked for, and then nothing is said of their default policy.
func TestAllKeyPolicies(t *testing.T) {
	text, err := os.ReadFile("testdata/kms-bucket-keys.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := spec.Parse("spec.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	for all, want := range map[bool]int{false: 1, true: 3} {
		p, err := planner.Options{AllKeyPolicies: all}.New(s)
		if err != nil {
			t.Fatal(err)
		}
		policies, warned := 0, 0
		for _, d := range p.Documents {
			if d.Kind == replication.SourceKMSKeyPolicy || d.Kind == replication.DestinationKMSKeyPolicy {
				policies++
			}
		}
		for _, w := range p.Warnings {
			if w.Code == "key-policy-has-to-delegate" {
				warned++
			}
		}
		if policies != want || warned != 3-want {
			t.Errorf("all: %t: %d key policies and %d warnings, want %d and %d", all, policies, warned, want, 3-want)
		}
	}
}

// TestKeyPolicyOfJob checks that the policy of the key of a manifest and a report
// says that it is about them, and not about the objects that replicate.
func TestKeyPolicyOfJob(t *testing.T) {
	found := false
	for _, d := range plan(t, "testdata/batch-elsewhere.yaml").Documents {
		if d.Target != "arn:aws:kms:us-east-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab" {
			continue
		}
		found = true
		if d.Kind != replication.BatchKMSKeyPolicy {
			t.Errorf("the policy of the key is a %s, want %s", d.Kind, replication.BatchKMSKeyPolicy)
		}
		if !bytes.Contains(d.Document, []byte(`"RepligrantBatchFiles`)) || bytes.Contains(d.Document, []byte("DecryptSource")) {
			t.Errorf("a Sid of the key policy does not say what it is about:\n%s", d.Document)
		}
	}
	if !found {
		t.Error("the owner of the key gets no policy for it")
	}
}
