package audit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// grantIf is the grant of writes, under a condition, in the role's or the
// destination's policy.
func grantIf(statement, condition string) string {
	return strings.TrimSuffix(statement, "}") + `, "Condition": ` + condition + "}"
}

func TestEdges(t *testing.T) {
	hard := "*a" + strings.Repeat("?", 16)
	omit := rule(func(r *replication.Rule) { r.Tags = replication.Omit })
	untagged := func(w *world) {
		w.put(rolePolicy, document(readBucket, strings.ReplaceAll(readObjects, `, "s3:GetObjectVersionTagging"`, ""), strings.ReplaceAll(write, `, "s3:ReplicateTags"`, "")))
		w.put(dstPolicy, document(strings.ReplaceAll(receive, `, "s3:ReplicateTags"`, "")))
	}
	play(t, []story{
		{
			name: "two conditions that never hold together",
			edits: []edit{
				put(rolePolicy, document(readBucket, readObjects, grantIf(write, `{"Bool": {"aws:SecureTransport": "true"}}`))),
				put(dstPolicy, document(grantIf(receive, `{"Null": {"aws:SecureTransport": "true"}}`))),
			},
			want: []string{roleLacks, adviceRole}, says: "role-policy replication[2] may apply, and is not enough", verdict: audit.Fails,
		},
		{
			name:  "a denial and a condition that never miss each other",
			edits: []edit{put(dstPolicy, document(grantIf(receive, `{"Bool": {"aws:SecureTransport": "true"}}`))), deny(`"s3:*"`, `{"Bool": {"aws:SecureTransport": "true"}}`)},
			want:  deniedThere, verdict: audit.Fails,
		},
		{
			name:  "for one session of the role",
			edits: []edit{put(dstPolicy, document(strings.ReplaceAll(receive, roleARN, "arn:aws:sts::111122223333:assumed-role/acme-logs-replication/s3-replication")))},
			want:  perhapsThere, says: "destination-bucket-policy  the name of the caller's session is not known", verdict: audit.Unclear,
		},
		{
			name: "in one account, granted and denied by the bucket's policy", edits: []edit{
				sameAccount, put(rolePolicy, document(readBucket, readObjects)),
				with(sameDestination+" > Policy", `{"Effect": "Deny", "Principal": "*", "Action": "s3:ReplicateObject", "Resource": "*"}`),
			},
			want: []string{deniedThere[0]}, verdict: audit.Fails,
		},
		{
			name: "in one account, granted by nothing and denied by the bucket's policy", edits: []edit{
				sameAccount, put(rolePolicy, document(readBucket, readObjects)),
				put(sameDestination+" > Policy", document(`{"Effect": "Deny", "Principal": "*", "Action": "s3:ReplicateObject", "Resource": "*"}`)),
			},
			want: []string{roleLacks, deniedThere[0], adviceRole}, verdict: audit.Fails,
		},
		{
			name: "patterns that are too many to tell apart", edits: []edit{deny(`"s3:ReplicateObject"`, `{}`), put(dstPolicy, document(receive,
				`{"Effect": "Deny", "Principal": "*", "Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::acme-logs-copy/`+hard+`"}`))},
			want: []string{"unknown permission-unknown medium role-policy ROLE s3:ReplicateObject"}, verdict: audit.Unclear,
		},
		{
			name: "a guard that is too much to tell", edits: []edit{
				writes(func(w *replication.Writer) { w.Guard = true }),
				with(srcPolicy, `{"Effect": "Deny", "Principal": {"AWS": "`+userARN+`"}, "Action": ["s3:PutObject", "s3:PutObjectAcl", "s3:PutObjectTagging", "s3:AbortMultipartUpload"], "NotResource": ["arn:aws:s3:::acme-logs/uploads/*", "arn:aws:s3:::acme-logs/uploads/`+hard+`"]}`),
			},
			want: []string{"unknown permission-unknown medium writer-policy USER s3:PutObject"},
		},
		{
			name: "a live rule wants no tags that the SPEC leaves out", edits: []edit{omit, untagged, put(configRule+" > Destination > StorageClass", `"STANDARD_IA"`)},
			want: []string{"mismatch rule-differs medium replication-configuration SRC set"},
		},
		{
			name: "an attached policy of two", edits: []edit{put(role+" > AttachedPolicies", `{"arn:aws:iam::111122223333:policy/p": `+document(`{"Effect": "Deny", "Action": "s3:ReplicateObject", "Resource": "*"}`)+`}`), with(rolePolicy, `{"Effect": "Deny", "Action": "s3:ReplicateObject", "Resource": "*"}`)},
			want: []string{"blocked permission-blocked critical role-policy ROLE s3:ReplicateObject none remove"},
			says: "role-policy replication[3] denies it; role-policy arn:aws:iam::OWN:policy/p[0] denies it", verdict: audit.Fails,
		},
	})
}

// TestConfigurationRefused has what S3 refuses of several rules, or of a number.
func TestConfigurationRefused(t *testing.T) {
	const invalid = "mismatch configuration-invalid high replication-configuration SRC set"
	const unseen = "advice failures-unseen info replication-configuration SRC set"
	const resting = "advice rule-disabled low replication-configuration SRC set"
	more := strings.ReplaceAll(ruleJSON, `"logs"`, `"more"`)
	const v1 = `{"ID": "old", "Prefix": "old/", "Status": "Disabled", "Destination": {"Bucket": "arn:aws:s3:::acme-logs-copy"}}`
	slow := `"ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 30}}, "Metrics": {"Status": "Enabled"}, "Bucket"`
	rules := func(list ...string) []edit {
		return []edit{noSpec, put(config+" > Rules", "["+strings.Join(list, ", ")+"]")}
	}
	play(t, []story{
		{name: "equal priorities", edits: rules(ruleJSON, more), want: []string{invalid, invalid, unseen}, verdict: audit.Fails},
		{name: "other priorities", edits: rules(ruleJSON, strings.ReplaceAll(more, `"Priority": 1`, `"Priority": 2`)), want: []string{unseen}},
		{name: "other minutes", edits: rules(strings.ReplaceAll(ruleJSON, `"Bucket"`, slow)), want: []string{invalid}, verdict: audit.Fails},
		{name: "15 minutes", edits: rules(strings.ReplaceAll(ruleJSON, `"Bucket"`, strings.ReplaceAll(slow, "30", "15")))},
		{name: "several destinations of the first version", edits: rules(v1, strings.ReplaceAll(strings.ReplaceAll(v1, dstARN, "arn:aws:s3:::acme-logs-third"), "old", "older")), want: []string{invalid, resting}, verdict: audit.Idle},
		{name: "one destination of the first version", edits: rules(v1, strings.ReplaceAll(v1, "old", "older")), want: []string{resting, resting}, verdict: audit.Idle},
	})
}

// TestChain judges the policy of a bucket that is a destination and a source.
func TestChain(t *testing.T) {
	const third = "arn:aws:s3:::acme-logs-third"
	w := clean(t)
	noSpec(w)
	w.put(own+" > buckets > acme-logs-third", bucket("us-east-1", "null", "null"))
	w.put(own+" > buckets > acme-logs-second", bucket("us-east-1", document(
		strings.ReplaceAll(strings.ReplaceAll(receive, dstARN, "arn:aws:s3:::acme-logs-second"), `"s3:ReplicateTags"`, `"s3:ReplicateTags", "s3:DeleteObject"`)),
		`{"Role": "`+roleARN+`", "Rules": [`+strings.ReplaceAll(ruleJSON, dstARN, third)+`]}`))
	put(configRule+" > Destination", `{"Bucket": "arn:aws:s3:::acme-logs-second"}`)(w)
	w.put(rolePolicy, document(
		strings.ReplaceAll(readBucket, `"arn:aws:s3:::acme-logs"`, `["arn:aws:s3:::acme-logs", "arn:aws:s3:::acme-logs-second"]`),
		strings.ReplaceAll(readObjects, `"arn:aws:s3:::acme-logs/*"`, `["arn:aws:s3:::acme-logs/*", "arn:aws:s3:::acme-logs-second/*"]`),
		strings.ReplaceAll(write, dstARN, third),
	))
	out := w.audit()
	want := []string{
		"surplus permission-surplus high destination-bucket-policy SRC-second dangerous s3:DeleteObject replace",
		"advice replica-chain low replication-configuration SRC add",
		"advice failures-unseen info replication-configuration SRC set",
		"advice failures-unseen info replication-configuration SRC-second set",
	}
	if diff := cmp.Diff(want, lines(out)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	sound(t, out)
}

// TestVerdictOfEach sees that a rule beside a doubtful one is not drawn in.
func TestVerdictOfEach(t *testing.T) {
	w := clean(t)
	noSpec(w)
	put(config+" > Rules", `[`+ruleJSON+`, {"ID": "old", "Prefix": "old/", "Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::acme-logs-copy"}}]`)(w)
	if got := w.audit().Summary.Rules; got != (audit.Verdicts{Replicates: 2}) {
		t.Errorf("the verdicts are %+v, want that both replicate: AWS does not say that S3 refuses the old one", got)
	}
	put(config+" > Rules", `[`+ruleJSON+`, {"ID": "", "Filter": {}, "Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::acme-logs-copy"}}]`)(w)
	if got := w.audit().Summary.Rules; got != (audit.Verdicts{Replicates: 1, Fails: 1}) {
		t.Errorf("the verdicts are %+v, want that the rule without a name fails alone", got)
	}
}

// TestUnknownWriter sees that an audit of which all is unknown is never clean.
func TestUnknownWriter(t *testing.T) {
	w := clean(t)
	writes(nil)(w)
	w.rules[0].Enabled = false
	w.put(config, "null")
	w.put(user, `{"Errors": {"GetUser": "AccessDenied"}}`)
	out := w.audit()
	if got := out.Status(audit.DefaultFailOn, true); got != audit.StatusIncomplete {
		t.Errorf("status %d, want %d: %v", got, audit.StatusIncomplete, lines(out))
	}
}

// TestPlannedFlaws: what S3 holds it has accepted, and what is planned it may not.
func TestPlannedFlaws(t *testing.T) {
	for name, flawed := range map[string]edit{
		"existing objects":        put(configRule+" > ExistingObjectReplication", `{"Status": "Enabled"}`),
		"filter without priority": drop(configRule + " > Priority"),
		"prefix beside filter":    put(configRule+" > Prefix", `"a/"`),
	} {
		w := clean(t)
		noSpec(w)
		flawed(w)
		for _, planned := range []bool{false, true} {
			in := w.input
			in.Snapshot = w.snapshot()
			want := audit.Replicates
			if planned {
				want = audit.Fails
				in.Snapshot.Origins = snapshot.Origins{{ARN: srcARN, Field: "ReplicationConfiguration"}: {Address: "aws_s3_bucket_replication_configuration.logs"}}
			}
			out := audit.Run(in)
			if len(out.Findings) != 1 || out.Findings[0].Check != "configuration-invalid" || out.Rules[0].Verdict != want {
				t.Errorf("%s, planned %v: %v, %v, want %s", name, planned, lines(out), out.Rules, want)
			}
		}
	}
}

// TestRefusedAsAWhole: S3 takes or refuses a configuration in one request, so
// that of one that is planned no rule comes to be. What S3 holds it took.
func TestRefusedAsAWhole(t *testing.T) {
	for flaw, destination := range map[string]string{
		"empty-account":         `{"Bucket": "arn:aws:s3:::acme-logs-copy", "Account": ""}`,
		"owner-without-account": `{"Bucket": "arn:aws:s3:::acme-logs-copy", "AccessControlTranslation": {"Owner": "Destination"}}`,
	} {
		w := clean(t)
		noSpec(w)
		w.put(config+" > Rules", `[`+ruleJSON+`, {"ID": "flawed", "Priority": 2, "Status": "Enabled", "Filter": {"Prefix": "b/"},
			"DeleteMarkerReplication": {"Status": "Disabled"}, "Destination": `+destination+`}]`)
		for planned, want := range map[bool]audit.Verdict{false: audit.Replicates, true: audit.Fails} {
			in := w.input
			in.Snapshot = w.snapshot()
			if planned {
				in.Snapshot.Origins = snapshot.Origins{{ARN: srcARN, Field: "ReplicationConfiguration"}: {Address: "aws_s3_bucket_replication_configuration.logs"}}
			}
			out := audit.Run(in)
			found := slices.ContainsFunc(out.Findings, func(f audit.Finding) bool {
				return f.Key == "configuration-invalid/"+flaw && f.Rule == "flawed"
			})
			if !found || len(out.Rules) != 2 || out.Rules[0].Verdict != want || out.Rules[1].Verdict != audit.Fails {
				t.Errorf("%s, planned %v: %v, %v; want the rule beside it %s", flaw, planned, lines(out), out.Rules, want)
			}
		}
	}
}
