package iac_test

import (
	"maps"
	"testing"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/iac"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/snapshot"
)

const denyAll = `"{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}}"`

// doubts is why nobody knows a document, or one of its statements.
func doubts(d snapshot.Document) string {
	if known, ok := d.Get(); ok {
		return known.Doubt()
	}
	return d.Why()
}

// A policy of a role or user that is known only after apply may be for all of
// that account: what it says is in doubt there.
func TestForSomebody(t *testing.T) {
	for kind, tt := range map[string]struct{ attribute, after string }{
		"aws_iam_role_policy":            {"role", `"name": "p", "policy": ` + denyAll},
		"aws_iam_user_policy":            {"user", `"name": "p", "policy": ` + denyAll},
		"aws_iam_role_policy_attachment": {"role", `"policy_arn": "arn:aws:iam::aws:policy/AWSDenyAll"`},
		"aws_iam_user_policy_attachment": {"user", `"policy_arn": "arn:aws:iam::aws:policy/AWSDenyAll"`},
	} {
		t.Run(kind, func(t *testing.T) {
			a, l := after(t, "", change(kind+".x", "create", "null", "{"+tt.after+"}", `{"`+tt.attribute+`": true}`))
			if len(l.Left) != 1 {
				t.Errorf("left: %v, want the policy", l.Left)
			}
			for id, policies := range policiesOf(a) {
				d, ok := policies[kind+".x"]
				if want := id == userU == (tt.attribute == "user"); ok != want {
					t.Errorf("%s has the policy: %v, want %v", id, ok, want)
				}
				if address, later := fact.Address(doubts(d)); ok && (!later || address != kind+".x."+tt.attribute) {
					t.Errorf("the policy of %s is not in doubt because of its target: %q", id, doubts(d))
				}
			}
		})
	}
}

// policiesOf are the inline and attached policies of all roles and users.
func policiesOf(a *snapshot.Account) map[string]map[string]snapshot.Document {
	out := map[string]map[string]snapshot.Document{}
	note := func(id string, m fact.Value[map[string]snapshot.Document]) {
		if out[id] == nil {
			out[id] = map[string]snapshot.Document{}
		}
		maps.Copy(out[id], m.Or(nil))
	}
	for id, r := range a.Roles {
		note(id, r.InlinePolicies)
		note(id, r.AttachedPolicies)
	}
	for id, u := range a.Users {
		note(id, u.InlinePolicies)
		note(id, u.AttachedPolicies)
	}
	return out
}

// Of a list of roles that is open in part, the known ones have the policy for
// certain, and the others perhaps.
func TestAttachedToSomebody(t *testing.T) {
	text := change("aws_iam_policy_attachment.x", "create", "null", `{"policy_arn": "arn:aws:iam::`+owner+`:policy/q", "roles": ["r", null]}`, `{"roles": [false, true]}`)
	document := change("aws_iam_policy.q", "create", "null", `{"arn": "arn:aws:iam::`+owner+`:policy/q", "name": "q", "policy": `+denyAll+`}`, "{}")
	a, _ := after(t, "", document, text)
	held := policiesOf(a)
	if d, ok := held[roleR]["arn:aws:iam::"+owner+":policy/q"].Get(); !ok || d.Doubt() != "" || d.Statements[0].Effect != policy.Deny {
		t.Errorf("role r has %v, want the policy for certain", held[roleR])
	}
	if d, ok := held[roleS]["aws_iam_policy_attachment.x"].Get(); !ok || d.Doubt() == "" {
		t.Errorf("role s has %v, want the policy in doubt", held[roleS])
	}
}

// Whose policies, or groups, are taken over is not known: those of all may be.
func TestTakenOverOfSomebody(t *testing.T) {
	a, _ := after(t, "", change("aws_iam_role_policies_exclusive.x", "create", "null", `{"policy_names": []}`, `{"role_name": true}`),
		change("aws_iam_user_group_membership.x", "create", "null", `{"groups": ["g"]}`, `{"user": true}`))
	if d, ok := a.Roles[roleR].InlinePolicies.Or(nil)["old"]; !ok || d.Read() {
		t.Errorf("the policy of role r is %v, want one of which nobody knows whether it stays", d)
	}
	if a.Users[userU].GroupPolicies.Read() {
		t.Error("the policies of the user's groups are known, and the user may be the one that joins others")
	}
}

// What is not attached to anybody new changes nobody.
func TestNobodyInDoubt(t *testing.T) {
	destroyed := change("aws_iam_role_policy.x", "delete", `{"name": "p", "policy": `+denyAll+`}`, "null", "{}")
	l, err := iac.Terraform("plan.json", []byte(planText(destroyed, "")), owner)
	if err != nil {
		t.Fatal(err)
	}
	for id, policies := range policiesOf(l.Over(held()).Accounts[owner]) {
		if _, ok := policies["aws_iam_role_policy.x"]; ok {
			t.Errorf("%s has a policy that is destroyed", id)
		}
	}
}

// A policy of a template for a role or user that nobody can know may be for all of
// that account too.
func TestTemplateForSomebody(t *testing.T) {
	const denies = "PolicyDocument: { Version: 2012-10-17, Statement: [{ Effect: Deny, Action: '*', Resource: '*' }] }"
	for name, tt := range map[string]struct{ kind, owners, because string }{
		"one of the roles":       {"AWS::IAM::ManagedPolicy", "Roles: [!ImportValue Who]", "Roles"},
		"all of the roles":       {"AWS::IAM::ManagedPolicy", "Roles: !ImportValue Who", "Roles"},
		"all of the users":       {"AWS::IAM::ManagedPolicy", "Users: !ImportValue Who", "Users"},
		"inline, of roles":       {"AWS::IAM::Policy", "PolicyName: old, Roles: [!ImportValue Who]", "Roles"},
		"inline, of one role":    {"AWS::IAM::RolePolicy", "PolicyName: old, RoleName: !ImportValue Who", "RoleName"},
		"inline, of one user":    {"AWS::IAM::UserPolicy", "PolicyName: old, UserName: !ImportValue Who", "UserName"},
		"of a role that is here": {"AWS::IAM::ManagedPolicy", "Roles: [!Ref Made]", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a, l := lay(t, "Resources:\n  Made: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: {} } }\n  P: { Type: "+tt.kind+", Properties: { "+tt.owners+", "+denies+" } }\n", stack, held())
			if len(l.Left) == 0 {
				t.Error("nothing is left, and the policy is for somebody unknown")
			}
			found := false
			for id, policies := range policiesOf(a) {
				d, ok := policies["P"]
				found = found || ok
				if want := tt.because != "" && id == userU == (tt.because[0] == 'U'); ok != want {
					t.Errorf("%s has the policy: %v, want %v", id, ok, want)
				}
				if address, later := fact.Address(doubts(d)); ok && (!later || address != "P."+tt.because) {
					t.Errorf("the policy of %s is not in doubt because of its target: %q", id, doubts(d))
				}
			}
			if found != (tt.because != "") {
				t.Errorf("somebody has the policy: %v", found)
			}
		})
	}
}
