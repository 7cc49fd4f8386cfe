package policy_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
)

// TestErrorText: why a document has no reading can be translated, by a key that the
// package lists.
func TestErrorText(t *testing.T) {
	_, err := policy.Parse([]byte(`{"Stotement": []}`))
	e, ok := errors.AsType[*policy.Error](err)
	if !ok || e.Text().String() != e.What || e.Text().Key != "policy-element" {
		t.Fatalf("the error is %v, with the text %+v", err, e.Text())
	}
	if !slices.ContainsFunc(policy.Texts(), func(listed diag.Text) bool { return listed.Key == e.Text().Key }) {
		t.Errorf("key %s is not listed", e.Text().Key)
	}
	if got := policy.Wrong(err); got.Key != "policy-wrong" || got.Args["problem_key"] != "policy-element" || got.String() != err.Error() {
		t.Errorf("with its place it is %q of %s, want %q", got, got.Key, err)
	}
	if got := policy.Wrong(errors.New("closed")); got.Key != "" || got.String() != "closed" {
		t.Errorf("an error of somebody else is %q of %q", got, got.Key)
	}
}

// TestUniverseText: so can why policies cannot be compared.
func TestUniverseText(t *testing.T) {
	_, err := policy.Compare(policy.New(), policy.New(), policy.Universe{Resource: "acme-logs"})
	keyed, ok := err.(interface{ Text() diag.Text })
	if !ok || keyed.Text().Key != "compare.universe-short" || keyed.Text().String() != err.Error() {
		t.Errorf("the error is %v, want one with the text compare.universe-short", err)
	}
}

// TestRecognize: a snapshot holds why a document has no reading as a string, and an
// [policy.Open] what a decision depends on. Both can be said in another language yet.
func TestRecognize(t *testing.T) {
	for _, tt := range []struct{ why, key, problem string }{
		{`1:24: Sid is a string`, "policy-wrong", "policy-text"},
		{`1:46: Action is a string or a list of strings`, "policy-wrong", "policy-texts"},
		{`12:30: "Effects" is not an element of a statement`, "policy-wrong", "policy-statement-element"},
		{`1:8: '}' where a value should be`, "policy-wrong", "policy-unexpected"},
		{`1:6: the document ends where ':' should be`, "policy-wrong", "policy-ends"},
		{`1:6: what nobody says`, "policy-wrong", ""},
		{`statement 2: there is no Principal`, "compare.doubt", "open.no-principal"},
		{`statement 0: Resource arn:aws:s3:* has too few parts`, "compare.doubt", "open.short"},
		{`statement 0: there is no operator StringLiek`, "compare.doubt", "value-operator"},
		{`statement 0: aws_iam_policy.p`, "compare.doubt", ""},
		{`the name of the caller's session is not known`, "open.session", ""},
		{"AccessDenied", "", ""},
		{"", "", ""},
	} {
		got := policy.Recognize(tt.why)
		if problem := got.Args["problem_key"]; got.String() != tt.why || got.Key != tt.key || problem != tt.problem {
			t.Errorf("%q is %q of %q with %q, want %q with %q", tt.why, got, got.Key, problem, tt.key, tt.problem)
		}
	}
	if got := policy.Recognize(`1:8: '}' where a value should be`).Args["problem.want_key"]; got != "policy-want.value" {
		t.Errorf("what should be there has the key %q", got)
	}
}
