package planner

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// An oldRule is a rule that is in place, with its text.
type oldRule struct {
	replication.ConfigurationRule
	text json.RawMessage
}

// readConfiguration reads the configuration in place; nothing, if there is none.
func readConfiguration(held Held) (c replication.Configuration, rules []oldRule, err error) {
	if held.State == fact.None {
		return c, nil, nil
	}
	if err := json.Unmarshal(held.Text, &c); err != nil {
		return c, nil, err
	}
	raw, err := rawRules(held.Text)
	if err != nil {
		return c, nil, err
	}
	if len(raw) != len(c.Rules) {
		return c, nil, errNoRules
	}
	for i, r := range c.Rules {
		if !slices.Contains([]string{replication.Enabled, replication.Disabled}, r.Status) || r.Destination.Bucket == "" {
			return c, nil, unreadable("merge-wrong.rule", "index", strconv.Itoa(i))
		}
		rules = append(rules, oldRule{r, compact(raw[i])})
	}
	if c.Role == "" || len(rules) == 0 {
		return c, nil, errNoRules
	}
	return c, rules, nil
}

var errNoRules = unreadable("merge-wrong.rules")

// rawRules returns the text of each rule. Names are compared to the letter, as
// AWS does, and encoding/json does not.
func rawRules(text []byte) (rules []json.RawMessage, err error) {
	var roles, lists int
	if !bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		return nil, errNoRules
	}
	for _, m := range members(compact(text)) {
		switch {
		case m.name == "Role":
			roles++
		case m.name == "Rules":
			lists++
			err = json.Unmarshal(m.value, &rules)
		case strings.EqualFold(m.name, "Role") || strings.EqualFold(m.name, "Rules"):
			return nil, errNoRules
		}
	}
	if roles != 1 || lists != 1 {
		return nil, errNoRules
	}
	return rules, err
}

// configuration lays the rules of p into the configuration of a bucket. A rule
// is repligrant's if it has the ID of one that the plan holds.
func (m *merger) configuration(target string, held Held) {
	i := slices.IndexFunc(m.Documents, func(d Document) bool {
		return d.Kind == replication.ReplicationConfiguration && d.Target == target
	})
	if i < 0 {
		return
	}
	if held.State == fact.NotRead {
		m.unread(target, held, true)
		return
	}
	old, rules, err := readConfiguration(held)
	if err != nil {
		m.malformed(held.From, "merge-configuration-malformed", target, err)
		return
	}
	var planned replication.Configuration
	if err := json.Unmarshal(m.Documents[i].Document, &planned); err != nil {
		panic("planner: " + err.Error()) //nolint:forbidigo // we wrote it
	}
	l := layRules(planned, rules)
	if problem := l.conflict(old, planned); problem != nil {
		diag.Put(problem.Message.Args, "target", diag.Datum(target))
		problem.Pos.File = held.From
		m.problems = append(m.problems, problem)
		return
	}
	text, change := l.text(held, old, planned)
	m.checkConfiguration(held.From, target, text)
	d := &m.Documents[i]
	d.Merged, d.Change, d.Diff = text, change, diff(held.Text, text)
}

// A rulesLaying is one configuration being put together.
type rulesLaying struct {
	foreign []oldRule
	all     []json.RawMessage
	put     []replication.ConfigurationRule // that are written, not kept
	change  Change
}

// layRules keeps the rules of others, and those of repligrant that say the same
// already, whatever their form.
func layRules(planned replication.Configuration, rules []oldRule) *rulesLaying {
	l := &rulesLaying{change: NoChange}
	open := slices.Clone(planned.Rules)
	for _, r := range rules {
		i := slices.IndexFunc(open, func(p replication.ConfigurationRule) bool { return p.ID == r.ID })
		same := slices.IndexFunc(open, func(p replication.ConfigurationRule) bool { return sameRule(p, r.ConfigurationRule) })
		switch {
		case i >= 0 && sameRule(open[i], r.ConfigurationRule) && priorityOf(open[i]) == priorityOf(r.ConfigurationRule):
			l.all = append(l.all, r.text)
			open = slices.Delete(open, i, i+1)
		case i >= 0:
			l.write(open[i], Replace)
			open = slices.Delete(open, i, i+1)
		default:
			l.foreign = append(l.foreign, r)
			l.all = append(l.all, r.text)
			if same >= 0 && !slices.ContainsFunc(rules, func(o oldRule) bool { return o.ID == open[same].ID }) {
				open = slices.Delete(open, same, same+1)
			}
		}
	}
	for _, r := range open {
		l.write(r, Add)
	}
	return l
}

func (l *rulesLaying) write(r replication.ConfigurationRule, change Change) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(r); err != nil {
		panic("planner: " + err.Error()) //nolint:forbidigo // strings and numbers always encode
	}
	l.all = append(l.all, bytes.TrimSpace(b.Bytes()))
	l.put = append(l.put, r)
	if l.change != Replace {
		l.change = change
	}
}

// sameRule reports whether two rules do the same, whatever they are called and
// however they say it. Priorities are not compared.
func sameRule(a, b replication.ConfigurationRule) bool {
	return ruleMeaning(a) == ruleMeaning(b)
}

// ruleMeaning is equal for rules that do the same.
func ruleMeaning(c replication.ConfigurationRule) string {
	config := replication.Configuration{Rules: []replication.ConfigurationRule{c}}
	find := func(name string) replication.Bucket { return replication.Bucket{Name: name} }
	r := config.RulesOf(replication.Bucket{}, find)[0]
	r.Name, r.Priority, r.FilterTags = "", 0, slices.SortedFunc(slices.Values(r.FilterTags), func(a, b replication.Tag) int {
		return strings.Compare(a.Key, b.Key)
	})
	return fmt.Sprintf("%+v", r)
}

func priorityOf(r replication.ConfigurationRule) int {
	if r.Priority == nil {
		return -1
	}
	return *r.Priority
}

// conflict returns what S3 would refuse, or what would change a rule of
// somebody else.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html.
func (l *rulesLaying) conflict(old, planned replication.Configuration) *diag.Diagnostic {
	if len(l.foreign) == 0 {
		return nil
	}
	if old.Role != planned.Role {
		return mergeProblems.At(diag.Pos{}, "merge-role-differs", "role", old.Role, "planned", planned.Role, "rules", namesOf(l.foreign))
	}
	if len(l.put) > 0 && !old.V2() {
		return mergeProblems.At(diag.Pos{}, "merge-first-version", "rules", namesOf(l.foreign))
	}
	for _, r := range l.put {
		for _, o := range l.foreign {
			if o.Destination.Bucket == r.Destination.Bucket && priorityOf(o.ConfigurationRule) == priorityOf(r) {
				return mergeProblems.At(diag.Pos{}, "merge-priority", "rule", r.ID, "other", o.ID, "priority", strconv.Itoa(priorityOf(r)))
			}
		}
	}
	return nil
}

func namesOf(rules []oldRule) string {
	names := make([]string, len(rules))
	for i, r := range rules {
		names[i] = strconv.Quote(r.ID)
	}
	return strings.Join(names, ", ")
}

// text writes the configuration, with its elements in the order that they have.
func (l *rulesLaying) text(held Held, old, planned replication.Configuration) ([]byte, Change) {
	if l.change == NoChange && old.Role == planned.Role {
		return compact(held.Text), NoChange
	}
	change := l.change
	list := []member{{name: "Role"}, {name: "Rules"}}
	if held.State == fact.Known {
		list = members(compact(held.Text))
		if old.Role != planned.Role {
			change = Replace
		}
	}
	for i := range list {
		switch list[i].name {
		case "Role":
			list[i].value = quote(planned.Role)
		case "Rules":
			list[i].value = array(l.all)
		}
	}
	return object(list), change
}

// checkConfiguration reports a merged configuration that S3 would refuse.
func (m *merger) checkConfiguration(file, target string, text []byte) {
	var c replication.Configuration
	if err := json.Unmarshal(text, &c); err != nil {
		panic("planner: " + err.Error()) //nolint:forbidigo // it was read, or we wrote it
	}
	bytes, rules := policy.QuotaOf(policy.ReplicationConfiguration), policy.QuotaOf(policy.ReplicationRules)
	if size := c.Size(); size > bytes.Limit || len(c.Rules) > rules.Limit {
		m.refuse(file, "merge-configuration-too-large", "target", target, "rules", strconv.Itoa(len(c.Rules)), "most", strconv.Itoa(rules.Limit),
			"size", strconv.Itoa(size), "limit", strconv.Itoa(bytes.Limit), "source", bytes.Source)
	}
}
