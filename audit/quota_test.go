package audit_test

import (
	"strings"
	"testing"
)

// TestOrganizationQuotas: a policy of an organization that is longer than AWS
// takes is one finding, however many accounts it binds.
func TestOrganizationQuotas(t *testing.T) {
	long := func(n int) string {
		return document(`{"Effect": "Deny", "Principal": "*", "Action": "ec2:RunInstances", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/x": "` + strings.Repeat("a", n) + `"}}}`)
	}
	scp := func(n int) string { return strings.Replace(long(n), `"Principal": "*", `, "", 1) }
	const full = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}`
	org := func(scp, rcp string) string {
		return `{"Id": "o-a", "Path": "o-a/r-a/", "ManagementAccount": false,
			"SCPs": [{"Target": "r-a", "Policies": [{"Id": "p-full", "Name": "FullAWSAccess", "Content": ` + full + `}, {"Id": "p-1", "Name": "Guard", "Content": ` + scp + `}]}],
			"RCPs": [{"Target": "r-a", "Policies": [{"Id": "p-2", "Name": "Fence", "Content": ` + rcp + `}]}]}`
	}
	both := func(o string) []edit { return []edit{put(own+" > organization", o), put(foreign+" > organization", o)} }
	play(t, []story{
		{name: "fit", edits: both(org(scp(9_000), long(4_000)))},
		{
			name: "too long", edits: both(org(scp(10_300), long(5_200))),
			want: []string{"mismatch policy-over-quota high rcp OWN replace", "mismatch policy-over-quota high scp OWN replace"},
		},
	})
}
