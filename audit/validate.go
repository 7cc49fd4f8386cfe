package audit

import (
	"maps"
	"slices"
	"strconv"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
)

// A flaw is something in a live configuration that S3 refuses, or that cannot
// do what it says.
type flaw struct {
	key, english, mend string // mend is the key of the fix
	wrong              func(replication.Configuration, replication.ConfigurationRule) bool
	source             string
}

// accepted are the flaws that S3 may have accepted once: what it holds does not
// fail for them, and what is planned does.
var accepted = []string{ambiguous, twofold, "without-priority", "existing-objects", itself.key}

// unsaid are the flaws of which no page says that S3 refuses them.
var unsaid = []string{ambiguous, twofold, itself.key}

const (
	ambiguous = "rule-without-filter"
	twofold   = "prefix-beside-filter"
)

// flaws are what is wrong with single rules.
var flaws = slices.Concat(ruleFlaws, selectionFlaws, destinationFlaws)

// foreignRole is wrong with a whole configuration: the role has to be in the
// account of the bucket, from which it is passed to S3.
var foreignRole = flaw{
	key:     "foreign-role",
	english: "Role of {bucket} is {value}, which is not in the bucket's account {account}",
	mend:    "fix.role-of-account",
	source:  userGuide + "setting-repl-config-perm-overview.html",
}

// itself is wrong with a rule whose destination is its source: there is no second
// copy of anything.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html.
var itself = flaw{
	key:     "destination-is-source",
	english: "rule {rule} replicates {bucket} to itself: there is no second copy",
	mend:    "fix.rule-other-destination",
	source:  userGuide + "replication.html",
}

// otherPartition is wrong with a rule whose destination is in another partition:
// nothing replicates from one to another.
//
// See https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html.
var otherPartition = flaw{
	key:     "destination-other-partition",
	english: "the destination of rule {rule} is in partition {got}, and {bucket} in {want}: nothing replicates from one partition to another",
	mend:    "fix.rule-partition",
	source:  "https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html",
}

// tooManyRules is wrong with a whole configuration.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationConfiguration.html.
var tooManyRules = flaw{
	key:     "too-many-rules",
	english: "{bucket} has {n} rules, and S3 takes {limit}",
	mend:    "fix.fewer-rules",
	source:  apiDocs + "API_ReplicationConfiguration.html",
}

const maxRules = 1000

// malformedRole is wrong with a whole configuration.
var malformedRole = flaw{
	key:     "malformed-role",
	mend:    "fix.set-role-meant",
	english: "Role of {bucket} is {value}, which is not the ARN of a role; it is taken to mean {role}",
	source:  apiDocs + "API_ReplicationConfiguration.html",
}

// noRole is wrong with a whole configuration: without a role nothing can be said
// about permissions.
var noRole = flaw{
	key:     "no-role",
	mend:    "fix.name-role",
	english: "the configuration of {bucket} names no role, without which S3 replicates nothing",
	source:  apiDocs + "API_ReplicationConfiguration.html",
}

// validate finds what is wrong with a live configuration.
func (a *auditor) validate(from replication.Bucket, c replication.Configuration) {
	role, ok := replication.RepairRole(c.Role, from)
	switch {
	case role == "":
		a.flaw(from, nil, noRole, "bucket", from.Name)
	case !ok:
		a.flaw(from, nil, malformedRole, "bucket", from.Name, "value", c.Role, "role", role)
	case from.Account != "" && arnAccount(role) != from.Account:
		a.flaw(from, nil, foreignRole, "bucket", from.Name, "value", c.Role, "account", from.Account)
	}
	if n := len(c.Rules); n > maxRules {
		a.flaw(from, nil, tooManyRules, "bucket", from.Name, "n", strconv.Itoa(n), "limit", strconv.Itoa(maxRules))
	}
	for _, r := range c.Rules {
		for _, f := range flaws {
			if f.wrong(c, r) {
				a.flaw(from, &r.ID, f, "rule", r.ID, "bucket", from.Name)
			}
		}
		if replication.BucketName(r.Destination.Bucket) == from.Name {
			a.flaw(from, &r.ID, itself, "rule", r.ID, "bucket", from.Name)
		}
		if got := partitionOf(r.Destination.Bucket, from); got != from.Partition {
			a.flaw(from, &r.ID, otherPartition, "rule", r.ID, "bucket", from.Name, "got", got, "want", from.Partition)
		}
		a.writtenReceiver(from, r)
	}
}

// partitionOf is the partition of a destination, as it is written: of what is no
// ARN of a bucket, which is a flaw of its own, that of the source.
func partitionOf(destination string, from replication.Bucket) string {
	p, err := arn.Parse(destination)
	if err != nil || p.Service != "s3" || from.Partition == "" {
		return from.Partition
	}
	return p.Partition
}

// flawed reports whether S3 refuses a live rule, or all of its configuration.
func (a *auditor) flawed(r replication.Rule) bool {
	return a.done[flawKey(r.From, nil)] || a.done[flawKey(r.From, &r.Name)]
}

// flawKey is under what it is remembered that a rule, or with nil all of a
// configuration, is refused.
func flawKey(from replication.Bucket, rule *string) string {
	if rule == nil {
		return "flaws\x00" + from.ARN()
	}
	return "flaw\x00" + from.ARN() + "\x00" + *rule
}

// flaw records what is wrong with a rule, or with nil with all of a configuration.
// S3 takes or refuses a configuration as a whole: of one that is planned, no rule
// comes to be. One that S3 holds it took, whatever is wrong with one rule.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html.
func (a *auditor) flaw(from replication.Bucket, rule *string, what flaw, args ...string) {
	said := diag.Sentences{checkInvalid + "/" + what.key: what.english}.Text(checkInvalid+"/"+what.key, args...)
	f := configFinding(checkInvalid, Mismatch, High, replication.Rule{From: from})
	if rule != nil {
		f.Rule = *rule
	}
	f.Origin = origin(replication.Rule{Live: true}, a.in)
	f.Position = a.positionOf(from)
	f.Key, f.Args, f.Source = said.Key, maps.Clone(said.Args), what.source
	f.Message = said.String()
	f.Evidence = shows(f.Document, said)
	f.Fix = Fix{Op: Set, Document: f.Document}.saying(words(what.mend, args...))
	a.add(f, nil)
	switch isPlanned := a.isPlanned(from); {
	case isPlanned && slices.Contains(unsaid, what.key), !isPlanned && !slices.Contains(accepted, what.key):
		a.done[flawKey(from, rule)] = true
	case isPlanned:
		a.done[flawKey(from, nil)] = true
	}
}

// isPlanned reports whether the configuration of a bucket is planned, and not one
// that S3 holds.
func (a *auditor) isPlanned(from replication.Bucket) bool {
	_, ok := originOf(a.in.Snapshot.Origins, from.ARN(), []string{"ReplicationConfiguration"})
	return ok
}

// positionOf is the place where a SPEC first speaks of a source bucket.
func (a *auditor) positionOf(from replication.Bucket) position {
	if of := a.wished[from.Name]; len(of) > 0 {
		return a.in.Rules[of[0]].Pos
	}
	return position{}
}
