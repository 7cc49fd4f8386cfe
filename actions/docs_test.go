package actions_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/actions"
)

// docs/catalogue.md says what the catalogue holds.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile("../docs/catalogue.md")
	if err != nil {
		t.Fatal(err)
	}
	counts, types := map[string]int{}, map[string]int{}
	for a := range actions.All() {
		counts[a.Service()]++
	}
	for r := range actions.Types() {
		types[r.Service]++
	}
	want := []string{"version " + actions.Version(), "| " + actions.Date() + " |"}
	for _, s := range actions.Services() {
		want = append(want, fmt.Sprintf("| %s | %d | %d |", s, counts[s], types[s]))
	}
	for _, w := range want {
		if !strings.Contains(string(text), w) {
			t.Errorf("docs/catalogue.md does not say %q", w)
		}
	}
}
