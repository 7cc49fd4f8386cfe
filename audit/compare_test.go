package audit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/replication"
)

const differs = "mismatch rule-differs "

// differ is a story of a live rule in which one element is another.
func differ(name, path, value, severity string, v audit.Verdict, more ...string) story {
	return story{name: name, edits: []edit{put(configRule+" > "+path, value)}, want: among(more, differs+severity+" replication-configuration SRC set"), verdict: v}
}

// among puts a line into others: those that are missing and worse come before.
func among(others []string, line string) []string {
	i := 0
	for i < len(others) && (strings.HasPrefix(others[i], "missing") || strings.HasPrefix(others[i], "mismatch configuration-invalid")) {
		i++
	}
	return slices.Insert(slices.Clone(others), i, line)
}

func TestCompare(t *testing.T) {
	const noMarkers = `"DeleteMarkerReplication": {"Status": "Disabled"}, "Status": "Enabled"`
	other := `{"ID": "other", "Priority": 7, ` + noMarkers + `, "Filter": {"Prefix": "x/"}, "Destination": {"Bucket": "arn:aws:s3:::acme-logs-copy"}}`
	rules := func(list ...string) edit { return put(config+" > Rules", "["+strings.Join(list, ", ")+"]") }
	disabled := rule(func(r *replication.Rule) { r.Enabled = false })
	play(t, []story{
		{name: "nothing there", edits: []edit{put(config, "null")}, want: []string{"missing replication-missing critical replication-configuration SRC add"}, verdict: audit.Fails},
		{name: "nothing there, and nothing wished", edits: []edit{put(config, "null"), disabled}, want: nil, verdict: audit.Idle},
		{name: "another rule", edits: []edit{rules(other)}, want: []string{"missing rule-missing critical replication-configuration SRC add", "mismatch rule-extra medium replication-configuration SRC remove"}, verdict: audit.Fails},
		{name: "one more rule", edits: []edit{rules(ruleJSON, other)}, want: []string{"mismatch rule-extra medium replication-configuration SRC remove"}},
		{name: "one more rule, disabled", edits: []edit{rules(ruleJSON, strings.ReplaceAll(other, `"Status": "Enabled"`, `"Status": "Disabled"`))}},
		{name: "another ID, the same meaning", edits: []edit{put(configRule+" > ID", `"renamed"`)}},
		{name: "an empty filter", edits: []edit{put(configRule+" > Filter", `{}`)}},
		{name: "another priority", edits: []edit{put(configRule+" > Priority", `9`)}},
		differ("destination", "Destination", `{"Bucket": "arn:aws:s3:::acme-logs"}`, "high", audit.Fails,
			roleLacks, "mismatch configuration-invalid high replication-configuration SRC set", adviceRole),
		differ("status", "Status", `"Disabled"`, "high", audit.Fails),
		differ("prefix", "Filter", `{"Prefix": "a/"}`, "high", audit.Degraded),
		differ("tag filter", "Filter", `{"Tag": {"Key": "k", "Value": "v"}}`, "high", audit.Degraded),
		differ("delete markers", "DeleteMarkerReplication", `{"Status": "Enabled"}`, "medium", audit.Replicates,
			"missing permission-missing high destination-bucket-policy DST s3:ReplicateDelete none add",
			"missing permission-missing high role-policy ROLE s3:ReplicateDelete none add"),
		differ("storage class", "Destination", `{"Bucket": "arn:aws:s3:::acme-logs-copy", "StorageClass": "STANDARD_IA"}`, "medium", audit.Replicates),
		differ("metrics", "Destination", `{"Bucket": "arn:aws:s3:::acme-logs-copy", "Metrics": {"Status": "Enabled"}}`, "medium", audit.Replicates),
		differ("replication time", "Destination", `{"Bucket": "arn:aws:s3:::acme-logs-copy", "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}}, "Metrics": {"Status": "Enabled"}}`, "medium", audit.Replicates),
		differ("replica modifications", "SourceSelectionCriteria", `{"ReplicaModifications": {"Status": "Enabled"}}`, "medium", audit.Replicates),
		{
			name: "live is wider", edits: []edit{rule(func(r *replication.Rule) { r.Prefix = "a/" })},
			want: []string{differs + "medium replication-configuration SRC set"},
		},
		{
			name: "two rules that win the other way round",
			edits: []edit{
				rules(ruleJSON, strings.ReplaceAll(other, "7", "0")),
				func(w *world) {
					r := logs()
					r.Name, r.Prefix, r.Priority = "other", "x/", 2
					w.rules = append(w.rules, r)
				},
			},
			want: []string{differs + "medium replication-configuration SRC set"},
		},
		{
			name: "two rules that never meet, so that neither wins",
			edits: []edit{
				rules(strings.ReplaceAll(ruleJSON, `"Prefix": ""`, `"Prefix": "a/"`), strings.ReplaceAll(other, "7", "0")),
				func(w *world) {
					r := logs()
					r.Name, r.Prefix, r.Priority = "other", "x/", 2
					w.rules[0].Prefix = "a/"
					w.rules = append(w.rules, r)
				},
			},
			want: []string{
				"surplus permission-surplus medium destination-bucket-policy DST wider s3:ReplicateObject replace",
				"surplus permission-surplus medium role-policy ROLE wider s3:GetObjectVersionForReplication replace",
				"surplus permission-surplus medium role-policy ROLE wider s3:ReplicateObject replace",
			},
		},
		{
			name: "an owner override that is not there", edits: []edit{preferred, rule(func(r *replication.Rule) { r.OwnerOverride = true })},
			want: []string{
				"missing permission-missing critical destination-bucket-policy DST s3:ObjectOwnerOverrideToBucketOwner none add",
				"missing permission-missing critical role-policy ROLE s3:ObjectOwnerOverrideToBucketOwner none add",
				"mismatch owner-override-differs high replication-configuration SRC set",
				"advice replicas-owned-by-source low bucket-settings DST set",
			},
			verdict: audit.Fails,
		},
		{
			name: "an owner override without effect, since the live bucket is not as the spec states",
			edits: []edit{
				put(destination+" > OwnershipControls > Rules", `[{"ObjectOwnership": "BucketOwnerEnforced"}]`),
				put(configRule+" > Destination", `{"Bucket": "arn:aws:s3:::acme-logs-copy", "Account": "444455556666", "AccessControlTranslation": {"Owner": "Destination"}}`),
				rule(func(r *replication.Rule) {
					r.OwnerOverride, r.To.ObjectOwnership = true, fact.Of("BucketOwnerPreferred")
				}),
			},
			want: []string{
				"missing permission-missing critical destination-bucket-policy DST s3:ObjectOwnerOverrideToBucketOwner none add",
				"missing permission-missing critical role-policy ROLE s3:ObjectOwnerOverrideToBucketOwner none add",
				"mismatch object-ownership-differs high bucket-settings DST set",
			},
			verdict: audit.Fails,
		},
		{
			name: "another role", edits: []edit{put(config+" > Role", `"arn:aws:iam::111122223333:role/other"`)},
			want: []string{
				"missing role-not-found critical role-policy arn:aws:iam::OWN:role/other none add",
				"mismatch role-differs high replication-configuration SRC set",
			},
		},
		{
			name: "no role", edits: []edit{put(config+" > Role", `""`)},
			want: []string{
				"mismatch configuration-invalid high replication-configuration SRC set",
				"mismatch role-differs high replication-configuration SRC set",
			},
			verdict: audit.Fails,
		},
	})
}

func TestConfigurationInvalid(t *testing.T) {
	const invalid = "mismatch configuration-invalid high replication-configuration SRC set"
	bad := func(name, rule string, more ...string) story {
		return story{name: name, edits: []edit{noSpec, put(config+" > Rules", `[`+rule+`]`)}, want: among(more, invalid), verdict: audit.Fails}
	}
	destination := func(more string) string {
		if !strings.Contains(more, "ReplicationTime") {
			more += `, "Metrics": {"Status": "Enabled"}`
		}
		return `"Destination": {"Bucket": "arn:aws:s3:::acme-logs-copy"` + more + `}}`
	}
	const head = `{"ID": "logs", "Priority": 1, "Status": "Enabled", "Filter": {}, `
	const off = `"DeleteMarkerReplication": {"Status": "Disabled"}, `
	play(t, []story{
		{
			name: "malformed role", edits: []edit{put(config+" > Role", `"arn:aws:iam::111122223333:acme-logs-replication"`)},
			want: []string{invalid}, says: "replication-configuration  Role of acme-logs is arn:aws:iam::OWN:acme-logs-replication, which is not the ARN of a role; it is taken to mean ROLE",
			verdict: audit.Fails,
		},
		bad("neither enabled nor disabled", `{"ID": "logs", "Priority": 1, "Status": "On", "Filter": {}, `+off+destination("")),
		bad("without a status", `{"ID": "logs", "Priority": 1, "Filter": {}, `+off+destination("")),
		bad("no DeleteMarkerReplication", head+destination("")),
		bad("tags and delete markers", `{"ID": "logs", "Priority": 1, "Status": "Enabled", "Filter": {"Tag": {"Key": "k", "Value": "v"}}, "DeleteMarkerReplication": {"Status": "Enabled"}, `+destination(""),
			"missing permission-missing high destination-bucket-policy DST s3:ReplicateDelete none add", "missing permission-missing high role-policy ROLE s3:ReplicateDelete none add"),
		bad("replication time without metrics", head+off+destination(`, "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}}`), "advice failures-unseen info replication-configuration SRC set"),
		bad("replication time with metrics that are disabled", head+off+destination(`, "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}}, "Metrics": {"Status": "Disabled"}`), "advice failures-unseen info replication-configuration SRC set"),
		bad("replication time without a time", head+off+destination(`, "ReplicationTime": {"Status": "Enabled"}, "Metrics": {"Status": "Enabled"}`)),
		bad("a threshold without replication time", head+off+destination(`, "ReplicationTime": {"Status": "Disabled", "Time": {"Minutes": 15}}, "Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 15}}`)),
		{ // see https://github.com/crossplane-contrib/provider-aws/pull/1129
			name:  "metrics whose replication time is disabled",
			edits: []edit{noSpec, put(config+" > Rules", `[`+head+off+destination(`, "ReplicationTime": {"Status": "Disabled", "Time": {"Minutes": 15}}, "Metrics": {"Status": "Enabled"}`)+`]`)},
		},
		bad("an owner without account", head+off+destination(`, "AccessControlTranslation": {"Owner": "Destination"}`)),
		bad("KMS without a key", head+off+`"SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}}, `+destination(""),
			"missing permission-missing critical role-policy ROLE kms:Decrypt none add"),
		{
			name:  "a rule without a filter beside one that has it",
			edits: []edit{noSpec, put(config+" > Rules", `[`+ruleJSON+`, {"ID": "old", "Prefix": "old/", "Status": "Enabled", `+destination("")+`]`)},
			want:  []string{invalid, "advice failures-unseen info replication-configuration SRC set"},
		},
	})
}

// TestOrigin tells what is found of live rules from what is found of the SPEC's.
func TestOrigin(t *testing.T) {
	w := clean(t)
	put(config+" > Rules", `[`+ruleJSON+`, {"ID": "extra", "Priority": 2, "Status": "Enabled", "Filter": {"Prefix": "x/"}, "DeleteMarkerReplication": {"Status": "Enabled"}, "Destination": {"Bucket": "arn:aws:s3:::acme-logs-copy"}}]`)(w)
	out := w.audit()
	found := 0
	for _, f := range out.Findings {
		if f.Rule == "extra" {
			found++
			if f.Origin != "live" {
				t.Errorf("%s has the origin %q, want live", line(f), f.Origin)
			}
			if f.Position != logs().Pos {
				t.Errorf("%s stands at %v, want %v", line(f), f.Position, logs().Pos)
			}
		}
	}
	if found != 3 { // rule-extra, and both halves of s3:ReplicateDelete
		t.Errorf("%d findings about the extra rule, want 3: %v", found, lines(out))
	}
	want := []audit.RuleVerdict{
		{Rule: "logs", From: "acme-logs", To: "acme-logs-copy", Verdict: audit.Replicates},
		{Rule: "extra", From: "acme-logs", To: "acme-logs-copy", Verdict: audit.Degraded, Origin: "live"},
	}
	if len(out.Rules) != 2 || out.Rules[0] != want[0] || out.Rules[1] != want[1] {
		t.Errorf("the verdicts are %v, want %v", out.Rules, want)
	}
}
