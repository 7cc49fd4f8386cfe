// Package awscli writes a plan as a script for bash that applies it with the AWS
// CLI. The script reads before it writes, keeps statements and rules that it
// did not write, and changes nothing when it is run again. This package writes
// text; it runs nothing and contacts nothing.
package awscli

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/planner/target"
)

//go:embed library.sh
var library string

// Options say what a plan does not. The zero Options names accounts by their IDs,
// in English.
type Options struct {
	Accounts map[string]string // names of accounts, by ID; one without a name goes by its ID
	Say      target.Speaker    // the language of what people read
}

// Script returns one script for all accounts of p. The error is about a document
// that the script could not apply.
func Script(p *planner.Plan, o Options) ([]byte, error) {
	targets, err := target.Of(p)
	if err != nil {
		return nil, err
	}
	w := &writer{accounts: accountsOf(targets, o.Accounts), title: o.Say.Say(sentences, "awscli.title"), say: o.Say}
	return w.script(p, targets)
}

// Files returns one script for each account of p, named apply-NAME.sh, and a
// README.md with the order in which they are to be run.
func Files(p *planner.Plan, o Options) (map[string][]byte, error) {
	targets, err := target.Of(p)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	accounts := accountsOf(targets, o.Accounts)
	for _, a := range accounts {
		own := slices.DeleteFunc(slices.Clone(targets), func(t *target.Target) bool { return t.Account != a.id })
		w := &writer{accounts: []account{a}, title: o.Say.Say(sentences, "awscli.title-account", "account", a.name), say: o.Say}
		if files[a.file()], err = w.script(p, own); err != nil {
			return nil, err
		}
	}
	files["README.md"] = readme(p, accounts, partsOf(p, accounts, targets), o.Say)
	return files, nil
}

// An account is one that applies something.
type account struct {
	id    string
	name  string
	ident string // what of its name a variable of a shell can hold
}

func (a account) file() string { return "apply-" + a.name + ".sh" }

func (a account) variable() string { return "AWS_PROFILE_" + a.ident }

func (a account) function(step int) string { return fmt.Sprintf("step_%d_%s", step, a.ident) }

// accountName is what the name of an account looks like in a SPEC.
var accountName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$`)

// accountsOf lists the accounts in the order in which they come first.
func accountsOf(targets []*target.Target, names map[string]string) []account {
	var list []account
	for _, t := range targets {
		if slices.ContainsFunc(list, func(a account) bool { return a.id == t.Account }) {
			continue
		}
		name := names[t.Account]
		if !accountName.MatchString(name) || slices.ContainsFunc(list, func(a account) bool { return a.name == name }) {
			name = t.Account
		}
		ident := strings.NewReplacer(".", "_", "-", "_").Replace(name)
		if slices.ContainsFunc(list, func(a account) bool { return a.ident == ident }) {
			ident = t.Account
		}
		list = append(list, account{t.Account, name, ident})
	}
	return list
}

// A writer writes one script.
type writer struct {
	bytes.Buffer
	accounts []account
	title    string
	say      target.Speaker
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

func (w *writer) script(p *planner.Plan, targets []*target.Target) ([]byte, error) {
	w.head(p)
	w.who()
	parts := partsOf(p, w.accounts, targets)
	w.order(parts)
	w.line("# What the Sids of repligrant's statements in role policies begin with.\nsids=%s\n", quote(stems(targets)))
	w.line("# The roles and users of the plan. Statements about others are kept.\nknown=%s\n", quote(listed(p.Callers())))
	for _, part := range parts {
		if err := w.part(part); err != nil {
			return nil, err
		}
	}
	w.jobs(p.Jobs)
	w.line("%s", library)
	w.line("# The last line: of a script that is cut off, nothing runs.\nmain \"$@\"")
	return w.Bytes(), nil
}

func (w *writer) head(p *planner.Plan) {
	w.line("#!/usr/bin/env bash")
	w.comment(w.say.Say(sentences, "awscli.head", "title", w.title) + "\n\n" + target.Leftovers(w.say))
	if first := target.WaitsFor(p, w.say); first != "" {
		w.comment("\n" + strings.TrimSpace(first) + "\n\n")
	}
	for _, n := range p.Warnings {
		w.comment(w.say.Say(sentences, "awscli.warning", "code", target.Line(n.Code), "warning", target.Warning(n, w.say)))
	}
	w.line("set -euo pipefail\n")
}

// comment writes each line of a text as a comment.
func (w *writer) comment(text string) {
	for l := range strings.Lines(text) {
		w.line("%s", strings.TrimSuffix("# "+strings.TrimSuffix(l, "\n"), " "))
	}
}

// jobs says how what is there already is copied, which the script leaves to its
// reader: a job is paid for, and there would be another one whenever it runs again.
func (w *writer) jobs(list []planner.Job) {
	for _, j := range list {
		w.comment(w.say.Say(sentences, "awscli.job", "account", j.Account, "bucket", j.From, "rules", target.RulesOf(j, w.say)) + "\n\n")
		w.line("#   %s\n#", target.Line(j.Command))
		for _, note := range target.Notes(j, w.say) {
			w.comment(note)
		}
		w.line("")
	}
}

// who writes what tells the accounts apart.
func (w *writer) who() {
	w.line("accounts() {\n  cat <<'TEXT'")
	w.line("Accounts, and the variables that name their profiles (without one, what the AWS\nCLI uses by itself):")
	for _, a := range w.accounts {
		w.line("  %s  %s  %s", a.id, a.name, a.variable())
	}
	w.line("TEXT\n}\n")
	w.line("# enter makes an account the one at work.\nenter() {\n  case \"$1\" in")
	for _, a := range w.accounts {
		w.line("    %s) account=%s variable=%s profile=\"${%s:-}\" ;;", a.name, a.id, a.variable(), a.variable())
	}
	w.line("    *) die \"the plan has no account $1; --help lists them\" ;;\n  esac\n}\n")
	w.line("# assign NAME PROFILE\nassign() {\n  case \"$1\" in")
	for _, a := range w.accounts {
		w.line("    %s) %s=\"$2\" ;;", a.name, a.variable())
	}
	w.line("    *) die \"the plan has no account $1; --help lists them\" ;;\n  esac\n}\n")
}

// A part is what one account does in one step.
type part struct {
	step      int
	account   account
	targets   []*target.Target
	versioned []string // buckets that have to have versioning
}

// partsOf returns the parts of a plan in the order of application.
func partsOf(p *planner.Plan, accounts []account, targets []*target.Target) []part {
	var parts []part
	receivers := target.Receivers(p)
	for step := 1; step <= steps; step++ {
		for _, a := range accounts {
			part := part{step: step, account: a}
			for _, t := range targets {
				if t.Step == step && t.Account == a.id {
					part.targets = append(part.targets, t)
				}
			}
			part.versioned = part.buckets(receivers[a.id])
			if len(part.targets)+len(part.versioned) > 0 {
				parts = append(parts, part)
			}
		}
	}
	return parts
}

// order writes what is done when.
func (w *writer) order(parts []part) {
	w.line("# The order matters: AWS refuses a policy that names a role which is not there,\n# and a rule to a bucket without versioning.\nplan() {")
	if len(parts) == 0 {
		w.line("  :")
	}
	for _, p := range parts {
		w.line("  each %d %s %s", p.step, p.account.name, p.account.function(p.step))
	}
	w.line("}\n")
}

// buckets lists the buckets whose versioning a part has to make sure of.
func (part part) buckets(receivers []string) []string {
	var buckets []string
	if part.step == 2 {
		buckets = append(buckets, receivers...)
	}
	for _, t := range part.targets {
		if t.Type == target.Source {
			buckets = append(buckets, t.Name)
		}
	}
	slices.Sort(buckets)
	return slices.Compact(buckets)
}

// plannerStems are Sids that other plans give to statements of role policies:
// those of an earlier plan are replaced by those of this one.
var plannerStems = []string{
	"SourceBucket", "SourceObjects", "Destination", "SourceKey", "DestinationKey", "Manifest", "Report", "Key", "UploadBucket", "UploadAccessPoint",
}

// stems are the Sids of statements in policies of roles and users, without the
// numbers that tell equal ones apart, as JSON.
func stems(targets []*target.Target) string {
	list := slices.Clone(plannerStems)
	for _, t := range targets {
		for _, p := range t.Policies {
			for _, st := range p.Document.Statements {
				if stem := strings.TrimRight(st.Sid, "0123456789"); stem != "" {
					list = append(list, stem)
				}
			}
		}
	}
	slices.Sort(list)
	return listed(slices.Compact(list))
}

// listed returns strings as a JSON list in ASCII.
func listed(list []string) string {
	text, _ := json.Marshal(list) // strings always encode
	return string(target.Escape(text))
}

// word is what a shell takes as it is.
var word = regexp.MustCompile(`^[A-Za-z0-9_./:@-]+$`)

// quote returns s as one word of a shell.
func quote(s string) string {
	if word.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// delimiter returns the line that ends a text: one that the text does not have,
// so that the text cannot end early and be run.
func delimiter(text []byte) (end string) {
	lines := strings.Split(string(text), "\n")
	end = "JSON"
	for n := 2; slices.Contains(lines, end); n++ {
		end = "JSON" + strconv.Itoa(n)
	}
	return end
}
