package replication_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/policy/glob"
	"github.com/repligrant/repligrant/replication"
)

// rule is the simplest rule across accounts.
func rule() replication.Rule {
	return replication.Rule{
		Name:    "orders",
		From:    replication.Bucket{Name: "acme-orders", Account: "111122223333", Partition: "aws", Region: "us-east-1"},
		To:      replication.Bucket{Name: "acme-orders-copy", Account: "444455556666", Partition: "aws", Region: "eu-west-1"},
		Role:    "arn:aws:iam::111122223333:role/acme-orders-replication",
		Enabled: true,
		Tags:    replication.Replicate, Annotations: replication.Omit,
	}
}

// TestRequirements checks what each feature adds to or takes from the base.
func TestRequirements(t *testing.T) {
	base := []string{
		"sts:AssumeRole required", "s3:GetReplicationConfiguration required", "s3:ListBucket required",
		"s3:GetObjectVersionForReplication required", "s3:GetObjectVersionAcl required", "s3:ReplicateObject required",
	}
	tags := []string{"s3:GetObjectVersionTagging required", "s3:ReplicateTags advised"}
	tests := []struct {
		name   string
		change func(*replication.Rule)
		want   []string // beside base
	}{
		{"nothing", func(*replication.Rule) {}, tags},
		{"omit tags", func(r *replication.Rule) { r.Tags = replication.Omit }, nil},
		{"refuse tags", func(r *replication.Rule) { r.Tags = replication.Refuse }, nil},
		{"annotations", func(r *replication.Rule) { r.Annotations = replication.Replicate }, append(tags, "s3:GetObjectVersionAnnotationForReplication advised")},
		{"delete markers", func(r *replication.Rule) { r.DeleteMarkers = true }, append(tags, "s3:ReplicateDelete required")},
		{"owner override", func(r *replication.Rule) { r.OwnerOverride = true }, append(tags, "s3:ObjectOwnerOverrideToBucketOwner required")},
		{"owner override, enforced", func(r *replication.Rule) {
			r.OwnerOverride = true
			r.To.ObjectOwnership = fact.Of(replication.BucketOwnerEnforced)
		}, tags},
		{"same account", func(r *replication.Rule) { r.To.Account = r.From.Account }, tags},
		{"RTC", func(r *replication.Rule) { r.ReplicationTime = true }, tags},
		{"tag filter", func(r *replication.Rule) { r.FilterTags = []replication.Tag{{Key: "a", Value: "b"}} }, tags},
		{"KMS objects", func(r *replication.Rule) { r.KMSObjects = true }, append(tags, "s3:GetObjectVersionForReplication required", "s3:ReplicateObject required")},
		{"Object Lock", func(r *replication.Rule) { r.From.ObjectLock = fact.Of(true) }, append(tags, "s3:GetObjectRetention required", "s3:GetObjectLegalHold required")},
		{"job", func(r *replication.Rule) { r.Job = &replication.Job{} }, append(tags, "sts:AssumeRole required", "s3:InitiateReplication required",
			"s3:GetReplicationConfiguration required", "s3:PutInventoryConfiguration required")},
		{"job with files", func(r *replication.Rule) {
			files := &replication.Location{Bucket: r.From}
			r.Job = &replication.Job{Manifest: files, Report: files}
		}, append(tags, "sts:AssumeRole required", "s3:InitiateReplication required",
			"s3:GetObject required", "s3:GetObjectVersion required", "s3:PutObject required")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := rule()
			tt.change(&r)
			var got []string
			for _, q := range replication.Requirements([]replication.Rule{r}) {
				got = append(got, q.Action+" "+string(q.Level))
			}
			want := slices.Sorted(slices.Values(slices.Concat(base, tt.want)))
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("required otherwise (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRequirementsOfDisabledRules(t *testing.T) {
	r := rule()
	r.Enabled = false
	r.AWSDocs = true
	if got := replication.Requirements([]replication.Rule{r}); got != nil {
		t.Errorf("a disabled rule requires %v", got)
	}
	if got := replication.DocsGrants([]replication.Rule{r}); got != nil {
		t.Errorf("a disabled rule is granted %v", got)
	}
}

// TestHolders checks where a permission has to be: on both sides of a border,
// on either side at home.
func TestHolders(t *testing.T) {
	tests := []struct {
		name, account string
		style         bool
		want          []string
	}{
		{"across", "444455556666", false, []string{
			"sts:AssumeRole [role-trust-policy] []",
			"s3:ListBucket [role-policy] [source-bucket-policy]",
			"s3:ReplicateObject [role-policy destination-bucket-policy] []",
			"s3:ReplicateTags [role-policy destination-bucket-policy] []",
		}},
		{"owner unknown", "", false, []string{
			"sts:AssumeRole [role-trust-policy] []",
			"s3:ListBucket [role-policy] [source-bucket-policy]",
			"s3:ReplicateObject [role-policy destination-bucket-policy] []",
			"s3:ReplicateTags [role-policy destination-bucket-policy] []",
		}},
		{"at home", "111122223333", false, []string{
			"sts:AssumeRole [role-trust-policy] []",
			"s3:ListBucket [role-policy] [source-bucket-policy]",
			"s3:ReplicateObject [role-policy] [destination-bucket-policy]",
			"s3:ReplicateTags [role-policy] [destination-bucket-policy]",
		}},
		{"as AWS's page", "444455556666", true, []string{
			"sts:AssumeRole [role-trust-policy] []",
			"s3:ListBucket [role-policy] [source-bucket-policy]",
			"s3:ReplicateObject [role-policy destination-bucket-policy] []",
			"s3:ReplicateTags [role-policy] []",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := rule()
			r.To.Account, r.AWSDocs = tt.account, tt.style
			var got []string
			for _, q := range replication.Requirements([]replication.Rule{r}) {
				if strings.Contains("sts:AssumeRole s3:ListBucket s3:ReplicateObject s3:ReplicateTags", q.Action) {
					got = append(got, fmt.Sprint(q.Action, " ", q.Holders, " ", q.Instead))
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("held elsewhere (-want +got):\n%s", diff)
			}
		})
	}
}

// TestRequirement shows one whole requirement, since its JSON form is a promise.
func TestRequirement(t *testing.T) {
	r := rule()
	r.Prefix = "invoices/"
	qs := replication.Requirements([]replication.Rule{r})
	i := slices.IndexFunc(qs, func(q replication.Requirement) bool { return q.Action == "s3:ReplicateObject" })
	want := replication.Requirement{
		ID: "orders/acme-orders/acme-orders-copy/s3:ReplicateObject", Rule: "orders", From: "acme-orders", To: "acme-orders-copy",
		Principal: "arn:aws:iam::111122223333:role/acme-orders-replication", Action: "s3:ReplicateObject",
		Resource: "arn:aws:s3:::acme-orders-copy/invoices/*", Context: map[string]string{}, Objects: replication.AllObjects,
		Level: replication.Required, Holders: []replication.Kind{replication.RolePolicy, replication.DestinationBucketPolicy},
		Without: replication.ObjectFailed, FailureCode: "DstPutObjectNotPermitted",
		Why:     "write the replica with its metadata, tags and ACL",
		WhyKey:  "why.replica",
		Source:  "https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html",
		Account: "111122223333", ResourceAccount: "444455556666", On: replication.DestinationObjects,
	}
	if diff := cmp.Diff(want, qs[i]); diff != "" {
		t.Errorf("the requirement differs (-want +got):\n%s", diff)
	}
}

// TestRequirementIDs checks that no two requirements share an id, whatever
// names rules and writers have.
func TestRequirementIDs(t *testing.T) {
	name := rapid.SampledFrom([]string{"a", "a/b", "writer/a", "a/acme-1/acme-2", "s3:PutObject"})
	rapid.Check(t, func(t *rapid.T) {
		var qs []replication.Requirement
		rules := map[string]bool{} // names are unique for each source
		for range rapid.IntRange(0, 4).Draw(t, "rules") {
			r := rule()
			r.Name = name.Draw(t, "name")
			r.From.Name = fmt.Sprint("acme-", rapid.IntRange(1, 2).Draw(t, "from"))
			r.KMSObjects = rapid.Bool().Draw(t, "KMS")
			if !rules[r.Name+" "+r.From.Name] {
				qs = append(qs, replication.Requirements([]replication.Rule{r})...)
			}
			rules[r.Name+" "+r.From.Name] = true
		}
		w := replication.Writer{
			Name: name.Draw(t, "writer"), Account: "111122223333", Bucket: rule().To, Multipart: true, AccessPoint: "uploads",
			Prefixes: rapid.SliceOf(rapid.SampledFrom([]string{"a/", "a/b/", "日本/", "月/"})).Draw(t, "prefixes"),
		}
		qs = append(qs, replication.WriterRequirements(w)...)
		seen := map[string]bool{}
		for _, q := range qs {
			if seen[q.ID] {
				t.Fatalf("two requirements have the id %s", q.ID)
			}
			seen[q.ID] = true
		}
	})
}

func TestEscapePrefix(t *testing.T) {
	tests := []struct {
		prefix, want string
		whole        bool
	}{
		{"", "", true},
		{"logs/", "logs/", true},
		{"a*b?c$d", "a${*}b${?}c${$}d", true},
		{"${*}", "${$}{${*}}", true},
		{"año/\t\r\n", "año/\t\r\n", true},
		{"logs/日本", "logs/", false},
		{"日", "", false},
		{"a\x01b", "a", false},
		{"ÿĀ", "ÿ", false},
		{"a\xffb", "a", false},
	}
	for _, tt := range tests {
		got, whole := replication.EscapePrefix(tt.prefix)
		if got != tt.want || whole != tt.whole {
			t.Errorf("EscapePrefix(%q) = %q, %t; want %q, %t", tt.prefix, got, whole, tt.want, tt.whole)
		}
	}
}

// TestEscapePrefixMeans checks that a pattern made of a prefix has exactly the
// keys that begin with it, and none too few where it is cut.
func TestEscapePrefixMeans(t *testing.T) {
	text := rapid.StringOf(rapid.SampledFrom([]rune("ab/*?${}ñ日")))
	rapid.Check(t, func(t *rapid.T) {
		prefix, key := text.Draw(t, "prefix"), text.Draw(t, "key")
		if rapid.Bool().Draw(t, "below") {
			key = prefix + key
		}
		escaped, whole := replication.EscapePrefix(prefix)
		got := glob.CompileARNEscaped("arn:aws:s3:::b/" + escaped + "*").Match("arn:aws:s3:::b/" + key)
		want := strings.HasPrefix(key, prefix)
		if key != "" && (want && !got || whole && got != want) {
			t.Errorf("key %q matches the pattern of prefix %q (%q): %t, want %t", key, prefix, escaped, got, want)
		}
	})
}

func TestStatement(t *testing.T) {
	r := rule()
	tests := []struct {
		action string
		holder replication.Kind
		want   string
	}{
		{"sts:AssumeRole", replication.RoleTrustPolicy, `{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"sts:AssumeRole"}`},
		{"s3:ReplicateObject", replication.RolePolicy, `{"Effect":"Allow","Action":"s3:ReplicateObject","Resource":"arn:aws:s3:::acme-orders-copy/*"}`},
		{"s3:ReplicateObject", replication.DestinationBucketPolicy, `{"Sid":"RepligrantReplication","Effect":"Allow",` +
			`"Principal":{"AWS":"arn:aws:iam::111122223333:role/acme-orders-replication"},"Action":"s3:ReplicateObject","Resource":"arn:aws:s3:::acme-orders-copy/*"}`},
	}
	for _, tt := range tests {
		for _, q := range replication.Requirements([]replication.Rule{r}) {
			if q.Action == tt.action {
				checkStatement(t, q.Statement(tt.holder), tt.want)
			}
		}
	}
	checkStatement(t, replication.DenyTags(r), `{"Sid":"RepligrantDenyTags","Effect":"Deny",`+
		`"Principal":{"AWS":"arn:aws:iam::111122223333:role/acme-orders-replication"},"Action":"s3:ReplicateTags","Resource":"arn:aws:s3:::acme-orders-copy/*"}`)
	checkStatement(t, replication.DenyAnnotations(r), `{"Sid":"RepligrantDenyAnnotations","Effect":"Deny",`+
		`"Principal":{"AWS":"arn:aws:iam::111122223333:role/acme-orders-replication"},"Action":"s3:ReplicateObjectAnnotation","Resource":"arn:aws:s3:::acme-orders-copy/*"}`)
}

func checkStatement(t *testing.T, st policy.Statement, want string) {
	t.Helper()
	got, err := st.MarshalJSON()
	if err != nil || string(got) != want {
		t.Errorf("statement\n%s, %v; want\n%s", got, err, want)
	}
}
