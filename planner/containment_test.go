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
// anything beyond the other, whatever packing and splitting made of them. None is
// unknown, and there is no policy that nothing asks for.
func TestPlanContains(t *testing.T) {
	equal := 0
	rapid.Check(t, func(t *rapid.T) {
		rules, writers := drawRules(t), drawWriters(t)
		packed := allowed(t, build(t, rules, writers))
		asked := map[planned]*policy.Document{}
		for _, q := range required(rules, writers) {
			for _, holder := range q.Holders {
				add(asked, planned{holder, target(q, holder)}, q.Statement(holder))
			}
		}
		for _, r := range rules {
			if !r.Enabled { // its role may be assumed, since a configuration names it
				q := replication.Trust(r)[0]
				add(asked, planned{q.Holders[0], target(q, q.Holders[0])}, q.Statement(q.Holders[0]))
			}
		}
		for place := range asked {
			if packed[place] == nil {
				t.Fatalf("there is no %s of %s", place.kind, place.target)
			}
		}
		for place, d := range packed {
			if asked[place] == nil {
				t.Fatalf("nothing asks for a %s of %s", place.kind, place.target)
			}
			c, err := policy.Compare(d, asked[place], policy.Universe{})
			if err != nil {
				t.Fatal(err)
			}
			if c.A.Witness != nil || c.B.Witness != nil {
				t.Fatalf("%s of %s: beyond its requirements %+v, and lacking %+v", place.kind, place.target, c.A.Witness, c.B.Witness)
			}
			if c.Relation() != policy.Equal {
				t.Fatalf("%s of %s: nobody knows: %q, %q", place.kind, place.target, c.A.Unknown, c.B.Unknown)
			}
			equal++
		}
	})
	if equal < 100 {
		t.Errorf("%d policies were compared", equal)
	}
}

// planned is a policy of a plan.
type planned struct {
	kind   replication.Kind
	target string
}

// add adds a statement to a policy; those of one role, for rules and for jobs,
// are one.
func add(to map[planned]*policy.Document, place planned, st policy.Statement) {
	if place.kind == replication.BatchRolePolicy {
		place.kind = replication.RolePolicy
	}
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
