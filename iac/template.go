package iac

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/internal/yaml"
	"github.com/repligrant/repligrant/snapshot"
)

// FromCloudFormation is what reports call a CloudFormation template.
const FromCloudFormation = "cloudformation"

// MaxTemplate is the size of the largest template that is read, in bytes:
// CloudFormation takes 1 MB.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html.
const MaxTemplate = 1 << 20

// A Stack is what a template does not say of its stack. A template says nothing
// of its account, so that has to be given.
type Stack struct {
	Account    string
	Partition  string            // "" if it is not certain
	Parameters map[string]string // values, also of AWS::Region and other pseudo parameters
	Defaults   bool              // whether a parameter without a value has its default
}

// CloudFormation reads a template in JSON or YAML; file is its name in messages.
// The error is a [*diag.Problems].
func CloudFormation(file string, data []byte, s Stack) (*Layer, error) {
	root, problems := readTemplate(file, data)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	t := &template{
		layer: &Layer{From: FromCloudFormation, File: file, Parameters: []string{}, Places: map[string]diag.Pos{}}, file: file, stack: s,
		parameters: map[string]*yaml.Node{}, conditions: map[string]*yaml.Node{}, mappings: map[string]*yaml.Node{},
		byID: map[string]*templateResource{}, known: map[string]any{}, decided: map[string]truth{},
	}
	t.sections(root)
	if err := t.problems.Err(); err != nil {
		return nil, err
	}
	t.layer.Accounts = []string{s.Account}
	if t.partition() == "" {
		t.layer.within = within(file, data, s)
	}
	t.changes()
	slices.Sort(t.layer.Taken)
	t.layer.Taken = slices.Compact(t.layer.Taken)
	return t.layer, nil
}

// readTemplate reads YAML, or JSON where the text begins as such.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html.
func readTemplate(file string, data []byte) (*yaml.Node, diag.List) {
	text := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	if len(text) == 0 || len(data) > MaxTemplate || !bytes.HasPrefix(text, []byte("{")) {
		return yaml.ParseTagged(file, data, MaxTemplate, isFunctionTag)
	}
	if problem := readable(file, data, "iac-template-not-json", MaxTemplate); problem != nil {
		return nil, diag.List{problem}
	}
	return jsonTree(file, data)
}

// A template is one reading of a template.
type template struct {
	layer    *Layer
	file     string
	stack    Stack
	problems diag.List

	parameters, conditions, mappings map[string]*yaml.Node
	list                             []*templateResource // by logical ID
	byID                             map[string]*templateResource
	transform                        string // the first macro that is not understood

	known   map[string]any   // what references lead to; nil while it is being found
	decided map[string]truth // conditions
	steps   int              // that are open
	spent   int              // bytes of values that were made
	worked  int              // values that were evaluated
	late    []func(*world)   // changes of policies that list roles and users
	blurred string           // the address of what would tell which bucket a policy is about
}

// A templateResource is a resource with what it will hold.
type templateResource struct {
	node          // its properties
	id, kind      string
	body          *yaml.Node // of the properties
	there         truth      // its condition
	condition     string
	hasProperties bool
}

func (r *templateResource) origin() snapshot.Origin {
	return snapshot.Origin{Address: r.id, Pos: r.pos}
}

// originOf is the place of a property.
func (r *templateResource) originOf(property string) snapshot.Origin {
	o := r.origin()
	if e, ok := entryOf(r.body, property); ok {
		o.Pos = e.Pos
	}
	return o
}

func entryOf(n *yaml.Node, key string) (yaml.Entry, bool) {
	if n == nil || n.Kind != yaml.Mapping || n.Tag != "" {
		return yaml.Entry{}, false
	}
	i := slices.IndexFunc(n.Entries, func(e yaml.Entry) bool { return e.Key == key })
	if i < 0 {
		return yaml.Entry{}, false
	}
	return n.Entries[i], true
}

func valueOf(n *yaml.Node, key string) *yaml.Node {
	e, _ := entryOf(n, key)
	return e.Value
}

func (t *template) report(pos diag.Pos, key string, args ...string) {
	t.problems = append(t.problems, problems.At(pos, key, args...))
}

// sections reads what stands on the first level.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html.
func (t *template) sections(root *yaml.Node) {
	resources := valueOf(root, "Resources")
	if resources == nil || resources.Kind != yaml.Mapping {
		t.report(diag.Pos{File: t.file, Line: 1, Column: 1}, "iac-no-template")
		return
	}
	if t.stack.Account == "" {
		t.report(diag.Pos{File: t.file, Line: 1, Column: 1}, "iac-template-account")
	}
	for section, into := range map[string]map[string]*yaml.Node{"Parameters": t.parameters, "Conditions": t.conditions, "Mappings": t.mappings} {
		if n := valueOf(root, section); n != nil {
			for _, e := range n.Entries {
				into[e.Key] = e.Value
			}
		}
	}
	t.checkParameters()
	t.layer.Parameters = append(slices.Sorted(maps.Keys(t.parameters)), pseudo...)
	t.macros(valueOf(root, "Transform"))
	t.macros(valueOf(root, "Fn::Transform"))
	for _, e := range resources.Entries {
		t.resource(e)
	}
	slices.SortFunc(t.list, func(a, b *templateResource) int { return strings.Compare(a.id, b.id) })
}

func (t *template) resource(e yaml.Entry) {
	r := &templateResource{node: node{path: e.Key, pos: e.Pos}, id: e.Key, there: yes}
	if n := valueOf(e.Value, "Type"); n != nil && n.Kind == yaml.Scalar {
		r.kind = n.Text
	}
	r.body = valueOf(e.Value, "Properties")
	r.hasProperties = r.body != nil
	if valueOf(e.Value, "Fn::Transform") != nil { // it may write all of the resource
		r.kind = ""
	}
	if n := valueOf(e.Value, "Condition"); n != nil {
		r.there, r.condition = unsure, n.Text
	}
	t.layer.Places[r.id] = r.pos
	t.list, t.byID[r.id] = append(t.list, r), r
}

// changes evaluates the resources, and turns them into changes: policies first
// that others attach, then what others are about, then the rest.
func (t *template) changes() {
	for _, r := range t.list {
		if r.condition != "" {
			r.there = t.decide(r.condition)
		}
		r.value = map[string]any{}
		if r.hasProperties {
			r.value = t.eval(r.body, r.id)
		}
		t.rename(r)
	}
	t.blur()
	for rank := range 3 {
		for _, r := range t.list {
			if k, ok := templateKinds[r.kind]; ok && k.rank == rank && r.there != no {
				t.apply(r, k)
			}
		}
	}
	for _, r := range t.list {
		if _, ok := templateKinds[r.kind]; !ok && r.there != no && templateStrange(r.kind) {
			t.hide(r)
		}
	}
	t.layer.changes = append(t.layer.changes, t.late...)
}

func (t *template) leave(r *templateResource, key string, args ...string) {
	t.layer.leave(t.stack.Account, r.origin(), r.kind, sentences.Text(key, args...))
}

// leaveRegion leaves a resource of which the Region of the stack would say more.
func (t *template) leaveRegion(r *templateResource, property string) {
	t.leave(r, "iac-left-region", "property", property, "flag", "--parameter AWS::Region=REGION")
}

// apply changes what a resource is about. Where nobody knows whether it is
// there, so is all that it says.
func (t *template) apply(r *templateResource, k templateKind) {
	if _, isOpen := r.value.(open); isOpen { // it may be about anything, which is told once
		t.leave(r, "iac-left-target", "attribute", r.id)
		told := len(t.layer.Left)
		k.change(t, r)
		t.layer.Left = t.layer.Left[:told]
		return
	}
	if r.there == unsure {
		t.leave(r, "iac-left-condition", "condition", r.condition)
		r.value = t.uncertain(r, k)
	}
	k.change(t, r)
}

// uncertain keeps what names a resource and what it is about, and leaves the
// rest open.
func (t *template) uncertain(r *templateResource, k templateKind) map[string]any {
	held, _ := r.value.(map[string]any)
	out := map[string]any{}
	for key, v := range held {
		out[key] = open{address: r.path + "." + key}
		if slices.Contains(k.names, key) {
			out[key] = v
		}
	}
	return out
}

// blur finds bucket policies that do not say which bucket they are about: each
// bucket of the account may be the one.
func (t *template) blur() {
	for _, r := range t.list {
		if n := r.at("Bucket"); r.kind == "AWS::S3::BucketPolicy" && r.there != no {
			if _, ok := n.value.(open); ok && t.made(n, "AWS::S3::Bucket") == nil {
				t.blurred = n.path
				t.maybeBuckets(r, anything, n.path, unreadSetting("Policy", n.path))
			}
		}
	}
}

// id is the logical ID of a resource whose name or ARN would be the value.
func (o open) id() string {
	if len(o.refs) == 1 {
		return o.refs[0]
	}
	return ""
}

// region is the Region of the stack, "" if it is not certain.
func (t *template) region() string { return t.stack.Parameters["AWS::Region"] }

// partition is the partition of the stack, "" if it is not certain.
func (t *template) partition() string {
	switch {
	case t.stack.Parameters["AWS::Partition"] != "":
		return t.stack.Parameters["AWS::Partition"]
	case t.region() != "":
		return arn.PartitionOf(t.region())
	}
	return t.stack.Partition
}
