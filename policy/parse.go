package policy

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
)

// An Error says where a policy document has no reading, and why. Line and
// Column start at 1; Column counts characters.
type Error struct {
	Line, Column int
	What         string // in English, lower case, without a final period

	said diag.Text
}

// Text is What, for translation.
func (e *Error) Text() diag.Text { return e.said }

func (e *Error) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.What) }

// Parse reads a policy document. What has a reading is taken as written, also
// where AWS would refuse to save it; what has none is an [*Error]: a key twice,
// an unknown element, Action together with NotAction, an Effect that is
// neither Allow nor Deny, something else where a string belongs.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html.
func Parse(data []byte) (*Document, error) {
	n, err := readJSON(data)
	if err != nil {
		return nil, err
	}
	return parseDocument(n)
}

// ParseEncoded reads a policy document that may be URL-encoded, as IAM's
// GetRole, GetRolePolicy and GetPolicyVersion return it. JSON text begins with
// a brace or white space, which are never left as they are in encoded text.
// Places in an error count in the decoded text.
//
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html.
func ParseEncoded(s string) (*Document, error) {
	if s != "" && strings.IndexByte("{ \t\r\n", s[0]) >= 0 {
		return Parse([]byte(s))
	}
	decoded, err := url.PathUnescape(s)
	if err != nil {
		return nil, errorAt(diag.Pos{Line: 1, Column: 1}, "policy-encoding", "problem", err.Error())
	}
	return Parse([]byte(decoded))
}

// UnmarshalJSON reads d as [Parse] does.
func (d *Document) UnmarshalJSON(data []byte) error {
	parsed, err := Parse(data)
	if err != nil {
		return err
	}
	*d = *parsed
	return nil
}

// UnmarshalJSON reads one statement as [Parse] does.
func (s *Statement) UnmarshalJSON(data []byte) error {
	n, err := readJSON(data)
	if err != nil {
		return err
	}
	*s, err = parseStatement(n)
	return err
}

func parseDocument(n node) (*Document, error) {
	if n.kind != object {
		return nil, errorAt(n.pos, "policy-object")
	}
	d := &Document{Statements: []Statement{}}
	for _, m := range n.members {
		var err error
		switch m.name {
		case "Version":
			d.Version, err = parseVersion(m.value)
		case "Id":
			d.ID, err = parseText(m)
		case "Statement":
			err = d.parseStatements(m.value)
		default:
			err = errorAt(m.pos, "policy-element", "name", strconv.Quote(m.name))
		}
		if err != nil {
			return nil, err
		}
	}
	return d, nil
}

func parseVersion(n node) (string, error) {
	if n.kind != text || n.text != Version2012 && n.text != Version2008 {
		return "", errorAt(n.pos, "policy-version", "new", strconv.Quote(Version2012), "old", strconv.Quote(Version2008))
	}
	return n.text, nil
}

func (d *Document) parseStatements(n node) error {
	nodes := n.items
	if n.kind == object {
		d.single = true
		nodes = []node{n}
	} else if n.kind != array {
		return errorAt(n.pos, "policy-statements")
	}
	for _, n := range nodes {
		s, err := parseStatement(n)
		if err != nil {
			return err
		}
		d.Statements = append(d.Statements, s)
	}
	return nil
}

func parseStatement(n node) (Statement, error) {
	s := Statement{Pos: n.pos}
	if n.kind != object {
		return s, errorAt(n.pos, "policy-statement")
	}
	for _, m := range n.members {
		if err := s.parseElement(m); err != nil {
			return s, err
		}
	}
	return s, s.check()
}

func (s *Statement) parseElement(m member) (err error) {
	switch m.name {
	case "Sid":
		s.Sid, err = parseText(m)
	case "Effect":
		s.Effect, err = parseEffect(m.value)
	case "Principal":
		s.Principal, err = parsePrincipals(m)
	case "NotPrincipal":
		s.NotPrincipal, err = parsePrincipals(m)
	case "Action":
		s.Action, err = parseStrings(m)
	case "NotAction":
		s.NotAction, err = parseStrings(m)
	case "Resource":
		s.Resource, err = parseStrings(m)
	case "NotResource":
		s.NotResource, err = parseStrings(m)
	case "Condition":
		s.Condition, err = parseCondition(m.value)
	default:
		err = errorAt(m.pos, "policy-statement-element", "name", strconv.Quote(m.name))
	}
	return err
}

// check refuses a statement whose elements have no common reading.
func (s *Statement) check() error {
	switch {
	case s.Effect == "":
		return errorAt(s.Pos, "policy-no-effect")
	case s.Action.Present() && s.NotAction.Present():
		return errorAt(s.Pos, "policy-actions")
	case !s.Action.Present() && !s.NotAction.Present():
		return errorAt(s.Pos, "policy-no-action")
	case s.Resource.Present() && s.NotResource.Present():
		return errorAt(s.Pos, "policy-resources")
	case s.Principal.Present() && s.NotPrincipal.Present():
		return errorAt(s.Pos, "policy-principals")
	}
	return nil
}

func parseText(m member) (string, error) {
	if m.value.kind != text {
		return "", errorAt(m.value.pos, "policy-text", "name", m.name)
	}
	return m.value.text, nil
}

func parseEffect(n node) (Effect, error) {
	if n.kind == text && (n.text == string(Allow) || n.text == string(Deny)) {
		return Effect(n.text), nil
	}
	return "", errorAt(n.pos, "policy-effect")
}

// parseStrings reads a string or a list of strings.
func parseStrings(m member) (Strings, error) {
	if m.value.kind == text {
		return One(m.value.text), nil
	}
	if m.value.kind != array {
		return Strings{}, errorAt(m.value.pos, "policy-texts", "name", m.name)
	}
	values := make([]string, len(m.value.items))
	for i, n := range m.value.items {
		if n.kind != text {
			return Strings{}, errorAt(n.pos, "policy-no-text", "name", m.name)
		}
		values[i] = n.text
	}
	return Strings{Values: values}, nil
}

func parsePrincipals(m member) (Principals, error) {
	switch {
	case m.value.kind == text && m.value.text == "*":
		return Principals{Everyone: true}, nil
	case m.value.kind != object:
		return Principals{}, errorAt(m.value.pos, "policy-principal", "name", m.name, "example", `{"AWS": "ARN"}`)
	}
	p := Principals{Types: []PrincipalsType{}}
	for _, t := range m.value.members {
		switch t.name {
		case "AWS", "Service", "Federated", "CanonicalUser":
		default:
			return p, errorAt(t.pos, "policy-principal-type", "name", strconv.Quote(t.name))
		}
		values, err := parseStrings(t)
		if err != nil {
			return p, err
		}
		p.Types = append(p.Types, PrincipalsType{t.name, values})
	}
	return p, nil
}

func parseCondition(n node) ([]Clause, error) {
	if n.kind != object {
		return nil, errorAt(n.pos, "policy-condition")
	}
	clauses := []Clause{}
	for _, operator := range n.members {
		if operator.value.kind != object {
			return nil, errorAt(operator.value.pos, "policy-operator", "name", operator.name)
		}
		for _, key := range operator.value.members {
			values, err := parseValues(key)
			if err != nil {
				return nil, err
			}
			clauses = append(clauses, Clause{operator.name, key.name, values})
		}
	}
	return clauses, nil
}

// parseValues reads the values of a condition key: booleans and numbers too,
// which are held as their JSON text.
func parseValues(m member) (Strings, error) {
	nodes := m.value.items
	if m.value.kind != array {
		nodes = []node{m.value}
	}
	values := make([]string, len(nodes))
	for i, n := range nodes {
		if n.kind != text && n.kind != literal || n.kind == literal && n.text == "null" {
			return Strings{}, errorAt(n.pos, "policy-condition-value", "name", m.name)
		}
		values[i] = n.text
	}
	return Strings{Values: values, Single: m.value.kind != array}, nil
}
