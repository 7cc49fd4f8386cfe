package replication_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/replication"
)

const (
	sourceKey  = "arn:aws:kms:us-east-1:111122223333:key/source"
	replicaKey = "arn:aws:kms:eu-west-1:444455556666:key/replica"
)

// keyed is a rule for KMS objects with a key of their own at either end.
func keyed() replication.Rule {
	r := rule()
	r.Prefix, r.KMSObjects, r.ReplicaKMSKey = "a*/", true, replicaKey
	r.From.KMSKeys, r.To.KMSKeys = fact.Of([]string{sourceKey}), fact.Of([]string{replicaKey})
	return r
}

// TestKeyRequirements checks which form of the encryption context is required,
// by what the two buckets do: + required, - advised, ? required for all that is known.
func TestKeyRequirements(t *testing.T) {
	on, off, unknown := fact.Of(true), fact.Of(false), fact.Value[bool]{}
	tests := []struct {
		name     string
		from, to fact.Value[bool]
		want     string // source bucket-key, object; replica bucket-key, object; advised actions
	}{
		{"on, on", on, on, "Decrypt+- Encrypt+- GenerateDataKey-- Decrypt--"},
		{"off, off", off, off, "Decrypt-+ Encrypt-+ GenerateDataKey-- Decrypt--"},
		{"on, off", on, off, "Decrypt+- Encrypt++ GenerateDataKey-- Decrypt--"},
		{"off, on", off, on, "Decrypt-+ Encrypt+- GenerateDataKey-- Decrypt--"},
		{"unknown", unknown, unknown, "Decrypt?? Encrypt?? GenerateDataKey-- Decrypt--"},
		{"unknown, off", unknown, off, "Decrypt?? Encrypt?+ GenerateDataKey-- Decrypt--"},
		{"unknown, on", unknown, on, "Decrypt?? Encrypt+- GenerateDataKey-- Decrypt--"},
		{"on, unknown", on, unknown, "Decrypt+- Encrypt+? GenerateDataKey-- Decrypt--"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := keyed()
			r.From.BucketKey, r.To.BucketKey = tt.from, tt.to
			var got strings.Builder
			for _, q := range replication.Requirements([]replication.Rule{r}) {
				if !q.On.OfKey() {
					continue
				}
				if strings.HasSuffix(q.ID, "/bucket-key") {
					got.WriteString(" " + strings.TrimPrefix(q.Action, "kms:"))
				}
				got.WriteString(sign(q))
			}
			if diff := cmp.Diff(" "+tt.want, got.String()); diff != "" {
				t.Errorf("required otherwise (-want +got):\n%s", diff)
			}
		})
	}
}

func sign(q replication.Requirement) string {
	switch {
	case q.Perhaps:
		return "?"
	case q.Level == replication.Required:
		return "+"
	default:
		return "-"
	}
}

// TestKeyStatements shows the statements about keys, on both sides of a border.
func TestKeyStatements(t *testing.T) {
	r := keyed()
	r.GrantTo = "account"
	const (
		source = `{"StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"},"StringLike":{"kms:EncryptionContext:aws:s3:arn":"arn:aws:s3:::acme-orders/a${*}/*"}}`
		dest   = `"StringEquals":{"kms:ViaService":"s3.eu-west-1.amazonaws.com"},"StringLike":{"kms:EncryptionContext:aws:s3:arn":"arn:aws:s3:::acme-orders-copy"}`
	)
	want := map[string][]string{
		"orders/acme-orders/acme-orders-copy/kms:Decrypt/source/source/object": {
			`role-policy {"Effect":"Allow","Action":"kms:Decrypt","Resource":"` + sourceKey + `","Condition":` + source + `}`,
		},
		"orders/acme-orders/acme-orders-copy/kms:Encrypt/replica/replica/bucket-key": {
			`role-policy {"Effect":"Allow","Action":"kms:Encrypt","Resource":"` + replicaKey + `","Condition":{` + dest + `}}`,
			`destination-kms-key-policy {"Sid":"RepligrantReplication","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:Encrypt","Resource":"*",` +
				`"Condition":{` + dest + `,"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/acme-orders-replication"}}}`,
		},
	}
	got := map[string][]string{}
	for _, q := range replication.Requirements([]replication.Rule{r}) {
		if want[q.ID] == nil {
			continue
		}
		for _, holder := range q.Holders {
			text, err := json.Marshal(q.Statement(holder))
			if err != nil {
				t.Fatal(err)
			}
			got[q.ID] = append(got[q.ID], string(holder)+" "+string(text))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("other statements (-want +got):\n%s", diff)
	}
}

// TestDefaultKey checks when the default key of the destination counts, and for
// what: also to verify a bucket key, which replicas get with it.
func TestDefaultKey(t *testing.T) {
	use := []string{
		"kms:GenerateDataKey/default/replica/bucket-key advised", "kms:GenerateDataKey/default/replica/object advised",
		"kms:Decrypt/default/replica/bucket-key advised", "kms:Decrypt/default/replica/object advised",
	}
	for name, tt := range map[string]struct {
		change func(*replication.Rule)
		want   []string
	}{
		"it is the replica key":    {func(*replication.Rule) {}, nil},
		"another replica key":      {func(r *replication.Rule) { r.ReplicaKMSKey += "2" }, use},
		"KMS objects left out":     {func(r *replication.Rule) { r.KMSObjects = false }, use},
		"without bucket keys":      {func(r *replication.Rule) { r.KMSObjects, r.To.BucketKey = false, fact.Of(false) }, use},
		"the destination has none": {func(r *replication.Rule) { r.KMSObjects, r.To.KMSKeys = false, fact.Absent[[]string]() }, nil},
	} {
		r := keyed()
		tt.change(&r)
		var got []string
		for _, q := range replication.Requirements([]replication.Rule{r}) {
			if q.On == replication.DefaultKey {
				got = append(got, strings.TrimPrefix(q.ID, "orders/acme-orders/acme-orders-copy/")+" "+string(q.Level))
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: required otherwise of the default key (-want +got):\n%s", name, diff)
		}
	}
}

// TestKeysOfOneID checks that ids stay apart where keys of two accounts share an ID.
func TestKeysOfOneID(t *testing.T) {
	r := keyed()
	r.From.KMSKeys = fact.Of([]string{sourceKey, "arn:aws:kms:us-east-1:777788889999:key/source", sourceKey})
	seen := map[string]bool{}
	n := 0
	for _, q := range replication.Requirements([]replication.Rule{r}) {
		if seen[q.ID] {
			t.Errorf("two requirements have the id %s", q.ID)
		}
		seen[q.ID] = true
		if q.On == replication.SourceKeys {
			n++
		}
	}
	if n != 4 {
		t.Errorf("%d requirements on two keys, want 4", n)
	}
}

// TestReportKeyConflict checks that whoever is asked for the key of a report's
// bucket reads that AWS's pages disagree about it.
func TestReportKeyConflict(t *testing.T) {
	n := 0
	for _, p := range replication.Permissions {
		if p.On != replication.ReportKey {
			continue
		}
		n++
		if !strings.Contains(p.Conflict.English, "SSE-S3") {
			t.Errorf("%s on the key of a report: conflict %q does not say that reports are encrypted with SSE-S3", p.Action, p.Conflict.English)
		}
	}
	if n == 0 {
		t.Error("no permission is about the key of a report")
	}
}
