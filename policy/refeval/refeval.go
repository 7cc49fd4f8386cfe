// Package refeval decides single requests a second time, slowly and literally,
// so that tests can compare package policy with something that was written
// apart from it: from AWS's pages alone, each rule as the page tells it. It
// shares no code with package policy but the types of its input, and only tests
// may import it. It knows nothing of patterns, open keys or unread documents: a
// test enumerates them and joins the decisions.
package refeval

import (
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
)

// ErrNoReading is what AWS does not say. It wraps the questions.
var ErrNoReading = errors.New("no reading")

// errUnread is a document that was not read: nothing for a literal evaluator.
var errUnread = errors.New("a document was not read")

// A Request is one request with all that it holds.
type Request struct {
	Caller          policy.Caller // AnySession is not looked at
	Action          string
	Resource        string // literally, also where it has * in it
	ResourceAccount string
	Context         map[string][]string // by key in lower case; a key without values is absent
}

// maxQuestions bounds the readings of one request: two for each question.
const maxQuestions = 12

// Decide decides one request. Where AWS does not say what something means, all
// its readings are tried: if the decision hangs on one, the error is
// ErrNoReading and the decisions of all readings are returned.
func Decide(req Request, policies policy.Policies) (policy.Decision, error) {
	if unread(policies) {
		return 0, errUnread
	}
	var questions []string
	d, err := readings(req, policies, nil, &questions)
	switch {
	case err != nil:
		return d, err
	case d != policy.Allowed && d != policy.ImplicitDeny && d != policy.ExplicitDeny:
		return d, fmt.Errorf("%w: %s", ErrNoReading, strings.Join(questions, "; "))
	}
	return d, nil
}

// readings joins the decisions for all answers to the questions that come up.
func readings(req Request, policies policy.Policies, answers map[string]bool, questions *[]string) (policy.Decision, error) {
	e := &evaluation{req: req, policies: policies, answers: answers}
	d := e.decide()
	if e.open == "" {
		return d, nil
	}
	if len(answers) == maxQuestions {
		return 0, fmt.Errorf("%w: too many questions: %s", ErrNoReading, e.open)
	}
	*questions = append(*questions, e.open)
	d = 0
	for _, answer := range []bool{false, true} {
		next := maps.Clone(answers)
		if next == nil {
			next = map[string]bool{}
		}
		next[e.open] = answer
		part, err := readings(req, policies, next, questions)
		if err != nil {
			return 0, err
		}
		d |= part
	}
	return d, nil
}

// An evaluation is one reading of the policies for one request.
type evaluation struct {
	req      Request
	policies policy.Policies
	answers  map[string]bool
	open     string        // the first question without an answer
	clause   policy.Clause // that is decided at present
}

// ask returns the answer, in this reading, to what AWS does not say.
func (e *evaluation) ask(format string, args ...any) bool {
	question := fmt.Sprintf(format, args...)
	answer, ok := e.answers[question]
	if !ok && e.open == "" {
		e.open = question
	}
	return answer
}

// decide applies the order of evaluation: a matching Deny anywhere is final,
// then something has to allow, else the request is denied implicitly.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html.
func (e *evaluation) decide() policy.Decision {
	switch {
	case e.needsNoPermission():
		return policy.Allowed
	case strings.EqualFold(e.req.Action, "kms:RetireGrant"):
		return e.retires()
	case e.denied():
		return policy.ExplicitDeny
	case e.allowed():
		return policy.Allowed
	default:
		return policy.ImplicitDeny
	}
}

func (e *evaluation) denied() bool {
	if e.resourceLayerDenies() {
		return true
	}
	for _, s := range e.policies.Endpoint {
		if e.any(policy.Endpoint, policy.Deny, s) {
			return true
		}
	}
	for _, s := range e.callerPolicies() {
		if e.any(s.layer, policy.Deny, s.Source) {
			return true
		}
	}
	if !e.boundBySCPs() {
		return false
	}
	for _, level := range e.policies.SCPs.Or(nil) {
		if e.any(policy.SCP, policy.Deny, level...) {
			return true
		}
	}
	return false
}

func (e *evaluation) resourceLayerDenies() bool {
	if e.any(policy.Resource, policy.Deny, e.policies.Resource) && !e.rootRepairs() {
		return true
	}
	if !e.boundByRCPs() {
		return false
	}
	for _, level := range e.policies.RCPs.Or(nil) {
		if e.any(policy.RCP, policy.Deny, level...) {
			return e.supportsRCPs()
		}
	}
	return false
}

// allowed assumes that nothing denies. RCPs need no look: RCPFullAWSAccess is
// attached everywhere and cannot be detached.
//
// See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html.
func (e *evaluation) allowed() bool {
	if !e.scpsAllow() || !e.endpointAllows() || e.isRefused() {
		return false
	}
	g := e.grant()
	switch kind := e.req.Caller.Kind; {
	case kind == policy.Anonymous || kind == policy.ServiceCaller:
		return g == direct // no identity policies: the resource's policy decides alone
	case e.req.Caller.Account != e.req.ResourceAccount:
		return g != none && e.supportsCrossAccount() && e.callerAllows()
	case g == direct:
		return true
	case g == toRole:
		return e.boundaryAllows() && e.sessionAllows()
	case g == toFederatedUser:
		return e.sessionAllows()
	case g == none && e.needsResourcePolicy():
		return false
	default:
		return e.callerAllows()
	}
}

// callerAllows says whether the caller's own account lets it: its identity
// policies, within its boundary and its session policies. The root user has no
// such policies and may do everything in its account.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
// and https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html.
func (e *evaluation) callerAllows() bool {
	if e.req.Caller.Kind == policy.Root {
		return true
	}
	return e.any(policy.Identity, policy.Allow, e.policies.Identity...) && e.boundaryAllows() && e.sessionAllows()
}

func (e *evaluation) boundaryAllows() bool {
	return e.policies.Boundary.Document.State() == fact.None || e.any(policy.Boundary, policy.Allow, e.policies.Boundary)
}

// sessionAllows: a session of GetFederationToken without a session policy has no
// permission, any other is not limited then.
//
// See https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html.
func (e *evaluation) sessionAllows() bool {
	return len(e.policies.Session) == 0 && e.req.Caller.Kind != policy.FederatedUser || e.any(policy.Session, policy.Allow, e.policies.Session...)
}

func (e *evaluation) endpointAllows() bool {
	return len(e.policies.Endpoint) == 0 || e.any(policy.Endpoint, policy.Allow, e.policies.Endpoint...)
}

// scpsAllow says whether every level, from the root to the account, allows.
//
// See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html.
func (e *evaluation) scpsAllow() bool {
	if !e.boundBySCPs() {
		return true
	}
	for _, level := range e.policies.SCPs.Or(nil) {
		if !e.any(policy.SCP, policy.Allow, level...) {
			return false
		}
	}
	return true
}

// any says whether a statement of that effect in one of the documents applies.
func (e *evaluation) any(layer policy.Layer, effect policy.Effect, sources ...policy.Source) bool {
	for _, s := range sources {
		doc, ok := s.Document.Get()
		if !ok {
			continue
		}
		for _, st := range doc.Statements {
			if st.Effect == effect && e.applies(layer, doc.Version, st) {
				return true
			}
		}
	}
	return false
}
