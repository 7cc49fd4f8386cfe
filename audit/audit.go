// Package audit decides, for every rule, whether the policies that exist grant
// what replication requires, compares settings with what is wished, and says
// what is granted beyond need. It reads a snapshot and nothing else, and it
// knows nothing of the documents that the planner would write.
package audit

import (
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// Schema is the version of an audit's JSON form.
const Schema = "repligrant.audit/v1"

// An Audit is the result: findings, and a verdict for each rule.
type Audit struct {
	Schema   string        `json:"schema"`
	Tool     Tool          `json:"tool"`
	Spec     string        `json:"spec,omitempty"` // file name
	Complete bool          `json:"complete"`       // nothing that matters was unreadable
	Sources  []Source      `json:"sources"`
	Assumed  []string      `json:"assumed,omitempty"`  // gaps that --assume accepted
	Baseline string        `json:"baseline,omitempty"` // file name of the audit that known findings are known from
	Summary  Summary       `json:"summary"`
	Rules    []RuleVerdict `json:"rules"`
	Findings []Finding     `json:"findings"`

	Buckets     []Bucket      `json:"buckets,omitempty"`     // of rules
	Permissions []Permissions `json:"permissions,omitempty"` // of rules that were decided

	Exceptions []Exception `json:"suppressions,omitempty"`
	Granted    []Grant     `json:"granted,omitempty"` // requirements, if they were asked for

	// WithoutRules are the buckets that were looked at, without a SPEC, and that
	// replicate nothing.
	WithoutRules []string `json:"without_rules,omitempty"`
}

// toolName is the program's.
const toolName = "repligrant"

// A Tool names the program that audited.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// A Source is where what an account holds was read from.
type Source struct {
	Account string   `json:"account"`           // "" where nobody knows its ID
	Profile string   `json:"profile,omitempty"` // by which an account without an ID was to be entered; "" for the default credentials
	From    string   `json:"from"`              // "live", "snapshot", "terraform-plan", "cloudformation"
	File    string   `json:"file,omitempty"`    // of planned infrastructure
	At      string   `json:"at,omitempty"`
	As      string   `json:"as,omitempty"`
	Unread  []string `json:"unread"`
}

// A Summary counts.
type Summary struct {
	Requirements Requirements `json:"requirements"`
	Findings     Findings     `json:"findings"`
	Rules        Verdicts     `json:"rules"`
}

// Requirements counts requirements by outcome.
type Requirements struct {
	Granted int `json:"granted"`
	Missing int `json:"missing"`
	Blocked int `json:"blocked"`
	Unknown int `json:"unknown"`
}

// Findings counts findings by outcome.
type Findings struct {
	Missing    int `json:"missing"`
	Blocked    int `json:"blocked"`
	Unknown    int `json:"unknown"`
	Surplus    int `json:"surplus"`
	Mismatch   int `json:"mismatch"`
	Advice     int `json:"advice"`
	Suppressed int `json:"suppressed"`      // which no other number counts
	Known      int `json:"known,omitempty"` // which the numbers above count too
}

// Verdicts counts rules by verdict.
type Verdicts struct {
	Replicates int `json:"replicates"`
	Degraded   int `json:"degraded"`
	Fails      int `json:"fails"`
	Unknown    int `json:"unknown"`
	Disabled   int `json:"disabled"`
}

// A Verdict is what is to be expected of a rule.
type Verdict string

// The verdicts.
const (
	Replicates Verdict = "replicates"
	Degraded   Verdict = "degraded" // some objects, or something of them, do not arrive
	Fails      Verdict = "fails"
	Unclear    Verdict = "unknown"
	Idle       Verdict = "disabled"
)

// A RuleVerdict is the verdict on one rule.
type RuleVerdict struct {
	Rule    string  `json:"rule"`
	From    string  `json:"from"`
	To      string  `json:"to"`
	Verdict Verdict `json:"verdict"`
	Origin  string  `json:"origin,omitempty"` // "live": not in the SPEC, or different from it
}

// An Outcome says what was found. Granted is never a finding.
type Outcome string

// The outcomes. The first four are those of requirements.
const (
	Granted  Outcome = "granted"
	Missing  Outcome = "missing"  // nothing allows it
	Blocked  Outcome = "blocked"  // something denies it
	Unknown  Outcome = "unknown"  // it could not be read, or nobody can know
	Surplus  Outcome = "surplus"  // granted beyond need
	Mismatch Outcome = "mismatch" // a setting is not what the SPEC says or S3 accepts
	Advice   Outcome = "advice"   // works, and may surprise
)

// A Severity ranks findings.
type Severity string

// The severities, worst first.
const (
	Critical Severity = "critical" // objects are lost, or nobody is kept out
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
	Info     Severity = "info"
)

// A Group divides what is granted beyond need.
type Group string

// The groups of surplus.
const (
	Dangerous     Group = "dangerous"     // lets replication be undone, or opens more than replication
	Wider         Group = "wider"         // the right actions on more than needed, or harmless others
	NoEffect      Group = "no-effect"     // can never apply
	Informational Group = "informational" // may be needed by what is disabled or was not read, or S3 takes it in place of less
)

// A Coverage says how much of a requirement is unmet.
type Coverage string

// The coverages of a missing or blocked requirement.
const (
	CoverageNone    Coverage = "none"    // met for no key
	CoveragePartial Coverage = "partial" // met for some keys only
)

// A Finding is one thing that somebody should know.
type Finding struct {
	ID           string            `json:"id"`
	Check        string            `json:"check"`
	Outcome      Outcome           `json:"outcome"`
	Severity     Severity          `json:"severity"`
	Group        Group             `json:"group,omitempty"`
	Coverage     Coverage          `json:"coverage,omitempty"`
	Cause        string            `json:"cause,omitempty"`  // ID of the finding that this one is part of, where all are shown one by one
	Status       string            `json:"status,omitempty"` // "new" and "known" against a baseline, "suppressed"
	Suppression  *Suppression      `json:"suppression,omitempty"`
	Rule         string            `json:"rule,omitempty"`
	From         string            `json:"from,omitempty"`
	To           string            `json:"to,omitempty"`
	Origin       string            `json:"origin,omitempty"`
	Requirement  string            `json:"requirement,omitempty"`
	Requirements []string          `json:"requirements,omitempty"` // all that one cause leaves unknown
	Account      string            `json:"account,omitempty"`
	Document     replication.Kind  `json:"document"`
	Target       string            `json:"target"`
	Principal    string            `json:"principal,omitempty"`
	Action       string            `json:"action,omitempty"`
	Resource     string            `json:"resource,omitempty"`
	Witness      string            `json:"witness,omitempty"` // an ARN for which it is so
	FailureCode  string            `json:"failure_code,omitempty"`
	Message      string            `json:"message"` // English
	Key          string            `json:"key"`     // of Message, for translation
	Args         map[string]string `json:"args,omitempty"`
	Assuming     []string          `json:"assuming,omitempty"`
	Evidence     []Evidence        `json:"evidence"`
	Fix          *Fix              `json:"fix,omitempty"`
	Source       string            `json:"source"` // URL
	Controls     []string          `json:"controls,omitempty"`
	Planned      *Planned          `json:"planned,omitempty"` // the planned resource that it is about
	Position     diag.Pos          `json:"position,omitzero"`
}

// Evidence is a statement or setting that shows a finding to be so.
type Evidence struct {
	Document  replication.Kind `json:"document"`
	Policy    string           `json:"policy,omitempty"`    // name or ARN of the policy
	Statement *int             `json:"statement,omitempty"` // index, from 0
	Sid       string           `json:"sid,omitempty"`
	Effect    policy.Effect    `json:"effect,omitempty"`
	Says      string           `json:"says,omitempty"` // English: what it says, or lacks
	Planned   *Planned         `json:"planned,omitempty"`

	SaysKey  string            `json:"says_key,omitempty"` // of Says, for translation
	SaysArgs map[string]string `json:"says_args,omitempty"`
}

// An Op is what a fix does.
type Op string

// The operations of a fix.
const (
	Add     Op = "add"
	Replace Op = "replace"
	Remove  Op = "remove"
	Set     Op = "set"
)

// A Fix is the smallest change that mends a finding.
type Fix struct {
	Op        Op                `json:"op"`
	Document  replication.Kind  `json:"document"`
	Statement *policy.Statement `json:"statement,omitempty"` // to add, to remove, or in place of the one in evidence
	Text      string            `json:"text"`                // English

	TextKey  string            `json:"text_key,omitempty"` // of Text, for translation
	TextArgs map[string]string `json:"text_args,omitempty"`

	Also []FurtherFix `json:"also,omitempty"` // what is needed as well, one for each further statement of the evidence, in its order
}

// A FurtherFix is a change that is needed beside that of a [Fix], of the same document.
type FurtherFix struct {
	Op        Op                `json:"op"`
	Statement *policy.Statement `json:"statement,omitempty"`
	Text      string            `json:"text"` // English
	TextKey   string            `json:"text_key,omitempty"`
	TextArgs  map[string]string `json:"text_args,omitempty"`
}
