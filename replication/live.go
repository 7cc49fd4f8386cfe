package replication

import (
	"regexp"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
)

// RulesOf returns what the configuration of the bucket from asks for. Find tells
// what is known of a destination bucket, by name. A rule's role is repaired as
// [RepairRole] does, so that the role that was meant can be judged.
func (c Configuration) RulesOf(from Bucket, find func(name string) Bucket) []Rule {
	role, _ := RepairRole(c.Role, from)
	v2 := c.V2()
	rules := make([]Rule, 0, len(c.Rules))
	for _, cr := range c.Rules {
		rules = append(rules, cr.rule(from, role, v2, find))
	}
	return rules
}

// OpenRulesOf returns what is known of the rules that are open. They are said to
// be disabled: nobody knows whether they ask for anything.
func (c Configuration) OpenRulesOf(from Bucket, find func(name string) Bucket) []Rule {
	rules := make([]ConfigurationRule, len(c.Open))
	for i, o := range c.Open {
		rules[i] = o.ConfigurationRule
		rules[i].Status = Disabled
	}
	return Configuration{Role: c.Role, Rules: rules}.RulesOf(from, find)
}

// V2 reports whether c is of the second version of the schema: one of its rules
// has a filter or S3 Replication Time Control.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html.
func (c Configuration) V2() bool {
	return slices.ContainsFunc(c.Rules, func(r ConfigurationRule) bool {
		return r.Filter != nil || r.Destination.ReplicationTime != nil
	})
}

func (cr ConfigurationRule) rule(from Bucket, role string, v2 bool, find func(string) Bucket) Rule {
	d := cr.Destination
	prefix, tags := cr.Selects()
	r := Rule{
		Name: cr.ID, From: from, Role: role, Live: true,
		To:         find(BucketName(d.Bucket)),
		Enabled:    cr.Status == Enabled,
		V1:         !v2,
		Prefix:     prefix,
		FilterTags: tags,
		Tags:       Replicate, Annotations: Omit,
		OwnerOverride:   d.AccessControlTranslation != nil && d.AccessControlTranslation.Owner == "Destination",
		DeleteMarkers:   !v2 || cr.DeleteMarkerReplication.on(),
		StorageClass:    d.StorageClass,
		ReplicationTime: d.ReplicationTime != nil && d.ReplicationTime.Status == Enabled,
		Metrics:         d.Metrics != nil && d.Metrics.Status == Enabled,
		ConfusedDeputy:  "none", GrantTo: "role",
	}
	if cr.Priority != nil {
		r.Priority = *cr.Priority
	}
	if s := cr.SourceSelectionCriteria; s != nil {
		r.KMSObjects = s.SseKmsEncryptedObjects.on()
		r.ReplicaModifications = s.ReplicaModifications.on()
	}
	if d.EncryptionConfiguration != nil {
		r.ReplicaKMSKey = d.EncryptionConfiguration.ReplicaKmsKeyID
	}
	if r.To.Account == "" {
		r.To.Account = d.Owner()
	}
	if r.To.Partition == "" {
		r.To.Partition = from.Partition
	}
	return r
}

func (s *Status) on() bool { return s != nil && s.Status == Enabled }

// Selects returns the prefix and tags by which the rule selects objects. A Filter
// counts, and not a Prefix beside it, of which no page says what it would do.
func (cr ConfigurationRule) Selects() (prefix string, tags []Tag) {
	take := func(p *string) {
		if p != nil && *p != "" {
			prefix = *p
		}
	}
	f := cr.Filter
	if f == nil {
		take(cr.Prefix)
		return prefix, nil
	}
	take(f.Prefix)
	if f.Tag != nil {
		tags = append(tags, *f.Tag)
	}
	if f.And != nil {
		take(f.And.Prefix)
		tags = append(tags, f.And.Tags...)
	}
	return prefix, tags
}

// BucketName returns the name in a bucket ARN, or s itself if it is none.
func BucketName(s string) string {
	a, err := arn.Parse(s)
	if err != nil || a.Service != "s3" {
		return s
	}
	return a.Resource
}

// roleARN is what S3 takes as the role of a configuration.
var roleARN = regexp.MustCompile(`^arn:[a-z0-9-]+:iam::[0-9]{12}:role/[!-~]+$`)

// RepairRole returns the ARN of the role that s means, for a bucket in from's
// account, and whether s was well-formed. Of a malformed one the account and
// name in it are kept: "arn:aws:iam::111122223333:replicator", which older
// copies of AWS's guide print, means role/replicator.
func RepairRole(s string, from Bucket) (role string, ok bool) {
	if roleARN.MatchString(s) {
		return s, true
	}
	parts := strings.Split(s, ":")
	name := strings.TrimPrefix(parts[len(parts)-1], "role/")
	if name == "" {
		return s, false
	}
	account := from.Account
	for _, p := range parts {
		if arn.IsAccountID(p) {
			account = p
		}
	}
	if !strings.HasPrefix(name, "/") {
		name = "/" + name
	}
	return "arn:" + from.Partition + ":iam::" + account + ":role" + name, false
}
