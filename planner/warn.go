package planner

import (
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
)

// A notice is a kind of warning: its sentence with {name} in place of arguments,
// and the page behind it.
type notice struct{ message, source string }

const userGuide = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"

var notices = map[string]notice{
	"tags-denied-may-fail": {
		"rule {rule} has {to} refuse the tags of replicas: one page of AWS says that they then arrive without tags, another that they fail",
		userGuide + "replication-troubleshoot.html",
	},
	"tags-read-by-another-rule": {
		"rule {rule} leaves tags out, but its role reads them for rule {other}: S3 may replicate them all the same",
		userGuide + "setting-repl-config-perm-overview.html",
	},
	"annotations-read-by-another-rule": {
		"rule {rule} leaves annotations out, but its role reads them for rule {other}: S3 may replicate them all the same",
		userGuide + "replication-example-walkthroughs.html#replication-annotations",
	},
	"tags-refused-for-another-rule": {
		"rule {rule} replicates tags, but {to} refuses them for keys of rule {other}, which has the same role",
		userGuide + "replication-troubleshoot.html",
	},
	"annotations-refused-for-another-rule": {
		"rule {rule} replicates annotations, but {to} refuses them for keys of rule {other}, which has the same role",
		userGuide + "replication-example-walkthroughs.html#replication-annotations",
	},
	"owner-override-unnecessary": {
		"rule {rule}: {to} is bucket-owner-enforced, so that its owner gets the replicas anyway; the owner override is left out",
		userGuide + "replication-change-owner.html",
	},
	"owner-override-same-account": {
		"rule {rule} overrides the owner within one account: the replicas lose the ACLs of their objects, and gain nothing",
		userGuide + "replication-change-owner.html",
	},
	"replicas-owned-by-source": {
		"rule {rule}: the replicas in {to} belong to the source's account {account}, and the bucket's owner may not read them; " +
			"write object_ownership: bucket-owner-enforced or owner: destination",
		userGuide + "replication-change-owner.html",
	},
	"kms-objects-left-out": {
		"rule {rule} leaves out objects that KMS encrypts, and {from} encrypts new objects so by default: they are not replicated",
		userGuide + "replication-config-for-kms-objects.html",
	},
	"key-policy-has-to-delegate": {
		"the policies of {role} grant the use of key {key}, which counts only if the key's policy leaves it to IAM, as it does by default; " +
			"--key-policies all writes a statement for it",
		"https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
	},
	"trust-condition-if-exists": {
		"role {role}: no page says whether S3 sends aws:SourceAccount; if it does not, the condition keeps nobody out",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
	},
	"trust-condition-strict": {
		"role {role}: no page says whether S3 sends aws:SourceAccount and aws:SourceArn; if it does not, it cannot assume the role, and nothing replicates: " +
			"try it with a test bucket first",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
	},
	"trust-condition-strict-job": {
		"role {role}: no page says whether S3 Batch Operations sends aws:SourceAccount; if it does not, it cannot assume the role, and the job fails: " +
			"try it with a test job first. aws:SourceArn is left out, since no page says what a job sends as that",
		userGuide + "batch-ops-iam-role-policies.html",
	},
	"boundary-has-to-allow": {
		"role {role}: its permissions boundary {boundary} has to allow what the role's policies grant; plan does not see it, and audit does",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
	},
	"disabled-rule-asks": {
		"rule {rule} is disabled, and its {field} is left out: nothing is written or granted for it; write status: enabled, or leave {field} out",
		userGuide + "replication-add-config.html",
	},
	"job-covers-another-rule": {
		"the batch job of rule {rule} is for keys of {from} that rule {other} selects too, which does not ask for existing_objects; " +
			"give {rule} a manifest of its own to leave them out",
		"https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_JobManifestGeneratorFilter.html",
	},
	"sse-c-may-be-blocked": {
		"rule {rule} is to replicate objects with SSE-C: new buckets refuse those, so that {to} has to be told to take them",
		userGuide + "blocking-unblocking-s3-c-encryption-gpb.html",
	},
	"replica-modifications-one-way": {
		"rule {rule} replicates changes to the metadata of replicas, and no rule replicates from {to} back to {from}: changes at {to} stay there",
		userGuide + "replication-for-metadata-changes.html",
	},
	"role-policies-managed": {
		"the policies of {role} are too large together to be inline, so that they are {count} managed policies ({names}); AWS attaches {limit} by default",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
	},
	"prefix-widened": {
		"{what}: IAM cannot hold all characters of prefix {prefix}; the policies grant all keys that begin with {written}",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
	},
	"prefix-has-star": {
		"{what}: prefix {prefix} is plain text, and its * is a character of the keys; write what all keys begin with",
		userGuide + "replication-add-config.html",
	},
	"prefix-begins-with-slash": {
		"{what}: prefix {prefix} begins with a slash, and so must the keys; those of a folder have none before its name",
		userGuide + "object-keys.html",
	},
	"priority-twice": {
		"rules {other} and {rule} have the same priority, to different destinations: AWS's guide takes them for independent, " +
			"and some tools for a mistake; leave priority out, or give each rule its own",
		userGuide + "replication-add-config.html",
	},
	"aws-docs-too-wide": {
		"policy_style aws-docs lets role {role} list the keys of {to} and suspend its versioning; replication needs neither",
		userGuide + "setting-repl-config-perm-overview.html",
	},
	"uploads-owned-by-writer": {
		"writer {writer}: what it uploads to {bucket} belongs to its account {account}; write object_ownership: bucket-owner-enforced",
		userGuide + "about-object-ownership.html",
	},
	"access-reads-objects": {
		"the auditor of account {account} may read what objects of its buckets hold: IAM has no smaller permission than {action} for what S3 says of one. repligrant sends HEAD requests alone; attach the policy for as long as it is needed",
		"https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html",
	},
	"access-operator-unbounded": {
		"the operator of account {account} writes who assumes {roles} and what they may do, and can give them more than the plan does: " +
			"with permissions_boundary in the spec it can only do so within that boundary",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
	},
	"access-no-auditor": {
		"nobody says who assumes {role}: its trust policy is left out; --auditor ARN writes it",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user.html",
	},
	"merge-not-read": {
		"what {target} holds now was not read: nothing is merged, and to apply the document would replace all that is there",
		"https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html",
	},
	"merge-not-read-why": {
		"what {target} holds now was not read ({why}): nothing is merged, and to apply the document would replace all that is there",
		"https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html",
	},
	"merge-not-consulted": {
		"the policy of {target} was not read: whether it denies what replication needs is not known",
		"https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html",
	},
	"merge-not-consulted-why": {
		"the policy of {target} was not read ({why}): whether it denies what replication needs is not known",
		"https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html",
	},
	"merge-console": {
		"statement {statement} of {target} is one that the S3 console writes; it stays as it is, and what it grants is not granted again",
		userGuide + "setting-repl-config-perm-overview.html",
	},
	"merge-other-spec": {
		"statements {statements} of {target} are repligrant's, about roles or users that this spec does not describe ({principals}): " +
			"they stay, since another spec may need them; if none does, take them out",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html",
	},
	denyBlocks: {
		"statement {statement} of {target} denies {actions} to {principal}, and stays as it is: nothing that the plan grants helps " +
			"until its owner spares the role, with ArnNotEquals aws:PrincipalArn in its Condition",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html",
	},
	denyNarrowed: {
		"statement {statement} of {target} denies {actions} to {principal}; the plan holds the policy with that role spared and nothing else changed: " +
			"apply it if the bucket's owner agrees",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html",
	},
	denyPerhaps: {
		"statement {statement} of {target} may deny {actions} to {principal}: that depends on what nobody knows offline",
		userGuide + "replication-troubleshoot.html",
	},
	denyAdvised: {
		"statement {statement} of {target} denies {actions} to {principal}; AWS's pages disagree whether replication needs it",
		userGuide + "replication-troubleshoot.html",
	},
	"source-objects-of-others": {
		"rule {rule}: objects in {from}, which is {ownership}, may belong to other accounts; those are not replicated " +
			"unless their ACLs give the bucket's owner READ and READ_ACP; write object_ownership: bucket-owner-enforced",
		userGuide + "replication-requirements.html",
	},
	"writer-assumed-from-outside": {
		"writer {writer}: {principal} is of account {account}, which the spec does not name; whomever that account lets assume the role can write to {bucket}",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
	},
	"writer-addresses-private": {
		"writer {writer}: aws:SourceIp never is a private address, and is missing where a request comes through a VPC endpoint: nobody writes from {ranges}",
		"https://repost.aws/knowledge-center/iam-restrict-access-policy",
	},
	"writer-long-lived-keys": {
		"writer {writer} is a user with access keys that do not expire; Security Hub's IAM.2 and IAM.3 ask for a role instead, or for new keys every 90 days",
		"https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html",
	},
	"writer-untraced": {
		"writer {writer}: CloudTrail records its uploads only if a trail of account {account} has write data events of {bucket} switched on, which are off by default; " +
			"Security Hub's S3.22 checks that",
		"https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html",
	},
}

// phrases are what stands within sentences.
var phrases = diag.Sentences{
	"assumed.not-enforced":      "not bucket-owner-enforced",
	"merge-wrong.rule":          "rule {index} has no Status, or no Destination with a Bucket",
	"merge-wrong.rules":         "it needs one Role and one list of Rules",
	"place.access-point-policy": "access point policy",
	"place.bucket-policy":       "bucket policy",
	"place.key-policy":          "key policy",
	"place.role-trust-policy":   "role trust policy",
	"plan-wrong.destination":    "rule {index} has no destination",
	"room.more":                 "{count} more",
	"room.taken":                "{who} with {size} ({at})",
	"unit.bytes":                "bytes",
	"unit.characters":           "characters",
	"what.rule":                 "rule {rule}",
	"what.rule-of":              "rule {rule} of {from}",
	"what.writer":               "writer {writer}",
}

// Texts lists every text of this package, for translators: of problems by their
// key, of warnings by their code, and of what stands within them.
func Texts() []diag.Text {
	texts := slices.Concat(unplannable.Texts(), oversized.Texts(), mergeProblems.Texts(), accessProblems.Texts(), readProblems.Texts(), phrases.Texts())
	for _, code := range slices.Sorted(maps.Keys(notices)) {
		texts = append(texts, diag.Text{Key: code, English: notices[code].message})
	}
	return texts
}

// warn makes a warning. Args are names and values in turn.
func warn(pos diag.Pos, code string, args ...string) Warning {
	return warning(pos, said(code, args...))
}

// said is the sentence of a warning.
func said(code string, args ...string) diag.Text {
	return diag.Sentences{code: notices[code].message}.Text(code, args...)
}

// warning says t.
func warning(pos diag.Pos, t diag.Text) Warning {
	return Warning{Code: t.Key, Message: t.String(), Args: t.Args, Source: notices[t.Key].source, Position: pos}
}

// warnings says what works, or may not, and may surprise: rule by rule, then
// writer by writer.
func (o Options) warnings(rules []replication.Rule, writers []replication.Writer, qs []replication.Requirement) []Warning {
	list := []Warning{}
	overridden := overriddenBuckets(rules)
	parts := partsOf(rules)
	told := map[string]bool{}
	priorities := map[priority]string{}
	for _, r := range rules {
		list = append(list, priorityWarnings(r, priorities)...)
		list = append(list, ownerWarnings(r, overridden)...)
		if !r.Enabled {
			list = append(list, disabledWarnings(r)...)
			continue
		}
		list = append(list, foreignWarnings(r, told)...)
		if keys, _ := r.From.KMSKeys.Get(); len(keys) > 0 && !r.KMSObjects {
			list = append(list, warn(r.Pos, "kms-objects-left-out", "rule", r.Name, "from", r.From.Name))
		}
		if r.Tags == replication.Refuse {
			list = append(list, warn(r.Pos, "tags-denied-may-fail", "rule", r.Name, "to", r.To.Name))
		}
		for _, p := range parts {
			list = append(list, p.warnings(r)...)
		}
		list = append(list, docsWarnings(r, told)...)
		list = append(list, roleWarnings(r, told)...)
		own := ofRule(qs, r)
		qs = qs[len(own):]
		list = append(list, o.delegationWarnings(r.Pos, own, told)...)
		if r.SSECObjects {
			list = append(list, warn(r.Pos, "sse-c-may-be-blocked", "rule", r.Name, "to", r.To.Name))
		}
		if r.ReplicaModifications && !slices.ContainsFunc(rules, func(back replication.Rule) bool {
			return back.Enabled && back.From.Name == r.To.Name && back.To.Name == r.From.Name
		}) {
			list = append(list, warn(r.Pos, "replica-modifications-one-way", "rule", r.Name, "from", r.From.Name, "to", r.To.Name))
		}
		list = append(list, prefixWarnings(r.Pos, phrases.Text("what.rule", "rule", r.Name), r.Prefix)...)
	}
	list = append(list, jobWarnings(rules)...)
	for _, w := range writers {
		list = append(list, writerWarnings(w)...)
		list = append(list, o.delegationWarnings(w.Pos, replication.WriterRequirements(w), told)...)
	}
	return list
}

// disabledWarnings name what a disabled rule asks for and nobody gets.
func disabledWarnings(r replication.Rule) []Warning {
	var list []Warning
	for field, asked := range map[string]bool{"existing_objects": r.Job != nil, "sse_c_objects": r.SSECObjects} {
		if asked {
			list = append(list, warn(r.Pos, "disabled-rule-asks", "rule", r.Name, "field", field))
		}
	}
	slices.SortFunc(list, func(a, b Warning) int { return strings.Compare(a.Message, b.Message) })
	return list
}

// overriddenBuckets are the destinations of rules with an owner override. One
// whose ownership nobody states is then taken not to be bucket-owner-enforced.
func overriddenBuckets(rules []replication.Rule) map[string]bool {
	overridden := map[string]bool{}
	for _, r := range rules {
		if r.Enabled && r.OwnerOverride {
			overridden[r.To.Name] = true
		}
	}
	return overridden
}

func ownerWarnings(r replication.Rule, overridden map[string]bool) []Warning {
	ownership, stated := r.To.ObjectOwnership.Get()
	switch {
	case r.OwnerOverride && !r.EffectiveOverride():
		return []Warning{warn(r.Pos, "owner-override-unnecessary", "rule", r.Name, "to", r.To.Name)}
	case r.OwnerOverride && !r.CrossAccount():
		return []Warning{warn(r.Pos, "owner-override-same-account", "rule", r.Name)}
	case r.OwnerOverride || !r.CrossAccount() || !r.Enabled:
		return nil
	case stated && ownership != replication.BucketOwnerEnforced, !stated && overridden[r.To.Name]:
		return []Warning{warn(r.Pos, "replicas-owned-by-source", "rule", r.Name, "to", r.To.Name, "account", r.From.Account)}
	}
	return nil
}

// foreignWarnings says once of each source that the ACLs of its objects count.
// With bucket-owner-preferred, who uploads still decides whether they do.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html.
func foreignWarnings(r replication.Rule, told map[string]bool) []Warning {
	ownership, stated := r.From.ObjectOwnership.Get()
	if !stated || ownership == replication.BucketOwnerEnforced || told[r.From.ARN()] {
		return nil
	}
	told[r.From.ARN()] = true
	return []Warning{warn(r.Pos, "source-objects-of-others", "rule", r.Name, "from", r.From.Name, "ownership", ownership)}
}

// docsWarnings tells each owner of a destination once what AWS's page grants.
func docsWarnings(r replication.Rule, told map[string]bool) []Warning {
	key := r.To.ARN() + " " + r.Role
	if !r.AWSDocs || !r.CrossAccount() || told[key] {
		return nil
	}
	told[key] = true
	return []Warning{warn(r.Pos, "aws-docs-too-wide", "role", r.Role, "to", r.To.Name)}
}

// roleWarnings says once of each role what its trust and its boundary may do.
func roleWarnings(r replication.Rule, told map[string]bool) []Warning {
	list := trustWarnings(r.Pos, told, r.Role, "trust-condition-"+r.ConfusedDeputy, r.Boundary)
	if r.Job == nil {
		return list
	}
	condition := "trust-condition-" + r.Job.ConfusedDeputy
	if r.Job.ConfusedDeputy == "strict" {
		condition += "-job"
	}
	return append(list, trustWarnings(r.Pos, told, r.Job.Role, condition, r.Job.Boundary)...)
}

// trustWarnings tells once of each role what a condition, which may be none,
// does to its trust, and once what its boundary does.
func trustWarnings(pos diag.Pos, told map[string]bool, role, condition, boundary string) []Warning {
	var list []Warning
	once := func(code string, args ...string) {
		if key := role + " " + code; !told[key] {
			told[key] = true
			list = append(list, warn(pos, code, append([]string{"role", role}, args...)...))
		}
	}
	if _, known := notices[condition]; known {
		once(condition)
	}
	if boundary != "" {
		once("boundary-has-to-allow", "boundary", boundary)
	}
	return list
}

// ofRule returns what r requires: the first of what it and the rules after it do.
func ofRule(qs []replication.Requirement, r replication.Rule) []replication.Requirement {
	n := 0
	for n < len(qs) && qs[n].Rule == r.Name && qs[n].From == r.From.Name && qs[n].To == r.To.Name {
		n++
	}
	return qs[:n]
}

// delegationWarnings names once each key of the caller's own account whose
// policy has to leave its use to IAM.
func (o Options) delegationWarnings(pos diag.Pos, qs []replication.Requirement, told map[string]bool) []Warning {
	var list []Warning
	for _, q := range qs {
		if !q.On.OfKey() || len(q.Instead) == 0 || o.AllKeyPolicies || told[q.Resource+" "+q.Principal] {
			continue
		}
		told[q.Resource+" "+q.Principal] = true
		list = append(list, warn(pos, "key-policy-has-to-delegate", "role", q.Principal, "key", q.Resource))
	}
	return list
}

// A priority is one of the rules of a source.
type priority struct {
	from   string
	number int
}

// priorityWarnings compares a rule with those before it, of which told has the
// first of each priority. Rules to one destination have different ones: a SPEC
// in which they have not is refused.
func priorityWarnings(r replication.Rule, told map[priority]string) []Warning {
	key := priority{r.From.Name, r.Priority}
	if other, ok := told[key]; ok {
		return []Warning{warn(r.Pos, "priority-twice", "rule", r.Name, "other", other)}
	}
	told[key] = r.Name
	return nil
}

func prefixWarnings(pos diag.Pos, what diag.Text, prefixes ...string) []Warning {
	var list []Warning
	add := func(code string, args ...string) {
		list = append(list, warning(pos, said(code, args...).With("what", what)))
	}
	for _, p := range prefixes {
		if strings.Contains(p, "*") {
			add("prefix-has-star", "prefix", p)
		}
		if strings.HasPrefix(p, "/") {
			add("prefix-begins-with-slash", "prefix", p)
		}
		if escaped, whole := replication.EscapePrefix(p); !whole {
			add("prefix-widened", "prefix", p, "written", escaped)
		}
	}
	return list
}
