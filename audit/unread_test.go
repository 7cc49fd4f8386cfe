package audit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/replication"
)

func TestUnread(t *testing.T) {
	const denied = `{"unreadable": "AccessDenied"}`
	unclear := audit.Unclear
	one := func(name, want, says string, edits ...edit) story {
		return story{name: name, edits: edits, want: []string{want}, says: says, verdict: unclear}
	}
	play(t, []story{
		one("role", "unknown read-denied medium role-trust-policy ROLE", "role-trust-policy trust policy GetRole: AccessDenied",
			put(role, `{"Errors": {"GetRole": "AccessDenied"}}`)),
		one("role that nobody tried", "unknown read-denied medium role-trust-policy ROLE", "role-trust-policy trust policy GetRole: not read",
			drop(role), put(own+" > Listed", `["buckets"]`)),
		one("trust policy", "unknown read-denied medium role-trust-policy ROLE", "", drop(trust)),
		one("inline policies", "unknown read-denied medium role-policy ROLE", "role-policy inline policies ListRolePolicies: not in the snapshot",
			drop(role+" > InlinePolicies")),
		one("one inline policy", "unknown read-denied medium role-policy ROLE", "role-policy more GetRolePolicy: AccessDenied",
			put(role+" > InlinePolicies > more", denied)),
		one("managed policies", "unknown read-denied medium role-policy ROLE", "role-policy attached policies ListAttachedRolePolicies: not in the snapshot",
			drop(role+" > AttachedPolicies")),
		one("one managed policy", "unknown read-denied medium role-policy ROLE", "role-policy arn:aws:iam::aws:policy/Any GetPolicyVersion: AccessDenied",
			put(role+" > AttachedPolicies", `{"arn:aws:iam::aws:policy/Any": `+denied+`}`)),
		one("boundary", "unknown read-denied medium permissions-boundary ROLE", "permissions-boundary permissions boundary GetRole: not in the snapshot",
			drop(role+" > PermissionsBoundary")),
		one("document of the boundary", "unknown read-denied medium permissions-boundary arn:aws:iam::OWN:policy/b", "permissions-boundary arn:aws:iam::OWN:policy/b GetPolicyVersion: AccessDenied",
			put(role+" > PermissionsBoundary", `{"PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/b", "Document": `+denied+`}`)),
		one("boundary whose document is null", "unknown read-denied medium permissions-boundary arn:aws:iam::OWN:policy/b", "permissions-boundary arn:aws:iam::OWN:policy/b GetPolicyVersion: null stands where its text belongs",
			put(role+" > PermissionsBoundary", `{"PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/b", "Document": null}`)),
		one("inline policy whose document is null", "unknown read-denied medium role-policy ROLE", "role-policy more GetRolePolicy: null stands where its text belongs",
			put(role+" > InlinePolicies > more", `null`)),
		one("managed policy whose document is null", "unknown read-denied medium role-policy ROLE", "role-policy arn:aws:iam::aws:policy/Any GetPolicyVersion: null stands where its text belongs",
			put(role+" > AttachedPolicies", `{"arn:aws:iam::aws:policy/Any": null}`)),
		one("policy of the destination", "unknown read-denied medium destination-bucket-policy DST", "destination-bucket-policy policy of bucket acme-logs-copy GetBucketPolicy: AccessDenied",
			put(dstPolicy, denied)),
		one("policy of the source", "unknown read-denied medium source-bucket-policy SRC", "", drop(srcPolicy)),
		one("versioning", "unknown read-denied medium bucket-settings DST", "bucket-settings  GetBucketVersioning: AccessDenied",
			put(destination+" > Versioning", denied)),
		one("encryption of the source", "unknown read-denied medium bucket-settings SRC", "bucket-settings  GetBucketEncryption: not in the snapshot",
			drop(source+" > ServerSideEncryptionConfiguration")),
		{name: "encryption of the destination", edits: []edit{drop(destination + " > ServerSideEncryptionConfiguration")}},
		one("encryption of the destination of objects with SSE-C", "unknown read-denied medium bucket-settings DST", "bucket-settings  GetBucketEncryption: not in the snapshot",
			rule(func(r *replication.Rule) { r.SSECObjects = true }), drop(destination+" > ServerSideEncryptionConfiguration")),
		{
			name: "Region that the SPEC states", edits: []edit{drop(destination + " > Region")},
			want: []string{"unknown read-denied medium bucket-settings DST"}, says: "bucket-settings  ListBuckets: nobody says its Region; --parameter AWS::Region=... says that of a stack",
		},
		{
			name: "Region of a destination, where only some are allowed", want: []string{"unknown read-denied medium bucket-settings DST"},
			edits: []edit{
				drop(destination + " > Region"), rule(func(r *replication.Rule) { r.To.Region = "" }),
				func(w *world) { w.input.Allowed = replication.Allowed{Regions: []string{"eu-west-1"}} },
			},
		},
		one("Object Lock of the source", "unknown read-denied medium bucket-settings SRC", "", drop(source+" > ObjectLockConfiguration")),
		one("configuration", "unknown read-denied medium replication-configuration SRC", "replication-configuration  GetBucketReplication: not in the snapshot", drop(config)),
		one("bucket", "unknown read-denied medium bucket-settings DST", "bucket-settings  GetBucketVersioning: not read",
			drop(destination), put(foreign+" > Listed", `[]`)),
		one("account", "unknown read-denied medium bucket-settings FOREIGN", "bucket-settings  GetCallerIdentity: account not read", drop(foreign)),
		one("account that was refused", "unknown read-denied medium bucket-settings FOREIGN", "bucket-settings  GetCallerIdentity: AccessDenied",
			put(foreign, `{"Errors": {"AssumeRole": "AccessDenied"}}`)),
		one("owner of the destination", "unknown read-denied medium bucket-settings DST", "bucket-settings  GetBucketVersioning: its owner is not among the accounts read",
			rule(func(r *replication.Rule) { r.To.Account = "" }), drop(foreign)),
		{
			name: "a document without a reading", verdict: unclear,
			edits: []edit{put(dstPolicy, `{"Statement": [{"Effect": "Maybe"}]}`)},
			want:  []string{"mismatch policy-malformed high destination-bucket-policy DST replace"},
		},
	})
}

// TestNotEnteredAside: that an account was not entered is said of its source too
// where no rule asks about it, so that it is not counted among those that were read.
func TestNotEnteredAside(t *testing.T) {
	w := clean(t)
	w.put("777788889999", `{"Errors": {"AssumeRole": "AccessDenied"}}`)
	out := w.audit()
	if !out.Complete || len(out.Findings) > 0 {
		t.Fatalf("complete is %v with %v, want an audit that the account does not matter to", out.Complete, lines(out))
	}
	got := map[string][]string{}
	for _, s := range out.Sources {
		got[s.Account] = s.Unread
	}
	want := map[string][]string{"111122223333": {}, "444455556666": {}, "777788889999": {"GetCallerIdentity"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what was not read (-want +got):\n%s", diff)
	}
}

// TestReadDenied reads the findings that say what the auditor needs.
func TestReadDenied(t *testing.T) {
	for _, c := range []struct{ name, path, permission string }{
		{"role", role + " > AssumeRolePolicyDocument", "iam:GetRole"},
		{"inline policies", role + " > InlinePolicies", "iam:ListRolePolicies"},
		{"managed policies", role + " > AttachedPolicies", "iam:ListAttachedRolePolicies"},
		{"bucket policy", dstPolicy, "s3:GetBucketPolicy"},
		{"configuration", config, "s3:GetReplicationConfiguration"},
		{"versioning", source + " > Versioning", "s3:GetBucketVersioning"},
		{"encryption", source + " > ServerSideEncryptionConfiguration", "s3:GetEncryptionConfiguration"},
		{"Object Lock", source + " > ObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration"},
		{"organization", own + " > organization", "organizations:DescribeOrganization"},
		{"account", foreign, "sts:AssumeRole"},
	} {
		w := clean(t)
		w.put(c.path, "")
		out := w.audit()
		if out.Complete || len(out.Findings) == 0 {
			t.Errorf("%s: complete with %v", c.name, lines(out))
			continue
		}
		if got := out.Findings[0].Args["permission"]; got != c.permission {
			t.Errorf("%s: the permission is %q, want %q", c.name, got, c.permission)
		}
		unread := 0
		for _, s := range out.Sources {
			unread += len(s.Unread)
		}
		if unread == 0 {
			t.Errorf("%s: no source says what was not read: %v", c.name, out.Sources)
		}
		if got := out.Status(audit.DefaultFailOn, false); got != audit.StatusIncomplete {
			t.Errorf("%s: status %d, want %d", c.name, got, audit.StatusIncomplete)
		}
	}
}

// TestFolded sees that one cause is one finding, which lists what hangs on it.
func TestFolded(t *testing.T) {
	w := clean(t)
	put(dstPolicy, `{"unreadable": "AccessDenied"}`)(w)
	deny := `{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::acme-logs", "arn:aws:s3:::acme-logs/*"], "Condition": {"BoolIfExists": {"aws:SecureTransport": "false"}}}`
	with(srcPolicy, deny)(w)
	second := logs()
	second.Name, second.Prefix, second.Priority = "more", "more/", 2
	w.rules = append(w.rules, second)
	put(config+" > Rules", `[`+ruleJSON+`, {"ID": "more", "Priority": 2, "Status": "Enabled", "Filter": {"Prefix": "more/"}, "DeleteMarkerReplication": {"Status": "Disabled"}, "Destination": {"Bucket": "arn:aws:s3:::acme-logs-copy"}}]`)(w)
	out := w.audit()
	want := []string{
		"unknown read-denied medium destination-bucket-policy DST",
		"unknown permission-unknown medium source-bucket-policy SRC s3:GetReplicationConfiguration",
	}
	if diff := cmp.Diff(want, lines(out)); diff != "" {
		t.Fatalf("findings (-want +got):\n%s", diff)
	}
	const to = "/acme-logs/acme-logs-copy/"
	reads := []string{"s3:GetReplicationConfiguration", "s3:ListBucket", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"}
	var ids []string
	for _, r := range []string{"logs", "more"} {
		for _, action := range reads {
			ids = append(ids, r+to+action)
		}
	}
	if diff := cmp.Diff(ids, out.Findings[1].Requirements); diff != "" {
		t.Errorf("what hangs on the key (-want +got):\n%s", diff)
	}
	writes := []string{"logs" + to + "s3:ReplicateObject", "logs" + to + "s3:ReplicateTags", "more" + to + "s3:ReplicateObject", "more" + to + "s3:ReplicateTags"}
	if diff := cmp.Diff(writes, out.Findings[0].Requirements); diff != "" {
		t.Errorf("what hangs on the bucket's policy (-want +got):\n%s", diff)
	}
	if got := out.Summary.Requirements.Unknown; got != 14 {
		t.Errorf("%d requirements are unknown, want 14", got)
	}
	for _, r := range out.Rules {
		if r.Verdict != audit.Unclear {
			t.Errorf("rule %s is said to be %s", r.Rule, r.Verdict)
		}
	}
}

// TestAdvisedUnread: whether what AWS only advises is granted is as unknown as
// anything else where its document was not read, and is counted. Alone it makes no
// audit incomplete: nothing fails without it.
func TestAdvisedUnread(t *testing.T) {
	ofTags := func(out *audit.Audit) audit.Outcome {
		return out.Permissions[0].Actions["s3:ReplicateTags"][replication.DestinationBucketPolicy]
	}
	whole := clean(t).audit()
	if got := ofTags(whole); got != audit.Granted {
		t.Fatalf("the bucket's policy is told to be %q of tags, want granted", got)
	}
	for _, c := range []struct {
		name     string
		edit     edit
		outcome  audit.Outcome
		unknown  int // requirements
		complete bool
	}{
		{"the policy was not read", put(dstPolicy, `{"unreadable": "AccessDenied"}`), audit.Unknown, 2, false},
		{"a condition of the tags alone is open", with(dstPolicy, `{"Effect": "Deny", "Principal": "*", "Action": "s3:ReplicateTags", "Resource": "arn:aws:s3:::acme-logs-copy/*", "Condition": {"StringEquals": {"aws:UserAgent": "x"}}}`), audit.Unknown, 1, true},
		{"tags are certainly not granted", put(dstPolicy, document(strings.ReplaceAll(receive, `, "s3:ReplicateTags"`, ""))), audit.Advice, 0, true},
	} {
		w := clean(t)
		c.edit(w)
		out := w.audit()
		if got := ofTags(out); got != c.outcome {
			t.Errorf("%s: the bucket's policy is told to be %q of tags, want %q", c.name, got, c.outcome)
		}
		q := out.Summary.Requirements
		if q.Unknown != c.unknown {
			t.Errorf("%s: %d requirements are unknown, want %d", c.name, q.Unknown, c.unknown)
		}
		if all := q.Granted + q.Unknown + out.Summary.Findings.Advice; all != whole.Summary.Requirements.Granted {
			t.Errorf("%s: %d requirements and advice are told, want %d", c.name, all, whole.Summary.Requirements.Granted)
		}
		if out.Complete != c.complete {
			t.Errorf("%s: complete is %v, want %v:\n%s", c.name, out.Complete, c.complete, strings.Join(lines(out), "\n"))
		}
	}
}

func TestAssume(t *testing.T) {
	blind := []edit{drop(own + " > organization"), drop(foreign + " > organization")}
	secure := deny(`"s3:*"`, `{"BoolIfExists": {"aws:SecureTransport": "false"}}`)
	for _, c := range []struct {
		name    string
		edits   []edit
		assume  []string
		assumed []string
		status  int
	}{
		{"nothing", blind, nil, nil, audit.StatusIncomplete},
		{"half", blind, []string{"scp"}, []string{"scp:" + own}, audit.StatusIncomplete},
		{"both", blind, []string{"scp", "rcp"}, []string{"rcp:" + own, "rcp:" + foreign, "scp:" + own}, audit.StatusClean},
		{"of one account", blind, []string{"account:" + own}, []string{"rcp:" + own, "scp:" + own}, audit.StatusIncomplete},
		{"an account", []edit{drop(foreign)}, []string{"account:" + foreign}, []string{"account:" + foreign}, audit.StatusClean},
		{"another account", []edit{drop(foreign)}, []string{"account:" + own}, nil, audit.StatusIncomplete},
		{"no key", []edit{secure}, nil, nil, audit.StatusIncomplete},
		{"a key", []edit{secure}, []string{"key:aws:SecureTransport=true"}, []string{"key:aws:SecureTransport=true"}, audit.StatusClean},
		{"a key that blocks", []edit{secure}, []string{"key:aws:SecureTransport=false"}, []string{"key:aws:SecureTransport=false"}, audit.StatusGaps},
	} {
		w := clean(t)
		for _, e := range c.edits {
			e(w)
		}
		w.input.Assume = c.assume
		out := w.audit()
		if !slices.Equal(out.Assumed, c.assumed) {
			t.Errorf("assuming %s: the audit says it assumed %v, want %v", c.name, out.Assumed, c.assumed)
		}
		if got := out.Status(audit.DefaultFailOn, false); got != c.status {
			t.Errorf("assuming %s: status %d, want %d; %v", c.name, got, c.status, lines(out))
		}
	}
}
