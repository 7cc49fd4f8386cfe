package text_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/report/text"
)

// sentences are what some package says.
var sentences = diag.Sentences{
	"lacks":  "{who} lacks {what}",
	"all":    "all but {names}",
	"either": "{one}, or {other}",
}

// other is a language that knows some of it.
var other = text.New(map[string]string{
	"lacks": "{what} <- {who}", "all": "* - {names}", diag.And: " & ", "gaps.undecided": "???",
})

func TestSay(t *testing.T) {
	everybody := sentences.Text("all", "names", "{x}")
	lacks := sentences.Text("lacks").With("who", everybody).With("what", diag.Join(diag.And, []diag.Text{
		diag.Datum("a"), sentences.Text("all", "names", "b"), sentences.Text("either", "one", "c", "other", "d"),
	}))
	tests := []struct {
		name           string
		said           diag.Said
		english, other string
	}{
		{"a text within a text", lacks.Said(), "all but {x} lacks a and all but b and c, or d", "a & * - b & c, or d <- * - {x}"},
		{"a key that nobody knows", diag.Said{Key: "new", English: "as {it} came", Args: map[string]string{"it": "x"}}, "as {it} came", "as {it} came"},
		{"no key", diag.Said{English: "as it came"}, "as it came", "as it came"},
		{"an argument that lacks", diag.Said{Key: "lacks", English: "he lacks it", Args: map[string]string{"who": "he"}}, "he lacks it", "he lacks it"},
		{"a list without items", diag.Said{Key: diag.And, English: "a and b"}, "a and b", ""},
	}
	for _, tt := range tests {
		if got := english(t).Say(tt.said); got != tt.english {
			t.Errorf("%s: English says %q, want %q", tt.name, got, tt.english)
		}
		if got := other.Say(tt.said); got != tt.other {
			t.Errorf("%s: the other language says %q, want %q", tt.name, got, tt.other)
		}
	}
}

// A saved audit may hold anything: texts within texts without end must not keep
// a report from ending.
func TestSayEnds(t *testing.T) {
	doubling := text.New(map[string]string{"twice": "{a}{a}"})
	args := map[string]string{}
	for i := range 64 {
		name := strings.Repeat("a.", i) + "a"
		args[name], args[name+"_key"] = "x", "twice"
	}
	if got := doubling.Say(diag.Said{Key: "twice", English: "x", Args: args}); len(got) > 1<<12 {
		t.Errorf("%d characters of nothing", len(got))
	}
}

func TestGetFallsBack(t *testing.T) {
	if got := other.Get("gaps.undecided", nil); got != "???" {
		t.Errorf("a label says %q, want the other language", got)
	}
	if got, want := other.Get("owner.unknown", nil), "the owner"; got != want {
		t.Errorf("a label that lacks says %q, want %q", got, want)
	}
}

type keyed struct{ error }

func (keyed) Text() diag.Text { return sentences.Text("lacks", "who", "he", "what", "it") }

func TestProblem(t *testing.T) {
	table := diag.Table{"lacks": {Message: sentences["lacks"], Hint: "give {what}"}}
	pos := diag.Pos{File: "f", Line: 1, Column: 2}
	tests := []struct {
		err  error
		want [2]string
	}{
		{table.At(diag.Pos{}, "lacks", "who", "he", "what", "it"), [2]string{"it <- he", "give it"}},
		{table.At(pos, "lacks", "who", "he", "what", "it"), [2]string{"f:1:2: it <- he", "give it"}},
		{fmt.Errorf("more: %w", table.At(pos, "lacks", "who", "he", "what", "it")), [2]string{"more: f:1:2: he lacks it", ""}},
		{keyed{errors.New("he lacks it")}, [2]string{"it <- he", ""}},
		{errors.New("plain"), [2]string{"plain", ""}},
	}
	for _, tt := range tests {
		message, hint := other.Problem(tt.err)
		if diff := cmp.Diff(tt.want, [2]string{message, hint}); diff != "" {
			t.Errorf("%v (-want +got):\n%s", tt.err, diff)
		}
	}
}
