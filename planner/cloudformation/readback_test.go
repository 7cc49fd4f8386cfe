package cloudformation_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/iac"
	"github.com/repligrant/repligrant/planner/target"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// TestReadBack reads the templates of every SPEC as planned infrastructure: there
// have to be the documents of the plan again, and nothing may stay unknown.
func TestReadBack(t *testing.T) {
	compared := 0
	for name, p := range specs(t) {
		t.Run(name, func(t *testing.T) {
			got := readBack(t, p)
			targets, err := target.Of(p.Plan)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range targets {
				compared += compare(t, want, got.Accounts[want.Account])
			}
		})
	}
	if compared < 100 {
		t.Errorf("%d documents were compared", compared)
	}
}

// readBack lays all templates of a plan over nothing.
func readBack(t *testing.T, p planned) *snapshot.Snapshot {
	t.Helper()
	world := &snapshot.Snapshot{}
	written := files(t, p)
	for _, file := range slices.Sorted(maps.Keys(written)) {
		text := written[file]
		if !strings.HasSuffix(file, ".json") || strings.HasSuffix(file, "-statements.json") {
			continue
		}
		stack := iac.Stack{Account: owner(t, p, file), Partition: partition(p), Parameters: map[string]string{}}
		if strings.Contains(string(text), `"Replicate":`) {
			stack.Parameters["Replicate"] = "true"
		}
		l, err := iac.CloudFormation(file, text, stack)
		if err != nil {
			t.Fatal(err)
		}
		for _, left := range l.Left {
			t.Errorf("%s leaves %s unknown: %v", file, left.Address, left.Why)
		}
		world = l.Over(world)
	}
	return world
}

func owner(t *testing.T, p planned, file string) string {
	t.Helper()
	for _, d := range p.Documents {
		name := d.Account
		if n := p.o.Accounts[name]; n != "" {
			name = n
		}
		if strings.HasPrefix(file, name+"-") {
			return d.Account
		}
	}
	t.Fatalf("whose is %s?", file)
	return ""
}

func partition(p planned) string {
	for _, d := range p.Documents {
		if a, err := arn.Parse(d.Target); err == nil {
			return a.Partition
		}
	}
	return ""
}

// compare returns how many documents of a target it found again.
func compare(t *testing.T, want *target.Target, a *snapshot.Account) int {
	t.Helper()
	if a == nil {
		return 0 // a key or an access point, whose statements are put in by hand
	}
	switch want.Type {
	case target.Role:
		r := a.Roles[want.ARN.String()]
		same(t, want.ARN.String()+" trust", want.Trust, r.AssumeRolePolicyDocument, want.Trust != nil)
		b, _ := r.PermissionsBoundary.Get()
		if want.Trust != nil && b.PermissionsBoundaryARN != want.Boundary {
			t.Errorf("boundary of %s is %q, want %q", want.ARN, b.PermissionsBoundaryARN, want.Boundary)
		}
		return 1 + policies(t, want, r.InlinePolicies, r.AttachedPolicies)
	case target.User:
		u := a.Users[want.ARN.String()]
		return policies(t, want, u.InlinePolicies, u.AttachedPolicies)
	case target.Bucket:
		same(t, want.ARN.String()+" policy", want.Policy, a.Buckets[want.Name].Policy, true)
		return 1
	case target.Source:
		return configured(t, want, a.Buckets[want.Name])
	}
	return 0
}

func policies(t *testing.T, want *target.Target, inline, attached fact.Value[map[string]snapshot.Document]) int {
	t.Helper()
	for _, p := range want.Policies {
		got := inline.Or(nil)[p.Name]
		if p.Managed {
			id := want.ARN
			id.Resource = "policy/" + want.Name + "-" + p.Name
			got = attached.Or(nil)[id.String()]
		}
		same(t, want.ARN.String()+" "+p.Name, p.Document, got, true)
	}
	return len(want.Policies)
}

func same(t *testing.T, what string, want *policy.Document, got snapshot.Document, stated bool) {
	t.Helper()
	if !stated {
		return
	}
	text, err := want.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(plain(t, text), plain(t, got.Text())); diff != "" {
		t.Errorf("%s, %v (-want +got):\n%s", what, got, diff)
	}
}

func plain(t *testing.T, text []byte) (v any) {
	t.Helper()
	if len(text) == 0 {
		return nil
	}
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return v
}

func configured(t *testing.T, want *target.Target, b *snapshot.Bucket) int {
	t.Helper()
	var rules replication.Configuration
	if err := json.Unmarshal(want.Configuration, &rules); err != nil {
		t.Fatal(err)
	}
	got, _ := b.ReplicationConfiguration.Get()
	if diff := cmp.Diff(rules, got); diff != "" {
		t.Errorf("configuration of %s (-want +got):\n%s", want.Name, diff)
	}
	if v, _ := b.Versioning.Get(); v.Status != "Enabled" {
		t.Errorf("versioning of %s is %v", want.Name, b.Versioning)
	}
	return 1
}
