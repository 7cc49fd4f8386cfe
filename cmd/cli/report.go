package cli

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/report"
)

// A verdict turns an audit into an exit status.
type verdict struct {
	failOn          string
	allowIncomplete bool
	words           []string
}

func (v *verdict) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&v.failOn, "fail-on", strings.Join(audit.DefaultFailOn, ","),
		"`LIST` of outcomes, severities, surplus groups or checks that make the exit status 1; none, any")
	cmd.Flags().BoolVar(&v.allowIncomplete, "allow-incomplete", false, "exit with 0, not 3, where something could not be read")
}

// check reads the list.
func (v *verdict) check() (err error) {
	v.words, err = audit.ParseFailOn(v.failOn)
	if err != nil {
		return problemWith("cli-fail-on", err)
	}
	return nil
}

// A reportRun is one run of report.
type reportRun struct {
	output
	verdict
	living
}

func (r *run) report() *cobra.Command {
	p := &reportRun{output: output{run: r}}
	cmd := &cobra.Command{
		Use:   "report AUDIT",
		Short: "a saved audit in another format",
		Long: `Report writes an audit that was saved with --format json in another format, and
exits as that audit did if it is given the same --fail-on and
--allow-incomplete, which are not saved. --baseline and --suppress count as they
do there.`,
		Example: `  repligrant audit spec.yaml --format json --output audit.json
  repligrant report audit.json --format markdown
  repligrant report audit.json --format sarif --output repligrant.sarif
  repligrant report audit.json --format asff --security-hub-region eu-west-1`,
		Args: oneAudit,
		RunE: func(cmd *cobra.Command, args []string) error { return p.do(cmd, args[0]) },
	}
	cmd.Flags().SortFlags = false
	p.addAuditFormat(cmd)
	p.addFile(cmd)
	p.verdict.add(cmd)
	p.living.add(cmd)
	return cmd
}

// oneAudit wants one audit; that there may be several is promised.
func oneAudit(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return problem("cli-several-audits")
	}
	return oneArgument("AUDIT", "audit.json")(cmd, args)
}

func (p *reportRun) do(cmd *cobra.Command, file string) error {
	if err := errors.Join(p.output.check(report.KindAudit), p.verdict.check()); err != nil {
		return err
	}
	in := &inputs{run: p.run}
	a, err := in.audit("AUDIT", file)
	if err := errors.Join(err, p.known(cmd, in)); err != nil {
		return err
	}
	if p.all && !a.ListsGranted() {
		fmt.Fprintln(p.Stderr, "repligrant: "+report.Visible(p.note("cli-not-all", "file", file, "n", strconv.Itoa(a.Summary.Requirements.Granted))))
	}
	p.apply(cmd, a, p.today())
	return p.finish(&p.output, a, p.all)
}

// finish writes an audit and sets the exit status, which no format changes.
func (v *verdict) finish(o *output, a *audit.Audit, all bool) error {
	look := o.options()
	look.All, look.FailOn, look.AllowIncomplete = all, v.words, v.allowIncomplete
	if err := o.stream(func(w io.Writer) error { return report.Audit(w, a, look) }); err != nil {
		return err
	}
	o.status = a.Status(v.words, v.allowIncomplete)
	return nil
}
