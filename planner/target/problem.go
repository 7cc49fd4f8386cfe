package target

import (
	"slices"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/planner"
)

// problems are why no form can write a document. What a SPEC says is checked
// before there is a plan, so that most are about plans that somebody edited.
var problems = diag.Table{
	"form-kind": {
		Message: "documents of the kind {document} cannot be written in this form ({target})",
		Hint:    "--format json writes the plan whole",
	},
	"form-no-arn": {
		Message: `{document}: "{target}" is not an ARN`,
		Hint:    "plan again: a plan names what carries each document by its ARN, arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE",
	},
	"form-other-arn": {
		Message: `{document}: "{target}" is no ARN that AWS takes there`,
		Hint:    "correct the name in the SPEC, and plan again",
	},
	"form-account": {
		Message: `{document}: "{target}" is not in account "{account}"`,
		Hint:    "correct the account in the SPEC, and plan again",
	},
	"form-two-accounts": {
		Message: "{document}: {target} is applied by account {account} and by account {other}",
		Hint:    "plan again: what carries a document is in one account",
	},
	"form-policy-name": {
		Message: `{document} of {target}: "{name}" is not the name of a policy`,
		Hint:    "plan again: a name has 128 letters, digits and _+=,.@- at most",
	},
	"form-boundary": {
		Message: `{document} of {target}: "{boundary}" is not the ARN of a permissions boundary`,
		Hint:    "write permissions_boundary: arn:aws:iam::111122223333:policy/NAME",
	},
	"form-no-reading": {
		Message: "{document} of {target} has no reading: {problem}",
		Hint:    "plan again",
	},
	"form-no-rules": {
		Message: "{document} of {target} names no role, or has no rule",
		Hint:    "plan again: S3 takes no such configuration",
	},
}

// Texts lists what can be wrong with a document that a form is to hold, for
// translators.
func Texts() []diag.Text { return slices.Concat(problems.Texts(), readmeWords.Texts()) }

// refuseFor is refuse for an error about what the document holds.
func refuseFor(key string, d planner.Document, err error) error {
	problem := problems.At(diag.Pos{}, key, "document", string(d.Kind), "target", d.Target)
	problem.Message = problem.Message.With("problem", planner.Wrong(err))
	return diag.List{problem}.Err()
}

// refuse says what is wrong with a document. Args are names and values in turn.
func refuse(key string, d planner.Document, args ...string) error {
	args = append([]string{"document", string(d.Kind), "target", d.Target}, args...)
	return diag.List{problems.At(diag.Pos{}, key, args...)}.Err()
}
