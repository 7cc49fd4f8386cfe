package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
)

// TestPattern decides for all resources of a pattern.
func TestPattern(t *testing.T) {
	const b = "arn:aws:s3:::b/"
	type class struct {
		Witness  string
		Decision policy.Decision
	}
	tests := []struct {
		name     string
		resource string
		world
		want []class
	}{
		{"all", b + "*", world{identity: stmt(policy.Allow, "*", b+"*")}, []class{{b + "a", allowed}}},
		{"none", b + "*", world{identity: stmt(policy.Allow, "*", "arn:aws:s3:::c/*")}, []class{{b + "a", implicit}}},
		{"wider than it needs", b + "logs/*", world{identity: stmt(policy.Allow, "*", "arn:aws:s3:::*")}, []class{{b + "logs/", allowed}}},
		{"a prefix", b + "*", world{identity: stmt(policy.Allow, "*", b+"logs/*")}, []class{{b + "a", implicit}, {b + "logs/", allowed}}},
		{"all but a prefix", b + "*", world{identity: stmt(policy.Allow, "*", b+"*") + `,` + stmt(policy.Deny, "*", b+"logs/*")}, []class{{b + "a", allowed}, {b + "logs/", explicit}}},
		{"two halves", b + "*", world{identity: stmt(policy.Allow, "*", b+"a*") + `, {"Effect": "Allow", "Action": "*", "NotResource": "` + b + `a*"}`}, []class{{b + "b", allowed}, {b + "a", allowed}}},
		{"nothing has an empty key", b + "*", world{identity: stmt(policy.Allow, "*", b+"?*")}, []class{{b + "a", allowed}}},
		{"bucket and objects", "arn:aws:s3:::b*", world{identity: stmt(policy.Allow, "*", "arn:aws:s3:::b")}, []class{{"arn:aws:s3:::b", allowed}, {"arn:aws:s3:::ba", implicit}}},
		{"a literal asterisk", b + "${*}/*", world{identity: stmt(policy.Allow, "*", b+"${*}/*")}, []class{{b + "*/", allowed}}},
		{"a variable of two values", b + "*", world{
			keys:     map[string]policy.Domain{"v": policy.OneOf(policy.Exactly("x"), policy.Exactly("y"))},
			identity: stmt(policy.Allow, "*", b+"${v}/*"),
		}, []class{{b + "a", implicit}, {b + "x/", allowed | implicit}}},
		{"keys have rules of their own", "*", world{action: "kms:Decrypt", identity: allow()}, []class{{"", allowed}, {"arn::kms:::key/", implicit}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := tt.world
			w.resource, w.pattern = tt.resource, true
			a := w.decide(t)
			var got []class
			for _, c := range a.Classes {
				got = append(got, class{c.Witness, c.Decision})
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("classes (-want +got):\n%s", d)
			}
		})
	}
}

// TestMerged: classes about which all layers say the same are one.
func TestMerged(t *testing.T) {
	a := world{
		resource: "arn:aws:s3:::b/*", pattern: true,
		identity: `{"Effect": "Allow", "Action": "*", "Resource": ["arn:aws:s3:::b/x*", "arn:aws:s3:::b/y*"]}`,
	}.decide(t)
	var got []string
	for _, c := range a.Classes {
		got = append(got, c.Witness)
	}
	if d := cmp.Diff([]string{"arn:aws:s3:::b/a", "arn:aws:s3:::b/x"}, got); d != "" {
		t.Errorf("witnesses (-want +got):\n%s", d)
	}
}

func TestPatternTooComplex(t *testing.T) {
	const hostile = "arn:aws:s3:::b/*a????????????????"
	w := world{resource: "arn:aws:s3:::b/*b", pattern: true, identity: stmt(policy.Allow, "*", hostile)}
	a := w.decide(t)
	check(t, a, allowed|implicit|explicit)
	if !a.TooComplex {
		t.Error("131,072 states are not too complex")
	}
}

// TestViews: what each layer says by itself, with the statements.
func TestViews(t *testing.T) {
	w := world{
		owner: foreign,
		keys:  map[string]policy.Domain{"k": policy.Anything()},
		identity: stmt(policy.Allow, "s3:Get*", "*") + ", " +
			stmt(policy.Allow, "s3:*", "*", `"Sid": "Mine"`, when("StringEquals", "k", `"x"`)),
		bucket:   allow(principal(own)) + ", " + deny(principal(roleARN), when("Null", "k", "true")),
		boundary: unread,
		scps:     []string{allow(), stmt(policy.Allow, "ec2:*", "*")},
		rcps:     []string{stmt(policy.Deny, "s3:Get*", "*", everyone)},
	}
	a := w.decide(t)
	check(t, a, implicit|explicit)
	want := []policy.View{
		{Layer: policy.Identity, Says: policy.Silent | policy.AllowsDirectly, Allows: []policy.Ref{{Layer: policy.Identity, Policy: "identity", Statement: 1, Sid: "Mine", Effect: policy.Allow}}},
		{
			Layer: policy.Resource, Says: policy.AllowsAccount | policy.Denies,
			Allows: []policy.Ref{{Layer: policy.Resource, Policy: "bucket", Effect: policy.Allow}},
			Denies: []policy.Ref{{Layer: policy.Resource, Policy: "bucket", Statement: 1, Effect: policy.Deny}},
		},
		{Layer: policy.Boundary, Says: policy.Silent | policy.AllowsDirectly | policy.Denies},
		{Layer: policy.SCP, Says: policy.Silent, Allows: []policy.Ref{{Layer: policy.SCP, Policy: "scp", Effect: policy.Allow}}},
		{Layer: policy.RCP, Says: policy.AllowsDirectly},
	}
	if d := cmp.Diff(want, a.Classes[0].Views); d != "" {
		t.Errorf("views (-want +got):\n%s", d)
	}
	if got := (world{identity: allow()}).decide(t).Classes[0].Views; len(got) != 1 {
		t.Errorf("views %+v, want none of layers without policies", got)
	}
}

// TestRestrictPublicBuckets: S3 cuts other accounts off from a public bucket.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html.
func TestRestrictPublicBuckets(t *testing.T) {
	tests := []struct {
		name   string
		public string
		want   policy.Decision // of a caller of another account that is named too
	}{
		{"not public", allow(principal(foreign)), allowed},
		{"everyone", allow(everyone), implicit},
		{"everyone, on other actions", stmt(policy.Allow, "s3:GetObject", "*", everyone), implicit},
		{"everyone but one", allow(`"NotPrincipal": {"AWS": "` + foreign + `"}`), implicit},
		{"a Deny is no grant", stmt(policy.Deny, "s3:GetObject", "*", everyone), allowed},
		{"an organization", allow(everyone, when("StringEquals", "aws:PrincipalOrgID", `"o-1"`)), allowed},
		{"all but an organization", allow(everyone, when("StringNotEquals", "aws:PrincipalOrgID", `"o-1"`)), implicit},
		{"organizations by pattern", allow(everyone, when("StringLike", "aws:PrincipalOrgID", `"o-*"`)), implicit},
		{"an organization in a variable", allow(everyone, when("StringEquals", "aws:PrincipalOrgID", `"${aws:ResourceOrgID}"`)), implicit},
		{"an organization, if any", allow(everyone, when("StringEqualsIfExists", "aws:PrincipalOrgID", `"o-1"`)), unknown},
		{"some other key", allow(everyone, when("StringEquals", "aws:Referer", `"x"`)), implicit},
		{"a KMS key, in one list of AWS's only", allow(everyone, when("StringEquals", "s3:x-amz-server-side-encryption-aws-kms-key-id", `"k"`)), unknown},
		{"a value that cannot be read", allow(everyone, when("IpAddress", "aws:SourceIp", `"10.0.0.0/33"`)), unknown},
		{"a network", allow(everyone, when("IpAddress", "aws:SourceIp", `"10.0.0.0/8"`)), allowed},
		{"a network too wide", allow(everyone, when("IpAddress", "aws:SourceIp", `"10.0.0.0/7"`)), implicit},
		{"an IPv6 network", allow(everyone, when("IpAddress", "aws:SourceIp", `"2001:db8::/32"`)), allowed},
		{"an IPv6 network too wide", allow(everyone, when("IpAddress", "aws:SourceIp", `"2001:db8::/31"`)), implicit},
		{"access points of one account", allow(everyone, when("StringLike", "s3:DataAccessPointArn", `"arn:aws:s3:us-east-1:111122223333:accesspoint/*"`)), allowed},
		{"access points of any account", allow(everyone, when("StringLike", "s3:DataAccessPointArn", `"arn:aws:s3:us-east-1:*:accesspoint/*"`)), implicit},
		{"a role by condition", allow(everyone, when("ArnEquals", "aws:PrincipalArn", `"`+roleARN+`"`)), unknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := world{owner: foreign, restrict: true, identity: allow(), bucket: allow(principal(roleARN)) + ", " + tt.public}
			a := w.decide(t)
			check(t, a, tt.want)
			if got := a.Classes[0].Withheld; got != (tt.want != allowed) {
				t.Errorf("Withheld = %t", got)
			}
			d, _ := w.policies(t).Resource.Document.Get()
			if public, certain := d.Public(); public != (tt.want != allowed) || certain != (tt.want != unknown) {
				t.Errorf("Public() = %t, %t", public, certain)
			}
			w.owner = own
			check(t, w.decide(t), allowed)
			w.owner, w.restrict = foreign, false
			check(t, w.decide(t), allowed)
		})
	}
	service := world{caller: asS3, owner: foreign, restrict: true, bucket: allow(everyone)}
	check(t, service.decide(t), allowed)
	key := world{action: "kms:Decrypt", resource: "arn:aws:kms:us-east-1:444455556666:key/k", owner: foreign, restrict: true, identity: allow(), bucket: allow(everyone)}
	check(t, key.decide(t), allowed) // the setting is S3's
}

func TestExplain(t *testing.T) {
	w := world{
		resource: "arn:aws:s3:::b/*", pattern: true, management: true,
		keys: map[string]policy.Domain{"open": policy.Anything(), "two": policy.Exactly("a", "b"), "from": policy.OutsideRanges()},
		identity: stmt(policy.Allow, "s3:Get*", "*") + ", " +
			stmt(policy.Allow, "*", "arn:aws:s3:::c/*", `"Sid": "C"`) + ", " +
			allow(`"Condition": {"StringLike": {"open": "x"}, "StringEquals": {"closed": "x"}}`) + ", " +
			stmt(policy.Allow, "*", "arn:aws:s3:::b/x/*") + ", " +
			allow(when("StringEquals", "open", `"x"`)) + ", " +
			allow(when("ForAllValues:StringEquals", "Two", `"a"`)) + ", " +
			allow(when("IpAddress", "from", `"192.0.2.0/24"`)) + ", " +
			allow(when("Null", "open", `"true"`)),
		bucket: allow(principal(foreign)),
		scps:   []string{allow()}, // of no concern in the management account
	}
	ref := func(i int) policy.Ref {
		return policy.Ref{Layer: policy.Identity, Policy: "identity", Statement: i, Effect: policy.Allow}
	}
	c := ref(1)
	c.Sid = "C"
	want := []policy.Note{
		{Ref: ref(0), Failed: policy.ActionElement},
		{Ref: c, Failed: policy.ResourceElement},
		{Ref: ref(2), Failed: policy.ConditionElement, Clause: 1, Has: [][]string{{}}},
		{Ref: ref(3)},
		{Ref: ref(4)},
		{Ref: ref(5), Failed: policy.ConditionElement, Has: [][]string{{"a", "b"}}},
		{Ref: ref(6), Failed: policy.ConditionElement},
		{Ref: ref(7)},
		{Ref: policy.Ref{Layer: policy.Resource, Policy: "bucket", Effect: policy.Allow}, Failed: policy.PrincipalElement},
	}
	if d := cmp.Diff(want, policy.Explain(w.request(), w.policies(t))); d != "" {
		t.Errorf("Explain (-want +got):\n%s", d)
	}
	p := w.policies(t)
	p.Identity[0].Document = fact.Unread[*policy.Document]("AccessDenied")
	if got := policy.Explain(w.request(), p); len(got) != 1 {
		t.Errorf("Explain of a document that was not read: %+v", got)
	}
}
