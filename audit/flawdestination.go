package audit

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/replication"
)

// destinationFlaws are about where and how replicas are written.
var destinationFlaws = []flaw{
	{ // metrics with a ReplicationTime that is Disabled work: https://github.com/crossplane-contrib/provider-aws/pull/1129
		"replication-time-without-metrics", "rule {rule} of {bucket} has ReplicationTime without Metrics of the same status, which S3 refuses", "fix.rule-metrics",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			d := r.Destination
			return d.ReplicationTime != nil && (d.Metrics == nil || timed(d) && d.Metrics.Status != replication.Enabled)
		},
		apiDocs + "ErrorResponses.html",
	},
	{
		"replication-time-without-minutes", "rule {rule} of {bucket} has ReplicationTime without Time, which S3 asks for", "fix.rule-minutes",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			t := r.Destination.ReplicationTime
			return t != nil && t.Time == nil
		},
		apiDocs + "API_ReplicationTime.html",
	},
	{
		"threshold-without-replication-time", "rule {rule} of {bucket} has an EventThreshold and no ReplicationTime that is Enabled, which S3 refuses", "fix.rule-threshold",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			d := r.Destination
			return !timed(d) && d.Metrics != nil && d.Metrics.EventThreshold != nil
		},
		"https://github.com/crossplane-contrib/provider-aws/issues/1117",
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
			return r.Destination.AccessControlTranslation != nil && r.Destination.Account == nil
		},
		apiDocs + "ErrorResponses.html",
	},
	{
		"empty-account", "rule {rule} of {bucket} names an empty account, which S3 refuses", "fix.rule-owner-account",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			return r.Destination.Account != nil && *r.Destination.Account == ""
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
}

// storageClasses are those that replicas can have.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-s3-bucket-replicationdestination.html.
var storageClasses = []string{
	"STANDARD", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE", "REDUCED_REDUNDANCY",
}

// timed reports whether replicas are to be there within 15 minutes.
func timed(d replication.Destination) bool {
	return d.ReplicationTime != nil && d.ReplicationTime.Status == replication.Enabled
}

// isNot15 reports whether a threshold is one that S3 does not know.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationTimeValue.html.
func isNot15(m *replication.Minutes) bool { return m != nil && m.Minutes != 15 }
