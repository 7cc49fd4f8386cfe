package audit_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/audit"
)

// A story is a clean set-up with changes, and all that an audit finds then.
type story struct {
	name    string
	edits   []edit
	want    []string      // findings, as line writes them
	says    string        // of the first finding: its evidence, as says writes it
	verdict audit.Verdict // of the first rule; replicates if nothing is said
}

func play(t *testing.T, stories []story) {
	t.Helper()
	if len(stories) == 0 {
		t.Fatal("no stories")
	}
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			w := clean(t)
			for _, e := range s.edits {
				e(w)
			}
			s.check(t, w.audit())
		})
	}
}

func (s story) check(t *testing.T, out *audit.Audit) {
	t.Helper()
	if s.want == nil {
		s.want = []string{}
	}
	if diff := cmp.Diff(s.want, lines(out)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if len(out.Findings) > 0 && s.says != "" {
		if diff := cmp.Diff(s.says, says(out.Findings[0])); diff != "" {
			t.Errorf("evidence (-want +got):\n%s", diff)
		}
	}
	if s.verdict == "" {
		s.verdict = audit.Replicates
	}
	if len(out.Rules) == 0 || out.Rules[0].Verdict != s.verdict {
		t.Errorf("the verdicts are %v, want %s first", out.Rules, s.verdict)
	}
	sound(t, out)
}

// sound checks what holds for every audit.
func sound(t *testing.T, out *audit.Audit) {
	t.Helper()
	ids := map[string]string{}
	for _, f := range out.Findings {
		if before, ok := ids[f.ID]; ok {
			t.Errorf("two findings have one ID: %s\n%s", before, line(f))
		}
		ids[f.ID] = line(f)
		translatableFinding(t, f)
		for name, value := range map[string]string{
			"ID": f.ID, "check": f.Check, "outcome": string(f.Outcome), "severity": string(f.Severity), "document": string(f.Document),
			"target": f.Target, "message": f.Message, "key": f.Key, "source": f.Source,
		} {
			if value == "" {
				t.Errorf("%s has no %s", line(f), name)
			}
		}
		if len(f.Evidence) == 0 {
			t.Errorf("%s has no evidence", line(f))
		}
		if f.Fix == nil || f.Fix.Text == "" {
			t.Errorf("%s has no fix", line(f))
		}
		if out.Spec != "" && f.Position.IsZero() {
			t.Errorf("%s has no place in the spec", line(f))
		}
		if kind := string(f.Document); strings.Contains(kind, "-") && strings.Contains(f.Message, kind+" ") {
			t.Errorf("the message of %s names its document as programs do: %s", line(f), f.Message)
		}
		for i := range f.Message {
			if f.Message[i] == '{' && !strings.HasSuffix(f.Message[:i], "$") { // a policy variable
				t.Errorf("the message of %s is not filled: %s", line(f), f.Message)
			}
		}
	}
}

func TestClean(t *testing.T) {
	play(t, []story{
		{name: "across accounts"},
		{name: "in one account", edits: []edit{sameAccount, put(sameDestination+" > Policy", "null")}},
		{name: "with a writer", edits: []edit{writes(nil)}},
		{name: "without a spec", edits: []edit{noSpec}},
	})
}
