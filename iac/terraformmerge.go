package iac

import (
	"maps"
	"slices"
)

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
		out[k] = merge(s, path+"."+k, after[k], u[k], hidden[k], inOrder(k, e[k]))
	}
	for k, v := range u {
		if _, ok := after[k]; !ok {
			out[k] = merge(s, path+"."+k, nil, v, hidden[k], inOrder(k, e[k]))
		}
	}
	return out
}

// sets are the blocks whose order in a plan is not that of the configuration.
//
// See https://developer.hashicorp.com/terraform/plugin/sdkv2/schemas/schema-types#typeset.
var sets = []string{"condition", "inline_policy", "not_principals", "principals", "rules"}

// inOrder is the expression of an attribute, or nil for blocks of which nobody
// knows which is which.
func inOrder(name string, expression any) any {
	if blocks, ok := expression.([]any); ok && len(blocks) > 1 && slices.Contains(sets, name) {
		return nil
	}
	return expression
}

func mergeList(s scope, path string, after []any, unknown, sensitive, expression any) any {
	u, _ := unknown.([]any)
	hidden, _ := sensitive.([]any)
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
		out[i] = merge(s, indexed(path, i), at(after, i), at(u, i), at(hidden, i), ofElement(expression, i, len(out)))
	}
	return out
}

// ofElement is the expression of one of several elements. Dynamic blocks have
// none in a plan, and may stand anywhere among the others.
func ofElement(expression any, i, elements int) any {
	blocks, ok := expression.([]any)
	switch {
	case !ok:
		return expression // a list of plain values has one expression
	case len(blocks) != elements:
		return nil
	default:
		return blocks[i]
	}
}
