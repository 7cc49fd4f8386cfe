package audit

import (
	"strings"

	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// contexts are the condition keys of calls, by what they depend on beside the
// caller and the source bucket that of names: a rule asks for many actions in one
// context, and the rules of a source mostly share it.
type contexts struct {
	of   [2]string
	keys map[context]map[string]policy.Domain
	rest map[string]func(string) policy.Domain // by action
}

// A context is what tells the keys of two calls of one caller apart.
type context struct {
	account, resourceAccount, region string
	replicaKey                       string
	via, encryption                  string
}

// A call is what decides a question about a bucket as a whole or a key, or about
// who may assume a role: the rules of a source ask the same.
type call struct {
	on                                                            replication.Form
	principal, action, resource, account, resourceAccount, region string
	via, encryption, replicaKey                                   string // of a request to KMS
	of, owner                                                     string // the bucket, and whose it is
}

// holds reports whether what a question asks for is allowed for certain.
func (a *auditor) holds(qu *question) bool {
	if !a.recurs(qu) {
		return a.evaluator.Allowed(qu.request, qu.policies)
	}
	b := &qu.bucket
	c := call{
		qu.On, qu.Principal, qu.Action, qu.Resource, qu.Account, qu.ResourceAccount, b.Region,
		qu.Context[replication.ViaService], qu.Context[replication.EncryptionContext], qu.rule.ReplicaKMSKey, b.Name, b.Account,
	}
	if !a.held[c] {
		if !a.evaluator.Allowed(qu.request, qu.policies) {
			return false
		}
		a.held[c] = true
	}
	return true
}

// recurs reports whether other rules may ask the same.
func (a *auditor) recurs(qu *question) bool {
	switch qu.On {
	case replication.SourceBucket, replication.DestinationBucket, replication.TheRole:
		return qu.writer == nil
	default:
		return qu.writer == nil && a.only == "" && qu.On.OfKey() && !strings.HasSuffix(qu.Context[replication.EncryptionContext], "*")
	}
}

// context returns the context of a call that somebody makes for the rules of a
// source. Whoever changes its keys clones them.
func (a *auditor) context(call replication.Call, source string) policy.Context {
	if call.Human { // whose requests differ in more
		return a.assumeKeys(call.Context())
	}
	if of := [2]string{call.Caller, source}; a.contexts.of != of || a.contexts.keys == nil {
		a.contexts = contexts{of, map[context]map[string]policy.Domain{}, map[string]func(string) policy.Domain{}}
	}
	k := context{call.Account, call.ResourceAccount, call.Region, call.ReplicaKMSKey, call.ViaService, call.EncryptionContext}
	if a.contexts.keys[k] == nil {
		a.contexts.keys[k] = a.assumeKeys(call.Context()).Keys
	}
	if a.contexts.rest[call.Action] == nil { // which depends on the caller's tags and the action
		a.contexts.rest[call.Action] = call.ContextOf(nil).Rest
	}
	return policy.Context{Keys: a.contexts.keys[k], Rest: a.contexts.rest[call.Action]}
}
