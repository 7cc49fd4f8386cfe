package report_test

import (
	"strings"
	"testing"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/report"
)

// warningOf is a warning as plan writes it.
func warningOf(t *testing.T, code string, args map[string]diag.Text) planner.Warning {
	t.Helper()
	for _, text := range planner.Texts() {
		if text.Key != code {
			continue
		}
		for name, arg := range args {
			text = text.With(name, arg)
		}
		return planner.Warning{Code: code, Message: text.String(), Args: text.Args}
	}
	t.Fatalf("plan has no warning %s", code)
	return planner.Warning{}
}

// Data in a sentence is code, whatever it looks like, and words of ours are not,
// though they have a dot.
func TestMarkdownKnowsDataFromWords(t *testing.T) {
	datum := diag.Datum
	tests := []struct {
		name string
		code string
		args map[string]diag.Text
		want string
	}{
		{
			"a rule and a bucket with names of words", "kms-objects-left-out",
			map[string]diag.Text{"rule": datum("objects"), "from": datum("new")},
			"rule `objects` leaves out objects that KMS encrypts, and `new` encrypts new objects so by default",
		},
		{
			"a prefix of words", "prefix-has-star",
			map[string]diag.Text{"what": diag.Text{Key: "what.rule", English: "rule {rule}"}.With("rule", datum("all of it")), "prefix": datum("keys with * and, at the end: more.")},
			"rule `all of it`: prefix `keys with * and, at the end: more.` is plain text, and its `*` is a character of the keys",
		},
		{
			"a name with backticks", "kms-objects-left-out",
			map[string]diag.Text{"rule": datum("a` b"), "from": datum("{rule}")},
			"rule ``a` b`` leaves out objects that KMS encrypts, and `{rule}` encrypts new objects",
		},
		{
			"a number of things, and names in brackets", "role-policies-managed",
			map[string]diag.Text{"role": datum("large"), "count": datum("3"), "names": datum("inline"), "limit": datum("10")},
			"the policies of `large` are too large together to be inline, so that they are 3 managed policies (`inline`); AWS attaches 10 by default",
		},
		{
			"words of ours with a dot", "writer-long-lived-keys",
			map[string]diag.Text{"writer": datum("user")},
			"writer `user` is a user with access keys that do not expire; Security Hub's IAM.2 and IAM.3 ask for a role instead",
		},
		{
			"what is to be written into a file stays code", "replicas-owned-by-source",
			map[string]diag.Text{"rule": datum("r"), "to": datum("b"), "account": datum("444455556666")},
			"the source's account `444455556666`, and the bucket's owner may not read them; write `object_ownership: bucket-owner-enforced`",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := &planner.Plan{Schema: planner.Schema, Warnings: []planner.Warning{warningOf(t, tt.code, tt.args)}}
			if got := planAs(t, p, report.Options{Format: report.Markdown}); !strings.Contains(got, tt.want) {
				t.Errorf("the warning lacks\n%s\nin\n%s", tt.want, got)
			}
		})
	}
}

// A saved plan may say something else under a key than this version would: what
// was said is shown, and no part of it is lost.
func TestMarkdownShowsWhatWasSaid(t *testing.T) {
	w := planner.Warning{Code: "kms-objects-left-out", Message: "bucket acme.logs says more", Args: map[string]string{"from": "acme.logs"}}
	p := &planner.Plan{Schema: planner.Schema, Warnings: []planner.Warning{w}}
	if got := planAs(t, p, report.Options{Format: report.Markdown}); !strings.Contains(got, "bucket `acme.logs` says more") {
		t.Errorf("the warning is not as it was said:\n%s", got)
	}
}
