package terraform

import (
	"fmt"
	"slices"

	"github.com/repligrant/repligrant/internal/diag"
)

// problems are why a module cannot hold what a plan says.
var problems = diag.Table{
	"terraform-text": {
		Message: "Terraform would change the text {text}: it composes characters that this one writes in parts",
		Hint:    "--format cli and --format cloudformation keep it as it is",
	},
	"terraform-rules": {
		Message: "the replication configuration of {bucket} has no reading: {problem}",
		Hint:    "--format cli leaves rules of others as they are",
	},
	"terraform-document": {
		Message: "a document of the plan has no reading: {problem}",
		Hint:    "plan again",
	},
	"terraform-folder": {
		Message: `account "{account}" in Region "{region}" names no folder`,
		Hint:    "correct the account or the Region of the bucket in the SPEC, and plan again",
	},
	"terraform-resource": {
		Message: "requirement {requirement}: {problem}",
		Hint:    "plan again: a requirement names what it is about by its ARN",
	},
}

// Texts lists why a module cannot hold what a plan says, and what the README says, for translators.
func Texts() []diag.Text { return slices.Concat(problems.Texts(), sentences.Texts()) }

// refuse says what a module cannot hold. Args are names and values in turn.
func refuse(key string, args ...string) error {
	return diag.List{problems.At(diag.Pos{}, key, args...)}.Err()
}

// changed says that Terraform would write a text otherwise: it keeps all strings
// in Unicode's form NFC, and a key of S3 is bytes.
//
// See https://developer.hashicorp.com/terraform/language/expressions/strings.
func changed(text string) error { return refuse("terraform-text", "text", fmt.Sprintf("%+q", text)) }
