// Package iac reads planned infrastructure, Terraform plans and CloudFormation
// templates, as changes to what accounts hold. It evaluates what can be known
// before anything is applied, and keeps the rest as unknown with its address. It
// runs no tool, contacts nothing, and decides nothing.
package iac

import (
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/snapshot"
)

// FromTerraform is what reports call a Terraform plan.
const FromTerraform = "terraform-plan"

// A Layer is what planned infrastructure changes in accounts.
type Layer struct {
	From     string // FromTerraform, FromCloudFormation
	File     string
	Accounts []string // whose resources it speaks of, sorted
	Left     []Left   // what it changes and nobody can tell how, in order
	Taken    []string // what was taken to be so and may be otherwise, sorted

	Parameters []string            // of a template, and the pseudo parameters that may be given
	Places     map[string]diag.Pos // of the resources of a template, by logical ID

	// Owners are the accounts of buckets, by name, where somebody else than the
	// file says it. A bucket that the accounts hold is where they hold it.
	Owners map[string]string

	changes []func(*world)
	within  func(partition string) *Layer // how it reads in a partition; nil if it is certain
}

// A Left is a planned resource that matters to permissions or buckets, and of
// which it is not known what it changes: a part of the result stays unknown.
type Left struct {
	Account string // "" if nobody knows
	Address string
	Type    string
	Pos     diag.Pos
	Why     diag.Text
	Unseen  bool // whether it may change anything of its account, and nobody can see what
}

// sentences say why something was left.
var sentences = diag.Sentences{
	"iac-left-kind":       "repligrant does not know what resources of this kind change",
	"iac-left-target":     "{attribute}, which says what it is about, is known only after apply",
	"iac-left-odd":        "{attribute}, which says what it is about, is not a name",
	"iac-left-name":       "its {property} is not known, so that nobody knows what of it is there already",
	"iac-left-region":     "its {property} is not known, so that nobody knows what of it is there already; {flag} says it",
	"iac-left-condition":  "it is there if {condition} holds, and nobody knows that",
	"iac-left-transform":  "a macro writes the rest of the template",
	"iac-left-include":    "what it includes, or runs, does not stand in the template",
	"iac-left-program":    "it runs a program, and what that does does not stand in the plan",
	"iac-left-incomplete": "the plan leaves changes for a later run",
}

// Texts lists all that the package says, for translators.
func Texts() []diag.Text { return append(sentences.Texts(), problems.Texts()...) }

// leave adds a resource of which it is not known what it changes.
func (l *Layer) leave(account string, o snapshot.Origin, kind string, why diag.Text) {
	l.Left = append(l.Left, Left{Account: account, Address: o.Address, Type: kind, Pos: o.Pos, Why: why})
}

// hide leaves a resource that may change anything of the account, or of every
// account if it is "".
func (l *Layer) hide(account string, o snapshot.Origin, kind string, why diag.Text) {
	l.leave(account, o, kind, why)
	l.Left[len(l.Left)-1].Unseen = true
}

// change adds a change. Later ones lie over earlier ones.
func (l *Layer) change(do func(*world)) { l.changes = append(l.changes, do) }

// Over returns what the accounts hold once the planned infrastructure is
// applied to base. What it does not speak of stays as base has it. Base, which
// may be empty, is not changed.
func (l *Layer) Over(base *snapshot.Snapshot) *snapshot.Snapshot {
	l = l.In(base)
	w := newWorld(base)
	w.owners = l.Owners
	for _, do := range l.changes {
		do(w)
	}
	return w.result
}
