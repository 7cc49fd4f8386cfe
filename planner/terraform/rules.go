package terraform

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/repligrant/repligrant/planner/target"
	"github.com/repligrant/repligrant/replication"
)

// rules writes the replication configurations of a module.
func (w *writer) rules(m *module) {
	var replaced []string
	for _, t := range m.targets {
		if m.merged[t.ARN.String()] == nil {
			replaced = append(replaced, t.Name)
		}
	}
	w.in("variables.tf")
	if len(replaced) > 0 {
		v := w.block("variable", "replace_replication")
		w.raw(v, "type", "set(string)")
		w.raw(v, "default", "[]")
		w.text(v, "description", "Buckets of which somebody made sure that they have no replication configuration, or one that may go: "+
			"S3 keeps one for each bucket, and Terraform puts its own in place of it without a look.")
		w.membership(v, "var.replace_replication", replaced)
	}
	w.versioning(m.versioned)
	w.in("main.tf")
	for _, t := range m.targets {
		b := w.configuration(t, m.merged[t.ARN.String()])
		if slices.Contains(m.versioned, t.Name) {
			b.AppendNewline()
			w.raw(b, "depends_on", "[aws_s3_bucket_versioning.this]")
		}
	}
}

// configuration writes the configuration of a bucket, or the one that it was
// merged into. Of that it refuses what it does not know: to leave an element
// out would change a rule of others.
func (w *writer) configuration(t *target.Target, merged json.RawMessage) *hclwrite.Body {
	text := t.Configuration
	if merged != nil {
		text = merged
	}
	var c replication.Configuration
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	w.fail(d.Decode(&c))
	b := w.block("resource", "aws_s3_bucket_replication_configuration", label(t.Name))
	w.text(b, "bucket", t.Name)
	w.text(b, "role", c.Role)
	for _, r := range c.Rules {
		w.rule(inner(b, "rule"), r)
	}
	lifecycle := inner(b, "lifecycle")
	if merged != nil {
		w.raw(lifecycle, "prevent_destroy", "true") // the rules of others would go as well
		return b
	}
	p := inner(lifecycle, "precondition")
	p.SetAttributeRaw("condition", hclwrite.TokensForFunctionCall("contains", reference("var", "replace_replication"), w.quoted(t.Name)))
	w.text(p, "error_message", "Bucket "+t.Name+" may have a replication configuration, which this one would replace: "+
		"aws s3api get-bucket-replication --bucket "+t.Name+". If there is none, or it may go, add the bucket to replace_replication.")
	return b
}

// rule writes what r has, and nothing that it leaves out: in a configuration
// the two differ.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html.
func (w *writer) rule(b *hclwrite.Body, r replication.ConfigurationRule) {
	w.optional(b, "id", r.ID)
	if r.Priority != nil {
		w.number(b, "priority", *r.Priority)
	}
	if r.Prefix != nil {
		w.text(b, "prefix", *r.Prefix) // V1
	}
	w.text(b, "status", r.Status)
	if r.Filter != nil {
		w.filter(inner(b, "filter"), *r.Filter)
	}
	if s := r.SourceSelectionCriteria; s != nil {
		criteria := inner(b, "source_selection_criteria")
		w.status(criteria, "sse_kms_encrypted_objects", s.SseKmsEncryptedObjects)
		w.status(criteria, "replica_modifications", s.ReplicaModifications)
	}
	w.status(b, "existing_object_replication", r.ExistingObjectReplication)
	w.status(b, "delete_marker_replication", r.DeleteMarkerReplication)
	w.destination(inner(b, "destination"), r.Destination)
}

func (w *writer) optional(b *hclwrite.Body, name, value string) {
	if value != "" {
		w.text(b, name, value)
	}
}

func (w *writer) status(b *hclwrite.Body, name string, s *replication.Status) {
	if s != nil {
		w.text(inner(b, name), "status", s.Status)
	}
}

// filter writes a filter. One that selects everything is empty.
func (w *writer) filter(b *hclwrite.Body, f replication.Filter) {
	if f.Prefix != nil {
		w.optional(b, "prefix", *f.Prefix)
	}
	if f.Tag != nil {
		t := inner(b, "tag")
		w.text(t, "key", f.Tag.Key)
		w.text(t, "value", f.Tag.Value)
	}
	if f.And == nil {
		return
	}
	and := inner(b, "and")
	if f.And.Prefix != nil {
		w.optional(and, "prefix", *f.And.Prefix)
	}
	var tags []hclwrite.ObjectAttrTokens
	for _, t := range f.And.Tags {
		tags = append(tags, hclwrite.ObjectAttrTokens{Name: w.quoted(t.Key), Value: w.quoted(t.Value)})
	}
	and.SetAttributeRaw("tags", hclwrite.TokensForObject(tags))
}

func (w *writer) destination(b *hclwrite.Body, d replication.Destination) {
	w.text(b, "bucket", d.Bucket)
	w.optional(b, "account", d.Account)
	w.optional(b, "storage_class", d.StorageClass)
	if t := d.AccessControlTranslation; t != nil {
		w.text(inner(b, "access_control_translation"), "owner", t.Owner)
	}
	if e := d.EncryptionConfiguration; e != nil {
		w.text(inner(b, "encryption_configuration"), "replica_kms_key_id", e.ReplicaKmsKeyID)
	}
	if t := d.ReplicationTime; t != nil {
		w.threshold(inner(b, "replication_time"), t.Status, "time", t.Time)
	}
	if m := d.Metrics; m != nil {
		w.threshold(inner(b, "metrics"), m.Status, "event_threshold", m.EventThreshold)
	}
}

func (w *writer) threshold(b *hclwrite.Body, status, name string, m *replication.Minutes) {
	w.text(b, "status", status)
	if m != nil {
		w.number(inner(b, name), "minutes", m.Minutes)
	}
}
