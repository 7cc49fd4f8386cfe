package iac

import (
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
)

// accounts finds the account of every provider that a resource needs.
func (t *terraform) accounts() {
	t.signedIn = map[string]string{}
	for key, p := range t.plan.Configuration.Providers {
		if id := t.stated(p); id != "" {
			t.signedIn[key] = id
		}
	}
	for _, r := range t.list {
		if id := told(r); id != "" && t.signedIn[r.provider] == "" {
			t.signedIn[r.provider] = id
		}
	}
	seen := map[string]bool{}
	for _, r := range t.list {
		if !matters(r) {
			continue
		}
		r.account = t.signedIn[r.provider]
		if r.account == "" {
			r.account = t.given
		}
		if r.account == "" && !seen[r.provider] {
			seen[r.provider] = true
			t.problems = append(t.problems, problems.At(diag.Pos{File: t.file, Line: 1, Column: 1}, "iac-provider-account",
				"provider", provider(r), "address", r.path, "flag", "--terraform-plan"))
		}
		if r.account != "" && !slices.Contains(t.layer.Accounts, r.account) {
			t.layer.Accounts = append(t.layer.Accounts, r.account)
		}
	}
	slices.Sort(t.layer.Accounts)
	t.checkGiven()
}

func provider(r *resource) string {
	if r.provider == "" {
		return "aws"
	}
	return r.provider
}

// checkGiven refuses an account that no provider needs: where one provider signs
// in to another account, one of the two is an error.
func (t *terraform) checkGiven() {
	if t.given == "" || slices.Contains(t.layer.Accounts, t.given) || len(t.signedIn) == 0 {
		return
	}
	key := slices.Sorted(maps.Keys(t.signedIn))[0]
	t.problems = append(t.problems, problems.At(diag.Pos{File: t.file, Line: 1, Column: 1}, "iac-accounts-differ",
		"provider", key, "found", t.signedIn[key], "given", t.given))
}

// stated is the account that a provider block names: the one that it allows
// alone, or that of the role that it assumes last.
//
// See https://registry.terraform.io/providers/hashicorp/aws/latest/docs.
func (t *terraform) stated(p providerConfig) string {
	if id := t.accountIn(p.Expressions["allowed_account_ids"]); id != "" {
		return id
	}
	roles, _ := p.Expressions["assume_role"].([]any)
	if len(roles) == 0 {
		return ""
	}
	last, _ := roles[len(roles)-1].(map[string]any)
	return t.accountIn(last["role_arn"])
}

// accountIn is the one account that an expression names: its value does, or that
// of the one variable in it that holds an account ID or an ARN.
func (t *terraform) accountIn(expression any) string {
	e, _ := expression.(map[string]any)
	values := []any{e["constant_value"]}
	for _, ref := range references(expression) {
		name, isVariable := strings.CutPrefix(ref, "var.")
		if isVariable {
			values = append(values, t.plan.Variables[name].Value)
		}
	}
	found := ""
	for _, v := range values {
		if list, ok := v.([]any); ok && len(list) == 1 {
			v = list[0]
		}
		text, _ := v.(string)
		if a, err := arn.Parse(text); err == nil {
			text = a.Account
		}
		switch {
		case !arn.IsAccountID(text) || text == found:
		case found != "":
			return ""
		default:
			found = text
		}
	}
	return found
}

// told is the account that a resource says that its provider signs in to.
func told(r *resource) string {
	switch r.kind {
	case "aws_caller_identity":
		id, _ := r.at("account_id").value.(string)
		return id
	case "aws_iam_role", "aws_iam_user", "aws_iam_policy", "aws_kms_key":
		if strings.HasPrefix(r.path, "data.") || strings.Contains(r.path, ".data.") {
			return "" // a policy or key that is looked up may be another's
		}
		id, _ := r.at("arn").value.(string)
		if a, err := arn.Parse(id); err == nil && arn.IsAccountID(a.Account) {
			return a.Account // policies of AWS itself are of no account
		}
	}
	return ""
}
