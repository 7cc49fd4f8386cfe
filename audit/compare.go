package audit

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/fact"
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
	return a.compareRules(wished, live, roleDiffers)
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
		a.unreadBucket(wished[0].From, replication.ReplicationConfiguration, "GetBucketReplication", b.ReplicationConfiguration.Why())
	}
	for _, r := range wished {
		if !r.Enabled {
			continue
		}
		if read {
			a.rules[keyOf(r)].fails = true
		} else {
			a.rules[keyOf(r)].unknown = true
		}
	}
	if !read {
		return
	}
	f := configFinding(checkReplication, Missing, Critical, wished[i])
	f.Rule, f.To = "", ""
	f.FailureCode = "SrcBucketReplicationConfigMissing"
	f.Fix = &Fix{Op: Add, Document: replication.ReplicationConfiguration, Text: "put the replication configuration of `repligrant plan` on bucket " + f.From}
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
	f.Fix = &Fix{Op: Set, Document: replication.ReplicationConfiguration, Text: "set Role to " + wished[0].Role + ", or name the live role in the spec"}
	a.add(f, nil)
	return true
}

func (a *auditor) compareRules(wished, live []replication.Rule, roleDiffers bool) []replication.Rule {
	rest := slices.Clone(live)
	var also []replication.Rule
	pairs := map[int]replication.Rule{} // index of a wished rule to its live one
	for i, w := range wished {
		j := match(w, rest)
		if j < 0 {
			a.ruleMissing(w, len(live))
			continue
		}
		l := rest[j]
		rest = slices.Delete(rest, j, j+1)
		pairs[i] = l
		if w.Enabled && a.flawed(l) {
			a.rules[keyOf(w)].fails = true
		}
		if different := a.compareRule(w, l); l.Enabled && (different || roleDiffers) {
			also = append(also, l)
		}
	}
	a.comparePriorities(wished, pairs)
	for _, l := range rest {
		if l.Enabled {
			a.ruleExtra(l, wished[0].Pos)
			also = append(also, l)
		}
	}
	return also
}

// match finds the live rule that a wished one means: of the same ID, else of the
// same selection and destination.
func match(w replication.Rule, live []replication.Rule) int {
	if i := slices.IndexFunc(live, func(l replication.Rule) bool { return l.Name == w.Name }); i >= 0 {
		return i
	}
	return slices.IndexFunc(live, func(l replication.Rule) bool {
		return l.To.Name == w.To.Name && l.Prefix == w.Prefix && sameTags(l.FilterTags, w.FilterTags)
	})
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
	f.Evidence = []Evidence{{Document: f.Document, Says: "its " + strconv.Itoa(live) + " rules have other IDs, and other prefixes, tags or destinations"}}
	f.Fix = &Fix{Op: Add, Document: f.Document, Text: "add rule " + w.Name + " of `repligrant plan`"}
	a.add(f, nil)
	a.rules[keyOf(w)].fails = true
}

// ruleExtra records a live rule that no SPEC rule means. It stands at the place
// where the SPEC speaks of its source.
func (a *auditor) ruleExtra(l replication.Rule, pos position) {
	f := configFinding(checkRuleExtra, Mismatch, Medium, l)
	f.Origin, f.Position = "live", pos
	f.Fix = &Fix{Op: Remove, Document: f.Document, Text: "remove rule " + l.Name + ", or write it into the spec"}
	a.add(f, nil)
}

// A difference is one respect in which a live rule is not what a SPEC says.
type difference struct{ what, live, wished string }

func (d difference) String() string {
	return d.what + " is " + orNone(d.live) + ", not " + orNone(d.wished)
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return strconv.Quote(s)
}

// compareRule compares a live rule with the wished one, and reports whether
// they differ in what has to be permitted.
func (a *auditor) compareRule(w, l replication.Rule) bool {
	if !w.Enabled && !l.Enabled {
		return false
	}
	var ds []difference
	for _, d := range []difference{
		{"destination", l.To.Name, w.To.Name},
		{"status", status(l.Enabled), status(w.Enabled)},
		{"prefix", l.Prefix, w.Prefix},
		{"tag filter", tagText(l.FilterTags), tagText(w.FilterTags)},
		{"delete marker replication", status(l.DeleteMarkers), status(w.DeleteMarkers)},
		{"storage class", l.StorageClass, w.StorageClass},
		{"replication time control", status(l.ReplicationTime), status(w.ReplicationTime)},
		{"metrics", status(l.Metrics), status(w.Metrics)},
		{"replica modification sync", status(l.ReplicaModifications), status(w.ReplicaModifications)},
		{"selection of KMS objects", status(l.KMSObjects), status(w.KMSObjects)},
		{"replica KMS key", l.ReplicaKMSKey, replicaKey(w)},
	} {
		if d.live != d.wished {
			ds = append(ds, d)
		}
	}
	if len(ds) > 0 {
		a.ruleDiffers(w, l, ds)
	}
	return a.compareOwner(w, l) || len(ds) > 0
}

// replicaKey is the key that a rule's replicas are to have; without KMS objects
// it is none.
func replicaKey(r replication.Rule) string {
	if !r.KMSObjects {
		return ""
	}
	return r.ReplicaKMSKey
}

func status(on bool) string {
	if on {
		return replication.Enabled
	}
	return replication.Disabled
}

func tagText(tags []replication.Tag) string {
	var parts []string
	for _, t := range sortedTags(tags) {
		parts = append(parts, t.Key+"="+t.Value)
	}
	return strings.Join(parts, ", ")
}

func (a *auditor) ruleDiffers(w, l replication.Rule, ds []difference) {
	f := configFinding(checkRuleDiffers, Mismatch, Medium, w)
	texts := make([]string, len(ds))
	for i, d := range ds {
		texts[i] = d.String()
		if d.what == "destination" || d.what == "status" || d.what == "prefix" || d.what == "tag filter" {
			f.Severity = High
		}
	}
	f.Args["differences"] = strings.Join(texts, "; ")
	f.Evidence = []Evidence{{Document: f.Document, Says: "rule " + l.Name + ": " + strings.Join(texts, "; ")}}
	f.Fix = &Fix{Op: Set, Document: f.Document, Text: "change rule " + l.Name + ", or the spec"}
	a.add(f, nil)
	if w.Enabled && !l.Enabled {
		a.rules[keyOf(w)].fails = true
	} else if f.Severity == High && w.Enabled {
		a.rules[keyOf(w)].degraded = true
	}
}

// compareOwner compares owner overrides, where they have an effect.
func (a *auditor) compareOwner(w, l replication.Rule) bool {
	wished, live := w.EffectiveOverride(), l.EffectiveOverride()
	if wished == live || w.To.Name != l.To.Name {
		return false
	}
	words := map[bool]string{true: "hands replicas to the destination account", false: "leaves replicas to the source account"}
	f := configFinding(checkOwnerOverride, Mismatch, High, w)
	f.Args["live"], f.Args["wished"] = words[live], "it "+words[wished]
	f.Evidence = []Evidence{{Document: f.Document, Says: "rule " + l.Name + " " + words[live]}}
	f.Fix = &Fix{Op: Set, Document: f.Document, Text: "change AccessControlTranslation of rule " + l.Name + ", or `owner` in the spec"}
	a.add(f, nil)
	if wished {
		a.rules[keyOf(w)].degraded = true
	}
	return true
}

// comparePriorities compares which of two rules to one destination wins. The
// numbers themselves may differ.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html.
func (a *auditor) comparePriorities(wished []replication.Rule, live map[int]replication.Rule) {
	for i, w := range wished {
		for j, v := range wished[:i] {
			lw, ok1 := live[i]
			lv, ok2 := live[j]
			if !ok1 || !ok2 || w.To.Name != v.To.Name || lw.To.Name != lv.To.Name || !w.Enabled || !v.Enabled {
				continue
			}
			if cmp.Compare(w.Priority, v.Priority) != cmp.Compare(lw.Priority, lv.Priority) {
				a.ruleDiffers(w, lw, []difference{{"priority against rule " + v.Name, strconv.Itoa(lw.Priority), strconv.Itoa(w.Priority)}})
			}
		}
	}
}
