package planner_test

import (
	"encoding/json"
	"testing"

	"github.com/repligrant/repligrant/planner"
)

// FuzzMerge lays a plan into whatever others wrote: it is refused, or merging
// again changes nothing.
func FuzzMerge(f *testing.F) {
	for _, text := range []string{
		doc("2012-10-17", tls, console, ours), doc("2008-10-17", onlyTags), `{"Statement":` + tls + `}`, "{}", "[]", "",
		config(role, ourRule, otherRule), `{"Policy":"{\"Statement\":[]}"}`, doc("2012-10-17", `{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}`),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, target := range []string{source, destination} {
			held, configuration := planner.ParseHeld("have.json", []byte(text))
			merge := func(h planner.Held) (*planner.Plan, error) {
				have := planner.Existing{Policies: map[string]planner.Held{target: h}}
				if configuration {
					have = planner.Existing{Configurations: map[string]planner.Held{target: h}}
				}
				p := planText(t, "spec.yaml", []byte(mergeSpec))
				return p, p.Merge(have)
			}
			p, err := merge(held)
			if err != nil {
				continue
			}
			for _, d := range mergedOf(p, target) {
				if !json.Valid(d.Merged) {
					t.Fatalf("merged, it is no JSON: %s", d.Merged)
				}
				held.Text = d.Merged
				again, err := merge(held)
				if err != nil {
					t.Fatalf("merging again: %v\n%s", err, d.Merged)
				}
				for _, e := range mergedOf(again, target) {
					if e.Change != planner.NoChange {
						t.Fatalf("merging again gives %s:\n%s", e.Change, e.Diff)
					}
				}
			}
		}
	})
}
