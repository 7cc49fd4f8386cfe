package report

import (
	"reflect"
	"slices"
	"strconv"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
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
	text      string
}

// repairs joins the fixes of findings: statements to be added that differ only
// in their actions become one statement.
func repairs(findings []audit.Finding, sids sidCounter) []repair {
	var all []repair
	for _, f := range findings {
		if f.Fix == nil {
			continue
		}
		r := repairOf(f)
		if !slices.ContainsFunc(all, func(o repair) bool { return o.join(r) }) {
			all = append(all, r)
		}
	}
	for i := range all {
		sids.rename(&all[i])
	}
	return all
}

func repairOf(f audit.Finding) repair {
	r := repair{op: f.Fix.Op, account: f.Account, document: f.Fix.Document, text: f.Fix.Text}
	if f.Fix.Document == f.Document {
		r.target = f.Target
	}
	if f.Fix.Statement != nil {
		st := *f.Fix.Statement
		st.Action.Values = slices.Clone(st.Action.Values)
		r.statement = &st
	}
	for _, e := range f.Evidence {
		if e.Document == f.Fix.Document && e.Statement != nil && f.Fix.Op != audit.Add {
			r.place = e
			break
		}
	}
	return r
}

// join lets r do what o does too, if both are one change.
func (r repair) join(o repair) bool {
	if r.op != o.op || r.account != o.account || r.document != o.document || r.target != o.target {
		return false
	}
	if r.op != audit.Add || r.statement == nil || o.statement == nil {
		return r.text == o.text && reflect.DeepEqual(r.statement, o.statement)
	}
	if !sameButActions(*r.statement, *o.statement) {
		return false
	}
	for _, action := range o.statement.Action.Values {
		if !r.statement.Action.Contains(action) {
			r.statement.Action.Values = append(r.statement.Action.Values, action)
		}
	}
	r.statement.Action = policy.Compact(r.statement.Action.Values...)
	return true
}

// sameButActions reports whether two statements say the same of different
// actions. NotAction cannot be joined: together it would say less.
func sameButActions(x, y policy.Statement) bool {
	if !x.Action.Present() || !y.Action.Present() {
		return false
	}
	for _, st := range []*policy.Statement{&x, &y} {
		st.Pos, st.Sid, st.Action = diag.Pos{}, "", policy.Strings{}
	}
	return reflect.DeepEqual(x, y)
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
	k := [3]string{string(r.document), r.target, r.statement.Sid}
	if c[k]++; c[k] > 1 {
		r.statement.Sid += strconv.Itoa(c[k])
	}
}
