package replication

import (
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
)

// A Denial says why a plan denies something, as a [Permission] says why it grants.
type Denial struct {
	Sid     string    // what the Sid of the statement begins with
	Why     diag.Text // what it stops
	Without diag.Text // what happens without it
	Risk    diag.Text // what else it may break
	Source  string
}

// Denials are the statements with Effect Deny that a plan writes, each because
// the SPEC asks for it.
var Denials = []Denial{
	{
		Sid:     SidPrefix + denyTags,
		Why:     text("why.deny-tags", "the destination refuses the tags of replicas, as the spec says with tags: deny"),
		Without: text("without.deny-tags", "tags arrive as soon as the role may read them"),
		Risk: text("risk.deny-tags", "The permissions page offers this Deny to owners who want no tags; the troubleshooting page says that replication fails "+
			"where the destination denies s3:ReplicateTags. It is written because the spec asks for it; tags: omit goes without it."),
		Source: pagePermissions,
	},
	{
		Sid:     SidPrefix + denyAnnotations,
		Why:     text("why.deny-annotations", "the destination refuses the annotations of replicas, as the spec says with annotations: deny"),
		Without: text("without.deny-annotations", "annotations arrive as soon as the role may read them"),
		Risk: text("risk.deny-annotations", "Objects replicate all the same; where the role may read annotations by another policy, each one that is refused is reported "+
			"as failed (DstPutObjectAnnotationNotPermitted)."),
		Source: pageAnnotations,
	},
	{
		Sid:     SidPrefix + guardAddresses,
		Why:     text("why.guard-addresses", "the bucket refuses what the writer writes from other addresses than source_ips, as the spec says with guard: true"),
		Without: text("without.guard-addresses", "any other policy may let the writer write from anywhere"),
		Risk:    text("risk.guard-addresses", "A request through a VPC endpoint has no public address, and is refused too."),
		Source:  "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-ip.html",
	},
	{
		Sid:     SidPrefix + guard,
		Why:     text("why.guard", "the bucket refuses what the writer writes outside its prefixes, as the spec says with guard: true"),
		Without: text("without.guard", "any other policy may let the writer write elsewhere in the bucket"),
		Risk: text("risk.guard", "A Deny beats every Allow: a prefix that the writer gets later stays closed until this policy has it too, "+
			"and so does the cleaning up of uploads that the writer began elsewhere."),
		Source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html",
	},
}

// Spared is why a plan that merges offers somebody else's Deny again: it denies
// the same to everyone but the replication role.
var Spared = Denial{
	Why:     text("why.spared", "a Deny of the bucket's owner, who keeps it for everyone but the role"),
	Without: text("without.spared", "the role stays denied, and objects fail"),
	Risk:    text("risk.spared", "The role is no longer denied what the statement names: the bucket's owner has to agree."),
	Source:  "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html",
}

// The stems of the Sids of denials.
const (
	denyTags        = "DenyTags"
	denyAnnotations = "DenyAnnotations"
	guardAddresses  = "GuardAddresses" // before guard, with which it begins
	guard           = "Guard"
)

// DenialOf returns why a statement of a plan with Effect Deny is there, by its
// Sid; ok is false for a Sid that no plan writes.
func DenialOf(sid string) (d Denial, ok bool) {
	for _, d := range Denials {
		if strings.HasPrefix(sid, d.Sid) {
			return d, true
		}
	}
	return Denial{}, false
}
