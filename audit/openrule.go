package audit

import (
	"slices"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// inDoubt records the rules of a planned configuration of which something is known
// only after apply: nobody knows what they ask for. Those that the SPEC names have
// their verdict there.
func (a *auditor) inDoubt(from replication.Bucket, config replication.Configuration) {
	for i, r := range config.OpenRulesOf(from, a.destination) {
		if slices.ContainsFunc(a.wished[from.Name], func(i int) bool { return a.in.Rules[i].Name == r.Name }) {
			continue
		}
		r.Enabled, r.Pos = true, a.positionOf(from)
		a.start(r)
		a.openRule(r, config.Open[i])
	}
}

// openRule makes the verdict on a rule unknown for one that is open.
func (a *auditor) openRule(r replication.Rule, o replication.OpenRule) {
	a.rules[keyOf(r)].unknown = true
	subject := words("what.open-rule", "rule", o.ID, "bucket", r.From.Name)
	if o.ID == "" {
		subject = words("what.open-rule-unnamed", "bucket", r.From.Name)
	}
	u := unreading{place{replication.ReplicationConfiguration, r.From.Account, r.From.ARN(), ""}, "GetBucketReplication", o.Why}
	a.share(cause{checkReadDenied, r.From.ARN(), o.Why + " " + r.Name}, a.concernOf(r), func() Finding {
		a.listUnread(u.account, u.operation, u.target)
		f := Finding{Rule: r.Name, From: r.From.Name, To: r.To.Name}
		f.Check, f.Outcome, f.Severity = checkReadDenied, Unknown, Medium
		f.Account, f.Document, f.Target = u.account, u.document, u.target
		f.Args = map[string]string{}
		diag.Put(f.Args, "what", subject)
		a.afterApply(&f, o.Why)
		return f
	})
}

// openRules returns what is known of all rules of the snapshot that are open.
func (a *auditor) openRules() []replication.Rule {
	var rules []replication.Rule
	a.in.Snapshot.EachBucket(func(id, name string, b *snapshot.Bucket) {
		if open(b) {
			config, _ := b.ReplicationConfiguration.Get()
			rules = append(rules, config.OpenRulesOf(a.source(id, name), a.destination)...)
		}
	})
	return rules
}

// doubted makes the verdict on a wished rule unknown where the live one may be one
// that is open, and reports whether that is so.
func (a *auditor) doubted(w replication.Rule, open []replication.OpenRule) bool {
	if len(open) == 0 {
		return false
	}
	if w.Enabled {
		a.openRule(w, open[max(0, slices.IndexFunc(open, func(o replication.OpenRule) bool { return o.ID == w.Name }))])
	}
	return true
}

// namesOf are the IDs of rules that are open.
func namesOf(open []replication.OpenRule) []string {
	var out []string
	for _, o := range open {
		if o.ID != "" {
			out = append(out, o.ID)
		}
	}
	return out
}

// open reports whether a bucket has rules that are open.
func open(b *snapshot.Bucket) bool {
	if b == nil {
		return false
	}
	config, _ := b.ReplicationConfiguration.Get()
	return len(config.Open) > 0
}
