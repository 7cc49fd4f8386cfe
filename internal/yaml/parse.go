package yaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	yaml "gopkg.in/yaml.v3"

	"github.com/repligrant/repligrant/internal/diag"
)

// maxDepth is how deep mappings and sequences may nest. Nothing that people
// write comes near.
const maxDepth = 64

// MaxProblems is how many problems of one text are reported. A file that is no
// YAML for people can have millions.
const MaxProblems = 10_000

// Parse reads one document. The node is nil if the text could not be read as
// YAML at all, or holds nothing; then there is a problem that says so. A tree
// with problems has Invalid nodes where they lie, so that a caller can go on and
// report its own. Data longer than limit bytes is not looked at.
func Parse(file string, data []byte, limit int) (*Node, diag.List) {
	return ParseTagged(file, data, limit, func(string) bool { return false })
}

// ParseTagged is [Parse] for texts in which values may have tags: those that the
// function knows. They are kept, and mean nothing here.
func ParseTagged(file string, data []byte, limit int, known func(tag string) bool) (*Node, diag.List) {
	p := &parser{file: file, data: data, known: known}
	if problem := table.Larger(diag.Pos{File: file, Line: 1, Column: 1}, "yaml-too-large", data, limit); problem != nil {
		return nil, diag.List{problem}
	}
	p.data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !p.readable() {
		return nil, p.problems
	}
	p.end = p.at(len(p.data))
	documents, err := decode(p.data)
	if err != nil {
		p.syntax(err)
		return nil, p.problems
	}
	return p.document(documents), p.problems
}

// A parser turns the nodes of yaml.v3 into ours.
type parser struct {
	file     string
	data     []byte
	end      diag.Pos // of data
	known    func(tag string) bool
	problems diag.List
}

func (p *parser) report(pos diag.Pos, key string, args ...string) {
	p.add(table.At(pos, key, args...))
}

// clash reports two places that do not fit. The message names the second as
// {other}.
func (p *parser) clash(pos, other diag.Pos, key string, args ...string) {
	d := table.At(pos, key, append(args, "other", other.String())...)
	d.Related = other
	p.add(d)
}

// add adds a problem. Of too many, the last says so.
func (p *parser) add(d *diag.Diagnostic) {
	switch {
	case len(p.problems) < MaxProblems:
		p.problems = append(p.problems, d)
	case len(p.problems) == MaxProblems:
		p.problems = append(p.problems, table.At(d.Pos, "yaml-too-many-problems", "limit", strconv.Itoa(MaxProblems)))
	}
}

// readable reports whether the text is UTF-8 in which YAML and editors count
// the same lines. YAML ends a line at three characters where editors do not.
func (p *parser) readable() bool {
	for i := 0; i < len(p.data); {
		r, size := utf8.DecodeRune(p.data[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			p.report(p.at(i), "yaml-not-utf-8", "byte", fmt.Sprintf("0x%02X", p.data[i]))
			return false
		case r == '\u0085' || r == '\u2028' || r == '\u2029':
			p.report(p.at(i), "yaml-line-separator", "character", fmt.Sprintf("U+%04X", r), "escape", fmt.Sprintf(`\u%04x`, r))
			return false
		}
		i += size
	}
	return true
}

// decode reads the first two documents; who finds two has found one too many.
func decode(data []byte) (documents []*yaml.Node, err error) {
	defer func() {
		if v := recover(); v != nil { // yaml.v3 panics on what it did not foresee
			err = fmt.Errorf("yaml: %v", v)
		}
	}()
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for len(documents) < 2 {
		var n yaml.Node
		err := decoder.Decode(&n)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		documents = append(documents, &n)
	}
	return documents, nil
}

func (p *parser) document(documents []*yaml.Node) *Node {
	if len(documents) == 0 {
		p.report(diag.Pos{File: p.file, Line: 1, Column: 1}, "yaml-empty")
		return nil
	}
	if len(documents) > 1 {
		p.report(p.pos(documents[1]), "yaml-second-document")
	}
	return p.node(documents[0].Content[0], 1)
}

// pos is the place of n. For an empty value at the end of a text without a line
// feed, yaml.v3 gives a place behind the text.
func (p *parser) pos(n *yaml.Node) diag.Pos {
	pos := diag.Pos{File: p.file, Line: n.Line, Column: n.Column}
	if pos.Compare(p.end) > 0 {
		return p.end
	}
	return pos
}

// node converts n and what is below it.
func (p *parser) node(n *yaml.Node, depth int) *Node {
	pos := p.pos(n)
	switch {
	case n.Kind == yaml.AliasNode:
		p.clash(pos, p.pos(n.Alias), "yaml-alias", "name", n.Value)
		return &Node{Pos: pos}
	case depth > maxDepth:
		p.report(pos, "yaml-too-deep", "depth", strconv.Itoa(maxDepth))
		return &Node{Pos: pos}
	case n.Style&yaml.TaggedStyle != 0 && !p.known(n.Tag):
		p.report(pos, "yaml-tag", "tag", n.Tag)
		return &Node{Pos: pos}
	case n.Anchor != "":
		p.report(pos, "yaml-anchor", "name", n.Anchor)
	}
	tag := ""
	if n.Style&yaml.TaggedStyle != 0 {
		tag = n.Tag
	}
	switch n.Kind {
	case yaml.MappingNode:
		return &Node{Kind: Mapping, Pos: pos, Tag: tag, Entries: p.entries(n, depth)}
	case yaml.SequenceNode:
		return &Node{Kind: Sequence, Pos: pos, Tag: tag, Items: p.items(n, depth)}
	default:
		out := scalar(n, pos)
		out.Tag = tag
		return out
	}
}

func (p *parser) items(n *yaml.Node, depth int) []*Node {
	items := make([]*Node, 0, len(n.Content))
	for i, c := range n.Content {
		items = append(items, p.node(c, depth+1))
		n.Content[i] = nil // so that no large text is in memory as two trees
	}
	return items
}

// entries converts the pairs of a mapping. A key that is not a string, or that
// came before, is reported, and its pair left out.
func (p *parser) entries(n *yaml.Node, depth int) []Entry {
	entries := make([]Entry, 0, len(n.Content)/2)
	first := make(map[string]diag.Pos, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, ok := p.key(n.Content[i])
		value := p.node(n.Content[i+1], depth+1)
		if !ok {
			continue
		}
		pos := p.pos(n.Content[i])
		if earlier, ok := first[key]; ok {
			p.clash(pos, earlier, "yaml-duplicate-key", "key", strconv.Quote(key))
			continue
		}
		first[key] = pos
		entries = append(entries, Entry{Key: key, Pos: pos, Value: value})
	}
	return entries
}

// key returns the text of a key. It is false, and reported, if the key is
// anything but an ordinary string.
func (p *parser) key(n *yaml.Node) (string, bool) {
	pos := p.pos(n)
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag == "!!merge":
		p.report(pos, "yaml-merge-key")
	case n.Kind != yaml.ScalarNode:
		p.report(pos, "yaml-key-not-scalar")
	case n.Style&yaml.TaggedStyle != 0:
		p.report(pos, "yaml-tag", "tag", n.Tag)
	case n.Anchor != "":
		p.report(pos, "yaml-anchor", "name", n.Anchor)
	case n.Value == "" && n.Tag == "!!null":
		p.report(pos, "yaml-key-missing")
	case n.Tag != "!!str":
		p.report(pos, "yaml-key-not-string", "key", n.Value, "quoted", strconv.Quote(n.Value))
	default:
		return n.Value, true
	}
	return "", false
}

// quoted is every style that makes a scalar a string, whatever it looks like.
const quoted = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle

func scalar(n *yaml.Node, pos diag.Pos) *Node {
	node := &Node{Kind: Scalar, Pos: pos, Text: n.Value, Quoted: n.Style&quoted != 0}
	switch n.Tag {
	case "!!null":
		node.Type = Null
	case "!!bool":
		node.Type = Bool
	case "!!int", "!!float":
		node.Type = Number
	case "!!timestamp":
		node.Type = Time
	}
	return node
}
