package replication

import (
	"github.com/repligrant/repligrant/arn"
)

// rtcMinutes is the only threshold that S3 takes.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationTime.html.
const rtcMinutes = 15

// Configure returns the replication configuration of a source bucket whose
// rules these are, in the second version of the schema. Rules share one role.
func Configure(rules []Rule) Configuration {
	var c Configuration
	for _, r := range rules {
		c.Role = r.Role
		c.Rules = append(c.Rules, r.configuration())
	}
	return c
}

func (r *Rule) configuration() ConfigurationRule {
	priority := r.Priority
	return ConfigurationRule{
		ID:                      r.Name,
		Priority:                &priority,
		Filter:                  filter(r.Prefix, r.FilterTags),
		Status:                  status(r.Enabled),
		SourceSelectionCriteria: r.criteria(),
		DeleteMarkerReplication: &Status{status(r.DeleteMarkers)},
		Destination:             r.destination(),
	}
}

// criteria select objects that rules leave out by default; nil where r leaves
// them out too.
func (r *Rule) criteria() *SourceSelectionCriteria {
	if !r.KMSObjects && !r.ReplicaModifications {
		return nil
	}
	c := &SourceSelectionCriteria{}
	if r.KMSObjects {
		c.SseKmsEncryptedObjects = &Status{Enabled}
	}
	if r.ReplicaModifications {
		c.ReplicaModifications = &Status{Enabled}
	}
	return c
}

func (r *Rule) destination() Destination {
	d := Destination{Bucket: arn.Bucket(r.To.Partition, r.To.Name), StorageClass: r.StorageClass}
	if r.EffectiveOverride() {
		d.Account = new(r.To.Account)
		d.AccessControlTranslation = &AccessControlTranslation{Owner: "Destination"}
	}
	if r.KMSObjects {
		d.EncryptionConfiguration = &EncryptionConfiguration{ReplicaKmsKeyID: r.ReplicaKMSKey}
	}
	if r.ReplicationTime {
		d.ReplicationTime = &ReplicationTime{Status: Enabled, Time: &Minutes{rtcMinutes}}
	}
	if r.ReplicationTime || r.Metrics {
		d.Metrics = &Metrics{Status: Enabled}
	}
	if r.ReplicationTime {
		d.Metrics.EventThreshold = &Minutes{rtcMinutes}
	}
	return d
}

// filter returns the element that selects a prefix and tags; empty, it selects
// everything, and it is there all the same: it makes the rule one of the second
// version of the schema.
func filter(prefix string, tags []Tag) *Filter {
	switch {
	case len(tags) > 1 || len(tags) == 1 && prefix != "":
		and := &And{Tags: tags}
		if prefix != "" {
			and.Prefix = &prefix
		}
		return &Filter{And: and}
	case len(tags) == 1:
		return &Filter{Tag: &tags[0]}
	default:
		return &Filter{Prefix: &prefix}
	}
}

func status(on bool) string {
	if on {
		return Enabled
	}
	return Disabled
}
