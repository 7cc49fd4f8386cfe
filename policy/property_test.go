package policy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
)

// drawStatement draws one that has a fair chance to matter to drawWorld's requests.
func drawStatement(t *rapid.T, effects ...policy.Effect) string {
	pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
	effect := rapid.SampledFrom(effects).Draw(t, "effect")
	s := `{"Effect": "` + string(effect) + `", ` +
		pick("action", `"Action": "*"`, `"Action": "s3:Replicate*"`, `"Action": "s3:Get*"`, `"NotAction": "s3:Get*"`) + ", " +
		pick("resource", `"Resource": "*"`, `"Resource": "arn:aws:s3:::b/*"`, `"Resource": "arn:aws:s3:::b/a*"`,
			`"NotResource": "arn:aws:s3:::b/*b"`, `"Resource": ["arn:aws:s3:::b/?", "arn:aws:s3:::b/${v}*"]`)
	return s + pick("condition", "", "",
		", "+when("StringEquals", "k", `["x", "y"]`), ", "+when("StringNotLike", "k", `"x*"`), ", "+when("Null", "k", `"true"`),
		", "+when("ForAllValues:StringLike", "m", `["x*", "y"]`), ", "+when("ForAnyValue:StringNotEquals", "m", `"x"`),
		", "+when("StringLikeIfExists", "k", `"${v}*"`), `, "Condition": {"StringEquals": {"k": "x"}, "Null": {"m": "true"}}`) + "}"
}

func drawNamed(t *rapid.T, effects ...policy.Effect) string {
	who := rapid.SampledFrom([]string{
		everyone, principal(own), principal(roleARN), principal(sessions + "s"), principal(userARN), principal(foreign),
		`"NotPrincipal": {"AWS": "` + foreign + `"}`,
	}).Draw(t, "principal")
	return strings.Replace(drawStatement(t, effects...), "{", "{"+who+", ", 1)
}

// drawDocument draws up to three statements, or no document.
func drawDocument(t *rapid.T, statement func(*rapid.T, ...policy.Effect) string) string {
	list := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string { return statement(t, policy.Allow, policy.Allow, policy.Deny) }), 0, 3).Draw(t, "statements")
	return strings.Join(list, ", ")
}

func drawWorld(t *rapid.T) world {
	w := world{
		caller:   rapid.SampledFrom([]policy.Caller{asRole, asSession, asUser, asAny, asS3, anyone}).Draw(t, "caller"),
		resource: rapid.SampledFrom([]string{"arn:aws:s3:::b/a", "arn:aws:s3:::b/ab", "arn:aws:s3:::b/xb"}).Draw(t, "resource"),
		owner:    rapid.SampledFrom([]string{own, foreign}).Draw(t, "owner"),
		identity: drawDocument(t, drawStatement),
		bucket:   drawDocument(t, drawNamed),
		keys: map[string]policy.Domain{
			"k": rapid.SampledFrom([]policy.Domain{policy.Absent(), policy.Exactly("x"), policy.Exactly("z"), policy.Anything()}).Draw(t, "k"),
			"m": rapid.SampledFrom([]policy.Domain{policy.Absent(), policy.Exactly("x", "y"), policy.AnySet()}).Draw(t, "m"),
			"v": rapid.SampledFrom([]policy.Domain{policy.Absent(), policy.Exactly("x"), policy.OneOf(policy.Exactly("x"), policy.Exactly("a"))}).Draw(t, "v"),
		},
	}
	if rapid.Bool().Draw(t, "limited") {
		w.boundary = drawDocument(t, drawStatement)
		w.session = drawDocument(t, drawStatement)
		w.scps = []string{allow(), allow() + ", " + drawStatement(t, policy.Deny)}
	}
	return w
}

func decision(t *testing.T, w world) policy.Decision {
	t.Helper()
	a := w.decide(t)
	if a.TooComplex || len(a.Classes) != 1 {
		t.Fatalf("%+v: %+v", w, a)
	}
	return a.Classes[0].Decision
}

// TestAddingStatements: a Deny more never allows more, an Allow more never
// denies more.
func TestAddingStatements(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := drawWorld(r)
		before := decision(t, w)
		for _, document := range []*string{&w.identity, &w.bucket} {
			was := *document
			*document = join(was, drawNamed(r, policy.Deny))
			if after := decision(t, w); after&^before&policy.Allowed != 0 || before == explicit && after != explicit {
				r.Errorf("%+v: %s before a Deny was added, %s after", w, name(before), name(after))
			}
			*document = join(was, drawNamed(r, policy.Allow))
			if after := decision(t, w); before == allowed && after != allowed || after&^before&policy.ExplicitDeny != 0 {
				r.Errorf("%+v: %s before an Allow was added, %s after", w, name(before), name(after))
			}
			*document = was
		}
	})
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + ", " + b
}

// TestUnreadIsJoin: without a document, each decision is possible that some
// content of it would give, and no other.
func TestUnreadIsJoin(t *testing.T) {
	contents := []string{"", deny(everyone), allow(everyone), allow(principal(own)), allow(principal(roleARN)), allow(principal(sessions + "s"))}
	rapid.Check(t, func(r *rapid.T) {
		w := drawWorld(r)
		if rapid.Bool().Draw(r, "resource") {
			if w.caller == asAny { // which session a content could name is another unknown
				w.caller = asSession
			}
			checkJoin(t, r, w, &w.bucket, contents)
		}
		checkJoin(t, r, w, &w.identity, []string{"", deny(), allow()})
		w.boundary = ""
		if !strings.Contains(w.bucket, "NotPrincipal") { // having a boundary matters to it
			checkJoin(t, r, w, &w.boundary, []string{stmt(policy.Allow, "ec2:*", "*"), deny(), allow()})
		}
	})
}

func checkJoin(t *testing.T, r *rapid.T, w world, document *string, contents []string) {
	t.Helper()
	read := *document
	*document = unread
	got := decision2(t, &w, document, unread)
	var want policy.Decision
	for _, content := range contents {
		want |= decision2(t, &w, document, content)
	}
	*document = read
	if got != want {
		r.Errorf("%+v: %s with a document unread, want %s", w, name(got), name(want))
	}
}

// decision2 decides w, of which document is a field, with another content.
func decision2(t *testing.T, w *world, document *string, content string) policy.Decision {
	t.Helper()
	c := *w
	for _, f := range [][2]*string{{&w.identity, &c.identity}, {&w.bucket, &c.bucket}, {&w.boundary, &c.boundary}} {
		if f[0] == document {
			*f[1] = content
		}
	}
	return decision(t, c)
}

// TestOpenKeyIsJoin: with a key open, each decision is possible that some value
// of it would give, and no other.
func TestOpenKeyIsJoin(t *testing.T) {
	values := []policy.Domain{
		policy.Absent(), policy.Exactly("x"), policy.Exactly("y"), policy.Exactly("xx"), policy.Exactly("a"), policy.Exactly("z"), policy.Exactly("aa"),
	}
	sets := []policy.Domain{
		policy.Exactly(), policy.Exactly("x"), policy.Exactly("xx"), policy.Exactly("y"), policy.Exactly("z"), policy.Exactly("x", "z"), policy.Exactly("x", "y"),
		policy.Exactly("xx", "x"), policy.Exactly("y", "z"), policy.Exactly("y", "xx"), policy.Exactly("x", "y", "z"),
	}
	rapid.Check(t, func(r *rapid.T) {
		w := drawWorld(r)
		for key, list := range map[string][]policy.Domain{"k": values, "m": sets} {
			w.keys[key] = policy.Anything()
			if key == "m" {
				w.keys[key] = policy.AnySet()
			}
			got := decision(t, w)
			var want policy.Decision
			for _, v := range list {
				w.keys[key] = v
				want |= decision(t, w)
			}
			if got != want {
				r.Errorf("%+v: %s with %s open, want %s", w, name(got), key, name(want))
			}
		}
	})
}

// TestPatternIsJoin: each resource of a pattern is decided as its class is.
func TestPatternIsJoin(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := drawWorld(r)
		all := w
		all.resource, all.pattern = "arn:aws:s3:::b/*", true
		a := all.decide(t)
		var union, seen policy.Decision
		for _, c := range a.Classes {
			w.resource = c.Witness
			if got := decision(t, w); got != c.Decision {
				r.Errorf("%+v: %s for the witness %s, %s for its class", w, name(got), c.Witness, name(c.Decision))
			}
			union |= c.Decision
		}
		for _, key := range []string{"a", "b", "x", "y", "ab", "xb", "yb", "az", "xz", "yz", "a\nb", "x:y"} {
			w.resource = "arn:aws:s3:::b/" + key
			seen |= decision(t, w)
		}
		if union != seen {
			r.Errorf("%+v: %s for some key, %s for all", w, name(seen), name(union))
		}
	})
}

// TestOrder: neither the order of statements nor that of requests matters, and
// deciding changes nothing.
func TestOrder(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := drawWorld(r)
		request, policies := w.request(), w.policies(t)
		identity := documents(policies)
		before := make([]policy.Document, len(identity))
		for i, d := range identity {
			before[i] = policy.Document{Version: d.Version, Statements: slices.Clone(d.Statements)}
		}
		var e policy.Evaluator
		first := e.Decide(request, policies)
		e.Decide(world{caller: asUser, keys: exactly("v", "other", "k", "x")}.request(), policies)
		if d := cmp.Diff(first, e.Decide(request, policies)); d != "" {
			r.Errorf("%+v: decided again (-first +second):\n%s", w, d)
		}
		for i, d := range identity {
			if diff := cmp.Diff(&before[i], d, cmpopts.IgnoreUnexported(policy.Document{})); diff != "" {
				r.Errorf("%+v: a document was changed (-before +after):\n%s", w, diff)
			}
			slices.Reverse(d.Statements)
		}
		if got := policy.Decide(request, policies).Classes[0].Decision; got != first.Classes[0].Decision {
			r.Errorf("%+v: %s, and %s backwards", w, name(first.Classes[0].Decision), name(got))
		}
	})
}

func documents(p policy.Policies) []*policy.Document {
	var out []*policy.Document
	for _, s := range append(slices.Clone(p.Identity), p.Resource, p.Boundary) {
		if d, ok := s.Document.Get(); ok {
			out = append(out, d)
		}
	}
	return out
}

// TestLiterals: statements built in Go decide as those that were parsed.
func TestLiterals(t *testing.T) {
	d := policy.New(policy.Statement{
		Effect: policy.Allow, Action: policy.List("s3:ReplicateObject"), Resource: policy.One("arn:aws:s3:::b/${v}/*"),
		Condition: []policy.Clause{{Operator: "StringEquals", Key: "k", Values: policy.One("x")}},
	})
	w := world{resource: "arn:aws:s3:::b/a/k", keys: exactly("v", "a", "k", "x")}
	p := w.policies(t)
	p.Identity = []policy.Source{{Document: fact.Of(d)}}
	check(t, policy.Decide(w.request(), p), allowed)
	d.Statements[0].Action = policy.Strings{}
	check(t, policy.Decide(w.request(), p), implicit)
	p.Identity = []policy.Source{{Document: fact.Of[*policy.Document](nil)}}
	check(t, policy.Decide(w.request(), p), implicit)
}
