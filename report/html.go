package report

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report/text"
)

// The page is one file that asks nobody for anything. Data only ever reaches it
// as values of the template, which escapes them; no value of a type that the
// template trusts is made of data.
var (
	//go:embed page/page.tmpl
	pageTemplate string
	//go:embed page/style.css
	pageStyle string
	//go:embed page/script.js
	pageScript string

	htmlPage = template.Must(template.New("page").Parse(pageTemplate))

	// pagePolicy lets the page use its own style and script, and nothing else.
	//
	// See https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CSP.
	pagePolicy = "default-src 'none'; style-src '" + hashOf(pageStyle) + "'; script-src '" + hashOf(pageScript) + "'; base-uri 'none'; form-action 'none'"
)

func hashOf(source string) string {
	sum := sha256.Sum256([]byte(source))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// A span is a piece of a line: words, data, or a page to open.
type span struct {
	Text string
	Code bool
	Link string
}

// A sign is a word with a mark, so that no meaning rests on colour alone.
type sign struct{ Class, Sign, Text string }

// htmlDocument is what the template shows.
type htmlDocument struct {
	Lang, Version, Spec, Headline, Policy string

	Style  template.CSS
	Script template.JS
	T      map[string]string // labels

	Mood     sign
	Facts    [][]span
	Gaps     [][]span
	Steps    [][]span
	Picture  *drawing
	Columns  []string
	Rules    []htmlRule
	Sections []htmlSection
	Lists    []htmlList

	Severities []htmlOption
	Choices    []htmlChoice

	ExceptionColumns, SourceColumns []string
	Exceptions, Sources             [][][]span
}

type htmlRule struct {
	Anchor, Name, Note, From, To string

	Verdict sign
	Because []span
}

type htmlSection struct {
	Anchor, Words string

	Title  []span
	Places [][]span
	Matrix *htmlMatrix
	Items  []htmlItem
}

type htmlMatrix struct {
	Summary, Caption, Action string

	Open      bool
	Documents [][]span
	Rows      []htmlRow
}

type htmlRow struct {
	Action string
	Cells  []sign
}

type htmlItem struct {
	Number   int
	Title    []span
	Findings []htmlFinding
	Fields   []htmlField
	Fixes    []htmlFix
}

type htmlFinding struct {
	ID, Check, Permalink, Severity, Outcome, Account, Status string

	Grade, Message []span
	Lines          [][]span
	UndecidedTitle []span
	Undecided      [][]span
	Fields         []htmlField
}

type htmlField struct {
	Label  string
	Values [][]span
}

type htmlFix struct {
	Text []span
	JSON string
}

// An htmlList is what is told in short: advice, surplus, what somebody accepts.
type htmlList struct {
	Title, Summary string

	Open  bool
	Items []htmlItem
}

type htmlOption struct{ Value, Label string }

type htmlChoice struct {
	ID, Label string

	Options []htmlOption
}

// auditHTML is an audit as a page for a browser.
func auditHTML(a *audit.Audit, c text.Catalogue, o Options) ([]byte, error) {
	w := htmlWriter{a: a, c: c, names: ruleNames(a), speaker: newHTMLSpeaker(c)}
	sections := arrange(a, false)
	var b bytes.Buffer
	err := htmlPage.Execute(&b, w.document(sections, cmp.Or(o.Lang, text.English)))
	return b.Bytes(), err
}

// An htmlWriter puts an audit into what the template shows.
type htmlWriter struct {
	a       *audit.Audit
	c       text.Catalogue
	names   map[string]string // of rules in IDs of requirements
	speaker speaker
}

func (w htmlWriter) document(sections []section, lang string) htmlDocument {
	d := htmlDocument{
		Lang: lang, Version: Visible(w.a.Tool.Version), Spec: Visible(w.a.Spec), Policy: pagePolicy,
		Style: template.CSS(pageStyle), Script: template.JS(pageScript), //nolint:gosec // they are ours
		T: w.labels(), Headline: plainText(w.say(headline(w.a))), Mood: w.mood(),
		Facts: w.sayAll(facts(w.a)), Gaps: w.sayAll(gaps(w.a)), Steps: w.sayAll(steps(w.a, sections)),
		Picture: w.picture(), Columns: w.words(tableHeader), Severities: w.severities(), Choices: w.choices(),
		ExceptionColumns: w.words(exceptionColumns), SourceColumns: w.words(sourceColumns),
	}
	matrices := w.matrices()
	for i, s := range sections {
		d.Rules = append(d.Rules, w.rule(i, s)...)
		if one, ok := w.section(i, s, matrices); ok {
			d.Sections = append(d.Sections, one)
		}
	}
	for _, l := range shortLists(sections) {
		d.Lists = append(d.Lists, w.list(l))
	}
	if l, ok := w.granted(); ok {
		d.Lists = append(d.Lists, l)
	}
	for _, x := range w.a.Exceptions {
		d.Exceptions = append(d.Exceptions, w.exception(x))
	}
	for _, s := range w.a.Sources {
		d.Sources = append(d.Sources, w.source(s))
	}
	return d
}

// labels are the words of the page around the data.
func (w htmlWriter) labels() map[string]string {
	labels := map[string]string{}
	for name, key := range map[string]string{
		"title": "html.title", "steps": "steps", "picture": "html.picture", "rules": "html.rules", "verdicts": "html.verdicts",
		"search": "html.search", "severity": "html.severity", "any": "html.any", "reset": "html.reset", "unfold": "html.unfold",
		"count": "html.count", "copy": "html.copy", "copied": "html.copied", "exceptions": "html.exceptions",
		"about": "html.about-exceptions", "sources": "html.sources", "read": "html.read",
	} {
		labels[name] = w.word(key)
	}
	return labels
}

func (w htmlWriter) word(key string) string { return w.c.Get(key, nil) }

func (w htmlWriter) words(keys []string) []string {
	words := make([]string, len(keys))
	for i, key := range keys {
		words[i] = w.word(key)
	}
	return words
}

var (
	exceptionColumns = []string{"html.what", "html.reason", "html.owner", "html.expires", "html.findings", "html.place"}
	sourceColumns    = []string{"html.account", "html.from", "html.at", "html.as", "html.unread"}
)

// mood is the headline, with the sign of how it stands.
func (w htmlWriter) mood() sign {
	v, says := w.a.Summary.Rules, plainText(w.say(headline(w.a)))
	switch {
	case clean(w.a):
		return sign{"replicates", "✓", says}
	case v.Fails > 0 || decided(w.a) == 0 && !idle(w.a):
		return sign{"fails", "✕", says}
	default:
		return sign{"degraded", "▲", says}
	}
}

// verdictSigns and permissionSigns are told apart by shape, not by colour alone.
var (
	verdictSigns = map[audit.Verdict]string{
		audit.Fails: "✕", audit.Degraded: "▲", audit.Unclear: "?", audit.Replicates: "✓", audit.Idle: "–",
	}
	permissionSigns = map[audit.Outcome]string{
		audit.Granted: "✓", audit.Missing: "✕", audit.Blocked: "⊘", audit.Unknown: "?", audit.Advice: "○",
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
	r := htmlRule{Name: cell(v.Rule), From: cell(v.From), To: cell(v.To), Verdict: w.verdict(v.Verdict)}
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

func (w htmlWriter) shows(i int, s section) bool {
	return len(s.items) > 0 || i < maxSections && len(w.a.Permissions) > 0
}

func (w htmlWriter) section(i int, s section, matrices map[ruleKey]audit.Permissions) (htmlSection, bool) {
	v := s.verdict
	if !w.shows(i, s) || v == (audit.RuleVerdict{}) && len(s.items) == 0 {
		return htmlSection{}, false
	}
	out := htmlSection{
		Anchor: anchorOf(i), Title: w.say(ruleName(v)), Words: cut(Visible(strings.Join([]string{v.Rule, v.From, v.To}, " ")), maxDatum),
	}
	if i < maxSections {
		out.Matrix = w.matrix(v, matrices)
	}
	for _, p := range s.shared() {
		out.Places = append(out.Places, w.spans(w.word("field.spec")+" "+w.speaker.data(p)))
	}
	for _, i := range s.items {
		out.Items = append(out.Items, w.item(i))
	}
	return out, true
}

func (w htmlWriter) matrices() map[ruleKey]audit.Permissions {
	m := map[ruleKey]audit.Permissions{}
	for _, p := range w.a.Permissions {
		m[ruleKey{p.Rule, p.From, p.To, p.Origin}] = p
	}
	return m
}

// maxOpenMatrices is how many rules an audit has at most whose matrices are unfolded.
const maxOpenMatrices = 10

// matrix is what each document makes of each action of a rule.
func (w htmlWriter) matrix(v audit.RuleVerdict, matrices map[ruleKey]audit.Permissions) *htmlMatrix {
	p, ok := matrices[ruleKey{v.Rule, v.From, v.To, v.Origin}]
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
		for _, d := range documents {
			row.Cells = append(row.Cells, w.cell(p.Actions[action], d))
		}
		m.Rows = append(m.Rows, row)
	}
	return &m
}

func (w htmlWriter) cell(documents map[replication.Kind]audit.Outcome, d replication.Kind) sign {
	o, ok := documents[d]
	key, known := permissionWords[o]
	if !ok || !known {
		return sign{"none", "·", w.word("html.not-needed")}
	}
	return sign{string(o), permissionSigns[o], w.word(key)}
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

func (w htmlWriter) item(i item) htmlItem {
	f := i.head()
	out := htmlItem{Number: i.number, Title: w.say(phrase{"item", args{"check": f.Check, "place": where(f)}})}
	out.Title = append([]span{{Text: strconv.Itoa(i.number) + ". "}}, out.Title...)
	for _, f := range i.findings {
		out.Findings = append(out.Findings, w.finding(f, ""))
	}
	out.add(w, "field.principal", []string{f.Principal}, f.Principal != f.Target && !mentioned(i, f.Principal))
	out.add(w, "field.spec", values(i.findings, specPlace), true)
	out.add(w, "field.planned", values(i.findings, plannedPlace), true)
	out.add(w, "field.controls", values(i.findings, func(f audit.Finding) string { return strings.Join(f.Controls, ", ") }), true)
	if pages := values(i.findings, sourceOf); len(pages) > 0 {
		out.Fields = append(out.Fields, w.pages(pages))
	}
	for _, r := range i.repairs {
		out.Fixes = append(out.Fixes, htmlFix{w.say(instruction(r)), statementText(r.json())})
	}
	return out
}

// add adds a field with the values that there are.
func (i *htmlItem) add(w htmlWriter, key string, data []string, wanted bool) {
	if f, ok := w.field(key, data); ok && wanted {
		i.Fields = append(i.Fields, f)
	}
}

func (w htmlWriter) field(key string, data []string) (htmlField, bool) {
	f := htmlField{Label: w.word(key)}
	for _, d := range data {
		if d != "" {
			f.Values = append(f.Values, w.spans(w.speaker.data(d)))
		}
	}
	return f, len(f.Values) > 0
}

func (w htmlWriter) pages(addresses []string) htmlField {
	f := htmlField{Label: w.word("field.page")}
	for _, a := range addresses {
		f.Values = append(f.Values, w.spans(w.speaker.link(a)))
	}
	return f
}

// findingID is what the IDs of findings look like: nothing else becomes an anchor.
var findingID = regexp.MustCompile(`^[0-9a-f]{8,64}$`)

// finding is one finding. Check is its check, where the title does not say it.
func (w htmlWriter) finding(f audit.Finding, check string) htmlFinding {
	out := htmlFinding{
		Check: Visible(check), Permalink: w.word("html.permalink"), Severity: classOf(severityOrder, f.Severity), Outcome: Visible(string(f.Outcome)),
		Account: Visible(f.Account), Status: Visible(f.Status), Grade: w.say(grade(f)), Message: w.spans(w.speaker.argument(message(f))),
	}
	if findingID.MatchString(f.ID) {
		out.ID = f.ID
	}
	if d := w.speaker.list(details(f, true)); d != "" {
		out.Lines = append(out.Lines, w.spans(d))
	}
	for _, e := range news(f) {
		out.Lines = append(out.Lines, w.say(evidenceOf(e)))
	}
	if l := undecided(f, w.names, true); len(l) > 0 {
		out.UndecidedTitle, out.Undecided = w.say(undecidedTitle(f)), w.sayAll(l)
	}
	if id, ok := w.field("field.requirement", []string{f.Requirement}); ok {
		out.Fields = append(out.Fields, id)
	}
	return out
}

// classOf is v as the name of a class: one of those that there are, or nothing.
func classOf[T ~string](known []T, v T) string {
	if slices.Contains(known, v) {
		return string(v)
	}
	return "none"
}

func (w htmlWriter) list(l shortList) htmlList {
	out := htmlList{Title: w.word(l.title)}
	n := 0
	for _, i := range l.items {
		one := htmlItem{Title: w.say(where(i.head()))}
		for _, f := range i.findings {
			n++
			one.Findings = append(one.Findings, w.finding(f, f.Check))
			if fix := w.shortFix(f); fix.JSON != "" || fix.Text != nil {
				one.Fixes = append(one.Fixes, fix)
			}
		}
		out.Items = append(out.Items, one)
	}
	out.Summary, out.Open = plainText(w.say(counted("html.listed", n))), n <= maxOpen
	return out
}

// maxOpen is how many findings a list shows unfolded.
const maxOpen = 20

func (w htmlWriter) shortFix(f audit.Finding) htmlFix {
	if f.Fix == nil || f.Fix.Text == "" {
		return htmlFix{}
	}
	out := htmlFix{Text: w.spans(w.speaker.argument(fixText(*f.Fix)))}
	if f.Fix.Statement != nil && f.Fix.Op != audit.Remove {
		if data, err := f.Fix.Statement.MarshalJSON(); err == nil {
			out.JSON = statementText(data)
		}
	}
	return out
}

// granted lists what is met, where the audit holds it.
func (w htmlWriter) granted() (htmlList, bool) {
	out := htmlList{Title: w.word("section.granted"), Summary: plainText(w.say(counted("html.listed", len(w.a.Granted))))}
	for _, g := range grantsByRule(w.a.Granted) {
		one := htmlItem{Title: w.say(g.title())}
		for _, x := range g.grants {
			one.Findings = append(one.Findings, htmlFinding{
				Severity: "info", Outcome: string(audit.Granted), Account: Visible(x.Account),
				Grade: []span{{Text: w.word("html.granted")}}, Message: w.say(met(x)),
			})
		}
		out.Items = append(out.Items, one)
	}
	return out, len(out.Items) > 0
}

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
	row := make([][]span, 0, len(sourceColumns))
	for _, v := range []string{s.Account, from, s.At, s.As} {
		row = append(row, w.spans(w.optional(v)))
	}
	return append(row, w.spans(w.speaker.list(datums(s.Unread))))
}

// optional is data, or nothing where there is none.
func (w htmlWriter) optional(v string) string {
	if v == "" {
		return ""
	}
	return w.speaker.data(v)
}

// severities are those that findings have.
func (w htmlWriter) severities() []htmlOption {
	var l []htmlOption
	for _, s := range severityOrder {
		if slices.ContainsFunc(w.a.Findings, func(f audit.Finding) bool { return f.Severity == s }) || s == audit.Info && len(w.a.Granted) > 0 {
			l = append(l, htmlOption{string(s), plainText(w.say(severityOf(s)))})
		}
	}
	if slices.ContainsFunc(w.a.Findings, func(f audit.Finding) bool { return !slices.Contains(severityOrder, f.Severity) }) {
		l = append(l, htmlOption{"none", w.word("html.other")})
	}
	return l
}

// choices are the lists by which findings are filtered, where there is a choice.
func (w htmlWriter) choices() []htmlChoice {
	var l []htmlChoice
	for _, c := range []struct {
		id, label string
		of        func(audit.Finding) string
		word      func(string) string
	}{
		{"outcome", "html.outcome", func(f audit.Finding) string { return string(f.Outcome) }, nil},
		{"account", "html.account", func(f audit.Finding) string { return f.Account }, nil},
		{"status", "html.status", func(f audit.Finding) string { return f.Status }, nil},
	} {
		found := values(w.a.Findings, c.of)
		if len(found) < 2 && (c.id != "status" || len(found) == 0) {
			continue
		}
		slices.Sort(found)
		choice := htmlChoice{ID: c.id, Label: w.word(c.label)}
		for _, v := range found {
			choice.Options = append(choice.Options, htmlOption{Visible(v), cut(Visible(v), maxCell)})
		}
		l = append(l, choice)
	}
	return l
}
