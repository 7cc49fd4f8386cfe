package safe_test

import (
	"testing"

	"github.com/repligrant/repligrant/report/safe"
)

// TestWord quotes what a shell would run, split or take for a flag.
func TestWord(t *testing.T) {
	for _, tt := range []struct{ name, word, argument string }{
		{"spec.yaml", "spec.yaml", "spec.yaml"},
		{"../a/b-c_1.yaml", "../a/b-c_1.yaml", "../a/b-c_1.yaml"},
		{"-", "-", "-"},
		{"", "''", "-- ''"},
		{"-o", "'-o'", "-- '-o'"},
		{"my spec.yaml", "'my spec.yaml'", "-- 'my spec.yaml'"},
		{"$(touch nope); x.yaml", "'$(touch nope); x.yaml'", "-- '$(touch nope); x.yaml'"},
		{"it's.yaml", `'it'\''s.yaml'`, `-- 'it'\''s.yaml'`},
		{"~root", "'~root'", "-- '~root'"},
		{"a\nb", "'a\nb'", "-- 'a\nb'"},
	} {
		if got := safe.Word(tt.name); got != tt.word {
			t.Errorf("Word(%q) = %s, want %s", tt.name, got, tt.word)
		}
		if got := safe.Argument(tt.name); got != tt.argument {
			t.Errorf("Argument(%q) = %s, want %s", tt.name, got, tt.argument)
		}
	}
}
