package planner

import (
	"maps"
	"slices"

	"github.com/repligrant/repligrant/internal/diag"
)

// A notice is a kind of warning: its sentence with {name} in place of arguments,
// and the page behind it.
type notice struct{ message, source string }

const userGuide = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"

// notices are all warnings by code.
var notices = gathered(ruleNotices, writerNotices, accessNotices, mergeNotices)

func gathered(tables ...map[string]notice) map[string]notice {
	all := map[string]notice{}
	for _, t := range tables {
		maps.Copy(all, t)
	}
	return all
}

// phrases are what stands within sentences.
var phrases = diag.Sentences{
	"assumed.not-enforced":      "not bucket-owner-enforced",
	"diff.new-plan":             "the new plan",
	"diff.old-plan":             "the old plan",
	"merge.nobody":              "nobody in particular",
	"merge-wrong.rule":          "rule {index} has no Status, or no Destination with a Bucket",
	"merge-wrong.rules":         "it needs one Role and one list of Rules",
	"place.access-point-policy": "access point policy",
	"place.bucket-policy":       "bucket policy",
	"place.key-policy":          "key policy",
	"place.role-trust-policy":   "role trust policy",
	"plan-wrong.destination":    "rule {index} has no destination",
	"room.more":                 "{count} more",
	"room.taken":                "{who} with {size} ({at})",
	"unit.bytes":                "bytes",
	"unit.characters":           "characters",
	"what.rule":                 "rule {rule}",
	"what.rule-of":              "rule {rule} of {from}",
	"what.writer":               "writer {writer}",
}

// Texts lists every text of this package, for translators: of problems by their
// key, of warnings by their code, and of what stands within them.
func Texts() []diag.Text {
	texts := slices.Concat(unplannable.Texts(), oversized.Texts(), mergeProblems.Texts(), accessProblems.Texts(), readProblems.Texts(), phrases.Texts())
	for _, code := range slices.Sorted(maps.Keys(notices)) {
		texts = append(texts, diag.Text{Key: code, English: notices[code].message})
	}
	return texts
}

// warn makes a warning. Args are names and values in turn.
func warn(pos diag.Pos, code string, args ...string) Warning {
	return warning(pos, said(code, args...))
}

// said is the sentence of a warning.
func said(code string, args ...string) diag.Text {
	return diag.Sentences{code: notices[code].message}.Text(code, args...)
}

// warning says t.
func warning(pos diag.Pos, t diag.Text) Warning {
	return Warning{Code: t.Key, Message: t.String(), Args: t.Args, Source: notices[t.Key].source, Position: pos}
}
