package terraform_test

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/repligrant/repligrant/replication"
)

// A configuration is the schema of aws_s3_bucket_replication_configuration.
//
// See https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket_replication_configuration.
type configuration struct {
	Bucket string   `hcl:"bucket"`
	Role   string   `hcl:"role"`
	Rules  []rule   `hcl:"rule,block"`
	Rest   hcl.Body `hcl:",remain"`
}

type rule struct {
	ID            string      `hcl:"id,optional"`
	Priority      *int        `hcl:"priority"`
	Status        string      `hcl:"status"`
	Prefix        *string     `hcl:"prefix"`
	Filter        *filter     `hcl:"filter,block"`
	Selection     *selection  `hcl:"source_selection_criteria,block"`
	Existing      *status     `hcl:"existing_object_replication,block"`
	DeleteMarkers *status     `hcl:"delete_marker_replication,block"`
	Destination   destination `hcl:"destination,block"`
}

type status struct {
	Status string `hcl:"status"`
}

type selection struct {
	KMS           *status `hcl:"sse_kms_encrypted_objects,block"`
	Modifications *status `hcl:"replica_modifications,block"`
}

type filter struct {
	Prefix string `hcl:"prefix,optional"`
	Tag    *tag   `hcl:"tag,block"`
	And    *and   `hcl:"and,block"`
}

type tag struct {
	Key   string `hcl:"key"`
	Value string `hcl:"value"`
}

type and struct {
	Prefix string            `hcl:"prefix,optional"`
	Tags   map[string]string `hcl:"tags"`
}

type destination struct {
	Bucket       string   `hcl:"bucket"`
	Account      string   `hcl:"account,optional"`
	StorageClass string   `hcl:"storage_class,optional"`
	Owner        *owner   `hcl:"access_control_translation,block"`
	Key          *key     `hcl:"encryption_configuration,block"`
	Time         *control `hcl:"replication_time,block"`
	Metrics      *metrics `hcl:"metrics,block"`
}

type owner struct {
	Owner string `hcl:"owner"`
}

type key struct {
	ID string `hcl:"replica_kms_key_id"`
}

type control struct {
	Status string   `hcl:"status"`
	Time   *minutes `hcl:"time,block"`
}

type metrics struct {
	Status    string   `hcl:"status"`
	Threshold *minutes `hcl:"event_threshold,block"`
}

type minutes struct {
	Minutes int `hcl:"minutes"`
}

// ruleOf is a rule of S3's API in the schema of the provider. An element of no
// text is one that is left out.
func ruleOf(in replication.ConfigurationRule) rule {
	out := rule{
		ID: in.ID, Priority: in.Priority, Status: in.Status, Prefix: in.Prefix,
		Existing: statusOf(in.ExistingObjectReplication), DeleteMarkers: statusOf(in.DeleteMarkerReplication),
		Destination: destinationOf(in.Destination),
	}
	if f := in.Filter; f != nil {
		out.Filter = &filter{Prefix: textOf(f.Prefix), Tag: (*tag)(f.Tag)}
		if f.And != nil {
			out.Filter.And = &and{Prefix: textOf(f.And.Prefix), Tags: map[string]string{}}
			for _, t := range f.And.Tags {
				out.Filter.And.Tags[t.Key] = t.Value
			}
		}
	}
	if s := in.SourceSelectionCriteria; s != nil {
		out.Selection = &selection{statusOf(s.SseKmsEncryptedObjects), statusOf(s.ReplicaModifications)}
	}
	return out
}

func destinationOf(in replication.Destination) destination {
	out := destination{Bucket: in.Bucket, Account: in.Owner(), StorageClass: in.StorageClass}
	if in.AccessControlTranslation != nil {
		out.Owner = &owner{in.AccessControlTranslation.Owner}
	}
	if in.EncryptionConfiguration != nil {
		out.Key = &key{in.EncryptionConfiguration.ReplicaKmsKeyID}
	}
	if in.ReplicationTime != nil {
		out.Time = &control{in.ReplicationTime.Status, (*minutes)(in.ReplicationTime.Time)}
	}
	if in.Metrics != nil {
		out.Metrics = &metrics{in.Metrics.Status, (*minutes)(in.Metrics.EventThreshold)}
	}
	return out
}

func statusOf(s *replication.Status) *status { return (*status)(s) }

func textOf(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
