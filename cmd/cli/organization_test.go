package cli_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/golden"
	"github.com/repligrant/repligrant/snapshot"
)

// TestOrganization discovers all accounts of an organization with one profile: that
// of its management account, which is asked which there are.
func TestOrganization(t *testing.T) { testOrganization(t, &fake{}) }

// TestOrganizationMoto is TestOrganization against an emulator.
func TestOrganizationMoto(t *testing.T) { testOrganization(t, startMoto(t)) }

func testOrganization(t *testing.T, c cloud) {
	o := newOrganization(t, c, nil)
	c.record(t)
	got := o.discover()
	if got.status != 3 { // one account is suspended, and nobody can look into it
		t.Errorf("discover: status %d, want 3", got.status)
	}
	golden.Equal(t, "organization/spec.yaml", []byte(got.stdout))
	golden.Equal(t, "organization/notices.txt", []byte(got.stderr))
	for _, call := range c.calls(t) {
		if !call.reads && !strings.Contains(call.name, "Action=AssumeRole") {
			t.Errorf("%s as %s is no read", call.name, call.account)
		}
	}
	audited := stage{}.run(t.Context(), "audit", "--organization", "--profile", profileName(o.management), "--role-name", "audit", "--format", "json")
	if !strings.Contains(audited.stdout, "account 999900001111 is not in the list of accounts of organization o-exampleorgid") {
		t.Errorf("an audit of the organization does not say that a destination is outside of it:\n%s%s", audited.stdout, audited.stderr)
	}
}

// An organized is a cloud with an organization in it.
type organized struct {
	*testing.T
	management string
}

// newOrganization fills a cloud, after a change of what it is to hold.
func newOrganization(t *testing.T, c cloud, change func(*snapshot.Snapshot)) *organized {
	t.Helper()
	data, err := os.ReadFile("testdata/organization/held.json")
	if err != nil {
		t.Fatal(err)
	}
	world, err := snapshot.Parse("held.json", data)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(world)
	}
	signIn(t, c.hold(t, world))
	return &organized{t, "111122223333"}
}

func (o *organized) discover(args ...string) result {
	o.Helper()
	return stage{}.run(o.Context(), append([]string{"discover", "--organization", "--profile", profileName(o.management), "--role-name", "audit"}, args...)...)
}

// What cannot be listed or entered is told, and makes the status 3.
func TestOrganizationDenied(t *testing.T) {
	tests := []struct{ operation, want string }{
		{"Organizations.ListAccounts", "the accounts of the organization of account 111122223333 could not be listed (AccessDeniedException)"},
		{"STS.AssumeRole", "account 444455556666 could not be entered (AccessDenied): what it replicates is not here"},
		{"S3.ListBuckets", "not all buckets were listed of 111122223333, 444455556666, 777788889999: what others replicate is not here"},
		{"S3.GetBucketReplication", "not read (AccessDenied), and not here: what these buckets of account 444455556666 replicate: acme-orders"},
	}
	c := &fake{}
	o := newOrganization(t, c, func(world *snapshot.Snapshot) {
		own, _ := world.Accounts["111122223333"].Organization.Get()
		own.Accounts = fact.Value[[]snapshot.Member]{} // without the one that is suspended
		world.Accounts["111122223333"].Organization = fact.Of(own)
	})
	if got := o.discover(); got.status != 0 {
		t.Errorf("nothing is denied, and the status is %d:\n%s", got.status, got.stderr)
	}
	for _, test := range tests {
		t.Run(test.operation, func(t *testing.T) {
			c.only.Store(test.operation)
			if got := o.discover(); got.status != 3 || !strings.Contains(got.stderr, test.want) {
				t.Errorf("status %d, want 3 and %q:\n%s", got.status, test.want, got.stderr)
			}
		})
	}
}

// The order has to be one that can be carried out.
func TestOrganizationRefused(t *testing.T) {
	tests := []struct {
		args []string
		want string
	}{
		{[]string{"--role-name", "audit", "--account", "111122223333"}, "--organization reads all accounts, and --account names some"},
		{nil, "--organization needs to know by which role to enter the accounts"},
		{[]string{"--role-name", "audit", "--profile", "a", "--profile", "b"}, "--organization asks one account, and 2 profiles are given"},
		{[]string{"--snapshot", "testdata/organization/held.json"}, "--organization is for live accounts, and --snapshot is given"},
		{[]string{"--role-name", "a/b"}, `"a/b" is not the name of a role`},
	}
	for _, test := range tests {
		got := stage{}.run(t.Context(), append([]string{"discover", "--organization"}, test.args...)...)
		if got.status != 2 || !strings.Contains(got.stderr, test.want) {
			t.Errorf("%q: status %d, want 2 and %q:\n%s", slices.Concat(test.args), got.status, test.want, got.stderr)
		}
	}
}
