package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
)

// TestUnread decides with documents that were not read. The answer names those
// that matter, and no others.
func TestUnread(t *testing.T) {
	open := func(l policy.Layer, name string) policy.Open {
		return policy.Open{Layer: l, Policy: name, Why: "AccessDenied"}
	}
	tests := []struct {
		name string
		world
		want policy.Decision
		open []policy.Open
	}{
		{"the only policy that could allow", world{identity: unread}, allowed | implicit | explicit, []policy.Open{open(policy.Identity, "identity")}},
		{"one that could deny", world{identity: unread, bucket: allow(everyone)}, allowed | explicit, []policy.Open{open(policy.Identity, "identity")}},
		{"denied elsewhere", world{identity: unread, bucket: deny(everyone)}, explicit, nil},
		{"denied by another policy, of which kind is not known", world{identity: unread, boundary: stmt(policy.Allow, "ec2:*", "*")}, implicit | explicit, nil},
		{"other accounts: nothing allowed here", world{owner: foreign, identity: stmt(policy.Allow, "ec2:*", "*"), bucket: unread}, implicit | explicit, nil},
		{"other accounts: allowed here", world{owner: foreign, identity: allow(), bucket: unread}, allowed | implicit | explicit, []policy.Open{open(policy.Resource, "bucket")}},
		{"one account: a bucket policy can only deny", world{identity: allow(), bucket: unread}, allowed | explicit, []policy.Open{open(policy.Resource, "bucket")}},
		{"one account: a bucket policy could allow", world{identity: stmt(policy.Allow, "ec2:*", "*"), bucket: unread}, allowed | implicit | explicit, []policy.Open{open(policy.Resource, "bucket")}},
		{"a boundary", world{identity: allow(), boundary: unread}, allowed | implicit | explicit, []policy.Open{open(policy.Boundary, "boundary")}},
		{"a level of SCPs", world{identity: allow(), scps: []string{allow(), unread}}, allowed | implicit | explicit, []policy.Open{open(policy.SCP, "scp")}},
		{"a level of SCPs, another level does not allow", world{identity: allow(), scps: []string{stmt(policy.Allow, "ec2:*", "*"), unread}}, implicit | explicit, nil},
		{"an RCP can only deny", world{identity: allow(), rcps: []string{unread}}, allowed | explicit, []policy.Open{open(policy.RCP, "rcp")}},
		{"an endpoint policy", world{identity: allow(), endpoint: unread}, allowed | implicit | explicit, []policy.Open{open(policy.Endpoint, "endpoint")}},
		{"SCPs do not bind this caller", world{identity: allow(), management: true, scps: []string{unread}}, allowed, nil},
		{"a service has no identity policies", world{caller: asS3, identity: unread, boundary: unread, session: unread, bucket: allow(everyone)}, allowed, nil},
		{"two that matter", world{owner: foreign, identity: unread, bucket: unread}, allowed | implicit | explicit, []policy.Open{open(policy.Identity, "identity"), open(policy.Resource, "bucket")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := tt.decide(t)
			check(t, a, tt.want)
			if d := cmp.Diff(tt.open, a.Classes[0].Open); d != "" {
				t.Errorf("what is open (-want +got):\n%s", d)
			}
		})
	}
}

// TestZeroPolicies: what nobody filled in was not read.
func TestZeroPolicies(t *testing.T) {
	a := policy.Decide(world{}.request(), policy.Policies{})
	check(t, a, allowed|implicit|explicit)
	want := []policy.Open{{Layer: policy.Resource}, {Layer: policy.Boundary}, {Layer: policy.SCP}, {Layer: policy.RCP}}
	if d := cmp.Diff(want, a.Classes[0].Open); d != "" {
		t.Errorf("what is open (-want +got):\n%s", d)
	}
}

// TestSources: several policies of one layer, of which one was not read.
func TestSources(t *testing.T) {
	w := world{}
	p := w.policies(t)
	p.Identity = append(w.sources(t, "read", allow()), w.sources(t, "not read", unread)...)
	a := policy.Decide(w.request(), p)
	check(t, a, allowed|explicit)
	want := []policy.Open{{Layer: policy.Identity, Policy: "not read", Why: "AccessDenied"}}
	if d := cmp.Diff(want, a.Classes[0].Open); d != "" {
		t.Errorf("what is open (-want +got):\n%s", d)
	}
	p.SCPs = fact.Unread[[][]policy.Source]("not in the management account")
	want = append(want, policy.Open{Layer: policy.SCP, Why: "not in the management account"})
	if d := cmp.Diff(want, policy.Decide(w.request(), p).Classes[0].Open); d != "" {
		t.Errorf("what is open (-want +got):\n%s", d)
	}
}

// TestOpenKeys: the answer names the keys that it depends on, as the policy
// spells them, and no others.
func TestOpenKeys(t *testing.T) {
	anything := policy.Anything()
	keys := map[string]policy.Domain{"aws:a": anything, "aws:b": anything, "aws:c": anything}
	tests := []struct {
		name     string
		identity string
		want     []policy.Open
	}{
		{"one", allow(when("StringEquals", "AWS:a", `"x"`)), []policy.Open{{Layer: policy.Identity, Key: "AWS:a"}}},
		{"none that matters", allow() + ", " + allow(when("StringEquals", "aws:a", `"x"`)), nil},
		{"one of two", allow(when("StringEquals", "aws:a", `"x"`)) + ", " + allow(when("StringEquals", "aws:b", `"x"`)) + ", " + allow(when("StringNotEquals", "aws:b", `"x"`)), nil},
		{"two together", allow(`"Condition": {"StringEquals": {"aws:a": "x", "aws:b": "x"}}`), []policy.Open{{Layer: policy.Identity, Key: "aws:a"}, {Layer: policy.Identity, Key: "aws:b"}}},
		{"a clause without reading", allow(when("StringIs", "aws:a", `"x"`)), []policy.Open{{Layer: policy.Identity, Policy: "identity", Key: "aws:a", Why: "statement 0: there is no operator StringIs"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := world{keys: keys, identity: tt.identity}.decide(t)
			if d := cmp.Diff(tt.want, a.Classes[0].Open); d != "" {
				t.Errorf("what is open (-want +got):\n%s", d)
			}
		})
	}
}

// TestSessionNames: a session has one name.
func TestSessionNames(t *testing.T) {
	deny := func(s string) string { return deny(principal(sessions + s)) }
	w := world{caller: asAny, identity: allow(), bucket: deny("a") + ", " + deny("b")}
	a := w.decide(t)
	check(t, a, allowed|explicit)
	want := []policy.Open{{Layer: policy.Resource, Policy: "bucket", Why: "the name of the caller's session is not known"}}
	if d := cmp.Diff(want, a.Classes[0].Open); d != "" {
		t.Errorf("what is open (-want +got):\n%s", d)
	}
	both := world{caller: asAny, bucket: allow(principal(sessions+"a")) + ", " + deny("b"), boundary: stmt(policy.Allow, "ec2:*", "*")}
	check(t, both.decide(t), allowed|implicit|explicit)
}

// TestUnknownOwner: without the owner's account both cases are decided.
func TestUnknownOwner(t *testing.T) {
	r := world{}.request()
	r.ResourceAccount = ""
	a := policy.Decide(r, world{identity: allow()}.policies(t))
	check(t, a, allowed|implicit)
	if got := a.Classes[0].Open; len(got) != 1 || got[0].Key != "aws:ResourceAccount" {
		t.Errorf("open: %+v, want the owner", got)
	}
	check(t, policy.Decide(r, world{identity: allow(), bucket: allow(principal(own))}.policies(t)), allowed)
}

// TestEffectWithoutReading: a statement built in Go with another Effect may
// allow or deny.
func TestEffectWithoutReading(t *testing.T) {
	d := policy.New(policy.Statement{Effect: "allow", Action: policy.One("*"), Resource: policy.One("*")})
	p := world{}.policies(t)
	p.Identity = []policy.Source{{Document: fact.Of(d)}}
	check(t, policy.Decide(world{}.request(), p), allowed|implicit|explicit)
}

func TestTooComplex(t *testing.T) {
	statements := allow()
	keys := map[string]policy.Domain{}
	for _, k := range "abcdefghijklmnopq" {
		keys[string(k)] = policy.Anything()
		statements += ", " + deny(when("StringEquals", string(k), `"x"`))
	}
	a := world{keys: keys, identity: statements}.decide(t)
	check(t, a, allowed|implicit|explicit)
	if !a.TooComplex {
		t.Error("2^17 worlds are not too complex")
	}
}
