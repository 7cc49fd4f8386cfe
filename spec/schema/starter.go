package schema

import "embed"

//go:embed starter.yaml starter.es.yaml
var starters embed.FS

// Starter is a SPEC to begin with: two accounts, one rule, and behind "#?" the
// options, each of which can be taken as it stands. Its comments are in the
// language lang, "en" or "es", or in English where there is no other.
func Starter(lang string) []byte {
	starter, err := starters.ReadFile("starter." + lang + ".yaml")
	if err != nil {
		starter, _ = starters.ReadFile("starter.yaml") // the compiler has put it there
	}
	return starter
}
