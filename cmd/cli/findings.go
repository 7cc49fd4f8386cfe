package cli

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/report"
	"github.com/repligrant/repligrant/suppress"
)

// A living is how a team lives with findings: what it knows already, and what it
// has decided to accept.
type living struct {
	baseline, suppress string // files, "" for none
	all                bool

	before  *audit.Audit
	entries []suppress.Entry
}

func (l *living) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&l.baseline, "baseline", "", "`AUDIT` that was saved as JSON: only findings that it lacks count")
	flags.StringVar(&l.suppress, "suppress", "", "`FILE` of findings that are accepted, each with reason, owner and expiry")
	flags.BoolVar(&l.all, "all", false, "granted requirements too, and nothing folded or shortened")
}

// known reads both files. The error has the problems of both.
func (l *living) known(cmd *cobra.Command, in *inputs) error {
	var wrong, wrongEntries error
	if cmd.Flags().Changed("baseline") {
		l.before, wrong = in.audit("baseline", l.baseline)
	}
	if cmd.Flags().Changed("suppress") {
		l.entries, wrongEntries = in.suppressions(l.suppress)
	}
	return errors.Join(wrong, wrongEntries)
}

// apply marks findings of an audit as known or suppressed.
func (l *living) apply(cmd *cobra.Command, a *audit.Audit, today string) {
	if cmd.Flags().Changed("suppress") {
		a.Suppress(l.entries, today)
	}
	if l.before != nil {
		a.Against(l.baseline, l.before)
	}
}

// audit reads a saved audit.
func (in *inputs) audit(what, file string) (*audit.Audit, error) {
	name, data, err := in.read(what, file, report.MaxAudit)
	if err != nil {
		return nil, err
	}
	a, err := report.ReadAudit(name, data)
	return a, instead(what, name, data, err)
}

func (in *inputs) suppressions(file string) ([]suppress.Entry, error) {
	name, data, err := in.read("suppressions", file, suppress.MaxSize)
	if err != nil {
		return nil, err
	}
	entries, err := suppress.Parse(name, data, audit.CheckNames())
	return entries, instead("suppressions", name, data, err)
}

// today is the day by which entries expire, in UTC, so that it is the same day
// for everybody.
func (r *run) today() string { return r.Now().UTC().Format(time.DateOnly) }
