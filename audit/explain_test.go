package audit_test

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// explain asks about one key of the world, of which S3 says what head is.
func (w *world) explain(head, tags string, key ...string) *audit.Explanation {
	w.Helper()
	o := audit.Object{Bucket: "acme-logs", Key: "2026/a"}
	if len(key) > 0 {
		o.Key = key[0]
	}
	if head != "" {
		h, err := snapshot.ParseObject("object.json", []byte(head))
		if err != nil {
			w.Fatal(err)
		}
		o.Head = h
	}
	if tags != "" {
		list := []replication.Tag{}
		for pair := range strings.FieldsSeq(strings.TrimPrefix(tags, "none")) {
			k, v, _ := strings.Cut(pair, "=")
			list = append(list, replication.Tag{Key: k, Value: v})
		}
		o.Tags = fact.Of(list)
	}
	in := w.input
	in.Rules, in.Snapshot = w.rules, w.snapshot()
	return audit.Explain(in, o)
}

// because lists why: reasons of the version, then rule by rule its reasons and
// findings.
func because(e *audit.Explanation) []string {
	got := []string{string(e.Verdict)}
	for _, r := range e.Reasons {
		got = append(got, strings.TrimSpace(r.Reason+" "+r.FailureCode))
	}
	for _, t := range e.Rules {
		got = append(got, strings.TrimSpace(t.Rule+": "+string(t.Takes)+" "+string(t.Verdict)))
		for _, r := range t.Reasons {
			got = append(got, "  "+strings.TrimSpace(r.Reason+" "+r.FailureCode))
		}
		for _, f := range t.Findings {
			got = append(got, "  "+strings.TrimSpace(short.Replace(strings.Join([]string{string(f.Outcome), f.Check, string(f.Document), f.Action, f.FailureCode}, " "))))
		}
	}
	for _, r := range e.Remedy {
		got = append(got, "-> "+r.Reason)
	}
	return got
}

const whole = `"LastModified": "2026-11-20T10:00:00+00:00", "ContentLength": 3, "ETag": "x", "ServerSideEncryption": "AES256", "VersionId": "v1"`

// head is what S3 says of a version, beside what it says of all.
func head(more string) string {
	if more != "" {
		more = ", " + more
	}
	return "{" + whole + more + "}"
}

const (
	kmsKey     = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	secondRule = `{"ID": "second", "Priority": 2, "Status": "Enabled", "Filter": {"Prefix": "2026/"}, "DeleteMarkerReplication": {"Status": "Disabled"}, "Destination": {"Bucket": "arn:aws:s3:::acme-logs-copy"}}`
	denyOne    = `{"Sid": "Not this", "Effect": "Deny", "Principal": "*", "Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::acme-logs-copy/2026/a"}`
)

// locked switches Object Lock on at both ends.
func locked(w *world) {
	w.put(source+" > ObjectLockConfiguration", `{"ObjectLockEnabled": "Enabled"}`)
	w.put(destination+" > ObjectLockConfiguration", `{"ObjectLockEnabled": "Enabled"}`)
}

// markers makes the rule replicate delete markers.
func markers(w *world) {
	w.put(configRule+" > DeleteMarkerReplication", `{"Status": "Enabled"}`)
	with(rolePolicy, strings.Replace(write, "s3:ReplicateObject", "s3:ReplicateDelete", 1))(w)
	with(dstPolicy, strings.Replace(receive, "s3:ReplicateObject", "s3:ReplicateDelete", 1))(w)
}

func rules(text ...string) edit {
	return put(config+" > Rules", "["+strings.Join(text, ", ")+"]")
}

// TestExplain has every row of what S3 does not replicate, and every kind of
// answer. Rows about what is no object version (settings of the bucket, lifecycle
// actions, deletes by version ID, annotations) have nothing to be asked about.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html.
func TestExplain(t *testing.T) {
	tests := []struct {
		name       string
		edit       edit
		head, tags string
		want       string // lines, separated by |
	}{
		{"written now", nil, "", "", "replicates|written-now|logs: yes replicates"},
		{
			"to an owner that does not have the bucket", put(configRule+" > Destination > Account", `"777788889999"`), "", "",
			"fails|written-now|logs: yes fails|  mismatch destination-account-differs replication-configuration|-> batch-failed",
		},
		{
			"another rule names such an owner", rules(ruleJSON, strings.Replace(strings.ReplaceAll(secondRule, "2026/", "2025/"), `{"Bucket"`, `{"Account": "777788889999", "Bucket"`, 1)), "", "",
			"replicates|written-now|logs: yes replicates|second: no|  prefix",
		},
		{
			"to another partition", put(configRule+" > Destination > Bucket", `"arn:aws-cn:s3:::acme-logs-copy"`), "", "",
			"fails|written-now|logs: yes fails|  mismatch configuration-invalid replication-configuration|-> batch-failed",
		},
		{
			"without a role", put(config+" > Role", `""`), "", "",
			"fails|written-now|logs: yes fails|  mismatch configuration-invalid replication-configuration|-> batch-failed",
		},
		{"replicated", nil, head(`"ReplicationStatus": "COMPLETED"`), "", "replicates|completed|completed-elsewhere|logs: yes replicates|-> batch-completed"},
		{
			"replicated, and perhaps expired at the destination", put(destination+" > LifecycleConfiguration", `{"Rules": [{"ID": "expire", "Status": "Enabled", "Filter": {"Prefix": "2026/"}, "Expiration": {"Days": 30}}]}`),
			head(`"ReplicationStatus": "COMPLETED"`), "", "replicates|completed|completed-elsewhere|completed-expired|logs: yes replicates|-> batch-completed",
		},
		{"replicated, in the word of the API's model", nil, head(`"ReplicationStatus": "COMPLETE"`), "", "replicates|completed|completed-elsewhere|logs: yes replicates|-> batch-completed"},
		{"under way", nil, head(`"ReplicationStatus": "PENDING"`), "", "replicates|pending|logs: yes replicates"},
		{
			"failed, and mended since", nil, head(`"ReplicationStatus": "FAILED"`), "",
			"fails|failed|failed-before|logs: yes replicates|-> batch-failed",
		},
		{"a status that is new", nil, head(`"ReplicationStatus": "SHELVED"`), "", "unknown|status-strange|logs: yes replicates"},
		{"older than the rule", nil, head(""), "", "fails|not-eligible|logs: yes replicates|-> batch-none"},
		{"a part of what S3 says, with the date", nil, `{"LastModified": "2026-11-20T10:00:00+00:00", "ServerSideEncryption": "AES256"}`, "", "unknown|status-unread|logs: yes replicates|-> give-object"},
		{"a part of what S3 says", nil, `{"ServerSideEncryption": "AES256"}`, "", "unknown|status-unread|logs: yes replicates|-> give-object"},
		{"a replica", nil, head(`"ReplicationStatus": "REPLICA"`), "", "fails|replica|logs: yes replicates|-> batch-replica"},
		{
			"a replica, where changes of it go back", put(configRule+" > SourceSelectionCriteria", `{"ReplicaModifications": {"Status": "Enabled"}}`), head(`"ReplicationStatus": "REPLICA"`), "",
			"fails|replica|logs: yes replicates|  replica-metadata|-> batch-replica",
		},
		{"archived", nil, head(`"StorageClass": "GLACIER"`), "", "fails|not-eligible|archived SrcObjectNotEligible|logs: yes replicates|-> restore"},
		{"deep in the archive", nil, head(`"StorageClass": "DEEP_ARCHIVE", "ReplicationStatus": "FAILED"`), "", "fails|failed|failed-before|archived SrcObjectNotEligible|logs: yes replicates|-> restore"},
		{"an archive that answers at once", nil, head(`"StorageClass": "GLACIER_IR", "ReplicationStatus": "PENDING"`), "", "replicates|pending|logs: yes replicates"},
		{"an archive tier", nil, head(`"StorageClass": "INTELLIGENT_TIERING", "ArchiveStatus": "DEEP_ARCHIVE_ACCESS", "ReplicationStatus": "PENDING"`), "", "fails|pending|archived-tier SrcObjectNotEligible|logs: yes replicates|-> restore"},
		{"archived after it was replicated", nil, head(`"StorageClass": "GLACIER", "ReplicationStatus": "COMPLETED"`), "", "replicates|completed|completed-elsewhere|logs: yes replicates|-> batch-completed"},
		{
			"owned by somebody else, perhaps", put(source+" > OwnershipControls", `{"Rules": [{"ObjectOwnership": "ObjectWriter"}]}`), "", "",
			"replicates|written-now|owner-may-not-read SrcGetAclNotPermitted|logs: yes replicates",
		},
		{"the rule is disabled", put(configRule+" > Status", `"Disabled"`), "", "", "fails|no-rule|written-now|logs: no|  rule-disabled|-> batch-rule"},
		{"another prefix", put(configRule+" > Filter", `{"Prefix": "logs/"}`), "", "", "fails|no-rule|written-now|logs: no|  prefix|-> batch-rule"},
		{"a tag, of which nothing is known", put(configRule+" > Filter", `{"Tag": {"Key": "team", "Value": "ops"}}`), "", "", "unknown|written-now|logs: unknown replicates|  tags-unread|-> give-object"},
		{"a tag, and S3 counts none", put(configRule+" > Filter", `{"Tag": {"Key": "team", "Value": "ops"}}`), head(`"TagCount": 0`), "", "fails|no-rule|not-eligible|tagged-later|logs: no|  tags SrcObjectNotEligible|-> batch-rule"},
		{"a tag that it has", put(configRule+" > Filter", `{"Tag": {"Key": "team", "Value": "ops"}}`), "", "a=b team=ops", "replicates|written-now|logs: yes replicates"},
		{"a tag with another value", put(configRule+" > Filter", `{"Tag": {"Key": "team", "Value": "ops"}}`), "", "team=Ops", "fails|no-rule|written-now|logs: no|  tags SrcObjectNotEligible|-> batch-rule"},
		{"a tag that it got later", put(configRule+" > Filter", `{"Tag": {"Key": "team", "Value": "ops"}}`), head(""), "team=ops", "fails|not-eligible|tagged-later|logs: yes replicates|-> batch-none"},
		{"another rule comes first", rules(ruleJSON, secondRule), "", "", "replicates|written-now|logs: no|  priority|second: yes replicates"},
		{"two rules of one priority", rules(ruleJSON, strings.Replace(secondRule, `"Priority": 2`, `"Priority": 1`, 1)), "", "", "fails|written-now|logs: unknown fails|  priority-equal|  mismatch configuration-invalid replication-configuration|second: unknown fails|  priority-equal|  mismatch configuration-invalid replication-configuration|-> batch-failed"},
		{
			"a tag that is not known, and a rule for all: one of them takes it", rules(strings.Replace(secondRule, `"Filter": {"Prefix": "2026/"}`, `"Filter": {"Tag": {"Key": "team", "Value": "ops"}}`, 1), ruleJSON), "", "",
			"replicates|written-now|second: unknown replicates|  tags-unread|logs: unknown replicates|  priority-unread",
		},
		{
			"the same, and the rule with the tag fails", func(w *world) {
				rules(strings.Replace(secondRule, `"Filter": {"Prefix": "2026/"}`, `"SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}}, "Filter": {"Tag": {"Key": "team", "Value": "ops"}}`, 1), ruleJSON)(w)
			}, "", "",
			"unknown|written-now|second: unknown fails|  tags-unread|  mismatch configuration-invalid replication-configuration|logs: unknown replicates|  priority-unread|-> give-object",
		},
		{"who owns it was not read", drop(source + " > OwnershipControls"), "", "", "replicates|written-now|owner-unread|logs: yes replicates"},
		{"a delete marker with a status", markers, `{"DeleteMarker": true, "ReplicationStatus": "COMPLETED"}`, "", "replicates|completed|completed-elsewhere|logs: yes replicates"},
		{"no configuration", put(config, "null"), "", "", "fails|no-configuration SrcBucketReplicationConfigMissing|-> batch-rule"},
		{"the configuration was not read", drop(config), "", "", "unknown|configuration-unread"},
		{"no bucket", put(source, "null"), "", "", "fails|no-bucket SrcBucketNotFound"},
		{"the bucket was not read", func(w *world) { w.put(own+" > Listed", `[]`); w.put(source, "") }, "", "", "unknown|bucket-unread"},

		{"a delete marker, by default", nil, `{"DeleteMarker": true}`, "", "fails|no-rule|marker|logs: no|  delete-marker|-> select-markers|-> batch-marker"},
		{
			"a delete marker, and a filter by tag", put(configRule+" > Filter", `{"Tag": {"Key": "team", "Value": "ops"}}`), `{"DeleteMarker": true}`, "",
			"fails|no-rule|marker|logs: no|  delete-marker-tags",
		},
		{
			"a delete marker that nobody may write", put(configRule+" > DeleteMarkerReplication", `{"Status": "Enabled"}`), `{"DeleteMarker": true}`, "",
			"fails|marker|logs: yes fails|  missing permission-missing destination-bucket-policy s3:ReplicateDelete DstDelObjNotPermitted|  missing permission-missing role-policy s3:ReplicateDelete DstDelObjNotPermitted|-> batch-marker",
		},
		{
			"a delete marker that lifecycle may have made", func(w *world) {
				markers(w)
				w.put(source+" > LifecycleConfiguration", `{"Rules": [{"ID": "expire", "Status": "Enabled", "Filter": {"Prefix": "2026/"}, "Expiration": {"Days": 30}}]}`)
			}, `{"DeleteMarker": true}`, "",
			"unknown|marker|logs: unknown replicates|  marker-from-lifecycle|-> batch-marker",
		},
		{
			"lifecycle waits for what failed", put(source+" > LifecycleConfiguration", `{"Rules": [{"ID": "expire", "Status": "Enabled", "Filter": {"Prefix": "2026/"}, "Transitions": [{"Days": 30, "StorageClass": "GLACIER"}]}]}`), head(`"ReplicationStatus": "FAILED"`), "",
			"fails|failed|failed-before|lifecycle-waits|logs: yes replicates|-> batch-failed",
		},

		{
			"lifecycle rules that are about other keys, disabled, or about uploads", put(source+" > LifecycleConfiguration", `{"Rules": [
				{"ID": "longer", "Status": "Enabled", "Filter": {"Prefix": "2026/a/b"}, "Expiration": {"Days": 30}},
				{"ID": "off", "Status": "Disabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 30}},
				{"ID": "uploads", "Status": "Enabled", "Filter": {"Prefix": ""}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}]}`), head(`"ReplicationStatus": "FAILED"`), "",
			"fails|failed|failed-before|logs: yes replicates|-> batch-failed",
		},
		{
			"lifecycle rules that make no delete markers of the key", func(w *world) {
				markers(w)
				w.put(source+" > LifecycleConfiguration", `{"Rules": [
					{"ID": "longer", "Status": "Enabled", "Filter": {"Prefix": "2026/a/b"}, "Expiration": {"Days": 30}},
					{"ID": "markers", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"ExpiredObjectDeleteMarker": true}}]}`)
			}, `{"DeleteMarker": true}`, "", "replicates|marker|logs: yes replicates",
		},
		{"a delete marker that is there: it may be older than the rule", markers, `{"DeleteMarker": true, "VersionId": "v3"}`, "", "unknown|marker|marker-age|logs: yes replicates|-> batch-marker"},
		{"a delete marker of the list of versions", markers, `{"DeleteMarker": true, "LastModified": "2026-11-20T10:00:00+00:00"}`, "", "unknown|marker|marker-age|logs: yes replicates|-> batch-marker"},
		{"a replica that gives changes back, perhaps", put(configRule+" > SourceSelectionCriteria", `{"ReplicaModifications": {"Status": "Enabled"}}`), head(`"ReplicationStatus": "FAILED"`), "", "fails|failed|failed-before|perhaps-replica|logs: yes replicates|-> batch-failed"},
		{"replicated before the configuration was taken away", put(config, "null"), head(`"ReplicationStatus": "COMPLETED"`), "", "replicates|no-configuration SrcBucketReplicationConfigMissing|completed|completed-elsewhere"},
		{"failed before the configuration was taken away", put(config, "null"), head(`"ReplicationStatus": "FAILED"`), "", "fails|no-configuration SrcBucketReplicationConfigMissing|failed"},
		{"no configuration, and so no status", put(config, "null"), head(""), "", "fails|no-configuration SrcBucketReplicationConfigMissing|-> batch-rule"},
		{"replicated, and the configuration is not known", drop(config), head(`"ReplicationStatus": "COMPLETED"`), "", "replicates|configuration-unread|completed|completed-elsewhere"},
		{"two tags, and S3 counts one", put(configRule+" > Filter", `{"And": {"Tags": [{"Key": "team", "Value": "ops"}, {"Key": "class", "Value": "gold"}]}}`), head(`"TagCount": 1, "ReplicationStatus": "PENDING"`), "", "fails|no-rule|pending|logs: no|  tags-fewer SrcObjectNotEligible|-> batch-failed"},
		{"two tags, and S3 counts two", put(configRule+" > Filter", `{"And": {"Tags": [{"Key": "team", "Value": "ops"}, {"Key": "class", "Value": "gold"}]}}`), head(`"TagCount": 2, "ReplicationStatus": "PENDING"`), "", "unknown|pending|logs: unknown replicates|  tags-unread|-> give-tags"},
		{
			"KMS encrypts it, and the rule leaves that out", nil, head(`"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "` + kmsKey + `"`), "",
			"fails|no-rule|not-eligible|logs: no|  kms-not-selected|-> select-kms|-> batch-rule",
		},
		{"KMS encrypts twice", nil, head(`"ServerSideEncryption": "aws:kms:dsse", "ReplicationStatus": "PENDING"`), "", "fails|no-rule|pending|logs: no|  kms-not-selected|-> select-kms|-> batch-failed"},
		{
			"the bucket's default is KMS", put(source+" > ServerSideEncryptionConfiguration", `{"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "`+kmsKey+`"}}]}`), "", "",
			"fails|no-rule|written-now|logs: no|  kms-not-selected|-> select-kms|-> batch-rule",
		},
		{
			"the default is KMS, and the object is not", put(source+" > ServerSideEncryptionConfiguration", `{"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "`+kmsKey+`"}}]}`), head(`"ReplicationStatus": "PENDING"`), "",
			"replicates|pending|logs: yes replicates",
		},
		{"the encryption is new", nil, head(`"ServerSideEncryption": "aws:fsx", "ReplicationStatus": "PENDING"`), "", "unknown|pending|logs: unknown replicates|  encryption-strange"},
		{"the default was not read", drop(source + " > ServerSideEncryptionConfiguration"), "", "", "unknown|written-now|logs: unknown unknown|  encryption-unread|  unknown read-denied bucket-settings|-> give-object"},
		{"SSE-C", nil, `{"LastModified": "2026-11-20T10:00:00+00:00", "ContentLength": 3, "SSECustomerAlgorithm": "AES256", "ReplicationStatus": "PENDING"}`, "", "replicates|pending|logs: yes replicates"},
		{
			"SSE-C, which the destination blocks", put(destination+" > ServerSideEncryptionConfiguration", `{"Rules": [{"BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]}}]}`),
			`{"LastModified": "2026-11-20T10:00:00+00:00", "ContentLength": 3, "SSECustomerAlgorithm": "AES256", "ReplicationStatus": "PENDING"}`, "",
			"fails|pending|logs: yes fails|  blocked sse-c-blocked bucket-settings|-> batch-failed",
		},
		{
			"SSE-C, and nobody knows", drop(destination + " > ServerSideEncryptionConfiguration"), `{"LastModified": "2026-11-20T10:00:00+00:00", "ContentLength": 3, "SSECustomerAlgorithm": "AES256", "ReplicationStatus": "PENDING"}`, "",
			"unknown|pending|logs: yes unknown|  sse-c-unread|  unknown read-denied bucket-settings",
		},

		{
			"the bucket policy forbids this key", with(dstPolicy, denyOne), "", "",
			"fails|written-now|logs: yes fails|  blocked permission-blocked destination-bucket-policy s3:ReplicateObject DstPutObjectNotPermitted|-> batch-failed",
		},
		{"the bucket policy forbids another key", with(dstPolicy, strings.Replace(denyOne, "2026/a", "2026/b", 1)), "", "", "replicates|written-now|logs: yes replicates"},
		{
			"the role cannot be assumed", put(trust, document(strings.Replace(trustS3, "s3.amazonaws.com", "ec2.amazonaws.com", 1))), "", "",
			"fails|written-now|logs: yes fails|  missing trust-missing role-trust-policy sts:AssumeRole AssumeRoleNotPermitted|-> batch-failed",
		},
		{
			"the destination is not versioned", put(destination+" > Versioning", `{"Status": "Suspended"}`), "", "",
			"fails|written-now|logs: yes fails|  missing versioning-disabled bucket-settings  DstBucketUnversioned|-> batch-failed",
		},
		{
			"the tags may not be read", put(rolePolicy, document(readBucket, strings.Replace(readObjects, `, "s3:GetObjectVersionTagging"`, "", 1), write)), "", "a=b",
			"degraded|written-now|logs: yes degraded|  missing permission-missing role-policy s3:GetObjectVersionTagging SrcGetTaggingNotPermitted|-> batch-failed",
		},
		{
			"the tags may not be read, and perhaps there are some", put(rolePolicy, document(readBucket, strings.Replace(readObjects, `, "s3:GetObjectVersionTagging"`, "", 1), write)), "", "",
			"unknown|written-now|logs: yes unknown|  perhaps-tagged|  missing permission-missing role-policy s3:GetObjectVersionTagging SrcGetTaggingNotPermitted|-> give-object",
		},
		{"the tags may not be read, and there are none", put(rolePolicy, document(readBucket, strings.Replace(readObjects, `, "s3:GetObjectVersionTagging"`, "", 1), write)), "", "none", "replicates|written-now|logs: yes replicates"},
		{"the role is gone", drop(role), "", "", "fails|written-now|logs: yes fails|  missing role-not-found role-policy  AssumeRoleNotPermitted|-> batch-failed"},
		{"the policies of the role were not read", drop(role + " > InlinePolicies"), "", "", "unknown|written-now|logs: yes unknown|  unknown read-denied role-policy"},
		{"the policies of the organization were not read", drop(own + " > organization"), "", "", "unknown|written-now|logs: yes unknown|  unknown read-denied rcp|  unknown read-denied scp"},
		{"the rule's status is none that S3 knows", put(configRule+" > Status", `"enabled"`), "", "", "fails|written-now|logs: yes fails|  mismatch configuration-invalid replication-configuration|-> batch-failed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := clean(t)
			noSpec(w)
			if tt.edit != nil {
				tt.edit(w)
			}
			if diff := cmp.Diff(strings.Split(tt.want, "|"), because(w.explain(tt.head, tt.tags))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Rules of a SPEC that would take the version are named where no live rule does,
// and only those.
func TestExplainNotLive(t *testing.T) {
	for name, tt := range map[string]struct {
		edit edit
		key  string
		want string
	}{
		"no configuration":     {put(config, "null"), "2026/a", "fails|no-configuration SrcBucketReplicationConfigMissing|not-live|-> batch-rule"},
		"another key":          {func(w *world) { put(config, "null")(w); rule(func(r *replication.Rule) { r.Prefix = "logs/" })(w) }, "2026/a", "fails|no-configuration SrcBucketReplicationConfigMissing|-> batch-rule"},
		"the rule is disabled": {put(configRule+" > Status", `"Disabled"`), "2026/a", "fails|no-rule|not-live|written-now|logs: no|  rule-disabled|-> batch-rule"},
		"other tags": {func(w *world) {
			put(config, "null")(w)
			rule(func(r *replication.Rule) { r.FilterTags = []replication.Tag{{Key: "team", Value: "ops"}} })(w)
		}, "tagless", "fails|no-configuration SrcBucketReplicationConfigMissing|-> batch-rule"},
		"the rule is there":       {nil, "2026/a", "replicates|written-now|logs: yes replicates"},
		"nothing is known at all": {func(w *world) { w.put(own, "") }, "2026/a", "unknown|bucket-unread"},
	} {
		t.Run(name, func(t *testing.T) {
			w := clean(t)
			if tt.edit != nil {
				tt.edit(w)
			}
			if diff := cmp.Diff(strings.Split(tt.want, "|"), because(w.explain("", "none", tt.key))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if got := because(audit.Explain(audit.Input{}, audit.Object{Bucket: "b", Key: "k"})); got[0] != "unknown" {
		t.Errorf("without a snapshot: %q", got)
	}
}

// The version that S3 described is named, also where nobody asked for it by its ID.
func TestExplainNamesTheVersion(t *testing.T) {
	w := clean(t)
	if got := w.explain(head(`"ReplicationStatus": "PENDING"`), "").Object; got.VersionID != "v1" || !got.Known || got.Status != "PENDING" {
		t.Errorf("the explanation is about %+v, want version v1, PENDING", got)
	}
}

// TestExplainAsked is about what S3 answered when it was asked, and about a version
// of which nothing is known. Neither is taken for one that is written now.
func TestExplainAsked(t *testing.T) {
	byKMS := put(source+" > ServerSideEncryptionConfiguration", `{"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "`+kmsKey+`"}}]}`)
	marker := &snapshot.Object{DeleteMarker: true, VersionID: "v3"}
	tests := []struct {
		name   string
		edit   edit
		object audit.Object
		want   string
	}{
		{"a version, and nobody asked", nil, audit.Object{VersionID: "v1"}, "unknown|version-unread|key-alone|logs: unknown replicates|  encryption-unread|-> give-object"},
		{"a version, and its encryption is not the bucket's default", byKMS, audit.Object{VersionID: "v1"}, "unknown|version-unread|key-alone|logs: unknown replicates|  encryption-unread|-> give-object"},
		{"403", nil, audit.Object{Asked: true, Why: "AccessDenied"}, "unknown|head-denied|key-alone|logs: unknown replicates|  encryption-unread|-> give-object"},
		{"403, and the default is not what encrypts it", byKMS, audit.Object{Asked: true, Why: "AccessDenied"}, "unknown|head-denied|key-alone|logs: unknown replicates|  encryption-unread|-> give-object"},
		{"403, and no rule takes the key", put(configRule+" > Filter", `{"Prefix": "logs/"}`), audit.Object{Asked: true, Why: "AccessDenied"}, "fails|no-rule|head-denied|key-alone|logs: no|  prefix|-> batch-rule"},
		{"400, as with SSE-C", nil, audit.Object{Asked: true, Why: "BadRequest"}, "unknown|head-encrypted|key-alone|logs: unknown replicates|  encryption-unread|-> give-object"},
		{"throttled", nil, audit.Object{Asked: true, Why: "ServiceUnavailable"}, "unknown|head-unread|key-alone|logs: unknown replicates|  encryption-unread|-> give-object"},
		{"404", nil, audit.Object{Asked: true, Gone: true}, "fails|object-gone SrcObjectNotFound|logs: yes replicates"},
		{"404 of a version", nil, audit.Object{VersionID: "v1", Asked: true, Gone: true}, "fails|version-gone SrcVersionNotFound|logs: unknown replicates|  encryption-unread"},
		{"404, and no configuration", put(config, "null"), audit.Object{Asked: true, Gone: true}, "fails|no-configuration SrcBucketReplicationConfigMissing|object-gone SrcObjectNotFound"},
		{"404, and the configuration was not read", drop(config), audit.Object{Asked: true, Gone: true}, "fails|configuration-unread|object-gone SrcObjectNotFound"},
		{"405: a delete marker", markers, audit.Object{VersionID: "v3", Asked: true, Head: marker}, "unknown|marker|marker-age|logs: yes replicates|-> batch-marker"},
		{"404 with a delete marker: it is the current version", markers, audit.Object{Asked: true, Head: marker}, "unknown|marker-current|marker|marker-age|logs: yes replicates|-> batch-marker"},
		{
			"a legal hold that was taken off is no lock", locked,
			audit.Object{Asked: true, Head: &snapshot.Object{LastModified: "2026", ServerSideEncryption: "AES256", ReplicationStatus: "PENDING", ObjectLockLegalHoldStatus: "OFF"}},
			"unknown|pending|logs: yes unknown|  perhaps-locked|  missing permission-missing role-policy s3:GetObjectLegalHold SrcGetLegalHoldNotPermitted|  missing permission-missing role-policy s3:GetObjectRetention SrcGetRetentionNotPermitted",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := clean(t)
			noSpec(w)
			if tt.edit != nil {
				tt.edit(w)
			}
			in := w.input
			in.Snapshot = w.snapshot()
			tt.object.Bucket, tt.object.Key = "acme-logs", "2026/a"
			if diff := cmp.Diff(strings.Split(tt.want, "|"), because(audit.Explain(in, tt.object))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestExplainKeys is about the keys of KMS: of the version, not of the bucket.
func TestExplainKeys(t *testing.T) {
	kms := func(key, more string) string {
		return `{"LastModified": "2026-11-20T10:00:00+00:00", "ContentLength": 3, "ReplicationStatus": "PENDING", "ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "` + key + `"` + more + `}`
	}
	other := put(rolePolicy, document(readBucket, readObjects, write, strings.Replace(useSource, `acme-logs/*`, `acme-logs/2025/*`, 1), useReplica))
	tests := []struct {
		name, head string
		edit       edit
		want       string
	}{
		{"the default key", kms(srcKeyARN, `, "BucketKeyEnabled": true`), nil, "replicates|pending|logs: yes replicates"},
		{
			"a key that was not read: its policy may name the role", kms(kmsKey, ""), nil,
			"unknown|pending|logs: yes unknown|  unknown read-denied source-kms-key-policy",
		},
		{"with an S3 Bucket Key, the object is in no context", kms(srcKeyARN, `, "BucketKeyEnabled": true`), other, "replicates|pending|logs: yes replicates|  advice permission-advised role-policy kms:Decrypt SrcGetObjectNotPermitted"},
		{"without one, it is", kms(srcKeyARN, `, "BucketKeyEnabled": false`), other, "fails|pending|logs: yes fails|  missing permission-missing role-policy kms:Decrypt SrcGetObjectNotPermitted|-> batch-failed"},
		{"without KMS, no key matters", head(`"ReplicationStatus": "PENDING"`), put(srcKey+" > Policy", document()), "replicates|pending|logs: yes replicates"},
		{
			"the replica key is disabled", kms(srcKeyARN, ""), put(dstKey+" > KeyMetadata", `{"KeyState": "Disabled", "KeyManager": "CUSTOMER"}`),
			"fails|pending|logs: yes fails|  blocked kms-key-state kms-key  DstKmsKeyInvalidState|-> batch-failed",
		},
		{"the replica key is gone", kms(srcKeyARN, ""), put(dstKey, "null"), "fails|pending|logs: yes fails|  missing kms-key-not-found kms-key  DstKmsKeyNotFound|-> batch-failed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := clean(t)
			keyed(w)
			noSpec(w)
			if tt.edit != nil {
				tt.edit(w)
			}
			if diff := cmp.Diff(strings.Split(tt.want, "|"), because(w.explain(tt.head, ""))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Two destinations are two answers, and one that fails is enough.
func TestExplainDestinations(t *testing.T) {
	w := clean(t)
	noSpec(w)
	w.put(foreign+" > buckets > acme-logs-third", bucket("eu-west-1", "null", "null"))
	rules(ruleJSON, strings.ReplaceAll(secondRule, "acme-logs-copy", "acme-logs-third"))(w)
	want := []string{
		"fails", "written-now", "logs: yes replicates", "second: yes fails", "  perhaps-tagged",
		"  missing permission-missing destination-bucket-policy s3:ReplicateObject DstPutObjectNotPermitted",
		"  missing permission-missing role-policy s3:ReplicateObject DstPutObjectNotPermitted",
		"  advice permission-advised destination-bucket-policy s3:ReplicateTags",
		"  advice permission-advised role-policy s3:ReplicateTags", "-> batch-failed",
	}
	if diff := cmp.Diff(want, because(w.explain("", ""))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A key is what it is: a statement about it by name holds, also where it looks
// like a pattern, a variable or an escape.
func TestExplainTakesKeysLiterally(t *testing.T) {
	for _, tt := range []struct {
		key, denied string // the resource of a Deny
		want        audit.Verdict
	}{
		{"2026/*", "2026/a", audit.Replicates},
		{"2026/*", "2026/${*}", audit.Fails},
		{"2026/a", "2026/${*}", audit.Replicates},
		{"2026/${*}", "2026/${*}", audit.Replicates},
		{"2026/${*}", "2026/${$}{${*}}", audit.Fails},
		{"a%2Fb", "a/b", audit.Replicates},
		{"a?b", "a${?}b", audit.Fails},
		{"//", "/", audit.Replicates},
		{"..", "${*}", audit.Replicates},
		{"\x1b[31m\u202e\u4e16", "*\u4e16", audit.Fails},
		{strings.Repeat("k", 1024), strings.Repeat("k", 1023) + "?", audit.Fails},
	} {
		w := clean(t)
		noSpec(w)
		with(dstPolicy, strings.Replace(denyOne, "2026/a", tt.denied, 1))(w)
		if got := w.explain("", "", tt.key); got.Verdict != tt.want {
			t.Errorf("key %q where %q is denied: %s, want %s (%q)", tt.key, tt.denied, got.Verdict, tt.want, because(got))
		}
	}
}

// twoOfV1 are rules without a Filter, which S3 takes for one destination only.
var twoOfV1 = []string{
	`{"ID": "first", "Status": "Enabled", "Prefix": "", "Destination": {"Bucket": "arn:aws:s3:::acme-logs-copy"}}`,
	`{"ID": "other", "Status": "Enabled", "Prefix": "2026/", "Destination": {"Bucket": "arn:aws:s3:::acme-logs-archive"}}`,
}

// TestExplainAgrees lays explanations beside the audit: what an audit finds of a
// rule for every key, an explanation finds for one.
func TestExplainAgrees(t *testing.T) {
	for name, e := range map[string]edit{
		"clean":        func(*world) {},
		"no trust":     put(trust, document()),
		"no write":     put(dstPolicy, document()),
		"no read":      put(rolePolicy, document(readBucket, write)),
		"unread":       drop(dstPolicy),
		"unversioned":  put(destination+" > Versioning", `{}`),
		"other bucket": put(destination, "null"),

		"a status that S3 refuses":             put(configRule+" > Status", `"enabled"`),
		"what S3 took once":                    put(configRule+" > ExistingObjectReplication", `{"Status": "Enabled"}`),
		"a disabled rule that S3 refuses":      put(configRule, strings.Replace(strings.Replace(ruleJSON, `"Enabled"`, `"Disabled"`, 1), `{"Bucket"`, `{"ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}}, "Bucket"`, 1)),
		"rules of V1 for several destinations": func(w *world) { markers(w); rules(twoOfV1...)(w) },
	} {
		w := clean(t)
		noSpec(w)
		e(w)
		rules, got := w.audit().Rules, w.explain("", "none")
		if len(rules) == 0 || len(got.Rules) != len(rules) {
			t.Fatalf("%s: the audit has the rules %+v, the explanation %q", name, rules, because(got))
		}
		said := map[string]audit.Verdict{}
		for _, r := range rules {
			said[r.Rule] = r.Verdict
		}
		for _, r := range got.Rules {
			if r.Verdict != said[r.Rule] {
				t.Errorf("%s: the audit says %+v, the explanation %q", name, rules, because(got))
			}
		}
	}
}

// TestExplainCodeRemedies: what to do for versions that have failed is right for
// the code. To upload again what was deleted would undo the deletion, a job that
// failed has left no status, and what is gone is not to be replicated.
func TestExplainCodeRemedies(t *testing.T) {
	for code, want := range map[string]string{
		"DstPutObjectNotPermitted":        "batch-failed",
		"DstDelObjNotPermitted":           "batch-marker",
		"InitiateReplicationNotPermitted": "batch-again",
		"DstBucketInvalidRegion":          "batch-again",
		"DstObjectHardDeleted":            "",
		"SrcBucketNotFound":               "",
		"SrcVersionNotFound":              "",
	} {
		e, _, ok := audit.ExplainCode(code, "")
		if !ok {
			t.Fatalf("%s is not known", code)
		}
		got := ""
		for _, r := range e.Code.Remedy {
			got += r.Reason
		}
		if got != want {
			t.Errorf("%s: what to do is %q, want %q", code, got, want)
		}
	}
}

// Every code that a finding or a reason of an explanation names is one that
// --code explains.
func TestExplainCode(t *testing.T) {
	for _, f := range replication.Failures {
		for _, spelled := range []string{f.Code, strings.ToUpper(f.Code), " " + f.Code + " ", f.Older} {
			if spelled == "" {
				continue
			}
			e, _, ok := audit.ExplainCode(spelled, "test")
			if !ok || e.Code.Code != f.Code || e.Code.Says == "" || e.Code.Text == "" || e.Code.Source == "" || f.Final != (len(e.Code.Remedy) == 0) {
				t.Errorf("%q is explained by %+v", spelled, e)
			}
		}
	}
	for code, want := range map[string]string{"DstPutObjctNotPermitted": "DstPutObjectNotPermitted", "Gremlins": "", "": "", strings.Repeat("x", 1<<16): ""} {
		if e, near, ok := audit.ExplainCode(code, "test"); ok || near != want {
			t.Errorf("%.30q is explained by %+v, near %q, want %q", code, e, near, want)
		}
	}
}

// The page about explanations names every field of their JSON, every name of
// a verdict and what the statuses of the program are.
func TestExplainIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../docs/explain.md")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, of := range []any{audit.Explanation{}, audit.Explained{}, audit.Taking{}, audit.Reason{}, audit.CodeMeaning{}, audit.CodeCause{}} {
		for field := range reflect.TypeOf(of).Fields() {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if name == "" {
				continue
			}
			n++
			if !strings.Contains(string(page), "`"+name+"`") {
				t.Errorf("docs/explain.md does not name the field %s", name)
			}
		}
	}
	for _, v := range []audit.Verdict{audit.Replicates, audit.Degraded, audit.Fails, audit.Unclear} {
		if !strings.Contains(string(page), "`"+string(v)+"`") {
			t.Errorf("docs/explain.md does not name the verdict %s", v)
		}
	}
	if n < 20 {
		t.Errorf("only %d fields were found", n)
	}
}
