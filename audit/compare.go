package audit

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
)

// compare holds the rules that a SPEC wishes for one source bucket against the
// bucket's live configuration, by meaning and not by letter. It returns the live
// rules that have to be decided as well, because the SPEC lacks them or says
// something else.
func (a *auditor) compare(wished []replication.Rule) []replication.Rule {
	from := wished[0].From
	_, b, state := a.bucket(from)
	if state != fact.Known {
		return nil
	}
	config, ok := b.ReplicationConfiguration.Get()
	if !ok {
		a.withoutConfiguration(wished, b.ReplicationConfiguration.Read())
		return nil
	}
	live := a.liveRulesOf(from)
	roleDiffers := a.compareRole(wished, config)
	return a.compareRules(wished, live, config.Open, roleDiffers)
}

// withoutConfiguration handles a source that replicates nothing, or of which
// nobody knows whether it does.
func (a *auditor) withoutConfiguration(wished []replication.Rule, read bool) {
	i := slices.IndexFunc(wished, func(r replication.Rule) bool { return r.Enabled })
	if i < 0 {
		return // a disabled rule and none at all are the same
	}
	if !read {
		_, b, _ := a.bucket(wished[0].From)
		a.unreadBucket(wished[0].From, replication.ReplicationConfiguration, "GetBucketReplication", b.ReplicationConfiguration.Why(), a.concernOf(wished[i]))
	}
	for _, r := range wished[i:] {
		p := a.rules[keyOf(r)]
		p.fails, p.unknown = p.fails || r.Enabled && read, p.unknown || r.Enabled && !read
	}
	if read {
		a.replicationMissing(wished[i])
	}
}

// replicationMissing records a source that replicates nothing.
func (a *auditor) replicationMissing(r replication.Rule) {
	f := configFinding(checkReplication, Missing, Critical, r)
	f.Rule, f.To = "", ""
	f.FailureCode = "SrcBucketReplicationConfigMissing"
	f.Evidence = shows(f.Document, words("says.no-configuration"))
	f.Fix = Fix{Op: Add, Document: f.Document}.saying(words("fix.put-configuration", "bucket", f.From))
	a.add(f, nil)
}

// configFinding is a finding about a rule in the configuration of its source.
func configFinding(check string, o Outcome, s Severity, r replication.Rule) Finding {
	return Finding{
		Check: check, Outcome: o, Severity: s, Rule: r.Name, From: r.From.Name, To: r.To.Name,
		Account: r.From.Account, Document: replication.ReplicationConfiguration, Target: r.From.ARN(), Position: r.Pos,
		Args: map[string]string{"bucket": r.From.Name, "rule": r.Name},
	}
}

// compareRole compares the role of the configuration.
func (a *auditor) compareRole(wished []replication.Rule, config replication.Configuration) bool {
	role, _ := replication.RepairRole(config.Role, wished[0].From)
	if role == wished[0].Role {
		return false
	}
	f := configFinding(checkRoleDiffers, Mismatch, High, wished[0])
	f.Rule, f.To = "", ""
	f.Principal = role
	f.Args["live"], f.Args["wished"] = config.Role, wished[0].Role
	f.Evidence = shows(f.Document, words("says.role", "role", config.Role))
	if role == "" {
		f.Key, f.Evidence = checkRoleDiffers+"/none", shows(f.Document, words("says.role-empty"))
	}
	f.Fix = Fix{Op: Set, Document: replication.ReplicationConfiguration}.saying(words("fix.set-role", "role", wished[0].Role))
	a.add(f, nil)
	return true
}

// compareRules compares the rules of one source, and returns the live ones that
// have to be decided too. Of those that are open nobody knows what they are.
func (a *auditor) compareRules(wished, live []replication.Rule, open []replication.OpenRule, roleDiffers bool) []replication.Rule {
	pairs := match(wished, live, namesOf(open))
	for i := range live {
		if w := slices.Index(pairs, i); w >= 0 {
			live[i] = inherit(live[i], wished[w])
			a.replaced[keyOf(live[i])] = true
		}
	}
	var also []replication.Rule
	for i, w := range wished {
		if pairs[i] < 0 {
			if !a.doubted(w, open) {
				a.ruleMissing(w, len(live))
			}
			continue
		}
		l := live[pairs[i]]
		if w.Enabled && a.flawed(l) {
			a.rules[keyOf(w)].fails = true
		}
		different := a.compareRule(w, l, priorities(wished, live, pairs, i))
		if l.Enabled && (different || roleDiffers) {
			also = append(also, l)
		}
	}
	for i, l := range live {
		l.Pos = wished[0].Pos
		if !l.Enabled {
			a.allowedWhenEnabled(l)
		}
		if l.Enabled && !slices.Contains(pairs, i) {
			a.ruleExtra(l)
			also = append(also, l)
		}
	}
	return also
}

// match finds the live rule that each wished one means, -1 for none: of the same
// ID, else of the same selection and destination. What one rule means by its ID
// no other one means, and a rule whose ID is taken means none.
func match(wished, live []replication.Rule, taken []string) []int {
	pairs := make([]int, len(wished))
	find := func(i int, same func(w, l replication.Rule) bool) {
		if slices.Contains(taken, wished[i].Name) {
			return
		}
		for j, l := range live {
			if pairs[i] < 0 && !slices.Contains(pairs, j) && same(wished[i], l) {
				pairs[i] = j
			}
		}
	}
	for i := range pairs {
		pairs[i] = -1
	}
	for i := range wished {
		find(i, func(w, l replication.Rule) bool { return l.Name == w.Name })
	}
	for i := range wished {
		find(i, func(w, l replication.Rule) bool {
			return l.To.Name == w.To.Name && l.Prefix == w.Prefix && sameTags(l.FilterTags, w.FilterTags)
		})
	}
	return pairs
}

// inherit gives a live rule what a configuration cannot say and the SPEC does:
// what is to be granted for it.
func inherit(l, w replication.Rule) replication.Rule {
	l.Pos = w.Pos
	l.Tags, l.Annotations, l.AWSDocs = w.Tags, w.Annotations, w.AWSDocs
	l.ConfusedDeputy, l.GrantTo, l.Boundary = w.ConfusedDeputy, w.GrantTo, w.Boundary
	l.KMSLeftOut, l.SSECObjects, l.Job = w.KMSLeftOut, w.SSECObjects, w.Job
	return l
}

func sameTags(a, b []replication.Tag) bool {
	return slices.Equal(sortedTags(a), sortedTags(b))
}

func sortedTags(tags []replication.Tag) []replication.Tag {
	return slices.SortedFunc(slices.Values(tags), func(x, y replication.Tag) int {
		return cmp.Or(cmp.Compare(x.Key, y.Key), cmp.Compare(x.Value, y.Value))
	})
}

func (a *auditor) ruleMissing(w replication.Rule, live int) {
	if !w.Enabled {
		return
	}
	f := configFinding(checkRuleMissing, Missing, Critical, w)
	f.FailureCode = "SrcBucketReplicationConfigMissing"
	f.Evidence = shows(f.Document, words("says.no-rule", "n", strconv.Itoa(live)))
	f.Fix = Fix{Op: Add, Document: f.Document}.saying(words("fix.add-rule", "rule", w.Name))
	a.add(f, nil)
	a.rules[keyOf(w)].fails = true
}

// ruleExtra records a live rule that no SPEC rule means. It stands at the place
// where the SPEC speaks of its source.
func (a *auditor) ruleExtra(l replication.Rule) {
	f := configFinding(checkRuleExtra, Mismatch, Medium, l)
	f.Origin = origin(l, a.in)
	f.Evidence = shows(f.Document, words("says.rule-selects", "rule", l.Name, "bucket", l.To.Name).With("selection", selection(l)))
	f.Fix = Fix{Op: Remove, Document: f.Document}.saying(words("fix.remove-rule", "rule", l.Name))
	a.add(f, nil)
}

// selection says which objects a rule selects.
func selection(r replication.Rule) diag.Text {
	prefix, tags := strconv.Quote(r.Prefix), tagText(r.FilterTags)
	switch {
	case r.Prefix == "" && len(r.FilterTags) == 0:
		return words("selection.everything")
	case r.Prefix == "":
		return words("selection.everything-tagged", "tags", tags)
	case len(r.FilterTags) == 0:
		return words("selection.prefix", "prefix", prefix)
	default:
		return words("selection.prefix-tagged", "prefix", prefix, "tags", tags)
	}
}
