package audit_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/repligrant/repligrant/audit"
)

// forgettable are facts of which one is not read in most worlds.
var forgettable = []string{
	"", "", srcPolicy, dstPolicy, destination + " > PublicAccessBlockConfiguration", destination + " > ServerSideEncryptionConfiguration", dstKey + " > Policy",
	srcKey + " > Policy", foreign + " > organization", own + " > organization", role + " > Tags", role + " > RoleId", foreign, role, trust, destination + " > OwnershipControls",
}

// ofRule is all that an audit says of whether one rule works.
type ofRule struct {
	Verdicts []audit.RuleVerdict
	Actions  []audit.Permissions
	Granted  []string
	Findings []string
}

func ruleIn(out *audit.Audit, name string) ofRule {
	var is ofRule
	for _, r := range out.Rules {
		if r.Rule == name {
			is.Verdicts = append(is.Verdicts, r)
		}
	}
	for _, p := range out.Permissions {
		if p.Rule == name {
			is.Actions = append(is.Actions, p)
		}
	}
	for _, g := range out.Granted {
		if g.Rule == name {
			is.Granted = append(is.Granted, g.Requirement)
		}
	}
	for _, f := range out.Findings {
		for _, id := range append(slices.Clone(f.Requirements), f.Requirement) {
			if !strings.HasPrefix(id, name+"/") {
				continue
			}
			document := f.Document
			if f.Outcome == audit.Unknown || f.Check == "role-not-found" { // the role may serve rules and jobs: one finding names the policy as it was met first
				document = ""
			}
			is.Findings = append(is.Findings, strings.Join([]string{string(f.Outcome), f.Check, id, string(document), string(f.Coverage)}, " "))
		}
	}
	slices.Sort(is.Findings)
	slices.Sort(is.Granted)
	is.Findings = slices.Compact(is.Findings)
	return is
}

// isAside reports whether a finding is about an action of which nobody knows whether
// it is allowed, and that is no finding of the rule alone: what is advised is named
// where something else, of other rules too, hangs on the same.
func (is ofRule) isAside(finding string) bool {
	words := strings.Fields(finding)
	if words[0] != string(audit.Unknown) || slices.Contains(is.Findings, finding) {
		return false
	}
	for _, p := range is.Actions {
		for action, kinds := range p.Actions {
			if strings.Contains(words[2], "/"+action) && slices.Contains(slices.Collect(maps.Values(kinds)), audit.Unknown) {
				return true
			}
		}
	}
	return false
}

// TestRuleAlone audits several rules, and each on its own: what is said of one does
// not depend on the others.
func TestRuleAlone(t *testing.T) {
	met := map[string]bool{}
	rapid.Check(t, func(r *rapid.T) {
		w := manyRules(t, r)
		spec := rapid.Bool().Draw(r, "spec")
		w.drawRules(r, spec)
		if fact := rapid.SampledFrom(forgettable).Draw(r, "unread"); fact != "" {
			w.put(fact, "")
		}
		whole := w.ofRules(spec, w.rules...)
		for _, one := range w.rules {
			want, got := ruleIn(w.ofRules(spec, one), one.Name), ruleIn(whole, one.Name)
			got.Findings = slices.DeleteFunc(got.Findings, want.isAside)
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				r.Fatalf("among others rule %s is judged otherwise than alone (-alone +among others):\n%s\nrule: %+v", one.Name, diff, one)
			}
			want.note(met)
		}
	})
	want := []string{"advice", "blocked", "degraded", "fails", "granted", "missing", "replicates", "unknown"}
	if got := slices.Sorted(maps.Keys(met)); !slices.Equal(got, want) {
		t.Errorf("of outcomes and verdicts only %v are met, want %v", got, want)
	}
}

// note keeps which outcomes and verdicts there are.
func (is ofRule) note(met map[string]bool) {
	for _, p := range is.Actions {
		for _, kinds := range p.Actions {
			for _, o := range kinds {
				met[string(o)] = true
			}
		}
	}
	for _, v := range is.Verdicts {
		met[string(v.Verdict)] = true
	}
}

// TestWhichKey: a role may serve buckets that do not tell their keys. Each is a finding
// of its own, with its own ID: none hides what hangs on another.
func TestWhichKey(t *testing.T) {
	w := clean(t)
	const untold = `{"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}`
	w.put(otherSource, bucket("us-east-1", "null", "null"))
	w.put(rolePolicy, document(`{"Effect": "Allow", "Action": "*", "Resource": "*"}`))
	w.put(own+" > keys", "{}")
	w.put(foreign+" > keys", "{}")
	w.put(dstKey, keyWith(document(encrypts)))
	for _, path := range []string{source, otherSource} {
		w.put(path+" > ServerSideEncryptionConfiguration", untold)
	}
	w.rules[0].KMSObjects, w.rules[0].ReplicaKMSKey = true, dstKeyARN
	orders := w.rules[0]
	orders.Name, orders.From.Name = "orders", "acme-orders"
	w.rules = append(w.rules, orders)
	got, ids := map[string][]string{}, map[string]bool{}
	for _, f := range w.audit().Findings {
		if f.Key == "permission-unknown/which-key" {
			got[f.From], ids[f.ID] = f.Requirements, true
		}
	}
	want := map[string][]string{
		"acme-logs":   {"logs/acme-logs/acme-logs-copy/kms:Decrypt/source/*/object"},
		"acme-orders": {"orders/acme-orders/acme-logs-copy/kms:Decrypt/source/*/object"},
	}
	if diff := cmp.Diff(want, got); diff != "" || len(ids) != 2 {
		t.Errorf("of keys that nobody knows, %d findings hold (-want +got):\n%s", len(ids), diff)
	}
}
