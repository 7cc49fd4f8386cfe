package policy

import (
	"slices"
	"strings"
)

// Rules are what a service does otherwise than the rest.
type rules struct {
	// resourcePolicy says that identity policies alone never suffice: the
	// policy of the key or role has to let them.
	resourcePolicy bool
	// oneAccount says that other accounts cannot do it, whatever is granted.
	oneAccount bool
}

// special returns the resources, as a pattern, for which an action, in lower
// case, has rules of its own, and those rules.
//
// See https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
// and https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_compare-resource-policies.html.
func special(action string) (pattern string, r rules) {
	switch service, name, _ := strings.Cut(action, ":"); service {
	case "kms":
		return "arn:*:kms:*:*:key/*", rules{resourcePolicy: true, oneAccount: !slices.Contains(keyActionsAcrossAccounts, name)}
	case "sts":
		return "arn:*:iam:*:*:role/*", rules{resourcePolicy: true}
	}
	return "", rules{}
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
