package discover_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/discover"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
	"github.com/repligrant/repligrant/spec"
)

// hostile are texts that mean something else in YAML, or break its lines.
var hostile = []string{
	"", " ", "a", "- x", "a: b", "#c", " # c", "\n- from: x", "\r\nversion: 2", "\x00", "\x1b[31m", "\u0085x", "\u2028- x", "\ufeff", "\u202e",
	"*a", "&b", "!!int 1", "1", "1e3", "0x10", "010", "1_000", "true", "No", "null", "~", "'", `"`, `\`, `\n`, "{a: b}", "]", "[", "%YAML 1.1", "@", "`", "日本", "🪣", "---", "...", "<<",
	"=", "2026-11-22", "2026-11-22T12:00:00Z", "|", ">", "? x", "a:", ":a", "a,b", "\t", strings.Repeat("x", 70), strings.Repeat("word ", 90), "{name}", "${*}",
}

// text draws something usual, and one time in 25 something that is not.
func text(t *rapid.T, name string, usual ...string) string {
	if rapid.IntRange(0, 49).Draw(t, name+" is usual") > 0 {
		return rapid.SampledFrom(usual).Draw(t, name)
	}
	return rapid.OneOf(rapid.SampledFrom(hostile), rapid.String()).Draw(t, name)
}

func maybe[T any](t *rapid.T, name string, v T) *T {
	if rapid.Bool().Draw(t, "has "+name) {
		return &v
	}
	return nil
}

// names are of buckets that may be there.
var names = []string{"acme-orders", "acme-copy", "acme-third", "acme.logs"}

func drawBucket(t *rapid.T, account string) *snapshot.Bucket {
	b := &snapshot.Bucket{
		Region:     text(t, "Region", "us-east-1", "eu-west-1", ""),
		Versioning: fact.Of(snapshot.Versioning{Status: text(t, "versioning", "Enabled", "")}),
	}
	if rapid.Bool().Draw(t, "encrypted") {
		b.ServerSideEncryptionConfiguration = fact.Of(snapshot.Encryption{Rules: []snapshot.EncryptionRule{{
			ApplyServerSideEncryptionByDefault: &snapshot.EncryptionDefault{SSEAlgorithm: text(t, "algorithm", "aws:kms"), KMSMasterKeyID: drawKey(t, account)},
			BucketKeyEnabled:                   rapid.Bool().Draw(t, "bucket key"),
		}}})
	}
	if rapid.Bool().Draw(t, "owned") {
		b.OwnershipControls = fact.Of(snapshot.OwnershipControls{Rules: []snapshot.OwnershipRule{{ObjectOwnership: text(t, "ownership", "BucketOwnerPreferred", "ObjectWriter")}}})
	}
	b.RequestPayment = fact.Of(snapshot.RequestPayment{Payer: text(t, "payer", "Requester", "BucketOwner")})
	b.ObjectLockConfiguration = fact.Of(snapshot.ObjectLock{ObjectLockEnabled: text(t, "lock", "Enabled", "")})
	switch rapid.IntRange(0, 4).Draw(t, "replicates") {
	case 0:
	case 1:
		b.ReplicationConfiguration = fact.Absent[replication.Configuration]()
	default:
		c := replication.Configuration{Role: text(t, "role", "arn:aws:iam::"+account+":role/acme-orders-replication", "arn:aws:iam::"+account+":role/service-role/r", "arn:aws:iam::"+account+":role/r")}
		for range rapid.IntRange(0, 3).Draw(t, "rules") {
			c.Rules = append(c.Rules, drawRule(t))
		}
		b.ReplicationConfiguration = fact.Of(c)
	}
	return b
}

func drawKey(t *rapid.T, account string) string {
	return text(t, "key", "arn:aws:kms:eu-west-1:"+account+":key/1", "arn:aws:kms:us-east-1:777788889999:key/2", "alias/x", "3")
}

func drawStatus(t *rapid.T, name string) *replication.Status {
	return maybe(t, name, replication.Status{Status: text(t, name, "Enabled", "Disabled")})
}

func drawRule(t *rapid.T) replication.ConfigurationRule {
	r := replication.ConfigurationRule{
		ID: text(t, "ID", "one", "two", ""), Status: text(t, "Status", "Enabled", "Enabled", "Disabled"),
		Priority: maybe(t, "Priority", rapid.IntRange(-1, 3).Draw(t, "Priority")),
		Prefix:   maybe(t, "Prefix", text(t, "Prefix", "", "logs/")),
		Destination: replication.Destination{
			Bucket:  text(t, "Bucket", "arn:aws:s3:::acme-orders", "arn:aws:s3:::acme-copy", "arn:aws:s3:::acme-third"),
			Account: new(text(t, "Account", "", "444455556666", "999900001111")), StorageClass: text(t, "StorageClass", "", "STANDARD_IA"),
		},
		DeleteMarkerReplication: drawStatus(t, "markers"), ExistingObjectReplication: drawStatus(t, "existing"),
	}
	if rapid.Bool().Draw(t, "filter") {
		tag := replication.Tag{Key: text(t, "tag", "class"), Value: text(t, "value", "gold")}
		r.Filter = &replication.Filter{
			Prefix: maybe(t, "filter prefix", text(t, "filter prefix", "", "logs/", "logs/2026/")), Tag: maybe(t, "tag", tag),
			And: maybe(t, "and", replication.And{Prefix: maybe(t, "and prefix", "x/"), Tags: []replication.Tag{tag, {Key: "a", Value: text(t, "other value", "b")}}}),
		}
	}
	d := &r.Destination
	if rapid.Bool().Draw(t, "kms") {
		r.SourceSelectionCriteria = &replication.SourceSelectionCriteria{SseKmsEncryptedObjects: drawStatus(t, "kms objects"), ReplicaModifications: drawStatus(t, "modifications")}
		d.EncryptionConfiguration = &replication.EncryptionConfiguration{ReplicaKmsKeyID: drawKey(t, "444455556666")}
	}
	if rapid.IntRange(0, 9).Draw(t, "another key") == 0 {
		d.EncryptionConfiguration = maybe(t, "replica key", replication.EncryptionConfiguration{ReplicaKmsKeyID: drawKey(t, "444455556666")})
	}
	d.AccessControlTranslation = maybe(t, "owner", replication.AccessControlTranslation{Owner: text(t, "owner", "Destination")})
	d.Metrics = maybe(t, "metrics", replication.Metrics{Status: text(t, "metrics", "Enabled"), EventThreshold: &replication.Minutes{Minutes: rapid.SampledFrom([]int{15, 15, 15, 15, 20}).Draw(t, "minutes")}})
	if d.Metrics == nil && rapid.IntRange(0, 9).Draw(t, "time without metrics") > 0 {
		return r
	}
	d.ReplicationTime = maybe(t, "time", replication.ReplicationTime{Status: text(t, "time", "Enabled"), Time: &replication.Minutes{Minutes: 15}})
	return r
}

func drawSnapshot(t *rapid.T) *snapshot.Snapshot {
	s := &snapshot.Snapshot{Schema: snapshot.Schema, Accounts: map[string]*snapshot.Account{}}
	taken := map[string]bool{}
	for _, id := range []string{"111122223333", "444455556666", text(t, "account", "777788889999")} {
		a := &snapshot.Account{Buckets: map[string]*snapshot.Bucket{}, Roles: map[string]*snapshot.Role{}}
		for range rapid.IntRange(0, 3).Draw(t, "buckets") {
			name := text(t, "bucket", names...)
			if taken[name] {
				continue
			}
			taken[name] = true
			a.Buckets[name] = drawBucket(t, id)
			if config, ok := a.Buckets[name].ReplicationConfiguration.Get(); ok {
				a.Roles[config.Role] = &snapshot.Role{PermissionsBoundary: fact.Of(snapshot.Boundary{PermissionsBoundaryARN: text(t, "boundary", "arn:aws:iam::111122223333:policy/b")})}
			}
		}
		if rapid.Bool().Draw(t, "listed") {
			a.Listed = []string{"buckets"}
		}
		if rapid.Bool().Draw(t, "organization") {
			a.Organization = fact.Of(snapshot.Organization{ID: text(t, "organization ID", "o-one", "o-two")})
		}
		s.Accounts[id] = a
	}
	return s
}

// TestHostile discovers what nobody would have thought of. Whatever a snapshot
// holds, the SPEC is one: each rule stands in it, saying what the rule says, or
// is told to be left out.
func TestHostile(t *testing.T) {
	kept, told := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		held := drawSnapshot(t)
		draft := discover.From(held, discover.Options{})
		yaml := draft.Encode(diag.Text.String)
		if again := discover.From(held, discover.Options{}).Encode(diag.Text.String); !bytes.Equal(yaml, again) {
			t.Errorf("the same snapshot gives another SPEC:\n%s\n%s", yaml, again)
		}
		refused := count(draft.Notices(), "discover-rule-refused")
		s, err := spec.Parse("spec.yaml", yaml)
		if err != nil {
			if list := diag.Of(err); len(list) != 1 || list[0].Message.Key != "spec-nothing-to-do" {
				t.Fatalf("the SPEC is refused:\n%v\n%s", err, yaml)
			}
			s = &spec.Spec{}
		}
		live := rulesOf(held)
		if len(s.Rules)+refused != len(live) {
			t.Errorf("of %d rules %d are written, and %d told to be left out:\n%s", len(live), len(s.Rules), refused, yaml)
		}
		for _, r := range replication.FromSpec(s) {
			if !slices.ContainsFunc(live, func(l replication.Rule) bool { return says(r, l) }) {
				t.Errorf("no rule says what %s from %s to %s says:\n%s", r.Name, r.From.Name, r.To.Name, yaml)
			}
		}
		kept, told = kept+len(s.Rules), told+refused
	})
	if kept < 30 || told < 30 {
		t.Errorf("%d rules were written and %d told: the test looks at too little", kept, told)
	}
}

func count(notices []diag.Text, key string) (n int) {
	for _, t := range notices {
		if t.Key == key {
			n++
		}
	}
	return n
}

func rulesOf(s *snapshot.Snapshot) (rules []replication.Rule) {
	for id, a := range s.Accounts {
		if !arn.IsAccountID(id) {
			continue // told as a whole
		}
		for name, b := range a.Buckets {
			config, _ := b.ReplicationConfiguration.Get()
			rules = append(rules, config.RulesOf(replication.Bucket{Name: name, Account: id, Partition: "aws"}, func(name string) replication.Bucket {
				return replication.Bucket{Name: name}
			})...)
		}
	}
	return rules
}

// says reports whether a rule of a SPEC says what a live one does.
func says(r, l replication.Rule) bool {
	key := l.ReplicaKMSKey
	if !l.KMSObjects {
		key = r.ReplicaKMSKey
	}
	return (r.Name == l.Name || l.Name == "" && r.Name == l.From.Name+"-to-"+l.To.Name) &&
		r.From.Name == l.From.Name && r.To.Name == l.To.Name && r.Role == l.Role && r.Enabled == l.Enabled && r.Prefix == l.Prefix &&
		len(r.FilterTags) == len(l.FilterTags) && !slices.ContainsFunc(r.FilterTags, func(t replication.Tag) bool { return !slices.Contains(l.FilterTags, t) }) &&
		r.OwnerOverride == l.OwnerOverride && r.DeleteMarkers == l.DeleteMarkers && r.StorageClass == l.StorageClass &&
		r.ReplicationTime == l.ReplicationTime && r.Metrics == l.Metrics && r.ReplicaModifications == l.ReplicaModifications &&
		r.KMSObjects == l.KMSObjects && r.ReplicaKMSKey == key
}
