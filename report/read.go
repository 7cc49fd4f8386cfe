package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
)

// MaxAudit is the size of the largest audit that ReadAudit takes, in bytes.
const MaxAudit = 256 << 20

// The keys of the problems.
const (
	tooLarge     = "audit-too-large"
	notUTF8      = "audit-not-utf8"
	notJSON      = "audit-not-json"
	moreJSON     = "audit-more-json"
	notObject    = "audit-not-object"
	noSchema     = "audit-no-schema"
	wrongSchema  = "audit-schema"
	duplicateKey = "audit-duplicate-key"
	wrongShape   = "audit-shape"
	wrongValue   = "audit-value"
	miscounted   = "audit-miscounted"
)

// Problems are what can be wrong with a saved audit.
var Problems = diag.Table{
	tooLarge:     {Message: diag.Larger},
	notUTF8:      {Message: "the file is not UTF-8", Hint: "save it as UTF-8 without a byte order mark"},
	notJSON:      {Message: "the file is not JSON: {problem}", Hint: "repligrant audit --format json writes one"},
	moreJSON:     {Message: "there is more after the end of the audit", Hint: "give several audits as several files"},
	notObject:    {Message: "the file holds no audit", Hint: "repligrant audit --format json writes one"},
	noSchema:     {Message: "the schema is missing", Hint: `an audit begins with {"schema": "repligrant.audit/v1"`},
	wrongSchema:  {Message: "the schema is {got}, not {want}", Hint: "this command reads audits that repligrant audit --format json wrote"},
	duplicateKey: {Message: "{key} is there twice"},
	wrongShape:   {Message: "{key}: {problem}"},
	wrongValue:   {Message: "{key} is {got}", Hint: "it is one of {want}"},
	miscounted:   {Message: "the summary counts {counted} rules as {verdict}; there are {there}", Hint: "audit again: a report of this file would mislead"},
}

// shapes say how a value does not fit.
var shapes = diag.Sentences{
	"audit-shape.kind":    "is a {kind}, which does not fit",
	"audit-shape.list":    "is no list",
	"audit-shape.missing": "is missing",
}

// ReadAudit reads an audit that was written as JSON; file is its name in
// messages. The error is a [*diag.Problems] with everything that is wrong. Keys
// that a later version may have added are left out; what the formats rely on is
// checked, so that no report says less than was found.
func ReadAudit(file string, data []byte) (*audit.Audit, error) {
	r := &reader{file: file, data: data}
	if !r.readable() {
		return nil, r.problems.Err()
	}
	a := r.audit()
	if err := r.problems.Err(); err != nil {
		return nil, err
	}
	filled := fillAudit(a)
	return &filled, nil
}

// SchemaOf returns the schema that a saved file names, "" if it names none, be it
// that the file is no JSON up to there.
func SchemaOf(data []byte) string {
	d := json.NewDecoder(bytes.NewReader(data))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return ""
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return ""
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return ""
		}
		if key == "schema" {
			var schema string
			_ = json.Unmarshal(value, &schema) // what is no text names none
			return schema
		}
	}
	return ""
}

// A reader reads one saved audit.
type reader struct {
	file     string
	data     []byte
	problems diag.List
}

func (r *reader) report(offset int, key string, args ...string) {
	r.problems = append(r.problems, Problems.At(r.pos(offset), key, args...))
}

// misshapen reports a value that does not fit.
func (r *reader) misshapen(offset int, key string, problem diag.Text) {
	d := Problems.At(r.pos(offset), wrongShape, "key", key)
	d.Message = d.Message.With("problem", problem)
	r.problems = append(r.problems, d)
}

// pos is the place of an offset.
func (r *reader) pos(offset int) diag.Pos { return diag.Place(r.file, r.data, offset) }

// readable reports whether the file is one JSON text at all.
func (r *reader) readable() bool {
	if problem := Problems.Larger(r.pos(0), tooLarge, r.data, MaxAudit); problem != nil {
		r.problems = append(r.problems, problem)
		return false
	}
	if !utf8.Valid(r.data) || bytes.HasPrefix(r.data, []byte("\ufeff")) {
		r.report(0, notUTF8)
		return false
	}
	d := json.NewDecoder(bytes.NewReader(r.data))
	var raw json.RawMessage
	if err := d.Decode(&raw); err != nil {
		r.problems = append(r.problems, Problems.At(r.pos(syntaxOffset(err, len(r.data))), notJSON).With("problem", diag.NotJSON(err)))
		return false
	}
	if rest := bytes.TrimLeft(r.data[d.InputOffset():], " \t\r\n"); len(rest) > 0 {
		r.report(len(r.data)-len(rest), moreJSON)
		return false
	}
	return true
}

// syntaxOffset is where a text stops being JSON; at its end if that is missing.
func syntaxOffset(err error, end int) int {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok && !errors.Is(err, io.ErrUnexpectedEOF) {
		return int(syntax.Offset) - 1
	}
	return end
}

// A member is one key of the audit, with the offset of its value.
type member struct {
	key string
	raw json.RawMessage
	at  int
}

// audit reads the members of the whole; the data is known to be JSON.
func (r *reader) audit() *audit.Audit {
	a := &audit.Audit{}
	members, ok := r.members()
	if !ok || !r.schema(members) {
		return a
	}
	targets := map[string]any{
		"schema": &a.Schema, "tool": &a.Tool, "spec": &a.Spec, "complete": &a.Complete,
		"sources": &a.Sources, "assumed": &a.Assumed, "summary": &a.Summary,
		"baseline": &a.Baseline, "suppressions": &a.Exceptions, "granted": &a.Granted, "buckets": &a.Buckets,
	}
	for _, m := range members {
		switch target, ok := targets[m.key]; {
		case ok:
			r.decode(m, target)
		case m.key == "rules":
			a.Rules = elements(r, m, r.verdict)
		case m.key == "findings":
			a.Findings = elements(r, m, r.finding)
		case m.key == "permissions":
			a.Permissions = elements(r, m, r.permissions)
		}
	}
	if len(r.problems) == 0 {
		r.count(a)
	}
	return a
}

// members splits the outermost object.
func (r *reader) members() ([]member, bool) {
	d := json.NewDecoder(bytes.NewReader(r.data))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		r.report(len(r.data)-len(bytes.TrimLeft(r.data, " \t\r\n")), notObject)
		return nil, false
	}
	var members []member
	for d.More() {
		key, _ := d.Token()
		m := member{key: key.(string)} // JSON has no other keys
		at := int(d.InputOffset())
		if err := d.Decode(&m.raw); err != nil {
			return members, false
		}
		m.at = int(d.InputOffset()) - len(m.raw)
		if slices.ContainsFunc(members, func(o member) bool { return o.key == m.key }) {
			r.report(at-len(m.key)-2, duplicateKey, "key", m.key)
		}
		members = append(members, m)
	}
	return members, true
}

// schema reports whether this is an audit of a version that is known.
func (r *reader) schema(members []member) bool {
	i := slices.IndexFunc(members, func(m member) bool { return m.key == "schema" })
	if i < 0 {
		r.report(0, noSchema)
		return false
	}
	if want := strconv.Quote(audit.Schema); string(members[i].raw) != want {
		r.report(members[i].at, wrongSchema, "got", cut(string(members[i].raw), maxCell), "want", want)
		return false
	}
	return true
}

// decode reads one member, and reports where it does not fit.
func (r *reader) decode(m member, target any) bool {
	err := json.Unmarshal(m.raw, target)
	if err == nil {
		return true
	}
	at, key := m.at, m.key
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		at += int(wrong.Offset) - 1
		key = strings.TrimSuffix(m.key+"."+wrong.Field, ".")
		r.misshapen(at, key, shapes.Text("audit-shape.kind", "kind", wrong.Value))
		return false
	}
	if malformed, ok := errors.AsType[*policy.Error](err); ok {
		r.misshapen(at, key+".fix.statement", malformed.Text())
		return false
	}
	r.misshapen(at, key, diag.Datum(err.Error()))
	return false
}

// elements reads a list one by one, so that a problem has the place of its element.
func elements[T any](r *reader, m member, check func(member, T)) []T {
	if string(m.raw) == "null" {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(m.raw))
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		r.misshapen(m.at, m.key, shapes.Text("audit-shape.list"))
		return nil
	}
	var l []T
	for d.More() {
		e := member{key: m.key + "[" + strconv.Itoa(len(l)) + "]"}
		if err := d.Decode(&e.raw); err != nil {
			return l
		}
		e.at = m.at + int(d.InputOffset()) - len(e.raw)
		var v T
		if r.decode(e, &v) {
			check(e, v)
		}
		l = append(l, v)
	}
	return l
}

func (r *reader) verdict(m member, v audit.RuleVerdict) {
	oneOf(r, m, "verdict", v.Verdict, verdictOrder)
}

// permissions checks the outcomes by which cells of a matrix are coloured.
func (r *reader) permissions(m member, p audit.Permissions) {
	for action, documents := range p.Actions {
		for document, o := range documents {
			oneOf(r, m, "actions."+action+"."+string(document), o, permissionOrder)
		}
	}
}

// finding checks the words that decide where and how a finding is shown.
func (r *reader) finding(m member, f audit.Finding) {
	if f.Check == "" {
		r.misshapen(m.at, m.key+".check", shapes.Text("audit-shape.missing"))
	}
	oneOf(r, m, "outcome", f.Outcome, outcomeOrder)
	oneOf(r, m, "severity", f.Severity, severityOrder)
	oneOf(r, m, "group", f.Group, []audit.Group{"", audit.Dangerous, audit.Wider, audit.NoEffect, audit.Informational})
	oneOf(r, m, "coverage", f.Coverage, []audit.Coverage{"", audit.CoverageNone, audit.CoveragePartial})
	oneOf(r, m, "status", f.Status, []string{"", audit.New, audit.Known, audit.Suppressed})
	if f.Fix != nil {
		ops := []audit.Op{audit.Add, audit.Replace, audit.Remove, audit.Set}
		oneOf(r, m, "fix.op", f.Fix.Op, ops)
		for _, also := range f.Fix.Also {
			oneOf(r, m, "fix.also.op", also.Op, ops)
		}
	}
}

// oneOf reports a value that is none of those that there are.
func oneOf[T ~string](r *reader, m member, key string, got T, want []T) {
	if slices.Contains(want, got) {
		return
	}
	var words []string
	for _, w := range want {
		if w != "" {
			words = append(words, string(w))
		}
	}
	r.report(m.at, wrongValue, "key", m.key+"."+key, "got", cut(strconv.Quote(string(got)), maxCell), "want", strings.Join(words, ", "))
}

// count compares the summary with the rules: the headline is made of the one,
// and the table of the other.
func (r *reader) count(a *audit.Audit) {
	there := map[audit.Verdict]int{}
	for _, v := range a.Rules {
		there[v.Verdict]++
	}
	s := a.Summary.Rules
	counted := map[audit.Verdict]int{
		audit.Replicates: s.Replicates, audit.Degraded: s.Degraded, audit.Fails: s.Fails,
		audit.Unclear: s.Unknown, audit.Idle: s.Disabled,
	}
	for _, v := range verdictOrder {
		if counted[v] != there[v] {
			r.report(0, miscounted, "counted", strconv.Itoa(counted[v]), "verdict", string(v), "there", strconv.Itoa(there[v]))
		}
	}
}
