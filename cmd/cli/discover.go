package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/repligrant/repligrant/discover"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/report"
	"github.com/repligrant/repligrant/snapshot"
)

// A discoverRun is one run of discover.
type discoverRun struct {
	output
	signIn
	files     []string
	liveFlags []string
}

func (r *run) discover() *cobra.Command {
	p := &discoverRun{output: output{run: r}}
	cmd := &cobra.Command{
		Use:   "discover",
		Short: "write a SPEC from what live accounts (or a snapshot) replicate today",
		Long: `Discover writes a SPEC of every replication rule that it finds. It guesses
nothing: what was not read is left out, and what a SPEC cannot say is a comment
in it, with the reason. What is odd (destinations that are unknown, missing,
made anew or outside of the organization, chains, disabled rules) is a comment
in the SPEC and a line on standard error. It only ever reads.

With --organization it discovers all accounts of an organization: those that the
account of --profile lists, by assuming --role-name in each.

Exit status: 3 if an account could not be entered, its buckets could not be
listed, what a bucket replicates could not be read, a bucket or account that was
asked for was not found, a rule is a comment because no SPEC can say it, or no
rule was found at all; the SPEC is written all the same.`,
		Example: `  repligrant discover --profile prod --profile backup --output spec.yaml
  repligrant discover --organization --profile management --role-name repligrant-audit
  repligrant discover --snapshot snapshot.json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.do(cmd) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringArrayVar(&p.files, "snapshot", nil, "discover in a `FILE` that collect wrote; repeatable, later over earlier")
	p.liveFlags = p.add(cmd)
	flags.StringArrayVar(&p.buckets, "bucket", nil, "`NAME` of a source bucket to write; repeatable")
	p.addFile(cmd)
	return cmd
}

func (p *discoverRun) do(cmd *cobra.Command) error {
	if err := p.checkFlags(cmd); err != nil {
		return err
	}
	held, err := p.held(cmd.Context())
	if err != nil {
		return err
	}
	draft := discover.From(held, discover.Options{Accounts: p.accounts, Buckets: p.buckets})
	say := func(t diag.Text) string { return p.catalogue().Say(t.Said()) }
	if err := p.write(func(b *bytes.Buffer) error {
		b.Write(draft.Encode(say))
		return nil
	}); err != nil {
		return err
	}
	for _, t := range draft.Notices() {
		fmt.Fprintln(p.Stderr, "repligrant: "+report.Visible(say(t)))
	}
	if draft.Incomplete || p.incomplete {
		p.status = statusIncomplete
	}
	return nil
}

func (p *discoverRun) checkFlags(cmd *cobra.Command) error {
	problems := []error{p.output.check(""), p.signIn.check(nil)}
	for _, name := range p.liveFlags {
		if len(p.files) > 0 && cmd.Flags().Changed(name) {
			problems = append(problems, problem("cli-with-snapshot", "flag", "--"+name))
		}
	}
	return errors.Join(problems...)
}

// held is what the snapshots hold, or else the accounts.
func (p *discoverRun) held(ctx context.Context) (*snapshot.Snapshot, error) {
	if len(p.files) > 0 {
		return (&inputs{run: p.run}).snapshots(p.files)
	}
	return p.live(ctx, &p.signIn, nil)
}
