package cli

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/planner/cloudformation"
	"github.com/repligrant/repligrant/report"
)

// An accessRun is one run of access.
type accessRun struct {
	output
	directory string
	auditors  []string
	explain   bool
	objects   []string             // s3://BUCKET[/KEY]
	whole     planner.WholeAccount // without a SPEC
}

func (r *run) access() *cobra.Command {
	a := &accessRun{output: output{run: r}}
	cmd := &cobra.Command{
		Use:   "access [SPEC]",
		Short: "least-privilege policies for the auditor and for the operator who sets replication up",
		Long: `Access writes what people need to be allowed, in each account of the SPEC and
for nothing but what it names: the auditor, to read what an audit reads, and the
operator, to apply what a plan holds. It contacts nothing, and it never writes
an external ID: a placeholder, parameter or variable stands for it.

With --explain the auditor may also ask S3 for what it says of objects, as
explain --read-object does: of those in the SPEC's source buckets, or of these
those that --object names. IAM has no permission for that which leaves out what
they hold.

Without a SPEC it is for an audit or a collect without one: the auditor of all
buckets, roles and keys of each --account, and no operator.`,
		Example: `  repligrant access spec.yaml
  repligrant access spec.yaml --auditor arn:aws:iam::777788889999:role/ci
  repligrant access spec.yaml --format cloudformation --output stackset.json
  repligrant access spec.yaml --format terraform --output-dir access
  repligrant access spec.yaml --explain --object s3://acme-orders/2026/a.json
  repligrant access --account 111122223333 --role-name repligrant-audit`,
		Args: oneAtMost("SPEC", "spec.yaml"),
		RunE: a.do,
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	a.addFormat(cmd, report.KindAccess)
	a.addFile(cmd)
	flags.StringVar(&a.directory, "output-dir", "", "write each document, or the files of a format, to `DIR`")
	flags.StringArrayVar(&a.auditors, "auditor", nil, "`ARN` of who assumes the roles by which the SPEC signs in; repeatable")
	flags.BoolVar(&a.explain, "explain", false, "let the auditor ask S3 for objects, for explain --read-object")
	flags.StringArrayVar(&a.objects, "object", nil, "with --explain: `s3://BUCKET[/KEY]` alone; a * at the end is any end; repeatable")
	flags.StringArrayVar(&a.whole.IDs, "account", nil, "without a SPEC: `ID` of an account to read; repeatable")
	flags.StringVar(&a.whole.RoleName, "role-name", "", "without a SPEC: `NAME` of the role that an audit assumes in each account")
	flags.StringVar(&a.whole.ExternalIDEnv, "external-id-env", "", "without a SPEC: `VARIABLE` of the environment that holds the external ID")
	flags.StringVar(&a.whole.Partition, "partition", "aws", "without a SPEC: `ID` of the partition of the accounts")
	return cmd
}

// ofWhole are the flags for access without a SPEC.
var ofWhole = []string{"account", "role-name", "external-id-env", "partition"}

func (a *accessRun) do(cmd *cobra.Command, args []string) error {
	if err := a.checkFlags(cmd, len(args) > 0); err != nil {
		return err
	}
	access, err := a.access(args)
	if err != nil {
		return err
	}
	switch {
	case a.format == report.Terraform && a.directory == "":
		files := slices.Sorted(maps.Keys(access.Terraform()))
		return problem("cli-several-files", "format", a.format, "files", strings.Join(files, ", "))
	case a.format != report.CloudFormation && a.format != report.Terraform && a.directory == "":
		return a.write(func(b *bytes.Buffer) error { return report.Access(b, access, a.options()) })
	}
	a.warn(access.Warnings)
	switch a.format {
	case report.CloudFormation:
		return a.template(access)
	case report.Terraform:
		return a.writeFolder(a.directory, access.Terraform())
	default:
		return a.writeFolder(a.directory, access.Files())
	}
}

// warn says warnings that what is written has no place for.
func (r *run) warn(list []planner.Warning) {
	for _, w := range list {
		said := r.note("cli-warning", "warning", r.catalogue().Say(w.Said()), "code", w.Code)
		if place := w.Position.String(); place != "" {
			said = place + ": " + said
		}
		r.say("", "repligrant: "+report.Visible(said))
	}
}

// template writes the CloudFormation template, and says so if no request holds it.
func (a *accessRun) template(access *planner.Access) error {
	text, err := cloudformation.Access(access)
	if err != nil {
		return err
	}
	if size := len(text); size > cloudformation.MaxInline {
		fmt.Fprintln(a.Stderr, "repligrant: "+report.Visible(a.note("cli-template-large", "size", strconv.Itoa(size), "limit", strconv.Itoa(cloudformation.MaxInline))))
	}
	if a.directory == "" {
		return a.writeText(text)
	}
	return a.writeFolder(a.directory, map[string][]byte{"access.template.json": text})
}

// access is for a SPEC, or for whole accounts.
func (a *accessRun) access(args []string) (*planner.Access, error) {
	o := planner.AccessOptions{Auditors: a.auditors, Explain: a.explain}
	for _, name := range a.objects {
		objects, err := parseObjects(name)
		if err != nil {
			return nil, err
		}
		o.Objects = append(o.Objects, objects)
	}
	if len(args) == 0 {
		return planner.NewWholeAccess(a.whole, o)
	}
	in := &inputs{run: a.run}
	s, err := in.spec(args[0])
	if err != nil {
		return nil, err
	}
	return planner.NewAccess(s, o)
}

// roleName is what IAM takes as the name of a role.
//
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html.
var roleName = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`)

// checkWhole refuses what does not go together, or has no meaning.
func (a *accessRun) checkWhole(cmd *cobra.Command, hasSpec bool) (problems []error) {
	if hasSpec {
		for _, name := range ofWhole {
			if cmd.Flags().Changed(name) {
				problems = append(problems, problem("cli-access-spec", "flag", "--"+name))
			}
		}
		return problems
	}
	if len(a.whole.IDs) == 0 {
		problems = append(problems, problem("cli-access-nothing"))
	}
	for _, id := range a.whole.IDs {
		if !arn.IsAccountID(id) {
			problems = append(problems, problem("cli-account-id", "value", id))
		}
	}
	if p := a.whole.Partition; !arn.IsPartition(p) {
		var known []string
		for _, one := range arn.Partitions {
			known = append(known, one.ID)
		}
		problems = append(problems, problem("cli-bad-partition", "value", p, "known", strings.Join(known, ", ")))
	}
	if cmd.Flags().Changed("role-name") && !roleName.MatchString(a.whole.RoleName) {
		problems = append(problems, problem("cli-bad-role-name", "value", a.whole.RoleName))
	}
	return problems
}

// parseObjects splits s3://BUCKET, s3://BUCKET/KEY and s3://BUCKET/PREFIX*.
func parseObjects(name string) (planner.Objects, error) {
	bucket, ok := strings.CutPrefix(strings.TrimSuffix(name, "/"), "s3://")
	if ok && bucketName.MatchString(bucket) && !otherBucket.MatchString(bucket) {
		return planner.Objects{Bucket: bucket}, nil
	}
	bucket, key, err := parseObject(name)
	begin, prefix := strings.CutSuffix(key, "*")
	return planner.Objects{Bucket: bucket, Key: begin, Prefix: prefix}, err
}

// checkObjects refuses objects without the flag that they are for, and the reverse.
func (a *accessRun) checkObjects(hasSpec bool) error {
	switch {
	case len(a.objects) > 0 && !a.explain:
		return problem("cli-access-object")
	case a.explain && !hasSpec && len(a.objects) == 0:
		return problem("cli-access-explain")
	}
	return nil
}

func (a *accessRun) checkFlags(cmd *cobra.Command, hasSpec bool) error {
	kind := report.KindAccess
	if slices.Contains(report.Forms(kind), a.format) {
		kind = "" // report does not write it
	}
	problems := append([]error{a.check(kind), a.checkObjects(hasSpec)}, a.checkWhole(cmd, hasSpec)...)
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
