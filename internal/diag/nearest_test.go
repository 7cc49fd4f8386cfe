package diag_test

import (
	"testing"

	"github.com/repligrant/repligrant/internal/diag"
)

func TestNearest(t *testing.T) {
	known := []string{"account", "region", "bucket_key", "Policy"}
	tests := []struct{ word, want string }{
		{"acount", "account"},
		{"accuont", "account"},
		{"policy", "Policy"},
		{"regions", "region"},
		{"bucket-key", "bucket_key"},
		{"zone", ""},
		{"", ""},
		{"ab", ""},
	}
	for _, test := range tests {
		if got := diag.Nearest(test.word, known); got != test.want {
			t.Errorf("Nearest(%q) = %q, want %q", test.word, got, test.want)
		}
	}
}
