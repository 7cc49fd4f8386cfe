package schema

import _ "embed"

// Starter is a SPEC to begin with: two accounts, one rule, and behind "#?" the
// options, each of which can be taken as it stands.
//
//go:embed starter.yaml
var Starter []byte
