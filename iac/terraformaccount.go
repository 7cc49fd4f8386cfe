package iac

import (
	"cmp"
	"maps"
	"slices"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
)

// accounts finds the account of every provider that a resource needs.
func (t *terraform) accounts() {
	t.signIn()
	seen := map[string]bool{}
	for _, r := range t.list {
		if !matters(r) {
			continue
		}
		r.account = cmp.Or(t.signedIn[r.provider], t.given)
		first := !seen[r.provider]
		seen[r.provider] = true
		if first && r.account != "" && t.signedIn[r.provider] == "" {
			t.presumed = append(t.presumed, "provider:"+provider(r)+"="+r.account)
		}
		if first && r.account == "" {
			t.problems = append(t.problems, problems.At(diag.Pos{File: t.file, Line: 1, Column: 1}, "iac-provider-account",
				"provider", provider(r), "address", r.path, "flag", "--terraform-plan"))
		}
		if r.account != "" && !slices.Contains(t.layer.Accounts, r.account) {
			t.layer.Accounts = append(t.layer.Accounts, r.account)
		}
	}
	slices.Sort(t.layer.Accounts)
	if len(t.presumed) > 1 { // one account was given for several providers
		t.layer.Taken = append(t.layer.Taken, t.presumed...)
	}
	t.checkGiven()
}

// signIn finds the accounts, and partitions, of providers that the plan tells:
// whom a provider is seen to be comes first, then what its block says.
func (t *terraform) signIn() {
	t.signedIn, t.partitions = map[string]string{}, map[string]string{}
	note := func(provider, id string) {
		if id != "" && t.signedIn[provider] == "" {
			t.signedIn[provider] = id
		}
	}
	for _, r := range t.list {
		if r.kind == "aws_caller_identity" {
			id, _ := r.at("account_id").value.(string)
			note(r.provider, id)
		}
	}
	for key, p := range t.plan.Configuration.Providers {
		note(key, t.stated(p))
	}
	for _, r := range t.list {
		a := told(r)
		note(r.provider, a.Account)
		if t.partitions[r.provider] == "" {
			t.partitions[r.provider] = a.Partition
		}
	}
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
	if id := t.accountIn(p, p.Expressions["allowed_account_ids"]); id != "" {
		return id
	}
	for _, block := range []string{"assume_role", "assume_role_with_web_identity"} {
		if roles, _ := p.Expressions[block].([]any); len(roles) > 0 {
			last, _ := roles[len(roles)-1].(map[string]any)
			return t.accountIn(p, last["role_arn"])
		}
	}
	return ""
}

// accountIn is the one account that an expression names: its value does, or that
// of the one variable in it that holds an account ID or an ARN.
func (t *terraform) accountIn(p providerConfig, expression any) string {
	e, _ := expression.(map[string]any)
	values := []any{e["constant_value"]}
	for _, ref := range references(expression) {
		values = append(values, t.variable(p, ref))
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

// told is the ARN of a resource that its provider makes in its own account; a
// policy or key that is looked up may be another's, and policies of AWS itself
// are of no account.
func told(r *resource) arn.ARN {
	switch r.kind {
	case "aws_iam_role", "aws_iam_user", "aws_iam_policy", "aws_kms_key":
		id, _ := r.at("arn").value.(string)
		if a, err := arn.Parse(id); err == nil && arn.IsAccountID(a.Account) && !r.isData() {
			return a
		}
	}
	return arn.ARN{}
}
