package refeval_test

import (
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
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
// package policy answers exactly that; elsewhere it answers what all readings
// together give or, where it chooses one, nothing that no reading gives.
func TestConcreteRequests(t *testing.T) {
	t.Parallel()
	first, n := seeds(t, 15_000)
	count := map[policy.Decision]int{}
	wider, together := 0, 0
	for seed := first; seed < first+n; seed++ {
		g := newGenerator(seed)
		f := found{seed: seed, req: g.request(), policies: g.policies()}
		switch want, err := f.differ(t); {
		case err == nil:
			count[want]++
		case chooses(err):
			wider++
		default:
			together++
		}
	}
	t.Logf("%d allowed, %d denied implicitly, %d explicitly; %d with several readings, and %d more of which one is chosen",
		count[policy.Allowed], count[policy.ImplicitDeny], count[policy.ExplicitDeny], together, wider)
	if together < int(n)/200 {
		t.Errorf("only %d of %d requests have several readings: the generator has lost its aim", together, n)
	}
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
		if _, err := (found{seed: seed, req: g.request(), policies: g.policies()}).differ(t); err != nil {
			t.Log(err)
		}
	})
}

// choices are the questions, by how they begin, on which package policy knows
// more than refeval asks, or chooses a reading; docs/evaluation.md says which.
var choices = []string{
	"action s", "a statement without Resource", "does a key policy decide on an alias", "every service", "NotPrincipal;", "is the bucket policy public",
	"does the grant name the caller", "does the boundary of a federated session's user", "is the refusal explicit", "wildcards in the value of", "variable ${aws:username} with an empty value", "variable ${AWS:UserName, 'k'} with an empty value",
	"Arn", "Bool", "Date", "ForAllValues:Arn", "ForAllValues:Bool", "ForAllValues:Date", "ForAnyValue:Arn", "ForAnyValue:Bool", "ForAnyValue:Date",
}

// chooses reports whether package policy may take one of the readings.
func chooses(err error) bool {
	for question := range strings.SplitSeq(strings.TrimPrefix(err.Error(), refeval.ErrNoReading.Error()+": "), "; ") {
		if slices.ContainsFunc(choices, func(c string) bool { return strings.HasPrefix(question+";", c) }) {
			return true
		}
	}
	return strings.Contains(err.Error(), "too many questions")
}

// differ fails if the two evaluators disagree on a case, and returns what refeval
// says.
func (f found) differ(t *testing.T) (policy.Decision, error) {
	t.Helper()
	want, err := refeval.Decide(f.req, f.policies)
	if err != nil && !errors.Is(err, refeval.ErrNoReading) {
		t.Fatalf("seed %d: %v", f.seed, err)
	}
	got := join(decided(t, f.seed, concrete(f.req), reparsed(t, f.policies)))
	if !agree(got, want, err) {
		f.report(t, got, want, err)
	}
	return want, err
}

// agree reports whether what package policy says fits what refeval says.
func agree(got, want policy.Decision, err error) bool {
	switch {
	case err == nil:
		return got == want
	case want == 0:
		return true // there are more readings than refeval tries
	case strings.Contains(err.Error(), "a variable without a value in NotResource"):
		return got&want == want || chooses(err) // of each by itself, where refeval asks once for all
	case chooses(err):
		return got&^want == 0
	default:
		return got == want
	}
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
