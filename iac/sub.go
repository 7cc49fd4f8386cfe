package iac

import (
	"strings"

	"github.com/repligrant/repligrant/internal/yaml"
)

// sub is Fn::Sub: a text with ${NAME} in it, perhaps with values of its own.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html.
func (t *template) sub(n *yaml.Node, path string) any {
	format, own := n, (*yaml.Node)(nil)
	if n.Kind == yaml.Sequence && len(n.Items) == 2 {
		format, own = n.Items[0], n.Items[1]
	}
	text, ok := t.eval(format, path).(string)
	if !ok {
		return open{address: path}
	}
	var out strings.Builder
	for text != "" {
		before, rest, found := strings.Cut(text, "${")
		out.WriteString(before)
		if !found {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return open{address: path}
		}
		value, ok := t.substitute(strings.TrimSpace(name), own, path)
		if !ok || out.Len() > maxText {
			return refOf(path, t.only(format, name))
		}
		out.WriteString(value)
		text = after
	}
	return t.text(out.String(), path)
}

// only is the name in a format that is nothing but ${NAME}, else "".
func (t *template) only(format *yaml.Node, name string) string {
	if format.Text == "${"+name+"}" {
		return strings.TrimSuffix(name, ".Arn")
	}
	return ""
}

// refOf is an open value that is the name or ARN of a resource, if id is one.
func refOf(path, id string) open {
	if id == "" {
		return open{address: path}
	}
	return open{address: path, refs: []string{id}}
}

func (t *template) substitute(name string, own *yaml.Node, path string) (string, bool) {
	if literal, ok := strings.CutPrefix(name, "!"); ok {
		return "${" + literal + "}", true
	}
	if e, ok := entryOf(own, name); ok {
		return scalarText(t.eval(e.Value, path))
	}
	if id, attribute, ok := strings.Cut(name, "."); ok {
		return scalarText(t.attribute(id, attribute, path))
	}
	return scalarText(t.ref(name, path))
}
