package policy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
)

// both decides a world with its reasons and without, and compares.
func both(t *testing.T, w world, want policy.Decision) {
	t.Helper()
	if got := joined(w.decide(t)); got != want {
		t.Errorf("Decide says %s, want %s", name(got), name(want))
	}
	if got, _ := w.quick(t); got != want {
		t.Errorf("Decision says %s, want %s", name(got), name(want))
	}
}

// TestWithoutReading: what AWS would refuse to save, and what has no value that
// can be compared. It may match or not.
func TestWithoutReading(t *testing.T) {
	tests := map[string]struct {
		w    world
		want policy.Decision
	}{
		"an operator that does not exist":                {world{identity: allow(when("StringIs", "k", `"x"`))}, allowed | implicit},
		"it among conditions on an open key":             {world{identity: allow(when("StringIs", "k", `"x"`)) + ", " + deny(when("StringEquals", "k", `"x"`)), keys: map[string]policy.Domain{"k": policy.Anything()}}, unknown},
		"a value that is no number, and a key that is":   {world{identity: allow(when("NumericEquals", "k", `["one", "1"]`)), keys: map[string]policy.Domain{"k": policy.Like("*")}}, allowed | implicit},
		"no number to compare with":                      {world{identity: allow(when("NumericEquals", "k", `"one"`)), keys: map[string]policy.Domain{"k": policy.Like("*")}}, allowed | implicit},
		"a variable in Bool that is neither":             {world{identity: allow(when("Bool", "k", `"${v}"`)), keys: exactly("k", "true", "v", "x")}, allowed | implicit},
		"a variable without name in Resource":            {world{identity: stmt(policy.Allow, "*", "arn:aws:s3:::b/${}")}, allowed | implicit},
		"a variable before the fifth colon":              {world{identity: stmt(policy.Allow, "*", "arn:aws:s3:::${v}/x") + ", " + stmt(policy.Deny, "*", "arn:aws:${v}:::b/x"), keys: exactly("v", "b")}, allowed | explicit},
		"a variable of two values, for a value of a key": {world{identity: allow(when("StringEquals", "k", `"${many}"`)), keys: map[string]policy.Domain{"k": policy.Like("*"), "many": policy.Exactly("a", "b")}}, allowed | implicit},
		"a resource that is no ARN, for another":         {world{resource: "b", identity: stmt(policy.Allow, "*", "c") + ", " + allow(when("StringEquals", "k", `"x"`)), keys: map[string]policy.Domain{"k": policy.Anything()}}, allowed | implicit},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if tt.want == unknown {
				tt.want = allowed | implicit | explicit
			}
			both(t, tt.w, tt.want)
		})
	}
}

// TestNoARN: a text with too few parts for an ARN is the resource of nothing,
// not even of a request for that text.
func TestNoARN(t *testing.T) {
	both(t, world{resource: "b", identity: stmt(policy.Allow, "*", "b")}, implicit)
	both(t, world{resource: "b", identity: stmt(policy.Allow, "*", "*")}, allowed)
}

// TestOtherKeys: keys that a request does not list may be open, or have values.
func TestOtherKeys(t *testing.T) {
	r := world{}.request()
	r.Context.Rest = func(key string) policy.Domain {
		switch key {
		case "open":
			return policy.Anything()
		case "x":
			return policy.Exactly("x")
		default:
			return policy.Absent()
		}
	}
	for key, want := range map[string]policy.Decision{"open": allowed | implicit, "x": allowed, "X": allowed, "other": implicit} {
		p := world{identity: allow(when("StringEquals", key, `"x"`))}.policies(t)
		check(t, policy.Decide(r, p), want)
		if got, _ := policy.Prepare(p).Decision(r.Prepare()); got != want {
			t.Errorf("%s: Decision says %s, want %s", key, name(got), name(want))
		}
	}
}

// TestKeyAsVariable: a key that is compared, and whose value is part of a
// resource, has one value in both places.
func TestKeyAsVariable(t *testing.T) {
	w := world{
		keys: map[string]policy.Domain{"v": oneOf("a", "b", "c")}, resource: "arn:aws:s3:::b/a",
		identity: allow(when("StringEquals", "v", `"a"`)) + ", " + stmt(policy.Deny, "*", "arn:aws:s3:::b/${v}"),
	}
	both(t, w, implicit|explicit)
	w.keys["v"] = oneOf("b", "c")
	both(t, w, implicit)
	// Two values that no condition tells apart are two where a resource does.
	w.identity = allow(when("StringLike", "v", `"?"`)) + ", " + stmt(policy.Deny, "*", "arn:aws:s3:::b/${v}")
	w.keys["v"] = oneOf("a", "b")
	both(t, w, allowed|explicit)
	// Where nothing is known of it, the resource may be any.
	w.keys["v"] = policy.Like("*")
	both(t, w, allowed|implicit|explicit)
}

// TestTwoPossibleValues: a key may have either of two values, of which the
// policy takes one.
func TestTwoPossibleValues(t *testing.T) {
	w := world{keys: map[string]policy.Domain{"k": oneOf("x", "y")}, identity: allow(when("StringEquals", "k", `"x"`))}
	both(t, w, allowed|implicit)
	w.identity = allow(when("StringEquals", "k", `["x", "y"]`))
	both(t, w, allowed)
}

// TestRestrictWithoutPolicy: where there is no bucket policy, or nothing in it,
// no bucket is public.
func TestRestrictWithoutPolicy(t *testing.T) {
	w := world{identity: allow(), restrict: true}
	both(t, w, allowed)
	w.bucket = allow() // names nobody
	both(t, w, allowed)
	p := w.policies(t)
	p.Resource.Document = fact.Of[*policy.Document](nil)
	check(t, policy.Decide(w.request(), p), allowed)
	var none *policy.Document
	if public, certain := none.Public(); public || !certain {
		t.Errorf("a document that is not there: public %t, certain %t", public, certain)
	}
}

// TestServicePrincipal: a statement made for services names them.
func TestServicePrincipal(t *testing.T) {
	d := policy.New(policy.Statement{
		Effect: policy.Allow, Principal: policy.Service("s3.amazonaws.com", "logging.s3.amazonaws.com"), Action: policy.One("*"), Resource: policy.One("*"),
	})
	for caller, want := range map[string]policy.Decision{"s3.amazonaws.com": allowed, "logging.s3.amazonaws.com": allowed, "ec2.amazonaws.com": implicit} {
		w := world{caller: policy.Caller{Kind: policy.ServiceCaller, ARN: caller}}
		p := w.policies(t)
		p.Resource = policy.Source{Document: fact.Of(d)}
		check(t, policy.Decide(w.request(), p), want)
	}
}

// TestExplainOpen: of a key whose values cannot be listed, an explanation lists
// none; and what is too complex to compare may apply.
func TestExplainOpen(t *testing.T) {
	w := world{
		resource: "arn:aws:s3:::b/*b", pattern: true, keys: map[string]policy.Domain{"k": policy.Anything()},
		identity: allow(when("StringEquals", "k", `[]`)) + ", " + stmt(policy.Allow, "*", "arn:aws:s3:::b/*a????????????????"),
	}
	ref := func(n int) policy.Ref {
		return policy.Ref{Layer: policy.Identity, Policy: "identity", Statement: n, Effect: policy.Allow}
	}
	want := []policy.Note{{Ref: ref(0), Failed: policy.ConditionElement}, {Ref: ref(1)}}
	if d := cmp.Diff(want, policy.Explain(w.request(), w.policies(t))); d != "" {
		t.Errorf("Explain (-want +got):\n%s", d)
	}
}

// TestTooManyValues: a request that stands for each value of many keys is too
// complex, as one with many keys open is.
func TestTooManyValues(t *testing.T) {
	w := world{identity: allow(), keys: map[string]policy.Domain{}}
	for i := range 17 {
		key := fmt.Sprintf("k%d", i)
		w.keys[key] = policy.Every("*")
		w.identity += ", " + deny(when("StringEquals", key, `"x"`))
	}
	a := w.decide(t)
	check(t, a, allowed|implicit|explicit)
	if !a.TooComplex {
		t.Error("2^17 combinations of values are not too complex")
	}
}

// TestIndexOfOddStatements: in a document so large that it is indexed, a
// statement is found by whatever of it can be known beforehand.
func TestIndexOfOddStatements(t *testing.T) {
	var filler []string
	for i := range 20 {
		filler = append(filler, stmt(policy.Allow, "s3:Put*", fmt.Sprintf("arn:aws:s3:::c/%d", i), principal(foreign)))
	}
	list := func(format string, n int) string {
		var values []string
		for i := range n {
			values = append(values, fmt.Sprintf(format, i))
		}
		return `["` + strings.Join(values, `", "`) + `"]`
	}
	tests := map[string]struct {
		statement string
		want      policy.Decision
	}{
		"a variable without reading":   {stmt(policy.Allow, "*", "arn:aws:s3:::b/${}", principal(roleARN)), allowed | implicit},
		"a variable in the key":        {stmt(policy.Allow, "*", "arn:aws:s3:::b/${v}", principal(roleARN)), allowed},
		"a wildcard, then a variable":  {stmt(policy.Allow, "*", "arn:aws:s3:::*/${v}", principal(roleARN)), allowed},
		"actions times many resources": {`{"Effect": "Allow", ` + principal(roleARN) + `, "Action": ` + list("s3:Replicate%d*", 8) + `, "Resource": ` + list("arn:aws:s3:::b/%d", 8) + `}`, implicit},
		"actions times principals": {
			`{"Effect": "Allow", "Principal": {"AWS": ` + strings.Replace(list(foreign[:10]+"%02d", 40), "[", `["`+roleARN+`", `, 1) + `}, "Action": ["s3:Replicate*", "s3:Get*"], "Resource": ["arn:aws:s3:::b/x", "arn:aws:s3:::b/y"]}`,
			allowed,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := world{keys: exactly("v", "x"), identity: allow(), owner: foreign, bucket: strings.Join(append(slices.Clone(filler), tt.statement), ", ")}
			both(t, w, tt.want)
			w.bucket = tt.statement
			both(t, w, tt.want)
		})
	}
}

// TestIndexOfPatterns: the statements about a part of a pattern are found, also
// where the pattern ends where several of them part.
func TestIndexOfPatterns(t *testing.T) {
	var statements []string
	for i := range 20 {
		statements = append(statements, stmt(policy.Allow, "*", fmt.Sprintf("arn:aws:s3:::b/%c/*", 'a'+i)))
	}
	for pattern, want := range map[string]policy.Decision{
		"arn:aws:s3:::b/*": allowed | implicit, "arn:aws:s3:::b/a*": allowed | implicit, "arn:aws:s3:::b/a/*": allowed, "arn:aws:s3:::b/z*": implicit, "arn:aws:s3:::*": allowed | implicit,
	} {
		w := world{resource: pattern, pattern: true, identity: strings.Join(statements, ", ")}
		t.Run(pattern, func(t *testing.T) { both(t, w, want) })
	}
}

// TestIndexOfUnwritable: a statement built in Go that JSON cannot hold is not
// taken for another.
func TestIndexOfUnwritable(t *testing.T) {
	clause := func(value string) policy.Clause {
		return policy.Clause{Operator: "StringEquals", Key: "k", Values: policy.One(value)}
	}
	d := policy.New()
	for range 20 {
		d.Statements = append(d.Statements, policy.Statement{
			Effect: policy.Allow, Action: policy.One("*"), Resource: policy.One("*"), Condition: []policy.Clause{clause("x"), clause("x")},
		})
	}
	w := world{keys: exactly("k", "x")}
	p := w.policies(t)
	p.Identity = []policy.Source{{Document: fact.Of(d)}}
	a := policy.Decide(w.request(), p)
	check(t, a, allowed)
	if got := len(a.Classes[0].Views[0].Allows); got != 20 {
		t.Errorf("%d statements allow, want all 20", got)
	}
}

// TestSettledNames: where few statements name somebody, the index does without
// names, and finds them for every caller.
func TestSettledNames(t *testing.T) {
	var statements []string
	for i := range 20 {
		statements = append(statements, stmt(policy.Allow, "*", fmt.Sprintf("arn:aws:s3:::b/%d", i), principal(roleARN)))
	}
	w := world{bucket: strings.Join(statements, ", "), resource: "arn:aws:s3:::b/7"}
	both(t, w, allowed)
	w.caller = asUser
	both(t, w, implicit)
}

// TestEmptyIsNoData: to a set operator an empty text is no data. It does not
// stand for the other values of a key that is open.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html.
func TestEmptyIsNoData(t *testing.T) {
	for name, d := range map[string]policy.Domain{"anything": policy.Anything(), "a text": policy.Like("*"), "each text": policy.Every("*")} {
		w := world{keys: map[string]policy.Domain{"k": d}}
		t.Run(name, func(t *testing.T) {
			w.identity = allow(when("ForAllValues:StringLike", "k", `"x"`))
			both(t, w, allowed|implicit)
			w.identity = allow(when("ForAnyValue:StringNotLike", "k", `"x"`))
			both(t, w, allowed|implicit)
			w.identity = allow() + ", " + deny(when("ForAllValues:ArnLike", "k", `"arn:aws:s3:::b"`))
			both(t, w, allowed|explicit)
		})
	}
}
