package audit_test

import (
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/replication"
)

// also grants the role more in its own policy.
func also(actions, resources string) edit {
	return with(rolePolicy, `{"Sid": "More", "Effect": "Allow", "Action": `+actions+`, "Resource": `+resources+`}`)
}

func TestSurplus(t *testing.T) {
	more := func(severity, group, action, op string) []string {
		check := "permission-surplus"
		if group == "no-effect" {
			check = "grant-without-effect"
		}
		return []string{"surplus " + check + " " + severity + " role-policy ROLE " + group + " " + action + " " + op}
	}
	at := func(severity, group, action, op string) []string {
		return []string{"surplus permission-surplus " + severity + " destination-bucket-policy DST " + group + " " + action + " " + op}
	}
	onBoth := `["arn:aws:s3:::acme-logs-copy", "arn:aws:s3:::acme-logs-copy/*"]`
	off := func(w *world) {
		w.rules[0].Enabled = false
		w.rules = append(w.rules, logs())
		w.rules[0].Name, w.rules[0].Prefix, w.rules[0].From.Name = "off", "off/", "acme-logs"
		w.rules[0].DeleteMarkers = true
	}
	skipped := put(source+" > ServerSideEncryptionConfiguration", `{"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]}`)
	play(t, []story{
		{name: "what is needed, twice", edits: []edit{also(`["s3:ReplicateObject"]`, `"arn:aws:s3:::acme-logs-copy/a/*"`)}},
		{name: "an action on more keys", edits: []edit{also(`"s3:ReplicateObject"`, `"arn:aws:s3:::acme-*/*"`)}, want: more("medium", "wider", "s3:ReplicateObject", "replace"), says: "role-policy replication[3] grants s3:ReplicateObject; for example s3:ReplicateObject on arn:aws:s3:::acme-/a"},
		{name: "another action", edits: []edit{also(`"s3:ReplicateDelete"`, `"arn:aws:s3:::acme-logs-copy/*"`)}, want: more("medium", "wider", "s3:ReplicateDelete", "remove"), says: "role-policy replication[3] grants s3:ReplicateDelete; for example s3:ReplicateDelete on DST/a"},
		{name: "an action of another service", edits: []edit{also(`"iam:PassRole"`, `"*"`)}, want: more("high", "dangerous", "iam:PassRole", "remove"), says: "role-policy replication[3] grants iam:PassRole; for example iam:PassRole on *"},
		{name: "an action that opens a key", edits: []edit{also(`"kms:PutKeyPolicy"`, `"*"`)}, want: more("high", "dangerous", "kms:PutKeyPolicy", "remove")},
		{name: "all actions on keys", edits: []edit{also(`"kms:*"`, `"*"`)}, want: more("high", "dangerous", "kms:*", "remove")},
		{name: "an action that lets somebody else use a key", edits: []edit{also(`"kms:CreateGrant"`, `"*"`)}, want: more("high", "dangerous", "kms:CreateGrant", "remove")},
		{name: "an action that takes a key away", edits: []edit{also(`"kms:ScheduleKeyDeletion"`, `"*"`)}, want: more("high", "dangerous", "kms:ScheduleKeyDeletion", "remove")},
		{name: "an action that gives permissions", edits: []edit{also(`"iam:AttachRolePolicy"`, `"*"`)}, want: more("high", "dangerous", "iam:AttachRolePolicy", "remove")},
		{name: "an action that opens a role", edits: []edit{also(`"iam:UpdateAssumeRolePolicy"`, `"*"`)}, want: more("high", "dangerous", "iam:UpdateAssumeRolePolicy", "remove")},
		{name: "an action that takes a limit away", edits: []edit{also(`"iam:DeleteRolePermissions*"`, `"*"`)}, want: more("high", "dangerous", "iam:DeleteRolePermissions*", "remove")},
		{name: "an action that only looks at a key", edits: []edit{also(`"kms:DescribeKey"`, `"*"`)}, want: more("medium", "wider", "kms:DescribeKey", "remove")},
		{name: "replicas of everyone", edits: []edit{put(destination+" > PublicAccessBlockConfiguration", "null"), put(dstPolicy, document(`{"Effect": "Allow", "Principal": "*", "Action": ["s3:ReplicateObject", "s3:ReplicateTags"], "Resource": "arn:aws:s3:::acme-logs-copy/*"}`))}, want: at("critical", "dangerous", "s3:ReplicateObject, s3:ReplicateTags", "replace")},
		{name: "an action that undoes", edits: []edit{also(`["s3:DeleteObjectVersion", "s3:ReplicateObject"]`, `"arn:aws:s3:::acme-logs-copy/*"`)}, want: more("high", "dangerous", "s3:DeleteObjectVersion", "replace")},
		{name: "s3:*", edits: []edit{also(`"s3:*"`, onBoth)}, want: more("high", "dangerous", "s3:*", "replace"), says: "role-policy replication[3] grants s3:*; for example s3:DeleteObject on DST/a"},
		{name: "everything", edits: []edit{also(`"*"`, `"*"`)}, want: more("high", "dangerous", "*", "replace"), says: "role-policy replication[3] grants *; for example s3:DeleteObject on arn:aws:s3:::a/a"},
		{name: "a wildcard that means what is needed", edits: []edit{also(`"s3:GetReplicationConf*"`, `"arn:aws:s3:::acme-logs"`)}, want: more("medium", "wider", "s3:GetReplicationConf*", "replace"), says: "role-policy replication[3] grants s3:GetReplicationConf*; for example an action that nobody needs on SRC"},
		{name: "a wildcard of another service", edits: []edit{also(`"ec2:Describe*"`, `"*"`)}, want: more("medium", "wider", "ec2:Describe*", "remove")},
		{name: "NotAction", edits: []edit{with(rolePolicy, `{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}`)}, want: more("high", "dangerous", "all but iam:*", "replace")},
		{name: "NotResource", edits: []edit{with(rolePolicy, `{"Effect": "Allow", "Action": "s3:ReplicateObject", "NotResource": "arn:aws:s3:::secret/*"}`)}, want: more("medium", "wider", "s3:ReplicateObject", "replace"), says: "role-policy replication[3] grants s3:ReplicateObject; for example s3:ReplicateObject on arn:aws:s3:::b/b"},
		{name: "NotResource of all but what is needed", edits: []edit{with(rolePolicy, `{"Effect": "Allow", "Action": "s3:ReplicateObject", "NotResource": "arn:aws:s3:::acme-logs-copy/*"}`)}, want: more("medium", "wider", "s3:ReplicateObject", "replace")},
		{name: "an object's action on a bucket", edits: []edit{also(`"s3:ReplicateObject"`, `"arn:aws:s3:::acme-logs-copy"`)}, want: more("low", "no-effect", "s3:ReplicateObject", "remove")},
		{name: "a bucket's action on objects", edits: []edit{also(`"s3:ListBucket"`, `"arn:aws:s3:::acme-logs/*"`)}, want: more("low", "no-effect", "s3:ListBucket", "remove")},
		{name: "an action on nothing", edits: []edit{also(`"s3:GetObject"`, `"arn:aws:s3:::acme-logs/"`)}, want: more("low", "no-effect", "s3:GetObject", "remove")},
		{name: "an action of the account that undoes its protection", edits: []edit{also(`"s3:PutAccountPublicAccessBlock"`, `"*"`)}, want: more("high", "dangerous", "s3:PutAccountPublicAccessBlock", "remove"), says: "role-policy replication[3] grants s3:PutAccountPublicAccessBlock; for example s3:PutAccountPublicAccessBlock on *"},
		{name: "a wildcard that means it", edits: []edit{also(`"s3:PutAccountPublic*"`, `"*"`)}, want: more("high", "dangerous", "s3:PutAccountPublic*", "remove")},
		{name: "an action of the account on everything but a bucket", edits: []edit{with(rolePolicy, `{"Effect": "Allow", "Action": "s3:PutAccountPublicAccessBlock", "NotResource": "arn:aws:s3:::secret"}`)}, want: more("high", "dangerous", "s3:PutAccountPublicAccessBlock", "remove")},
		{name: "an action of the account that changes nothing", edits: []edit{also(`"s3:ListAllMyBuckets"`, `"*"`)}, want: more("medium", "wider", "s3:ListAllMyBuckets", "remove")},
		{name: "an action that makes a job", edits: []edit{also(`"s3:CreateJob"`, `"*"`)}, want: more("medium", "wider", "s3:CreateJob", "remove")},
		{name: "an action on jobs alone", edits: []edit{also(`"s3:DescribeJob"`, `"*"`)}, want: more("medium", "wider", "s3:DescribeJob", "remove")},
		{name: "an action of the account on a bucket", edits: []edit{also(`"s3:PutAccountPublicAccessBlock"`, `"arn:aws:s3:::acme-logs"`)}, want: more("low", "no-effect", "s3:PutAccountPublicAccessBlock", "remove")},
		{name: "an action on jobs alone, on buckets", edits: []edit{also(`"s3:DescribeJob"`, `"arn:aws:s3:::*"`)}, want: more("low", "no-effect", "s3:DescribeJob", "remove")},
		{name: "groups of one statement", edits: []edit{also(`["s3:PutObject", "s3:ReplicateDelete"]`, `"arn:aws:s3:::acme-logs-copy/*"`)}, want: []string{
			more("high", "dangerous", "s3:PutObject", "remove")[0], more("medium", "wider", "s3:ReplicateDelete", "remove")[0],
		}},
		{name: "what a disabled rule needs", edits: []edit{off, also(`"s3:ReplicateDelete"`, `"arn:aws:s3:::acme-logs-copy/off/*"`)}, want: more("info", "informational", "s3:ReplicateDelete", "remove"), verdict: audit.Idle},
		{
			name: "tags that the SPEC leaves out", edits: []edit{rule(func(r *replication.Rule) { r.Tags = replication.Omit })},
			want: []string{
				"surplus permission-surplus medium destination-bucket-policy DST wider s3:ReplicateTags replace",
				"surplus permission-surplus medium role-policy ROLE wider s3:GetObjectVersionTagging replace",
				"surplus permission-surplus medium role-policy ROLE wider s3:ReplicateTags replace",
			},
		},
		{name: "annotations that nobody spoke of", edits: []edit{noSpec, also(`"s3:GetObjectVersionAnnotationForReplication"`, `"arn:aws:s3:::acme-logs/*"`)}, want: more("info", "informational", "s3:GetObjectVersionAnnotationForReplication", "remove")},
		{name: "to the account", edits: []edit{put(dstPolicy, strings.ReplaceAll(document(receive), roleARN, "arn:aws:iam::111122223333:root"))}, want: at("medium", "wider", "s3:ReplicateObject, s3:ReplicateTags", "replace"), says: "destination-bucket-policy [0] grants to arn:aws:iam::OWN:root"},
		{name: "to the account by its ID", edits: []edit{put(dstPolicy, strings.ReplaceAll(document(receive), roleARN, own))}, want: at("medium", "wider", "s3:ReplicateObject, s3:ReplicateTags", "replace")},
		{
			name:  "to the account, narrowed to the role",
			edits: []edit{put(dstPolicy, document(`{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": ["s3:ReplicateObject", "s3:ReplicateTags"], "Resource": "arn:aws:s3:::acme-logs-copy/*", "Condition": {"ArnEquals": {"aws:PrincipalArn": "`+roleARN+`"}}}`))},
		},
		{name: "to another account", edits: []edit{with(dstPolicy, `{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::777788889999:root"}, "Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::acme-logs-copy/*"}`)}, want: at("info", "informational", "s3:ReplicateObject", "remove")},
		{
			name: "the console's bucket statement", edits: []edit{with(dstPolicy, `{"Effect": "Allow", "Principal": {"AWS": "`+roleARN+`"}, "Action": ["s3:List*", "s3:GetBucketVersioning", "s3:PutBucketVersioning"], "Resource": "arn:aws:s3:::acme-logs-copy"}`)},
			want: []string{at("high", "dangerous", "s3:PutBucketVersioning", "remove")[0], at("medium", "wider", "s3:List*", "remove")[0]},
		},
		{name: "a boundary grants nothing", edits: []edit{put(role+" > PermissionsBoundary", `{"PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/b", "Document": `+document(`{"Effect": "Allow", "Action": "*", "Resource": "*"}`)+`}`)}},
		{
			name: "on a bucket whose configuration was not read", edits: []edit{put(own+" > Listed", `["roles"]`), also(`"s3:GetObjectVersionAcl"`, `"arn:aws:s3:::other/*"`)},
			want: more("info", "informational", "s3:GetObjectVersionAcl", "remove"),
		},
		{
			name: "to delete in a bucket whose configuration was not read", edits: []edit{put(own+" > Listed", `["roles"]`), also(`"s3:DeleteObject"`, `"arn:aws:s3:::other/*"`)},
			want: more("high", "dangerous", "s3:DeleteObject", "remove"),
		},
		{name: "where nobody knows which keys rules need, all that may be are needed", edits: []edit{
			skipped, also(`["kms:Decrypt", "kms:GenerateDataKey"]`, `["arn:aws:kms:us-east-1:111122223333:key/a", "arn:aws:kms:us-east-1:111122223333:key/b"]`),
		}, want: []string{"mismatch kms-opt-in-missing critical replication-configuration SRC set"}, verdict: audit.Degraded},
		{name: "but none in other Regions", edits: []edit{skipped, also(`"kms:Decrypt"`, `"*"`)}, want: []string{
			"mismatch kms-opt-in-missing critical replication-configuration SRC set", more("medium", "wider", "kms:Decrypt", "replace")[0],
		}, verdict: audit.Degraded},
		{name: "and no other actions", edits: []edit{skipped, also(`"kms:DescribeKey"`, `"*"`)}, want: []string{
			"mismatch kms-opt-in-missing critical replication-configuration SRC set", more("medium", "wider", "kms:DescribeKey", "remove")[0],
		}, verdict: audit.Degraded},
		{
			name: "an action that does not exist", edits: []edit{also(`"s3:GetObjectVersionForReplicationn"`, `"arn:aws:s3:::acme-logs/*"`)}, want: more("low", "no-effect", "s3:GetObjectVersionForReplicationn", "replace"),
			says: "role-policy replication[3] grants s3:GetObjectVersionForReplicationn, and no action has that name; s3:GetObjectVersionForReplication is near",
		},
		{
			name: "an action like none", edits: []edit{also(`"s3:Teleport"`, `"*"`)}, want: more("low", "no-effect", "s3:Teleport", "remove"),
			says: "role-policy replication[3] grants s3:Teleport, and no action has that name",
		},
		{
			name: "a wildcard that means no action", edits: []edit{also(`"s3:Teleport*"`, `"*"`)}, want: more("low", "no-effect", "s3:Teleport*", "remove"),
			says: "role-policy replication[3] grants s3:Teleport*, and no action has that name",
		},
		{name: "one of each kind that has no effect", edits: []edit{also(`["s3:Teleport", "s3:ReplicateObject"]`, `"arn:aws:s3:::acme-logs-copy"`)}, want: more("low", "no-effect", "s3:Teleport", "remove")},
		{name: "an action of a service that the catalogue does not hold", edits: []edit{also(`"ec2:Teleport"`, `"*"`)}, want: more("medium", "wider", "ec2:Teleport", "remove")},
		{name: "KMS is judged where none does", edits: []edit{also(`"kms:Decrypt"`, `"*"`)}, want: more("medium", "wider", "kms:Decrypt", "remove")},
	})
}

// TestNotNarrowed sees that no fix is offered that would still be too much.
func TestNotNarrowed(t *testing.T) {
	w := clean(t)
	w.put(rolePolicy, document(`{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}`))
	out := w.audit()
	if len(out.Findings) != 1 || out.Findings[0].Fix.Op != audit.Replace || out.Findings[0].Fix.Statement != nil {
		t.Errorf("want one finding, to be replaced by what a plan writes: %v", lines(out))
	}
}

// TestSharedRole sees that a role which serves two buckets may have what both need.
func TestSharedRole(t *testing.T) {
	two := func(w *world) {
		put(own+" > buckets > acme-more", bucket("us-east-1", "null", `{"Role": "`+roleARN+`", "Rules": [`+strings.ReplaceAll(ruleJSON, `"logs"`, `"more"`)+`]}`))(w)
		with(rolePolicy, strings.ReplaceAll(readBucket, "acme-logs", "acme-more"))(w)
		with(rolePolicy, strings.ReplaceAll(readObjects, "acme-logs", "acme-more"))(w)
	}
	play(t, []story{
		{name: "of which the SPEC names one", edits: []edit{two}},
		{name: "of which one is gone", edits: []edit{two, drop(own + " > buckets > acme-more")}, want: []string{
			"surplus permission-surplus medium role-policy ROLE wider s3:GetObjectVersionForReplication remove",
			"surplus permission-surplus medium role-policy ROLE wider s3:GetReplicationConfiguration remove",
		}},
	})
}

// TestNarrowed audits what the fixes for surplus leave.
func TestNarrowed(t *testing.T) {
	for name, statements := range map[string][]string{
		"s3:*":            {readBucket, readObjects, `{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::acme-logs-copy/*"}`},
		"more keys":       {readBucket, readObjects, strings.ReplaceAll(write, "acme-logs-copy", "acme-*")},
		"read otherwise":  {readBucket, strings.ReplaceAll(readObjects, "s3:GetObjectVersionForReplication", "s3:GetObjectVersion"), write},
		"more than needs": {readBucket, readObjects, strings.ReplaceAll(write, `"s3:ReplicateObject"`, `"s3:ReplicateObject", "s3:DeleteObject", "s3:ReplicateDelete"`)},
	} {
		w := clean(t)
		w.put(rolePolicy, document(statements...))
		out := w.audit()
		if len(out.Findings) == 0 {
			t.Errorf("%s: nothing is found", name)
			continue
		}
		for _, f := range out.Findings {
			if f.Fix == nil || f.Fix.Statement == nil || f.Evidence[0].Statement == nil {
				t.Fatalf("%s: %s has no statement to mend", name, line(f))
			}
			text, err := f.Fix.Statement.MarshalJSON()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			statements[*f.Evidence[0].Statement] = string(text)
		}
		w.put(rolePolicy, document(statements...))
		if out := w.audit(); len(out.Findings) > 0 {
			t.Errorf("%s: with the fix %v an audit finds %v", name, statements, lines(out))
		}
	}
}

// TestGrantsOfJobs: a role that S3 Batch Operations may assume may hold what a job
// needs, and a snapshot holds no jobs.
func TestGrantsOfJobs(t *testing.T) {
	batch := put(trust, document(`{"Effect": "Allow", "Principal": {"Service": ["s3.amazonaws.com", "batchoperations.s3.amazonaws.com"]}, "Action": "sts:AssumeRole"}`))
	const trusted = "surplus trust-too-wide info role-trust-policy ROLE informational sts:AssumeRole replace"
	more := func(severity, group, action string) string {
		return "surplus permission-surplus " + severity + " role-policy ROLE " + group + " " + action + " remove"
	}
	play(t, []story{
		{
			name: "all that a job needs", edits: []edit{
				noSpec, batch,
				also(`["s3:InitiateReplication", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]`, `["arn:aws:s3:::acme-logs/*", "arn:aws:s3:::acme-reports/*"]`),
				also(`"s3:PutInventoryConfiguration"`, `"arn:aws:s3:::acme-logs"`),
			},
			want: []string{trusted, more("info", "informational", "s3:InitiateReplication"), more("info", "informational", "s3:PutInventoryConfiguration")},
		},
		{name: "no trust", edits: []edit{noSpec, also(`"s3:PutObject"`, `"arn:aws:s3:::acme-reports/*"`)}, want: []string{more("high", "dangerous", "s3:PutObject")}},
		{name: "over replicas", edits: []edit{noSpec, batch, also(`"s3:PutObject"`, `"arn:aws:s3:::acme-logs-copy/*"`)}, want: []string{more("high", "dangerous", "s3:PutObject"), trusted}},
		{name: "in every bucket", edits: []edit{noSpec, batch, also(`"s3:PutObject"`, `"*"`)}, want: []string{more("high", "dangerous", "s3:PutObject"), trusted}},
		{name: "what no job needs", edits: []edit{noSpec, batch, also(`"s3:DeleteObject"`, `"arn:aws:s3:::acme-logs/*"`)}, want: []string{more("high", "dangerous", "s3:DeleteObject"), trusted}},
	})
}
