package planner

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// context is how many lines that stay stand around those that change.
const context = 3

// maxCells bounds the work of finding what two texts have in common. Above it
// all lines between the first and the last difference go, and all others come.
const maxCells = 4 << 20

// diff returns what turns one JSON text into another, as a unified diff of both
// in indented form; "" if nothing does.
func diff(from, to []byte) string { return unified(from, to, "existing", "merged") }

// unified is diff with names for the texts.
func unified(from, to []byte, was, is string) string {
	a, b := lines(from), lines(to)
	script := compare(a, b)
	var out strings.Builder
	for i := 0; i < len(script); {
		if script[i].kind == ' ' {
			i++
			continue
		}
		end := i + 1
		for next := end; next < len(script) && next-end <= 2*context; next++ {
			if script[next].kind != ' ' {
				end = next + 1
			}
		}
		if out.Len() == 0 {
			out.WriteString(header(from, was, "---") + header(to, is, "+++"))
		}
		writeHunk(&out, script, max(i-context, 0), min(end+context, len(script)))
		i = end
	}
	return out.String()
}

// header is the line that names a text. That of nothing is what patch(1) knows
// for it.
func header(text []byte, name, sign string) string {
	if text == nil {
		name = "/dev/null"
	}
	return sign + " " + name + "\n"
}

// lines lays JSON out.
func lines(text []byte) []string {
	if text == nil {
		return nil
	}
	var b bytes.Buffer
	if err := json.Indent(&b, compact(text), "", "  "); err != nil {
		panic("planner: " + err.Error()) //nolint:forbidigo // the caller has parsed it
	}
	return strings.Split(b.String(), "\n")
}

// An edit is one line: ' ' stays, '-' goes, '+' comes.
type edit struct {
	kind byte
	line string
}

// compare returns the lines of both texts in one list.
func compare(a, b []string) []edit {
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	end := 0
	for end < len(a)-start && end < len(b)-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	script := mark(nil, ' ', a[:start])
	script = append(script, middle(a[start:len(a)-end], b[start:len(b)-end])...)
	return mark(script, ' ', a[len(a)-end:])
}

func mark(script []edit, kind byte, lines []string) []edit {
	for _, l := range lines {
		script = append(script, edit{kind, l})
	}
	return script
}

// middle keeps a longest common subsequence of both texts.
func middle(a, b []string) []edit {
	if len(a)*len(b) > maxCells {
		return mark(mark(nil, '-', a), '+', b)
	}
	longest := table(a, b)
	var script []edit
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			script = append(script, edit{' ', a[i]})
			i, j = i+1, j+1
		case longest[i+1][j] >= longest[i][j+1]:
			script = append(script, edit{'-', a[i]})
			i++
		default:
			script = append(script, edit{'+', b[j]})
			j++
		}
	}
	return mark(mark(script, '-', a[i:]), '+', b[j:])
}

// table has, for each pair of places, how much the rests have in common.
func table(a, b []string) [][]int32 {
	t := make([][]int32, len(a)+1)
	for i := range t {
		t[i] = make([]int32, len(b)+1)
	}
	for i, line := range slices.Backward(a) {
		for j, other := range slices.Backward(b) {
			if line == other {
				t[i][j] = t[i+1][j+1] + 1
			} else {
				t[i][j] = max(t[i+1][j], t[i][j+1])
			}
		}
	}
	return t
}

// writeHunk writes a part of the script with where it stands in either text.
func writeHunk(out *strings.Builder, script []edit, from, to int) {
	count := func(part []edit, without byte) (n int) {
		for _, e := range part {
			if e.kind != without {
				n++
			}
		}
		return n
	}
	span := func(without byte) string {
		before, n := count(script[:from], without), count(script[from:to], without)
		if n > 0 {
			before++
		}
		return fmt.Sprintf("%d,%d", before, n)
	}
	fmt.Fprintf(out, "@@ -%s +%s @@\n", span('+'), span('-'))
	for _, e := range script[from:to] {
		out.WriteByte(e.kind)
		out.WriteString(e.line + "\n")
	}
}
