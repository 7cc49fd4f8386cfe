package cli

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/collect"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report"
	"github.com/repligrant/repligrant/snapshot"
	"github.com/repligrant/repligrant/spec"
)

// Where a snapshot comes from.
const (
	fromLive     = "live"
	fromSnapshot = "snapshot"
)

// An auditRun is one run of audit.
type auditRun struct {
	output
	verdict
	living
	signIn
	files     []string
	planned   planned
	live      bool
	assume    []string
	liveFlags []string

	beside bool     // live accounts are read beside those of files
	read   []string // those accounts
}

func (r *run) audit() *cobra.Command {
	p := &auditRun{output: output{run: r}}
	cmd := &cobra.Command{
		Use:   "audit [SPEC]",
		Short: "decide every requirement against live accounts, snapshots or planned infrastructure",
		Long: `Audit reads the accounts, or snapshots of them, and says what is missing, what
blocks, and what is granted beyond need. With a SPEC it decides what the SPEC
asks for; without one, what every replication rule that it finds needs. It only
ever reads.

Planned infrastructure lies over what was read: what a Terraform plan (terraform
show -json) or a CloudFormation template changes counts as if it were applied.

Exit status: 0 nothing that --fail-on names, 1 gaps, 2 wrong input, 3 something
that matters could not be read and no gap was found for certain.`,
		Example: `  repligrant audit spec.yaml
  repligrant audit --profile prod --profile backup
  repligrant audit spec.yaml --snapshot snapshot.json --format markdown
  repligrant audit spec.yaml --snapshot backup.json --live --profile prod=prod
  repligrant audit spec.yaml --snapshot backup.json --terraform-plan prod=plan.json
  repligrant audit spec.yaml --snapshot backup.json --cloudformation prod=template.yaml`,
		Args: oneAtMost("SPEC", "spec.yaml"),
		RunE: func(cmd *cobra.Command, args []string) error { return p.do(cmd, args) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringArrayVar(&p.files, "snapshot", nil, "audit a `FILE` that collect wrote; repeatable, later over earlier; with --live beside live accounts")
	p.planned.add(cmd)
	flags.BoolVar(&p.live, "live", true, "read live accounts; with --snapshot those that no file holds; --live=false audits planned infrastructure alone")
	p.liveFlags = p.signIn.add(cmd)
	flags.StringArrayVar(&p.buckets, "bucket", nil, "without a SPEC: `NAME` of a source bucket to audit; repeatable")
	p.addAuditFormat(cmd)
	p.addFile(cmd)
	p.verdict.add(cmd)
	flags.StringSliceVar(&p.assume, "assume", nil, "`LIST` of gaps to accept: scp, rcp, account:ID, key:NAME=VALUE, planned:ADDRESS, defaults")
	p.living.add(cmd)
	return cmd
}

func (p *auditRun) do(cmd *cobra.Command, args []string) error {
	if err := p.checkFlags(cmd); err != nil {
		return err
	}
	s, held, err := p.input(cmd, args)
	if err != nil {
		return err
	}
	if err := p.matches(held); err != nil {
		return err
	}
	in := audit.Input{
		Snapshot: held, Layers: p.planned.layers, From: fromLive, Accounts: p.accounts, Buckets: p.buckets,
		Assume: p.assume, All: p.all, Version: version(), Live: p.read, Partial: p.incomplete,
	}
	switch {
	case p.isLive():
	case len(p.files) > 0:
		in.From = fromSnapshot
	default:
		in.From = p.planned.layers[0].From
	}
	if s != nil {
		in.SpecFile, in.Rules, in.Writers = s.File, replication.FromSpec(s), replication.WritersFromSpec(s)
		in.Allowed = replication.AllowedFromSpec(s)
	}
	a := audit.Run(in)
	p.apply(cmd, a, p.today())
	return p.finish(&p.output, a, p.all)
}

func (p *auditRun) checkFlags(cmd *cobra.Command) error {
	problems := []error{p.output.check(report.KindAudit), p.verdict.check()}
	for _, a := range p.assume {
		if !assumable(a) {
			problems = append(problems, problem("cli-bad-assume", "value", a))
		}
	}
	p.beside = p.live && len(p.files) > 0 && cmd.Flags().Changed("live")
	if !p.live && len(p.files) == 0 && !p.planned.given() {
		problems = append(problems, problem("cli-nothing-to-audit"))
	}
	for _, name := range p.liveFlags {
		if len(p.files) > 0 && !p.beside && cmd.Flags().Changed(name) {
			problems = append(problems, problem("cli-with-saved", "flag", "--"+name))
		}
	}
	return errors.Join(problems...)
}

// assumable reports whether --assume takes a word.
func assumable(word string) bool {
	if word == string(replication.SCP) || word == string(replication.RCP) || word == assumeDefaults {
		return true
	}
	if id, ok := strings.CutPrefix(word, "account:"); ok {
		return arn.IsAccountID(id)
	}
	if address, ok := strings.CutPrefix(word, "planned:"); ok {
		return address != ""
	}
	pair, ok := strings.CutPrefix(word, "key:")
	name, _, valued := strings.Cut(pair, "=")
	return ok && valued && name != ""
}

// input reads the SPEC, if there is one, and what is to be audited. The error
// has what is wrong with any of them.
func (p *auditRun) input(cmd *cobra.Command, args []string) (*spec.Spec, *snapshot.Snapshot, error) {
	in := &inputs{run: p.run}
	s, err := in.specOf(args)
	if err == nil {
		err = p.signIn.check(s)
	}
	err = errors.Join(err, p.planned.read(in, s, p.assume), p.known(cmd, in))
	if !p.isLive() {
		held, wrong := in.snapshots(p.files)
		if err = errors.Join(err, wrong); err == nil && p.beside {
			held, err = p.besideFiles(cmd.Context(), s, held)
		}
		return s, p.planned.over(held), err
	}
	if err != nil {
		return nil, nil, err
	}
	held, err := p.run.live(cmd.Context(), &p.signIn, s)
	if err != nil {
		return s, held, err
	}
	return s, p.planned.over(held), nil
}

// isLive reports whether live accounts are read.
func (p *auditRun) isLive() bool { return p.live && len(p.files) == 0 }

// besideFiles reads the accounts that no file holds. An account that a file only
// says could not be entered is one of them.
func (p *auditRun) besideFiles(ctx context.Context, s *spec.Spec, held *snapshot.Snapshot) (*snapshot.Snapshot, error) {
	holds := func(id string) bool { return held.Accounts[id] != nil && held.Accounts[id].WhyUnread() == "" }
	accounts, err := p.accountsOf(p.run, s)
	if err != nil {
		return nil, err
	}
	accounts = slices.DeleteFunc(accounts, func(a collect.Account) bool { return holds(a.ID) })
	if len(accounts) == 0 {
		return held, nil
	}
	live, err := p.reading(ctx, func(options collect.Options) (*snapshot.Snapshot, error) {
		options.Beside = held
		return collect.Snapshot(ctx, accounts, options)
	})
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(live.Accounts, func(id string, _ *snapshot.Account) bool { return holds(id) }) // whose a profile was, nobody knew before
	p.read = slices.Sorted(maps.Keys(live.Accounts))
	return held.Overlay(live), nil
}

// matches refuses names that narrow the audit to what nobody read: an audit of
// less than was asked for is not one. Where an account did not show its buckets,
// nobody knows, and the audit is incomplete.
func (p *auditRun) matches(held *snapshot.Snapshot) error {
	var problems []error
	for _, id := range p.accounts {
		if held.Accounts[id] == nil {
			problems = append(problems, unheld("account", id, slices.Sorted(maps.Keys(held.Accounts))))
		}
	}
	buckets := p.bucketsOf(held)
	for _, name := range p.buckets {
		if !slices.Contains(buckets, name) {
			problems = append(problems, unheld("bucket", name, buckets))
		}
	}
	if len(problems) > 0 && p.unlisted(held) {
		p.incomplete = true
		p.complain(errors.Join(problems...))
		return nil
	}
	return errors.Join(problems...)
}

// unlisted reports whether a live account did not show its buckets, or could not
// be entered.
func (p *auditRun) unlisted(held *snapshot.Snapshot) bool {
	if len(held.Lacks) > 0 || held.Interrupted {
		return true
	}
	for id, account := range held.Accounts {
		live := p.isLive() || slices.Contains(p.read, id)
		if live && !account.Lists("buckets") && (len(p.accounts) == 0 || slices.Contains(p.accounts, id)) {
			return true
		}
	}
	return false
}

// bucketsOf lists the buckets of the accounts that are audited.
func (p *auditRun) bucketsOf(held *snapshot.Snapshot) []string {
	var names []string
	for id, account := range held.Accounts {
		if account == nil || len(p.accounts) > 0 && !slices.Contains(p.accounts, id) {
			continue
		}
		for name, b := range account.Buckets {
			if b != nil {
				names = append(names, name)
			}
		}
	}
	return slices.Sorted(slices.Values(names))
}

func unheld(flag, name string, known []string) error {
	if similar := diag.Nearest(name, known); similar != "" {
		return problem("cli-similar-"+flag, "name", name, "similar", similar)
	}
	return problem("cli-no-"+flag, "name", name)
}
