package report

import (
	"slices"
	"strconv"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report/listing"
)

// maxStatement is how many characters a statement may have that is shown. One
// that lists hundreds of resources would bury what there is to say about it.
const maxStatement = 6_000

// A repair is one change of one document that mends one or more findings.
type repair struct {
	op        audit.Op
	account   string
	document  replication.Kind
	target    string // "" if the document to change is not the finding's
	place     audit.Evidence
	statement *policy.Statement
	text      diag.Said
}

// repairs joins the fixes of findings: statements to be added that differ only
// in their actions become one statement.
func repairs(findings []audit.Finding, sids sidCounter) []repair {
	var all []repair
	index := map[repairKey]int{}
	for _, f := range findings {
		if f.Fix == nil || f.Outcome == audit.Unknown { // nobody knows yet that something is to be mended
			continue
		}
		for _, r := range repairsOf(f) {
			k, joins := r.key()
			if i, ok := index[k]; ok && joins {
				all[i].join(r)
				continue
			}
			index[k] = len(all)
			all = append(all, r)
		}
	}
	for i := range all {
		sids.rename(&all[i])
	}
	return all
}

// repairsOf are the changes that one finding asks for: each is about a statement
// of its evidence, in turn.
func repairsOf(f audit.Finding) []repair {
	var all []repair
	for _, c := range listing.Changes(f) {
		all = append(all, repairOf(f, c))
	}
	return all
}

func repairOf(f audit.Finding, c listing.Change) repair {
	r := repair{op: c.Op, account: f.Account, document: f.Fix.Document, place: c.Place, text: c.Text}
	if f.Fix.Document == f.Document {
		r.target = f.Target
	}
	if c.Statement != nil {
		st := *c.Statement
		st.Action.Values = slices.Clone(st.Action.Values)
		r.statement = &st
	}
	return r
}

// A repairKey is what repairs share that are one change.
type repairKey struct {
	op                      audit.Op
	account, target         string
	document                replication.Kind
	policy, text, statement string
	index                   int
}

// key returns the key of r. It is false for a statement to add that can be
// joined with no other: NotAction, which together would say less.
func (r repair) key() (repairKey, bool) {
	k := repairKey{op: r.op, account: r.account, target: r.target, document: r.document, policy: r.place.Policy, index: -1}
	if r.place.Statement != nil {
		k.index = *r.place.Statement
	}
	if r.statement == nil {
		k.text = r.text.English
		return k, true
	}
	st := *r.statement
	if r.op == audit.Add {
		st.Sid, st.Action = "", policy.Strings{}
	} else {
		k.text = r.text.English
	}
	data, err := st.MarshalJSON()
	k.statement = string(data)
	return k, err == nil && (r.op != audit.Add || r.statement.Action.Present())
}

// join lets r do what o does too, which has the same key.
func (r repair) join(o repair) {
	if r.op != audit.Add || r.statement == nil {
		return
	}
	for _, action := range o.statement.Action.Values {
		if !r.statement.Action.Contains(action) {
			r.statement.Action.Values = append(r.statement.Action.Values, action)
		}
	}
	r.statement.Action = policy.Compact(r.statement.Action.Values...)
}

// json is the statement to paste; nil where there is none, or where a text says
// which statement goes.
func (r repair) json() []byte {
	if r.statement == nil || r.op == audit.Remove && r.place.Statement != nil {
		return nil
	}
	data, err := r.statement.MarshalJSON()
	if err != nil {
		return nil // a condition key twice, which no document that was read can have
	}
	return data
}

// A sidCounter counts the Sids that a report offers for each document, since
// a document may have each only once.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html.
type sidCounter map[[3]string]int

// rename numbers the Sid of a statement to add if an earlier one of the same
// document has it. The statement is r's own.
func (c sidCounter) rename(r *repair) {
	if r.op != audit.Add || r.statement == nil || r.statement.Sid == "" {
		return
	}
	k := [3]string{string(document(r.document)), r.target, r.statement.Sid}
	if c[k]++; c[k] > 1 {
		r.statement.Sid += strconv.Itoa(c[k])
	}
}
