package planner

import (
	"bytes"
	"cmp"
	"encoding/json"
	"path"
	"strings"

	"github.com/repligrant/repligrant/arn"
)

// CloudFormation writes a as one template that a StackSet can bring to every
// account: what is for another account than that of the stack is left out there
// by a condition. The external ID is a parameter.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/what-is-cfnstacksets.html.
func (a *Access) CloudFormation() []byte {
	t := &template{
		Version:     "2010-09-09",
		Description: "What repligrant's auditor and operator are allowed. Written by repligrant access.",
		Parameters:  map[string]parameter{}, Conditions: map[string]any{}, Resources: map[string]resource{},
	}
	for _, p := range a.Policies {
		t.add(p, a.role(p))
	}
	return indentedJSON(t)
}

// role returns the trust policy of the role that p is for; false if there is none.
func (a *Access) role(p AccessPolicy) bool {
	for _, o := range a.Policies {
		if o.Trust() && p.Target != "" && o.Target == p.Target {
			return true
		}
	}
	return false
}

// A template is the JSON form of one.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html.
type template struct {
	Version     string               `json:"AWSTemplateFormatVersion"`
	Description string               `json:"Description"`
	Parameters  map[string]parameter `json:"Parameters,omitempty"`
	Conditions  map[string]any       `json:"Conditions,omitempty"`
	Resources   map[string]resource  `json:"Resources"`
}

type parameter struct {
	Type        string `json:"Type"`
	NoEcho      bool   `json:"NoEcho,omitempty"`
	MinLength   int    `json:"MinLength,omitempty"`
	Description string `json:"Description"`
}

type resource struct {
	Type       string         `json:"Type"`
	Condition  string         `json:"Condition"`
	Properties map[string]any `json:"Properties"`
}

// reference refers to a parameter or a resource.
func reference(id string) map[string]string { return map[string]string{"Ref": id} }

// add adds one policy. Where its role is made by the template, it is attached.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-iam-role.html and
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-iam-managedpolicy.html.
func (t *template) add(p AccessPolicy, withRole bool) {
	condition := "In" + p.Account
	t.Conditions[condition] = map[string]any{"Fn::Equals": []any{reference("AWS::AccountId"), p.Account}}
	role := "AuditorRole" + p.Account
	if !p.Trust() {
		properties := map[string]any{"ManagedPolicyName": p.Name, "PolicyDocument": p.Document}
		if withRole {
			properties["Roles"] = []any{reference(role)}
		}
		t.Resources[logicalID(p.Name)+p.Account] = resource{"AWS::IAM::ManagedPolicy", condition, properties}
		return
	}
	var document any = p.Document
	if p.ExternalIDEnv != "" {
		id := cmp.Or(logicalID(strings.ToLower(p.ExternalIDEnv)), "ExternalId")
		t.Parameters[id] = parameter{
			Type: "String", NoEcho: true, MinLength: 2,
			Description: "The external ID that repligrant finds in the environment variable " + p.ExternalIDEnv,
		}
		document = withReference(p.Document, id)
	}
	name, folder := nameAndPath(p.Target)
	t.Resources[role] = resource{"AWS::IAM::Role", condition, map[string]any{
		"RoleName": name, "Path": folder, "AssumeRolePolicyDocument": document,
	}}
}

// withReference puts a reference in the place of the external ID.
func withReference(document json.RawMessage, id string) json.RawMessage {
	text, _ := json.Marshal(reference(id)) // strings always encode
	return bytes.ReplaceAll(document, quote(ExternalID), text)
}

// nameAndPath takes the ARN of a role apart. Path begins and ends with a slash.
func nameAndPath(role string) (name, folder string) {
	a, err := arn.Parse(role)
	if err != nil {
		return role, "/"
	}
	folder = path.Dir(strings.TrimPrefix(a.Resource, "role")) + "/"
	return a.Name(), strings.ReplaceAll(folder, "//", "/")
}

// logicalID writes words with other characters between them as one.
func logicalID(s string) string {
	var b strings.Builder
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '-' || r == '_' }) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// Terraform writes a as a file for each account, by name, in the JSON form of
// Terraform's language. The external ID is a variable.
//
// See https://developer.hashicorp.com/terraform/language/syntax/json.
func (a *Access) Terraform() map[string][]byte {
	modules := map[string]*module{}
	for _, p := range a.Policies {
		name := p.Account + "/access.tf.json"
		if modules[name] == nil {
			modules[name] = newModule()
		}
		modules[name].add(p, a.role(p))
	}
	files := map[string][]byte{}
	for name, m := range modules {
		files[name] = indentedJSON(m)
	}
	return files
}

// A module is one file of Terraform.
type module struct {
	Terraform any                                  `json:"terraform"`
	Variable  map[string]any                       `json:"variable,omitempty"`
	Resource  map[string]map[string]map[string]any `json:"resource"`
}

func newModule() *module {
	aws := map[string]string{"source": "hashicorp/aws", "version": ">= 5.0"}
	return &module{
		Terraform: map[string]any{"required_providers": map[string]any{"aws": aws}},
		Resource:  map[string]map[string]map[string]any{},
	}
}

func (m *module) put(kind, label string, values map[string]any) {
	if m.Resource[kind] == nil {
		m.Resource[kind] = map[string]map[string]any{}
	}
	m.Resource[kind][label] = values
}

// add adds one policy. Where its role is made by the module, it is attached.
//
// See https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_policy and
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role.
func (m *module) add(p AccessPolicy, withRole bool) {
	label := strings.ReplaceAll(strings.TrimPrefix(p.Name, "repligrant-"), "-", "_")
	text := literal(string(p.Document))
	if !p.Trust() {
		m.put("aws_iam_policy", label, map[string]any{"name": p.Name, "policy": text})
		if withRole {
			m.put("aws_iam_role_policy_attachment", label, map[string]any{
				"role": "${aws_iam_role.auditor.name}", "policy_arn": "${aws_iam_policy." + label + ".arn}",
			})
		}
		return
	}
	if p.ExternalIDEnv != "" {
		m.Variable = map[string]any{"external_id": map[string]any{
			"type": "string", "sensitive": true,
			"description": "The external ID that repligrant finds in the environment variable " + p.ExternalIDEnv,
		}}
		text = strings.ReplaceAll(text, string(quote(ExternalID)), "${jsonencode(var.external_id)}")
	}
	name, folder := nameAndPath(p.Target)
	m.put("aws_iam_role", "auditor", map[string]any{"name": name, "path": folder, "assume_role_policy": text})
}

// literal writes a text so that Terraform finds no template in it.
//
// See https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences.
func literal(s string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(s)
}

// indentedJSON writes v with <, > and & as they are.
func indentedJSON(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		panic("planner: " + err.Error()) //nolint:forbidigo // texts, and JSON that we wrote
	}
	return b.Bytes()
}

// Files writes each document of a as a file of its own, by name.
func (a *Access) Files() map[string][]byte {
	files := map[string][]byte{}
	for _, p := range a.Policies {
		name := p.Name
		if p.Trust() {
			name = "repligrant-" + string(p.For) + "-" + trustName
		}
		files[p.Account+"/"+name+".json"] = indentedJSON(p.Document)
	}
	return files
}
