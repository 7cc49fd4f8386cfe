package iac

import (
	"cmp"

	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// This file turns CloudFormation's words into those of AWS's API.

// templateConfiguration reads ReplicationConfiguration.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-replicationconfiguration.html.
func templateConfiguration(n node) replication.Configuration {
	out := replication.Configuration{Role: n.at("Role").text()}
	n.at("Rules").rules(&out, templateRule, func(r node) []node {
		return []node{r.at("Filter"), r.at("Destination"), r.at("Destination").at("ReplicationTime")}
	})
	return out
}

func templateRule(r node) replication.ConfigurationRule {
	out := replication.ConfigurationRule{
		ID: r.at("Id").text(), Status: r.at("Status").text(), Priority: r.at("Priority").number(),
		Destination: templateDestination(r.at("Destination")), DeleteMarkerReplication: templateStatus(r.at("DeleteMarkerReplication")),
	}
	if f := r.at("Filter"); !f.missing() {
		out.Filter, out.Prefix = templateFilter(f), r.at("Prefix").optional()
	} else {
		prefix := r.at("Prefix").text()
		out.Prefix = &prefix
	}
	if s := r.at("SourceSelectionCriteria"); !s.missing() {
		out.SourceSelectionCriteria = &replication.SourceSelectionCriteria{
			SseKmsEncryptedObjects: templateStatus(s.at("SseKmsEncryptedObjects")), ReplicaModifications: templateStatus(s.at("ReplicaModifications")),
		}
	}
	return out
}

func templateStatus(n node) *replication.Status {
	if n.missing() {
		return nil
	}
	return &replication.Status{Status: n.at("Status").text()}
}

func templateFilter(f node) *replication.Filter {
	out := &replication.Filter{Prefix: f.at("Prefix").optional()}
	if t := f.at("TagFilter"); !t.missing() {
		out.Tag = &replication.Tag{Key: t.at("Key").text(), Value: t.at("Value").text()}
	}
	if and := f.at("And"); !and.missing() {
		out.And = &replication.And{Prefix: and.at("Prefix").optional(), Tags: templateTags(and.at("TagFilters"))}
	}
	return out
}

func templateTags(n node) []replication.Tag {
	var out []replication.Tag
	for _, t := range n.items() {
		out = append(out, replication.Tag{Key: t.at("Key").text(), Value: t.at("Value").text()})
	}
	return out
}

func templateDestination(d node) replication.Destination {
	out := replication.Destination{Bucket: d.at("Bucket").text(), Account: d.at("Account").optional(), StorageClass: d.at("StorageClass").text()}
	if t := d.at("AccessControlTranslation"); !t.missing() {
		out.AccessControlTranslation = &replication.AccessControlTranslation{Owner: t.at("Owner").text()}
	}
	if e := d.at("EncryptionConfiguration"); !e.missing() {
		out.EncryptionConfiguration = &replication.EncryptionConfiguration{ReplicaKmsKeyID: e.at("ReplicaKmsKeyID").text()}
	}
	if t := d.at("ReplicationTime"); !t.missing() {
		out.ReplicationTime = &replication.ReplicationTime{Status: t.at("Status").text(), Time: templateMinutes(t.at("Time"))}
	}
	if m := d.at("Metrics"); !m.missing() {
		out.Metrics = &replication.Metrics{Status: m.at("Status").text(), EventThreshold: templateMinutes(m.at("EventThreshold"))}
	}
	return out
}

func templateMinutes(n node) *replication.Minutes {
	if m := n.at("Minutes").number(); m != nil {
		return &replication.Minutes{Minutes: *m}
	}
	return nil
}

func templateOwnership(n node) snapshot.OwnershipControls {
	var out snapshot.OwnershipControls
	for _, r := range n.at("Rules").items() {
		out.Rules = append(out.Rules, snapshot.OwnershipRule{ObjectOwnership: r.at("ObjectOwnership").text()})
	}
	return out
}

func templateEncryption(n node) snapshot.Encryption {
	var out snapshot.Encryption
	for _, r := range n.at("ServerSideEncryptionConfiguration").items() {
		rule := snapshot.EncryptionRule{BucketKeyEnabled: r.at("BucketKeyEnabled").flag()}
		if d := r.at("ServerSideEncryptionByDefault"); !d.missing() {
			rule.ApplyServerSideEncryptionByDefault = &snapshot.EncryptionDefault{
				SSEAlgorithm: d.at("SSEAlgorithm").text(), KMSMasterKeyID: d.at("KMSMasterKeyID").text(),
			}
		}
		if b := r.at("BlockedEncryptionTypes"); !b.missing() {
			rule.BlockedEncryptionTypes = &snapshot.BlockedEncryptionType{EncryptionType: texts(b.at("EncryptionType").items())}
		}
		out.Rules = append(out.Rules, rule)
	}
	return out
}

// templateBlocks reads PublicAccessBlockConfiguration. What a flag is that is left
// out, no page says: without the one that an audit looks at, all is unknown.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-publicaccessblockconfiguration.html.
func templateBlocks(n node) snapshot.PublicAccessBlock {
	restrict := n.at("RestrictPublicBuckets")
	if restrict.missing() {
		restrict.unknown()
	}
	return snapshot.PublicAccessBlock{
		BlockPublicAcls: n.at("BlockPublicAcls").flag(), IgnorePublicAcls: n.at("IgnorePublicAcls").flag(),
		BlockPublicPolicy: n.at("BlockPublicPolicy").flag(), RestrictPublicBuckets: restrict.flag(),
	}
}

func templateLock(n node) snapshot.ObjectLock {
	out := snapshot.ObjectLock{ObjectLockEnabled: cmp.Or(n.at("ObjectLockEnabled").text(), replication.Enabled)}
	retention := n.at("Rule").at("DefaultRetention")
	if retention.missing() {
		return out
	}
	held := snapshot.Raw{"Mode": retention.at("Mode").text()}
	for _, unit := range []string{"Days", "Years"} {
		if v := retention.at(unit).number(); v != nil {
			held[unit] = float64(*v)
		}
	}
	out.Rule = snapshot.Raw{"DefaultRetention": held}
	return out
}

// templateNotifications keeps what a bucket notifies of.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-notificationconfiguration.html.
func templateNotifications(n node) snapshot.Raw {
	out := snapshot.Raw{}
	for _, list := range [][2]string{
		{"LambdaConfigurations", "LambdaFunctionConfigurations"}, {"QueueConfigurations", "QueueConfigurations"}, {"TopicConfigurations", "TopicConfigurations"},
	} {
		var configurations []any
		for _, c := range n.at(list[0]).items() {
			configurations = append(configurations, map[string]any{"Events": []any{c.at("Event").text()}})
		}
		if configurations != nil {
			out[list[1]] = configurations
		}
	}
	if b := n.at("EventBridgeConfiguration"); !b.missing() && (b.at("EventBridgeEnabled").missing() || b.at("EventBridgeEnabled").flag()) {
		out["EventBridgeConfiguration"] = map[string]any{}
	}
	return out
}
