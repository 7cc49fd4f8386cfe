package audit

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// ofJobs are the actions, in lower case, that a job of S3 Batch Replication
// needs: on the source, and on the buckets of its manifest and its report.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-batch-replication-policies.html
// and https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-iam-role-policies.html.
var ofJobs = []string{
	"s3:initiatereplication", "s3:getreplicationconfiguration", "s3:putinventoryconfiguration",
	"s3:getobject", "s3:getobjectversion", "s3:putobject", "kms:decrypt", "kms:generatedatakey",
}

// mayHaveJobs marks the roles that S3 Batch Operations may assume. No reading of
// an account tells which jobs there were or will be: what one needs may be rightly
// granted, unless a SPEC says what the job of the role is.
func (a *auditor) mayHaveJobs(out *scopes) {
	for _, c := range a.consults {
		d, ok := c.source.Document.Get()
		s := out.by[c.target]
		isTrust := c.document == replication.RoleTrustPolicy || c.document == replication.BatchRoleTrustPolicy
		if ok && isTrust && s != nil && !slices.Contains(a.servicesOf(c.target), replication.BatchService) {
			s.job = slices.ContainsFunc(d.Statements, func(st policy.Statement) bool {
				return st.Effect == policy.Allow && names(st.Principal, replication.BatchService)
			})
		}
	}
}

// jobs reports whether an action on a resource may be for a job: on what is named
// in full, and not in a bucket that rules of the role replicate to, where replicas
// could be written over.
func (s *scope) jobs(action, resource string) bool {
	if !s.job || !slices.Contains(ofJobs, action) {
		return false
	}
	_, rest, isS3 := strings.Cut(resource, ":::")
	bucket, _, _ := strings.Cut(rest, "/")
	if !isS3 {
		return strings.HasPrefix(action, "kms:") && !strings.ContainsAny(resource, "*?$")
	}
	return strings.HasPrefix(action, "s3:") && !strings.ContainsAny(bucket, "*?$") && !s.targets[bucket]
}
