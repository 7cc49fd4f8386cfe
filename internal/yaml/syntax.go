package yaml

import (
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/repligrant/repligrant/internal/diag"
)

// maxSearch is the size up to which the place of a syntax error is searched
// for. The search reads the text some twenty times.
const maxSearch = 1 << 20

var (
	lineOf = regexp.MustCompile(`^line (\d+): `)
	anchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// syntaxKeys are the problems that have a hint of their own, by what yaml.v3
// says.
var syntaxKeys = map[string]string{
	"mapping values are not allowed in this context":         "yaml-syntax-mapping",
	"did not find expected key":                              "yaml-syntax-indentation",
	"did not find expected '-' indicator":                    "yaml-syntax-indentation",
	"did not find expected node content":                     "yaml-syntax-value",
	"block sequence entries are not allowed in this context": "yaml-syntax-entry",
	"could not find expected ':'":                            "yaml-syntax-colon",
	"found unexpected end of stream":                         "yaml-syntax-quote",
	"did not find expected ',' or ']'":                       "yaml-syntax-bracket",
	"did not find expected ',' or '}'":                       "yaml-syntax-brace",
	"found character that cannot start any token":            "yaml-syntax-character",
	"control characters are not allowed":                     "yaml-syntax-control",
}

// syntax reports an error of yaml.v3, which knows lines roughly and columns not
// at all: the place is where the shortest beginning of the text ends that has
// the same error.
func (p *parser) syntax(err error) {
	problem, line := explain(err)
	pos := diag.Pos{File: p.file, Line: line, Column: 1}
	offset := -1
	if len(p.data) <= maxSearch {
		offset = p.search(problem)
		pos = p.at(offset)
	}
	switch key, ok := syntaxKeys[problem]; {
	case anchor.MatchString(problem):
		p.report(pos, "yaml-anchor-unknown", "name", anchor.FindStringSubmatch(problem)[1])
	case !ok:
		p.report(pos, "yaml-syntax", "problem", problem)
	case key == "yaml-syntax-character" && offset >= 0 && p.data[offset] == '\t':
		p.report(pos, "yaml-syntax-tab")
	default:
		p.report(pos, key)
	}
}

// explain takes apart what yaml.v3 says: the problem, and the line, 1 if there
// is none.
func explain(err error) (problem string, line int) {
	problem = strings.TrimPrefix(err.Error(), "yaml: ")
	line = 1
	if m := lineOf.FindStringSubmatch(problem); m != nil {
		problem = problem[len(m[0]):]
		line, _ = strconv.Atoi(m[1])
	}
	return problem, max(line, 1)
}

// search returns the offset of the character that brings the problem about:
// first by lines, then within the line.
func (p *parser) search(problem string) int {
	ends := lineEnds(p.data)
	n := sort.Search(len(ends)-1, func(i int) bool { return has(p.data[:ends[i]], problem) })
	start := 0
	if n > 0 {
		start = ends[n-1]
	}
	var starts []int // of the characters of the line
	for i := range string(p.data[start:ends[n]]) {
		starts = append(starts, start+i)
	}
	if len(starts) == 0 {
		return start
	}
	last := len(starts) - 1
	c := sort.Search(last, func(i int) bool { return has(p.data[:starts[i+1]], problem) })
	return starts[c]
}

// has reports whether text fails with the problem.
func has(text []byte, problem string) bool {
	_, err := decode(text)
	if err == nil {
		return false
	}
	got, _ := explain(err)
	return got == problem
}

// lineEnds returns the offsets after each line of data. The last is its length.
func lineEnds(data []byte) []int {
	var ends []int
	for i := range data {
		if endsLine(data, i) {
			ends = append(ends, i+1)
		}
	}
	if len(ends) == 0 || ends[len(ends)-1] < len(data) {
		ends = append(ends, len(data))
	}
	return ends
}

// endsLine reports whether a line ends after the byte at i: at a line feed, or
// at a carriage return that none follows.
func endsLine(data []byte, i int) bool {
	return data[i] == '\n' || data[i] == '\r' && (i+1 == len(data) || data[i+1] != '\n')
}

// at is the place of an offset, its column in characters.
func (p *parser) at(offset int) diag.Pos {
	line, start := 1, 0
	for i := range p.data[:offset] {
		if endsLine(p.data, i) {
			line, start = line+1, i+1
		}
	}
	column := utf8.RuneCount(p.data[start:offset]) + 1
	return diag.Pos{File: p.file, Line: line, Column: column}
}
