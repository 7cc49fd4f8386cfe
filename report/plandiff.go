package report

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report/text"
)

// Difference writes d in the format of o. Besides errors of w it returns those of [Check].
func Difference(w io.Writer, d *planner.Difference, o Options) error {
	format, c, err := resolve(KindDifference, o)
	if err != nil {
		return err
	}
	switch format {
	case JSON:
		filled := *d
		filled.Documents = list(d.Documents)
		out, err := encode(filled)
		return write(w, out, err)
	case Markdown:
		return write(w, differenceMarkdown(d, c, o), nil)
	default:
		return write(w, differenceText(d, c, o), nil)
	}
}

// grantsNames are what a document allows, beside what it did.
var grantsNames = map[planner.Comparison]phrase{
	planner.Same:    {key: "diff.grants.same"},
	planner.More:    {key: "diff.grants.more"},
	planner.Less:    {key: "diff.grants.less"},
	planner.Other:   {key: "diff.grants.other"},
	planner.Unknown: {key: "diff.grants.unknown"},
}

// refusesNames are what a document denies, beside what it did.
var refusesNames = map[planner.Comparison]phrase{
	planner.More:    {key: "diff.refuses.more"},
	planner.Less:    {key: "diff.refuses.less"},
	planner.Other:   {key: "diff.refuses.other"},
	planner.Unknown: {key: "diff.refuses.unknown"},
}

// differenceHeadlines say how much changes, and how much is not known.
func differenceHeadlines(d *planner.Difference) phrases {
	certain, unclear := 0, 0
	for _, x := range d.Documents {
		switch {
		case x.Certain():
			certain++
		case x.Matters():
			unclear++
		}
	}
	var l phrases
	if certain > 0 {
		l = append(l, counted("diff.headline", certain))
	}
	if unclear > 0 {
		l = append(l, counted("diff.unclear", unclear))
	}
	if len(l) == 0 {
		l = append(l, phrase{"diff.nothing", nil})
	}
	return l
}

func differenceText(d *planner.Difference, c text.Catalogue, o Options) []byte {
	t := planPage{terminal: newTerminal(c, o)}
	for _, p := range differenceHeadlines(d) {
		t.para("", bold, t.say(p))
	}
	for _, x := range d.Documents {
		if x.Change != "none" || x.Matters() {
			t.end()
			t.differs(x)
		}
	}
	return t.b.Bytes()
}

func titleOfDifference(x planner.Differs) phrase {
	return phrase{"diff.document", args{"account": x.Account, "document": titleOf(planner.Document{Kind: x.Kind, Target: x.Target})}}
}

// differs says what is new about one document.
func (t planPage) differs(x planner.Differs) {
	t.para("", bold, t.say(titleOfDifference(x)))
	for _, p := range differences(x) {
		t.para("- ", normal, t.say(p))
	}
	t.diff(x.Diff)
}

// diff writes the lines of a unified diff.
func (t planPage) diff(text string) {
	if text == "" {
		return
	}
	for l := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		t.put(normal, "  ")
		t.line(diffStyle(l), l)
	}
}

func differences(x planner.Differs) phrases {
	var l phrases
	add := func(key string, a args) { l = append(l, phrase{key, a}) }
	switch x.Change {
	case "added":
		add("diff.added", nil)
	case "removed":
		add("diff.removed", nil)
	}
	if x.Kind != replication.ReplicationConfiguration {
		l = append(l, grantsNames[x.Grants])
		l = appendRequest(l, "diff.granted-now", x.GrantedNow)
		l = appendRequest(l, "diff.granted-before", x.GrantedBefore)
		if p, ok := refusesNames[x.Refuses]; ok {
			l = append(l, p)
		}
		l = appendRequest(l, "diff.refused-now", x.RefusedNow)
		l = appendRequest(l, "diff.refused-before", x.RefusedBefore)
	}
	for i, why := range x.Unknown {
		if i >= len(x.UnknownTexts) {
			add("diff.unknown", args{"why": why})
			continue
		}
		t := x.UnknownTexts[i]
		add("diff.unknown", args{"why": diag.Said{Key: t.Key, English: why, Args: t.Args}})
	}
	if x.BoundaryNow != x.BoundaryBefore {
		add("diff.boundary", args{"now": orNone(x.BoundaryNow), "before": orNone(x.BoundaryBefore)})
	}
	if x.RoleNow != x.RoleBefore {
		add("diff.role", args{"now": orNone(x.RoleNow), "before": orNone(x.RoleBefore)})
	}
	for _, r := range x.RulesAdded {
		add("diff.rule-added", args{"rule": name(r)})
	}
	for _, r := range x.RulesRemoved {
		add("diff.rule-removed", args{"rule": name(r)})
	}
	for _, r := range x.RulesChanged {
		add("diff.rule-changed", args{"rule": name(r)})
	}
	return l
}

func orNone(s string) any {
	if s == "" {
		return phrase{"diff.none", nil}
	}
	return s
}

func appendRequest(l phrases, key string, r *planner.Request) phrases {
	if r == nil {
		return l
	}
	who, when := phrase{}, phrase{}
	if r.Principal != "" {
		who = phrase{"diff.by", args{"principal": r.Principal}}
	}
	if len(r.Context) > 0 {
		context, _ := json.Marshal(r.Context) // texts always encode
		when = phrase{"diff.where", args{"context": string(context)}}
	}
	return append(l, phrase{key, args{"action": r.Action, "resource": r.Resource, "principal": who, "context": when}})
}
