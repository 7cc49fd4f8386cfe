package planner_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// TestPlanContains compares what each policy of a plan allows, over all requests,
// with what the statements of its requirements allow one by one: neither allows
// anything beyond the other, whatever packing and splitting made of them.
func TestPlanContains(t *testing.T) {
	decided := 0
	rapid.Check(t, func(t *rapid.T) {
		rules, writers := drawRules(t), drawWriters(t)
		packed := allowed(t, build(t, rules, writers))
		asked := map[planned]*policy.Document{}
		for _, q := range required(rules, writers) {
			for _, holder := range q.Holders {
				add(asked, planned{holder, target(q, holder)}, q.Statement(holder))
			}
		}
		for place, d := range packed {
			if asked[place] == nil {
				continue // the trust of a role that only disabled rules name
			}
			c, err := policy.Compare(d, asked[place], policy.Universe{})
			if err != nil {
				t.Fatal(err)
			}
			if c.A.Witness != nil || c.B.Witness != nil {
				t.Fatalf("%s of %s: beyond its requirements %+v, and lacking %+v", place.kind, place.target, c.A.Witness, c.B.Witness)
			}
			if c.Relation() == policy.Equal {
				decided++
			}
		}
	})
	if decided == 0 {
		t.Error("no policy was compared")
	}
}

// planned is a policy of a plan.
type planned struct {
	kind   replication.Kind
	target string
}

func add(to map[planned]*policy.Document, place planned, st policy.Statement) {
	if to[place] == nil {
		to[place] = policy.New()
	}
	to[place].Statements = append(to[place].Statements, st)
}

// allowed gathers what the policies of a plan allow.
func allowed(t rapid.TB, p *planner.Plan) map[planned]*policy.Document {
	all := map[planned]*policy.Document{}
	for _, d := range p.Documents {
		if d.Kind == replication.ReplicationConfiguration {
			continue
		}
		for _, st := range parse(t, d).Statements {
			if st.Effect == policy.Allow {
				add(all, planned{d.Kind, d.Target}, st)
			}
		}
	}
	return all
}

func required(rules []replication.Rule, writers []replication.Writer) []replication.Requirement {
	qs := append(replication.Requirements(rules), replication.DocsGrants(rules)...)
	for _, w := range writers {
		qs = append(qs, replication.WriterRequirements(w)...)
	}
	return qs
}
