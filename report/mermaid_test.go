package report_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/internal/golden"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/report"
)

// drawing returns the diagram in the Markdown of a plan, "" if there is none.
func drawing(t testing.TB, o planner.Outline) (diagram, whole string) {
	t.Helper()
	p := plan()
	p.Outline = o
	whole = planAs(t, p, report.Options{Format: report.Markdown})
	checkMarkdown(t, whole)
	_, rest, _ := strings.Cut(whole, "```mermaid\n")
	diagram, _, _ = strings.Cut(rest, "```\n")
	return diagram, whole
}

// between is an outline of rules from one bucket to others, from each to several.
func between(pairs, rules int) planner.Outline {
	o := planner.Outline{Accounts: []planner.Account{{ID: "111122223333", Name: "prod"}}}
	for i := range pairs {
		from, to := fmt.Sprintf("from-%d", i), fmt.Sprintf("to-%d", i)
		for _, name := range []string{from, to} {
			o.Buckets = append(o.Buckets, planner.Bucket{Name: name, Account: "111122223333", Region: "us-east-1"})
		}
		for j := range rules {
			o.Rules = append(o.Rules, planner.Rule{Name: fmt.Sprintf("team-%d", j), From: from, To: to, Role: "arn:aws:iam::111122223333:role/" + from, Prefix: fmt.Sprintf("team-%d/", j)})
		}
	}
	return o
}

func TestDiagramShows(t *testing.T) {
	got, whole := drawing(t, plan().Outline)
	for what, want := range map[string]string{
		"an account with its name":          `subgraph a1["prod (111122223333)"]`,
		"a bucket with its Region and key":  `[("acme-orders<br>us-east-1<br>KMS key")]`,
		"the role":                          `(["acme-orders-replication"])`,
		"a rule by its name":                ` -->|"orders"| n`,
		"a disabled rule, dashed, in words": ` -.->|"old<br>old/<br>1 tag<br>KMS<br>disabled"| n`,
		"who uploads, and where":            ` -->|"writes<br>a/<br>b/<br>c/<br>2 more"| n`,
		"a line to the role":                ` --- n`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the diagram lacks %s, %q:\n%s", what, want, got)
		}
	}
	for what, want := range map[string]string{
		"the same in words": "| `old` | `acme-orders` (`prod`, `us-east-1`) | `acme-orders-copy` (`backup`, `eu-west-1`) | `old/`, 1 tag, KMS, disabled | `acme-orders-replication` |\n",
		"what comes before": "- [ ] Before step 3, account `backup` (`444455556666`): versioning is enabled on `acme-orders-copy`\n- [ ] Step 3",
	} {
		if !strings.Contains(whole, want) {
			t.Errorf("the report lacks %s, %q:\n%.3000s", what, want, whole)
		}
	}
}

// A name that the planner gives says nothing that the arrow does not say.
func TestDiagramLeavesOutGivenNames(t *testing.T) {
	o := between(1, 3)
	for i, name := range []string{"from-0-to-to-0", "daily-to-to-0", "to-to-0"} {
		o.Rules[i].Name, o.Rules[i].Prefix = name, ""
	}
	got, _ := drawing(t, o)
	for _, want := range []string{" --> n", ` -->|"daily"| n`, ` -->|"to-to-0"| n`} {
		if strings.Count(got, want) != 1 {
			t.Errorf("the diagram has %d of %q:\n%s", strings.Count(got, want), want, got)
		}
	}
}

// GitHub draws no diagram of more than 500 edges or 50,000 characters.
func TestDiagramIsBounded(t *testing.T) {
	long := strings.Repeat("\u00e9", 63)
	hostile := between(60, 3)
	for i := range hostile.Rules {
		hostile.Rules[i].Name, hostile.Rules[i].Prefix = long, long
	}
	tests := []struct {
		name    string
		outline planner.Outline
		arrows  int // 0: some
		says    string
	}{
		{"few rules between two buckets", between(10, 3), 30, ""},
		{"many rules between two buckets are one arrow", between(10, 300), 10, ""},
		{"many pairs", between(500, 1), 60, "440 rules do not fit"},
		{"many bundles", between(500, 4), 60, "1760 rules do not fit"},
		{"long names", hostile, 0, "rules do not fit"},
		{"nothing", planner.Outline{}, 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, whole := drawing(t, tt.outline)
			arrows := strings.Count(got, " -->")
			if tt.arrows > 0 && arrows != tt.arrows || tt.arrows == 0 && (arrows > 0) != (len(tt.outline.Rules) > 0) {
				t.Errorf("%d arrows, want %d:\n%.2000s", arrows, tt.arrows, got)
			}
			if len(got) > 16_000 || arrows+strings.Count(got, " ---") > 500 {
				t.Errorf("the diagram has %d bytes, %d arrows", len(got), arrows)
			}
			if strings.Contains(whole, "not fit into the picture") != (tt.says != "") || !strings.Contains(whole, tt.says) {
				t.Errorf("the report does not say %q:\n%.3000s", tt.says, whole)
			}
			table, _, _ := strings.Cut(whole, "\n#### ")
			if rows := strings.Count(table, "\n| `"); rows > 60 {
				t.Errorf("the table has %d rows", rows)
			}
		})
	}
}

// What stands in no account of the outline is not drawn, and no edge hangs in the air.
func TestDiagramOfStrangers(t *testing.T) {
	o := between(2, 1)
	o.Buckets[3].Account = "999999999999"
	o.Rules[0].Job = "arn:aws:iam::999999999999:role/job"
	got, _ := drawing(t, o)
	nodes := []string{"from-0", "to-0", "from-1"}
	for _, name := range nodes {
		if !strings.Contains(got, `("`+name+`<br>`) {
			t.Errorf("%s is not drawn:\n%s", name, got)
		}
	}
	if strings.Contains(got, "to-1") || strings.Contains(got, "job") || strings.Count(got, " -->") != 1 {
		t.Errorf("what has no account is drawn:\n%s", got)
	}
}

// The checker must see what it is for.
func TestDiagramCheckerSees(t *testing.T) {
	for _, line := range []string{
		`    n1[("a"b")]`, `    n1[("a;b")]`, `  n1 --> bucket`, `  click n1 "https://evil.example"`, `  end end`, "%%{init: {}}%%",
		`    n1[("<b>")]`, `  n1 -->|"` + "`x`" + `"| n2`, `  style n1 fill:red`,
	} {
		if chartLine.MatchString(line) {
			t.Errorf("the checker lets %q pass", line)
		}
	}
	if !slices.ContainsFunc(hostile, func(s string) bool { return strings.ContainsAny(s, "\"`") }) {
		t.Error("no hostile text tries to leave a label")
	}
}

// leavers are names that would leave a label, or make something else of it.
var leavers = []string{
	`"`, `"]; click n1 href "https://evil.example"`, "`**bold**`", "<img src=x onerror=alert(1)>", "<script>", "&lt;b&gt;", "#quot;", "#60;b#62;", "%%{init: {'theme':'dark'}}%%",
	"%% comment", "1. one", "- [x](javascript:alert(1))", "https://evil.example", "www.evil.example", "end", "a\nb", "```", "style: #;", "classDef x:#;", "\ufb02\u00b0\u00b060\u00b6\u00df", "$$x$$", "fa:fa-ban", "|", ":::x",
}

// A diagram of hostile names, for testdata/tools/mermaid.mjs to read.
func TestDiagramOfHostileNames(t *testing.T) {
	o := between(len(leavers), 1)
	for i, s := range leavers {
		o.Accounts[0].Name = leavers[1]
		o.Buckets[2*i].Name, o.Buckets[2*i].Region = s+"a", s
		o.Rules[i].From, o.Rules[i].Name, o.Rules[i].Prefix = s+"a", s, s
	}
	got, whole := drawing(t, o)
	if n := strings.Count(got, " -->"); n != len(leavers) {
		t.Errorf("%d of %d rules are drawn", n, len(leavers))
	}
	golden.Equal(t, "plan/hostile.md", whole)
}
