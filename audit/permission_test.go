package audit_test

import (
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/replication"
)

// Lines that many stories share.
const (
	lacksReplicate    = "missing permission-missing critical destination-bucket-policy DST s3:ReplicateObject none add"
	blockedByBoundary = "blocked permission-blocked critical permissions-boundary arn:aws:iam::OWN:policy/boundary s3:ReplicateObject none add"
	roleLacks         = "missing permission-missing critical role-policy ROLE s3:ReplicateObject none add"
	adviceRole        = "advice permission-advised low role-policy ROLE s3:ReplicateTags none add"
	adviceBucket      = "advice permission-advised low destination-bucket-policy DST s3:ReplicateTags none add"
)

const readOnly = `{"Effect": "Allow", "Action": ["s3:GetReplicationConfiguration", "s3:ListBucket", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"], "Resource": ["arn:aws:s3:::acme-logs", "arn:aws:s3:::acme-logs/*"]}`

func TestPermissionMissing(t *testing.T) {
	play(t, []story{
		{
			name:    "both halves are two findings",
			edits:   []edit{put(rolePolicy, document(readBucket, readObjects)), put(dstPolicy, "null")},
			want:    []string{lacksReplicate, roleLacks, adviceBucket, adviceRole},
			says:    "destination-bucket-policy  no statement names s3:ReplicateObject",
			verdict: audit.Fails,
		},
		{
			name:    "one half",
			edits:   []edit{put(dstPolicy, document(`{"Effect": "Allow", "Principal": {"AWS": "`+roleARN+`"}, "Action": ["s3:ReplicateObject", "s3:ReplicateTags"], "Resource": "arn:aws:s3:::acme-logs-copy/a/*"}`))},
			want:    []string{"missing permission-missing medium destination-bucket-policy DST s3:ReplicateObject partial add", "advice permission-advised low destination-bucket-policy DST s3:ReplicateTags partial add"},
			says:    "destination-bucket-policy [0] allows it on DST/a/* only",
			verdict: audit.Degraded,
		},
		{
			name: "halves that never meet are none",
			edits: []edit{
				put(rolePolicy, document(readBucket, readObjects, `{"Effect": "Allow", "Action": ["s3:ReplicateObject", "s3:ReplicateTags"], "Resource": "arn:aws:s3:::acme-logs-copy/a/*"}`)),
				put(dstPolicy, document(`{"Effect": "Allow", "Principal": {"AWS": "`+roleARN+`"}, "Action": ["s3:ReplicateObject", "s3:ReplicateTags"], "Resource": "arn:aws:s3:::acme-logs-copy/b/*"}`)),
			},
			want:    []string{lacksReplicate, roleLacks, adviceBucket, adviceRole},
			verdict: audit.Fails,
		},
		{
			name:    "for another principal",
			edits:   []edit{put(dstPolicy, document(`{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/other"}, "Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::acme-logs-copy/*"}`))},
			want:    []string{lacksReplicate, "surplus permission-surplus medium destination-bucket-policy DST wider s3:ReplicateObject remove", adviceBucket},
			says:    "destination-bucket-policy [0] allows it for arn:aws:iam::OWN:role/other only",
			verdict: audit.Fails,
		},
		{
			name:    "under a condition that never holds",
			edits:   []edit{put(dstPolicy, document(`{"Effect": "Allow", "Principal": {"AWS": "`+roleARN+`"}, "Action": ["s3:ReplicateObject", "s3:ReplicateTags"], "Resource": "arn:aws:s3:::acme-logs-copy/*", "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}}`))},
			want:    []string{lacksReplicate, adviceBucket},
			says:    "destination-bucket-policy [0] allows it only if StringEquals aws:SourceVpce vpce-1",
			verdict: audit.Fails,
		},
		{
			name:    "delete markers",
			edits:   []edit{rule(func(r *replication.Rule) { r.DeleteMarkers = true }), put(configRule+" > DeleteMarkerReplication", `{"Status": "Enabled"}`)},
			want:    []string{"missing permission-missing high destination-bucket-policy DST s3:ReplicateDelete none add", "missing permission-missing high role-policy ROLE s3:ReplicateDelete none add"},
			verdict: audit.Degraded,
		},
		{
			name:    "a V1 rule replicates delete markers by itself",
			edits:   []edit{noSpec, put(config, `{"Role": "`+roleARN+`", "Rules": [{"ID": "logs", "Prefix": "", "Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::acme-logs-copy"}}]}`)},
			want:    []string{"missing permission-missing high destination-bucket-policy DST s3:ReplicateDelete none add", "missing permission-missing high role-policy ROLE s3:ReplicateDelete none add", "advice failures-unseen info replication-configuration SRC set"},
			verdict: audit.Degraded,
		},
		{
			name: "an owner override",
			edits: []edit{
				preferred, rule(func(r *replication.Rule) { r.OwnerOverride = true }),
				put(configRule+" > Destination", `{"Bucket": "arn:aws:s3:::acme-logs-copy", "Account": "444455556666", "AccessControlTranslation": {"Owner": "Destination"}}`),
			},
			want: []string{
				"missing permission-missing critical destination-bucket-policy DST s3:ObjectOwnerOverrideToBucketOwner none add",
				"missing permission-missing critical role-policy ROLE s3:ObjectOwnerOverrideToBucketOwner none add",
			},
			verdict: audit.Fails,
		},
		{
			name: "an owner override into a bucket-owner-enforced bucket needs nothing",
			edits: []edit{
				rule(func(r *replication.Rule) { r.OwnerOverride = true }),
				put(destination+" > OwnershipControls > Rules", `[{"ObjectOwnership": "BucketOwnerEnforced"}]`),
			},
		},
		{
			name: "nobody knows whether an owner override needs anything",
			edits: []edit{
				rule(func(r *replication.Rule) { r.OwnerOverride = true }),
				put(configRule+" > Destination", `{"Bucket": "arn:aws:s3:::acme-logs-copy", "Account": "444455556666", "AccessControlTranslation": {"Owner": "Destination"}}`),
				drop(destination + " > OwnershipControls"),
			},
			want:    []string{"unknown read-denied medium bucket-settings DST"},
			says:    "bucket-settings  GetBucketOwnershipControls: not in the snapshot",
			verdict: audit.Unclear,
		},
		{
			name:  "tags that are left out need nothing",
			edits: []edit{rule(func(r *replication.Rule) { r.Tags = replication.Omit }), put(rolePolicy, document(readBucket, `{"Effect": "Allow", "Action": ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl"], "Resource": "arn:aws:s3:::acme-logs/*"}`, `{"Effect": "Allow", "Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::acme-logs-copy/*"}`)), put(dstPolicy, document(`{"Effect": "Allow", "Principal": {"AWS": "`+roleARN+`"}, "Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::acme-logs-copy/*"}`))},
		},
		{
			name:  "aws-docs leaves the tags out of the destination's policy",
			edits: []edit{rule(func(r *replication.Rule) { r.AWSDocs = true }), put(dstPolicy, document(`{"Effect": "Allow", "Principal": {"AWS": "`+roleARN+`"}, "Action": ["s3:ReplicateObject", "s3:ReplicateDelete"], "Resource": "arn:aws:s3:::acme-logs-copy/*"}`, `{"Effect": "Allow", "Principal": {"AWS": "`+roleARN+`"}, "Action": ["s3:List*", "s3:GetBucketVersioning", "s3:PutBucketVersioning"], "Resource": "arn:aws:s3:::acme-logs-copy"}`))},
		},
	})
}

func TestOneAccount(t *testing.T) {
	policy := sameDestination + " > Policy"
	boundary := func(statements string) edit {
		return put(role+" > PermissionsBoundary", `{"PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/boundary", "Document": `+document(statements)+`}`)
	}
	const everything = `{"Effect": "Allow", "Action": "*", "Resource": "*"}`
	noWrite := put(rolePolicy, document(readBucket, readObjects))
	play(t, []story{
		{name: "the role's policy alone suffices", edits: []edit{sameAccount, put(policy, "null")}},
		{name: "the bucket's policy alone suffices", edits: []edit{sameAccount, noWrite}},
		{
			name:    "neither: the role's policy is named",
			edits:   []edit{sameAccount, noWrite, put(policy, "null")},
			want:    []string{roleLacks, adviceRole},
			verdict: audit.Fails,
		},
		{name: "a boundary that allows", edits: []edit{sameAccount, boundary(everything)}},
		{
			name:    "a boundary is silent, and the bucket's policy names the role",
			edits:   []edit{sameAccount, noWrite, boundary(readOnly)},
			want:    []string{blockedByBoundary, "advice permission-advised low permissions-boundary arn:aws:iam::OWN:policy/boundary s3:ReplicateTags none add"},
			verdict: audit.Fails,
		},
		{
			name:    "a boundary is silent across accounts",
			edits:   []edit{boundary(readOnly)},
			want:    []string{blockedByBoundary, "advice permission-advised low permissions-boundary arn:aws:iam::OWN:policy/boundary s3:ReplicateTags none add"},
			says:    "permissions-boundary arn:aws:iam::OWN:policy/boundary no statement of it allows s3:ReplicateObject, and what it does not allow it forbids",
			verdict: audit.Fails,
		},
	})
}

func TestEitherAction(t *testing.T) {
	reads := func(first, other string) edit {
		common := `{"Effect": "Allow", "Action": ["s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"], "Resource": "arn:aws:s3:::acme-logs/*"}`
		statements := []string{readBucket, common, write}
		if first != "" {
			statements = append(statements, `{"Effect": "Allow", "Action": "s3:GetObjectVersionForReplication", "Resource": "arn:aws:s3:::acme-logs/`+first+`"}`)
		}
		return put(rolePolicy, document(append(statements, `{"Effect": "Allow", "Action": "s3:GetObjectVersion", `+other+`}`)...))
	}
	const info = "surplus permission-surplus info role-policy ROLE informational s3:GetObjectVersion replace"
	const lost = "missing permission-missing medium role-policy ROLE s3:GetObjectVersionForReplication partial add"
	play(t, []story{
		{name: "s3:GetObjectVersion does", edits: []edit{reads("", `"Resource": "arn:aws:s3:::acme-logs/*"`)}, want: []string{info}},
		{name: "each for its keys", edits: []edit{reads("a/*", `"NotResource": "arn:aws:s3:::acme-logs/a/*"`)}, want: []string{"surplus permission-surplus medium role-policy ROLE wider s3:GetObjectVersion replace"}},
		{
			name: "some keys neither", edits: []edit{reads("a/*", `"Resource": "arn:aws:s3:::acme-logs/b/*"`)},
			want: []string{lost, info}, verdict: audit.Degraded,
		},
		{
			name:  "the other one under a condition that nobody knows",
			edits: []edit{reads("a/*", `"Resource": "arn:aws:s3:::acme-logs/*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}`)},
			want:  []string{"unknown permission-unknown medium role-policy ROLE s3:GetObjectVersionForReplication", info}, verdict: audit.Unclear,
		},
	})
}

func TestOwnershipIsStated(t *testing.T) {
	play(t, []story{
		{
			name:  "object-ownership-differs",
			edits: []edit{preferred, rule(func(r *replication.Rule) { r.To.ObjectOwnership = enforced })},
			want:  []string{"mismatch object-ownership-differs high bucket-settings DST set"},
			says:  "bucket-settings  GetBucketOwnershipControls: BucketOwnerPreferred",
		},
		{name: "as stated", edits: []edit{preferred, rule(func(r *replication.Rule) { r.To.ObjectOwnership = fact.Of("BucketOwnerPreferred") })}},
		{
			name:  "nobody knows",
			edits: []edit{rule(func(r *replication.Rule) { r.To.ObjectOwnership = enforced }), drop(destination + " > OwnershipControls")},
			want:  []string{"unknown read-denied medium bucket-settings DST"},
		},
		{name: "not read and not asked for", edits: []edit{drop(destination + " > OwnershipControls")}},
	})
}
