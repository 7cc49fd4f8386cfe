package policy

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
)

// Rules are what a service does otherwise than the rest.
type rules struct {
	// resourcePolicy says that identity policies alone never suffice: the
	// policy of the key or role has to let them.
	resourcePolicy bool
	// oneAccount says that other accounts cannot do it, whatever is granted.
	oneAccount bool
}

// rulesFor returns the rules for a request on one resource.
//
// See https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
// and https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_compare-resource-policies.html.
func rulesFor(req *Request, resource string) rules {
	a, err := arn.Parse(resource)
	if err != nil {
		return rules{}
	}
	service, name, _ := strings.Cut(strings.ToLower(req.Action), ":")
	switch {
	case service == "kms" && a.Service == "kms" && a.Type() == "key":
		return rules{resourcePolicy: true, oneAccount: !slices.Contains(keyActionsAcrossAccounts, name)}
	case service == "sts" && a.Service == "iam" && a.Type() == "role":
		return rules{resourcePolicy: true}
	}
	return rules{}
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
