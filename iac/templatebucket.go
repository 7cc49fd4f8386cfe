package iac

import (
	"cmp"
	"reflect"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// A bucketProperty is a property of AWS::S3::Bucket that an audit looks at.
type bucketProperty struct {
	name    string
	setting func(node) setting
}

// bucketProperties are in the order in which they are applied.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html.
var bucketProperties = []bucketProperty{
	{"VersioningConfiguration", func(n node) setting {
		return versioning(read(n, nil, func(n node) snapshot.Versioning { return snapshot.Versioning{Status: n.at("Status").text()} }))
	}},
	{"ReplicationConfiguration", func(n node) setting { return replicationConfiguration(read(n, nil, templateConfiguration)) }},
	{"OwnershipControls", func(n node) setting { return ownership(read(n, nil, templateOwnership)) }},
	{"BucketEncryption", func(n node) setting { return plannedEncryption(read(n, nil, templateEncryption)) }},
	{"PublicAccessBlockConfiguration", func(n node) setting { return publicAccess(read(n, nil, templateBlocks)) }},
	{"ObjectLockEnabled", func(n node) setting { return objectLock(read(n, nil, lockFlag)) }},
	{"ObjectLockConfiguration", func(n node) setting { return objectLock(read(n, nil, templateLock)) }},
	{"LifecycleConfiguration", func(n node) setting {
		return lifecycle(read(n.at("Rules"), nil, rawRules))
	}},
	{"NotificationConfiguration", func(n node) setting { return notification(read(n, nil, templateNotifications)) }},
}

func lockFlag(n node) snapshot.ObjectLock {
	if n.flag() {
		return snapshot.ObjectLock{ObjectLockEnabled: replication.Enabled}
	}
	return snapshot.ObjectLock{}
}

// bucket changes a bucket: what the template says of it, and what it leaves out.
func (t *template) bucket(r *templateResource) {
	name, ok := r.at("BucketName").value.(string)
	if !ok || name == "" {
		t.leave(r, "iac-left-name", "property", "BucketName")
		t.someBucket(r)
		return
	}
	id := t.bucketARN(name)
	t.layer.change(func(w *world) {
		w.note(t.stack.Account, name)
		if b := w.bucket(t.stack.Account, name); t.region() != "" {
			b.Region = t.region()
		}
		w.says(r.origin(), id, "")
	})
	for _, s := range newBucket(t.region()) {
		if s.field == "Versioning" && (locks(r.at("ObjectLockEnabled").value) || !r.at("ObjectLockConfiguration").missing()) {
			s = versioning(fact.Of(lockedVersioning))
		}
		t.leftOut(r, name, id, s)
	}
	// The tags of the stack are there too, see
	// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-resource-tags.html.
	t.layer.setBucket(t.stack.Account, name, id, r.originOf("Tags"), false, tagging(fact.AfterApply[[]replication.Tag](r.id+".Tags")))
	if t.blurred != "" {
		t.layer.setBucket(t.stack.Account, name, id, r.origin(), false, unreadSetting("Policy", t.blurred))
	}
	for _, p := range bucketProperties {
		if s, ok := p.of(r); ok {
			t.layer.setBucket(t.stack.Account, name, id, r.originOf(p.name), false, s)
		}
	}
}

// of is what a bucket of the template says; ok is false where it says nothing.
func (p bucketProperty) of(r *templateResource) (s setting, ok bool) {
	n := r.at(p.name)
	if n.value == nil || n.value == false {
		return s, false
	}
	s = p.setting(n)
	if n.value == "false" {
		s.put = func(b *snapshot.Bucket) { b.ObjectLockConfiguration = fact.Absent[snapshot.ObjectLock]() }
	}
	return s, true
}

// locks reports whether a flag is on, as a boolean or a text.
func locks(v any) bool { return v == true || v == "true" }

// bucketARN is how origins name a bucket.
func (t *template) bucketARN(name string) string {
	if p := t.partition(); p != "" {
		return arn.Bucket(p, name)
	}
	return arn.Bucket("aws", name)
}

// leftOut is a setting that the template does not speak of: for a new bucket what
// S3 gives to it. Of one that is there nobody knows whether an update takes away
// what was read, unless that is the same.
func (t *template) leftOut(r *templateResource, name, id string, s setting) {
	t.layer.change(func(w *world) {
		b := w.bucket(t.stack.Account, name)
		before := *b
		s.put(b)
		usual := *b
		_, elsewhere := w.result.Origins[snapshot.Part{ARN: id, Field: s.field}]
		switch {
		case elsewhere: // another file says it
			*b = before
		case !s.read(&before) && w.there[name]: // and what it was, nobody knows either
			*b = before
		case !s.read(&before) && r.there == unsure:
			unreadSetting(s.field, r.id+"."+s.field).put(b)
			w.says(r.origin(), id, s.field)
		case !s.read(&before):
			w.says(r.origin(), id, s.field)
		case reflect.DeepEqual(before, usual) || s.field == "ServerSideEncryptionConfiguration" && plainlyEncrypted(&before):
			*b = before
		default:
			unreadSetting(s.field, r.id+"."+s.field).put(b)
			w.says(r.origin(), id, s.field)
		}
	})
}

// plainlyEncrypted reports whether a bucket has the encryption of new buckets,
// but for what it refuses.
func plainlyEncrypted(b *snapshot.Bucket) bool {
	e, ok := b.ServerSideEncryptionConfiguration.Get()
	if !ok {
		return true
	}
	for _, r := range e.Rules {
		if d := r.ApplyServerSideEncryptionByDefault; d != nil && d.SSEAlgorithm != "AES256" {
			return false
		}
	}
	return true
}

// bucketPolicy is the policy of a bucket, in the place of the one that it has.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucketpolicy.html.
func (t *template) bucketPolicy(r *templateResource) {
	n := r.at("Bucket")
	name, ok := n.value.(string)
	if !ok {
		t.leaveUnnamed(r, n, "Bucket", "AWS::S3::Bucket")
		if made := t.made(n, "AWS::S3::Bucket"); made != nil {
			t.maybeBuckets(r, made.mayBe("BucketName"), n.path, unreadSetting("Policy", n.path))
		}
		return
	}
	t.layer.setPart(t.stack.Account, name, t.bucketARN(name), r.originOf("PolicyDocument"), false, bucketPolicy(r.at("PolicyDocument").document()))
}

// leaveUnnamed leaves a resource that does not say what it is about. Where that
// is a resource of the template without a name, that was left already.
func (t *template) leaveUnnamed(r *templateResource, n node, property, kind string) {
	if t.made(n, kind) != nil {
		return
	}
	key := "iac-left-target"
	if o, ok := n.value.(open); ok && o.odd {
		key = "iac-left-odd"
	}
	t.leave(r, key, "attribute", r.id+"."+property)
}

// accessPoint changes an access point.
func (t *template) accessPoint(r *templateResource) {
	id, region := t.arnOf(r), t.region()
	if id == "" {
		t.somePoint(r)
		if region == "" {
			t.leaveRegion(r, "AWS::Region")
			return
		}
		t.leave(r, "iac-left-name", "property", "Name")
		return
	}
	bucket, _ := r.at("Bucket").value.(string)
	d := r.at("Policy").document()
	t.layer.change(func(w *world) {
		p := w.accessPoint(id)
		p.Bucket = cmp.Or(bucket, p.Bucket)
		if held := p.Policy; r.at("Policy").missing() && held.State() == fact.Known {
			d = afterApply(r.id + ".Policy") // perhaps an update takes it away
		}
		p.Policy = d
		w.says(r.origin(), id, "")
		w.says(r.originOf("Policy"), id, "Policy")
	})
}
