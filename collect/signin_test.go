package collect_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/collect"
	"github.com/repligrant/repligrant/collect/fakeaws"
	"github.com/repligrant/repligrant/snapshot"
)

func TestSignIn(t *testing.T) {
	const externalID = "s3cr3t-external-id"
	held := func(t *testing.T) *snapshot.Snapshot {
		return hold(t, `{"111122223333": {"As": "arn:aws:iam::111122223333:user/auditor"}, "444455556666": {"buckets": {"acme-dst": {}}},
			"777788889999": {"Errors": {"AssumeRole": "AccessDenied"}}}`)
	}
	tests := []struct {
		name   string
		change func(*collect.Account)
		id     string
		as     string
		errs   snapshot.Errors
	}{
		{"by key", func(*collect.Account) {}, source, "arn:aws:iam::111122223333:user/auditor", nil},
		{"no ID", func(a *collect.Account) { a.ID = "" }, source, "arn:aws:iam::111122223333:user/auditor", nil},
		{"other ID", func(a *collect.Account) { a.ID = destination }, destination, "", snapshot.Errors{"GetCallerIdentity": "the credentials are of account 111122223333"}},
		{
			"role by name", func(a *collect.Account) { a.ID, a.RoleName, a.ExternalID = destination, "audit", externalID }, destination,
			"arn:aws:sts::444455556666:assumed-role/audit/repligrant", nil,
		},
		{"role by ARN", func(a *collect.Account) {
			a.ID, a.RoleARN, a.ExternalID = destination, "arn:aws:iam::444455556666:role/path/audit", externalID
		}, destination, "arn:aws:sts::444455556666:assumed-role/audit/repligrant", nil},
		{"without external ID", func(a *collect.Account) { a.ID, a.RoleName = destination, "audit" }, destination, "", snapshot.Errors{"AssumeRole": "AccessDenied"}},
		{
			"role denied", func(a *collect.Account) { a.ID, a.RoleName, a.ExternalID = "777788889999", "audit", externalID }, "777788889999", "",
			snapshot.Errors{"AssumeRole": "AccessDenied"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fake := serve(t, held(t), fakeaws.Options{ExternalID: externalID})
			a := account(fake, source)
			test.change(&a)
			var log bytes.Buffer
			opts := fast()
			opts.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			s := mustCollect(t, []collect.Account{a}, opts)
			got := s.Accounts[test.id]
			if got == nil {
				t.Fatalf("account %s is not in the snapshot", test.id)
			}
			if got.As != test.as {
				t.Errorf("got As %q, want %q", got.As, test.as)
			}
			if diff := cmp.Diff(test.errs, got.Errors); test.errs != nil && diff != "" {
				t.Errorf("errors differ (-want +got):\n%s", diff)
			}
			noSecrets(t, log.String()+encoded(t, s), externalID, "fake-secret", "fake-session")
		})
	}
}

func noSecrets(t *testing.T, text string, secrets ...string) {
	t.Helper()
	if text == "" {
		t.Error("there is no text to look for secrets in")
	}
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			t.Errorf("the secret %q is in:\n%s", secret, text)
		}
	}
}

// How often a call is tried is the caller's to say, then the environment's.
func TestAttempts(t *testing.T) {
	t.Setenv("AWS_CONFIG_FILE", os.DevNull)
	for _, tt := range []struct {
		environment string
		options     int
		want        int
	}{
		{"", 0, 5},
		{"", -1, 5},
		{"2", 0, 2},
		{"2", 3, 3},
	} {
		t.Setenv("AWS_MAX_ATTEMPTS", tt.environment)
		cfg, err := collect.Config(t.Context(), collect.Account{}, collect.Options{Attempts: tt.options})
		if err != nil {
			t.Fatal(err)
		}
		if got := cfg.Retryer().MaxAttempts(); got != tt.want {
			t.Errorf("AWS_MAX_ATTEMPTS=%q, Options.Attempts %d: got %d attempts, want %d", tt.environment, tt.options, got, tt.want)
		}
	}
}

// A session policy limits the assumed role, and the external ID is handed on.
func TestAssumeRoleIsLimited(t *testing.T) {
	fake := serve(t, hold(t, `{"111122223333": {}, "444455556666": {}}`), fakeaws.Options{ExternalID: "x"})
	a := account(fake, source)
	a.ID, a.RoleName, a.ExternalID = destination, "audit", "x"
	mustCollect(t, []collect.Account{a}, fast())
	var operations []string
	for _, c := range fake.Calls() {
		operations = append(operations, c.Account+" "+c.Operation)
	}
	want := []string{source + " AssumeRole", destination + " GetCallerIdentity", destination + " DescribeOrganization", destination + " GetPublicAccessBlock"}
	if diff := cmp.Diff(want, operations); diff != "" {
		t.Errorf("calls differ (-want +got):\n%s", diff)
	}
}

// Without an ID there is no place for the reason in the snapshot.
func TestNobodySignedIn(t *testing.T) {
	t.Setenv("AWS_CONFIG_FILE", t.TempDir()+"/config")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", t.TempDir()+"/credentials")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	tests := []struct {
		account collect.Account
		want    string
	}{
		{collect.Account{Profile: "nobody"}, "enter the account of profile nobody: GetCallerIdentity: ProfileNotFound: nobody"},
		{collect.Account{}, "enter the account of the default credentials: GetCallerIdentity: NoCredentials"},
	}
	for _, test := range tests {
		_, err := collect.Snapshot(t.Context(), []collect.Account{test.account}, fast())
		if err == nil || err.Error() != test.want {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
}

// Where nobody is signed in, the SDK asks the machine it runs on. What that
// answers is not AWS's word about an account.
func TestMachineWithoutRole(t *testing.T) {
	machine := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	t.Cleanup(machine.Close)
	t.Setenv("AWS_CONFIG_FILE", t.TempDir()+"/config")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", t.TempDir()+"/credentials")
	t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", machine.URL)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "false")
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	_, err := collect.Snapshot(t.Context(), []collect.Account{{}}, fast())
	if want := "enter the account of the default credentials: GetCallerIdentity: NoCredentials"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestOrdersThatAreWrong(t *testing.T) {
	tests := []struct {
		name     string
		accounts []collect.Account
		want     string
	}{
		{"none", nil, "no account to read"},
		{"ID", []collect.Account{{ID: "prod"}}, `"prod" is not an AWS account ID`},
		{"twice", []collect.Account{{ID: source}, {ID: source}}, "account 111122223333 is given twice"},
		{"role name without ID", []collect.Account{{RoleName: "r"}}, "the account of the default credentials: a role name needs an account ID, or a role ARN in its place"},
		{"two roles", []collect.Account{{ID: source, RoleName: "r", RoleARN: "arn"}}, "account 111122223333: both a role name and a role ARN are given"},
		{"Region", []collect.Account{{ID: source, Region: "evil.example/"}}, `account 111122223333: "evil.example/" is not a Region`},
		{"Region of a bucket", []collect.Account{{ID: source, Buckets: []collect.Bucket{{Name: "acme", Region: "x"}}}}, `bucket acme: "x" is not a Region`},
		{"bucket", []collect.Account{{ID: source, Buckets: []collect.Bucket{{Name: "acme/../k"}}}}, `"acme/../k" is not the name of a bucket`},
		{"partition", []collect.Account{{ID: source, Partition: "moon"}}, `account 111122223333: "moon" is not a partition`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := collect.Snapshot(t.Context(), test.accounts, fast())
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
