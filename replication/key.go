package replication

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
)

// The condition keys by which a grant on a KMS key is narrowed to S3 and to the
// objects of one bucket.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html.
const (
	ViaService        = "kms:ViaService"
	EncryptionContext = "kms:EncryptionContext:aws:s3:arn"
)

// The encryption context of an object is its ARN, or, with an S3 Bucket Key,
// that of its bucket. Which of the two it is, is decided object by object: the
// bucket's default is for new objects only.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html.
const (
	bucketKeyContext = iota
	objectContext
)

// contextForms are the forms of the encryption context, as IDs name them.
var contextForms = [...]string{bucketKeyContext: "bucket-key", objectContext: "object"}

// A keyUse is the use of KMS keys for the objects of one bucket.
type keyUse struct {
	side   string // names it in ids
	keys   []string
	bucket Bucket
	prefix string
	// required and perhaps are by form: whether the setting of the bucket asks for
	// it, and whether that depends on what was not read.
	required, perhaps [2]bool
	said              []said // by key and form, see [keyUse.says]
}

// What a request with a key carries, and what a statement may demand of it.
type said struct {
	context   map[string]string
	condition []policy.Clause
}

// keyUse returns the use of keys that a form of ARN stands for.
func (r *Rule) keyUse(on Form) *keyUse {
	switch on {
	case SourceKeys:
		return newKeyUse("source", r.From.KMSKeys.Or(nil), r.From, r.Prefix, r.From.BucketKey)
	case ReplicaKey:
		u := newKeyUse("replica", []string{r.ReplicaKMSKey}, r.To, r.Prefix, r.To.BucketKey)
		u.inherit(r.From.BucketKey)
		return u
	case DefaultKey:
		return newKeyUse("default", r.To.KMSKeys.Or(nil)[:1], r.To, r.Prefix, r.To.BucketKey)
	case ManifestKey:
		return locationUse("manifest", *r.Job.Manifest)
	default:
		return locationUse("report", *r.Job.Report)
	}
}

func locationUse(side string, l Location) *keyUse {
	keys := l.Bucket.KMSKeys.Or(nil)
	if side == "report" && len(keys) > 1 {
		keys = keys[:1] // new objects get the default key
	}
	return newKeyUse(side, keys, l.Bucket, l.Prefix, l.Bucket.BucketKey)
}

func newKeyUse(side string, keys []string, b Bucket, prefix string, bucketKey fact.Value[bool]) *keyUse {
	known := bucketKey.Read()
	on := bucketKey.Or(false)
	return &keyUse{
		side: side, keys: distinct(keys), bucket: b, prefix: prefix,
		required: [2]bool{bucketKeyContext: on || !known, objectContext: !on},
		perhaps:  [2]bool{bucketKeyContext: !known, objectContext: !known},
	}
}

// inherit adds that a replica has a bucket key where its object has one, also
// where the destination's default has none.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html.
func (u *keyUse) inherit(source fact.Value[bool]) {
	certain := u.required[bucketKeyContext] && !u.perhaps[bucketKeyContext] || source.Or(false)
	u.required[bucketKeyContext] = u.required[bucketKeyContext] || !isOff(source)
	u.perhaps[bucketKeyContext] = u.required[bucketKeyContext] && !certain
}

func distinct(keys []string) []string {
	var out []string
	for _, k := range keys {
		if k != "" && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// appendKeyRequirements appends what row p of the table asks for rule r, for
// each key and either form of the encryption context.
func (r *Rule) appendKeyRequirements(qs []Requirement, p *Permission, use *keyUse) []Requirement {
	for k, key := range use.keys {
		for form, name := range contextForms {
			q := r.requirement(p, key)
			q.ID += "/" + use.side + "/" + use.name(key) + "/" + name
			q.ResourceAccount = accountOf(key)
			q.Level = use.level(p.Level, form)
			q.Perhaps = use.perhaps[form] && q.Level == Required
			says := use.says(k, form)
			q.Context, q.Condition = says.context, says.condition
			q.Holders, q.Instead = keyHolders(p.identityPolicy(), &q)
			qs = append(qs, q)
		}
	}
	return qs
}

// says is what requests with the kth key carry. It is the same for each row of
// the table, and held once.
func (u *keyUse) says(k, form int) said {
	if u.said == nil {
		u.said = make([]said, len(u.keys)*len(contextForms))
	}
	says := &u.said[k*len(contextForms)+form]
	if says.context == nil {
		*says = saying(u.service(u.keys[k]), u.context(form))
	}
	return *says
}

// level is that of the row in the form that the bucket's default asks for, and
// advice in the other one: objects keep what they had when the default changed.
func (u *keyUse) level(row Level, form int) Level {
	if u.required[form] {
		return row
	}
	return Advised
}

// name is the ID of a key, or its ARN if another key has the same ID.
func (u *keyUse) name(key string) string {
	id := keyID(key)
	for _, other := range u.keys {
		if other != key && keyID(other) == id {
			return key
		}
	}
	return id
}

func keyID(key string) string { return key[strings.LastIndexByte(key, '/')+1:] }

// service is how KMS names the S3 of a Region, in every partition.
//
// See https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html.
func (u *keyUse) service(key string) string {
	region := u.bucket.Region
	if region == "" { // a bucket's key is in its Region
		a, _ := arn.Parse(key)
		region = a.Region
	}
	return "s3." + region + ".amazonaws.com"
}

func (u *keyUse) context(form int) string {
	if form == bucketKeyContext {
		return u.bucket.ARN()
	}
	prefix, _ := EscapePrefix(u.prefix)
	return arn.Object(u.bucket.Partition, u.bucket.Name, prefix+"*")
}

// saying is what requests with a key carry, and lets statements demand it.
func saying(service, object string) said {
	return said{
		context: map[string]string{ViaService: service, EncryptionContext: object},
		condition: []policy.Clause{
			{Operator: "StringEquals", Key: ViaService, Values: policy.One(service)},
			{Operator: "StringLike", Key: EncryptionContext, Values: policy.One(object)},
		},
	}
}

// keyHolders returns the documents that must grant the use of a key. A key's own
// policy decides over it: that of a key in another account has to grant, and in
// the caller's account it may, or let IAM decide, as it does by default.
//
// See https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html and
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html.
func keyHolders(own Kind, q *Requirement) (all, instead []Kind) {
	of := KeyPolicyOf(q.On)
	if q.Account == q.ResourceAccount {
		return []Kind{own}, []Kind{of}
	}
	return []Kind{own, of}, nil
}

// KeyPolicyOf is the kind of a key's policy.
func KeyPolicyOf(on Form) Kind {
	switch on {
	case ReplicaKey, DefaultKey:
		return DestinationKMSKeyPolicy
	case ManifestKey, ReportKey:
		return BatchKMSKeyPolicy
	case UploadKey:
		return WriterKMSKeyPolicy
	default:
		return SourceKMSKeyPolicy
	}
}

// identityPolicy is the kind of policy that says what the role of a row may do.
func (p *Permission) identityPolicy() Kind {
	if p.Batch {
		return BatchRolePolicy
	}
	return RolePolicy
}
