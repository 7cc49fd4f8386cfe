package diag_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/internal/diag"
)

var table = diag.Table{
	"short": {Message: "{what} is short"},
	"long":  {Message: "{what} is long", Hint: "cut {what} to {limit}"},
}

func TestTableAt(t *testing.T) {
	pos := diag.Pos{File: "f", Line: 2, Column: 3}
	for _, tt := range []struct {
		key           string
		args          []string
		message, hint string
	}{
		{"short", []string{"what", "it"}, "f:2:3: it is short", ""},
		{"long", []string{"what", "it", "limit", "{what}"}, "f:2:3: it is long", "cut it to {what}"},
		{"unheard-of", nil, "f:2:3: unheard-of", ""},
	} {
		d := table.At(pos, tt.key, tt.args...)
		if got := d.Error(); got != tt.message {
			t.Errorf("At(%q) says %q, want %q", tt.key, got, tt.message)
		}
		if got := d.Hint.String(); got != tt.hint {
			t.Errorf("At(%q) hints %q, want %q", tt.key, got, tt.hint)
		}
	}
}

func TestTableTexts(t *testing.T) {
	var got []string
	for _, text := range table.Texts() {
		got = append(got, text.Key)
	}
	if diff := cmp.Diff([]string{"long", "long-hint", "short"}, got); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
}
