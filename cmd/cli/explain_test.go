package cli_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/collect/fakeaws"
	"github.com/repligrant/repligrant/snapshot"
)

// explained is an explanation in short: verdict, reasons of the version, and what
// each rule does with it.
func explained(t *testing.T, got result) string {
	t.Helper()
	var e audit.Explanation
	if err := json.Unmarshal([]byte(got.stdout), &e); err != nil {
		t.Fatalf("status %d: %v\n%s", got.status, err, got.stderr)
	}
	words := []string{fmt.Sprint(got.status), string(e.Verdict)}
	for _, r := range e.Reasons {
		words = append(words, r.Reason)
	}
	for _, r := range e.Rules {
		words = append(words, r.Rule+":"+strings.TrimSuffix(string(r.Takes)+":"+string(r.Verdict), ":"))
	}
	return strings.Join(words, " ")
}

// heads lists the objects that a fake was asked for since it was told to record.
func (f *fake) heads() (objects []string) {
	for _, c := range f.Calls()[f.before:] {
		if c.Operation == "HeadObject" {
			objects = append(objects, c.Resource)
		}
	}
	return objects
}

// TestExplainLive explains objects of live accounts, with a SPEC and without. S3
// is asked for an object where --read-object says so, and for exactly that one.
func TestExplainLive(t *testing.T) {
	one, none := 1, 0
	c := &fake{objects: map[string]snapshot.Object{
		"acme-orders/invoices/a":      {VersionID: "v2", ReplicationStatus: "COMPLETED", ServerSideEncryption: "AES256"},
		"acme-orders/invoices/a?v1":   {VersionID: "v1", ServerSideEncryption: "AES256"},
		"acme-orders/invoices/secret": {VersionID: "v3", ReplicationStatus: "PENDING", SSECustomerAlgorithm: "AES256"},
		"acme-orders/invoices/marker": {VersionID: "v4", DeleteMarker: true},
		"acme-orders/other/one":       {VersionID: "v5", ReplicationStatus: "PENDING", ServerSideEncryption: "AES256", TagCount: &one},
		"acme-orders/other/none":      {VersionID: "v6", ServerSideEncryption: "AES256", TagCount: &none},
		"acme-orders/other/some":      {VersionID: "v7", ReplicationStatus: "PENDING", ServerSideEncryption: "AES256"},
	}}
	l := newLive(t, c, "testdata/live/cross-account.yaml")
	withSpec := []string{l.file}
	withoutSpec := []string{"--profile", profileName("111122223333"), "--profile", profileName("444455556666")}
	tests := []struct {
		key   string
		flags []string
		want  string
	}{
		{"invoices/a", nil, "0 replicates written-now invoices:yes:replicates gold:no"},
		{"other/x", nil, "3 unknown written-now invoices:no gold:unknown:replicates"},
		{"elsewhere/x", nil, "1 fails no-rule written-now invoices:no gold:no"},
		{"invoices/a", []string{"--version-id", "v1"}, "3 unknown version-unread key-alone invoices:unknown:replicates gold:no"},
		{"invoices/a", []string{"--read-object"}, "0 replicates completed completed-elsewhere invoices:yes:replicates gold:no"},
		{"invoices/a", []string{"--read-object", "--version-id", "v1"}, "1 fails not-eligible invoices:yes:replicates gold:no"},
		{"invoices/a", []string{"--read-object", "--version-id", "v9"}, "1 fails version-gone invoices:unknown:replicates gold:no"},
		{"invoices/b", []string{"--read-object"}, "1 fails object-gone invoices:yes:replicates gold:no"},
		{"invoices/secret", []string{"--read-object"}, "0 replicates pending invoices:yes:replicates gold:no"},
		{"invoices/marker", []string{"--read-object"}, "3 unknown marker-current marker marker-age invoices:yes:replicates gold:no"},
		{"other/one", []string{"--read-object"}, "1 fails no-rule pending invoices:no gold:no"},
		{"other/none", []string{"--read-object"}, "1 fails no-rule not-eligible tagged-later invoices:no gold:no"},
		{"other/some", []string{"--read-object"}, "3 unknown pending invoices:no gold:unknown:replicates"},
		{"other/some", []string{"--read-object", "--object-tags", "class=gold", "--object-tags", "team="}, "0 replicates pending invoices:no gold:yes:replicates"},
	}
	for _, test := range tests {
		for name, how := range map[string][]string{"with SPEC": withSpec, "without": withoutSpec} {
			t.Run(strings.Join(append([]string{name, test.key}, test.flags...), " "), func(t *testing.T) {
				c.record(t)
				got := stage{}.run(t.Context(), slices.Concat([]string{"explain", "s3://acme-orders/" + test.key, "--format", "json"}, how, test.flags)...)
				if diff := cmp.Diff(test.want, explained(t, got)); diff != "" || got.stderr != "" {
					t.Errorf("%s(-want +got):\n%s", got.stderr, diff)
				}
				var asked []string
				if slices.Contains(test.flags, "--read-object") {
					asked = []string{"acme-orders/" + test.key}
					if i := slices.Index(test.flags, "--version-id"); i >= 0 {
						asked[0] += "?" + test.flags[i+1]
					}
				}
				if heads := c.heads(); !slices.Equal(heads, asked) || len(c.Refused()) > 0 {
					t.Errorf("S3 was asked for the objects %q, want %q; refused %v", heads, asked, c.Refused())
				}
			})
		}
	}
}

// TestExplainReadsOneBucket: without a SPEC the buckets of the accounts are
// listed, and of all that replicate there the one that is asked about is read,
// with its role and its destination, also where the buckets cannot be listed.
func TestExplainReadsOneBucket(t *testing.T) {
	c := &fake{}
	l := newLive(t, c, "testdata/live/cross-account.yaml")
	world := planned(t, l.spec, l.plan)
	busy := world.Accounts["111122223333"].Buckets
	for n := range 20 {
		busy[fmt.Sprintf("acme-other-%d", n)] = busy["acme-orders"]
	}
	want := []string{"acme-orders", "acme-orders-copy"}
	for _, denied := range []string{"", "S3.ListBuckets"} {
		t.Run("denied "+denied, func(t *testing.T) {
			signIn(t, c.hold(t, world))
			c.only.Store(denied)
			got := stage{}.run(t.Context(), "explain", "s3://acme-orders/invoices/a", "--format", "json",
				"--profile", profileName("111122223333"), "--profile", profileName("444455556666"))
			if diff := cmp.Diff("0 replicates written-now invoices:yes:replicates gold:no", explained(t, got)); diff != "" {
				t.Errorf("%s(-want +got):\n%s", got.stderr, diff)
			}
			if read := c.buckets(); !slices.Equal(read, want) {
				t.Errorf("read the buckets %q, want %q", read, want)
			}
			if n := len(c.Calls()); n > 60 {
				t.Errorf("%d calls for one rule of one bucket", n)
			}
		})
	}
}

// fleetSpec is two rules of one bucket, and far more of others.
func fleetSpec(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("testdata/live/cross-account.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var buckets, rules strings.Builder
	for n := range 20 {
		fmt.Fprintf(&buckets, "  acme-other-%d: { account: prod, region: us-east-1 }\n  acme-other-%d-copy: { account: backup, region: eu-west-1 }\n", n, n)
		fmt.Fprintf(&rules, "  - { from: acme-other-%d, to: acme-other-%d-copy }\n", n, n)
	}
	head, tail, _ := strings.Cut(strings.TrimRight(string(data), "\n"), "replication:\n")
	return in(t, t.TempDir(), "fleet.yaml", head+buckets.String()+"replication:\n"+tail+"\n"+rules.String())
}

// TestExplainReadsOfSpec: with a SPEC, of all that it names that is read which the
// answer rests on.
func TestExplainReadsOfSpec(t *testing.T) {
	c := &fake{}
	l := newLive(t, c, fleetSpec(t))
	for key, want := range map[string]string{
		"acme-orders/invoices/a": "0 replicates written-now invoices:yes:replicates gold:no",
		"acme-unheard-of/a":      "3 unknown bucket-unread",
	} {
		t.Run(key, func(t *testing.T) {
			c.record(t)
			got := stage{}.run(t.Context(), "explain", "s3://"+key, l.file, "--format", "json")
			if diff := cmp.Diff(want, explained(t, got)); diff != "" {
				t.Errorf("%s(-want +got):\n%s", got.stderr, diff)
			}
			read := []string{"acme-orders", "acme-orders-copy"}
			if !strings.HasPrefix(key, "acme-orders/") {
				read = nil
			}
			if got := c.buckets(); !slices.Equal(got, read) {
				t.Errorf("read the buckets %q, want %q", got, read)
			}
			if n := len(c.Calls()[c.before:]); n > 60 {
				t.Errorf("%d calls for one object", n)
			}
		})
	}
}

// buckets lists the buckets that a fake was asked for, each once.
func (f *fake) buckets() (names []string) {
	for _, c := range f.Calls()[f.before:] {
		if c.Service == "S3" && c.Resource != "" {
			names = append(names, c.Resource)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// TestExplainUnanswered asks for an object of which S3 says nothing. What follows
// rests on the key alone, and is never a pass.
func TestExplainUnanswered(t *testing.T) {
	c := &fake{objects: map[string]snapshot.Object{}}
	l := newLive(t, c, "testdata/live/cross-account.yaml")
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	for status, want := range map[int]string{
		403: "3 unknown head-denied key-alone invoices:unknown:replicates gold:no",
		400: "3 unknown head-encrypted key-alone invoices:unknown:replicates gold:no",
		304: "3 unknown head-unread key-alone invoices:unknown:replicates gold:no",
		503: "3 unknown head-unread key-alone invoices:unknown:replicates gold:no",
		301: "3 unknown head-unread key-alone invoices:unknown:replicates gold:no",
		200: "3 unknown head-unread key-alone invoices:unknown:replicates gold:no",
	} {
		c.broken.Store(&fakeaws.Fault{Status: status})
		got := stage{}.run(t.Context(), "explain", "s3://acme-orders/invoices/a", l.file, "--read-object", "--format", "json")
		if diff := cmp.Diff(want, explained(t, got)); diff != "" {
			t.Errorf("status %d (-want +got):\n%s", status, diff)
		}
	}
}

// TestExplainMoto is about an object in moto, whose answers nobody here wrote.
func TestExplainMoto(t *testing.T) {
	m := startMoto(t)
	l := newLive(t, m, "testdata/live/cross-account.yaml")
	prod := l.profiles["111122223333"]
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, prod.endpoint+"/acme-orders/invoices/a%20b", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+prod.key+"/20261122/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if _ = answer.Body.Close(); answer.StatusCode != http.StatusOK {
		t.Fatalf("moto takes the object with status %d", answer.StatusCode)
	}
	for key, want := range map[string]string{
		"invoices/a b": "1 fails not-eligible invoices:yes:replicates gold:no", // moto replicates nothing
		"invoices/c":   "1 fails object-gone invoices:yes:replicates gold:no",
	} {
		got := stage{}.run(t.Context(), "explain", "s3://acme-orders/"+key, l.file, "--read-object", "--format", "json")
		if diff := cmp.Diff(want, explained(t, got)); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", key, got.stderr, diff)
		}
	}
}
