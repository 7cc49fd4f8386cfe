package audit

import (
	"cmp"
	"maps"
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// guarded checks that the bucket's policy denies a guarded writer everything
// outside its prefixes, and everything from other addresses than its own.
func (a *auditor) guarded(w replication.Writer) {
	if !w.Guard {
		return
	}
	_, live, state := a.bucket(w.Bucket)
	if state != fact.Known || !live.Policy.Read() {
		return // bucket-not-found or read-denied says it already
	}
	if len(w.Prefixes) > 0 {
		a.guard(w, w.PrefixGuard(), checkWriterUnguarded, a.outside)
	}
	if len(w.SourceIPs) > 0 {
		a.guard(w, w.AddressGuard(), checkWriterUnguarded+"/from", a.fromElsewhere)
	}
}

// A gap is a write that the bucket's policy does not deny, and should.
type gap struct {
	witness string    // the object
	from    diag.Text // whence; only where that matters
}

// guard checks one of the statements that guard a writer, by what it is to do:
// gapOf finds a write that is not denied.
func (a *auditor) guard(w replication.Writer, st policy.Statement, key string, gapOf func(replication.Writer, string) (gap, bool)) {
	var open []string
	var first gap
	for _, action := range replication.GuardedActions {
		g, found := gapOf(w, action)
		if !found {
			continue
		}
		if open = append(open, action); len(open) == 1 {
			first = g
		}
	}
	if len(open) > 0 {
		a.unguarded(w, st, key, open, first)
	}
}

// unguarded records what a writer is not kept from.
func (a *auditor) unguarded(w replication.Writer, st policy.Statement, key string, actions []string, g gap) {
	p := place{replication.WriterBucketPolicy, w.Bucket.Account, w.Bucket.ARN(), ""}
	f := Finding{
		Check: checkWriterUnguarded, Key: key, Outcome: Mismatch, Severity: High, Rule: w.Name, To: w.Bucket.Name,
		Account: p.account, Document: p.document, Target: p.target, Principal: w.ARN,
		Action: actions[0], Resource: w.Bucket.ARN() + "/*", Witness: g.witness, Position: w.Pos,
		Args:     map[string]string{"rule": w.Name, "bucket": w.Bucket.Name, "action": strings.Join(actions, ", ")},
		Evidence: shows(p.document, words("says.none-denies-certainly", "action", actions[0], "witness", g.witness)),
		Fix:      Fix{Op: Add, Document: p.document, Statement: &st}.saying(words("fix.add-to-bucket", "bucket", w.Bucket.Name)),
	}
	if key != checkWriterUnguarded {
		f.Source = iamGuide + "reference_policies_examples_aws_deny-ip.html"
		f.Args["ranges"] = strings.Join(w.SourceIPs, ", ")
		diag.Put(f.Args, "address", g.from)
	}
	a.add(f, nil)
}

// outside finds an object outside the writer's prefixes to which the bucket's
// policy does not deny an action. An identity policy that allows just the
// prefixes tells inside and outside apart.
func (a *auditor) outside(w replication.Writer, action string) (gap, bool) {
	qu := a.guardQuestion(w, action, policy.List(w.BucketResources()...))
	c, found := a.undenied(&qu, func(c policy.Class) bool { return viewOf(c.Views, policy.Identity).Says == policy.Silent })
	return gap{witness: c.Witness}, found
}

// fromElsewhere finds a request of the writer that comes from another address
// than its own, or from none, and that the bucket's policy does not deny. Only a
// request through a VPC endpoint comes from none.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip.
func (a *auditor) fromElsewhere(w replication.Writer, action string) (gap, bool) {
	qu := a.guardQuestion(w, action, policy.One("*"))
	every := func(policy.Class) bool { return true }
	qu.request.Context.Keys = maps.Clone(qu.request.Context.Keys)
	qu.request.Context.Keys[sourceIP] = policy.EveryAddressBut(w.SourceIPs...)
	if c, found := a.undenied(&qu, every); found {
		from := diag.Datum(c.Context[sourceIP])
		if from.String() == "" {
			from = words("who.any-address")
		}
		return gap{c.Witness, from}, true
	}
	qu.request.Context.Keys[sourceIP] = policy.Absent()
	for _, key := range []string{"aws:sourcevpce", "aws:sourcevpc", "aws:vpcsourceip"} {
		qu.request.Context.Keys[key] = policy.Every("*")
	}
	c, found := a.undenied(&qu, every)
	return gap{c.Witness, words("who.vpc-endpoint")}, found
}

// guardQuestion asks what the bucket's policy says about an action on all of its
// objects, of which the writer's own policies allow some.
func (a *auditor) guardQuestion(w replication.Writer, action string, inside policy.Strings) question {
	q := replication.Requirement{
		Rule: w.Name, To: w.Bucket.Name, Principal: w.ARN, Action: action, Resource: w.Bucket.ARN() + "/*", Position: w.Pos,
		Account: w.Account, ResourceAccount: w.Bucket.Account, Level: replication.Required,
	}
	qu := a.writerQuestion(w, q)
	own := policy.New(policy.Statement{Effect: policy.Allow, Action: policy.One(action), Resource: inside})
	qu.policies = policy.Policies{
		Identity: []policy.Source{{Name: "inside", Document: fact.Of(own)}},
		Resource: qu.policies.Resource, Boundary: absent(""),
		SCPs: fact.Absent[[][]policy.Source](), RCPs: fact.Absent[[][]policy.Source](),
	}
	return qu
}

// undenied finds a class of requests, of those that count, that the bucket's
// policy does not deny. Whether it denies one may also depend on a key: then that
// is recorded as unknown, and so is a policy that is too complex.
func (a *auditor) undenied(qu *question, counts func(policy.Class) bool) (policy.Class, bool) {
	answer := a.evaluator.Decide(qu.request, qu.policies)
	if answer.TooComplex {
		a.tooComplex(qu)
		return policy.Class{}, false
	}
	for _, c := range answer.Classes {
		if counts(c) && !a.refused(qu, c) {
			return c, true
		}
	}
	return policy.Class{}, false
}

// refused reports whether the bucket's policy denies a class of objects; where
// that depends on something, it records what, and says yes.
func (a *auditor) refused(qu *question, c policy.Class) bool {
	says := viewOf(c.Views, policy.Resource)
	if says.Says&policy.Denies == 0 {
		return false
	}
	if says.Says != policy.Denies {
		for _, ref := range says.Denies {
			a.perhaps(qu, ref)
		}
	}
	return true
}

// perhaps records a denial that is wished for and that depends on its condition.
func (a *auditor) perhaps(qu *question, ref policy.Ref) {
	st, ok := qu.statement(ref)
	if !ok {
		return
	}
	var keys []string
	for _, c := range st.Condition {
		keys = append(keys, c.Key)
	}
	a.openKey(qu, policy.Open{Layer: ref.Layer, Policy: ref.Policy, Key: cmp.Or(strings.Join(keys, keySeparator), sentences[ofPrincipal])})
}
