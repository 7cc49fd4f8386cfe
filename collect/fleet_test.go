package collect_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/repligrant/repligrant/collect"
	"github.com/repligrant/repligrant/collect/fakeaws"
	"github.com/repligrant/repligrant/snapshot"
)

// rulesOfSource is how many rules each source of a fleet has.
const rulesOfSource = 20

// fleet is so many sources, each with its role and 20 rules, to as many
// destinations in another account, each with its key.
func fleet(t testing.TB, sources int) *snapshot.Snapshot {
	t.Helper()
	const (
		version  = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", `
		trust    = version + `"Principal": {"Service": "s3.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`
		grant    = version + `"Action": "s3:*", "Resource": "*"}]}`
		document = version + `"Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "s3:*", "Resource": "*"}]}`
	)
	const settings = `"Versioning": {"Status": "Enabled"}, "Policy": ` + document + `, "OwnershipControls": null, "PublicAccessBlockConfiguration": null,
		"ObjectLockConfiguration": null, "RequestPayment": {"Payer": "BucketOwner"}, "LifecycleConfiguration": null, "NotificationConfiguration": null, "Tagging": null`
	var from, to, roles, keys []string
	for i := range sources {
		key := fmt.Sprintf("arn:aws:kms:eu-west-1:444455556666:key/%08d-12ab-34cd-56ef-1234567890ab", i)
		var rules []string
		for j := range rulesOfSource {
			rules = append(rules, fmt.Sprintf(`{"ID": "team-%d", "Status": "Enabled", "Priority": %d, "Filter": {"Prefix": "team-%d/"},
				"Destination": {"Bucket": "arn:aws:s3:::acme-%d-copy", "Account": "444455556666", "EncryptionConfiguration": {"ReplicaKmsKeyID": %q}}}`, j, j, j, i, key))
		}
		from = append(from, fmt.Sprintf(`"acme-%d": {"Region": "us-east-1", %s, "ServerSideEncryptionConfiguration": null,
			"ReplicationConfiguration": {"Role": "arn:aws:iam::111122223333:role/repl-%d", "Rules": [%s]}}`, i, settings, i, strings.Join(rules, ",")))
		to = append(to, fmt.Sprintf(`"acme-%d-copy": {"Region": "eu-west-1", %s, "ReplicationConfiguration": null, "ServerSideEncryptionConfiguration": {"Rules": [
			{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": %q}}]}}`, i, settings, key))
		roles = append(roles, fmt.Sprintf(`"arn:aws:iam::111122223333:role/repl-%d": {"AssumeRolePolicyDocument": %s, "PermissionsBoundary": null, "Tags": [],
			"InlinePolicies": {"replication": %s}, "AttachedPolicies": {}}`, i, trust, grant))
		keys = append(keys, fmt.Sprintf(`%q: {"KeyMetadata": {"KeyState": "Enabled", "KeyManager": "CUSTOMER"}, "Policy": %s, "Grants": [], "Aliases": []}`, key, document))
	}
	text := fmt.Sprintf(`{"schema": "repligrant.snapshot/v1", "collected_at": "2026-11-22T12:00:00Z", "accounts": {
		"111122223333": {"organization": null, "PublicAccessBlockConfiguration": null, "buckets": {%s}, "roles": {%s}},
		"444455556666": {"organization": null, "PublicAccessBlockConfiguration": null, "buckets": {%s}, "keys": {%s}}}}`,
		strings.Join(from, ","), strings.Join(roles, ","), strings.Join(to, ","), strings.Join(keys, ","))
	s, err := snapshot.Parse("fleet.json", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// callsOf is how many calls read a fleet: for each account who it is, its
// organization and its public access block; 11 settings of each bucket; a role
// with one policy; and a key, with one list of aliases.
func callsOf(sources int) int { return 2*3 + sources*(2*11+4+3) + 1 }

// readFleet reads a fleet, of which an order names all, or nothing but the two
// accounts.
func readFleet(t testing.TB, held *snapshot.Snapshot, named bool, opts collect.Options) []fakeaws.Call {
	t.Helper()
	fake, err := fakeaws.Start(held, fakeaws.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = fake.Close() }()
	sign := func(id string) collect.Account { return account(fake, id) }
	accounts := everything(held, sign)
	if !named {
		accounts = []collect.Account{sign(source), sign(destination)}
		accounts[0].AllBuckets = true
	}
	got, err := collect.Snapshot(t.Context(), accounts, opts)
	if err != nil {
		t.Fatal(err)
	}
	for id, a := range got.Accounts {
		if len(a.Buckets) != len(held.Accounts[id].Buckets) || len(a.Roles) != len(held.Accounts[id].Roles) || len(a.Keys) != len(held.Accounts[id].Keys) {
			t.Errorf("account %s has %d buckets, %d roles and %d keys; not all that it holds", id, len(a.Buckets), len(a.Roles), len(a.Keys))
		}
	}
	return fake.Calls()
}

// However many rules name a bucket, a role or a key: it is read once. Of a bucket
// that only rules name nobody knows the Region, so that S3 is asked for one
// setting twice: it sends who asks elsewhere to the right one.
func TestFleetIsReadOnce(t *testing.T) {
	const sources = 3
	for _, named := range []bool{true, false} {
		calls := readFleet(t, fleet(t, sources), named, fast())
		want, sentOn := callsOf(sources), 0
		if !named {
			want, sentOn = want+1+sources, sources // with ListBuckets
		}
		if len(calls) != want {
			t.Errorf("%d rules, named %t: %d calls, want %d", sources*rulesOfSource, named, len(calls), want)
		}
		seen := make(map[fakeaws.Call]bool)
		for _, c := range calls {
			if seen[c] && (sentOn == 0 || c.Operation != "GetBucketVersioning") {
				t.Errorf("named %t: %v was called twice", named, c)
			}
			if seen[c] {
				sentOn--
			}
			seen[c] = true
		}
	}
}

// BenchmarkLive reads 1,000 rules over HTTP at a rate that is kept for each
// service of each account. It reports how many calls a rule takes, and how many
// times as long it takes as the service with the most calls needs.
func BenchmarkLive(b *testing.B) {
	const sources, perSecond = 50, 100
	held := fleet(b, sources)
	for name, opts := range map[string]collect.Options{
		"as fast as it goes": {Rate: 100_000, Attempts: 1},
		"100 a second":       {Rate: perSecond, Attempts: 1},
	} {
		for _, named := range []bool{true, false} {
			b.Run(fmt.Sprintf("%s, named %t", name, named), func(b *testing.B) {
				var calls []fakeaws.Call
				start := time.Now()
				for b.Loop() {
					calls = readFleet(b, held, named, opts)
				}
				took := time.Since(start).Seconds() / float64(b.N)
				b.ReportMetric(float64(len(calls))/(sources*rulesOfSource), "calls/rule")
				b.ReportMetric(float64(len(calls))/took, "calls/s")
				if opts.Rate == perSecond {
					b.ReportMetric(took/floor(calls, perSecond), "times-the-floor")
				}
			})
		}
	}
}

// floor is how many seconds calls take at least: those to one service of one
// account, of which the first may be made at once.
func floor(calls []fakeaws.Call, perSecond int) float64 {
	most, each := 0, make(map[string]int)
	for _, c := range calls {
		each[c.Account+c.Service]++
		most = max(most, each[c.Account+c.Service])
	}
	return float64(most-perSecond-1) / float64(perSecond)
}
