package cli

import (
	"bytes"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/report"
	"github.com/repligrant/repligrant/spec"
)

// wholePlan is the file beside the documents that has all that the plan says.
const wholePlan = "plan.json"

// A planRun is one run of plan.
type planRun struct {
	output
	directory string
	account   string
	explain   bool
	merge     mergeFlag

	keyPolicies string // otherAccounts or allKeys
}

// The values of --key-policies.
const (
	otherAccounts = "other"
	allKeys       = "all"
)

func (r *run) plan() *cobra.Command {
	p := &planRun{output: output{run: r}}
	cmd := &cobra.Command{
		Use:   "plan SPEC",
		Short: "documents for every rule; contacts nothing",
		Long: `Plan writes what has to be applied: the trust policy and the smallest policy of
each replication role, the destination bucket policies, the replication
configurations, and the policies of writers, in the order of application. It
contacts nothing.`,
		Example: `  repligrant plan spec.yaml
  repligrant plan spec.yaml --explain
  repligrant plan spec.yaml --account backup --format markdown
  repligrant plan spec.yaml --format cli --output apply.sh
  repligrant plan spec.yaml --output-dir out
  repligrant plan spec.yaml --output-dir out --format terraform
  repligrant plan spec.yaml --merge snapshot.json
  repligrant plan spec.yaml --merge arn:aws:s3:::acme-orders-copy=policy.json`,
		Args: oneArgument("SPEC", "spec.yaml"),
		RunE: func(cmd *cobra.Command, args []string) error { return p.do(cmd, args[0]) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	p.addFormat(cmd, report.KindPlan)
	p.addFile(cmd)
	flags.StringVar(&p.directory, "output-dir", "", "write each document, or the files of a format, to `DIR`")
	flags.BoolVar(&p.explain, "explain", false, "say why each action is there, what breaks without it, and AWS's page")
	flags.StringVar(&p.account, "account", "", "only what the account of that `NAME` applies")
	flags.StringVar(&p.keyPolicies, "key-policies", otherAccounts, "statements for key policies: `WHICH` of other, for keys outside the role's account, and all")
	p.merge.add(cmd)
	return cmd
}

func (p *planRun) do(cmd *cobra.Command, file string) error {
	if err := p.checkFlags(cmd); err != nil {
		return err
	}
	in := &inputs{run: p.run}
	s, err := in.spec(file)
	if err != nil {
		return err
	}
	plan, err := planner.Options{AllKeyPolicies: p.keyPolicies == allKeys}.New(s)
	if err != nil {
		return err
	}
	owner, err := p.owner(s, plan)
	if err != nil {
		return err
	}
	if len(p.merge.values) > 0 {
		if err := p.merge.apply(in, plan); err != nil {
			return err
		}
	}
	if owner != "" {
		plan.Keep(owner)
	}
	p.blocked(plan)
	if f, ok := forms[p.format]; ok {
		return p.writeForm(f, plan, s)
	}
	if p.directory != "" {
		files, err := folder(plan)
		if err != nil {
			return err
		}
		var whole bytes.Buffer
		o := p.options()
		o.Format = report.JSON
		if err := report.Plan(&whole, plan, o); err != nil {
			return err
		}
		files[wholePlan] = whole.Bytes()
		return p.writeFolder(p.directory, files)
	}
	return p.stream(func(w io.Writer) error { return report.Plan(w, plan, p.options()) })
}

func (p *planRun) checkFlags(cmd *cobra.Command) error {
	if p.keyPolicies != otherAccounts && p.keyPolicies != allKeys {
		return problem("cli-bad-key-policies", "value", p.keyPolicies)
	}
	_, isForm := forms[p.format]
	kind := report.KindPlan
	if isForm {
		kind = "" // report does not write it
	}
	if err := p.check(kind); err != nil {
		return err
	}
	switch {
	case p.directory == "":
		return nil
	case cmd.Flags().Changed("output"):
		return problem("cli-output-twice")
	case isForm:
		return nil
	case cmd.Flags().Changed("format") && p.format != report.JSON:
		return problem("cli-output-format", "format", p.format)
	}
	return nil
}

func (p *planRun) options() report.Options {
	o := p.output.options()
	o.Explain = p.explain
	return o
}

// owner returns the ID of the account that --account names, by its name in the
// spec or by ID; "" without the flag. One that owns no more than a key has a part
// of the plan and no name.
func (p *planRun) owner(s *spec.Spec, plan *planner.Plan) (string, error) {
	if p.account == "" || slices.ContainsFunc(plan.Documents, func(d planner.Document) bool { return d.Account == p.account }) {
		return p.account, nil
	}
	name := accountName(s, p.account)
	if name == "" {
		return "", unknownAccount(s, p.account)
	}
	a, _ := s.Account(name)
	return a.ID.Value, nil
}
