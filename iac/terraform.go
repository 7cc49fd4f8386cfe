package iac

import (
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/snapshot"
)

// MaxPlan is the size of the largest Terraform plan that is read, in bytes.
const MaxPlan = 256 << 20

// A plan is what `terraform show -json PLAN` prints, as far as it is read.
//
// See https://developer.hashicorp.com/terraform/internals/json-format.
type plan struct {
	FormatVersion string              `json:"format_version"`
	Errored       bool                `json:"errored"`
	Complete      *bool               `json:"complete"`
	Variables     map[string]variable `json:"variables"`
	Changes       []plannedChange     `json:"resource_changes"`
	PriorState    struct {
		Values struct {
			Root stateModule `json:"root_module"`
		} `json:"values"`
	} `json:"prior_state"`
	Configuration struct {
		Providers map[string]providerConfig `json:"provider_config"`
		Root      configModule              `json:"root_module"`
	} `json:"configuration"`
	Planned any `json:"planned_values"`
}

type variable struct {
	Value any `json:"value"`
}

type plannedChange struct {
	Address string `json:"address"`
	Module  string `json:"module_address"`
	Mode    string `json:"mode"`
	Type    string `json:"type"`
	Name    string `json:"name"`
	Index   any    `json:"index"`
	Deposed string `json:"deposed"`
	Change  struct {
		Actions   []string `json:"actions"`
		Before    any      `json:"before"`
		After     any      `json:"after"`
		Unknown   any      `json:"after_unknown"`
		Sensitive any      `json:"after_sensitive"`
	} `json:"change"`
}

type stateModule struct {
	Address   string `json:"address"`
	Resources []struct {
		Address string         `json:"address"`
		Mode    string         `json:"mode"`
		Type    string         `json:"type"`
		Name    string         `json:"name"`
		Index   any            `json:"index"`
		Values  map[string]any `json:"values"`
	} `json:"resources"`
	Children []stateModule `json:"child_modules"`
}

type providerConfig struct {
	Name        string         `json:"name"`
	FullName    string         `json:"full_name"`
	Alias       string         `json:"alias"`
	Module      string         `json:"module_address"`
	Expressions map[string]any `json:"expressions"`
}

type configModule struct {
	Resources []configResource      `json:"resources"`
	Calls     map[string]moduleCall `json:"module_calls"`
	Outputs   map[string]struct {
		Expression any `json:"expression"`
	} `json:"outputs"`
}

type configResource struct {
	Address     string         `json:"address"`
	Provider    string         `json:"provider_config_key"`
	Expressions map[string]any `json:"expressions"`
	ForEach     any            `json:"for_each_expression"`
}

type moduleCall struct {
	Expressions map[string]any `json:"expressions"`
	Module      configModule   `json:"module"`
}

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
		byAddress: map[string]*resource{}, config: map[string]*configResource{}, calls: map[string]moduleCall{},
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

func decodePlan(file string, data []byte, p *plan) *diag.Diagnostic {
	if problem := readable(file, data, MaxPlan); problem != nil {
		return problem
	}
	if problem := decodeJSON(file, data, p); problem != nil {
		return problem
	}
	pos := diag.Pos{File: file, Line: 1, Column: 1}
	switch {
	case p.FormatVersion != "" && !strings.HasPrefix(p.FormatVersion, "1."):
		return problems.At(pos, "iac-version", "version", p.FormatVersion)
	case p.FormatVersion == "" || p.Changes == nil && p.Planned == nil:
		return problems.At(pos, "iac-state")
	case p.Errored:
		return problems.At(pos, "iac-errored")
	}
	return nil
}

// A terraform is one reading of a plan.
type terraform struct {
	layer    *Layer
	plan     *plan
	file     string
	given    string // account
	problems diag.List

	list      []*resource
	byAddress map[string]*resource
	config    map[string]*configResource // by module path and address without indexes
	calls     map[string]moduleCall      // by module path
	signedIn  map[string]string          // account by provider
	blurred   map[string]string          // for a kind, the address of one whose bucket is not known
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
		c := &t.plan.Changes[i]
		if c.Deposed == "" && c.Change.Actions != nil {
			t.add(t.planned(c))
		}
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
	if t.byAddress[r.path] == nil {
		t.list = append(t.list, r)
		t.byAddress[r.path] = r
	}
}

func (t *terraform) planned(c *plannedChange) *resource {
	r := t.resource(c.Address, c.Module, c.Type, c.Index)
	r.before, _ = c.Change.Before.(map[string]any)
	switch actions := c.Change.Actions; {
	case slices.Contains(actions, "create"):
		r.verb = create
	case slices.Contains(actions, "delete"):
		r.verb = remove
	case slices.Contains(actions, "forget"):
		r.same = true
		c.Change.After = nil // Terraform forgets it, and nothing happens to it
	default:
		r.same = !slices.Contains(actions, "update")
	}
	if r.verb == remove {
		r.value = c.Change.Before
		return r
	}
	var expressions any
	if r.config != nil {
		expressions = r.config.Expressions
	}
	r.value = merge(r.scope(), r.path, c.Change.After, c.Change.Unknown, c.Change.Sensitive, expressions)
	return r
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
		if s.Mode == "data" {
			r := t.resource(s.Address, m.Address, s.Type, s.Index)
			r.value, r.same = any(s.Values), true
			t.add(r)
		}
	}
	for _, child := range m.Children {
		t.prior(child)
	}
}

// merge joins a planned value with what says that parts of it are unknown or
// hidden, and with the expressions that they come from.
func merge(s scope, path string, after, unknown, sensitive, expression any) any {
	if unknown == true || sensitive == true && after == nil {
		return open{address: path, refs: references(expression), scope: s}
	}
	switch v := after.(type) {
	case []any:
		return mergeList(s, path, v, unknown, sensitive, expression)
	case map[string]any:
		return mergeObject(s, path, v, unknown, sensitive, expression)
	case nil: // a whole object or list may be absent, and parts of it unknown
		switch u := unknown.(type) {
		case map[string]any:
			return mergeObject(s, path, nil, u, sensitive, expression)
		case []any:
			return mergeList(s, path, nil, u, sensitive, expression)
		}
	}
	return after
}

func mergeObject(s scope, path string, after map[string]any, unknown, sensitive, expression any) any {
	u, _ := unknown.(map[string]any)
	hidden, _ := sensitive.(map[string]any)
	e, _ := expression.(map[string]any)
	if after == nil && len(u) == 0 {
		return nil
	}
	out := map[string]any{}
	for k := range maps.Keys(after) {
		out[k] = merge(s, path+"."+k, after[k], u[k], hidden[k], e[k])
	}
	for k, v := range u {
		if _, ok := after[k]; !ok {
			out[k] = merge(s, path+"."+k, nil, v, hidden[k], e[k])
		}
	}
	return out
}

func mergeList(s scope, path string, after []any, unknown, sensitive, expression any) any {
	u, _ := unknown.([]any)
	hidden, _ := sensitive.([]any)
	e, _ := expression.([]any)
	if after == nil && len(u) == 0 {
		return nil
	}
	at := func(l []any, i int) any {
		if i < len(l) {
			return l[i]
		}
		return nil
	}
	out := make([]any, max(len(after), len(u)))
	for i := range out {
		inner := at(e, i)
		if e == nil {
			inner = expression // a list of plain values has one expression
		}
		out[i] = merge(s, indexed(path, i), at(after, i), at(u, i), at(hidden, i), inner)
	}
	return out
}

// accounts finds the account of every provider that a resource needs.
func (t *terraform) accounts() {
	t.signedIn = map[string]string{}
	for key, p := range t.plan.Configuration.Providers {
		if id := t.stated(p); id != "" {
			t.signedIn[key] = id
		}
	}
	for _, r := range t.list {
		if id := told(r); id != "" && t.signedIn[r.provider] == "" {
			t.signedIn[r.provider] = id
		}
	}
	seen := map[string]bool{}
	for _, r := range t.list {
		if !matters(r) {
			continue
		}
		r.account = t.signedIn[r.provider]
		if r.account == "" {
			r.account = t.given
		}
		if r.account == "" && !seen[r.provider] {
			seen[r.provider] = true
			t.problems = append(t.problems, problems.At(diag.Pos{File: t.file, Line: 1, Column: 1}, "iac-provider-account",
				"provider", provider(r), "address", r.path, "flag", "--terraform-plan"))
		}
		if r.account != "" && !slices.Contains(t.layer.Accounts, r.account) {
			t.layer.Accounts = append(t.layer.Accounts, r.account)
		}
	}
	slices.Sort(t.layer.Accounts)
	t.checkGiven()
}

func provider(r *resource) string {
	if r.provider == "" {
		return "aws"
	}
	return r.provider
}

// checkGiven refuses an account that no provider needs: where one provider signs
// in to another account, one of the two is an error.
func (t *terraform) checkGiven() {
	if t.given == "" || slices.Contains(t.layer.Accounts, t.given) || len(t.signedIn) == 0 {
		return
	}
	key := slices.Sorted(maps.Keys(t.signedIn))[0]
	t.problems = append(t.problems, problems.At(diag.Pos{File: t.file, Line: 1, Column: 1}, "iac-accounts-differ",
		"provider", key, "found", t.signedIn[key], "given", t.given))
}

// stated is the account that a provider block names: the one that it allows
// alone, or that of the role that it assumes last.
//
// See https://registry.terraform.io/providers/hashicorp/aws/latest/docs.
func (t *terraform) stated(p providerConfig) string {
	if id := t.accountIn(p.Expressions["allowed_account_ids"]); id != "" {
		return id
	}
	roles, _ := p.Expressions["assume_role"].([]any)
	if len(roles) == 0 {
		return ""
	}
	last, _ := roles[len(roles)-1].(map[string]any)
	return t.accountIn(last["role_arn"])
}

// accountIn is the one account that an expression names: its value does, or that
// of the one variable in it that holds an account ID or an ARN.
func (t *terraform) accountIn(expression any) string {
	e, _ := expression.(map[string]any)
	values := []any{e["constant_value"]}
	for _, ref := range references(expression) {
		name, isVariable := strings.CutPrefix(ref, "var.")
		if isVariable {
			values = append(values, t.plan.Variables[name].Value)
		}
	}
	found := ""
	for _, v := range values {
		if list, ok := v.([]any); ok && len(list) == 1 {
			v = list[0]
		}
		text, _ := v.(string)
		if a, err := arn.Parse(text); err == nil {
			text = a.Account
		}
		switch {
		case !arn.IsAccountID(text) || text == found:
		case found != "":
			return ""
		default:
			found = text
		}
	}
	return found
}

// told is the account that a resource says that its provider signs in to.
func told(r *resource) string {
	switch r.kind {
	case "aws_caller_identity":
		id, _ := r.at("account_id").value.(string)
		return id
	case "aws_iam_role", "aws_iam_user", "aws_iam_policy", "aws_kms_key":
		if strings.HasPrefix(r.path, "data.") || strings.Contains(r.path, ".data.") {
			return "" // a policy or key that is looked up may be another's
		}
		id, _ := r.at("arn").value.(string)
		if a, err := arn.Parse(id); err == nil && arn.IsAccountID(a.Account) {
			return a.Account // policies of AWS itself are of no account
		}
	}
	return ""
}
