package refeval_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/policy/refeval"
)

// A target is a pattern of resources that a test can enumerate: prefix, any
// text, suffix.
type target struct{ prefix, suffix string }

var targets = []target{
	{"arn:aws:s3:::b/", ""}, {"arn:aws:s3:::b/", ""}, {"arn:aws:s3:::b/a", ""}, {"arn:aws:s3:::b", ""}, {"arn:aws:s3:::", ""}, {"arn:aws:s3:::b/", "/a"},
}

// characters are those of the enumerated texts: all that the patterns name, and
// the one that witnesses hold for all others.
const (
	characters = "ab/:c"
	longest    = 4
)

// texts are all texts up to a length.
func texts(alphabet string, length int) []string {
	all := []string{""}
	for start := 0; length > 0; length-- {
		end := len(all)
		for _, s := range all[start:end] {
			for _, c := range alphabet {
				all = append(all, s+string(c))
			}
		}
		start = end
	}
	return all
}

// namesNothing: an object key has at least one character.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html.
func namesNothing(arn string) bool {
	name := strings.TrimPrefix(arn, "arn:aws:s3:::")
	return name == "" || strings.Index(name, "/") == len(name)-1
}

// glob is a short pattern of the characters.
func (g generator) glob() string {
	if g.percent(10) {
		return pick(g, []string{"*", "a${aws:username}*", "${aws:username, 'b'}", "${*}a", "*${aws:PrincipalTag/team}"})
	}
	var b strings.Builder
	for range 1 + g.IntN(4) {
		b.WriteByte("ab/:**?"[g.IntN(7)])
	}
	return b.String()
}

func (g generator) patternResources(st *policy.Statement) {
	prefixes := []string{"arn:aws:s3:::b/", "arn:aws:s3:::b/", "arn:aws:s3:::b/", "arn:aws:s3:::b", "arn:aws:s3:::", "arn:*:s3:::"}
	var list []string
	for range 1 + g.IntN(2) {
		list = append(list, pick(g, prefixes)+g.glob())
	}
	st.Resource, st.NotResource = policy.Compact(list...), policy.Strings{}
	if g.percent(15) {
		st.Resource, st.NotResource = policy.Strings{}, policy.Compact(list...)
	}
}

// patternPolicies are an identity policy, and perhaps a resource policy and a
// boundary, that are about keys rather than about conditions.
func (g generator) patternPolicies() policy.Policies {
	p := g.policies()
	p.Session, p.Endpoint = nil, nil
	if len(p.Identity) == 0 {
		p.Identity = []policy.Source{g.source(style{})}
	}
	for _, s := range append([]policy.Source{p.Resource, p.Boundary}, p.Identity...) {
		doc, ok := s.Document.Get()
		if !ok {
			continue
		}
		for i := range doc.Statements {
			st := &doc.Statements[i]
			st.Action, st.NotAction = policy.One("*"), policy.Strings{}
			g.patternResources(st)
			if g.percent(70) {
				st.Condition = nil
			}
		}
	}
	return p
}

// domains are two keys with several possible values; the others are known.
func (g generator) domains(context map[string][]string) map[string][][]string {
	open := map[string][][]string{}
	for range g.IntN(3) {
		key := pick(g, []string{"aws:username", "aws:principaltag/team", "aws:securetransport", "s3:prefix", "aws:sourceip", "s3:tlsversion"})
		delete(context, key)
		states := [][]string{nil}
		for _, v := range some(g, 2, values[key]) {
			states = append(states, []string{v})
		}
		open[key] = states[g.IntN(2):]
	}
	return open
}

// patterned is a request in the words of package policy, with open keys.
func patterned(r refeval.Request, open map[string][][]string) policy.Request {
	q := concrete(r)
	for key, states := range open {
		var d []policy.Domain
		for _, s := range states {
			d = append(d, policy.Exactly(s...))
		}
		q.Context.Keys[key] = policy.OneOf(d...)
	}
	return q
}

// Classes of a pattern, against every short resource: each is decided as some
// class is, the witness of a class as the class, and no resource that is decided
// alike is shorter than the witnesses.
func TestPatterns(t *testing.T) {
	t.Parallel()
	first, n := seeds(t, 160)
	enumerated := texts(characters, longest)
	classes, requests := 0, 0
	for seed := first; seed < first+n; seed++ {
		g := newGenerator(seed)
		to, policies := pick(g, targets), g.patternPolicies()
		req := g.request()
		req.Action = "s3:GetObject"
		open := g.domains(req.Context)
		req.Resource = to.prefix + "*" + to.suffix
		q := patterned(req, open)
		q.Pattern = true
		a := decided(t, seed, q, policies)
		if a.TooComplex {
			t.Errorf("seed %d: too complex", seed)
			continue
		}
		c := comparison{t: t, seed: seed, req: req, policies: policies, open: open}
		c.witnesses(a)
		requests += c.resources(to, enumerated)
		classes += len(a.Classes)
	}
	t.Logf("%d classes, %d resources", classes, requests)
	if classes < int(n)*3/2 {
		t.Errorf("only %d classes for %d patterns: the generator has lost its aim", classes, n)
	}
}

// A comparison of the classes of one pattern with single resources.
type comparison struct {
	t        *testing.T
	seed     uint64
	req      refeval.Request
	policies policy.Policies
	open     map[string][][]string
	shortest map[policy.Decision]int // the witness of a class with that decision
	vague    bool                    // a witness has no reading
}

// witnesses compares the classes with what is decided for their witnesses. Where
// a key may be empty, of which AWS says nothing, a statement with that variable is
// in doubt for all of a pattern, also for resources that no value of it makes:
// nothing that is possible may be lost there.
func (c *comparison) witnesses(a policy.Answer) {
	c.t.Helper()
	c.shortest = map[policy.Decision]int{}
	for _, class := range a.Classes {
		want, exact := c.decide(class.Witness)
		switch {
		case exact && class.Decision&want == want && c.empty():
			c.vague = c.vague || class.Decision != want
		case exact && class.Decision != want:
			c.fail(class.Witness, class.Decision, want)
		case !exact:
			c.vague = true
		}
		if n, ok := c.shortest[class.Decision]; !ok || len(class.Witness) < n {
			c.shortest[class.Decision] = len(class.Witness)
		}
	}
}

// empty reports whether a key may be there without a text.
func (c *comparison) empty() bool {
	for _, states := range c.open {
		for _, s := range states {
			if slices.Contains(s, "") {
				return true
			}
		}
	}
	return false
}

// resources compares every enumerated resource, and returns how many there are.
func (c *comparison) resources(to target, middles []string) int {
	c.t.Helper()
	n := 0
	for _, middle := range middles {
		arn := to.prefix + middle + to.suffix
		if namesNothing(arn) {
			continue
		}
		n++
		want, exact := c.decide(arn)
		if !exact || c.vague {
			continue
		}
		if shortest, ok := c.shortest[want]; !ok || len(arn) < shortest {
			c.t.Errorf("seed %d: %s is decided %03b; the shortest witness of that has %d characters", c.seed, arn, want, shortest)
			c.fail(arn, 0, want)
			return n
		}
	}
	return n
}

// decide joins what is decided for one resource, for all values of open keys.
func (c *comparison) decide(arn string) (d policy.Decision, exact bool) {
	req := c.req
	req.Resource = arn
	exact = true
	completions(req.Context, c.open, func(context map[string][]string) {
		req.Context = context
		part, err := refeval.Decide(req, c.policies)
		d |= part
		exact = exact && err == nil
	})
	return d, exact
}

// completions calls f for each choice of values for the open keys.
func completions(context map[string][]string, open map[string][][]string, f func(map[string][]string)) {
	for key, states := range open {
		rest := maps.Clone(open)
		delete(rest, key)
		for _, s := range states {
			with := maps.Clone(context)
			with[key] = s
			completions(with, rest, f)
		}
		return
	}
	f(context)
}

func (c *comparison) fail(arn string, got, want policy.Decision) {
	c.t.Helper()
	c.t.Logf("at %s", arn)
	found{seed: c.seed, req: c.req, policies: c.policies, possible: c.open, all: true}.report(c.t, got, want, nil)
}
