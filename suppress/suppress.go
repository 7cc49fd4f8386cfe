// Package suppress reads the file in which a team writes down which findings it
// lives with: each with a reason, an owner and a day on which that ends. It knows
// no finding and decides nothing; whether an entry is about one is for audit.
package suppress

import (
	"slices"
	"time"

	"github.com/repligrant/repligrant/internal/diag"
)

// MaxSize is the size of the largest file that is read, in bytes.
const MaxSize = 16 << 20

// An Entry is one finding, or all of a check, that somebody lives with. Finding
// or Check is set. What else is empty is no limit.
type Entry struct {
	Finding string // ID
	Check   string
	From    string // name of the source bucket
	Rule    string
	Account string // ID, of the finding's account
	Reason  string
	Owner   string
	Expires string // the last day on which it holds, as 2006-01-02
	Pos     diag.Pos
}

// Expired reports whether an entry holds no more on a day, as 2006-01-02.
func (e Entry) Expired(today string) bool { return e.Expires < today }

// isDay reports whether s is a day as a calendar has it.
func isDay(s string) bool {
	day, err := time.Parse(time.DateOnly, s)
	return err == nil && day.Format(time.DateOnly) == s
}

// Expiry is the check that finds expired entries. Nothing suppresses it.
const Expiry = "suppression-expired"

// Texts lists every sentence that [Parse] can say but for those about YAML, for
// translators.
func Texts() []diag.Text { return table.Texts() }

var table = diag.Table{
	"suppress-not-a-file":     {Message: "the file holds no mapping", Hint: "begin it with version: 1"},
	"suppress-version":        {Message: "this program does not read version {version} of the format", Hint: "write version: 1"},
	"suppress-not-list":       {Message: "{key} is not a list", Hint: "write one entry a line after a hyphen"},
	"suppress-not-mapping":    {Message: "this entry is not a mapping", Hint: "write KEY: VALUE after the hyphen, one a line"},
	"suppress-unknown-key":    {Message: "unknown key {name}", Hint: "the keys here are {choices}"},
	"suppress-similar-key":    {Message: "unknown key {name}", Hint: `did you mean "{suggestion}"?`},
	"suppress-key-missing":    {Message: "the key {key} is missing here", Hint: "write {example}"},
	"suppress-empty":          {Message: "{key} has no value", Hint: "write {example}"},
	"suppress-not-text":       {Message: "{key} is not a text", Hint: "write one value, without brackets, hyphen or keys"},
	"suppress-nothing":        {Message: "this entry names neither a finding nor a check", Hint: "write finding: ID, or check: NAME"},
	"suppress-both":           {Message: "this entry names a finding and a check", Hint: "keep one of them"},
	"suppress-narrow":         {Message: "{key} narrows a check, and this entry names one finding", Hint: "take {key} out"},
	"suppress-finding":        {Message: "{value} is not the ID of a finding", Hint: "it has 32 characters, 0 to 9 and a to f; --all and --format json show it"},
	"suppress-check":          {Message: "there is no check {value}", Hint: "docs/checks.md lists them"},
	"suppress-similar-check":  {Message: "there is no check {value}", Hint: `did you mean "{suggestion}"?`},
	"suppress-expiry":         {Message: "{value} cannot be suppressed", Hint: "renew the entry that has expired, or take it out"},
	"suppress-account":        {Message: "{value} is not an AWS account ID", Hint: `an account ID has 12 digits: write account: "111122223333"`},
	"suppress-expires":        {Message: "{value} is not a day", Hint: "write expires: 2027-03-31"},
	"suppress-too-many-wrong": {Message: "there are more than {limit} problems, and not all are listed", Hint: "correct these first"},
}

// examples are how the keys are written that must be there.
var examples = map[string]string{
	"version":  "version: 1",
	"suppress": "suppress: and its entries",
	"reason":   "reason: why you live with it",
	"owner":    "owner: who decided that",
	"expires":  "expires: and the last day on which it holds, as 2027-03-31",
	"finding":  "finding: and its ID",
	"check":    "check: and its name",
	"from":     "from: and the name of a bucket",
	"rule":     "rule: and its name",
	"account":  "account: and its ID",
}

// obligatory are the keys that every entry has.
var obligatory = []string{"reason", "owner", "expires"}

// narrowing are the keys that narrow a check.
var narrowing = []string{"from", "rule", "account"}

// known are the keys of an entry.
var known = slices.Concat([]string{"finding", "check"}, narrowing, obligatory)
