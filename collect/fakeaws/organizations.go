package fakeaws

import (
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/snapshot"
)

// otherAccount is the management account of every organization here, unless the
// snapshot says that an account is it.
const otherAccount = "999999999999"

// The types of organization policies.
const (
	scpType = "SERVICE_CONTROL_POLICY"
	rcpType = "RESOURCE_CONTROL_POLICY"
)

// organizations answers a read of Organizations. All but the first are only
// answered to the management account, and to those that the options name.
func (f *Server) organizations(r *request, account *snapshot.Account) answer {
	if r.Operation == "DescribeOrganization" {
		return f.describeOrganization(r, account)
	}
	own, ok := account.Organization.Get()
	if !ok || !own.ManagementAccount && !slices.Contains(f.opts.Organization, r.Account) {
		return r.fail(accessDeniedException, "You don't have permissions to access this resource.")
	}
	if why := own.Errors[r.Operation]; why != "" {
		return r.unread(why)
	}
	t := f.tree(own.ID)
	switch r.Operation {
	case "ListAccounts":
		page, next := pageOf(f, f.membersOf(own), r.value("NextToken"))
		return asJSON(withToken(map[string]any{"Accounts": page}, next))
	case "ListRoots":
		return asJSON(map[string]any{"Roots": []any{map[string]any{"Id": t.root, "Name": "Root", "PolicyTypes": t.types()}}})
	case "ListParents":
		if parent := t.parents[r.Resource]; parent != "" {
			return asJSON(map[string]any{"Parents": []any{map[string]any{"Id": parent, "Type": typeOf(parent)}}})
		}
		return r.fail("ChildNotFoundException", "You specified a child that doesn't exist.")
	case "ListPoliciesForTarget":
		all, known := t.attached[r.value("Filter")+" "+r.Resource]
		if !known {
			return r.unread("")
		}
		page, next := pageOf(f, all, r.value("NextToken"))
		return asJSON(withToken(map[string]any{"Policies": page}, next))
	}
	return r.describePolicy(t)
}

// membersOf are the accounts of an organization: those that a list of them says,
// else those that are in it by what they say themselves, which are active.
func (f *Server) membersOf(o snapshot.Organization) []any {
	var all []any
	add := func(id, state string) {
		all = append(all, map[string]string{"Id": id, "Name": "account-" + id, "State": state, "Status": state})
	}
	for _, m := range o.Accounts.Or(nil) {
		add(m.ID, m.State)
	}
	for _, id := range slices.Sorted(maps.Keys(f.held.Accounts)) {
		if own, ok := f.organizationOf(id); ok && own.ID == o.ID && !o.Accounts.Read() {
			add(id, "ACTIVE")
		}
	}
	return all
}

func withToken(body map[string]any, next string) map[string]any {
	if next != "" {
		body["NextToken"] = next
	}
	return body
}

func (f *Server) describeOrganization(r *request, account *snapshot.Account) answer {
	return withFact(r, account.Organization, "AWSOrganizationsNotInUseException", func(o snapshot.Organization) answer {
		return asJSON(map[string]any{"Organization": map[string]string{
			"Id": o.ID, "FeatureSet": "ALL", "MasterAccountId": f.management(o.ID),
		}})
	})
}

// management is the management account of an organization.
func (f *Server) management(organization string) string {
	for _, id := range slices.Sorted(maps.Keys(f.held.Accounts)) {
		if o, ok := f.organizationOf(id); ok && o.ID == organization && o.ManagementAccount {
			return id
		}
	}
	return otherAccount
}

func (f *Server) organizationOf(account string) (snapshot.Organization, bool) {
	if f.held.Accounts[account] == nil {
		return snapshot.Organization{}, false
	}
	return f.held.Accounts[account].Organization.Get()
}

func (r *request) describePolicy(t *tree) answer {
	p, ok := t.policies[r.Resource]
	if !ok {
		return r.fail("PolicyNotFoundException", "You specified a policy that doesn't exist.")
	}
	return withFact(r, p.Content.Value, "PolicyNotFoundException", func(d *policyDocument) answer {
		text, err := documentText(d)
		if err != nil {
			return answer{status: 500, body: err.Error()}
		}
		return asJSON(map[string]any{"Policy": map[string]any{"Content": text, "PolicySummary": map[string]any{"Id": p.ID, "Name": p.Name}}})
	})
}

// A tree is an organization as its management account sees it.
type tree struct {
	root     string
	parents  map[string]string // of units and accounts
	enabled  map[string]bool   // policy types
	attached map[string][]any  // by type and target
	policies map[string]snapshot.LevelPolicy
}

// tree puts an organization together from what its accounts know of it.
func (f *Server) tree(organization string) *tree {
	t := &tree{
		root: "r-root", parents: map[string]string{}, enabled: map[string]bool{},
		attached: map[string][]any{}, policies: map[string]snapshot.LevelPolicy{},
	}
	for _, id := range slices.Sorted(maps.Keys(f.held.Accounts)) {
		if o, ok := f.organizationOf(id); ok && o.ID == organization {
			chain := t.place(id, o)
			t.attach(scpType, chain, o.SCPs)
			t.attach(rcpType, chain, o.RCPs)
		}
	}
	return t
}

// place puts an account where its path says, and returns what binds it, root
// first. Without a path, it is as deep as its levels.
func (t *tree) place(account string, o snapshot.Organization) []string {
	chain := strings.Split(strings.Trim(o.Path, "/"), "/")[1:]
	if o.Path == "" {
		chain = []string{t.root}
		for i := range max(len(o.SCPs.Or(nil)), len(o.RCPs.Or(nil)), 2) - 2 {
			chain = append(chain, fmt.Sprintf("ou-root-%s%d", account, i))
		}
	}
	t.root = chain[0]
	chain = append(chain, account)
	for i, id := range chain[1:] {
		t.parents[id] = chain[i]
	}
	return chain
}

// attach attaches the policies of each level.
func (t *tree) attach(kind string, chain []string, levels fact.Value[[]snapshot.Level]) {
	list, ok := levels.Get()
	t.enabled[kind] = t.enabled[kind] || ok || !levels.Read()
	for i, level := range list {
		if i >= len(chain) || t.attached[kind+" "+chain[i]] != nil {
			continue
		}
		t.attached[kind+" "+chain[i]] = []any{}
		for j, p := range level.Policies {
			if p.ID == "" {
				p.ID = policyID(kind, chain[i], j)
			}
			t.policies[p.ID] = p
			t.attached[kind+" "+chain[i]] = append(t.attached[kind+" "+chain[i]], map[string]any{"Id": p.ID, "Name": p.Name, "Type": kind})
		}
	}
}

// policyID makes up the ID of a policy that has none.
func policyID(kind, target string, index int) string {
	h := fnv.New32a()
	fmt.Fprint(h, kind, target, index)
	return fmt.Sprintf("p-%08x", h.Sum32())
}

// types are the policy types in use.
func (t *tree) types() []any {
	list := []any{}
	for _, kind := range slices.Sorted(maps.Keys(t.enabled)) {
		if t.enabled[kind] {
			list = append(list, map[string]any{"Type": kind, "Status": "ENABLED"})
		}
	}
	return list
}

func typeOf(id string) string {
	if strings.HasPrefix(id, "r-") {
		return "ROOT"
	}
	return "ORGANIZATIONAL_UNIT"
}
