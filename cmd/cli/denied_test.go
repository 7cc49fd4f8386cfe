package cli_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/reads"
	"github.com/repligrant/repligrant/snapshot"
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

// allowed is an organization of both accounts, whose policies refuse nothing that
// replication needs, as one of them may see who is not its management account.
const allowed = `{"Id": "o-exampleorgid", "Path": "o-exampleorgid/r-root/",
	"SCPs": [{"Target": "r-root", "Policies": [{"Id": "p-FullAWSAccess", "Name": "FullAWSAccess", "Content": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}]},
		{"Target": "ID", "Policies": [{"Id": "p-FullAWSAccess", "Name": "FullAWSAccess", "Content": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}},
			{"Id": "p-noleaving", "Name": "NoLeaving", "Content": {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}]}}]}],
	"RCPs": [{"Target": "r-root", "Policies": [{"Id": "p-RCPFullAWSAccess", "Name": "RCPFullAWSAccess", "Content": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}}]},
		{"Target": "ID", "Policies": [{"Id": "p-RCPFullAWSAccess", "Name": "RCPFullAWSAccess", "Content": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}}]}]}`

// join puts the accounts of l into the organization.
func (l *live) join() {
	l.Helper()
	world := planned(l.T, l.spec, l.plan)
	for id, a := range world.Accounts {
		text := `{"schema": "repligrant.snapshot/v1", "accounts": {"` + id + `": {"organization": ` + strings.ReplaceAll(allowed, "ID", id) + `}}}`
		s, err := snapshot.Parse("organization.json", []byte(text))
		if err != nil {
			l.Fatal(err)
		}
		a.Organization = s.Accounts[id].Organization
	}
	l.profiles = l.hold(l.T, world)
	signIn(l.T, l.profiles)
}

// Whatever read is denied to the auditor: nothing bad is found for certain, and
// what depends on it is not granted; then the permission that lacks has a name.
func TestEachReadDenied(t *testing.T) {
	c := &fake{}
	l := newLive(t, c, "testdata/denied/keys.yaml")
	if tried := l.denyEach(c); tried < 30 {
		t.Errorf("only %d reads were denied", tried)
	}
}

// With "organization: true" the policies of the organization are read, and each
// read of them is one that may be denied: the requirements are decided without
// them then, and the audit is incomplete.
func TestEachReadDeniedInAnOrganization(t *testing.T) {
	c := &fake{admins: []string{"444455556666"}}
	l := newLive(t, c, "testdata/denied/organization.yaml")
	l.join()
	if tried := l.denyEach(c); tried < 30 {
		t.Errorf("only %d reads were denied", tried)
	}
	for _, operation := range []string{"DescribeOrganization", "ListRoots", "ListParents", "ListPoliciesForTarget", "DescribePolicy"} {
		c.only.Store("Organizations." + operation)
		if out, got := l.withSpec(); got.status != 3 || out.Complete {
			t.Errorf("%s is denied: status %d, complete %t; nobody knows what the organization refuses", operation, got.status, out.Complete)
		}
	}
}

// denyEach denies one read after another, and returns how many.
func (l *live) denyEach(c *fake) (tried int) {
	l.Helper()
	out, got := l.withSpec()
	l.pristine("nothing denied", out, got)
	whole := out.Summary.Requirements.Granted
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
				l.Errorf("%s is denied, and the audit finds %s", name, show(f))
			}
		}
		if got.status != 0 && got.status != 3 {
			l.Errorf("%s is denied: status %d: %s", name, got.status, got.stderr)
		}
		named := slices.ContainsFunc(out.Findings, func(f audit.Finding) bool { return f.Args["permission"] == read.Action })
		if r := out.Summary.Requirements; (r.Granted < whole) != (r.Unknown > 0) || r.Unknown > 0 && !named {
			l.Errorf("%s is denied: %+v, want %d granted or unknown, and %s named: %t", name, r, whole, read.Action, named)
		}
		if prefix := needed[name]; prefix != "" && !undecidedFor(out, prefix) {
			l.Errorf("%s is denied, and no requirement of %s* is unknown", name, prefix)
		}
	}
	return tried
}

// undecidedFor reports whether an action that begins so is left open.
func undecidedFor(out *audit.Audit, prefix string) bool {
	return slices.ContainsFunc(out.Findings, func(f audit.Finding) bool {
		return strings.HasPrefix(f.Action, prefix) ||
			slices.ContainsFunc(f.Requirements, func(id string) bool { return strings.Contains(id, "/"+prefix) })
	})
}
