package iac

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/internal/yaml"
)

// The short forms of functions.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html.
var functionTags = []string{
	"!And", "!Base64", "!Cidr", "!Condition", "!Contains", "!EachMemberEquals", "!EachMemberIn", "!Equals", "!FindInMap", "!ForEach", "!GetAtt", "!GetAZs",
	"!GetStackOutput", "!If", "!ImportValue", "!Join", "!Length", "!Not", "!Or", "!Ref", "!RefAll", "!Select", "!Split", "!Sub", "!ToJsonString", "!Transform",
	"!ValueOf", "!ValueOfAll",
}

func isFunctionTag(tag string) bool { return slices.Contains(functionTags, tag) }

// called returns the function that a value calls, in its long form, and its
// argument.
func called(n *yaml.Node) (name string, argument *yaml.Node, ok bool) {
	if n.Tag != "" {
		name = strings.TrimPrefix(n.Tag, "!")
		if name != "Ref" && name != "Condition" {
			name = "Fn::" + name
		}
		plain := *n
		plain.Tag = ""
		return name, &plain, true
	}
	if n.Kind != yaml.Mapping {
		return "", nil, false
	}
	for _, e := range n.Entries {
		if strings.HasPrefix(e.Key, "Fn::") || e.Key == "Ref" && len(n.Entries) == 1 {
			if len(n.Entries) > 1 {
				return "", nil, true // no function that stands beside other keys is understood
			}
			return e.Key, e.Value, true
		}
	}
	return "", nil, false
}

// noValue is that a property, or an element of a list, is not there.
type noValue struct{}

const (
	maxNested = 500       // how deep functions and references are followed
	maxText   = 256 << 10 // how long a text that functions make may be
	maxMade   = 64 << 20  // bytes that all functions of a template may make
	maxWork   = 4 << 20   // values that are evaluated: a text of 1 MiB has fewer
)

// eval returns the value at n: nil, a bool, a json.Number, a string, []any,
// map[string]any, noValue, or an open.
func (t *template) eval(n *yaml.Node, path string) any {
	if n == nil {
		return nil
	}
	t.steps++
	defer func() { t.steps-- }()
	if t.worked++; t.steps > maxNested || t.worked > maxWork {
		return open{address: path}
	}
	if name, argument, ok := called(n); ok {
		return t.call(name, argument, path)
	}
	switch n.Kind {
	case yaml.Mapping:
		out := map[string]any{}
		for _, e := range n.Entries {
			if v := t.eval(e.Value, path+"."+e.Key); !isNoValue(v) {
				out[e.Key] = v
			}
		}
		return out
	case yaml.Sequence:
		out := make([]any, 0, len(n.Items))
		for i, item := range n.Items {
			if v := t.eval(item, indexed(path, i)); !isNoValue(v) {
				out = append(out, v)
			}
		}
		return out
	case yaml.Scalar:
		return t.scalar(n, path)
	default:
		return open{address: path}
	}
}

// calls reports whether a function is called anywhere in a value.
func calls(n *yaml.Node) bool {
	if n == nil {
		return false
	}
	_, _, ok := called(n)
	return ok || slices.ContainsFunc(n.Items, calls) || slices.ContainsFunc(n.Entries, func(e yaml.Entry) bool { return calls(e.Value) })
}

func isNoValue(v any) bool {
	_, ok := v.(noValue)
	return ok
}

// scalar is a value as it is written. A number with a leading zero means one
// thing to one reader of YAML and another to the next, and a dynamic reference
// stands for what is kept elsewhere.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html.
func (t *template) scalar(n *yaml.Node, path string) any {
	switch n.Type {
	case yaml.Null:
		return nil
	case yaml.Bool:
		return n.Text == "true" || n.Text == "True" || n.Text == "TRUE"
	case yaml.Number:
		if !json.Valid([]byte(n.Text)) {
			return open{address: path}
		}
		return json.Number(n.Text)
	default:
		return t.text(n.Text, path)
	}
}

// text is a text, if it is certain.
func (t *template) text(s, path string) any {
	t.spent += len(s)
	if strings.Contains(s, "{{resolve:") || len(s) > maxText || t.spent > maxMade {
		return open{address: path}
	}
	return s
}

func (t *template) call(name string, argument *yaml.Node, path string) any {
	if argument == nil {
		return open{address: path}
	}
	switch name {
	case "Ref":
		return t.ref(argument.Text, path)
	case "Fn::GetAtt":
		return t.getAtt(argument, path)
	case "Fn::Sub":
		return t.sub(argument, path)
	case "Fn::Join":
		return t.join(argument, path)
	case "Fn::Split":
		return t.split(argument, path)
	case "Fn::Select":
		return t.pick(argument, path)
	case "Fn::If":
		return t.either(argument, path)
	case "Fn::FindInMap":
		return t.findInMap(argument, path)
	}
	return open{address: path}
}

// scalarText is the text of a value that is one; ok is false where it is open or
// no text.
func scalarText(v any) (s string, ok bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}

// elements returns the elements of a list, at least so many; ok is false for all
// else.
func (t *template) elements(n *yaml.Node, path string, least int) ([]any, bool) {
	list, ok := t.eval(n, path).([]any)
	return list, ok && len(list) >= least
}

func (t *template) join(n *yaml.Node, path string) any {
	list, ok := t.elements(n, path, 2)
	if !ok {
		return open{address: path}
	}
	delimiter, isText := scalarText(list[0])
	parts, isList := list[1].([]any)
	texts := make([]string, len(parts))
	length := 0
	for i, p := range parts {
		s, ok := scalarText(p)
		texts[i], isText = s, isText && ok
		length += len(s) + len(delimiter)
	}
	if !isText || !isList || length > maxText {
		return open{address: path}
	}
	return t.text(strings.Join(texts, delimiter), path)
}

func (t *template) split(n *yaml.Node, path string) any {
	list, ok := t.elements(n, path, 2)
	if !ok {
		return open{address: path}
	}
	delimiter, one := scalarText(list[0])
	s, two := scalarText(list[1])
	t.spent += 16 * len(s)
	if !one || !two || delimiter == "" || t.spent > maxMade {
		return open{address: path}
	}
	var out []any
	for part := range strings.SplitSeq(s, delimiter) {
		out = append(out, part)
	}
	return out
}

// pick is Fn::Select. An element may be known although others are not.
func (t *template) pick(n *yaml.Node, path string) any {
	list, ok := t.elements(n, path, 2)
	if !ok {
		return open{address: path}
	}
	text, _ := scalarText(list[0])
	from, _ := list[1].([]any)
	i, err := strconv.Atoi(text)
	if err != nil || i < 0 || i >= len(from) {
		return open{address: path}
	}
	return from[i]
}

// findInMap is a value of Mappings.
func (t *template) findInMap(n *yaml.Node, path string) any {
	list, ok := t.elements(n, path, 3)
	if !ok || len(list) > 3 {
		return open{address: path}
	}
	var keys [3]string
	for i := range keys {
		s, ok := scalarText(list[i])
		if !ok {
			return open{address: path}
		}
		keys[i] = s
	}
	found := valueOf(valueOf(t.mappings[keys[0]], keys[1]), keys[2])
	if found == nil || calls(found) { // CloudFormation takes no functions there
		return open{address: path}
	}
	return t.eval(found, path)
}

// getAtt is Fn::GetAtt, of "ID.Attribute" or of a list of both.
func (t *template) getAtt(n *yaml.Node, path string) any {
	if n.Kind == yaml.Scalar {
		id, attribute, _ := strings.Cut(n.Text, ".")
		return t.attribute(id, attribute, path)
	}
	list, ok := t.elements(n, path, 2)
	if !ok || len(list) > 2 {
		return open{address: path}
	}
	id, _ := list[0].(string)
	attribute, _ := list[1].(string)
	return t.attribute(id, attribute, path)
}
