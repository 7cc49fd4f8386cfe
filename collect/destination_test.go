package collect_test

import (
	"testing"

	"github.com/repligrant/repligrant/collect"
	"github.com/repligrant/repligrant/collect/fakeaws"
	"github.com/repligrant/repligrant/fact"
)

// A rule names an account that lists its buckets, and the destination is none of
// them: it was deleted there, and may be somebody else's now. S3 refuses to answer
// about it, which does not make it a bucket of that account that nobody may read.
func TestDestinationNotListed(t *testing.T) {
	held := parse(t, "held.json", []byte(`{"schema": "repligrant.snapshot/v1", "accounts": {
		"111122223333": {"Listed": ["buckets"], "organization": null, "buckets": {"acme-orders": {"Region": "us-east-1", "ReplicationConfiguration": {
			"Role": "arn:aws:iam::999900001111:role/r", "Rules": [{"ID": "r", "Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::acme-gone", "Account": "444455556666"}}]}}}},
		"444455556666": {"Listed": ["buckets"], "organization": null, "buckets": {}}}}`))
	fake := serve(t, held, fakeaws.Options{})
	from, to := account(fake, source), account(fake, destination)
	from.AllBuckets, to.AllBuckets = true, true
	got := mustCollect(t, []collect.Account{from, to}, fast())
	if b, state := got.FindBucketIn(destination, "acme-gone"); state != fact.None {
		t.Errorf("the bucket is %v (state %v), want one that is not in the account", b, state)
	}
	for _, c := range fake.Calls() {
		if c.Resource == "acme-gone" {
			t.Errorf("%s was asked for a bucket of which it is known that it is not there", c.Operation)
		}
	}
}

// Nobody names the owner of a destination, and none of the accounts has it. S3
// says whether it is somebody else's, or does not exist at all.
func TestDestinationOfNobody(t *testing.T) {
	for _, test := range []struct {
		code, account string
		want          fact.State
	}{
		{"NoSuchBucket", source, fact.None},
		{"AccessDenied", "", fact.None}, // it may be in an account that was not read
	} {
		held := hold(t, `{"111122223333": {"Listed": ["buckets"], "organization": null, "buckets": {"acme-orders": {"Region": "us-east-1", "ReplicationConfiguration": {
			"Role": "arn:aws:iam::999900001111:role/r", "Rules": [{"ID": "r", "Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::acme-gone"}}]}}}}}`)
		fake := serve(t, held, fakeaws.Options{Fault: func(c fakeaws.Call) *fakeaws.Fault {
			if c.Resource != "acme-gone" {
				return nil
			}
			return &fakeaws.Fault{Code: test.code}
		}})
		a := account(fake, source)
		a.AllBuckets = true
		account, _, state := mustCollect(t, []collect.Account{a}, fast()).FindBucket("acme-gone")
		if account != test.account || state != test.want {
			t.Errorf("%s: the bucket is of %q (state %v), want %q (%v)", test.code, account, state, test.account, test.want)
		}
	}
}
