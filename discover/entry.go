package discover

import (
	"slices"

	"github.com/repligrant/repligrant/internal/diag"
)

// A kind is where in a SPEC an entry stands.
type kind uint8

// The kinds.
const (
	ofAccount kind = iota
	ofBucket
	ofRole
	ofRule
)

// An entry is one account, bucket, role or rule of a SPEC, as it is written: on
// its own lines, or as a comment where it cannot be.
type entry struct {
	kind    kind
	name    string // its key; of a rule, its ID
	id      string // of an account
	rule    *rule  // of a rule
	notes   []diag.Text
	fields  []field
	refused *diag.Text // why it is but a comment
}

// A field is a key of an entry with its value in YAML.
type field struct {
	key, value string
	out        *diag.Text // why it is but a comment
}

func (e *entry) add(key, value string) { e.fields = append(e.fields, field{key: key, value: value}) }

func (e *entry) note(key string, args ...string) {
	e.notes = append(e.notes, sentences.Text(key, args...))
}

// out says why the ith field is but a comment, nil if it is none. A rule is written
// whole or not at all.
func (e *entry) out(i int) *diag.Text {
	if i < 0 || e.kind == ofRule {
		return nil
	}
	return e.fields[i].out
}

// refuse makes an entry a comment; the first reason stays.
func (e *entry) refuse(problem diag.Text) {
	if e.refused != nil {
		return
	}
	var said diag.Text
	switch e.kind {
	case ofAccount:
		said = sentences.Text("discover-account-refused", "account", e.id)
	case ofBucket:
		said = sentences.Text("discover-bucket-refused", "bucket", e.name)
	case ofRole:
		said = sentences.Text("discover-role-refused", "role", e.name)
	default:
		said = sentences.Text("discover-rule-refused", "rule", e.name, "from", e.rule.From.Name)
	}
	said = said.With("problem", problem)
	e.refused = &said
}

// allNotes are the notes of an entry, and of the rule that it stands for too.
func (e *entry) allNotes() []diag.Text {
	if e.rule == nil || e.rule.mirror == nil {
		return slices.Clone(e.notes)
	}
	return slices.Concat(e.notes, e.rule.mirror.entry.notes)
}

// said are all notes of an entry, and why it or some of it is but a comment.
func (e *entry) said() []diag.Text {
	said := e.allNotes()
	for _, f := range e.fields {
		if f.out != nil {
			said = append(said, *f.out)
		}
	}
	if e.refused != nil {
		said = append(said, *e.refused)
	}
	return said
}
