package planner

import (
	"encoding/json"
	"errors"
	"strconv"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// MaxSize is the size of the largest plan that [Read] takes, in bytes.
const MaxSize = 256 << 20

// readProblems are what can be wrong with a saved plan.
var readProblems = diag.Table{
	"plan-file-too-large": {Message: diag.Larger},
	"plan-file-not-json":  {Message: "the file is no plan: {problem}", Hint: "repligrant plan --format json writes one"},
	"plan-file-schema":    {Message: `the schema is {got}, not "{want}"`, Hint: "repligrant plan --format json writes a plan"},
	"plan-file-document":  {Message: "document {index} ({kind} of {target}) has no reading: {problem}", Hint: "plan again"},
}

// Read reads a plan that was saved as JSON; file is its name in messages. The
// error has every document without a reading, see [diag.Of].
func Read(file string, data []byte) (*Plan, error) {
	pos := diag.Pos{File: file}
	if problem := readProblems.Larger(pos, "plan-file-too-large", data, MaxSize); problem != nil {
		return nil, diag.List{problem}.Err()
	}
	var head struct {
		Schema any `json:"schema"`
	}
	p := &Plan{}
	if err := errors.Join(json.Unmarshal(data, &head), json.Unmarshal(data, p)); err != nil && head.Schema == nil {
		return nil, diag.List{readProblems.At(pos, "plan-file-not-json").With("problem", reason(err))}.Err()
	} else if head.Schema != Schema {
		got, _ := json.Marshal(head.Schema) // it came from JSON
		return nil, diag.List{readProblems.At(pos, "plan-file-schema", "got", string(got), "want", Schema)}.Err()
	} else if err != nil {
		return nil, diag.List{readProblems.At(pos, "plan-file-not-json").With("problem", reason(err))}.Err()
	}
	var problems diag.List
	for i, d := range p.Documents {
		if err := d.readable(); err != nil {
			problem := readProblems.At(pos, "plan-file-document", "index", strconv.Itoa(i), "kind", string(d.Kind), "target", d.Target)
			problem.Message = problem.Message.With("problem", Wrong(err))
			problems = append(problems, problem)
		}
	}
	return p, problems.Err()
}

// A wrongText is what is wrong with a text that somebody gave, as an error.
type wrongText struct{ diag.Text }

func (w wrongText) Error() string { return w.String() }

// unreadable is an error with a sentence of [phrases].
func unreadable(key string, args ...string) error { return wrongText{phrases.Text(key, args...)} }

// Wrong is what an error about a document says. That of a parser of JSON is said
// as it is.
func Wrong(err error) diag.Text {
	if w, ok := errors.AsType[wrongText](err); ok {
		return w.Text
	}
	return policy.Wrong(err)
}

// reason says what is wrong with JSON, once.
func reason(err error) diag.Text {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		err = joined.Unwrap()[0]
	}
	return diag.NotJSON(err)
}

// readable reports what makes a document unusable.
func (d Document) readable() error {
	if d.Kind != replication.ReplicationConfiguration {
		_, err := policy.Parse(d.Document)
		return err
	}
	var c replication.Configuration
	if err := json.Unmarshal(d.Document, &c); err != nil {
		return err
	}
	for i, r := range c.Rules {
		if r.Destination.Bucket == "" {
			return unreadable("plan-wrong.destination", "index", strconv.Itoa(i))
		}
	}
	return nil
}
