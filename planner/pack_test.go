package planner_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
)

func TestPack(t *testing.T) {
	tests := []struct {
		name       string
		statements []string // ACTION RESOURCE [PRINCIPAL]
		want       []string // statements, without Sid and Effect
	}{
		{
			"actions on one resource, in the order of S3's work",
			[]string{"s3:ReplicateTags d/*", "s3:ReplicateDelete d/*", "s3:ReplicateObject d/*"},
			[]string{`"Action":["s3:ReplicateObject","s3:ReplicateDelete","s3:ReplicateTags"],"Resource":"d/*"`},
		},
		{
			"resources of one action, in the order of the file",
			[]string{"s3:ReplicateObject d/z*", "s3:ReplicateObject d/a*", "s3:ReplicateObject d/z*"},
			[]string{`"Action":"s3:ReplicateObject","Resource":["d/z*","d/a*"]`},
		},
		{
			"no action gets the resource of another",
			[]string{"s3:ReplicateObject d/a*", "s3:ReplicateObject d/b*", "s3:ReplicateDelete d/b*"},
			[]string{`"Action":"s3:ReplicateObject","Resource":["d/a*","d/b*"]`, `"Action":"s3:ReplicateDelete","Resource":"d/b*"`},
		},
		{
			"equal sets in another order",
			[]string{"s3:ReplicateObject d/a*", "s3:ReplicateDelete d/b*", "s3:ReplicateObject d/b*", "s3:ReplicateDelete d/a*"},
			[]string{`"Action":["s3:ReplicateObject","s3:ReplicateDelete"],"Resource":["d/a*","d/b*"]`},
		},
		{
			"what another pattern contains, also where it sorts before it",
			[]string{"s3:ReplicateObject d/!*", "s3:ReplicateObject d/a/b*", "s3:ReplicateObject d/*", "s3:ReplicateObject dd/*"},
			[]string{`"Action":"s3:ReplicateObject","Resource":["d/*","dd/*"]`},
		},
		{
			"contained for one action is not contained for another",
			[]string{"s3:ReplicateObject d/*", "s3:ReplicateObject d/a*", "s3:ReplicateDelete d/a*"},
			[]string{`"Action":"s3:ReplicateObject","Resource":"d/*"`, `"Action":"s3:ReplicateDelete","Resource":"d/a*"`},
		},
		{
			"a bucket is not one of its objects",
			[]string{"s3:ListBucket d", "s3:ListBucket d/*"},
			[]string{`"Action":"s3:ListBucket","Resource":["d","d/*"]`},
		},
		{
			"escaped wildcards are literal",
			[]string{"s3:ReplicateObject d/${*}*", "s3:ReplicateObject d/${?}*", "s3:ReplicateObject d/${*}a*"},
			[]string{`"Action":"s3:ReplicateObject","Resource":["d/${*}*","d/${?}*"]`},
		},
		{
			"principals with the same grants",
			[]string{"s3:ReplicateObject d/* one", "s3:ReplicateObject d/* two", "s3:ReplicateObject d/* one"},
			[]string{`"Principal":{"AWS":["one","two"]},"Action":"s3:ReplicateObject","Resource":"d/*"`},
		},
		{
			"no principal gets the grant of another",
			[]string{"s3:ReplicateObject d/* one", "s3:ReplicateObject d/a* two", "s3:ReplicateDelete d/* one"},
			[]string{
				`"Principal":{"AWS":"one"},"Action":["s3:ReplicateObject","s3:ReplicateDelete"],"Resource":"d/*"`,
				`"Principal":{"AWS":"two"},"Action":"s3:ReplicateObject","Resource":"d/a*"`,
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var list []policy.Statement
			for _, s := range tt.statements {
				list = append(list, statement(s))
			}
			var got []string
			for _, st := range planner.Pack(list) {
				text, err := json.Marshal(st)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, strings.TrimSuffix(strings.Replace(string(text), `{"Effect":"Allow",`, "", 1), "}"))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("packed otherwise (-want +got):\n%s", diff)
			}
		})
	}
}

func statement(s string) policy.Statement {
	words := strings.Fields(s)
	st := policy.Statement{Effect: policy.Allow, Action: policy.One(words[0]), Resource: policy.One(words[1])}
	if len(words) == 3 {
		st.Principal = policy.AWS(words[2])
	}
	return st
}

// TestPackKeepsApart checks that statements which say something else are never joined.
func TestPackKeepsApart(t *testing.T) {
	base := policy.Statement{Effect: policy.Allow, Principal: policy.AWS("p"), Action: policy.One("s3:PutObject"), Resource: policy.One("b/*")}
	others := map[string]func(*policy.Statement){
		"effect": func(st *policy.Statement) { st.Effect = policy.Deny },
		"sid":    func(st *policy.Statement) { st.Sid = "Other" },
		"condition": func(st *policy.Statement) {
			st.Condition = []policy.Clause{{Operator: "Bool", Key: "aws:SecureTransport", Values: policy.One("true")}}
		},
		"notresource": func(st *policy.Statement) { st.Resource, st.NotResource = policy.Strings{}, policy.One("b/*") },
		"service":     func(st *policy.Statement) { st.Principal = policy.Service("p") },
	}
	for name, change := range others {
		other := base
		change(&other)
		if got := planner.Pack([]policy.Statement{base, other}); len(got) != 2 {
			t.Errorf("a statement with another %s was joined: %v", name, got)
		}
	}
}
