package markdown_test

import (
	"testing"

	"github.com/repligrant/repligrant/internal/markdown"
)

func TestCode(t *testing.T) {
	tests := map[string]string{
		"a":      "`a`",
		"a b":    "`a b`",
		" a ":    "`  a  `",
		"a`b":    "``a`b``",
		"a``b`c": "```a``b`c```",
		"`":      "`` ` ``",
		"`a":     "`` `a ``",
		"a`":     "`` a` ``",
		"``x``":  "``` ``x`` ```",
		" a":     "` a`",
		"a|b\\":  "`a|b\\`",
		"":       "`  `",
	}
	for data, want := range tests {
		if got := markdown.Code(data); got != want {
			t.Errorf("Code(%q) = %q, want %q", data, got, want)
		}
	}
}
