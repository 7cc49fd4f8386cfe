package cli_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/repligrant/repligrant/collect/fakeaws"
	"github.com/repligrant/repligrant/internal/mototest"
	"github.com/repligrant/repligrant/snapshot"
)

// A cloud is an AWS that can be made to hold accounts.
type cloud interface {
	// hold forgets what there was and who was denied, and returns a way into
	// each account.
	hold(t *testing.T, world *snapshot.Snapshot) map[string]profile
	// deny lets the profiles enter their accounts from now on, and do no more.
	deny(t *testing.T)
	// record forgets what was asked for until now.
	record(t *testing.T)
	// calls returns what was asked for since record.
	calls(t *testing.T) []call
}

// A profile is a way into an account.
type profile struct{ endpoint, key, secret string }

// A call is one request.
type call struct {
	account string // something that stands for the caller's
	name    string // all that tells it from others
	reads   bool
}

// profileName is the profile of an account in the shared config.
func profileName(account string) string { return "audit-" + account }

// signIn gives the SDK a shared config with these profiles, and nothing else to
// sign in with.
func signIn(t *testing.T, profiles map[string]profile) {
	t.Helper()
	var config strings.Builder
	for account, p := range profiles {
		fmt.Fprintf(&config, "[profile %s]\nregion = us-east-1\nmax_attempts = 1\nendpoint_url = %s\naws_access_key_id = %s\naws_secret_access_key = %s\n",
			profileName(account), p.endpoint, p.key, p.secret)
	}
	file := filepath.Join(t.TempDir(), "config")
	write(t, file, config.String())
	for name, value := range map[string]string{
		"AWS_CONFIG_FILE": file, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_PROFILE": "", "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": "", "AWS_ENDPOINT_URL": "",
	} {
		t.Setenv(name, value)
	}
}

// nobody returns a way to where nobody listens.
func nobody(t *testing.T) profile {
	t.Helper()
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return profile{endpoint: "http://" + l.Addr().String(), key: "key", secret: "secret"}
}

// A moto is filled by boto3, and answers with what boto3 wrote.
type moto struct {
	*mototest.Server
}

func startMoto(t *testing.T) *moto {
	t.Helper()
	return &moto{Server: mototest.Start(t, []byte(`{"accounts": {"111122223333": {}}}`))}
}

func (m *moto) hold(t *testing.T, world *snapshot.Snapshot) map[string]profile {
	t.Helper()
	data, err := snapshot.Encode(world)
	if err != nil {
		t.Fatal(err)
	}
	m.Refill(t, data)
	profiles := map[string]profile{}
	for account := range world.Accounts {
		k := m.Key(account)
		profiles[account] = profile{endpoint: m.URL, key: k.ID, secret: k.Secret}
	}
	return profiles
}

func (m *moto) deny(t *testing.T) { t.Helper(); m.Deny(t) }

func (m *moto) record(t *testing.T) { t.Helper(); m.Record(t) }

func (m *moto) calls(t *testing.T) []call {
	t.Helper()
	var list []call
	for _, r := range m.Recorded(t) {
		name := strings.Join([]string{r.Service, r.Method, r.Path, r.Query, r.Body}, " ")
		list = append(list, call{account: r.Key, name: name, reads: r.Reads()})
	}
	return list
}

// A fake is the AWS in one process, which needs nothing that is not in Go.
type fake struct {
	*fakeaws.Server
	denied atomic.Bool
	only   atomic.Value // SERVICE.OPERATION, which is denied too
	before int          // calls that were forgotten
	admins []string     // accounts that may read the organization

	objects map[string]snapshot.Object // that may be asked for
	broken  atomic.Pointer[fakeaws.Fault]
}

func (f *fake) hold(t *testing.T, world *snapshot.Snapshot) map[string]profile {
	t.Helper()
	if f.Server != nil {
		_ = f.Close() // nobody talks to it any more
	}
	var err error
	f.Server, err = fakeaws.Start(world, fakeaws.Options{Fault: f.fault, Organization: f.admins, Objects: f.objects})
	if err != nil {
		t.Fatal(err)
	}
	server := f.Server
	t.Cleanup(func() { _ = server.Close() })
	f.before = 0
	f.denied.Store(false)
	profiles := map[string]profile{}
	for account := range world.Accounts {
		key, secret := fakeaws.AccessKey(account)
		profiles[account] = profile{endpoint: f.URL, key: key, secret: secret}
	}
	return profiles
}

func (f *fake) deny(*testing.T) { f.denied.Store(true) }

// fault denies what is no call of STS, in the form of each service.
func (f *fake) fault(c fakeaws.Call) *fakeaws.Fault {
	if c.Operation == "HeadObject" {
		return f.broken.Load()
	}
	one := f.only.Load() == c.Service+"."+c.Operation
	if !one && (!f.denied.Load() || c.Service == "STS") {
		return nil
	}
	return &fakeaws.Fault{Status: 403, Body: map[string]string{
		"S3":            "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
		"IAM":           "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>",
		"Organizations": `{"__type": "AccessDeniedException", "Message": "no"}`,
	}[c.Service]}
}

func (f *fake) record(*testing.T) { f.before = len(f.Calls()) }

func (f *fake) calls(t *testing.T) []call {
	t.Helper()
	var list []call
	for _, c := range f.Calls()[f.before:] {
		list = append(list, call{account: c.Account, name: c.Service + " " + c.Operation + " " + c.Resource, reads: true})
	}
	for _, c := range f.Refused() {
		list = append(list, call{account: c.Account, name: c.Service + " " + c.Operation + " " + c.Resource})
	}
	return list
}
