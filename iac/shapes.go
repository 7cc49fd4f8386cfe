package iac

import (
	"cmp"
	"maps"
	"slices"

	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// This file turns the provider's words into those of AWS's API.

func versioningStatus(n node) snapshot.Versioning {
	b, _ := n.block()
	status := b.at("status").text()
	if status == replication.Disabled { // the provider's word for a bucket that never had it
		status = ""
	}
	return snapshot.Versioning{Status: status}
}

func versioningFlag(n node) snapshot.Versioning {
	b, _ := n.block()
	if b.at("enabled").flag() {
		return snapshot.Versioning{Status: replication.Enabled}
	}
	return snapshot.Versioning{}
}

func ownershipRule(n node) snapshot.OwnershipControls {
	var out snapshot.OwnershipControls
	for _, r := range n.at("rule").items() {
		out.Rules = append(out.Rules, snapshot.OwnershipRule{ObjectOwnership: r.at("object_ownership").text()})
	}
	return out
}

func encryptionRules(n node) snapshot.Encryption {
	var out snapshot.Encryption
	for _, r := range n.at("rule").items() {
		rule := snapshot.EncryptionRule{BucketKeyEnabled: r.at("bucket_key_enabled").flag()}
		if d, ok := r.at("apply_server_side_encryption_by_default").block(); ok {
			rule.ApplyServerSideEncryptionByDefault = &snapshot.EncryptionDefault{
				SSEAlgorithm: d.at("sse_algorithm").text(), KMSMasterKeyID: d.at("kms_master_key_id").textOf(wantARN),
			}
		}
		if blocked := r.at("blocked_encryption_types").items(); len(blocked) > 0 {
			rule.BlockedEncryptionTypes = &snapshot.BlockedEncryptionType{EncryptionType: texts(blocked)}
		}
		out.Rules = append(out.Rules, rule)
	}
	return out
}

func texts(nodes []node) []string {
	var out []string
	for _, n := range nodes {
		out = append(out, n.text())
	}
	return out
}

func fourBlocks(n node) snapshot.PublicAccessBlock {
	return snapshot.PublicAccessBlock{
		BlockPublicAcls: n.at("block_public_acls").flag(), IgnorePublicAcls: n.at("ignore_public_acls").flag(),
		BlockPublicPolicy: n.at("block_public_policy").flag(), RestrictPublicBuckets: n.at("restrict_public_buckets").flag(),
	}
}

func lock(n node) snapshot.ObjectLock {
	out := snapshot.ObjectLock{ObjectLockEnabled: cmp.Or(n.at("object_lock_enabled").text(), replication.Enabled)}
	rule, _ := n.at("rule").block()
	retention, ok := rule.at("default_retention").block()
	if !ok {
		return out
	}
	held := snapshot.Raw{"Mode": retention.at("mode").text()}
	for _, unit := range [][2]string{{"days", "Days"}, {"years", "Years"}} {
		if v := retention.at(unit[0]).number(); v != nil {
			held[unit[1]] = float64(*v)
		}
	}
	out.Rule = snapshot.Raw{"DefaultRetention": held}
	return out
}

// rawRules keeps the rules of a lifecycle, which nobody looks into yet, but for
// what does not depend on them.
func rawRules(n node) snapshot.Raw {
	rules, _ := n.raw().([]any)
	return snapshot.Raw{"Rules": rules}
}

// notifications keeps what a bucket notifies of.
func notifications(n node) snapshot.Raw {
	out := snapshot.Raw{}
	for _, list := range [][2]string{
		{"lambda_function", "LambdaFunctionConfigurations"}, {"queue", "QueueConfigurations"}, {"topic", "TopicConfigurations"},
	} {
		var configurations []any
		for _, c := range n.at(list[0]).items() {
			events, _ := c.at("events").raw().([]any)
			configurations = append(configurations, map[string]any{"Events": events})
		}
		if configurations != nil {
			out[list[1]] = configurations
		}
	}
	if n.at("eventbridge").flag() {
		out["EventBridgeConfiguration"] = map[string]any{}
	}
	return out
}

// tags are the tags of a map, sorted by key.
func tags(n node) []replication.Tag {
	m, _ := n.value.(map[string]any)
	if _, isOpen := n.value.(open); isOpen {
		n.unknown()
	}
	var out []replication.Tag
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, replication.Tag{Key: k, Value: n.at(k).text()})
	}
	return out
}

// configuration reads aws_s3_bucket_replication_configuration.
func configuration(n node) replication.Configuration {
	return n.configuration("rule", rule)
}

// configuration reads a role and a list of rules. Their filters and destinations
// tell what the other rules are.
func (n node) configuration(list string, read func(node) replication.ConfigurationRule) replication.Configuration {
	out := replication.Configuration{Role: n.at("role").textOf(wantARN)}
	n.at(list).rules(&out, read, func(r node) []node {
		d, _ := r.at("destination").block()
		return []node{r.at("filter"), r.at("destination"), d.at("replication_time")}
	})
	return out
}

func rule(r node) replication.ConfigurationRule {
	out := replication.ConfigurationRule{
		ID: generated(r.at("id")), Status: r.at("status").text(), Destination: destination(r),
		DeleteMarkerReplication:   status(r.at("delete_marker_replication")),
		ExistingObjectReplication: status(r.at("existing_object_replication")),
	}
	if f, ok := filterOf(r.at("filter")); ok { // the second version of the schema
		out.Filter, out.Priority = f, priority(r)
	} else {
		prefix := r.at("prefix").text()
		out.Prefix = &prefix
	}
	if s, ok := r.at("source_selection_criteria").block(); ok {
		out.SourceSelectionCriteria = &replication.SourceSelectionCriteria{
			SseKmsEncryptedObjects: status(s.at("sse_kms_encrypted_objects")), ReplicaModifications: status(s.at("replica_modifications")),
		}
	}
	return out
}

// generated is an ID that AWS or the provider makes up where none is written.
func generated(n node) string {
	if o, isOpen := n.value.(open); isOpen && len(o.refs) == 0 {
		return ""
	}
	return n.text()
}

// priority is that of a rule; the provider writes 0 where none is given.
func priority(r node) *int {
	if p := r.at("priority").number(); p != nil {
		return p
	}
	return new(int)
}

func status(n node) *replication.Status {
	b, ok := n.block()
	if !ok {
		return nil
	}
	return &replication.Status{Status: b.at("status").text()}
}

// filterOf reads a filter; one without anything in it selects all objects.
func filterOf(n node) (*replication.Filter, bool) {
	items := n.items()
	if len(items) == 0 {
		return nil, false
	}
	f := items[0]
	out := &replication.Filter{Prefix: f.at("prefix").optional()}
	if t, ok := f.at("tag").block(); ok {
		out.Tag = &replication.Tag{Key: t.at("key").text(), Value: t.at("value").text()}
	}
	if and, ok := f.at("and").block(); ok {
		out.And = &replication.And{Prefix: and.at("prefix").optional(), Tags: tags(and.at("tags"))}
	}
	return out, true
}

func destination(r node) replication.Destination {
	d, _ := r.at("destination").block()
	out := replication.Destination{
		Bucket: d.at("bucket").textOf(wantARN), Account: stated(d.at("account")), StorageClass: d.at("storage_class").text(),
	}
	if t, ok := d.at("access_control_translation").block(); ok {
		out.AccessControlTranslation = &replication.AccessControlTranslation{Owner: t.at("owner").text()}
	}
	if e, ok := d.at("encryption_configuration").block(); ok {
		out.EncryptionConfiguration = &replication.EncryptionConfiguration{ReplicaKmsKeyID: e.at("replica_kms_key_id").textOf(wantARN)}
	}
	if t, ok := d.at("replication_time").block(); ok {
		out.ReplicationTime = &replication.ReplicationTime{Status: t.at("status").text(), Time: minutes(t.at("time"))}
	}
	if m, ok := d.at("metrics").block(); ok {
		out.Metrics = &replication.Metrics{Status: m.at("status").text(), EventThreshold: minutes(m.at("event_threshold"))}
	}
	return out
}

func minutes(n node) *replication.Minutes {
	b, ok := n.block()
	if !ok {
		return nil
	}
	if m := b.at("minutes").number(); m != nil {
		return &replication.Minutes{Minutes: *m}
	}
	return nil
}

// stated is the text of what Terraform sends only if it is not empty, nil for none.
//
// See https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/s3/bucket_replication_configuration.go.
func stated(n node) *string {
	if n.text() == "" {
		return nil
	}
	return n.optional()
}
