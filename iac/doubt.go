package iac

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/snapshot"
)

// inDoubt is a policy document of which some statements are open in part: what
// is known of them counts, and the rest is in doubt. It reports false if more is
// open than what statements are about.
func (n node) inDoubt() (snapshot.Document, bool) {
	whole := maps.Clone(n.value.(map[string]any))
	list := n.at("Statement")
	items, ok := list.value.([]any)
	if !ok {
		items, list = []any{list.value}, node{[]any{list.value}, list.path, list.pos, nil}
	}
	statements := make([]any, len(items))
	doubts := map[int]string{} // by index of a statement
	for i, s := range list.items() {
		known, wide, doubt, ok := s.halves()
		if !ok {
			return snapshot.Document{}, false
		}
		at := i
		statements[i] = wide
		if known != nil && doubt != "" { // the known half keeps the place
			statements[i], at = known, len(statements)
			statements = append(statements, wide)
		}
		if doubt != "" {
			doubts[at] = doubt
		}
	}
	whole["Statement"] = statements
	text, err := json.Marshal(whole)
	if err != nil || firstOpen(whole) != "" {
		return snapshot.Document{}, false
	}
	d, err := policy.Parse(text)
	if err != nil {
		return snapshot.ReadDocument(string(text)), true // which says what is wrong
	}
	for i, address := range doubts {
		d.Statements[i].Doubt = fact.AfterApply[string](address).Why()
	}
	return snapshot.Of(d), true
}

// halves takes a statement apart: what is known of it, nil if that is nothing,
// and the widest that it can be, in doubt where that is more.
func (n node) halves() (known, wide map[string]any, doubt string, ok bool) {
	m, ok := n.value.(map[string]any)
	if !ok {
		return nil, nil, "", false
	}
	known, wide = maps.Clone(m), maps.Clone(m)
	for _, element := range slices.Sorted(maps.Keys(m)) {
		address := firstOpen(m[element])
		if address == "" {
			continue
		}
		widen, understood := widest[element]
		if !understood {
			return nil, nil, "", false
		}
		if doubt == "" && element != "Sid" {
			doubt = address
		}
		delete(wide, element)
		widen(wide, m[element])
		if narrowed := withoutOpen(element, m[element]); narrowed != nil && known != nil {
			known[element] = narrowed
		} else if element != "Sid" {
			known = nil
		} else if known != nil {
			delete(known, element)
		}
	}
	return known, wide, doubt, true
}

// widest are the elements of a statement that may be open, and put the widest
// that they can be.
var widest = map[string]func(wide map[string]any, element any){
	"Sid":          func(map[string]any, any) {},
	"Action":       func(wide map[string]any, _ any) { wide["Action"] = "*" },
	"NotAction":    func(wide map[string]any, _ any) { wide["Action"] = "*" },
	"Resource":     func(wide map[string]any, resource any) { wide["Resource"] = likes(resource) },
	"NotResource":  func(wide map[string]any, _ any) { wide["Resource"] = "*" },
	"Principal":    func(wide map[string]any, _ any) { wide["Principal"] = "*" },
	"NotPrincipal": func(wide map[string]any, _ any) { wide["Principal"] = "*" },
	"Condition":    func(wide map[string]any, condition any) { wide["Condition"] = withoutOpenClauses(condition) },
}

// likes are patterns of what the open resources of a list can be.
func likes(resource any) any {
	var out []any
	list, ok := resource.([]any)
	if !ok {
		list = []any{resource}
	}
	for _, v := range list {
		o, isOpen := v.(open)
		switch {
		case isOpen && o.like == "" || !isOpen && firstOpen(v) != "":
			return "*"
		case isOpen:
			out = append(out, o.like)
		}
	}
	return out
}

// withoutOpenClauses are the clauses of a condition that are known: without the
// others it holds for more.
func withoutOpenClauses(condition any) any {
	out := map[string]any{}
	operators, _ := condition.(map[string]any)
	for operator, v := range operators {
		keys, _ := v.(map[string]any)
		held := map[string]any{}
		for key, values := range keys {
			if firstOpen(values) == "" {
				held[key] = values
			}
		}
		if len(held) > 0 {
			out[operator] = held
		}
	}
	return out
}

// withoutOpen is what is known of a list of actions, resources or principals: a
// statement about all of them is one about each. It is nil if nothing is.
func withoutOpen(element string, v any) any {
	switch element {
	case "Action", "Resource":
		return knownItems(v)
	case "Principal":
		types, _ := v.(map[string]any)
		out := map[string]any{}
		for name, values := range types {
			if firstOpen(values) == "" {
				out[name] = values
			} else if held := knownItems(values); held != nil {
				out[name] = held
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

func knownItems(v any) any {
	list, _ := v.([]any)
	out := slices.DeleteFunc(slices.Clone(list), func(item any) bool { return firstOpen(item) != "" })
	if len(out) == 0 {
		return nil
	}
	return out
}

// firstOpen is the address of the first open value within a value, "" if there
// is none.
func firstOpen(v any) string {
	switch v := v.(type) {
	case open:
		return v.address
	case []any:
		for _, e := range v {
			if address := firstOpen(e); address != "" {
				return address
			}
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if address := firstOpen(v[k]); address != "" {
				return address
			}
		}
	}
	return ""
}
