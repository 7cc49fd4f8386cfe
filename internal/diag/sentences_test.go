package diag_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/internal/diag"
)

var sentences = diag.Sentences{"lacks": "{who} lacks {what}", "all": "all but {names}"}

func TestSentences(t *testing.T) {
	got := sentences.Text("lacks", "what", "{who}").With("who", sentences.Text("all", "names", "x")).Said()
	want := diag.Said{
		Key: "lacks", English: "all but x lacks {who}",
		Args: map[string]string{"what": "{who}", "who": "all but x", "who_key": "all", "who.names": "x"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("a text within a text (-want +got):\n%s", diff)
	}
	if got, want := sentences.Text("unheard-of").String(), "unheard-of"; got != want {
		t.Errorf("a key without a sentence says %q, want %q", got, want)
	}
}

func TestJoin(t *testing.T) {
	all := sentences.Text("all", "names", "x")
	got := diag.Join(diag.Semicolon, []diag.Text{diag.Datum("{2}"), all}).Said()
	want := diag.Said{
		Key: diag.Semicolon, English: "{2}; all but x",
		Args: map[string]string{"1": "{2}", "2": "all but x", "2_key": "all", "2.names": "x"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("two (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(all, diag.Join(diag.And, []diag.Text{all})); diff != "" {
		t.Errorf("one alone (-want +got):\n%s", diff)
	}
}

// Put and Parts are each other's inverse, down to the innermost text.
func TestParts(t *testing.T) {
	inner := sentences.Text("all").With("names", sentences.Text("lacks", "who", "he", "what", "it"))
	args := map[string]string{}
	diag.Put(args, "deep", inner)
	diag.Put(args, "datum", diag.Datum("x"))
	want := map[string]diag.Said{"deep": inner.Said(), "datum": {English: "x"}}
	if diff := cmp.Diff(want, diag.Parts(args)); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]diag.Said{"names": sentences.Text("lacks", "who", "he", "what", "it").Said()}, diag.Parts(diag.Parts(args)["deep"].Args)); diff != "" {
		t.Errorf("parts of parts (-want +got):\n%s", diff)
	}
	if got := diag.Parts(map[string]string{"a_key": "all", "b.names": "x"}); len(got) != 0 {
		t.Errorf("what is no argument is one: %v", got)
	}
}

func TestRecognize(t *testing.T) {
	s := diag.Sentences{"text": "{name} is a string", "texts": "{name} is a string or a string", "same": "{a} and {a}"}
	for sentence, want := range map[string]diag.Text{
		"Sid is a string":                s.Text("text", "name", "Sid"),
		"Sid is a string or a string":    s.Text("texts", "name", "Sid"),
		"x.* {name}\nis is a string":     s.Text("text", "name", "x.* {name}\nis"),
		"one and one":                    s.Text("same", "a", "one"),
		"one and two":                    {},
		"Sid is a string, it is thought": {},
		"":                               {},
	} {
		got, ok := s.Recognize(sentence)
		if diff := cmp.Diff(want, got); diff != "" || ok != (want.Key != "") {
			t.Errorf("%q is known: %t (-want +got):\n%s", sentence, ok, diff)
		}
	}
}
