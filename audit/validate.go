package audit

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
)

// A flaw is something in a live configuration that S3 refuses, or that cannot
// do what it says.
type flaw struct {
	key, english, mend string // mend is the key of the fix
	wrong              func(replication.Configuration, replication.ConfigurationRule) bool
	source             string
}

// accepted are the flaws that S3 may accept, so that a rule does not fail for them.
var accepted = []string{ambiguous, "without-priority", "existing-objects"}

const ambiguous = "rule-without-filter"

// flaws are what is wrong with single rules.
var flaws = []flaw{
	{
		"status", "rule {rule} of {bucket} is neither Enabled nor Disabled, which S3 refuses", "fix.rule-status",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			return r.Status != replication.Enabled && r.Status != replication.Disabled
		},
		apiDocs + "API_ReplicationRule.html",
	},
	{
		"filter-without-delete-markers", "rule {rule} of {bucket} has a Filter and no DeleteMarkerReplication, which S3 refuses", "fix.rule-delete-markers",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			return r.Filter != nil && r.DeleteMarkerReplication == nil
		},
		apiDocs + "API_PutBucketReplication.html",
	},
	{
		"tags-with-delete-markers", "rule {rule} of {bucket} filters by tag and replicates delete markers, which S3 refuses", "fix.rule-no-delete-markers",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			_, tags := r.Selects()
			return len(tags) > 0 && r.DeleteMarkerReplication != nil && r.DeleteMarkerReplication.Status == replication.Enabled
		},
		apiDocs + "API_DeleteMarkerReplication.html",
	},
	{
		"replication-time-without-metrics", "rule {rule} of {bucket} has ReplicationTime without Metrics of the same status, which S3 refuses", "fix.rule-metrics",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			d := r.Destination
			return d.ReplicationTime != nil && (d.Metrics == nil || d.Metrics.Status != d.ReplicationTime.Status)
		},
		apiDocs + "ErrorResponses.html",
	},
	{
		"kms-without-key", "rule {rule} of {bucket} selects KMS objects and names no key for replicas, which S3 refuses", "fix.rule-replica-key",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			s := r.SourceSelectionCriteria
			selects := s != nil && s.SseKmsEncryptedObjects != nil && s.SseKmsEncryptedObjects.Status == replication.Enabled
			return selects && (r.Destination.EncryptionConfiguration == nil || r.Destination.EncryptionConfiguration.ReplicaKmsKeyID == "")
		},
		apiDocs + "API_Destination.html",
	},
	{
		"owner-without-account", "rule {rule} of {bucket} changes the owner of replicas and names no account, which S3 refuses", "fix.rule-account",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			return r.Destination.AccessControlTranslation != nil && r.Destination.Account == ""
		},
		apiDocs + "ErrorResponses.html",
	},
	{
		"replication-time-of-other-minutes", "rule {rule} of {bucket} asks for other than 15 minutes, which S3 refuses", "fix.rule-minutes",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			t, m := r.Destination.ReplicationTime, r.Destination.Metrics
			return t != nil && isNot15(t.Time) || m != nil && isNot15(m.EventThreshold)
		},
		apiDocs + "ErrorResponses.html",
	},
	{
		"several-destinations", "rule {rule} of {bucket} has another destination than the others, which S3 takes only if rules have a Filter", "fix.rule-filters",
		func(c replication.Configuration, r replication.ConfigurationRule) bool {
			return !c.V2() && r.Destination.Bucket != c.Rules[0].Destination.Bucket
		},
		"https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/730",
	},
	{
		"equal-priorities", "rule {rule} of {bucket} has the priority of another rule to the same destination", "fix.rule-priorities",
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
		ambiguous, "rule {rule} of {bucket} has no Filter beside rules that have one: AWS does not say what that means", "fix.rule-filter",
		func(c replication.Configuration, r replication.ConfigurationRule) bool {
			return c.V2() && r.Filter == nil && r.Destination.ReplicationTime == nil
		},
		userGuide + "replication-add-config.html",
	},
	{
		"without-priority", "rule {rule} of {bucket} has no Priority beside another rule to the same destination: AWS asks for one", "fix.rule-priority",
		func(c replication.Configuration, r replication.ConfigurationRule) bool {
			return r.Filter != nil && r.Priority == nil && count(c.Rules, func(o replication.ConfigurationRule) bool { return o.Destination.Bucket == r.Destination.Bucket }) > 1
		},
		apiDocs + "API_PutBucketReplication.html",
	},
	{
		"filter-of-several", "the Filter of rule {rule} of {bucket} has more than one of Prefix, Tag and And, which S3 refuses", "fix.rule-and",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			return r.Filter != nil && parts(*r.Filter) > 1
		},
		apiDocs + "API_ReplicationRuleFilter.html",
	},
	{
		"id-not-ascii", "the ID of rule {rule} of {bucket} has characters beyond ASCII, which S3 refuses", "fix.rule-id",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			return strings.ContainsFunc(r.ID, func(c rune) bool { return c > unicode.MaxASCII })
		},
		apiDocs + "ErrorResponses.html",
	},
	{
		"id-too-long", "the ID of rule {rule} of {bucket} has more than 255 characters, which S3 refuses", "fix.rule-id",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool { return len(r.ID) > 255 },
		apiDocs + "API_ReplicationRule.html",
	},
	{
		"equal-ids", "another rule of {bucket} has the ID {rule} too, which S3 refuses", "fix.rule-id",
		func(c replication.Configuration, r replication.ConfigurationRule) bool {
			return r.ID != "" && count(c.Rules, func(o replication.ConfigurationRule) bool { return o.ID == r.ID }) > 1
		},
		apiDocs + "ErrorResponses.html",
	},
	{
		"destination-no-bucket", "the destination of rule {rule} of {bucket} is not the ARN of a bucket, which is all that S3 takes", "fix.rule-destination",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			a, err := arn.Parse(r.Destination.Bucket)
			return err != nil || a.Service != "s3" || a.Region != "" || a.Account != "" || a.Resource == "" || strings.ContainsAny(a.Resource, "/:")
		},
		apiDocs + "API_Destination.html",
	},
	{
		"owner-not-destination", "rule {rule} of {bucket} changes the owner of replicas to something else than Destination, which S3 refuses", "fix.rule-owner",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			t := r.Destination.AccessControlTranslation
			return t != nil && t.Owner != "Destination"
		},
		apiDocs + "API_AccessControlTranslation.html",
	},
	{
		"storage-class", "rule {rule} of {bucket} asks for a storage class that replicas cannot have", "fix.rule-storage-class",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			return r.Destination.StorageClass != "" && !slices.Contains(storageClasses, r.Destination.StorageClass)
		},
		"https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-s3-bucket-replicationdestination.html",
	},
	{
		"existing-objects", "rule {rule} of {bucket} asks for the replication of existing objects, which S3 does not take any more", "fix.rule-existing",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			return r.ExistingObjectReplication != nil && r.ExistingObjectReplication.Status == replication.Enabled
		},
		userGuide + "s3-batch-replication-batch.html",
	},
	{
		"modifications-without-filter", "rule {rule} of {bucket} replicates modifications of replicas, which S3 does only for rules with a Filter", "fix.rule-filter",
		func(c replication.Configuration, r replication.ConfigurationRule) bool {
			s := r.SourceSelectionCriteria
			return !c.V2() && s != nil && s.ReplicaModifications != nil && s.ReplicaModifications.Status == replication.Enabled
		},
		apiDocs + "API_SourceSelectionCriteria.html",
	},
}

// storageClasses are those that replicas can have.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-s3-bucket-replicationdestination.html.
var storageClasses = []string{
	"STANDARD", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE", "REDUCED_REDUNDANCY",
}

// parts counts what a filter selects by.
func parts(f replication.Filter) int {
	n := 0
	for _, there := range []bool{f.Prefix != nil && *f.Prefix != "", f.Tag != nil, f.And != nil} {
		if there {
			n++
		}
	}
	return n
}

func count(rules []replication.ConfigurationRule, is func(replication.ConfigurationRule) bool) (n int) {
	for _, r := range rules {
		if is(r) {
			n++
		}
	}
	return n
}

// foreignRole is wrong with a whole configuration: the role has to be in the
// account of the bucket, from which it is passed to S3.
var foreignRole = flaw{
	key:     "foreign-role",
	english: "Role of {bucket} is {value}, which is not in the bucket's account {account}",
	mend:    "fix.role-of-account",
	source:  userGuide + "setting-repl-config-perm-overview.html",
}

// tooManyRules is wrong with a whole configuration.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationConfiguration.html.
var tooManyRules = flaw{
	key:     "too-many-rules",
	english: "{bucket} has {n} rules, and S3 takes {limit}",
	mend:    "fix.fewer-rules",
	source:  apiDocs + "API_ReplicationConfiguration.html",
}

const maxRules = 1000

// malformedRole is wrong with a whole configuration.
var malformedRole = flaw{
	key:     "malformed-role",
	mend:    "fix.set-role-meant",
	english: "Role of {bucket} is {value}, which is not the ARN of a role; it is taken to mean {role}",
	source:  apiDocs + "API_ReplicationConfiguration.html",
}

// isNot15 reports whether a threshold is one that S3 does not know.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationTimeValue.html.
func isNot15(m *replication.Minutes) bool { return m != nil && m.Minutes != 15 }

// validate finds what is wrong with a live configuration.
func (a *auditor) validate(from replication.Bucket, c replication.Configuration) {
	role, ok := replication.RepairRole(c.Role, from)
	switch {
	case !ok:
		a.flaw(from, nil, malformedRole, "bucket", from.Name, "value", c.Role, "role", role)
	case from.Account != "" && arnAccount(role) != from.Account:
		a.flaw(from, nil, foreignRole, "bucket", from.Name, "value", c.Role, "account", from.Account)
	}
	if n := len(c.Rules); n > maxRules {
		a.flaw(from, nil, tooManyRules, "bucket", from.Name, "n", strconv.Itoa(n), "limit", strconv.Itoa(maxRules))
	}
	for _, r := range c.Rules {
		for _, f := range flaws {
			if f.wrong(c, r) {
				a.flaw(from, &r.ID, f, "rule", r.ID, "bucket", from.Name)
			}
		}
		a.writtenReceiver(from, r)
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
	f.Fix = Fix{Op: Set, Document: f.Document}.saying(words(what.mend, args...))
	a.add(f, nil)
	if !slices.Contains(accepted, what.key) {
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
