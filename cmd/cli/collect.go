package cli

import (
	"bytes"
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/repligrant/repligrant/report"
	"github.com/repligrant/repligrant/snapshot"
)

// A collectRun is one run of collect.
type collectRun struct {
	output
	signIn
}

func (r *run) collect() *cobra.Command {
	p := &collectRun{output: output{run: r}}
	cmd := &cobra.Command{
		Use:   "collect [SPEC]",
		Short: "read live accounts into a snapshot file",
		Long: `Collect reads the accounts that a SPEC names, or all replication that it finds,
into a snapshot, which audit takes in place of the accounts. What may not be
read is kept as such. It only ever reads.

Exit status: 3 if an account could not be entered or the collection was
interrupted; the snapshot is written all the same.`,
		Example: `  repligrant collect spec.yaml --output snapshot.json
  repligrant collect --profile prod --output prod.json`,
		Args: oneAtMost("SPEC", "spec.yaml"),
		RunE: func(cmd *cobra.Command, args []string) error { return p.do(cmd.Context(), args) },
	}
	cmd.Flags().SortFlags = false
	p.add(cmd)
	p.addFile(cmd)
	addLater(cmd, "redact")
	return cmd
}

func (p *collectRun) do(ctx context.Context, args []string) error {
	if err := p.output.check(""); err != nil {
		return err
	}
	in := &inputs{run: p.run}
	s, err := in.specOf(args)
	if err == nil {
		err = p.signIn.check(s)
	}
	if err != nil {
		return err
	}
	held, err := p.live(ctx, &p.signIn, s)
	if err != nil {
		return err
	}
	if err := p.write(func(b *bytes.Buffer) error { return encode(b, held) }); err != nil {
		return err
	}
	for _, account := range unread(held) {
		p.incomplete = true
		fmt.Fprintln(p.Stderr, "repligrant: "+report.Visible(p.note("cli-account-unread", "account", account)))
	}
	if p.incomplete {
		p.status = statusIncomplete
	}
	return nil
}

func encode(b *bytes.Buffer, s *snapshot.Snapshot) error {
	data, err := snapshot.Encode(s)
	b.Write(data)
	return err
}
