package collect_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/collect"
	"github.com/repligrant/repligrant/collect/fakeaws"
	"github.com/repligrant/repligrant/snapshot"
)

// scenarios reads testdata/scenario: snapshots that both the fake and moto are
// made to hold.
func scenarios(t *testing.T) map[string]*snapshot.Snapshot {
	t.Helper()
	files, err := filepath.Glob("testdata/scenario/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios in testdata/scenario (err = %v)", err)
	}
	all := make(map[string]*snapshot.Snapshot)
	for _, file := range files {
		all[strings.TrimSuffix(filepath.Base(file), ".json")] = readSnapshot(t, file)
	}
	return all
}

func scenario(t *testing.T, name string) *snapshot.Snapshot {
	t.Helper()
	return readSnapshot(t, filepath.Join("testdata", "scenario", name+".json"))
}

func readSnapshot(t *testing.T, file string) *snapshot.Snapshot {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, file, data)
}

func parse(t *testing.T, file string, data []byte) *snapshot.Snapshot {
	t.Helper()
	s, err := snapshot.Parse(file, data)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// serve starts a fake that holds s.
func serve(t *testing.T, s *snapshot.Snapshot, opts fakeaws.Options) *fakeaws.Server {
	t.Helper()
	fake, err := fakeaws.Start(s, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = fake.Close() })
	return fake
}

// account is an order to read an account of a fake, by itself empty.
func account(fake *fakeaws.Server, id string) collect.Account {
	key, secret := fakeaws.AccessKey(id)
	return collect.Account{ID: id, Endpoint: fake.URL, Region: "us-east-1", Static: &collect.Credentials{AccessKeyID: key, SecretAccessKey: secret}}
}

// everything orders all that a snapshot names.
func everything(s *snapshot.Snapshot, sign func(id string) collect.Account) []collect.Account {
	var accounts []collect.Account
	for _, id := range slices.Sorted(maps.Keys(s.Accounts)) {
		a := sign(id)
		held := s.Accounts[id]
		for _, name := range slices.Sorted(maps.Keys(held.Buckets)) {
			b := collect.Bucket{Name: name}
			if held.Buckets[name] != nil {
				b.Region = held.Buckets[name].Region
			}
			a.Buckets = append(a.Buckets, b)
		}
		a.Roles = slices.Sorted(maps.Keys(held.Roles))
		a.Users = slices.Sorted(maps.Keys(held.Users))
		a.Keys = slices.Sorted(maps.Keys(held.Keys))
		a.Points = slices.DeleteFunc(slices.Sorted(maps.Keys(held.AccessPoints)), func(id string) bool {
			return strings.HasSuffix(id, "/listed") // its bucket's policy leads to it
		})
		accounts = append(accounts, a)
	}
	return accounts
}

// at is when scenarios are collected.
func at() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// fast are options for a server that nobody else uses.
func fast() collect.Options {
	return collect.Options{Rate: 10_000, Attempts: 1, Now: at}
}

// mustCollect collects without an error.
func mustCollect(t *testing.T, accounts []collect.Account, opts collect.Options) *snapshot.Snapshot {
	t.Helper()
	s, err := collect.Snapshot(t.Context(), accounts, opts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// encoded is s without who read it.
func encoded(t *testing.T, s *snapshot.Snapshot) string {
	t.Helper()
	for _, a := range s.Accounts {
		a.As = ""
	}
	data, err := snapshot.Encode(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// What the fake holds is what is collected from it.
func TestScenarioFake(t *testing.T) {
	for name, held := range scenarios(t) {
		t.Run(name, func(t *testing.T) {
			fake := serve(t, held, fakeaws.Options{PageSize: 1})
			sign := func(id string) collect.Account { return account(fake, id) }
			got := mustCollect(t, everything(held, sign), fast())
			if diff := cmp.Diff(encoded(t, held), encoded(t, got)); diff != "" {
				t.Errorf("collected differs from held (-held +collected):\n%s", diff)
			}
			if refused := fake.Refused(); len(refused) > 0 {
				t.Errorf("not only reads were asked for: %v", refused)
			}
			checkOnce(t, fake.Calls())
		})
	}
}

// checkOnce makes sure that nothing was read twice. Lists have pages, and two
// entities may have one policy, which still is read once.
func checkOnce(t *testing.T, calls []fakeaws.Call) {
	t.Helper()
	if len(calls) == 0 {
		t.Error("nothing was called")
	}
	seen := make(map[fakeaws.Call]bool)
	for _, c := range calls {
		single := !strings.HasPrefix(c.Operation, "List") && c.Operation != "GetRolePolicy"
		if single && seen[c] {
			t.Errorf("%v was called twice", c)
		}
		seen[c] = true
	}
}
