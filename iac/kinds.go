package iac

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/snapshot"
)

// A kind is a resource type of the provider that is understood. Those of a lower
// rank are changed first.
type kind struct {
	rank   int
	change func(*terraform, *resource)
	target string // the attribute that names what the resource is about
}

// kinds are all that is understood, but for [parts].
//
// See https://registry.terraform.io/providers/hashicorp/aws/latest/docs.
var kinds = map[string]kind{
	"aws_iam_policy":                            {0, (*terraform).policy, ""},
	"aws_s3_bucket":                             {1, (*terraform).bucket, ""},
	"aws_iam_role":                              {1, (*terraform).entity, ""},
	"aws_iam_user":                              {1, (*terraform).entity, ""},
	"aws_kms_key":                               {1, (*terraform).key, ""},
	"aws_s3_access_point":                       {1, (*terraform).accessPoint, ""},
	"aws_s3_account_public_access_block":        {1, (*terraform).accountBlock, ""},
	"aws_iam_role_policy":                       {2, (*terraform).inlinePolicy, aRole},
	"aws_iam_user_policy":                       {2, (*terraform).inlinePolicy, aUser},
	"aws_iam_role_policy_attachment":            {2, (*terraform).attachment, aRole},
	"aws_iam_user_policy_attachment":            {2, (*terraform).attachment, aUser},
	"aws_iam_policy_attachment":                 {2, (*terraform).attachments, ""},
	"aws_iam_user_group_membership":             {2, (*terraform).membership, aUser},
	"aws_iam_role_policies_exclusive":           {3, (*terraform).exclusive, "role_name"},
	"aws_iam_user_policies_exclusive":           {3, (*terraform).exclusive, "user_name"},
	"aws_iam_role_policy_attachments_exclusive": {3, (*terraform).exclusive, "role_name"},
	"aws_iam_user_policy_attachments_exclusive": {3, (*terraform).exclusive, "user_name"},
	"aws_kms_key_policy":                        {2, (*terraform).keyPolicy, "key_id"},
	"aws_kms_alias":                             {2, (*terraform).alias, ""},
	"aws_s3control_access_point_policy":         {2, (*terraform).accessPointPolicy, "access_point_arn"},
}

// ranks is how many ranks there are.
const ranks = 4

// harmless are resource types of S3, IAM and KMS that change nothing an audit
// looks at: objects and names, and settings of buckets beside replication.
var harmless = []string{
	"aws_s3_object", "aws_s3_object_copy", "aws_s3_bucket_object", "aws_s3_bucket_acl", "aws_s3_bucket_logging", "aws_s3_bucket_cors_configuration",
	"aws_s3_bucket_website_configuration", "aws_s3_bucket_metric", "aws_s3_bucket_analytics_configuration", "aws_s3_bucket_inventory",
	"aws_s3_bucket_intelligent_tiering_configuration", "aws_s3_bucket_accelerate_configuration", "aws_iam_account_alias",
	"aws_iam_access_key", "aws_iam_instance_profile", "aws_iam_account_password_policy", "aws_iam_user_login_profile", "aws_iam_user_ssh_key",
	"aws_iam_service_linked_role", "aws_iam_openid_connect_provider", "aws_iam_saml_provider", "aws_iam_server_certificate",
	"aws_iam_signing_certificate", "aws_iam_virtual_mfa_device", "aws_kms_ciphertext", "aws_kms_custom_key_store",
}

// strange are the beginnings of types that change, or make, what an audit looks
// at in ways that are not understood.
var strange = []string{
	"aws_s3_", "aws_s3control_", "aws_iam_", "aws_kms_", "aws_organizations_", "aws_cloudformation_stack",
	"aws_lambda_invocation", "awscc_s3_", "awscc_iam_", "awscc_kms_", "awscc_organizations_", "aws_cloudcontrolapi_resource", "aws_serverlessapplicationrepository_",
}

// isStrange reports whether a resource may change what an audit looks at, in a
// way that is not understood.
func isStrange(kind string) bool {
	if slices.Contains(harmless, kind) {
		return false
	}
	return slices.ContainsFunc(strange, func(prefix string) bool { return strings.HasPrefix(kind, prefix) })
}

func understood(kind string) bool {
	_, ok := kinds[kind]
	_, isPart := parts[kind]
	return ok || isPart
}

// isData reports whether a resource is looked up and not managed.
func (r *resource) isData() bool {
	address := r.path
	if r.module != "" {
		address = strings.TrimPrefix(address, r.module+".")
	}
	return strings.HasPrefix(address, "data.")
}

// matters reports whether a resource says something about an account.
func matters(r *resource) bool { return !r.isData() && understood(r.kind) && r.value != nil }

// changes turns the resources into changes: what goes first, then what others
// are about, then the rest.
func (t *terraform) changes() {
	t.blur()
	for rank := range ranks {
		for _, r := range t.list {
			if matters(r) && r.verb == remove && rankOf(r.kind) == ranks-1-rank {
				t.apply(r)
			}
		}
	}
	for rank := range ranks {
		for _, r := range t.list {
			if matters(r) && r.verb != remove && rankOf(r.kind) == rank {
				t.apply(r)
			}
		}
	}
	t.lookedUp()
	for _, r := range t.list {
		if !r.isData() && !understood(r.kind) && isStrange(r.kind) && !r.same && t.byAddress[r.path] == r {
			t.leaveKind(r)
		}
	}
	t.leavePrograms()
	if c := t.plan.Complete; c != nil && !*c || len(t.plan.Deferred) > 0 {
		t.layer.hide("", snapshot.Origin{Address: t.file}, "", sentences.Text("iac-left-incomplete"))
	}
}

func rankOf(name string) int {
	if k, ok := kinds[name]; ok {
		return k.rank
	}
	return 2
}

func (t *terraform) apply(r *resource) {
	k, ok := kinds[r.kind]
	if !ok {
		t.bucketPart(r)
		return
	}
	if k.target != "" {
		if _, known := t.named(r, k.target); !known && !t.ofNewName(r, k.target) {
			t.leaveTarget(r, k.target)
			t.maybeOne(r, k.target)
			return
		}
	}
	k.change(t, r)
}

// blur finds resources that are about some bucket and do not say which: of new
// buckets it is not known then whether they are about them.
func (t *terraform) blur() {
	t.blurred = map[string]string{}
	for _, r := range t.list {
		_, isPart := parts[r.kind]
		if !isPart || !matters(r) {
			continue
		}
		if _, _, ok := t.bucketOf(r); ok || t.ofNewName(r, "bucket") {
			continue
		}
		t.leaveTarget(r, "bucket")
		t.maybeOneBucket(r)
		if t.blurred[r.kind] == "" {
			t.blurred[r.kind] = r.path
		}
	}
}

// leaveKind leaves a resource of a kind that is not understood: it may change
// anything of its account. Groups of users are in no role's way.
func (t *terraform) leaveKind(r *resource) {
	account := cmp.Or(r.account, t.signedIn[r.provider], t.given)
	switch {
	case strings.HasPrefix(r.kind, "aws_iam_group"):
		t.leaveGroups(r, account)
		return
	case slices.ContainsFunc([]string{"aws_organizations_", "awscc_organizations_", "aws_cloudformation_stack_"}, func(p string) bool { return strings.HasPrefix(r.kind, p) }):
		account = ""
	}
	t.layer.hide(account, r.origin(), r.kind, sentences.Text("iac-left-kind"))
}

// leaveGroups leaves what groups give to users.
func (t *terraform) leaveGroups(r *resource, account string) {
	t.layer.leave(account, r.origin(), r.kind, sentences.Text("iac-left-kind"))
	t.layer.change(func(w *world) { w.maybeGroups(account, r.path) })
}

// leavePrograms leaves what programs do that run when a resource is made or
// destroyed, and actions that the plan calls. A plan does not say whom they sign in as.
//
// See https://developer.hashicorp.com/terraform/language/provisioners and
// https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation.
func (t *terraform) leavePrograms() {
	for _, r := range t.list {
		if r.config != nil && !r.isData() && r.verb != keep && slices.ContainsFunc(r.config.Provisioners, provisioner.isLocal) {
			t.layer.hide("", r.origin(), r.kind, sentences.Text("iac-left-program"))
		}
	}
	for _, i := range t.plan.Invocations {
		t.layer.hide("", snapshot.Origin{Address: i.Address}, i.Type, sentences.Text("iac-left-program"))
	}
}

// isLocal reports whether a provisioner runs where Terraform does, with its
// credentials at hand. The others run on the new machine.
func (p provisioner) isLocal() bool { return p.Type == "local-exec" }

func (t *terraform) leaveTarget(r *resource, attribute string) {
	key := "iac-left-target"
	if _, known := r.at(attribute).value.(string); known {
		key = "iac-left-odd"
	}
	t.layer.leave(r.account, r.origin(), r.kind, sentences.Text(key, "attribute", attribute))
}

// lookedUp adds the documents of managed policies that the plan has read.
func (t *terraform) lookedUp() {
	found := map[string]*resource{}
	for _, r := range t.list {
		id, ok := r.at("arn").value.(string)
		if r.isData() && r.kind == "aws_iam_policy" && ok {
			found[id] = r
		}
	}
	if len(found) == 0 {
		return
	}
	first := func(w *world) {
		for _, id := range slices.Sorted(maps.Keys(found)) {
			if _, ok := w.policies[id]; !ok {
				w.policies[id] = found[id].at("policy").document()
			}
		}
	}
	t.layer.changes = append([]func(*world){first}, t.layer.changes...)
}
