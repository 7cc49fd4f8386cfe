package audit

import (
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// A wayOut is an action that a statement lets a writer do from an address that
// is not one of its own.
type wayOut struct {
	action  string
	address diag.Text
}

// beyond finds whether a statement lets a writer write from other addresses than
// the SPEC says. A Deny in the writer's own policies may keep it from that.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-ip.html.
func (a *auditor) beyond(st *policy.Statement, s *scope) (wayOut, bool) {
	if s.writer == "" {
		return wayOut{}, false
	}
	for _, qu := range a.limited[s.principal] {
		if !namesAction(st, qu.Action) {
			continue
		}
		for _, c := range a.evaluator.Decide(qu.elsewhere(), qu.alone(st)).Classes {
			if c.Decision&policy.Allowed == 0 || slices.ContainsFunc(c.Open, func(o policy.Open) bool { return strings.EqualFold(o.Key, sourceIP) }) {
				continue // it may not, or nobody knows what its addresses are compared with
			}
			address := diag.Datum(c.Context[sourceIP])
			if address.String() == "" {
				address = words("who.any-address")
			}
			return wayOut{qu.Action, address}, true
		}
	}
	return wayOut{}, false
}

// elsewhere is the request of a writer, from every address but its own.
func (qu *question) elsewhere() policy.Request {
	request := qu.request
	request.ResourceAccount = request.Caller.Account // so that its own policies decide
	request.Context.Keys = maps.Clone(request.Context.Keys)
	request.Context.Keys[sourceIP] = policy.EveryAddressBut(qu.writer.SourceIPs...)
	return request
}

// alone are a statement and the denials of the writer's own policies.
func (qu *question) alone(st *policy.Statement) policy.Policies {
	out := policy.Policies{
		Identity: []policy.Source{{Name: "statement", Document: fact.Of(policy.New(*st))}}, Resource: absent(""), Boundary: absent(""),
		SCPs: fact.Absent[[][]policy.Source](), RCPs: fact.Absent[[][]policy.Source](),
	}
	for _, s := range qu.policies.Identity {
		if d, ok := s.Document.Get(); ok {
			denials := *d
			denials.Statements = slices.DeleteFunc(slices.Clone(d.Statements), func(st policy.Statement) bool { return st.Effect != policy.Deny })
			out.Identity = append(out.Identity, policy.Source{Name: s.Name, Document: fact.Of(&denials)})
		}
	}
	return out
}

// anywhere records a statement that lets a writer write from elsewhere, with
// what else it grants beyond need.
func (a *auditor) anywhere(c consulted, i int, st *policy.Statement, s *scope, of []excess, out wayOut) {
	f := a.exceeding(c, i, st, s, Wider, of, false)
	ranges := strings.Join(s.ranges, ", ")
	says := words("says.grants-from", "action", out.action, "ranges", ranges).With("address", out.address)
	f.Evidence = append(f.Evidence, evidence(c.document, c.policy, i, st, says))
	if len(of) == 0 {
		f.Key, f.Action = checkWriterWide+"/from", out.action
		f.Args["action"], f.Args["ranges"] = out.action, ranges
		diag.Put(f.Args, "address", out.address)
	}
	f.Fix = within(f.Fix, st, s)
	a.add(f, st)
}

// within lets a fix keep a statement to a writer's addresses. What S3 asks of KMS
// on the writer's behalf comes from none of them, so that a statement about both
// has to be taken apart.
func within(f *Fix, st *policy.Statement, s *scope) *Fix {
	if f.Op == Remove {
		return f
	}
	mended := f.Statement
	if mended == nil || slices.ContainsFunc(mended.Action.Values, func(x string) bool { return !s.limited[strings.ToLower(x)] }) {
		return Fix{Op: Replace, Document: f.Document}.saying(words("fix.replace-by-plan"))
	}
	mended.Condition = slices.DeleteFunc(slices.Clone(st.Condition), func(c policy.Clause) bool {
		return strings.EqualFold(c.Key, sourceIP) && strings.EqualFold(c.Operator, "IpAddress")
	})
	mended.Condition = append(mended.Condition, policy.Clause{Operator: "IpAddress", Key: "aws:SourceIp", Values: policy.Compact(s.ranges...)})
	return Fix{Op: Replace, Document: f.Document, Statement: mended}.saying(words("fix.narrow-addresses", "ranges", strings.Join(s.ranges, ", ")))
}

// limitedTo reports whether a requirement is about requests from some addresses.
func limitedTo(q replication.Requirement) bool {
	return slices.ContainsFunc(q.Condition, func(c policy.Clause) bool { return strings.EqualFold(c.Key, sourceIP) })
}
