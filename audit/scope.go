package audit

import (
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/policy/glob"
	"github.com/repligrant/repligrant/replication"
)

// A need is what may rightly be granted to one principal: for each action, in
// lower case, the resources that some rule needs it on.
type need map[string][]glob.Pattern

func (n need) add(action, resource string) {
	a := strings.ToLower(action)
	n[a] = append(n[a], compileARN(resource))
}

func compileARN(pattern string) glob.Pattern { return glob.CompileARNEscaped(pattern) }

// A scope is one principal whose grants are judged: what it needs, and what only
// disabled rules, or features that are not decided yet, would need.
type scope struct {
	principal string
	need      need
	spared    need   // needed only by what cannot be judged: informational
	writer    string // name of the writer, if it is one
	kms       bool   // rules select KMS objects: KMS grants are not judged
}

// scopes returns what every role and writer needs: a role may serve several
// buckets, so all rules that name it count, and all live rules of the snapshot.
func (a *auditor) scopes() map[string]*scope {
	scopes := map[string]*scope{}
	of := func(principal string) *scope {
		if scopes[principal] == nil {
			scopes[principal] = &scope{principal: principal, need: need{}, spared: need{}}
		}
		return scopes[principal]
	}
	for _, r := range append(a.otherLiveRules(), a.decided...) {
		of(r.Role).serve(r, len(a.features(r)) > 0)
	}
	for _, w := range a.in.Writers {
		w.Bucket = a.fill(w.Bucket)
		s := of(w.ARN)
		s.writer = w.Name
		for _, q := range replication.WriterRequirements(w) {
			s.need.add(q.Action, q.Resource)
		}
	}
	return scopes
}

// otherLiveRules returns the live rules of all buckets in the snapshot.
func (a *auditor) otherLiveRules() []replication.Rule {
	var rules []replication.Rule
	for _, id := range slices.Sorted(maps.Keys(a.in.Snapshot.Accounts)) {
		account := a.in.Snapshot.Accounts[id]
		if account == nil {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(account.Buckets)) {
			b := account.Buckets[name]
			if b == nil {
				continue
			}
			if config, ok := b.ReplicationConfiguration.Get(); ok {
				from := a.fill(replication.Bucket{Name: name, Account: id})
				rules = append(rules, config.RulesOf(from, func(n string) replication.Bucket { return a.fill(replication.Bucket{Name: n}) })...)
			}
		}
	}
	return rules
}

// serve adds what a rule needs.
func (s *scope) serve(r replication.Rule, beyond bool) {
	n := s.need
	if !r.Enabled {
		n = s.spared
	}
	enabled := r
	enabled.Enabled = true
	for _, q := range replication.Requirements([]replication.Rule{enabled}) {
		n.add(q.Action, q.Resource)
		for _, other := range q.AnyOf {
			s.spared.add(other, q.Resource)
		}
	}
	s.spared.add("s3:GetObjectVersionAnnotationForReplication", r.Resource(replication.SourceObjects))
	s.kms = s.kms || r.KMSObjects
	if beyond {
		s.kms = true
		for _, action := range []string{"s3:GetObjectRetention", "s3:GetObjectLegalHold", "s3:InitiateReplication"} {
			s.spared.add(action, r.Resource(replication.SourceObjects))
		}
	}
	if r.AWSDocs {
		for _, action := range []string{"s3:ReplicateDelete", "s3:ReplicateTags"} {
			s.spared.add(action, r.Resource(replication.DestinationObjects))
		}
		s.spared.add("s3:GetObjectVersionTagging", r.Resource(replication.SourceObjects))
	}
}

// namedScope returns the scope of the role that a statement of a destination's
// policy grants to: by its ARN, or by its account or everyone where the
// statement is about replication.
func namedScope(st *policy.Statement, scopes map[string]*scope) *scope {
	for _, principal := range slices.Sorted(maps.Keys(scopes)) {
		s := scopes[principal]
		if s.writer == "" && names(st.Principal, principal) {
			return s
		}
	}
	if !slices.ContainsFunc(replicaActions(), func(x string) bool { return namesAction(st, x) }) {
		return nil
	}
	for _, principal := range slices.Sorted(maps.Keys(scopes)) {
		s, account := scopes[principal], arnAccount(principal)
		if s.writer == "" && (st.Principal.Everyone || names(st.Principal, "*") || names(st.Principal, account) || namesRoot(st.Principal, account)) {
			return s
		}
	}
	return nil
}

// replicaActions are the actions that write replicas.
func replicaActions() []string {
	var out []string
	for _, p := range replication.Permissions {
		if p.On == replication.DestinationObjects {
			out = append(out, p.Action)
		}
	}
	return out
}

func names(p policy.Principals, principal string) bool {
	return slices.ContainsFunc(p.Types, func(t policy.PrincipalsType) bool { return t.Values.Contains(principal) })
}

func namesRoot(p policy.Principals, account string) bool {
	return slices.ContainsFunc(p.Types, func(t policy.PrincipalsType) bool {
		return slices.ContainsFunc(t.Values.Values, func(v string) bool { return strings.HasSuffix(v, ":"+account+":root") })
	})
}
