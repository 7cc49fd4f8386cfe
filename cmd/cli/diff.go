package cli

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/repligrant/repligrant/audit"
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
		Short: "what changed between two audits or two plans",
		Long: `Diff compares two audits, or two plans, that were saved with --format json.

Of audits it says which findings are new, changed and gone, and which rules and
requirements are decided otherwise. A finding is gone only if the new audit
decides what it is about; else it is not known any more. With --all, audits list
what is granted, and diff compares that too.

Plans it compares document by document, and says what is granted and refused
more and less, with a request that shows it, and which rules come, go or change.
It decides that for all requests, as compare does: other words for the same are
no change.

Exit status: 0 no change, 1 changes, 2 wrong input, 3 nothing changes for
certain, and something is not known any more or could not be decided.`,
		Example: `  repligrant audit spec.yaml --all --format json --output monday.json
  repligrant audit spec.yaml --all --format json --output tuesday.json
  repligrant diff monday.json tuesday.json
  repligrant plan old.yaml --format json --output old.json
  repligrant plan new.yaml --format json --output new.json
  repligrant diff old.json new.json
  repligrant diff old.json new.json --format markdown --output comment.md`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return problem("cli-two-files", "count", strconv.Itoa(len(args)))
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
	was, wrongOld := in.saved("OLD", before)
	is, wrongNew := in.saved("NEW", now)
	if err := errors.Join(wrongOld, wrongNew); err != nil {
		return err
	}
	switch {
	case was.audit && is.plan:
		return problem("cli-audit-and-plan")
	case was.plan && is.audit:
		return problem("cli-plan-and-audit")
	case was.audit || is.audit:
		return d.audits(was, is)
	default:
		return d.plans(was, is)
	}
}

func (d *diffRun) plans(before, now saved) error {
	was, wrongOld := planner.Read(before.name, before.data)
	is, wrongNew := planner.Read(now.name, now.data)
	if err := errors.Join(wrongOld, wrongNew); err != nil {
		return err
	}
	difference, err := planner.Compare(was, is)
	if err != nil {
		return err
	}
	d.status = statusOfDifference(difference.Certain(), difference.Changed())
	return d.write(func(b *bytes.Buffer) error { return report.Difference(b, difference, d.options()) })
}

func (d *diffRun) audits(before, now saved) error {
	was, wrongOld := report.ReadAudit(before.name, before.data)
	is, wrongNew := report.ReadAudit(now.name, now.data)
	if err := errors.Join(wrongOld, wrongNew); err != nil {
		return err
	}
	difference, err := audit.Compare(was, is)
	if err != nil {
		return err
	}
	d.status = statusOfDifference(difference.Certain(), difference.Open())
	return d.write(func(b *bytes.Buffer) error { return report.Changes(b, difference, d.options()) })
}

// statusOfDifference is the exit status where something changes for certain, or
// may have.
func statusOfDifference(certain, open bool) int {
	switch {
	case certain:
		return statusFailed
	case open:
		return statusIncomplete
	default:
		return statusDone
	}
}

// A saved is a file that an earlier run wrote.
type saved struct {
	name        string
	data        []byte
	audit, plan bool // it begins as one does
}

// saved reads a file, and looks what it is. What is wrong with it its own reader says.
func (in *inputs) saved(what, file string) (saved, error) {
	name, data, err := in.read(what, file, max(planner.MaxSize, report.MaxAudit))
	if err != nil {
		return saved{}, err
	}
	if err := otherKind(what, name, data); err != nil {
		return saved{}, err
	}
	schema := report.SchemaOf(data)
	return saved{name, data, strings.HasPrefix(schema, "repligrant.audit/"), strings.HasPrefix(schema, "repligrant.plan/")}, nil
}
