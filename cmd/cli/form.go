package cli

import (
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/planner/awscli"
	"github.com/repligrant/repligrant/planner/cloudformation"
	"github.com/repligrant/repligrant/planner/target"
	"github.com/repligrant/repligrant/planner/terraform"
	"github.com/repligrant/repligrant/report"
	"github.com/repligrant/repligrant/spec"
)

// A form writes a plan for a tool.
type form struct {
	one   func(*planner.Plan, hints) ([]byte, error) // nil: there are only files
	files func(*planner.Plan, hints) (map[string][]byte, error)
	whole bool // it writes policies of buckets whole, with what others have in them
}

// Hints are what a plan does not say: names of a SPEC, and the language.
type hints struct {
	accounts map[string]string // names of accounts, by ID
	regions  map[string]string // Regions of buckets, by name
	say      target.Speaker
}

func hintsOf(s *spec.Spec) hints {
	h := hints{accounts: map[string]string{}, regions: map[string]string{}}
	for _, a := range s.Accounts {
		h.accounts[a.ID.Value] = a.Name.Value
	}
	for _, b := range s.Buckets {
		h.regions[b.Name.Value] = b.Region.Value
	}
	return h
}

// forms are the formats of a plan that tools take.
var forms = map[string]form{
	report.CLI: {
		one: func(p *planner.Plan, h hints) ([]byte, error) {
			return awscli.Script(p, awscli.Options{Accounts: h.accounts, Say: h.say})
		},
		files: func(p *planner.Plan, h hints) (map[string][]byte, error) {
			return awscli.Files(p, awscli.Options{Accounts: h.accounts, Say: h.say})
		},
	},
	report.Terraform: {
		files: func(p *planner.Plan, h hints) (map[string][]byte, error) {
			return terraform.Files(p, terraform.Options{Regions: h.regions, Say: h.say})
		},
	},
	report.CloudFormation: {
		files: func(p *planner.Plan, h hints) (map[string][]byte, error) {
			return cloudformation.Files(p, cloudformation.Options{Accounts: h.accounts, Regions: h.regions, Say: h.say})
		},
		whole: true,
	},
}

// writeForm writes a plan as the files of a form, or as the one text that it has.
func (p *planRun) writeForm(f form, plan *planner.Plan, s *spec.Spec) error {
	h := hintsOf(s)
	h.say = p.catalogue().Say
	p.sayOffers(plan, f.whole)
	if p.directory == "" && f.one != nil {
		text, err := f.one(plan, h)
		if err != nil {
			return err
		}
		return p.writeText(text)
	}
	files, err := f.files(plan, h)
	if err != nil {
		return err
	}
	if p.directory == "" {
		return problem("cli-several-files", "format", p.format, "files", strings.Join(slices.Sorted(maps.Keys(files)), ", "))
	}
	return p.writeFolder(p.directory, files)
}
