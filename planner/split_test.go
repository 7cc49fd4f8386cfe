package planner_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// TestSplit plans roles whose policies are too large to be inline: they become
// managed policies, each full but the last, that say together what one would.
func TestSplit(t *testing.T) {
	tests := []struct {
		name, text string
		want       int
	}{
		{"inline", base + manyRules("prod", 100, ""), 0},
		{"resources", base + manyRules("prod", 120, ""), 2},
		{"many resources", base + manyRules("prod", 600, ""), 9},
		{"encryption contexts", base + manyKeyed(60), 4},
		{"a user, inline", base + writer("kind: user", 40), 0},
		{"a user", base + writer("kind: user", 60), 1},
		{"a user with many prefixes", base + writer("kind: user", 400), 3},
		{"a writer's", base + writer("assumed_by: ["+manyRoles(1)+"]", 400), 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := planText(t, "spec.yaml", []byte(tt.text))
			managed, total := 0, 0
			for _, d := range p.Documents {
				if !d.Managed {
					continue
				}
				if managed++; d.Name != fmt.Sprint("policy-", managed) || d.Size > d.Limit || d.Limit != 6144 {
					t.Errorf("policy %d is %s with %d of %d characters", managed, d.Name, d.Size, d.Limit)
				}
				total += d.Size
			}
			if managed != tt.want {
				t.Errorf("%d managed policies, want %d", managed, tt.want)
			}
			if least := (total + 6143) / 6144; managed != least {
				t.Errorf("%d managed policies hold %d characters; %d would do", managed, total, least)
			}
			checkSids(t, p)
			warned := slices.ContainsFunc(p.Warnings, func(w planner.Warning) bool { return w.Code == "role-policies-managed" })
			if warned != (tt.want > 0) {
				t.Errorf("warned: %t", warned)
			}
			checkRequired(t, p)
		})
	}
}

// checkRequired sees that each requirement is granted by a document that has to
// hold it, whatever it was cut into.
func checkRequired(t rapid.TB, p *planner.Plan) {
	var got []grant
	for _, d := range p.Documents {
		if d.Kind != replication.ReplicationConfiguration {
			for _, st := range parse(t, d).Statements {
				got = append(got, grantsOf(d.Kind, d.Target, st)...)
			}
		}
	}
	for _, q := range p.Requirements {
		for _, holder := range q.Holders {
			for _, want := range grantsOf(holder, target(q, holder), q.Statement(holder)) {
				if !slices.Contains(got, want) {
					t.Fatalf("not granted: %s", want)
				}
			}
		}
	}
}

// TestSplitRefusesLongStatements checks that what cannot be cut is refused.
func TestSplitRefusesLongStatements(t *testing.T) {
	p, problems := planner.Build(nil, nil)
	if p == nil || problems.Err() != nil {
		t.Fatal("an empty plan is refused")
	}
	if _, ok := planner.Split([]policy.Statement{statement("s3:PutObject b/" + strings.Repeat("a", 50))}, shorterThan(40)); ok {
		t.Error("a statement that never fits was split")
	}
	var list []policy.Statement
	for i := range 7 {
		list = append(list, statement(fmt.Sprintf("s3:PutObject b/%d", i)))
	}
	lists, ok := planner.Split(list, shorterThan(300))
	if !ok || len(slices.Concat(lists...)) != 7 {
		t.Errorf("split into %v, %t", lists, ok)
	}
}

// TestSplitBothLists cuts a statement of which neither the resources nor the
// addresses fit by themselves: each resource is granted to each address.
func TestSplitBothLists(t *testing.T) {
	st := policy.Statement{Effect: policy.Allow, Action: policy.One("s3:PutObject")}
	var resources, addresses []string
	for i := range 9 {
		resources, addresses = append(resources, fmt.Sprint("arn:aws:s3:::acme/", i, "/*")), append(addresses, fmt.Sprint("203.0.113.", i))
	}
	st.Resource = policy.List(resources...)
	st.Condition = []policy.Clause{{Operator: "IpAddress", Key: "aws:SourceIp", Values: policy.List(addresses...)}}
	lists, ok := planner.Split([]policy.Statement{st}, shorterThan(200))
	if !ok || len(lists) < 9 {
		t.Fatalf("split into %d lists, %t; each has to be shorter than 200 characters", len(lists), ok)
	}
	pairs := map[string]int{}
	for _, list := range lists {
		for _, part := range list {
			for _, r := range part.Resource.Values {
				for _, a := range part.Condition[0].Values.Values {
					pairs[r+" "+a]++
				}
			}
		}
	}
	for _, r := range resources {
		for _, a := range addresses {
			if pairs[r+" "+a] != 1 {
				t.Errorf("%s from %s is granted %d times, want once", r, a, pairs[r+" "+a])
			}
		}
	}
}

func shorterThan(limit int) func([]policy.Statement) bool {
	return func(list []policy.Statement) bool {
		text, err := json.Marshal(list)
		return err == nil && len(text) < limit
	}
}
