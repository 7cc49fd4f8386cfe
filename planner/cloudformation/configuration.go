package cloudformation

import (
	"bytes"
	"encoding/json"

	"github.com/repligrant/repligrant/replication"
)

// The shapes of CloudFormation, where they differ from those of S3's API.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-s3-bucket-replicationconfiguration.html.
type (
	replicationConfiguration struct {
		Role  string            `json:"Role"`
		Rules []replicationRule `json:"Rules"`
	}
	replicationRule struct {
		ID                      string                               `json:"Id,omitempty"`
		Priority                *int                                 `json:"Priority,omitempty"`
		Prefix                  *string                              `json:"Prefix,omitempty"`
		Filter                  *ruleFilter                          `json:"Filter,omitempty"`
		Status                  string                               `json:"Status"`
		SourceSelectionCriteria *replication.SourceSelectionCriteria `json:"SourceSelectionCriteria,omitempty"`
		DeleteMarkerReplication *replication.Status                  `json:"DeleteMarkerReplication,omitempty"`
		Destination             destination                          `json:"Destination"`
	}
	ruleFilter struct {
		Prefix    *string          `json:"Prefix,omitempty"`
		TagFilter *replication.Tag `json:"TagFilter,omitempty"`
		And       *and             `json:"And,omitempty"`
	}
	and struct {
		Prefix     *string           `json:"Prefix,omitempty"`
		TagFilters []replication.Tag `json:"TagFilters,omitempty"`
	}
	destination struct {
		replication.Destination
		Encryption *encryption `json:"EncryptionConfiguration,omitempty"`
	}
	encryption struct {
		Key string `json:"ReplicaKmsKeyID"`
	}
)

// configuration returns what S3 takes as CloudFormation writes it. What it does
// not know it refuses: to leave an element out would change a rule of others.
func configuration(file, target string, text json.RawMessage) (*replicationConfiguration, error) {
	var c replication.Configuration
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return nil, refuse("cloudformation-no-reading", file, "target", target, "problem", err.Error())
	}
	out := &replicationConfiguration{Role: c.Role}
	for _, r := range c.Rules {
		if r.ExistingObjectReplication != nil {
			return nil, refuse("cloudformation-existing-objects", file, "rule", r.ID, "target", target)
		}
		out.Rules = append(out.Rules, replicationRule{
			ID: r.ID, Priority: r.Priority, Prefix: r.Prefix, Filter: filter(r.Filter), Status: r.Status,
			SourceSelectionCriteria: r.SourceSelectionCriteria, DeleteMarkerReplication: r.DeleteMarkerReplication,
			Destination: destinationOf(r.Destination),
		})
	}
	return out, nil
}

func filter(f *replication.Filter) *ruleFilter {
	if f == nil {
		return nil
	}
	out := &ruleFilter{Prefix: f.Prefix, TagFilter: f.Tag}
	if f.And != nil {
		out.And = &and{f.And.Prefix, f.And.Tags}
	}
	return out
}

func destinationOf(d replication.Destination) destination {
	out := destination{Destination: d}
	if d.EncryptionConfiguration != nil {
		out.Encryption = &encryption{d.EncryptionConfiguration.ReplicaKmsKeyID}
	}
	return out
}
