package iac

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"sort"
	"strconv"
	"unicode/utf8"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/internal/yaml"
)

// jsonTree reads a JSON text into the tree that YAML gives, with places. YAML's
// own reader refuses JSON that is indented with tabs.
func jsonTree(file string, data []byte) (*yaml.Node, diag.List) {
	if offset, ok := tooDeep(data); ok {
		return nil, diag.List{problems.At(diag.Place(file, data, offset), "iac-too-deep", "limit", strconv.Itoa(maxDepth))}
	}
	body := bytes.TrimPrefix(data, []byte("\ufeff"))
	r := &jsonReader{file: file, data: body, d: json.NewDecoder(bytes.NewReader(body))}
	r.d.UseNumber()
	for i, c := range body {
		if c == '\n' {
			r.lines = append(r.lines, i+1)
		}
	}
	n, err := r.value()
	if err == nil {
		if _, err = r.d.Token(); err == nil {
			err = diag.ErrMore
		} else if errors.Is(err, io.EOF) {
			err = nil
		}
	}
	if err != nil {
		pos := r.next()
		r.problems = append(r.problems, problems.At(pos, "iac-template-not-json").With("problem", diag.NotJSON(err)))
	}
	return n, r.problems
}

type jsonReader struct {
	file     string
	data     []byte
	d        *json.Decoder
	lines    []int // where lines begin, but for the first
	last     int   // the offset of the last place, and
	column   int   // its column: a text may be one long line
	problems diag.List
}

// pos is the place of an offset.
func (r *jsonReader) pos(offset int) diag.Pos {
	line := sort.SearchInts(r.lines, offset+1)
	start := 0
	if line > 0 {
		start = r.lines[line-1]
	}
	end := min(max(offset, start), len(r.data))
	if r.last < start || r.last > end {
		r.last, r.column = start, 1
	}
	r.column += utf8.RuneCount(r.data[r.last:end])
	r.last = end
	return diag.Pos{File: r.file, Line: line + 1, Column: r.column}
}

// next is the place of the next value.
func (r *jsonReader) next() diag.Pos {
	offset := int(r.d.InputOffset())
	for offset < len(r.data) && bytes.IndexByte([]byte(" \t\r\n,:"), r.data[offset]) >= 0 {
		offset++
	}
	return r.pos(offset)
}

func (r *jsonReader) value() (*yaml.Node, error) {
	pos := r.next()
	token, err := r.d.Token()
	if err != nil {
		return nil, err
	}
	n := &yaml.Node{Kind: yaml.Scalar, Pos: pos}
	switch v := token.(type) {
	case json.Delim:
		if v == '[' {
			return n, r.items(n)
		}
		return n, r.entries(n)
	case string:
		n.Text, n.Quoted = v, true
	case json.Number:
		n.Text, n.Type = v.String(), yaml.Number
	case bool:
		n.Text, n.Type = strconv.FormatBool(v), yaml.Bool
	default:
		n.Type = yaml.Null
	}
	return n, nil
}

func (r *jsonReader) items(n *yaml.Node) error {
	n.Kind = yaml.Sequence
	for r.d.More() {
		item, err := r.value()
		if err != nil {
			return err
		}
		n.Items = append(n.Items, item)
	}
	_, err := r.d.Token()
	return err
}

func (r *jsonReader) entries(n *yaml.Node) error {
	n.Kind = yaml.Mapping
	seen := map[string]bool{}
	for r.d.More() {
		pos := r.next()
		token, err := r.d.Token()
		if err != nil {
			return err
		}
		key, _ := token.(string) // the decoder takes nothing else for a key
		value, err := r.value()
		if err != nil {
			return err
		}
		if seen[key] {
			r.problems = append(r.problems, problems.At(pos, "iac-duplicate-key", "key", strconv.Quote(key)))
			continue
		}
		seen[key] = true
		n.Entries = append(n.Entries, yaml.Entry{Key: key, Pos: pos, Value: value})
	}
	_, err := r.d.Token()
	return err
}
