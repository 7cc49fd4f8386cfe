package iac

import (
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
)

// MaxPlan is the size of the largest Terraform plan that is read, in bytes.
const MaxPlan = 256 << 20

// A plan is what `terraform show -json PLAN` prints, as far as it is read.
//
// See https://developer.hashicorp.com/terraform/internals/json-format.
type plan struct {
	FormatVersion string              `json:"format_version"`
	Errored       bool                `json:"errored"`
	Complete      *bool               `json:"complete"`
	Variables     map[string]variable `json:"variables"`
	Changes       []plannedChange     `json:"resource_changes"`
	Deferred      []any               `json:"deferred_changes"`
	Invocations   []invocation        `json:"action_invocations"`
	PriorState    struct {
		Values struct {
			Root stateModule `json:"root_module"`
		} `json:"values"`
	} `json:"prior_state"`
	Configuration struct {
		Providers map[string]providerConfig `json:"provider_config"`
		Root      configModule              `json:"root_module"`
	} `json:"configuration"`
	Planned any `json:"planned_values"`
}

// An invocation is an action of a provider that the plan calls.
type invocation struct {
	Address string `json:"address"`
	Type    string `json:"type"`
}

type variable struct {
	Value any `json:"value"`
}

type plannedChange struct {
	Address string `json:"address"`
	Module  string `json:"module_address"`
	Mode    string `json:"mode"`
	Type    string `json:"type"`
	Name    string `json:"name"`
	Index   any    `json:"index"`
	Deposed string `json:"deposed"`
	Change  struct {
		Actions   []string `json:"actions"`
		Before    any      `json:"before"`
		After     any      `json:"after"`
		Unknown   any      `json:"after_unknown"`
		Sensitive any      `json:"after_sensitive"`
	} `json:"change"`
}

type stateModule struct {
	Address   string `json:"address"`
	Resources []struct {
		Address string         `json:"address"`
		Mode    string         `json:"mode"`
		Type    string         `json:"type"`
		Name    string         `json:"name"`
		Index   any            `json:"index"`
		Values  map[string]any `json:"values"`
	} `json:"resources"`
	Children []stateModule `json:"child_modules"`
}

type providerConfig struct {
	Name        string         `json:"name"`
	FullName    string         `json:"full_name"`
	Alias       string         `json:"alias"`
	Module      string         `json:"module_address"`
	Expressions map[string]any `json:"expressions"`
}

type configModule struct {
	Resources []configResource      `json:"resources"`
	Calls     map[string]moduleCall `json:"module_calls"`
	Outputs   map[string]struct {
		Expression any `json:"expression"`
	} `json:"outputs"`
}

type configResource struct {
	Address      string         `json:"address"`
	Provider     string         `json:"provider_config_key"`
	Expressions  map[string]any `json:"expressions"`
	ForEach      any            `json:"for_each_expression"`
	Provisioners []provisioner  `json:"provisioners"`
}

type provisioner struct {
	Type string `json:"type"`
}

type moduleCall struct {
	Expressions map[string]any `json:"expressions"`
	ForEach     any            `json:"for_each_expression"`
	Module      configModule   `json:"module"`
}

func decodePlan(file string, data []byte, p *plan) *diag.Diagnostic {
	if problem := readable(file, data, "iac-not-json", MaxPlan); problem != nil {
		return problem
	}
	if problem := decodeJSON(file, data, p); problem != nil {
		return problem
	}
	pos := diag.Pos{File: file, Line: 1, Column: 1}
	switch {
	case p.FormatVersion != "" && !strings.HasPrefix(p.FormatVersion, "1."):
		return problems.At(pos, "iac-version", "version", p.FormatVersion)
	case p.FormatVersion == "" || p.Changes == nil && p.Planned == nil:
		return problems.At(pos, "iac-state")
	case p.Errored:
		return problems.At(pos, "iac-errored")
	}
	return nil
}
