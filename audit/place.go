package audit

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// A place is where a finding lies: the document, who owns it, and its ARN.
type place struct {
	document replication.Kind
	account  string
	target   string
	policy   string // name of the document among several
}

// words names the document in prose.
func (p place) words() diag.Text {
	return words("what.document", "target", p.target).With("document", title(p.document))
}

// place returns where a layer of the question's policies lies.
func (qu *question) place(layer policy.Layer) place {
	switch layer {
	case policy.Identity:
		return place{qu.callerKind(), qu.Account, qu.Principal, ""}
	case policy.Resource:
		return qu.resourcePlace()
	case policy.Boundary:
		target := qu.policies.Boundary.Name
		if !strings.HasPrefix(target, "arn:") {
			target = qu.Principal // that of a boundary that was not read
		}
		return place{replication.PermissionsBoundary, qu.Account, target, qu.policies.Boundary.Name}
	case policy.SCP:
		return place{replication.SCP, qu.Account, qu.Account, ""}
	case policy.RCP:
		return place{replication.RCP, qu.ResourceAccount, qu.ResourceAccount, ""}
	default:
		return place{replication.RolePolicy, qu.Account, qu.Principal, ""}
	}
}

// publicAccessPlace is where Block Public Access cuts callers off from a bucket.
func publicAccessPlace(b replication.Bucket) place {
	return place{replication.PublicAccessBlock, b.Account, b.ARN(), ""}
}

func (qu *question) callerKind() replication.Kind {
	switch {
	case qu.check == checkWriterCannot:
		return replication.WriterPolicy
	case slices.Contains(qu.Holders, replication.BatchRolePolicy) || qu.On == replication.BatchRole:
		return replication.BatchRolePolicy
	default:
		return replication.RolePolicy
	}
}

func (qu *question) resourcePlace() place {
	switch {
	case qu.check == checkTrustMissing:
		return place{qu.Holders[0], qu.ResourceAccount, qu.Resource, ""}
	case qu.On.OfKey():
		return place{replication.KeyPolicyOf(qu.On), qu.ResourceAccount, qu.Resource, ""}
	case qu.aboutTrust():
		return place{replication.WriterTrustPolicy, qu.ResourceAccount, qu.Resource, ""}
	case qu.check == checkWriterCannot && slices.Contains(qu.Holders, replication.WriterAccessPointPolicy):
		target, _, _ := strings.Cut(qu.Resource, "/object/")
		return place{replication.WriterAccessPointPolicy, qu.ResourceAccount, target, ""}
	case qu.check == checkWriterCannot:
		return place{replication.WriterBucketPolicy, qu.ResourceAccount, qu.bucket.ARN(), ""}
	case qu.bucket.Name == qu.rule.To.Name || slices.Contains(qu.Holders, replication.DestinationBucketPolicy):
		return place{replication.DestinationBucketPolicy, qu.ResourceAccount, qu.bucket.ARN(), ""}
	default:
		return place{replication.SourceBucketPolicy, qu.ResourceAccount, qu.bucket.ARN(), ""}
	}
}

// aboutTrust reports whether the question is who may assume a role. The role's
// own policies then have no part in it.
func (qu *question) aboutTrust() bool {
	return slices.ContainsFunc(qu.Holders, func(k replication.Kind) bool {
		return k == replication.RoleTrustPolicy || k == replication.BatchRoleTrustPolicy || k == replication.WriterTrustPolicy
	})
}

// findingFor is a finding about the question's requirement, at a place.
func (a *auditor) findingFor(qu *question, p place) Finding {
	return Finding{
		Rule: qu.Rule, From: qu.From, To: qu.To, Origin: origin(qu.rule, a.in), Requirement: qu.ID,
		Account: p.account, Document: p.document, Target: p.target,
		Principal: qu.Principal, Action: qu.Action, Resource: qu.Resource,
		FailureCode: qu.FailureCode, Source: qu.Source, Position: qu.Position, Assuming: qu.assuming,
		Args: map[string]string{
			"document": string(p.document), "action": qu.Action, "resource": a.about(qu), "principal": qu.Principal, "rule": qu.Rule,
		},
	}
}

// about is the resource that a finding says it is about: for one key, its object.
func (a *auditor) about(qu *question) string {
	if a.only != "" && (qu.On == replication.SourceObjects || qu.On == replication.DestinationObjects) {
		return qu.request.Resource
	}
	return qu.Resource
}

// origin is "live" for a rule that stands beside those of a SPEC.
func origin(r replication.Rule, in Input) string {
	if r.Live && in.SpecFile != "" {
		return "live"
	}
	return ""
}
