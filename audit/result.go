package audit

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// add keeps a finding. St is the statement that it is about, for its ID.
func (a *auditor) add(f Finding, st *policy.Statement) {
	c := checkTable[f.Check]
	f.Key = cmp.Or(f.Key, f.Check)
	f.Source = cmp.Or(f.Source, c.Source)
	if f.Message == "" {
		f.Message = fill(sentence(f, c), f.Args)
	}
	if f.Evidence == nil {
		f.Evidence = []Evidence{}
	}
	f.ID = identify(f, st)
	a.findings = append(a.findings, f)
}

// sentence is the English template of a finding's message.
func sentence(f Finding, c Check) string {
	switch f.Key {
	case checkUnknown + "/not-supported":
		return "rule {rule} uses {feature}, whose permissions repligrant does not decide yet"
	case checkSurplus + "/principal":
		return "{document} grants {action} to {who}, and only {principal} needs it"
	default:
		return c.English
	}
}

func fill(template string, args map[string]string) string { return diag.Fill(template, args) }

// identify computes the ID of a finding: the same over runs and machines, and
// free of indexes, messages and examples.
func identify(f Finding, st *policy.Statement) string {
	h := sha256.New()
	for _, s := range []string{
		f.Check, f.Account, string(f.Document), f.Target, f.Principal, f.From, f.Rule, f.To, f.Action, f.Resource, string(f.Group),
	} {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	if st != nil {
		text, _ := json.Marshal(st) // a Statement always encodes
		h.Write(text)
	} else {
		h.Write([]byte(distinguishing(f)))
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// distinguishing is what else tells findings of one check apart.
func distinguishing(f Finding) string {
	return f.Key + "\x00" + f.Args["key"] + "\x00" + f.Args["permission"] + "\x00" + f.Requirement
}

// count counts a requirement. Unmet advice is counted as a finding only.
func (a *auditor) count(qu *question, o Outcome) {
	switch {
	case o == Granted:
		a.counts.Granted++
	case qu.Level == replication.Advised:
	case o == Missing:
		a.counts.Missing++
	case o == Blocked:
		a.counts.Blocked++
	default:
		a.counts.Unknown++
	}
	if p := a.rules[keyOf(qu.rule)]; p != nil && o == Unknown && qu.Level == replication.Required {
		p.unknown = true
	}
}

// result puts the audit together, in an order that is the same for the same input.
func (a *auditor) result() *Audit {
	out := &Audit{
		Schema: Schema, Tool: Tool{"repligrant", a.in.Version}, Spec: a.in.SpecFile,
		Sources: a.sourceList(), Rules: []RuleVerdict{}, Findings: a.findings,
	}
	if out.Findings == nil {
		out.Findings = []Finding{}
	}
	for i := range out.Findings {
		if a.accepted(out.Findings[i]) {
			out.Assumed = append(out.Assumed, string(out.Findings[i].Document)+":"+out.Findings[i].Account)
		}
	}
	slices.SortStableFunc(out.Findings, compareFindings)
	out.Findings = slices.CompactFunc(out.Findings, func(x, y Finding) bool { return x.ID == y.ID })
	for _, k := range a.order {
		v := RuleVerdict{Rule: k.name, From: k.from, To: k.to, Verdict: a.rules[k].verdict()}
		if k.live && a.in.SpecFile != "" {
			v.Origin = "live"
		}
		out.Rules = append(out.Rules, v)
	}
	out.summarize(a.counts)
	out.Complete = !a.incomplete && !slices.ContainsFunc(out.Findings, func(f Finding) bool { return f.Outcome == Unknown && !a.accepted(f) })
	return out
}

var severityOrder = []Severity{Critical, High, Medium, Low, Info}

// compareFindings orders by severity, then by check, then by place.
func compareFindings(x, y Finding) int {
	return cmp.Or(
		cmp.Compare(slices.Index(severityOrder, x.Severity), slices.Index(severityOrder, y.Severity)),
		cmp.Compare(checkIndex(x.Check), checkIndex(y.Check)),
		strings.Compare(x.From, y.From), strings.Compare(x.Rule, y.Rule), strings.Compare(x.To, y.To),
		strings.Compare(string(x.Document), string(y.Document)), strings.Compare(x.Target, y.Target),
		strings.Compare(x.Action, y.Action), strings.Compare(x.ID, y.ID))
}

func checkIndex(name string) int {
	return slices.IndexFunc(Checks, func(c Check) bool { return c.Name == name })
}

func (out *Audit) summarize(counts Requirements) {
	out.Summary.Requirements = counts
	s := &out.Summary.Findings
	for _, f := range out.Findings {
		switch f.Outcome {
		case Missing:
			s.Missing++
		case Blocked:
			s.Blocked++
		case Unknown:
			s.Unknown++
		case Surplus:
			s.Surplus++
		case Mismatch:
			s.Mismatch++
		case Advice:
			s.Advice++
		case Granted:
		}
	}
	v := &out.Summary.Rules
	for _, r := range out.Rules {
		switch r.Verdict {
		case Replicates:
			v.Replicates++
		case Degraded:
			v.Degraded++
		case Fails:
			v.Fails++
		case Unclear:
			v.Unknown++
		case Idle:
			v.Disabled++
		}
	}
}

// sourceList says where each account was read from.
func (a *auditor) sourceList() []Source {
	out := []Source{}
	for _, id := range slices.Sorted(maps.Keys(a.in.Snapshot.Accounts)) {
		s := Source{Account: id, From: cmp.Or(a.in.From, "snapshot"), At: a.in.Snapshot.CollectedAt, Unread: []string{}}
		if account := a.in.Snapshot.Accounts[id]; account != nil {
			s.As = account.As
		}
		s.Unread = append(s.Unread, slices.Compact(slices.Sorted(slices.Values(a.sources[id])))...)
		out = append(out, s)
	}
	return out
}
