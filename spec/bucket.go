package spec

import (
	"regexp"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/internal/yaml"
)

// A Bucket is a source, a destination, or where a writer writes.
type Bucket struct {
	Name            Text
	Account         Text             // a name in [Spec.Accounts]; left out: the owner is unknown
	Region          Text             // left out: not known; audit takes the live one
	KMSKeys         Optional[[]Text] // ARNs, the default key first; stated and empty: SSE-S3
	BucketKey       Optional[bool]
	ObjectLock      Optional[bool]
	ObjectOwnership Optional[ObjectOwnership]
	RequesterPays   Optional[bool]
	Pos             diag.Pos // of the name
}

// ObjectOwnership is who owns what others upload to a bucket, in AWS's word.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_OwnershipControlsRule.html.
type ObjectOwnership string

// The settings of Object Ownership.
const (
	BucketOwnerEnforced  ObjectOwnership = "BucketOwnerEnforced"
	BucketOwnerPreferred ObjectOwnership = "BucketOwnerPreferred"
	ObjectWriter         ObjectOwnership = "ObjectWriter"
)

// Partition is the partition of the bucket's Region; "aws" if that was left out.
// [Spec.PartitionOf] knows more.
func (b Bucket) Partition() string { return arn.PartitionOf(b.Region.Value) }

// ARN is the bucket's ARN.
func (b Bucket) ARN() string { return arn.Bucket(b.Partition(), b.Name.Value) }

// DefaultKey is the key that encrypts new objects by default. It is false if
// the spec names none.
func (b Bucket) DefaultKey() (Text, bool) {
	if len(b.KMSKeys.Value) == 0 {
		return Text{}, false
	}
	return b.KMSKeys.Value[0], true
}

// ownerships are the settings of Object Ownership as a spec writes them.
var ownerships = []option[ObjectOwnership]{
	{"bucket-owner-enforced", BucketOwnerEnforced},
	{"bucket-owner-preferred", BucketOwnerPreferred},
	{"object-writer", ObjectWriter},
}

func (p *parser) bucket(name Text, n *yaml.Node) {
	p.isBucketName(name)
	b := Bucket{Name: name, Pos: name.Pos}
	p.mapping(name.Value, name.Pos, n, []field{
		{"account", 0, p.text(&b.Account)},
		{"region", 0, p.text(&b.Region, p.isRegion)},
		{"kms_key", 0, p.keys(&b.KMSKeys)},
		{"bucket_key", 0, p.boolean(&b.BucketKey)},
		{"object_lock", 0, p.boolean(&b.ObjectLock)},
		{"object_ownership", 0, choose(p, &b.ObjectOwnership, ownerships)},
		{"requester_pays", 0, p.boolean(&b.RequesterPays)},
	})
	p.spec.Buckets = append(p.spec.Buckets, b)
}

// keys reads the keys of a bucket. An empty list is a statement too: the bucket
// has no KMS key. Where every key is refused, the list is nil.
func (p *parser) keys(to *Optional[[]Text]) reader {
	return func(key string, n *yaml.Node) {
		*to = Optional[[]Text]{Stated: true, Pos: n.Pos}
		switch {
		case n.Kind == yaml.Sequence && len(n.Items) == 0:
			to.Value = []Text{}
		case n.Kind == yaml.Sequence:
			p.texts(&to.Value, p.isKey)(key, n)
		default:
			p.oneOrMore(&to.Value, p.isKey)(key, n)
		}
	}
}

// keyID is the resource of the ARN of a KMS key.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_SSEKMSEncryption.html.
var keyID = regexp.MustCompile(`^key/[A-Za-z0-9-]+$`)

// isKey checks that t is the ARN of a KMS key, and not of an alias: an alias is
// looked up in the account of whoever asks.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_EncryptionConfiguration.html.
func (p *parser) isKey(key string, t Text) bool {
	if isAlias(t.Value) {
		p.report(t.Pos, "spec-kms-key-alias", "key", key, "value", quote(t.Value))
		return false
	}
	a, ok := p.arnParts(key, t, "kms", "spec-kms-key")
	switch {
	case !ok:
		return false
	case !arn.IsAccountID(a.Account) || !regionCode.MatchString(a.Region) || !keyID.MatchString(a.Resource):
		p.report(t.Pos, "spec-kms-key", "key", key, "value", quote(t.Value))
		return false
	case arn.PartitionOf(a.Region) != a.Partition:
		p.report(t.Pos, "spec-arn-region", "value", quote(t.Value), "region", a.Region, "partition", a.Partition)
		return false
	}
	return true
}

func isAlias(s string) bool {
	a, err := arn.Parse(s)
	return strings.HasPrefix(s, "alias/") || err == nil && a.Service == "kms" && a.Type() == "alias"
}
