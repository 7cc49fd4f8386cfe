package awscli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/planner/target"
	"github.com/repligrant/repligrant/policy"
)

// steps is how many there are.
const steps = 3

// stepWords say what a step is about.
func stepWords(step int, say target.Speaker) string {
	return say.Say(sentences, "awscli.step-"+strconv.Itoa(step))
}

// part writes the function of one account and step.
func (w *writer) part(p part) error {
	w.line("# Step %d, account %s (%s): %s.", p.step, p.account.name, p.account.id, stepWords(p.step, nil))
	w.line("%s() {", p.account.function(p.step))
	for _, bucket := range p.versioned {
		w.command("versioning", bucket)
	}
	for _, t := range p.targets {
		if err := w.target(t); err != nil {
			return fmt.Errorf("%s: %w", t.ARN, err)
		}
	}
	w.line("}\n")
	return nil
}

// target writes the commands for one target.
func (w *writer) target(t *target.Target) error {
	if t.Settled {
		w.line("  # What %s has grants everything already.", t.ARN)
		w.line("  :")
		return nil
	}
	switch t.Type {
	case target.Role, target.User:
		return w.identity(t)
	case target.Bucket:
		return w.document(t.Policy, "bucket_policy", t.Name)
	case target.Key:
		return w.document(t.Policy, "key_policy", t.ARN.Region, t.ARN.String())
	case target.AccessPoint:
		return w.document(t.Policy, "access_point_policy", t.ARN.Region, t.Name)
	default:
		text, err := t.ConfigurationText()
		if err != nil {
			return err
		}
		w.input(text, "replication", t.Name)
		return nil
	}
}

// identity writes the commands for a role or user. A role without a planned
// trust policy is one that somebody else makes.
func (w *writer) identity(t *target.Target) error {
	switch {
	case t.Type == target.User:
		w.command("user", t.ARN.String(), t.Path, t.Name, t.Boundary)
	case t.Trust != nil:
		if err := w.document(t.Trust, "role", t.ARN.String(), t.Path, t.Name, t.Boundary); err != nil {
			return err
		}
	}
	for _, p := range t.Policies {
		args := []string{"inline", string(t.Type), t.Name, p.Name}
		if p.Managed {
			name := t.Name + "-" + p.Name
			args = []string{"managed", string(t.Type), t.Name, managedARN(t, name), name}
		}
		if err := w.document(p.Document, args...); err != nil {
			return err
		}
	}
	for _, e := range earlierOf(t) {
		args := []string{"earlier", string(t.Type), t.Name, e.inline, managedARN(t, t.Name+"-"+e.stem)}
		for _, name := range e.managed {
			args = append(args, managedARN(t, t.Name+"-"+name))
		}
		w.command(args...)
	}
	return nil
}

// managedARN is the ARN of a customer managed policy in the account of t.
func managedARN(t *target.Target, name string) string {
	return fmt.Sprintf("arn:%s:iam::%s:policy/%s", t.ARN.Partition, t.Account, name)
}

// document writes a command that reads a policy.
func (w *writer) document(d *policy.Document, args ...string) error {
	text, err := target.Text(d)
	if err != nil {
		return err
	}
	w.input(text, args...)
	return nil
}

// input writes a command that reads a text.
func (w *writer) input(text []byte, args ...string) {
	end := delimiter(text)
	w.line("  %s <<'%s'\n%s%s", words(args), end, text, end)
}

func (w *writer) command(args ...string) { w.line("  %s", words(args)) }

// words writes a command with its arguments, each quoted.
func words(args []string) string {
	list := []string{args[0]}
	for _, a := range args[1:] {
		list = append(list, quote(a))
	}
	return strings.Join(list, " ")
}
