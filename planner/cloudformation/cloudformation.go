// Package cloudformation writes a plan as CloudFormation templates. What a
// template cannot give to something that exists without taking its other
// settings away is a file of statements, to be put where the rest of the policy
// is. This package writes text and contacts nothing.
package cloudformation

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/planner/target"
)

// Options say what a plan does not. The zero Options is for buckets that lie in
// one Region.
type Options struct {
	Accounts map[string]string // names of accounts, by ID
	Regions  map[string]string // Regions of buckets, by name
	Say      target.Speaker    // the language of the README; templates are in English
}

// Files returns the templates of p by file name, a file for the policy of each
// key and access point, and a README.md with the order in which they are to be
// applied. The error is about what a template cannot hold as it is; it has a key,
// see [diag.Of].
func Files(p *planner.Plan, o Options) (map[string][]byte, error) {
	targets, err := target.Of(p)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	stacks := stacksOf(targets, o)
	for _, s := range stacks {
		if files[s.file()], err = s.text(); err != nil {
			return nil, err
		}
		s.size = len(files[s.file()])
	}
	statements := statementsOf(targets, o)
	for _, s := range statements {
		if s.file == "" {
			continue
		}
		if files[s.file], err = s.text(); err != nil {
			return nil, err
		}
	}
	files["README.md"] = readme(p, stacks, statements, o)
	return files, nil
}

// A kind is a kind of template.
type kind struct {
	name  string // ends the names of its files
	step  int
	title string
	types []target.Type
}

// The steps of application, as the plan numbers them.
const (
	stepRoles          = 1
	stepDestinations   = 2
	stepConfigurations = 3
)

// kinds are the templates, in the order of application.
var kinds = []kind{
	{"roles", stepRoles, "Roles and users of S3 replication, with their policies", []target.Type{target.Role, target.User}},
	{"destination", stepDestinations, "Bucket policies that let replicas in", []target.Type{target.Bucket}},
	{"rules", stepConfigurations, "Replication rules of source buckets", []target.Type{target.Source}},
}

// A stack is a template, and where it is applied.
type stack struct {
	kind
	account string // ID
	owner   string // name of the account
	region  string // of the buckets in it; "" if there is none, or nobody knows
	size    int    // of the template, in bytes
	several bool   // the account has a stack of this kind in other Regions too
	targets []*target.Target

	ids      map[*target.Target]string // names of the targets within the template
	reserved map[string]bool           // the same names, which nothing else may have
}

// file is ACCOUNT-KIND.json, with the Region where there are several.
func (s *stack) file() string {
	if s.several && s.region != "" {
		return s.owner + "-" + s.region + "-" + s.name + ".json"
	}
	return s.owner + "-" + s.name + ".json"
}

// stacksOf returns the stacks in the order of application. A stack works in one
// Region; that of roles can be any.
func stacksOf(targets []*target.Target, o Options) []*stack {
	var stacks []*stack
	for _, k := range kinds {
		for _, t := range targets {
			if !slices.Contains(k.types, t.Type) {
				continue
			}
			region := o.Regions[t.Name]
			if k.step == 1 {
				region = ""
			}
			i := slices.IndexFunc(stacks, func(s *stack) bool {
				return s.name == k.name && s.account == t.Account && s.region == region
			})
			if i < 0 {
				i = len(stacks)
				stacks = append(stacks, &stack{kind: k, account: t.Account, owner: o.name(t.Account), region: region})
			}
			stacks[i].targets = append(stacks[i].targets, t)
		}
	}
	for _, s := range stacks {
		s.several = slices.ContainsFunc(stacks, func(other *stack) bool {
			return other != s && other.name == s.name && other.account == s.account
		})
		s.ids, s.reserved = logicalIDs(s.targets), map[string]bool{}
		for _, id := range s.ids {
			s.reserved[id] = true
		}
	}
	return stacks
}

// A template is the JSON form of one.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html.
type template struct {
	Version     string               `json:"AWSTemplateFormatVersion"`
	Description string               `json:"Description"`
	Parameters  map[string]parameter `json:"Parameters,omitempty"`
	Conditions  map[string]any       `json:"Conditions,omitempty"`
	Resources   map[string]resource  `json:"Resources"`
}

type parameter struct {
	Type          string   `json:"Type"`
	AllowedValues []string `json:"AllowedValues"`
	Default       string   `json:"Default,omitempty"`
	Description   string   `json:"Description"`
}

type resource struct {
	Type                string         `json:"Type"`
	Condition           string         `json:"Condition,omitempty"`
	DeletionPolicy      string         `json:"DeletionPolicy,omitempty"`
	UpdateReplacePolicy string         `json:"UpdateReplacePolicy,omitempty"`
	Properties          map[string]any `json:"Properties"`
}

// text returns the template of s as JSON, in lines if it fits.
func (s *stack) text() ([]byte, error) {
	t, err := s.template()
	if err != nil {
		return nil, err
	}
	if n := len(t.Resources); n > maxResources {
		return nil, tooMany(s.file(), n)
	}
	text, err := encode(t)
	if err != nil {
		return nil, err
	}
	if err := checkReferences(s.file(), text); err != nil {
		return nil, err
	}
	if text, err = fit(text); err != nil {
		return nil, err
	}
	if len(text) > maxBytes {
		return nil, tooLarge(s.file(), len(text))
	}
	return text, nil
}

// fit takes the lines of a template that is too large with them together.
func fit(text []byte) ([]byte, error) {
	if len(text) <= maxBytes {
		return text, nil
	}
	var compact bytes.Buffer
	err := json.Compact(&compact, text)
	return append(compact.Bytes(), '\n'), err
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return target.Escape(b.Bytes()), nil
}

// name is the name of an account, or its ID.
func (o Options) name(id string) string {
	if name := o.Accounts[id]; fileName.MatchString(name) {
		return name
	}
	return id
}
