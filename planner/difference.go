package planner

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// DifferenceSchema is the version of the JSON form of a [Difference].
const DifferenceSchema = "repligrant.plan-diff/v1"

// A Difference is what a new plan says otherwise than an old one.
type Difference struct {
	Schema    string    `json:"schema"`
	Documents []Differs `json:"documents"` // of either plan, also those that stay the same
}

// A Comparison says how what is new lies to what was.
type Comparison string

// The comparisons.
const (
	Same    Comparison = "same"
	More    Comparison = "more"
	Less    Comparison = "less"
	Other   Comparison = "more-and-less"
	Unknown Comparison = "unknown"
)

// A Differs compares all documents of one kind of one target: the policies of a
// role together, as they add up, and the parts of a bucket's policy.
type Differs struct {
	Kind    replication.Kind `json:"kind"`
	Account string           `json:"account"`
	Target  string           `json:"target"`
	Change  string           `json:"change"`  // "none", "added", "removed", "changed"
	Grants  Comparison       `json:"grants"`  // what it allows
	Refuses Comparison       `json:"refuses"` // what it denies

	// Requests that show it, where there are some.
	GrantedNow     *Request `json:"granted_now,omitempty"`
	GrantedBefore  *Request `json:"granted_before,omitempty"`
	RefusedNow     *Request `json:"refused_now,omitempty"`
	RefusedBefore  *Request `json:"refused_before,omitempty"`
	BoundaryNow    string   `json:"boundary_now,omitempty"` // only if it differs
	BoundaryBefore string   `json:"boundary_before,omitempty"`
	Unknown        []string `json:"unknown,omitempty"`       // why something could not be compared
	UnknownTexts   []Reason `json:"unknown_texts,omitempty"` // the same, to be said in any language

	// Of a replication configuration: the rules, by ID, and the role if it differs.
	RulesAdded   []string `json:"rules_added,omitempty"`
	RulesRemoved []string `json:"rules_removed,omitempty"`
	RulesChanged []string `json:"rules_changed,omitempty"`
	RoleNow      string   `json:"role_now,omitempty"`
	RoleBefore   string   `json:"role_before,omitempty"`

	Diff string `json:"diff,omitempty"` // of the documents in indented form
}

// A Reason is a text with its key and arguments.
type Reason struct {
	Text string            `json:"text"`
	Key  string            `json:"text_key"`
	Args map[string]string `json:"text_args"`
}

// A Request shows a difference: it is decided otherwise by the new plan.
type Request struct {
	Action    string              `json:"action"`
	Resource  string              `json:"resource"`
	Principal string              `json:"principal,omitempty"`
	Context   map[string][]string `json:"context"`
}

// Changed reports whether something is granted, refused or replicated otherwise,
// or may be. A document that says the same in other words is not changed.
func (d Difference) Changed() bool {
	return slices.ContainsFunc(d.Documents, func(x Differs) bool { return x.Matters() })
}

// Certain reports whether something is granted, refused or replicated otherwise
// for certain. A difference that is changed and not certain could not be decided.
func (d Difference) Certain() bool {
	return slices.ContainsFunc(d.Documents, func(x Differs) bool { return x.Certain() })
}

// Certain reports whether x matters also if what is unknown about it is the same.
func (x Differs) Certain() bool {
	if x.Grants == Unknown {
		x.Grants = Same
	}
	if x.Refuses == Unknown {
		x.Refuses = Same
	}
	return x.Matters()
}

// Matters reports whether x is more than other words for the same, or may be.
func (x Differs) Matters() bool {
	return x.Change == "added" || x.Change == "removed" || x.Grants != Same || x.Refuses != Same || x.BoundaryNow != x.BoundaryBefore ||
		x.RoleNow != x.RoleBefore || len(x.RulesAdded)+len(x.RulesRemoved)+len(x.RulesChanged) > 0
}

// Compare compares two plans that [Read] or [New] returned.
func Compare(before, now *Plan) (*Difference, error) {
	was, is := gather(before), gather(now)
	d := &Difference{Schema: DifferenceSchema, Documents: []Differs{}}
	all := maps.Clone(was)
	maps.Copy(all, is)
	for _, key := range slices.SortedFunc(maps.Keys(all), placed.compare) {
		x, err := compareGroups(key, was[key], is[key])
		if err != nil {
			return nil, err
		}
		d.Documents = append(d.Documents, x)
	}
	return d, nil
}

// A placed is where documents add up.
type placed struct {
	step            int
	account, target string
	kind            replication.Kind // of the first of them
}

func (p placed) compare(o placed) int {
	return cmp.Or(cmp.Compare(p.step, o.step), cmp.Compare(p.account, o.account), cmp.Compare(p.target, o.target), cmp.Compare(p.kind, o.kind))
}

// alike has the kind under which documents of another are compared: they are
// parts of one policy.
var alike = map[replication.Kind]replication.Kind{
	replication.WriterBucketPolicy:   replication.DestinationBucketPolicy,
	replication.SourceBucketPolicy:   replication.DestinationBucketPolicy,
	replication.SourceKMSKeyPolicy:   replication.DestinationKMSKeyPolicy,
	replication.BatchKMSKeyPolicy:    replication.DestinationKMSKeyPolicy,
	replication.WriterKMSKeyPolicy:   replication.DestinationKMSKeyPolicy,
	replication.BatchRolePolicy:      replication.RolePolicy,
	replication.WriterPolicy:         replication.RolePolicy,
	replication.WriterTrustPolicy:    replication.RoleTrustPolicy,
	replication.BatchRoleTrustPolicy: replication.RoleTrustPolicy,
}

// gather sorts documents by where they add up.
func gather(p *Plan) map[placed][]Document {
	groups := map[placed][]Document{}
	for _, d := range p.Documents {
		key := placed{d.Step, d.Account, d.Target, cmp.Or(alike[d.Kind], d.Kind)}
		groups[key] = append(groups[key], d)
	}
	return groups
}

func compareGroups(key placed, before, now []Document) (Differs, error) {
	x := Differs{Kind: key.kind, Account: key.account, Target: key.target, Change: "changed", Grants: Same, Refuses: Same}
	if some := slices.Concat(now, before); len(some) > 0 {
		x.Kind = some[0].Kind
	}
	from, to := joined(before), joined(now)
	switch x.Diff = unified(from, to, "old", "new"); {
	case len(before) == 0:
		x.Change = "added"
	case len(now) == 0:
		x.Change = "removed"
	case x.Diff == "":
		x.Change = "none"
	}
	if was, is := boundaryOf(before), boundaryOf(now); was != is {
		x.BoundaryBefore, x.BoundaryNow = was, is
		if x.Change == "none" {
			x.Change = "changed"
		}
	}
	if x.Diff == "" {
		return x, nil
	}
	if key.kind == replication.ReplicationConfiguration {
		x.compareRules(before, now)
		return x, nil
	}
	return x, x.comparePolicies(before, now, universesOf(key))
}

func boundaryOf(documents []Document) string {
	for _, d := range documents {
		if d.PermissionsBoundary != "" {
			return d.PermissionsBoundary
		}
	}
	return ""
}

// joined is the text of documents as one; nil if there are none.
func joined(documents []Document) []byte {
	switch len(documents) {
	case 0:
		return nil
	case 1:
		return documents[0].Document
	default:
		return encode(policy.New(statementsOf(documents)...))
	}
}

// statementsOf returns the statements of documents.
func statementsOf(documents []Document) []policy.Statement {
	var all []policy.Statement
	for _, one := range documents {
		d, err := policy.Parse(one.Document)
		if err != nil {
			panic("planner: " + err.Error()) //nolint:forbidigo // Read and New have seen to it
		}
		all = append(all, d.Statements...)
	}
	return all
}

// comparePolicies compares what is allowed in the end, and what is denied.
func (x *Differs) comparePolicies(before, now []Document, in []policy.Universe) (err error) {
	was, is := narrowed(x.Account, statementsOf(before)), narrowed(x.Account, statementsOf(now))
	x.Grants, x.GrantedNow, x.GrantedBefore, err = x.compare(policy.New(is...), policy.New(was...), in)
	if err != nil {
		return err
	}
	x.Refuses, x.RefusedNow, x.RefusedBefore, err = x.compare(denied(is), denied(was), in)
	return err
}

// compare compares two documents in each universe. What differs in one of them
// differs.
func (x *Differs) compare(now, before *policy.Document, universes []policy.Universe) (how Comparison, is, was *Request, err error) {
	how = Same
	for _, in := range universes {
		c, err := policy.CompareAs(theirNames, now, before, in)
		if err != nil {
			return "", nil, nil, err
		}
		one, more, less := x.compared(c)
		how, is, was = both(how, one), cmp.Or(is, more), cmp.Or(was, less)
	}
	return how, is, was, nil
}

// both is how two parts compare together.
func both(a, b Comparison) Comparison {
	switch {
	case a == b || b == Same:
		return a
	case a == Same:
		return b
	case a == Unknown || b == Unknown:
		return Unknown
	default:
		return Other
	}
}

// theirNames are what reasons call the documents that are compared.
var theirNames = [2]diag.Text{phrases.Text("diff.new-plan"), phrases.Text("diff.old-plan")}

// denied is a document that allows what statements deny.
func denied(statements []policy.Statement) *policy.Document {
	var denials []policy.Statement
	for _, st := range statements {
		if st.Effect == policy.Deny {
			st.Effect = policy.Allow
			denials = append(denials, st)
		}
	}
	return policy.New(denials...)
}

func (x *Differs) compared(c policy.Comparison) (how Comparison, now, before *Request) {
	for _, t := range slices.Concat(c.A.Because, c.B.Because) {
		if why := t.String(); !slices.Contains(x.Unknown, why) {
			x.Unknown, x.UnknownTexts = append(x.Unknown, why), append(x.UnknownTexts, Reason{why, t.Key, t.Args})
		}
	}
	slices.Sort(x.Unknown)
	slices.SortFunc(x.UnknownTexts, func(a, b Reason) int { return cmp.Compare(a.Text, b.Text) })
	how = map[policy.Relation]Comparison{policy.Equal: Same, policy.Superset: More, policy.Subset: Less, policy.Incomparable: Other}[c.Relation()]
	return cmp.Or(how, Unknown), requestOf(c.A.Witness), requestOf(c.B.Witness)
}

func requestOf(w *policy.Witness) *Request {
	if w == nil {
		return nil
	}
	r := &Request{Action: w.Action, Resource: w.Resource, Principal: w.Principal, Context: w.Context}
	if r.Context == nil {
		r.Context = map[string][]string{}
	}
	return r
}

// compareRules compares replication configurations, of which a bucket has one.
func (x *Differs) compareRules(before, now []Document) {
	was, is := configurationOf(before), configurationOf(now)
	if was.Role != is.Role {
		x.RoleBefore, x.RoleNow = was.Role, is.Role
	}
	byID := func(c replication.Configuration) map[string]replication.ConfigurationRule {
		rules := map[string]replication.ConfigurationRule{}
		for _, r := range c.Rules {
			rules[r.ID] = r
		}
		return rules
	}
	old, all := byID(was), byID(is)
	for id, r := range all {
		switch o, ok := old[id]; {
		case !ok:
			x.RulesAdded = append(x.RulesAdded, id)
		case !sameRule(o, r) || priorityOf(o) != priorityOf(r):
			x.RulesChanged = append(x.RulesChanged, id)
		}
	}
	for id := range old {
		if _, ok := all[id]; !ok {
			x.RulesRemoved = append(x.RulesRemoved, id)
		}
	}
	for _, list := range [][]string{x.RulesAdded, x.RulesChanged, x.RulesRemoved} {
		slices.Sort(list)
	}
}

func configurationOf(documents []Document) (c replication.Configuration) {
	for _, d := range documents {
		if err := json.Unmarshal(d.Document, &c); err != nil {
			panic("planner: " + err.Error()) //nolint:forbidigo // Read and New have seen to it
		}
	}
	return c
}
