package replication

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
)

// The pages on uploads.
const (
	pageUpload       = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html"
	pageMultipart    = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html"
	pageAssume       = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"
	pageAccessPoints = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html"
	pageUploadKey    = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html"
)

// A Writer is an identity that uploads to one bucket, and does nothing else.
type Writer struct {
	Name        string
	Kind        string // "role" or "user"
	ARN         string
	Account     string // ID
	AssumedBy   []string
	Bucket      Bucket
	Prefixes    []string // none: the whole bucket
	Multipart   bool
	AccessPoint string // name; "" for none
	SourceIPs   []string
	Boundary    string // ARN of the permissions boundary that a role is to have; "" for none
	Guard       bool   // a bucket policy denies its writes to and from elsewhere
	Pos         diag.Pos
}

// A WriterPermission is one row of what an upload needs.
type WriterPermission struct {
	Action    string
	Multipart bool // only needed where uploads have several parts
	Key       bool // on the KMS key by which the bucket encrypts new objects
	Why       diag.Text
	Source    string
}

// WriterPermissions is what an upload needs.
var WriterPermissions = []WriterPermission{
	{Action: "s3:PutObject", Why: text("why.upload", "upload objects, in one part or several"), Source: pageUpload},
	{Action: "s3:AbortMultipartUpload", Multipart: true, Why: text("why.abort-upload", "give up an upload that failed, also from another session"), Source: pageMultipart},
	{Action: "s3:ListMultipartUploadParts", Multipart: true, Why: text("why.resume-upload", "resume an upload"), Source: pageMultipart},
	{Action: "kms:GenerateDataKey", Key: true, Why: text("why.upload-key", "make a data key for what is uploaded, which the bucket encrypts by default"), Source: pageUploadKey},
	{Action: "kms:Decrypt", Key: true, Multipart: true, Why: text("why.upload-parts-key", "put an upload together from its encrypted parts"), Source: pageMultipart},
}

// becoming is what whoever is to become a writer needs.
var becoming = WriterPermission{Action: "sts:AssumeRole", Why: text("why.become-writer", "become the writer"), Source: pageAssume}

// GuardedActions are the writes that a guard refuses outside a writer's prefixes,
// and from other addresses than its own.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html.
var GuardedActions = []string{"s3:PutObject", "s3:PutObjectAcl", "s3:PutObjectTagging", "s3:AbortMultipartUpload"}

// WriterRequirements returns what the writer needs, for each of its prefixes.
// Where it goes through an access point, the access point and the bucket must
// both permit, so that there is a requirement for either ARN, and both are about
// requests through that access point only. Whoever is to become a writer that is
// a role needs that role's trust.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html.
func WriterRequirements(w Writer) []Requirement {
	var qs []Requirement
	for _, p := range WriterPermissions {
		switch {
		case p.Multipart && !w.Multipart:
		case p.Key:
			qs = append(qs, w.keyRequirements(p)...)
		default:
			for _, resource := range w.Resources() {
				qs = append(qs, w.requirement(p, resource))
			}
		}
	}
	return append(qs, w.trust()...)
}

// base is what row p of the table asks for, whichever document is to hold it.
func (w Writer) base(p WriterPermission, resource string) Requirement {
	q := Requirement{
		ID:        strings.Join([]string{"writer", w.Name, p.Action, resource}, "/"),
		Rule:      w.Name,
		To:        w.Bucket.Name,
		Principal: w.ARN,
		Action:    p.Action,
		Resource:  resource,
		Context:   map[string]string{},
		Objects:   AllObjects,
		Level:     Required,
		Without:   ObjectFailed,
		Source:    p.Source,
		Position:  w.Pos,
		Account:   w.Account, ResourceAccount: w.Bucket.Account,
	}
	q.explain(p.Why, diag.Text{})
	return q
}

// requirement is what row p of the table asks for, of objects.
func (w Writer) requirement(p WriterPermission, resource string) Requirement {
	q := w.base(p, resource)
	q.Holders = []Kind{WriterPolicy}
	switch {
	case w.throughAccessPoint(resource):
		q.Holders = append(q.Holders, WriterAccessPointPolicy)
	case w.Account != w.Bucket.Account:
		q.Holders = append(q.Holders, WriterBucketPolicy)
	default:
		q.Instead = []Kind{WriterBucketPolicy}
	}
	w.narrow(&q)
	return q
}

// Key returns the ARN of the KMS key by which the writer's bucket encrypts new
// objects; "" if it uses none, or nobody knows which.
func (w Writer) Key() string {
	if keys := w.Bucket.KMSKeys.Or(nil); len(keys) > 0 {
		return keys[0]
	}
	return ""
}

// keyRequirements is what row p of the table asks for, of the bucket's key, in
// either form of the encryption context. They are about requests that S3 makes
// to KMS on the writer's behalf, of which no address and no access point is
// known.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html and
// https://docs.aws.amazon.com/kms/latest/developerguide/conditions-aws.html.
func (w Writer) keyRequirements(p WriterPermission) []Requirement {
	key := w.Key()
	if key == "" {
		return nil
	}
	use := newKeyUse("upload", []string{key}, w.Bucket, "", w.Bucket.BucketKey)
	var qs []Requirement
	for form, name := range contextForms {
		for _, context := range w.contexts(form) {
			q := w.base(p, key)
			q.ID = strings.Join([]string{"writer", w.Name, p.Action, context, name}, "/")
			q.On, q.ResourceAccount = UploadKey, accountOf(key)
			q.Level = use.level(Required, form)
			q.Perhaps = use.perhaps[form] && q.Level == Required
			says := saying(use.service(key), context)
			q.Context, q.Condition = says.context, says.condition
			q.Holders, q.Instead = keyHolders(WriterPolicy, &q)
			qs = append(qs, q)
		}
	}
	return qs
}

// contexts are the encryption contexts of what the writer uploads.
func (w Writer) contexts(form int) []string {
	if form == bucketKeyContext {
		return []string{w.Bucket.ARN()}
	}
	return w.BucketResources()
}

// trust returns what those need who are to assume the writer's role: that its
// trust policy lets them.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html.
func (w Writer) trust() []Requirement {
	if w.Kind != "role" {
		return nil
	}
	var qs []Requirement
	for _, principal := range w.AssumedBy {
		q := w.base(becoming, w.ARN)
		q.ID = strings.Join([]string{"writer", w.Name, q.Action, principal}, "/")
		q.Principal, q.Account, q.ResourceAccount = principal, accountOf(principal), w.Account
		q.Holders = []Kind{WriterTrustPolicy}
		qs = append(qs, q)
	}
	return qs
}

// accountOf is the account in an ARN, or "".
func accountOf(s string) string {
	a, err := arn.Parse(s)
	if err != nil {
		return ""
	}
	return a.Account
}

// narrow limits q to requests through the writer's access point and from its
// addresses. An ARN of the access point says by itself through which one.
func (w Writer) narrow(q *Requirement) {
	if ap := w.AccessPointARN(); ap != "" {
		q.Context[accessPointKey] = ap
		q.Source = pageAccessPoints
		if !w.throughAccessPoint(q.Resource) {
			q.Condition = append(q.Condition, policy.Clause{Operator: "StringEquals", Key: accessPointKey, Values: policy.One(ap)})
		}
	}
	if len(w.SourceIPs) > 0 {
		q.Condition = append(q.Condition, policy.Clause{Operator: "IpAddress", Key: "aws:SourceIp", Values: policy.Compact(w.SourceIPs...)})
	}
}

// accessPointKey is the condition key that holds the access point of a request.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html.
const accessPointKey = "s3:DataAccessPointArn"

func (w Writer) throughAccessPoint(resource string) bool {
	return w.AccessPoint != "" && strings.HasPrefix(resource, w.AccessPointARN()+"/")
}

// AccessPointARN is the ARN of the writer's access point, or "".
func (w Writer) AccessPointARN() string {
	if w.AccessPoint == "" {
		return ""
	}
	return arn.ARN{
		Partition: w.Bucket.Partition, Service: "s3", Region: w.Bucket.Region, Account: w.Bucket.Account,
		Resource: "accesspoint/" + w.AccessPoint,
	}.String()
}

// Resources returns the patterns of the objects that the writer writes: those
// of the bucket, and those of its access point.
func (w Writer) Resources() []string {
	resources := w.under(func(key string) string { return arn.Object(w.Bucket.Partition, w.Bucket.Name, key) })
	if ap := w.AccessPointARN(); ap != "" {
		resources = append(resources, w.under(func(key string) string { return ap + "/object/" + key })...)
	}
	return resources
}

// BucketResources returns the patterns of the bucket's own objects that the
// writer writes.
func (w Writer) BucketResources() []string {
	return w.under(func(key string) string { return arn.Object(w.Bucket.Partition, w.Bucket.Name, key) })
}

func (w Writer) under(object func(key string) string) []string {
	prefixes := w.Prefixes
	if len(prefixes) == 0 {
		prefixes = []string{""}
	}
	var out []string
	for _, p := range prefixes {
		escaped, _ := EscapePrefix(p)
		if o := object(escaped + "*"); !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	return out
}

// GuardStatements returns the statements of the bucket's policy that refuse the
// writer's writes outside its prefixes, and those from other addresses than its
// own: none, if it has neither.
func (w Writer) GuardStatements() []policy.Statement {
	var guards []policy.Statement
	if len(w.Prefixes) > 0 {
		guards = append(guards, w.PrefixGuard())
	}
	if len(w.SourceIPs) > 0 {
		guards = append(guards, w.AddressGuard())
	}
	return guards
}

// PrefixGuard refuses the writer's writes outside its prefixes.
func (w Writer) PrefixGuard() policy.Statement {
	st := w.guard(guard)
	st.NotResource = policy.Compact(w.BucketResources()...)
	return st
}

// AddressGuard refuses the writer's writes from other addresses than its own.
// A request through a VPC endpoint has no aws:SourceIp, so that it is refused
// too: the writer's own policy does not allow it either. A service that acts for
// the writer is no exception, since it passes the writer's address on.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-ip.html and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip.
func (w Writer) AddressGuard() policy.Statement {
	st := w.guard(guardAddresses)
	st.Resource = policy.One(arn.Object(w.Bucket.Partition, w.Bucket.Name, "*"))
	st.Condition = []policy.Clause{{Operator: "NotIpAddress", Key: "aws:SourceIp", Values: policy.Compact(w.SourceIPs...)}}
	return st
}

func (w Writer) guard(sid string) policy.Statement {
	return policy.Statement{Sid: SidPrefix + sid, Effect: policy.Deny, Principal: policy.AWS(w.ARN), Action: policy.List(GuardedActions...)}
}
