package planner

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// A carried is one policy as AWS keeps it: the parts that have one target and
// one place.
type carried struct {
	target string
	place  policy.Place
}

// documents packs the parts. What is over its quota is regrouped, and the
// policies of a role or user that are then still too large to be inline become managed
// ones. It reports every policy that AWS would refuse for its size.
func (d *draft) documents() ([]Document, diag.List) {
	packed := make([][]policy.Statement, len(d.parts))
	for i, p := range d.parts {
		packed[i] = pack(d.once(p))
	}
	large := d.tooLargeInline(packed)
	if d.regroup(packed, large) {
		large = d.tooLargeInline(packed)
	}
	documents, sizes := d.assemble(packed, large)
	if d.regroup(packed, overQuota(sizes)) {
		documents, sizes = d.assemble(packed, large)
	}
	return documents, append(d.tooMany(documents), d.tooLarge(sizes)...)
}

// regroup regroups the policies named, and reports whether there was one.
func (d *draft) regroup(packed [][]policy.Statement, which map[carried]bool) bool {
	found := false
	for i, p := range d.parts {
		if which[carried{p.target, p.place}] {
			packed[i], found = regroup(packed[i]), true
		}
	}
	return found
}

// overQuota are the policies that are larger than AWS takes them.
func overQuota(sizes map[carried]int) map[carried]bool {
	over := map[carried]bool{}
	for key, size := range sizes {
		if size > policy.QuotaOf(key.place).Limit {
			over[key] = true
		}
	}
	return over
}

// assemble writes what was packed as documents, and says how large each policy
// is, all of its parts together.
func (d *draft) assemble(packed [][]policy.Statement, large map[carried]bool) ([]Document, map[carried]int) {
	var documents []Document
	names := map[carried]sids{}
	whole := map[carried]*policy.Document{}
	for i, p := range d.parts {
		key := carried{p.target, p.place}
		if names[key] == nil {
			names[key] = sids{}
		}
		statements := slices.Clone(packed[i])
		if large[key] {
			documents = append(documents, p.managed(statements, names[key])...)
			continue
		}
		if whole[key] == nil {
			whole[key] = policy.New()
		}
		names[key].name(statements)
		whole[key].Statements = append(whole[key].Statements, statements...)
		documents = append(documents, p.document(statements))
	}
	sizes := map[carried]int{}
	for key, document := range whole {
		sizes[key] = policy.QuotaOf(key.place).Count(string(encode(document)))
	}
	return documents, sizes
}

func (p *part) document(statements []policy.Statement) Document {
	quota := policy.QuotaOf(p.place)
	text := encode(policy.New(statements...))
	return Document{
		Kind: p.partKey.kind, Account: p.account, Target: p.target, Name: p.name, Step: p.step,
		Document: text, Size: quota.Count(string(text)), Limit: quota.Limit,
		PermissionsBoundary: p.boundary,
	}
}

// encode writes a document that we built ourselves; it cannot fail.
func encode(d *policy.Document) []byte {
	text, err := d.Encode()
	if err != nil {
		panic("planner: " + err.Error()) //nolint:forbidigo // a condition key twice, which we never write
	}
	return text
}

// configurations returns the replication configuration of each source bucket.
func configurations(rules []replication.Rule) ([]Document, diag.List) {
	var documents []Document
	var problems diag.List
	for _, group := range bySource(rules) {
		from := group[0].From
		c := replication.Configure(group)
		d := Document{
			Kind: replication.ReplicationConfiguration, Account: from.Account, Target: from.ARN(),
			Name: "replication", Step: stepConfigurations,
			Document: encodeConfiguration(c), Size: c.Size(), Limit: policy.QuotaOf(policy.ReplicationConfiguration).Limit,
		}
		problems = append(problems, tooLong(d, group[0])...)
		documents = append(documents, d)
	}
	return documents, problems
}

// bySource groups rules by their source, in the order of first appearance.
func bySource(rules []replication.Rule) [][]replication.Rule {
	var groups [][]replication.Rule
	index := map[string]int{}
	for _, r := range rules {
		i, ok := index[r.From.ARN()]
		if !ok {
			i = len(groups)
			index[r.From.ARN()] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], r)
	}
	return groups
}

// encodeConfiguration writes c with <, > and & as they are.
func encodeConfiguration(c replication.Configuration) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(c); err != nil {
		panic("planner: " + err.Error()) //nolint:forbidigo // strings and numbers always encode
	}
	return bytes.TrimSpace(b.Bytes())
}
