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
		{"off, off", off, off, "Decrypt-+ Encrypt-+ GenerateDataKey--"},
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

// TestDefaultKey checks when the default key of the destination counts.
func TestDefaultKey(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*replication.Rule)
		want   int
	}{
		"it is the replica key":    {func(*replication.Rule) {}, 0},
		"another replica key":      {func(r *replication.Rule) { r.ReplicaKMSKey += "2" }, 2},
		"KMS objects left out":     {func(r *replication.Rule) { r.KMSObjects = false }, 2},
		"the destination has none": {func(r *replication.Rule) { r.KMSObjects, r.To.KMSKeys = false, fact.Absent[[]string]() }, 0},
	} {
		r := keyed()
		tt.change(&r)
		got := 0
		for _, q := range replication.Requirements([]replication.Rule{r}) {
			if q.On == replication.DefaultKey {
				got++
			}
		}
		if got != tt.want {
			t.Errorf("%s: %d requirements on the default key, want %d", name, got, tt.want)
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
