package audit_test

import (
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/replication"
)

func TestSettings(t *testing.T) {
	fails := audit.Fails
	const lost = "missing bucket-not-found critical bucket-settings "
	second := func(w *world) {
		r := logs()
		r.Name, r.Prefix, r.Priority = "more", "more/", 2
		w.rules = append(w.rules, r)
		put(config+" > Rules", `[`+ruleJSON+`, {"ID": "more", "Priority": 2, "Status": "Enabled", "Filter": {"Prefix": "more/"}, "DeleteMarkerReplication": {"Status": "Disabled"}, "Destination": {"Bucket": "arn:aws:s3:::acme-logs-copy"}}]`)(w)
	}
	play(t, []story{
		{name: "no destination", edits: []edit{drop(destination)}, want: []string{lost + "DST add"}, verdict: fails},
		{name: "no destination for two rules", edits: []edit{second, put(destination, "null")}, want: []string{lost + "DST add"}, verdict: fails},
		{name: "no source", edits: []edit{drop(source)}, want: []string{lost + "SRC add"}, verdict: fails},
		{name: "no role", edits: []edit{drop(role)}, want: []string{"missing role-not-found critical role-policy ROLE none add"}, verdict: fails, says: "role-policy  no such role"},
		{name: "no role for two rules", edits: []edit{second, drop(role)}, want: []string{"missing role-not-found critical role-policy ROLE none add"}, verdict: fails},
		{name: "versioning suspended", edits: []edit{put(source+" > Versioning", `{"Status": "Suspended"}`)}, want: []string{"missing versioning-disabled critical bucket-settings SRC set"}, says: "bucket-settings  GetBucketVersioning: Suspended", verdict: fails},
		{name: "never versioned", edits: []edit{second, put(destination+" > Versioning", `{}`)}, want: []string{"missing versioning-disabled critical bucket-settings DST set"}, says: "bucket-settings  GetBucketVersioning: no status", verdict: fails},
		{
			name: "KMS", edits: []edit{put(source+" > ServerSideEncryptionConfiguration", `{"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]}`)},
			want: []string{"mismatch kms-opt-in-missing critical replication-configuration SRC set"}, verdict: audit.Degraded,
		},
		{
			name: "an algorithm of later", edits: []edit{put(source+" > ServerSideEncryptionConfiguration", `{"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:fancy"}}]}`)},
			want: []string{"unknown permission-unknown medium role-policy ROLE kms:Decrypt"}, verdict: audit.Unclear,
		},
		{
			name: "KMS by the SPEC", edits: []edit{rule(func(r *replication.Rule) {
				r.From.KMSKeys = fact.Of([]string{"arn:aws:kms:us-east-1:111122223333:key/1"})
			})},
			want: []string{"mismatch kms-opt-in-missing critical replication-configuration SRC set", "mismatch bucket-differs medium bucket-settings SRC set"}, verdict: audit.Degraded,
		},
	})
}

// TestVerdictsOfAll sees that what two rules share fails both, though it is
// found once.
func TestVerdictsOfAll(t *testing.T) {
	for name, change := range map[string]edit{
		"versioning": put(source+" > Versioning", `{"Status": "Suspended"}`),
		"bucket":     drop(destination),
		"role":       drop(role),
	} {
		w := clean(t)
		r := logs()
		r.Name, r.Prefix, r.Priority = "more", "more/", 2
		w.rules = append(w.rules, r)
		put(config+" > Rules", `[`+ruleJSON+`, {"ID": "more", "Priority": 2, "Status": "Enabled", "Filter": {"Prefix": "more/"}, "DeleteMarkerReplication": {"Status": "Disabled"}, "Destination": {"Bucket": "arn:aws:s3:::acme-logs-copy"}}]`)(w)
		change(w)
		out := w.audit()
		if len(out.Findings) == 0 || out.Findings[0].Rule != "" || out.Findings[0].Position != logs().Pos {
			t.Errorf("%s: want a finding of no rule at the place of the first: %v", name, lines(out))
		}
		if got := out.Summary.Rules; got != (audit.Verdicts{Fails: 2}) {
			t.Errorf("%s: the verdicts are %+v, want two failures", name, got)
		}
	}
}
