package cli

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/report"
)

// A diffRun is one run of diff.
type diffRun struct {
	output
}

func (r *run) diff() *cobra.Command {
	d := &diffRun{output{run: r}}
	cmd := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "what changed between two plans",
		Long: `Diff compares two plans that were saved with --format json, document by document,
and says what is granted and refused more and less, with a request that shows
it, and which rules come, go or change. It decides that for all requests, as
compare does: other words for the same are no change.

Exit status: 0 no change, 1 changes, 2 wrong input, 3 whether something changes
could not be decided.`,
		Example: `  repligrant plan old.yaml --format json --output old.json
  repligrant plan new.yaml --format json --output new.json
  repligrant diff old.json new.json
  repligrant diff old.json new.json --format markdown --output comment.md`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return problem("cli-two-plans", "count", strconv.Itoa(len(args)))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return d.do(args[0], args[1]) },
	}
	cmd.Flags().SortFlags = false
	d.addFormat(cmd, report.KindDifference)
	d.addFile(cmd)
	return cmd
}

func (d *diffRun) do(before, now string) error {
	if err := d.check(report.KindDifference); err != nil {
		return err
	}
	in := &inputs{run: d.run}
	was, wrongOld := in.plan("OLD", before)
	is, wrongNew := in.plan("NEW", now)
	if err := errors.Join(wrongOld, wrongNew); err != nil {
		return err
	}
	difference, err := planner.Compare(was, is)
	if err != nil {
		return err
	}
	d.status = statusOfDifference(difference)
	return d.write(func(b *bytes.Buffer) error { return report.Difference(b, difference, d.options()) })
}

// statusOfDifference is the exit status for what changed between two plans.
func statusOfDifference(d *planner.Difference) int {
	switch {
	case d.Certain():
		return statusFailed
	case d.Changed():
		return statusIncomplete
	default:
		return statusDone
	}
}

// plan reads a saved plan.
func (in *inputs) plan(what, file string) (*planner.Plan, error) {
	name, data, err := in.read(what, file, planner.MaxSize)
	if err != nil {
		return nil, err
	}
	return planner.Read(name, data)
}
