package audit

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
)

// A difference is one respect in which a live rule is not what a SPEC says.
// Loses says that objects, or something of them, do not arrive for it; misses,
// that nothing arrives where it should.
type difference struct {
	setting       diag.Text
	live, wished  diag.Text
	loses, misses bool
}

func (d difference) words() diag.Text {
	return words("setting.differs").With("setting", d.setting).With("live", d.live).With("wished", d.wished)
}

// A setting is one of a live rule, and what it is to be.
type setting struct {
	key           string // of its name
	live, wished  string
	loses, misses bool
}

func orNone(s string) diag.Text {
	if s == "" {
		return words("setting.none")
	}
	return diag.Datum(strconv.Quote(s))
}

// graveSettings are those whose difference is grave whatever it is.
var graveSettings = []string{"setting.destination", "setting.status"}

// differences lists in what a live rule is not as wished.
func differences(w, l replication.Rule) []difference {
	less := func(live, wished bool) bool { return wished && !live }
	all := [...]setting{
		{"setting.destination", l.To.Name, w.To.Name, true, true},
		{"setting.status", status(l.Enabled), status(w.Enabled), less(l.Enabled, w.Enabled), less(l.Enabled, w.Enabled)},
		{"setting.prefix", l.Prefix, w.Prefix, !strings.HasPrefix(w.Prefix, l.Prefix), !overlap(w.Prefix, l.Prefix)},
		{"setting.tag-filter", tagText(l.FilterTags), tagText(w.FilterTags), !includes(w.FilterTags, l.FilterTags), false},
		{"setting.delete-markers", status(l.DeleteMarkers), status(w.DeleteMarkers), less(l.DeleteMarkers, w.DeleteMarkers), false},
		{"setting.storage-class", l.StorageClass, w.StorageClass, false, false},
		{"setting.time-control", status(l.ReplicationTime), status(w.ReplicationTime), false, false},
		{"setting.metrics", status(l.Metrics), status(w.Metrics || w.ReplicationTime), false, false},
		{"setting.replica-modification", status(l.ReplicaModifications), status(w.ReplicaModifications), less(l.ReplicaModifications, w.ReplicaModifications), false},
		{"setting.kms-objects", status(l.KMSObjects), status(w.KMSObjects), less(l.KMSObjects, w.KMSObjects), false},
		{"setting.replica-kms-key", replicaKey(l), replicaKey(w), false, false},
	}
	var ds []difference
	for _, s := range all {
		if s.live != s.wished {
			ds = append(ds, difference{words(s.key), orNone(s.live), orNone(s.wished), s.loses, s.misses})
		}
	}
	return ds
}

// overlap reports whether some key begins with both prefixes.
func overlap(p, q string) bool { return strings.HasPrefix(p, q) || strings.HasPrefix(q, p) }

// includes reports whether all of some tags are among others.
func includes(all, some []replication.Tag) bool {
	return !slices.ContainsFunc(some, func(t replication.Tag) bool { return !slices.Contains(all, t) })
}

// compareRule compares a live rule with the wished one, and reports whether they
// differ. Disabled and absent are the same.
func (a *auditor) compareRule(w, l replication.Rule, more []difference) bool {
	if !w.Enabled && !l.Enabled {
		return false
	}
	ds := append(differences(w, l), more...)
	if len(ds) > 0 {
		a.ruleDiffers(w, l, ds)
	}
	return a.compareOwner(w, l) || len(ds) > 0
}

// ruleDiffers records in what a live rule is not as wished.
func (a *auditor) ruleDiffers(w, l replication.Rule, ds []difference) {
	f := configFinding(checkRuleDiffers, Mismatch, Medium, w)
	p := a.rules[keyOf(w)]
	texts := make([]diag.Text, len(ds))
	for i, d := range ds {
		texts[i] = d.words()
		if d.loses || slices.Contains(graveSettings, d.setting.Key) {
			f.Severity = High
		}
		p.degraded = p.degraded || d.loses
		p.fails = p.fails || d.misses
	}
	all := diag.Join(diag.Semicolon, texts)
	diag.Put(f.Args, "differences", all)
	f.Evidence = shows(f.Document, words("says.rule-differs", "rule", l.Name).With("differences", all))
	f.Fix = Fix{Op: Set, Document: f.Document}.saying(words("fix.change-rule", "rule", l.Name))
	a.add(f, nil)
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

// compareOwner compares owner overrides, where they have an effect.
func (a *auditor) compareOwner(w, l replication.Rule) bool {
	wished, live := w.EffectiveOverride(), l.EffectiveOverride()
	if wished == live || w.OwnerOverride == l.OwnerOverride || w.To.Name != l.To.Name {
		return false // of two that say the same and differ in effect, the bucket's ownership differs
	}
	if !l.To.ObjectOwnership.Read() {
		a.ownershipUnread(w, l.To, a.concernOf(w))
		a.rules[keyOf(w)].unknown = a.rules[keyOf(w)].unknown || wished
		return true
	}
	is, should := words("owner.hands-over"), words("owner.it-keeps")
	if wished {
		is, should = words("owner.keeps"), words("owner.it-hands-over")
	}
	f := configFinding(checkOwnerOverride, Mismatch, High, w)
	diag.Put(f.Args, "live", is)
	diag.Put(f.Args, "wished", should)
	f.Evidence = shows(f.Document, words("says.rule-owner", "rule", l.Name).With("live", is))
	f.Fix = Fix{Op: Set, Document: f.Document}.saying(words("fix.change-owner", "rule", l.Name))
	a.add(f, nil)
	if wished {
		a.rules[keyOf(w)].degraded = true
	}
	return true
}

// meet reports whether an object can match both rules: one prefix begins with
// the other, and no tag would need two values.
func meet(r, o replication.Rule) bool {
	return overlap(r.Prefix, o.Prefix) && !slices.ContainsFunc(r.FilterTags, func(t replication.Tag) bool {
		return slices.ContainsFunc(o.FilterTags, func(u replication.Tag) bool { return t.Key == u.Key && t.Value != u.Value })
	})
}

// priorities compares which of two rules to one destination wins: the ith wished
// rule against those before it. The numbers themselves may differ, and between
// rules that never meet nothing is to be won.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html.
func priorities(wished, live []replication.Rule, pairs []int, i int) []difference {
	var ds []difference
	for j := range i {
		if pairs[j] < 0 {
			continue
		}
		w, v, lw, lv := wished[i], wished[j], live[pairs[i]], live[pairs[j]]
		if w.To.Name != v.To.Name || lw.To.Name != lv.To.Name || !w.Enabled || !v.Enabled || !meet(w, v) && !meet(lw, lv) {
			continue
		}
		if cmp.Compare(w.Priority, v.Priority) != cmp.Compare(lw.Priority, lv.Priority) {
			ds = append(ds, difference{
				setting: words("setting.priority", "rule", v.Name, "priority", strconv.Itoa(lv.Priority)),
				live:    orNone(strconv.Itoa(lw.Priority)),
				wished:  words("setting.against", "own", strconv.Itoa(w.Priority), "other", strconv.Itoa(v.Priority)),
			})
		}
	}
	return ds
}
