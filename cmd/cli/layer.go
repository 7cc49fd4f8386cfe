package cli

import (
	"errors"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/iac"
	"github.com/repligrant/repligrant/report/safe"
	"github.com/repligrant/repligrant/snapshot"
	"github.com/repligrant/repligrant/spec"
)

// A planned is the planned infrastructure of a command line.
type planned struct {
	plans      []string // [ACCOUNT=]FILE
	templates  []string // likewise
	parameters []string // NAME=VALUE, for templates

	found  []*iac.Layer
	layers []audit.Layer // what the audit has to know of found
}

func (p *planned) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&p.plans, "terraform-plan", nil, "`[ACCOUNT=]FILE` of terraform show -json to lay over what is read; repeatable")
	flags.StringArrayVar(&p.templates, "cloudformation", nil, "`[ACCOUNT=]FILE` of a template to lay over what is read; repeatable")
	flags.StringArrayVar(&p.parameters, "parameter", nil, "`NAME=VALUE` of a parameter of the templates, also of AWS::Region; repeatable")
}

func (p *planned) given() bool { return len(p.plans)+len(p.templates) > 0 }

// A layerFile is how one kind of planned infrastructure is read.
type layerFile struct {
	what  string
	limit int
	parse func(file string, data []byte, account string) (*iac.Layer, error)
}

// read reads all files, templates over plans. S may be nil. The error has the
// problems of all of them.
func (p *planned) read(in *inputs, s *spec.Spec, assume []string) error {
	var problems []error
	for _, value := range p.plans {
		problems = append(problems, p.one(in, s, value, layerFile{"terraform plan", iac.MaxPlan, iac.Terraform}))
	}
	values, err := p.values()
	problems = append(problems, err)
	parse := func(file string, data []byte, account string) (*iac.Layer, error) {
		return iac.CloudFormation(file, data, iac.Stack{
			Account: account, Partition: partitionOf(s, account), Parameters: values, Defaults: slices.Contains(assume, assumeDefaults),
		})
	}
	for _, value := range p.templates {
		problems = append(problems, p.one(in, s, value, layerFile{"template", iac.MaxTemplate, parse}))
	}
	err = errors.Join(problems...)
	if err == nil {
		err = p.unused(values)
	}
	return err
}

// assumeDefaults is how --assume accepts the defaults of parameters.
const assumeDefaults = "defaults"

// values are the values of parameters by name.
func (p *planned) values() (map[string]string, error) {
	values := map[string]string{}
	for _, pair := range p.parameters {
		name, value, ok := strings.Cut(pair, "=")
		if _, twice := values[name]; !ok || name == "" || twice {
			return nil, problem("cli-bad-parameter", "value", pair)
		}
		values[name] = value
	}
	if len(p.parameters) > 0 && len(p.templates) == 0 {
		return nil, problem("cli-parameter-alone")
	}
	return values, nil
}

// unused refuses a parameter that no template has.
func (p *planned) unused(values map[string]string) error {
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(values)) {
		var known []string
		for _, l := range p.found {
			known = append(known, l.Parameters...)
		}
		if !slices.Contains(known, name) {
			slices.Sort(known)
			problems = append(problems, problem("cli-unknown-parameter", "name", name, "known", strings.Join(slices.Compact(known), ", ")))
		}
	}
	return errors.Join(problems...)
}

// partitionOf is the partition of an account, "" where no SPEC says it.
func partitionOf(s *spec.Spec, account string) string {
	if s == nil {
		return ""
	}
	for _, a := range s.Accounts {
		owns := func(b spec.Bucket) bool { return b.Account.Value == a.Name.Value && b.Region.Value != "" }
		if a.ID.Value == account && (a.Partition.Value != "" || slices.ContainsFunc(s.Buckets, owns)) {
			return s.Partition(a.Name.Value)
		}
	}
	return ""
}

func (p *planned) one(in *inputs, s *spec.Spec, value string, f layerFile) error {
	account, file, err := accountAndFile(s, value)
	if err != nil {
		return err
	}
	name, data, err := in.read(f.what, file, f.limit)
	if err != nil {
		return err
	}
	l, err := f.parse(name, data, account)
	if err != nil {
		return instead(f.what, name, data, err)
	}
	l.Owners = ownersOf(s)
	p.found = append(p.found, l)
	return nil
}

// ownersOf are the accounts of the buckets of a SPEC, by name.
func ownersOf(s *spec.Spec) map[string]string {
	owners := map[string]string{}
	if s == nil {
		return owners
	}
	ids := map[string]string{}
	for _, a := range s.Accounts {
		ids[a.Name.Value] = a.ID.Value
	}
	for _, b := range s.Buckets {
		owners[b.Name.Value] = ids[b.Account.Value]
	}
	return owners
}

// accountAndFile splits [ACCOUNT=]FILE. The account is an ID, or a name in the
// SPEC. A file whose own name has a "=" can be written with its directory.
func accountAndFile(s *spec.Spec, value string) (account, file string, err error) {
	name, file, ok := strings.Cut(value, "=")
	if !ok || strings.ContainsAny(name, "/"+string(os.PathSeparator)) {
		return "", value, nil
	}
	if arn.IsAccountID(name) {
		return name, file, nil
	}
	if s != nil {
		for _, a := range s.Accounts {
			if a.Name.Value == name {
				return a.ID.Value, file, nil
			}
		}
	}
	return "", "", problem("cli-planned-account", "name", name, "word", safe.Word("./"+value))
}

// layerOf is what the audit has to know of a layer.
func layerOf(l *iac.Layer) audit.Layer {
	out := audit.Layer{From: l.From, File: l.File, Accounts: l.Accounts, Taken: l.Taken, Places: l.Places}
	for _, x := range l.Left {
		out.Left = append(out.Left, audit.Left{Account: x.Account, Address: x.Address, Kind: x.Type, Pos: x.Pos, Why: x.Why, Unseen: x.Unseen})
	}
	return out
}

// hidesRemovals reports whether a layer may take something away of what was read,
// and does not say so: a template does not tell what its stack had before, so that
// what it has no more stays.
func hidesRemovals(l *iac.Layer, held *snapshot.Snapshot) bool {
	return l.From == iac.FromCloudFormation && held != nil && slices.ContainsFunc(l.Accounts, func(id string) bool { return held.Accounts[id] != nil })
}

// over lays all of it over what was read, in the order of the command line.
func (p *planned) over(held *snapshot.Snapshot) *snapshot.Snapshot {
	for _, l := range p.found {
		l = l.In(held)
		p.layers = append(p.layers, layerOf(l))
		if last := &p.layers[len(p.layers)-1]; hidesRemovals(l, held) {
			last.Taken = append(slices.Clone(last.Taken), "nothing-removed:"+l.File)
		}
		if held != nil {
			held = l.Over(held)
		}
	}
	return held
}
