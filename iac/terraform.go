package iac

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/snapshot"
)

// Terraform reads a plan as `terraform show -json` prints it; file is its name
// in messages. Account, if not empty, is that of the providers for which the
// plan does not say it. The error is a [*diag.Problems].
func Terraform(file string, data []byte, account string) (*Layer, error) {
	p := &plan{}
	if problem := decodePlan(file, data, p); problem != nil {
		return nil, diag.List{problem}.Err()
	}
	t := &terraform{
		layer: &Layer{From: FromTerraform, File: file}, plan: p, file: file, given: account,
		byAddress: map[string]*resource{}, config: map[string]*configResource{}, calls: map[string]moduleCall{}, parts: parts,
	}
	t.index("", p.Configuration.Root)
	t.resources()
	t.accounts()
	if err := t.problems.Err(); err != nil {
		return nil, err
	}
	t.changes()
	slices.Sort(t.layer.Taken)
	t.layer.Taken = slices.Compact(t.layer.Taken)
	return t.layer, nil
}

// A terraform is one reading of a plan.
type terraform struct {
	layer    *Layer
	plan     *plan
	file     string
	given    string // account
	problems diag.List
	parts    map[string]part

	list       []*resource
	byAddress  map[string]*resource
	config     map[string]*configResource // by module path and address without indexes
	calls      map[string]moduleCall      // by module path
	signedIn   map[string]string          // account by provider
	partitions map[string]string          // likewise, where its resources say it
	presumed   []string                   // providers of which the account is the one that was given
	blurred    map[string]string          // for a kind, the address of one whose bucket is not known
}

// index lists the configuration by path.
func (t *terraform) index(path string, m configModule) {
	for i := range m.Resources {
		t.config[join(path, m.Resources[i].Address)] = &m.Resources[i]
	}
	for name, call := range m.Calls {
		child := join(path, "module."+name)
		t.calls[child] = call
		t.index(child, call.Module)
	}
}

func join(path, address string) string {
	if path == "" {
		return address
	}
	return path + "." + address
}

// A verb is what a plan does with a resource.
type verb uint8

// The verbs. A resource that is replaced is made anew.
const (
	keep   verb = iota // it is there before and after
	create             // it was not there
	remove             // it will not be there
)

// A resource is a planned resource with what it will hold.
type resource struct {
	node
	kind     string
	verb     verb
	same     bool // nothing of it changes
	late     bool // it is destroyed after another may have been made in its place
	before   map[string]any
	module   string // address of its module
	key      any    // its index
	config   *configResource
	provider string
	account  string
}

func (r *resource) origin() snapshot.Origin { return snapshot.Origin{Address: r.path} }

func (r *resource) scope() scope { return scope{r.module, r.key} }

// resources lists what is planned, in the order of addresses: first what is
// taken away, so that a resource that moves to another address stays.
func (t *terraform) resources() {
	for i := range t.plan.Changes {
		t.planned(&t.plan.Changes[i])
	}
	t.prior(t.plan.PriorState.Values.Root)
	slices.SortFunc(t.list, func(a, b *resource) int {
		if (a.verb == remove) != (b.verb == remove) {
			if a.verb == remove {
				return -1
			}
			return 1
		}
		return strings.Compare(a.path, b.path)
	})
}

func (t *terraform) add(r *resource) {
	t.list = append(t.list, r)
	switch old := t.byAddress[r.path]; {
	case old == nil || old.verb == remove:
		t.byAddress[r.path] = r
	case r.verb != remove && !r.isData():
		t.problems = append(t.problems, problems.At(diag.Pos{File: t.file, Line: 1, Column: 1}, "iac-twice", "address", r.path))
	}
}

// planned adds the resource of a change: what it will be, and what is destroyed
// of it. One that is replaced, or was deposed by a run that failed, is both.
//
// See https://developer.hashicorp.com/terraform/internals/json-format#change-representation.
func (t *terraform) planned(c *plannedChange) {
	actions := c.Change.Actions
	if actions == nil {
		t.complete(t.resource(c.Address, c.Module, c.Type, c.Index), nil)
	}
	made, destroyed := slices.Contains(actions, "create"), slices.Contains(actions, "delete")
	if destroyed {
		t.add(t.removed(c, made && actions[0] == "create" || c.Deposed != ""))
	}
	if c.Deposed != "" || destroyed && !made || actions == nil {
		return
	}
	r := t.resource(c.Address, c.Module, c.Type, c.Index)
	r.before, _ = c.Change.Before.(map[string]any)
	switch {
	case made:
		r.verb = create
	case slices.Contains(actions, "forget"):
		return // Terraform forgets it, and nothing happens to it
	default:
		r.same = !slices.Contains(actions, "update")
	}
	if stranger(actions) && (understood(r.kind) || isStrange(r.kind)) {
		t.layer.hide("", r.origin(), r.kind, sentences.Text("iac-left-kind"))
	}
	var expressions any
	if r.config != nil {
		expressions = r.config.Expressions
	}
	r.value = merge(r.scope(), r.path, c.Change.After, c.Change.Unknown, c.Change.Sensitive, expressions)
	t.complete(r, c.Change.After)
	t.add(r)
}

// stranger reports whether an action is none that is known.
func stranger(actions []string) bool {
	return slices.ContainsFunc(actions, func(a string) bool {
		return !slices.Contains([]string{"no-op", "create", "read", "update", "delete", "forget"}, a)
	})
}

// removed is a resource that is destroyed. Late says that this may come after
// what is made in its place.
func (t *terraform) removed(c *plannedChange, late bool) *resource {
	r := t.resource(c.Address, c.Module, c.Type, c.Index)
	r.verb, r.late, r.value = remove, late, c.Change.Before
	t.complete(r, c.Change.Before)
	return r
}

// complete refuses a change that does not say what it is about: nothing that it
// does may be lost.
func (t *terraform) complete(r *resource, values any) {
	if _, ok := values.(map[string]any); !ok && !r.isData() && (understood(r.kind) || isStrange(r.kind)) {
		t.problems = append(t.problems, problems.At(diag.Pos{File: t.file, Line: 1, Column: 1}, "iac-no-values", "address", r.path))
	}
}

// resource begins a resource at an address.
func (t *terraform) resource(address, module, kind string, key any) *resource {
	r := &resource{node: node{path: address}, kind: kind, module: module, key: key}
	r.config = t.config[unindexed(address)]
	if r.config != nil {
		r.provider = r.config.Provider
	}
	if r.config != nil && r.config.ForEach != nil {
		r.key = eachOf{key, r.config.ForEach}
	}
	return r
}

// prior adds data sources that were read already.
func (t *terraform) prior(m stateModule) {
	for _, s := range m.Resources {
		if s.Mode == "data" && t.byAddress[s.Address] == nil {
			r := t.resource(s.Address, m.Address, s.Type, s.Index)
			r.value, r.same = any(s.Values), true
			t.add(r)
		}
	}
	for _, child := range m.Children {
		t.prior(child)
	}
}
