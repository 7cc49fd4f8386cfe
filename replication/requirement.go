package replication

import (
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
)

// A Level says whether AWS's pages agree that a permission is needed.
type Level string

// The levels.
const (
	Required Level = "required" // without it something fails or is lost
	Advised  Level = "advised"  // AWS's pages disagree, or advise it
)

// Objects says which objects of a rule a requirement is about.
type Objects string

// The groups of objects.
const (
	AllObjects    Objects = "all"
	KMSObjects    Objects = "sse-kms"
	NotKMSObjects Objects = "not-kms"
	DeleteMarkers Objects = "delete-markers"
	LockedObjects Objects = "locked"
	TaggedObjects Objects = "tagged"
)

// A Loss says what happens to objects where a requirement is not met.
type Loss string

// The losses.
const (
	ObjectFailed     Loss = "object-failed"
	ObjectSkipped    Loss = "object-skipped"
	TagsLost         Loss = "tags-lost"
	DeleteMarkerLost Loss = "delete-marker-lost"
	LockLost         Loss = "lock-lost"
	OwnershipKept    Loss = "ownership-kept"
	JobFailed        Loss = "job-failed"
	AnnotationsLost  Loss = "annotations-lost"
)

// A Requirement is one thing that must hold for one rule: who has to be allowed
// what on which resources, and the documents that have to carry it. The planner
// turns requirements into documents; the auditor decides them against the
// policies that exist. Context, Condition and the
// documents are shared by many requirements: nobody changes what is in them.
type Requirement struct {
	ID          string            `json:"id"` // rule/from/to/action, unique
	Rule        string            `json:"rule"`
	From        string            `json:"from"` // bucket name
	To          string            `json:"to"`   // bucket name
	Principal   string            `json:"principal"`
	Action      string            `json:"action"`
	Resource    string            `json:"resource"` // an ARN pattern, as a policy of Version 2012-10-17 writes it
	Context     map[string]string `json:"context"`  // keys of one request; * in values as in Resource
	Objects     Objects           `json:"objects"`
	Level       Level             `json:"level"`
	Holders     []Kind            `json:"holders"`           // each of them must allow it
	Instead     []Kind            `json:"instead,omitempty"` // any one of these alone suffices
	AnyOf       []string          `json:"any_of,omitempty"`  // other actions that S3 accepts in place of Action
	Without     Loss              `json:"without"`
	FailureCode string            `json:"failure_code,omitempty"`
	Why         string            `json:"why"`                // English
	WhyKey      string            `json:"why_key,omitempty"`  // of Why, for translation
	Conflict    string            `json:"conflict,omitempty"` // English: where AWS's pages disagree, and what is chosen
	ConflictKey string            `json:"conflict_key,omitempty"`
	Source      string            `json:"source"` // URL
	Position    diag.Pos          `json:"position,omitzero"`

	// On is what the requirement is about. It tells apart equal actions on the
	// keys of source and destination.
	On Form `json:"-"`
	// Perhaps says that nobody knows whether it is required: that depends on a
	// setting of a bucket that was not read.
	Perhaps bool `json:"-"`
	// ToAccount says that the policies of others are to name the principal's
	// account, and the principal in a condition.
	ToAccount bool `json:"-"`

	// Account and ResourceAccount are the owners of the principal and of the
	// resource; ResourceAccount is "" if nobody knows.
	Account         string `json:"-"`
	ResourceAccount string `json:"-"`

	// Condition is what a statement may demand and every request that the
	// requirement is about fulfils: a narrower grant that is still enough.
	Condition []policy.Clause `json:"-"`
}

// explain says why q is there, and where AWS's pages disagree about it.
func (q *Requirement) explain(why, conflict diag.Text) {
	q.Why, q.WhyKey = why.String(), why.Key
	q.Conflict, q.ConflictKey = conflict.String(), conflict.Key
}
