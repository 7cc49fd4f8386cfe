package audit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/actions"
	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/policy/glob"
	"github.com/repligrant/repligrant/replication"
)

// A use is the requests in which a rule needs a key: S3 makes them, for some
// encryption contexts.
type use struct {
	key, via, context string
}

// of is the value of a condition key in the requests of a use.
func (u use) of(key string) string {
	if key == replication.ViaService {
		return u.via
	}
	return u.context
}

// in reports whether a statement grants on the key of a use.
func (u use) in(st *policy.Statement) bool {
	return st.Resource.Contains(u.key) || touches(st, compileARN(u.key))
}

// boundKeys are the condition keys that keep a grant on a key to what S3 asks for.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html.
var boundKeys = []string{replication.ViaService, replication.EncryptionContext}

func (s *scope) use(q replication.Requirement) {
	action := strings.ToLower(q.Action)
	u := use{q.Resource, q.Context[replication.ViaService], q.Context[replication.EncryptionContext]}
	if u.via != "" && u.context != "" {
		s.uses[action] = append(s.uses[action], u)
	}
}

// usesOf are the uses of an action on a key.
func (s *scope) usesOf(action, key string) []use {
	return slices.DeleteFunc(slices.Clone(s.uses[action]), func(u use) bool { return u.key != key })
}

// otherRequests finds whether a statement grants an action on a key, where some
// rule needs it, in requests that no rule needs.
func (s *scope) otherRequests(st *policy.Statement, action, written string) (excess, bool) {
	if s.kms || s.writer != "" || !st.Resource.Present() {
		return excess{}, false
	}
	seen := map[string]bool{}
	for _, u := range s.uses[action] {
		if seen[u.key] || !u.in(st) {
			continue
		}
		seen[u.key] = true
		uses := s.usesOf(action, u.key)
		for _, key := range boundKeys {
			value, kept := keptTo(st, key, uses)
			if kept {
				continue
			}
			example := words("action.without", "action", written, "key", key)
			if value != "" {
				example = words("action.with", "action", written, "key", key, "value", value)
			}
			group := Wider
			if s.jobs(action, u.key) {
				group = Informational // a job's manifest or report may be encrypted with it
			}
			return excess{group: group, action: diag.Datum(written), example: example, witness: u.key, requests: true}, true
		}
	}
	return excess{}, false
}

// keptTo reports whether a statement's conditions keep a condition key to the
// values of some uses. Otherwise value is one beyond them, or "" if nothing
// bounds the key.
func keptTo(st *policy.Statement, key string, uses []use) (value string, kept bool) {
	for _, c := range st.Condition {
		if !bounds(c, key) {
			continue
		}
		outside := slices.DeleteFunc(slices.Clone(c.Values.Values), func(v string) bool {
			return slices.ContainsFunc(uses, func(u use) bool { return u.of(key) == v }) || slices.ContainsFunc(uses, func(u use) bool {
				in, err := glob.Contains(glob.CompileEscaped(u.of(key)), valuePattern(c, v))
				return in && err == nil
			})
		})
		if len(outside) == 0 {
			return "", true
		}
		value = cmp.Or(value, outside[0])
	}
	return value, false
}

// bounds reports whether a clause holds only for requests with some values of a
// condition key.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
func bounds(c policy.Clause, key string) bool {
	return strings.EqualFold(c.Key, key) && slices.ContainsFunc([]string{"StringEquals", "StringLike", "ArnEquals", "ArnLike"}, func(o string) bool {
		return strings.EqualFold(c.Operator, o)
	})
}

func valuePattern(c policy.Clause, value string) glob.Pattern {
	if strings.EqualFold(c.Operator, "StringEquals") {
		return glob.Literal(value)
	}
	return glob.CompileEscaped(value)
}

// fits reports whether a statement grants an action on a key in some request
// that a rule needs, so that narrowing it has to leave that.
func (s *scope) fits(st *policy.Statement, action string, key glob.Pattern) bool {
	uses := s.usesOf(action, key.String())
	return len(uses) == 0 || slices.ContainsFunc(uses, func(u use) bool {
		return !slices.ContainsFunc(st.Condition, func(c policy.Clause) bool {
			return slices.ContainsFunc(boundKeys, func(k string) bool { return bounds(c, k) && misses(c, u.of(k)) })
		})
	})
}

// misses reports whether a clause holds for no value of a pattern.
func misses(c policy.Clause, value string) bool {
	return !slices.ContainsFunc(c.Values.Values, func(v string) bool { return !glob.Disjoint(valuePattern(c, v), glob.CompileEscaped(value)) })
}

// keepTo keeps a statement on keys to the requests that rules need.
func (s *scope) keepTo(st *policy.Statement) {
	if s.kms || s.writer != "" {
		return
	}
	var uses []use
	for _, action := range st.Action.Values {
		for _, u := range s.uses[strings.ToLower(action)] {
			if u.in(st) {
				uses = append(uses, u)
			}
		}
	}
	if len(uses) == 0 {
		return
	}
	for i, key := range boundKeys {
		if _, kept := keptTo(st, key, uses); kept {
			continue
		}
		var values []string
		for _, u := range uses {
			values = append(values, u.of(key))
		}
		st.Condition = slices.DeleteFunc(slices.Clone(st.Condition), func(c policy.Clause) bool { return bounds(c, key) })
		st.Condition = append(st.Condition, policy.Clause{
			Operator: []string{"StringEquals", "StringLike"}[i], Key: key, Values: policy.Compact(slices.Compact(sorted(values))...),
		})
	}
}

// unknownKeys adds what a rule needs of keys that nobody knows: all keys where
// the objects are. Of each of its sides one may be known.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html.
func (a *auditor) unknownKeys(s *scope, r replication.Rule) {
	skips := !r.KMSObjects && !r.KMSLeftOut && a.encryptsWithKMS(r.From)
	if !skips && !r.KMSObjects {
		return
	}
	if skips || len(r.From.KMSKeys.Or(nil)) == 0 {
		s.anyKey(r.From, "kms:Decrypt", "kms:GenerateDataKey")
	}
	if replica, err := arn.Parse(r.ReplicaKMSKey); skips || err != nil || replica.Type() != "key" {
		s.anyKey(r.To, "kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt")
	}
}

// anyKey adds actions on every key in the Region of a bucket, of whatever account.
func (s *scope) anyKey(b replication.Bucket, actions ...string) {
	every := arn.ARN{Partition: cmp.Or(b.Partition, "*"), Service: "kms", Region: cmp.Or(b.Region, "*"), Account: "*", Resource: "key/*"}
	for _, action := range actions {
		s.need.add(action, every.String())
	}
	s.kms = true
}

// unheardOf is an action that AWS does not have, as far as the catalogue goes.
func (s *scope) unheardOf(written string) excess {
	return excess{
		group: NoEffect, action: diag.Datum(written), example: diag.Datum(written), unheard: true, nearest: s.nearest(written),
	}
}

// mayNeed reports whether some rule may need an action.
func (s *scope) mayNeed(action string) bool { return s.need[action] != nil || s.spared[action] != nil }

// nearest is the action that one which does not exist was most likely meant to
// be, first of those that are needed; "" if none is near, or it has wildcards.
func (s *scope) nearest(name string) string {
	if strings.ContainsAny(name, "*?") {
		return ""
	}
	service, _, _ := strings.Cut(name, ":")
	var needed, all []string
	for x := range actions.All() {
		if !strings.EqualFold(x.Service(), service) {
			continue
		}
		all = append(all, x.Name)
		if s.need[strings.ToLower(x.Name)] != nil {
			needed = append(needed, x.Name)
		}
	}
	return cmp.Or(diag.Nearest(name, needed), diag.Nearest(name, all))
}

// nothing is the evidence of grants that have no effect.
func nothing(c consulted, i int, st *policy.Statement, of []excess) []Evidence {
	var out []Evidence
	if idle := slices.DeleteFunc(slices.Clone(of), func(e excess) bool { return e.unheard }); len(idle) > 0 {
		about := c.about(st)
		resources := strings.Join(append(slices.Clone(about.Resource.Values), about.NotResource.Values...), ", ")
		out = append(out, evidence(c.document, c.policy, i, st, words("says.grants-nothing", "resource", resources).With("actions", actionsOf(idle))))
	}
	for _, e := range of {
		switch {
		case e.unheard && e.nearest != "":
			out = append(out, evidence(c.document, c.policy, i, st, words("says.no-such-action-but", "nearest", e.nearest).With("action", e.action)))
		case e.unheard:
			out = append(out, evidence(c.document, c.policy, i, st, words("says.no-such-action").With("action", e.action)))
		}
	}
	return out
}

// managedByAWS reports whether AWS manages a key, and so its policy.
//
// See https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key.
func (a *auditor) managedByAWS(key string) bool {
	k, state := a.key(key)
	if state != fact.Known {
		return false
	}
	manager, _ := k.KeyMetadata.Or(nil)["KeyManager"].(string)
	return manager == "AWS"
}
