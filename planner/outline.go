package planner

import (
	"slices"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/spec"
)

// An Outline is who replicates what to whom, for pictures and summaries: what
// the documents of a plan say too, each in its own way, and the names that a
// SPEC gives its accounts. No document is made of it.
type Outline struct {
	Accounts []Account `json:"accounts,omitempty"` // those of Buckets and roles, in the order of the SPEC
	Buckets  []Bucket  `json:"buckets,omitempty"`  // those of Rules and Writers, in the order of the SPEC
	Rules    []Rule    `json:"rules,omitempty"`    // in the order of the SPEC
	Writers  []Writer  `json:"writers,omitempty"`
	Jobs     []Job     `json:"jobs,omitempty"` // to be started last
}

// An Account is an owner.
type Account struct {
	ID   string `json:"account"`
	Name string `json:"name"`
}

// A Bucket is an end of a rule, or what a writer writes to.
type Bucket struct {
	Name    string `json:"bucket"`
	Account string `json:"account"` // ID
	Region  string `json:"region"`
	KMS     bool   `json:"kms,omitempty"` // the SPEC names a key
}

// A Rule is a replication rule, in short.
type Rule struct {
	Name     string `json:"rule"`
	From     string `json:"from"`
	To       string `json:"to"`
	Role     string `json:"role"` // ARN
	Job      string `json:"batch_role,omitempty"`
	Prefix   string `json:"prefix,omitempty"`
	Tags     int    `json:"filter_tags,omitempty"` // how many tags an object must have
	Disabled bool   `json:"disabled,omitempty"`
	KMS      bool   `json:"kms,omitempty"` // objects with SSE-KMS are selected
}

// A Writer is who uploads to a bucket.
type Writer struct {
	Name     string   `json:"writer"`
	ARN      string   `json:"principal"`
	Bucket   string   `json:"bucket"`
	Prefixes []string `json:"prefixes,omitempty"` // none: the whole bucket
}

func outline(s *spec.Spec, rules []replication.Rule, writers []replication.Writer) Outline {
	var o Outline
	for _, a := range s.Accounts {
		o.Accounts = append(o.Accounts, Account{ID: a.ID.Value, Name: a.Name.Value})
	}
	for _, b := range s.Buckets {
		owner, _ := s.Owner(b.Name.Value)
		o.Buckets = append(o.Buckets, Bucket{
			Name: b.Name.Value, Account: owner.ID.Value, Region: b.Region.Value, KMS: len(b.KMSKeys.Value) > 0,
		})
	}
	for _, r := range rules {
		o.Rules = append(o.Rules, ruleInShort(r))
	}
	o.Jobs = jobs(rules)
	for _, w := range writers {
		o.Writers = append(o.Writers, Writer{Name: w.Name, ARN: w.ARN, Bucket: w.Bucket.Name, Prefixes: w.Prefixes})
	}
	return o.used()
}

func ruleInShort(r replication.Rule) Rule {
	short := Rule{
		Name: r.Name, From: r.From.Name, To: r.To.Name, Role: r.Role, Prefix: r.Prefix, Tags: len(r.FilterTags),
		Disabled: !r.Enabled, KMS: r.KMSObjects,
	}
	if r.Job != nil && r.Enabled { // nothing is written for the job of a disabled rule
		short.Job = r.Job.Role
	}
	return short
}

// used is o without the buckets that no rule or writer names, and the accounts
// that are left without anything.
func (o Outline) used() Outline {
	buckets, accounts := map[string]bool{}, map[string]bool{}
	for _, r := range o.Rules {
		buckets[r.From], buckets[r.To] = true, true
		accounts[accountOf(r.Role)], accounts[accountOf(r.Job)] = true, true
	}
	for _, w := range o.Writers {
		buckets[w.Bucket], accounts[accountOf(w.ARN)] = true, true
	}
	o.Buckets = slices.DeleteFunc(slices.Clone(o.Buckets), func(b Bucket) bool { return !buckets[b.Name] })
	for _, b := range o.Buckets {
		accounts[b.Account] = true
	}
	o.Accounts = slices.DeleteFunc(slices.Clone(o.Accounts), func(a Account) bool { return !accounts[a.ID] })
	return o
}

// Of returns the part of o that one account has to do with: its rules and
// writers, and both ends of them.
func (o Outline) Of(account string) Outline {
	owner := make(map[string]string, len(o.Buckets))
	for _, b := range o.Buckets {
		owner[b.Name] = b.Account
	}
	o.Rules = slices.DeleteFunc(slices.Clone(o.Rules), func(r Rule) bool {
		return owner[r.From] != account && owner[r.To] != account
	})
	o.Writers = slices.DeleteFunc(slices.Clone(o.Writers), func(w Writer) bool {
		return owner[w.Bucket] != account && accountOf(w.ARN) != account
	})
	o.Jobs = slices.DeleteFunc(slices.Clone(o.Jobs), func(j Job) bool { return j.Account != account })
	return o.used()
}

// accountOf is the account in an ARN, "" in what is none.
func accountOf(name string) string {
	a, _ := arn.Parse(name)
	return a.Account
}
