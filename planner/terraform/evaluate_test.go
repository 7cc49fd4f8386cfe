package terraform_test

import (
	"encoding/json"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// A held is where a policy or configuration is, as Terraform reads the modules.
type held struct {
	account string
	what    string // type of the resource, and the name of what carries it
	name    string // of a policy of a role or user
}

// reading is what modules say, read back with HCL's own evaluation.
type reading struct {
	tester
	policies       map[held]string // JSON
	configurations map[held]configuration
	boundaries     map[string]string // by role or user
	attached       []string          // role and policy

	context *hcl.EvalContext // of one module
}

func read(t tester, files map[string][]byte) *reading {
	t.Helper()
	r := &reading{
		tester: t, policies: map[held]string{}, configurations: map[held]configuration{}, boundaries: map[string]string{},
		context: &hcl.EvalContext{Functions: map[string]function.Function{"jsonencode": stdlib.JSONEncodeFunc}},
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if path.Base(name) != "main.tf" {
			continue
		}
		f, problems := hclsyntax.ParseConfig(files[name], name, hcl.InitialPos)
		if problems.HasErrors() {
			t.Fatal(problems)
		}
		account, _, _ := strings.Cut(name, "/")
		blocks := f.Body.(*hclsyntax.Body).Blocks
		r.know(blocks)
		for _, b := range blocks {
			r.block(account, b)
		}
	}
	return r
}

// know makes the names of a module's resources known to its references.
func (r *reading) know(blocks hclsyntax.Blocks) {
	r.Helper()
	names := map[string]map[string]cty.Value{}
	for _, b := range blocks {
		if b.Type != "resource" || b.Body.Attributes["name"] == nil {
			continue
		}
		if names[b.Labels[0]] == nil {
			names[b.Labels[0]] = map[string]cty.Value{}
		}
		name := r.value(b.Body, "name")
		names[b.Labels[0]][b.Labels[1]] = cty.ObjectVal(map[string]cty.Value{"name": name, "arn": name})
	}
	r.context.Variables = map[string]cty.Value{}
	for kind, labels := range names {
		r.context.Variables[kind] = cty.ObjectVal(labels)
	}
}

func (r *reading) block(account string, b *hclsyntax.Block) {
	r.Helper()
	if b.Type == "locals" {
		for name, document := range r.value(b.Body, "needed").AsValueMap() {
			r.put(held{account: account, what: "needed " + name}, r.json(document))
		}
		return
	}
	switch kind := b.Labels[0]; kind {
	case "aws_iam_role", "aws_iam_user":
		name := r.text(b.Body, "name")
		if b.Body.Attributes["permissions_boundary"] != nil {
			r.boundaries[name] = r.text(b.Body, "permissions_boundary")
		}
		if kind == "aws_iam_role" {
			r.put(held{account, kind + " " + name, ""}, r.text(b.Body, "assume_role_policy"))
		}
	case "aws_iam_role_policy":
		r.put(held{account, kind + " " + r.text(b.Body, "role"), r.text(b.Body, "name")}, r.text(b.Body, "policy"))
	case "aws_iam_user_policy":
		r.put(held{account, kind + " " + r.text(b.Body, "user"), r.text(b.Body, "name")}, r.text(b.Body, "policy"))
	case "aws_iam_policy":
		r.put(held{account, kind, r.text(b.Body, "name")}, r.text(b.Body, "policy"))
	case "aws_iam_role_policy_attachment":
		r.attached = append(r.attached, r.text(b.Body, "role")+" "+r.text(b.Body, "policy_arn"))
	case "aws_s3_bucket_replication_configuration":
		var c configuration
		if problems := gohcl.DecodeBody(b.Body, r.context, &c); problems.HasErrors() {
			r.Fatal(problems)
		}
		c.Rest = nil // depends_on and lifecycle
		r.configurations[held{account: account, what: c.Bucket}] = c
	}
}

func (r *reading) put(where held, text string) {
	r.Helper()
	if _, ok := r.policies[where]; ok {
		r.Errorf("%v is there twice", where)
	}
	r.policies[where] = text
}

func (r *reading) value(b *hclsyntax.Body, name string) cty.Value {
	r.Helper()
	if b.Attributes[name] == nil {
		r.Fatalf("no attribute %s at %v", name, b.SrcRange)
	}
	v, problems := b.Attributes[name].Expr.Value(r.context)
	if problems.HasErrors() {
		r.Fatal(problems)
	}
	return v
}

func (r *reading) text(b *hclsyntax.Body, name string) string {
	r.Helper()
	return r.value(b, name).AsString()
}

func (r *reading) json(v cty.Value) string {
	r.Helper()
	text, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		r.Fatal(err)
	}
	return string(text)
}

// statements are the statements of a policy, each in one form, sorted.
func statements(t tester, text string) []string {
	t.Helper()
	var d struct{ Statement []any }
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	var list []string
	for _, st := range d.Statement {
		one, err := json.Marshal(st)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, string(one))
	}
	slices.Sort(list)
	return list
}

// A tester is a *testing.T or a *rapid.T.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}
