// Package actions is the catalogue of the actions of S3, KMS, STS and IAM: which
// resources they take, and which condition keys can be in their requests. It
// says nothing about actions of other services, nor about actions that are not
// in it: they may exist, and a caller has to take them as unknown.
//
// The catalogue is decoded when it is first asked; a program that never asks
// does not pay for it.
//
// See https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html.
package actions

import (
	"iter"
	"slices"
	"strings"
)

// Source is the page of the actions of S3.
const Source = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html"

// An Access is a kind of access that an action gives, in AWS's words.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html.
type Access string

// The kinds of access.
const (
	AccessList                  Access = "List"
	AccessRead                  Access = "Read"
	AccessWrite                 Access = "Write"
	AccessTagging               Access = "Tagging"
	AccessPermissionsManagement Access = "Permissions-management"
)

// An Action is one action with what a statement about it can say. Its lists are
// those of the catalogue: do not change them.
type Action struct {
	Name      string     // in AWS's case, with the service: "s3:PutObject"
	Access    []Access   // one or two, in the order of the alphabet
	Resources []Resource // names of resource types; none: only "*"
	Keys      []string   // keys of the action itself, without those of its resource types; * is any text

	types []ResourceType
}

// Find returns the action of that name, which compares without case.
func Find(name string) (Action, bool) {
	c := decoded()
	i, ok := c.index[name]
	if !ok {
		i, ok = c.index[strings.ToLower(name)]
	}
	if !ok {
		return Action{}, false
	}
	return c.actions[i], true
}

// All yields every action, in the order of the alphabet.
func All() iter.Seq[Action] { return slices.Values(decoded().actions) }

// Services returns the prefixes of the services whose actions are all in the
// catalogue, in the order of the alphabet.
func Services() []string { return slices.Clone(decoded().services) }

// Covers reports whether the catalogue holds the actions of a service, or of the
// service of an action: "s3" and "s3:PutObject" are both covered.
func Covers(name string) bool {
	service, _, _ := strings.Cut(name, ":")
	return slices.Contains(decoded().services, strings.ToLower(service))
}

// Date is the day, as in 2006-01-02, on which the facts were read from AWS.
func Date() string { return decoded().date }

// Version is the version of the package that the facts were taken from.
func Version() string { return decoded().version }

// Service is the prefix of the action's name: "s3".
func (a Action) Service() string {
	service, _, _ := strings.Cut(a.Name, ":")
	return service
}

// Is reports whether the action gives access of kind x.
func (a Action) Is(x Access) bool { return slices.Contains(a.Access, x) }

// Takes reports whether the action can name a resource of type r.
func (a Action) Takes(r Resource) bool { return slices.Contains(a.Resources, r) }
