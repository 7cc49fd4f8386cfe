package replication

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/policy"
)

// S3Service is the principal that assumes replication roles, in every partition.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html.
const S3Service = "s3.amazonaws.com"

// BatchService is the principal that assumes the roles of batch jobs.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-batch-replication-policies.html.
const BatchService = "batchoperations.s3.amazonaws.com"

// Requirements returns what the rules require, rule by rule in the order of
// [Permissions]. Disabled rules require nothing: S3 takes no action for them.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html.
func Requirements(rules []Rule) []Requirement {
	var all []Requirement
	for i := range rules {
		r := &rules[i]
		if !r.Enabled {
			continue
		}
		if all == nil {
			all = make([]Requirement, 0, usual)
		}
		all = r.appendRequirements(all, Permissions)
		if i == 0 {
			all = slices.Grow(all, (len(rules)-1)*len(all)) // rules are mostly alike
		}
	}
	return all
}

// usual is how many requirements a rule has that replicates within AWS's defaults
// to another account.
const usual = 8

// AppendRequirements appends to a list what r requires, as [Requirements] says.
func (r *Rule) AppendRequirements(to []Requirement) []Requirement {
	if !r.Enabled {
		return to
	}
	return r.appendRequirements(to, Permissions)
}

// Trust returns what a rule requires of the trust policies of its roles, also
// where it is disabled: a configuration names a role that S3 may assume.
func Trust(r Rule) []Requirement {
	var qs []Requirement
	for i := range Permissions {
		if p := &Permissions[i]; (p.On == TheRole || p.On == BatchRole) && p.When(&r) {
			qs = append(qs, r.requirement(p, r.Resource(p.On)))
		}
	}
	return qs
}

// appendRequirements appends what the rows of a table ask for rule r.
func (r *Rule) appendRequirements(qs []Requirement, table []Permission) []Requirement {
	var on [forms]string // resources, which several rows name
	var uses [forms]*keyUse
	for i := range table {
		p := &table[i]
		switch {
		case !p.When(r):
		case p.On.OfKey():
			if uses[p.On] == nil {
				uses[p.On] = r.keyUse(p.On)
			}
			qs = r.appendKeyRequirements(qs, p, uses[p.On])
		default:
			if on[p.On] == "" {
				on[p.On] = r.Resource(p.On)
			}
			qs = append(qs, r.requirement(p, on[p.On]))
		}
	}
	return qs
}

// requirement is what row p of the table asks for rule r, on a resource.
func (r *Rule) requirement(p *Permission, resource string) Requirement {
	q := Requirement{
		ID:        r.id(p),
		Rule:      r.Name,
		From:      r.From.Name,
		To:        r.To.Name,
		Principal: r.Role,
		Action:    p.Action,
		Resource:  resource,
		Context:   noContext,
		Objects:   p.Objects,
		Level:     p.Level,
		AnyOf:     p.AnyOf,
		Without:   p.Without, FailureCode: p.FailureCode, Source: p.Source,
		Position: r.Pos,
		Account:  r.From.Account, ResourceAccount: r.From.Account,
	}
	q.explain(p.Why, p.Conflict)
	q.On, q.ToAccount = p.On, r.GrantTo == "account"
	if p.Batch {
		q.Principal, q.ToAccount = r.Job.Role, r.Job.GrantTo == "account"
	}
	q.Holders, q.Instead = r.holders(p)
	r.assume(&q)
	switch p.On {
	case DestinationBucket, DestinationObjects:
		q.ResourceAccount = r.To.Account
	case ManifestObjects, ReportObjects:
		q.ResourceAccount = r.location(p.On).Bucket.Account
	default:
	}
	if p.Objects == KMSObjects || p.Objects == NotKMSObjects {
		q.splitByEncryption(r.KMSObjects)
	}
	return q
}

// noContext is the context of a request that says nothing; nobody adds to it.
var noContext = map[string]string{}

// id is the ID of a requirement that there is once.
func (r *Rule) id(p *Permission) string {
	if p.Batch {
		return r.Name + "/" + r.From.Name + "/" + r.To.Name + "/batch/" + p.Action
	}
	return r.Name + "/" + r.From.Name + "/" + r.To.Name + "/" + p.Action
}

// assume makes q, if it is about a role, one of the service that is to assume it.
func (r *Rule) assume(q *Requirement) {
	switch q.On {
	case TheRole:
		q.Principal, q.Account = S3Service, ""
		q.Condition = deputy(r.ConfusedDeputy, r.From)
	case BatchRole:
		q.Principal, q.Account = BatchService, ""
		q.Condition = jobDeputy(r.Job.ConfusedDeputy, r.From)
	default:
	}
}

// deputy is the condition that a trust policy may demand: that a service acts
// for the account of the bucket, and for the bucket itself. No page says whether
// S3 sends either key. Where one is to count only if it is there, the account is
// enough: of the bucket's ARN nobody knows the form.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html.
func deputy(mode string, from Bucket) []policy.Clause {
	switch mode {
	case "if-exists":
		return []policy.Clause{{Operator: "StringEqualsIfExists", Key: "aws:SourceAccount", Values: policy.One(from.Account)}}
	case "strict":
		return []policy.Clause{
			{Operator: "StringEquals", Key: "aws:SourceAccount", Values: policy.One(from.Account)},
			{Operator: "ArnLike", Key: "aws:SourceArn", Values: policy.One(from.ARN())},
		}
	default:
		return nil
	}
}

// jobDeputy is deputy for the role of a job: the account alone. What AWS's page
// has for such a role tests nothing, and the caller would be a job, whose ARN
// nobody knows before it is made, not a bucket.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-iam-role-policies.html.
func jobDeputy(mode string, from Bucket) []policy.Clause {
	clauses := deputy(mode, from)
	return clauses[:min(1, len(clauses))]
}

// splitByEncryption tells apart the two requirements that one action on objects
// makes where a rule selects KMS objects; where it does not, there is one for all.
func (q *Requirement) splitByEncryption(selectsKMS bool) {
	switch {
	case q.On.OfKey():
	case !selectsKMS:
		q.Objects = AllObjects
	default:
		q.ID += "/" + string(q.Objects)
	}
}

// holders returns the documents that must grant a permission, and those that
// would do so alone. In one account either side of a permission is enough;
// across accounts both are needed.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html.
func (r *Rule) holders(p *Permission) (all, instead []Kind) {
	switch p.On {
	case TheRole:
		return inTrust, nil
	case BatchRole:
		return []Kind{BatchRoleTrustPolicy}, nil
	case DestinationBucket:
		return atDestination, nil
	case DestinationObjects:
		if r.AWSDocs && p.Action == "s3:ReplicateTags" {
			return inRole, nil // the bucket policy of AWS's page leaves it out
		}
		if r.CrossAccount() {
			return onBothSides, nil
		}
		return inRole, atDestination
	case ManifestObjects, ReportObjects:
		if r.location(p.On).Bucket.Account != r.From.Account {
			return []Kind{BatchRolePolicy, DestinationBucketPolicy}, nil
		}
		return []Kind{BatchRolePolicy}, atSource
	default:
		if p.Batch {
			return []Kind{BatchRolePolicy}, atSource
		}
		return inRole, atSource
	}
}

// The documents of most requirements, which share them.
var (
	inTrust       = []Kind{RoleTrustPolicy}
	inRole        = []Kind{RolePolicy}
	atSource      = []Kind{SourceBucketPolicy}
	atDestination = []Kind{DestinationBucketPolicy}
	onBothSides   = []Kind{RolePolicy, DestinationBucketPolicy}
)

// location is where a job reads its manifest or writes its report, be it in a
// bucket of another account.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/specify-batchjob-manifest-xaccount-csv.html and
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_JobReport.html.
func (r *Rule) location(on Form) *Location {
	if on == ManifestObjects {
		return r.Job.Manifest
	}
	return r.Job.Report
}

// Resource returns the ARN or ARN pattern of a form that is not about keys, as a policy of Version
// 2012-10-17 writes it. Replicas have the keys of their objects, so a prefix
// narrows both ends; a tag filter cannot be said in a policy.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html,
// whose examples narrow both ends by prefix.
func (r *Rule) Resource(on Form) string {
	prefix, _ := EscapePrefix(r.Prefix)
	switch on {
	case TheRole:
		return r.Role
	case BatchRole:
		return r.Job.Role
	case ManifestObjects:
		return r.Job.Manifest.resource()
	case ReportObjects:
		return r.Job.Report.resource()
	case DestinationBucket:
		return r.To.ARN()
	case SourceObjects:
		return arn.Object(r.From.Partition, r.From.Name, prefix+"*")
	case DestinationObjects:
		return arn.Object(r.To.Partition, r.To.Name, prefix+"*")
	default:
		return r.From.ARN()
	}
}

// resource is the pattern of the objects of l.
func (l Location) resource() string {
	prefix, _ := EscapePrefix(l.Prefix)
	return arn.Object(l.Bucket.Partition, l.Bucket.Name, prefix+"*")
}

// EffectiveOverride reports whether the rule's owner override has an effect
// that needs a permission: where the destination is bucket-owner-enforced the
// bucket's owner gets every replica anyway.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-change-owner.html.
func (r *Rule) EffectiveOverride() bool {
	enforced, known := r.To.ObjectOwnership.Get()
	return r.OwnerOverride && (!known || enforced != BucketOwnerEnforced)
}

// escapes are the characters that have a meaning in ARN patterns.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
var escapes = strings.NewReplacer("*", "${*}", "?", "${?}", "$", "${$}")

// EscapePrefix writes the literal prefix of object keys for an ARN pattern. IAM
// documents hold only the characters U+0009, U+000A, U+000D and U+0020 to
// U+00FF; at the first other one the prefix is cut, and whole is false: the
// pattern is then wider than the prefix.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
func EscapePrefix(prefix string) (escaped string, whole bool) {
	for i, c := range prefix {
		if c != '\t' && c != '\n' && c != '\r' && (c < 0x20 || c > 0xFF) {
			return escapes.Replace(prefix[:i]), false
		}
	}
	return escapes.Replace(prefix), true
}

// Statement returns the statement by which holder meets q.
func (q Requirement) Statement(holder Kind) policy.Statement {
	st := policy.Statement{
		Effect: policy.Allow, Action: policy.One(q.Action), Resource: policy.One(q.Resource), Condition: q.Condition,
	}
	switch holder {
	case RoleTrustPolicy, BatchRoleTrustPolicy:
		st.Principal = policy.Service(q.Principal)
		st.Resource = policy.Strings{}
	case WriterTrustPolicy:
		st.Principal, st.Resource = Assumers(q.Principal), policy.Strings{}
	case RolePolicy, BatchRolePolicy, WriterPolicy:
	case SourceKMSKeyPolicy, DestinationKMSKeyPolicy, BatchKMSKeyPolicy, WriterKMSKeyPolicy:
		// In the policy of a key "*" is this key.
		// See https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html.
		st.Sid, st.Resource = SidPrefix+"Replication", policy.One("*")
		name(&st, q.Principal, q.ToAccount)
	default:
		st.Sid = SidPrefix + "Replication"
		name(&st, q.Principal, q.ToAccount)
	}
	return st
}

// name makes a statement one about a role: by its ARN, which AWS takes only if
// the role exists, or by its account and a condition, which it always takes.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html.
func name(st *policy.Statement, role string, toAccount bool) {
	a, err := arn.Parse(role)
	if !toAccount || err != nil {
		st.Principal = policy.AWS(role)
		return
	}
	st.Principal = policy.AWS(arn.Root(a.Partition, a.Account))
	is := policy.Clause{Operator: "ArnEquals", Key: "aws:PrincipalArn", Values: policy.One(role)}
	st.Condition = append(slices.Clone(st.Condition), is)
}

// Assumers writes who may assume a role as principals: ARNs and account IDs are
// of the type AWS, all others are services.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html.
func Assumers(names ...string) policy.Principals {
	var principals, services []string
	for _, name := range names {
		if strings.HasPrefix(name, "arn:") || arn.IsAccountID(name) {
			principals = append(principals, name)
		} else {
			services = append(services, name)
		}
	}
	var p policy.Principals
	if principals != nil {
		p.Types = append(p.Types, policy.AWS(principals...).Types...)
	}
	if services != nil {
		p.Types = append(p.Types, policy.Service(services...).Types...)
	}
	return p
}

// DenyTags returns the statement of a destination bucket's policy that refuses
// the tags of a rule's replicas. AWS's pages disagree on whether the replicas
// then arrive without tags or not at all.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html and
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-troubleshoot.html.
func DenyTags(r Rule) policy.Statement { return r.deny("s3:ReplicateTags", denyTags) }

// DenyAnnotations returns the statement of a destination bucket's policy that
// refuses the annotations of a rule's replicas.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-example-walkthroughs.html#replication-annotations.
func DenyAnnotations(r Rule) policy.Statement {
	return r.deny("s3:ReplicateObjectAnnotation", denyAnnotations)
}

func (r *Rule) deny(action, sid string) policy.Statement {
	st := policy.Statement{
		Sid: SidPrefix + sid, Effect: policy.Deny,
		Action:   policy.One(action),
		Resource: policy.One(r.Resource(DestinationObjects)),
	}
	name(&st, r.Role, r.GrantTo == "account")
	return st
}
