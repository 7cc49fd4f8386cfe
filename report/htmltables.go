package report

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/replication"
)

// verdictSigns are told apart by shape, not by colour alone.
var (
	verdictSigns = map[audit.Verdict]string{
		audit.Fails: "✕", audit.Degraded: "▲", audit.Unclear: "?", audit.Replicates: "✓", audit.Idle: "–",
	}
	permissionWords = map[audit.Outcome]string{
		audit.Granted: "html.granted", audit.Missing: "html.missing", audit.Blocked: "html.blocked",
		audit.Unknown: "html.unknown", audit.Advice: "html.advised",
	}
)

func (w htmlWriter) verdict(v audit.Verdict) sign {
	mark, ok := verdictSigns[v]
	if !ok {
		return sign{"none", "–", plainText(w.say(verdictOf(v)))}
	}
	return sign{string(v), mark, plainText(w.say(verdictOf(v)))}
}

func anchorOf(i int) string { return "rule-" + strconv.Itoa(i+1) }

// rule is the row of a section that is about a rule.
func (w htmlWriter) rule(i int, s section) []htmlRule {
	v := s.verdict
	if v == (audit.RuleVerdict{}) {
		return nil
	}
	cell := func(data string) string { return plainText(w.spans(w.speaker.data(cut(data, maxCell)))) }
	r := htmlRule{Name: cell(v.Rule), From: w.bucket(cell(v.From), v.From), To: w.bucket(cell(v.To), v.To), Verdict: w.verdict(v.Verdict)}
	if w.shows(i, s) {
		r.Anchor = anchorOf(i)
	}
	if v.Origin == "live" {
		r.Note = w.word("table.live")
	}
	const few = 4
	causes := datums(s.causes)
	if len(causes) > few+1 {
		causes = append(causes[:few:few], counted("causes.more", len(causes)-few))
	}
	r.Because = w.spans(w.speaker.list(causes))
	return []htmlRule{r}
}

// maxSections is how many rules have a matrix, and a section for it: thousands
// of them would bury what is wrong, and keep a browser busy.
const maxSections = 300

// shows reports whether there is more to say of a rule than its row does.
func (w htmlWriter) shows(i int, s section) bool {
	_, ok := w.matrices[keyOfRule(s.verdict)]
	return len(s.items) > 0 || i < maxSections && ok
}

func keyOfRule(v audit.RuleVerdict) ruleKey { return ruleKey{v.Rule, v.From, v.To, v.Origin} }

// maxRules is how many rules are shown unfolded: a browser lays a table out at
// once or not at all.
const maxRules = 100

// fold folds the rules of a table but for the first, which are the worst.
func (w htmlWriter) fold(rules []htmlRule) ([]htmlRule, *htmlMore) {
	if len(rules) <= maxRules+maxRules/2 {
		return rules, nil
	}
	rest := rules[maxRules:]
	return rules[:maxRules:maxRules], &htmlMore{plainText(w.say(counted("html.more-rules", len(rest)))), rest}
}

// bucket is a cell with a bucket, and the account that has it.
func (w htmlWriter) bucket(cell, name string) htmlBucket {
	return htmlBucket{cell, Visible(w.owners[name].Account)}
}

func ownersOf(a *audit.Audit) map[string]audit.Bucket {
	m := map[string]audit.Bucket{}
	for _, b := range a.Buckets {
		m[b.Name] = b
	}
	return m
}

func (w htmlWriter) section(i int, s section) htmlSection {
	out := htmlSection{Anchor: anchorOf(i), Title: w.say(ruleName(s.verdict))}
	if i < maxSections {
		out.Matrix = w.matrix(s.verdict)
	}
	said := shown{}
	for _, p := range s.shared() {
		out.Places = append(out.Places, w.labelled("field.spec", p))
		said.first(p)
	}
	for _, i := range s.items {
		out.Items = append(out.Items, w.item(i, said))
	}
	return out
}

func matricesOf(a *audit.Audit) map[ruleKey]audit.Permissions {
	m := map[ruleKey]audit.Permissions{}
	for _, p := range a.Permissions {
		m[ruleKey{p.Rule, p.From, p.To, p.Origin}] = p
	}
	return m
}

// maxOpenMatrices is how many rules an audit has at most whose matrices are unfolded.
const maxOpenMatrices = 10

// matrix is what each document makes of each action of a rule.
func (w htmlWriter) matrix(v audit.RuleVerdict) *htmlMatrix {
	p, ok := w.matrices[keyOfRule(v)]
	if !ok {
		return nil
	}
	documents := documentsOf(p)
	m := htmlMatrix{Open: len(w.a.Rules) <= maxOpenMatrices, Summary: w.word("html.matrix"), Action: w.word("html.action"), Caption: plainText(w.say(phrase{"html.matrix-of", args{"rule": v.Rule}}))}
	for _, d := range documents {
		m.Documents = append(m.Documents, w.say(kindOf(d)))
	}
	for _, action := range sortedKeys(p.Actions) {
		row := htmlRow{Action: plainText(w.spans(w.speaker.data(action)))}
		for i, d := range documents {
			class, says := w.cell(p.Actions[action], d)
			row.Cells = append(row.Cells, htmlCell{class, plainText(m.Documents[i]), says})
		}
		m.Rows = append(m.Rows, row)
	}
	return &m
}

// cell is what a document makes of an action, as a class and in words.
func (w htmlWriter) cell(documents map[replication.Kind]audit.Outcome, d replication.Kind) (class, says string) {
	o, ok := documents[d]
	key, known := permissionWords[o]
	if !ok || !known {
		return "none", w.word("html.not-needed")
	}
	return string(o), w.word(key)
}

// documentsOf lists the documents of a matrix: in the order of the kinds that
// are known, then the others.
func documentsOf(p audit.Permissions) []replication.Kind {
	l := p.Documents()
	slices.SortStableFunc(l, func(x, y replication.Kind) int { return cmp.Compare(rank(documentOrder, x), rank(documentOrder, y)) })
	return l
}

var documentOrder = []replication.Kind{
	replication.RoleTrustPolicy, replication.RolePolicy, replication.BatchRoleTrustPolicy, replication.BatchRolePolicy,
	replication.PermissionsBoundary, replication.SCP, replication.RCP, replication.SourceBucketPolicy, replication.SourceKMSKeyPolicy,
	replication.DestinationBucketPolicy, replication.DestinationKMSKeyPolicy, replication.PublicAccessBlock,
}

var (
	exceptionColumns = []string{"html.what", "html.reason", "html.owner", "html.expires", "html.findings", "html.place"}
	sourceColumns    = []string{"html.account", "html.from", "html.at", "html.as", "html.unread"}
)

// exception is the row of an entry that suppresses findings.
func (w htmlWriter) exception(x audit.Exception) [][]span {
	what := []phrase{one(x.Finding + x.Check), optional("finding.rule", "rule", x.Rule), one(x.From), one(x.Account)}
	what = slices.DeleteFunc(what, func(p phrase) bool { return p.key == "datum" && p.args["datum"] == "" })
	expires := w.speaker.data(x.Expires)
	if x.Expired {
		expires += " " + w.word("html.expired")
	}
	return [][]span{
		w.spans(w.speaker.list(what)), w.spans(w.speaker.sentence(x.Reason, nil)), w.spans(w.speaker.data(x.Owner)), w.spans(expires),
		{{Text: strconv.Itoa(x.Findings)}},
		w.spans(w.speaker.data(x.Position.String())),
	}
}

// source is the row of an account, or of a layer over it.
func (w htmlWriter) source(s audit.Source) [][]span {
	from := s.From
	if s.File != "" {
		from += " " + s.File
	}
	row := [][]span{w.spans(w.whose(s))}
	for _, v := range []string{from, s.At, s.As} {
		row = append(row, w.spans(w.optional(v)))
	}
	return append(row, w.spans(w.speaker.list(datums(s.Unread))))
}

// whose is the account of a source; of one that could not be entered, and so has no
// ID, it says by which credentials it was tried.
func (w htmlWriter) whose(s audit.Source) string {
	switch {
	case s.Account != "":
		return w.speaker.data(s.Account)
	case s.Profile != "":
		return w.speaker.say(phrase{"html.by-profile", args{"profile": s.Profile}})
	default:
		return w.word("html.by-default")
	}
}

// optional is data, or nothing where there is none.
func (w htmlWriter) optional(v string) string {
	if v == "" {
		return ""
	}
	return w.speaker.data(v)
}
