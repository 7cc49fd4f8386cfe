package collect_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/collect"
	"github.com/repligrant/repligrant/collect/fakeaws"
	"github.com/repligrant/repligrant/snapshot"
)

// organized is an organization of a management account and so many others.
func organized(t *testing.T, members int) *snapshot.Snapshot {
	t.Helper()
	entries := []string{`"111122223333": {"Listed": ["buckets"], "buckets": {}, "organization": {"Id": "o-exampleorgid", "ManagementAccount": true, "SCPs": null, "RCPs": null}}`}
	for i := range members {
		entries = append(entries, fmt.Sprintf(`"%012d": {"Listed": ["buckets"], "buckets": {"acme-%d": {"Region": "us-east-1", "ReplicationConfiguration": null}},
			"organization": {"Id": "o-exampleorgid", "SCPs": null, "RCPs": null}}`, 500_000_000_000+i, i))
	}
	return parse(t, "organization.json", []byte(`{"schema": "repligrant.snapshot/v1", "accounts": {`+strings.Join(entries, ",")+`}}`))
}

// byOrganization is an order to read an organization, in the eyes of its
// management account.
func byOrganization(fake *fakeaws.Server) collect.Account {
	a := account(fake, source)
	a.ID, a.Members, a.AllBuckets = "", "audit", true
	return a
}

// All accounts of an organization are entered, each once and by the role, page by
// page of the list; the account that is asked as it is.
func TestMembers(t *testing.T) {
	fake := serve(t, organized(t, 30), fakeaws.Options{PageSize: 7})
	last := collect.Progress{}
	opts := fast()
	opts.Progress = func(p collect.Progress) { last = p }
	got := mustCollect(t, []collect.Account{byOrganization(fake)}, opts)
	if len(got.Accounts) != 31 || last.Accounts != 31 || last.Done != 31 {
		t.Errorf("%d accounts were read, %d of %d are done; want 31", len(got.Accounts), last.Done, last.Accounts)
	}
	for id, a := range got.Accounts {
		if byRole := strings.Contains(a.As, ":assumed-role/audit/"); a.WhyUnread() != "" || byRole != (id != source) || !a.Lists("buckets") {
			t.Errorf("account %s was read as %q (%s), its buckets listed: %t", id, a.As, a.WhyUnread(), a.Lists("buckets"))
		}
	}
	own, _ := got.Accounts[source].Organization.Get()
	if all, _ := own.Accounts.Get(); len(all) != 31 || all[0] != (snapshot.Member{ID: source, State: "ACTIVE"}) {
		t.Errorf("the list has %d accounts, want 31: %v", len(all), all)
	}
	checkOnce(t, fake.Calls())
}

// Members that are known otherwise are not entered.
func TestMembersBeside(t *testing.T) {
	held := organized(t, 3)
	fake := serve(t, held, fakeaws.Options{})
	opts := fast()
	opts.Beside = parse(t, "saved.json", []byte(`{"schema": "repligrant.snapshot/v1", "accounts": {"500000000001": {"buckets": {}}, "500000000002": {"Errors": {"AssumeRole": "AccessDenied"}}}}`))
	got := mustCollect(t, []collect.Account{byOrganization(fake)}, opts)
	if diff := cmp.Diff([]string{source, "500000000000", "500000000002"}, slices.Sorted(maps.Keys(got.Accounts))); diff != "" {
		t.Errorf("accounts differ (-want +got):\n%s", diff)
	}
}

// An account that nobody can use is not entered, and its state is the reason; AWS
// may say it in either of two words.
func TestMembersNotActive(t *testing.T) {
	listed := fakeaws.Fault{Rewrite: func(string) string {
		return `{"Accounts": [{"Id": "111122223333", "State": "ACTIVE", "Status": "ACTIVE"}, {"Id": "500000000000", "State": "CLOSED", "Status": "SUSPENDED"},
			{"Id": "500000000001", "Status": "SUSPENDED"}, {"Id": "500000000002", "Status": "ACTIVE"}]}`
	}}
	fake := serve(t, organized(t, 3), fakeaws.Options{Fault: only("ListAccounts", listed)})
	got := mustCollect(t, []collect.Account{byOrganization(fake)}, fast())
	why := map[string]string{}
	for id, a := range got.Accounts {
		why[id] = a.WhyUnread()
	}
	want := map[string]string{source: "", "500000000000": "CLOSED", "500000000001": "SUSPENDED", "500000000002": ""}
	if diff := cmp.Diff(want, why); diff != "" {
		t.Errorf("accounts are unread for other reasons (-want +got):\n%s", diff)
	}
	if n := len(slices.DeleteFunc(fake.Calls(), func(c fakeaws.Call) bool { return c.Operation != "AssumeRole" })); n != 1 {
		t.Errorf("%d roles were assumed, want that of the account that is active", n)
	}
}

// A list that cannot be one of the organization's accounts is not followed: IDs
// become parts of the ARNs of roles to assume.
func TestMembersBroken(t *testing.T) {
	for _, body := range []string{
		`{"Accounts": []}`,
		`{"Accounts": [{"Id": "500000000000", "State": "ACTIVE"}]}`,
		`{"Accounts": [{"Id": "111122223333", "State": "ACTIVE"}, {"Id": "500000000000:role/x", "State": "ACTIVE"}]}`,
		`{"Accounts": [{"Id": "111122223333", "State": "ACTIVE"}, {"State": "ACTIVE"}]}`,
		`{"Accounts": [{"Id": "111122223333", "State": "ACTIVE"}, {"Id": "500000000000", "State": "\u001b[31m"}]}`,
		`{"Accounts": [{"Id": "111122223333", "State": "ACTIVE"}, {"Id": "500000000000"}]}`,
		`{"Accounts": [{"Id": "111122223333", "State": "ACTIVE"}, null]}`,
	} {
		fake := serve(t, organized(t, 1), fakeaws.Options{Fault: only("ListAccounts", fakeaws.Fault{Rewrite: func(string) string { return body }})})
		got, err := collect.Snapshot(t.Context(), []collect.Account{byOrganization(fake)}, fast())
		unlisted, ok := errors.AsType[*collect.UnlistedError](err)
		if !ok || unlisted.Account != source || unlisted.Why != "BrokenAnswer" {
			t.Errorf("%s: got error %v, want one that says that the list is broken", body, err)
		}
		if all := slices.Collect(maps.Keys(got.Accounts)); len(all) != 1 {
			t.Errorf("%s: accounts %v were read, want the one that was asked", body, all)
		}
		own, _ := got.Accounts[source].Organization.Get()
		if own.Accounts.Read() || own.Accounts.Why() != "BrokenAnswer" {
			t.Errorf("%s: the list is kept: %v (%s)", body, own.Accounts, own.Accounts.Why())
		}
	}
}
