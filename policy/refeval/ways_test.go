package refeval_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
)

// decided decides a request in each way that package policy has, and fails if
// they disagree: with its reasons, without them, and against documents that are
// so large, or so many, that they are indexed.
func decided(t *testing.T, seed uint64, req policy.Request, policies policy.Policies) policy.Answer {
	t.Helper()
	var e policy.Evaluator
	answer := e.Decide(req, policies)
	want, alike := join(answer), len(answer.Classes) > 0
	for _, c := range answer.Classes {
		alike = alike && c.Decision == want
	}
	variants := []policy.Policies{policies}
	if seed%4 == 0 {
		variants = append(variants, swollen(policies), scattered(policies))
	}
	if seed%16 == 0 {
		variants = append(variants, crowded(policies))
	}
	for i, p := range variants {
		got, same := e.Prepare(p).Decision(req.Prepare())
		if full := join(e.Decide(req, p)); got != want || same != alike || full != want {
			t.Errorf("seed %d, variant %d: Decision says %03b (alike: %t) and Decide %03b, want %03b (%t)\n%+v", seed, i, got, same, full, want, alike, req)
		}
	}
	return answer
}

// swollen adds statements to each document that are about nothing any request
// asks for, and its own once more.
func swollen(p policy.Policies) policy.Policies {
	return each(p, func(d *policy.Document) *policy.Document {
		larger := *d
		larger.Statements = slices.Clone(d.Statements)
		for i := range 20 {
			larger.Statements = append(larger.Statements, idle(i, d))
		}
		for _, st := range d.Statements {
			st.Sid = "again"
			larger.Statements = append(larger.Statements, st)
		}
		return &larger
	})
}

// crowded adds statements that say what its own say, about others than the
// caller: so many that statements are found by whom they name.
func crowded(p policy.Policies) policy.Policies {
	return each(p, func(d *policy.Document) *policy.Document {
		larger := *d
		for _, st := range d.Statements {
			if !st.Principal.Present() {
				return d
			}
			for i := range 12 {
				st.Principal = policy.AWS(fmt.Sprintf("arn:aws:iam::999988887777:role/other-%d", i))
				larger.Statements = append(slices.Clip(larger.Statements), st)
			}
		}
		return &larger
	})
}

// scattered has many documents in place of each identity policy.
func scattered(p policy.Policies) policy.Policies {
	var out []policy.Source
	for i, s := range p.Identity {
		d, ok := s.Document.Get()
		if !ok {
			out = append(out, s)
			continue
		}
		for n, st := range d.Statements {
			one := *d
			one.Statements = []policy.Statement{st}
			out = append(out, policy.Source{Name: fmt.Sprintf("%d-%d", i, n), Document: fact.Of(&one)})
		}
		for n := range 20 {
			out = append(out, policy.Source{Name: "idle", Document: fact.Of(policy.New(idle(n, d)))})
		}
	}
	p.Identity = out
	return p
}

func idle(n int, d *policy.Document) policy.Statement {
	st := policy.Statement{Effect: policy.Allow, Action: policy.One(fmt.Sprintf("sqs:Send%d", n)), Resource: policy.One("arn:aws:sqs:::q")}
	if len(d.Statements) > 0 && d.Statements[0].Principal.Present() {
		st.Principal = policy.AWS(home)
	}
	return st
}

// each changes every document that was read.
func each(p policy.Policies, change func(*policy.Document) *policy.Document) policy.Policies {
	one := func(s policy.Source) policy.Source {
		if d, ok := s.Document.Get(); ok {
			s.Document = fact.Of(change(d))
		}
		return s
	}
	list := func(l []policy.Source) (out []policy.Source) {
		for _, s := range l {
			out = append(out, one(s))
		}
		return out
	}
	levels := func(v fact.Value[[][]policy.Source]) fact.Value[[][]policy.Source] {
		l, ok := v.Get()
		if !ok {
			return v
		}
		var out [][]policy.Source
		for _, level := range l {
			out = append(out, list(level))
		}
		return fact.Of(out)
	}
	p.Identity, p.Session, p.Endpoint = list(p.Identity), list(p.Session), list(p.Endpoint)
	p.Resource, p.Boundary = one(p.Resource), one(p.Boundary)
	p.SCPs, p.RCPs = levels(p.SCPs), levels(p.RCPs)
	return p
}
