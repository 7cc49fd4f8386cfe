package audit

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
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
	f.Controls = controlsOf[f.Check]
	if f.Evidence == nil {
		f.Evidence = []Evidence{}
	}
	if f.Fix == nil && f.Outcome == Unknown {
		f.Fix = findOut(f)
	}
	f.ID = identify(f, st)
	a.findings = append(a.findings, f)
}

// findOut is the fix of what is not known: how to come to know it.
func findOut(f Finding) *Fix {
	how := words("fix.by-hand")
	switch {
	case f.Key == keyUnreachable:
		how = words("fix.reach", "address", f.Args["address"])
	case f.Key == keyProfile:
		how = words("fix.profile", "profile", f.Args["profile"])
	case f.Key == keyEntry && f.Target == DefaultCredentials:
		how = words("fix.sign-in-default")
	case f.Key == keyEntry:
		how = words("fix.sign-in")
	case f.Key == keyInterrupted:
		how = words("fix.read-again")
	case f.Check == checkReadDenied && f.Key == checkReadDenied+"/owner":
		how = words("fix.name-owner")
	case f.ofMembers():
		how = words("fix.list-members", "permission", f.Args["permission"])
	case f.Key == checkReadDenied+"/organization":
		how = words("fix.read-organization", "permission", f.Args["permission"], "gap", string(f.Document))
	case f.Check == checkReadDenied:
		how = words("fix.allow-read", "permission", f.Args["permission"])
	case f.Args["key"] != "":
		how = words("fix.find-out").With("key", keyWords(f.Args["key"]))
	}
	return Fix{Op: Set, Document: f.Document}.saying(how)
}

// write puts the message of a finding into words.
func (f *Finding) write() {
	if f.Message != "" {
		return
	}
	template, ok := sentences[f.Key]
	if !ok {
		template = checkTable[f.Check].English
	}
	f.nameDocument()
	f.Message = diag.Fill(template, f.Args)
}

// nameDocument puts the document of a message into words: who reads a sentence
// knows no kinds.
func (f *Finding) nameDocument() {
	if kind, ok := f.Args["document"]; ok {
		f.Args = maps.Clone(f.Args)
		diag.Put(f.Args, "document", title(replication.Kind(kind)))
	}
}

// identify computes the ID of a finding: the same over runs and machines, and
// free of indexes, messages and examples. Where it is about no rule, it is also
// free of the rule for which its document was read first: the policy of a bucket
// or key may be one rule's source and another's destination.
func identify(f Finding, st *policy.Statement) string {
	h := sha256.New()
	document := f.Document
	if f.Rule+f.From+f.To+f.Requirement == "" {
		document = familyOf(document)
	}
	for _, s := range []string{
		f.Check, f.Account, string(document), f.Target, f.Principal, f.From, f.Rule, f.To, f.Action, f.Resource, string(f.Group),
		f.Key, f.Args["key"], f.Args["permission"], f.Args["policy"], f.Requirement,
	} {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	if st != nil {
		h.Write([]byte(canonical(*st)))
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// count counts a requirement, of which all documents make the same. What is
// granted for now may be so no more after something that nobody can see.
func (a *auditor) count(qu *question, o Outcome) {
	if o == Granted && a.maybeChanged(qu) {
		o = Unknown
	}
	a.tellAll(qu, o)
	a.tally(qu, o)
}

// tally counts a requirement. Unmet advice is counted as a finding only; of what
// nobody knows, nobody knows whether it is unmet.
func (a *auditor) tally(qu *question, o Outcome) {
	switch {
	case o == Granted:
		a.counts.Granted++
		a.granted(qu)
	case qu.Level == replication.Advised && o != Unknown:
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
		Schema: Schema, Tool: Tool{toolName, a.in.Version}, Spec: a.in.SpecFile, Assumed: a.assumptions(),
		Sources: a.sourceList(), Rules: []RuleVerdict{}, Findings: a.distinct(),
		WithoutRules: a.idle,
	}
	slices.SortStableFunc(out.Findings, compareFindings)
	out.Granted = slices.SortedStableFunc(slices.Values(a.met), compareGrants)
	for _, k := range a.order {
		v := RuleVerdict{Rule: k.name, From: k.from, To: k.to, Verdict: a.rules[k].verdict()}
		if k.live && a.in.SpecFile != "" {
			v.Origin = "live"
		}
		out.Rules = append(out.Rules, v)
	}
	out.Buckets, out.Permissions = a.bucketList(), a.permissionList()
	out.summarize(a.counts)
	out.Complete = !a.incomplete && !a.in.Partial && !slices.ContainsFunc(out.Findings, func(f Finding) bool { return f.Outcome == Unknown && !out.Assumes(&f) })
	return out
}

// distinct returns the findings in words, each once: a live rule may show what
// the SPEC's rule has shown.
func (a *auditor) distinct() []Finding {
	seen := map[string]bool{}
	out := []Finding{}
	for i, f := range a.findings {
		for _, f := range a.settled(f, a.concerns[i]) {
			if f.write(); !seen[f.ID] {
				seen[f.ID] = true
				a.planned(&f)
				f.place()
				out = append(out, f)
			}
		}
	}
	return out
}

// settled tells a finding what hangs on its cause: as one, or one by one if all
// is to be shown.
func (a *auditor) settled(f Finding, on []concern) []Finding {
	if a.in.All && f.Outcome == Unknown && len(f.Assuming) == 0 && len(on) > 0 {
		return f.oneByOne(on)
	}
	if len(on) > 0 {
		f.settle(on)
	}
	return []Finding{f}
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
		if f.Status == Suppressed {
			s.Suppressed++
			continue
		}
		if f.Status == Known {
			s.Known++
		}
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

// sourceList says where each account was read from, and what of it was not.
func (a *auditor) sourceList() []Source {
	ids := slices.Collect(maps.Keys(a.in.Snapshot.Accounts))
	for id := range a.unread {
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	out, planned := []Source{}, a.layerSources()
	for _, id := range slices.Sorted(slices.Values(ids)) {
		// Planned infrastructure that was audited alone is all that there is.
		i := slices.IndexFunc(planned, func(s Source) bool { return s.Account == id && s.From == a.in.From })
		if i >= 0 {
			planned[i].Unread = append(planned[i].Unread, slices.Sorted(slices.Values(a.unread[id]))...)
			continue
		}
		s := Source{Account: id, From: cmp.Or(a.in.From, "snapshot"), At: a.in.Snapshot.CollectedAt, Unread: []string{}}
		if account := a.in.Snapshot.Accounts[id]; account != nil {
			s.As = account.As
		}
		if slices.Contains(a.in.Live, id) {
			s.From = "live"
		}
		s.Unread = append(s.Unread, slices.Sorted(slices.Values(a.unread[id]))...)
		if len(s.Unread) == 0 && !a.entered(id) { // no rule asks about it
			s.Unread = append(s.Unread, "GetCallerIdentity")
		}
		out = append(out, s)
	}
	return append(append(out, a.lackSources()...), planned...)
}

// layerSources are the layers of planned infrastructure, one for each account,
// in the order in which they lie over each other.
func (a *auditor) layerSources() []Source {
	var out []Source
	for _, l := range a.in.Layers {
		for _, id := range l.Accounts {
			s := Source{Account: id, From: l.From, File: l.File, Unread: []string{}}
			for _, x := range l.Left {
				if x.Account == id && a.matters(l, x) {
					s.Unread = append(s.Unread, x.Address)
				}
			}
			out = append(out, s)
		}
	}
	return out
}
