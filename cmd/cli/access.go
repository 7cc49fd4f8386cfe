package cli

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/report"
)

// An accessRun is one run of access.
type accessRun struct {
	output
	directory string
	auditors  []string
}

func (r *run) access() *cobra.Command {
	a := &accessRun{output: output{run: r}}
	cmd := &cobra.Command{
		Use:   "access SPEC",
		Short: "least-privilege policies for the auditor and for the operator who sets replication up",
		Long: `Access writes what people need to be allowed, in each account of the SPEC and for
nothing but what it names: the auditor, to read what an audit reads, and the
operator, to apply what a plan holds. It contacts nothing, and it never writes
an external ID: a placeholder, parameter or variable stands for it.`,
		Example: `  repligrant access spec.yaml
  repligrant access spec.yaml --auditor arn:aws:iam::777788889999:role/ci
  repligrant access spec.yaml --format cloudformation --output stackset.json
  repligrant access spec.yaml --format terraform --output-dir access`,
		Args: oneArgument("SPEC", "spec.yaml"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.do(cmd, args[0]) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	a.addFormat(cmd, report.KindAccess)
	a.addFile(cmd)
	flags.StringVar(&a.directory, "output-dir", "", "write each document, or the files of a format, to `DIR`")
	flags.StringArrayVar(&a.auditors, "auditor", nil, "`ARN` of who assumes the roles by which the SPEC signs in; repeatable")
	return cmd
}

func (a *accessRun) do(cmd *cobra.Command, file string) error {
	if err := a.checkFlags(cmd); err != nil {
		return err
	}
	in := &inputs{run: a.run}
	s, err := in.spec(file)
	if err != nil {
		return err
	}
	access, err := planner.NewAccess(s, planner.AccessOptions{Auditors: a.auditors})
	if err != nil {
		return err
	}
	switch {
	case a.format == report.CloudFormation && a.directory == "":
		return a.writeText(access.CloudFormation())
	case a.format == report.CloudFormation:
		return a.writeFolder(a.directory, map[string][]byte{"access.template.json": access.CloudFormation()})
	case a.format == report.Terraform && a.directory == "":
		files := slices.Sorted(maps.Keys(access.Terraform()))
		return problem("cli-several-files", "format", a.format, "files", strings.Join(files, ", "))
	case a.format == report.Terraform:
		return a.writeFolder(a.directory, access.Terraform())
	case a.directory != "":
		return a.writeFolder(a.directory, access.Files())
	}
	return a.write(func(b *bytes.Buffer) error { return report.Access(b, access, a.options()) })
}

func (a *accessRun) checkFlags(cmd *cobra.Command) error {
	kind := report.KindAccess
	if slices.Contains(report.Forms(kind), a.format) {
		kind = "" // report does not write it
	}
	problems := []error{a.check(kind)}
	for _, auditor := range a.auditors {
		if !planner.IsAuditor(auditor) {
			problems = append(problems, problem("cli-auditor", "value", auditor))
		}
	}
	if a.directory != "" && cmd.Flags().Changed("output") {
		problems = append(problems, problem("cli-output-twice"))
	}
	return errors.Join(problems...)
}
