package planner

import (
	"slices"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// A draft collects what each policy has to say, in the order in which rules and
// writers ask for it.
type draft struct {
	Options
	parts []*part
	index map[partKey]*part
}

type partKey struct {
	kind   replication.Kind
	target string
}

// A part is one document before it is packed. The Sid of a statement is a stem:
// statements of different stems are never packed together.
type part struct {
	partKey
	form
	account  string
	boundary string   // of the role whose trust it is
	pos      diag.Pos // of the first rule or writer that it serves

	asked []*replication.Requirement // what it has to grant
	more  []policy.Statement         // what it says beside that
}

// part returns the document of a kind for a target, an empty one if there is none yet.
func (d *draft) part(kind replication.Kind, account, target string, pos diag.Pos) *part {
	key := partKey{kind, target}
	if p, ok := d.index[key]; ok {
		return p
	}
	p := &part{partKey: key, form: formOf(kind, target), account: account, pos: pos}
	if d.index == nil {
		d.index = map[partKey]*part{}
	}
	d.index[key] = p
	d.parts = append(d.parts, p)
	return p
}

func (p *part) add(st policy.Statement) { p.more = append(p.more, st) }

// statements makes what the part has to say, one statement for each requirement.
// They are many and alike, so that nobody keeps them.
func (p *part) statements() []policy.Statement {
	list := make([]policy.Statement, 0, len(p.asked)+len(p.more))
	for _, q := range p.asked {
		list = append(list, p.grant(q))
	}
	return append(list, p.more...)
}

// once is what a part has to say. The policy of a role for jobs leaves out what
// the same role may do by its policy for rules, which both do read. The other
// way round nothing is left out: the policy for jobs goes when they are done.
func (d *draft) once(p *part) []policy.Statement {
	rules := d.index[partKey{replication.RolePolicy, p.target}]
	if p.partKey.kind != replication.BatchRolePolicy || rules == nil {
		return p.statements()
	}
	said, all := map[string]bool{}, []policy.Statement{}
	for _, st := range rules.statements() {
		said[unnamed(&st)] = true
		all = append(all, st)
	}
	beyond := map[string]bool{}
	for _, st := range p.statements() {
		unnamed(&st)
		all = append(all, st)
	}
	for _, st := range uncontained(all) {
		beyond[keyOf(st)] = !said[keyOf(st)]
	}
	return slices.DeleteFunc(p.statements(), func(st policy.Statement) bool { return !beyond[unnamed(&st)] })
}

// unnamed takes the Sid away, and returns what is equal for equal statements.
func unnamed(st *policy.Statement) string {
	st.Sid = ""
	return keyOf(*st)
}

// grant is the statement by which the part meets q.
func (p *part) grant(q *replication.Requirement) policy.Statement {
	st := q.Statement(p.partKey.kind)
	st.Sid = stem(q, p.partKey.kind)
	return st
}

// require puts the grant of q into each document that has to hold it.
func (d *draft) require(q *replication.Requirement) {
	for _, holders := range [][]replication.Kind{q.Holders, d.alsoIn(q)} {
		for _, holder := range holders {
			account, target := carrier(q, holder)
			p := d.part(holder, account, target, q.Position)
			p.asked = append(p.asked, q)
		}
	}
}

// alsoIn are the policies of keys that are to name the role though they need not.
func (d *draft) alsoIn(q *replication.Requirement) []replication.Kind {
	if !d.AllKeyPolicies || !q.On.OfKey() {
		return nil
	}
	return q.Instead
}

// rule adds what r asks for beside its requirements. A role has to be there
// before a configuration names it: one that only disabled rules use is written
// too, with its trust and without a grant.
func (d *draft) rule(r replication.Rule) {
	d.trust(r)
	if !r.Enabled {
		return
	}
	if r.Tags == replication.Refuse {
		d.refuse(r, replication.DenyTags(r))
	}
	if r.Annotations == replication.Refuse {
		d.refuse(r, replication.DenyAnnotations(r))
	}
}

// trust sees to it that the roles of r are written, each with its boundary.
func (d *draft) trust(r replication.Rule) {
	for _, q := range replication.Trust(r) {
		boundary := r.Boundary
		if q.On == replication.BatchRole {
			if boundary = r.Job.Boundary; !r.Enabled {
				continue // nothing names the role of a job
			}
		}
		trust := d.part(q.Holders[0], q.ResourceAccount, q.Resource, r.Pos)
		if trust.boundary = boundary; len(trust.asked)+len(trust.more) == 0 {
			trust.add(withoutSid(q))
		}
	}
}

func withoutSid(q replication.Requirement) policy.Statement {
	st := q.Statement(q.Holders[0])
	st.Sid = ""
	return st
}

// refuse puts a Deny into the policy of r's destination, in one account as across.
func (d *draft) refuse(r replication.Rule, deny policy.Statement) {
	d.part(replication.DestinationBucketPolicy, r.To.Account, r.To.ARN(), r.Pos).add(deny)
}

// writer adds what w asks for beside its requirements.
func (d *draft) writer(w replication.Writer) {
	if w.Boundary != "" {
		d.part(replication.WriterTrustPolicy, w.Account, w.ARN, w.Pos).boundary = w.Boundary
	}
	if !w.Guard {
		return
	}
	for _, st := range w.GuardStatements() {
		d.part(replication.WriterBucketPolicy, w.Bucket.Account, w.Bucket.ARN(), w.Pos).add(st)
	}
}
