package suppress

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/internal/yaml"
)

// Parse reads a file. File is its name for messages, checks are the names that
// there are. The error holds every problem of the text, each with its place;
// where there is one there are no entries.
func Parse(file string, data []byte, checks []string) ([]Entry, error) {
	root, problems := yaml.Parse(file, data, MaxSize)
	p := &parser{problems: problems, checks: checks}
	if root != nil {
		p.file(root)
	}
	if err := p.problems.Err(); err != nil {
		return nil, err
	}
	return p.entries, nil
}

type parser struct {
	checks   []string
	entries  []Entry
	problems diag.List
}

func (p *parser) report(pos diag.Pos, key string, args ...string) {
	switch {
	case len(p.problems) < yaml.MaxProblems:
		p.problems = append(p.problems, table.At(pos, key, args...))
	case len(p.problems) == yaml.MaxProblems:
		p.problems = append(p.problems, table.At(pos, "suppress-too-many-wrong", "limit", strconv.Itoa(yaml.MaxProblems)))
	}
}

func (p *parser) file(root *yaml.Node) {
	if root.Kind != yaml.Mapping {
		if root.Kind != yaml.Invalid {
			p.report(root.Pos, "suppress-not-a-file")
		}
		return
	}
	p.lacking(root.Pos, root, []string{"version", "suppress"})
	for _, e := range root.Entries {
		switch e.Key {
		case "version":
			if e.Value.Kind != yaml.Scalar || e.Value.Text != "1" {
				p.report(e.Value.Pos, "suppress-version", "version", e.Value.Text)
			}
		case "suppress":
			p.list(e.Value)
		default:
			p.unknown(e, []string{"version", "suppress"})
		}
	}
}

// lacking reports the keys that must be there and are not.
func (p *parser) lacking(pos diag.Pos, n *yaml.Node, keys []string) {
	for _, key := range keys {
		if !slices.ContainsFunc(n.Entries, func(e yaml.Entry) bool { return e.Key == key }) {
			p.report(pos, "suppress-key-missing", "key", key, "example", examples[key])
		}
	}
}

func (p *parser) unknown(e yaml.Entry, choices []string) {
	if near := diag.Nearest(e.Key, choices); near != "" {
		p.report(e.Pos, "suppress-similar-key", "name", strconv.Quote(e.Key), "suggestion", near)
		return
	}
	p.report(e.Pos, "suppress-unknown-key", "name", strconv.Quote(e.Key), "choices", strings.Join(choices, ", "))
}

// list reads the entries. That there is none yet is right: a file may begin so.
func (p *parser) list(n *yaml.Node) {
	if n.Kind != yaml.Sequence {
		if n.Kind != yaml.Invalid && (n.Kind != yaml.Scalar || n.Type != yaml.Null) {
			p.report(n.Pos, "suppress-not-list", "key", "suppress")
		}
		return
	}
	for _, item := range n.Items {
		switch item.Kind {
		case yaml.Mapping:
			p.entry(item)
		case yaml.Invalid: // has been reported
		default:
			p.report(item.Pos, "suppress-not-mapping")
		}
	}
}

func (p *parser) entry(n *yaml.Node) {
	e := Entry{Pos: n.Pos}
	fields := map[string]*string{
		"finding": &e.Finding, "check": &e.Check, "from": &e.From, "rule": &e.Rule, "account": &e.Account,
		"reason": &e.Reason, "owner": &e.Owner, "expires": &e.Expires,
	}
	places := map[string]diag.Pos{}
	for _, x := range n.Entries {
		to, ok := fields[x.Key]
		if !ok {
			p.unknown(x, known)
			continue
		}
		places[x.Key] = x.Pos
		if text, ok := p.text(x); ok {
			*to = text
			p.value(x.Key, text, x.Value.Pos)
		}
	}
	p.lacking(n.Pos, n, obligatory)
	p.subject(n.Pos, places)
	p.entries = append(p.entries, e)
}

// text reads a value. Whatever type YAML takes it for, it stays as written: an ID
// may look like a number.
func (p *parser) text(x yaml.Entry) (string, bool) {
	switch {
	case x.Value.Kind == yaml.Invalid: // has been reported
		return "", false
	case x.Value.Kind != yaml.Scalar:
		p.report(x.Value.Pos, "suppress-not-text", "key", x.Key)
		return "", false
	case x.Value.Type == yaml.Null || strings.TrimSpace(x.Value.Text) == "":
		p.report(x.Value.Pos, "suppress-empty", "key", x.Key, "example", examples[x.Key])
		return "", false
	}
	return x.Value.Text, true
}

var findingID = regexp.MustCompile(`^[0-9a-f]{32}$`)

// value checks the form of a value.
func (p *parser) value(key, text string, pos diag.Pos) {
	quoted := strconv.Quote(text)
	switch {
	case key == "finding" && !findingID.MatchString(text):
		p.report(pos, "suppress-finding", "value", quoted)
	case key == "account" && !arn.IsAccountID(text):
		p.report(pos, "suppress-account", "value", quoted)
	case key == "expires" && !isDay(text):
		p.report(pos, "suppress-expires", "value", quoted)
	case key == "check" && text == Expiry:
		p.report(pos, "suppress-expiry", "value", text)
	case key == "check" && !slices.Contains(p.checks, text):
		if near := diag.Nearest(text, p.checks); near != "" {
			p.report(pos, "suppress-similar-check", "value", quoted, "suggestion", near)
			return
		}
		p.report(pos, "suppress-check", "value", quoted)
	}
}

// subject checks that an entry says what it is about, once.
func (p *parser) subject(pos diag.Pos, places map[string]diag.Pos) {
	finding, one := places["finding"]
	_, all := places["check"]
	switch {
	case one && all:
		p.report(finding, "suppress-both")
	case !one && !all:
		p.report(pos, "suppress-nothing")
	case one:
		for _, key := range narrowing {
			if at, ok := places[key]; ok {
				p.report(at, "suppress-narrow", "key", key)
			}
		}
	}
}
