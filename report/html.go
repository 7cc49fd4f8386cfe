package report

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"

	"github.com/repligrant/repligrant/audit"
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

// auditHTML is an audit as a page for a browser.
func auditHTML(a *audit.Audit, c text.Catalogue, o Options) ([]byte, error) {
	w := htmlWriter{a: a, c: c, names: ruleNames(a), speaker: newHTMLSpeaker(c), owners: ownersOf(a), matrices: matricesOf(a), chosen: choicesOf(a)}
	sections := arrange(a, false)
	var b bytes.Buffer
	err := htmlPage.Execute(&b, w.document(sections, cmp.Or(o.Lang, text.English)))
	return b.Bytes(), err
}

// maxSmall is how many findings a page has at most that is laid out at once.
const maxSmall = 200

// An htmlWriter puts an audit into what the template shows.
type htmlWriter struct {
	a       *audit.Audit
	c       text.Catalogue
	names   map[string]string // of rules in IDs of requirements
	speaker speaker

	owners   map[string]audit.Bucket // by name
	matrices map[ruleKey]audit.Permissions
	chosen   map[string][]string // by the ID of a list: what findings can be filtered by
}

func (w htmlWriter) document(sections []section, lang string) htmlDocument {
	d := htmlDocument{
		Lang: lang, Version: Visible(w.a.Tool.Version), Spec: Visible(w.a.Spec), Policy: pagePolicy,
		Total: len(w.a.Findings) + len(w.a.Granted), Large: len(w.a.Findings)+len(w.a.Granted) > maxSmall,
		Style: template.CSS(pageStyle), Script: template.JS(pageScript), //nolint:gosec // they are ours
		T: w.labels(), Headline: plainText(w.say(headline(w.a))), Mood: w.mood(),
		Printed: plainText(w.say(counted("html.printed", len(w.a.Findings)+len(w.a.Granted)))), Facts: w.sayAll(facts(w.a)), Gaps: w.sayAll(gaps(w.a)), Steps: w.sayAll(steps(w.a, sections)),
		Picture: w.picture(), Columns: w.words(tableHeader), Severities: w.severities(), Choices: w.choices(),
		ExceptionColumns: w.words(exceptionColumns), SourceColumns: w.words(sourceColumns),
	}
	for i, s := range sections {
		d.Rules = append(d.Rules, w.rule(i, s)...)
		if w.shows(i, s) {
			d.Sections = append(d.Sections, w.section(i, s))
		}
	}
	d.Rules, d.More = w.fold(d.Rules)
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
