package refeval_test

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/policy/glob"
	"github.com/repligrant/repligrant/policy/refeval"
)

// An everyKey is a key that a request stands for each value of, with samples of
// its values that tell apart all that the generator writes.
type everyKey struct {
	key, pattern string
	samples      []string
}

func everyKeys() []everyKey {
	var out []everyKey
	for _, k := range openKeys() {
		if k.like == "" {
			continue
		}
		e := everyKey{key: k.key, pattern: k.like}
		for _, s := range k.samples {
			if s != nil {
				e.samples = append(e.samples, s[0])
			}
		}
		out = append(out, e)
	}
	const object = "arn:aws:s3:::b/"
	context := everyKey{key: "kms:encryptioncontext:aws:s3:arn", pattern: object + "*"}
	for _, s := range texts("k*a", 2) {
		context.samples = append(context.samples, object+s)
	}
	return append(out, context)
}

// The classes of a key that stands for each of its values, against samples of
// them: the value of a class is decided as the class, and each sample as some
// class.
func TestEveryValue(t *testing.T) {
	t.Parallel()
	first, n := seeds(t, 800)
	keys := everyKeys()
	exact, split := 0, 0
	for seed := first; seed < first+n; seed++ {
		g := newGenerator(seed)
		k := pick(g, keys)
		f := found{seed: seed, req: g.request(), policies: g.policies(), patterns: map[string]string{k.key: k.pattern}}
		if strings.HasPrefix(k.key, "kms:") {
			f.req.Action, f.req.Resource = "kms:Decrypt", pick(g, resources["kms"])
		}
		if !g.mentions(&f.policies, k.key) {
			continue
		}
		delete(f.req.Context, k.key)
		q := concrete(f.req)
		q.Context.Keys[k.key] = policy.Every(k.pattern)
		a := decided(t, seed, q, f.policies)
		if len(a.Classes) > 1 {
			split++
		}
		if f.everyValue(t, k, a) {
			exact++
		}
	}
	t.Logf("%d exact, %d of several classes", exact, split)
	if exact < int(n)/4 || split < int(n)/20 {
		t.Errorf("of %d requests, %d were compared exactly and %d have several classes: the generator has lost its aim", n, exact, split)
	}
}

// everyValue compares the classes of a key with single values, and reports
// whether it could do so exactly.
func (f found) everyValue(t *testing.T, k everyKey, a policy.Answer) (exact bool) {
	t.Helper()
	exact = isPlain(f.policies, k.key)
	for _, c := range a.Classes {
		value, told := c.Context[k.key]
		if !told {
			value = k.samples[0]
		}
		if !glob.CompileEscaped(k.pattern).Match(value) {
			t.Errorf("seed %d: %q stands for a class of %q", f.seed, value, k.pattern)
		}
		want, certain := f.at(t, k.key, value)
		exact = exact && certain
		if want&^c.Decision != 0 && certain || exact && want != c.Decision {
			t.Logf("%s is %q", k.key, value)
			f.report(t, c.Decision, want, nil)
			return false
		}
	}
	for _, value := range k.samples {
		want, certain := f.at(t, k.key, value)
		if !certain {
			exact = false
			continue
		}
		if !covers(a, want, exact) {
			t.Logf("%s is %q, and no class is decided so", k.key, value)
			f.report(t, join(a), want, nil)
			return false
		}
	}
	return exact
}

// covers reports whether some class is decided in a way, or for one that is not
// exact may be.
func covers(a policy.Answer, want policy.Decision, exact bool) bool {
	for _, c := range a.Classes {
		if c.Decision == want || !exact && c.Decision&want != 0 {
			return true
		}
	}
	return false
}

// at is what is decided for one value of a key.
func (f found) at(t *testing.T, key, value string) (d policy.Decision, certain bool) {
	t.Helper()
	req := f.req
	req.Context = maps.Clone(req.Context)
	req.Context[key] = []string{value}
	d, err := refeval.Decide(req, f.policies)
	if err != nil && !errors.Is(err, refeval.ErrNoReading) {
		t.Fatalf("seed %d: %v", f.seed, err)
	}
	return d, err == nil
}

// The classes of all resources of a pattern and of each value of a key, against
// every short resource with every sample of the key.
func TestEveryValueOfPatterns(t *testing.T) {
	t.Parallel()
	first, n := seeds(t, 60)
	enumerated := texts(characters, 3)
	prefixes := []string{"", "a", "A", "b", "*", "a/", "A/", "a/b", "x", "u", "k", "ab"}
	both := 0
	for seed := first; seed < first+n; seed++ {
		g := newGenerator(seed)
		f := found{seed: seed, req: g.request(), policies: g.patternPolicies(), all: true, patterns: map[string]string{"s3:prefix": "*"}}
		if !g.mentions(&f.policies, "s3:prefix") {
			t.Fatalf("seed %d: no policies", seed)
		}
		delete(f.req.Context, "s3:prefix")
		f.req.Action, f.req.Resource = "s3:GetObject", "arn:aws:s3:::b/*"
		q := concrete(f.req)
		q.Pattern = true
		q.Context.Keys["s3:prefix"] = policy.Every("*")
		a := decided(t, seed, q, f.policies)
		if a.TooComplex || !isPlain(f.policies, "s3:prefix") {
			continue
		}
		if f.every(t, a, enumerated, prefixes) {
			both++
		}
	}
	t.Logf("%d patterns of which both the resource and the key matter", both)
	if both < int(n)/12 {
		t.Errorf("of %d patterns, the resource and the key matter in %d: the generator has lost its aim", n, both)
	}
}

// every compares the classes with single resources and values. It reports
// whether both tell classes apart.
func (f found) every(t *testing.T, a policy.Answer, middles, values []string) bool {
	t.Helper()
	witnesses, told := map[string]bool{}, map[string]bool{}
	for _, c := range a.Classes {
		one := f
		one.req.Resource = c.Witness
		value := c.Context["s3:prefix"]
		witnesses[c.Witness], told[value] = true, true
		if want, certain := one.at(t, "s3:prefix", value); !certain {
			return false
		} else if want != c.Decision {
			t.Logf("at %s, with the prefix %q", c.Witness, value)
			f.report(t, c.Decision, want, nil)
			return false
		}
	}
	for _, middle := range middles {
		one := f
		one.req.Resource = "arn:aws:s3:::b/" + middle
		if namesNothing(one.req.Resource) {
			continue
		}
		for _, value := range values {
			if want, certain := one.at(t, "s3:prefix", value); certain && !covers(a, want, true) {
				t.Logf("at %s, with the prefix %q, and no class is decided so", one.req.Resource, value)
				f.report(t, join(a), want, nil)
				return false
			}
		}
	}
	return len(witnesses) > 1 && len(told) > 1
}
