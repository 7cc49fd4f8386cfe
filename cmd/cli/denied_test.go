package cli_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/reads"
)

// needed lists, for each read without which something cannot be decided, what
// begins the actions that depend on it.
var needed = map[string]string{
	"S3.GetBucketPolicy":   "s3:Replicate",
	"IAM.GetRole":          "sts:AssumeRole",
	"IAM.ListRolePolicies": "s3:",
	"IAM.GetRolePolicy":    "s3:",
	"KMS.GetKeyPolicy":     "kms:",
}

// Whatever read is denied to the auditor: nothing bad is found for certain, and
// what depends on it is not granted; then the permission that lacks has a name.
func TestEachReadDenied(t *testing.T) {
	c := &fake{}
	l := newLive(t, c, "testdata/denied/keys.yaml")
	out, got := l.withSpec()
	l.pristine("nothing denied", out, got)
	whole := out.Summary.Requirements.Granted
	tried := 0
	for _, read := range reads.All() {
		if read.Service == "STS" {
			continue // the account is not entered then
		}
		tried++
		name := read.Service + "." + read.Operation
		c.only.Store(name)
		out, got := l.withSpec()
		for _, f := range out.Findings {
			if f.Outcome != audit.Unknown {
				t.Errorf("%s is denied, and the audit finds %s", name, show(f))
			}
		}
		if got.status != 0 && got.status != 3 {
			t.Errorf("%s is denied: status %d: %s", name, got.status, got.stderr)
		}
		named := slices.ContainsFunc(out.Findings, func(f audit.Finding) bool { return f.Args["permission"] == read.Action })
		if r := out.Summary.Requirements; (r.Granted < whole) != (r.Unknown > 0) || r.Unknown > 0 && !named {
			t.Errorf("%s is denied: %+v, want %d granted or unknown, and %s named: %t", name, r, whole, read.Action, named)
		}
		if prefix := needed[name]; prefix != "" && !undecidedFor(out, prefix) {
			t.Errorf("%s is denied, and no requirement of %s* is unknown", name, prefix)
		}
	}
	if tried < 30 {
		t.Errorf("only %d reads were denied", tried)
	}
}

// undecidedFor reports whether an action that begins so is left open.
func undecidedFor(out *audit.Audit, prefix string) bool {
	return slices.ContainsFunc(out.Findings, func(f audit.Finding) bool {
		return strings.HasPrefix(f.Action, prefix) ||
			slices.ContainsFunc(f.Requirements, func(id string) bool { return strings.Contains(id, "/"+prefix) })
	})
}
