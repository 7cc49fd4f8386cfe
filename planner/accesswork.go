package planner

import (
	"fmt"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/internal/reads"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// reads returns what an audit of the scope reads: the allowlist that package
// collect enforces, on what the SPEC names. What a bucket replicates to without
// the SPEC's knowledge, and roles under another path, are not in it: the audit
// then says that it could not read them.
func (c *scope) reads() []policy.Statement {
	var list []policy.Statement
	index := map[string]int{}
	for _, r := range slices.Concat(reads.All(), reads.OfObjects()) {
		if r.Action == "" || r.Service == "STS" || !c.needs(r) {
			continue
		}
		sid, resources := c.readable(r.Resource)
		if len(resources) == 0 {
			continue
		}
		if i, ok := index[sid]; ok {
			if !list[i].Action.Contains(r.Action) {
				list[i].Action = policy.Compact(append(list[i].Action.Values, r.Action)...)
			}
			continue
		}
		index[sid] = len(list)
		list = append(list, allow(sid, resources, r.Action))
	}
	return list
}

// needs reports whether a read is about something that the scope has: lists of
// aliases and access points name no resource, and serve only keys and access
// points.
func (c *scope) needs(r reads.Read) bool {
	switch {
	case r.Service == "KMS":
		return len(c.keys) > 0
	case strings.Contains(r.Operation, "AccessPoint"):
		return len(c.points) > 0
	default:
		return true
	}
}

func allow(sid string, resources []string, actions ...string) policy.Statement {
	return policy.Statement{
		Sid: sid, Effect: policy.Allow, Action: policy.Compact(actions...), Resource: policy.Compact(resources...),
	}
}

// readable returns the resources of a form of package reads. Which policies and
// groups a role or user has is only known once they are read.
//
// It panics for a form that it does not know: a new one is to be thought of here.
func (c *scope) readable(form string) (sid string, resources []string) {
	iam := func(partition, account, rest string) string {
		return "arn:" + partition + ":iam::" + account + ":" + rest
	}
	switch kind := form[strings.LastIndexAny(form, ":/")+1:]; kind {
	case "*":
		return "Account", []string{"*"}
	case "ORGANIZATION":
		if c.organization {
			resources = []string{"*"}
		}
		return "Organization", resources
	case "MEMBERS":
		if c.members {
			resources = []string{"*"}
		}
		return "Organization", resources
	case "BUCKET":
		return "Buckets", c.buckets
	case "OBJECT":
		return "Objects", c.objects
	case "ROLE":
		return "Roles", c.roles
	case "USER":
		return "Users", c.users
	case "KEY":
		return "Keys", c.keys
	case "ACCESSPOINT", "POINT":
		return "AccessPoints", c.points
	case "GROUP":
		if len(c.users) > 0 {
			resources = []string{iam(c.partition, c.account, "group/*")}
		}
		return "Groups", resources
	case "POLICY":
		if len(c.users)+len(c.roles) > 0 {
			resources = []string{iam(c.partition, c.account, "policy/*"), iam(c.partition, "aws", "policy/*")}
		}
		return "Policies", resources
	default:
		panic(fmt.Sprintf("planner: no resources for the read form %q", form)) //nolint:forbidigo // TestReadForms: the table has no other
	}
}

// work returns what it takes to apply the plan's documents in the scope, by the
// AWS CLI script as well as by hand: each is read before it is written.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html and
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html.
func (c *scope) work() []policy.Statement {
	w := &working{scope: c, index: map[string]int{}}
	for _, d := range c.documents {
		w.document(d)
	}
	w.detach()
	for _, bucket := range c.versioned {
		w.allow("Versioning", bucket, nil, "s3:GetBucketVersioning", "s3:PutBucketVersioning")
	}
	return w.list
}

// working collects the statements of an operator by Sid and condition.
type working struct {
	*scope
	list        []policy.Statement
	index       map[string]int
	detachments []detachment
}

// allow adds actions on a target; statements of one Sid and condition have the
// same actions, so that resources can be joined.
func (w *working) allow(sid, target string, condition []policy.Clause, actions ...string) {
	st := allow(sid, []string{target}, actions...)
	st.Condition = condition
	bare := st
	bare.Resource = policy.Strings{}
	key := keyOf(bare)
	i, ok := w.index[key]
	if !ok {
		w.index[key] = len(w.list)
		w.list = append(w.list, st)
		return
	}
	if values := w.list[i].Resource.Values; !slices.Contains(values, target) {
		w.list[i].Resource = policy.Compact(append(values, target)...)
	}
}

// document adds what one document takes.
func (w *working) document(d Document) {
	switch d.Kind {
	case replication.RoleTrustPolicy:
		w.role(d)
		w.pass(d.Target, "PassReplicationRole", replication.S3Service)
	case replication.BatchRoleTrustPolicy:
		w.role(d)
		w.pass(d.Target, "PassBatchRole", batchService)
		w.allow("BatchJobs", "*", nil, "s3:CreateJob")
	case replication.WriterTrustPolicy:
		w.role(d)
	case replication.RolePolicy, replication.BatchRolePolicy, replication.WriterPolicy:
		w.identityPolicy(d)
	case replication.DestinationBucketPolicy, replication.WriterBucketPolicy:
		w.allow("BucketPolicies", d.Target, nil, "s3:GetBucketPolicy", "s3:PutBucketPolicy")
	case replication.SourceKMSKeyPolicy, replication.DestinationKMSKeyPolicy, replication.BatchKMSKeyPolicy, replication.WriterKMSKeyPolicy:
		w.allow("KeyPolicies", d.Target, nil, "kms:GetKeyPolicy", "kms:PutKeyPolicy")
		w.allow(terraformReads+"Keys", d.Target, nil, "kms:DescribeKey", "kms:GetKeyRotationStatus", "kms:ListResourceTags")
	case replication.WriterAccessPointPolicy:
		w.allow("AccessPointPolicies", d.Target, nil, "s3:GetAccessPointPolicy", "s3:PutAccessPointPolicy")
		w.allow(terraformReads+"AccessPoints", d.Target, nil, "s3:GetAccessPointPolicyStatus")
	case replication.ReplicationConfiguration:
		w.allow("Configurations", d.Target, nil, "s3:GetReplicationConfiguration", "s3:PutReplicationConfiguration")
	default: // no plan without --merge holds another kind
	}
}

// terraformReads begins the Sids of statements that only the Terraform provider
// aws needs: what it reads of the resources that it manages, beside their
// policies. TestTerraform compares them with what it calls.
const terraformReads = "TerraformReads"

// batchService assumes the roles of Batch Operations jobs.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-iam-role-policies.html.
const batchService = "batchoperations.s3.amazonaws.com"

// pass lets the operator hand a role to one service and to no other.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html.
func (w *working) pass(role, sid, service string) {
	w.allow(sid, role, equals("iam:PassedToService", service), "iam:PassRole")
}

func equals(key, value string) []policy.Clause {
	return []policy.Clause{{Operator: "StringEquals", Key: key, Values: policy.One(value)}}
}

// bounded is the condition that an operator makes and changes a role or user
// only with its permissions boundary; none, if it has none.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html.
func bounded(boundary string) []policy.Clause {
	if boundary == "" {
		return nil
	}
	return equals("iam:PermissionsBoundary", boundary)
}

func (w *working) role(d Document) {
	w.allow("ReadRoles", d.Target, nil, "iam:GetRole")
	w.allow(terraformReads+"Roles", d.Target, nil, "iam:ListRolePolicies", "iam:ListAttachedRolePolicies")
	w.allow("Roles", d.Target, bounded(d.PermissionsBoundary), "iam:CreateRole", "iam:UpdateAssumeRolePolicy")
	if d.PermissionsBoundary != "" {
		w.allow("RoleBoundaries", d.Target, bounded(d.PermissionsBoundary), "iam:PutRolePermissionsBoundary")
	}
}

// identityPolicy adds what a policy of a role or user takes, and what an earlier
// plan may have granted in another form: that is read, and then taken away.
func (w *working) identityPolicy(d Document) {
	kind, sid := "Role", "RolePolicies"
	if strings.Contains(d.Target, ":user/") {
		kind, sid = "User", "UserPolicies"
		w.allow("ReadUsers", d.Target, nil, "iam:GetUser")
		w.allow("Users", d.Target, bounded(d.PermissionsBoundary), "iam:CreateUser")
		if d.PermissionsBoundary != "" {
			w.allow("UserBoundaries", d.Target, bounded(d.PermissionsBoundary), "iam:PutUserPermissionsBoundary")
		}
	}
	w.allow("Read"+sid, d.Target, nil, "iam:Get"+kind+"Policy", "iam:ListAttached"+kind+"Policies")
	w.earlier(kind, d)
	boundary := bounded(w.boundaryOf(d.Target))
	if !d.Managed {
		w.allow(sid, d.Target, boundary, "iam:Put"+kind+"Policy")
		return
	}
	w.allow("Earlier"+sid, d.Target, boundary, "iam:Delete"+kind+"Policy")
	managed := w.managed(d.Target, d.Name)
	w.allow("ManagedPolicies", managed, nil,
		"iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListPolicyVersions", "iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:DeletePolicyVersion")
	attach := append(slices.Clone(boundary), policy.Clause{Operator: "ArnEquals", Key: policyARN, Values: policy.One(managed)})
	w.allow("Attach"+sid, d.Target, attach, "iam:Attach"+kind+"Policy")
}

// policyARN is the condition key of the policy that is attached or detached.
//
// See https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html.
const policyARN = "iam:PolicyARN"

// managed is the ARN of a managed policy of a role or user of the plan.
func (c *scope) managed(target, name string) string {
	return "arn:" + c.partition + ":iam::" + c.account + ":policy/" + target[strings.LastIndexByte(target, '/')+1:] + "-" + name
}

// A detachment lets managed policies of earlier plans be detached from some roles
// or users, that have one boundary.
type detachment struct {
	kind, boundary    string
	targets, policies []string
}

// mostDetached are the targets of one detachment: statements of a few targets are
// shorter than one for each, and its policies must have room in a document.
const mostDetached = 10

// earlier adds d's target to those of which managed policies with a number, as
// the planner names them, may be read and detached.
func (w *working) earlier(kind string, d Document) {
	w.allow("EarlierPolicies", "arn:"+w.partition+":iam::"+w.account+":policy/*-policy-*", nil, "iam:GetPolicy", "iam:GetPolicyVersion")
	stem := "policy-*"
	if d.Kind == replication.BatchRolePolicy {
		stem = "batch-policy-*"
	}
	pattern, boundary := w.managed(d.Target, stem), w.boundaryOf(d.Target)
	for i := range w.detachments {
		o := &w.detachments[i]
		if o.kind != kind || o.boundary != boundary {
			continue
		}
		if slices.Contains(o.policies, pattern) {
			return
		}
		if len(o.policies) < mostDetached {
			o.targets, o.policies = append(o.targets, d.Target), append(o.policies, pattern)
			return
		}
	}
	w.detachments = append(w.detachments, detachment{kind, boundary, []string{d.Target}, []string{pattern}})
}

func (w *working) detach() {
	for _, o := range w.detachments {
		condition := append(bounded(o.boundary), policy.Clause{Operator: "ArnLike", Key: policyARN, Values: policy.Compact(o.policies...)})
		for _, target := range o.targets {
			w.allow("Detach"+o.kind+"Policies", target, condition, "iam:Detach"+o.kind+"Policy")
		}
	}
}

// warnUnbounded names the roles and users whom an operator can give anything.
func (a *accessing) warnUnbounded(pos diag.Pos, c *scope) {
	var unbounded []string
	for _, target := range slices.Concat(c.roles, c.users) {
		if c.boundaryOf(target) == "" {
			unbounded = append(unbounded, target)
		}
	}
	if len(unbounded) > 0 {
		a.Warnings = append(a.Warnings, warn(pos, "access-operator-unbounded", "account", c.account, "roles", strings.Join(unbounded, ", ")))
	}
}

// boundaryOf is the boundary that a role or user of the plan is to have.
func (c *scope) boundaryOf(target string) string {
	for _, d := range c.documents {
		if d.Target == target && d.PermissionsBoundary != "" {
			return d.PermissionsBoundary
		}
	}
	return ""
}
