package cli_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/spec"
)

const (
	fleetSources = 50
	fleetRules   = 20 // of each source
)

// fleet is a SPEC of 1,000 rules from one account to another.
func fleet(b *testing.B) *spec.Spec {
	b.Helper()
	var buckets, rules strings.Builder
	for from := range fleetSources {
		fmt.Fprintf(&buckets, "  source-%d: { account: prod, region: us-east-1 }\n", from)
		for to := range fleetRules {
			fmt.Fprintf(&buckets, "  copy-%d-%d: { account: backup, region: eu-west-1 }\n", from, to)
			fmt.Fprintf(&rules, "  - { from: source-%d, to: copy-%d-%d, prefix: part-%d/ }\n", from, from, to, to)
		}
	}
	text := "version: 1\naccounts:\n  prod: { id: \"111122223333\" }\n  backup: { id: \"444455556666\" }\n" +
		"buckets:\n" + buckets.String() + "replication:\n" + rules.String()
	s, err := spec.Parse("fleet.yaml", []byte(text))
	if err != nil {
		b.Fatal(err)
	}
	return s
}

func BenchmarkPlan1000Rules(b *testing.B) {
	s := fleet(b)
	for b.Loop() {
		p, err := planner.New(s)
		if err != nil || len(p.Documents) != 3*fleetSources+fleetSources*fleetRules {
			b.Fatalf("%d documents, error %v", len(p.Documents), err)
		}
	}
}

func BenchmarkAudit1000Rules(b *testing.B) {
	s := fleet(b)
	p, err := planner.New(s)
	if err != nil {
		b.Fatal(err)
	}
	in := audit.Input{SpecFile: s.File, Rules: replication.FromSpec(s), Snapshot: planned(b, s, p)}
	for b.Loop() {
		if out := audit.Run(in); len(out.Findings) > 0 || out.Summary.Rules.Replicates != fleetSources*fleetRules {
			b.Fatalf("%d findings, %d rules replicate", len(out.Findings), out.Summary.Rules.Replicates)
		}
	}
}
