package iac

import (
	"cmp"
	"maps"
	"slices"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/snapshot"
)

// A world is a snapshot that is being changed. What it shares with the one
// beneath is copied when it is touched first.
type world struct {
	result  *snapshot.Snapshot
	touched map[any]bool // entries that are our own
	owners  map[string]string

	policies map[string]snapshot.Document // managed ones that are planned, by ARN
	read     map[string]snapshot.Document // what was found of others
	taken    map[snapshot.Part]taking     // what a plan takes away
	there    map[string]bool              // the buckets of a template that were there before it
	puts     map[snapshot.Part]string     // by which resource a part was put
}

// A taking is by which resource something is taken away, and whether that may
// come after another one has put something there.
type taking struct {
	address string
	late    bool
}

// take remembers that a resource that is destroyed takes something away.
func (w *world) take(r *resource, id, field string) {
	w.taken[snapshot.Part{ARN: id, Field: field}] = taking{r.path, r.late}
	w.says(r.origin(), id, field)
}

// contested reports whether something that a resource puts is taken away by
// another: nobody knows which of them Terraform does first.
//
// See https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#create_before_destroy.
func (w *world) contested(o snapshot.Origin, id, field string) bool {
	t, ok := w.taken[snapshot.Part{ARN: id, Field: field}]
	return ok && (t.late || t.address != o.Address)
}

// rival reports whether another resource has put the same part before: nobody
// knows which of them comes last.
func (w *world) rival(o snapshot.Origin, id, field string) bool {
	p := snapshot.Part{ARN: id, Field: field}
	before := w.puts[p]
	w.puts[p] = o.Address
	return before != "" && before != o.Address
}

// release forgets what was taken of an entry: it is made anew, or gone.
func (w *world) release(id string) {
	maps.DeleteFunc(w.taken, func(p snapshot.Part, _ taking) bool { return p.ARN == id })
}

func newWorld(base *snapshot.Snapshot) *world {
	w := &world{
		result:  base.Clone(),
		touched: map[any]bool{}, policies: map[string]snapshot.Document{}, read: map[string]snapshot.Document{}, taken: map[snapshot.Part]taking{},
		there: map[string]bool{}, puts: map[snapshot.Part]string{},
	}
	if w.result.Accounts == nil {
		w.result.Accounts = map[string]*snapshot.Account{}
	}
	if w.result.Origins == nil {
		w.result.Origins = snapshot.Origins{}
	}
	return w
}

// account returns an account to change.
func (w *world) account(id string) *snapshot.Account {
	a := w.result.Accounts[id]
	if w.touched[a] {
		return a
	}
	c := &snapshot.Account{}
	if a != nil {
		*c = *a
	}
	c.Buckets, c.Roles, c.Users = own(c.Buckets), own(c.Roles), own(c.Users)
	c.Keys, c.AccessPoints = own(c.Keys), own(c.AccessPoints)
	w.result.Accounts[id], w.touched[c] = c, true
	return c
}

func own[T any](m map[string]*T) map[string]*T {
	if m == nil {
		return map[string]*T{}
	}
	return maps.Clone(m)
}

// entry returns the entry of a map to change. Its fields say themselves why they
// were not read, so that its Errors, which speak of earlier reads, can go.
func entry[T any](w *world, m map[string]*T, key string, forget func(*T)) *T {
	e := m[key]
	if w.touched[e] {
		return e
	}
	c := new(T)
	if e != nil {
		*c = *e
	}
	forget(c)
	m[key], w.touched[c] = c, true
	return c
}

func (w *world) bucket(account, name string) *snapshot.Bucket {
	return entry(w, w.account(w.home(account, name)).Buckets, name, func(b *snapshot.Bucket) { b.Errors = nil })
}

// home is the account of a bucket that a file puts into account: another one,
// if that is known to have it. All names are of one bucket only, and the
// account that a file gives may be another provider's.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
// and https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html.
func (w *world) home(account, name string) string {
	holds := func(id string) bool {
		a := w.result.Accounts[id]
		return a != nil && a.Buckets[name] != nil
	}
	if holds(account) {
		return account
	}
	for _, id := range slices.Sorted(maps.Keys(w.result.Accounts)) {
		if holds(id) {
			return id
		}
	}
	return cmp.Or(w.owners[name], account)
}

func (w *world) role(id string) *snapshot.Role {
	return entry(w, w.account(accountOf(id)).Roles, id, func(r *snapshot.Role) { r.Errors = nil })
}

func (w *world) user(id string) *snapshot.User {
	return entry(w, w.account(accountOf(id)).Users, id, func(u *snapshot.User) { u.Errors = nil })
}

func (w *world) key(id string) *snapshot.Key {
	return entry(w, w.account(accountOf(id)).Keys, id, func(k *snapshot.Key) { k.Errors = nil })
}

func (w *world) accessPoint(id string) *snapshot.AccessPoint {
	return entry(w, w.account(accountOf(id)).AccessPoints, id, func(p *snapshot.AccessPoint) { p.Errors = nil })
}

// says keeps the origin of a part.
func (w *world) says(o snapshot.Origin, id, field string) {
	w.result.Origins[snapshot.Part{ARN: id, Field: field}] = o
}

func accountOf(id string) string {
	a, _ := arn.Parse(id) // made by this package, or checked by it
	return a.Account
}

// The names under which the audit looks for policies that nobody listed.
const (
	otherInline   = "inline policies"
	otherAttached = "attached policies"
)

// put returns the policies of a map with one added or, if it is absent, taken
// away. Where the others were not read, they stay so, under the name others.
func put(m fact.Value[map[string]snapshot.Document], others, name string, d snapshot.Document) fact.Value[map[string]snapshot.Document] {
	held, ok := m.Get()
	c := maps.Clone(held)
	if c == nil {
		c = map[string]snapshot.Document{}
	}
	if !ok && !m.Read() {
		c[others] = snapshot.UnreadDocument(m.Why())
	}
	c[name] = d
	if d.State() == fact.None {
		delete(c, name)
	}
	return fact.Of(c)
}
