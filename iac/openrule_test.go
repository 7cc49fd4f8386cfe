package iac_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/iac"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// found is what a configuration holds.
type found struct {
	Whole       string // the address for which the whole is open
	Rules, Open []string
	At          []string // why those are open
}

func (f found) at(address string) found {
	f.At = []string{address}
	return f
}

// What is open in one rule leaves the others as they are, unless it may change
// what they mean: the role is that of all of them, and a rule with a filter makes
// the whole configuration one of the second version.
func TestOpenRules(t *testing.T) {
	const (
		role    = "arn:aws:iam::111122223333:role/replicator"
		second  = `{ Id: a, Status: Enabled, Priority: 1, Filter: { Prefix: "" }, Destination: { Bucket: "arn:aws:s3:::copy" } }`
		first   = `{ Id: a, Status: Enabled, Prefix: "", Destination: { Bucket: "arn:aws:s3:::copy" } }`
		at      = "Source.ReplicationConfiguration.Rules[1]"
		aCopy   = `Destination: { Bucket: "arn:aws:s3:::other" }`
		unknown = `!ImportValue x`
	)
	split := found{Rules: []string{"a"}, Open: []string{"b"}}
	for name, c := range map[string]struct {
		role, rules string
		want        found
	}{
		"a status":                         {role, second + `, { Id: b, Status: ` + unknown + `, Filter: {}, ` + aCopy + ` }`, split.at(at + ".Status")},
		"a destination":                    {role, second + `, { Id: b, Status: Enabled, Filter: {}, Destination: { Bucket: ` + unknown + ` } }`, split.at(at + ".Destination.Bucket")},
		"an ID":                            {role, second + `, { Id: ` + unknown + `, Status: Enabled, Filter: {}, ` + aCopy + ` }`, found{Rules: []string{"a"}, Open: []string{""}}.at(at + ".Id")},
		"a filter beside one":              {role, second + `, { Id: b, Status: Enabled, Filter: ` + unknown + `, ` + aCopy + ` }`, split.at(at + ".Filter.Prefix")},
		"a filter beside none":             {role, first + `, { Id: b, Status: Enabled, Filter: ` + unknown + `, ` + aCopy + ` }`, found{Whole: at + ".Filter.Prefix"}},
		"a prefix of a filter beside none": {role, first + `, { Id: b, Status: Enabled, Filter: { Prefix: ` + unknown + ` }, ` + aCopy + ` }`, found{Whole: at + ".Filter.Prefix"}},
		"a prefix of the first version":    {role, first + `, { Id: b, Status: Enabled, Prefix: ` + unknown + `, ` + aCopy + ` }`, split.at(at + ".Prefix")},
		"time control beside none":         {role, first + `, { Id: b, Status: Enabled, Prefix: "", Destination: { Bucket: x, ReplicationTime: ` + unknown + ` } }`, found{Whole: at + ".Destination.ReplicationTime.Status"}},
		"a rule":                           {role, second + `, ` + unknown, found{Rules: []string{"a"}, Open: []string{""}}.at(at)},
		"all rules but one":                {role, second, found{Rules: []string{"a"}}},
		"the role":                         {unknown, second, found{Whole: "Source.ReplicationConfiguration.Role"}},
	} {
		text := `Resources: { Source: { Type: AWS::S3::Bucket, Properties: { BucketName: acme-orders, ReplicationConfiguration: { Role: ` + c.role + `, Rules: [` + c.rules + `] } } } }`
		a, _ := lay(t, text, iac.Stack{Account: "111122223333", Partition: "aws"}, &snapshot.Snapshot{})
		held := a.Buckets["acme-orders"].ReplicationConfiguration
		var got found
		got.Whole, _ = fact.Address(held.Why())
		config := held.Or(replication.Configuration{})
		for _, r := range config.Rules {
			got.Rules = append(got.Rules, r.ID)
		}
		for _, r := range config.Open {
			address, _ := fact.Address(r.Why)
			got.Open, got.At = append(got.Open, r.ID), append(got.At, address)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// whyOpen is why a configuration, or else its first open rule, is open.
func whyOpen(v fact.Value[replication.Configuration]) string {
	if config, ok := v.Get(); ok && len(config.Open) > 0 {
		return config.Open[0].Why
	}
	return v.Why()
}
