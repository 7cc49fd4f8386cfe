package report_test

import (
	"encoding/json"
	"fmt"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

const (
	role      = "arn:aws:iam::111122223333:role/acme-orders-replication"
	copyARN   = "arn:aws:s3:::acme-orders-copy"
	sourceARN = "arn:aws:s3:::acme-orders"

	pagePermissions = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html"
	pageMarkers     = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-marker-replication.html"
	pagePractices   = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"
	pageDenied      = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-troubleshoot.html"
	pageEvaluation  = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html"
)

// newAudit is an audit of one rule from acme-orders to acme-orders-copy, which
// has another owner.
func newAudit(v audit.Verdict) *audit.Audit {
	return &audit.Audit{
		Schema: audit.Schema, Tool: audit.Tool{Name: "repligrant", Version: "0.1.0"}, Spec: "spec.yaml", Complete: true,
		Sources: []audit.Source{
			{Account: "111122223333", From: "live", At: "2026-11-22T12:00:00Z", As: "arn:aws:sts::111122223333:assumed-role/repligrant-audit/run"},
			{Account: "444455556666", From: "live", At: "2026-11-22T12:00:01Z", As: "arn:aws:sts::444455556666:assumed-role/repligrant-audit/run"},
		},
		Rules:   []audit.RuleVerdict{{Rule: "orders", From: "acme-orders", To: "acme-orders-copy", Verdict: v}},
		Buckets: []audit.Bucket{{Name: "acme-orders", Account: "111122223333", Region: "us-east-1"}, {Name: "acme-orders-copy", Account: "444455556666", Region: "eu-west-1"}},
	}
}

// permissionsOf are those of the rule orders, with an outcome for what the
// destination makes of replicas.
func permissionsOf(replicas audit.Outcome) []audit.Permissions {
	return []audit.Permissions{{Rule: "orders", From: "acme-orders", To: "acme-orders-copy", Actions: map[string]map[replication.Kind]audit.Outcome{
		"sts:AssumeRole":                    {replication.RoleTrustPolicy: audit.Granted},
		"s3:GetObjectVersionForReplication": {replication.RolePolicy: audit.Granted},
		"s3:ReplicateObject":                {replication.RolePolicy: audit.Granted, replication.DestinationBucketPolicy: replicas},
	}}}
}

// about fills in that a finding is about the rule orders.
func about(f audit.Finding) audit.Finding {
	f.Rule, f.From, f.To = "orders", "acme-orders", "acme-orders-copy"
	f.Position = diag.Pos{File: "spec.yaml", Line: 9, Column: 5}
	if f.Action != "" && f.Outcome != audit.Surplus {
		f.Requirement = "orders/acme-orders/acme-orders-copy/" + f.Action
	}
	f.ID = fmt.Sprintf("%08x", len(f.Check)*1000+len(f.Action))
	return f
}

// notGranted is the finding that the destination's bucket policy lacks an action.
func notGranted(action, code, page string, severity audit.Severity) audit.Finding {
	return about(audit.Finding{
		Check: "permission-missing", Outcome: audit.Missing, Severity: severity, Coverage: audit.CoverageNone,
		Account: "444455556666", Document: replication.DestinationBucketPolicy, Target: copyARN,
		Principal: role, Action: action, Resource: copyARN + "/*", Witness: copyARN + "/a", FailureCode: code,
		Message:  "the bucket policy does not allow " + action + " on " + copyARN + "/*",
		Key:      "permission-missing",
		Args:     map[string]string{"action": action, "resource": copyARN + "/*"},
		Evidence: []audit.Evidence{{Document: replication.DestinationBucketPolicy, Says: "the bucket has no policy"}},
		Fix: &audit.Fix{
			Op: audit.Add, Document: replication.DestinationBucketPolicy, Text: "add the statement",
			Statement: &policy.Statement{
				Sid: "RepligrantReplication", Effect: policy.Allow, Principal: policy.AWS(role),
				Action: policy.One(action), Resource: policy.One(copyARN + "/*"),
			},
		},
		Source: page,
	})
}

// broken is what people have most often: a role that is nearly right, nothing at
// the destination, and grants that nobody needs.
func broken() *audit.Audit {
	a := newAudit(audit.Fails)
	a.Permissions = permissionsOf(audit.Missing)
	a.Rules = append(a.Rules,
		audit.RuleVerdict{Rule: "invoices", From: "acme-orders", To: "acme-invoices-archive", Verdict: audit.Replicates},
		audit.RuleVerdict{Rule: "old", From: "acme-orders", To: "acme-old", Verdict: audit.Idle, Origin: "live"})
	zero, two, three := 0, 2, 3
	a.Findings = []audit.Finding{
		notGranted("s3:ReplicateObject", "DstPutObjectNotPermitted", pagePermissions, audit.Critical),
		notGranted("s3:ReplicateDelete", "DstDelObjNotPermitted", pageMarkers, audit.High),
		about(audit.Finding{
			Check: "permission-missing", Outcome: audit.Missing, Severity: audit.Medium, Coverage: audit.CoveragePartial,
			Account: "111122223333", Document: replication.RolePolicy, Target: role, Principal: role,
			Action: "s3:GetObjectVersionTagging", Resource: sourceARN + "/*", Witness: sourceARN + "/invoices/2026", FailureCode: "SrcGetTaggingNotPermitted",
			Message:  "the role policy does not allow s3:GetObjectVersionTagging on " + sourceARN + "/*",
			Evidence: []audit.Evidence{{Document: replication.RolePolicy, Policy: "replication", Statement: &two, Sid: "Source", Effect: policy.Allow, Says: "allows it only for " + sourceARN + "/orders/*"}},
			Fix: &audit.Fix{
				Op: audit.Replace, Document: replication.RolePolicy, Text: "allow it for every object that the rule selects",
				Statement: &policy.Statement{Sid: "Source", Effect: policy.Allow, Action: policy.List("s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"), Resource: policy.One(sourceARN + "/*")},
			},
			Source: pagePermissions,
		}),
		about(audit.Finding{
			Check: "tags-not-denied", Outcome: audit.Mismatch, Severity: audit.Medium,
			Account: "444455556666", Document: replication.DestinationBucketPolicy, Target: copyARN,
			Message: "the bucket policy of acme-orders-copy does not deny s3:ReplicateTags: it would accept tags that the spec wants refused",
			Fix:     &audit.Fix{Op: audit.Set, Document: replication.DestinationBucketPolicy, Text: "deny s3:ReplicateTags to the role"},
			Source:  pagePermissions,
		}),
		{
			ID: "5d", Check: "permission-surplus", Outcome: audit.Surplus, Severity: audit.High, Group: audit.Dangerous,
			Account: "111122223333", Document: replication.RolePolicy, Target: role, Principal: role,
			Action: "s3:PutReplicationConfiguration", Resource: sourceARN, Witness: sourceARN,
			Message:  "the role policy grants s3:PutReplicationConfiguration on " + sourceARN + ", and no rule needs it",
			Evidence: []audit.Evidence{{Document: replication.RolePolicy, Policy: "replication", Statement: &zero, Effect: policy.Allow}},
			Fix: &audit.Fix{
				Op: audit.Remove, Document: replication.RolePolicy, Text: "remove the action from the statement",
				Statement: &policy.Statement{Effect: policy.Allow, Action: policy.One("s3:PutReplicationConfiguration"), Resource: policy.One(sourceARN)},
			},
			Source: pagePractices,
		},
		{
			ID: "5e", Check: "permission-surplus", Outcome: audit.Surplus, Severity: audit.Low, Group: audit.Wider,
			Account: "111122223333", Document: replication.RolePolicy, Target: role, Principal: role,
			Action: "s3:GetBucketVersioning", Resource: "arn:aws:s3:::*", Witness: "arn:aws:s3:::acme-payroll",
			Message:  "the role policy grants s3:GetBucketVersioning on arn:aws:s3:::acme-payroll, and no rule needs it",
			Evidence: []audit.Evidence{{Document: replication.RolePolicy, Policy: "replication", Statement: &three, Effect: policy.Allow}},
			Fix:      &audit.Fix{Op: audit.Remove, Document: replication.RolePolicy, Text: "remove Statement[3] of policy replication"},
			Source:   pagePractices,
		},
		{
			ID: "5f", Check: "rule-disabled", Outcome: audit.Advice, Severity: audit.Info, Origin: "live",
			Rule: "old", From: "acme-orders", To: "acme-old",
			Account: "111122223333", Document: replication.ReplicationConfiguration, Target: sourceARN,
			Message: "rule old is disabled", Source: pageDenied,
		},
	}
	a.Summary = audit.Summary{
		Requirements: audit.Requirements{Granted: 19, Missing: 3},
		Findings:     audit.Findings{Missing: 3, Mismatch: 1, Surplus: 2, Advice: 1},
		Rules:        audit.Verdicts{Fails: 1, Replicates: 1, Disabled: 1},
	}
	return a
}

// incomplete is an audit that was not let into the destination account.
func incomplete() *audit.Audit {
	a := newAudit(audit.Unclear)
	a.Complete = false
	a.Sources[1].Unread = []string{"GetBucketPolicy acme-orders-copy: AccessDenied", "GetBucketVersioning acme-orders-copy: AccessDenied"}
	a.Assumed = []string{"scp"}
	a.Findings = []audit.Finding{
		{
			ID: "6a", Check: "read-denied", Outcome: audit.Unknown, Severity: audit.Medium,
			Account: "444455556666", Document: replication.DestinationBucketPolicy, Target: copyARN,
			Requirements: []string{
				"orders/acme-orders/acme-orders-copy/s3:ReplicateObject", "orders/acme-orders/acme-orders-copy/s3:ReplicateDelete",
				"orders/acme-orders/acme-orders-copy/s3:ReplicateTags",
			},
			Message: "the policy of bucket acme-orders-copy could not be read (AccessDenied): s3:GetBucketPolicy is needed",
			Source:  pageDenied,
		},
		about(audit.Finding{
			Check: "permission-blocked", Outcome: audit.Blocked, Severity: audit.Critical, Coverage: audit.CoverageNone,
			Account: "111122223333", Document: replication.PermissionsBoundary, Target: role, Principal: role,
			Action: "s3:ListBucket", Resource: sourceARN, Witness: sourceARN,
			Message: "the permissions boundary stops s3:ListBucket on " + sourceARN, Status: "known",
			Evidence: []audit.Evidence{{Document: replication.PermissionsBoundary, Policy: "arn:aws:iam::111122223333:policy/boundary", Says: "does not allow it"}},
			Assuming: []string{"scp:111122223333"},
			Source:   pageEvaluation,
		}),
	}
	a.Rules[0].Verdict = audit.Fails
	a.Summary = audit.Summary{
		Requirements: audit.Requirements{Granted: 6, Blocked: 1, Unknown: 3},
		Findings:     audit.Findings{Blocked: 1, Unknown: 1},
		Rules:        audit.Verdicts{Fails: 1},
	}
	return a
}

func clean() *audit.Audit {
	a := newAudit(audit.Replicates)
	a.Summary = audit.Summary{Requirements: audit.Requirements{Granted: 10}, Rules: audit.Verdicts{Replicates: 1}}
	return a
}

// empty is an audit that found nothing to decide.
func empty() *audit.Audit {
	a := newAudit("")
	a.Spec, a.Rules = "", nil
	return a
}

// many is an audit of a fleet: rules that each lack one action at the destination.
func many(rules int) *audit.Audit {
	a := newAudit(audit.Fails)
	a.Rules = nil
	for n := range rules {
		f := notGranted("s3:ReplicateObject", "DstPutObjectNotPermitted", pagePermissions, audit.Critical)
		f.Rule, f.To = fmt.Sprintf("rule-%03d", n), fmt.Sprintf("acme-orders-copy-%03d", n)
		f.Target = "arn:aws:s3:::" + f.To
		f.Position.Line += 2 * n
		a.Rules = append(a.Rules, audit.RuleVerdict{Rule: f.Rule, From: f.From, To: f.To, Verdict: audit.Fails})
		a.Findings = append(a.Findings, f)
	}
	a.Summary = audit.Summary{
		Requirements: audit.Requirements{Granted: 9 * rules, Missing: rules},
		Findings:     audit.Findings{Missing: rules},
		Rules:        audit.Verdicts{Fails: rules},
	}
	return a
}

// fleet has many rules without a problem, and one that fails.
func fleet() *audit.Audit {
	a := many(40)
	a.Findings = a.Findings[:1]
	for i := range a.Rules[1:] {
		a.Rules[1+i].Verdict = audit.Replicates
	}
	a.Summary = audit.Summary{
		Requirements: audit.Requirements{Granted: 399, Missing: 1},
		Findings:     audit.Findings{Missing: 1},
		Rules:        audit.Verdicts{Fails: 1, Replicates: 39},
	}
	return a
}

// plan is a plan for two accounts.
func plan() *planner.Plan {
	require := func(action, resource, why string, without replication.Loss, code string, level replication.Level, holders ...replication.Kind) replication.Requirement {
		return replication.Requirement{
			ID: "orders/acme-orders/acme-orders-copy/" + action, Rule: "orders", From: "acme-orders", To: "acme-orders-copy",
			Principal: role, Action: action, Resource: resource, Objects: replication.AllObjects, Level: level, Holders: holders,
			Without: without, FailureCode: code, Why: why, Source: pagePermissions, Position: diag.Pos{File: "spec.yaml", Line: 9, Column: 5},
		}
	}
	return &planner.Plan{
		Schema: planner.Schema,
		Documents: []planner.Document{
			{
				Kind: replication.RoleTrustPolicy, Account: "111122223333", Target: role, Name: "trust", Step: 1, Size: 113, Limit: 2048,
				Document: json.RawMessage(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"sts:AssumeRole"}]}`),
			},
			{
				Kind: replication.RolePolicy, Account: "111122223333", Target: role, Name: "replication", Step: 1, Size: 280, Limit: 10240,
				Document: json.RawMessage(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetReplicationConfiguration","s3:ListBucket"],"Resource":"arn:aws:s3:::acme-orders"},{"Effect":"Allow","Action":["s3:ReplicateObject","s3:ReplicateTags"],"Resource":"arn:aws:s3:::acme-orders-copy/*"}]}`),
			},
			{
				Kind: replication.DestinationBucketPolicy, Account: "444455556666", Target: copyARN, Name: "bucket policy", Step: 2, Size: 240, Limit: 20480,
				Document: json.RawMessage(`{"Version":"2012-10-17","Statement":[{"Sid":"RepligrantReplication","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/acme-orders-replication"},"Action":["s3:ReplicateObject","s3:ReplicateTags"],"Resource":"arn:aws:s3:::acme-orders-copy/*"}]}`),
			},
			{
				Kind: replication.ReplicationConfiguration, Account: "111122223333", Target: sourceARN, Name: "replication configuration", Step: 3,
				Document: json.RawMessage(`{"Role":"arn:aws:iam::111122223333:role/acme-orders-replication","Rules":[{"ID":"orders","Priority":0,"Filter":{},"Status":"Enabled","DeleteMarkerReplication":{"Status":"Disabled"},"Destination":{"Bucket":"arn:aws:s3:::acme-orders-copy","Account":"444455556666"}}]}`),
			},
		},
		Requirements: []replication.Requirement{
			{
				ID: "orders/acme-orders/acme-orders-copy/sts:AssumeRole", Rule: "orders", From: "acme-orders", To: "acme-orders-copy",
				Principal: "s3.amazonaws.com", Action: "sts:AssumeRole", Resource: role, Objects: replication.AllObjects, Level: replication.Required,
				Holders: []replication.Kind{replication.RoleTrustPolicy}, Without: replication.ObjectFailed, FailureCode: "AssumeRoleNotPermitted",
				Why: "S3 assumes the role for all that follows", Source: pagePermissions,
			},
			require("s3:GetReplicationConfiguration", sourceARN, "read the rules", replication.ObjectFailed, "", replication.Required, replication.RolePolicy),
			require("s3:ListBucket", sourceARN, "list the bucket; AWS's permission model needs it to reach delete markers", replication.ObjectFailed, "", replication.Required, replication.RolePolicy),
			require("s3:ReplicateObject", copyARN+"/*", "write the replica with its metadata, tags and ACL", replication.ObjectFailed, "DstPutObjectNotPermitted", replication.Required, replication.RolePolicy, replication.DestinationBucketPolicy),
			require("s3:ReplicateTags", copyARN+"/*", "write the object's tags", replication.TagsLost, "", replication.Advised, replication.RolePolicy, replication.DestinationBucketPolicy),
		},
		Assumptions: []planner.Assumption{
			{Bucket: "acme-orders", Field: "kms_key", Assumed: "SSE-S3"},
			{Bucket: "acme-orders-copy", Field: "object_ownership", Assumed: "BucketOwnerEnforced"},
		},
		Warnings: []planner.Warning{
			{Code: "tags-denied-may-fail", Message: "AWS does not say whether an object with tags replicates where s3:ReplicateTags is denied", Source: pagePermissions, Position: diag.Pos{File: "spec.yaml", Line: 9, Column: 5}},
		},
		Outline: planner.Outline{
			Accounts: []planner.Account{{ID: "111122223333", Name: "prod"}, {ID: "444455556666", Name: "backup"}},
			Buckets: []planner.Bucket{
				{Name: "acme-orders", Account: "111122223333", Region: "us-east-1", KMS: true},
				{Name: "acme-orders-copy", Account: "444455556666", Region: "eu-west-1"},
			},
			Rules: []planner.Rule{
				{Name: "orders", From: "acme-orders", To: "acme-orders-copy", Role: role},
				{Name: "old", From: "acme-orders", To: "acme-orders-copy", Role: role, Prefix: "old/", Tags: 1, KMS: true, Disabled: true},
			},
			Writers: []planner.Writer{{Name: "app", ARN: "arn:aws:iam::111122223333:role/app", Bucket: "acme-orders", Prefixes: []string{"a/", "b/", "c/", "d/", "e/"}}},
		},
	}
}

// difference is what changed between two plans, with all that can be said of it.
func difference() *planner.Difference {
	const role, copied = "arn:aws:iam::111122223333:role/repl", "arn:aws:s3:::copy/a"
	return &planner.Difference{Schema: planner.DifferenceSchema, Documents: []planner.Differs{
		{
			Kind: replication.RoleTrustPolicy, Account: "111122223333", Target: role,
			Change: "changed", Grants: planner.Same, Refuses: planner.Same, Diff: "--- old\n+++ new\n",
		},
		{
			Kind: replication.RolePolicy, Account: "111122223333", Target: role,
			Change: "changed", Grants: planner.Other, Refuses: planner.Same,
			GrantedNow:    &planner.Request{Action: "s3:ReplicateDelete", Resource: copied},
			GrantedBefore: &planner.Request{Action: "s3:ReplicateTags", Resource: copied, Context: map[string][]string{"aws:SourceVpce": {"vpce-1"}}},
			Diff:          "--- old\n+++ new\n+  \"`</details>\"\n",
		},
		{
			Kind: replication.DestinationBucketPolicy, Account: "444455556666", Target: "arn:aws:s3:::copy",
			Change: "changed", Grants: planner.Same, Refuses: planner.More,
			RefusedNow: &planner.Request{Action: "s3:ReplicateTags", Resource: copied, Principal: role},
			Diff:       "--- old\n+++ new\n",
		},
		{
			Kind: replication.DestinationKMSKeyPolicy, Account: "444455556666", Target: "arn:aws:kms:eu-west-1:444455556666:key/k",
			Change: "changed", Grants: planner.Unknown, Refuses: planner.Same, Unknown: []string{"it is too long"},
		},
		{
			Kind: replication.ReplicationConfiguration, Account: "111122223333", Target: "arn:aws:s3:::orders",
			Change: "changed", Grants: planner.Same, Refuses: planner.Same, RulesChanged: []string{"orders"}, RulesAdded: []string{"new"},
		},
	}}
}
