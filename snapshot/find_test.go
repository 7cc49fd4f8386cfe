package snapshot_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/snapshot"
)

func mustParse(t *testing.T, accounts string) *snapshot.Snapshot {
	t.Helper()
	s, err := snapshot.Parse("snap.json", []byte(`{"schema": "repligrant.snapshot/v1", "accounts": `+accounts+`}`))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestFindBucket(t *testing.T) {
	const one = `"111122223333"`
	const two = `"444455556666"`
	tests := []struct {
		name, accounts, account string
		want                    fact.State
	}{
		{"held", `{` + one + `: {"buckets": {"b": {}}}}`, "111122223333", fact.Known},
		{"held by the second, null in the first", `{` + one + `: {"buckets": {"b": null}}, ` + two + `: {"buckets": {"b": {}}}}`, "444455556666", fact.Known},
		{"held in two partitions", `{` + two + `: {"buckets": {"b": {"Region": "cn-north-1"}}}, ` + one + `: {"buckets": {"b": {"Region": "eu-west-1"}}}}`, "111122223333", fact.Known},
		{"null in two", `{` + two + `: {"buckets": {"b": null}}, ` + one + `: {"buckets": {"b": null}}}`, "111122223333", fact.None},
		{"null", `{` + one + `: {}, ` + two + `: {"buckets": {"b": null}}}`, "444455556666", fact.None},
		{"all list", `{` + one + `: {"Listed": ["buckets"]}, ` + two + `: {"Listed": ["buckets"]}}`, "", fact.None},
		{"one lists", `{` + one + `: {"Listed": ["buckets"]}, ` + two + `: {}}`, "", fact.NotRead},
		{"lists others", `{` + one + `: {"Listed": ["roles"]}}`, "", fact.NotRead},
		{"no accounts", `{}`, "", fact.NotRead},
	}
	for _, test := range tests {
		account, b, state := mustParse(t, test.accounts).FindBucket("b")
		if account != test.account || state != test.want || (b != nil) != (state == fact.Known) {
			t.Errorf("%s: got account %q, state %d, bucket %v; want account %q, state %d", test.name, account, state, b, test.account, test.want)
		}
	}
}

func TestFindBucketIn(t *testing.T) {
	s := mustParse(t, `{"111122223333": {"Listed": ["buckets"], "buckets": {"b": {}}}, "444455556666": {"buckets": {"gone": null}}}`)
	tests := []struct {
		account, bucket string
		want            fact.State
	}{
		{"111122223333", "b", fact.Known},
		{"111122223333", "gone", fact.None},
		{"444455556666", "gone", fact.None},
		{"444455556666", "b", fact.NotRead},
		{"777788889999", "b", fact.NotRead},
	}
	for _, test := range tests {
		if b, state := s.FindBucketIn(test.account, test.bucket); state != test.want || (b != nil) != (state == fact.Known) {
			t.Errorf("%s in %s: got state %d, bucket %v; want state %d", test.bucket, test.account, state, b, test.want)
		}
	}
}

func TestFindRole(t *testing.T) {
	const role = "arn:aws:iam::111122223333:role/"
	s := mustParse(t, `{"111122223333": {"roles": {
		"`+role+`r": {"RoleId": "AROA"}, "`+role+`gone": null, "`+role+`denied": {"Errors": {"GetRole": "AccessDenied"}},
		"arn:aws:iam:::oops": {}}}, "444455556666": {"Listed": ["roles"]}}`)
	tests := []struct {
		arn  string
		want fact.State
		role bool
	}{
		{role + "r", fact.Known, true},
		{role + "gone", fact.None, false},
		{role + "denied", fact.NotRead, true},
		{role + "other", fact.NotRead, false},
		{"arn:aws:iam:::oops", fact.Known, true},
		{"arn:aws:iam::444455556666:role/r", fact.None, false},
		{"arn:aws:iam::777788889999:role/r", fact.NotRead, false},
		{"r", fact.NotRead, false},
	}
	for _, test := range tests {
		if r, state := s.FindRole(test.arn); state != test.want || (r != nil) != test.role {
			t.Errorf("%s: got state %d, role %v; want state %d, a role: %t", test.arn, state, r, test.want, test.role)
		}
	}
}

func TestFindUser(t *testing.T) {
	const user = "arn:aws:iam::111122223333:user/"
	s := mustParse(t, `{"111122223333": {"users": {"`+user+`u": {}, "`+user+`denied": {"Errors": {"GetUser": "AccessDenied"}}}}}`)
	tests := []struct {
		arn  string
		want fact.State
	}{{user + "u", fact.Known}, {user + "denied", fact.NotRead}, {user + "x", fact.NotRead}}
	for _, test := range tests {
		if _, state := s.FindUser(test.arn); state != test.want {
			t.Errorf("%s: got state %d, want %d", test.arn, state, test.want)
		}
	}
}

func TestWhyUnread(t *testing.T) {
	s := mustParse(t, `{"111122223333": {"Errors": {"AssumeRole": "AccessDenied"}}, "444455556666": {"Errors": {"ListBuckets": "AccessDenied"}}}`)
	for id, want := range map[string]string{"111122223333": "AccessDenied", "444455556666": "", "777788889999": ""} {
		if got := s.Accounts[id].WhyUnread(); got != want {
			t.Errorf("account %s: got %q, want %q", id, got, want)
		}
	}
}

func TestOverlay(t *testing.T) {
	earlier := `{"111122223333": {"As": "arn:a", "buckets": {"a": {"Region": "eu-west-1"}, "b": {}, "c": {}}, "organization": null,
		"roles": {"arn:aws:iam::111122223333:role/r": {}}},
		"444455556666": {"Errors": {"AssumeRole": "AccessDenied"}}}`
	later := `{"111122223333": {"Listed": ["roles"], "buckets": {"a": {}, "b": null, "d": {}}, "Errors": {"DescribeOrganization": "AccessDenied"}},
		"444455556666": {"As": "arn:b", "PublicAccessBlockConfiguration": null},
		"777788889999": {"buckets": {}}}`
	want := `{"111122223333": {"As": "arn:a", "Listed": ["roles"], "buckets": {"a": {}, "b": null, "c": {}, "d": {}}, "organization": null},
		"444455556666": {"As": "arn:b", "PublicAccessBlockConfiguration": null},
		"777788889999": {"buckets": {}}}`
	under := mustParse(t, earlier)
	got := under.Overlay(mustParse(t, later))
	if diff := cmp.Diff(encoded(t, mustParse(t, want)), encoded(t, got)); diff != "" {
		t.Errorf("overlay differs (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(encoded(t, mustParse(t, earlier)), encoded(t, under)); diff != "" {
		t.Errorf("Overlay changed the earlier snapshot (-before +after):\n%s", diff)
	}
}

// TestOverlayMoved lays a file over another that has a bucket in another account:
// the later one knows whose it is now. A name may be there once in each partition.
func TestOverlayMoved(t *testing.T) {
	earlier := `{"111122223333": {"buckets": {"b": {"Region": "us-east-1"}, "c": {}, "d": {"Region": "us-east-1"}}}}`
	for _, c := range []struct{ name, later, want string }{
		{
			"a bucket of another account", `{"444455556666": {"buckets": {"b": {"Region": "eu-west-1"}}}}`,
			`{"111122223333": {"buckets": {"c": {}, "d": {"Region": "us-east-1"}}}, "444455556666": {"buckets": {"b": {"Region": "eu-west-1"}}}}`,
		},
		{
			"no Region known", `{"444455556666": {"buckets": {"c": {"Region": "cn-north-1"}}}}`,
			`{"111122223333": {"buckets": {"b": {"Region": "us-east-1"}, "d": {"Region": "us-east-1"}}}, "444455556666": {"buckets": {"c": {"Region": "cn-north-1"}}}}`,
		},
		{
			"another partition, and one that another account lacks", `{"444455556666": {"buckets": {"b": {"Region": "cn-north-1"}, "c": null}}}`,
			`{"111122223333": {"buckets": {"b": {"Region": "us-east-1"}, "c": {}, "d": {"Region": "us-east-1"}}}, "444455556666": {"buckets": {"b": {"Region": "cn-north-1"}, "c": null}}}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			under := mustParse(t, earlier)
			got := under.Overlay(mustParse(t, c.later))
			if diff := cmp.Diff(encoded(t, mustParse(t, c.want)), encoded(t, got)); diff != "" {
				t.Errorf("overlay differs (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(encoded(t, mustParse(t, earlier)), encoded(t, under)); diff != "" {
				t.Errorf("Overlay changed the earlier snapshot (-before +after):\n%s", diff)
			}
		})
	}
}

func encoded(t *testing.T, s *snapshot.Snapshot) string {
	t.Helper()
	data, err := snapshot.Encode(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
