package audit

import (
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// A consulted document is one that an audit rests on.
type consulted struct {
	place
	source   policy.Source
	caller   string // of identity policies and boundaries: whose
	position position
}

// consult remembers the documents of a question, each once, and records those
// that were not read: an audit that lacks one is not complete, even where what
// is known already decides.
func (a *auditor) consult(qu *question) {
	for _, s := range qu.policies.Identity {
		a.consultOne(qu, policy.Identity, s)
	}
	a.consultOne(qu, policy.Resource, qu.policies.Resource)
	a.consultOne(qu, policy.Boundary, qu.policies.Boundary)
}

// A documentKey tells the documents apart that are consulted.
type documentKey struct {
	target, policy string
	principal      string // of a boundary: whose
}

// once is the key under which it is noted that a document was not read.
func (k documentKey) once() string {
	return strings.Join([]string{"consulted", k.target, k.policy, k.principal}, "\x00")
}

// consultOne remembers one document. A bucket's policy may be consulted as that
// of a source, of a destination and of a writer's bucket: it is one document,
// and the destination's where it is, since that is what is judged.
func (a *auditor) consultOne(qu *question, layer policy.Layer, s policy.Source) {
	if s.Document.State() == fact.None {
		return
	}
	p := qu.place(layer)
	p.policy = s.Name
	key := documentKey{target: p.target, policy: p.policy}
	if layer == policy.Boundary {
		key.principal = qu.Principal
	}
	i, known := a.consulted[key]
	switch {
	case !known:
		a.consulted[key] = len(a.consults)
		a.consults = append(a.consults, consulted{p, s, qu.Principal, qu.Position})
	case p.document == replication.DestinationBucketPolicy:
		a.consults[i].document = p.document
	}
	if d, ok := s.Document.Get(); ok && d.Doubt() != "" {
		s = unread(s.Name, d.Doubt())
	}
	if !s.Document.Read() {
		a.consultUnread(qu, p, s, key)
	}
}

// consultUnread records once that a document was not read. Where only advised
// permissions hang on it, the audit is as complete as before, and lists it among
// what was not read.
func (a *auditor) consultUnread(qu *question, p place, s policy.Source, key documentKey) {
	if qu.advised() {
		if _, _, state := a.bucket(qu.bucket); state != fact.NotRead && a.entered(p.account) {
			a.listUnread(p.account, operationOf(p.document, s.Name), p.target)
		}
		return
	}
	once := key.once()
	if a.done[once] {
		return
	}
	a.done[once] = true
	on := a.concern(qu)
	on.requirement, on.rule, on.from, on.to, on.origin = "", "", "", "", ""
	a.documentUnread(qu, p, s, on)
}
