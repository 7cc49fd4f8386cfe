package policy

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/policy/glob"
)

// Rules are what a service does otherwise than the rest, for some resources.
type rules struct {
	// resourcePolicy says that identity policies alone never suffice: the
	// policy of the key or role has to let them.
	resourcePolicy bool
	// oneAccount says that other accounts cannot do it, whatever is granted.
	oneAccount bool
	// rootKeeps says that a resource policy cannot deny it to the root user of
	// the account that owns the resource.
	rootKeeps bool
}

// The resources that have rules of their own.
var (
	keyResources  = glob.CompileARN("arn:*:kms:*:*:key/*")
	roleResources = glob.CompileARN("arn:*:iam:*:*:role/*")
	everything    = glob.CompileARN("*")
)

// special returns the resources for which an action, in lower case, has rules of
// its own, and those rules, if there are such.
//
// See https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_compare-resource-policies.html
// and https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html.
func special(action string) (of glob.Pattern, r rules, ok bool) {
	switch service, name, _ := strings.Cut(action, ":"); service {
	case "kms":
		return keyResources, rules{resourcePolicy: true, oneAccount: !slices.Contains(keyActionsAcrossAccounts, name)}, true
	case "sts":
		return roleResources, rules{resourcePolicy: true}, true
	case "s3":
		if slices.Contains(policyActions, name) {
			return everything, rules{oneAccount: true, rootKeeps: true}, true
		}
	}
	return glob.Pattern{}, rules{}, false
}

// policyActions are the actions, in lower case, on a bucket policy itself. The
// caller has to belong to the bucket's owner; the owner's root user cannot be
// shut out, so that a policy which denies everyone can be mended.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html.
var policyActions = []string{"getbucketpolicy", "putbucketpolicy", "deletebucketpolicy"}

// An outcome is what a service makes of a request whatever its policies say.
type outcome uint8

const (
	byPolicies outcome = iota
	refused            // nothing can allow it
	unneeded           // nothing can deny it
	byGrant            // the KMS grant that is to be retired decides
)

// outcomeOf returns the outcome of an action, in lower case, for a caller. KMS
// and STS know who calls; root users do not assume roles, and sessions of
// GetFederationToken have one action of STS, which needs no permission.
//
// See https://docs.aws.amazon.com/kms/latest/developerguide/security-iam.html,
// https://docs.aws.amazon.com/kms/latest/developerguide/grant-delete.html,
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html,
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html and
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html.
func outcomeOf(action string, c *Caller) outcome {
	service, name, _ := strings.Cut(action, ":")
	switch {
	case service == "kms" && c.Kind == Anonymous:
		return refused
	case action == "kms:retiregrant":
		return byGrant
	case service != "sts" || c.Kind == ServiceCaller:
		return byPolicies
	case name == "getcalleridentity" && c.Kind != Anonymous:
		return unneeded
	case name == "assumerole" && (c.Kind == Root || c.Kind == Anonymous), c.Kind == FederatedUser:
		return refused
	default:
		return byPolicies
	}
}

// keyActionsAcrossAccounts are the actions on a KMS key that callers of other
// accounts can be given: the cryptographic ones and some more, in lower case.
//
// See https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html.
var keyActionsAcrossAccounts = []string{
	"creategrant", "decrypt", "derivesharedsecret", "describekey", "encrypt",
	"generatedatakey", "generatedatakeypair", "generatedatakeypairwithoutplaintext", "generatedatakeywithoutplaintext",
	"generatemac", "getkeyrotationstatus", "getpublickey", "listgrants",
	"reencryptfrom", "reencryptto", "retiregrant", "revokegrant", "sign", "verify", "verifymac",
}
