package planner_test

import (
	"os"
	"testing"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/spec"
)

// FuzzNew plans whatever is a SPEC: it is planned, in documents with a reading,
// or refused with places.
func FuzzNew(f *testing.F) {
	for _, file := range append(specs(f), "testdata/refused/everything.yaml") {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := spec.Parse("spec.yaml", text)
		if err != nil {
			return
		}
		p, err := planner.New(s)
		if err != nil {
			if len(diag.Of(err)) == 0 {
				t.Errorf("refused without a place: %v", err)
			}
			return
		}
		checkOrder(t, p)
		checkSids(t, p)
		checkIDs(t, p)
	})
}
