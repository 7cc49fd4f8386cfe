package collect_test

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/collect"
	"github.com/repligrant/repligrant/collect/fakeaws"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/snapshot"
)

const (
	source      = "111122223333"
	destination = "444455556666"
)

// hold parses what accounts hold.
func hold(t *testing.T, accounts string) *snapshot.Snapshot {
	t.Helper()
	return parse(t, "held.json", []byte(`{"schema": "repligrant.snapshot/v1", "accounts": `+accounts+`}`))
}

// entries are the entries of a snapshot, for a short comparison.
func entries(s *snapshot.Snapshot) []string {
	var list []string
	for id, a := range s.Accounts {
		for name, b := range a.Buckets {
			list = append(list, id+" bucket "+name+state(b == nil))
		}
		for name, r := range a.Roles {
			list = append(list, id+" "+name+state(r == nil))
		}
		for name, u := range a.Users {
			list = append(list, id+" "+name+state(u == nil))
		}
	}
	slices.Sort(list)
	return list
}

func state(gone bool) string {
	if gone {
		return " (none)"
	}
	return ""
}

// Each way in which S3 may fail to answer is a reason, never an absent setting.
func TestBucketReasons(t *testing.T) {
	tests := []struct {
		name  string
		fault fakeaws.Fault
		want  string
	}{
		{"denied", fakeaws.Fault{Status: 403, Body: "<Error><Code>AccessDenied</Code></Error>"}, "AccessDenied"},
		{"not allowed", fakeaws.Fault{Status: 405, Body: "<Error><Code>MethodNotAllowed</Code></Error>"}, "MethodNotAllowed"},
		{"not implemented", fakeaws.Fault{Status: 501, Body: "<Error><Code>NotImplemented</Code></Error>"}, "NotImplemented"},
		{"throttled", fakeaws.Fault{Status: 503, Body: "<Error><Code>SlowDown</Code></Error>"}, "SlowDown"},
		{"no XML", fakeaws.Fault{Status: 500, Body: "oops"}, "InternalServerError"},
		{"no body", fakeaws.Fault{Status: 500}, "InternalServerError"},
		{"empty", fakeaws.Fault{Status: 200}, "EmptyAnswer"},
		{"spaces", fakeaws.Fault{Status: 200, Body: " \n"}, "EmptyAnswer"},
		{"another answer", fakeaws.Fault{Status: 200, Body: "<html><body>Sign in</body></html>"}, "BrokenAnswer"},
		{"cut-off text", fakeaws.Fault{Status: 200, Body: "<VersioningConfiguration><Status>Enabled</Status>"}, "BrokenAnswer"},
		{"cut off", fakeaws.Fault{Truncate: true}, "BrokenAnswer"},
		{"slow", fakeaws.Fault{Delay: time.Hour}, "Timeout"},
		{"a code that is none", fakeaws.Fault{Status: 403, Body: "<Error><Code>&#27;[31m rm -rf</Code></Error>"}, "AccessDenied"},
		{"a code that is none, of another status", fakeaws.Fault{Status: 409, Body: "<Error><Code>a b</Code></Error>"}, "HTTP409"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fake := serve(t, hold(t, `{"111122223333": {"buckets": {"acme-orders": {"Versioning": {"Status": "Enabled"}, "Policy": null}}}}`), fakeaws.Options{
				Fault: only("GetBucketVersioning", test.fault),
			})
			a := account(fake, source)
			a.Buckets = []collect.Bucket{{Name: "acme-orders"}}
			opts := fast()
			if test.want == "Timeout" {
				opts.Timeout = 100 * time.Millisecond
			}
			b := mustCollect(t, []collect.Account{a}, opts).Accounts[source].Buckets["acme-orders"]
			if b.Versioning.State() != fact.NotRead || b.Versioning.Why() != test.want || b.Errors["GetBucketVersioning"] != test.want {
				t.Errorf("got versioning %v, Errors %v; want not read (%s)", b.Versioning, b.Errors, test.want)
			}
			if b.Policy.State() != fact.None {
				t.Errorf("got policy %v; one setting that failed stopped the others", b.Policy)
			}
		})
	}
}

// only returns a hook that makes one operation fail.
func only(operation string, fault fakeaws.Fault) func(fakeaws.Call) *fakeaws.Fault {
	return func(c fakeaws.Call) *fakeaws.Fault {
		if c.Operation == operation {
			return &fault
		}
		return nil
	}
}

// What the snapshot behind the fake says was not read is not read again.
func TestDenied(t *testing.T) {
	held := hold(t, `{"111122223333": {"Errors": {"DescribeOrganization": "AccessDeniedException"},
		"buckets": {"acme-orders": {"Versioning": {}, "Errors": {"GetBucketPolicy": "AccessDenied", "GetBucketReplication": "AccessDenied"}}},
		"roles": {
			"arn:aws:iam::111122223333:role/trust": {"InlinePolicies": {}, "AttachedPolicies": {}, "Errors": {"GetRole": "AccessDenied"}},
			"arn:aws:iam::111122223333:role/lists": {"AssumeRolePolicyDocument": {"Statement": []}, "Errors": {"ListRolePolicies": "AccessDenied", "ListAttachedRolePolicies": "Throttling"}},
			"arn:aws:iam::111122223333:role/single": {"AssumeRolePolicyDocument": {"Statement": []}, "PermissionsBoundary": null,
				"InlinePolicies": {"p": {"unreadable": "AccessDenied"}}, "AttachedPolicies": {"arn:aws:iam::111122223333:policy/p": {"unreadable": "AccessDenied"}}}},
		"users": {"arn:aws:iam::111122223333:user/u": {"InlinePolicies": {}, "AttachedPolicies": {}, "Errors": {"ListGroupsForUser": "AccessDenied"}}}}}`)
	fake := serve(t, held, fakeaws.Options{})
	got := mustCollect(t, everything(held, func(id string) collect.Account { return account(fake, id) }), fast()).Accounts[source]
	reasons := map[string]string{
		"organization":      got.Organization.String(),
		"policy":            got.Buckets["acme-orders"].Policy.String(),
		"replication":       got.Buckets["acme-orders"].ReplicationConfiguration.String(),
		"trust":             got.Roles["arn:aws:iam::111122223333:role/trust"].AssumeRolePolicyDocument.String(),
		"boundary":          got.Roles["arn:aws:iam::111122223333:role/trust"].PermissionsBoundary.String(),
		"inline":            got.Roles["arn:aws:iam::111122223333:role/lists"].InlinePolicies.String(),
		"attached":          got.Roles["arn:aws:iam::111122223333:role/lists"].AttachedPolicies.String(),
		"one inline policy": got.Roles["arn:aws:iam::111122223333:role/single"].InlinePolicies.String(),
		"one attached":      got.Roles["arn:aws:iam::111122223333:role/single"].AttachedPolicies.String(),
		"groups":            got.Users["arn:aws:iam::111122223333:user/u"].GroupPolicies.String(),
	}
	want := map[string]string{
		"organization":      "not read (AccessDeniedException)",
		"policy":            "not read (AccessDenied)",
		"replication":       "not read (AccessDenied)",
		"trust":             "not read (AccessDenied)",
		"boundary":          "not read (AccessDenied)",
		"inline":            "not read (AccessDenied)",
		"attached":          "not read (Throttling)",
		"one inline policy": "map[p:not read (AccessDenied)]",
		"one attached":      "map[arn:aws:iam::111122223333:policy/p:not read (AccessDenied)]",
		"groups":            "not read (AccessDenied)",
	}
	if diff := cmp.Diff(want, reasons); diff != "" {
		t.Errorf("reasons differ (-want +got):\n%s", diff)
	}
}

// A bucket is where S3 says it is, in either of the ways that S3 says it.
func TestWrongRegion(t *testing.T) {
	for _, malformed := range []bool{false, true} {
		held := hold(t, `{"111122223333": {"buckets": {"acme-orders": {"Region": "eu-central-1", "Versioning": {"Status": "Enabled"}}}}}`)
		fake := serve(t, held, fakeaws.Options{MalformedRegion: malformed})
		a := account(fake, source)
		a.Buckets = []collect.Bucket{{Name: "acme-orders", Region: "us-west-2"}}
		b := mustCollect(t, []collect.Account{a}, fast()).Accounts[source].Buckets["acme-orders"]
		if v, ok := b.Versioning.Get(); !ok || v.Status != "Enabled" || b.Region != "eu-central-1" {
			t.Errorf("400 instead of 301: %t: got versioning %v in %q, want Enabled in eu-central-1", malformed, b.Versioning, b.Region)
		}
		if n := len(fake.Calls()); n != 15 {
			t.Errorf("400 instead of 301: %t: %d calls, want 15: the wrong Region is asked once", malformed, n)
		}
	}
}

const replicating = `"ReplicationConfiguration": {"Role": "arn:aws:iam::111122223333:role/repl", "Rules": [
	{"Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::DST"}}]}`

// What a configuration names is read too: its role, its destination in whatever
// account holds it, and what these name in turn.
func TestReferences(t *testing.T) {
	twoWay := `{"111122223333": {"buckets": {"acme-src": {` + strings.ReplaceAll(replicating, "DST", "acme-dst") + `}, "acme-other": {}},
			"roles": {"arn:aws:iam::111122223333:role/repl": {"AssumeRolePolicyDocument": {"Statement": []}}}},
		"444455556666": {"buckets": {"acme-dst": {"Versioning": {}, "ReplicationConfiguration": {"Role": "arn:aws:iam::444455556666:back", "Rules": [
				{"Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::acme-src"}},
				{"Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::acme-gone", "Account": "444455556666"}},
				{"Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::acme-foreign"}},
				{"Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::acme-foreign2", "Account": "777788889999"}},
				{"Status": "Enabled", "Destination": {"Bucket": "acme-no-arn"}}]}}, "acme-gone": null},
			"roles": {"arn:aws:iam::444455556666:role/back": {"AssumeRolePolicyDocument": {"Statement": []}}}}}`
	fake := serve(t, hold(t, twoWay), fakeaws.Options{})
	a := account(fake, source)
	a.Buckets = []collect.Bucket{{Name: "acme-src"}}
	got := mustCollect(t, []collect.Account{a, account(fake, destination)}, fast())
	want := []string{
		"111122223333 arn:aws:iam::111122223333:role/repl",
		"111122223333 bucket acme-src",
		"444455556666 arn:aws:iam::444455556666:role/back",
		"444455556666 bucket acme-dst",
		"444455556666 bucket acme-gone (none)",
	}
	if diff := cmp.Diff(want, entries(got)); diff != "" {
		t.Errorf("entries differ (-want +got):\n%s", diff)
	}
	checkOnce(t, slices.DeleteFunc(fake.Calls(), func(c fakeaws.Call) bool { return c.Resource == "acme-foreign" }))
}

// With AllBuckets, those that neither replicate nor receive are asked one thing.
func TestAllBuckets(t *testing.T) {
	held := hold(t, `{"111122223333": {"buckets": {"acme-src": {"Region": "eu-west-1", `+strings.ReplaceAll(replicating, "DST", "acme-dst")+`},
		"acme-dst": {"Region": "eu-west-2", "ReplicationConfiguration": null, "Versioning": {}},
		"acme-plain": {"Region": "us-east-1", "ReplicationConfiguration": null, "Versioning": {}}}}}`)
	fake := serve(t, held, fakeaws.Options{PageSize: 2})
	a := account(fake, source)
	a.AllBuckets = true
	got := mustCollect(t, []collect.Account{a}, fast()).Accounts[source]
	if !got.Lists("buckets") {
		t.Error("the list of buckets is not marked as complete")
	}
	plain, dst := got.Buckets["acme-plain"], got.Buckets["acme-dst"]
	if plain == nil || plain.ReplicationConfiguration.State() != fact.None || plain.Versioning.Read() {
		t.Errorf("got plain bucket %+v, want only its replication read", plain)
	}
	if dst == nil || !dst.Versioning.Read() || dst.Region != "eu-west-2" {
		t.Errorf("got destination %+v, want all of it", dst)
	}
	checkOnce(t, fake.Calls())
}

func TestAllBucketsDenied(t *testing.T) {
	fake := serve(t, hold(t, `{"111122223333": {"buckets": {"acme-src": {}}, "Errors": {"ListBuckets": "AccessDenied"}}}`), fakeaws.Options{})
	a := account(fake, source)
	a.AllBuckets, a.Buckets = true, []collect.Bucket{{Name: "acme-src"}}
	got := mustCollect(t, []collect.Account{a}, fast()).Accounts[source]
	if got.Lists("buckets") || got.Errors["ListBuckets"] != "AccessDenied" || got.Buckets["acme-src"] == nil {
		t.Errorf("got Listed %v, Errors %v, buckets %v; want the error, and the bucket that was named", got.Listed, got.Errors, got.Buckets)
	}
}

// IAM knows a role by its name; an ARN with another path is nobody's.
func TestRoleOfAnotherPath(t *testing.T) {
	fake := serve(t, hold(t, `{"111122223333": {"roles": {"arn:aws:iam::111122223333:role/team/repl": {"AssumeRolePolicyDocument": {"Statement": []}}}}}`), fakeaws.Options{})
	a := account(fake, source)
	a.Roles = []string{"arn:aws:iam::111122223333:role/repl"}
	want := []string{"111122223333 arn:aws:iam::111122223333:role/repl (none)", "111122223333 arn:aws:iam::111122223333:role/team/repl"}
	if diff := cmp.Diff(want, entries(mustCollect(t, []collect.Account{a}, fast()))); diff != "" {
		t.Errorf("entries differ (-want +got):\n%s", diff)
	}
}

// A policy of AWS is the same in all accounts: it is read once, by whoever may.
func TestManagedPolicyIsReadOnce(t *testing.T) {
	const id = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
	roles := func(account, name string) string {
		return `"arn:aws:iam::` + account + `:role/` + name + `": {"AssumeRolePolicyDocument": {"Statement": []}, "AttachedPolicies": {"` + id + `": {"Statement": []}}}`
	}
	held := hold(t, `{"111122223333": {"roles": {`+roles(source, "a")+`, `+roles(source, "b")+`}}, "444455556666": {"roles": {`+roles(destination, "c")+`}}}`)
	fake := serve(t, held, fakeaws.Options{})
	mustCollect(t, everything(held, func(id string) collect.Account { return account(fake, id) }), fast())
	n := 0
	for _, c := range fake.Calls() {
		if c.Operation == "GetPolicyVersion" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the policy was read %d times, want once", n)
	}
}

// An account that nobody can reach is unread; the others are read.
func TestUnreachable(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	fake := serve(t, hold(t, `{"111122223333": {"buckets": {"acme-src": {}}}}`), fakeaws.Options{})
	near, far := account(fake, source), account(fake, destination)
	near.Buckets, far.Endpoint, far.Buckets = []collect.Bucket{{Name: "acme-src"}}, closed, []collect.Bucket{{Name: "acme-dst"}}
	got := mustCollect(t, []collect.Account{near, far}, fast())
	if why := got.Accounts[destination].WhyUnread(); why != "Unreachable: "+closed {
		t.Errorf("got reason %q, want Unreachable: %s", why, closed)
	}
	if diff := cmp.Diff([]string{"111122223333 bucket acme-src"}, entries(got)); diff != "" {
		t.Errorf("entries differ (-want +got):\n%s", diff)
	}
}

// An interrupt keeps what was read, and says so.
func TestInterrupt(t *testing.T) {
	ctx, stop := context.WithCancelCause(t.Context())
	interrupted := errors.New("interrupt")
	held := hold(t, `{"111122223333": {"buckets": {"acme-src": {"Versioning": {"Status": "Enabled"}}}}}`)
	fake := serve(t, held, fakeaws.Options{Fault: func(c fakeaws.Call) *fakeaws.Fault {
		if c.Operation == "GetBucketPolicy" {
			stop(interrupted)
		}
		return nil
	}})
	a := account(fake, source)
	a.Buckets = []collect.Bucket{{Name: "acme-src"}}
	got, err := collect.Snapshot(ctx, []collect.Account{a}, fast())
	if !errors.Is(err, interrupted) {
		t.Errorf("got error %v, want %v", err, interrupted)
	}
	b := got.Accounts[source].Buckets["acme-src"]
	if b == nil || !b.Versioning.Read() || b.RequestPayment.Read() {
		t.Fatalf("got bucket %+v, want what was read before the interrupt", b)
	}
	if why := b.Tagging.Why(); why != "Canceled" {
		t.Errorf("what was not read has reason %q, want Canceled", why)
	}
}

func TestProgress(t *testing.T) {
	held := scenario(t, "same-account")
	fake := serve(t, held, fakeaws.Options{})
	var mu sync.Mutex
	var last collect.Progress
	opts := fast()
	opts.Progress = func(p collect.Progress) {
		mu.Lock()
		defer mu.Unlock()
		if p.Calls < last.Calls || p.Done < last.Done || p.Found < last.Found || p.Read < last.Read || p.Read > p.Found {
			t.Errorf("progress went back from %+v to %+v", last, p)
		}
		last = p
	}
	mustCollect(t, everything(held, func(id string) collect.Account { return account(fake, id) }), opts)
	if signIn := 1; last.Calls != len(fake.Calls())-signIn || last.Accounts != 1 || last.Done != 1 || last.Found < 3 {
		t.Errorf("got %+v after %d calls", last, len(fake.Calls()))
	}
}

// Rate and time left follow from what was done so far.
func TestProgressRate(t *testing.T) {
	tests := []struct {
		progress collect.Progress
		rate     float64
		left     time.Duration
		known    bool
	}{
		{collect.Progress{}, 0, 0, false},
		{collect.Progress{Calls: 3, Found: 10}, 0, 0, false},
		{collect.Progress{Calls: 20, Found: 10, Elapsed: 2 * time.Second}, 10, 0, false},
		{collect.Progress{Calls: 20, Found: 10, Read: 4, Elapsed: 2 * time.Second}, 10, 3 * time.Second, true},
		{collect.Progress{Calls: 6_000, Found: 1_100, Read: 100, Elapsed: time.Minute}, 100, 10 * time.Minute, true},
		{collect.Progress{Calls: 20, Found: 4, Read: 4, Elapsed: 2 * time.Second}, 10, 0, true},
	}
	for _, test := range tests {
		left, known := test.progress.Left()
		if rate := test.progress.Rate(); rate != test.rate || left != test.left || known != test.known {
			t.Errorf("%+v: %v calls a second, %v left (%t); want %v, %v (%t)", test.progress, rate, left, known, test.rate, test.left, test.known)
		}
	}
}
