package audit

import (
	"maps"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
)

// A flaw is something in a live configuration that S3 refuses, or that cannot
// do what it says.
type flaw struct {
	key, english string
	wrong        func(replication.Configuration, replication.ConfigurationRule) bool
	source       string
}

// ambiguous is the flaw that S3 may accept.
const ambiguous = "rule-without-filter"

// flaws are what is wrong with single rules.
var flaws = []flaw{
	{
		"status", "rule {rule} of {bucket} is neither Enabled nor Disabled, which S3 refuses",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			return r.Status != replication.Enabled && r.Status != replication.Disabled
		},
		apiDocs + "API_ReplicationRule.html",
	},
	{
		"filter-without-delete-markers", "rule {rule} of {bucket} has a Filter and no DeleteMarkerReplication, which S3 refuses",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			return r.Filter != nil && r.DeleteMarkerReplication == nil
		},
		apiDocs + "API_PutBucketReplication.html",
	},
	{
		"tags-with-delete-markers", "rule {rule} of {bucket} filters by tag and replicates delete markers, which S3 refuses",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			_, tags := r.Selects()
			return len(tags) > 0 && r.DeleteMarkerReplication != nil && r.DeleteMarkerReplication.Status == replication.Enabled
		},
		apiDocs + "API_DeleteMarkerReplication.html",
	},
	{
		"replication-time-without-metrics", "rule {rule} of {bucket} has ReplicationTime without Metrics of the same status, which S3 refuses",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			d := r.Destination
			return d.ReplicationTime != nil && (d.Metrics == nil || d.Metrics.Status != d.ReplicationTime.Status)
		},
		apiDocs + "ErrorResponses.html",
	},
	{
		"kms-without-key", "rule {rule} of {bucket} selects KMS objects and names no key for replicas, which S3 refuses",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			s := r.SourceSelectionCriteria
			selects := s != nil && s.SseKmsEncryptedObjects != nil && s.SseKmsEncryptedObjects.Status == replication.Enabled
			return selects && (r.Destination.EncryptionConfiguration == nil || r.Destination.EncryptionConfiguration.ReplicaKmsKeyID == "")
		},
		apiDocs + "API_Destination.html",
	},
	{
		"owner-without-account", "rule {rule} of {bucket} changes the owner of replicas and names no account, which S3 refuses",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			return r.Destination.AccessControlTranslation != nil && r.Destination.Account == ""
		},
		apiDocs + "ErrorResponses.html",
	},
	{
		"replication-time-of-other-minutes", "rule {rule} of {bucket} asks for other than 15 minutes, which S3 refuses",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			t, m := r.Destination.ReplicationTime, r.Destination.Metrics
			return t != nil && isNot15(t.Time) || m != nil && isNot15(m.EventThreshold)
		},
		apiDocs + "ErrorResponses.html",
	},
	{
		"several-destinations", "rule {rule} of {bucket} has another destination than the others, which S3 takes only if rules have a Filter",
		func(c replication.Configuration, r replication.ConfigurationRule) bool {
			return !c.V2() && r.Destination.Bucket != c.Rules[0].Destination.Bucket
		},
		"https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/730",
	},
	{
		"equal-priorities", "rule {rule} of {bucket} has the priority of another rule to the same destination",
		func(c replication.Configuration, r replication.ConfigurationRule) bool {
			equal := 0
			for _, o := range c.Rules {
				if o.Priority != nil && r.Priority != nil && *o.Priority == *r.Priority && o.Destination.Bucket == r.Destination.Bucket {
					equal++
				}
			}
			return equal > 1
		},
		"https://github.com/hashicorp/terraform-provider-aws/pull/20269",
	},
	{
		ambiguous, "rule {rule} of {bucket} has no Filter beside rules that have one: AWS does not say what that means",
		func(c replication.Configuration, r replication.ConfigurationRule) bool {
			return c.V2() && r.Filter == nil && r.Destination.ReplicationTime == nil
		},
		userGuide + "replication-add-config.html",
	},
}

// malformedRole is wrong with a whole configuration.
var malformedRole = flaw{
	key:     "malformed-role",
	english: "Role of {bucket} is {value}, which is not the ARN of a role; it is taken to mean {role}",
	source:  apiDocs + "API_ReplicationConfiguration.html",
}

// isNot15 reports whether a threshold is one that S3 does not know.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationTimeValue.html.
func isNot15(m *replication.Minutes) bool { return m != nil && m.Minutes != 15 }

// validate finds what is wrong with a live configuration.
func (a *auditor) validate(from replication.Bucket, c replication.Configuration) {
	if role, ok := replication.RepairRole(c.Role, from); !ok {
		a.flaw(from, nil, malformedRole, "bucket", from.Name, "value", c.Role, "role", role)
	}
	for _, r := range c.Rules {
		for _, f := range flaws {
			if f.wrong(c, r) {
				a.flaw(from, &r.ID, f, "rule", r.ID, "bucket", from.Name)
			}
		}
	}
}

// flawed reports whether S3 refuses a live rule, or all of its configuration.
func (a *auditor) flawed(r replication.Rule) bool {
	return a.done[flawKey(r.From, nil)] || a.done[flawKey(r.From, &r.Name)]
}

// flawKey is under what it is remembered that a rule, or with nil all of a
// configuration, is refused.
func flawKey(from replication.Bucket, rule *string) string {
	if rule == nil {
		return "flaws\x00" + from.ARN()
	}
	return "flaw\x00" + from.ARN() + "\x00" + *rule
}

// flaw records what is wrong with a rule, or with nil with all of a configuration.
func (a *auditor) flaw(from replication.Bucket, rule *string, what flaw, args ...string) {
	said := diag.Sentences{checkInvalid + "/" + what.key: what.english}.Text(checkInvalid+"/"+what.key, args...)
	f := configFinding(checkInvalid, Mismatch, High, replication.Rule{From: from})
	if rule != nil {
		f.Rule = *rule
	}
	f.Origin = origin(replication.Rule{Live: true}, a.in)
	f.Position = a.positionOf(from)
	f.Key, f.Args, f.Source = said.Key, maps.Clone(said.Args), what.source
	f.Message = said.String()
	f.Evidence = shows(f.Document, said)
	mend := words("fix.valid-configuration")
	if role, ok := said.Args["role"]; ok {
		mend = words("fix.set-role-meant", "role", role)
	}
	f.Fix = Fix{Op: Set, Document: f.Document}.saying(mend)
	a.add(f, nil)
	if what.key != ambiguous {
		a.done[flawKey(from, rule)] = true
	}
}

// positionOf is the place where a SPEC first speaks of a source bucket.
func (a *auditor) positionOf(from replication.Bucket) position {
	for _, r := range a.in.Rules {
		if r.From.Name == from.Name {
			return r.Pos
		}
	}
	return position{}
}
