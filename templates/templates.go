// Package templates holds the texts that repligrant carries with it.
package templates

import "embed"

// FS holds demo/spec.yaml and demo/snapshot.json: a set-up of two accounts that
// is broken in the ways that people break theirs.
//
//go:embed demo
var FS embed.FS

// The files of the demonstration.
const (
	DemoSpec     = "demo/spec.yaml"
	DemoSnapshot = "demo/snapshot.json"
)
