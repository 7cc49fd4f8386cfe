package coverage_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/internal/coverage"
)

const source = `package p

func F(x int) int {
	if x > 0 {
		return 1
	}
	return 0
}

type T[K any] struct{}

func (t *T[K]) M() {
	if true {
		println()
	}
}

func (t T[K]) N() {
	println()
}
`

// profile is of a run in which F was called with 1, and M.
const profile = `mode: set
example.com/m/p/p.go:3.19,4.12 1 1
example.com/m/p/p.go:4.12,6.3 1 1
example.com/m/p/p.go:7.2,7.10 1 0
example.com/m/p/p.go:12.20,13.10 1 1
example.com/m/p/p.go:13.10,15.3 1 1
example.com/m/p/p.go:18.19,20.2 1 0
`

var root = fstest.MapFS{"p/p.go": {Data: []byte(source)}}

func read(t *testing.T) coverage.Profile {
	t.Helper()
	p, err := coverage.Read([]byte(profile), "example.com/m", root)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestRead(t *testing.T) {
	want := coverage.Profile{
		Packages: map[string]coverage.Package{"p": {Statements: 6, Covered: 4}},
		Uncovered: []coverage.Place{
			{File: "p/p.go", Function: "F", Line: "return 0"},
			{File: "p/p.go", Function: "T.N", Line: "func (t T[K]) N() {"},
		},
	}
	if d := cmp.Diff(want, read(t)); d != "" {
		t.Errorf("Read (-want +got):\n%s", d)
	}
}

func TestReadRefuses(t *testing.T) {
	tests := map[string]struct{ profile, want string }{
		"nothing":              {"mode: set\n", "the profile is empty"},
		"no profile":           {"ok p 1.0s", "line 1 of the profile has no reading: ok p 1.0s"},
		"a block cut short":    {"p/p.go:1.2,3.4 1", "line 1 of the profile has no reading: p/p.go:1.2,3.4 1"},
		"a file that is not":   {"q.go:1.2,3.4 1 0", "open q.go: file does not exist"},
		"a place that is not":  {"p/p.go:99.1,99.2 1 0", "p/p.go:99 is in no function: the profile is of another version"},
		"between functions":    {"p/p.go:10.1,10.2 1 0", "p/p.go:10 is in no function: the profile is of another version"},
		"a file that is no Go": {"bad.go:1.1,1.2 1 0", "bad.go:1:1: expected 'package', found bad"},
	}
	files := fstest.MapFS{"p/p.go": root["p/p.go"], "bad.go": {Data: []byte("bad")}}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := coverage.Read([]byte(tt.profile), "example.com/m", files)
			if err == nil || err.Error() != tt.want {
				t.Errorf("Read: %v; want %s", err, tt.want)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	const f, n = "p/p.go F: return 0\n", "p/p.go T.N: func (t T[K]) N() {\n"
	const why = "\tnobody calls it,\n\tand nobody will\n"
	tests := map[string]struct {
		list  string
		least float64
		want  []string
	}{
		"all have a reason":   {"# a list\n\n" + f + why + n + why, 60, nil},
		"one is not listed":   {f + why, 60, []string{"no test reaches it, and the list has no reason: p/p.go T.N: func (t T[K]) N() {"}},
		"one is covered now":  {f + why + n + why + "p/p.go F: return 1\n" + why, 60, []string{"in the list, and covered or gone: p/p.go F: return 1"}},
		"one has no reason":   {f + n + why, 60, []string{"in the list without a reason: p/p.go F: return 0"}},
		"one is listed twice": {f + why + f + why + n + why, 60, []string{"in the list, and covered or gone: p/p.go F: return 0"}},
		"too little":          {f + why + n + why, 70, []string{"p: tests cover 66.7 % of its statements, not 70 %"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			reasons, err := coverage.ParseList([]byte(tt.list))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, coverage.Check(read(t), reasons, tt.least)); d != "" {
				t.Errorf("what is wrong (-want +got):\n%s", d)
			}
		})
	}
}

func TestParseList(t *testing.T) {
	reasons, err := coverage.ParseList([]byte("a.go T.F: case x: // y: z\n  because\n  of that\n"))
	want := []coverage.Reason{{Place: coverage.Place{File: "a.go", Function: "T.F", Line: "case x: // y: z"}, Why: "because of that"}}
	if d := cmp.Diff(want, reasons); d != "" || err != nil {
		t.Errorf("ParseList: %v (-want +got):\n%s", err, d)
	}
	for _, list := range []string{"  why\n", "a.go\n", "a.go: x\n"} {
		if reasons, err := coverage.ParseList([]byte(list)); err == nil || !strings.HasPrefix(err.Error(), "line 1: ") {
			t.Errorf("ParseList(%q) = %v, %v; want an error", list, reasons, err)
		}
	}
}
