package policy_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/repligrant/repligrant/policy"
)

// TestEvaluatorConcurrent: one Evaluator serves many goroutines, which share
// its documents.
func TestEvaluatorConcurrent(t *testing.T) {
	w := world{
		resource: "arn:aws:s3:::b/*", pattern: true, keys: map[string]policy.Domain{"k": policy.Anything()},
		identity: allow() + ", " + stmt(policy.Deny, "*", "arn:aws:s3:::b/${v}*") + ", " + deny(when("StringLike", "k", `"x*"`)),
	}
	request, policies := w.request(), w.policies(t)
	want := policy.Decide(request, policies)
	var e policy.Evaluator
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			got := e.Decide(request, policies)
			if len(got.Classes) != len(want.Classes) || got.Classes[0].Decision != want.Classes[0].Decision {
				t.Errorf("%+v, want %+v", got, want)
			}
		})
	}
	wg.Wait()
}

// TestVersion2008: what 2012-10-17 gave a meaning to is text in older policies.
func TestVersion2008(t *testing.T) {
	tests := []struct {
		operator, policy, request string
		want                      policy.Decision
	}{
		{"StringEquals", "${*}", "${*}", allowed},
		{"StringLike", "${*}", "${abc}", allowed},
		{"StringLike", "${v}", "${v}", allowed},
		{"StringLike", "${v}", "x", implicit},
		{"ArnLike", "arn:aws:s3:::${v}", "arn:aws:s3:::${v}", allowed},
		{"ArnLike", "arn:aws:s3:::${*}", "arn:aws:s3:::${abc}", allowed},
		{"Bool", "${v}", "true", unknown},
	}
	for _, tt := range tests {
		w := world{version: policy.Version2008, keys: exactly("v", "x", "k", tt.request)}
		w.identity = allow(when(tt.operator, "k", `"`+tt.policy+`"`))
		t.Run(tt.operator+" "+tt.policy, func(t *testing.T) { check(t, w.decide(t), tt.want) })
	}
	// The same text in documents of two versions is two patterns.
	w := world{resource: "arn:aws:s3:::b/${x}"}
	p := w.policies(t)
	w.version = policy.Version2008
	p.Identity = w.sources(t, "old", stmt(policy.Allow, "*", "arn:aws:s3:::b/${*}"))
	w.version = policy.Version2012
	p.Identity = append(p.Identity, w.sources(t, "new", stmt(policy.Deny, "*", "arn:aws:s3:::b/${*}"))...)
	check(t, policy.Decide(w.request(), p), allowed)
}

// TestManyOfOneKey: what cannot be listed within bounds is unknown, not refused.
func TestManyOfOneKey(t *testing.T) {
	many := make([]policy.Domain, 0, 40)
	for _, c := range "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN" {
		many = append(many, policy.Exactly(string(c)))
	}
	keys := map[string]policy.Domain{"k": policy.OneOf(many...), "l": policy.OneOf(many...), "set": policy.AnySet(), "text": policy.Like("*"), "num": policy.Like("1*")}
	tests := []struct{ name, identity string }{
		{"two variables of forty values", stmt(policy.Allow, "*", "arn:aws:s3:::b/${k}${l}*")},
		{"a value of two variables", allow(when("StringEquals", "k", `"${k}${l}"`)) + ", " + allow(when("StringEquals", "text", `"${k}${l}"`))},
		{"many elements of a set", allow(when("ForAnyValue:StringLike", "set", `["a*", "*b", "*c*", "d*"]`))},
		{"a hostile pattern", allow(when("StringLike", "text", `"*a??????????????????"`))},
		{"bytes", allow(when("BinaryEquals", "text", `"Zm9v"`))},
		{"numbers of a pattern", allow(when("NumericEquals", "num", `1`))},
		{"bytes in a set", allow(when("ForAnyValue:BinaryEquals", "set", `"Zm9v"`))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := world{resource: "arn:aws:s3:::b/aaaa", keys: keys, identity: tt.identity}.decide(t)
			check(t, a, unknown)
			if a.TooComplex {
				t.Error("too complex")
			}
		})
	}
}

// TestWithoutPrincipal: AWS refuses these; they are not taken for a grant.
func TestWithoutPrincipal(t *testing.T) {
	check(t, world{bucket: allow()}.decide(t), implicit)
	check(t, world{identity: allow(), bucket: deny()}.decide(t), allowed)
	check(t, world{identity: allow(), endpoint: allow()}.decide(t), unknown)
	check(t, world{identity: allow(), rcps: []string{deny()}}.decide(t), unknown)
	check(t, world{identity: allow(principal(userARN))}.decide(t), implicit)
}

func TestNotPrincipalOfOthers(t *testing.T) {
	spare := func(list string) string { return allow(everyone) + `, ` + deny(`"NotPrincipal": `+list) }
	tests := []struct {
		list   string
		caller policy.Caller
		want   policy.Decision
	}{
		{`{"AWS": "111122223333"}`, asRoot, allowed},
		{`{"AWS": "111122223333"}`, asGuest, unknown},
		{`{"AWS": ["111122223333", "` + asGuest.ARN + `"]}`, asGuest, allowed},
		{`{"Service": "s3.amazonaws.com"}`, asS3, allowed},
		{`{"Service": "ec2.amazonaws.com"}`, asS3, explicit},
		{`{"CanonicalUser": "79a5"}`, asUser, unknown},
	}
	for _, tt := range tests {
		t.Run(tt.list, func(t *testing.T) { check(t, world{caller: tt.caller, bucket: spare(tt.list)}.decide(t), tt.want) })
	}
}

func TestUseOfOneOf(t *testing.T) {
	var zero policy.Domain
	w := world{keys: map[string]policy.Domain{"k": policy.OneOf(zero, policy.Exactly("x"))}, identity: allow(when("StringEqualsIfExists", "k", `"x"`))}
	check(t, w.decide(t), allowed)
}

func TestStrings(t *testing.T) {
	s := policy.Compact("a")
	if !s.Single || !s.Contains("a") || s.Contains("A") || policy.Compact("a", "b").Single {
		t.Errorf("Compact: %+v", s)
	}
	if d := (policy.Answer{}); d.Allowed() {
		t.Error("an answer about nothing is allowed")
	}
	long := strings.Repeat("x", 17<<20)
	if _, err := policy.Parse([]byte(`{"Id": "` + long + `"}`)); err == nil {
		t.Error("17 MiB are read")
	}
	d, err := policy.Parse([]byte(`{"Id": "\n\u00e9\/\uD83D\uDE00"}`))
	if err != nil || d.ID != "\né/😀" {
		t.Errorf("escapes are read as %+v, %v", d, err)
	}
}
