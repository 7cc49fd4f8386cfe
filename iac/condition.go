package iac

import (
	"reflect"

	"github.com/repligrant/repligrant/internal/yaml"
)

// A truth is what is known of a condition.
type truth uint8

// The truths. What nobody knows is unsure.
const (
	unsure truth = iota
	yes
	no
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

func (v truth) not() truth {
	switch v {
	case yes:
		return no
	case no:
		return yes
	default:
		return unsure
	}
}

// decide says whether a condition of the template holds.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html.
func (t *template) decide(name string) truth {
	if v, ok := t.decided[name]; ok {
		return v
	}
	t.decided[name] = unsure // while it is being decided
	t.decided[name] = t.holds(t.conditions[name])
	return t.decided[name]
}

func (t *template) holds(n *yaml.Node) truth {
	t.steps++
	defer func() { t.steps-- }()
	if n == nil || t.steps > maxNested {
		return unsure
	}
	if name := valueOf(n, "Condition"); name != nil && len(n.Entries) == 1 {
		return t.decide(name.Text)
	}
	name, argument, ok := called(n)
	if !ok || argument == nil {
		if n.Kind == yaml.Scalar && n.Type == yaml.Bool {
			return truthOf(n.Text == "true")
		}
		return unsure
	}
	switch name {
	case "Condition":
		return t.decide(argument.Text)
	case "Fn::Equals":
		return t.equals(argument)
	case "Fn::Not":
		if len(argument.Items) == 1 {
			return t.holds(argument.Items[0]).not()
		}
	case "Fn::And":
		return t.all(argument, yes)
	case "Fn::Or":
		return t.all(argument, no)
	}
	return unsure
}

// all is yes of Fn::And where all hold, and no of Fn::Or where none does.
func (t *template) all(n *yaml.Node, want truth) truth {
	out := want
	if len(n.Items) == 0 {
		return unsure // it is no list
	}
	for _, item := range n.Items {
		switch t.holds(item) {
		case want:
		case unsure:
			out = unsure
		default:
			return want.not()
		}
	}
	return out
}

func (t *template) equals(n *yaml.Node) truth {
	if len(n.Items) != 2 {
		return unsure
	}
	a, one := scalarText(t.eval(n.Items[0], "Conditions"))
	b, two := scalarText(t.eval(n.Items[1], "Conditions"))
	if !one || !two {
		return unsure
	}
	return truthOf(a == b)
}

// either is Fn::If. Where the condition is not certain, two equal values are.
func (t *template) either(n *yaml.Node, path string) any {
	if len(n.Items) != 3 {
		return open{address: path}
	}
	switch t.decide(n.Items[0].Text) {
	case yes:
		return t.eval(n.Items[1], path)
	case no:
		return t.eval(n.Items[2], path)
	case unsure:
	}
	a, b := t.eval(n.Items[1], path), t.eval(n.Items[2], path)
	if _, isOpen := a.(open); !isOpen && reflect.DeepEqual(a, b) && certain(a) {
		return a
	}
	return open{address: path}
}

// certain reports whether nothing in a value is open.
func certain(v any) bool {
	switch v := v.(type) {
	case open:
		return false
	case []any:
		for _, e := range v {
			if !certain(e) {
				return false
			}
		}
	case map[string]any:
		for _, e := range v {
			if !certain(e) {
				return false
			}
		}
	}
	return true
}
