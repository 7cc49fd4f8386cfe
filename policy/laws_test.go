package policy_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
)

// drawLayers draws a world that may have policies of every layer.
func drawLayers(t *rapid.T) world {
	w := drawWorld(t)
	w.caller = rapid.SampledFrom([]policy.Caller{asRole, asSession, asUser, asAny, asRoot, asGuest, asS3, anyone}).Draw(t, "who")
	w.pattern = rapid.Bool().Draw(t, "pattern")
	if w.pattern {
		w.resource = rapid.SampledFrom([]string{"arn:aws:s3:::b/*", "arn:aws:s3:::b/a*", "arn:aws:s3:::b*"}).Draw(t, "resources")
	}
	wide := func(t *rapid.T, effects ...policy.Effect) string {
		return rapid.SampledFrom([]string{allow(), allow(), drawStatement(t, effects...)}).Draw(t, "wide")
	}
	public := func(t *rapid.T, effects ...policy.Effect) string {
		return strings.Replace(wide(t, effects...), "{", "{"+everyone+", ", 1)
	}
	if rapid.IntRange(0, 3).Draw(t, "organization") == 0 {
		w.scps = []string{drawDocument(t, wide), join(drawDocument(t, drawStatement), wide(t, policy.Deny))}
		w.rcps = []string{drawDocument(t, drawNamed), drawNamed(t, policy.Deny)}
		w.management = rapid.Bool().Draw(t, "management")
	}
	if rapid.IntRange(0, 3).Draw(t, "through an endpoint") == 0 {
		w.endpoint = drawDocument(t, public)
	}
	return w
}

// places returns the documents of policies that were read, by layer and name.
func places(p policy.Policies) []policy.Source {
	all := slices.Concat(p.Identity, []policy.Source{p.Resource, p.Boundary}, p.Session, p.Endpoint)
	for _, levels := range [][][]policy.Source{p.SCPs.Or(nil), p.RCPs.Or(nil)} {
		all = append(all, slices.Concat(levels...)...)
	}
	return slices.DeleteFunc(all, func(s policy.Source) bool { _, ok := s.Document.Get(); return !ok })
}

// TestDrawnLayers: the laws below are about worlds with policies of each layer,
// and about each decision.
func TestDrawnLayers(t *testing.T) {
	seen := map[string]int{}
	rapid.Check(t, func(r *rapid.T) {
		w := drawLayers(r)
		for _, c := range w.decide(t).Classes {
			seen[name(c.Decision)]++
			for _, v := range c.Views {
				seen[fmt.Sprint("layer ", v.Layer)]++
			}
		}
	})
	want := []string{name(allowed), name(implicit), name(explicit), name(allowed | implicit), name(allowed | explicit)}
	for l := range policy.Endpoint + 1 {
		want = append(want, fmt.Sprint("layer ", l))
	}
	for _, s := range want {
		if seen[s] == 0 {
			t.Errorf("no world with %s was drawn", s)
		}
	}
}

// TestMoreStatements: a Deny more, in whichever document, never allows more; an
// Allow more never denies more.
func TestMoreStatements(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := drawLayers(r)
		w.resource, w.pattern = "arn:aws:s3:::b/ab", false
		before := decision(t, w)
		p := w.policies(t)
		for _, s := range places(p) {
			d, _ := s.Document.Get()
			draw := drawStatement
			if s.Name == "bucket" || s.Name == "rcp" || s.Name == "endpoint" {
				draw = drawNamed
			}
			for _, effect := range []policy.Effect{policy.Deny, policy.Allow} {
				text := draw(r, effect)
				added, err := policy.Parse([]byte(`{"Version": "2012-10-17", "Statement": ` + text + `}`))
				if err != nil {
					t.Fatal(err)
				}
				was := d.Statements
				d.Statements = append(slices.Clone(was), added.Statements...)
				after := joined(policy.Decide(w.request(), p))
				d.Statements = was
				more := effect == policy.Deny && (after&^before&policy.Allowed != 0 || before == explicit && after != explicit)
				less := effect == policy.Allow && (after&^before&policy.ExplicitDeny != 0 || before == allowed && after != allowed)
				if more || less {
					r.Errorf("%+v: %s, and %s with %s in %s", w, name(before), name(after), text, s.Name)
				}
			}
		}
	})
}

// TestNothingChanges: neither deciding nor explaining changes the policies or
// the request.
func TestNothingChanges(t *testing.T) {
	ways := map[string]func(policy.Request, policy.Policies){
		"Decide":   func(r policy.Request, p policy.Policies) { policy.Decide(r, p) },
		"Allowed":  func(r policy.Request, p policy.Policies) { new(policy.Evaluator).Allowed(r, p) },
		"Decision": func(r policy.Request, p policy.Policies) { policy.Prepare(p).Decision(r.Prepare()) },
		"Explain":  func(r policy.Request, p policy.Policies) { policy.Explain(r, p) },
		"Public":   func(_ policy.Request, p policy.Policies) { d, _ := p.Resource.Document.Get(); d.Public() },
	}
	rapid.Check(t, func(r *rapid.T) {
		w := drawLayers(r)
		if rapid.Bool().Draw(r, "large") { // so that it is indexed
			w.identity = join(w.identity, strings.Repeat(stmt(policy.Allow, "s3:Put*", "arn:aws:s3:::c/*")+", ", 20)+allow())
		}
		for name, way := range ways {
			request, policies := w.request(), w.policies(t)
			before := fmt.Sprintf("%#v", request)
			way(request, policies)
			if after := fmt.Sprintf("%#v", request); after != before {
				r.Errorf("%s changes the request from\n%s\nto\n%s", name, before, after)
			}
			if want := w.policies(t); !reflect.DeepEqual(want, policies) {
				r.Errorf("%+v: %s changes the policies", w, name)
			}
		}
	})
}

// TestAnyOrder: the order of documents, statements, and of all that is listed in
// a statement, does not matter; nor does that of an organization's levels.
func TestAnyOrder(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := drawLayers(r)
		w.identity = join(w.identity, `{"Effect": "Deny", "Action": ["s3:Get*", "s3:ReplicateO*"], "Resource": ["arn:aws:s3:::b/x*", "arn:aws:s3:::b/*b"], `+
			`"Condition": {"StringLike": {"k": ["x*", "y"]}, "ForAnyValue:StringEquals": {"m": ["x", "y"]}}}`)
		w.bucket = join(w.bucket, allow(`"Principal": {"AWS": ["`+foreign+`", "`+roleARN+`"], "Service": "s3.amazonaws.com"}`))
		p := w.policies(t)
		p.Identity = append(p.Identity, w.sources(t, "more", drawStatement(r, policy.Allow, policy.Deny))...)
		want := outline(policy.Decide(w.request(), p))
		wantQuick, alike := policy.Prepare(p).Decision(w.request().Prepare())
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "order"), 0)) //nolint:gosec // reproducible on purpose
		p = shuffled(random, p)
		if d := cmp.Diff(want, outline(policy.Decide(w.request(), p))); d != "" {
			r.Errorf("%+v: in another order (-before +after):\n%s", w, d)
		}
		if got, same := policy.Prepare(p).Decision(w.request().Prepare()); got != wantQuick || same != alike {
			r.Errorf("%+v: %s, and %s in another order", w, name(wantQuick), name(got))
		}
	})
}

// outline is what an answer says but for the places of statements.
func outline(a policy.Answer) []string {
	var out []string
	for _, c := range a.Classes {
		s := c.Witness + " is " + name(c.Decision)
		for _, v := range c.Views {
			s += fmt.Sprintf("; layer %d says %04b by %d and %d", v.Layer, v.Says, len(v.Allows), len(v.Denies))
		}
		out = append(out, s)
	}
	return out
}

// shuffled puts all that has no order of its own into another order.
func shuffled(random *rand.Rand, p policy.Policies) policy.Policies {
	p.Identity, p.Session, p.Endpoint = shuffle(random, p.Identity), shuffle(random, p.Session), shuffle(random, p.Endpoint)
	for _, s := range places(p) {
		d, _ := s.Document.Get()
		d.Statements = shuffle(random, d.Statements)
		for i := range d.Statements {
			st := &d.Statements[i]
			for _, list := range []*policy.Strings{&st.Action, &st.NotAction, &st.Resource, &st.NotResource} {
				list.Values = shuffle(random, list.Values)
			}
			for _, of := range []*policy.Principals{&st.Principal, &st.NotPrincipal} {
				of.Types = shuffle(random, of.Types)
				for j := range of.Types {
					of.Types[j].Values.Values = shuffle(random, of.Types[j].Values.Values)
				}
			}
			st.Condition = shuffle(random, st.Condition)
			for j := range st.Condition {
				st.Condition[j].Values.Values = shuffle(random, st.Condition[j].Values.Values)
			}
		}
	}
	if levels, ok := p.SCPs.Get(); ok {
		p.SCPs = fact.Of(shuffle(random, levels))
	}
	if levels, ok := p.RCPs.Get(); ok {
		p.RCPs = fact.Of(shuffle(random, levels))
	}
	return p
}

func shuffle[T any](random *rand.Rand, list []T) []T {
	list = slices.Clone(list)
	random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

// TestReasonsDecide: without the statements that an answer names, the decision
// is another one; without those that it does not name, it is the same.
func TestReasonsDecide(t *testing.T) {
	decided := map[policy.Decision]int{}
	rapid.Check(t, func(r *rapid.T) {
		w := drawLayers(r)
		w.resource, w.pattern = rapid.SampledFrom([]string{"arn:aws:s3:::b/a", "arn:aws:s3:::b/xb"}).Draw(r, "object"), false
		a := w.decide(t)
		class := a.Classes[0]
		decided[class.Decision]++
		if got := w.without(t, func(ref policy.Ref) bool { return !named(class, ref) }); got != class.Decision {
			r.Errorf("%+v: %s, and %s without the statements that are no reason", w, name(class.Decision), name(got))
		}
		denies := w.without(t, func(ref policy.Ref) bool { return ref.Effect == policy.Deny && named(class, ref) })
		if denies&policy.ExplicitDeny != 0 {
			r.Errorf("%+v: %s without the statements that deny", w, name(denies))
		}
		if w.caller.Kind == policy.Root {
			return // the root user needs no statement
		}
		allows := w.without(t, func(ref policy.Ref) bool { return ref.Effect == policy.Allow && named(class, ref) })
		if allows&policy.Allowed != 0 {
			r.Errorf("%+v: %s without the statements that allow", w, name(allows))
		}
	})
	for _, d := range []policy.Decision{allowed, implicit, explicit} {
		if decided[d] < 5 {
			t.Errorf("only %d worlds are decided as %s", decided[d], name(d))
		}
	}
}

// TestEachDenySuffices: where all is known, each of the statements that deny
// does so by itself.
func TestEachDenySuffices(t *testing.T) {
	several := 0
	rapid.Check(t, func(r *rapid.T) {
		w := drawLayers(r)
		w.resource, w.pattern = "arn:aws:s3:::b/xb", false
		w.keys = exactly("k", rapid.SampledFrom([]string{"x", "xx", "z"}).Draw(r, "k of all"), "m", "x", "v", "a")
		if w.caller == asAny || w.caller == asGuest || strings.Contains(fmt.Sprint(w.bucket, w.rcps), "NotPrincipal") {
			w.caller, w.bucket, w.rcps = asSession, deny(everyone), nil // or who calls is not certain
		}
		class := w.decide(t).Classes[0]
		var denies []policy.Ref
		for _, v := range class.Views {
			denies = append(denies, v.Denies...)
		}
		if len(denies) > 1 {
			several++
		}
		for _, alone := range denies {
			got := w.without(t, func(ref policy.Ref) bool { return ref.Effect == policy.Deny && ref != alone })
			if class.Decision == explicit && got != explicit {
				r.Errorf("%+v: %s with %+v as the only Deny", w, name(got), alone)
			}
		}
	})
	if several == 0 {
		t.Error("no world in which two statements deny was drawn")
	}
}

// named reports whether a statement is a reason in an answer.
func named(c policy.Class, ref policy.Ref) bool {
	return slices.ContainsFunc(c.Views, func(v policy.View) bool { return slices.Contains(v.Allows, ref) || slices.Contains(v.Denies, ref) })
}

// without decides a world without some of its statements.
func (w world) without(t *testing.T, gone func(policy.Ref) bool) policy.Decision {
	t.Helper()
	p := w.policies(t)
	take := func(layer policy.Layer, level int, sources ...policy.Source) {
		for _, s := range sources {
			d, ok := s.Document.Get()
			if !ok {
				continue
			}
			var left []policy.Statement
			for i, st := range d.Statements {
				if !gone(policy.Ref{Layer: layer, Level: level, Policy: s.Name, Statement: i, Sid: st.Sid, Effect: st.Effect}) {
					left = append(left, st)
				}
			}
			d.Statements = left
		}
	}
	take(policy.Identity, 0, p.Identity...)
	take(policy.Resource, 0, p.Resource)
	take(policy.Boundary, 0, p.Boundary)
	take(policy.Session, 0, p.Session...)
	take(policy.Endpoint, 0, p.Endpoint...)
	for i, level := range p.SCPs.Or(nil) {
		take(policy.SCP, i, level...)
	}
	for i, level := range p.RCPs.Or(nil) {
		take(policy.RCP, i, level...)
	}
	return joined(policy.Decide(w.request(), p))
}

// TestBothWays: where nothing is open, the short way to an answer gives the
// same reasons as the long one.
func TestBothWays(t *testing.T) {
	alike := 0
	rapid.Check(t, func(r *rapid.T) {
		w := drawLayers(r)
		got, want := policy.Decide(w.request(), w.policies(t)), policy.DecideFully(w.request(), w.policies(t))
		letters := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Witness" },
			cmp.Comparer(func(a, b string) bool { return len(a) == len(b) })) // which letter is free differs
		if d := cmp.Diff(want, got, letters); d != "" {
			r.Errorf("the short way answers otherwise (-long +short):\n%s", d)
		}
		if !slices.ContainsFunc(got.Classes, func(c policy.Class) bool { return c.Decision.Unknown() }) {
			alike++
		}
	})
	if alike == 0 {
		t.Error("something is open in every world: the short way was not taken")
	}
}
