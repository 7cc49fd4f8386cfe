package terraform_test

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/planner/terraform"
	"github.com/repligrant/repligrant/replication"
)

// A policy of others is written as hclwrite would format it, however deep it
// is and however wide its names are on a screen.
func TestAnyDocumentIsFormatted(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text, err := json.Marshal(anyJSON(r, 4))
		if err != nil {
			r.Fatal(err)
		}
		d := document(replication.DestinationKMSKeyPolicy, owner1, keyARN, "key-policy", onKey)
		d.Merged = text
		filesOf(r, &planner.Plan{Documents: []planner.Document{d}}, terraform.Options{})
	})
}

// anyJSON draws a value of so many levels at most.
func anyJSON(r *rapid.T, levels int) any {
	texts := rapid.SampledFrom([]string{"", "a", "Sid", "Statement", "aws:PrincipalArn", "日本", "é$", "${a}", "\n", "\"", "=", "{", "\U0001f600", "#"})
	kind := rapid.IntRange(0, 6).Draw(r, "kind")
	if levels == 0 {
		kind = min(kind, 3)
	}
	switch kind {
	case 0:
		return texts.Draw(r, "text")
	case 1:
		return rapid.IntRange(-9, 9999).Draw(r, "number")
	case 2:
		return rapid.Bool().Draw(r, "truth")
	case 3:
		return nil
	case 4:
		list := make([]any, rapid.IntRange(0, 3).Draw(r, "length"))
		for i := range list {
			list[i] = anyJSON(r, levels-1)
		}
		return list
	default:
		object := map[string]any{}
		for range rapid.IntRange(0, 4).Draw(r, "attributes") {
			object[texts.Draw(r, "name")] = anyJSON(r, levels-1)
		}
		return object
	}
}
