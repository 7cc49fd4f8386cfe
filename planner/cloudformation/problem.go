package cloudformation

import (
	"bytes"
	"slices"
	"strconv"

	"github.com/repligrant/repligrant/internal/diag"
)

// problems are why a template cannot hold what a plan says.
var problems = diag.Table{
	"cloudformation-resources": {
		Message: "template {file} has {count} resources, and CloudFormation takes {limit}",
		Hint:    "--format terraform and --format cli have no such limit; else divide the SPEC",
	},
	"cloudformation-bytes": {
		Message: "template {file} has {size} bytes, and CloudFormation takes {limit}",
		Hint:    "--format terraform and --format cli have no such limit; else divide the SPEC",
	},
	"cloudformation-access-resources": {
		Message: "template {file} would have {count} resources, and CloudFormation takes {limit}",
		Hint:    "--format terraform has no such limit; else divide the SPEC, or name fewer accounts",
	},
	"cloudformation-access-bytes": {
		Message: "template {file} would have {size} bytes, and CloudFormation takes {limit}",
		Hint:    "--format terraform has no such limit; else divide the SPEC, or name fewer accounts",
	},
	"cloudformation-reference": {
		Message: "{file} has {text} in a value, and CloudFormation would put a parameter or a secret in its place",
		Hint:    "--format terraform and --format cli write the value as it is",
	},
	"cloudformation-existing-objects": {
		Message: `{file}: rule "{rule}" of {target} has ExistingObjectReplication, which CloudFormation does not have`,
		Hint:    "the rule is not of this plan: --format cli leaves it as it is",
	},
	"cloudformation-no-reading": {
		Message: "{file}: the configuration of {target} has no reading: {problem}",
		Hint:    "--format cli leaves rules of others as they are",
	},
}

// Texts lists why a template cannot hold what a plan says, for translators.
func Texts() []diag.Text { return slices.Concat(problems.Texts(), sentences.Texts()) }

// refuse says what a file cannot hold. Args are names and values in turn.
func refuse(key, file string, args ...string) error {
	return diag.List{problems.At(diag.Pos{}, key, append([]string{"file", file}, args...)...)}.Err()
}

// MaxInline is how many bytes a template may have that comes in a request; what
// has more comes from a bucket.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html.
const MaxInline = 51_200

// The limits of any template: bytes, and resources.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html.
const (
	maxBytes     = 1_000_000
	maxResources = 500
)

func tooMany(file string, resources int) error {
	return refuse("cloudformation-resources", file, "count", strconv.Itoa(resources), "limit", strconv.Itoa(maxResources))
}

func tooLarge(file string, size int) error {
	return refuse("cloudformation-bytes", file, "size", strconv.Itoa(size), "limit", strconv.Itoa(maxBytes))
}

// dynamic is how a reference to a parameter or a secret begins.
const dynamic = "{{resolve:"

// checkReferences refuses a text in which CloudFormation would see a reference
// to a parameter or a secret, and put that in its place. There is no way to
// write such a text so that it stays.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html.
func checkReferences(file string, text []byte) error {
	if bytes.Contains(text, []byte(dynamic)) {
		return refuse("cloudformation-reference", file, "text", dynamic)
	}
	return nil
}
