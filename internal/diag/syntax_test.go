package diag_test

import (
	"encoding/json"
	"testing"

	"github.com/repligrant/repligrant/internal/diag"
)

func TestNotJSON(t *testing.T) {
	tests := []struct{ text, want, key string }{
		{"", "it ends too early", "json-early"},
		{`{"a": `, "it ends too early", "json-early"},
		{"x", "invalid character 'x' looking for beginning of value", "json-character-in"},
		{"{x", "invalid character 'x' looking for beginning of object key string", "json-character-in"},
		{`{"a" 1`, "invalid character '1' after object key", "json-character-in"},
		{`{"a": 1 "`, `invalid character '"' after object key:value pair`, "json-character-in"},
		{"[1 '", `invalid character '\'' after array element`, "json-character-in"},
		{"{} {", "invalid character '{' after top-level value", "json-character-in"},
		{"\"\n\"", `invalid character '\n' in string literal`, "json-character-in"},
		{`"\x"`, "invalid character 'x' in string escape code", "json-character-in"},
		{"-x", "invalid character 'x' in numeric literal", "json-character-in"},
		{"nope", "invalid character 'o' in literal null (expecting 'u')", "json-character-in"},
		{"1.x", "invalid character 'x'", "json-character"},
	}
	for _, test := range tests {
		var v any
		err := json.Unmarshal([]byte(test.text), &v)
		if err == nil {
			t.Errorf("%q is JSON", test.text)
			continue
		}
		if got := diag.NotJSON(err); got.String() != test.want || got.Key != test.key {
			t.Errorf("%q: %q (%s), want %q (%s); encoding/json says %q", test.text, got, got.Key, test.want, test.key, err)
		}
	}
}
