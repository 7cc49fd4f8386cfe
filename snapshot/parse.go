package snapshot

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
)

// MaxSize is the size of the largest snapshot that Parse takes, in bytes.
const MaxSize = 256 << 20

// Parse reads a snapshot; file is its name in messages. The error is a
// [*diag.Problems] with everything that is wrong. A policy document without a
// reading is not wrong: it becomes a document that was not read.
//
// Where the AWS CLI wraps a setting in its own name, as in
// {"ReplicationConfiguration": {...}}, the wrapper may stay.
func Parse(file string, data []byte) (*Snapshot, error) {
	if problem := unreadableFile(file, data); problem != nil {
		return nil, diag.List{problem}.Err()
	}
	c := &checker{file: file, text: bytes.Clone(data), keys: map[string]string{}}
	c.snapshot()
	if err := c.problems.Err(); err != nil {
		return nil, err
	}
	s := &Snapshot{}
	if err := json.Unmarshal(c.text, s); err != nil {
		return nil, diag.List{Problems.At(diag.Pos{File: file}, notDecoded, "problem", err.Error())}.Err()
	}
	if s.Accounts == nil {
		s.Accounts = map[string]*Account{}
	}
	if c.ownedTwice(s); len(c.problems) > 0 {
		return nil, c.problems.Err()
	}
	s.Explain()
	return s, nil
}

// unreadableFile returns the problem of a file whose text is no JSON at all.
func unreadableFile(file string, data []byte) *diag.Diagnostic {
	pos := diag.Pos{File: file}
	if problem := Problems.Larger(pos, tooLarge, data, MaxSize); problem != nil {
		return problem
	}
	if !utf8.Valid(data) || bytes.HasPrefix(data, []byte("\ufeff")) {
		return Problems.At(pos, notUTF8)
	}
	if json.Valid(data) {
		return nil
	}
	var raw json.RawMessage
	err := json.Unmarshal(data, &raw)
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return Problems.At(diag.Place(file, data, int(max(syntax.Offset-1, 0))), notJSON).With("problem", diag.NotJSON(err))
	}
	return nil
}

// snapshot checks the whole text.
func (c *checker) snapshot() {
	at := skip(c.text, 0)
	whole := span{at, valueEnd(c.text, at)}
	if c.text[at] != '{' {
		c.wrong(whole, "the file", c.kind(whole), "an object")
		return
	}
	var head struct {
		Schema      any `json:"schema"`
		CollectedAt any `json:"collected_at"`
	}
	_ = json.Unmarshal(c.text, &head) // the text is valid JSON, and any value fits
	switch head.Schema {
	case Schema:
	case nil:
		c.report(at, noSchema, "want", strconv.Quote(Schema))
		return
	default:
		c.report(at, wrongSchema, "got", quoted(head.Schema), "want", strconv.Quote(Schema))
		return
	}
	if when, ok := head.CollectedAt.(string); ok && when != "" {
		if _, err := time.Parse(time.RFC3339, when); err != nil {
			c.report(at, wrongTime, "got", strconv.Quote(when))
		}
	}
	c.check(whole, shapeOf[Snapshot](), "the file", 0)
}

// quoted writes a JSON value for a message.
func quoted(v any) string {
	text, _ := json.Marshal(v) // v came from JSON
	return string(text)
}

// Encode writes s as indented JSON with sorted keys: the same snapshot gives
// the same bytes. Reasons that Errors holds are not written twice.
func Encode(s *Snapshot) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	if err := e.Encode(quieted(s)); err != nil {
		return nil, err
	}
	return unescapeHTML(b.Bytes()), nil
}

// unescapeHTML writes <, > and & as themselves. encoding/json escapes them
// inside of every value that has a MarshalJSON, whatever the encoder is told.
func unescapeHTML(text []byte) []byte {
	out := text[:0]
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			out = append(out, text[i])
			continue
		}
		switch r := text[i:min(i+6, len(text))]; string(r) {
		case `\u003c`:
			out, i = append(out, '<'), i+5
		case `\u003e`:
			out, i = append(out, '>'), i+5
		case `\u0026`:
			out, i = append(out, '&'), i+5
		default:
			out, i = append(out, text[i], text[i+1]), i+1
		}
	}
	return out
}

// Explain gives every field that was not read the reason that the Errors of its
// object hold, so that the field can be asked alone. Parse and collect do this.
func (s *Snapshot) Explain() {
	for _, a := range s.Accounts {
		a.eachEntry(explain)
	}
}

// eachEntry calls do with the fields and Errors of a and of all that is in it,
// where there are Errors.
func (a *Account) eachEntry(do func([]field, Errors)) {
	if a == nil {
		return
	}
	if len(a.Errors) > 0 {
		do(a.fields(), a.Errors)
	}
	if o, ok := a.Organization.Get(); ok && len(o.Errors) > 0 {
		do(o.fields(), o.Errors)
		a.Organization = fact.Of(o)
	}
	for _, b := range a.Buckets {
		if b != nil && len(b.Errors) > 0 {
			do(b.fields(), b.Errors)
		}
	}
	for _, r := range a.Roles {
		if r != nil && len(r.Errors) > 0 {
			do(r.fields(), r.Errors)
		}
	}
	for _, u := range a.Users {
		if u != nil && len(u.Errors) > 0 {
			do(u.fields(), u.Errors)
		}
	}
	for _, k := range a.Keys {
		if k != nil && len(k.Errors) > 0 {
			do(k.fields(), k.Errors)
		}
	}
	for _, p := range a.AccessPoints {
		if p != nil && len(p.Errors) > 0 {
			do(p.fields(), p.Errors)
		}
	}
}

// quieted returns a copy of s without the reasons that Errors repeats.
func quieted(s *Snapshot) *Snapshot {
	c := *s
	c.Schema = Schema
	c.Accounts = make(map[string]*Account, len(s.Accounts))
	for id, a := range s.Accounts {
		if a != nil {
			a = a.clone()
			a.eachEntry(quiet)
		}
		c.Accounts[id] = a
	}
	return &c
}

// clone copies a down to its entries; what they hold is shared.
func (a *Account) clone() *Account {
	c := *a
	c.Listed = slices.Clone(a.Listed)
	c.Errors = maps.Clone(a.Errors)
	c.Buckets = cloneEntries(a.Buckets)
	c.Roles = cloneEntries(a.Roles)
	c.Users = cloneEntries(a.Users)
	c.Keys = cloneEntries(a.Keys)
	c.AccessPoints = cloneEntries(a.AccessPoints)
	return &c
}

func cloneEntries[T any](m map[string]*T) map[string]*T {
	if m == nil {
		return nil
	}
	c := make(map[string]*T, len(m))
	for key, entry := range m {
		if entry != nil {
			copied := *entry
			entry = &copied
		}
		c[key] = entry
	}
	return c
}
