package refeval_test

import (
	"errors"
	"os"
	"strconv"
	"testing"

	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/policy/refeval"
)

// seeds returns the first seed and how many to try. For a longer run, or to see
// one case again:
//
//	REFEVAL_SEED=1000000 REFEVAL_CASES=600000 go test -count=1 -v ./policy/refeval -run Concrete
func seeds(t *testing.T, cases int) (first, n uint64) {
	t.Helper()
	return number(t, "REFEVAL_SEED", 1), number(t, "REFEVAL_CASES", uint64(cases))
}

func number(t *testing.T, name string, usual uint64) uint64 {
	t.Helper()
	s := os.Getenv(name)
	if s == "" {
		return usual
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// The same request, decided by both evaluators. Where AWS says what happens,
// package policy answers exactly that; elsewhere it answers nothing that no
// reading gives.
func TestConcreteRequests(t *testing.T) {
	t.Parallel()
	first, n := seeds(t, 15_000)
	count := map[policy.Decision]int{}
	wider := 0
	for seed := first; seed < first+n; seed++ {
		g := newGenerator(seed)
		want, certain := found{seed: seed, req: g.request(), policies: g.policies()}.differ(t)
		if certain {
			count[want]++
		} else {
			wider++
		}
	}
	t.Logf("%d allowed, %d denied implicitly, %d explicitly, %d without a reading", count[policy.Allowed], count[policy.ImplicitDeny], count[policy.ExplicitDeny], wider)
	for _, d := range []policy.Decision{policy.Allowed, policy.ImplicitDeny, policy.ExplicitDeny} {
		if count[d] < int(n)/20 {
			t.Errorf("only %d of %d requests are decided %03b: the generator has lost its aim", count[d], n, d)
		}
	}
}

// FuzzDecide looks for seeds of which the two evaluators disagree.
func FuzzDecide(f *testing.F) {
	f.Add(uint64(0))
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := newGenerator(seed)
		found{seed: seed, req: g.request(), policies: g.policies()}.differ(t)
	})
}

// differ fails if the two evaluators disagree on a case, and returns what refeval
// says.
func (f found) differ(t *testing.T) (want policy.Decision, certain bool) {
	t.Helper()
	want, err := refeval.Decide(f.req, f.policies)
	if err != nil && !errors.Is(err, refeval.ErrNoReading) {
		t.Fatalf("seed %d: %v", f.seed, err)
	}
	got := join(decided(t, f.seed, concrete(f.req), reparsed(t, f.policies)))
	if err == nil && got != want || want != 0 && got&^want != 0 { // 0: more readings than refeval tries
		f.report(t, got, want, err)
	}
	return want, err == nil
}

// concrete is a request in the words of package policy.
func concrete(r refeval.Request) policy.Request {
	known := map[string]policy.Domain{}
	for key, v := range r.Context {
		known[key] = policy.Exactly(v...)
	}
	return policy.Request{Caller: r.Caller, Action: r.Action, Resource: r.Resource, ResourceAccount: r.ResourceAccount, Context: policy.Context{Keys: known}}
}

// join is the set of decisions for all classes of an answer.
func join(a policy.Answer) policy.Decision {
	var d policy.Decision
	for _, c := range a.Classes {
		d |= c.Decision
	}
	return d
}

// reparsed writes all documents and reads them again, as policy.Decide gets
// them in earnest; refeval gets them as they were made.
func reparsed(t *testing.T, p policy.Policies) policy.Policies {
	t.Helper()
	return each(p, func(d *policy.Document) *policy.Document {
		text, err := d.Encode()
		if err != nil {
			t.Fatal(err)
		}
		read, err := policy.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		return read
	})
}
