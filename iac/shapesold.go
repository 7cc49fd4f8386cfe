package iac

import (
	"cmp"

	"github.com/repligrant/repligrant/replication"
)

// oldConfiguration reads the block of aws_s3_bucket from before version 4 of the
// provider.
//
// See https://registry.terraform.io/providers/hashicorp/aws/3.76.1/docs/resources/s3_bucket.
func oldConfiguration(n node) replication.Configuration {
	return n.configuration("rules", oldRule)
}

func oldRule(r node) replication.ConfigurationRule {
	out := replication.ConfigurationRule{ID: generated(r.at("id")), Status: r.at("status").text(), Destination: oldDestination(r)}
	if f := r.at("filter").items(); len(f) > 0 {
		out.Filter, out.Priority = oldFilter(f[0]), priority(r)
		out.DeleteMarkerReplication = &replication.Status{Status: cmp.Or(r.at("delete_marker_replication_status").text(), replication.Disabled)}
	} else {
		prefix := r.at("prefix").text()
		out.Prefix = &prefix
	}
	if s, ok := r.at("source_selection_criteria").block(); ok {
		if k, ok := s.at("sse_kms_encrypted_objects").block(); ok {
			out.SourceSelectionCriteria = &replication.SourceSelectionCriteria{SseKmsEncryptedObjects: switched(k.at("enabled"))}
		}
	}
	return out
}

func switched(n node) *replication.Status {
	if n.flag() {
		return &replication.Status{Status: replication.Enabled}
	}
	return &replication.Status{Status: replication.Disabled}
}

func oldFilter(f node) *replication.Filter {
	prefix := f.at("prefix").text()
	if selected := tags(f.at("tags")); len(selected) > 0 {
		return &replication.Filter{And: &replication.And{Prefix: &prefix, Tags: selected}}
	}
	return &replication.Filter{Prefix: &prefix}
}

func oldDestination(r node) replication.Destination {
	d, _ := r.at("destination").block()
	out := replication.Destination{
		Bucket: d.at("bucket").textOf(wantARN), Account: stated(d.at("account_id")), StorageClass: d.at("storage_class").text(),
	}
	if t, ok := d.at("access_control_translation").block(); ok {
		out.AccessControlTranslation = &replication.AccessControlTranslation{Owner: t.at("owner").text()}
	}
	if key := d.at("replica_kms_key_id"); !key.missing() && key.value != "" {
		out.EncryptionConfiguration = &replication.EncryptionConfiguration{ReplicaKmsKeyID: key.textOf(wantARN)}
	}
	if t, ok := d.at("replication_time").block(); ok {
		out.ReplicationTime = &replication.ReplicationTime{Status: t.at("status").text(), Time: oldMinutes(t)}
	}
	if m, ok := d.at("metrics").block(); ok {
		out.Metrics = &replication.Metrics{Status: m.at("status").text(), EventThreshold: oldMinutes(m)}
	}
	return out
}

func oldMinutes(n node) *replication.Minutes {
	if m := n.at("minutes").number(); m != nil {
		return &replication.Minutes{Minutes: *m}
	}
	return nil
}
