package collect_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/collect"
	"github.com/repligrant/repligrant/internal/mototest"
	"github.com/repligrant/repligrant/internal/reads"
	"github.com/repligrant/repligrant/snapshot"
)

// moto starts moto with a scenario.
func moto(t *testing.T, name string) *mototest.Server {
	t.Helper()
	held, err := os.ReadFile(filepath.Join("testdata", "scenario", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return mototest.Start(t, held)
}

// motoAccount is an order to read an account of moto.
func motoAccount(server *mototest.Server, id string) collect.Account {
	key := server.Key(id)
	return collect.Account{ID: id, Endpoint: server.URL, Region: "us-east-1", Static: &collect.Credentials{AccessKeyID: key.ID, SecretAccessKey: key.Secret}}
}

// What moto was made to hold by boto3 is what is collected from it.
func TestMotoScenario(t *testing.T) {
	for name, held := range scenarios(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := moto(t, name)
			server.Record(t)
			sign := func(id string) collect.Account { return motoAccount(server, id) }
			got := mustCollect(t, everything(held, sign), fast())
			if diff := cmp.Diff(encoded(t, asMoto(held)), encoded(t, asMoto(got))); diff != "" {
				t.Errorf("collected differs from held (-held +collected):\n%s", diff)
			}
			onlyReads(t, server.Recorded(t))
		})
	}
}

// asMoto makes equal what moto makes up: IDs, and a default of life cycles.
func asMoto(s *snapshot.Snapshot) *snapshot.Snapshot {
	for _, a := range s.Accounts {
		for _, r := range a.Roles {
			if r != nil {
				r.RoleID = ""
			}
		}
		for _, u := range a.Users {
			if u != nil {
				u.UserID = ""
			}
		}
		for _, b := range a.Buckets {
			if b != nil {
				delete(b.LifecycleConfiguration.Or(nil), "TransitionDefaultMinimumObjectSize")
			}
		}
		for _, k := range a.Keys {
			asMotoKey(k)
		}
	}
	return s
}

// asMotoKey keeps what a snapshot chose of a key.
func asMotoKey(k *snapshot.Key) {
	if k == nil {
		return
	}
	for name := range k.KeyMetadata.Or(nil) {
		if name != "KeyState" && name != "KeyManager" {
			delete(k.KeyMetadata.Or(nil), name)
		}
	}
	for _, grant := range k.Grants.Or(nil) {
		for name := range grant {
			if name != "GranteePrincipal" && name != "Operations" && name != "Constraints" {
				delete(grant, name)
			}
		}
		if constraints, _ := grant["Constraints"].(map[string]any); len(constraints) == 0 {
			delete(grant, "Constraints")
		}
	}
}

// onlyReads makes sure that what moto recorded is on the list of reads.
func onlyReads(t *testing.T, requests []mototest.Request) {
	t.Helper()
	if len(requests) == 0 {
		t.Error("moto recorded nothing")
	}
	services := map[string]string{"iam": "IAM", "sts": "STS", "organizations": "Organizations", "kms": "KMS"}
	for _, r := range requests {
		ok := false
		switch {
		case r.Service == "s3" && strings.HasPrefix(r.Path, "/v20180820/"):
			_, _, ok = reads.Path(r.Path)
			ok = ok && r.Method == http.MethodGet
		case r.Service == "s3":
			_, ok = reads.Query(strings.TrimSuffix(r.Query, "="))
			ok = ok && r.Method == http.MethodGet
		default:
			_, ok = reads.Find(services[r.Service], r.Action[strings.LastIndexByte(r.Action, '.')+1:])
		}
		if !ok {
			t.Errorf("moto got a request that is no read: %+v", r)
		}
	}
}

// motoWith starts moto with what accounts hold.
func motoWith(t *testing.T, held *snapshot.Snapshot) *mototest.Server {
	t.Helper()
	data, err := snapshot.Encode(held)
	if err != nil {
		t.Fatal(err)
	}
	return mototest.Start(t, data)
}

// Each layer refuses something in this world: inline and managed policies, the
// boundary, an SCP and an RCP, and the state of a key. What is read of it from moto decides an audit as what is read from the fake does.
func TestMotoDecides(t *testing.T) {
	w := newWorld(t)
	server := motoWith(t, w.held)
	got := mustCollect(t, everything(w.held, func(id string) collect.Account { return motoAccount(server, id) }), fast())
	out := audit.Run(audit.Input{Snapshot: got, From: "live"})
	if diff := cmp.Diff(shown(w.audit), shown(out)); diff != "" {
		t.Errorf("audits differ (-fake +moto):\n%s", diff)
	}
	for _, sid := range []string{"Inline", "Attached", "Boundary", "SCP", "RCP"} {
		if !slices.ContainsFunc(out.Findings, func(f audit.Finding) bool {
			return f.Outcome == audit.Blocked && slices.ContainsFunc(f.Evidence, func(e audit.Evidence) bool { return e.Sid == sid })
		}) {
			t.Errorf("no finding says that statement %s refuses something", sid)
		}
	}
}

// shown is what an audit finds, and in which words.
func shown(a *audit.Audit) []string {
	list := []string{fmt.Sprintf("%+v", a.Summary)}
	for _, f := range a.Findings {
		list = append(list, fmt.Sprintf("%s %s %s %s", f.Outcome, f.Check, f.Requirement, f.Message))
	}
	return list
}

// Many buckets of two accounts, with 20 rules each, roles and keys; a hundred
// buckets with REPLIGRANT_FULL=1.
func TestMotoFleet(t *testing.T) {
	sources := 5
	if os.Getenv("REPLIGRANT_FULL") != "" {
		sources = 50
	}
	held := fleet(t, sources)
	server := motoWith(t, held)
	server.Record(t)
	got := mustCollect(t, everything(held, func(id string) collect.Account { return motoAccount(server, id) }), fast())
	if diff := cmp.Diff(encoded(t, asMoto(held)), encoded(t, asMoto(got))); diff != "" {
		t.Errorf("collected differs from held (-held +collected):\n%.3000s", diff)
	}
	if n := len(server.Recorded(t)); n != callsOf(sources) {
		t.Errorf("moto got %d requests, want %d", n, callsOf(sources))
	}
}

// The default chain and the profiles of the shared config sign in.
func TestMotoProfiles(t *testing.T) {
	server := moto(t, "same-account")
	for _, variable := range server.Env(t) {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	got := mustCollect(t, []collect.Account{{ID: source, Profile: source, AllBuckets: true}}, fast())
	want := []string{
		source + " arn:aws:iam::111122223333:role/acme-orders-replication",
		source + " bucket acme-orders",
		source + " bucket acme-orders-copy",
	}
	if diff := cmp.Diff(want, entries(got)); diff != "" {
		t.Errorf("entries differ (-want +got):\n%s", diff)
	}
	if as := got.Accounts[source].As; as != "arn:aws:iam::111122223333:user/repligrant-auditor" {
		t.Errorf("read as %q, want the user of the profile", as)
	}
}

// One sign-in, and a role to assume in each account.
func TestMotoAssumeRole(t *testing.T) {
	server := moto(t, "cross-account")
	sign := func(id string) collect.Account {
		a := motoAccount(server, source)
		a.ID, a.RoleName, a.ExternalID, a.AllBuckets = id, "audit", "an-external-id", true
		return a
	}
	got := mustCollect(t, []collect.Account{sign(source), sign(destination)}, fast())
	want := []string{
		source + " arn:aws:iam::111122223333:role/service-role/acme-orders-replication",
		source + " bucket acme-orders",
		destination + " bucket acme-orders-archive",
		destination + " bucket acme-orders-copy",
	}
	if diff := cmp.Diff(want, entries(got)); diff != "" {
		t.Errorf("entries differ (-want +got):\n%s", diff)
	}
	if as := got.Accounts[destination].As; as != "arn:aws:sts::444455556666:assumed-role/audit/repligrant" {
		t.Errorf("read as %q, want a session of the role", as)
	}
	for id, a := range got.Accounts {
		for name, b := range a.Buckets {
			if b.Policy.Why() != "" || len(b.Errors) > 0 {
				t.Errorf("bucket %s of %s was not read: %v", name, id, b.Errors)
			}
		}
	}
}

// A bucket of another account, and everything where nothing is allowed, is
// unread with a reason: nothing is absent.
func TestMotoDenied(t *testing.T) {
	server := moto(t, "cross-account")
	a := motoAccount(server, source)
	a.Buckets = []collect.Bucket{{Name: "acme-orders-copy"}}
	allDenied(t, mustCollect(t, []collect.Account{a}, fast()).Accounts[source].Buckets["acme-orders-copy"])

	server.Deny(t)
	got := mustCollect(t, everything(scenario(t, "cross-account"), func(id string) collect.Account { return motoAccount(server, id) }), fast())
	if len(got.Accounts) != 2 {
		t.Errorf("got %d accounts, want 2", len(got.Accounts))
	}
	for id, held := range got.Accounts {
		if held.As == "" || held.Organization.Read() {
			t.Errorf("account %s: read as %q, organization %v; want it entered, and no more", id, held.As, held.Organization)
		}
		for _, b := range held.Buckets {
			allDenied(t, b)
		}
		for name, r := range held.Roles {
			if r == nil || r.AssumeRolePolicyDocument.Why() != "AccessDenied" || r.InlinePolicies.Why() != "AccessDenied" || r.AttachedPolicies.Why() != "AccessDenied" {
				t.Errorf("role %s was not denied: %+v", name, r)
			}
		}
		for name, u := range held.Users {
			if u == nil || u.InlinePolicies.Why() != "AccessDenied" || u.GroupPolicies.Why() != "AccessDenied" {
				t.Errorf("user %s was not denied: %+v", name, u)
			}
		}
	}
}

func allDenied(t *testing.T, b *snapshot.Bucket) {
	t.Helper()
	if b == nil || len(b.Errors) != 11 {
		t.Fatalf("got bucket %+v, want 11 errors", b)
	}
	for operation, why := range b.Errors {
		if why != "AccessDenied" {
			t.Errorf("%s: got %q, want AccessDenied", operation, why)
		}
	}
}
