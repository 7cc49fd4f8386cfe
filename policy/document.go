// Package policy holds the IAM policy language: documents as people write
// them, and the decision whether they allow a request, for one resource or for
// all resources of a pattern. It knows no service: what S3 replication asks for
// is said by package replication. It reads nothing but the documents given, and
// where they or the request leave a value open it answers with every decision
// that is possible, never with a guess.
package policy

import (
	"slices"

	"github.com/repligrant/repligrant/internal/diag"
)

// The policy language versions.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html.
const (
	Version2012 = "2012-10-17"
	Version2008 = "2008-10-17" // also what a document without Version has: no policy variables
)

// A Document is a JSON policy document.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html.
type Document struct {
	Version    string // as written; "" if the element is absent
	ID         string
	Statements []Statement

	single bool // Statement was written as an object, not as a list
}

// New returns a document of the current version.
func New(statements ...Statement) *Document {
	return &Document{Version: Version2012, Statements: statements}
}

// An Effect is Allow or Deny, spelled exactly so.
type Effect string

// The effects.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// A Statement grants or refuses. Of each pair Action and NotAction, Resource
// and NotResource, Principal and NotPrincipal at most one is present.
type Statement struct {
	Pos          diag.Pos // where it begins in the text it was parsed from
	Sid          string
	Effect       Effect
	Principal    Principals
	NotPrincipal Principals
	Action       Strings
	NotAction    Strings
	Resource     Strings
	NotResource  Strings
	Condition    []Clause // in the order written

	// Doubt, if there is one, is why nobody knows all that the statement will say.
	// Its elements are then the widest that it can have, and it may apply to any
	// of the requests that they match, or to none. No text holds it.
	Doubt string
}

// Doubt returns that of the first statement that has one; "" if none has.
func (d *Document) Doubt() string {
	if d == nil {
		return ""
	}
	for i := range d.Statements {
		if d.Statements[i].Doubt != "" {
			return d.Statements[i].Doubt
		}
	}
	return ""
}

// Strings is an element that may be one string or a list of them. It is kept as
// it was written, so that a document that is read and written is the same.
type Strings struct {
	Values []string
	Single bool // written as a string; Values then has one element
}

// One returns Strings that are written as a single string.
func One(s string) Strings { return Strings{Values: []string{s}, Single: true} }

// List returns Strings that are written as a list.
func List(s ...string) Strings { return Strings{Values: s} }

// Compact returns Strings written as a string if there is one, else as a list.
func Compact(s ...string) Strings { return Strings{Values: s, Single: len(s) == 1} }

// Present reports whether the element was written at all; an empty list was.
func (s Strings) Present() bool { return s.Values != nil }

// Contains reports whether one of the strings is s, to the letter.
func (s Strings) Contains(v string) bool { return slices.Contains(s.Values, v) }

// Principals is a Principal or NotPrincipal element: "*", or an object from
// types to strings.
type Principals struct {
	Everyone bool             // written as "*"
	Types    []PrincipalsType // in the order written
}

// A PrincipalsType is one entry of a Principal object. Type is "AWS",
// "Service", "Federated" or "CanonicalUser".
type PrincipalsType struct {
	Type   string
	Values Strings
}

// Present reports whether the element was written.
func (p Principals) Present() bool { return p.Everyone || p.Types != nil }

// AWS returns the principals that are AWS accounts, users, roles or sessions.
func AWS(arns ...string) Principals {
	return Principals{Types: []PrincipalsType{{"AWS", Compact(arns...)}}}
}

// Service returns service principals.
func Service(names ...string) Principals {
	return Principals{Types: []PrincipalsType{{"Service", Compact(names...)}}}
}

// A Clause is one key under one operator of a Condition: all clauses of a
// statement must hold. Booleans and numbers are held as their JSON text.
type Clause struct {
	Operator string // as written, with its qualifier and suffix: "ForAllValues:StringLikeIfExists"
	Key      string // as written; keys compare without case
	Values   Strings
}
