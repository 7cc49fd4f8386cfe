// Package coverage compares what the tests of packages leave uncovered with a
// list that gives the reason of each place, so that neither a test nor a reason
// is lost unnoticed. It runs no tests: it reads the profile of a run.
package coverage

import (
	"bufio"
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// A Place is a block of statements. It is named by its text and not by its
// line, so that it stays the same when other lines change.
type Place struct {
	File     string // from the root of the module
	Function string // "Decide", "Evaluator.Decide"
	Line     string // the line on which the block begins, without white space around it
}

func (p Place) String() string { return p.File + " " + p.Function + ": " + p.Line }

// A Package is what the tests of one package cover.
type Package struct {
	Statements, Covered int
}

// Percent is the share of its statements that are covered.
func (p Package) Percent() float64 { return 100 * float64(p.Covered) / float64(max(p.Statements, 1)) }

// A Profile is what `go test -coverprofile` wrote.
type Profile struct {
	Packages  map[string]Package // by folder, from the root of the module
	Uncovered []Place            // in the order of the profile; equal ones as often as there are
}

// A block is a line of a profile.
type block struct {
	file         string
	line, column int // where it begins
	statements   int
	count        int
}

// Read reads a profile. Module is the path of the module that root holds.
func Read(profile []byte, module string, root fs.FS) (Profile, error) {
	p := Profile{Packages: map[string]Package{}}
	blocks, err := blocksOf(profile, module)
	if err != nil {
		return p, err
	}
	sources := map[string]*source{}
	for _, b := range blocks {
		folder := path.Dir(b.file)
		pkg := p.Packages[folder]
		pkg.Statements += b.statements
		if b.count > 0 {
			pkg.Covered += b.statements
		}
		p.Packages[folder] = pkg
		if b.count > 0 {
			continue
		}
		if sources[b.file] == nil {
			if sources[b.file], err = readSource(root, b.file); err != nil {
				return p, err
			}
		}
		place, err := sources[b.file].place(b)
		if err != nil {
			return p, err
		}
		p.Uncovered = append(p.Uncovered, place)
	}
	return p, nil
}

// blocksOf reads the lines of a profile: "file:1.2,3.4 statements count".
func blocksOf(profile []byte, module string) ([]block, error) {
	var blocks []block
	lines := bufio.NewScanner(bytes.NewReader(profile))
	for n := 1; lines.Scan(); n++ {
		if n == 1 && strings.HasPrefix(lines.Text(), "mode: ") {
			continue
		}
		b, ok := blockOf(strings.TrimPrefix(lines.Text(), module+"/"))
		if !ok {
			return nil, fmt.Errorf("line %d of the profile has no reading: %s", n, lines.Text())
		}
		blocks = append(blocks, b)
	}
	if len(blocks) == 0 {
		return nil, fmt.Errorf("the profile is empty")
	}
	return blocks, lines.Err()
}

func blockOf(line string) (b block, ok bool) {
	file, rest, ok := strings.Cut(line, ":")
	if !ok {
		return b, false
	}
	b.file = file
	var endLine, endColumn int
	n, err := fmt.Sscanf(rest, "%d.%d,%d.%d %d %d", &b.line, &b.column, &endLine, &endColumn, &b.statements, &b.count)
	return b, n == 6 && err == nil
}

// A source is a file with its functions.
type source struct {
	name      string
	lines     []string
	functions []function
}

type function struct {
	name        string
	first, last int // lines
}

func readSource(root fs.FS, name string) (*source, error) {
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return nil, err
	}
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, name, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	s := &source{name: name, lines: strings.Split(string(text), "\n")}
	for _, d := range parsed.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			s.functions = append(s.functions, function{nameOf(f), files.Position(f.Pos()).Line, files.Position(f.End()).Line})
		}
	}
	return s, nil
}

// nameOf is the name of a function, after that of its receiver's type.
func nameOf(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	t := f.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if generic, ok := t.(*ast.IndexExpr); ok {
		t = generic.X
	}
	if name, ok := t.(*ast.Ident); ok {
		return name.Name + "." + f.Name.Name
	}
	return f.Name.Name
}

func (s *source) place(b block) (Place, error) {
	i := slices.IndexFunc(s.functions, func(f function) bool { return f.first <= b.line && b.line <= f.last })
	if i < 0 || b.line > len(s.lines) {
		return Place{}, fmt.Errorf("%s:%d is in no function: the profile is of another version", s.name, b.line)
	}
	return Place{s.name, s.functions[i].name, strings.TrimSpace(s.lines[b.line-1])}, nil
}

// A Reason is why a place is not covered.
type Reason struct {
	Place Place
	Why   string
}

// ParseList reads a list of reasons: a place as [Place.String] writes it, and
// below it, indented, why it is not covered. Empty lines, and those that begin
// with #, are for readers.
func ParseList(list []byte) ([]Reason, error) {
	var reasons []Reason
	for i, line := range strings.Split(string(list), "\n") {
		text := strings.TrimSpace(line)
		switch {
		case text == "" || line[0] == '#':
		case line[0] == ' ' || line[0] == '\t':
			if len(reasons) == 0 {
				return nil, fmt.Errorf("line %d: a reason of nothing", i+1)
			}
			last := &reasons[len(reasons)-1]
			last.Why = strings.TrimSpace(last.Why + " " + text)
		default:
			p, ok := placeOf(line)
			if !ok {
				return nil, fmt.Errorf("line %d: a place is \"file function: line\"", i+1)
			}
			reasons = append(reasons, Reason{Place: p})
		}
	}
	return reasons, nil
}

func placeOf(s string) (Place, bool) {
	before, line, ok := strings.Cut(s, ": ")
	file, function, also := strings.Cut(before, " ")
	return Place{file, function, line}, ok && also
}

// Check compares a profile with a list of reasons. It returns what is wrong: a
// package of which less than least percent are covered, an uncovered place that
// the list lacks, one in the list that is covered, and one without a reason.
func Check(p Profile, reasons []Reason, least float64) []string {
	var wrong []string
	for folder, pkg := range p.Packages {
		if got := pkg.Percent(); got < least {
			wrong = append(wrong, fmt.Sprintf("%s: tests cover %.1f %% of its statements, not %g %%", folder, got, least))
		}
	}
	slices.Sort(wrong)
	left := slices.Clone(p.Uncovered)
	for _, r := range reasons {
		i := slices.Index(left, r.Place)
		switch {
		case i < 0:
			wrong = append(wrong, "in the list, and covered or gone: "+r.Place.String())
		case r.Why == "":
			wrong = append(wrong, "in the list without a reason: "+r.Place.String())
		}
		if i >= 0 {
			left = slices.Delete(left, i, i+1)
		}
	}
	for _, place := range left {
		wrong = append(wrong, "no test reaches it, and the list has no reason: "+place.String())
	}
	return wrong
}
