package audit

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// surprises finds what works and may not be what its owner thinks. What a SPEC
// says in words is meant, and surprises nobody.
func (a *auditor) surprises(r replication.Rule) {
	a.sameAccountOverride(r)
	a.ownedBySource(r)
	a.foreignObjects(r)
	a.chain(r)
	a.unseen(r)
}

// resting records a live rule that is disabled: objects that are written in the
// meantime are not replicated later either.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/disable-replication.html.
func (a *auditor) resting(r replication.Rule) {
	if a.in.SpecFile != "" || a.flawed(r) {
		return
	}
	f := configFinding(checkDisabled, Advice, Low, r)
	f.Evidence = shows(f.Document, words("says.rule-disabled", "rule", r.Name))
	f.Fix = Fix{Op: Set, Document: f.Document}.saying(words("fix.enable-rule", "rule", r.Name))
	a.add(f, nil)
}

// sameAccountOverride finds an owner override where there is no other owner. S3
// does not compare the accounts: it stops to replicate ACLs all the same.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-change-owner.html.
func (a *auditor) sameAccountOverride(r replication.Rule) {
	if r.CrossAccount() || !r.EffectiveOverride() || !r.To.ObjectOwnership.Read() {
		return
	}
	f := configFinding(checkOverrideSame, Advice, Low, r)
	f.Origin = origin(r, a.in)
	f.Evidence = shows(f.Document, words("says.rule-owner", "rule", r.Name).With("live", words("owner.hands-over")))
	f.Fix = Fix{Op: Set, Document: f.Document}.saying(words("fix.drop-override", "rule", r.Name))
	a.add(f, nil)
}

// ownedBySource finds replicas that the owner of their bucket does not own.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-change-owner.html.
func (a *auditor) ownedBySource(r replication.Rule) {
	live := a.liveOwnership(r.To)
	if r.To.Account == "" || !r.CrossAccount() || r.OwnerOverride || live == "" || a.stated[r.To.Name].ObjectOwnership.Read() {
		return
	}
	f := settingFinding(checkOwnedBySource, Advice, Low, r.To)
	f.Rule, f.From, f.To, f.Position, f.Origin = r.Name, r.From.Name, r.To.Name, r.Pos, origin(r, a.in)
	f.Args["rule"], f.Args["to"], f.Args["account"] = r.Name, r.To.Name, r.From.Account
	f.Evidence = shows(f.Document, words("says.ownership", "ownership", live))
	f.Fix = Fix{Op: Set, Document: f.Document}.saying(words("fix.ownership", "bucket", r.To.Name, "wished", replication.BucketOwnerEnforced))
	a.add(f, nil)
}

// foreignObjects finds a source whose objects may belong to other accounts: the
// role reads only what the bucket's owner may read.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html.
func (a *auditor) foreignObjects(r replication.Rule) {
	live := a.liveOwnership(r.From)
	if live == "" || a.stated[r.From.Name].ObjectOwnership.Read() {
		return
	}
	a.share(cause{checkForeignObjects, r.From.ARN(), ""}, a.concernOf(r), func() Finding {
		f := settingFinding(checkForeignObjects, Advice, Low, r.From)
		f.FailureCode = "SrcGetAclNotPermitted"
		f.Evidence = shows(f.Document, words("says.ownership", "ownership", live))
		f.Fix = Fix{Op: Set, Document: f.Document}.saying(words("fix.ownership", "bucket", r.From.Name, "wished", replication.BucketOwnerEnforced))
		return f
	})
}

// liveOwnership is the Object Ownership of a bucket that lets its objects have
// other owners, "" for one that does not and where nobody knows.
func (a *auditor) liveOwnership(b replication.Bucket) string {
	_, live, state := a.bucket(b)
	if state != fact.Known {
		return ""
	}
	if o := ownershipOf(live).Or(""); o != replication.BucketOwnerEnforced {
		return o
	}
	return ""
}

// chain finds a destination that replicates on to a bucket which what comes from
// here never reaches: replicas are not replicated again.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html.
func (a *auditor) chain(r replication.Rule) {
	onward := a.rulesFrom(r.To)
	if len(onward) == 0 {
		return
	}
	direct := a.rulesFrom(r.From)
	for _, next := range onward {
		reached := slices.ContainsFunc(direct, func(d replication.Rule) bool { return d.To.Name == next.To.Name && overlap(d.Prefix, r.Prefix) })
		if next.To.Name == r.From.Name || reached || !overlap(next.Prefix, r.Prefix) {
			continue
		}
		a.share(cause{checkChain, r.From.ARN(), r.To.Name + " " + next.To.Name}, a.concernOf(r), func() Finding {
			f := configFinding(checkChain, Advice, Low, replication.Rule{From: r.From})
			f.Args["bucket"], f.Args["from"], f.Args["next"] = r.To.Name, r.From.Name, next.To.Name
			f.Resource = arn.Bucket(next.To.Partition, next.To.Name)
			f.Evidence = shows(f.Document, words("says.rule-to", "rule", next.Name, "bucket", next.To.Name))
			f.Fix = Fix{Op: Add, Document: f.Document}.saying(words("fix.replicate-there-too", "from", r.From.Name, "next", next.To.Name))
			return f
		})
	}
}

// rulesFrom returns the enabled rules of a bucket: those of the SPEC, and live ones.
func (a *auditor) rulesFrom(b replication.Bucket) []replication.Rule {
	if rules, ok := a.from[b.Name]; ok {
		return rules
	}
	var rules []replication.Rule
	for _, i := range a.wished[b.Name] {
		if r := &a.in.Rules[i]; r.Enabled {
			rules = append(rules, *r)
		}
	}
	if _, live, state := a.bucket(b); state == fact.Known {
		config, _ := live.ReplicationConfiguration.Get()
		live := config.RulesOf(b, a.destination)
		rules = append(rules, slices.DeleteFunc(live, func(r replication.Rule) bool { return !r.Enabled })...)
	}
	a.from[b.Name] = rules
	return rules
}

// unseen finds rules whose failures nobody is told of: S3 sends events and counts
// failures only where a rule has metrics.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-metrics-events.html.
func (a *auditor) unseen(r replication.Rule) {
	if a.in.SpecFile != "" || r.Metrics {
		return
	}
	a.share(cause{checkUnseen, r.From.ARN(), ""}, a.concernOf(r), func() Finding {
		f := configFinding(checkUnseen, Advice, Info, replication.Rule{From: r.From})
		f.Evidence = shows(f.Document, words("says.no-metrics"))
		f.Fix = Fix{Op: Set, Document: f.Document}.saying(words("fix.enable-metrics", "bucket", r.From.Name))
		return f
	})
}

// lifecycles finds sources whose lifecycle rules wait for objects that a rule
// fails to replicate: S3 neither expires nor moves them.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-status.html.
func (a *auditor) lifecycles() {
	for _, r := range a.decided {
		_, live, state := a.bucket(r.From)
		if !r.Enabled || !a.rules[keyOf(r)].fails || state != fact.Known || !a.replicates(live) {
			continue
		}
		waiting := lifecycleRules(live, r.Prefix)
		if len(waiting) == 0 {
			continue
		}
		a.share(cause{checkLifecycle, r.From.ARN(), ""}, a.concernOf(r), func() Finding {
			f := settingFinding(checkLifecycle, Advice, Medium, r.From)
			f.Args["lifecycle"] = waiting[0]
			f.Evidence = shows(f.Document, words("says.lifecycle", "rule", waiting[0]))
			f.Fix = Fix{Op: Set, Document: f.Document}.saying(words("fix.mend-then-batch"))
			return f
		})
	}
}

// replicates reports whether a bucket has an enabled rule, so that its objects
// wait to be replicated.
func (a *auditor) replicates(b *snapshot.Bucket) bool {
	config, _ := b.ReplicationConfiguration.Get()
	return slices.ContainsFunc(config.Rules, func(r replication.ConfigurationRule) bool { return r.Status == replication.Enabled })
}

// lifecycleRules returns the IDs of the enabled lifecycle rules of a bucket that
// are about keys which may begin with prefix.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html.
func lifecycleRules(b *snapshot.Bucket, prefix string) []string {
	rules, _ := b.LifecycleConfiguration.Or(nil)["Rules"].([]any)
	var ids []string
	for _, x := range rules {
		rule, _ := x.(map[string]any)
		if rule["Status"] == replication.Enabled && overlap(lifecyclePrefix(rule), prefix) {
			id, _ := rule["ID"].(string)
			ids = append(ids, id)
		}
	}
	return ids
}

// lifecycleOf returns the IDs of the enabled lifecycle rules of a bucket whose
// prefix a key has, and that do what does says. Tags and sizes by which a rule
// selects are not looked at.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html.
func lifecycleOf(b *snapshot.Bucket, key string, does func(rule map[string]any) bool) []string {
	rules, _ := b.LifecycleConfiguration.Or(nil)["Rules"].([]any)
	var ids []string
	for _, x := range rules {
		rule, _ := x.(map[string]any)
		if rule["Status"] == replication.Enabled && strings.HasPrefix(key, lifecyclePrefix(rule)) && does(rule) {
			id, _ := rule["ID"].(string)
			ids = append(ids, id)
		}
	}
	return ids
}

// marks reports whether a lifecycle rule makes delete markers: it expires the
// current versions of objects.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleExpiration.html.
func marks(rule map[string]any) bool {
	expiration, _ := rule["Expiration"].(map[string]any)
	return expiration["Days"] != nil || expiration["Date"] != nil
}

// moves reports whether a lifecycle rule expires or moves versions of objects.
func moves(rule map[string]any) bool {
	return marks(rule) || rule["Transitions"] != nil || rule["NoncurrentVersionExpiration"] != nil || rule["NoncurrentVersionTransitions"] != nil
}

func lifecyclePrefix(rule map[string]any) string {
	filter, _ := rule["Filter"].(map[string]any)
	and, _ := filter["And"].(map[string]any)
	for _, holder := range []map[string]any{rule, filter, and} {
		if prefix, _ := holder["Prefix"].(string); prefix != "" {
			return prefix
		}
	}
	return ""
}
