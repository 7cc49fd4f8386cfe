package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
)

// quick decides a world without reasons.
func (w world) quick(t testing.TB) (policy.Decision, bool) {
	t.Helper()
	return policy.Prepare(w.policies(t)).Decision(w.request().Prepare())
}

// TestDecision: without its reasons, a decision is the same.
func TestDecision(t *testing.T) {
	within := stmt(policy.Allow, "*", "arn:aws:s3:::b/x*")
	tests := map[string]struct {
		w     world
		want  policy.Decision
		alike bool
	}{
		"allowed":               {world{identity: allow()}, allowed, true},
		"a deny anywhere":       {world{identity: allow(), bucket: deny(everyone)}, explicit, true},
		"all of a pattern":      {world{identity: allow(), resource: "arn:aws:s3:::b/*", pattern: true}, allowed, true},
		"part of a pattern":     {world{identity: within, resource: "arn:aws:s3:::b/*", pattern: true}, allowed | implicit, false},
		"none of a pattern":     {world{identity: within, resource: "arn:aws:s3:::c/*", pattern: true}, implicit, true},
		"a pattern of nothing":  {world{identity: allow(), resource: "arn:aws:s3:::b/", pattern: true}, 0, false},
		"an unread document":    {world{identity: unread}, unknown, true},
		"an open key":           {world{identity: allow(when("StringEquals", "k", `"x"`)), keys: map[string]policy.Domain{"k": policy.Anything()}}, allowed | implicit, true},
		"a key that may differ": {world{identity: allow(when("StringLike", "k", `"x*"`)), keys: map[string]policy.Domain{"k": oneOf("xa", "xb")}}, allowed, true},
		"a variable":            {world{identity: stmt(policy.Allow, "*", "arn:aws:s3:::b/${v}"), keys: exactly("v", "x")}, allowed, true},
		"a missing variable":    {world{identity: stmt(policy.Allow, "*", "arn:aws:s3:::b/${v}")}, implicit, true},
		"an open variable":      {world{identity: stmt(policy.Allow, "*", "arn:aws:s3:::b/${v}"), keys: map[string]policy.Domain{"v": policy.Anything()}}, allowed | implicit, true},
		"elsewhere, whatever the variable holds": {
			world{identity: stmt(policy.Allow, "*", "arn:aws:s3:::c/${v}"), keys: map[string]policy.Domain{"v": policy.Anything()}}, implicit, true,
		},
		"every level of an organization": {world{identity: allow(), scps: []string{allow(), allow()}}, allowed, true},
		"a level that is silent":         {world{identity: allow(), scps: []string{allow(), stmt(policy.Allow, "s3:Get*", "*")}}, implicit, true},
		"levels without number":          {world{identity: allow(), scps: strings.Split(strings.Repeat(allow()+";", 69)+allow(), ";")}, allowed, true},
		"a public bucket":                {world{bucket: allow(everyone), owner: foreign, identity: allow(), restrict: true}, implicit, true},
		"perhaps a public bucket": {
			world{bucket: allow(everyone, when("StringEquals", "aws:PrincipalArn", `"`+roleARN+`"`)), owner: foreign, identity: allow(), restrict: true, keys: exactly("aws:principalarn", roleARN)},
			allowed | implicit, true,
		},
		"NotPrincipal in part":       {world{identity: allow(), bucket: deny(`"NotPrincipal": {"AWS": "` + roleARN + `"}`)}, allowed | explicit, true},
		"an endpoint's principal":    {world{identity: allow(), endpoint: allow(principal(roleARN))}, allowed | implicit, true},
		"no resource in a statement": {world{identity: `{"Effect": "Allow", "Action": "*"}`}, allowed | implicit, true},
		"no resource in a bucket policy": {
			world{bucket: `{"Effect": "Allow", "Principal": "*", "Action": "*"}`}, allowed, true,
		},
		"a short text to be spared":       {world{identity: `{"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:b"}`}, allowed, true},
		"nobody named":                    {world{bucket: allow()}, implicit, true},
		"the session's name is not known": {world{caller: asAny, bucket: allow(principal(sessions + "s"))}, allowed | implicit, true},
		"the session has the name":        {world{caller: asSession, bucket: allow(principal(sessions + "s"))}, allowed, true},
		"a short resource":                {world{identity: stmt(policy.Allow, "*", "arn:aws:s3:*")}, allowed | implicit, true},
		"a short text":                    {world{identity: stmt(policy.Allow, "*", "arn:aws:s3:b")}, implicit, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, alike := tt.w.quick(t)
			if got != tt.want || alike != tt.alike {
				t.Errorf("got %03b, alike %t; want %03b, %t", got, alike, tt.want, tt.alike)
			}
			if got := new(policy.Evaluator).Allowed(tt.w.request(), tt.w.policies(t)); got != (tt.want == allowed) {
				t.Errorf("Allowed says %t, want %t", got, !got)
			}
			for way, a := range map[string]policy.Answer{
				"Decide": tt.w.decide(t), "in full, it": policy.DecideFully(tt.w.request(), tt.w.policies(t)),
			} {
				if got := joined(a); got != tt.want {
					t.Errorf("%s says %03b, want %03b", way, got, tt.want)
				}
			}
		})
	}
}

// TestAllowed: whether everything is allowed is the same without its reasons.
func TestAllowed(t *testing.T) {
	answers := map[bool]int{}
	var used policy.Evaluator // which keeps what it works with from one request to the next
	rapid.Check(t, func(r *rapid.T) {
		w := drawLayers(r)
		want := policy.Decide(w.request(), w.policies(t)).Allowed()
		if got := used.Allowed(w.request(), w.policies(t)); got != want {
			r.Errorf("%+v: allowed %t, and %t without reasons", w, want, got)
		}
		answers[want]++
	})
	if len(answers) < 2 {
		t.Errorf("every request has the same answer: %v", answers)
	}
}

func oneOf(values ...string) policy.Domain {
	var d []policy.Domain
	for _, v := range values {
		d = append(d, policy.Exactly(v))
	}
	return policy.OneOf(d...)
}

// TestLargeDocument: in a document of many statements those are found that name
// the caller, whatever the kind of principal.
func TestLargeDocument(t *testing.T) {
	federated := "arn:aws:sts::111122223333:federated-user/f"
	var names []string
	for i := range 40 {
		names = append(names, principal(fmt.Sprintf("%s-%d", roleARN, i)))
	}
	tests := map[string]struct {
		caller policy.Caller
		named  string
		want   policy.Decision
	}{
		"role":                         {asRole, principal(roleARN), allowed},
		"another role":                 {asRole, principal(roleARN + "x"), implicit},
		"session":                      {asSession, principal(sessions + "s"), allowed},
		"another session":              {asSession, principal(sessions + "t"), implicit},
		"user":                         {asUser, principal(userARN), allowed},
		"unique ID":                    {policy.Caller{Kind: policy.Role, ARN: roleARN, Account: own, UniqueID: "AROA1"}, principal("AROA1"), allowed},
		"service":                      {asS3, `"Principal": {"Service": "s3.amazonaws.com"}`, allowed},
		"federated session":            {policy.Caller{Kind: policy.FederatedUser, ARN: federated, Account: own}, principal(federated), allowed},
		"the user behind it, perhaps":  {policy.Caller{Kind: policy.FederatedUser, ARN: federated, Account: own}, principal(userARN), allowed | implicit},
		"everyone":                     {anyone, everyone, allowed},
		"several":                      {asRole, `"Principal": {"AWS": ["` + foreign + `", "` + roleARN + `"]}`, allowed},
		"more than the index holds":    {asRole, `"Principal": {"AWS": [` + strings.Repeat(`"`+foreign+`", `, 99) + `"` + roleARN + `"]}`, allowed},
		"a canonical user ID, perhaps": {asUser, `"Principal": {"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}`, allowed | implicit},
		"nobody":                       {asRole, principal("arn:aws:iam::111122223333:role/*"), implicit},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var statements []string
			for _, n := range names {
				statements = append(statements, allow(n))
			}
			w := world{caller: tt.caller, owner: foreign, identity: allow(), session: allow(), bucket: strings.Join(append(statements, allow(tt.named)), ", ")}
			small := w
			small.bucket = allow(tt.named)
			check(t, w.decide(t), small.decide(t).Classes[0].Decision)
			if got, _ := w.quick(t); got != tt.want {
				t.Errorf("got %03b, want %03b", got, tt.want)
			}
			if got := new(policy.Evaluator).Allowed(w.request(), w.policies(t)); got != (tt.want == allowed) {
				t.Errorf("allowed is %t, of the decision %03b", got, tt.want)
			}
		})
	}
}

// TestEqualStatements: statements that say the same are decided once, and all
// are evidence.
func TestEqualStatements(t *testing.T) {
	var statements []string
	for i := range 20 {
		statements = append(statements, strings.Replace(allow(), "{", fmt.Sprintf(`{"Sid": "S%d", `, i), 1))
	}
	w := world{identity: strings.Join(statements, ", ")}
	refs := w.decide(t).Classes[0].Views[0].Allows
	if len(refs) != 20 || refs[19].Sid != "S19" || refs[19].Statement != 19 {
		t.Errorf("evidence is %+v, want all 20 statements", refs)
	}
	if notes := policy.Explain(w.request(), w.policies(t)); len(notes) != 20 || notes[7].Ref.Sid != "S7" {
		t.Errorf("explained %+v, want all 20 statements", notes)
	}
}

// TestIndex: how statements are found does not change what they amount to. The
// same statements are decided in one large document and in many small ones.
func TestIndex(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := drawWorld(r)
		draw := rapid.Custom(func(t *rapid.T) string { return drawStatement(t, policy.Allow, policy.Deny) })
		statements := rapid.SliceOfN(draw, 17, 40).Draw(r, "statements")
		w.identity = strings.Join(statements, ", ")
		one := w.policies(t)
		many := one
		many.Identity = nil
		for i, s := range statements {
			many.Identity = append(many.Identity, w.source(t, fmt.Sprint(i), s))
		}
		want := joined(policy.Decide(w.request(), many))
		got := map[string]policy.Decision{"one document": joined(policy.Decide(w.request(), one))}
		got["one document, quickly"], _ = policy.Prepare(one).Decision(w.request().Prepare())
		got["many documents, quickly"], _ = policy.Prepare(many).Decision(w.request().Prepare())
		for name, d := range got {
			if d != want {
				r.Errorf("%s: %03b, want %03b", name, d, want)
			}
		}
	})
}

func joined(a policy.Answer) (d policy.Decision) {
	for _, c := range a.Classes {
		d |= c.Decision
	}
	return d
}

// TestManyActionsAndResources: a statement that names very much is found too.
func TestManyActionsAndResources(t *testing.T) {
	list := func(format string) string {
		var values []string
		for i := range 70 {
			values = append(values, fmt.Sprintf(format, i))
		}
		return `["` + strings.Join(values, `", "`) + `"]`
	}
	wide := fmt.Sprintf(`{"Effect": "Allow", "Action": %s, "Resource": %s}`, list("s3:Get%d"), list("arn:aws:s3:::b/%d"))
	statements := []string{wide}
	for i := range 20 {
		statements = append(statements, stmt(policy.Allow, "s3:Put*", fmt.Sprintf("arn:aws:s3:::c/%d", i)))
	}
	for resource, want := range map[string]policy.Decision{
		"arn:aws:s3:::b/69": allowed, "arn:aws:s3:::b/70": implicit, "arn:aws:s3:::b/*": allowed | implicit, "arn:aws:s3:::b*": allowed | implicit,
		"arn:aws:s3:::b/6?": allowed | implicit, "arn:aws:s3:::c*": implicit, "arn:aws:s3:::bb*": implicit, "arn:aws:s3:::b/7*": allowed | implicit,
	} {
		w := world{identity: strings.Join(statements, ", "), action: "s3:Get69", resource: resource, pattern: true}
		if got := joined(w.decide(t)); got != want {
			t.Errorf("%s: got %03b, want %03b", resource, got, want)
		}
	}
}

// TestEvery: what differs between two values of a key that the request stands
// for is not unknown, but a class of each.
func TestEvery(t *testing.T) {
	const key = "kms:encryptioncontext:aws:s3:arn"
	w := world{
		action: "kms:Decrypt", resource: "arn:aws:kms:eu-west-1:111122223333:key/k", bucket: allow(principal(own)),
		identity: allow(when("StringLike", "kms:EncryptionContext:aws:s3:arn", `"arn:aws:s3:::b/logs/*"`)),
		keys:     map[string]policy.Domain{key: policy.Every("arn:aws:s3:::b/*")},
	}
	a := w.decide(t)
	got := map[policy.Decision]string{}
	for _, c := range a.Classes {
		got[c.Decision] = c.Context[key]
	}
	want := map[policy.Decision]string{implicit: "arn:aws:s3:::b/", allowed: "arn:aws:s3:::b/logs/"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("one class of values for each decision (-want +got):\n%s", d)
	}
	if d, alike := w.quick(t); d != allowed|implicit || alike {
		t.Errorf("got %03b, alike %t: the values differ", d, alike)
	}
	w.keys[key] = policy.Every("arn:aws:s3:::b/logs/*")
	if a := w.decide(t); !a.Allowed() || a.Classes[0].Context != nil {
		t.Errorf("every value is allowed, and none is to be told apart: %+v", a)
	}
	// What is unknown stays so within each class.
	w.keys[key] = policy.Every("arn:aws:s3:::b/*")
	w.boundary = unread
	for _, c := range w.decide(t).Classes {
		if c.Context[key] == "arn:aws:s3:::b/logs/" && (!c.Decision.Unknown() || c.Open[0].Layer != policy.Boundary) {
			t.Errorf("with an unread boundary, %+v", c)
		}
	}
}

// TestEveryAddress: a statement about some addresses of a range has a class for
// those, and one for the rest.
func TestEveryAddress(t *testing.T) {
	const key = "aws:sourceip"
	in := func(ranges string) string { return allow(when("IpAddress", "aws:SourceIp", ranges)) }
	none := map[policy.Decision]string{}
	for _, tt := range []struct {
		name     string
		from     policy.Domain
		identity string
		want     map[policy.Decision]string // an address of each class; "" where there is one class
	}{
		{"all of a range", policy.EveryAddress("10.0.0.0/24"), in(`"10.0.0.0/16"`), map[policy.Decision]string{allowed: ""}},
		{"its two halves", policy.EveryAddress("10.0.0.0/24"), in(list("10.0.0.0/25", "10.0.0.128/25")), map[policy.Decision]string{allowed: ""}},
		{"the first half", policy.EveryAddress("10.0.0.0/24"), in(`"10.0.0.0/25"`), map[policy.Decision]string{allowed: "10.0.0.0", implicit: "10.0.0.128"}},
		{"one in the middle", policy.EveryAddress("10.0.0.0/24"), in(`"10.0.0.9"`), map[policy.Decision]string{allowed: "10.0.0.9", implicit: "10.0.0.0"}},
		{"the first of two ranges", policy.EveryAddress("10.0.0.0/24", "2001:db8::/32"), in(`"10.0.0.0/24"`), map[policy.Decision]string{allowed: "10.0.0.0", implicit: "2001:db8::"}},
		{"one address", policy.EveryAddress("2001:db8::7"), in(`"2001:DB8::/64"`), map[policy.Decision]string{allowed: ""}},
		{"none of them", policy.EveryAddress("10.0.0.0/24"), in(`"10.0.1.0/24"`), map[policy.Decision]string{implicit: ""}},
		{"all others, of none", policy.EveryAddressBut("10.0.0.0/24"), in(`"10.0.0.0/25"`), map[policy.Decision]string{implicit: ""}},
		{"all others, some", policy.EveryAddressBut("10.0.0.0/25"), in(`"10.0.0.0/24"`), map[policy.Decision]string{allowed: "10.0.0.128", implicit: "0.0.0.0"}},
		{"it is there", policy.EveryAddress("10.0.0.0/24"), allow(when("Null", "aws:SourceIp", `"false"`)), map[policy.Decision]string{allowed: ""}},
		{"compared as a text", policy.EveryAddress("10.0.0.0/24"), allow(when("StringLike", "aws:SourceIp", `"10.*"`)), none},
		{"a range that is none", policy.EveryAddress("10.0.0.0/240"), in(`"10.0.0.0/24"`), none},
	} {
		w := world{action: "s3:PutObject", resource: "arn:aws:s3:::b/k", identity: tt.identity, keys: map[string]policy.Domain{key: tt.from}}
		got := map[policy.Decision]string{}
		for _, c := range w.decide(t).Classes {
			if !c.Decision.Unknown() {
				got[c.Decision] = c.Context[key]
			}
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, d)
		}
	}
}

// TestPrepareNothing: policies that hold no document decide too.
func TestPrepareNothing(t *testing.T) {
	p := policy.Policies{Resource: policy.Source{Document: fact.Of[*policy.Document](nil)}, Boundary: none(), SCPs: noSCPs(), RCPs: noSCPs()}
	if d, _ := policy.Prepare(p).Decision(world{}.request().Prepare()); d != implicit {
		t.Errorf("got %03b: nothing allows", d)
	}
}
