package cli_test

import (
	"strings"
	"testing"
)

// TestHintsQuoteNames copies a hint into a shell: the name of a file in it runs
// nothing, and is one word.
func TestHintsQuoteNames(t *testing.T) {
	t.Chdir(givenFiles(t))
	in(t, ".", "$(id) spec.json", `{"version": 1, "writers": {}}`)
	const name = "$(touch nope); x.yaml"
	for _, tt := range []struct {
		args []string
		hint string
	}{
		{[]string{"plan", name}, "repligrant init --output '$(touch nope); x.yaml' writes one to begin with, repligrant discover one of what accounts replicate"},
		{[]string{"audit", "--", "-o"}, "repligrant init --output '-o' writes one to begin with, repligrant discover one of what accounts replicate"},
		{[]string{"discover", "--snapshot", name}, "repligrant collect SPEC --output '$(touch nope); x.yaml' reads the accounts into one"},
		{[]string{"report", "it's.json"}, `repligrant audit SPEC --format json --output 'it'\''s.json' saves one`},
		{[]string{"audit", "--snapshot", "$(id) spec.json"}, "audit, plan, collect and access take it without an option; repligrant plan --format json -- '$(id) spec.json' writes a plan of it"},
		{[]string{"audit", "--terraform-plan", "$(id)=x"}, "write 111122223333=FILE; a file of that name is './$(id)=x'"},
		{[]string{"explain", "arn:aws:s3:::acme-orders/a b"}, "write 's3://acme-orders/a b'"},
		{[]string{"explain", "arn:aws:s3:::acme-orders/a"}, "write s3://acme-orders/a"},
	} {
		got := stage{}.run(t.Context(), tt.args...)
		if _, hint, _ := strings.Cut(got.stderr, "hint: "); strings.TrimSuffix(hint, "\n") != tt.hint {
			t.Errorf("repligrant %q says\n%swith the hint\n%s\nwant\n%s", tt.args, got.stderr, hint, tt.hint)
		}
	}
}
