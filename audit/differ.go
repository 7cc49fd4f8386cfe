package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/replication"
)

// A difference is one respect in which a live rule is not what a SPEC says.
// Loses says that objects, or something of them, do not arrive for it; misses,
// that nothing arrives where it should.
type difference struct {
	what, live, wished string
	loses, misses      bool
}

func (d difference) String() string {
	return d.what + " is " + orNone(d.live) + ", not " + orNone(d.wished)
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return strconv.Quote(s)
}

// differences lists in what a live rule is not as wished.
func differences(w, l replication.Rule) []difference {
	less := func(live, wished bool) bool { return wished && !live }
	all := []difference{
		{"destination", l.To.Name, w.To.Name, true, true},
		{"status", status(l.Enabled), status(w.Enabled), less(l.Enabled, w.Enabled), less(l.Enabled, w.Enabled)},
		{"prefix", l.Prefix, w.Prefix, !strings.HasPrefix(w.Prefix, l.Prefix), !overlap(w.Prefix, l.Prefix)},
		{"tag filter", tagText(l.FilterTags), tagText(w.FilterTags), !includes(w.FilterTags, l.FilterTags), false},
		{"delete marker replication", status(l.DeleteMarkers), status(w.DeleteMarkers), less(l.DeleteMarkers, w.DeleteMarkers), false},
		{"storage class", l.StorageClass, w.StorageClass, false, false},
		{"replication time control", status(l.ReplicationTime), status(w.ReplicationTime), false, false},
		{"metrics", status(l.Metrics), status(w.Metrics || w.ReplicationTime), false, false},
		{"replica modification sync", status(l.ReplicaModifications), status(w.ReplicaModifications), less(l.ReplicaModifications, w.ReplicaModifications), false},
		{"selection of KMS objects", status(l.KMSObjects), status(w.KMSObjects), less(l.KMSObjects, w.KMSObjects), false},
		{"replica KMS key", replicaKey(l), replicaKey(w), false, false},
	}
	return slices.DeleteFunc(all, func(d difference) bool { return d.live == d.wished })
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
	texts := make([]string, len(ds))
	for i, d := range ds {
		texts[i] = d.String()
		if d.loses || d.what == "destination" || d.what == "status" {
			f.Severity = High
		}
		p.degraded = p.degraded || d.loses
		p.fails = p.fails || d.misses
	}
	f.Args["differences"] = strings.Join(texts, "; ")
	f.Evidence = []Evidence{{Document: f.Document, Says: "rule " + l.Name + ": " + strings.Join(texts, "; ")}}
	f.Fix = &Fix{Op: Set, Document: f.Document, Text: "change rule " + l.Name + ", or the spec"}
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

// priorities compares which of two rules to one destination wins: the ith wished
// rule against those before it. The numbers themselves may differ.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html.
func priorities(wished, live []replication.Rule, pairs []int, i int) []difference {
	var ds []difference
	for j := range i {
		if pairs[j] < 0 {
			continue
		}
		w, v, lw, lv := wished[i], wished[j], live[pairs[i]], live[pairs[j]]
		if w.To.Name != v.To.Name || lw.To.Name != lv.To.Name || !w.Enabled || !v.Enabled {
			continue
		}
		if cmp.Compare(w.Priority, v.Priority) != cmp.Compare(lw.Priority, lv.Priority) {
			ds = append(ds, difference{what: fmt.Sprintf("priority against rule %s (%d)", v.Name, lv.Priority), live: strconv.Itoa(lw.Priority), wished: fmt.Sprintf("%d (against %d)", w.Priority, v.Priority)})
		}
	}
	return ds
}
