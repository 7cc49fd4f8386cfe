package planner

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
)

// A member is one element of a JSON object.
type member struct {
	name  string
	value json.RawMessage
}

// fields are the elements of a JSON object.
type fields []member

func (f fields) has(name string) bool {
	return slices.ContainsFunc(f, func(m member) bool { return m.name == name })
}

// get takes apart the element of that name, which is an object.
func (f fields) get(name string) fields {
	for _, m := range f {
		if m.name == name {
			return members(m.value)
		}
	}
	return nil
}

// set returns f with that element, in its place or at the end.
func (f fields) set(name string, value json.RawMessage) fields {
	f = slices.Clone(f)
	for i := range f {
		if f[i].name == name {
			f[i].value = value
			return f
		}
	}
	return append(f, member{name, value})
}

// An oldPolicy is a policy that is in place: what it says, and its text by
// element and by statement, compact but otherwise as it was written.
type oldPolicy struct {
	document   *policy.Document
	known      map[string]bool // roles and users that the plan describes
	text       []byte          // nil if there is none
	members    []member
	statements []json.RawMessage
}

// readPolicy reads what is in place; nothing, if there is none.
func readPolicy(held Held, known map[string]bool) (*oldPolicy, error) {
	if held.State == fact.None {
		return &oldPolicy{document: policy.New(), known: known}, nil
	}
	d, err := policy.Parse(held.Text)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(held.Text, new(json.RawMessage)); err != nil {
		return nil, err
	}
	o := &oldPolicy{document: d, known: known, text: compact(held.Text)}
	o.members = members(o.text)
	for _, m := range o.members {
		if m.name == "Statement" {
			o.statements = elements(m.value)
		}
	}
	return o, nil
}

// compact takes the white space out of JSON text.
func compact(text []byte) []byte {
	var b bytes.Buffer
	if err := json.Compact(&b, text); err != nil {
		panic("planner: " + err.Error()) //nolint:forbidigo // the caller has parsed it
	}
	return b.Bytes()
}

// members takes a JSON object apart, in the order written.
func members(text []byte) []member {
	d := json.NewDecoder(bytes.NewReader(text))
	_, err := d.Token()
	var list []member
	for err == nil && d.More() {
		var name json.Token
		var value json.RawMessage
		if name, err = d.Token(); err == nil {
			err = d.Decode(&value)
		}
		if err == nil {
			list = append(list, member{name.(string), value})
		}
	}
	if err != nil {
		panic("planner: " + err.Error()) //nolint:forbidigo // the caller has parsed it
	}
	return list
}

// elements takes a JSON list apart; an object is a list of one.
func elements(text []byte) []json.RawMessage {
	if bytes.HasPrefix(text, []byte("{")) {
		return []json.RawMessage{text}
	}
	var list []json.RawMessage
	if err := json.Unmarshal(text, &list); err != nil {
		panic("planner: " + err.Error()) //nolint:forbidigo // the caller has parsed it
	}
	return list
}

// object writes members as a JSON object.
func object(list []member) []byte {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(quote(m.name))
		b.WriteByte(':')
		b.Write(m.value)
	}
	b.WriteByte('}')
	return b.Bytes()
}

func quote(s string) []byte {
	text, _ := json.Marshal(s) // strings always encode
	return text
}

func array(list []json.RawMessage) json.RawMessage {
	parts := make([][]byte, len(list))
	for i, e := range list {
		parts[i] = e
	}
	return slices.Concat([]byte("["), bytes.Join(parts, []byte(",")), []byte("]"))
}

// own reports whether statement i is the plan's to replace.
func (o *oldPolicy) own(i int) bool { return owns(o.known, o.document.Statements[i]) }

// foreign returns the statements of others with one effect.
func (o *oldPolicy) foreign(effect policy.Effect) side {
	s := side{document: &policy.Document{Version: o.document.Version}}
	for i, st := range o.document.Statements {
		if !o.own(i) && st.Effect == effect {
			s.document.Statements = append(s.document.Statements, st)
			s.index = append(s.index, i)
		}
	}
	return s
}

// lay returns the policy with what repligrant wants in place of what it wrote
// before, and with narrowed statements in place of those of the same index.
// Statements that stay keep their place and text. It returns nil if the policy
// is of a version that gives both other meanings than were meant.
func (o *oldPolicy) lay(wanted []policy.Statement, narrowed map[int]json.RawMessage) ([]byte, Change) {
	l := laying{old: o, open: slices.Clone(wanted), change: NoChange}
	kept := make([]bool, len(o.statements))
	for i := range o.statements {
		kept[i] = !o.own(i) || l.take(func(st policy.Statement) bool { return meaning(st) == meaning(o.document.Statements[i]) })
	}
	for i, text := range o.statements {
		narrower, ok := narrowed[i]
		switch {
		case ok:
			l.statements, l.change = append(l.statements, narrower), Replace
		case kept[i]:
			l.statements = append(l.statements, text)
		default:
			l.change = Replace
			if stem := stemOf(o.document.Statements[i].Sid); l.take(func(st policy.Statement) bool { return stemOf(st.Sid) == stem }) {
				l.put(l.taken, Replace)
			}
		}
	}
	for _, st := range l.open {
		l.put(st, Add)
	}
	if l.change == NoChange {
		return o.text, NoChange
	}
	return l.text(), l.change
}

// A laying is one policy being put together.
type laying struct {
	old        *oldPolicy
	open       []policy.Statement // wanted, and not placed yet
	taken      policy.Statement   // the last one that was
	statements []json.RawMessage
	variables  bool // one of those put in needs the current version
	change     Change
}

// take takes the first wanted statement that fits.
func (l *laying) take(fits func(policy.Statement) bool) bool {
	i := slices.IndexFunc(l.open, fits)
	if i < 0 {
		return false
	}
	l.taken = l.open[i]
	l.open = slices.Delete(l.open, i, i+1)
	return true
}

func (l *laying) put(st policy.Statement, change Change) {
	text := encode(policy.New(st))
	l.variables = l.variables || bytes.Contains(text, []byte("${"))
	l.statements = append(l.statements, elements(members(text)[1].value)[0])
	if l.change != Replace {
		l.change = change
	}
}

// text writes the policy with its elements in the order that they have. An
// escaped prefix needs the current version of the language; a policy in which
// nothing else changes its meaning gets it.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html.
func (l *laying) text() []byte {
	upgrade := l.old.text == nil || l.variables && l.old.document.Version != policy.Version2012
	if upgrade && l.foreignVariables() {
		return nil
	}
	list := fields(l.old.members)
	if upgrade {
		if list.has("Version") {
			list = list.set("Version", quote(policy.Version2012))
		} else {
			list = slices.Insert(slices.Clone(list), 0, member{"Version", quote(policy.Version2012)})
		}
	}
	return object(list.set("Statement", array(l.statements)))
}

// foreignVariables reports whether a statement of somebody else has what would
// become a variable.
func (l *laying) foreignVariables() bool {
	for i, text := range l.old.statements {
		if !l.old.own(i) && bytes.Contains(text, []byte("${")) {
			return true
		}
	}
	return false
}

// meaning is equal for statements that differ in nothing but the order and the
// form of their lists, which AWS does not keep.
func meaning(st policy.Statement) string {
	st.Principal, st.NotPrincipal = sortedPrincipals(st.Principal), sortedPrincipals(st.NotPrincipal)
	for _, s := range []*policy.Strings{&st.Action, &st.NotAction, &st.Resource, &st.NotResource} {
		*s = sorted(*s)
	}
	clauses := slices.Clone(st.Condition)
	for i := range clauses {
		clauses[i].Values = sorted(clauses[i].Values)
	}
	slices.SortFunc(clauses, func(a, b policy.Clause) int {
		return strings.Compare(a.Operator+"\x00"+a.Key, b.Operator+"\x00"+b.Key)
	})
	st.Condition = clauses
	if len(clauses) == 0 {
		st.Condition = nil
	}
	return keyOf(st)
}

func sorted(s policy.Strings) policy.Strings {
	if !s.Present() {
		return s
	}
	return policy.List(slices.Compact(slices.Sorted(slices.Values(s.Values)))...)
}

func sortedPrincipals(p policy.Principals) policy.Principals {
	types := slices.Clone(p.Types)
	for i := range types {
		types[i].Values = sorted(types[i].Values)
	}
	slices.SortFunc(types, func(a, b policy.PrincipalsType) int { return strings.Compare(a.Type, b.Type) })
	p.Types = types
	return p
}
