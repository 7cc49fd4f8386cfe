// Package planner turns what replication needs into the smallest documents
// that grant it, and the replication configuration itself. It contacts nothing,
// and changes documents that exist only where it is given them: [Plan.Merge].
package planner

import (
	"encoding/json"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
)

// Schema is the version of a plan's JSON form.
const Schema = "repligrant.plan/v1"

// A Plan is what has to be applied, and why.
type Plan struct {
	Schema       string                    `json:"schema"`
	Documents    []Document                `json:"documents"` // in the order of application
	Requirements []replication.Requirement `json:"requirements"`
	Assumptions  []Assumption              `json:"assumptions"`
	Warnings     []Warning                 `json:"warnings"`

	Outline

	callers []string // those of the whole plan, if p is of one account
}

// A Document is one document for one target. Documents with the same target and
// place are parts of one policy.
type Document struct {
	Kind     replication.Kind `json:"kind"`
	Account  string           `json:"account"` // ID of the account that applies it
	Target   string           `json:"target"`  // ARN of what carries it
	Name     string           `json:"name"`    // of an inline policy: its name; else what it is
	Step     int              `json:"step"`    // 1 roles, 2 destinations, 3 configurations
	Document json.RawMessage  `json:"document"`
	Size     int              `json:"size"`  // as AWS counts it
	Limit    int              `json:"limit"` // AWS's quota, in the same unit

	// Managed says that a policy of a role or user is a customer managed policy of its own,
	// attached to Target, and no inline one.
	Managed bool `json:"managed,omitempty"`
	// PermissionsBoundary is the ARN of the policy that bounds Target; only with
	// the trust policy of a role and the first policy of a user.
	PermissionsBoundary string `json:"permissions_boundary,omitempty"`

	// Merged is the whole document with this one in it, Change and Diff are what
	// that does to what is there; only after [Plan.Merge]. Documents that are
	// parts of one policy have the same.
	Merged json.RawMessage `json:"merged,omitempty"`
	Change Change          `json:"change,omitempty"`
	Diff   string          `json:"diff,omitempty"`
}

// An Assumption is a setting that the SPEC leaves out and the plan takes to be
// the usual one.
type Assumption struct {
	Bucket  string `json:"bucket"`
	Field   string `json:"field"`
	Assumed string `json:"assumed"`

	AssumedKey string `json:"assumed_key,omitempty"` // of Assumed, for translation, where it is no value of a SPEC
}

// A Warning is something that works, or may not, and that the reader should know.
type Warning struct {
	Code     string            `json:"code"`    // also the key of Message, for translation
	Message  string            `json:"message"` // English
	Args     map[string]string `json:"args,omitempty"`
	Source   string            `json:"source,omitempty"`
	Position diag.Pos          `json:"position,omitzero"`
}

// Said is what w says, for translation.
func (w Warning) Said() diag.Said { return diag.Said{Key: w.Code, English: w.Message, Args: w.Args} }
