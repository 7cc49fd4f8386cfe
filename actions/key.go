package actions

import (
	"iter"
	"maps"
	"slices"
	"strings"
)

// A Type is the type of the values of a condition key, in AWS's words.
//
// See https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html.
type Type string

// The types of values.
const (
	TypeString        Type = "String"
	TypeARN           Type = "ARN"
	TypeBool          Type = "Bool"
	TypeDate          Type = "Date"
	TypeIPAddress     Type = "IPAddress"
	TypeNumeric       Type = "Numeric"
	TypeArrayOfARN    Type = "ArrayOfARN"
	TypeArrayOfString Type = "ArrayOfString"
)

// Multivalued reports whether a request can hold several values of the key.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html.
func (t Type) Multivalued() bool { return strings.HasPrefix(string(t), "ArrayOf") }

// Element is the type of one value.
func (t Type) Element() Type { return Type(strings.TrimPrefix(string(t), "ArrayOf")) }

// KeyType returns the type of a condition key, which compares without case. It
// knows the global keys and those of the services of the catalogue; a key that
// it does not know may exist.
func KeyType(key string) (Type, bool) {
	c, lower := decoded(), strings.ToLower(key)
	if t, ok := c.keys[lower]; ok && !strings.Contains(key, "*") {
		return t, true
	}
	for _, k := range c.open {
		if covers(k, key) {
			return c.keys[k], true
		}
	}
	return "", false
}

// Keys yields every condition key with its type, in the order of the alphabet
// and in lower case; in a key, * is any text.
func Keys() iter.Seq2[string, Type] {
	return func(yield func(string, Type) bool) {
		c := decoded()
		for _, k := range slices.Sorted(maps.Keys(c.keys)) {
			if !yield(k, c.keys[k]) {
				return
			}
		}
	}
}

// KnowsKey reports whether the condition key, which compares without case, can
// be in a request for the action: a key of the action, of one of its resource
// types, of every action ("aws:...", except tag keys, which an action must list),
// or of the session that asks. It does not ask which resource is named, since a
// policy of a bucket is also read for a request that came by an access point.
func (a Action) KnowsKey(key string) bool {
	if isGlobal(key) || isFederated(key) || listed(a.Keys, key) {
		return true
	}
	return slices.ContainsFunc(a.types, func(r ResourceType) bool { return listed(r.Keys, key) })
}

// isGlobal reports whether key is a condition key that no action has to list.
// That holds for every "aws:" key but those of tags, also for keys that are newer
// than the catalogue, and for some keys of services, such as ec2:SourceInstanceArn.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html.
func isGlobal(key string) bool {
	k := strings.ToLower(key)
	if !strings.HasPrefix(k, "aws:") {
		return decoded().global[k]
	}
	return k != "aws:tagkeys" && !strings.HasPrefix(k, "aws:requesttag/") && !strings.HasPrefix(k, "aws:resourcetag/")
}

// samlKeys are the keys of a SAML sign-in that stay with the session.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html.
var samlKeys = []string{"saml:namequalifier", "saml:sub", "saml:sub_type"}

// isFederated reports whether key can stay with a session that began with a
// sign-in elsewhere. Such keys begin with the address of the provider, which is
// anybody's ("oidc.example.com/id/1:sub"), and what stays depends on it.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html.
func isFederated(key string) bool {
	i := strings.LastIndexByte(key, ':')
	return i > 0 && strings.Contains(key[:i], ".") || listed(samlKeys, key)
}

// listed reports whether one of keys covers key.
func listed(keys []string, key string) bool {
	return slices.ContainsFunc(keys, func(k string) bool { return covers(k, key) })
}

// covers reports whether key is k, or has what stands before and after the * of
// k with something between. Keys compare without case.
func covers(k, key string) bool {
	before, after, open := strings.Cut(k, "*")
	if !open {
		return strings.EqualFold(k, key)
	}
	end := len(key) - len(after)
	return end > len(before) && strings.EqualFold(key[:len(before)], before) && strings.EqualFold(key[end:], after)
}
