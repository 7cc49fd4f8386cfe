package audit

import (
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// contexts are the condition keys of calls, by what they depend on beside the
// caller and the source bucket that of names: a rule asks for many actions in one
// context, and the rules of a source mostly share it.
type contexts struct {
	of   [2]string
	keys map[context]map[string]policy.Domain
}

// A context is what tells the keys of two calls of one caller apart.
type context struct {
	account, resourceAccount, region string
	replicaKey                       string
	via, encryption                  string
}

// context returns the context of a call that somebody makes for the rules of a
// source. Whoever changes its keys clones them.
func (a *auditor) context(call replication.Call, source string) policy.Context {
	if call.Human { // whose requests differ in more
		return a.assumeKeys(call.Context())
	}
	if of := [2]string{call.Caller, source}; a.contexts.of != of || a.contexts.keys == nil {
		a.contexts = contexts{of, map[context]map[string]policy.Domain{}}
	}
	k := context{call.Account, call.ResourceAccount, call.Region, call.ReplicaKMSKey, call.ViaService, call.EncryptionContext}
	if a.contexts.keys[k] == nil {
		a.contexts.keys[k] = a.assumeKeys(call.Context()).Keys
	}
	return call.ContextOf(a.contexts.keys[k])
}
