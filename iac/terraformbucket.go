package iac

import (
	"maps"
	"reflect"
	"slices"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// A part is what a resource type of the provider says about a bucket: what it
// sets, and what is left when it is destroyed.
//
// See https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service/s3.
type part struct {
	field string
	set   func(t *terraform, r *resource) setting
	gone  func(r *resource) setting
}

// parts are the resources that are each about one setting of a bucket.
var parts = map[string]part{
	"aws_s3_bucket_versioning": {
		"Versioning",
		func(t *terraform, r *resource) setting {
			return versioning(read(r.at("versioning_configuration"), t.resolve, versioningStatus))
		},
		func(r *resource) setting { return suspended(r.path) },
	},
	"aws_s3_bucket_policy": {
		"Policy",
		func(t *terraform, r *resource) setting { return bucketPolicy(t.document(r, r.at("policy"))) },
		func(*resource) setting { return bucketPolicy(snapshot.NoDocument()) },
	},
	"aws_s3_bucket_replication_configuration": {
		"ReplicationConfiguration",
		func(t *terraform, r *resource) setting {
			return replicationConfiguration(read(r.node, t.resolve, configuration))
		},
		func(*resource) setting { return replicationConfiguration(fact.Absent[replication.Configuration]()) },
	},
	"aws_s3_bucket_ownership_controls": {
		"OwnershipControls",
		func(t *terraform, r *resource) setting { return ownership(read(r.node, t.resolve, ownershipRule)) },
		func(*resource) setting { return ownership(fact.Absent[snapshot.OwnershipControls]()) },
	},
	"aws_s3_bucket_server_side_encryption_configuration": {
		"ServerSideEncryptionConfiguration",
		func(t *terraform, r *resource) setting {
			return plannedEncryption(read(r.node, t.resolve, encryptionRules))
		},
		func(*resource) setting { return plannedEncryption(fact.Of(plainEncryption(nil))) },
	},
	"aws_s3_bucket_public_access_block": {
		"PublicAccessBlockConfiguration",
		func(t *terraform, r *resource) setting { return publicAccess(read(r.node, t.resolve, fourBlocks)) },
		func(*resource) setting { return publicAccess(fact.Absent[snapshot.PublicAccessBlock]()) },
	},
	"aws_s3_bucket_object_lock_configuration": {
		"ObjectLockConfiguration",
		func(t *terraform, r *resource) setting { return objectLock(read(r.node, t.resolve, lock)) },
		func(*resource) setting { // without its default retention, Object Lock stays on
			return objectLock(fact.Of(snapshot.ObjectLock{ObjectLockEnabled: replication.Enabled}))
		},
	},
	"aws_s3_bucket_request_payment_configuration": {
		"RequestPayment",
		func(t *terraform, r *resource) setting {
			return payment(read(r.at("payer"), t.resolve, func(n node) snapshot.RequestPayment { return snapshot.RequestPayment{Payer: n.text()} }))
		},
		func(*resource) setting { return payment(fact.Of(snapshot.RequestPayment{Payer: "BucketOwner"})) },
	},
	"aws_s3_bucket_lifecycle_configuration": {
		"LifecycleConfiguration",
		func(t *terraform, r *resource) setting { return lifecycle(read(r.at("rule"), t.resolve, rawRules)) },
		func(*resource) setting { return lifecycle(fact.Absent[snapshot.Raw]()) },
	},
	"aws_s3_bucket_notification": {
		"NotificationConfiguration",
		func(t *terraform, r *resource) setting { return notification(read(r.node, t.resolve, notifications)) },
		func(*resource) setting { return notification(fact.Absent[snapshot.Raw]()) },
	},
}

// buckets changes whole buckets.
func (t *terraform) bucket(r *resource) {
	name, ok := t.nameOf(r)
	if !ok {
		return // what refers to it is open, and says so
	}
	id := t.arnOf(r)
	if r.verb == remove {
		t.layer.change(func(w *world) {
			w.account(w.home(r.account, name)).Buckets[name] = nil
			w.release(id)
			w.says(r.origin(), id, "")
		})
		return
	}
	region := t.region(r)
	t.layer.change(func(w *world) {
		b := w.bucket(r.account, name)
		if region != "" {
			b.Region = region
		}
		w.says(r.origin(), id, "")
	})
	if r.verb == create {
		t.layer.change(func(w *world) { *w.bucket(r.account, name) = snapshot.Bucket{Region: region} })
		t.layer.setBucket(r.account, name, id, r.origin(), false, newBucket(region)...)
		if r.at("object_lock_enabled").value == true {
			t.layer.setBucket(r.account, name, id, r.origin(), false, versioning(fact.Of(lockedVersioning)))
		}
		for _, kind := range slices.Sorted(maps.Keys(t.blurred)) {
			t.layer.setBucket(r.account, name, id, r.origin(), false, unreadSetting(parts[kind].field, t.blurred[kind]))
		}
	}
	for _, attribute := range slices.Sorted(maps.Keys(inline)) {
		s, ok, weak := t.inline(r, attribute)
		if ok {
			t.layer.setBucket(r.account, name, id, r.origin(), weak, s)
		}
	}
}

// inline is what an attribute of aws_s3_bucket says, as all did before version 4
// of the provider. An attribute that the plan leaves as it is only counts where
// nobody else has read it.
func (t *terraform) inline(r *resource, attribute string) (s setting, ok, weak bool) {
	n := r.at(attribute)
	if _, isOpen := n.value.(open); isOpen && attribute == "tags_all" {
		return inline[attribute](t, n), !t.untagged(r), false
	} else if isOpen {
		written := r.config != nil && r.config.Expressions[attribute] != nil
		return inline[attribute](t, n), written, false
	}
	before := r.before[attribute]
	if empty(n.value) && (empty(before) || r.verb != keep) {
		return s, false, false
	}
	return inline[attribute](t, n), true, r.verb == keep && reflect.DeepEqual(before, n.value)
}

// untagged reports whether a new resource has no tags for certain, although the
// plan says of all its tags together that they are known after apply: that is so
// where none is written.
func (t *terraform) untagged(r *resource) bool {
	_, isOpen := r.at("tags").value.(open)
	return r.verb == create && !isOpen && empty(r.at("tags").value) && t.plan.Configuration.Providers[r.provider].Expressions["default_tags"] == nil
}

func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	case bool:
		return !v
	}
	return false
}

// inline are the attributes of aws_s3_bucket that hold settings.
var inline = map[string]func(*terraform, node) setting{
	"versioning": func(t *terraform, n node) setting { return versioning(read(n, t.resolve, versioningFlag)) },
	"policy":     func(_ *terraform, n node) setting { return bucketPolicy(n.document()) },
	"replication_configuration": func(t *terraform, n node) setting {
		b, ok := n.block()
		if !ok {
			return replicationConfiguration(orAbsent[replication.Configuration](n))
		}
		return replicationConfiguration(read(b, t.resolve, oldConfiguration))
	},
	"server_side_encryption_configuration": func(t *terraform, n node) setting {
		b, ok := n.block()
		if o, isOpen := n.value.(open); isOpen {
			return encryption(fact.AfterApply[snapshot.Encryption](o.address))
		}
		if !ok {
			return plannedEncryption(fact.Of(plainEncryption(nil)))
		}
		return plannedEncryption(read(b, t.resolve, encryptionRules))
	},
	"object_lock_enabled": func(t *terraform, n node) setting {
		return objectLock(read(n, t.resolve, func(n node) snapshot.ObjectLock {
			if n.flag() {
				return snapshot.ObjectLock{ObjectLockEnabled: replication.Enabled}
			}
			return snapshot.ObjectLock{}
		}))
	},
	"object_lock_configuration": func(t *terraform, n node) setting {
		b, ok := n.block()
		if !ok {
			return objectLock(orAbsent[snapshot.ObjectLock](n))
		}
		return objectLock(read(b, t.resolve, lock))
	},
	"request_payer": func(t *terraform, n node) setting {
		return payment(read(n, t.resolve, func(n node) snapshot.RequestPayment { return snapshot.RequestPayment{Payer: n.text()} }))
	},
	"lifecycle_rule": func(t *terraform, n node) setting { return lifecycle(read(n, t.resolve, rawRules)) },
	"tags_all":       func(t *terraform, n node) setting { return tagging(read(n, t.resolve, tags)) },
}

// orAbsent is that there is nothing, or that it is known only after apply.
func orAbsent[T any](n node) fact.Value[T] {
	if o, ok := n.value.(open); ok {
		return fact.AfterApply[T](o.address)
	}
	return fact.Absent[T]()
}

// bucketPart changes one setting of a bucket. Versioning that is "Disabled" is
// only what the provider expects: it changes nothing, and suspends nothing when
// it is destroyed.
//
// See https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket_versioning
// and https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket_public_access_block.
func (t *terraform) bucketPart(r *resource) {
	p := parts[r.kind]
	account, name, ok := t.bucketOf(r)
	if !ok {
		return
	}
	id := arn.Bucket(t.partition(r), name)
	disabled := r.kind == "aws_s3_bucket_versioning" && neverVersioned(r)
	if r.verb != remove {
		t.layer.setPart(account, name, id, r.origin(), disabled, p.set(t, r))
		return
	}
	if stays := r.at("skip_destroy").value == true; !stays && !disabled {
		t.layer.setBucket(account, name, id, r.origin(), false, p.gone(r))
		t.layer.change(func(w *world) { w.take(r, id, p.field) })
	}
}

// bucketOf finds the bucket that a resource is about.
func (t *terraform) bucketOf(r *resource) (account, name string, ok bool) {
	name, ok = t.named(r, "bucket")
	account = r.account
	if owner, isText := r.at("expected_bucket_owner").value.(string); isText && arn.IsAccountID(owner) {
		account = owner
	}
	return account, name, ok && name != ""
}

// named is the name in an attribute.
func (t *terraform) named(r *resource, attribute string) (string, bool) {
	name := read(r.at(attribute), t.resolve, func(n node) string { return n.textOf(wantName) })
	s, ok := name.Get()
	return s, ok && (isName(s) || !slices.Contains(names, attribute))
}

// ofNewName reports whether an attribute refers to a bucket, role, user or key
// that is made, and whose name is known only after apply: nothing that is known
// now can be meant.
func (t *terraform) ofNewName(r *resource, attribute string) bool {
	for range maxSteps {
		o, ok := r.at(attribute).value.(open)
		if !ok {
			return false
		}
		if r, attribute, ok = t.follow(o.refs, o.scope, 0); !ok {
			return false
		}
		switch _, isPart := t.parts[r.kind]; {
		case slices.Contains([]string{"aws_s3_bucket", "aws_iam_role", "aws_iam_user", "aws_kms_key", "aws_s3_access_point"}, r.kind):
			return r.verb == create
		case isPart && attribute == "id":
			attribute = "bucket"
		}
	}
	return false
}

// neverVersioned reports whether the bucket of a versioning resource has never
// been versioned, as the provider takes it.
func neverVersioned(r *resource) bool {
	v, ok := read(r.at("versioning_configuration"), nil, versioningStatus).Get()
	return ok && v.Status == ""
}
