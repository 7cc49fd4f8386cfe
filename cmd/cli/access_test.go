package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/collect/fakeaws"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/reads"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/snapshot"
)

// TestAccessIsEnough audits accounts that let their auditor do what access
// writes, and nothing else: nothing is left unread.
func TestAccessIsEnough(t *testing.T) {
	files, err := filepath.Glob("testdata/live/*.yaml")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d SPECs in testdata/live (err = %v)", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p := newPromise(t, string(text))
			g := newGate(t, p, file)
			server, err := fakeaws.Start(planned(t, p.spec, p.plan), fakeaws.Options{Fault: g.fault})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = server.Close() })
			profiles := map[string]profile{}
			var flags []string
			for _, a := range p.spec.Accounts {
				key, secret := fakeaws.AccessKey(a.ID.Value)
				profiles[a.ID.Value] = profile{endpoint: server.URL, key: key, secret: secret}
				if p.spec.SignIn(a).Profile.Value == "" {
					flags = append(flags, "--profile", a.Name.Value+"="+profileName(a.ID.Value))
				}
			}
			signIn(t, profiles)
			got := stage{}.run(t.Context(), append([]string{"audit", file, "--format", "json"}, flags...)...)
			if got.status != 0 || got.stderr != "" {
				t.Errorf("status %d: %s\n%s", got.status, got.stderr, got.stdout)
			}
			if g.allowed < 20 || len(g.denied) > 0 {
				t.Errorf("%d calls allowed, and these denied: %v", g.allowed, g.denied)
			}
		})
	}
}

// TestAccessExplainIsEnough asks for objects as an auditor who may do what access
// --explain writes, and nothing else. Without the flag no object is told of, and
// with --object none but that.
func TestAccessExplainIsEnough(t *testing.T) {
	const file = "testdata/live/cross-account.yaml"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]snapshot.Object{
		"acme-orders/invoices/a":    {VersionID: "v1", ReplicationStatus: "COMPLETED", ServerSideEncryption: "AES256"},
		"acme-orders/invoices/a?v1": {VersionID: "v1", ReplicationStatus: "COMPLETED", ServerSideEncryption: "AES256"},
		"acme-orders/invoices/b":    {VersionID: "v2", ReplicationStatus: "COMPLETED", ServerSideEncryption: "AES256"},
	}
	a, version, b := []string{"s3://acme-orders/invoices/a"}, []string{"s3://acme-orders/invoices/a", "--version-id", "v1"}, []string{"s3://acme-orders/invoices/b"}
	for _, tt := range []struct {
		flags        []string
		told, hidden [][]string
	}{
		{nil, nil, [][]string{a, version, b}},
		{[]string{"--explain"}, [][]string{a, version, b}, nil},
		{[]string{"--explain", "--object", "s3://acme-orders/invoices/a"}, [][]string{a, version}, [][]string{b}},
		{[]string{"--explain", "--object", "s3://acme-orders/inv*"}, [][]string{a, version, b}, nil},
	} {
		t.Run(strings.Join(tt.flags, " "), func(t *testing.T) {
			p := newPromise(t, string(text))
			g := newGate(t, p, file, tt.flags...)
			server, err := fakeaws.Start(planned(t, p.spec, p.plan), fakeaws.Options{Fault: g.fault, Objects: known})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = server.Close() })
			profiles := map[string]profile{}
			for _, a := range p.spec.Accounts {
				key, secret := fakeaws.AccessKey(a.ID.Value)
				profiles[a.ID.Value] = profile{endpoint: server.URL, key: key, secret: secret}
			}
			signIn(t, profiles)
			ask := func(object []string, want string) {
				got := stage{}.run(t.Context(), append([]string{"explain", object[0], file, "--read-object", "--format", "json"}, object[1:]...)...)
				if words := explained(t, got); !strings.HasPrefix(words, want) {
					t.Errorf("%q: %s, want %s", object, words, want)
				}
			}
			for _, object := range tt.told {
				ask(object, "0 replicates completed")
			}
			for _, object := range tt.hidden {
				ask(object, "3 unknown head-denied")
			}
		})
	}
}

// A gate decides calls by the auditor's policies.
type gate struct {
	*testing.T
	policies map[string][]policy.Source // by account
	names    map[string]string          // ARNs of roles and users, by account and name

	mu      sync.Mutex
	allowed int
	denied  []string
}

func newGate(t *testing.T, p *promise, file string, flags ...string) *gate {
	t.Helper()
	got := stage{}.run(t.Context(), append([]string{"access", file, "--format", "json"}, flags...)...)
	var access planner.Access
	if err := json.Unmarshal([]byte(got.stdout), &access); err != nil || got.status != 0 {
		t.Fatalf("access: status %d (%v): %s", got.status, err, got.stderr)
	}
	g := &gate{T: t, policies: map[string][]policy.Source{}, names: map[string]string{}}
	for _, one := range access.Policies {
		if one.For != planner.Auditor || one.Trust() {
			continue
		}
		d, err := policy.Parse(one.Document)
		if err != nil {
			t.Fatal(err)
		}
		g.policies[one.Account] = append(g.policies[one.Account], policy.Source{Document: fact.Of(d)})
	}
	for _, d := range p.plan.Documents {
		if a, err := arn.Parse(d.Target); err == nil && a.Service == "iam" {
			g.names[d.Account+" "+a.Type()+" "+a.Name()] = d.Target
		}
	}
	return g
}

// fault denies what the policies do not allow.
func (g *gate) fault(c fakeaws.Call) *fakeaws.Fault {
	r, ok := reads.Find(c.Service, c.Operation)
	if c.Operation == reads.HeadObject {
		r, ok = reads.OfObject(strings.Contains(c.Resource, "?")), true
	}
	if !ok || c.Service == "STS" {
		return nil
	}
	request := policy.Request{
		Caller: policy.Caller{Kind: policy.Role, ARN: "arn:aws:iam::" + c.Account + ":role/auditor", Account: c.Account},
		Action: r.Action, Resource: g.resource(r, c), ResourceAccount: c.Account,
	}
	none := policy.Source{Document: fact.Absent[*policy.Document]()}
	answer := policy.Decide(request, policy.Policies{
		Identity: g.policies[c.Account], Resource: none, Boundary: none,
		SCPs: fact.Absent[[][]policy.Source](), RCPs: fact.Absent[[][]policy.Source](),
	})
	g.mu.Lock()
	defer g.mu.Unlock()
	if answer.Allowed() {
		g.allowed++
		return nil
	}
	g.denied = append(g.denied, r.Action+" on "+request.Resource)
	return &fakeaws.Fault{Status: 403, Body: "<Error><Code>AccessDenied</Code></Error>"}
}

// resource is the ARN that a call is about. IAM is given names, without paths.
func (g *gate) resource(r reads.Read, c fakeaws.Call) string {
	switch {
	case r.Resource == "*":
		return "*"
	case c.Operation == reads.HeadObject:
		bucket, key, _ := strings.Cut(c.Resource, "/")
		key, _, _ = strings.Cut(key, "?")
		return arn.Object("aws", bucket, key)
	case strings.HasSuffix(r.Resource, ":::BUCKET"):
		return arn.Bucket("aws", c.Resource)
	case strings.HasPrefix(c.Resource, "arn:"):
		return c.Resource
	case strings.HasSuffix(r.Resource, "GROUP"):
		return "arn:aws:iam::" + c.Account + ":group/" + c.Resource
	}
	kind := "role"
	if strings.HasSuffix(r.Resource, "USER") {
		kind = "user"
	}
	return g.names[c.Account+" "+kind+" "+c.Resource]
}
