package refeval

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
)

// A layered is a document of the caller's with its layer.
type layered struct {
	layer policy.Layer
	policy.Source
}

// callerPolicies are the policies attached to the caller or its session. The
// root user, services and anonymous callers have none.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html.
func (e *evaluation) callerPolicies() []layered {
	switch e.req.Caller.Kind {
	case policy.Root, policy.ServiceCaller, policy.Anonymous:
		return nil
	case policy.Role, policy.User, policy.FederatedUser:
	}
	l := []layered{{policy.Boundary, e.policies.Boundary}}
	for _, s := range e.policies.Identity {
		l = append(l, layered{policy.Identity, s})
	}
	for _, s := range e.policies.Session {
		l = append(l, layered{policy.Session, s})
	}
	return l
}

// boundBySCPs: SCPs bind the principals of member accounts with their root
// users, not the management account, service-linked roles and services.
//
// See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html.
func (e *evaluation) boundBySCPs() bool {
	switch e.req.Caller.Kind {
	case policy.ServiceCaller, policy.Anonymous:
		return false
	case policy.Role, policy.User, policy.Root, policy.FederatedUser:
	}
	return !e.policies.ManagementAccount && !e.serviceLinked()
}

// boundByRCPs: RCPs bind resources, whoever calls, except calls made by
// service-linked roles and the resources of the management account.
//
// See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html.
func (e *evaluation) boundByRCPs() bool {
	own := e.req.Caller.Account != "" && e.req.Caller.Account == e.req.ResourceAccount
	return !e.serviceLinked() && (!own || !e.policies.ManagementAccount)
}

// supportsRCPs: the services that RCPs were launched with. The list has grown
// since, and is not this package's to keep.
//
// See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html.
func (e *evaluation) supportsRCPs() bool {
	service := e.service()
	return slices.Contains([]string{"s3", "sts", "kms", "sqs", "secretsmanager"}, service) || e.ask("do RCPs bind %s", service)
}

// serviceLinked says whether the caller is a service-linked role, by its path.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html.
func (e *evaluation) serviceLinked() bool {
	parts := strings.SplitN(e.req.Caller.ARN, ":", 6)
	return e.req.Caller.Kind == policy.Role && len(parts) == 6 && strings.HasPrefix(parts[5], "role/aws-service-role/")
}

func (e *evaluation) service() string {
	service, _, _ := strings.Cut(strings.ToLower(e.req.Action), ":")
	return service
}

// needsResourcePolicy: a KMS key and a role's trust allow nothing unless their
// own policy does, also in the same account.
//
// See https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
// and https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_compare-resource-policies.html.
func (e *evaluation) needsResourcePolicy() bool {
	parts := strings.SplitN(e.req.Resource, ":", 6)
	if len(parts) != 6 {
		return false
	}
	switch e.service() {
	case "kms":
		if parts[2] == "kms" && strings.HasPrefix(parts[5], "alias/") {
			return e.ask("does a key policy decide on an alias")
		}
		return parts[2] == "kms" && strings.HasPrefix(parts[5], "key/")
	case "sts":
		return parts[2] == "iam" && strings.HasPrefix(parts[5], "role/")
	default:
		return false
	}
}

// crossAccountKMS are the KMS actions that may be allowed to other accounts.
//
// See https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html.
var crossAccountKMS = []string{
	"kms:creategrant", "kms:decrypt", "kms:describekey", "kms:encrypt", "kms:generatedatakey",
	"kms:generatedatakeypair", "kms:generatedatakeypairwithoutplaintext", "kms:generatedatakeywithoutplaintext",
	"kms:getkeyrotationstatus", "kms:getpublickey", "kms:listgrants", "kms:reencryptfrom", "kms:reencryptto",
	"kms:retiregrant", "kms:revokegrant", "kms:sign", "kms:verify", "kms:generatemac", "kms:verifymac", "kms:derivesharedsecret",
}

func (e *evaluation) supportsCrossAccount() bool {
	return !strings.Contains(e.req.Resource, ":key/") || e.service() != "kms" || slices.Contains(crossAccountKMS, strings.ToLower(e.req.Action))
}

// unread says whether a document is not there because nobody read it.
func unread(p policy.Policies) bool {
	flat := slices.Concat([]policy.Source{p.Resource, p.Boundary}, p.Identity, p.Session, p.Endpoint)
	for _, levels := range []fact.Value[[][]policy.Source]{p.SCPs, p.RCPs} {
		if !levels.Read() {
			return true
		}
		flat = append(flat, slices.Concat(levels.Or(nil)...)...)
	}
	return slices.ContainsFunc(flat, func(s policy.Source) bool { return !s.Document.Read() })
}
