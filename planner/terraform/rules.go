package terraform

import (
	"bytes"
	"encoding/json"
	"slices"

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
			b.blank()
			w.raw(b, "depends_on", "[aws_s3_bucket_versioning.this]")
		}
	}
}

// configuration writes the configuration of a bucket, or the one that it was
// merged into. Of that it refuses what it does not know: to leave an element
// out would change a rule of others.
func (w *writer) configuration(t *target.Target, merged json.RawMessage) *body {
	text := t.Configuration
	if merged != nil {
		text = merged
	}
	var c replication.Configuration
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		w.fail(refuse("terraform-rules", "bucket", t.Name, "problem", err.Error()))
	}
	b := w.block("resource", "aws_s3_bucket_replication_configuration", label(t.Name))
	w.text(b, "bucket", t.Name)
	w.text(b, "role", c.Role)
	for _, r := range c.Rules {
		w.rule(b.inner("rule"), r)
	}
	lifecycle := b.inner("lifecycle")
	if merged != nil {
		w.raw(lifecycle, "prevent_destroy", "true") // the rules of others would go as well
		return b
	}
	p := lifecycle.inner("precondition")
	w.raw(p, "condition", "contains("+reference("var", "replace_replication")+", "+w.quoted(t.Name)+")")
	w.text(p, "error_message", "Bucket "+t.Name+" may have a replication configuration, which this one would replace: "+
		"aws s3api get-bucket-replication --bucket "+t.Name+". If there is none, or it may go, add the bucket to replace_replication.")
	return b
}

// rule writes what r has, and nothing that it leaves out: in a configuration
// the two differ.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html.
func (w *writer) rule(b *body, r replication.ConfigurationRule) {
	w.optional(b, "id", r.ID)
	if r.Priority != nil {
		w.number(b, "priority", *r.Priority)
	}
	if r.Prefix != nil {
		w.text(b, "prefix", *r.Prefix) // V1
	}
	w.text(b, "status", r.Status)
	if r.Filter != nil {
		w.filter(b.inner("filter"), *r.Filter)
	}
	if s := r.SourceSelectionCriteria; s != nil {
		criteria := b.inner("source_selection_criteria")
		w.status(criteria, "sse_kms_encrypted_objects", s.SseKmsEncryptedObjects)
		w.status(criteria, "replica_modifications", s.ReplicaModifications)
	}
	w.status(b, "existing_object_replication", r.ExistingObjectReplication)
	w.status(b, "delete_marker_replication", r.DeleteMarkerReplication)
	w.destination(b.inner("destination"), r.Destination)
}

func (w *writer) optional(b *body, name, value string) {
	if value != "" {
		w.text(b, name, value)
	}
}

func (w *writer) status(b *body, name string, s *replication.Status) {
	if s != nil {
		w.text(b.inner(name), "status", s.Status)
	}
}

// filter writes a filter. One that selects everything is empty.
func (w *writer) filter(b *body, f replication.Filter) {
	if f.Prefix != nil {
		w.optional(b, "prefix", *f.Prefix)
	}
	if f.Tag != nil {
		t := b.inner("tag")
		w.text(t, "key", f.Tag.Key)
		w.text(t, "value", f.Tag.Value)
	}
	if f.And == nil {
		return
	}
	and := b.inner("and")
	if f.And.Prefix != nil {
		w.optional(and, "prefix", *f.And.Prefix)
	}
	var tags body
	for _, t := range f.And.Tags {
		w.text(&tags, w.quoted(t.Key), t.Value)
	}
	and.add("tags", object(tags))
}

func (w *writer) destination(b *body, d replication.Destination) {
	w.text(b, "bucket", d.Bucket)
	w.optional(b, "account", d.Owner())
	w.optional(b, "storage_class", d.StorageClass)
	if t := d.AccessControlTranslation; t != nil {
		w.text(b.inner("access_control_translation"), "owner", t.Owner)
	}
	if e := d.EncryptionConfiguration; e != nil {
		w.text(b.inner("encryption_configuration"), "replica_kms_key_id", e.ReplicaKmsKeyID)
	}
	if t := d.ReplicationTime; t != nil {
		w.threshold(b.inner("replication_time"), t.Status, "time", t.Time)
	}
	if m := d.Metrics; m != nil {
		w.threshold(b.inner("metrics"), m.Status, "event_threshold", m.EventThreshold)
	}
}

func (w *writer) threshold(b *body, status, name string, m *replication.Minutes) {
	w.text(b, "status", status)
	if m != nil {
		w.number(b.inner(name), "minutes", m.Minutes)
	}
}
