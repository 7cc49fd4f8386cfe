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
}
