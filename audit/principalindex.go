package audit

import (
	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// A principalIndex finds whom a principal may mean, of which a document may have
// thousands.
type principalIndex struct {
	ids    map[string]bool     // of roles and users
	roles  map[roleName]string // of rules, by account and name
	serves map[string]string   // the one role of the rules of a bucket or key; "" if there are several
}

// A roleName is the name of a role in an account; "" is that of its rule's source.
type roleName struct{ account, name string }

// index is made of what was decided, the first time that it is needed.
func (a *auditor) index() *principalIndex {
	if a.principals != nil {
		return a.principals
	}
	x := &principalIndex{map[string]bool{}, map[roleName]string{}, map[string]string{}}
	for _, account := range a.in.Snapshot.Accounts {
		x.addIDs(account)
	}
	for _, r := range a.decided {
		x.addRole(r)
		x.addServed(r)
	}
	a.principals = x
	return x
}

func (x *principalIndex) addIDs(account *snapshot.Account) {
	if account == nil {
		return
	}
	for _, r := range account.Roles {
		if r != nil {
			x.ids[r.RoleID] = true
		}
	}
	for _, u := range account.Users {
		if u != nil {
			x.ids[u.UserID] = true
		}
	}
}

func (x *principalIndex) addRole(r replication.Rule) {
	p, err := arn.Parse(r.Role)
	if err != nil {
		return
	}
	x.first(roleName{p.Account, p.Name()}, r.Role)
	if p.Account == r.From.Account {
		x.first(roleName{"", p.Name()}, r.Role)
	}
}

func (x *principalIndex) first(name roleName, role string) {
	if _, ok := x.roles[name]; !ok {
		x.roles[name] = role
	}
}

func (x *principalIndex) addServed(r replication.Rule) {
	for _, target := range append([]string{r.To.ARN(), r.From.ARN(), r.ReplicaKMSKey}, r.From.KMSKeys.Or(nil)...) {
		if held, ok := x.serves[target]; ok && held != r.Role {
			x.serves[target] = ""
		} else {
			x.serves[target] = r.Role
		}
	}
}

// meant returns the role of a rule that a malformed principal looks like, whatever
// its path.
func (x *principalIndex) meant(value string) (string, bool) {
	repaired, ok := replication.RepairRole(value, replication.Bucket{Partition: "aws"})
	if ok {
		return "", false
	}
	p, err := arn.Parse(repaired)
	if err != nil {
		return "", false
	}
	role, found := x.roles[roleName{p.Account, p.Name()}]
	return role, found
}
