package replication_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/repligrant/repligrant/replication"
)

const role = `"Role":"arn:aws:iam::111122223333:role/r"`

// TestRulesOf reads configurations as `aws s3api get-bucket-replication` prints them.
func TestRulesOf(t *testing.T) {
	const to = `"Status":"Enabled","Destination":{"Bucket":"arn:aws:s3:::acme-copy"}`
	base := replication.Rule{
		Role: "arn:aws:iam::111122223333:role/r", Live: true, Enabled: true,
		From: replication.Bucket{Name: "acme", Account: "111122223333", Partition: "aws"},
		To:   replication.Bucket{Name: "acme-copy", Partition: "aws"},
		Tags: replication.Replicate, Annotations: replication.Omit, ConfusedDeputy: "none", GrantTo: "role",
	}
	gold, red := replication.Tag{Key: "class", Value: "gold"}, replication.Tag{Key: "colour", Value: "red"}
	tests := []struct {
		name, rule string
		change     func(*replication.Rule)
	}{
		{"V1", `{"ID":"a","Prefix":"logs/",` + to + `}`, func(r *replication.Rule) {
			r.Name, r.Prefix, r.V1, r.DeleteMarkers = "a", "logs/", true, true
		}},
		{"V1, whole bucket", `{"Prefix":"",` + to + `}`, func(r *replication.Rule) { r.V1, r.DeleteMarkers = true, true }},
		{"V2, empty filter", `{"Filter":{},"Priority":7,"DeleteMarkerReplication":{"Status":"Disabled"},` + to + `}`, func(r *replication.Rule) { r.Priority = 7 }},
		{"V2, prefix and delete markers", `{"Filter":{"Prefix":"logs/"},"DeleteMarkerReplication":{"Status":"Enabled"},` + to + `}`, func(r *replication.Rule) {
			r.Prefix, r.DeleteMarkers = "logs/", true
		}},
		{"V2 without the element for delete markers", `{"Filter":{},` + to + `}`, func(*replication.Rule) {}},
		{"one tag", `{"Filter":{"Tag":{"Key":"class","Value":"gold"}},` + to + `}`, func(r *replication.Rule) { r.FilterTags = []replication.Tag{gold} }},
		{"prefix and tags", `{"Filter":{"And":{"Prefix":"a/","Tags":[{"Key":"class","Value":"gold"},{"Key":"colour","Value":"red"}]}},` + to + `}`, func(r *replication.Rule) {
			r.Prefix, r.FilterTags = "a/", []replication.Tag{gold, red}
		}},
		{"disabled", `{"Filter":{},"Status":"Disabled","Destination":{"Bucket":"arn:aws:s3:::acme-copy"}}`, func(r *replication.Rule) { r.Enabled = false }},
		{"RTC makes it V2", `{"Status":"Enabled","Destination":{"Bucket":"arn:aws:s3:::acme-copy","ReplicationTime":{"Status":"Enabled","Time":{"Minutes":15}},` +
			`"Metrics":{"Status":"Enabled","EventThreshold":{"Minutes":15}}}}`, func(r *replication.Rule) { r.ReplicationTime, r.Metrics = true, true }},
		{"owner override", `{"Filter":{},"Status":"Enabled","Destination":{"Bucket":"arn:aws:s3:::acme-copy","Account":"444455556666","StorageClass":"STANDARD_IA",` +
			`"AccessControlTranslation":{"Owner":"Destination"}}}`, func(r *replication.Rule) {
			r.OwnerOverride, r.To.Account, r.StorageClass = true, "444455556666", "STANDARD_IA"
		}},
		{"KMS", `{"Filter":{},"Status":"Enabled","SourceSelectionCriteria":{"SseKmsEncryptedObjects":{"Status":"Enabled"},"ReplicaModifications":{"Status":"Enabled"}},` +
			`"Destination":{"Bucket":"arn:aws:s3:::acme-copy","EncryptionConfiguration":{"ReplicaKmsKeyID":"arn:aws:kms:k"}}}`, func(r *replication.Rule) {
			r.KMSObjects, r.ReplicaModifications, r.ReplicaKMSKey = true, true, "arn:aws:kms:k"
		}},
		{"a bucket by its name", `{"Filter":{},"Status":"Enabled","Destination":{"Bucket":"acme-copy"}}`, func(*replication.Rule) {}},
		{"nothing", `{}`, func(r *replication.Rule) {
			r.To.Name, r.V1, r.DeleteMarkers, r.Enabled = "", true, true, false
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := configuration(t, `{`+role+`,"Rules":[`+tt.rule+`]}`)
			want := base
			tt.change(&want)
			got := c.RulesOf(base.From, named)
			if diff := cmp.Diff([]replication.Rule{want}, got, cmp.Comparer(sameBucket)); diff != "" {
				t.Errorf("the rule means something else (-want +got):\n%s", diff)
			}
		})
	}
}

// named is what is known of a bucket of which nothing is known.
func named(name string) replication.Bucket { return replication.Bucket{Name: name} }

func sameBucket(a, b replication.Bucket) bool {
	return a.Name == b.Name && a.Account == b.Account && a.Partition == b.Partition
}

func configuration(t *testing.T, text string) replication.Configuration {
	t.Helper()
	var c replication.Configuration
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestV2IsOfTheWhole checks that one V2 rule makes all of them so: the second
// rule then does not replicate delete markers by itself.
func TestV2IsOfTheWhole(t *testing.T) {
	c := configuration(t, `{`+role+`,"Rules":[{"Filter":{},"Status":"Enabled"},{"Prefix":"a","Status":"Enabled"}]}`)
	for i, r := range c.RulesOf(replication.Bucket{Name: "acme"}, named) {
		if r.V1 || r.DeleteMarkers {
			t.Errorf("rule %d: V1 %t, delete markers %t; want neither", i, r.V1, r.DeleteMarkers)
		}
	}
}

func TestRepairRole(t *testing.T) {
	from := replication.Bucket{Account: "111122223333", Partition: "aws"}
	tests := []struct {
		role, want string
		ok         bool
	}{
		{"arn:aws:iam::111122223333:role/r", "arn:aws:iam::111122223333:role/r", true},
		{"arn:aws:iam::444455556666:role/service-role/r", "arn:aws:iam::444455556666:role/service-role/r", true},
		{"arn:aws:iam::444455556666:r", "arn:aws:iam::444455556666:role/r", false},
		{"arn:aws:iam::SourceBucket-AcctID:source-acct-IAM-role", "arn:aws:iam::111122223333:role/source-acct-IAM-role", false},
		{"r", "arn:aws:iam::111122223333:role/r", false},
		{"role/r", "arn:aws:iam::111122223333:role/r", false},
		{"arn:aws:iam::111122223333:role/", "arn:aws:iam::111122223333:role/", false},
		{"", "", false},
	}
	for _, tt := range tests {
		got, ok := replication.RepairRole(tt.role, from)
		if got != tt.want || ok != tt.ok {
			t.Errorf("RepairRole(%q) = %q, %t; want %q, %t", tt.role, got, ok, tt.want, tt.ok)
		}
	}
}

// TestConfigureRoundTrip checks that what is written means what was wished.
func TestConfigureRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := rapid.SliceOfN(rapid.Custom(drawRule), 1, 5).Draw(t, "rules")
		text, err := json.Marshal(replication.Configure(rules))
		if err != nil {
			t.Fatal(err)
		}
		var c replication.Configuration
		if err := json.Unmarshal(text, &c); err != nil {
			t.Fatal(err)
		}
		if !c.V2() {
			t.Errorf("%s is not of the second version", text)
		}
		got := c.RulesOf(rules[0].From, func(string) replication.Bucket { return rules[0].To })
		if diff := cmp.Diff(rules, got, cmp.Comparer(sameBucket)); diff != "" {
			t.Errorf("%s means something else (-want +got):\n%s", text, diff)
		}
	})
}

func drawRule(t *rapid.T) replication.Rule {
	r := rule()
	r.Live = true
	r.ConfusedDeputy, r.GrantTo = "none", "role"
	r.Name = rapid.StringMatching(`[a-z/ ]{1,8}`).Draw(t, "name")
	r.Prefix = rapid.SampledFrom([]string{"", "a/", "<&>", "日本/"}).Draw(t, "prefix")
	r.Enabled = rapid.Bool().Draw(t, "enabled")
	r.Priority = rapid.IntRange(0, 9).Draw(t, "priority")
	r.FilterTags = rapid.SampledFrom([][]replication.Tag{nil, {{Key: "a"}}, {{Key: "a", Value: "b"}, {Key: "c", Value: "d"}}}).Draw(t, "tags")
	r.OwnerOverride = rapid.Bool().Draw(t, "owner override")
	r.DeleteMarkers = rapid.Bool().Draw(t, "delete markers")
	r.StorageClass = rapid.SampledFrom([]string{"", "STANDARD_IA"}).Draw(t, "storage class")
	r.ReplicationTime = rapid.Bool().Draw(t, "RTC")
	r.Metrics = r.ReplicationTime || rapid.Bool().Draw(t, "metrics")
	return r
}

func TestSize(t *testing.T) {
	r := rule()
	r.Prefix, r.OwnerOverride, r.ReplicationTime = "a&b/", true, true
	r.FilterTags = []replication.Tag{{Key: "k", Value: ""}}
	const want = `<ReplicationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
		`<Role>arn:aws:iam::111122223333:role/acme-orders-replication</Role><Rule><ID>orders</ID><Priority>0</Priority>` +
		`<Filter><And><Prefix>a&amp;b/</Prefix><Tag><Key>k</Key><Value></Value></Tag></And></Filter><Status>Enabled</Status>` +
		`<DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>` +
		`<Destination><Bucket>arn:aws:s3:::acme-orders-copy</Bucket><Account>444455556666</Account>` +
		`<AccessControlTranslation><Owner>Destination</Owner></AccessControlTranslation>` +
		`<ReplicationTime><Status>Enabled</Status><Time><Minutes>15</Minutes></Time></ReplicationTime>` +
		`<Metrics><Status>Enabled</Status><EventThreshold><Minutes>15</Minutes></EventThreshold></Metrics></Destination></Rule></ReplicationConfiguration>`
	if got := replication.Configure([]replication.Rule{r}).Size(); got != len(want) {
		t.Errorf("size %d, want %d", got, len(want))
	}
}
