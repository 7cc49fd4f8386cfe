package report_test

import (
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
)

// Data in a sentence is code in HTML, whatever it looks like; a sentence that is
// not known is taken apart by the look of its words.
func TestHTMLKnowsDataFromWords(t *testing.T) {
	for _, test := range []struct {
		name, key, message string
		args               map[string]string
		want               string
	}{
		{
			"a rule and a bucket with names of words", "rule-missing", "the configuration of configuration has no rule that does what rule says",
			map[string]string{"bucket": "configuration", "rule": "rule"},
			"the configuration of <code>configuration</code> has no rule that does what <code>rule</code> says",
		},
		{
			"a name with a backtick and a tag", "rule-missing", "the configuration of a has no rule that does what `<b> says",
			map[string]string{"bucket": "a", "rule": "`<b>"},
			"the configuration of <code>a</code> has no rule that does what <code>`&lt;b&gt;</code> says",
		},
		{
			"another version's sentence", "rule-odd", "rule a is odd for s3:GetObject",
			map[string]string{"rule": "a"},
			"rule a is odd for <code>s3:GetObject</code>",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := broken()
			a.Findings = a.Findings[:1]
			f := &a.Findings[0]
			f.Outcome, f.Key, f.Message, f.Args = audit.Missing, test.key, test.message, test.args
			if got := htmlOf(t, a); !strings.Contains(strings.ReplaceAll(got, "<wbr>", ""), test.want) {
				i := strings.Index(got, test.message[:8])
				t.Errorf("no %s in\n%s", test.want, got[max(i, 0):min(i+300, len(got))])
			}
		})
	}
}
