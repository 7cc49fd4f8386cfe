package cli

import (
	"errors"
	"slices"

	"github.com/repligrant/repligrant/internal/diag"
)

// problemWith is a problem of the command line that another one is part of.
func problemWith(key string, part error) error {
	d := table.At(diag.Pos{}, key)
	text := diag.Datum(part.Error())
	if inner, ok := errors.AsType[*diag.Diagnostic](part); ok && inner.Message.String() == part.Error() {
		text = inner.Message // what wraps one, or has a place, says more
	}
	d.Message = d.Message.With("problem", text)
	return d
}

// notes are what the command line says besides problems.
var notes = diag.Sentences{
	"cli-hint":           "hint: {hint}",
	"cli-none":           "none",
	"cli-not-bool":       "it is true or false",
	"cli-no-file":        "it names no file; - is standard output",
	"cli-warning":        "warning: {warning} [{code}]",
	"cli-account-unread": "account {account} could not be entered",
	"cli-reading":        "reading: {done} of {accounts} accounts, {read} of {found} resources, {calls} calls, {rate}/s, {resource}",
	"cli-reading-left":   "reading: {done} of {accounts} accounts, {read} of {found} resources, {calls} calls, {rate}/s, {left} left, {resource}",
	"cli-offer-left-out": "the policy of {target} is not in this format: somebody else's Deny is for its owner to narrow; --format json has it narrowed",
	"cli-offer-within":   "the policy of {target} is written whole, and in it somebody else's Deny is narrowed: its owner has to agree",
	"cli-not-all":        "{file} was saved without --all: the {n} requirements that are granted are counted in it and not listed, nor is what is unknown one by one; audit with --all to have them",
	"cli-template-large": "the template has {size} bytes, and a request holds {limit}: it has to come from a bucket, to which `aws cloudformation deploy --s3-bucket BUCKET` copies it; " +
		"for a StackSet copy it there, and give its address as --template-url (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html)",
	"cli-demo-before": demoBefore,
	"cli-demo-after":  demoAfter,
}

// Texts lists what the command line says, with its help, for translators.
func Texts() []diag.Text {
	return slices.Concat(table.Texts(), givenProblems.Texts(), wantedWords.Texts(), notes.Texts(), fileWords.Texts(), helpTexts())
}

// note is a note in the language of the run.
func (r *run) note(key string, args ...string) string {
	return r.catalogue().Say(notes.Text(key, args...).Said())
}

// sentence is a text in the language of the run.
func (r *run) sentence(t diag.Text) string { return r.catalogue().Say(t.Said()) }
