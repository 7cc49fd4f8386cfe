package cli

import (
	"context"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/policy/simulate"
)

// statusMore is compare's exit status where the first policy grants more.
const statusMore = 1

// A compareRun is one run of compare.
type compareRun struct {
	lineRun
	universe policy.Universe
}

func (r *run) compare() *cobra.Command {
	c := &compareRun{lineRun: lineRun{output: output{run: r}, answerer: &simulate.Comparer{}}}
	cmd := &cobra.Command{
		Use:   "compare [A B|FILE|-]",
		Short: "decide whether one policy grants no more than another",
		Long: `Compare decides how what policy A allows lies to what policy B allows: equal,
subset, superset, incomparable, or unknown. It looks at all requests, not at
samples: every action, every resource, every principal, every value of every
condition key. Where one policy allows more, a request shows it. It contacts
nothing. docs/compare.md describes what is compared.

With two files, which hold one policy each, it prints one line of JSON. With
one file or none it reads lines with two policies each, and writes one line
with the relation for each, in order.

Exit status with two files: 0 if A grants no more than B, 1 if it does, 3 if
that cannot be known. With lines: 0 if every line was decided, 1 if some line
was answered with an error. 2 if the command line or a file is wrong.`,
		Example: `  repligrant compare new-policy.json old-policy.json
  repligrant compare a.json b.json --action 's3:Get*' --resource 'arn:aws:s3:::acme-logs/*'
  repligrant compare pairs.jsonl --output relations.jsonl`,
		Args: twoAtMost("policies", "new-policy.json old-policy.json"),
		RunE: func(cmd *cobra.Command, args []string) error { return c.do(cmd.Context(), args) },
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().StringArrayVar(&c.universe.Actions, "action", nil, "compare only what `PATTERN` matches; may be repeated")
	cmd.Flags().StringVar(&c.universe.Resource, "resource", "", "compare only resources that `PATTERN` matches")
	c.addFile(cmd)
	return cmd
}

func (c *compareRun) do(ctx context.Context, args []string) error {
	if len(args) == 2 {
		return c.files(args[0], args[1])
	}
	switch {
	case c.universe.Actions != nil:
		return problem("cli-lines-universe", "flag", "--action")
	case c.universe.Resource != "":
		return problem("cli-lines-universe", "flag", "--resource")
	}
	return c.lineRun.do(ctx, args)
}

// files compares two policies that have a file each.
func (c *compareRun) files(a, b string) error {
	if err := c.check(""); err != nil {
		return err
	}
	in := inputs{run: c.run}
	first, errA := in.policy("A", a)
	second, errB := in.policy("B", b)
	if err := errors.Join(errA, errB); err != nil {
		return err
	}
	compared, err := policy.Compare(first, second, c.universe)
	if err != nil {
		return err
	}
	c.status = statusOf(compared.A)
	return c.stream(func(to io.Writer) error {
		if _, err := to.Write(simulate.EncodeComparison(compared)); err != nil {
			return unwritten(err)
		}
		return nil
	})
}

// statusOf is the exit status for what the first policy grants beyond the second.
func statusOf(e policy.Excess) int {
	switch {
	case e.None():
		return statusDone
	case e.Witness != nil:
		return statusMore
	default:
		return statusIncomplete
	}
}

// policy reads a file with one policy, which may be URL-encoded as IAM returns it.
func (in *inputs) policy(what, file string) (*policy.Document, error) {
	name, data, err := in.read(what, file, simulate.MaxLine)
	if err != nil {
		return nil, err
	}
	if len(data) > simulate.MaxLine {
		return nil, problem("cli-policy-size", "file", name, "limit", strconv.Itoa(simulate.MaxLine))
	}
	d, err := policy.ParseEncoded(strings.TrimPrefix(string(data), "\ufeff"))
	if other := otherKind(what, name, data); err != nil && other != nil {
		return nil, other
	}
	if e, ok := errors.AsType[*policy.Error](err); ok {
		return nil, &diag.Diagnostic{Pos: diag.Pos{File: name, Line: e.Line, Column: e.Column}, Message: e.Text()}
	}
	return d, err
}
