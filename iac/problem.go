package iac

import "github.com/repligrant/repligrant/internal/diag"

// problems are what can be wrong with a file of planned infrastructure.
var problems = diag.Table{
	"iac-too-large": {
		Message: diag.Larger,
		Hint:    "plan fewer resources at a time, with -target or in smaller root modules",
	},
	"iac-not-json": {
		Message: "the file is not JSON: {problem}",
		Hint:    "write it with: terraform show -json PLAN > plan.json",
	},
	"iac-too-deep": {Message: "values are nested more than {limit} deep"},
	"iac-type": {
		Message: "{key} is {got}; it should be {want}",
		Hint:    "write the file with: terraform show -json PLAN > plan.json",
	},
	"iac-binary": {
		Message: "the file is a saved plan, which only Terraform reads",
		Hint:    "write it as JSON: terraform show -json PLAN > plan.json",
	},
	"iac-state": {
		Message: "the file is a state, or something else without planned changes",
		Hint:    "write a plan as JSON: terraform plan -out PLAN, then terraform show -json PLAN > plan.json",
	},
	"iac-version": {
		Message: "format_version {version} is none that is known",
		Hint:    "version 1 is read, which Terraform writes since 1.1",
	},
	"iac-no-values": {
		Message: "the plan does not say what {address} is, or was",
		Hint:    "write it with: terraform show -json PLAN > plan.json",
	},
	"iac-twice": {
		Message: "the plan says twice what {address} will be",
		Hint:    "write it with: terraform show -json PLAN > plan.json",
	},
	"iac-errored": {
		Message: "the plan ended with an error, so that changes lack in it",
		Hint:    "mend what terraform plan complains of, and plan again",
	},
	"iac-provider-account": {
		Message: "the plan does not say which account the provider {provider} signs in to; {address} is there",
		Hint:    "write {flag} 111122223333=FILE, or allowed_account_ids into the provider block",
	},
	"iac-accounts-differ": {
		Message: "the provider {provider} signs in to account {found}, and {given} was given",
		Hint:    "give the account of the providers that do not say theirs, or none",
	},
	"iac-template-not-json": {
		Message: "the template is not JSON: {problem}",
		Hint:    "a template that begins with a brace is read as JSON, any other as YAML",
	},
	"iac-duplicate-key": {Message: "the key {key} is here twice", Hint: "keep one of them"},
	"iac-no-template": {
		Message: "there is no template: it has no Resources",
		Hint:    "give a CloudFormation template, and not a change set or a stack",
	},
	"iac-parameter-value": {
		Message: "the parameter {name} does not allow the value {value}",
		Hint:    "it allows: {allowed}",
	},
	"iac-template-account": {
		Message: "a template does not say which account its stack is in",
		Hint:    "write --cloudformation 111122223333=FILE",
	},
}
