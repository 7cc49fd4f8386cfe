package discover_test

import (
	"testing"

	"github.com/repligrant/repligrant/discover"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/snapshot"
	"github.com/repligrant/repligrant/spec"
)

// Two buckets that replicate to each other are one rule with two_way. Where both
// halves of it are refused, each is told on its own.
func TestBothHalvesRefused(t *testing.T) {
	half := func(name, to string) string {
		return `"` + name + `": {"Region": "us-east-1", "ReplicationConfiguration": {"Role": "", "Rules": [
			{"ID": "` + name + `", "Prefix": "", "Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::` + to + `"}}]}}`
	}
	held, err := snapshot.Parse("held.json", []byte(`{"schema": "repligrant.snapshot/v1", "accounts": {"111122223333": {
		"Listed": ["buckets"], "buckets": {`+half("acme-orders", "acme-copy")+`, `+half("acme-copy", "acme-orders")+`}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	draft := discover.From(held, discover.Options{})
	told := map[string]string{}
	for _, n := range draft.Notices() {
		if n.Key == "discover-rule-refused" {
			told[n.Args["rule"]] = n.Args["problem"]
		}
	}
	for _, rule := range []string{"acme-orders", "acme-copy"} {
		if got, want := told[rule], "role holds an empty text"; got != want {
			t.Errorf("rule %s is left out because %q, want %q", rule, got, want)
		}
	}
	_, err = spec.Parse("spec.yaml", draft.Encode(diag.Text.String))
	if list := diag.Of(err); len(list) != 1 || list[0].Message.Key != "spec-nothing-to-do" {
		t.Errorf("the SPEC that is left: %v, want that there is nothing to do", err)
	}
}
