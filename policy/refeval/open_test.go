package refeval_test

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/policy/refeval"
)

// An openKey is a key of which not all is known, with samples of its values
// that tell apart all that the generator writes.
type openKey struct {
	key     string
	like    string // a pattern that all samples match but those that are no value; "" if a value is not one text
	domain  policy.Domain
	samples [][]string // nil: absent
}

func single(list ...string) [][]string {
	out := make([][]string, len(list))
	for i, s := range list {
		out[i] = []string{s}
	}
	return out
}

var absent = [][]string{nil}

func openKeys() []openKey {
	text := single(append(texts("auAkxb/*?", 2), "${aws:username}", "${aws:missing}", "${aws:username, 'u'}", "${*}", "u/x", "a/b", "a/*", "A/*", "U/x", "U/X")...)
	var a [][]string
	for _, s := range texts("auAkxb/*?", 2) {
		a = append(a, []string{"a" + s})
	}
	numbers := single("-1", "-0.5", "-0.25", "0", "0.5", "1", "1.1", "1.2", "1.25", "1.3", "1.5", "2", "3")
	dates := single("2025-11-30", "2025-12-01", "2025-12-30", "2025-12-31", "2025-12-31T12:00:00Z", "2026-01-01", "2026-01-01T00:00:01Z", "2026-01-01T00:00:00.5Z", "2026-02-01")
	addresses := single("192.0.2.0", "192.0.2.1", "192.0.2.2", "192.0.3.0", "198.51.100.6", "198.51.100.7", "198.51.100.8", "10.0.0.1", "2001:db8::1", "2001:db9::1", "fe80::1", "2001:db8::2")
	return []openKey{
		{"aws:principaltag/team", "*", policy.Anything(), append(absent, text...)},
		{"s3:prefix", "*", policy.Like("*"), text},
		{"s3:prefix", "a*", policy.Like("a*"), a},
		{"aws:sourcevpce", "a*", policy.OneOf(policy.Like("a*"), policy.Absent()), append(absent, a...)},
		{"s3:tlsversion", "*", policy.Anything(), append(absent, numbers...)},
		{"aws:currenttime", "*", policy.Like("*"), dates},
		{"aws:sourceip", "*", policy.Anything(), append(absent, addresses...)},
		{"aws:sourceip", "", policy.OneOf(policy.Absent(), policy.OutsideRanges()), append(absent, single("10.0.0.1", "2a00::1")...)},
		{"aws:securetransport", "*", policy.Anything(), append(absent, single("true", "false")...)},
		{"aws:tagkeys", "", policy.AnySet(), sets("a", "b", "c", "u", "k", "x", "ax", "A", "*", "?", "a*", "a/*", "")},
	}
}

// sets are all sets of at most three of some texts.
func sets(list ...string) [][]string {
	out := [][]string{nil}
	for i, a := range list {
		out = append(out, []string{a})
		for j, b := range list[:i] {
			out = append(out, []string{a, b})
			for _, c := range list[:j] {
				out = append(out, []string{a, b, c})
			}
		}
	}
	return out
}

// isPlain reports whether the policies use a key as its type wants, and never as a
// variable or with one: then nothing but its value is open.
func isPlain(p policy.Policies, key string) bool {
	family := usual[key]
	if family == "" {
		family = "String"
	}
	for _, doc := range documents(p) {
		for _, st := range doc.Statements {
			for _, r := range append(st.Resource.Values, st.NotResource.Values...) {
				if strings.Contains(strings.ToLower(r), key) {
					return false
				}
			}
			for _, c := range st.Condition {
				values := strings.ToLower(strings.Join(c.Values.Values, " "))
				if strings.Contains(values, "${"+key) || strings.EqualFold(c.Key, key) && !fits(c, family) {
					return false
				}
			}
		}
	}
	return true
}

func fits(c policy.Clause, family string) bool {
	name := c.Operator[strings.Index(c.Operator, ":")+1:]
	if name == "Null" {
		return true
	}
	if c.Key == "aws:TagKeys" && name == c.Operator {
		return false
	}
	for _, op := range operators[family] {
		if name == op || name == op+"IfExists" {
			for _, v := range c.Values.Values {
				if strings.Contains(v, "${") || v == "x" && family != "String" || v == "tomorrow" || v == "300.1.1.1" {
					return false
				}
			}
			return true
		}
	}
	return false
}

func documents(p policy.Policies) []*policy.Document {
	var out []*policy.Document
	add := func(sources ...policy.Source) {
		for _, s := range sources {
			if doc, ok := s.Document.Get(); ok {
				out = append(out, doc)
			}
		}
	}
	add(p.Resource, p.Boundary)
	add(p.Identity...)
	add(p.Session...)
	add(p.Endpoint...)
	for _, l := range append(p.SCPs.Or(nil), p.RCPs.Or(nil)...) {
		add(l...)
	}
	return out
}

// A key whose value is open, against samples of its values: no decision of a
// sample is missing, and, where the policies use the key as its type wants, none
// is added.
func TestOpenKeys(t *testing.T) {
	t.Parallel()
	first, n := seeds(t, 1000)
	keys := openKeys()
	exact, unknown := 0, 0
	for seed := first; seed < first+n; seed++ {
		g := newGenerator(seed)
		k := pick(g, keys)
		req, policies := g.request(), g.policies()
		if !g.mentions(&policies, k.key) {
			continue
		}
		delete(req.Context, k.key)
		q := concrete(req)
		q.Context.Keys[k.key] = k.domain
		got := join(decided(t, seed, q, policies))
		want, certain := sampled(t, req, policies, k)
		precise := certain && isPlain(policies, k.key)
		if want&^got != 0 && certain || precise && got != want {
			t.Logf("%s is one of %d samples", k.key, len(k.samples))
			found{seed: seed, req: req, policies: policies, unknown: []string{k.key}}.report(t, got, want, nil)
		}
		if precise {
			exact++
		}
		if got&policy.Allowed != 0 && got != policy.Allowed {
			unknown++
		}
	}
	t.Logf("%d exact, %d unknown", exact, unknown)
	if exact < int(n)/10 || unknown < int(n)/50 {
		t.Errorf("of %d requests, %d were compared exactly and %d are unknown: the generator has lost its aim", n, exact, unknown)
	}
}

// mentions puts the key into some conditions, so that its value matters.
func (g generator) mentions(p *policy.Policies, key string) bool {
	docs := documents(*p)
	if len(docs) == 0 {
		return false
	}
	for range 3 {
		doc := pick(g, docs)
		st := &doc.Statements[g.IntN(len(doc.Statements))]
		for range 40 {
			if c := g.clause(); strings.EqualFold(c.Key, key) {
				st.Condition = []policy.Clause{c}
				break
			}
		}
	}
	return true
}

// sampled joins the decisions for the samples of a key.
func sampled(t *testing.T, req refeval.Request, policies policy.Policies, k openKey) (d policy.Decision, certain bool) {
	t.Helper()
	context := req.Context
	certain = true
	for _, s := range k.samples {
		req.Context = maps.Clone(context)
		req.Context[k.key] = s
		part, err := refeval.Decide(req, policies)
		if err != nil && !errors.Is(err, refeval.ErrNoReading) {
			t.Fatal(err)
		}
		d |= part
		certain = certain && err == nil
	}
	return d, certain
}

// A document that was not read, against all that it could say.
func TestUnreadDocuments(t *testing.T) {
	t.Parallel()
	first, n := seeds(t, 6000)
	unknown, compared := 0, 0
	for seed := first; seed < first+n; seed++ {
		g := newGenerator(seed)
		req, policies := g.request(), g.policies()
		policies.RestrictPublicBuckets = false // or an unread policy has more to say
		places := unreadable(&policies)
		place := pick(g, places)
		var want policy.Decision
		exact := true
		for _, doc := range place.couldSay(req.Caller) {
			place.source.Document = doc
			part, err := refeval.Decide(req, policies)
			want |= part
			exact = exact && err == nil
		}
		place.source.Document = fact.Unread[*policy.Document]("AccessDenied")
		got := join(decided(t, seed, concrete(req), policies))
		if exact && got != want {
			found{seed: seed, req: req, policies: policies}.report(t, got, want, nil)
		}
		if exact {
			compared++
		}
		if got&policy.Allowed != 0 && got != policy.Allowed {
			unknown++
		}
	}
	t.Logf("%d compared, %d unknown", compared, unknown)
	if compared < int(n)/2 || unknown < int(n)/20 {
		t.Errorf("of %d requests, %d were compared and %d are unknown: the generator has lost its aim", n, compared, unknown)
	}
}

// Of an organization nothing was read: neither whether there is one, nor what its
// policies say.
func TestUnreadOrganization(t *testing.T) {
	t.Parallel()
	first, n := seeds(t, 600)
	compared, unknown := 0, 0
	for seed := first; seed < first+n; seed++ {
		g := newGenerator(seed)
		f := found{seed: seed, req: g.request(), policies: g.policies()}
		of := place{layer: policy.SCP}
		levels := &f.policies.SCPs
		if g.percent(50) {
			of.layer, levels = policy.RCP, &f.policies.RCPs
		}
		could := []fact.Value[[][]policy.Source]{fact.Absent[[][]policy.Source]()}
		for _, doc := range of.couldSay(f.req.Caller) {
			could = append(could, fact.Of([][]policy.Source{{{Document: doc}}}))
		}
		var want policy.Decision
		exact := true
		for _, l := range could {
			*levels = l
			part, err := refeval.Decide(f.req, f.policies)
			want |= part
			exact = exact && err == nil
		}
		*levels = fact.Unread[[][]policy.Source]("AccessDenied")
		got := join(decided(t, seed, concrete(f.req), f.policies))
		if exact && got != want {
			f.report(t, got, want, nil)
		}
		if exact {
			compared++
		}
		if got&policy.Allowed != 0 && got != policy.Allowed {
			unknown++
		}
	}
	t.Logf("%d compared, %d unknown", compared, unknown)
	if compared < int(n)/2 || unknown < int(n)/40 {
		t.Errorf("of %d requests, %d were compared and %d are unknown: the generator has lost its aim", n, compared, unknown)
	}
}

// A place is a document that may not have been read.
type place struct {
	layer  policy.Layer
	source *policy.Source
}

func unreadable(p *policy.Policies) []place {
	l := []place{{policy.Resource, &p.Resource}, {policy.Boundary, &p.Boundary}}
	add := func(layer policy.Layer, list []policy.Source) {
		for i := range list {
			l = append(l, place{layer, &list[i]})
		}
	}
	add(policy.Identity, p.Identity)
	add(policy.Session, p.Session)
	add(policy.Endpoint, p.Endpoint)
	for _, level := range p.SCPs.Or(nil) {
		add(policy.SCP, level)
	}
	for _, level := range p.RCPs.Or(nil) {
		add(policy.RCP, level)
	}
	return l
}

// couldSay are documents that say all that a document of the layer can say to a
// caller.
func (p place) couldSay(c policy.Caller) []fact.Value[*policy.Document] {
	all := policy.Statement{Effect: policy.Allow, Action: policy.One("*"), Resource: policy.One("*")}
	says := func(effect policy.Effect, to policy.Principals) fact.Value[*policy.Document] {
		st := all
		st.Effect, st.Principal = effect, to
		return fact.Of(policy.New(st))
	}
	everyone := policy.Principals{Everyone: true}
	switch p.layer {
	case policy.Boundary: // there may be none
		return []fact.Value[*policy.Document]{
			fact.Absent[*policy.Document](), fact.Of(policy.New()), says(policy.Allow, policy.Principals{}), says(policy.Deny, policy.Principals{}),
		}
	case policy.Endpoint, policy.RCP:
		return []fact.Value[*policy.Document]{fact.Of(policy.New()), says(policy.Allow, everyone), says(policy.Deny, everyone)}
	case policy.Resource:
	default:
		return []fact.Value[*policy.Document]{fact.Of(policy.New()), says(policy.Allow, policy.Principals{}), says(policy.Deny, policy.Principals{})}
	}
	return []fact.Value[*policy.Document]{
		fact.Of(policy.New()), says(policy.Deny, everyone), says(policy.Allow, everyone), says(policy.Allow, policy.AWS(c.Account)),
		says(policy.Allow, policy.AWS(c.ARN)), says(policy.Allow, policy.Service(c.ARN)),
	}
}
