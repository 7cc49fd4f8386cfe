package report_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report"
)

// Whatever the key holds, it moves no cursor and breaks no line, and JSON is JSON.
func TestExplanationOfHostileKeys(t *testing.T) {
	for _, key := range []string{"\x1b[2J", "a\nrepligrant: all is well", "\u202egnp.exe", "\u200b", "##[command]x", "{verdict}", strings.Repeat("世", 341)} {
		e := audit.Explain(audit.Input{}, audit.Object{Bucket: "acme-orders", Key: key, VersionID: key})
		var text, data bytes.Buffer
		if err := report.Explanation(&text, e, report.Options{}); err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"\x1b", "\u202e", "\u200b", "\nrepligrant: all is well", "##["} {
			if strings.Contains(text.String(), bad) {
				t.Errorf("the text about %q holds %q:\n%s", key, bad, text.String())
			}
		}
		if err := report.Explanation(&data, e, report.Options{Format: report.JSON}); err != nil {
			t.Fatal(err)
		}
		var got audit.Explanation
		if err := json.Unmarshal(data.Bytes(), &got); err != nil || got.Object.Key != key {
			t.Errorf("the JSON about %q is about %+v (%v)", key, got.Object, err)
		}
	}
}

// Every failure code is explained in words that the catalogue has, also in
// another language.
func TestExplanationOfCodes(t *testing.T) {
	loud := map[string]string{}
	for _, said := range append(replication.Texts(), audit.Texts()...) {
		loud[said.Key] = "TRANSLATED " + said.Key
	}
	n := 0
	for _, f := range replication.Failures {
		n++
		e, _, _ := audit.ExplainCode(f.Code, "test")
		var text, other bytes.Buffer
		if err := report.Explanation(&text, e, report.Options{Width: 400}); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{f.Code, f.Means.English, f.Do.English, f.Source} {
			if !strings.Contains(text.String(), want) {
				t.Errorf("%s: the text lacks %q:\n%s", f.Code, want, text.String())
			}
		}
		if strings.Contains(text.String(), "[explain.") {
			t.Errorf("%s: a label is lacking:\n%s", f.Code, text.String())
		}
		if err := report.Explanation(&other, e, report.Options{Width: 400, Texts: loud}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(other.String(), f.Means.English) || !strings.Contains(other.String(), "TRANSLATED "+f.Means.Key) {
			t.Errorf("%s is in English in another language:\n%s", f.Code, other.String())
		}
	}
	if n == 0 {
		t.Error("there are no codes")
	}
}
