package audit

import (
	"github.com/repligrant/repligrant/replication"
)

// ExplainSchema is the version of an explanation's JSON form.
const ExplainSchema = "repligrant.explain/v1"

// An Explanation says why an object version replicates, does not, or failed; or,
// with Code alone, what a failure code of S3 means.
type Explanation struct {
	Schema  string       `json:"schema"`
	Tool    Tool         `json:"tool"`
	Code    *CodeMeaning `json:"code,omitempty"`
	Object  *Explained   `json:"object,omitempty"`
	Verdict Verdict      `json:"verdict,omitempty"` // of the version, over all its destinations
	Reasons []Reason     `json:"reasons,omitempty"` // of the version, whatever the rules say
	Rules   []Taking     `json:"rules,omitempty"`   // every rule of the bucket, in the order of its configuration
	Remedy  []Reason     `json:"remedy,omitempty"`  // what to do for a version that is there already
	Assumed []string     `json:"assumed,omitempty"` // gaps that --assume accepted
}

// An Explained is the object version that an Explanation is about.
type Explained struct {
	Bucket    string `json:"bucket"`
	Key       string `json:"key"`
	VersionID string `json:"version_id,omitempty"`
	Known     bool   `json:"known"`                        // what S3 says of the version was given
	Status    string `json:"replication_status,omitempty"` // S3's: PENDING, COMPLETED, FAILED or REPLICA
}

// A Taking is what one rule does with the version. One that replicates, fails or
// is unknown takes it; any other does not, for the reasons given.
type Taking struct {
	Rule     string    `json:"rule"`
	To       string    `json:"to"`
	Account  string    `json:"account,omitempty"` // that owns the destination
	Takes    Took      `json:"takes"`
	Verdict  Verdict   `json:"verdict,omitempty"` // where it may take it
	Reasons  []Reason  `json:"reasons"`
	Findings []Finding `json:"findings"` // what keeps this key from being replicated

	syncs bool // changes of replicas go back
	sure  bool // it takes the version unless one that comes first does
}

// A Took says whether a rule takes an object.
type Took string

// Whether a rule takes an object.
const (
	Takes   Took = "yes"
	Leaves  Took = "no"
	MayTake Took = "unknown"
)

// A Reason is a sentence with the page that it is from.
type Reason struct {
	Reason      string            `json:"reason"` // names the sentence for programs
	Outcome     Outcome           `json:"outcome"`
	Says        string            `json:"says"` // English
	SaysKey     string            `json:"says_key"`
	SaysArgs    map[string]string `json:"says_args,omitempty"`
	FailureCode string            `json:"failure_code,omitempty"`
	Source      string            `json:"source"` // URL
}

// A CodeMeaning is what is known of a failure code of S3.
type CodeMeaning struct {
	Code    string      `json:"code"`
	Older   string      `json:"older,omitempty"` // how older pages spell it
	Batch   bool        `json:"batch_only"`
	Says    string      `json:"says"` // English: what happened
	SaysKey string      `json:"says_key"`
	Look    []CodeCause `json:"permissions"`
	Text    string      `json:"text"` // English: what to do
	TextKey string      `json:"text_key"`
	Source  string      `json:"source"`
	Remedy  []Reason    `json:"remedy"` // what to do for objects that have failed
}

// A CodeCause is a permission that a failure may come from, and the documents
// that have to allow it.
type CodeCause struct {
	Action    string             `json:"action"`
	Documents []replication.Kind `json:"documents"`
	Inferred  bool               `json:"inferred,omitempty"` // AWS's table of codes does not name it
}
