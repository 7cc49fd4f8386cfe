package replication_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/replication"
)

var uploadKey = regexp.MustCompile(`arn:aws:kms:[a-z0-9:-]*/one`)

// encrypting is a bucket that encrypts with a key of an account; an older key is no
// writer's business.
func encrypting(owner string, bucketKey fact.Value[bool]) replication.Bucket {
	return replication.Bucket{
		Name: "acme", Account: "111122223333", Partition: "aws", Region: "us-east-1", BucketKey: bucketKey,
		KMSKeys: fact.Of([]string{"arn:aws:kms:us-east-1:" + owner + ":key/one", "arn:aws:kms:us-east-1:" + owner + ":key/older"}),
	}
}

func TestWriterRequirements(t *testing.T) {
	home := replication.Bucket{Name: "acme", Account: "111122223333", Partition: "aws", Region: "us-east-1"}
	tests := []struct {
		name   string
		writer replication.Writer
		want   []string
	}{
		{
			"whole bucket",
			replication.Writer{},
			[]string{"s3:PutObject arn:aws:s3:::acme/* [writer-policy] [writer-bucket-policy] map[]"},
		},
		{
			"multipart below two prefixes",
			replication.Writer{Prefixes: []string{"a/", "b/", "a/"}, Multipart: true},
			[]string{
				"s3:PutObject arn:aws:s3:::acme/a/* [writer-policy] [writer-bucket-policy] map[]",
				"s3:PutObject arn:aws:s3:::acme/b/* [writer-policy] [writer-bucket-policy] map[]",
				"s3:AbortMultipartUpload arn:aws:s3:::acme/a/* [writer-policy] [writer-bucket-policy] map[]",
				"s3:AbortMultipartUpload arn:aws:s3:::acme/b/* [writer-policy] [writer-bucket-policy] map[]",
				"s3:ListMultipartUploadParts arn:aws:s3:::acme/a/* [writer-policy] [writer-bucket-policy] map[]",
				"s3:ListMultipartUploadParts arn:aws:s3:::acme/b/* [writer-policy] [writer-bucket-policy] map[]",
			},
		},
		{
			"a bucket with a key",
			replication.Writer{Prefixes: []string{"a/"}, Multipart: true, Bucket: encrypting("111122223333", fact.Of(true))},
			[]string{
				"s3:PutObject arn:aws:s3:::acme/a/* [writer-policy] [writer-bucket-policy] map[]",
				"s3:AbortMultipartUpload arn:aws:s3:::acme/a/* [writer-policy] [writer-bucket-policy] map[]",
				"s3:ListMultipartUploadParts arn:aws:s3:::acme/a/* [writer-policy] [writer-bucket-policy] map[]",
				"kms:GenerateDataKey KEY [writer-policy] [writer-kms-key-policy] map[kms:EncryptionContext:aws:s3:arn:arn:aws:s3:::acme kms:ViaService:s3.us-east-1.amazonaws.com]",
				"kms:GenerateDataKey KEY [writer-policy] [writer-kms-key-policy] map[kms:EncryptionContext:aws:s3:arn:arn:aws:s3:::acme/a/* kms:ViaService:s3.us-east-1.amazonaws.com] advised",
				"kms:Decrypt KEY [writer-policy] [writer-kms-key-policy] map[kms:EncryptionContext:aws:s3:arn:arn:aws:s3:::acme kms:ViaService:s3.us-east-1.amazonaws.com]",
				"kms:Decrypt KEY [writer-policy] [writer-kms-key-policy] map[kms:EncryptionContext:aws:s3:arn:arn:aws:s3:::acme/a/* kms:ViaService:s3.us-east-1.amazonaws.com] advised",
			},
		},
		{
			"a bucket with the key of another account, and bucket keys not stated",
			replication.Writer{Bucket: encrypting("444455556666", fact.Value[bool]{})},
			[]string{
				"s3:PutObject arn:aws:s3:::acme/* [writer-policy] [writer-bucket-policy] map[]",
				"kms:GenerateDataKey KEY [writer-policy writer-kms-key-policy] [] map[kms:EncryptionContext:aws:s3:arn:arn:aws:s3:::acme kms:ViaService:s3.us-east-1.amazonaws.com]",
				"kms:GenerateDataKey KEY [writer-policy writer-kms-key-policy] [] map[kms:EncryptionContext:aws:s3:arn:arn:aws:s3:::acme/* kms:ViaService:s3.us-east-1.amazonaws.com]",
			},
		},
		{
			"another account",
			replication.Writer{Account: "444455556666"},
			[]string{"s3:PutObject arn:aws:s3:::acme/* [writer-policy writer-bucket-policy] [] map[]"},
		},
		{
			"access point",
			replication.Writer{AccessPoint: "up"},
			[]string{
				"s3:PutObject arn:aws:s3:::acme/* [writer-policy] [writer-bucket-policy] map[s3:DataAccessPointArn:arn:aws:s3:us-east-1:111122223333:accesspoint/up]",
				"s3:PutObject arn:aws:s3:us-east-1:111122223333:accesspoint/up/object/* [writer-policy writer-access-point-policy] [] " +
					"map[s3:DataAccessPointArn:arn:aws:s3:us-east-1:111122223333:accesspoint/up]",
			},
		},
		{
			"access point of another account",
			replication.Writer{AccessPoint: "up", Account: "444455556666"},
			[]string{
				"s3:PutObject arn:aws:s3:::acme/* [writer-policy writer-bucket-policy] [] map[s3:DataAccessPointArn:arn:aws:s3:us-east-1:111122223333:accesspoint/up]",
				"s3:PutObject arn:aws:s3:us-east-1:111122223333:accesspoint/up/object/* [writer-policy writer-access-point-policy] [] " +
					"map[s3:DataAccessPointArn:arn:aws:s3:us-east-1:111122223333:accesspoint/up]",
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := tt.writer
			if w.Name = "recorder"; w.Bucket.Name == "" {
				w.Bucket = home
			}
			if w.Account == "" {
				w.Account = home.Account
			}
			var got []string
			for _, q := range replication.WriterRequirements(w) {
				line := fmt.Sprint(q.Action, " ", q.Resource, " ", q.Holders, " ", q.Instead, " ", q.Context)
				if q.Level == replication.Advised {
					line += " advised"
				}
				got = append(got, uploadKey.ReplaceAllString(line, "KEY"))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("required otherwise (-want +got):\n%s", diff)
			}
		})
	}
}

// TestWriterConditions checks how far a writer's grants are narrowed: to its
// access point where the ARN does not say so, and to its addresses everywhere.
func TestWriterConditions(t *testing.T) {
	w := replication.Writer{
		Name: "recorder", ARN: "arn:aws:iam::111122223333:role/recorder", Account: "111122223333", AccessPoint: "up",
		SourceIPs: []string{"203.0.113.0/24", "198.51.100.7"}, Prefixes: []string{"a*/"},
		Bucket: replication.Bucket{Name: "acme", Account: "111122223333", Partition: "aws", Region: "us-east-1"},
	}
	qs := replication.WriterRequirements(w)
	if len(qs) != 2 {
		t.Fatalf("%d requirements, want 2", len(qs))
	}
	checkStatement(t, qs[0].Statement(replication.WriterPolicy),
		`{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme/a${*}/*","Condition":{`+
			`"StringEquals":{"s3:DataAccessPointArn":"arn:aws:s3:us-east-1:111122223333:accesspoint/up"},`+
			`"IpAddress":{"aws:SourceIp":["203.0.113.0/24","198.51.100.7"]}}}`)
	checkStatement(t, qs[1].Statement(replication.WriterAccessPointPolicy),
		`{"Sid":"RepligrantReplication","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/recorder"},"Action":"s3:PutObject",`+
			`"Resource":"arn:aws:s3:us-east-1:111122223333:accesspoint/up/object/a${*}/*","Condition":{"IpAddress":{"aws:SourceIp":["203.0.113.0/24","198.51.100.7"]}}}`)
	guards := w.GuardStatements()
	if len(guards) != 2 {
		t.Fatalf("%d statements guard the writer, want one for its prefixes and one for its addresses", len(guards))
	}
	checkStatement(t, guards[0],
		`{"Sid":"RepligrantGuard","Effect":"Deny","Principal":{"AWS":"arn:aws:iam::111122223333:role/recorder"},`+
			`"Action":["s3:PutObject","s3:PutObjectAcl","s3:PutObjectTagging","s3:AbortMultipartUpload"],"NotResource":"arn:aws:s3:::acme/a${*}/*"}`)
	checkStatement(t, guards[1],
		`{"Sid":"RepligrantGuardAddresses","Effect":"Deny","Principal":{"AWS":"arn:aws:iam::111122223333:role/recorder"},`+
			`"Action":["s3:PutObject","s3:PutObjectAcl","s3:PutObjectTagging","s3:AbortMultipartUpload"],"Resource":"arn:aws:s3:::acme/*",`+
			`"Condition":{"NotIpAddress":{"aws:SourceIp":["203.0.113.0/24","198.51.100.7"]}}}`)
}
