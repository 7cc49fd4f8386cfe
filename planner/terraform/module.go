package terraform

import (
	_ "embed"
	"fmt"

	"github.com/repligrant/repligrant/planner/target"
)

// What is the same in every module.
var (
	//go:embed hcl/needed.tf
	neededHCL string
	//go:embed hcl/buckets.tf
	bucketsHCL string
	//go:embed hcl/keys.tf
	keysHCL string
	//go:embed hcl/access_points.tf
	accessPointsHCL string
	//go:embed hcl/versioning.tf
	versioningHCL string
)

// headers say what a module is for.
var headers = map[int]string{
	stepRoles: `The roles that S3 assumes to replicate, and who uploads. No access key is made: it
would stand in the state.`,
	stepDestinations: `What buckets, keys and access points let others do. Statements of others are kept;
those whose Sid begins with Repligrant are replaced if they are about roles and users
of this plan only. Apply the modules "roles" first: AWS refuses a policy that names a
role that is not there.`,
	stepConfigurations: `What buckets replicate. Apply the modules "destination" first: S3 refuses a rule to
a bucket without versioning.`,
}

// module writes all files of m.
func (w *writer) module(m *module) error {
	w.in("main.tf")
	w.file.comment(fmt.Sprintf("Written by repligrant: step %d of 3 in account %s.\n\n%s", m.step, m.account, headers[m.step]))
	w.versions(m.account)
	w.in("main.tf")
	switch m.step {
	case stepRoles:
		w.identities(m)
	case stepDestinations:
		w.destinations(m)
	default:
		w.rules(m)
	}
	return w.err
}

// versions says what the module needs, and refuses other accounts.
func (w *writer) versions(account string) {
	w.in("versions.tf")
	b := w.block("terraform")
	w.text(b, "required_version", ">= 1.5")
	var provider body
	w.text(&provider, "source", "hashicorp/aws")
	w.text(&provider, "version", ">= 5.0")
	b.inner("required_providers").add("aws", object(provider))
	b = w.block("data", "aws_caller_identity", "current").inner("lifecycle").inner("postcondition")
	w.raw(b, "condition", `self.account_id == "`+account+`"`)
	w.text(b, "error_message", "This module is for account "+account+", and the provider signs in to another.")
}

// destinations writes the policies of buckets, keys and access points.
func (w *writer) destinations(m *module) {
	if len(m.targets) > 0 {
		w.policies(m)
	}
	w.versioning(m.versioned)
}

// policies writes what is needed into main.tf, where a reader looks, and how it
// is joined with what is there into policies.tf, which is always the same.
func (w *writer) policies(m *module) {
	has := map[target.Type]bool{}
	var names []string
	var needed, given body
	for _, t := range m.targets {
		has[t.Type] = true
		name := keyOf(t)
		names = append(names, name)
		needed.add(w.quoted(name), w.document(t.Policy))
		if text := m.merged[t.ARN.String()]; text != nil && t.Type != target.Bucket {
			given.add(w.quoted(name), jsonencode(w.expression(text)))
		}
	}
	w.in("variables.tf")
	w.existing(names)
	w.in("main.tf")
	w.apart()
	w.file.comment("What replication needs, by the name of a bucket or the ARN of a key or access point.")
	locals := w.file.block("locals")
	locals.add("needed", object(needed))
	locals.blank()
	locals.comment("What plan --merge was told that there is.")
	locals.add("given", object(given))
	locals.blank()
	locals.comment("The roles and users of the plan. Statements about others are kept.")
	locals.add("known", w.list(m.callers))
	w.in("policies.tf")
	w.include(neededHCL)
	for _, r := range []struct {
		of   target.Type
		text string
	}{{target.Bucket, bucketsHCL}, {target.Key, keysHCL}, {target.AccessPoint, accessPointsHCL}} {
		if has[r.of] {
			w.include(r.text)
		}
	}
}

// keyOf is what the module calls a target: a bucket by its name, as Terraform
// does.
func keyOf(t *target.Target) string {
	if t.Type == target.Bucket {
		return t.Name
	}
	return t.ARN.String()
}

// existing asks how the policies that there are, are treated.
func (w *writer) existing(names []string) {
	b := w.block("variable", "existing_policies")
	w.raw(b, "type", "map(string)")
	w.raw(b, "default", "{}")
	w.raw(b, "description", existingDescription)
	w.membership(b, "keys(var.existing_policies)", names)
	b = b.inner("validation")
	b.add("condition", existingCondition())
	w.text(b, "error_message", `A value is "live" (buckets only), "none", "elsewhere", or a policy as JSON text.`)
}

const existingDescription = `<<-EOT
    How the policy that each has now is treated, by name of the bucket or ARN of the key or access point:
    "live": read from AWS at each run, and its statements kept; only buckets, and what they are taken to be.
    "none": there is no policy. Take it out once this module is applied: it would drop what others add.
    "elsewhere": another configuration writes it, from the output needed_policies; this one does not.
    JSON text: this is the policy, and its statements are kept. A key needs it.
  EOT`

func existingCondition() value {
	modes := `for name, mode in var.existing_policies : contains(["none", "elsewhere"], mode) || can(jsondecode(mode).Statement) || (`
	var live, each body
	live.add("", one(`mode == "live" && !startswith(name, "arn:")`))
	each.add("", value{modes, &live, ")"})
	return value{"alltrue([", &each, "])"}
}

// versioning lets the owner have versioning switched on here. It is the owner's
// setting, often managed elsewhere, so that it is left alone unless asked for.
func (w *writer) versioning(buckets []string) {
	if len(buckets) == 0 {
		return
	}
	w.in("variables.tf")
	b := w.block("variable", "enable_versioning")
	w.raw(b, "type", "set(string)")
	w.raw(b, "default", "[]")
	w.text(b, "description", "Buckets whose versioning this module switches on. Replication needs it; leave out those that have it.")
	w.membership(b, "var.enable_versioning", buckets)
	w.in("main.tf")
	w.include(versioningHCL)
}

// membership refuses a name that is not among those of the module.
func (w *writer) membership(b *body, names string, known []string) {
	v := b.inner("validation")
	v.add("condition", within("length(setsubtract("+names+", ", w.list(known), ")) == 0"))
	w.text(v, "error_message", "This module has no such bucket, key or access point.")
}
